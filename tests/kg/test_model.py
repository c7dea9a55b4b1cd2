from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import (
    AgentType,
    Association,
    Entity,
    Evidence,
    Hop,
    IncompleteEvidenceError,
    KnowledgeLevel,
    Path,
)
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

MARFAN = Entity(Reference("OMIM", "154700"), Category.DISEASE, "Marfan syndrome")
ARACHNODACTYLY = Entity(Reference("HP", "0001166"), Category.PHENOTYPIC_FEATURE, "Arachnodactyly")
FBN1 = Entity(Reference("HGNC", "3603"), Category.GENE, "FBN1")
EVIDENCE = Evidence(
    "hpo",
    "phenotype.hpoa#L7",
    "2025-01-16",
    "HPO licence",
    KnowledgeLevel.KNOWLEDGE_ASSERTION,
    AgentType.MANUAL_AGENT,
)
SHOWS = Association(MARFAN.reference, Predicate.HAS_PHENOTYPE, ARACHNODACTYLY.reference, (EVIDENCE,))
CAUSED = Association(FBN1.reference, Predicate.GENE_ASSOCIATED_WITH_CONDITION, MARFAN.reference, (EVIDENCE,))


def test_an_association_without_evidence_cannot_be_made() -> None:
    with pytest.raises(IncompleteEvidenceError, match="OMIM:154700 biolink:has_phenotype HP:0001166 has no evidence"):
        replace(SHOWS, evidence=())


@pytest.mark.parametrize(
    "lacking",
    [
        lambda: replace(EVIDENCE, source=""),
        lambda: replace(EVIDENCE, record=""),
        lambda: replace(EVIDENCE, release=""),
        lambda: replace(EVIDENCE, license=""),
    ],
    ids=["source", "record", "release", "license"],
)
def test_evidence_lacking_one_of_its_parts_cannot_be_made(lacking: Callable[[], Evidence]) -> None:
    with pytest.raises(IncompleteEvidenceError, match="source, record, release and licence"):
        lacking()


@pytest.mark.parametrize("value", [MARFAN.reference, MARFAN, EVIDENCE, SHOWS, Hop(SHOWS, MARFAN, ARACHNODACTYLY)])
def test_core_values_are_frozen_and_hashable(value: object) -> None:
    assert value in {value}
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)  # type: ignore[arg-type]  # each is a dataclass


def test_order_and_repetition_of_parts_carry_no_meaning() -> None:
    other = replace(EVIDENCE, record="phenotype.hpoa#L8")
    onset = (Qualifier.ONSET, Reference("HP", "0003577"))
    frequency = (Qualifier.FREQUENCY, "9/10")
    one = replace(SHOWS, evidence=(EVIDENCE, other), qualifiers=(onset, frequency))
    two = replace(SHOWS, evidence=(other, EVIDENCE, other), qualifiers=(frequency, onset, onset))
    assert one == two
    assert one.key == two.key
    assert replace(MARFAN, synonyms=("MFS", "MFS1", "")) == replace(
        MARFAN, synonyms=("MFS1", "Marfan syndrome", "MFS", "MFS")
    )


def test_key_tells_what_is_stated_and_not_who_states_it() -> None:
    assert replace(SHOWS, evidence=(replace(EVIDENCE, source="orphanet"),)).key == SHOWS.key
    assert replace(SHOWS, negated=True).key != SHOWS.key
    assert replace(SHOWS, qualifiers=((Qualifier.FREQUENCY, "9/10"),)).key != SHOWS.key


def test_key_of_a_text_that_looks_like_a_reference_is_another() -> None:
    term = Reference("HP", "0003577")
    keys = {replace(SHOWS, qualifiers=((Qualifier.ONSET, value),)).key for value in (term, "HP:0003577", "@HP:0003577")}
    assert len(keys) == 3


@given(st.from_type(Association), st.from_type(Association))
def test_equal_keys_mean_equal_statements(one: Association, two: Association) -> None:
    same = replace(one, evidence=two.evidence) == two
    assert (one.key == two.key) is same


def test_a_separator_inside_a_text_does_not_make_two_qualifiers_of_one() -> None:
    one = replace(SHOWS, qualifiers=((Qualifier.FREQUENCY, "a\x1fsex=b"),))
    two = replace(SHOWS, qualifiers=((Qualifier.FREQUENCY, "a"), (Qualifier.SEX, "b")))
    assert one.key != two.key


def test_attribute_and_qualifier_are_none_where_absent() -> None:
    symbol = replace(FBN1, attributes=((Attribute.SYMBOL, "FBN1"),))
    assert symbol.attribute(Attribute.SYMBOL) == "FBN1"
    assert symbol.attribute(Attribute.PREVIOUS_SYMBOL) is None
    assert SHOWS.qualifier(Qualifier.SEX) is None


def test_hops_of_a_path_join_in_the_direction_in_which_they_are_walked() -> None:
    to_disease = Hop(CAUSED, FBN1, MARFAN)
    to_feature = Hop(SHOWS, MARFAN, ARACHNODACTYLY)
    assert Path((to_disease, to_feature)).entities == (FBN1, MARFAN, ARACHNODACTYLY)
    back = Path((replace(to_feature, inverted=True), replace(to_disease, inverted=True)))
    assert back.entities == (ARACHNODACTYLY, MARFAN, FBN1)


def test_hops_that_do_not_join_make_no_path() -> None:
    with pytest.raises(ValueError, match="hops do not join: OMIM:154700 then HP:0001166"):
        Path((Hop(CAUSED, FBN1, MARFAN), Hop(SHOWS, MARFAN, ARACHNODACTYLY, inverted=True)))


def test_a_path_of_no_hops_has_no_entities() -> None:
    assert Path(()).entities == ()
