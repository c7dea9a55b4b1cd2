"""What CPIC recommends, as pypgx tabulates it: ``recommendation-table.csv``, a text without its strength."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import CpicLevel
from kg.model import Association
from kg.sources.cpic.fields import MISSING, publications, rows
from kg.sources.cpic.names import NO_RESULT, gene_phenotype, phenotype_entity
from kg.sources.cpic.pairs import cpic_level
from kg.sources.genes import find_gene
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

SCORES: Final[dict[tuple[str, str], tuple[frozenset[str], str]]] = {
    ("CYP2C9", "Intermediate Metabolizer"): (
        frozenset(
            {"celecoxib", "flurbiprofen", "ibuprofen", "lornoxicam", "meloxicam", "piroxicam", "tenoxicam"},
        ),
        "1.5",
    ),
    ("CYP2D6", "Intermediate Metabolizer"): (frozenset({"atomoxetine"}), "1"),
    ("DPYD", "Poor Metabolizer"): (frozenset({"capecitabine", "fluorouracil"}), "0"),
}
"""Phenotypes of which CPIC gives each activity score a text of its own, and the score whose text the table holds.

NSAIDs: doi:10.1002/cpt.1830; atomoxetine: doi:10.1002/cpt.1409; fluoropyrimidines: doi:10.1002/cpt.911.
"""


def read_recommendations(file: SourceFile, context: Context) -> Iterator[Item]:
    """What CPIC recommends for a drug and one or two gene phenotypes, from ``recommendation-table.csv``.

    A recommendation for two genes is stated from each of its phenotypes, the other one as ``companion``; the table
    writes ``None`` for a gene that was not determined, which is the companion ``No Result`` here.
    """
    pairs = _guidelines(file)
    columns = ("Drug", "Gene1", "Phenotype1", "Gene2", "Phenotype2", "Recommendation")
    for row in context.records(rows(file, columns)):
        if row["Recommendation"] in MISSING:
            context.left_out.add("the table gives no text for this drug and phenotype", f"{file.name}#L{row.line}")
            continue
        drug = context.resolver.drugs.by_name(row["Drug"]).reference
        if drug is None:
            context.unresolved.add("drug of a recommendation that no gene-drug pair names", row["Drug"])
            continue
        conditions = [
            (row[f"Gene{n}"], NO_RESULT if row[f"Phenotype{n}"] in MISSING else row[f"Phenotype{n}"])
            for n in (1, 2)
            if row[f"Gene{n}"] not in MISSING
        ]
        if not conditions:
            context.left_out.add("recommendation that names no gene", f"{file.name}#L{row.line}")
        genes = [find_gene(context, symbol) for symbol, _ in conditions]
        for (symbol, phenotype), gene in zip(conditions, genes, strict=True):
            if gene is not None:
                yield phenotype_entity(symbol, gene, phenotype)
        if conditions and None not in genes:
            yield from _recommendation(file, row, drug, conditions, pairs)


def _recommendation(
    file: SourceFile,
    row: Row,
    drug: Reference,
    conditions: list[tuple[str, str]],
    pairs: dict[tuple[str, str], Row],
) -> Iterator[Association]:
    guidelines = [pairs[key] for symbol, _ in conditions if (key := (symbol, row["Drug"])) in pairs]
    levels = [cpic_level(file, pair.line, pair["CPICLevel"]) for pair in guidelines]
    evidence = file.evidence(
        row.line,
        level=min(levels, key=list(CpicLevel).index, default=None),
        publications=[pmid for pair in guidelines for pmid in publications(file, pair.line, pair["PMID"])],
    )
    urls = sorted({pair["Guideline"] for pair in guidelines if pair["Guideline"] not in MISSING})
    for condition in conditions:
        if condition[1] == NO_RESULT:
            continue
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.RECOMMENDATION, row["Recommendation"])]
        qualifiers += [(Qualifier.COMPANION, gene_phenotype(*other)) for other in conditions if other != condition]
        qualifiers += [(Qualifier.GUIDELINE, url) for url in urls]
        qualifiers += [
            (Qualifier.LOOKUP_KEY, f"{pair[0]} {score}")
            for pair in conditions
            for drugs, score in [SCORES.get(pair, ((), ""))]
            if row["Drug"] in drugs
        ]
        yield Association(gene_phenotype(*condition), Predicate.AFFECTS, drug, evidence, tuple(qualifiers))


def _guidelines(file: SourceFile) -> dict[tuple[str, str], Row]:
    found = rows(file.beside("cpic-table.csv"), ("Gene", "Drug", "Guideline", "CPICLevel", "PMID"))
    return {(row["Gene"], row["Drug"]): row for row in found}
