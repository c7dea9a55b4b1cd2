"""What is known of each pharmacogene of a patient: its compatible diplotypes and their phenotypes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.sources.cpic import MALE, allele, gene_phenotype, least_score
from kg.sources.pharmcat import score_phenotype
from ontology.errors import InputError
from ontology.vocabulary import Qualifier
from queries.candidate import CallStatus, Diplotype, GeneCall, Positions
from queries.medication import PositionStatus
from queries.pharmacogenomics.authority import NAMING, StatedPhenotypes, phenotype_of, result_of
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.gene_definition import GeneDefinition, Site
from queries.pharmacogenomics.genes import GUIDELINE_GENES, LOWEST_FUNCTION, OUTSIDE_ONLY, STRUCTURAL, TYPED_BY_ALLELE
from queries.pharmacogenomics.matching import Match, match_alleles
from queries.pharmacogenomics.symbols import find_gene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Association
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.case import Assembly, CallSource, DiplotypeCall, Genotype, PatientCase, Sex
    from queries.pharmacogenomics.matched_pair import MatchedPair

MOST_PAIRS: Final = 500
"""With more compatible pairs than these not every pair of two unseen alleles takes part, but each two of their functions do."""
LISTED: Final = 100
"""How many compatible diplotypes are listed; of more, the preferred ones and one of each phenotype and score are."""
_NAMED: Final = 12
"""How many alleles a message names."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """A gene call together with the associations that lead from its diplotypes to their phenotypes."""

    call: GeneCall
    symbol: str
    phenotypes: Mapping[Reference, Association | None]
    """Gene phenotype to the association of one diplotype that has it; ``None`` where the phenotype itself was given."""
    definition: GeneDefinition | None = None
    match: Match | None = None
    """What the call rests on, where it comes from genotypes."""

    @property
    def has_result(self) -> bool:
        """Whether the gene counts as determined in a recommendation: called for use, with or without a known phenotype."""
        return not self.call.research and (self.call.status is not CallStatus.NOT_CALLED or bool(self.phenotypes))


def call_genes(graph: Graph, case: PatientCase) -> list[Interpreted]:
    """Every gene that the case says something of, in order of symbols.

    A diplotype that was given wins over what the genotypes show, which is then not looked at. Genes that guidelines are
    for are there whenever genotypes are, called or not; others only where a defining position was assayed.
    """
    given: dict[str, list[DiplotypeCall]] = defaultdict(list)
    for call in case.diplotypes:
        given[call.gene_symbol].append(call)
    calls = [_from_given(graph, symbol, alternatives) for symbol, alternatives in given.items()]
    if case.genotypes is not None:
        definitions = load_definitions(graph, case.genotypes.assembly)
        genes_at = _genes_at(graph, case.genotypes.assembly)
        records: dict[int, list[Genotype]] = defaultdict(list)
        for record in case.genotypes.sites:
            for index in genes_at.get((record.chromosome, record.position), ()):
                records[index].append(record)
        for index in sorted({*records, *_always(definitions)}):
            definition = definitions[index]
            if definition.symbol not in given:
                assumed, source = case.assume_missing_is_reference, case.genotypes.source
                own = tuple(records.get(index, ()))
                calls.append(_from_genotypes(graph, definition, own, source, case.sex, assumed))
    return sorted(calls, key=lambda interpreted: interpreted.symbol)


@lru_cache(maxsize=4)  # as the definitions
def _genes_at(graph: Graph, assembly: Assembly) -> dict[tuple[str, int], tuple[int, ...]]:
    """Which definitions, by their place in order, have a site."""
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for index, definition in enumerate(load_definitions(graph, assembly)):
        for site in definition.by_site:
            found[site] = (*found.get(site, ()), index)
    return found


@lru_cache(maxsize=4)
def _always(definitions: tuple[GeneDefinition, ...]) -> tuple[int, ...]:
    """Places of the genes that are answered whether or not anything of them was assayed."""
    expected = GUIDELINE_GENES | STRUCTURAL.keys() | OUTSIDE_ONLY.keys()
    return tuple(index for index, definition in enumerate(definitions) if definition.symbol in expected)


def _from_given(graph: Graph, symbol: str, alternatives: Sequence[DiplotypeCall]) -> Interpreted:
    """The call of a gene whose diplotype (or phenotype alone) was given; several different ones are alternatives."""
    diplotypes: list[Diplotype] = []
    phenotypes: dict[Reference, Association | None] = {}
    messages = []
    for given in alternatives:
        name = "/".join(given.alleles)
        stated = phenotype_of(graph, symbol, given.alleles) if given.alleles else None
        if stated is not None:
            diplotypes.append(_diplotype(stated))
            phenotypes.setdefault(stated.object, stated)
            if given.phenotype is not None and given.phenotype != diplotypes[-1].phenotype:
                messages.append(f"the call gives {given.phenotype}, CPIC assigns {diplotypes[-1].phenotype} to {name}")
            continue
        phenotype = given.phenotype or _of_score(symbol, given.activity_score)
        diplotypes.append(Diplotype(name, phenotype, given.activity_score))
        if phenotype is not None and graph.entity(gene_phenotype(symbol, phenotype)):
            phenotypes.setdefault(gene_phenotype(symbol, phenotype), None)
        elif not symbol.startswith(TYPED_BY_ALLELE):
            messages.append(f"the release knows no phenotype for {symbol} {name or given.phenotype or ''}".rstrip())
    gene = find_gene(graph, symbol)
    if gene is None:
        raise InputError(f"{symbol}: is no gene of this release; write its approved symbol")
    status = CallStatus.CALLED if len(diplotypes) == 1 else CallStatus.AMBIGUOUS
    call = GeneCall(gene, status, alternatives[0].source, tuple(diplotypes), None, tuple(messages))
    return Interpreted(call, symbol, phenotypes)


def _of_score(symbol: str, score: float | None) -> str | None:
    """The phenotype that CPIC assigns to an activity score that was given alone."""
    try:
        return None if score is None else score_phenotype(symbol, Decimal(str(score)))
    except ValueError:
        return None


@lru_cache(maxsize=8_192)  # samples of a cohort share most of their genotypes, gene by gene
def _from_genotypes(
    graph: Graph,
    definition: GeneDefinition,
    records: tuple[Genotype, ...],
    source: CallSource,
    sex: Sex | None,
    assumed: bool,
) -> Interpreted:
    """The call of a gene from the records at its sites; the same records have the same call."""
    gene = graph.entity(definition.gene)
    assert gene is not None  # noqa: S101 - the definition was read from this graph
    symbol = definition.symbol
    if reason := OUTSIDE_ONLY.get(symbol):
        message = f"not called from short variants: {reason}; give its diplotype or an outside call"
        return Interpreted(GeneCall(gene, CallStatus.NOT_CALLED, source, messages=(message,)), symbol, {})
    sites: dict[Site, list[Genotype]] = defaultdict(list)
    for record in records:
        sites[Site(record.chromosome, record.position)].append(record)
    found = match_alleles(definition, sites, sex=sex, assume_missing_is_reference=assumed)
    match = _informative(definition, found)
    research = symbol not in GUIDELINE_GENES or match.unnamed
    diplotypes, phenotypes = _interpret(
        graph, definition, _representative(graph, definition, match.pairs), research=research
    )
    shown = _listed(diplotypes)
    call = GeneCall(
        gene,
        _status(match),
        source,
        shown,
        _positions(definition, match),
        tuple(_messages(definition, match, len(match.pairs) - len(shown), assumed=assumed)),
        research,
        assumed and bool(match.missing),
    )
    return Interpreted(call, symbol, {} if research else phenotypes, definition, match)


def _status(match: Match) -> CallStatus:
    if not match.pairs or match.unnamed:
        return CallStatus.NOT_CALLED
    certain = len(match.pairs) == 1 and not match.pairs[0].stands_in
    return CallStatus.CALLED if certain else CallStatus.AMBIGUOUS


def _informative(definition: GeneDefinition, match: Match) -> Match:
    """The match, without pairs where the genotypes exclude none; there are more where a copy may carry several alleles."""
    if definition.symbol in LOWEST_FUNCTION:
        return match
    every = len(definition.names) * (len(definition.names) + 1) // 2
    if len(match.pairs) >= every > 1:
        return replace(match, pairs=(), reason="what was assayed excludes no diplotype")
    return match


def _representative(graph: Graph, definition: GeneDefinition, pairs: Sequence[MatchedPair]) -> Sequence[MatchedPair]:
    """The pairs; of very many those with an allele of a preferred one, and of the others one for each two functions."""
    if len(pairs) <= MOST_PAIRS:
        return pairs
    told = {name for pair in pairs if pair.preferred for name in pair.names}
    function = _functions(graph, definition)
    kept: dict[object, MatchedPair] = {}
    for pair in pairs:
        near = not told.isdisjoint(pair.names)
        kept.setdefault(pair.names if near else frozenset(function[name] for name in pair.deciding or pair.names), pair)
    return tuple(kept.values())


@lru_cache(maxsize=64)
def _functions(graph: Graph, definition: GeneDefinition) -> dict[str, tuple[str, str]]:
    """Function and activity value of each allele, as all sources write them."""
    found = {MALE: ("", "")}
    for name in definition.names:
        stated = graph.associations(allele(definition.symbol, name), "is_sequence_variant_of")
        words = {str(one.qualifier(Qualifier.ALLELE_FUNCTION)).casefold() for one in stated}
        values = {str(one.qualifier(Qualifier.ACTIVITY_SCORE)) for one in stated}
        found[name] = ("/".join(sorted(words)), "/".join(sorted(values)))
    return found


def _positions(definition: GeneDefinition, match: Match) -> Positions:
    def named(sites: Iterable[Site]) -> tuple[str, ...]:
        return tuple(map(definition.site_name, sites))

    having = match.observed.having
    return Positions(
        match.assayed,
        named(match.missing),
        named(having(PositionStatus.NO_CALL)),
        named(having(PositionStatus.FILTERED)),
        named(having(PositionStatus.CONFLICTING)),
    )


def _messages(definition: GeneDefinition, match: Match, unlisted: int, *, assumed: bool) -> Iterator[str]:
    if match.reason:
        yield match.reason
    yield from match.notes
    if match.unnamed:
        yield "shows a combination that no named allele has; nothing is known of its function (research use only)"
    if reason := STRUCTURAL.get(definition.symbol):
        yield f"from short variants alone, for research: {reason}; give its diplotype or an outside call"
    elif definition.symbol not in GUIDELINE_GENES:
        yield "for research: no guideline rests on calls of this gene from short variants"
    if match.missing and match.pairs:
        excluded = _not_excluded(definition, match)
        more = f" and {len(excluded) - _NAMED} more" if len(excluded) > _NAMED else ""
        names = f"; cannot exclude {', '.join(excluded[:_NAMED])}{more}" if excluded else ""
        yield f"{len(match.missing)} of {len(definition.sites)} defining positions were not seen{names}"
    if unlisted:
        yield f"{unlisted} more diplotypes are compatible; each two functions of their alleles are listed"
    if definition.structural:
        yield f"structural alleles cannot be seen in short variants: {', '.join(definition.structural)}"
    if definition.carried_over:
        yield "defining positions are those of GRCh38, shifted to GRCh37 by the distance that all of the gene has"
    if assumed:
        yield "positions absent from the input were assumed to carry the assembly's base, as asked"


def _not_excluded(definition: GeneDefinition, match: Match) -> list[str]:
    """Alleles of compatible diplotypes that no preferred one has, and that an unseen position defines."""
    unseen = set(match.missing)
    preferred = {name for pair in match.pairs if pair.preferred for name in pair.single}
    listed = {name for pair in match.pairs for name in pair.single}
    others = (set(definition.names) if definition.symbol in LOWEST_FUNCTION else listed) - preferred
    return sorted(
        name
        for name in others & definition.alleles.keys()
        if name != definition.reference and definition.own_sites(name) & unseen
    )


def _interpret(
    graph: Graph, definition: GeneDefinition, pairs: Iterable[MatchedPair], *, research: bool
) -> tuple[tuple[Diplotype, ...], Mapping[Reference, Association | None]]:
    """Diplotypes with phenotype and score, and for each phenotype the association that states it.

    Of a gene that is called for research the preferred diplotypes alone have a phenotype: no advice rests on the others.
    """
    diplotypes: list[Diplotype] = []
    alleles: dict[Reference, tuple[str, ...]] = {}
    sources = NAMING.get(definition.source)
    for pair in pairs:
        deciding = pair.deciding or pair.names
        sought = pair.preferred or not research
        found = result_of(graph, definition.symbol, deciding, sources) if sought else None
        if found is not None:
            alleles.setdefault(found.phenotype, deciding)
        diplotypes.append(
            Diplotype(
                "/".join(name for name in pair.names if name != MALE),
                None if found is None else found.phenotype.minted_name.partition("/")[2],
                None if found is None else found.score,
                pair.score,
                pair.preferred,
                "/".join(deciding) if deciding != pair.names else None,
            )
        )
    return tuple(diplotypes), StatedPhenotypes(graph, definition.symbol, alleles, sources)


def _listed(diplotypes: Sequence[Diplotype]) -> tuple[Diplotype, ...]:
    """At most ``LISTED`` diplotypes and as many more as there are preferred ones, phenotypes and scores."""
    first_of = {(d.phenotype, d.activity_score): index for index, d in reversed(list(enumerate(diplotypes)))}
    kept = set(first_of.values())
    return tuple(d for index, d in enumerate(diplotypes) if index < LISTED or d.preferred or index in kept)


def _diplotype(stated: Association) -> Diplotype:
    score = stated.qualifier(Qualifier.ACTIVITY_SCORE)
    return Diplotype(
        stated.subject.minted_name.partition("/")[2],
        stated.object.minted_name.partition("/")[2],
        None if score is None else least_score(str(score)),
    )
