"""OMIM phenotypic series: groups of diseases that look alike (https://omim.org/phenotypicSeriesTitles/all).

Read is a table of numbers and titles in the columns of PyOBO (https://github.com/biopragmatics/pyobo). It does not say
which diseases are in a series; Mondo says which of its own matches one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.source import Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_NUMBER: Final = re.compile(r"(?:PS)?(\d{6})", re.ASCII)


def series(number: str) -> Reference:
    """The series of a six-digit number.

    >>> series("100070").curie
    'GENOPATH:series/PS100070'
    """
    return Reference.mint("series", f"PS{number}")


def read_series(file: SourceFile, context: Context) -> Iterator[Item]:
    """Series with their titles."""
    seen: set[str] = set()
    for row in context.records(file.rows(("identifier", "name"))):
        match = _NUMBER.fullmatch(row["identifier"])
        if match is None or not row["name"]:
            raise file.error(
                row.line, f"{row['identifier']!r}, {row['name']!r} is no six-digit number of a series with its title"
            )
        number = match.group(1)
        if number in seen:
            raise file.error(row.line, f"repeats the series {number}")
        seen.add(number)
        yield Entity(series(number), Category.DISEASE, row["name"], attributes=((Attribute.CODE, f"OMIMPS:{number}"),))


SOURCE: Final = Source(
    id="omim-series",
    title="OMIM phenotypic series",
    license="unchecked (no terms are recorded for the copy that was tested)",
    license_url="https://www.omim.org/help/agreement",
    homepage="https://www.omim.org",
    tables=(Table("omim.ps.tsv", read_series, unversioned="undated"),),
    profile="academic",
)
