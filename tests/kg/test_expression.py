from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.expression import (
    And,
    Expression,
    ExpressionError,
    Not,
    Operand,
    Or,
    evaluate,
    holds,
    literals,
    parse,
    references,
)
from ontology.reference import Reference

VARIANTS = [Reference("CIVIC", f"variant/{number}") for number in range(1, 6)]
V12, V563, V1269 = (Reference("CIVIC", f"variant/{number}") for number in (12, 563, 1269))


def joined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(And, several) | st.builds(Or, several)


def expressions() -> st.SearchStrategy[Expression]:
    leaves: st.SearchStrategy[Expression] = st.builds(Operand, st.sampled_from(VARIANTS))
    return st.recursive(leaves, joined, max_leaves=8)


def worlds() -> st.SearchStrategy[dict[Reference, bool]]:
    return st.fixed_dictionaries({variant: st.booleans() for variant in VARIANTS})


def by_python(expression: Expression, world: dict[Reference, bool]) -> bool:
    """The same through Python's own grammar of and, or and not."""
    text = str(expression).replace("AND", "and").replace("OR", "or").replace("NOT", "not")
    for variant, value in world.items():
        text = text.replace(variant.curie, str(value))
    return bool(eval(text, {}))  # noqa: S307  # text of a handful of known words


@given(expressions())
def test_an_expression_is_read_as_it_was_written(expression: Expression) -> None:
    assert parse(str(expression)) == expression


@given(expressions(), worlds())
def test_where_everything_is_known_it_says_what_python_says(
    expression: Expression, world: dict[Reference, bool]
) -> None:
    expected = by_python(expression, world)
    assert evaluate(expression, world) is expected
    assert holds(expression, {variant for variant, there in world.items() if there}) is expected


@given(expressions(), worlds(), st.sets(st.sampled_from(VARIANTS)))
def test_an_answer_from_part_of_the_facts_stands_whatever_the_rest_is(
    expression: Expression, world: dict[Reference, bool], hidden: set[Reference]
) -> None:
    part = {variant: value for variant, value in world.items() if variant not in hidden}
    answer = evaluate(expression, part)
    assert answer is None or answer is evaluate(expression, world)


@given(st.lists(expressions(), min_size=2, max_size=3), worlds())
def test_de_morgan_holds(parts: list[Expression], world: dict[Reference, bool]) -> None:
    denied = Or(tuple(Not(one) for one in parts))
    assert evaluate(Not(And(tuple(parts))), world) is evaluate(denied, world)


@given(expressions())
def test_literals_name_every_reference(expression: Expression) -> None:
    assert {reference for reference, _ in literals(expression)} == references(expression)


def test_and_binds_tighter_than_or_and_not_tightest() -> None:
    found = parse("NOT CIVIC:variant/12 AND CIVIC:variant/563 OR CIVIC:variant/1269")
    assert found == Or((And((Not(Operand(V12)), Operand(V563))), Operand(V1269)))


def test_what_was_not_tested_is_neither_present_nor_absent() -> None:
    denied = parse("NOT CIVIC:variant/12")
    assert evaluate(denied, {}) is None
    assert evaluate(denied, {V12: False}) is True
    assert holds(denied, set()) is True


def test_what_a_double_denial_wants_is_its_presence() -> None:
    assert list(literals(parse("NOT ( NOT CIVIC:variant/12 AND CIVIC:variant/563 )"))) == [(V12, True), (V563, False)]


def test_names_may_hold_parentheses_that_touch_them() -> None:
    names = {"MET Amplification": V12, "MET Splice Site (c.3028G>A)": V563}
    found = parse("MET Amplification AND MET Splice Site (c.3028G>A)", names.__getitem__)
    assert found == And((Operand(V12), Operand(V563)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AND",
        "CIVIC:variant/12 AND",
        "CIVIC:variant/12 OR OR CIVIC:variant/563",
        "( CIVIC:variant/12",
        "CIVIC:variant/12 )",
        "( )",
        "CIVIC:variant/12 CIVIC:variant/563",
        "BRAF V600E",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="no expression of AND, OR and NOT"):
        parse(text)


@pytest.mark.parametrize("kind", [And, Or])
def test_one_operand_joins_nothing(kind: type[And] | type[Or]) -> None:
    with pytest.raises(ValueError, match="two operands or more, not 1"):
        kind((Operand(V12),))
