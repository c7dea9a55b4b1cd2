"""The library of SPARQL queries, and the gate through which a user's own query passes.

A library query is one ``.rq`` file in ``queries/sparql``. Its header comments are its contract: what it means, its
parameters (``# param NAME: TYPE — meaning``) and its columns (``# column NAME: meaning``). Parameters are bound to the
query's variables and never become part of its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from ontology.errors import IdentifierError, UsageError
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import Answer, Graph, Parameter

_PARAMETER: Final = re.compile(r"^# param (\w+): (curie|text) — (.+)$")
_COLUMN: Final = re.compile(r"^# column (\w+): (.+)$")
_ENDING: Final = ".rq"


class ParameterType(StrEnum):
    """What a parameter's text is: an identifier, or the text itself."""

    CURIE = "curie"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """One library query: its contract from the header comments, and its text."""

    name: str
    meaning: str
    parameters: Mapping[str, tuple[ParameterType, str]]
    columns: Mapping[str, str]
    text: str

    def bind(self, given: Mapping[str, str | Reference]) -> dict[str, Parameter]:
        """The values of all parameters, typed.

        Raises:
            UsageError: a parameter is missing, unknown or not of its type.
        """
        listed = ", ".join(f"{name} ({kind})" for name, (kind, _) in self.parameters.items()) or "none"
        if given.keys() != self.parameters.keys():
            wrong = [f"{name} is missing" for name in self.parameters.keys() - given.keys()]
            wrong += [f"{name} is unknown" for name in given.keys() - self.parameters.keys()]
            raise UsageError(f"{self.name}: {', '.join(sorted(wrong))}; parameters: {listed}")
        return {name: _typed(self.name, name, kind, given[name]) for name, (kind, _) in self.parameters.items()}


@cache
def list_queries() -> tuple[QuerySpec, ...]:
    """Every library query, by name."""
    found = [path for path in files("queries").joinpath("sparql").iterdir() if path.name.endswith(_ENDING)]
    return tuple(
        _read_spec(path.name.removesuffix(_ENDING), path.read_text("utf-8"))
        for path in sorted(found, key=lambda path: path.name)
    )


def get_query(name: str) -> QuerySpec:
    """The library query of this name.

    Raises:
        UsageError: there is none.
    """
    for spec in list_queries():
        if spec.name == name:
            return spec
    raise UsageError(f"there is no library query {name!r}; known: {', '.join(spec.name for spec in list_queries())}")


def run_query(graph: Graph, name: str, parameters: Mapping[str, str | Reference]) -> Answer:
    """Answer of a library query.

    Raises:
        UsageError: no such query, or its parameters are wrong.
    """
    spec = get_query(name)
    return graph.select(spec.text, spec.bind(parameters))


def _read_spec(name: str, text: str) -> QuerySpec:
    meaning: list[str] = []
    parameters: dict[str, tuple[ParameterType, str]] = {}
    columns: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if parameter := _PARAMETER.match(line):
            parameters[parameter[1]] = ParameterType(parameter[2]), parameter[3]
        elif column := _COLUMN.match(line):
            columns[column[1]] = column[2]
        else:
            meaning.append(line.removeprefix("#").strip())
    return QuerySpec(name, " ".join(meaning), parameters, columns, text)


def _typed(query: str, name: str, kind: ParameterType, value: str | Reference) -> Parameter:
    if isinstance(value, Reference) is (kind is ParameterType.CURIE):
        return value
    if isinstance(value, Reference):
        raise UsageError(f"{query}: {name} is text, not the identifier {value}")
    try:
        return Reference.parse(value)
    except IdentifierError as error:
        raise UsageError(f"{query}: {name}: {error}") from None
