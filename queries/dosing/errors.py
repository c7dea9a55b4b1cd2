"""How far the warfarin equations miss, measured by ancestry on the development half of the IWPC data.

``python benchmarks/iwpc.py --errors`` measured every number here. Part of these patients are of the cohort that the IWPC
equations were fitted on, so the errors of those are on the hopeful side. Where a genotype is unknown it was hidden from
all patients, and the equation's own term for an unknown genotype used.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, sqrt
from typing import TYPE_CHECKING, Final

from queries.dosing.predictors import Race

if TYPE_CHECKING:
    from collections.abc import Mapping


class Model(StrEnum):
    """An equation, and which genotypes it was given."""

    PHARMACOGENETIC = "IWPC pharmacogenetic"
    WITHOUT_VKORC1 = "IWPC pharmacogenetic, VKORC1 unknown"
    WITHOUT_CYP2C9 = "IWPC pharmacogenetic, CYP2C9 unknown"
    GAGE = "Gage"
    CLINICAL = "IWPC clinical"


@dataclass(frozen=True, slots=True)
class ModelError:
    """Error of a model in one group.

    ``low`` and ``high`` are the 10th and 90th percentile of observed minus computed, of square roots of mg/week (Gage:
    of natural logarithms). ``absolute`` is the mean absolute error in mg/week, ``within`` the share of patients whose
    computed dose is within 20 % of the observed one.
    """

    patients: int
    low: float
    high: float
    absolute: float
    within: float


ERRORS: Final[Mapping[Model, Mapping[Race, ModelError]]] = {
    Model.PHARMACOGENETIC: {
        Race.WHITE: ModelError(882, -1.090, 1.308, 9.4, 0.458),
        Race.ASIAN: ModelError(554, -1.417, 1.096, 6.7, 0.424),
        Race.BLACK: ModelError(137, -1.200, 1.606, 11.3, 0.482),
        Race.MIXED_OR_MISSING: ModelError(124, -1.087, 0.992, 7.5, 0.500),
    },
    Model.WITHOUT_VKORC1: {
        Race.WHITE: ModelError(882, -1.641, 1.331, 11.3, 0.405),
        Race.ASIAN: ModelError(554, -2.484, 0.154, 12.3, 0.200),
        Race.BLACK: ModelError(137, -0.899, 1.792, 12.3, 0.416),
        Race.MIXED_OR_MISSING: ModelError(124, -1.499, 1.043, 8.9, 0.468),
    },
    Model.WITHOUT_CYP2C9: {
        Race.WHITE: ModelError(882, -1.249, 1.272, 10.1, 0.429),
        Race.ASIAN: ModelError(554, -1.229, 1.299, 6.8, 0.404),
        Race.BLACK: ModelError(137, -1.082, 1.764, 11.7, 0.453),
        Race.MIXED_OR_MISSING: ModelError(124, -1.032, 0.900, 7.3, 0.516),
    },
    Model.GAGE: {
        Race.WHITE: ModelError(882, -0.444, 0.439, 9.4, 0.469),
        Race.ASIAN: ModelError(554, -0.842, 0.387, 6.7, 0.415),
        Race.BLACK: ModelError(137, -0.432, 0.423, 11.3, 0.474),
        Race.MIXED_OR_MISSING: ModelError(124, -0.392, 0.320, 7.4, 0.508),
    },
    Model.CLINICAL: {
        Race.WHITE: ModelError(882, -1.491, 1.603, 11.6, 0.385),
        Race.ASIAN: ModelError(554, -1.556, 1.182, 7.2, 0.386),
        Race.BLACK: ModelError(137, -1.246, 1.467, 11.9, 0.482),
        Race.MIXED_OR_MISSING: ModelError(124, -1.464, 1.078, 9.0, 0.468),
    },
}


def interval(model: Model, race: Race, dose: float) -> tuple[float, float]:
    """What about 80 of 100 patients of a group need for whom a model gives ``dose`` (mg/week)."""
    error = ERRORS[model][race]
    if model is Model.GAGE:
        return dose * exp(error.low), dose * exp(error.high)
    return max(sqrt(dose) + error.low, 0.0) ** 2, (sqrt(dose) + error.high) ** 2
