"""Definitions of the named alleles of each pharmacogene on one assembly, as the graph states them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from pyoxigraph import NamedNode

from kg.rdf import ATTRIBUTE
from kg.sources import cpic, pharmcat
from kg.sources.cpic import allele, allele_names, least_score
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Qualifier
from queries.case import Assembly
from queries.catalog import run_query
from queries.intake.assembly import trimmed_locus
from queries.pharmacogenomics.authority import DEFINING, MALE
from queries.pharmacogenomics.genes import IMPACT, LOWEST_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from kg.store import Graph

_WHOLE: Final = frozenset({"*1", "Reference"})
"""Names of alleles that are defined at every position of their gene, whether or not others are described against them."""
_UNKNOWN_IMPACT: Final = IMPACT["unknown function"]


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

    @property
    def locus(self) -> str:
        """The variant as ``chrom-pos-ref-alt``, trimmed: the tables and a VCF may write more bases than differ."""
        return trimmed_locus(*self.site, self.ref, self.alt)

    @property
    def removed(self) -> int:
        """How many bases of the assembly a record must span to show it."""
        return len(self.locus.split("-")[2])

    @property
    def is_left_aligned(self) -> bool:
        """Whether a normalised VCF has it where its source says (doi:10.1093/bioinformatics/btv112)."""
        ref, alt = self.locus.split("-")[2:]
        return ref[-1] != alt[-1]

    @property
    def is_substitution(self) -> bool:
        """Whether it exchanges bases and neither inserts nor deletes any."""
        return len(self.ref) == len(self.alt)


@dataclass(frozen=True, eq=False)
class GeneDefinition:
    """Named alleles of one gene on one assembly, each with its defining variants, as one source defines them.

    The allele without variants is the one that the assembly's own sequence carries. What an allele's definition does
    not list it shares with the reference allele, as CPIC's definition tables are read (doi:10.1002/cpt.928): where the
    assembly's base is not the reference allele's, every other allele has the reference allele's variant there.
    ``structural`` names the alleles that short variants cannot show; ``optional`` are variants that some copies of an
    allele carry and others do not. ``stated`` are the sites that an allele's own definition lists (default: those of its
    variants). ``impact`` orders the alleles of genes whose lowest function decides, 0 for none to 1 for normal.
    ``carried_over`` says that the positions are those of another assembly, shifted.
    """

    gene: Reference
    symbol: str
    alleles: Mapping[str, frozenset[DefiningVariant]]
    structural: tuple[str, ...]
    optional: Mapping[str, frozenset[DefiningVariant]] = field(default_factory=dict)
    source: str = cpic.SOURCE.id
    stated: Mapping[str, frozenset[Site]] = field(default_factory=dict)
    reference: str | None = None
    impact: Mapping[str, float] = field(default_factory=dict)
    carried_over: bool = False
    rsids: Mapping[Reference, str] = field(default_factory=dict)
    """dbSNP's number of each variant that has one; alternatives at one site share it."""
    stands_before: Mapping[tuple[str, ...], frozenset[tuple[str, ...]]] = field(default_factory=dict)
    """Sorted pairs of alleles, each with those that PharmCAT does not report where unphased genotypes fit both."""

    @cached_property
    def variants(self) -> tuple[DefiningVariant, ...]:
        """Every defining variant, in order of position."""
        distinct = frozenset[DefiningVariant]().union(*self.alleles.values(), *self.optional.values())
        return tuple(sorted(distinct, key=lambda variant: (variant.site, variant.ref, variant.alt)))

    @cached_property
    def loci(self) -> tuple[str, ...]:
        """The trimmed locus of each variant."""
        return tuple(variant.locus for variant in self.variants)

    @cached_property
    def by_site(self) -> Mapping[Site, tuple[int, ...]]:
        """Indices of the variants of each site, in order of position."""
        found: dict[Site, list[int]] = defaultdict(list)
        for index, variant in enumerate(self.variants):
            found[variant.site].append(index)
        return {site: tuple(indices) for site, indices in found.items()}

    @cached_property
    def site_loci(self) -> Mapping[Site, frozenset[str]]:
        """Trimmed loci of the variants of each site."""
        return {site: frozenset(self.loci[index] for index in indices) for site, indices in self.by_site.items()}

    @cached_property
    def sites(self) -> frozenset[Site]:
        """Every site that some allele is defined by."""
        return frozenset(self.by_site)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the alleles, sorted: the rows of the matrices."""
        return tuple(sorted(self.alleles))

    @cached_property
    def required(self) -> NDArray[np.int8]:
        """Which variants every copy of an allele carries (shape: alleles x variants)."""
        return np.array([[v in self.alleles[name] for v in self.variants] for name in self.names], dtype=np.int8)

    @cached_property
    def possible(self) -> NDArray[np.int8]:
        """Which variants a copy of an allele may carry (shape: alleles x variants)."""
        wobbles = [[v in self.optional.get(name, ()) for v in self.variants] for name in self.names]
        return self.required | np.array(wobbles, dtype=np.int8)

    def own_sites(self, name: str) -> frozenset[Site]:
        """Sites that define an allele: all of them for the reference allele and for ``*1``."""
        if name == self.reference or name in _WHOLE or not (self.alleles[name] or self.optional.get(name)):
            return self.sites
        if name in self.stated:
            return self.stated[name]
        return frozenset(variant.site for variant in (*self.alleles[name], *self.optional.get(name, ())))

    def index_of(self, rsid: str) -> int | None:
        """The variant with an rsID; ``None`` where none or several have it."""
        found = [index for index, variant in enumerate(self.variants) if self.rsids.get(variant.reference) == rsid]
        return found[0] if len(found) == 1 else None

    def rsid_at(self, site: Site) -> str | None:
        """The rsID of the variants at a site; ``None`` where they have none or several."""
        found = {self.rsids.get(self.variants[index].reference) for index in self.by_site[site]}
        return found.pop() if len(found) == 1 else None

    @property
    def is_x_linked(self) -> bool:
        """Whether the gene lies on the X chromosome."""
        return any(site.chromosome == "X" for site in self.sites)


@dataclass(slots=True)
class _Draft:
    """What one source says of one gene, while its rows are read."""

    names: list[str] = field(default_factory=list)
    required: dict[str, set[DefiningVariant]] = field(default_factory=lambda: defaultdict(set))
    optional: dict[str, set[DefiningVariant]] = field(default_factory=lambda: defaultdict(set))
    reference: str | None = None


_Drafts = dict[tuple[str, Reference], dict[str, _Draft]]
"""Symbol and gene to source to draft."""


@lru_cache(maxsize=4)  # both assemblies of the opened release, and of one beside it
def load_definitions(graph: Graph, assembly: Assembly) -> tuple[GeneDefinition, ...]:
    """Definitions on one assembly, in order of gene symbols; each gene's are of one source.

    PharmCAT's are on GRCh38 alone: they are carried over to GRCh37 where the older tables of pypgx, which have both
    assemblies, show that all of a gene is shifted by one distance.
    """
    drafts, structural = _drafts(graph, assembly)
    rsids, before = _rsids(graph, assembly), _preferences(graph)
    if assembly is Assembly.GRCH37:
        recent, also_structural = _drafts(graph, Assembly.GRCH38)
        structural = {**also_structural, **structural}
        rsids |= _rsids(graph, Assembly.GRCH38)
    found = []
    for (symbol, gene), by_source in drafts.items():
        unseen = tuple(sorted(structural.get(gene, ())))
        definition = _of_gene(graph, gene, symbol, by_source, unseen)
        if assembly is Assembly.GRCH37:
            newer = _of_gene(graph, gene, symbol, recent.get((symbol, gene), {}), unseen)
            if newer is not None and newer.source == pharmcat.SOURCE.id:
                definition = carry_over(newer, by_source[cpic.SOURCE.id].required) or definition
        if definition is not None:
            found.append(replace(definition, rsids=rsids, stands_before=before.get(symbol, {})))
    return tuple(sorted(found, key=lambda definition: definition.symbol))


def carry_over(newer: GeneDefinition, older: Mapping[str, Iterable[DefiningVariant]]) -> GeneDefinition | None:
    """A definition on GRCh38, carried over to GRCh37 by the variants of ``older``, which are on GRCh37.

    Variants that both assemblies share are named by their GRCh38 locus, so each tells the distance; all of a gene must
    tell one (a gap between the assemblies would tell two). Where the assemblies' own bases differ, ``older`` has the
    variant the other way round, and what an allele carries is turned over. ``None`` without a common distance.
    """
    variants = {variant for parts in older.values() for variant in parts}
    distances = [variant.site.position - shared for variant in variants if (shared := _shared_position(variant))]
    distance = max(set(distances), key=distances.count, default=None)
    if distance is None or distances.count(distance) < _AGREEING * len(distances):
        return None
    turned = {variant.site: variant for variant in variants if _shared_position(variant) is None}

    def moved(variant: DefiningVariant) -> DefiningVariant:
        site = Site(variant.site.chromosome, variant.site.position + distance)
        return DefiningVariant(variant.reference, site, variant.ref, variant.alt)

    flips = {
        shifted: turned[shifted.site]
        for variant in newer.variants
        if (shifted := moved(variant)).site in turned
        and (turned[shifted.site].ref, turned[shifted.site].alt) == (shifted.alt, shifted.ref)
    }
    base = {flip.site: flip.ref for flip in flips.values()}

    def carried(parts: Iterable[DefiningVariant], left_open: frozenset[DefiningVariant]) -> frozenset[DefiningVariant]:
        shifted = {moved(variant) for variant in parts}
        told = {variant.site for variant in shifted | left_open}
        opposite = {flip for variant, flip in flips.items() if variant.site not in told}
        kept = {replace(variant, ref=base.get(variant.site, variant.ref)) for variant in shifted - flips.keys()}
        return frozenset(kept | opposite)

    open_ = {name: frozenset(map(moved, parts)) for name, parts in newer.optional.items()}
    return GeneDefinition(
        newer.gene,
        newer.symbol,
        {name: carried(parts, open_.get(name, frozenset())) for name, parts in newer.alleles.items()},
        newer.structural,
        {name: frozenset(flips.get(variant, variant) for variant in parts) for name, parts in open_.items()},
        newer.source,
        {
            name: frozenset(Site(site.chromosome, site.position + distance) for site in sites)
            for name, sites in newer.stated.items()
        },
        newer.reference,
        newer.impact,
        carried_over=True,
    )


_AGREEING: Final = 0.9
"""Share of the variants of a gene that must tell one distance; the others are indels that the older table aligns otherwise."""


def _shared_position(variant: DefiningVariant) -> int | None:
    """The GRCh38 position of a variant that both assemblies have."""
    _, assembly, locus = variant.reference.identifier.split("/", 2)
    return int(locus.split("-")[1]) if assembly == Assembly.GRCH38 else None


def _preferences(graph: Graph) -> dict[str, dict[tuple[str, ...], frozenset[tuple[str, ...]]]]:
    """By symbol, the pairs that stand before others."""
    found: dict[str, dict[tuple[str, ...], frozenset[tuple[str, ...]]]] = defaultdict(dict)
    for quad in graph.store.quads_for_pattern(None, NamedNode(ATTRIBUTE + Attribute.UNPHASED_BEFORE), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            (symbol, picked), (_, other) = (_pair(node.value) for node in (quad.subject, quad.object))
            found[symbol][picked] = found[symbol].get(picked, frozenset()) | {other}
    return found


def _pair(iri: str) -> tuple[str, tuple[str, ...]]:
    symbol, _, diplotype = Reference.from_iri(iri).minted_name.partition("/")
    return symbol, tuple(sorted(allele_names(diplotype)))


def _rsids(graph: Graph, assembly: Assembly) -> dict[Reference, str]:
    rows = run_query(graph, "find-defining-sites", {"assembly": assembly.value}).dicts()
    pairs = ((row["variant"], row["rsid"]) for row in rows)
    return {v: rsid.identifier for v, rsid in pairs if isinstance(v, Reference) and isinstance(rsid, Reference)}


def _drafts(graph: Graph, assembly: Assembly) -> tuple[_Drafts, dict[Reference, set[str]]]:
    """What each source says of each gene, and the structural alleles of each gene."""
    variants: dict[tuple[str, Reference], list[tuple[DefiningVariant, bool]]] = defaultdict(list)
    for row in run_query(graph, "find-allele-definitions", {"assembly": assembly.value}).dicts():
        named, variant, locus = row["allele"], row["variant"], row["locus"]
        if isinstance(named, Reference) and isinstance(variant, Reference) and isinstance(locus, str):
            stated = (_variant(variant, locus), row["optional"] == "true")
            variants[str(row["source"]), named].append(stated)
    drafts: _Drafts = defaultdict(lambda: defaultdict(_Draft))
    structural: dict[Reference, set[str]] = defaultdict(set)
    for row in run_query(graph, "find-named-alleles", {}).dicts():
        gene, named, source = row["gene"], row["allele"], str(row["source"])
        if not (isinstance(gene, Reference) and isinstance(named, Reference)):
            continue
        name = named.minted_name.partition("/")[2]
        if name == MALE:
            continue
        if row["structural"] == "true":
            structural[gene].add(name)
        else:
            draft = drafts[str(row["symbol"]), gene][source]
            draft.names.append(name)
            for part, is_optional in variants[source, named]:
                (draft.optional if is_optional else draft.required)[name].add(part)
            if row["reference"] == "true":
                draft.reference = name
    return drafts, structural


def _of_gene(
    graph: Graph, gene: Reference, symbol: str, drafts: Mapping[str, _Draft], structural: tuple[str, ...]
) -> GeneDefinition | None:
    """The definition by the preferred source that has sites on this assembly."""
    for source in DEFINING:
        draft = drafts.get(source)
        if draft is None or not any((*draft.required.values(), *draft.optional.values())):
            continue
        alleles = _defined(draft)
        optional = {name: frozenset(draft.optional[name]) for name in alleles if draft.optional[name]}
        unseen = tuple(name for name in structural if name not in alleles)
        stated = {
            name: frozenset(variant.site for variant in (*draft.required[name], *draft.optional[name]))
            for name in alleles
        }
        impact = dict(_impacts(graph, symbol, alleles)) if symbol in LOWEST_FUNCTION else {}
        return GeneDefinition(gene, symbol, alleles, unseen, optional, source, stated, draft.reference, impact)
    return None


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


def _impacts(graph: Graph, symbol: str, names: Iterable[str]) -> Iterator[tuple[str, float]]:
    """How much function each allele leaves: its activity value, else the order of its function."""
    for name in names:
        values, functions = [], []
        for stated in graph.associations(allele(symbol, name), "is_sequence_variant_of"):
            values.append(least_score(str(stated.qualifier(Qualifier.ACTIVITY_SCORE))))
            functions.append(IMPACT.get(str(stated.qualifier(Qualifier.ALLELE_FUNCTION)).casefold()))
        known = [value for value in values if value is not None] or [value for value in functions if value is not None]
        yield name, min(known, default=_UNKNOWN_IMPACT)


def _variant(reference: Reference, locus: str) -> DefiningVariant:
    chromosome, position, ref, alt = locus.split("-")
    return DefiningVariant(reference, Site(chromosome, int(position)), ref, alt)
