"""The two equations of the International Warfarin Pharmacogenetics Consortium (IWPC).

IWPC, N Engl J Med 2009;360:753-764 (doi:10.1056/NEJMoa0809329), supplementary appendix. They give the square root
of the stable dose in mg/week, of adults most of whom were treated to an INR of 2 to 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from queries.dosing.predictors import Race

if TYPE_CHECKING:
    from collections.abc import Mapping

    from queries.dosing.predictors import Predictors

_LAST_DECADE: Final = 9
"""Ages enter as decades: 1 for 10 to 19 years ... 9 for 90 and above."""


@dataclass(frozen=True, slots=True)
class Equation:
    """Coefficients in the square root of mg/week; a genotype of ``None`` is the published term for an unknown one."""

    intercept: float
    decade: float
    height: float
    weight: float
    race: Mapping[Race, float]
    inducer: float
    amiodarone: float
    vkorc1: Mapping[str | None, float]
    cyp2c9: Mapping[str | None, float]

    def root(self, given: Predictors) -> float:
        """Square root of the dose in mg/week.

        Raises:
            KeyError: the equation has no term for a genotype.
        """
        return (
            self.intercept
            + self.decade * decade(given.age)
            + self.height * given.height
            + self.weight * given.weight
            + self.race[given.race]
            + self.inducer * given.inducer
            + self.amiodarone * given.amiodarone
            + (self.vkorc1[given.vkorc1] if self.vkorc1 else 0.0)
            + (self.cyp2c9[given.cyp2c9] if self.cyp2c9 else 0.0)
        )

    def weekly(self, given: Predictors) -> float | None:
        """Dose in mg/week; ``None`` where the root is not positive, far outside of what the equation was fitted on."""
        root = self.root(given)
        return root * root if root > 0 else None


def decade(age: float) -> int:
    """The decade of an age in years as the equations count it.

    >>> decade(69.9), decade(93)
    (6, 9)
    """
    return min(int(age // 10), _LAST_DECADE)


CLINICAL: Final = Equation(
    intercept=4.0376,
    decade=-0.2546,
    height=0.0118,
    weight=0.0134,
    race={Race.WHITE: 0.0, Race.ASIAN: -0.6752, Race.BLACK: 0.4060, Race.MIXED_OR_MISSING: 0.0443},
    inducer=1.2799,
    amiodarone=-0.5695,
    vkorc1={},
    cyp2c9={},
)
"""The clinical equation, without genotypes."""

PHARMACOGENETIC: Final = Equation(
    intercept=5.6044,
    decade=-0.2614,
    height=0.0087,
    weight=0.0128,
    race={Race.WHITE: 0.0, Race.ASIAN: -0.1092, Race.BLACK: -0.2760, Race.MIXED_OR_MISSING: -0.1032},
    inducer=1.1816,
    amiodarone=-0.5503,
    vkorc1={"G/G": 0.0, "A/G": -0.8677, "A/A": -1.6974, None: -0.4854},
    cyp2c9={
        "*1/*1": 0.0,
        "*1/*2": -0.5211,
        "*1/*3": -0.9357,
        "*2/*2": -1.0616,
        "*2/*3": -1.9206,
        "*3/*3": -2.3312,
        None: -0.2188,
    },
)
"""The pharmacogenetic equation."""
