"""Combinations and partial alleles: what a strand carries where no named allele fits it. For research alone.

A combination is several named alleles on one copy of the gene, no variant counted twice (``[*2 + *3]``); a partial one is
a named allele with further defining variants (``[*17 + g.94781859G>A]``), or these alone (PharmCAT, "Named Allele Matcher
101"). They are looked for only where each strand is told by phase, and nothing is known of their function.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from queries.pharmacogenomics.matched_pair import MatchedPair
from queries.pharmacogenomics.observation import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from queries.pharmacogenomics.gene_definition import GeneDefinition
    from queries.pharmacogenomics.observation import Observation

_MOST_TOGETHER: Final = 3
"""Named alleles that one copy may combine; more have no entry in any catalogue (PharmVar)."""


def find_combinations(definition: GeneDefinition, observed: Observation) -> tuple[MatchedPair, ...]:
    """The diplotype that two told strands show, if each can be written; none where phase or a position is missing."""
    strands = _strands(observed)
    if strands is None:
        return ()
    (first, explained), (second, more) = (_write(definition, strand) for strand in strands)
    return (MatchedPair(first, second, explained + more, preferred=True),) if first and second else ()


def _strands(observed: Observation) -> NDArray[np.int8] | None:
    """Both strands (shape: 2 x variants), ``None`` where they are not told."""
    if observed.ploidy != 2 or observed.strange or np.any(observed.least != observed.most):
        return None
    half = observed.least == 1
    strands: NDArray[np.int8] = np.repeat(observed.least[None] // 2, 2, axis=0)
    if half.sum() <= 1:
        strands[0, half] = 1
        return strands
    if len(observed.blocks) != 1 or np.any(observed.blocks[0][:, half] == UNKNOWN):
        return None
    strands[:, half] = observed.blocks[0][:, half]
    return strands


def _write(definition: GeneDefinition, strand: NDArray[np.int8]) -> tuple[str, int]:
    """A strand as a named allele, else as a combination with what is left over; and how many sites that explains.

    Empty where the strand carries nothing and no allele is that.
    """
    required, possible, names = definition.required, definition.possible, definition.names
    exact = np.flatnonzero(np.all((required <= strand) & (strand <= possible), axis=1))
    if len(exact):
        best = max(exact, key=lambda index: (required[index].sum(), -index))
        return names[best], int(required[best].sum())
    within = [int(i) for i in np.flatnonzero(np.all(required <= strand, axis=1)) if required[i].any()]
    best_set: tuple[int, ...] = ()
    for size in range(1, _MOST_TOGETHER + 1):
        for chosen in combinations(within, size):
            if np.all(required[list(chosen)].sum(axis=0) <= 1) and _explained(definition, chosen) > _explained(
                definition, best_set
            ):
                best_set = chosen
    left = np.flatnonzero((strand == 1) & (possible[list(best_set)].sum(axis=0) == 0))
    parts = [names[index] for index in best_set] + [_genomic(definition, int(index)) for index in left]
    return (f"[{' + '.join(parts)}]" if len(parts) > 1 else "".join(parts)), _explained(definition, best_set)


def _explained(definition: GeneDefinition, chosen: tuple[int, ...]) -> int:
    return int(definition.required[list(chosen)].sum())


def _genomic(definition: GeneDefinition, index: int) -> str:
    variant = definition.variants[index]
    return f"g.{variant.site.position}{variant.ref}>{variant.alt}"
