"""Files that appear together, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genopath.report.folder import replace_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = ("a.txt", "parts")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def breaking() -> Iterator[tuple[str, bytes]]:
    yield "a.txt", b"half"
    raise ValueError("the writer failed midway")


def test_a_new_folder_gets_all_files(tmp_path: Path) -> None:
    replace_files(tmp_path / "out", [("a.txt", b"1"), ("parts/b.txt", b"2")], own=OWN)
    assert content(tmp_path) == {"out/a.txt": b"1", "out/parts/b.txt": b"2"}


def test_files_of_an_older_run_go_and_those_of_others_stay(tmp_path: Path) -> None:
    replace_files(tmp_path, [("a.txt", b"old"), ("parts/old.txt", b"old")], own=OWN)
    (tmp_path / "notes.txt").write_bytes(b"mine")
    replace_files(tmp_path, [("a.txt", b"new"), ("parts/new.txt", b"new")], own=OWN)
    assert content(tmp_path) == {"a.txt": b"new", "parts/new.txt": b"new", "notes.txt": b"mine"}


def test_a_writer_that_fails_midway_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="midway"):
        replace_files(tmp_path / "out", breaking(), own=OWN)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_fails_midway_leaves_older_files_as_they_were(tmp_path: Path) -> None:
    replace_files(tmp_path, [("a.txt", b"old"), ("parts/old.txt", b"old")], own=OWN)
    with pytest.raises(ValueError, match="midway"):
        replace_files(tmp_path, breaking(), own=OWN)
    assert content(tmp_path) == {"a.txt": b"old", "parts/old.txt": b"old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "parts"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    replace_files(tmp_path / "link", [("a.txt", b"1")], own=OWN)
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real") == {"a.txt": b"1"}
