"""``genopath diff``: what changed between two releases."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from genopath.cli.common import emit, format_option, out_option, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.diff import Edge, EdgeChange, SourceDiff, State
    from kg.store import Graph
    from ontology.reference import Reference

SHOWN: Final = 10
"""Changes of each kind that the text shows; JSON holds all."""

Json = dict[str, Any]
_T = TypeVar("_T")


@click.command()
@click.argument("release_a", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("release_b", type=click.Path(path_type=Path, file_okay=False, exists=True))
@format_option("text", "json")
@out_option
def diff(release_a: Path, release_b: Path, format_: str, out: Path | None) -> None:
    """Entities, edges and evidence added, withdrawn and changed from RELEASE_A to RELEASE_B, by source."""
    from kg.diff import compare
    from kg.store import Graph

    before, after = Graph.open(release_a), Graph.open(release_b)
    found = compare(before.release, after.release)
    names = _Names(before, after)
    if format_ == "json":
        document = {"before": before.release.manifest.id, "after": after.release.manifest.id}
        emit(to_json({**document, "sources": [names.source_to_json(source) for source in found]}), out)
    else:
        head = f"from {before.release.manifest.id} to {after.release.manifest.id}"
        emit("\n".join([head, *(line for source in found for line in names.source_to_lines(source))]), out)


class _Names:
    """Words and JSON for changes; an entity is named by the newer release that describes it."""

    def __init__(self, before: Graph, after: Graph) -> None:
        self._graphs = (after, before)

    def source_to_json(self, source: SourceDiff) -> Json:
        return {
            "id": source.source,
            "releases": {"before": list(source.before), "after": list(source.after)},
            "entities": {
                "added": [self._entity(one) for one in source.entities_added],
                "withdrawn": [self._entity(one) for one in source.entities_withdrawn],
                "changed": [self._entity(one) for one in source.entities_changed],
            },
            "edges": {
                "added": [self._edge(one) for one in source.edges_added],
                "withdrawn": [self._edge(one) for one in source.edges_withdrawn],
                "changed": [self._change(one) for one in source.edges_changed],
            },
        }

    def source_to_lines(self, source: SourceDiff) -> list[str]:
        released = f"{', '.join(source.before) or '-'} -> {', '.join(source.after) or '-'}"
        if source.is_empty:
            return [f"{source.source} {released}: nothing changed"]
        regraded = [change for change in source.edges_changed if change.is_regraded]
        others = [change for change in source.edges_changed if not change.is_regraded]
        return [
            f"{source.source} {released}",
            *_listed("entities added", source.entities_added, self._entity_text),
            *_listed("entities withdrawn", source.entities_withdrawn, self._entity_text),
            *_listed("entities changed", source.entities_changed, self._entity_text),
            *_listed("edges added", source.edges_added, self._edge_text),
            *_listed("edges withdrawn", source.edges_withdrawn, self._edge_text),
            *_listed("edges with other grades", regraded, self._regraded_text),
            *_listed("edges with other qualifiers or publications", others, lambda one: self._edge_text(one.edge)),
        ]

    def _name(self, reference: Reference) -> str:
        found = (graph.entity(reference) for graph in self._graphs)
        return next((entity.name for entity in found if entity is not None), reference.curie)

    def _entity(self, reference: Reference) -> Json:
        return {"id": reference.curie, "name": self._name(reference)}

    def _edge(self, edge: Edge) -> Json:
        return {
            "subject": self._entity(edge.subject),
            "predicate": f"biolink:{edge.predicate}",
            "object": self._entity(edge.object),
            "negated": edge.negated,
        }

    def _change(self, change: EdgeChange) -> Json:
        return {**self._edge(change.edge), "before": _state(change.before), "after": _state(change.after)}

    def _entity_text(self, reference: Reference) -> str:
        return f"{reference} {self._name(reference)}"

    def _edge_text(self, edge: Edge) -> str:
        stated = f"{'not ' if edge.negated else ''}{edge.predicate}"
        return f"{self._entity_text(edge.subject)} | {stated} | {self._entity_text(edge.object)}"

    def _regraded_text(self, change: EdgeChange) -> str:
        before, after = (", ".join(sorted(state.grades)) or "-" for state in (change.before, change.after))
        return f"{self._edge_text(change.edge)}: {before} -> {after}"


def _state(state: State) -> Json:
    return {name: sorted(values) for name, values in asdict(state).items()}


def _listed(title: str, changes: Sequence[_T], text: Callable[[_T], str]) -> list[str]:
    if not changes:
        return []
    more = [f"    and {len(changes) - SHOWN} more"] if len(changes) > SHOWN else []
    return [f"  {title}: {len(changes)}", *(f"    {text(change)}" for change in changes[:SHOWN]), *more]
