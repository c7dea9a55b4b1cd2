"""From a complaint back to a listed drug, and the gene, enzyme or interaction behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.levels import ClinPgxLevel
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.paths import make_path
from kg.profiles import ProfileWriter
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest
from kg.sources.cpic import allele, gene_phenotype, genotype
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.candidate import Action, CallStatus, Diplotype, DrugAdvice, GeneCall, Guideline, Recommendation
from queries.case import CallSource, DiplotypeCall, Feature, Medication, PatientCase
from queries.medication import (
    Concern,
    Interaction,
    Mechanism,
    Modulation,
    Modulator,
    ModulatorStrength,
    Phenoconversion,
)
from queries.medications.complaints import explain_complaints

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Value
    from kg.source import Item
    from queries.medication import ComplaintCause

TERMS = {  # HPO id: name, parent
    "0000118": ("Phenotypic abnormality", None),
    "0025142": ("Constitutional symptom", "0000118"),
    "0012531": ("Pain", "0025142"),
    "0003326": ("Myalgia", "0012531"),
    "0031921": ("Gastrocnemius myalgia", "0003326"),
    "0001250": ("Seizure", "0000118"),
    "0001892": ("Abnormal bleeding", "0000118"),
}
SIMVASTATIN, CODEINE, CLARITHROMYCIN = (Reference("RXNORM", number) for number in ("36567", "2670", "21212"))
NAMES = {SIMVASTATIN: "simvastatin", CODEINE: "codeine", CLARITHROMYCIN: "clarithromycin"}
GENES = {"SLCO1B1": "10959", "CYP2D6": "2625"}
POOR, PM = "Poor Function", "Poor Metabolizer"
RISK = "Increased simvastatin acid exposure; highly increased myopathy risk"
WEAK = "Greatly reduced morphine formation leading to diminished analgesia."
SAFE = "Typical myopathy risk and statin exposure"


def term(number: str) -> Reference:
    return Reference("HP", number)


def gene(symbol: str) -> Entity:
    return Entity(Reference("HGNC", GENES[symbol]), Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))


def drug(reference: Reference) -> Entity:
    return Entity(reference, Category.DRUG, NAMES[reference])


def stated(
    subject: Reference,
    predicate: Predicate,
    object_: Reference,
    *qualifiers: tuple[Qualifier, Value],
    level: ClinPgxLevel | None = None,
    source: str = "x",
) -> Association:
    known, agent = KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
    why = Evidence(source, f"{subject} {object_} {qualifiers}", "1", "free", known, agent, level=level)
    return Association(subject, predicate, object_, (why,), qualifiers)


def implied(symbol: str, result: str, object_: Reference, text: str) -> Association:
    said = ((Qualifier.RECOMMENDATION, "Do so."), (Qualifier.IMPLICATION, text))
    return stated(gene_phenotype(symbol, result), Predicate.AFFECTS, object_, *said)


def toxic(subject: Reference, level: ClinPgxLevel, *conditions: str, category: str = "Toxicity") -> Association:
    said = ((Qualifier.PHENOTYPE_CATEGORY, category), *((Qualifier.CONDITIONS, name) for name in conditions))
    return stated(subject, Predicate.ASSOCIATED_WITH, SIMVASTATIN, *said, level=level)


def items() -> Iterator[Item]:
    for number, (name, parent) in TERMS.items():
        yield Entity(term(number), Category.PHENOTYPIC_FEATURE, name)
        if parent:
            yield stated(term(number), Predicate.SUBCLASS_OF, term(parent))
    yield from map(drug, NAMES)
    for symbol in GENES:
        yield gene(symbol)
    for name, function in (("*1", "Normal Function"), ("*5", "No Function")):
        allele_ = allele("SLCO1B1", name)
        yield Entity(allele_, Category.HAPLOTYPE, f"SLCO1B1 {name}")
        made = (Qualifier.ALLELE_FUNCTION, function)
        yield stated(allele_, Predicate.IS_SEQUENCE_VARIANT_OF, gene("SLCO1B1").reference, made)
        yield toxic(allele_, ClinPgxLevel.L1A, "statin-related myopathy", "Hypercholesterolemia")
    yield Entity(Reference("ClinPGx", "PA9"), Category.PHENOTYPIC_FEATURE, "Epileptic fit")
    yield stated(Reference("ClinPGx", "PA9"), Predicate.CLOSE_MATCH, term("0001250"))
    yield toxic(Reference("dbSNP", "rs1"), ClinPgxLevel.L3, "Epileptic fit")
    yield toxic(Reference("dbSNP", "rs2"), ClinPgxLevel.L4, "Hemorrhage")
    yield toxic(Reference("dbSNP", "rs3"), ClinPgxLevel.L3, "Pain")
    yield toxic(Reference("dbSNP", "rs4"), ClinPgxLevel.L3, "Pain", category="Efficacy")
    poor = gene_phenotype("SLCO1B1", POOR)
    yield stated(genotype("SLCO1B1", "*14/*5"), Predicate.HAS_PHENOTYPE, poor)
    said = ((Qualifier.STATEMENT, "Higher myopathy risk."), (Qualifier.SUBGROUP, poor))
    yield stated(gene("SLCO1B1").reference, Predicate.AFFECTS, SIMVASTATIN, *said, source="fda")
    yield implied("SLCO1B1", POOR, SIMVASTATIN, RISK)
    yield implied("SLCO1B1", "Normal Function", SIMVASTATIN, SAFE)
    yield implied("CYP2D6", PM, CODEINE, WEAK)
    yield stated(CODEINE, Predicate.APPLIED_TO_TREAT, term("0012531"))
    yield stated(CLARITHROMYCIN, Predicate.HAS_SIDE_EFFECT, term("0031921"))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("release")
    writer, lines = ProfileWriter(), set()
    for item in items():
        writer.add(item)
        iri = graph_iri("x", "1")
        lines.update(entity_to_nquads(item, iri) if isinstance(item, Entity) else association_to_nquads(item))
    store = Store(str(folder / "store"))
    store.bulk_load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    writer.write(folder / "tables")
    manifest = Manifest("tiny", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    (folder / "manifest.json").write_text(json.dumps(manifest.to_json()), "utf-8")
    return Graph.open(folder)


def advised(
    graph: Graph, symbol: str, result: str, reference: Reference, text: str, *derived: Phenoconversion
) -> Recommendation:
    path = make_path(graph, gene_phenotype(symbol, result), [implied(symbol, result, reference, text)])
    return Recommendation(
        drug(reference), "CPIC", Guideline(None, None, None), {symbol: result}, {}, (Action.AVOID,), None, None, "",
        {symbol: text}, on_medication_list=True, robust=True, derived=derived, paths=(path,),
    )  # fmt: skip


def explain(
    graph: Graph,
    complaint: str,
    *drugs: Reference,
    diplotype: tuple[str, str, str] | None = None,
    recommendations: Sequence[Recommendation] = (),
    interactions: Sequence[Interaction] = (),
    phenoconversions: Sequence[Phenoconversion] = (),
) -> list[ComplaintCause]:
    calls: tuple[GeneCall, ...] = ()
    given: tuple[DiplotypeCall, ...] = ()
    if diplotype is not None:
        symbol, name, phenotype = diplotype
        made = (Diplotype(name, phenotype),)
        calls = (GeneCall(gene(symbol), CallStatus.CALLED, CallSource.DIPLOTYPE, made),)
        given = (DiplotypeCall(symbol, tuple(name.split("/"))),)
    case = PatientCase(
        "p",
        medications=tuple(Medication(NAMES[one], one, NAMES[one]) for one in drugs),
        diplotypes=given,
        complaints=(Feature(term(complaint), TERMS[complaint][0]),),
    )
    advice = DrugAdvice(
        calls, tuple(recommendations), interactions=tuple(interactions), phenoconversions=tuple(phenoconversions)
    )
    return list(explain_complaints(graph, case, advice))


def test_a_gene_result_with_a_stated_risk_supports_the_complaint(graph: Graph) -> None:
    own = advised(graph, "SLCO1B1", POOR, SIMVASTATIN, RISK)
    found = explain(graph, "0003326", SIMVASTATIN, diplotype=("SLCO1B1", "*5/*5", POOR), recommendations=[own])[0]
    assert (found.drug.name, found.mechanism, found.supported) == ("simvastatin", "gene", True)
    assert found.gene == gene("SLCO1B1")
    assert "highly increased myopathy risk" in found.explanation
    assert "SLCO1B1 *5" in {entity.name for path in found.paths for entity in path.entities}


def test_what_the_fda_says_of_the_result_supports_the_complaint_whichever_order_the_alleles_have(graph: Graph) -> None:
    found = explain(graph, "0003326", SIMVASTATIN, diplotype=("SLCO1B1", "*5/*14", POOR))[0]
    assert (found.mechanism, found.gene, found.supported) == ("gene", gene("SLCO1B1"), True)
    assert found.explanation.startswith("FDA: Higher myopathy risk.")
    starts = [path.entities[0].reference for path in found.paths]
    assert genotype("SLCO1B1", "*14/*5") in starts


def test_a_typical_risk_supports_nothing(graph: Graph) -> None:
    own = advised(graph, "SLCO1B1", "Normal Function", SIMVASTATIN, SAFE)
    calls = ("SLCO1B1", "*1/*1", "Normal Function")
    found = explain(graph, "0003326", SIMVASTATIN, diplotype=calls, recommendations=[own])
    assert [(one.mechanism, one.supported) for one in found] == [("side_effect", False)]


def test_a_gene_without_a_result_is_named_and_supports_nothing(graph: Graph) -> None:
    found = explain(graph, "0003326", SIMVASTATIN)
    named = [one for one in found if one.mechanism == "gene"]
    assert [(one.gene, one.supported) for one in named] == [(gene("SLCO1B1"), False)]
    assert named[0].explanation.startswith("SLCO1B1 is not called; with Poor Function")


def test_a_pain_that_codeine_is_taken_for_may_be_its_failure(graph: Graph) -> None:
    own = advised(graph, "CYP2D6", PM, CODEINE, WEAK)
    (found,) = explain(graph, "0012531", CODEINE, diplotype=("CYP2D6", "*4/*4", PM), recommendations=[own])
    assert (found.mechanism, found.supported) == ("gene", True)
    assert "may fail to relieve it" in found.explanation


def test_clinpgx_reaches_a_term_through_its_own_vocabulary(graph: Graph) -> None:
    (found,) = explain(graph, "0001250", SIMVASTATIN, diplotype=("SLCO1B1", "*1/*1", "Normal Function"))
    assert (found.mechanism, found.supported) == ("side_effect", False)
    assert [[entity.reference.curie for entity in path.entities] for path in found.paths] == [
        ["dbSNP:rs1", "RXNORM:36567"],
        ["ClinPGx:PA9", "HP:0001250"],
    ]


def test_what_studies_speak_against_explains_nothing(graph: Graph) -> None:
    assert explain(graph, "0001892", SIMVASTATIN) == []


def test_a_condition_of_the_patients_treated_is_no_side_effect(graph: Graph) -> None:
    found = explain(graph, "0012531", SIMVASTATIN, diplotype=("SLCO1B1", "*1/*1", "Normal Function"))
    assert not any("toxicity: Pain" in one.explanation for one in found)


def test_a_side_effect_below_the_complaint_explains_it_by_an_is_a_path(graph: Graph) -> None:
    (found,) = explain(graph, "0003326", CLARITHROMYCIN)
    assert (found.mechanism, found.supported) == ("side_effect", False)
    assert [entity.name for entity in found.paths[1].entities] == ["Gastrocnemius myalgia", "Myalgia"]


@pytest.mark.parametrize(
    "mechanism",
    [
        "Risque majoré d’effets indésirables (dose-dépendants) à type de rhabdomyolyse.",
        "Augmentation des concentrations plasmatiques de simvastatine.",
    ],
)
def test_an_interaction_that_raises_the_risk_supports_the_complaint(graph: Graph, mechanism: str) -> None:
    ends = drug(CLARITHROMYCIN), drug(SIMVASTATIN)
    path = make_path(graph, SIMVASTATIN, [stated(SIMVASTATIN, Predicate.INTERACTS_WITH, CLARITHROMYCIN)])
    met = Interaction(ends, "ansm-ddi", Concern.CONTRAINDICATED, None, mechanism, None, "fr", (path,))
    found = explain(graph, "0003326", SIMVASTATIN, CLARITHROMYCIN, interactions=[met])
    by_mechanism = {(one.drug.name, one.mechanism): one for one in found}
    assert by_mechanism["simvastatin", Mechanism.INTERACTION].supported
    assert by_mechanism["simvastatin", Mechanism.INTERACTION].paths[0] == path


def test_an_enzyme_that_a_listed_drug_inhibits_supports_the_complaint(graph: Graph) -> None:
    inhibits = stated(CLARITHROMYCIN, Predicate.AFFECTS, gene("CYP2D6").reference)
    path = make_path(graph, CLARITHROMYCIN, [inhibits])
    modulator = Modulator(drug(CLARITHROMYCIN), Modulation.INHIBITOR, ModulatorStrength.STRONG, (), (path,))
    changed = Phenoconversion(gene("CYP2D6"), (modulator,), "Normal Metabolizer", 2.0, PM, 0.0, "stated", (), (path,))
    found = explain(
        graph, "0012531", CODEINE, CLARITHROMYCIN,
        diplotype=("CYP2D6", "*1/*1", "Normal Metabolizer"), phenoconversions=[changed],
    )  # fmt: skip
    assert [(one.drug.name, one.mechanism, one.supported) for one in found if one.drug.name == "codeine"] == [
        ("codeine", "phenoconversion", True)
    ]
    assert "clarithromycin (inhibitor)" in found[0].explanation


def test_a_complaint_that_nothing_explains_has_no_item(graph: Graph) -> None:
    assert explain(graph, "0001250", CODEINE) == []


def test_supported_causes_come_first(graph: Graph) -> None:
    own = advised(graph, "SLCO1B1", POOR, SIMVASTATIN, RISK)
    calls = ("SLCO1B1", "*5/*5", POOR)
    found = explain(graph, "0003326", CLARITHROMYCIN, SIMVASTATIN, diplotype=calls, recommendations=[own])
    supported = [one.supported for one in found]
    assert supported == sorted(supported, reverse=True)
    assert supported[0]
