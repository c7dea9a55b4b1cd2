"""Functional assays: what a variant or allele did to a gene product or drug in one experiment: ``var_fa_ann.tsv``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Association, KnowledgeLevel
from kg.sources.clinpgx.fields import accession
from kg.sources.clinpgx.subjects import declare, subjects
from kg.sources.drugs import find_drug
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.clinpgx.subjects import Subject

_ID: Final = "Variant Annotation ID"
_SUBJECTS, _ALLELES, _COMPARED = "Variant/Haplotypes", "Alleles", "Comparison Allele(s) or Genotype(s)"
_STATED: Final = "Is/Is Not associated"
_DENIAL: Final = {"Associated with": False, "Not associated with": True}
_DIRECTION: Final = "Direction of effect"
_DIRECTIONS: Final = ("", "increased", "decreased")
_PRODUCT, _DRUGS = "Gene/gene product", "Drug(s)"
_QUALIFIERS: Final = {
    "Functional terms": Qualifier.OBJECT_ASPECT,
    _DIRECTION: Qualifier.OBJECT_DIRECTION,
    _ALLELES: Qualifier.ALLELES,
    _COMPARED: Qualifier.COMPARISON,
    "Assay type": Qualifier.ASSAY,
    "Cell type": Qualifier.ASSAY,
    "Significance": Qualifier.STATISTICALLY_SIGNIFICANT,
    "Specialty Population": Qualifier.POPULATION,
    "Sentence": Qualifier.STATEMENT,
}
_COLUMNS: Final = (_ID, _SUBJECTS, "Gene", "PMID", _STATED, _PRODUCT, _DRUGS, *_QUALIFIERS)
_SEPARATOR: Final = re.compile(r"\s\+\s|/")


def read_assays(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each tested variant or allele, associated with the gene product, or else with each of the drugs.

    Where an activity on a drug was measured, the gene product is the object and the drug its substrate. A finding of no
    association is a denial; its direction and aspect are those that were looked for.
    """
    declared: set[Subject] = set()
    for row in context.records(file.rows(_COLUMNS)):
        evidence = _evidence(file, row)
        negated, qualifiers = _negated(file, row), tuple(_qualifiers(row))
        named = tested(row) if row[_ALLELES] else []
        if not named:
            context.left_out.add("assay of a phenotype, not of a variant or allele", evidence[0].record)
            continue
        products, drugs = _names(row, _PRODUCT), _names(row, _DRUGS)
        if not products and not drugs:
            context.left_out.add("assay that names neither gene product nor drug", evidence[0].record)
            continue
        found = [drug for name in drugs if (drug := find_drug(context, name))]
        if products:
            objects = [gene for symbol in products if (gene := find_gene(context, symbol))]
            qualifiers += tuple((Qualifier.SUBSTRATE, drug) for drug in found)
        else:
            objects = found
        for subject in named if objects else ():
            if subject not in declared:
                declared.add(subject)
                yield from declare(file, evidence[0].record, subject, context)
            for one in objects:
                yield Association(
                    subject.reference, Predicate.ASSOCIATED_WITH, one, evidence, qualifiers, negated=negated
                )


def tested(row: Row) -> list[Subject]:
    """The variants or alleles that a row is about: those that carriers have and the others, compared with them, lack.

    A row that compares ``*1/*1`` with ``*1/*6`` is about ``*1``, since no allele sets its carriers apart.
    """
    named = subjects(row[_SUBJECTS], row["Gene"])
    carried, compared = (set(_SEPARATOR.split(row[column])) for column in (_ALLELES, _COMPARED))
    for wanted in (carried - compared, carried):
        if found := [subject for subject in named if not subject.gene or subject.name in wanted]:
            return found
    return named


def _names(row: Row, column: str) -> list[str]:
    return [name for name in row[column].split(", ") if name]


def _negated(file: SourceFile, row: Row) -> bool:
    if row[_STATED] not in _DENIAL:
        raise file.error(row.line, f"column {_STATED} holds {row[_STATED]!r}; known are {', '.join(_DENIAL)}")
    if row[_DIRECTION] not in _DIRECTIONS:
        raise file.error(row.line, f"column {_DIRECTION} holds {row[_DIRECTION]!r}; known are increased, decreased")
    return _DENIAL[row[_STATED]]


def _qualifiers(row: Row) -> Iterator[tuple[Qualifier, Value]]:
    return ((qualifier, row[column]) for column, qualifier in _QUALIFIERS.items() if row[column])


def _evidence(file: SourceFile, row: Row) -> tuple[Evidence]:
    record, publication = accession(file, row, _ID), Reference.find(f"PMID:{row['PMID']}")
    if publication is None:
        raise file.error(row.line, f"column PMID holds {row['PMID']!r}, which is no PubMed id")
    return file.evidence(record.curie, publications=[publication], knowledge_level=KnowledgeLevel.OBSERVATION)
