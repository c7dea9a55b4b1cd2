"""Conditions on what a tumour carries: AND, OR and NOT over references, as CIViC names its molecular profiles.

Grammar, words and parentheses separated by white space::

    expression  = conjunction { "OR" conjunction }
    conjunction = factor { "AND" factor }
    factor      = "NOT" factor | "(" expression ")" | operand

AND binds tighter than OR. An operand is every run of other words: a CURIE in the graph
(``CIVIC:variant/1269 AND ( CIVIC:variant/12 OR CIVIC:variant/563 )``), a name in the source. Operators are upper case, and
a parenthesis that belongs to a name touches it (``Splice Site (c.3028G>A)``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ontology.errors import IdentifierError, InputError
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_MARKS: Final = frozenset({"AND", "OR", "NOT", "(", ")"})


class ExpressionError(InputError):
    """The text is no expression, or names something that is not known."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r} is no expression of AND, OR and NOT: {reason}")
        self.text = text


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing that is there or not."""

    reference: Reference

    def __str__(self) -> str:
        return self.reference.curie


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its operand does not."""

    operand: Expression

    def __str__(self) -> str:
        return f"NOT {_within(self.operand)}"


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all of its two or more operands do."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        _require_two(self.operands)

    def __str__(self) -> str:
        return " AND ".join(map(_within, self.operands))


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where at least one of its two or more operands does."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        _require_two(self.operands)

    def __str__(self) -> str:
        return " OR ".join(map(_within, self.operands))


Expression = Operand | Not | And | Or


def parse(text: str, operand: Callable[[str], Reference] = Reference.parse) -> Expression:
    """Read an expression; ``operand`` tells what a run of words refers to.

    >>> str(parse("CIVIC:variant/1269 AND ( CIVIC:variant/12 OR CIVIC:variant/563 )"))
    'CIVIC:variant/1269 AND ( CIVIC:variant/12 OR CIVIC:variant/563 )'

    Raises:
        ExpressionError: the text does not follow the grammar, or an operand is no CURIE.
    """
    return _Parser(text, operand).whole()


def evaluate(expression: Expression, known: Mapping[Reference, bool]) -> bool | None:
    """Whether the expression holds, given what is known present (true) or absent (false); ``None`` where it is open.

    What is not in ``known`` is unknown, not absent (Kleene's three-valued logic), so ``NOT`` needs a tested absence.
    """
    if isinstance(expression, Operand):
        return known.get(expression.reference)
    if isinstance(expression, Not):
        inner = evaluate(expression.operand, known)
        return None if inner is None else not inner
    values = {evaluate(one, known) for one in expression.operands}
    decisive = isinstance(expression, Or)  # one true operand decides an OR, one false an AND
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def holds(expression: Expression, present: Collection[Reference]) -> bool:
    """Whether the expression holds where exactly ``present`` is there and everything else is known to be absent."""
    return bool(evaluate(expression, {reference: reference in present for reference in references(expression)}))


def references(expression: Expression) -> frozenset[Reference]:
    """Everything that the expression speaks of."""
    return frozenset(reference for reference, _ in literals(expression))


def literals(expression: Expression, *, wanted: bool = True) -> Iterator[tuple[Reference, bool]]:
    """Each operand with whether its presence (true) or its absence (false) counts towards the expression."""
    if isinstance(expression, Operand):
        yield expression.reference, wanted
    elif isinstance(expression, Not):
        yield from literals(expression.operand, wanted=not wanted)
    else:
        for one in expression.operands:
            yield from literals(one, wanted=wanted)


class _Parser:
    """Recursive descent over marks and operand texts."""

    def __init__(self, text: str, operand: Callable[[str], Reference]) -> None:
        self.text = text
        self.operand = operand
        self.tokens = list(_tokens(text))

    def whole(self) -> Expression:
        found = self.expression()
        if self.tokens:
            raise ExpressionError(self.text, f"did not expect {self.tokens[0]!r}")
        return found

    def expression(self) -> Expression:
        found = [self.conjunction()]
        while self.take("OR"):
            found.append(self.conjunction())
        return found[0] if len(found) == 1 else Or(tuple(found))

    def conjunction(self) -> Expression:
        found = [self.factor()]
        while self.take("AND"):
            found.append(self.factor())
        return found[0] if len(found) == 1 else And(tuple(found))

    def factor(self) -> Expression:
        if self.take("NOT"):
            return Not(self.factor())
        if self.take("("):
            found = self.expression()
            if not self.take(")"):
                raise ExpressionError(self.text, "a parenthesis is not closed")
            return found
        if not self.tokens or self.tokens[0] in _MARKS:
            raise ExpressionError(
                self.text, f"expected an operand before {self.tokens[0] if self.tokens else 'the end'!r}"
            )
        try:
            return Operand(self.operand(self.tokens.pop(0)))
        except IdentifierError as error:
            raise ExpressionError(self.text, str(error)) from error

    def take(self, mark: str) -> bool:
        if self.tokens[:1] != [mark]:
            return False
        del self.tokens[0]
        return True


def _tokens(text: str) -> Iterator[str]:
    for is_mark, words in groupby(text.split(), _MARKS.__contains__):
        if is_mark:
            yield from words
        else:
            yield " ".join(words)


def _within(expression: Expression) -> str:
    """As text within another expression: a compound in parentheses."""
    return f"( {expression} )" if isinstance(expression, And | Or) else str(expression)


def _require_two(operands: tuple[Expression, ...]) -> None:
    if len(operands) < 2:
        raise ValueError(f"AND and OR join two operands or more, not {len(operands)}")
