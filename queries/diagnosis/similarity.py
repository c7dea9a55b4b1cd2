"""How well each disease's profile meets the patient's features.

For a disease d and a case with n present terms Q and excluded terms X::

    phenotype = 1/n * sum over q in Q of  IC(a) * (1 - FREQUENCY_SHARE + FREQUENCY_SHARE * f(a, d))
    excluded  = -CONTRADICTION * sum over x in X of  f(x, d)
    denied    = -CONTRADICTION * number of q in Q that d is said not to show

a is the most informative of q and its ancestors that d or one of its annotated terms has, IC(a) its information content
in nats, and f(a, d) the highest frequency among d's annotated terms at or below a (UNKNOWN_FREQUENCY where none is
known, 0 where d does not have the term). With both constants 0 this is one-sided Resnik similarity, the mean over the
patient's terms (Resnik 1995, arXiv:cmp-lg/9511007; Köhler et al. 2009, doi:10.1016/j.ajhg.2009.09.003). No term of a
patient ever lowers the sum over Q; a row that denies a feature has no part in it.

The constants were chosen on half of the diseases of the development cases (``benchmarks/diagnosis.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from kg.profiles import DiseaseProfiles

    Floats = NDArray[np.float64]

FREQUENCY_SHARE: Final = 0.1
"""Part of a match's weight that depends on the frequency of what was matched."""
UNKNOWN_FREQUENCY: Final = 0.75
"""Stands for a frequency that no row states; 0.5 ranked worse, 0.9 alike."""
CONTRADICTION: Final = 0.01
"""Nats that an excluded feature costs a disease in which it is obligate. More ranked worse: what case reports exclude
is often what the disease is known for."""


@dataclass(frozen=True, slots=True)
class Query:
    """The patient's terms as positions of the profiles' hierarchy, ascending, each once."""

    present: tuple[int, ...]
    excluded: tuple[int, ...] = ()

    @classmethod
    def of(cls, present: Iterable[int], excluded: Iterable[int] = ()) -> Query:
        """The query of terms in any order."""
        return cls(tuple(sorted(set(present))), tuple(sorted(set(excluded))))


@dataclass(frozen=True, slots=True, eq=False)
class PhenotypeScores:
    """The three phenotype parts of every disease's score, in nats.

    shape: (diseases,) each
    """

    phenotype: Floats
    excluded: Floats
    denied: Floats

    @property
    def total(self) -> Floats:
        """Sum of the parts."""
        return self.phenotype + self.excluded + self.denied


@dataclass(frozen=True, slots=True)
class Match:
    """Where one patient term meets one disease: the most informative term that both have, and how much that weighs.

    ``frequency`` is that of the disease's annotations at or below ``common``; ``None`` unknown.
    """

    common: int
    information: float
    weight: float
    frequency: float | None


def score_phenotypes(profiles: DiseaseProfiles, query: Query) -> PhenotypeScores:
    """The phenotype parts of every disease; all zero where the query has no present term."""
    scores = [np.zeros(len(profiles.diseases)) for _ in range(3)]
    phenotype, excluded, denied = scores
    for term in query.present:
        phenotype += _weights(profiles, term)
        denied[list(_denying(profiles, term))] -= CONTRADICTION
    phenotype /= max(len(query.present), 1)
    for term in query.excluded:
        diseases, frequency = profiles.propagated[term]
        excluded[diseases] -= CONTRADICTION * np.where(np.isnan(frequency), UNKNOWN_FREQUENCY, frequency)
    return PhenotypeScores(phenotype, excluded, denied)


def find_match(profiles: DiseaseProfiles, disease: int, term: int) -> Match | None:
    """Where one present term meets one disease, or ``None`` where they have only the root in common."""
    for common in reversed(_informative_ancestors(profiles, term)):
        found = frequency_in(profiles, disease, common)
        if found is not None:
            information = float(profiles.information[common])
            return Match(
                common, information, float(match_weight(information, np.float64(found))), known_frequency(found)
            )
    return None


def match_weight(information: float, frequency: Floats | np.float64) -> Floats | np.float64:
    """Weight of a match in nats: its information content, a part of it scaled by the frequency (NaN unknown)."""
    known = np.where(np.isnan(frequency), UNKNOWN_FREQUENCY, frequency)
    return information * (1 - FREQUENCY_SHARE + FREQUENCY_SHARE * known)


def frequency_in(profiles: DiseaseProfiles, disease: int, term: int) -> float | None:
    """Highest frequency of a disease's annotations at or below a term (NaN unknown); ``None`` where it has none."""
    diseases, frequency = profiles.propagated[term]
    place = int(np.searchsorted(diseases, disease))
    return float(frequency[place]) if place < len(diseases) and diseases[place] == disease else None


def known_frequency(frequency: float) -> float | None:
    """The frequency to the six digits that single precision holds, ``None`` for NaN."""
    return None if np.isnan(frequency) else round(frequency, 6)


def denied_term(profiles: DiseaseProfiles, disease: int, term: int) -> int | None:
    """The term that a disease is said not to show and that covers the patient's term, the most specific one if many.

    ``None`` as well where the disease shows the patient's term by another annotation.
    """
    if frequency_in(profiles, disease, term) is not None:
        return None
    ancestors = profiles.hierarchy.ancestors
    covering = [int(above) for above in ancestors[term] if disease in profiles.denied[above]]
    return max(covering, key=lambda above: (len(ancestors[above]), above), default=None)


def _weights(profiles: DiseaseProfiles, term: int) -> Floats:
    """Weight of the best match of one term with every disease.

    shape: (diseases,)
    """
    weights = np.zeros(len(profiles.diseases))
    for common in _informative_ancestors(profiles, term):
        diseases, frequency = profiles.propagated[common]
        weights[diseases] = match_weight(float(profiles.information[common]), frequency.astype(np.float64))
    return weights


def _informative_ancestors(profiles: DiseaseProfiles, term: int) -> list[int]:
    """The term and its ancestors that some but not all diseases have, the least informative first.

    Of equally informative ones the one deeper in the hierarchy comes later.
    """
    hierarchy = profiles.hierarchy
    above = hierarchy.ancestors[term]
    information = profiles.information[above]
    depth = hierarchy.ancestors.start[above + 1] - hierarchy.ancestors.start[above]
    order = np.lexsort((above, depth, information))
    return [int(above[i]) for i in order if 0 < information[i] < np.inf]


def _denying(profiles: DiseaseProfiles, term: int) -> Iterator[int]:
    """Diseases that are said not to show the term, or what it is a kind of, and that nothing says to show it."""
    ancestors = profiles.hierarchy.ancestors[term]
    denying = {int(disease) for above in ancestors for disease in profiles.denied[above]}
    yield from sorted(denying.difference(map(int, profiles.propagated[term][0])) if denying else ())
