"""How valid it is that a gene causes a disease, as ClinGen's expert panels classify it.

Classifications: https://clinicalgenome.org/docs/gene-disease-validity-standard-operating-procedures/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import ClinGenValidity
from kg.model import Association
from kg.sources.gene_disease import inheritance, named_disease, named_gene
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

DENIALS: Final = frozenset({ClinGenValidity.DISPUTED, ClinGenValidity.REFUTED})
"""Classifications that speak against the pair."""

_COLUMNS: Final = (
    "GENE SYMBOL",
    "GENE ID (HGNC)",
    "DISEASE LABEL",
    "DISEASE ID (MONDO)",
    "MOI",
    "CLASSIFICATION",
    "ONLINE REPORT",
    "GCEP",
)
_RULE: Final = "+"
"""A line of plus signs stands below the header."""


def read_validity(file: SourceFile, context: Context) -> Iterator[Item]:
    """Classified gene-disease pairs from the summary table; a title of several lines stands above its header."""
    rows = file.rows(_COLUMNS, delimiter=",", comment='"', quoted=True)
    for row in context.records(row for row in rows if not row["GENE SYMBOL"].startswith(_RULE)):
        level = classification(file, row, "CLASSIFICATION")
        pair = read_pair(file, row, _COLUMNS[:4])
        assertion = row["ONLINE REPORT"].rstrip("/").rpartition("/")[2]
        qualifiers = mode(row["MOI"])
        if row["GCEP"]:
            qualifiers = (*qualifiers, (Qualifier.SUBMITTER, row["GCEP"]))
        yield from classified(file, context, pair, level, assertion or row.line, qualifiers)


def classified(
    file: SourceFile,
    context: Context,
    pair: tuple[Reference, str, Reference, str],
    level: ClinGenValidity,
    record: str | int,
    qualifiers: tuple[tuple[Qualifier, Value], ...],
) -> Iterator[Item]:
    """What a classification states of a gene (id, symbol) and a disease (id, name); no claim states nothing."""
    gene_id, symbol, disease_id, name = pair
    if level is ClinGenValidity.NO_KNOWN_RELATIONSHIP:
        context.left_out.add("no known relationship between gene and disease: nothing is claimed", f"{symbol} {name}")
        return
    gene, disease = named_gene(context, gene_id, symbol), named_disease(context, disease_id, name)
    yield from (*gene.declared, *disease.declared)
    yield Association(
        gene.reference,
        Predicate.GENE_ASSOCIATED_WITH_CONDITION,
        disease.reference,
        file.evidence(record, level=level),
        qualifiers,
        negated=level in DENIALS,
    )


def classification(file: SourceFile, row: Row, column: str) -> ClinGenValidity:
    """The classification of a row.

    Raises:
        SourceError: it is none of ClinGen's.
    """
    try:
        return ClinGenValidity(row[column])
    except ValueError as error:
        known = ", ".join(ClinGenValidity)
        raise file.error(row.line, f"column {column} holds {row[column]!r}; known are {known}") from error


def read_pair(file: SourceFile, row: Row, columns: tuple[str, ...]) -> tuple[Reference, str, Reference, str]:
    """Gene id, symbol, disease id and name; ``columns`` are symbol, gene id, name, disease id.

    Raises:
        SourceError: the ids are no HGNC and Mondo ids, or symbol or name is empty.
    """
    symbol, gene, name, disease = columns
    references = []
    for column, prefix in ((gene, "HGNC"), (disease, "MONDO")):
        reference = Reference.find(row[column])
        if reference is None or reference.prefix != prefix:
            raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no {prefix} id")
        references.append(reference)
    if not (row[symbol] and row[name]):
        raise file.error(row.line, f"{symbol if not row[symbol] else name} is empty")
    return references[0], row[symbol], references[1], row[name]


def mode(text: str) -> tuple[tuple[Qualifier, Value], ...]:
    """The mode of inheritance that a pair was classified for, where one is stated."""
    value = inheritance(text)
    return () if value is None else ((Qualifier.INHERITANCE, value),)
