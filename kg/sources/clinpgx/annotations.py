"""Summary annotations: what is known of a variant or allele and the response to a drug, graded by ClinPGx.

Tables ``summary_annotations.tsv`` and ``summary_ann_evidence.tsv``, called ``clinical_annotations.tsv`` and
``clinical_ann_evidence.tsv`` until 2025 (https://www.clinpgx.org/page/clinAnnLevels).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import ClinPgxLevel
from kg.model import Association
from kg.sources.clinpgx.subjects import declare, subjects
from kg.sources.drugs import find_drug
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.clinpgx.subjects import Subject

_ID_COLUMNS: Final = ("Summary Annotation ID", "Clinical Annotation ID")
_COLUMNS: Final = (
    "Variant/Haplotypes",
    "Gene",
    "Level of Evidence",
    "Phenotype Category",
    "Drug(s)",
    "Phenotype(s)",
    "Specialty Population",
)


def read_evidence(file: SourceFile, context: Context) -> Iterator[Item]:
    """Nothing by itself: keeps the papers of each annotation for :func:`read_annotations`."""
    for row in context.records(file.rows(("PMID",))):
        if row["PMID"]:
            publication = Reference.find(f"PMID:{row['PMID']}")
            if publication is None:
                raise file.error(row.line, f"column PMID holds {row['PMID']!r}, which is no PubMed id")
            context.publications.setdefault(_record(file, row), set()).add(publication)
            context.teach()
        else:
            context.left_out.add("evidence that is a guideline or drug label, no paper", _record(file, row))
    yield from ()


def read_annotations(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each variant or allele of an annotation with each of its drugs; its phenotypes are named as conditions.

    The columns do not tell the direction of an effect, so none is stated.
    """
    declared: set[Subject] = set()
    for row in context.records(file.rows(_COLUMNS)):
        evidence = _evidence(file, row, context)
        drugs = [drug for name in row["Drug(s)"].split(";") if (drug := find_drug(context, name))]
        named = subjects(row["Variant/Haplotypes"], row["Gene"])
        if not named:
            context.left_out.add("annotation of neither an rsID nor an allele of a gene", evidence[0].record)
        for subject in named:
            if subject not in declared:
                declared.add(subject)
                yield from declare(file, _record(file, row), subject, context)
            for drug in drugs:
                yield Association(subject.reference, Predicate.ASSOCIATED_WITH, drug, evidence, _qualifiers(row))


def _record(file: SourceFile, row: Row) -> str:
    column = next((name for name in _ID_COLUMNS if name in row.fields), None)
    if column is None:
        raise file.error(row.line, f"lacks the column {_ID_COLUMNS[0]}")
    reference = Reference.find(f"ClinPGx:{row[column]}")
    if reference is None:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no ClinPGx annotation id")
    return reference.curie


def _evidence(file: SourceFile, row: Row, context: Context) -> tuple[Evidence]:
    try:
        level = ClinPgxLevel(row["Level of Evidence"])
    except ValueError as error:
        raise file.error(row.line, f"has an unknown level of evidence {row['Level of Evidence']!r}") from error
    record = _record(file, row)
    return file.evidence(record, level=level, publications=sorted(context.publications.get(record, ())))


def _qualifiers(row: Row) -> tuple[tuple[Qualifier, Value], ...]:
    named = (
        (Qualifier.PHENOTYPE_CATEGORY, "Phenotype Category"),
        (Qualifier.CONDITIONS, "Phenotype(s)"),
        (Qualifier.POPULATION, "Specialty Population"),
    )
    return tuple((qualifier, text) for qualifier, column in named for text in row[column].split(";") if text)
