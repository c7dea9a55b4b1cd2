from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.reference import Reference
from queries.case import Medication, Severity
from queries.intake.given import Given
from queries.intake.medications import read_medications
from queries.intake.names import Names

if TYPE_CHECKING:
    from kg.store import Graph

CLOPIDOGREL = Reference("RXNORM", "32968")


def drugs(*texts: str) -> list[Given]:
    return [Given(text, "--medication") for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        *("clopidogrel", "Clopidogrel ", "PLAVIX", "RXNORM:32968", "rxnorm:32968", "DRUGBANK:DB00758", "DB00758"),
        *("PharmGKB:PA449053", "PA449053", "ATC:B01AC04", "B01AC04"),
    ],
)
def test_name_brand_and_identifiers_lead_to_the_canonical_drug(graph: Graph, text: str) -> None:
    found = read_medications(Names(graph), drugs(text))
    assert found.values == (Medication(text, CLOPIDOGREL, "clopidogrel"),)
    assert found.problems == ()


def test_an_unknown_drug_keeps_its_text_and_gets_suggestions(graph: Graph) -> None:
    found = read_medications(Names(graph), drugs("clopidogrl"))
    assert found.values == (Medication("clopidogrl", None, "clopidogrl"),)
    (problem,) = found.problems
    assert problem.severity is Severity.WARNING
    assert "did you mean clopidogrel (RXNORM:32968)?" in problem.message


def test_a_name_with_a_dose_is_suggested_and_not_guessed(graph: Graph) -> None:
    found = read_medications(Names(graph), drugs("clopidogrel 75 mg"))
    assert found.values[0].drug is None
    assert "clopidogrel (RXNORM:32968)" in found.problems[0].message


@pytest.mark.parametrize("text", ["x", "RXNORM:9999999", "zzzzzz"])
def test_what_resembles_no_drug_gets_no_suggestion(graph: Graph, text: str) -> None:
    (problem,) = read_medications(Names(graph), drugs(text)).problems
    assert "did you mean" not in problem.message


def test_brand_and_generic_name_of_one_drug_count_once(graph: Graph) -> None:
    assert [m.given for m in read_medications(Names(graph), drugs("Plavix", "clopidogrel", "codeine")).values] == [
        "Plavix",
        "codeine",
    ]


def test_an_identifier_of_another_vocabulary_falls_back_on_its_label(graph: Graph) -> None:
    (medication,) = read_medications(Names(graph), [Given("DrugCentral:705", "x", label="Clopidogrel")]).values
    assert medication.drug == CLOPIDOGREL
