from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate
from queries.case import Medication, Severity
from queries.intake.given import Given
from queries.intake.medications import read_medications
from queries.intake.names import Names

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


FLUOROURACIL, TEGAFUR, LABEL = Reference("RXNORM", "4492"), Reference("RXNORM", "4582"), Reference("NCIT", "C505")


@pytest.fixture(scope="module")
def mapped() -> Names:
    """A drug whose DrugBank number is also mapped to its prodrug, and which another vocabulary has by the same name."""
    code = Reference("DRUGBANK", "DB00544")
    named = ((FLUOROURACIL, "fluorouracil"), (TEGAFUR, "tegafur"), (code, "fluorouracil"), (LABEL, "Fluorouracil"))
    why = Evidence("x", "1", "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    lines = []
    for reference, name in named:
        lines += entity_to_nquads(Entity(reference, Category.DRUG, name, ("5-FU",)), graph_iri("x", "1"))
    for drug in (FLUOROURACIL, TEGAFUR):
        lines += association_to_nquads(Association(drug, Predicate.CLOSE_MATCH, code, (why,)))
    store = Store()
    store.load("\n".join(dict.fromkeys(lines)).encode(), RdfFormat.N_QUADS)
    manifest = Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    return Names(Graph(Release(Path(), manifest), store))


@pytest.mark.parametrize(("text", "drug"), [("fluorouracil", FLUOROURACIL), ("Tegafur", TEGAFUR)])
def test_the_drug_that_bears_the_name_itself_is_meant(mapped: Names, text: str, drug: Reference) -> None:
    found = read_medications(mapped, drugs(text))
    assert [one.drug for one in found.values] == [drug]
    assert found.problems == ()


@pytest.mark.parametrize("text", ["5-FU", "DRUGBANK:DB00544"])
def test_what_several_drugs_share_stays_ambiguous(mapped: Names, text: str) -> None:
    found = read_medications(mapped, drugs(text))
    assert [one.drug for one in found.values] == [None]
    assert "fluorouracil (RXNORM:4492) or " in found.problems[0].message
    assert "tegafur (RXNORM:4582)" in found.problems[0].message
