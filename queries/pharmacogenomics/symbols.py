"""Symbols of genes, by which calls, recommendations and modulators are matched to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from kg.model import Entity
    from kg.store import Graph
    from ontology.reference import Reference


def gene_symbol(gene: Entity) -> str:
    """The approved symbol of a gene, else the name that the release has for it."""
    return str(gene.attribute(Attribute.SYMBOL) or gene.name)


def symbol_of(result: Reference) -> str:
    """Symbol of the gene that a gene phenotype, a diplotype or an allele belongs to."""
    return result.minted_name.partition("/")[0]


def find_gene(graph: Graph, symbol: str) -> Entity | None:
    """The gene of this symbol; HGNC's where other vocabularies have it, too."""
    genes = [gene for gene in graph.find_by_name(symbol, Category.GENE) if gene_symbol(gene) == symbol]
    return min(genes, key=lambda gene: (gene.reference.prefix != "HGNC", gene.reference), default=None)
