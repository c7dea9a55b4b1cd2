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
