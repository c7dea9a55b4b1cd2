"""Allele functions and the phenotype of each diplotype: ``phenotype/<gene>.json``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from kg.model import Association
from kg.sources.cpic.diplotypes import diplotype_items
from kg.sources.cpic.names import allele, allele_entity, allele_names, phenotype_entity, plain_score
from kg.sources.genes import find_gene
from kg.sources.pharmcat.documents import Node
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile
    from ontology.reference import Reference


def read_phenotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Functions and activity values of a gene's alleles, and its diplotypes; one record each."""
    document = Node.of(file)
    symbol = document.text("gene")
    alleles, diplotypes = document.nodes("namedAlleles"), document.nodes("diplotypes")
    _check(file, [node.text("name") for node in alleles], [node.text("diplotype") for node in diplotypes])
    gene = find_gene(context, symbol)
    for record in context.records(chain(alleles, diplotypes)):
        if gene is None:
            context.unresolved.add("gene symbol unknown", symbol)
        elif "diplotype" in record.fields:
            yield from _diplotype(record, symbol, gene)
        else:
            yield from _function(record, symbol, gene)


def _check(file: SourceFile, alleles: list[str], diplotypes: list[str]) -> None:
    if len(set(alleles)) < len(alleles):
        raise file.error(None, "gives an allele's function twice")
    pairs = {tuple(sorted(allele_names(text))) for text in diplotypes}
    if len(pairs) < len(diplotypes):
        raise file.error(None, "gives a diplotype's phenotype twice")
    if unknown := {name for pair in pairs for name in pair} - set(alleles):
        raise file.error(None, f"has a diplotype of {min(unknown)!r}, an allele that it does not list")


def _function(record: Node, symbol: str, gene: Reference) -> Iterator[Item]:
    name = record.text("name")
    evidence = record.file.evidence(f"phenotype/{symbol}/{name}")
    qualifiers: list[tuple[Qualifier, Value]] = []
    if function := record.optional_text("functionValue"):
        qualifiers.append((Qualifier.ALLELE_FUNCTION, function))
    if value := plain_score(record.optional_text("activityValue") or ""):
        qualifiers.append((Qualifier.ACTIVITY_SCORE, value))
    yield allele_entity(symbol, gene, name, structural=False, is_reference=False)
    yield Association(allele(symbol, name), Predicate.IS_SEQUENCE_VARIANT_OF, gene, evidence, tuple(qualifiers))


def _diplotype(record: Node, symbol: str, gene: Reference) -> Iterator[Item]:
    text, phenotype = record.text("diplotype"), record.text("phenotype")
    score = plain_score(record.optional_text("activityScore") or "")
    yield phenotype_entity(symbol, gene, phenotype)
    evidence = record.file.evidence(f"phenotype/{symbol}/{text}")
    yield from diplotype_items(symbol, gene, text, phenotype, score, evidence)
