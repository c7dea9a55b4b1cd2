"""When two bodies disagree on a drug, and when they only speak otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import Action, Guideline, Recommendation
from queries.pharmacogenomics.disagreements import find_disagreements

if TYPE_CHECKING:
    from queries.medication import Disagreement

DRUG = Entity(Reference("RXNORM", "704"), Category.DRUG, "amitriptyline")
POOR = {"CYP2D6": "Poor Metabolizer"}


def advice(body: str, actions: str, results: dict[str, str] | None = None) -> Recommendation:
    asked = tuple(Action(name) for name in actions.split(","))
    page = Guideline(None, None, None)
    found = POOR if results is None else results
    return Recommendation(DRUG, body, page, found, {}, asked, None, None, "text", {}, False, True, (), ())


def between(*recommendations: Recommendation) -> list[Disagreement]:
    return list(find_disagreements(recommendations))


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ("avoid", "standard", "CPIC asks for: avoid; DPWG for the standard treatment"),
        ("standard,monitor", "adjust_dose", "DPWG asks for: adjust dose; CPIC for the standard treatment"),
        ("alternative", "adjust_dose", "CPIC asks for: alternative; DPWG asks for: adjust dose"),
    ],
)
def test_another_drug_or_dose_against_the_standard_or_against_each_other_is_a_disagreement(
    first: str, second: str, difference: str
) -> None:
    (found,) = between(advice("CPIC", first), advice("DPWG", second))
    assert (found.drug, found.bodies, found.difference) == (DRUG, ("CPIC", "DPWG"), difference)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("avoid", "alternative"),
        ("avoid,adjust_dose", "adjust_dose"),
        ("avoid", "no_recommendation"),
        ("avoid", "other"),
        ("standard", "monitor"),
    ],
)
def test_silence_and_other_words_for_the_same_are_none(first: str, second: str) -> None:
    assert between(advice("CPIC", first), advice("FDA", second)) == []


def test_one_body_does_not_disagree_with_itself() -> None:
    assert between(advice("CPIC", "avoid"), advice("CPIC", "standard")) == []


def test_what_is_said_of_other_results_is_not_compared() -> None:
    normal = {"CYP2D6": "Normal Metabolizer"}
    assert between(advice("CPIC", "avoid"), advice("DPWG", "standard", normal)) == []
    assert between(advice("CPIC", "avoid"), advice("DPWG", "standard", {"CYP2C19": "Poor Metabolizer"})) == []


def test_a_recommendation_for_the_diplotype_is_compared_with_that_for_its_phenotype() -> None:
    assert between(advice("CPIC", "avoid"), advice("DPWG", "standard", {"CYP2D6": "*4/*4"}))
