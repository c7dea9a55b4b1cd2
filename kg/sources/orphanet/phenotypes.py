"""What disorders show or do not show: ``en_product4.xml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.frequency import EXCLUDED
from kg.model import Association
from kg.sources.orphanet.document import declare, enclosing_disorder, read_records
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile
    from kg.sources.orphanet.document import Record

_FREQUENCIES: Final = {
    "Obligate": "HP:0040280",
    "Very frequent": "HP:0040281",
    "Frequent": "HP:0040282",
    "Occasional": "HP:0040283",
    "Very rare": "HP:0040284",
    "Excluded": EXCLUDED,
}
"""HPO terms of Orphanet's frequencies, which HPO took over from Orphanet with their ranges."""


def read_phenotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Features of disorders with their frequencies; ``Excluded (0%)`` is a denial.

    HPO's annotation file holds an older or newer state of the same annotations. Where both state the same, it is one
    statement with two records; profiles count such a pair once (:mod:`kg.profiles`).
    """
    path = "Disorder/HPODisorderAssociationList/HPODisorderAssociation"
    for record in context.records(read_records(file, path)):
        disorder = enclosing_disorder(record)
        term = _term(record, context)
        if term is None:
            continue
        yield from declare(disorder, context)
        frequency = _frequency(record)
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.FREQUENCY, frequency)] if frequency else []
        if criterion := record.find("DiagnosticCriteria/Name"):
            qualifiers.append((Qualifier.DIAGNOSTIC_CRITERION, criterion))
        yield Association(
            disorder.disorder(),
            Predicate.HAS_PHENOTYPE,
            term,
            file.evidence(record.id),
            tuple(qualifiers),
            negated=frequency == EXCLUDED,
        )


def _term(record: Record, context: Context) -> Reference | None:
    text = record.text("HPO/HPOId")
    given = Reference.find(text)
    if given is None or given.prefix != "HP":
        raise record.file.error(record.line, f"HPOId holds {text!r}, which is no HPO id")
    found = context.resolver.phenotypes.by_identifier(given).reference
    if found is None:
        context.unresolved.add("HPO term that no HPO release of the build has", text)
    return found


def _frequency(record: Record) -> str:
    text = record.find("HPOFrequency/Name")
    if not text:
        return ""
    name = text.partition("(")[0].strip()
    if name not in _FREQUENCIES:
        raise record.file.error(record.line, f"HPOFrequency holds {text!r}; known are {', '.join(_FREQUENCIES)}")
    return _FREQUENCIES[name]
