"""Releases on disk: what is refused, and that publishing is one step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from kg.release import (
    CURRENT,
    UNFINISHED,
    Manifest,
    SourceRelease,
    data_root,
    home,
    open_release,
    publish,
    release_root,
    remove_abandoned,
)
from ontology.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = SourceRelease(
    id="hpo",
    title="Human Phenotype Ontology",
    release="2025-01-16",
    license="HPO licence",
    license_url="https://hpo.jax.org/license",
    retrieved="2026-01-02",
    files={"hp.obo": "00ff"},
    entities=3,
    associations=2,
    quads=17,
    sha256="abcd",
)


def manifest(release_id: str) -> Manifest:
    counts = {"category": {"biolink:Gene": 1}, "predicate": {}}
    return Manifest(release_id, "2026-01-02T03:04:05Z", "0.1.0", "open", (SOURCE,), counts, "abcd")


def write(folder: Path, release_id: str) -> Path:
    (folder / "store").mkdir(parents=True)
    (folder / "store" / "data").write_text(release_id, "utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest(release_id).to_json()), "utf-8")
    return folder


def test_a_manifest_is_the_same_after_writing_and_reading() -> None:
    assert Manifest.from_json(json.loads(json.dumps(manifest("a").to_json()))) == manifest("a")


class TestOpen:
    def test_a_release_knows_its_folders_and_sources(self, tmp_path: Path) -> None:
        release = open_release(write(tmp_path / "a", "a"))
        assert release.manifest == manifest("a")
        assert (release.store_path, release.tables_path) == (tmp_path / "a" / "store", tmp_path / "a" / "tables")
        assert release.manifest.source_ids() == {"hpo"}

    def test_a_folder_without_a_manifest_is_no_release(self, tmp_path: Path) -> None:
        with pytest.raises(ReleaseError, match=r"is no release .*genopath data fetch --starter && genopath build"):
            open_release(tmp_path)

    def test_without_any_release_the_message_says_what_to_type(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GENOPATH_HOME", str(tmp_path))
        with pytest.raises(
            ReleaseError, match=rf"no release below {tmp_path}.*genopath data fetch --starter && genopath build"
        ):
            open_release()

    def test_the_current_release_of_the_home_is_opened_by_default(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GENOPATH_HOME", str(tmp_path))
        published = publish(write(release_root() / f"{UNFINISHED}1", "a"), release_root(), "a")
        assert open_release().path == published == tmp_path / "releases" / "a"

    @pytest.mark.parametrize("damage", [lambda text: text[:-9], lambda _: "[]", lambda _: "null", lambda _: "\x00"])
    def test_a_manifest_that_is_no_mapping_is_damaged(self, tmp_path: Path, damage: Callable[[str], str]) -> None:
        path = write(tmp_path / "a", "a") / "manifest.json"
        path.write_text(damage(path.read_text("utf-8")), "utf-8")
        with pytest.raises(ReleaseError, match="is damaged"):
            open_release(tmp_path / "a")

    def test_a_manifest_in_another_encoding_is_damaged(self, tmp_path: Path) -> None:
        (write(tmp_path / "a", "a") / "manifest.json").write_bytes(b'{"format": 1, "id": "\xe9"}')
        with pytest.raises(ReleaseError, match="is damaged"):
            open_release(tmp_path / "a")

    @pytest.mark.parametrize(
        "change",
        [{"sources": [{"id": "hpo"}]}, {"sources": None}, {"sources": "hpo"}, {"surplus": 1}],
        ids=["incomplete source", "no sources", "sources as text", "unknown key"],
    )
    def test_a_manifest_with_other_keys_is_damaged(self, tmp_path: Path, change: dict[str, Any]) -> None:
        path = write(tmp_path / "a", "a") / "manifest.json"
        path.write_text(json.dumps(manifest("a").to_json() | change), "utf-8")
        with pytest.raises(ReleaseError, match="is damaged"):
            open_release(tmp_path / "a")

    @pytest.mark.parametrize("other", [0, 1, None, "2"])
    def test_another_format_is_refused_and_both_are_named(self, tmp_path: Path, other: object) -> None:
        path = write(tmp_path / "a", "a") / "manifest.json"
        path.write_text(json.dumps(manifest("a").to_json() | {"format": other}), "utf-8")
        with pytest.raises(ReleaseError, match=f"format {other}, this version reads 2"):
            open_release(tmp_path / "a")

    @pytest.mark.parametrize("content", [None, "{"])
    def test_a_build_report_that_cannot_be_read_is_named(self, tmp_path: Path, content: str | None) -> None:
        folder = write(tmp_path / "a", "a")
        if content is not None:
            (folder / "build_report.json").write_text(content, "utf-8")
        with pytest.raises(ReleaseError, match=r"build_report\.json cannot be read"):
            open_release(folder).build_report()


class TestPublish:
    def test_the_newest_is_current_and_the_older_stays(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            publish(write(tmp_path / f"{UNFINISHED}{name}", name), tmp_path, name)
        assert open_release(tmp_path / CURRENT).manifest.id == "b"
        assert open_release(tmp_path / "a").manifest.id == "a"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", CURRENT]

    def test_a_release_root_can_be_moved(self, tmp_path: Path) -> None:
        publish(write(tmp_path / "one" / f"{UNFINISHED}1", "a"), tmp_path / "one", "a")
        (tmp_path / "one").rename(tmp_path / "two")
        assert open_release(tmp_path / "two" / CURRENT).manifest.id == "a"

    def test_what_is_published_already_stays_as_it_is(self, tmp_path: Path) -> None:
        first = publish(write(tmp_path / f"{UNFINISHED}1", "a"), tmp_path, "a")
        inode = (first / "manifest.json").stat().st_ino
        again = publish(write(tmp_path / f"{UNFINISHED}2", "a"), tmp_path, "a")
        assert (again / "manifest.json").stat().st_ino == inode
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", CURRENT]

    def test_a_reader_sees_a_whole_release_at_every_moment(self, tmp_path: Path) -> None:
        publish(write(tmp_path / f"{UNFINISHED}0", "r0"), tmp_path, "r0")
        seen: list[tuple[str, str]] = []
        errors: list[Exception] = []
        running = True

        def read() -> None:
            while running:
                try:
                    release = open_release(tmp_path / CURRENT)
                    seen.append((release.manifest.id, (release.path / "store" / "data").read_text("utf-8")))
                except Exception as error:
                    errors.append(error)

        reader = Thread(target=read)
        reader.start()
        for number in range(1, 40):
            publish(write(tmp_path / f"{UNFINISHED}{number}", f"r{number}"), tmp_path, f"r{number}")
        running = False
        reader.join()
        assert errors == []
        assert seen
        assert all(seen_id == stored for seen_id, stored in seen)


class TestRemoveAbandoned:
    @pytest.fixture
    def dead(self) -> int:
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        return process.pid

    def test_folders_and_links_of_dead_processes_go(self, tmp_path: Path, dead: int) -> None:
        (tmp_path / f"{UNFINISHED}{dead}" / "store").mkdir(parents=True)
        (tmp_path / f"{UNFINISHED}current-{dead}").symlink_to("gone")
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_the_target_of_an_abandoned_link_stays(self, tmp_path: Path, dead: int) -> None:
        published = publish(write(tmp_path / f"{UNFINISHED}x", "a"), tmp_path, "a")
        (tmp_path / f"{UNFINISHED}current-{dead}").symlink_to("a")
        remove_abandoned(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", CURRENT]
        assert open_release(published).manifest.id == "a"

    def test_what_a_killed_process_with_our_own_number_left_goes(self, tmp_path: Path) -> None:
        """In a container every build has the same process number."""
        (tmp_path / f"{UNFINISHED}{os.getpid()}").mkdir()
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["", "x", "9" * 30, "²"])
    def test_a_name_without_a_process_number_has_no_owner(self, tmp_path: Path, name: str) -> None:
        (tmp_path / f"{UNFINISHED}{name}").mkdir()
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_the_folder_of_a_living_process_and_all_else_stay(self, tmp_path: Path) -> None:
        for name in (f"{UNFINISHED}{os.getppid()}", "building-1", "a"):
            (tmp_path / name).mkdir()
        remove_abandoned(tmp_path)
        assert len(list(tmp_path.iterdir())) == 3

    def test_a_root_that_does_not_exist_yet_has_none(self, tmp_path: Path) -> None:
        remove_abandoned(tmp_path / "nowhere")
        assert list(tmp_path.iterdir()) == []


class TestHome:
    def test_the_variable_names_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GENOPATH_HOME", str(tmp_path))
        assert (home(), data_root(), release_root()) == (tmp_path, tmp_path / "data", tmp_path / "releases")

    @pytest.mark.parametrize("value", [None, ""])
    def test_without_it_the_user_data_folder_is_meant(self, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
        if value is None:
            monkeypatch.delenv("GENOPATH_HOME", raising=False)
        else:
            monkeypatch.setenv("GENOPATH_HOME", value)
        monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
        assert home().name == "genopath"
        assert home().is_absolute()
