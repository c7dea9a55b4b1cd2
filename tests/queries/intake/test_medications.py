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


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("clopidogrel 75 mg", "75 mg"),
        ("Clopidogrel 75mg tablet once daily", "75mg tablet once daily"),
        ("PLAVIX, 1-0-0 PO", "1-0-0 PO"),
        ("clopidogrel bisulfate", "bisulfate"),
        ("codeine phosphate 15 mg/5 ml syrup q6h prn", "phosphate 15 mg/5 ml syrup q6h prn"),
    ],
)
def test_dose_form_frequency_and_salt_are_left_off_and_named(graph: Graph, text: str, rest: str) -> None:
    found = read_medications(Names(graph), drugs(text))
    assert [one.name for one in found.values] == ["codeine" if "codeine" in text else "clopidogrel"]
    (problem,) = found.problems
    assert (problem.severity, problem.message.endswith(f"; {rest!r} is not used")) == (Severity.INFO, True)


def test_a_misspelt_name_with_a_dose_is_suggested_without_it(graph: Graph) -> None:
    found = read_medications(Names(graph), drugs("clopidogrl 75 mg daily"))
    assert found.values[0].drug is None
    assert found.problems[0].message.endswith("did you mean clopidogrel (RXNORM:32968)?")


@pytest.mark.parametrize("text", ["C10AA", "C10", "ATC:C", "ATC:C10A"])
def test_the_code_of_a_class_is_no_drug(graph: Graph, text: str) -> None:
    found = read_medications(Names(graph), drugs(text))
    assert found.values[0].drug is None
    assert "is an ATC code of a class of drugs" in found.problems[0].message


@pytest.mark.parametrize(
    "text", ["codeine/clopidogrel", "codeine 30 mg + clopidogrel 75 mg", "Plavix and codeine", "clopidogrel-codeine"]
)
def test_several_ingredients_without_a_combination_are_named_and_not_guessed(graph: Graph, text: str) -> None:
    found = read_medications(Names(graph), drugs(text))
    assert found.values[0].drug is None
    assert "clopidogrel (RXNORM:32968)" in found.problems[0].message
    assert "codeine (RXNORM:2670)" in found.problems[0].message
    assert "no such combination: list each drug" in found.problems[0].message


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
WHY = Evidence("x", "1", "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)


def names_of(*items: Entity | Association) -> Names:
    """The vocabulary of a graph of these items alone."""
    lines: list[str] = []
    for item in items:
        lines += (
            entity_to_nquads(item, graph_iri("x", "1")) if isinstance(item, Entity) else association_to_nquads(item)
        )
    store = Store()
    store.load("\n".join(dict.fromkeys(lines)).encode(), RdfFormat.N_QUADS)
    manifest = Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    return Names(Graph(Release(Path(), manifest), store))


def drug(identifier: str, name: str, *synonyms: str) -> Entity:
    return Entity(Reference.parse(identifier), Category.DRUG, name, synonyms)


COTRIMOXAZOLE = (
    drug("RXNORM:10180", "sulfamethoxazole"),
    drug("RXNORM:10829", "trimethoprim"),
    drug("RXNORM:10831", "sulfamethoxazole / trimethoprim", "co-trimoxazole"),
)


@pytest.mark.parametrize(
    "text",
    [
        "sulfamethoxazole / trimethoprim",
        "trimethoprim/sulfamethoxazole",
        "Trimethoprim and sulfamethoxazole",
        "sulfamethoxazole 800 mg + trimethoprim 160 mg",
        "trimethoprim-sulfamethoxazole 160/800 mg bid",
        "co-trimoxazole",
    ],
)
def test_a_combination_is_found_by_its_ingredients(text: str) -> None:
    found = read_medications(names_of(*COTRIMOXAZOLE), drugs(text))
    assert [str(one.drug) for one in found.values] == ["RXNORM:10831"]
    assert [problem.severity for problem in found.problems] in ([], [Severity.INFO])


def test_a_class_that_has_the_name_of_a_drug_is_none() -> None:
    levothyroxine = drug("RXNORM:10582", "levothyroxine", "L-thyroxine")
    of_drugs = Entity(Reference.mint("drug_class", "NDFRT:N0000175945"), Category.CHEMICAL_ENTITY, "l-Thyroxine")
    found = read_medications(names_of(levothyroxine, of_drugs), drugs("L-thyroxine"))
    assert [one.name for one in found.values] == ["levothyroxine"]


def test_an_exact_mapping_wins_over_a_close_one() -> None:
    code = drug("DRUGBANK:DB00544", "fluorouracil")
    parent, prodrug = drug("RXNORM:4492", "fluorouracil"), drug("RXNORM:194000", "capecitabine")
    exact = Association(parent.reference, Predicate.EXACT_MATCH, code.reference, (WHY,))
    close = Association(prodrug.reference, Predicate.CLOSE_MATCH, code.reference, (WHY,))
    found = read_medications(names_of(code, parent, prodrug, exact, close), drugs("DB00544"))
    assert [one.name for one in found.values] == ["fluorouracil"]


def test_a_synonym_that_rxnorms_entry_has_itself_wins_over_one_of_another_vocabulary() -> None:
    aspirin = drug("RXNORM:1191", "aspirin", "acetylsalicylic acid")
    other = drug("DRUGBANK:DB00936", "salicylic acid", "acetylsalicylic acid")
    found = read_medications(names_of(aspirin, other), drugs("acetylsalicylic acid"))
    assert [one.name for one in found.values] == ["aspirin"]


@pytest.fixture(scope="module")
def mapped() -> Names:
    """A drug whose DrugBank number is also mapped to its prodrug, and which another vocabulary has by the same name."""
    code = Reference("DRUGBANK", "DB00544")
    named = ((FLUOROURACIL, "fluorouracil"), (TEGAFUR, "tegafur"), (code, "fluorouracil"), (LABEL, "Fluorouracil"))
    return names_of(
        *(Entity(reference, Category.DRUG, name, ("5-FU",)) for reference, name in named),
        *(Association(parent, Predicate.CLOSE_MATCH, code, (WHY,)) for parent in (FLUOROURACIL, TEGAFUR)),
    )


@pytest.mark.parametrize(("text", "meant"), [("fluorouracil", FLUOROURACIL), ("Tegafur", TEGAFUR)])
def test_the_drug_that_bears_the_name_itself_is_meant(mapped: Names, text: str, meant: Reference) -> None:
    found = read_medications(mapped, drugs(text))
    assert [one.drug for one in found.values] == [meant]
    assert found.problems == ()


@pytest.mark.parametrize("text", ["5-FU", "DRUGBANK:DB00544"])
def test_what_several_drugs_share_stays_ambiguous(mapped: Names, text: str) -> None:
    found = read_medications(mapped, drugs(text))
    assert [one.drug for one in found.values] == [None]
    assert "fluorouracil (RXNORM:4492) or " in found.problems[0].message
    assert "tegafur (RXNORM:4582)" in found.problems[0].message
