"""Shares of a dose that texts of CPIC state; the texts are CPIC's own."""

from __future__ import annotations

import pytest

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import Action, Guideline, Recommendation
from queries.case import PatientCase
from queries.dosing.guideline import LOWEST, USUAL, read_doses, read_share

TACROLIMUS = (
    "Increase starting dose 1.5 to 2 times recommended starting dose. Total starting dose should not exceed 0.3 mg/kg/day. "
    "Use therapeutic drug monitoring to guide dose adjustments."
)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        (TACROLIMUS, 150, 200, USUAL),
        ("Reduce starting dose by 50% followed by titration of dose based on toxicity.", 50, 50, USUAL),
        ("Consider a 25% reduction of recommended starting dose.", 75, 75, USUAL),
        ("Consider a 25-50% reduction of recommended starting dose and titrate to response.", 50, 75, USUAL),
        ("For tertiary amines, consider a 50% reduction of the recommended starting dose.", 50, 50, USUAL),
        ("Consider a 25-50% lower starting dose and slower titration schedule.", 50, 75, USUAL),
        ("Based on NUDT15, reduce starting doses to 25% of normal dose and adjust doses.", 25, 25, USUAL),
        ("Start with reduced starting doses (30%-80% of normal dose) if normal starting dose is high.", 30, 80, USUAL),
        ("Based on TPMT status, start with reduced doses (50% to 80% of normal dose) if it is high.", 50, 80, USUAL),
        ("Increase starting daily dose by 100%. Daily dose may be given in divided doses.", 200, 200, USUAL),
        (
            "Initiate therapy with 25-50% of the lowest recommended starting dose. Titrate dose upward to clinical effect "
            "or 25-50% of the maximum recommended dose with caution.",
            25,
            50,
            LOWEST,
        ),
    ],
)
def test_a_known_wording_is_read(text: str, low: float, high: float, unit: str) -> None:
    share = read_share(text)
    assert share is not None
    assert (share.low, share.high, share.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "Initiate therapy with recommended starting dose.",
        "Initiate standard starting daily dose. For chronic therapy (>12 weeks) and efficacy achieved, consider 50% "
        "reduction in daily dose and monitor for continued efficacy.",
        "Consider increasing dose by 50-100% for the treatment of H. pylori infection and erosive esophagitis.",
        "For malignancy, start with drastically reduced doses (reduce daily dose by 10-fold and reduce frequency).",
        "Approximately 30% chance for SVR after 48 weeks of treatment.",
        "Prescribe <=20mg as a starting dose and adjust doses of atorvastatin.",
        "For subsequent doses use approximately 50% less than typical maintenance dose.",
        "Consider a 25% reduction of recommended starting dose. Otherwise consider a 50% reduction of recommended "
        "starting dose.",
    ],
)
def test_other_wordings_and_several_numbers_are_left_to_the_text(text: str) -> None:
    assert read_share(text) is None


def recommendation(text: str, source: str = "CPIC", listed: bool = True, robust: bool = True) -> Recommendation:
    return Recommendation(
        drug=Entity(Reference("RXNORM", "42316"), Category.DRUG, "tacrolimus"),
        source=source,
        guideline=Guideline(None, None, None),
        phenotypes={"CYP3A5": "Normal Metabolizer"},
        activity_scores={},
        actions=(Action.ADJUST_DOSE,),
        strength=None,
        population=None,
        text=text,
        implications={},
        on_medication_list=listed,
        robust=robust,
        derived=(),
        paths=(),
    )


def test_tacrolimus_has_its_range_and_the_most_for_this_weight() -> None:
    (dose,) = read_doses(PatientCase("p", weight=70.0), [recommendation(TACROLIMUS)])
    assert (dose.value, dose.interval, dose.unit, dose.missing) == (None, (150.0, 200.0), USUAL, ())
    assert "At most 0.3 mg/kg/day: 21 mg/day at 70 kg." in dose.note


def test_without_a_weight_the_most_stays_per_kilogram() -> None:
    (dose,) = read_doses(PatientCase("p"), [recommendation(TACROLIMUS)])
    assert dose.missing == ("weight",)
    assert dose.note.endswith("At most 0.3 mg/kg/day.")


def test_a_single_share_is_a_value_and_its_condition_is_quoted() -> None:
    text = (
        "Avoid amitriptyline use. If amitripyline is warranted, consider a 50% reduction of recommended starting dose."
    )
    (dose,) = read_doses(PatientCase("p"), [recommendation(text)])
    assert (dose.value, dose.interval) == (50.0, None)
    assert "If amitripyline is warranted, consider a 50% reduction" in dose.note


@pytest.mark.parametrize(
    "other",
    [
        recommendation(TACROLIMUS, source="DPWG"),
        recommendation(TACROLIMUS, listed=False),
        recommendation("No change.\nOther considerations: Consider a 25% reduction of recommended starting dose."),
    ],
    ids=["another body", "not listed", "in the considerations"],
)
def test_other_bodies_drugs_and_considerations_give_no_dose(other: Recommendation) -> None:
    assert list(read_doses(PatientCase("p"), [other])) == []


def test_a_dose_that_not_every_result_asks_for_says_so() -> None:
    (dose,) = read_doses(PatientCase("p"), [recommendation(TACROLIMUS, robust=False)])
    assert "does not hold for every result" in dose.note
