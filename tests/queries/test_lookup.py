from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError
from queries.lookup import find_entity, lookup

if TYPE_CHECKING:
    from kg.store import Graph


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CYP2C19", "HGNC:2621"),  # the NCBI gene has the same name
        ("cyp2c19", "HGNC:2621"),
        ("NCBIGene:1557", "NCBIGene:1557"),
        ("clopidogrel", "RXNORM:32968"),  # so have the drug's entries in other vocabularies
        ("5-FU", "RXNORM:4492"),
        ("Marfan  syndrome", "OMIM:154700"),
        ("Nearsightedness", "HP:0000545"),
        ("HP:0000545", "HP:0000545"),
        ("CYP2C19 *2/*2", "GENOPATH:genotype/CYP2C19/*2/*2"),
    ],
)
def test_a_name_or_identifier_finds_its_entity(graph: Graph, text: str, expected: str) -> None:
    assert find_entity(graph, text).reference.curie == expected


def test_an_ambiguous_name_lists_what_it_may_mean(graph: Graph) -> None:
    with pytest.raises(InputError) as caught:
        find_entity(graph, "MORM syndrome")
    for curie in ("ORPHA:75858", "OMIM:610156"):
        assert f"{curie} (MORM syndrome, biolink:Disease)" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("CYP2C9", "CYP2C19"), ("clopidogrell", "did you mean clopidogrel ("), ("Aracnodactyly", "HP:0001166")],
)
def test_an_unknown_name_suggests_near_ones(graph: Graph, text: str, suggestion: str) -> None:
    with pytest.raises(InputError) as caught:
        find_entity(graph, text)
    assert "is no name or identifier of this release; did you mean" in str(caught.value)
    assert suggestion in str(caught.value)


def test_an_identifier_that_the_release_lacks_is_no_guess(graph: Graph) -> None:
    with pytest.raises(InputError, match=r"^HP:0009999 is not in this release$"):
        find_entity(graph, "HP:0009999")


def test_lookup_holds_every_association_of_both_directions(graph: Graph) -> None:
    found = lookup(graph, "FBN1")
    stated = [(n.association.predicate.local_name, n.other.reference.curie, n.inverted) for n in found.neighbours]
    assert stated == [
        ("exact_match", "NCBIGene:2200", False),
        ("gene_associated_with_condition", "OMIM:129600", False),
        ("gene_associated_with_condition", "OMIM:154700", False),
    ]
    assert [n.inverted for n in lookup(graph, "NCBIGene:2200").neighbours] == [True]


def test_a_denied_association_stands_in_a_group_of_its_own(graph: Graph) -> None:
    groups = lookup(graph, "ORPHA:75858").by_predicate()
    assert list(groups) == ["not biolink:has_phenotype"]
    assert "not biolink:has_phenotype (inverse)" in lookup(graph, "Hypotonia").by_predicate()


def test_a_hop_of_the_lookup_starts_at_the_entity(graph: Graph) -> None:
    found = lookup(graph, "Arachnodactyly")
    assert found.neighbours
    assert {neighbour.as_hop(found.entity).start for neighbour in found.neighbours} == {found.entity}
