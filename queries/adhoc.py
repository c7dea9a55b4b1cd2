"""A user's own SPARQL query: checked on its parse tree, and run in a process that ends at its time limit.

The engine cannot stop a query, and its ``SERVICE`` reaches the network; so updates, ``SERVICE`` and ``FROM`` are refused
before anything runs, and what runs too long ends with its process.
"""

from __future__ import annotations

import multiprocessing
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import GenopathError, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

    from kg.store import Answer, Parameter

SECONDS: Final = 60.0
"""Time limit of a query unless the caller sets another."""

_REFUSED: Final = {
    "ServiceGraphPattern": "SERVICE would send the query to another server",
    "DatasetClause": "FROM would read another document; name the graphs with GRAPH",
    "DescribeQuery": "DESCRIBE sees no named graph; use CONSTRUCT with GRAPH",
}
_CODEPOINT_ESCAPE: Final = re.compile(r"\\[uU]")
"""rdflib resolves these before it looks for strings and comments, the engine within them: they would read two queries."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows of a SELECT (or ASK, with the one column ``answer``), or a Turtle document of a CONSTRUCT."""

    answer: Answer | None
    turtle: str | None = None


def check_query(text: str) -> None:
    """Accept a SPARQL 1.1 query that only reads the release.

    Raises:
        InputError: it is no SPARQL query (an update is none), or uses ``SERVICE``, ``FROM``, ``DESCRIBE`` or codepoint escapes.
    """
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    if _CODEPOINT_ESCAPE.search(text):
        raise InputError("the query is refused: write the character itself in place of its \\u or \\U escape")
    try:
        tree = parseQuery(text.replace("\r", "\n"))  # either one ends a comment; rdflib knows the latter alone
    except ParseBaseException as error:
        raise InputError(
            f"no SPARQL query that genopath runs (updates are refused): line {error.lineno}, column {error.column}"
        ) from None
    except RecursionError:
        raise InputError("the query is nested too deeply") from None
    used = set(_names(tree))
    for name, reason in _REFUSED.items():
        if name in used:
            raise InputError(f"the query is refused: {reason}")


def run_text(
    release: Path, text: str, parameters: Mapping[str, Parameter] | None = None, *, seconds: float = SECONDS
) -> QueryResult:
    """Result of a user's query over a release directory.

    Raises:
        InputError: it is refused (see :func:`check_query`), or did not end within ``seconds``.
        UsageError: a parameter is no variable of the query.
    """
    check_query(text)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(theirs, release, text, dict(parameters or {})), daemon=True)
    worker.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise InputError(
                f"the query did not end within {seconds:g} s; make it more selective, or allow it more time"
            )
        outcome = ours.recv()
    except EOFError:
        raise InputError("the query ended its process; it may need more memory than there is") from None
    finally:
        worker.kill()
        worker.join()
        ours.close()
    if isinstance(outcome, GenopathError):
        raise outcome
    result: QueryResult = outcome
    return result


def _work(results: Connection, release: Path, text: str, parameters: dict[str, Parameter]) -> None:
    try:
        results.send(_run(release, text, parameters))
    except GenopathError as error:
        results.send(error)
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        results.send(UsageError(f"the query cannot be run: {error}"))


def _run(release: Path, text: str, parameters: dict[str, Parameter]) -> QueryResult:
    from pyoxigraph import QueryBoolean, QueryTriples, RdfFormat

    from kg.store import Answer, Graph

    graph = Graph.open(release)
    found = graph.query(text, parameters)
    if isinstance(found, QueryTriples):
        turtle = found.serialize(format=RdfFormat.TURTLE)
        return QueryResult(None, (turtle or b"").decode())
    if isinstance(found, QueryBoolean):
        return QueryResult(Answer(("answer",), (("true" if found else "false",),)))
    return QueryResult(graph.rows(found))


def _names(node: Any) -> Iterator[str]:  # rdflib's parse tree is untyped: nested mappings and sequences
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        yield str(node.name)
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, (ParseResults, list, tuple, set)):
        for value in node:
            yield from _names(value)
