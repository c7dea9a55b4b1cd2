"""What the report shows of drug advice, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from genopath.report.view import (
    GRAVEST_FIRST,
    WORDS,
    age_in_words,
    consequence,
    drug_cards,
    gene_results,
    grade,
    gravest,
    other_advice,
    sorted_actions,
)
from kg.levels import LEVELS, CpicLevel, HpoEvidence
from queries.candidate import Action, DrugAdvice, Silence, UnansweredDrug
from queries.case import Medication, PatientCase

if TYPE_CHECKING:
    from queries.candidate import Recommendation


def test_every_action_has_an_order_a_word_and_a_sentence() -> None:
    assert set(GRAVEST_FIRST) == set(WORDS) == set(Action)
    assert all("codeine" in consequence("codeine", (action,)) for action in Action)


def test_standard_use_is_not_shown_beside_an_urgent_action() -> None:
    assert sorted_actions([Action.STANDARD, Action.MONITOR, Action.AVOID]) == (Action.AVOID, Action.MONITOR)
    assert sorted_actions([Action.STANDARD, Action.NO_RECOMMENDATION]) == (Action.STANDARD,)


def test_advice_that_names_no_action_asks_to_read_the_text() -> None:
    assert gravest([]) is Action.OTHER


def test_no_recommendation_is_lost_or_shown_twice(case: PatientCase, advice: DrugAdvice) -> None:
    shown = [item for card in drug_cards(case, advice) for item in card.advice]
    shown += [item for group in other_advice(advice) for item in group.advice]
    assert sorted(map(_key, shown)) == sorted(map(_key, advice.recommendations))


def test_listed_advice_for_a_drug_under_another_id_still_has_a_card(case: PatientCase, advice: DrugAdvice) -> None:
    cards = drug_cards(replace(case, medications=()), advice)
    assert [card.name for card in cards] == ["clopidogrel", "codeine", "simvastatin"]


def test_bodies_disagree_only_where_no_action_is_common(case: PatientCase, advice: DrugAdvice) -> None:
    first, second = advice.recommendations[:2]
    assert not drug_cards(case, advice)[0].disagree
    standard = replace(second, actions=(Action.STANDARD,))
    assert drug_cards(case, replace(advice, recommendations=(first, standard)))[0].disagree


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Silence.NO_GUIDELINE, "holds no recommendation"),
        (Silence.GENE_NOT_CALLED, "TPMT has no result"),
        (Silence.NO_MATCH, "none of its recommendations covers"),
    ],
)
def test_each_reason_for_silence_is_told_in_words(
    case: PatientCase, advice: DrugAdvice, reason: Silence, words: str
) -> None:
    silent = advice.unanswered[0]
    changed = replace(advice, unanswered=(UnansweredDrug(silent.drug, reason, silent.genes),))
    card = next(card for card in drug_cards(case, changed) if card.name == "azathioprine")
    assert words in str(card.why_silent)


def test_a_drug_without_an_answer_is_never_shown_as_standard(case: PatientCase) -> None:
    unknown = replace(case, medications=(Medication("xyz", None, "xyz"),))
    cards = drug_cards(unknown, DrugAdvice((), ()))
    assert [card.actions for card in cards] == [(Action.NO_RECOMMENDATION,)]


def test_gene_results_name_the_diplotypes_that_have_the_phenotype(advice: DrugAdvice) -> None:
    (codeine,) = gene_results(advice.recommendations[2], advice.genes)
    assert (codeine.symbol, codeine.phenotype, codeine.diplotypes) == ("CYP2D6", "Poor Metabolizer", ("*4/*4",))
    assert codeine.activity_score == 0.0


@pytest.mark.parametrize(
    ("age", "words"), [("P34Y", "34 years"), ("P1Y1M", "1 year 1 month"), ("adult", "adult"), ("P", "P")]
)
def test_ages_are_told_in_words(age: str, words: str) -> None:
    assert age_in_words(age) == words


def test_grades_are_told_with_their_scale() -> None:
    assert grade(CpicLevel.A) == "CPIC level A"
    assert grade(HpoEvidence.PUBLISHED_CLINICAL_STUDY) == "PCS: published clinical study"
    assert all(grade(level) for kind in LEVELS.values() for level in kind)


def _key(item: Recommendation) -> tuple[str, str, str]:
    return item.drug.reference.curie, item.source, item.text
