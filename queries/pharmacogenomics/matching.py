"""Which pairs of named alleles explain what an assay saw at the defining sites of a gene.

A pair explains the genotypes when, at every assayed defining site, it carries the observed number of each defining base,
where a variant that an allele may carry or not counts either way, and when the two alleles can lie on the strands that
phased genotypes tell (those of one phase set together, of different sets in any order). What was not assayed restricts
nothing: a site that is missing keeps every allele possible that differs there, the reference allele included.

All such pairs are in the answer. Preferred among them are those that PharmCAT's named-allele matcher reports: of the
pairs whose alleles have an assayed defining site each, the ones whose alleles have the most of them
(doi:10.1002/cpt.928; PharmCAT, "Named Allele Matcher 101"). A score prefers; it makes no pair likelier than another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from kg.sources.cpic import MALE
from queries.medication import PositionStatus
from queries.pharmacogenomics.combinations import find_combinations
from queries.pharmacogenomics.components import match_components
from queries.pharmacogenomics.genes import LOWEST_FUNCTION, RESCUED_BY
from queries.pharmacogenomics.matched_pair import MatchedPair
from queries.pharmacogenomics.observation import UNKNOWN, observe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from queries.case import Genotype, Sex
    from queries.pharmacogenomics.gene_definition import GeneDefinition, Site
    from queries.pharmacogenomics.observation import Observation

_UNCALLABLE: Final = "no pair of named alleles explains these genotypes"


@dataclass(frozen=True, slots=True)
class Match:
    """Result for one gene: compatible pairs, preferred ones first, and why there is none.

    ``assayed`` counts the sites that show all that they should; of a site with a base change and a deletion, a record may
    show the one and not the other. ``notes`` qualify the pairs. ``unnamed`` says that a pair holds what no named allele
    has, so that nothing is known of its function.
    """

    pairs: tuple[MatchedPair, ...]
    observed: Observation
    reason: str | None = None
    notes: tuple[str, ...] = ()
    unnamed: bool = False

    @property
    def assayed(self) -> int:
        """How many defining sites show all that they should."""
        return len(self.observed.having(PositionStatus.SEEN))

    @property
    def missing(self) -> tuple[Site, ...]:
        """Defining sites that do not show all that they should."""
        return self.observed.unseen


def match_alleles(
    definition: GeneDefinition,
    sites: Mapping[Site, Sequence[Genotype]],
    *,
    sex: Sex | None = None,
    assume_missing_is_reference: bool = False,
) -> Match:
    """Compatible allele pairs of one gene. ``sites`` are the assayed ones with their records (a VCF may split a site)."""
    observed = observe(definition, sites, sex=sex, assume_missing_is_reference=assume_missing_is_reference)
    if not observed.is_informative:
        return Match((), observed, "no defining position was assayed")
    if observed.fault:
        return Match((), observed, observed.fault)
    if definition.symbol in LOWEST_FUNCTION:
        pairs, notes, reason = match_components(definition, observed)
        return Match(pairs, observed, reason, notes)
    if observed.strange:
        return _rescued(definition, observed, _strange(observed))
    pairs = _named_pairs(definition, observed)
    if pairs:
        return Match(pairs, observed)
    rescued = _rescued(definition, observed, _UNCALLABLE)
    if rescued.pairs:
        return rescued
    combined = find_combinations(definition, observed)
    return Match(combined, observed, _UNCALLABLE, unnamed=bool(combined))


def _strange(observed: Observation) -> str:
    site, change = next(iter(observed.strange.items()))
    return f"{site.chromosome}:{site.position} shows {change}, which no allele definition has"


def _named_pairs(definition: GeneDefinition, observed: Observation) -> tuple[MatchedPair, ...]:
    required, possible, names = definition.required, definition.possible, definition.names
    fits = np.all(required <= observed.most, axis=1)
    if observed.ploidy == 1:
        fits &= np.all(possible >= observed.least, axis=1)
        pairs = [(names[index], MALE) for index in np.flatnonzero(fits)]
    else:
        fits &= np.all((observed.least < 2) | (possible > 0), axis=1)
        chosen = np.flatnonzero(fits)
        first, second = np.nonzero(np.triu(_compatible(required[chosen], possible[chosen], observed)))
        pairs = [(names[a], names[b]) for a, b in zip(chosen[first], chosen[second], strict=True)]
    seen = set(observed.having(PositionStatus.SEEN))
    scores = {name: _score(definition, name, seen) for pair in pairs for name in pair if name != MALE}
    ranked = rank_pairs(pairs, {**scores, MALE: 0})
    return ranked if observed.blocks else _stand_before(ranked, definition)


def _score(definition: GeneDefinition, name: str, seen: set[Site]) -> int:
    """How many seen sites define an allele; none where only sites are seen at which its copies differ."""
    own = definition.own_sites(name)
    always = {variant.site for variant in definition.alleles[name]} & own
    return len(own & seen) if own == definition.sites or not always or always & seen else 0


def _stand_before(pairs: tuple[MatchedPair, ...], definition: GeneDefinition) -> tuple[MatchedPair, ...]:
    """Pairs with those preferred alone that PharmCAT reports before others which the same unphased genotypes fit."""
    present = {tuple(sorted(pair.names)) for pair in pairs}
    first = {key for key in present if present & definition.stands_before.get(key, frozenset())}
    if not first:
        return pairs
    chosen = [replace(pair, preferred=tuple(sorted(pair.names)) in first) for pair in pairs]
    return tuple(sorted(chosen, key=lambda pair: not pair.preferred))


def _compatible(required: NDArray[np.int8], possible: NDArray[np.int8], observed: Observation) -> NDArray[np.bool_]:
    """Which two alleles together fit the copies and the strands (shape: alleles x alleles)."""
    fits: NDArray[np.bool_] = np.all(required[:, None] + required[None] <= observed.most, axis=2)
    fits &= np.all(possible[:, None] + possible[None] >= observed.least, axis=2)
    for block in observed.blocks:
        on = [_on_strand(required, possible, strand) for strand in block]
        fits &= np.outer(on[0], on[1]) | np.outer(on[1], on[0])
    return fits


def _on_strand(required: NDArray[np.int8], possible: NDArray[np.int8], strand: NDArray[np.int8]) -> NDArray[np.bool_]:
    known = strand != UNKNOWN
    fits: NDArray[np.bool_] = np.all((required <= strand) & (strand <= possible) | ~known, axis=1)
    return fits


def rank_pairs(pairs: Sequence[tuple[str, str]], scores: Mapping[str, int]) -> tuple[MatchedPair, ...]:
    """Pairs with their scores, preferred ones first, then by falling score and name.

    Of an allele whose every defining site is unseen nothing speaks for it: it stays possible and is never preferred.
    """
    summed = {pair: scores[pair[0]] + scores[pair[1]] for pair in pairs}
    shown = [pair for pair in pairs if all(scores[name] or name == MALE for name in pair)]
    best = max((summed[pair] for pair in shown), default=None)
    preferred = {pair for pair in shown if summed[pair] == best}
    found = [MatchedPair(*pair, summed[pair], pair in preferred) for pair in pairs]
    return tuple(sorted(found, key=lambda pair: (not pair.preferred, -pair.score, pair.first, pair.second)))


def _rescued(definition: GeneDefinition, observed: Observation, reason: str) -> Match:
    """A gene without a diplotype whose guideline rests on one variant, by that variant; see ``RESCUED_BY``."""
    rsid, stand_ins = RESCUED_BY.get(definition.symbol, (None, ()))
    index = definition.index_of(rsid) if rsid else None
    if (
        index is None
        or observed.least[index] != observed.most[index]
        or definition.variants[index].site in observed.strange
    ):
        return Match((), observed, reason)
    first, second = stand_ins[int(observed.least[index])].split("/")
    note = f"{reason}; {rsid} alone decides its function (doi:10.1002/cpt.2557), so {first}/{second} stands for it"
    return Match((MatchedPair(first, second, 1, preferred=True, stands_in=True),), observed, notes=(note,))
