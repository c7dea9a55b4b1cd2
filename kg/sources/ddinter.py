"""DDInter: drug-drug interactions with their severity (doi:10.1093/nar/gkab880).

Read are the downloads by ATC group (http://ddinter.scbdd.com/download/); a pair of drugs of two groups stands in both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.levels import DdinterSeverity
from kg.model import AgentType, Association
from kg.source import Download, Source, Table
from kg.sources.drugs import known_drug
from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

_COLUMNS: Final = ("DDInterID_A", "Drug_A", "DDInterID_B", "Drug_B", "Level")
_ID: Final = re.compile(r"DDInter(\d+)", re.ASCII)
_FORM: Final = re.compile(r".+ \([^()]+\)")
"""A name with a route or preparation: ``Doxepin (topical)``, ``Doxorubicin (liposomal)``."""


def read_interactions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Pairs of drugs that interact, the smaller reference first: the source gives a pair no direction.

    The record of a pair is its two DDInter numbers, so that the same pair of two files is one statement.
    """
    for row in context.records(file.rows(_COLUMNS, delimiter=",", quoted=True)):
        severity, record = _severity(file, row), _record(file, row)
        found = [_drug(file, row, column, context) for column in ("Drug_A", "Drug_B")]
        drugs = sorted(drug for drug in found if drug is not None)
        if len(drugs) < 2:
            continue
        first, second = drugs
        if first == second:
            context.left_out.add("interaction of two names of one drug", f"{row['Drug_A']} and {row['Drug_B']}")
            continue
        evidence = file.evidence(record, level=severity, agent_type=AgentType.MANUAL_AGENT)
        yield Association(first, Predicate.INTERACTS_WITH, second, evidence)


def _severity(file: SourceFile, row: Row) -> DdinterSeverity:
    try:
        return DdinterSeverity(row["Level"])
    except ValueError as error:
        known = ", ".join(DdinterSeverity)
        raise file.error(row.line, f"column Level holds {row['Level']!r}; known are {known}") from error


def _record(file: SourceFile, row: Row) -> str:
    numbers = []
    for column in ("DDInterID_A", "DDInterID_B"):
        match = _ID.fullmatch(row[column])
        if match is None:
            raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no DDInter id")
        numbers.append(int(match.group(1)))
    if numbers[0] == numbers[1]:
        raise file.error(row.line, f"pairs {row['DDInterID_A']} with itself")
    return "-".join(f"DDInter{number}" for number in sorted(numbers))


def _drug(file: SourceFile, row: Row, column: str, context: Context) -> Reference | None:
    """The drug of this name; one form of a drug is not taken for the drug, whose interactions are others."""
    name = row[column]
    if not name:
        raise file.error(row.line, f"column {column} is empty")
    found = known_drug(context.resolver, name)
    if found.reference is None:
        kind = "drug in one form or by one route" if _FORM.fullmatch(name) else "drug name"
        context.unresolved.add(f"{kind} {(found.problem or 'unknown').partition(':')[0]}", name)
    return found.reference


SOURCE: Final = Source(
    id="ddinter",
    title="DDInter",
    license="CC BY-NC-SA 4.0",
    license_url="https://creativecommons.org/licenses/by-nc-sa/4.0/",
    homepage="http://ddinter.scbdd.com",
    downloads=(
        *(
            Download(f"http://ddinter.scbdd.com/static/media/download/ddinter_downloads_code_{code}.csv")
            for code in "ABDHLPRV"
        ),
    ),
    tables=(Table("ddinter_downloads_code_*.csv", read_interactions, many=True),),
    profile="academic",
)
