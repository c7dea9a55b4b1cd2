"""The ATC classification of drugs with defined daily doses (WHO Collaborating Centre, https://atcddd.fhi.no).

Read is the table that https://github.com/fabkury/atcd takes from the WHO's index: a code once for each of its doses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.source import Source, Table
from kg.sources.drugs import find_drug, known_drug
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

JUSTIFICATION: Final = "semapv:LexicalMatching"

_COLUMNS: Final = ("atc_code", "atc_name", "ddd", "uom", "adm_r", "note")
_NONE: Final = "NA"
_PARENT_LENGTH: Final = {1: 0, 3: 1, 4: 3, 5: 4, 7: 5}
"""Length of a code at each level, with that of the code above."""
_SUBSTANCE_LENGTH: Final = 7
_GROUPS: Final = frozenset({"combinations", "various"})
"""Names at the level of substances that name none."""
_NUMBER: Final = re.compile(r"\d+(\.\d+)?", re.ASCII)


def read_codes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Codes below the codes above them, with their doses; a substance's code close to the drug of its name.

    Raises:
        SourceError: a code has two names, stands apart from its other rows, or is no ATC code.
    """
    named: dict[Reference, str] = {}
    latest: Reference | None = None
    for row in context.records(file.rows(_COLUMNS, delimiter=",", quoted=True)):
        code = _code(file, row)
        if code in named and (code != latest or named[code] != row["atc_name"]):
            raise file.error(row.line, f"{code} has rows elsewhere or another name ({named[code]!r})")
        yield Entity(code, Category.DRUG, row["atc_name"], attributes=_doses(file, row, context))
        if code not in named:
            yield from _above(file, code)
            yield from _drug(file, code, row["atc_name"], context)
        named[code], latest = row["atc_name"], code


def _code(file: SourceFile, row: Row) -> Reference:
    code = Reference.find(f"ATC:{row['atc_code']}")
    if code is None or len(code.identifier) not in _PARENT_LENGTH:
        raise file.error(row.line, f"column atc_code holds {row['atc_code']!r}, which is no ATC code")
    if row["atc_name"] in {"", _NONE}:
        raise file.error(row.line, f"{code} has no name")
    return code


def _doses(file: SourceFile, row: Row, context: Context) -> tuple[tuple[Attribute, str], ...]:
    """The row's dose with unit and route; a note of the source, which may restrict it, is only said to exist."""
    if row["ddd"] == _NONE:
        if row["uom"] != _NONE:
            context.left_out.add("daily dose without a number", f"{row['atc_code']} {row['uom']} {row['adm_r']}")
        return ()
    if not _NUMBER.fullmatch(row["ddd"]):
        raise file.error(row.line, f"column ddd holds {row['ddd']!r}, which is no number")
    parts = [part for part in (row["ddd"], row["uom"], row["adm_r"]) if part != _NONE]
    noted = "" if row["note"] == _NONE else " (with a note in the source)"
    return ((Attribute.DEFINED_DAILY_DOSE, " ".join(parts) + noted),)


def _above(file: SourceFile, code: Reference) -> Iterator[Association]:
    above = code.identifier[: _PARENT_LENGTH[len(code.identifier)]]
    if above:
        yield Association(code, Predicate.SUBCLASS_OF, Reference("ATC", above), file.evidence(code.curie))


def _drug(file: SourceFile, code: Reference, name: str, context: Context) -> Iterator[Association]:
    """The drug of this name; a drug has a code for each use, so the match is close."""
    if len(code.identifier) != _SUBSTANCE_LENGTH or name in _GROUPS:
        return
    drugs = context.resolver.drugs
    mapped = drugs.by_identifier(code).problem != "unknown"
    drug = known_drug(context.resolver, name).reference if mapped else find_drug(context, name)
    if drug is None:
        return
    if not mapped:
        drugs.map(drug, (code,))
    evidence = file.evidence(code.curie, agent_type=AgentType.AUTOMATED_AGENT)
    qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
    yield Association(drug, Predicate.CLOSE_MATCH, code, evidence, qualifiers)


SOURCE: Final = Source(
    id="atc",
    title="ATC classification with defined daily doses",
    license="CC BY-NC-SA 4.0 (non-commercial; WHO Collaborating Centre for Drug Statistics Methodology)",
    license_url="https://atcddd.fhi.no/copyright_disclaimer/",
    homepage="https://atcddd.fhi.no",
    tables=(Table("*ATC?DDD*.csv", read_codes),),
    profile="academic",
)
