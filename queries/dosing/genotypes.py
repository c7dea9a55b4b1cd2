"""VKORC1 and CYP2C9 as the warfarin equations write them, from gene calls that may be ambiguous."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from queries.candidate import CallStatus
from queries.dosing.iwpc import PHARMACOGENETIC
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from queries.candidate import Diplotype, GeneCall

_G, _A = "G", "A"
_VKORC1: Final = {
    "rs9923231 reference (C)": _G,
    "rs9923231 variant (T)": _A,
    "Reference": _G,
    "rs9923231": _A,
    "-1639G": _G,
    "-1639A": _A,
    "-1639G>A": _A,
}
"""Names of rs9923231's alleles in PharmCAT's and pypgx's tables. VKORC1 lies on the reverse strand: C and T of the genome
are G and A of -1639G>A."""
_STRANDS: Final = ({"G": _G, "A": _A}, {"C": _G, "T": _A})
"""Bare bases, of the gene's strand or of the genome's; both alleles of a genotype are of one strand."""
_MODELLED: Final = frozenset(name for name in PHARMACOGENETIC.cyp2c9 if name is not None)
_AFRICAN: Final = {"rs28371686": "*5", "rs9332131": "*6", "rs7900194": "*8", "rs28371685": "*11"}
"""Defining variants of the CYP2C9 alleles that CPIC asks to test in African ancestry (doi:10.1002/cpt.668; PharmVar)."""
_MODELLED_SITES: Final = {"rs1799853": "*2", "rs1057910": "*3"}
"""Sites of the two CYP2C9 alleles that the equations know."""
_NAMED: Final = 6
"""How many genotypes a text names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One gene's compatible genotypes: those that the equations have a term for, and those that they have none for.

    Neither where the gene is unknown. ``unexcluded`` are diplotypes without a term beside one with a term that explains
    all that was assayed: unseen positions alone leave them possible. The equations look at the sites of *2 and *3 alone.
    """

    known: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    unexcluded: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str | None, ...]:
        """Genotypes to compute with; ``None`` alone where the gene is unknown, nothing where none has a term."""
        return self.known or (() if self.outside else (None,))

    @property
    def text(self) -> str:
        """All compatible genotypes, or that the gene is unknown."""
        return enumerate_names((*self.known, *self.outside)) or "unknown"

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of the gene."""
        return not (self.known or self.outside)


def find_call(genes: Iterable[GeneCall], symbol: str) -> GeneCall | None:
    """The call of a gene that advice may rest on."""
    called = (call for call in genes if gene_symbol(call.gene) == symbol and not call.research)
    return next((call for call in called if call.status is not CallStatus.NOT_CALLED), None)


def read_vkorc1(call: GeneCall | None) -> Reading:
    """VKORC1 -1639G>A on the strand of the gene: ``G/G``, ``A/G`` or ``A/A``."""
    return _read(call, _vkorc1)


def read_cyp2c9(call: GeneCall | None) -> Reading:
    """CYP2C9 as a diplotype of ``*1``, ``*2`` and ``*3``.

    Where the site of *2 or *3 was not seen, every ``*1`` may be that allele.
    """
    reading = _read(call, _cyp2c9)
    if call is None or call.positions is None:
        return reading
    unseen = [name for rsid, name in _MODELLED_SITES.items() if rsid in call.positions.missing]
    possible = (product(*(("*1", *unseen) if n == "*1" else (n,) for n in known.split("/"))) for known in reading.known)
    pairs = ("/".join(sorted(pair)) for pairs in possible for pair in pairs)
    return replace(reading, known=tuple(dict.fromkeys(pairs)))


def untested_alleles(call: GeneCall | None) -> tuple[str, ...]:
    """Of CYP2C9 *5, *6, *8 and *11 those that the input does not show to have been tested.

    A diplotype that was given does not say what the laboratory looked for.
    """
    if call is None or call.positions is None:
        return tuple(_AFRICAN.values())
    return tuple(name for rsid, name in _AFRICAN.items() if rsid in call.positions.missing)


def alleles_of(diplotype: str) -> tuple[str, ...]:
    """The allele names of a diplotype, sorted by number.

    >>> alleles_of("*11/*3")
    ('*3', '*11')
    """
    return tuple(sorted((part.strip() for part in diplotype.split("/")), key=lambda name: (len(name), name)))


def enumerate_names(names: Sequence[str]) -> str:
    """Names as alternatives, the first few of many."""
    more = len(names) - _NAMED
    return " or ".join(names[:_NAMED]) + (f" or {more} more" if more > 0 else "")


def _read(call: GeneCall | None, read: Callable[[Diplotype], str | None]) -> Reading:
    diplotypes: Sequence[Diplotype] = () if call is None else call.diplotypes
    read_as = {diplotype: read(diplotype) for diplotype in diplotypes}
    known = dict.fromkeys(name for name in read_as.values() if name is not None)
    others = tuple(dict.fromkeys(_shown(diplotype) for diplotype, name in read_as.items() if name is None))
    if known and call is not None and call.positions is not None:
        return Reading(tuple(known), unexcluded=others)
    return Reading(tuple(known), others)


def _vkorc1(diplotype: Diplotype) -> str | None:
    names = alleles_of(diplotype.name)
    if len(names) != 2:
        return None
    for table in (_VKORC1, *_STRANDS):
        if all(name in table for name in names):
            return "/".join(sorted(table[name] for name in names))
    return None


def _cyp2c9(diplotype: Diplotype) -> str | None:
    name = "/".join(alleles_of(diplotype.name))
    return name if name in _MODELLED else None


def _shown(diplotype: Diplotype) -> str:
    return diplotype.name or f"{diplotype.phenotype or 'a result'} without a diplotype"
