"""Several recommendations of one guideline for one drug: which of them are for the patient, and on what they rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.sources.cpic import allele, gene_phenotype, genotype
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.advice import recommend_drugs
from queries.case import CallSource, DiplotypeCall, PatientCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Value
    from kg.source import Item
    from queries.candidate import Recommendation

GENES = {"CYP2C9": "2623", "DPYD": "3012", "CYP2C19": "2621", "CYP2B6": "2615"}
SIPONIMOD, FLUOROURACIL, SERTRALINE = (Reference("RXNORM", number) for number in ("2121085", "4492", "36437"))
DRUGS = {SIPONIMOD: "siponimod", FLUOROURACIL: "fluorouracil", SERTRALINE: "sertraline"}
IM, PM, NM = "Intermediate Metabolizer", "Poor Metabolizer", "Normal Metabolizer"
NO_FUNCTION, REDUCED = "c.1905+1G>A (*2A)", "c.2846A>T"
PHENOTYPES: dict[str, dict[str, tuple[str, str | None]]] = {  # gene: diplotype to phenotype and activity score
    "CYP2C9": {"*1/*2": (IM, "1.5"), "*1/*5": (IM, "1"), "*3/*3": (PM, "0")},
    "DPYD": {f"Reference/{NO_FUNCTION}": (IM, "1"), f"{REDUCED}/{REDUCED}": (IM, "1")},
    "CYP2C19": {"*1/*1": (NM, None), "*1/*2": (IM, None), "*2/*2": (PM, None)},
}
VALUES = {"Reference": "1.0", NO_FUNCTION: "0.0", REDUCED: "0.5"}
NO_ACTION, HALF, MEASURE, LESS = (
    "NO action is required for this gene-drug interaction.",
    "Start with 50% of the standard dose.",
    "Determine the residual DPD activity.",
    "Consider a lower starting dose.",
)


def evidence(record: str, source: str = "pharmcat") -> tuple[Evidence]:
    known, agent = KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
    return (Evidence(source, record, "test", "free", known, agent),)


def advised(
    drug: Reference,
    subject: Reference,
    text: str,
    *more: tuple[Qualifier, Value],
    body: str = "DPWG",
) -> Association:
    said = ((Qualifier.RECOMMENDATION, text), (Qualifier.GUIDELINE_BODY, body), (Qualifier.GUIDELINE, f"{body}/1"))
    why = evidence(f"{body} {subject.minted_name} {more}")
    return Association(subject, Predicate.AFFECTS, drug, why, (*said, *more))


def pair(symbol: str, drug: Reference, record: str, body: str | None = None, source: str = "clinpgx") -> Association:
    said = ((Qualifier.GUIDELINE_BODY, body),) if body else ()
    gene = Reference("HGNC", GENES[symbol])
    return Association(gene, Predicate.AFFECTS, drug, evidence(record, source), said)


def results() -> Iterator[Item]:
    for symbol, number in GENES.items():
        gene = Reference("HGNC", number)
        yield Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
        for diplotype, (phenotype, score) in PHENOTYPES.get(symbol, {}).items():
            stated = gene_phenotype(symbol, phenotype)
            yield Entity(stated, Category.PHENOTYPIC_FEATURE, f"{symbol} {phenotype}")
            yield Entity(genotype(symbol, diplotype), Category.GENOTYPE, f"{symbol} {diplotype}")
            scored = ((Qualifier.ACTIVITY_SCORE, score),) if score else ()
            subject = genotype(symbol, diplotype)
            yield Association(subject, Predicate.HAS_PHENOTYPE, stated, evidence(f"{symbol} {diplotype}"), scored)
    for name, value in VALUES.items():
        yield Association(
            allele("DPYD", name),
            Predicate.IS_SEQUENCE_VARIANT_OF,
            Reference("HGNC", GENES["DPYD"]),
            evidence(f"DPYD {name}"),
            ((Qualifier.ACTIVITY_SCORE, value),),
        )


def recommendations() -> Iterator[Item]:
    for drug, name in DRUGS.items():
        yield Entity(drug, Category.DRUG, name)
    yield advised(SIPONIMOD, genotype("CYP2C9", "*1/*2"), NO_ACTION)
    yield advised(SIPONIMOD, gene_phenotype("CYP2C9", IM), HALF)
    yield advised(SIPONIMOD, gene_phenotype("CYP2C9", IM), LESS, body="CPIC")
    impaired = gene_phenotype("DPYD", IM)
    yield advised(FLUOROURACIL, impaired, HALF, (Qualifier.LOOKUP_KEY, "DPYD 1.0 (Intermediate Metabolizer)"))
    yield advised(FLUOROURACIL, impaired, MEASURE, (Qualifier.LOOKUP_KEY, "DPYD 1.0 (Phenotyping)"))
    for own, other, text in (
        (NM, "No Result", NO_ACTION),
        (NM, NM, NO_ACTION),
        (NM, PM, LESS),
        (PM, "No Result", LESS),
        (PM, NM, LESS),
        (PM, PM, "Use a slower titration."),
        (IM, "No Result", "Limit dose to 20 mg."),
        (IM, NM, "Limit dose to 20mg."),
        (IM, PM, "Limit dose to 10mg."),
    ):
        companion = (Qualifier.COMPANION, gene_phenotype("CYP2B6", other))
        yield advised(SERTRALINE, gene_phenotype("CYP2C19", own), text, companion, body="CPIC")
    yield pair("CYP2C9", SIPONIMOD, "DPWG page", "DPWG")
    yield pair("CYP2C9", SIPONIMOD, "FDA label", "FDA")
    yield pair("CYP2C9", SIPONIMOD, "CPIC table", source="cpic")
    yield pair("CYP2C9", SIPONIMOD, "clinical annotation")


@pytest.fixture(scope="module")
def graph() -> Graph:
    lines: set[str] = set()
    for item in (*results(), *recommendations()):
        lines.update(
            entity_to_nquads(item, graph_iri("x", "1")) if isinstance(item, Entity) else association_to_nquads(item)
        )
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def advice(graph: Graph, symbol: str, *diplotypes: str, body: str = "DPWG") -> list[Recommendation]:
    calls = tuple(DiplotypeCall(symbol, tuple(name.split("/"))) for name in diplotypes)
    found = recommend_drugs(graph, PatientCase("p", diplotypes=calls)).recommendations
    return [one for one in found if one.source == body]


def test_a_recommendation_for_the_diplotype_replaces_those_for_its_phenotype(graph: Graph) -> None:
    (found,) = advice(graph, "CYP2C9", "*1/*2")
    assert (found.text, found.phenotypes, found.robust) == (NO_ACTION, {"CYP2C9": "*1/*2"}, True)


def test_another_diplotype_of_the_phenotype_keeps_its_recommendation(graph: Graph) -> None:
    (found,) = advice(graph, "CYP2C9", "*1/*5")
    assert (found.text, found.phenotypes, found.robust) == (HALF, {"CYP2C9": IM}, True)


def test_a_diplotype_does_not_replace_what_another_body_says_of_its_phenotype(graph: Graph) -> None:
    (found,) = advice(graph, "CYP2C9", "*1/*2", body="CPIC")
    assert (found.text, found.robust) == (LESS, True)


def test_possible_diplotypes_with_and_without_a_recommendation_of_their_own_have_both(graph: Graph) -> None:
    found = advice(graph, "CYP2C9", "*1/*2", "*1/*5")
    assert {(one.text, one.robust) for one in found} == {(NO_ACTION, False), (HALF, False)}


@pytest.mark.parametrize(("diplotype", "text"), [(f"Reference/{NO_FUNCTION}", HALF), (f"{REDUCED}/{REDUCED}", MEASURE)])
def test_two_impaired_dpyd_alleles_are_phenotyped_and_one_is_dosed(graph: Graph, diplotype: str, text: str) -> None:
    """DPWG gives a score of 1 by one allele half of the dose; two partially functional ones are to be phenotyped."""
    (found,) = advice(graph, "DPYD", diplotype)
    assert (found.text, found.robust) == (text, True)


def test_a_dpyd_score_of_unknown_alleles_has_both_recommendations_and_neither_is_robust(graph: Graph) -> None:
    call = DiplotypeCall("DPYD", (), CallSource.OUTSIDE_CALL, IM, 1.0)
    found = recommend_drugs(graph, PatientCase("p", diplotypes=(call,))).recommendations
    assert {(one.text, one.robust) for one in found} == {(HALF, False), (MEASURE, False)}


@pytest.mark.parametrize(("body", "records"), [("DPWG", {"DPWG page"}), ("CPIC", {"CPIC table"})])
def test_advice_rests_on_what_its_own_body_says_of_gene_and_drug(graph: Graph, body: str, records: set[str]) -> None:
    (found,) = advice(graph, "CYP2C9", "*1/*2", body=body)
    whole = [path for path in found.paths if path.hops[0].start.category is Category.GENE]
    assert {one.record for path in whole for one in path.hops[0].association.evidence} == records


@pytest.mark.parametrize(("diplotype", "robust"), [("*1/*1", False), ("*1/*2", False), ("*2/*2", True)])
def test_advice_without_a_second_gene_is_robust_where_its_every_result_asks_for_the_same(
    graph: Graph, diplotype: str, robust: bool
) -> None:
    (found,) = advice(graph, "CYP2C19", diplotype, body="CPIC")
    assert found.undetermined == ("CYP2B6",)
    assert found.robust is robust
