"""How often a feature occurs in a disease: HPOA frequencies read and pooled.

Format: https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/ (column ``frequency``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]

EXCLUDED: Final = "HP:0040285"
"""Present in 0 % of the cases: a denial."""
MIDPOINTS: Final = {
    "HP:0040280": 1.0,
    "HP:0040281": 0.895,
    "HP:0040282": 0.545,
    "HP:0040283": 0.17,
    "HP:0040284": 0.025,
}
"""Middle of the range in the definition of each HPO frequency term (subontology HP:0040279, hp.obo 2025-01-16):
obligate 100 %, very frequent 80-99 %, frequent 30-79 %, occasional 5-29 %, very rare 1-4 %."""

_COUNTS: Final = re.compile(r"^(\d+)/(\d+)$")
_PERCENTAGE: Final = re.compile(r"^(\d+(?:\.\d+)?)\s*%$")


@dataclass(frozen=True, slots=True)
class Frequency:
    """One frequency as a row states it: counts, or else a share from 0 to 1 (NaN unknown)."""

    affected: int = 0
    examined: int = 0
    share: float = math.nan

    @property
    def is_denial(self) -> bool:
        """Whether nobody of those examined shows the feature."""
        return self.share == 0 or (self.examined > 0 and self.affected == 0)


@dataclass(frozen=True, slots=True, eq=False)
class PooledRows:
    """Disease-term pairs, each once, ascending by disease and term.

    shape: (pairs,) each
    """

    disease: Ints
    term: Ints
    frequency: NDArray[np.float32]
    """0 to 1; NaN unknown."""
    denied: NDArray[np.bool_]
    """No row of the pair says that the feature occurs."""


def parse_frequency(text: str | None) -> Frequency:
    """The frequency that a row states; unknown where it states none or ``0/0``.

    >>> parse_frequency("9/10").affected, parse_frequency("HP:0040283").share, parse_frequency("12%").share
    (9, 0.17, 0.12)

    Raises:
        ValueError: the text has none of the documented forms, or more affected than examined.
    """
    if not text:
        return Frequency()
    if text == EXCLUDED or text in MIDPOINTS:
        return Frequency(share=MIDPOINTS.get(text, 0.0))
    if match := _COUNTS.match(text):
        affected, examined = int(match[1]), int(match[2])
        if affected <= examined:
            return Frequency(affected, examined)
    elif (match := _PERCENTAGE.match(text)) and (share := float(match[1]) / 100) <= 1:
        return Frequency(share=share)
    raise ValueError(f"{text!r} is no frequency: write n/m, a percentage or an HPO frequency term")


def pool_rows(
    disease: Ints, term: Ints, code: Ints, negated: NDArray[np.bool_], texts: Sequence[str | None]
) -> PooledRows:
    """One frequency for each disease-term pair of many rows; ``code`` is a row's position in ``texts``.

    Counts are pooled (sum of affected / sum of examined; ``0/n`` is a denial that counts its n) and win over shares, of
    which the mean is taken; a pair whose positive rows state neither is unknown. Rows that deny win nothing over rows
    that affirm.
    """
    stated = [parse_frequency(text) for text in texts]
    affected = np.array([f.affected for f in stated], np.float64)[code]
    counts = ~(negated & (affected > 0))  # a denied "3/5" contradicts itself and counts nothing
    affected = affected * counts
    examined = np.array([f.examined for f in stated], np.float64)[code] * counts
    share = np.array([f.share for f in stated], np.float64)[code]
    denial = np.array([f.is_denial for f in stated], bool)[code] | negated

    width = int(term.max(initial=0)) + 1
    pairs, pair = np.unique(disease.astype(np.int64) * width + term, return_inverse=True)
    order = np.lexsort((share, pair))  # floats are summed in one order, whatever the order of the rows

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(pair[order], values[order], minlength=len(pairs)).astype(np.float64)

    has_share = ~np.isnan(share) & ~denial
    n, m, shares = total(affected), total(examined), total(has_share.astype(np.float64))
    frequency = np.full(len(pairs), np.nan)
    np.divide(total(np.where(has_share, share, 0.0)), shares, out=frequency, where=shares > 0)
    np.divide(n, m, out=frequency, where=n > 0)
    denied = total((~denial).astype(np.float64)) == 0
    return PooledRows(
        (pairs // width).astype(np.int32), (pairs % width).astype(np.int32), frequency.astype(np.float32), denied
    )
