from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.reference import Reference
from queries.case import Severity
from queries.intake.given import Given
from queries.intake.names import Names
from queries.intake.terms import hpo_id, read_features

if TYPE_CHECKING:
    from kg.store import Graph

ARACHNODACTYLY = Reference("HP", "0001166")


def features(*texts: str) -> tuple[Given, ...]:
    return tuple(Given(text, "--phenotype") for text in texts)


@pytest.mark.parametrize(
    "text",
    ["HP:0001166", "hp:0001166", "HP_0001166", "HPO:0001166", " 0001166 ", "http://purl.obolibrary.org/obo/HP_0001166"],
)
def test_every_spelling_of_an_hpo_id_is_the_same_term(graph: Graph, text: str) -> None:
    found = read_features(Names(graph), features(text), ())
    assert [(f.term, f.given) for f in found.values] == [(ARACHNODACTYLY, None)]
    assert found.problems == ()


@pytest.mark.parametrize("text", ["HP:1166", "HP:00011666", "HP:", "OMIM:154700"])
def test_a_malformed_hpo_id_is_never_padded_or_guessed(text: str) -> None:
    assert hpo_id(text) is None


def test_a_synonym_in_any_case_is_its_term_and_keeps_what_was_typed(graph: Graph) -> None:
    (feature,) = read_features(Names(graph), features("SPIDER fingers"), ()).values
    assert (feature.term, feature.name, feature.given) == (ARACHNODACTYLY, "Arachnodactyly", "SPIDER fingers")


def test_a_misspelt_label_is_a_warning_that_suggests_the_term(graph: Graph) -> None:
    found = read_features(Names(graph), features("arachnodactly"), ())
    assert found.values == ()
    (problem,) = found.problems
    assert problem.severity is Severity.WARNING
    assert problem.where == "--phenotype"
    assert "Arachnodactyly (HP:0001166)" in problem.message


def test_an_obsolete_id_follows_its_replacement_with_a_note(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0002631"), ())
    assert [f.term.curie for f in found.values] == ["HP:0002616"]
    assert found.values[0].given == "HP:0002631"
    assert [p.severity for p in found.problems] == [Severity.INFO]
    assert "obsolete" in found.problems[0].message


def test_an_obsolete_id_without_replacement_is_left_out_with_a_warning(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0000057"), ())
    assert found.values == ()
    assert "no replacement" in found.problems[0].message


def test_a_merged_id_is_its_current_term_with_a_note(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0001505"), ())
    assert [f.term for f in found.values] == [ARACHNODACTYLY]
    assert [p.severity for p in found.problems] == [Severity.INFO]


def test_an_unknown_id_is_a_warning_with_ids_that_differ_by_a_slip(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0001616"), ())
    assert found.values == ()
    assert found.problems[0].severity is Severity.WARNING
    assert "HP:0001616" in found.problems[0].message
    assert "HP:0001166" in found.problems[0].message


def test_an_unknown_id_with_a_label_suggests_by_the_label_and_is_not_guessed(graph: Graph) -> None:
    statement = Given("HP:7000001", "p.json: phenotypicFeatures[0]", label="Arachnodactyly")
    found = read_features(Names(graph), [statement], ())
    assert found.values == ()
    assert "did you mean Arachnodactyly (HP:0001166)?" in found.problems[0].message


def test_a_term_that_qualifies_features_is_no_feature(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0003577", "HP:0000006"), ())
    assert found.values == ()
    assert len(found.problems) == 2


def test_a_term_both_present_and_excluded_is_used_as_neither_and_said_so(graph: Graph) -> None:
    found = read_features(Names(graph), features("HP:0001505", "HP:0001250"), features("Arachnodactyly"))
    assert [f.name for f in found.values] == ["Seizure"]
    assert any("present and as excluded" in p.message for p in found.problems)


def test_duplicates_collapse_and_an_onset_is_kept_whichever_comes_first(graph: Graph) -> None:
    plain, dated = Given("HP:0001250", "a"), Given("Seizures", "b", onset="HP:0003577")
    for order in ([plain, dated], [dated, plain]):
        (feature,) = read_features(Names(graph), order, ()).values
        assert feature.onset == Reference("HP", "0003577")


TEXTS = [
    "HP:0001166",
    "Spider fingers",
    "HP:0001505",
    "HP:0002631",
    "HP:0002616",
    "Seizure",
    "HP:9999999",
    "Myopia",
    "nonsense",
]


@given(st.data())
def test_the_order_of_features_changes_nothing(graph: Graph, data: st.DataObject) -> None:
    present, excluded = data.draw(st.lists(st.sampled_from(TEXTS))), data.draw(st.lists(st.sampled_from(TEXTS)))
    shuffled = data.draw(st.permutations(present))
    first = read_features(Names(graph), features(*present), features(*excluded))
    second = read_features(Names(graph), features(*shuffled), features(*reversed(excluded)))
    assert set(first.values) == set(second.values)
    assert sorted(first.problems, key=str) == sorted(second.problems, key=str)
