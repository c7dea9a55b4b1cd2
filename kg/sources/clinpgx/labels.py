"""Drug label annotations: what medicines agencies' labels say of a gene and a drug, graded by ClinPGx: ``drugLabels.tsv``."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from kg.levels import PgxTestingLevel
from kg.model import Association
from kg.sources.clinpgx.fields import accession
from kg.sources.clinpgx.subjects import declare, find_subject
from kg.sources.drugs import find_drug
from kg.sources.genes import find_gene
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.clinpgx.subjects import Subject

_ID: Final = "PharmGKB ID"
_FLAGS: Final = {
    "Has Prescribing Info": ("Prescribing Info", "prescribing"),
    "Has Dosing Info": ("Dosing Info", "dosing"),
    "Has Alternate Drug": ("Alternate Drug", "alternate drug"),
    "Has Other Prescribing Guidance": ("Other Prescribing Guidance", "other prescribing guidance"),
    "Cancer Genome": ("Cancer Genome", "cancer genome"),
}
"""Columns that are empty or hold one text, and the guidance that it stands for."""
_COLUMNS: Final = (_ID, "Name", "Source", "Testing Level", *_FLAGS, "Chemicals", "Genes", "Variants/Haplotypes")
_AFFECTING: Final = frozenset(
    {PgxTestingLevel.TESTING_REQUIRED, PgxTestingLevel.TESTING_RECOMMENDED, PgxTestingLevel.ACTIONABLE}
)
"""Levels at which the label says that the gene makes a difference (https://www.clinpgx.org/page/drugLabelLegend)."""


def read_labels(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each gene of a label with each of its drugs: an effect where the level says so, else an association.

    Variants and alleles that a label names are associated with its drugs. A label without clinical pharmacogenomics
    says that the gene makes no difference that matters, or none at all, so nothing can be read from it.
    """
    declared: set[Subject] = set()
    for row in context.records(file.rows(_COLUMNS)):
        record, level = accession(file, row, _ID).curie, _level(file, row)
        if level is PgxTestingLevel.NO_CLINICAL:
            context.left_out.add("label without clinical pharmacogenomics", f"{record} {row['Name']}")
            continue
        qualifiers = tuple(_qualifiers(file, row))
        symbols, named = _listed(row["Genes"]), list(_subjects(row, context))
        if not symbols and not named:
            context.left_out.add("label that names neither gene nor variant", f"{record} {row['Name']}")
            continue
        if not _listed(row["Chemicals"]):
            context.left_out.add("label that names no drug", f"{record} {row['Name']}")
            continue
        drugs = [drug for name in _listed(row["Chemicals"]) if (drug := find_drug(context, name))]
        genes = [gene for symbol in symbols if (gene := find_gene(context, symbol))]
        predicate = Predicate.AFFECTS if level in _AFFECTING else Predicate.ASSOCIATED_WITH
        evidence = file.evidence(record, level=level)
        for gene, drug in product(genes, drugs):
            yield Association(gene, predicate, drug, evidence, qualifiers)
        for subject, drug in product(named, drugs):
            if subject not in declared:
                declared.add(subject)
                yield from declare(file, record, subject, context)
            yield Association(subject.reference, Predicate.ASSOCIATED_WITH, drug, evidence, qualifiers)


def _listed(text: str) -> list[str]:
    return [part for part in text.split("; ") if part]


def _level(file: SourceFile, row: Row) -> PgxTestingLevel | None:
    """The level, or ``None`` where ClinPGx has assigned none."""
    text = row["Testing Level"]
    try:
        return PgxTestingLevel(text) if text else None
    except ValueError as error:
        raise file.error(row.line, f"has an unknown testing level {text!r}") from error


def _qualifiers(file: SourceFile, row: Row) -> Iterator[tuple[Qualifier, Value]]:
    if not row["Source"]:
        raise file.error(row.line, "names no agency in the column Source")
    yield Qualifier.AUTHORITY, row["Source"]
    for column, (text, guidance) in _FLAGS.items():
        if row[column] not in ("", text):
            raise file.error(row.line, f"column {column} holds {row[column]!r}; known are {text!r} and nothing")
        if row[column]:
            yield Qualifier.GUIDANCE, guidance


def _subjects(row: Row, context: Context) -> Iterator[Subject]:
    for name in _listed(row["Variants/Haplotypes"]):
        subject = find_subject(name, _listed(row["Genes"]))
        if subject is None:
            context.left_out.add("allele of a gene that its guideline or label does not name", name)
        else:
            yield subject
