"""Evidence paths between two entities of the tiny release, named by identifier or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError
from ontology.vocabulary import Predicate
from queries.explain import explain

if TYPE_CHECKING:
    from kg.model import Path
    from kg.store import Graph


def curies(path: Path) -> list[str]:
    return [entity.reference.curie for entity in path.entities]


def test_a_gene_reaches_the_drug_that_it_affects_in_one_hop(graph: Graph) -> None:
    best = explain(graph, "HGNC:2621", "RXNORM:32968")[0]
    assert curies(best) == ["HGNC:2621", "RXNORM:32968"]
    (hop,) = best.hops
    assert hop.association.predicate is Predicate.AFFECTS
    assert not hop.inverted


def test_every_hop_carries_complete_evidence(graph: Graph) -> None:
    for path in explain(graph, "HGNC:3603", "HP:0001166"):
        for hop in path.hops:
            for why in hop.association.evidence:
                assert why.source
                assert why.record
                assert why.release
                assert why.license


def test_a_gene_reaches_a_feature_through_each_of_its_diseases(graph: Graph) -> None:
    found = [curies(path) for path in explain(graph, "HGNC:3603", "HP:0001166", max_hops=2)]
    assert sorted(found) == [["HGNC:3603", disease, "HP:0001166"] for disease in ("OMIM:129600", "OMIM:154700")]


def test_names_stand_for_their_entities(graph: Graph) -> None:
    by_name = explain(graph, "FBN1", "spider fingers", max_hops=2)
    assert by_name == explain(graph, "HGNC:3603", "HP:0001166", max_hops=2) != []


def test_entities_are_named_in_the_order_of_the_question(graph: Graph) -> None:
    best = explain(graph, "RXNORM:32968", "HGNC:2621")[0]
    assert [entity.name for entity in best.entities] == ["clopidogrel", "CYP2C19"]
    assert best.hops[0].inverted


def test_paths_come_best_first_and_no_more_than_the_limit(graph: Graph) -> None:
    every = explain(graph, "HGNC:2621", "RXNORM:32968", max_hops=4, limit=100)
    scores = [path.score or 0 for path in every]
    assert scores == sorted(scores, reverse=True)
    assert explain(graph, "HGNC:2621", "RXNORM:32968", max_hops=4, limit=2) == every[:2]


def test_a_denied_statement_explains_nothing(graph: Graph) -> None:
    assert explain(graph, "ORPHA:75858", "HP:0001252", max_hops=1) == []


def test_entities_without_a_path_give_an_empty_list(graph: Graph) -> None:
    assert explain(graph, "HGNC:3603", "RXNORM:32968", max_hops=4) == []


@pytest.mark.parametrize("text", ["HGNC:999999", "no such thing", ""])
def test_an_unknown_entity_is_an_input_error_that_names_it(graph: Graph, text: str) -> None:
    for ends in ((text, "RXNORM:32968"), ("RXNORM:32968", text)):
        with pytest.raises(InputError) as caught:
            explain(graph, *ends)
        assert text in str(caught.value)


def test_a_misspelt_gene_brings_a_suggestion(graph: Graph) -> None:
    with pytest.raises(InputError, match=r"did you mean.*CYP2C19"):
        explain(graph, "CYP2C91", "RXNORM:32968")
