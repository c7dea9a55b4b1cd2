"""Warfarin doses of ten patients, worked out by hand from the published equations.

IWPC 2009, N Engl J Med 360:753-764, supplementary appendix (doi:10.1056/NEJMoa0809329): square root of mg/week. Gage
2008, Clin Pharmacol Ther 84:326-331 (doi:10.1038/clpt.2008.10): logarithm of mg/day.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.dosing import gage, iwpc
from queries.dosing.predictors import Predictors, Race

PRECISION = 1e-6
VKORC1, CYP2C9 = ("G/G", "A/G", "A/A"), ("*1/*1", "*1/*2", "*1/*3", "*2/*2", "*2/*3", "*3/*3")

PHARMACOGENETIC = [  # patient, square root of mg/week written out term by term
    (
        Predictors(65, 170, 70, Race.WHITE, vkorc1="G/G", cyp2c9="*1/*1"),
        5.6044 - 0.2614 * 6 + 0.0087 * 170 + 0.0128 * 70,
    ),
    (
        Predictors(70, 160, 55, Race.ASIAN, vkorc1="A/A", cyp2c9="*1/*3"),
        5.6044 - 0.2614 * 7 + 0.0087 * 160 + 0.0128 * 55 - 1.6974 - 0.9357 - 0.1092,
    ),
    (
        Predictors(45, 182, 98, Race.BLACK, inducer=True, vkorc1="A/G", cyp2c9="*1/*2"),
        5.6044 - 0.2614 * 4 + 0.0087 * 182 + 0.0128 * 98 - 0.8677 - 0.5211 - 0.2760 + 1.1816,
    ),
    (
        Predictors(93, 150, 45, Race.MIXED_OR_MISSING, amiodarone=True, vkorc1="A/G", cyp2c9="*2/*2"),
        5.6044 - 0.2614 * 9 + 0.0087 * 150 + 0.0128 * 45 - 0.8677 - 1.0616 - 0.1032 - 0.5503,
    ),
    (
        Predictors(58.9, 175, 80, Race.WHITE, vkorc1=None, cyp2c9="*2/*3"),
        5.6044 - 0.2614 * 5 + 0.0087 * 175 + 0.0128 * 80 - 0.4854 - 1.9206,
    ),
    (
        Predictors(30, 168, 61.5, Race.WHITE, vkorc1="G/G", cyp2c9=None),
        5.6044 - 0.2614 * 3 + 0.0087 * 168 + 0.0128 * 61.5 - 0.2188,
    ),
]
CLINICAL = [
    (Predictors(65, 170, 70, Race.WHITE), 4.0376 - 0.2546 * 6 + 0.0118 * 170 + 0.0134 * 70),
    (
        Predictors(70, 160, 55, Race.ASIAN, amiodarone=True),
        4.0376 - 0.2546 * 7 + 0.0118 * 160 + 0.0134 * 55 - 0.6752 - 0.5695,
    ),
    (
        Predictors(45, 182, 98, Race.BLACK, inducer=True),
        4.0376 - 0.2546 * 4 + 0.0118 * 182 + 0.0134 * 98 + 0.4060 + 1.2799,
    ),
    (Predictors(93, 150, 45, Race.MIXED_OR_MISSING), 4.0376 - 0.2546 * 9 + 0.0118 * 150 + 0.0134 * 45 + 0.0443),
]
GAGE = [  # patient, logarithm of mg/day; body surface = 0.007184 height^0.725 weight^0.425
    (
        Predictors(65, 170, 70, Race.WHITE, vkorc1="G/G", cyp2c9="*1/*1"),
        0.9751 + 0.4317 * (0.007184 * 170**0.725 * 70**0.425) - 0.00745 * 65 + 0.2029 * 2.5,
    ),
    (
        Predictors(70, 160, 55, Race.BLACK, amiodarone=True, vkorc1="A/A", cyp2c9="*2/*3", thrombosis=True),
        0.9751
        - 2 * 0.3238
        + 0.4317 * (0.007184 * 160**0.725 * 55**0.425)
        - 0.4008
        - 0.00745 * 70
        - 0.2066
        + 0.2029 * 2.5
        - 0.2538
        - 0.0901
        + 0.0664,
    ),
]

patients = st.builds(
    Predictors,
    age=st.floats(18, 100),
    height=st.floats(145, 200),
    weight=st.floats(45, 150),
    race=st.sampled_from(Race),
    inducer=st.booleans(),
    amiodarone=st.just(value=False),
    vkorc1=st.sampled_from(VKORC1),
    cyp2c9=st.sampled_from(CYP2C9[:3]),
)


def doses(patient: Predictors) -> list[float]:
    """By each equation; none of these patients is outside of what they can compute."""
    found = [iwpc.PHARMACOGENETIC.weekly(patient), iwpc.CLINICAL.weekly(patient), gage.weekly(patient)]
    return [dose for dose in found if dose is not None]


@pytest.mark.parametrize(("patient", "root"), PHARMACOGENETIC)
def test_the_pharmacogenetic_equation_gives_what_is_worked_out_by_hand(patient: Predictors, root: float) -> None:
    assert iwpc.PHARMACOGENETIC.weekly(patient) == pytest.approx(root**2, abs=PRECISION)


@pytest.mark.parametrize(("patient", "root"), CLINICAL)
def test_the_clinical_equation_gives_what_is_worked_out_by_hand(patient: Predictors, root: float) -> None:
    assert iwpc.CLINICAL.weekly(patient) == pytest.approx(root**2, abs=PRECISION)


@pytest.mark.parametrize(("patient", "logarithm"), GAGE)
def test_gages_equation_gives_what_is_worked_out_by_hand(patient: Predictors, logarithm: float) -> None:
    assert gage.weekly(patient) == pytest.approx(7 * exp(logarithm), abs=PRECISION)


def test_the_reference_patient_needs_41_mg_a_week() -> None:
    """6.411 squared: 65 years, 170 cm, 70 kg, White, G/G, *1/*1."""
    assert iwpc.PHARMACOGENETIC.weekly(PHARMACOGENETIC[0][0]) == pytest.approx(41.100921, abs=PRECISION)


@pytest.mark.parametrize(
    ("change", "percent"),
    [
        ({"vkorc1": "A/G"}, -28),
        ({"cyp2c9": "*1/*3"}, -33),
        ({"cyp2c9": "*1/*2"}, -19),
        ({"age": 75.0}, -7),
        ({"amiodarone": True}, -22),
        ({"race": Race.BLACK}, -9),
        ({"thrombosis": True}, 7),
    ],
)
def test_gages_terms_are_the_percentages_of_the_abstract(change: dict[str, object], percent: int) -> None:
    patient = Predictors(65, 170, 70, Race.WHITE, vkorc1="G/G", cyp2c9="*1/*1")
    changed = gage.weekly(replace(patient, **change))  # type: ignore[arg-type]  # each value is of its field's type
    assert round(100 * (changed / gage.weekly(patient) - 1)) == percent


def test_an_older_age_counts_in_whole_decades_up_to_the_ninth() -> None:
    assert [iwpc.decade(age) for age in (18, 69.99, 70, 89, 90, 104)] == [1, 6, 7, 8, 9, 9]


def test_a_root_that_is_not_positive_gives_no_dose() -> None:
    """Squared it would rise again: 5.6044 - 2.3526 + 0.87 + 0.384 - 1.6974 - 2.3312 - 0.276 - 0.5503 = -0.3491."""
    patient = Predictors(95, 100, 30, Race.BLACK, amiodarone=True, vkorc1="A/A", cyp2c9="*3/*3")
    assert iwpc.PHARMACOGENETIC.root(patient) == pytest.approx(-0.3491)
    assert iwpc.PHARMACOGENETIC.weekly(patient) is None


def test_gages_equation_has_no_term_for_an_unknown_genotype() -> None:
    with pytest.raises(ValueError, match="genotypes"):
        gage.weekly(Predictors(65, 170, 70, Race.WHITE, cyp2c9="*1/*1"))


@given(patients, st.floats(0, 30))
def test_an_older_patient_never_needs_more(patient: Predictors, years: float) -> None:
    older = replace(patient, age=patient.age + years)
    assert all(after <= before for before, after in zip(doses(patient), doses(older), strict=True))


@given(patients, st.floats(0.1, 50))
def test_a_heavier_patient_needs_more(patient: Predictors, kilograms: float) -> None:
    heavier = replace(patient, weight=patient.weight + kilograms)
    assert all(after > before for before, after in zip(doses(patient), doses(heavier), strict=True))


@given(patients)
def test_more_vkorc1_a_alleles_need_less(patient: Predictors) -> None:
    for equation in (iwpc.PHARMACOGENETIC.weekly, gage.weekly):
        falling = [equation(replace(patient, vkorc1=genotype)) or 0.0 for genotype in VKORC1]
        assert falling == sorted(set(falling), reverse=True)


@given(patients)
def test_a_cyp2c9_allele_of_less_function_needs_less(patient: Predictors) -> None:
    for equation in (iwpc.PHARMACOGENETIC.weekly, gage.weekly):
        none, two, three = (equation(replace(patient, cyp2c9=genotype)) or 0.0 for genotype in CYP2C9[:3])
        assert none > two > three


@given(patients)
def test_amiodarone_lowers_the_dose(patient: Predictors) -> None:
    with_it = replace(patient, amiodarone=True)
    assert all(after < before for before, after in zip(doses(patient), doses(with_it), strict=True))


def test_body_surface_is_du_bois_formula() -> None:
    """Du Bois and Du Bois 1916: log S = log 71.84 + 0.425 log W + 0.725 log H, S in cm2."""
    square_cm = exp(log(71.84) + 0.425 * log(70) + 0.725 * log(170))
    assert gage.body_surface(170, 70) == pytest.approx(square_cm / 1e4)
