"""Inhibitors and inducers among listed drugs, and where the lists disagree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.context import Context
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.source import SourceFile
from kg.sources import fda_ddi
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.medication import Modulation, ModulatorStrength
from queries.medications.modulators import find_modulators

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.source import Item

NAMES = (
    "paroxetine",
    "erythromycin",
    "abiraterone",
    "telithromycin",
    "rifampin",
    "ketoconazole",
    "duloxetine",
    "mirtazapine",
)
DRUGS = {name: Entity(Reference("RXNORM", str(number)), Category.DRUG, name) for number, name in enumerate(NAMES, 1)}
GENES = {
    symbol: Entity(Reference(prefix, number), Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
    for symbol, prefix, number in (("CYP2D6", "HGNC", "2625"), ("CYP3A4", "HGNC", "2637"), ("CYP2C19", "HGNC", "2621"))
}
TWIN = Entity(Reference("NCBIGene", "1576"), Category.GENE, "CYP3A4", attributes=((Attribute.SYMBOL, "CYP3A4"),))
STRONG_CLASS = Entity(
    Reference.mint("drug_class", "ansm:INHIBITEURS PUISSANTS DU CYP3A4"),
    Category.CHEMICAL_ENTITY,
    "inhibiteurs puissants",
)
ABIRATERONE_IN_DRUGBANK = Reference("DRUGBANK", "DB05812")


def why(source: str, record: str) -> Evidence:
    return Evidence(source, record, "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)


def acts(
    drug: str | Reference, symbol: str, strength: str, *evidence: tuple[str, str], role: str = "INHIBITOR", kind: str = "",
    negated: bool = False,
) -> Association:  # fmt: skip
    qualifiers = [(Qualifier.ACTION_TYPE, role), (Qualifier.STRENGTH, strength), (Qualifier.EVIDENCE_KIND, kind)]
    return Association(
        DRUGS[drug].reference if isinstance(drug, str) else drug,
        Predicate.AFFECTS,
        GENES[symbol].reference,
        tuple(why(*one) for one in evidence),
        tuple((name, text) for name, text in qualifiers if text),
        negated,
    )


def member(drug: str) -> Association:
    return Association(
        DRUGS[drug].reference, Predicate.MEMBER_OF, STRONG_CLASS.reference, (why("ansm-ddi", f"{drug} (class)"),)
    )


def statements() -> Iterator[Association]:
    yield acts("paroxetine", "CYP2D6", "strong", ("fda-ddi", "t#L1"), ("cyp", "strong.tsv#L3"))
    yield acts("paroxetine", "CYP2C19", "", ("cyp", "measured.tsv#1"), kind="in vitro")
    yield acts("erythromycin", "CYP3A4", "moderate", ("fda-ddi", "t#L2"))
    yield member("erythromycin")
    yield member("telithromycin")
    yield acts("rifampin", "CYP2C19", "strong", ("fda-ddi", "t#L3"), role="INDUCER")
    yield acts("ketoconazole", "CYP2D6", "weak", ("cyp", "one.md#L1"))
    yield acts("ketoconazole", "CYP2D6", "moderate", ("cyp", "other.md#L9"))
    yield acts("duloxetine", "CYP2D6", "", ("cyp", "dikb.tsv#L1"), kind="in vivo")
    yield acts("duloxetine", "CYP2D6", "", ("cyp", "dikb.tsv#L2"), kind="in vivo", negated=True)
    yield acts("mirtazapine", "CYP2D6", "", ("cyp", "dikb.tsv#L7"), kind="in vivo", negated=True)
    yield acts("mirtazapine", "CYP3A4", "strong", ("drugmechdb", "x"))
    yield acts(ABIRATERONE_IN_DRUGBANK, "CYP2D6", "moderate", ("fda-ddi", "t#L4"))
    yield Association(
        DRUGS["abiraterone"].reference, Predicate.EXACT_MATCH, ABIRATERONE_IN_DRUGBANK, (why("drugcentral", "m"),)
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    entities = (*DRUGS.values(), *GENES.values(), TWIN, STRONG_CLASS)
    return make_graph((*entities, *statements()))


def make_graph(items: Iterable[Item]) -> Graph:
    iri, lines = graph_iri("cyp", "1"), set[str]()
    for item in items:
        lines.update(entity_to_nquads(item, iri) if isinstance(item, Entity) else association_to_nquads(item))
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("t", "2026-01-01T00:00:00Z", "t", "open", (), {}, "")), store)


def test_an_empty_list_has_no_modulators(graph: Graph) -> None:
    assert find_modulators(graph, []) == {}


def test_lists_that_agree_make_one_undisputed_modulator(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["paroxetine"]])["CYP2D6"]
    assert (found.drug.name, found.kind, found.strength) == (
        "paroxetine",
        Modulation.INHIBITOR,
        ModulatorStrength.STRONG,
    )
    assert found.disputed == ()
    assert {evidence.source for evidence in found.paths[0].hops[0].association.evidence} == {"fda-ddi", "cyp"}


def test_a_constant_measured_in_vitro_makes_no_modulator(graph: Graph) -> None:
    assert list(find_modulators(graph, [DRUGS["paroxetine"]])) == ["CYP2D6"]


def test_the_strength_is_the_fdas_and_the_other_list_is_named_beside_it(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["erythromycin"]])["CYP3A4"]
    assert found.strength is ModulatorStrength.MODERATE
    assert found.disputed == ("fda-ddi: moderate", "ansm-ddi: strong")
    assert [path.entities[-1].name for path in found.paths] == ["CYP3A4", "inhibiteurs puissants"]


def test_the_thesaurus_alone_makes_a_strong_inhibitor(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["telithromycin"]])["CYP3A4"]
    assert (found.strength, found.disputed) == (ModulatorStrength.STRONG, ())


def test_without_the_fda_the_strongest_of_disagreeing_lists_is_used_and_said_to_be(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["ketoconazole"]])["CYP2D6"]
    assert found.strength is ModulatorStrength.MODERATE
    assert found.disputed[:2] == ("cyp (one.md): weak", "cyp (other.md): moderate")
    assert "used: moderate" in found.disputed[2]


def test_a_denial_disputes_what_another_record_states(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["duloxetine"]])["CYP2D6"]
    assert found.strength is ModulatorStrength.UNSTATED
    assert found.disputed[:2] == ("cyp (dikb.tsv): denied", "cyp (dikb.tsv): no strength stated")
    assert {path.hops[0].association.negated for path in found.paths} == {True, False}


def test_what_is_only_denied_or_stated_by_no_list_is_no_modulator(graph: Graph) -> None:
    assert find_modulators(graph, [DRUGS["mirtazapine"]]) == {}


def test_an_inducer_is_told_from_an_inhibitor(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["rifampin"]])["CYP2C19"]
    assert (found.kind, found.strength) == (Modulation.INDUCER, ModulatorStrength.STRONG)


def test_a_statement_under_another_identifier_is_reached_over_the_mapping(graph: Graph) -> None:
    (found,) = find_modulators(graph, [DRUGS["abiraterone"]])["CYP2D6"]
    assert [entity.reference for entity in found.paths[0].entities] == [
        DRUGS["abiraterone"].reference,
        ABIRATERONE_IN_DRUGBANK,
        GENES["CYP2D6"].reference,
    ]


def test_the_strongest_stands_first_whatever_the_order_of_the_list(graph: Graph) -> None:
    drugs = [DRUGS[name] for name in ("abiraterone", "paroxetine", "duloxetine")]
    found = find_modulators(graph, drugs)
    assert [one.drug.name for one in found["CYP2D6"]] == ["paroxetine", "abiraterone", "duloxetine"]
    assert find_modulators(graph, drugs[::-1]) == found


@pytest.fixture(scope="module")
def shipped() -> Graph:
    """What ships with genopath alone, so what every graph has."""
    context = Context()
    for symbol, gene in GENES.items():
        context.resolver.genes.add(gene.reference, symbol)
    path = fda_ddi.SOURCE.packaged[0] / "cyp_modulators.tsv"
    items = fda_ddi.read_modulators(SourceFile(fda_ddi.SOURCE, "2026-05-29", path), context)
    return make_graph((*GENES.values(), *items))


@pytest.mark.parametrize(
    ("number", "symbol", "strength"),
    [
        ("7646", "CYP2C19", ModulatorStrength.WEAK),  # omeprazole, beside clopidogrel
        ("32937", "CYP2D6", ModulatorStrength.STRONG),  # paroxetine, beside codeine or tamoxifen
        ("21212", "CYP3A4", ModulatorStrength.STRONG),  # clarithromycin, beside simvastatin
    ],
)
def test_every_graph_knows_the_fdas_inhibitors(
    shipped: Graph, number: str, symbol: str, strength: ModulatorStrength
) -> None:
    drug = Entity(Reference("RXNORM", number), Category.DRUG, number)
    (found,) = find_modulators(shipped, [drug])[symbol]
    assert (found.kind, found.strength, found.disputed) == (Modulation.INHIBITOR, strength, ())
    assert found.paths[0].hops[0].association.evidence[0].source == "fda-ddi"
