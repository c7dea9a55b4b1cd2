"""The pharmacogenetic equation of Gage and colleagues.

Gage et al., Clin Pharmacol Ther 2008;84:326-331 (doi:10.1038/clpt.2008.10): natural logarithm of the therapeutic dose in
mg/day. The terms agree with the percentages of its abstract (VKORC1 -28 % an allele, CYP2C9*3 -33 %, *2 -19 %, age -7 %
a decade, body surface +11 % per 0.25 m2, INR +11 % per 0.5, amiodarone -22 %, smoking +10 %, race -9 %, thrombosis +7 %).
"""

from __future__ import annotations

from math import exp, pow
from typing import TYPE_CHECKING, Final

from queries.dosing.predictors import Race

if TYPE_CHECKING:
    from queries.dosing.predictors import Predictors

USUAL_INR: Final = 2.5
"""Middle of the usual target range of 2 to 3; a case states no target."""
DAYS: Final = 7

INTERCEPT: Final = 0.9751
VKORC1_A: Final = -0.3238
BODY_SURFACE: Final = 0.4317
CYP2C9_3: Final = -0.4008
AGE: Final = -0.00745
CYP2C9_2: Final = -0.2066
TARGET_INR: Final = 0.2029
AMIODARONE: Final = -0.2538
AFRICAN_AMERICAN: Final = -0.0901
THROMBOSIS: Final = 0.0664
"""Deep vein thrombosis or pulmonary embolism as the indication. The term for smokers (0.0922) has no input here."""


def body_surface(height: float, weight: float) -> float:
    """Body surface in m2 from cm and kg (Du Bois and Du Bois 1916, doi:10.1001/archinte.1916.00080130010002)."""
    return 0.007184 * pow(height, 0.725) * pow(weight, 0.425)


def weekly(given: Predictors) -> float:
    """Dose in mg/week for a non-smoker and the usual target INR.

    Raises:
        ValueError: a genotype is unknown; the equation has no term for that.
    """
    if given.vkorc1 is None or given.cyp2c9 is None:
        raise ValueError("the equation needs the genotypes of VKORC1 and CYP2C9")
    return DAYS * exp(
        INTERCEPT
        + VKORC1_A * given.vkorc1.count("A")
        + BODY_SURFACE * body_surface(given.height, given.weight)
        + CYP2C9_3 * given.cyp2c9.count("*3")
        + AGE * given.age
        + CYP2C9_2 * given.cyp2c9.count("*2")
        + TARGET_INR * USUAL_INR
        + AMIODARONE * given.amiodarone
        + AFRICAN_AMERICAN * (given.race is Race.BLACK)
        + THROMBOSIS * given.thrombosis
    )
