"""Words of the report and the order of actions."""

from __future__ import annotations

import pytest

from genopath.report.view import (
    CONCERNS,
    GRAVEST_FIRST,
    OUTCOMES,
    WORDS,
    age_in_words,
    consequence,
    grade,
    gravest,
    sorted_actions,
    split_considerations,
)
from kg.levels import LEVELS, CpicLevel, HpoEvidence
from queries.candidate import Action
from queries.medication import Concern, Outcome


def test_every_action_has_an_order_a_word_and_a_sentence() -> None:
    assert set(GRAVEST_FIRST) == set(WORDS) == set(Action)
    assert all("codeine" in consequence("codeine", (action,)) for action in Action)


def test_standard_use_is_not_shown_beside_an_urgent_action() -> None:
    assert sorted_actions([Action.STANDARD, Action.MONITOR, Action.AVOID]) == (Action.AVOID, Action.MONITOR)
    assert sorted_actions([Action.STANDARD, Action.NO_RECOMMENDATION]) == (Action.STANDARD,)


def test_advice_that_names_no_action_asks_to_read_the_text() -> None:
    assert gravest([]) is Action.OTHER


def test_every_outcome_and_concern_has_a_word() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(CONCERNS) == set(Concern)


def test_what_cpic_adds_stands_apart_from_its_advice() -> None:
    assert split_considerations("Avoid.\nOther considerations: With food.") == ("Avoid.", "With food.")
    assert split_considerations("Avoid.") == ("Avoid.", "")


@pytest.mark.parametrize(
    ("age", "words"), [("P34Y", "34 years"), ("P1Y1M", "1 year 1 month"), ("adult", "adult"), ("P", "P")]
)
def test_ages_are_told_in_words(age: str, words: str) -> None:
    assert age_in_words(age) == words


def test_grades_are_told_with_their_scale() -> None:
    assert grade(CpicLevel.A) == "CPIC level A"
    assert grade(HpoEvidence.PUBLISHED_CLINICAL_STUDY) == "PCS: published clinical study"
    assert all(grade(level) for kind in LEVELS.values() for level in kind)
