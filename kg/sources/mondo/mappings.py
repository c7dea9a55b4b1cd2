"""Exact matches of Mondo diseases in other vocabularies, from SSSOM tables.

A vocabulary without a registered prefix gives *codes*. They are written as ``VOCABULARY:CODE`` with the names of
:data:`CODE_VOCABULARIES`, for example ``MESH:D010411``, ``ICD10CM:E30.1`` or ``ICD11:733056203`` (an id of the ICD-11
foundation), and stand in the graph twice: as attribute of the Mondo disease, and as an entity ``term/MESH:D010411`` that
the disease matches with the evidence of the row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

CODE_VOCABULARIES: Final = {
    "efo": "EFO",
    "icd10cm": "ICD10CM",
    "icd10who": "ICD10WHO",
    "icd11.foundation": "ICD11",
    "meddra": "MEDDRA",
    "medgen": "MEDGEN",
    "mesh": "MESH",
    "omimps": "OMIMPS",
    "sctid": "SCTID",
    "umls": "UMLS",
}
"""Prefixes of Mondo's tables in lower case, and how this graph spells the vocabulary in a code."""
SERIES: Final = "OMIMPS"
"""Phenotypic series of OMIM (https://omim.org/phenotypicSeriesTitles/all), which the graph names by their numbers."""

_COLUMNS: Final = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
_AGENT_OF_JUSTIFICATION: Final = {
    "semapv:ManualMappingCuration": AgentType.MANUAL_AGENT,
    "semapv:LexicalMatching": AgentType.AUTOMATED_AGENT,
}


@dataclass(slots=True)
class _Matches:
    """Pairs of a table's registered identifiers, gathered to find those that are not one to one."""

    matched: dict[Reference, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    claimed: dict[Reference, set[Reference]] = field(default_factory=lambda: defaultdict(set))

    def add(self, disease: Reference, other: Reference) -> None:
        self.matched[disease].add(other)
        self.claimed[other].add(disease)

    def teach(self, context: Context) -> None:
        for disease, others in self.matched.items():
            context.resolver.diseases.map(disease, others)
            if len(others) > 1:
                context.resolver.diseases.keep_apart(others)
        for several, reason in (
            (self.matched, "Mondo disease with several exact matches in one vocabulary"),
            (self.claimed, "disease that several Mondo diseases match exactly"),
        ):
            for reference, others in several.items():
                if len(others) > 1:
                    context.ambiguous.add(reason, f"{reference}: {', '.join(map(str, sorted(others)))}")


def read_mappings(file: SourceFile, context: Context) -> Iterator[Item]:
    """Exact matches between Mondo and one other vocabulary.

    Where Mondo equates one of its diseases with several of a vocabulary whose identifiers the graph has, each match is
    kept as stated, and no identifier of the other side is resolved to the Mondo disease: that source keeps them apart.
    """
    matches = _Matches()
    for row in context.records(file.rows(_COLUMNS, comment="#")):
        disease = _disease(file, row, context)
        if disease is None:
            continue
        code = spelled(row["object_id"])
        other = Reference.find(row["object_id"]) if code is None else named_by_code(code)
        if other is None:
            context.unresolved.add("mapping to an identifier without a registered prefix", row["object_id"])
            continue
        if code is None or other.identifier.startswith("series/"):
            matches.add(disease, other)
        if code is not None:
            context.resolver.diseases.add_code(code, disease)
            yield Entity(disease, Category.DISEASE, row["subject_label"], attributes=((Attribute.CODE, code),))
        name = row.fields.get("object_label") or (row["subject_label"] if code is None else code)
        yield Entity(other, Category.DISEASE, name)
        yield _mapping(file, row, disease, other)
    matches.teach(context)


def spelled(text: str) -> str | None:
    """The code as this graph spells it, or ``None`` where its vocabulary gives no codes.

    >>> spelled("mesh:D010411"), spelled("icd11.foundation:733056203"), spelled("OMIM:154700")
    ('MESH:D010411', 'ICD11:733056203', None)
    """
    prefix, _, code = text.partition(":")
    vocabulary = CODE_VOCABULARIES.get(prefix.lower())
    return f"{vocabulary}:{code}" if vocabulary and code else None


def named_by_code(code: str) -> Reference:
    """The entity that a code names.

    >>> named_by_code("MESH:D010411").curie, named_by_code("OMIMPS:100070").curie
    ('GENOPATH:term/MESH:D010411', 'GENOPATH:series/PS100070')
    """
    vocabulary, _, number = code.partition(":")
    return Reference.mint("series", f"PS{number}") if vocabulary == SERIES else Reference.mint("term", code)


def _disease(file: SourceFile, row: Row, context: Context) -> Reference | None:
    """The Mondo disease of a row that states an exact match of one."""
    subject = Reference.find(row["subject_id"])
    if subject is None or subject.prefix != "MONDO":
        raise file.error(row.line, f"column subject_id holds {row['subject_id']!r}, which is no Mondo id")
    if row["predicate_id"] != "skos:exactMatch" or row.fields.get("predicate_modifier"):
        context.left_out.add("mapping that is no exact match", f"{row['predicate_id']} {row['object_id']}")
    elif row["subject_label"].startswith("obsolete"):
        context.left_out.add("mapping of an obsolete Mondo term", row["subject_id"])
    elif subject not in context.resolver.diseases.known:
        context.unresolved.add("mapping of a Mondo id that is no disease of this Mondo release", row["subject_id"])
    else:
        return subject
    return None


def _mapping(file: SourceFile, row: Row, disease: Reference, other: Reference) -> Association:
    justification = row["mapping_justification"]
    agent_type = _AGENT_OF_JUSTIFICATION.get(justification, AgentType.NOT_PROVIDED)
    qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, justification),)
    evidence = file.evidence(row.line, agent_type=agent_type)
    return Association(disease, Predicate.EXACT_MATCH, other, evidence, qualifiers)
