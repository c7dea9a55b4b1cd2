"""``genopath lookup``, ``explain`` and ``query``: what a release knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from genopath.cli.common import emit, format_option, open_graph, out_option, release_option, to_json
from genopath.cli.text import entity_to_text, path_to_text
from ontology.errors import InputError, UsageError

if TYPE_CHECKING:
    from kg.store import Graph, Parameter
    from queries.adhoc import QueryResult
    from queries.catalog import QuerySpec

SHOWN: Final = 15
"""Neighbours that ``lookup`` shows of each kind as text; JSON holds all."""


@click.command()
@click.argument("entity")
@release_option
@format_option("text", "json")
@out_option
def lookup(entity: str, release: Path | None, format_: str, out: Path | None) -> None:
    """What the release knows of one gene, variant, drug, disease or term, with sources."""
    from genopath.document import lookup_document
    from queries.lookup import lookup as look_up

    graph = open_graph(release)
    found = look_up(graph, entity)
    if format_ == "json":
        emit(to_json(lookup_document(graph.release.manifest, found)), out)
        return
    lines = [entity_to_text(found.entity)]
    if found.entity.synonyms:
        lines.append(f"  also: {'; '.join(found.entity.synonyms[:SHOWN])}")
    lines += [f"  {name}: {value}" for name, value in found.entity.attributes[:SHOWN]]
    for stated, neighbours in found.by_predicate().items():
        lines.append(f"{stated} ({len(neighbours)})")
        for neighbour in neighbours[:SHOWN]:
            best = neighbour.association.evidence[0]
            lines.append(f"  {entity_to_text(neighbour.other)} [{best.source} {best.release} {best.record}]")
    emit("\n".join(lines), out)


@click.command()
@click.argument("subject")
@click.argument("object")
@click.option("--max-hops", type=click.IntRange(1, 6), default=3, show_default=True, help="Longest path.")
@release_option
@format_option("json", "text")
@out_option
def explain(subject: str, object: str, max_hops: int, release: Path | None, format_: str, out: Path | None) -> None:
    """Evidence paths between two entities, each a CURIE or a name."""
    from genopath.document import explain_document
    from queries.explain import explain as find_paths

    graph = open_graph(release)
    paths = find_paths(graph, subject, object, max_hops=max_hops)
    if format_ == "json":
        emit(to_json(explain_document(graph.release.manifest, paths)), out)
    else:
        emit("\n\n".join(map(path_to_text, paths)) or f"no path of at most {max_hops} hops", out)


@click.command()
@click.argument("query", metavar="NAME|FILE.rq", required=False)
@click.option("--list", "list_", is_flag=True, help="List the library queries with their parameters.")
@click.option(
    "--param", "params", multiple=True, metavar="K=V", help="Value of a parameter (CURIE or text). Repeatable."
)
@click.option("--timeout", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds for a FILE.")
@release_option
@click.option("--format", "format_", type=click.Choice(["json", "csv", "tsv", "ttl"]), help="Output format.")
@out_option
def query(
    query: str | None,
    list_: bool,
    params: tuple[str, ...],
    timeout: float,
    release: Path | None,
    format_: str | None,
    out: Path | None,
) -> None:
    """Run a library query by name, or a SPARQL file; patterns of the release need GRAPH ?g { ... }."""
    from queries.catalog import get_query, list_queries

    if list_:
        emit(_listing(list_queries(), format_), out)
        return
    if query is None:
        raise UsageError("name a library query or a .rq file; genopath query --list shows the library")
    given = dict(_split(param) for param in params)
    if not query.endswith(".rq"):
        spec = get_query(query)
        graph = open_graph(release)
        emit(_rows(graph, spec, given, format_), out)
        return
    if not Path(query).is_file():
        raise UsageError(f"{query}: there is no such file")
    emit(_result_text(_run_file(Path(query), given, release, timeout), format_), out)


def _run_file(path: Path, given: dict[str, str], release: Path | None, timeout: float) -> QueryResult:
    from kg.release import open_release
    from ontology.reference import Reference
    from queries.adhoc import run_text

    parameters: dict[str, Parameter] = {name: Reference.find(text) or text for name, text in given.items()}
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({type(error).__name__})") from None
    return run_text(open_release(release).path, text, parameters, seconds=timeout)


def _rows(graph: Graph, spec: QuerySpec, given: dict[str, str], format_: str | None) -> str:
    from queries.adhoc import QueryResult

    return _result_text(QueryResult(graph.select(spec.text, spec.bind(given))), format_)


def _result_text(result: QueryResult, format_: str | None) -> str:
    from queries.export.answers import answer_to_delimited, answer_to_json

    if result.answer is None:
        if format_ not in (None, "ttl"):
            raise UsageError("CONSTRUCT answers with a graph; use --format ttl")
        return (result.turtle or "").rstrip("\n")
    if format_ == "ttl":
        raise UsageError("SELECT and ASK answer with rows; use --format json, csv or tsv")
    if format_ in ("csv", "tsv"):
        return answer_to_delimited(result.answer, "," if format_ == "csv" else "\t")
    return answer_to_json(result.answer)


def _listing(specs: tuple[QuerySpec, ...], format_: str | None) -> str:
    if format_ == "json":
        return to_json(
            [
                {
                    "name": spec.name,
                    "meaning": spec.meaning,
                    "parameters": {name: {"type": t, "meaning": m} for name, (t, m) in spec.parameters.items()},
                    "columns": dict(spec.columns),
                }
                for spec in specs
            ]
        )
    lines = []
    for spec in specs:
        lines.append(f"{spec.name}: {spec.meaning}")
        lines += [f"    --param {name}=<{kind}>  {meaning}" for name, (kind, meaning) in spec.parameters.items()]
    return "\n".join(lines)


def _split(param: str) -> tuple[str, str]:
    name, equals, value = param.partition("=")
    if not (name and equals):
        raise UsageError(f"--param {param!r}: write NAME=VALUE")
    return name, value
