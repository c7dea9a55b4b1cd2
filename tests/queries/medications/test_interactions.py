"""Interactions between listed drugs: pairs, classes, levels and order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.context import Context
from kg.folders import find_files
from kg.levels import AnsmSeverity, DdinterSeverity
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.sources import ansm
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier
from queries.medication import Concern
from queries.medications.interactions import find_interactions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.levels import Level
    from kg.source import Item
    from queries.medication import Interaction

SIMVASTATIN = Entity(Reference("RXNORM", "36567"), Category.DRUG, "simvastatin")
CLARITHROMYCIN = Entity(Reference("RXNORM", "21212"), Category.DRUG, "clarithromycin")
AMIODARONE = Entity(Reference("RXNORM", "703"), Category.DRUG, "amiodarone")
WARFARIN = Entity(Reference("RXNORM", "11289"), Category.DRUG, "warfarin")
ASPIRIN = Entity(Reference("RXNORM", "1191"), Category.DRUG, "aspirin")
IBUPROFEN = Entity(Reference("RXNORM", "5640"), Category.DRUG, "ibuprofen")
DRUGS = (SIMVASTATIN, CLARITHROMYCIN, AMIODARONE, WARFARIN, ASPIRIN, IBUPROFEN)
INHIBITORS, SUBSTRATES, STATINS, ANTICOAGULANTS, NSAIDS = (
    Entity(Reference.mint("drug_class", f"ansm:{name}"), Category.CHEMICAL_ENTITY, name.casefold())
    for name in ("INHIBITEURS PUISSANTS DU CYP3A4", "SUBSTRATS", "STATINES", "ANTICOAGULANTS ORAUX", "AINS")
)
OTHER_CLASS = Entity(Reference.mint("drug_class", "NDFRT:1"), Category.CHEMICAL_ENTITY, "cardiac drugs")
AMIODARONE_IN_DRUGBANK = Reference("DRUGBANK", "DB01118")


def why(record: str, source: str = "ansm-ddi", level: Level | None = None) -> Evidence:
    kind, agent = KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT
    return Evidence(source, record, "1", "free", kind, agent, level=level)


def interacts(
    one: Entity | Reference, other: Entity, level: Level, *, mechanism: str = "", management: str = "", **named: str
) -> Association:
    texts = ((Qualifier.MECHANISM, mechanism), (Qualifier.MANAGEMENT, management))
    subject = one.reference if isinstance(one, Entity) else one
    return Association(
        subject,
        Predicate.INTERACTS_WITH,
        other.reference,
        (why(f"{subject} {other.name}", level=level, **named),),
        tuple((name, text) for name, text in texts if text),
    )


def member(drug: Entity, of: Entity, source: str = "ansm-ddi") -> Association:
    return Association(drug.reference, Predicate.MEMBER_OF, of.reference, (why(f"{drug.name} {of.name}", source),))


def statements() -> Iterator[Association]:
    yield member(SIMVASTATIN, STATINS)
    yield member(SIMVASTATIN, SUBSTRATES)
    yield member(CLARITHROMYCIN, INHIBITORS)
    yield member(WARFARIN, ANTICOAGULANTS)
    yield member(ASPIRIN, NSAIDS)
    yield member(IBUPROFEN, NSAIDS)
    for drug in (WARFARIN, AMIODARONE):
        yield member(drug, OTHER_CLASS, "drugcentral")
    yield interacts(SIMVASTATIN, INHIBITORS, AnsmSeverity.CONTRAINDICATED, mechanism="rhabdomyolyse")
    yield interacts(INHIBITORS, SUBSTRATES, AnsmSeverity.TO_CONSIDER, mechanism="majoration")
    yield interacts(AMIODARONE, SIMVASTATIN, AnsmSeverity.PRECAUTION, management="20 mg/j")
    yield interacts(AMIODARONE, STATINS, AnsmSeverity.PRECAUTION, management="20 mg/j")
    yield interacts(AMIODARONE, STATINS, AnsmSeverity.PRECAUTION, management="surveillance")
    yield interacts(ASPIRIN, ANTICOAGULANTS, AnsmSeverity.TO_CONSIDER, management="doses antiagrégantes")
    yield interacts(ASPIRIN, ANTICOAGULANTS, AnsmSeverity.CONTRAINDICATED, management=">=1g par prise")
    yield interacts(OTHER_CLASS, OTHER_CLASS, AnsmSeverity.CONTRAINDICATED)
    yield interacts(AMIODARONE_IN_DRUGBANK, WARFARIN, DdinterSeverity.MAJOR, source="ddinter")
    yield interacts(ASPIRIN, IBUPROFEN, DdinterSeverity.UNKNOWN, source="ddinter")
    yield Association(
        AMIODARONE.reference, Predicate.EXACT_MATCH, AMIODARONE_IN_DRUGBANK, (why("mapping", "drugcentral"),)
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return make_graph((*DRUGS, INHIBITORS, SUBSTRATES, STATINS, ANTICOAGULANTS, NSAIDS, OTHER_CLASS, *statements()))


def make_graph(items: Iterable[Item]) -> Graph:
    iri, lines = graph_iri("ansm-ddi", "1"), set[str]()
    for item in items:
        lines.update(entity_to_nquads(item, iri) if isinstance(item, Entity) else association_to_nquads(item))
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("t", "2026-01-01T00:00:00Z", "t", "open", (), {}, "")), store)


def names(interaction: Interaction) -> list[str]:
    return [entity.name for entity in interaction.paths[0].entities]


def test_no_drugs_and_one_drug_have_no_interaction(graph: Graph) -> None:
    assert find_interactions(graph, []) == ()
    assert find_interactions(graph, [SIMVASTATIN]) == ()
    assert find_interactions(graph, [SIMVASTATIN, SIMVASTATIN]) == ()


def test_a_statement_on_a_class_reaches_its_member_over_the_membership(graph: Graph) -> None:
    gravest, other = find_interactions(graph, [SIMVASTATIN, CLARITHROMYCIN])
    assert (gravest.concern, gravest.severity) == (Concern.CONTRAINDICATED, "CONTRE-INDICATION")
    assert (gravest.source, gravest.language, gravest.mechanism) == ("ansm-ddi", "fr", "rhabdomyolyse")
    assert names(gravest) == ["clarithromycin", "inhibiteurs puissants du cyp3a4", "simvastatin"]
    assert other.concern is Concern.CONSIDER
    assert names(other) == ["clarithromycin", "inhibiteurs puissants du cyp3a4", "substrats", "simvastatin"]


def test_what_is_said_of_the_drug_and_again_of_its_class_stands_once_for_the_drug(graph: Graph) -> None:
    specific, of_class = find_interactions(graph, [AMIODARONE, SIMVASTATIN])
    assert (specific.management, names(specific)) == ("20 mg/j", ["simvastatin", "amiodarone"])
    assert (of_class.management, names(of_class)) == ("surveillance", ["simvastatin", "statines", "amiodarone"])


def test_each_of_several_levels_stays_with_the_gravest_first(graph: Graph) -> None:
    found = find_interactions(graph, [WARFARIN, ASPIRIN])
    assert [(one.concern, one.management) for one in found] == [
        (Concern.CONTRAINDICATED, ">=1g par prise"),
        (Concern.CONSIDER, "doses antiagrégantes"),
    ]


def test_another_identifier_of_a_drug_and_the_english_source_are_followed(graph: Graph) -> None:
    (found,) = find_interactions(graph, [WARFARIN, AMIODARONE])
    assert (found.source, found.concern, found.severity) == ("ddinter", Concern.AVOID, "Major")
    assert (found.language, found.mechanism, found.management) == ("en", None, None)
    assert [hop.association.predicate for hop in found.paths[0].hops] == [
        Predicate.INTERACTS_WITH,
        Predicate.EXACT_MATCH,
    ]


def test_an_unknown_severity_is_an_interaction_without_a_grade(graph: Graph) -> None:
    (found,) = find_interactions(graph, [IBUPROFEN, ASPIRIN])
    assert (found.concern, found.severity) == (Concern.UNGRADED, "Unknown")


def test_classes_of_sources_without_interactions_of_classes_lead_to_none(graph: Graph) -> None:
    assert all(one.source == "ddinter" for one in find_interactions(graph, [WARFARIN, AMIODARONE]))


def test_neither_the_order_of_the_list_nor_repeats_change_the_answer(graph: Graph) -> None:
    expected = find_interactions(graph, DRUGS)
    assert len(expected) == 8
    for order in itertools.islice(itertools.permutations(DRUGS), 0, None, 90):
        assert find_interactions(graph, [*order, order[0]]) == expected


def test_gravity_never_rises_down_the_list(graph: Graph) -> None:
    gravities = [list(Concern).index(one.concern) for one in find_interactions(graph, DRUGS)]
    assert gravities == sorted(gravities)


@pytest.fixture(scope="module")
def thesaurus(test_data: Path) -> Graph:
    """The French thesaurus of October 2020, its substances under their RxNorm ids."""
    context = Context()
    context.resolver.drugs.add(Reference("RXNORM", "2670"), "codeine")  # mapped to several concepts
    files = [(table, file) for table in ansm.SOURCE.tables for file in find_files(ansm.SOURCE, table, [test_data])]
    return make_graph(item for table, file in files for item in table.read(file, context))


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("one", "other", "concern", "mechanism"),
    [
        ("36567", "21212", Concern.CONTRAINDICATED, "rhabdomyolyse"),  # simvastatin, clarithromycin
        ("2670", "32937", Concern.AVOID, "Diminution de l’efficacité de l’opiacé"),  # codeine, paroxetine
        ("10324", "32937", Concern.AVOID, "Baisse de l’efficacité du tamoxifène"),  # tamoxifen, paroxetine
        ("11289", "703", Concern.CAUTION, "antivitamine K"),  # warfarin, amiodarone
    ],
)
def test_the_thesaurus_states_the_gravest_level_of_known_pairs(
    thesaurus: Graph, one: str, other: str, concern: Concern, mechanism: str
) -> None:
    """Levels and words read in the thesaurus of October 2020 (https://ansm.sante.fr)."""
    drugs = [Entity(Reference("RXNORM", number), Category.DRUG, number) for number in (one, other)]
    gravest = find_interactions(thesaurus, drugs)[0]
    assert gravest.concern is concern
    assert mechanism in (gravest.mechanism or "")


@pytest.mark.real_data
def test_the_thesaurus_of_2020_is_silent_on_clopidogrel_and_omeprazole(thesaurus: Graph) -> None:
    drugs = [Entity(Reference("RXNORM", number), Category.DRUG, number) for number in ("32968", "7646")]
    assert find_interactions(thesaurus, drugs) == ()
