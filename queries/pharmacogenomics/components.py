"""Genes whose named alleles are single variants: several may lie on one copy, of which the lowest function decides.

DPYD as CPIC scores it (doi:10.1002/cpt.911), and RYR1 and CACNA1S alike (PharmCAT, "Gene Definition Exceptions"): where
phase tells the strands, each strand's variants are listed and its lowest function counts. Where it does not, every
arrangement is compatible, and the one that leaves the least function, with the two lowest on different copies, is
preferred. A position that was not seen keeps its allele possible on either strand: nothing omitted is reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import compress, product
from typing import TYPE_CHECKING, Final

import numpy as np

from queries.pharmacogenomics.matched_pair import MatchedPair
from queries.pharmacogenomics.observation import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from queries.pharmacogenomics.gene_definition import GeneDefinition
    from queries.pharmacogenomics.observation import Observation

    Strands = NDArray[np.int8]

MOST_UNPHASED: Final = 10
"""With more heterozygous variants of unknown phase than these (2 to the power of 9 arrangements) the gene is not called."""
MOST_UNSEEN: Final = 12
"""Of how many unseen alleles each is placed by name; of more, one for each function."""

_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, eq=False)
class _Copy:
    """One copy of the gene: the alleles that it carries, and those that it may carry because a position is unseen."""

    present: NDArray[np.bool_]
    """Where it differs from the reference allele."""
    carried: tuple[str, ...]
    open: tuple[str, ...]
    assumed: tuple[str, ...]
    """Of the carried ones, those that a part of their variants speaks for and nothing against."""
    loose: tuple[str, ...]
    """Loci of variants that no allele explains."""


@dataclass(slots=True)
class _Components:
    """The single-variant alleles of a gene, told from the variants of a strand."""

    definition: GeneDefinition
    alleles: dict[str, NDArray[np.bool_]] = field(init=False)
    """Where each allele differs from the reference allele, which on some assembly carries variants itself.

    Those of most differences stand first, so that a haplotype is not taken for its part.
    """
    reference: str = field(init=False)
    shared: NDArray[np.int8] = field(init=False)
    """Variants of the reference allele."""
    rows: NDArray[np.bool_] = field(init=False)
    """The differences of all alleles (shape: alleles x variants)."""

    def __post_init__(self) -> None:
        rows = dict(zip(self.definition.names, self.definition.required, strict=True))
        self.reference = self.definition.reference or next(name for name, row in rows.items() if not row.any())
        self.shared = rows[self.reference]
        apart = {name: row != self.shared for name, row in rows.items() if name != self.reference}
        self.alleles = dict(sorted(apart.items(), key=lambda item: (-item[1].sum(), item[0])))
        self.rows = np.array(list(self.alleles.values()), dtype=bool)

    def read(self, strand: NDArray[np.int8]) -> _Copy:
        """What a copy carries and may carry."""
        unknown = strand == UNKNOWN
        present = ~unknown & (strand != self.shared)
        carried, explained = self.named(present)
        assumed = []
        possible = ~np.any(self.rows & ~(present | unknown), axis=1)
        for name in self._named(possible & np.any(self.rows & present & ~explained, axis=1)):
            if np.any((present & ~explained)[self.alleles[name]]):
                assumed.append(name)
                explained |= self.alleles[name]
        both = (*carried, *assumed)
        open_ = [name for name in self._named(possible & np.any(self.rows & unknown, axis=1)) if name not in both]
        loose = [self.definition.loci[index] for index in np.flatnonzero(present & ~explained)]
        return _Copy(present, tuple(sorted(both, key=_order)), tuple(open_), tuple(assumed), tuple(loose))

    def named(self, present: NDArray[np.bool_]) -> tuple[list[str], NDArray[np.bool_]]:
        """Alleles all of whose variants are present, in the order of the gene, and the variants that they explain."""
        explained = np.zeros_like(present)
        carried = []
        for name in self._within(present):
            if not np.all(explained[self.alleles[name]]):
                carried.append(name)
                explained |= self.alleles[name]
        return sorted(carried, key=_order), explained

    def _within(self, variants: NDArray[np.bool_]) -> list[str]:
        """Alleles that differ from the reference allele by some of these variants alone."""
        return self._named(~np.any(self.rows & ~variants, axis=1))

    def _named(self, chosen: NDArray[np.bool_]) -> list[str]:
        """The names of some alleles (shape: alleles), those of most differences first."""
        return list(compress(self.alleles, chosen.tolist()))

    def with_allele(self, copy: _Copy, name: str | None) -> list[str]:
        """What a copy carries if it has one allele more."""
        if name is None:
            return list(copy.carried)
        more, _ = self.named(copy.present | self.alleles[name])
        kept = [other for other in copy.assumed if not np.all(self.alleles[name][self.alleles[other]])]
        return sorted({*more, *kept}, key=_order)

    def lowest(self, names: Iterable[str]) -> str:
        """The allele of the lowest function; the reference allele where there is none."""
        return min(names, key=lambda name: (self.impact(name), _order(name)), default=self.reference)

    def impact(self, name: str) -> float:
        """How much function an allele leaves, 0 to 1."""
        return 1.0 if name == self.reference else self.definition.impact.get(name, 1.0)

    def pair(self, first: Sequence[str], second: Sequence[str]) -> MatchedPair:
        """The two copies as a diplotype, not preferred yet."""
        copies = sorted((first, second), key=lambda names: (bool(names), [_order(name) for name in names]))
        one, other = (self._written(names) for names in copies)
        return MatchedPair(
            one, other, len(first) + len(second), False, (self.lowest(copies[0]), self.lowest(copies[1]))
        )

    def _written(self, names: Sequence[str]) -> str:
        return f"[{' + '.join(names)}]" if len(names) > 1 else next(iter(names), self.reference)


def match_components(
    definition: GeneDefinition, observed: Observation
) -> tuple[tuple[MatchedPair, ...], tuple[str, ...], str | None]:
    """Compatible diplotypes, those of the lowest function preferred; notes; and why there is none."""
    units = list(_units(observed))
    if len(units) > MOST_UNPHASED:
        return (), (), f"{len(units)} heterozygous variants without phase; their arrangements cannot be listed"
    components = _Components(definition)
    copies = [(components.read(one), components.read(other)) for one, other in _arrangements(observed, units)]
    plain = {components.pair(one.carried, other.carried): None for one, other in copies}
    least = min(_left(components, pair) for pair in plain)
    preferred = [pair for pair in plain if _left(components, pair) == least]
    found = {pair.names: _marked(pair, preferred=pair in preferred) for pair in plain}
    for one, other in copies:
        for pair in _with_unseen(components, one, other):
            found.setdefault(pair.names, pair)
    ranked = sorted(found.values(), key=lambda pair: (not pair.preferred, -pair.score, pair.first, pair.second))
    return tuple(ranked), tuple(_notes(definition, observed, copies, len(plain))), None


def _units(observed: Observation) -> Iterator[Strands]:
    """What keeps together when strands are told: each phase set, and each variant of one strand without a set."""
    open_ = (observed.least < 2) & (observed.most > 0)
    placed = np.zeros_like(open_)
    for block in observed.blocks:
        told = open_ & np.any(block != UNKNOWN, axis=0)
        placed |= told
        if told.any():
            yield block
    for index in np.flatnonzero(open_ & ~placed & ((observed.least == 1) | (observed.most == 1))):
        unit = np.full((2, len(open_)), UNKNOWN, dtype=np.int8)
        if observed.least[index] == 1:
            unit[0, index] = 1
        if observed.most[index] == 1:
            unit[1, index] = 0
        yield unit


def _arrangements(
    observed: Observation, units: Sequence[Strands]
) -> Iterator[tuple[NDArray[np.int8], NDArray[np.int8]]]:
    """Both strands of every arrangement of the units."""
    same = np.full((2, len(observed.least)), UNKNOWN, dtype=np.int8)
    same[:, observed.least == 2] = 1
    same[:, observed.most == 0] = 0
    for turned in product((False, True), repeat=max(0, len(units) - 1)):
        strands = same.copy()
        for unit, turn in zip(units, (False, *turned), strict=False):
            known = unit[::-1] if turn else unit
            strands = np.where(known == UNKNOWN, strands, known)
        yield strands[0], strands[1]


def _with_unseen(components: _Components, one: _Copy, other: _Copy) -> Iterator[MatchedPair]:
    """Diplotypes with an unseen allele on one or both strands, and without what is only assumed.

    Of two unseen alleles on the two strands each combination of functions is there, not each of names.
    """
    for name in dict.fromkeys((*one.assumed, *other.assumed)):
        without = [[n for n in copy.carried if n != name or n not in copy.assumed] for copy in (one, other)]
        yield components.pair(without[0], other.carried)
        yield components.pair(one.carried, without[1])
        yield components.pair(*without)
    spoken = [{components.impact(name): name for name in copy.open}.values() for copy in (one, other)]
    few = len({*one.open, *other.open}) <= MOST_UNSEEN
    named = (*one.open, *other.open) if few else (*spoken[0], *spoken[1])
    for name in dict.fromkeys(named):
        for first, second in ((name, None), (None, name), (name, name)):
            if (first is None or first in one.open) and (second is None or second in other.open):
                yield components.pair(components.with_allele(one, first), components.with_allele(other, second))
    for first, second in product(*spoken):
        yield components.pair(components.with_allele(one, first), components.with_allele(other, second))


def _left(components: _Components, pair: MatchedPair) -> float:
    """Function that a diplotype leaves, 0 to 2."""
    return sum(components.impact(name) for name in pair.deciding or ())


def _marked(pair: MatchedPair, *, preferred: bool) -> MatchedPair:
    return MatchedPair(pair.first, pair.second, pair.score, preferred, pair.deciding)


def _notes(
    definition: GeneDefinition, observed: Observation, copies: Sequence[tuple[_Copy, _Copy]], arrangements: int
) -> Iterator[str]:
    read = [copy for pair in copies for copy in pair]
    for locus in dict.fromkeys(locus for copy in read for locus in copy.loose):
        yield f"{locus} is seen without the variant that it marks; it names no allele and is not counted"
    for name in dict.fromkeys(name for copy in read for name in copy.assumed):
        yield f"{name} is told by a part of its variants only: {_unseen_of(definition, observed, name)} should be genotyped"
    for site, change in observed.strange.items():
        yield f"{site.chromosome}:{site.position} shows {change}, which no definition has; what it does is unknown"
    if arrangements > 1:
        yield "the two alleles of lowest function are assumed on different copies of the gene, for phase is not known"


def _unseen_of(definition: GeneDefinition, observed: Observation, name: str) -> str:
    """The sites of an allele that were not seen, by rsID where they have one."""
    sites = sorted({variant.site for variant in definition.alleles[name]} & set(observed.unseen))
    return ", ".join(definition.site_name(site) for site in sites)


def _order(name: str) -> tuple[int, str]:
    """Alleles in the order of their position in the coding sequence."""
    number = _NUMBER.search(name)
    return int(number[0]) if number else 0, name
