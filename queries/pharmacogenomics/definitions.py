"""Allele definitions of the genes that have gene phenotypes, on one assembly, as the graph states them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ontology.reference import Reference
from queries.catalog import run_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import Graph
    from queries.case import Assembly

MALE: Final = "MALE"
"""How the CPIC tables write the missing second allele of a hemizygous X-linked gene; no allele of its own."""


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

    The allele without variants is the one that the assembly's own sequence carries. What an allele's definition does
    not list it shares with the reference allele, as CPIC's definition tables are read (doi:10.1002/cpt.928): where the
    assembly's base is not the reference allele's, every other allele has the reference allele's variant there.
    ``structural`` names the alleles that short variants cannot show.
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


@lru_cache(maxsize=2)  # both assemblies of the opened release
def load_definitions(graph: Graph, assembly: Assembly) -> tuple[GeneDefinition, ...]:
    """Definitions on one assembly, in order of gene symbols."""
    variants: dict[Reference, set[DefiningVariant]] = defaultdict(set)
    for row in run_query(graph, "find-allele-definitions", {"assembly": assembly.value}).dicts():
        allele, variant, locus = row["allele"], row["variant"], row["locus"]
        if isinstance(allele, Reference) and isinstance(variant, Reference) and isinstance(locus, str):
            variants[allele].add(_variant(variant, locus))
    genes: dict[tuple[str, Reference], dict[str, frozenset[DefiningVariant]]] = defaultdict(dict)
    structural: dict[Reference, list[str]] = defaultdict(list)
    references: dict[Reference, str] = {}
    for row in run_query(graph, "find-alleles-with-phenotypes", {}).dicts():
        gene, allele = row["gene"], row["allele"]
        if not (isinstance(gene, Reference) and isinstance(allele, Reference)):
            continue
        name = allele.minted_name.partition("/")[2]
        if name == MALE:
            continue
        if row["structural"] == "true":
            structural[gene].append(name)
            continue
        genes[str(row["symbol"]), gene][name] = frozenset(variants[allele])
        if row["reference"] == "true":
            references[gene] = name
    found = (
        GeneDefinition(gene, symbol, _completed(alleles, references.get(gene)), tuple(sorted(structural[gene])))
        for (symbol, gene), alleles in genes.items()
    )
    return tuple(sorted((definition for definition in found if definition.sites), key=lambda d: d.symbol))


def _completed(
    alleles: Mapping[str, frozenset[DefiningVariant]], reference: str | None
) -> dict[str, frozenset[DefiningVariant]]:
    """Alleles with the reference allele's variants at the sites that they do not list themselves."""
    shared = alleles.get(reference or "", frozenset())
    completed = {}
    for name, own in alleles.items():
        listed = {variant.site for variant in own}
        completed[name] = own | {variant for variant in shared if own and variant.site not in listed}
    return completed


def _variant(reference: Reference, locus: str) -> DefiningVariant:
    chromosome, position, ref, alt = locus.split("-")
    return DefiningVariant(reference, Site(chromosome, int(position)), ref, alt)
