"""The page on data licences says of every source what the source itself says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.sources.registry import SOURCES

if TYPE_CHECKING:
    from kg.source import Source

PAGE = Path(__file__).parents[1] / "DATA_LICENCES.md"


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Cells of each table row, by the source id in backticks that the row begins with."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text("utf-8").splitlines()]
    return {row[0].strip("`"): row for row in cells if row[0].startswith("`") and len(row) > 3}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_the_page_states_licence_profile_and_terms_of_the_source(rows: dict[str, list[str]], source: Source) -> None:
    assert rows[source.id][1:4] == [source.license, source.profile, source.license_url]


def test_the_page_lists_no_source_that_genopath_does_not_read(rows: dict[str, list[str]]) -> None:
    assert rows.keys() == {source.id for source in SOURCES}
