"""Related drugs of an unwanted one, and what a patient's results say of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.levels import AnsmSeverity
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.paths import make_path
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.sources.cpic import gene_phenotype
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.candidate import Action, CallStatus, Diplotype, DrugAdvice, GeneCall, Guideline, Recommendation
from queries.case import CallSource, Medication, PatientCase
from queries.medications.alternatives import MOST, find_alternatives, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.source import Item
    from queries.medication import Alternative

DRUGS = {
    "clopidogrel": ("1", "B01AC04"),
    "prasugrel": ("2", "B01AC22"),
    "ticagrelor": ("3", "B01AC24"),
    "aspirin": ("4", "B01AC06"),
    "warfarin": ("5", "B01AA03"),
    "siponimod": ("6", "L04AE03"),
    "omeprazole": ("7", "A02BC01"),
}
OTHERS = {f"antiplatelet {number:02}": (str(100 + number), f"B01AC{50 + number}") for number in range(12)}
P2Y12 = Reference.mint("drug_class", "NDFRT", "P2Y12")
SYNDROME = Reference("MONDO", "0005542")
EMBOLISM = Reference("MONDO", "0005279")
GENES = {"CYP2C19": "2621", "CYP2C9": "2623"}
PM = "Poor Metabolizer"


def drug(name: str) -> Reference:
    return Reference("RXNORM", (DRUGS | OTHERS)[name][0])


def stated(
    subject: Reference, predicate: Predicate, object_: Reference, *qualifiers: tuple[Qualifier, str]
) -> Association:
    why = Evidence("x", f"{subject} {object_}", "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    return Association(subject, predicate, object_, (why,), qualifiers)


def items(others: bool) -> Iterator[Item]:
    for name, (number, code) in (DRUGS | (OTHERS if others else {})).items():
        yield Entity(Reference("RXNORM", number), Category.DRUG, name)
        yield stated(Reference("RXNORM", number), Predicate.CLOSE_MATCH, Reference("ATC", code))
    for symbol, number in GENES.items():
        yield Entity(Reference("HGNC", number), Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
        yield Entity(gene_phenotype(symbol, PM), Category.PHENOTYPIC_FEATURE, f"{symbol} {PM}")
    yield Entity(P2Y12, Category.CHEMICAL_ENTITY, "P2Y12 Platelet Inhibitor")
    yield Entity(SYNDROME, Category.DISEASE, "acute coronary syndrome")
    yield Entity(EMBOLISM, Category.DISEASE, "pulmonary embolism")
    for name in ("clopidogrel", "prasugrel"):
        yield stated(drug(name), Predicate.MEMBER_OF, P2Y12, (Qualifier.CLASS_TYPE, "EPC"))
    yield stated(drug("omeprazole"), Predicate.MEMBER_OF, P2Y12, (Qualifier.CLASS_TYPE, "Chemical/Ingredient"))
    for name in ("clopidogrel", "warfarin"):
        for condition in (SYNDROME, EMBOLISM):
            yield stated(drug(name), Predicate.APPLIED_TO_TREAT, condition)
    yield stated(drug("siponimod"), Predicate.APPLIED_TO_TREAT, EMBOLISM)
    yield advised("warfarin", "CYP2C9")
    yield advised("aspirin", "CYP2C19")


def advised(name: str, symbol: str) -> Association:
    said = (Qualifier.RECOMMENDATION, f"About {name}.")
    return stated(gene_phenotype(symbol, PM), Predicate.AFFECTS, drug(name), said)


def interaction(one: str, other: str) -> Association:
    why = Evidence(
        "ansm-ddi", "1", "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT,
        level=AnsmSeverity.PRECAUTION,
    )  # fmt: skip
    return Association(drug(one), Predicate.INTERACTS_WITH, drug(other), (why,))


def make_graph(*, others: bool = False, interacting: tuple[str, str] | None = None) -> Graph:
    lines: set[str] = set()
    for item in (*items(others), *([interaction(*interacting)] if interacting else [])):
        iri = graph_iri("x", "1")
        lines.update(entity_to_nquads(item, iri) if isinstance(item, Entity) else association_to_nquads(item))
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("t", "2026-01-01T00:00:00Z", "t", "open", (), {}, "")), store)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return make_graph()


def recommended(graph: Graph, name: str, *actions: Action, text: str = "") -> Recommendation:
    path = make_path(graph, gene_phenotype("CYP2C19", PM), [advised(name, "CYP2C19")])
    entity = Entity(drug(name), Category.DRUG, name)
    return Recommendation(
        entity, "CPIC", Guideline(None, None, None), {"CYP2C19": PM}, {}, actions, None, None, text, {},
        on_medication_list=name == "clopidogrel", robust=True, derived=(), paths=(path,),
    )  # fmt: skip


AVOIDED = "Avoid clopidogrel if possible. Use prasugrel or ticagrelor at standard dose if no contraindication."


def find(
    graph: Graph,
    *more: Recommendation,
    text: str = AVOIDED,
    listed: Sequence[str] = ("clopidogrel",),
    indication: str | None = None,
) -> tuple[Alternative, ...]:
    gene = Entity(Reference("HGNC", "2621"), Category.GENE, "CYP2C19", attributes=((Attribute.SYMBOL, "CYP2C19"),))
    call = GeneCall(gene, CallStatus.CALLED, CallSource.DIPLOTYPE, (Diplotype("*2/*2", PM),))
    own = recommended(graph, "clopidogrel", Action.AVOID, text=text)
    case = PatientCase(
        "p", medications=tuple(Medication(name, drug(name), name) for name in listed), indication=indication
    )

    return find_alternatives(graph, case, DrugAdvice((call,), (own, *more)))


def by_name(found: Sequence[Alternative]) -> dict[str, Alternative]:
    return {one.drug.name: one for one in found}


def test_what_the_guideline_names_comes_first_and_says_so(graph: Graph) -> None:
    found = find(graph)
    assert [one.drug.name for one in found[:2]] == ["prasugrel", "ticagrelor"]
    assert found[0].reasons == ("named by CPIC", "no pharmacogenomic guideline on it is held")
    assert found[0].untouched


def test_a_shared_class_is_shown_by_a_path_over_it(graph: Graph) -> None:
    prasugrel = by_name(find(graph))["prasugrel"]
    assert (prasugrel.basis, prasugrel.shared.name) == ("class", "P2Y12 Platelet Inhibitor")
    assert [entity.name for entity in prasugrel.paths[0].entities] == [
        "clopidogrel",
        "P2Y12 Platelet Inhibitor",
        "prasugrel",
    ]


def test_drugs_of_the_atc_subgroup_are_of_the_class_and_those_of_another_are_not(graph: Graph) -> None:
    found = by_name(find(graph))
    assert found["ticagrelor"].shared.reference == Reference("ATC", "B01AC")
    assert "omeprazole" not in found


def test_a_drug_whose_gene_is_not_called_is_not_cleared(graph: Graph) -> None:
    warfarin = by_name(find(graph, indication="pulmonary embolism"))["warfarin"]
    assert (warfarin.untouched, warfarin.basis) == (False, "indication")
    assert warfarin.reasons == ("CYP2C9 is not called: not cleared",)


def test_a_result_that_no_recommendation_covers_clears_nothing(graph: Graph) -> None:
    aspirin = by_name(find(graph))["aspirin"]
    assert not aspirin.untouched
    assert aspirin.reasons == ("no recommendation covers the results of CYP2C19: not cleared",)


@pytest.mark.parametrize(
    ("action", "untouched", "reason"),
    [
        (Action.STANDARD, True, "CPIC: standard use for CYP2C19 Poor Metabolizer"),
        (Action.ADJUST_DOSE, False, "CPIC: adjust dose for CYP2C19 Poor Metabolizer"),
        (Action.NO_RECOMMENDATION, False, "CPIC makes no recommendation for CYP2C19 Poor Metabolizer: not cleared"),
    ],
)
def test_the_recommendation_on_an_alternative_decides(
    graph: Graph, action: Action, untouched: bool, reason: str
) -> None:
    aspirin = by_name(find(graph, recommended(graph, "aspirin", action)))["aspirin"]
    assert (aspirin.untouched, aspirin.reasons) == (untouched, (reason,))
    assert aspirin.paths[-1].hops[-1].association.object == drug("aspirin")


def test_an_interaction_with_another_listed_drug_touches_an_alternative(graph: Graph) -> None:
    found = find(make_graph(interacting=("omeprazole", "ticagrelor")), listed=("clopidogrel", "omeprazole"))
    ticagrelor = by_name(found)["ticagrelor"]
    assert not ticagrelor.untouched
    assert "ansm-ddi: caution with omeprazole" in ticagrelor.reasons


def test_an_interaction_with_the_drug_that_is_replaced_does_not_count(graph: Graph) -> None:
    assert by_name(find(make_graph(interacting=("clopidogrel", "ticagrelor"))))["ticagrelor"].untouched


def test_one_shared_condition_of_several_is_too_little_unless_it_is_stated(graph: Graph) -> None:
    assert "siponimod" not in by_name(find(graph))
    stated_one = by_name(find(graph, indication="Pulmonary embolism"))
    assert stated_one["siponimod"].shared.name == "pulmonary embolism"


def test_listed_drugs_are_no_alternatives(graph: Graph) -> None:
    assert "prasugrel" not in by_name(find(graph, listed=("clopidogrel", "prasugrel")))


def test_a_drug_that_nothing_speaks_against_needs_no_alternative(graph: Graph) -> None:
    assert {one.instead_of.name for one in find(graph, listed=("clopidogrel", "omeprazole"))} == {"clopidogrel"}


def test_what_shares_an_indication_alone_is_no_alternative_where_a_class_is_known(graph: Graph) -> None:
    assert "warfarin" not in by_name(find(graph))


def test_a_drug_that_no_source_of_interactions_holds_is_not_cleared_beside_others(graph: Graph) -> None:
    prasugrel = by_name(find(graph, listed=("clopidogrel", "omeprazole")))["prasugrel"]
    assert not prasugrel.untouched
    assert "no interaction source of the release holds it: not cleared" in prasugrel.reasons


def test_the_list_is_bounded_and_keeps_a_place_for_the_stated_indication() -> None:
    found = find(make_graph(others=True), indication="acute coronary syndrome")
    assert len(found) == MOST
    assert [one.drug.name for one in found[:2]] == ["prasugrel", "ticagrelor"]
    assert "warfarin" in by_name(found)


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        (AVOIDED, "ticagrelor", True),
        ("Aromatic anticonvulsants include carbamazepine, phenytoin and phenobarbital.", "phenobarbital", False),
        ("Caution should be used in choosing an alternative agent such as phenytoin.", "phenytoin", False),
        (AVOIDED, "clopidogrel", False),
        ("Do not select tramadol, as this is also metabolised by CYP2D6. Morphine is not metabolised by CYP2D6.",
         "morphine", True),
        ("Do not select tramadol, as this is also metabolised by CYP2D6.", "tramadol", False),
        ("If opioid use is warranted, consider a non-codeine opioid.", "codeine", False),
        ("Tegafur is not an alternative, as this is also metabolised by DPD.", "tegafur", False),
        ("Prasugrel and acetylsalicylic acid/dipyridamole are not metabolised by CYP2C19.", "dipyridamole", False),
    ],
)  # fmt: skip
def test_only_what_a_clause_commends_is_named(text: str, name: str, named: bool) -> None:
    assert names_in(text, name) is named
