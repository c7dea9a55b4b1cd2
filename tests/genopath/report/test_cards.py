"""One card for each current medication, with everything that touches its drug."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from genopath.report.cards import drug_cards, gene_results, why_silent
from genopath.report.groups import (
    actionable_genes,
    complaint_groups,
    interacting_pairs,
    other_advice,
    other_disagreements,
)
from queries.candidate import Action, DrugAdvice
from queries.case import Medication, PatientCase
from queries.medication import Concern, Outcome

if TYPE_CHECKING:
    from queries.candidate import Recommendation


def test_no_recommendation_is_lost_or_shown_twice(case: PatientCase, advice: DrugAdvice) -> None:
    shown = [item for card in drug_cards(case, advice) for body in card.bodies for item in body.advice]
    shown += [item for group in other_advice(advice) for item in group.advice]
    assert sorted(map(_key, shown)) == sorted(map(_key, advice.recommendations))


def test_listed_advice_for_a_drug_under_another_id_still_has_a_card(case: PatientCase, advice: DrugAdvice) -> None:
    alone = replace(advice, alternatives=(), dosing=())
    cards = drug_cards(replace(case, medications=()), alone)
    assert [card.name for card in cards] == ["clopidogrel", "codeine", "simvastatin"]


def test_no_dose_or_alternative_is_lost_where_the_list_does_not_name_its_drug(advice: DrugAdvice) -> None:
    cards = drug_cards(PatientCase("a"), advice)
    assert [item for card in cards for item in card.doses] == list(advice.dosing)
    assert sum(len(card.alternatives) for card in cards) == len(advice.alternatives)


def test_bodies_stand_in_their_order(case: PatientCase, advice: DrugAdvice) -> None:
    clopidogrel = drug_cards(case, replace(advice, recommendations=advice.recommendations[:2][::-1]))[0]
    assert [body.source for body in clopidogrel.bodies] == ["CPIC", "DPWG"]


def test_several_populations_with_the_same_gene_result_say_so(case: PatientCase, advice: DrugAdvice) -> None:
    first = advice.recommendations[0]
    same = drug_cards(case, replace(advice, recommendations=(first, replace(first, population="NVI"))))
    assert same[0].bodies[0].has_one_result
    other = drug_cards(case, replace(advice, recommendations=(first, replace(first, implications={}))))
    assert not other[0].bodies[0].has_one_result


def test_a_card_gathers_what_touches_its_drug(case: PatientCase, advice: DrugAdvice) -> None:
    cards = {card.name: card for card in drug_cards(case, advice)}
    warfarin, clopidogrel = cards["warfarin"], cards["clopidogrel"]
    assert [item.concern for item in warfarin.interactions] == [Concern.CAUTION, Concern.UNGRADED]
    assert warfarin.concern is Concern.CAUTION
    assert [item.model for item in warfarin.doses] == ["IWPC pharmacogenetic model", "IWPC clinical model"]
    assert [item.gene.name for item in warfarin.conversions] == ["CYP2C9"]
    assert [item.gene.name for item in cards["fluconazole"].conversions] == ["CYP2C9", "CYP2D6"]
    assert cards["codeine"].disagreements == advice.disagreements
    assert [item.drug.name for item in clopidogrel.alternatives] == ["ticlopidine", "prasugrel"]  # as advised
    assert clopidogrel.untouched == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.NO_RECOMMENDATION, "makes no recommendation"),
        (Outcome.NO_GUIDELINE, "holds no guideline"),
        (Outcome.GENE_NOT_CALLED, "TPMT has no result"),
        (Outcome.NO_MATCH, "none of its recommendations covers"),
        (Outcome.TEXT_NOT_HELD, "does not hold its recommendations"),
    ],
)
def test_each_reason_for_silence_is_told_in_words(
    case: PatientCase, advice: DrugAdvice, outcome: Outcome, words: str
) -> None:
    silent = next(line for line in advice.medications if line.given == "azathioprine")
    changed = replace(advice, medications=(replace(silent, outcome=outcome),))
    card = next(card for card in drug_cards(case, changed) if card.name == "azathioprine")
    assert card.outcome is outcome
    assert words in why_silent(card)


def test_the_words_of_the_answer_go_before_those_of_the_report(case: PatientCase, advice: DrugAdvice) -> None:
    card = next(card for card in drug_cards(case, advice) if card.name == "fluconazole")
    assert why_silent(card) == "The text is not held."


def test_a_drug_without_an_answer_is_never_shown_as_standard() -> None:
    cards = drug_cards(PatientCase("a", medications=(Medication("xyz", None, "xyz"),)), DrugAdvice((), ()))
    assert [(card.verdict, card.outcome) for card in cards] == [(Action.NO_RECOMMENDATION, Outcome.NOT_RECOGNISED)]


def test_gene_results_name_the_diplotypes_that_have_the_phenotype(advice: DrugAdvice) -> None:
    (codeine,) = gene_results(advice.recommendations[2], advice.genes)
    assert (codeine.symbol, codeine.phenotype, codeine.diplotypes) == ("CYP2D6", "Poor Metabolizer", ("*4/*4",))
    assert codeine.activity_score == 0.0


def test_a_gene_that_listed_advice_rests_on_is_no_other_gene(advice: DrugAdvice) -> None:
    assert actionable_genes(advice) == ()
    unlisted = replace(advice, recommendations=tuple(i for i in advice.recommendations if not i.on_medication_list))
    found = {gene.call.gene.name: dict(gene.drugs) for gene in actionable_genes(unlisted)}
    assert found == {
        "CYP2C19": {Action.ALTERNATIVE: ("voriconazole",), Action.ADJUST_DOSE: ("citalopram", "omeprazole")},
        "CYP2D6": {Action.AVOID: ("amitriptyline", "tramadol"), Action.MONITOR: ("atomoxetine",)},
    }


def test_sources_on_the_same_pair_stand_together_gravest_first(advice: DrugAdvice) -> None:
    (pair,) = interacting_pairs(advice)
    assert [item.source for item in pair.items] == ["ANSM", "DDInter"]
    assert pair.concern is Concern.CAUTION


def test_every_complaint_is_shown_and_supported_causes_first(case: PatientCase, advice: DrugAdvice) -> None:
    groups = complaint_groups(case, advice)
    assert [(group.complaint.name, [cause.supported for cause in group.causes]) for group in groups] == [
        ("Epistaxis", [True, False]),
        ("Constipation", [False]),
        ("Headache", []),
    ]


def test_a_disagreement_on_a_drug_without_a_card_is_not_lost(case: PatientCase, advice: DrugAdvice) -> None:
    shown = {card.drug for card in drug_cards(case, advice)}
    assert other_disagreements(advice, shown) == ()
    assert other_disagreements(advice, set()) == advice.disagreements


def _key(item: Recommendation) -> tuple[str, str, str]:
    return item.drug.reference.curie, item.source, item.text
