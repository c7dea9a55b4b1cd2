"""Evidence paths between two entities of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.network import Network
from queries.lookup import find_entity

if TYPE_CHECKING:
    from kg.model import Path
    from kg.store import Graph


def explain(
    graph: Graph, subject: str, object: str, *, max_hops: int = 3, limit: int = 10, seconds: float = 10.0
) -> list[Path]:
    """The best evidence paths of at most ``max_hops``, best first; an empty list where there is none.

    Both ends are CURIEs or names. Search ends after ``seconds`` with what it found by then.

    Raises:
        InputError: one of the ends is not in the release.
    """
    start, end = (find_entity(graph, text).reference for text in (subject, object))
    network = Network.load(graph.release.tables_path)
    return network.paths(graph, start, end, max_hops=max_hops, limit=limit, seconds=seconds)
