"""The sources as a whole: what is fetched is what is read, and names are unique."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest

from kg.source import ENDINGS
from kg.sources.registry import SOURCES

if TYPE_CHECKING:
    from kg.source import Source

FETCHED = [source for source in SOURCES if source.downloads]


def test_ids_and_folders_are_unique() -> None:
    assert Counter(source.id for source in SOURCES).most_common(1)[0][1] == 1
    shared = {folder for folder, count in Counter(source.folder for source in SOURCES).items() if count > 1}
    assert shared == {"mondo"}  # its axioms of OMIM genes are a source of their own


@pytest.mark.parametrize("source", FETCHED, ids=lambda source: source.id)
def test_every_official_file_is_one_that_a_table_reads(source: Source) -> None:
    for download in source.downloads:
        patterns = [table.pattern.rsplit("/", 1)[-1] + ending for table in source.tables for ending in ENDINGS]
        assert download.name.endswith(".zip") or any(fnmatch(download.name, pattern) for pattern in patterns), download


@pytest.mark.parametrize("source", FETCHED, ids=lambda source: source.id)
def test_every_official_file_has_a_name_of_its_own(source: Source) -> None:
    assert Counter(download.name for download in source.downloads).most_common(1)[0][1] == 1
    assert all(download.url.startswith(("https://", "http://")) for download in source.downloads)


def test_an_unchecked_licence_is_never_in_the_open_profile() -> None:
    assert [source.id for source in SOURCES if source.profile == "open" and "unchecked" in source.license] == []
    assert all("NC" not in source.license.split("-") for source in SOURCES if source.profile == "open")
