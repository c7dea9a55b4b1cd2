"""Definitions of the named alleles of each pharmacogene on one assembly, read from the graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.rdf import ATTRIBUTE
from kg.sources import cpic, pharmcat
from kg.sources.cpic import MALE, allele, allele_names, least_score
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Qualifier
from queries.case import Assembly
from queries.catalog import run_query
from queries.pharmacogenomics.authority import DEFINING, result_of
from queries.pharmacogenomics.carry_over import carry_over
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.genes import IMPACT, LOWEST_FUNCTION, SUSCEPTIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.store import Graph

_UNKNOWN_IMPACT: Final = IMPACT["unknown function"]


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
        impact = dict(_impacts(graph, symbol, alleles, draft.reference)) if symbol in LOWEST_FUNCTION else {}
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


def _impacts(graph: Graph, symbol: str, names: Iterable[str], reference: str | None) -> Iterator[tuple[str, float]]:
    """How much function each allele leaves: its activity value, else the order of its function.

    What one copy of it makes of a reference allele is told last, and counts more: tables of functions are older.
    """
    for name in names:
        values, functions = [], []
        for stated in graph.associations(allele(symbol, name), "is_sequence_variant_of"):
            values.append(least_score(str(stated.qualifier(Qualifier.ACTIVITY_SCORE))))
            functions.append(IMPACT.get(str(stated.qualifier(Qualifier.ALLELE_FUNCTION)).casefold()))
        known = [value for value in values if value is not None] or [value for value in functions if value is not None]
        impact = min(known, default=_UNKNOWN_IMPACT)
        result = result_of(graph, symbol, (reference, name)) if reference is not None and name != reference else None
        if result is not None and result.phenotype.minted_name.endswith(SUSCEPTIBLE):
            impact = IMPACT["no function"]
        elif result is not None and result.score is None and impact < _UNKNOWN_IMPACT:
            impact = _UNKNOWN_IMPACT
        yield name, impact


def _variant(reference: Reference, locus: str) -> DefiningVariant:
    chromosome, position, ref, alt = locus.split("-")
    return DefiningVariant(reference, Site(chromosome, int(position)), ref, alt)
