from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kg.normalize import Match, Names, Resolution
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

NAT1 = Reference("HGNC", "7645")
SLC25A4 = Reference("HGNC", "291")
GLI3 = Reference("HGNC", "4319")
MARFAN, MARFAN_OMIM, MARFAN_ORPHA = (
    Reference("MONDO", "0007947"),
    Reference("OMIM", "154700"),
    Reference("ORPHA", "558"),
)
MARFAN_TYPE_1 = Reference("ORPHA", "284963")


def taught(*lessons: Callable[[Names], None]) -> Names:
    names = Names()
    for lesson in lessons:
        lesson(names)
    return names


def test_own_name_wins_over_previous_name_and_that_over_alias() -> None:
    names = taught(
        lambda n: n.add(GLI3, "X"),
        lambda n: n.add(NAT1, "NAT1", previous=["X", "AAC1"], aliases=["X"]),
        lambda n: n.add(SLC25A4, "SLC25A4", aliases=["X", "AAC1"]),
    )
    assert names.by_name("X") == Resolution(GLI3, Match.NAME)
    assert names.by_name("AAC1") == Resolution(NAT1, Match.PREVIOUS)
    assert names.by_name("T1") == Resolution(None, problem="unknown")


def test_a_name_of_two_entities_is_never_guessed() -> None:
    names = taught(
        lambda n: n.add(NAT1, "NAT1", aliases=["T1"]),
        lambda n: n.add(SLC25A4, "SLC25A4", aliases=["T1"]),
    )
    assert names.by_name("T1") == Resolution(None, Match.ALIAS, "ambiguous: HGNC:291 or HGNC:7645")


def test_a_previous_name_of_two_entities_is_not_settled_by_an_alias_of_one() -> None:
    names = taught(
        lambda n: n.add(NAT1, "NAT1", previous=["ATPM"], aliases=["ATPM"]),
        lambda n: n.add(SLC25A4, "SLC25A4", previous=["ATPM"]),
    )
    assert names.by_name("ATPM").reference is None


def test_a_withdrawn_name_is_refused_even_where_it_is_an_alias() -> None:
    names = taught(lambda n: n.add(GLI3, "GLI3", aliases=["ACLS"]), lambda n: n.withdraw("ACLS"))
    assert names.by_name("acls") == Resolution(None, problem="withdrawn")


def test_a_withdrawn_name_that_its_successor_lists_as_previous_leads_there() -> None:
    names = taught(lambda n: n.withdraw("AAC1"), lambda n: n.add(NAT1, "NAT1", previous=["AAC1"]))
    assert names.by_name("AAC1") == Resolution(NAT1, Match.PREVIOUS)


def test_names_are_compared_without_case_and_extra_white_space() -> None:
    names = taught(lambda n: n.add(MARFAN, "Marfan syndrome"))
    assert names.by_name(" MARFAN  Syndrome").reference == MARFAN


def test_an_identifier_is_known_itself_before_it_is_a_mapping() -> None:
    names = taught(
        lambda n: n.add(MARFAN, "Marfan syndrome", identifiers=[MARFAN_OMIM, MARFAN_ORPHA]),
        lambda n: n.add(MARFAN_OMIM, "Marfan syndrome"),
    )
    assert names.by_identifier(MARFAN_OMIM) == Resolution(MARFAN_OMIM, Match.IDENTIFIER)
    assert names.by_identifier(MARFAN_ORPHA) == Resolution(MARFAN, Match.MAPPING)
    assert names.by_identifier(Reference("OMIM", "100100")) == Resolution(None, problem="unknown")


def test_an_identifier_that_two_entities_claim_is_ambiguous() -> None:
    names = taught(lambda n: n.map(MARFAN, [MARFAN_OMIM]), lambda n: n.map(MARFAN_TYPE_1, [MARFAN_OMIM]))
    assert names.by_identifier(MARFAN_OMIM).problem == "ambiguous: MONDO:0007947 or ORPHA:284963"


def test_identifiers_that_their_source_keeps_apart_do_not_become_one() -> None:
    names = taught(
        lambda n: n.add(MARFAN, "Marfan syndrome", identifiers=[MARFAN_ORPHA, MARFAN_TYPE_1]),
        lambda n: n.keep_apart([MARFAN_ORPHA, MARFAN_TYPE_1]),
    )
    assert names.by_identifier(MARFAN_ORPHA).problem == "ambiguous: MONDO:0007947 or ORPHA:558"
    assert names.by_identifier(MARFAN_TYPE_1).reference is None


def test_vocabularies_that_share_a_name_meet_in_the_entity_that_claims_them() -> None:
    names = taught(
        lambda n: n.add(MARFAN_OMIM, "Marfan syndrome"),
        lambda n: n.add(MARFAN_ORPHA, "Marfan syndrome"),
        lambda n: n.add(MARFAN, "Marfan syndrome", identifiers=[MARFAN_OMIM, MARFAN_ORPHA, MARFAN_TYPE_1]),
        lambda n: n.keep_apart([MARFAN_ORPHA, MARFAN_TYPE_1]),
    )
    assert names.by_name("Marfan syndrome") == Resolution(MARFAN, Match.NAME)


def test_vocabularies_that_share_a_name_without_a_mapping_stay_ambiguous() -> None:
    names = taught(lambda n: n.add(MARFAN_OMIM, "Marfan syndrome"), lambda n: n.add(MARFAN, "Marfan syndrome"))
    assert names.by_name("Marfan syndrome").problem == "ambiguous: MONDO:0007947 or OMIM:154700"


def test_entities_kept_apart_do_not_meet_in_one_of_another_name() -> None:
    names = taught(
        lambda n: n.add(MARFAN_ORPHA, "Marfan"),
        lambda n: n.add(MARFAN_TYPE_1, "Marfan"),
        lambda n: n.add(MARFAN, "Marfan syndrome", identifiers=[MARFAN_ORPHA, MARFAN_TYPE_1]),
        lambda n: n.keep_apart([MARFAN_ORPHA, MARFAN_TYPE_1]),
    )
    assert names.by_name("Marfan").problem == "ambiguous: ORPHA:284963 or ORPHA:558"


_REFERENCES = st.sampled_from([NAT1, SLC25A4, GLI3, MARFAN, MARFAN_OMIM, MARFAN_ORPHA])
_WORDS = st.sampled_from(["AAC1", "aac1", "T1", "ACLS", "Marfan syndrome"])
_LESSONS = st.one_of(
    st.builds(
        lambda reference, name, previous, aliases, identifiers: (
            lambda n: n.add(reference, name, previous=previous, aliases=aliases, identifiers=identifiers)
        ),
        _REFERENCES,
        _WORDS,
        st.lists(_WORDS, max_size=2),
        st.lists(_WORDS, max_size=2),
        st.lists(_REFERENCES, max_size=2),
    ),
    st.builds(lambda name: lambda n: n.withdraw(name), _WORDS),
    st.builds(lambda identifiers: lambda n: n.keep_apart(identifiers), st.lists(_REFERENCES, max_size=2)),
)


@given(st.data(), st.lists(_LESSONS, max_size=6))
def test_order_of_teaching_changes_nothing(data: st.DataObject, lessons: list[Callable[[Names], None]]) -> None:
    one, two = taught(*lessons), taught(*data.draw(st.permutations(lessons)))
    assert all(getattr(one, part.name) == getattr(two, part.name) for part in fields(Names))
    for word in ("AAC1", "T1", "ACLS", "Marfan syndrome"):
        assert one.by_name(word) == two.by_name(word)
    for reference in (NAT1, SLC25A4, GLI3, MARFAN, MARFAN_OMIM, MARFAN_ORPHA):
        assert one.by_identifier(reference) == two.by_identifier(reference)


@given(st.lists(_LESSONS, max_size=6), _WORDS)
def test_a_resolution_holds_either_a_reference_or_a_problem(lessons: list[Callable[[Names], None]], word: str) -> None:
    found = taught(*lessons).by_name(word)
    assert (found.reference is None) is (found.problem is not None)
