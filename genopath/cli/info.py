"""``genopath info``: what a release holds, what was left out of it, and where its sources contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from genopath.cli.common import emit, format_option, open_graph, out_option, release_option, to_json
from genopath.cli.text import path_to_text
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.conflicts import Conflict
    from kg.model import Path as HopPath
    from kg.release import Manifest
    from kg.store import Graph


_TELLING: Final = frozenset({Qualifier.ALLELE_FUNCTION, Qualifier.SIGNIFICANCE})
"""Qualifiers in which statements that contradict each other may differ."""


@click.command()
@click.option(
    "--conflicts",
    is_flag=True,
    help="List the statements of the sources that contradict each other, instead of the sources.",
)
@release_option
@format_option("text", "json")
@out_option
def info(conflicts: bool, release: Path | None, format_: str, out: Path | None) -> None:
    """What the release holds: sources with release, licence and counts."""
    from kg.conflicts import count_conflicts, find_conflicts

    graph = open_graph(release)
    if conflicts:
        listed = find_conflicts(graph)
        emit(to_json(_conflicts_json(graph, listed)) if format_ == "json" else _conflicts_text(graph, listed), out)
        return
    report, counts = graph.release.build_report(), count_conflicts(graph.release.tables_path)
    manifest = graph.release.manifest
    if format_ == "json":
        emit(to_json({**manifest.to_json(), "conflicts": counts, "build_report": report}), out)
        return
    lines = [*_sources(manifest, report), "conflicts between statements (list them with --conflicts)"]
    lines += [f"  {kind}: {count}" for kind, count in counts.items()]
    lines.append(f"sha256 of the sorted N-Quads: {manifest.quads_sha256}")
    lines.append(f"reasons for what was left out and unresolved: {graph.release.path / 'build_report.json'}")
    emit("\n".join(lines), out)


def _sources(manifest: Manifest, report: dict[str, Any]) -> list[str]:
    lines = [
        f"release {manifest.id}, built {manifest.built} by genopath {manifest.software}, profile {manifest.profile}"
    ]
    for s in manifest.sources:
        lines.append(f"  {s.id} {s.release}: {s.entities} entities, {s.associations} associations, {s.quads} quads")
        lines.append(f"    {s.license}; {_records(report.get(s.id, {}), s.release)}")
    for kind, counts in manifest.counts.items():
        lines.append(f"by {kind}")
        lines += [f"  {name}: {count}" for name, count in counts.items()]
    return lines


def _records(report: dict[str, Any], release: str) -> str:
    """The records of a source release's files by their fate."""
    accounts = [account for name, account in report.get("records", {}).items() if name.partition("/")[0] == release]
    read, used = (sum(account[fate] for account in accounts) for fate in ("read", "used"))
    return f"records read {read}, used {used}, left out {read - used}"


def _conflicts_text(graph: Graph, conflicts: Iterator[Conflict]) -> str:
    blocks = [
        "\n".join([str(conflict.kind), *(_statement_text(path) for path in _paths(graph, conflict))])
        for conflict in conflicts
    ]
    return "\n\n".join(blocks) or "no conflicts"


def _statement_text(path: HopPath) -> str:
    """A statement on one line, with its grades and what its source qualifies it with."""
    (hop,) = path.hops
    levels = {str(evidence.level) for evidence in hop.association.evidence if evidence.level}
    said = [*sorted(levels), *(f"{name} {value}" for name, value in hop.association.qualifiers if name in _TELLING)]
    line = path_to_text(path).partition("\n")[2]
    return f"{line} ({'; '.join(said)})" if said else line


def _conflicts_json(graph: Graph, conflicts: Iterator[Conflict]) -> list[dict[str, Any]]:
    from genopath.document import paths_to_json

    return [
        {
            "kind": str(conflict.kind),
            "statements": [hop for path in paths_to_json(_paths(graph, conflict)) for hop in path["hops"]],
        }
        for conflict in conflicts
    ]


def _paths(graph: Graph, conflict: Conflict) -> list[HopPath]:
    from kg.paths import make_path

    return [make_path(graph, statement.subject, [statement]) for statement in conflict.statements]
