"""Which texts a release holds for a patient's results: score by score, allele test by allele test, newest first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.levels import FdaAssociationSection, GuidelineStrength, Level
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.sources.cpic import gene_phenotype, genotype
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.advice import recommend_drugs
from queries.candidate import Action
from queries.case import CallSource, DiplotypeCall, Medication, PatientCase
from queries.medication import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Value
    from kg.source import Item
    from queries.candidate import DrugAdvice, Recommendation
    from queries.medication import MedicationLine

GENES = {name: Reference("HGNC", n) for name, n in {"CYP2C9": "2623", "DPYD": "3012", "HLA-B": "4932"}.items()}
NAMES = ("piroxicam", "capecitabine", "carbamazepine", "siponimod", "warfarin", "codeine")
DRUGS = {name: Reference("RXNORM", str(number)) for number, name in enumerate(NAMES, start=1)}
IM, PM, NM = "Intermediate Metabolizer", "Poor Metabolizer", "Normal Metabolizer"
PHENOTYPES = {
    "CYP2C9": {"*1/*1": (NM, "2"), "*1/*2": (IM, "1.5"), "*1/*3": (IM, "1"), "*3/*3": (PM, "0")},
    "DPYD": {"a/a": (PM, "0"), "a/b": (PM, "0.5")},
}
STANDARD, AVOID, OTHER_DRUG = "Initiate therapy with recommended starting dose.", "Avoid use.", "Choose an alternative."
SILENT = "The guideline does not provide a recommendation for carbamazepine in patients with both alleles."
OLD, NEW = "Use with caution.", "Dosage reduction is recommended."
PAGE = "https://cpicpgx.org/guidelines/warfarin"


def evidence(record: str, source: str = "pharmcat", release: str = "1", level: Level | None = None) -> tuple[Evidence]:
    known, agent = KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
    return (Evidence(source, record, release, "free", known, agent, (), level),)


def advised(
    symbol: str,
    result: str,
    drug: str,
    text: str,
    *more: tuple[Qualifier, Value],
    why: tuple[Evidence] | None = None,
) -> Association:
    subject = gene_phenotype(symbol, result)
    said = ((Qualifier.RECOMMENDATION, text), *more)
    return Association(subject, Predicate.AFFECTS, DRUGS[drug], why or evidence(f"{symbol} {result} {text}"), said)


def entities() -> Iterator[Entity]:
    for symbol, gene in GENES.items():
        yield Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
    for name, drug in DRUGS.items():
        yield Entity(drug, Category.DRUG, name)
    for result in ("*15:02 positive", "*15:11 positive", "1511 and 1502"):
        reference = gene_phenotype("HLA-B", result)
        yield Entity(reference, Category.PHENOTYPIC_FEATURE, result, attributes=((Attribute.GENE, GENES["HLA-B"]),))
    for symbol, diplotypes in PHENOTYPES.items():
        for name, (phenotype, _) in diplotypes.items():
            yield Entity(gene_phenotype(symbol, phenotype), Category.PHENOTYPIC_FEATURE, f"{symbol} {phenotype}")
            yield Entity(genotype(symbol, name), Category.GENOTYPE, f"{symbol} {name}")


def statements() -> Iterator[Association]:
    for symbol, diplotypes in PHENOTYPES.items():
        for name, (phenotype, score) in diplotypes.items():
            scored = ((Qualifier.ACTIVITY_SCORE, score),)
            subject, stated = genotype(symbol, name), gene_phenotype(symbol, phenotype)
            yield Association(subject, Predicate.HAS_PHENOTYPE, stated, evidence(name), scored)
    yield advised("CYP2C9", IM, "piroxicam", STANDARD, (Qualifier.LOOKUP_KEY, "CYP2C9 1.5"))
    yield advised("DPYD", PM, "capecitabine", AVOID, (Qualifier.LOOKUP_KEY, "DPYD 0"))
    dpwg = (Qualifier.GUIDELINE_BODY, "DPWG")
    for result, text in (("*15:02 positive", OTHER_DRUG), ("*15:11 positive", AVOID), ("1511 and 1502", SILENT)):
        yield advised("HLA-B", result, "carbamazepine", text, dpwg)
    why = evidence("silent", level=GuidelineStrength.NO_RECOMMENDATION)
    yield advised("CYP2C9", NM, "codeine", "No recommendation.", dpwg, why=why)
    yield from fda("2021-03", 3, {IM: OLD, PM: OLD})
    yield from fda("2025-05", 1, {PM: NEW})
    known = ((Qualifier.GUIDELINE, PAGE), (Qualifier.GUIDELINE_BODY, "CPIC"))
    yield Association(GENES["CYP2C9"], Predicate.AFFECTS, DRUGS["warfarin"], evidence("pair"), known)


def fda(release: str, section: int, texts: dict[str, str]) -> Iterator[Association]:
    for result, text in texts.items():
        level = FdaAssociationSection(f"Section {section}")
        why = evidence(f"{release} {result}", "fda", release, level)
        body = ((Qualifier.GUIDELINE_BODY, "FDA"), (Qualifier.POPULATION, result))
        yield advised("CYP2C9", result, "siponimod", text, *body, why=why)
        said = ((Qualifier.AUTHORITY, "FDA"), (Qualifier.POPULATION, result))
        yield Association(GENES["CYP2C9"], Predicate.AFFECTS, DRUGS["siponimod"], why, said)


@pytest.fixture(scope="module")
def graph() -> Graph:
    items: list[Item] = [*entities(), *statements()]
    lines: set[str] = set()
    for item in items:
        lines.update(
            entity_to_nquads(item, graph_iri("x", "1")) if isinstance(item, Entity) else association_to_nquads(item)
        )
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def answer(graph: Graph, drug: str, *calls: DiplotypeCall) -> DrugAdvice:
    listed = (Medication(drug, DRUGS[drug], drug),)
    return recommend_drugs(graph, PatientCase("p", diplotypes=calls, medications=listed))


def given(symbol: str, *alleles: str) -> DiplotypeCall:
    return DiplotypeCall(symbol, alleles)


def advice(graph: Graph, drug: str, *calls: DiplotypeCall) -> list[Recommendation]:
    return [one for one in answer(graph, drug, *calls).recommendations if one.on_medication_list]


def line(graph: Graph, drug: str, *calls: DiplotypeCall) -> MedicationLine:
    (found,) = answer(graph, drug, *calls).medications
    return found


def test_a_text_for_one_activity_score_is_not_given_for_another(graph: Graph) -> None:
    """CPIC asks for an alternative to piroxicam at a CYP2C9 score of 1, for nothing at 1.5 (doi:10.1002/cpt.1830)."""
    (found,) = advice(graph, "piroxicam", given("CYP2C9", "*1", "*2"))
    assert (found.text, found.robust) == (STANDARD, True)
    assert advice(graph, "piroxicam", given("CYP2C9", "*1", "*3")) == []
    said = line(graph, "piroxicam", given("CYP2C9", "*1", "*3"))
    assert said.outcome is Outcome.TEXT_NOT_HELD
    assert said.message == "the release holds CPIC's text on piroxicam only for the activity score of CYP2C9 1.5"


def test_a_phenotype_without_a_score_is_not_robust_where_the_text_is_for_one_score(graph: Graph) -> None:
    call = DiplotypeCall("CYP2C9", (), CallSource.OUTSIDE_CALL, IM)
    (found,) = advice(graph, "piroxicam", call)
    assert (found.robust, found.settled_by) == (False, ("the activity score of CYP2C9",))


@pytest.mark.parametrize(("alleles", "robust"), [(("a", "a"), True), (("a", "b"), False)])
def test_a_warning_is_kept_for_the_other_scores_of_its_phenotype_and_is_not_robust(
    graph: Graph, alleles: tuple[str, str], *, robust: bool
) -> None:
    (found,) = advice(graph, "capecitabine", given("DPYD", *alleles))
    assert (found.actions, found.robust) == ((Action.AVOID,), robust)
    assert bool(found.settled_by) is not robust


def test_both_alleles_of_a_combined_test_meet_its_row_and_keep_those_of_each(graph: Graph) -> None:
    found = advice(graph, "carbamazepine", given("HLA-B", "*15:02", "*15:11"))
    assert {(one.phenotypes["HLA-B"], one.text, one.robust) for one in found} == {
        ("*15:02 positive", OTHER_DRUG, True),
        ("*15:11 positive", AVOID, True),
        ("1511 and 1502", SILENT, True),
    }


@pytest.mark.parametrize("alleles", [("*15:02",), ("*15:02", "*07:02"), ("*15:02:01", "*07:02")])
def test_one_allele_of_a_combined_test_does_not_meet_its_row(graph: Graph, alleles: tuple[str, ...]) -> None:
    found = advice(graph, "carbamazepine", given("HLA-B", *alleles))
    assert [one.phenotypes["HLA-B"] for one in found] == ["*15:02 positive"]


def test_a_newer_table_of_the_fda_takes_the_place_of_an_older_one(graph: Graph) -> None:
    (found,) = advice(graph, "siponimod", given("CYP2C9", "*3", "*3"))
    assert (found.source, found.text, found.strength) == ("FDA", NEW, "Section 1")
    assert (found.actions, found.robust) == ((Action.ADJUST_DOSE,), True)
    assert advice(graph, "siponimod", given("CYP2C9", "*1", "*3")) == []


def test_advice_of_the_fda_rests_on_its_table(graph: Graph) -> None:
    (found,) = advice(graph, "siponimod", given("CYP2C9", "*3", "*3"))
    ends = {(path.entities[0].name, path.entities[-1].name) for path in found.paths}
    assert ends == {("CYP2C9 *3/*3", "siponimod"), ("CYP2C9", "siponimod")}


def test_a_guideline_without_a_text_is_named_with_its_page(graph: Graph) -> None:
    found = line(graph, "warfarin", given("CYP2C9", "*1", "*1"))
    assert (found.outcome, found.url) == (Outcome.TEXT_NOT_HELD, PAGE)
    assert found.message == f"the CPIC guideline on warfarin is not held as text in this release: {PAGE}"
    assert [gene.name for gene in found.genes] == ["CYP2C9"]


def test_a_drug_on_which_every_guideline_is_silent_has_no_recommendation(graph: Graph) -> None:
    found = line(graph, "codeine", given("CYP2C9", "*1", "*1"))
    assert found.outcome is Outcome.NO_RECOMMENDATION
