from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.levels import HpoEvidence
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import (
    association_to_nquads,
    associations_from_rdf,
    entities_from_rdf,
    entity_to_nquads,
    graph_iri,
    name_key,
)
from ontology.errors import DataError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from random import Random

    from pyoxigraph import Quad

NASTY = 'a "quoted"\\ back\nslash\r\n\ttab \x00\x07\x1f\x7f\x85\u2028 ünïcödé 𝔾ene <iri> {b} ^^<x> @en .'
GRAPH = graph_iri("hpo", "2025-01-16")
EVIDENCE = Evidence(
    "hpo",
    "phenotype.hpoa#L7",
    "2025-01-16",
    "HPO licence",
    KnowledgeLevel.KNOWLEDGE_ASSERTION,
    AgentType.MANUAL_AGENT,
    (Reference("PMID", "7951214"),),
    HpoEvidence.PUBLISHED_CLINICAL_STUDY,
)
SHOWS = Association(
    Reference("OMIM", "154700"),
    Predicate.HAS_PHENOTYPE,
    Reference("HP", "0001166"),
    (EVIDENCE,),
    ((Qualifier.FREQUENCY, "9/10"),),
)


def quads_of(lines: list[str]) -> list[Quad]:
    return list(parse("\n".join(lines).encode(), RdfFormat.N_QUADS))


@given(st.from_type(Association))
def test_an_association_survives_the_way_through_rdf(association: Association) -> None:
    assert associations_from_rdf(quads_of(association_to_nquads(association))) == [association]


@given(st.from_type(Entity))
def test_an_entity_survives_the_way_through_rdf(entity: Entity) -> None:
    assert entities_from_rdf(quads_of(entity_to_nquads(entity, GRAPH))) == [entity]


@given(st.lists(st.from_type(Association), max_size=4, unique_by=lambda one: one.key), st.randoms())
def test_order_of_quads_changes_no_association(associations: list[Association], random: Random) -> None:
    quads = [quad for one in associations for quad in quads_of(association_to_nquads(one))]
    random.shuffle(quads)
    assert associations_from_rdf(quads) == sorted(associations, key=lambda one: one.key)


def test_texts_with_quotes_line_ends_and_control_characters_stay_as_they_are() -> None:
    association = replace(
        SHOWS,
        evidence=(replace(EVIDENCE, record=NASTY, license=NASTY),),
        qualifiers=((Qualifier.RECOMMENDATION, NASTY),),
    )
    entity = Entity(SHOWS.subject, Category.DISEASE, NASTY, (NASTY[1:],), ((Attribute.HGVS, NASTY),))
    assert associations_from_rdf(quads_of(association_to_nquads(association))) == [association]
    assert entities_from_rdf(quads_of(entity_to_nquads(entity, GRAPH))) == [entity]


def test_every_quad_is_one_line() -> None:
    association = replace(SHOWS, qualifiers=((Qualifier.RECOMMENDATION, NASTY),))
    for line in association_to_nquads(association):
        assert "\n" not in line
        assert len(quads_of([line])) == 1


def test_a_doi_with_angle_brackets_is_a_valid_iri() -> None:
    doi = Reference("DOI", "10.1002/(SICI)1096-8628(19960102)61:1<10::AID-AJMG3>3.0.CO;2-Z")
    association = replace(SHOWS, evidence=(replace(EVIDENCE, publications=(doi,)),))
    assert associations_from_rdf(quads_of(association_to_nquads(association))) == [association]


def test_evidence_of_each_source_stands_in_the_graph_of_its_release() -> None:
    other = replace(EVIDENCE, source="orphanet", release="2025-12")
    quads = quads_of(association_to_nquads(replace(SHOWS, evidence=(EVIDENCE, other))))
    graphs = {str(quad.graph_name) for quad in quads}
    assert graphs == {
        "<https://w3id.org/genopath/graph/hpo/2025-01-16>",
        "<https://w3id.org/genopath/graph/orphanet/2025-12>",
    }


def test_another_graph_can_be_given_for_all_quads() -> None:
    quads = quads_of(association_to_nquads(SHOWS, "https://example.org/answer"))
    assert {str(quad.graph_name) for quad in quads} == {"<https://example.org/answer>"}


def test_a_denied_statement_shares_no_predicate_with_the_asserted_one() -> None:
    ends = [
        {
            quad.predicate.value
            for quad in quads_of(association_to_nquads(one))
            if "/qualifier/" not in quad.predicate.value
        }
        for one in (SHOWS, replace(SHOWS, negated=True))
    ]
    both = ends[0] & ends[1]
    assert not any("/subject/" in predicate or "/object/" in predicate for predicate in both)


def test_equal_associations_of_two_files_become_one_node() -> None:
    again = replace(SHOWS, evidence=(replace(EVIDENCE, record="phenotype.hpoa#L8"),))
    quads = quads_of(association_to_nquads(SHOWS) + association_to_nquads(again))
    assert associations_from_rdf(quads) == [replace(SHOWS, evidence=SHOWS.evidence + again.evidence)]


def test_words_of_several_sources_about_one_entity_are_united_in_any_order() -> None:
    one = Entity(SHOWS.subject, Category.DISEASE, "marfan syndrome", ("MFS",))
    two = Entity(SHOWS.subject, Category.PHENOTYPIC_FEATURE, "Marfan syndrome")
    lines = entity_to_nquads(one, GRAPH) + entity_to_nquads(two, graph_iri("mondo", "2026-08"))
    united = Entity(SHOWS.subject, Category.DISEASE, "Marfan syndrome", ("MFS", "marfan syndrome"))
    assert entities_from_rdf(quads_of(lines)) == [united]
    assert entities_from_rdf(reversed(quads_of(lines))) == [united]


@pytest.mark.parametrize("lacking", ["/object/", "ontology#evidence", "terms/source", "/subject/"])
def test_an_incomplete_association_is_refused(lacking: str) -> None:
    quads = [quad for quad in quads_of(association_to_nquads(SHOWS)) if lacking not in quad.predicate.value]
    with pytest.raises(DataError, match=r"incomplete|no subject|no evidence"):
        associations_from_rdf(quads)


@given(st.text())
def test_name_key_ignores_case_and_white_space_around_words(name: str) -> None:
    assert name_key(f"  {name}\n") == name_key(name)
