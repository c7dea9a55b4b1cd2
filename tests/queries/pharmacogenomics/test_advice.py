"""From diplotypes to advice on the tiny graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.reference import Reference
from queries.candidate import Action, CallStatus, Silence
from queries.case import CallSource, DiplotypeCall, Medication, PatientCase
from queries.pharmacogenomics.advice import recommend_drugs

if TYPE_CHECKING:
    from kg.store import Graph
    from queries.candidate import Recommendation

CLOPIDOGREL = Medication("Plavix", Reference("RXNORM", "32968"), "clopidogrel")
FLUOROURACIL = Medication("5-FU", Reference("RXNORM", "4492"), "fluorouracil")


def case(*diplotypes: tuple[str, ...], medications: tuple[Medication, ...] = ()) -> PatientCase:
    calls = tuple(DiplotypeCall("CYP2C19", alleles) for alleles in diplotypes)
    return PatientCase("p", diplotypes=calls, medications=medications)


def test_a_poor_metabolizer_of_clopidogrel_is_told_to_use_another_drug(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*2", "*2"), medications=(CLOPIDOGREL,)))
    (found,) = advice.recommendations
    assert (found.drug.name, found.phenotypes) == ("clopidogrel", {"CYP2C19": "Poor Metabolizer"})
    assert found.actions == (Action.AVOID, Action.ALTERNATIVE)
    assert (found.on_medication_list, found.robust) == (True, True)
    assert found.guideline.url == "https://cpicpgx.org/guidelines/guideline-for-clopidogrel-and-cyp2c19/"
    assert advice.unanswered == ()


def test_each_path_ends_at_the_drug_with_record_release_and_licence(graph: Graph) -> None:
    (found,) = recommend_drugs(graph, case(("*2", "*2"))).recommendations
    assert [[entity.name for entity in path.entities] for path in found.paths] == [
        ["CYP2C19 *2/*2", "CYP2C19 Poor Metabolizer", "clopidogrel"],
        ["CYP2C19", "clopidogrel"],
    ]
    for path in found.paths:
        evidence = path.hops[-1].association.evidence[0]
        assert evidence.record
        assert evidence.release
        assert evidence.license


@pytest.mark.parametrize("alleles", [("*17", "*2"), ("*2", "*17")])
def test_the_order_of_the_two_alleles_does_not_matter(graph: Graph, alleles: tuple[str, str]) -> None:
    (call,) = recommend_drugs(graph, case(alleles)).genes
    assert (call.status, call.phenotypes) == (CallStatus.CALLED, ("Intermediate Metabolizer",))


def test_advice_that_differs_between_possible_diplotypes_is_not_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*1"), ("*2", "*2"), medications=(CLOPIDOGREL,)))
    assert advice.genes[0].status is CallStatus.AMBIGUOUS
    clopidogrel = [found for found in advice.recommendations if found.on_medication_list]
    assert {found.text[:5] for found in clopidogrel} == {"Avoid", "If co"}
    assert not any(found.robust for found in clopidogrel)


def test_a_phenotype_without_advice_beside_one_with_it_is_not_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*2"), ("*2", "*2")))
    assert [found.robust for found in advice.recommendations] == [False]


def both(*diplotypes: tuple[str, tuple[str, str]]) -> PatientCase:
    return PatientCase("p", diplotypes=tuple(DiplotypeCall(symbol, alleles) for symbol, alleles in diplotypes))


def amitriptyline(graph: Graph, *diplotypes: tuple[str, tuple[str, str]]) -> list[Recommendation]:
    found = recommend_drugs(graph, both(*diplotypes)).recommendations
    return [item for item in found if item.drug.name == "amitriptyline"]


def test_advice_for_two_genes_needs_both_and_has_a_path_from_each(graph: Graph) -> None:
    (found,) = amitriptyline(graph, ("CYP2C19", ("*1", "*1")), ("CYP2D6", ("*4", "*4")))
    assert found.phenotypes == {"CYP2C19": "Normal Metabolizer", "CYP2D6": "Poor Metabolizer"}
    assert found.activity_scores == {"CYP2D6": 0.0}
    assert found.actions == (Action.AVOID, Action.ADJUST_DOSE, Action.MONITOR)
    assert found.robust
    starts = {path.hops[0].start.name for path in found.paths}
    assert starts == {"CYP2C19 *1/*1", "CYP2D6 *4/*4", "CYP2C19", "CYP2D6"}


def test_advice_for_a_gene_without_result_is_not_robust(graph: Graph) -> None:
    """CPIC has a text for the other gene alone, but each diplotype of the second gene is compatible with the data."""
    (found,) = amitriptyline(graph, ("CYP2C19", ("*1", "*1")))
    assert found.phenotypes == {"CYP2C19": "Normal Metabolizer", "CYP2D6": "No Result"}
    assert not found.robust


def test_diplotypes_that_cannot_be_told_apart_and_mean_the_same_are_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, both(("CYP2D6", ("*4", "*4")), ("CYP2D6", ("*4", "*5"))))
    assert advice.genes[0].status is CallStatus.AMBIGUOUS
    assert [(found.drug.name, found.robust) for found in advice.recommendations] == [("codeine", True)]


def test_what_asks_for_action_comes_before_the_usual_treatment(graph: Graph) -> None:
    found = recommend_drugs(graph, both(("CYP2C19", ("*1", "*1")), ("CYP2D6", ("*4", "*4")))).recommendations
    assert [item.drug.name for item in found] == ["amitriptyline", "codeine", "clopidogrel"]


def test_a_listed_drug_without_advice_says_why(graph: Graph) -> None:
    not_called = recommend_drugs(graph, case(medications=(CLOPIDOGREL, FLUOROURACIL)))
    assert not_called.recommendations == ()
    assert {item.drug.name: item.reason for item in not_called.unanswered} == {
        "clopidogrel": Silence.GENE_NOT_CALLED,
        "fluorouracil": Silence.NO_GUIDELINE,
    }
    no_match = recommend_drugs(graph, case(("*1", "*2"), medications=(CLOPIDOGREL,)))
    assert [item.reason for item in no_match.unanswered] == [Silence.NO_MATCH]


def test_an_allele_that_the_release_does_not_know_leads_to_no_advice(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*999")))
    assert advice.recommendations == ()
    assert "no phenotype" in advice.genes[0].messages[0]


def test_an_outside_call_may_state_the_phenotype_alone(graph: Graph) -> None:
    call = DiplotypeCall("CYP2C19", (), CallSource.OUTSIDE_CALL, "Poor Metabolizer")
    advice = recommend_drugs(graph, PatientCase("p", diplotypes=(call,)))
    assert [found.drug.name for found in advice.recommendations] == ["clopidogrel"]
    assert advice.genes[0].call_source is CallSource.OUTSIDE_CALL
