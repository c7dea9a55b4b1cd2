"""What the text for a terminal says of a recommendation beside its words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from genopath.cli.text import advice_to_text

if TYPE_CHECKING:
    from queries.candidate import DrugAdvice
    from queries.case import PatientCase


def lines(case: PatientCase, advice: DrugAdvice, **changed: object) -> list[str]:
    """The text of the first recommendation alone, from its drug on."""
    item = replace(advice.recommendations[0], **changed)  # type: ignore[arg-type]  # fields of several types
    text = advice_to_text(case, replace(advice, recommendations=(item,)))
    return text[text.index("* clopidogrel [") :].splitlines()


@pytest.mark.parametrize(
    ("strength", "population", "line"),
    [
        ("Strong", "CVI ACS PCI", "    strength: Strong; for: CVI ACS PCI"),
        ("Strong", None, "    strength: Strong"),
        (None, "pediatrics", "    for: pediatrics"),
    ],
)
def test_strength_and_population_share_a_line(
    case: PatientCase, advice: DrugAdvice, strength: str | None, population: str | None, line: str
) -> None:
    assert lines(case, advice, strength=strength, population=population)[1] == line


def test_what_the_guideline_does_not_grade_has_no_such_line(case: PatientCase, advice: DrugAdvice) -> None:
    assert lines(case, advice, strength=None, population=None, text="Avoid.")[1] == "    Avoid."


@pytest.mark.parametrize(
    ("phenotypes", "reason"),
    [
        ({"CYP2C19": "Poor Metabolizer"}, "another diplotype that is still possible may need other advice"),
        (
            {"CYP2C19": "Poor Metabolizer", "CYP2D6": "No Result"},
            "the result of CYP2D6, which was not determined, or another diplotype that is still possible may need other "
            "advice",
        ),
    ],
)
def test_advice_that_is_not_robust_says_why(
    case: PatientCase, advice: DrugAdvice, phenotypes: dict[str, str], reason: str
) -> None:
    assert f"    NOT ROBUST: {reason}" in lines(case, advice, robust=False, phenotypes=phenotypes)


def test_every_part_of_the_answer_has_a_line(case: PatientCase, advice: DrugAdvice) -> None:
    text = advice_to_text(case, advice)
    for line in (
        "* azathioprine: gene not called",
        "* metoprolool XR: not recognised",
        "  CYP2C9: ambiguous; *1/*3 and 1 more that fit the data; Intermediate Metabolizer",
        "  codeine: CPIC asks for: avoid and alternative; FDA for the standard treatment",
        "  CYP2C9: Intermediate Metabolizer -> no cited method [derived], by fluconazole (moderate inhibitor)"
        "; lists disagree; no published method for CYP2C9",
        "  warfarin + fluconazole [caution] ANSM: Augmentation de l'effet de l'antivitamine K et du risque hémorragique. "
        "-> Contrôle plus fréquent de l'INR.",
        "  Epistaxis <- warfarin [interaction, supported by this case] Fluconazole raises its level.",
        "  warfarin: 38.5 mg/week (25.5 to 55 mg/week), IWPC pharmacogenetic model; VKORC1 is unknown, so its own "
        "coefficient was taken.",
        "  instead of clopidogrel: ticlopidine (CYP2C19 Poor Metabolizer: avoid (invented)), prasugrel",
        "  TPMT: 1 of 5 positions seen; cannot be seen: *3A, *24; residual risk 6.74% (European)",
    ):
        assert line in text.splitlines()


def test_what_would_settle_uncertain_advice_is_told(case: PatientCase, advice: DrugAdvice) -> None:
    assert "      would be settled by a test" in lines(case, advice, robust=False, settled_by=("a test",))
