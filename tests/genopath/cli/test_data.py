"""``genopath data`` on the command line: what can be asked for, and what is said of files and their damage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from genopath.cli import cli
from kg.fetching.official import today
from kg.fetching.record import Fetched, FetchRecord
from kg.sources.registry import SOURCES
from ontology.errors import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["data", *map(str, arguments)], catch_exceptions=False)


def fetched(root: Path, content: bytes = b"hgnc_id\n") -> Path:
    """A file as a fetch leaves it, in the folder of HGNC."""
    from hashlib import sha256

    part = root / "part"
    part.write_bytes(content)
    record = FetchRecord(root / "hgnc" / "2025-01-01")
    name = "hgnc_complete_set.txt"
    return record.put(part, name, Fetched("https://x/" + name, sha256(content).hexdigest(), len(content), today()))


def test_fetch_says_what_can_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"name sources .* or give --all or --starter"):
        run("fetch", "--data", tmp_path)
    with pytest.raises(UsageError, match=r"unknown source nowhere; known: hgnc, hpo, "):
        run("fetch", "hgnc", "nowhere", "--data", tmp_path)


def test_a_source_without_official_files_is_said_to_need_hands(tmp_path: Path) -> None:
    by_hand = next(source for source in SOURCES if not source.downloads)
    with pytest.raises(
        DataError, match=rf"no official file for programs; get {by_hand.id} by hand from {by_hand.homepage}"
    ):
        run("fetch", by_hand.id, "--data", tmp_path)


def test_status_lists_every_source_without_asking_the_network(tmp_path: Path) -> None:
    listed = json.loads(run("status", "--data", tmp_path, "--format", "json").stdout)
    assert [item["id"] for item in listed] == [source.id for source in SOURCES]
    assert all(item["upstream"] == [] and item["license"] and item["profile"] for item in listed)


def test_verify_names_what_is_damaged(tmp_path: Path) -> None:
    path = fetched(tmp_path)
    assert run("verify", "--data", tmp_path).stdout == f"ok {path}\n"
    path.write_bytes(b"hgnc_iD\n")
    with pytest.raises(DataError, match=r"1 fetched files are damaged, .*complete_set\.txt has another SHA-256"):
        run("verify", "--data", tmp_path)


def test_verify_of_an_empty_folder_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing was fetched into .*; fetch something with"):
        run("verify", "--data", tmp_path)
