"""Allele definitions of the genes that have gene phenotypes, on one assembly, as the graph states them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.sources import cpic
from ontology.reference import Reference
from queries.catalog import run_query
from queries.pharmacogenomics.authority import DEFINING, MALE, has_phenotypes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    """Named alleles of one gene on one assembly, each with its defining variants, as one source defines them.

    The allele without variants is the one that the assembly's own sequence carries. What an allele's definition does
    not list it shares with the reference allele, as CPIC's definition tables are read (doi:10.1002/cpt.928): where the
    assembly's base is not the reference allele's, every other allele has the reference allele's variant there.
    ``structural`` names the alleles that short variants cannot show; ``optional`` are variants that some copies of an
    allele carry and others do not.
    """

    gene: Reference
    symbol: str
    alleles: Mapping[str, frozenset[DefiningVariant]]
    structural: tuple[str, ...]
    optional: Mapping[str, frozenset[DefiningVariant]] = field(default_factory=dict)
    source: str = cpic.SOURCE.id

    @property
    def variants(self) -> tuple[DefiningVariant, ...]:
        """Every defining variant, in order of position."""
        distinct = frozenset[DefiningVariant]().union(*self.alleles.values(), *self.optional.values())
        return tuple(sorted(distinct, key=lambda variant: (variant.site, variant.ref, variant.alt)))

    @property
    def sites(self) -> frozenset[Site]:
        """Every site that some allele is defined by."""
        return frozenset(variant.site for variant in self.variants)


@dataclass(slots=True)
class _Draft:
    """What one source says of one gene, while its rows are read."""

    names: list[str] = field(default_factory=list)
    required: dict[str, set[DefiningVariant]] = field(default_factory=lambda: defaultdict(set))
    optional: dict[str, set[DefiningVariant]] = field(default_factory=lambda: defaultdict(set))
    reference: str | None = None


@lru_cache(maxsize=2)  # both assemblies of the opened release
def load_definitions(graph: Graph, assembly: Assembly) -> tuple[GeneDefinition, ...]:
    """Definitions on one assembly, in order of gene symbols; each gene's are of one source."""
    variants: dict[tuple[str, Reference], list[tuple[DefiningVariant, bool]]] = defaultdict(list)
    for row in run_query(graph, "find-allele-definitions", {"assembly": assembly.value}).dicts():
        allele, variant, locus = row["allele"], row["variant"], row["locus"]
        if isinstance(allele, Reference) and isinstance(variant, Reference) and isinstance(locus, str):
            stated = (_variant(variant, locus), row["optional"] == "true")
            variants[str(row["source"]), allele].append(stated)
    drafts: dict[tuple[str, Reference], dict[str, _Draft]] = defaultdict(lambda: defaultdict(_Draft))
    structural: dict[Reference, set[str]] = defaultdict(set)
    for row in run_query(graph, "find-alleles-with-phenotypes", {}).dicts():
        gene, allele, source = row["gene"], row["allele"], str(row["source"])
        if not (isinstance(gene, Reference) and isinstance(allele, Reference)):
            continue
        name = allele.minted_name.partition("/")[2]
        if name == MALE:
            continue
        if row["structural"] == "true":
            structural[gene].add(name)
        else:
            draft = drafts[str(row["symbol"]), gene][source]
            draft.names.append(name)
            for part, is_optional in variants[source, allele]:
                (draft.optional if is_optional else draft.required)[name].add(part)
            if row["reference"] == "true":
                draft.reference = name
    found = (
        definition
        for (symbol, gene), by_source in drafts.items()
        for definition in _of_gene(graph, gene, symbol, by_source, tuple(sorted(structural[gene])))
    )
    return tuple(sorted(found, key=lambda definition: definition.symbol))


def _of_gene(
    graph: Graph, gene: Reference, symbol: str, drafts: Mapping[str, _Draft], structural: tuple[str, ...]
) -> Iterator[GeneDefinition]:
    """The definition by the preferred source that has sites on this assembly and whose allele names have phenotypes."""
    for source in DEFINING:
        draft = drafts.get(source)
        if draft is None:
            continue
        alleles = _defined(draft)
        optional = {name: frozenset(draft.optional[name]) for name in alleles if draft.optional[name]}
        unseen = tuple(name for name in structural if name not in alleles)
        definition = GeneDefinition(gene, symbol, alleles, unseen, optional, source)
        if definition.sites and has_phenotypes(graph, symbol, alleles, source):
            yield definition
            return


def _defined(draft: _Draft) -> dict[str, frozenset[DefiningVariant]]:
    """Alleles with the reference allele's variants at the sites that they do not list themselves.

    Beside a reference allele without variants, another one without any is defined by something else, and left out.
    """
    shared = draft.required[draft.reference or ""]
    completed = {}
    for name in draft.names:
        own, optional = draft.required[name], draft.optional[name]
        if not own and not optional and name != draft.reference and draft.reference is not None and not shared:
            continue
        listed = {variant.site for variant in own | optional}
        completed[name] = frozenset(own | {variant for variant in shared if own and variant.site not in listed})
    return completed


def _variant(reference: Reference, locus: str) -> DefiningVariant:
    chromosome, position, ref, alt = locus.split("-")
    return DefiningVariant(reference, Site(chromosome, int(position)), ref, alt)
