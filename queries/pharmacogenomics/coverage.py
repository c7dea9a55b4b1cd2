"""What a patient's genotypes can show of each gene, and how likely they hide an allele.

The residual risk is the share of the diplotypes that are compatible with the genotypes and not preferred, each weighted
by the frequencies of its two alleles in the stated biogeographic group, in Hardy-Weinberg proportions. Frequencies are
those of CPIC's tables; an allele without one has no weight, so the risk is then a lower bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.paths import make_path
from kg.sources.cpic import MALE, allele
from ontology.vocabulary import Qualifier
from queries.medication import Coverage, DefiningPosition, UnseenAllele
from queries.pharmacogenomics.genes import GUIDELINE_GENES, LOWEST_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.model import Association
    from kg.store import Graph
    from queries.case import BiogeographicGroup, PatientCase
    from queries.pharmacogenomics.calls import Interpreted
    from queries.pharmacogenomics.gene_definition import GeneDefinition, Site
    from queries.pharmacogenomics.matching import Match

_STRUCTURAL: Final = "a copy number or hybrid allele, which short variants do not show"


def cover_genes(graph: Graph, case: PatientCase, genes: Iterable[Interpreted]) -> tuple[Coverage, ...]:
    """The coverage of each gene that guidelines are for and whose call rests on genotypes."""
    if case.genotypes is None:
        return ()
    return tuple(
        _cover(graph, case, gene, gene.definition, gene.match)
        for gene in genes
        if gene.definition is not None and gene.match is not None and gene.symbol in GUIDELINE_GENES
    )


def _cover(graph: Graph, case: PatientCase, gene: Interpreted, definition: GeneDefinition, match: Match) -> Coverage:
    assert case.genotypes is not None  # noqa: S101 - the caller has looked
    stated = _frequencies(graph, definition, case.ancestry) if case.ancestry is not None else {}
    weights = {name: float(str(one.qualifier(Qualifier.FREQUENCY))) for name, one in stated.items()}
    unseen = tuple(_unseen(graph, definition, match, weights))
    risk, note = _residual(definition, match, weights, unseen, case.ancestry)
    shown = [stated[item.name] for item in unseen if item.name in stated]
    return Coverage(
        gene.call.gene,
        case.genotypes.assembly,
        tuple(_positions(definition, match)),
        unseen,
        case.ancestry,
        risk,
        note,
        tuple(make_path(graph, one.subject, [one]) for one in shown),
    )


def _positions(definition: GeneDefinition, match: Match) -> Iterator[DefiningPosition]:
    at: dict[Site, list[str]] = {site: [] for site in definition.by_site}
    shared = definition.alleles.get(definition.reference or "", frozenset())
    for name in definition.names:
        for variant in (*(definition.alleles[name] ^ shared), *definition.optional.get(name, ())):
            at[variant.site].append(name)
    for site, view in match.observed.sites.items():
        names = tuple(dict.fromkeys(at[site]))
        yield DefiningPosition(*site, definition.rsid_at(site), view.status, view.reason, names)


def _unseen(
    graph: Graph, definition: GeneDefinition, match: Match, weights: Mapping[str, float]
) -> Iterator[UnseenAllele]:
    """Alleles that an unseen position leaves possible, and those that short variants never show."""
    missing = set(match.missing)
    open_ = not match.pairs or definition.symbol in LOWEST_FUNCTION
    carried = {name for pair in match.pairs for name in pair.single}
    preferred = {name for pair in match.pairs if pair.preferred for name in pair.single}
    for name in definition.names:
        own = definition.own_sites(name) & missing
        if own and name != definition.reference and (open_ or name in carried - preferred):
            sites = sorted(map(definition.site_name, own))
            yield UnseenAllele(
                name, _function(graph, definition, name), f"{', '.join(sites)} not seen", weights.get(name)
            )
    for name in definition.structural:
        yield UnseenAllele(name, _function(graph, definition, name), _STRUCTURAL, weights.get(name))


def _residual(
    definition: GeneDefinition,
    match: Match,
    weights: Mapping[str, float],
    unseen: tuple[UnseenAllele, ...],
    group: BiogeographicGroup | None,
) -> tuple[float | None, str]:
    """The probability of a diplotype that is not preferred, and what to know about it."""
    if group is None:
        return None, "no biogeographic group is stated, so no frequency is known"
    if not match.pairs or match.pairs[0].stands_in:
        return None, "the gene is not called"
    carried = {name for pair in match.pairs for name in pair.single if name != MALE}
    unknown = {name for name in carried | {item.name for item in unseen} if name not in weights}
    told = {name for pair in match.pairs if pair.preferred for name in pair.single}
    bound = "not exact" if unknown & told else "a lower bound"
    lower = f"{bound}: {len(unknown)} alleles have no frequency in this group" if unknown else ""
    if definition.symbol in LOWEST_FUNCTION:
        together = sum(item.frequency or 0.0 for item in unseen)
        return 1 - (1 - together) ** 2, lower
    likely = {pair: _weight(pair.names, weights) for pair in match.pairs}
    preferred = sum(weight for pair, weight in likely.items() if pair.preferred)
    if not preferred:
        return None, "the alleles of the preferred diplotype have no frequency in this group"
    return 1 - preferred / sum(likely.values()), lower


def _weight(names: tuple[str, str], weights: Mapping[str, float]) -> float:
    first, second = (weights.get(name, 0.0) for name in names)
    if names[1] == MALE:
        return first
    return first * second * (1 if names[0] == names[1] else 2)


def _frequencies(graph: Graph, definition: GeneDefinition, group: BiogeographicGroup) -> dict[str, Association]:
    """Frequency statements of the gene's alleles in one group."""
    found = {}
    for name in (*definition.names, *definition.structural):
        for stated in graph.associations(allele(definition.symbol, name), "is_sequence_variant_of"):
            if stated.qualifier(Qualifier.FREQUENCY) is not None and stated.qualifier(Qualifier.POPULATION) == group:
                found[name] = stated
    return found


def _function(graph: Graph, definition: GeneDefinition, name: str) -> str | None:
    stated = graph.associations(allele(definition.symbol, name), "is_sequence_variant_of")
    functions = (one.qualifier(Qualifier.ALLELE_FUNCTION) for one in stated)
    return next((str(function) for function in functions if function is not None), None)
