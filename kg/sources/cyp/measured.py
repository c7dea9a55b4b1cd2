"""DrugCentral's measured activities of drugs at enzymes (https://drugcentral.org), in an excerpt of 2017.

``act_value`` is the negative decimal logarithm of the molar IC50 or Ki. The names come from a join with ATC, so a
measurement stands once for the substance and again for each mixture that contains it. The table of substrates holds the
rows of the table of inhibition under another heading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import KnowledgeLevel
from kg.sources.cyp.statements import Claim, Role, associate
from ontology.reference import Reference
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile

_INHIBITION: Final = frozenset({"IC50", "Ki"})
"""Constants of inhibition by definition."""
_COLUMNS: Final = ("struct_id", "chemical_substance", "target_name", "activity_type", "act_value", "act_source_url")
_MIXTURE: Final = re.compile(r", (?:combinations|plain)|, .+ and | and ")
_PUBMED: Final = "ncbi.nlm.nih.gov/pubmed/"


def read_inhibition(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each measured inhibition constant; how strongly the drug inhibits at its usual doses, it does not tell."""
    for row in context.records(file.rows(_COLUMNS, quoted=True)):
        if row["activity_type"] in _INHIBITION:
            yield from _statements(file, row, Role.INHIBITOR, context)
        else:
            context.left_out.add("measurement that is no constant of inhibition", _record(row))


def read_substrates(file: SourceFile, context: Context) -> Iterator[Item]:
    """Substrates, unless the row rests on an inhibition constant: that shows an inhibitor, not a substrate."""
    for row in context.records(file.rows((*_COLUMNS, "relation_type"), quoted=True)):
        if row["relation_type"] != "substrate_of":
            raise file.error(row.line, f"has the relation {row['relation_type']!r}; known is substrate_of")
        if row["activity_type"] in _INHIBITION:
            context.left_out.add("substrate claim that rests on a constant of inhibition", _record(row))
        else:
            yield from _statements(file, row, Role.SUBSTRATE, context)


def _statements(file: SourceFile, row: Row, role: Role, context: Context) -> Iterator[Item]:
    if _MIXTURE.search(row["chemical_substance"]):
        context.left_out.add("mixture in place of the substance that was measured", row["chemical_substance"])
        return
    claim = Claim(row["chemical_substance"], role, row["target_name"], _qualifiers(file, row))
    if stated := associate(claim, _evidence(file, row), context):
        yield stated


def _qualifiers(file: SourceFile, row: Row) -> tuple[tuple[Qualifier, Value], ...]:
    try:
        value = f"{float(row['act_value']):.4g}"
    except ValueError as error:
        raise file.error(row.line, f"column act_value holds {row['act_value']!r}, no number") from error
    return (
        (Qualifier.EVIDENCE_KIND, "in vitro"),
        (Qualifier.ACTIVITY_TYPE, row["activity_type"]),
        (Qualifier.ACTIVITY_VALUE, value),
    )


def _evidence(file: SourceFile, row: Row) -> tuple[Evidence]:
    _, is_paper, number = row["act_source_url"].partition(_PUBMED)
    publication = Reference.find(f"PMID:{number}") if is_paper else None
    return file.evidence(
        f"{file.name}#{_record(row)}",
        publications=[publication] if publication else [],
        knowledge_level=KnowledgeLevel.OBSERVATION,
    )


def _record(row: Row) -> str:
    """DrugCentral's structure and the enzyme: the excerpt's line ends (LF CR) make line numbers ambiguous."""
    return f"{row['struct_id']}/{row['target_name']}"
