"""Allele definitions of the genes that have gene phenotypes, on one assembly, as the graph states them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ontology.reference import Reference
from queries.catalog import run_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import Graph
    from queries.case import Assembly


class Site(NamedTuple):
    """Chromosome (without ``chr``) and 1-based position, as VCF writes them."""

    chromosome: str
    position: int


@dataclass(frozen=True, slots=True)
class DefiningVariant:
    """A variant that defines alleles: its site, and the bases without and with it, as VCF writes them."""

    reference: Reference
    site: Site
    ref: str
    alt: str


@dataclass(frozen=True, slots=True)
class GeneDefinition:
    """Named alleles of one gene on one assembly, each with its defining variants.

    The allele without variants is the one that the assembly's own sequence carries. ``structural`` names the alleles
    that short variants cannot show.
    """

    gene: Reference
    symbol: str
    alleles: Mapping[str, frozenset[DefiningVariant]]
    structural: tuple[str, ...]

    @property
    def variants(self) -> tuple[DefiningVariant, ...]:
        """Every defining variant, in order of position."""
        distinct = {variant for variants in self.alleles.values() for variant in variants}
        return tuple(sorted(distinct, key=lambda variant: (variant.site, variant.ref, variant.alt)))

    @property
    def sites(self) -> frozenset[Site]:
        """Every site that some allele is defined by."""
        return frozenset(variant.site for variants in self.alleles.values() for variant in variants)


def load_definitions(graph: Graph, assembly: Assembly) -> tuple[GeneDefinition, ...]:
    """Definitions on one assembly, in order of gene symbols."""
    variants: dict[Reference, set[DefiningVariant]] = defaultdict(set)
    for row in run_query(graph, "find-allele-definitions", {"assembly": assembly.value}).dicts():
        allele, variant, locus = row["allele"], row["variant"], row["locus"]
        if isinstance(allele, Reference) and isinstance(variant, Reference) and isinstance(locus, str):
            variants[allele].add(_variant(variant, locus))
    genes: dict[tuple[str, Reference], dict[str, frozenset[DefiningVariant]]] = defaultdict(dict)
    structural: dict[Reference, list[str]] = defaultdict(list)
    for row in run_query(graph, "find-alleles-with-phenotypes", {}).dicts():
        gene, allele = row["gene"], row["allele"]
        if not (isinstance(gene, Reference) and isinstance(allele, Reference)):
            continue
        name = allele.minted_name.partition("/")[2]
        if row["structural"] == "true":
            structural[gene].append(name)
        else:
            genes[str(row["symbol"]), gene][name] = frozenset(variants[allele])
    found = (
        GeneDefinition(gene, symbol, alleles, tuple(sorted(structural[gene])))
        for (symbol, gene), alleles in genes.items()
    )
    return tuple(sorted((definition for definition in found if definition.sites), key=lambda d: d.symbol))


def _variant(reference: Reference, locus: str) -> DefiningVariant:
    chromosome, position, ref, alt = locus.split("-")
    return DefiningVariant(reference, Site(chromosome, int(position)), ref, alt)
