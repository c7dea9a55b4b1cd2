"""How recommendations of a PharmCAT report are compared."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import Action, DrugAdvice, Guideline, Recommendation

ROOT = Path(__file__).parents[2]
DRUG = Entity(Reference("RXNORM", "704"), Category.DRUG, "amitriptyline")
OURS = Recommendation(
    drug=DRUG,
    source="CPIC",
    guideline=Guideline(None, None, None),
    phenotypes={"CYP2C19": "Normal Metabolizer", "CYP2D6": "No Result"},
    activity_scores={},
    actions=(Action.STANDARD,),
    strength="Strong",
    population=None,
    text="Initiate therapy with recommended starting dose.",
    implications={},
    on_medication_list=False,
    robust=True,
    derived=(),
    paths=(),
)


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:  # names of a script have no types
    return runpy.run_path(str(ROOT / "benchmarks" / "pgx_reports.py"))


def expected(script: dict[str, Any], **changed: object) -> Any:
    fields: dict[str, object] = {
        "report": "r",
        "body": "CPIC",
        "drug": "amitriptyline",
        "phenotypes": {"CYP2C19": "Normal Metabolizer"},
        "scores": {},
        "population": None,
        "text": "<p>Initiate therapy with <b>recommended</b> starting dose</p>",
        "strength": "Strong",
        "other_drug": False,
        "other_dose": False,
    }
    return script["Expected"](**(fields | changed))


def test_markup_and_the_heading_of_considerations_do_not_count(script: dict[str, Any]) -> None:
    theirs = 'Use it\n<h4 id="other-considerations">Other Considerations</h4>\nSee [the label](https://example.org).'
    assert script["likeness"](theirs, "Use it\nOther considerations: See the label.") == 1
    assert script["likeness"]("Use it", "Avoid it") < script["SAME_WORDS"]


def test_a_gene_without_a_result_is_no_result_of_the_patient(script: dict[str, Any]) -> None:
    (found,) = script["compare"]([expected(script)], DrugAdvice((), (OURS,)))
    assert (found.is_found, found.same_text, found.same_strength) == (True, True, True)


def test_other_results_and_another_dose_are_not_the_same_recommendation(script: dict[str, Any]) -> None:
    poor = expected(script, phenotypes={"CYP2C19": "Poor Metabolizer"})
    (found,) = script["compare"]([poor], DrugAdvice((), (OURS,)))
    assert (found.is_found, found.reason) == (False, "the drug has advice, but not for these results")
    lower = expected(script, text="Reduce the starting dose by half", other_dose=True)
    (found,) = script["compare"]([lower], DrugAdvice((), (OURS,)))
    assert (found.is_found, found.reason) == (False, "another text with other actions")


def test_a_score_that_both_state_must_be_the_same(script: dict[str, Any]) -> None:
    ours = replace(OURS, phenotypes={"CYP2D6": "Intermediate Metabolizer"}, activity_scores={"CYP2D6": 1.0})
    wanted = expected(script, phenotypes={"CYP2D6": "Intermediate Metabolizer"}, scores={"CYP2D6": 0.5})
    assert not script["fits"](wanted, ours)
    assert script["fits"](replace(wanted, scores={"CYP2D6": 1.0}), ours)


def test_one_recommendation_answers_one_expectation(script: dict[str, Any]) -> None:
    found = script["compare"]([expected(script), expected(script)], DrugAdvice((), (OURS,)))
    assert [outcome.is_found for outcome in found] == [True, False]
