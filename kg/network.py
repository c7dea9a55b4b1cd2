"""The graph as a network: adjacency arrays made by the build, and evidence paths between two entities.

How paths are scored and found is :mod:`kg.corridor`'s business.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from kg.levels import LEVELS
from kg.model import Association
from kg.paths import make_path
from ontology.errors import ReleaseError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FolderPath

    import networkx as nx
    from numpy.typing import NDArray

    from kg.levels import Level
    from kg.model import Entity, Path
    from kg.store import Graph

    Ints = NDArray[np.int32]

FOLDER: Final = "network"
"""Folder of these arrays within a release's tables."""
UNGRADED: Final = 0.5
"""Grade of evidence whose source has none: in the middle, since unknown is neither strong nor weak."""

_PREDICATES: Final = tuple(Predicate)
UNREACHED: Final = np.int8(-1)


def grade(association: Association) -> float:
    """Place of the best evidence within its source's own order: 0 strongest, 1 weakest, .5 without a grade."""
    return min(_grade(evidence.level) for evidence in association.evidence)


def _grade(level: Level | None) -> float:
    if level is None:
        return UNGRADED
    members = list(LEVELS[type(level).__name__])
    return members.index(level) / max(1, len(members) - 1)


class NetworkWriter:
    """Gathers associations while a release is built, and writes them as adjacency arrays."""

    def __init__(self) -> None:
        self._nodes: dict[Reference, int] = {}
        self._subjects = array("i")
        self._objects = array("i")
        self._predicates = array("B")
        self._negated = array("B")
        self._grades = array("f")
        self._keys = bytearray()
        """Of each association given so far, 16 bytes; what is stated twice stands here twice."""

    def add(self, item: Entity | Association) -> None:
        """Take one item; entities alone make no edge, and a statement made twice makes one, with its better grade."""
        if not isinstance(item, Association):
            return
        nodes = self._nodes
        self._keys += bytes.fromhex(item.key)
        self._subjects.append(nodes.setdefault(item.subject, len(nodes)))
        self._objects.append(nodes.setdefault(item.object, len(nodes)))
        self._predicates.append(_PREDICATES.index(item.predicate))
        self._negated.append(item.negated)
        self._grades.append(grade(item))

    def write(self, folder: FolderPath) -> None:
        """Write the arrays into ``folder``; equal associations give equal files, whatever their order was."""
        target = folder / FOLDER
        target.mkdir()
        ordered = sorted(self._nodes, key=lambda reference: reference.curie.encode())
        place = np.empty(len(ordered), np.int32)
        place[[self._nodes[reference] for reference in ordered]] = np.arange(len(ordered), dtype=np.int32)
        keys, order, grades = self._distinct()
        ends = [place[np.frombuffer(nodes, np.int32)[order]] for nodes in (self._subjects, self._objects)]
        both, other = np.concatenate(ends), np.concatenate(ends[::-1])
        edges = np.tile(np.arange(len(order), dtype=np.int32), 2)
        adjacency = np.lexsort((edges, other, both))
        names = [reference.curie.encode() for reference in ordered]
        arrays = {
            "names": np.frombuffer(b"".join(names), np.uint8),
            "name_start": np.concatenate(([0], np.cumsum([len(name) for name in names], dtype=np.int64))),
            "start": np.searchsorted(both[adjacency], np.arange(len(ordered) + 1)).astype(np.int64),
            "neighbour": other[adjacency],
            "edge": edges[adjacency],
            "key": keys,
            "predicate": np.frombuffer(self._predicates, np.uint8)[order],
            "negated": np.frombuffer(self._negated, np.bool_)[order],
            "grade": grades,
            "subject": ends[0],
            "object": ends[1],
        }
        for name, values in arrays.items():
            np.save(target / f"{name}.npy", np.ascontiguousarray(values))
        (target / "predicates.json").write_text(json.dumps(_PREDICATES), "utf-8")

    def _distinct(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32]]:
        """The distinct keys in their order, the place of each among those given, and its best grade.

        Shapes: ``(n, 16)``, ``(n,)``, ``(n,)``.
        """
        halves = np.frombuffer(self._keys, ">u8").reshape(-1, 2)
        order = np.lexsort((halves[:, 1], halves[:, 0]))
        ordered = halves[order]
        changes = (ordered[1:] != ordered[:-1]).any(axis=1)
        first = np.flatnonzero(np.append(True, changes)[: len(ordered)])
        grades = np.frombuffer(self._grades, np.float32)[order]
        best = np.minimum.reduceat(grades, first) if len(first) else grades
        keys = np.frombuffer(self._keys, np.uint8).reshape(-1, 16)[order[first]]
        return keys, order[first], best


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Adjacency arrays of a release, memory-mapped; nodes are positions in the order of their CURIEs.

    ``start`` has one entry more than there are nodes: node ``i`` has the neighbours
    ``neighbour[start[i]:start[i + 1]]`` over the edges ``edge[...]``, each edge standing at both of its ends.
    """

    names: NDArray[np.uint8]
    name_start: NDArray[np.int64]
    start: NDArray[np.int64]
    neighbour: Ints
    edge: Ints
    key: NDArray[np.uint8]
    predicate: NDArray[np.uint8]
    negated: NDArray[np.bool_]
    grade: NDArray[np.float32]
    subject: Ints
    object: Ints
    predicates: tuple[str, ...]

    @classmethod
    def load(cls, folder: FolderPath) -> Self:
        """Open the arrays of a release's tables folder.

        Raises:
            ReleaseError: the release has no such arrays.
        """
        source = folder / FOLDER
        if not source.is_dir():
            raise ReleaseError(f"{folder} holds no network; build the release again")
        names = [name for name in cls.__slots__ if name != "predicates"]
        arrays = {name: np.load(source / f"{name}.npy", mmap_mode="r") for name in names}
        predicates: list[str] = json.loads((source / "predicates.json").read_text("utf-8"))
        return cls(**arrays, predicates=tuple(predicates))

    def __len__(self) -> int:
        """Number of nodes."""
        return len(self.start) - 1

    def reference(self, node: int) -> Reference:
        """The reference of a node."""
        return Reference.parse(bytes(self.names[self.name_start[node] : self.name_start[node + 1]]).decode())

    def node(self, reference: Reference) -> int | None:
        """The node of a reference, or ``None`` where no association touches it."""
        wanted = reference.curie.encode()
        found = bisect_left(range(len(self)), wanted, key=self._name)
        return found if found < len(self) and self._name(found) == wanted else None

    def association_key(self, edge: int) -> str:
        """Key of the association of an edge."""
        return bytes(self.key[edge]).hex()

    def paths(
        self,
        graph: Graph,
        subject: Reference,
        object: Reference,
        *,
        max_hops: int = 3,
        limit: int = 10,
        seconds: float = 10.0,
    ) -> list[Path]:
        """The best-scoring simple paths of at most ``max_hops``, best first; denied statements take no part.

        Of several associations between two neighbours the best-graded one is the hop. What is cut off after ``seconds``
        are the longest paths (a warning is logged then).

        Raises:
            UsageError: ``max_hops`` or ``limit`` is below one.
            ReleaseError: the store lacks an association that the arrays name.
        """
        from kg.corridor import best_paths

        if max_hops < 1 or limit < 1:
            raise UsageError(f"paths need at least one hop and a limit of one; got {max_hops} and {limit}")
        first, last = self.node(subject), self.node(object)
        if first is None or last is None or first == last:
            return []
        found = best_paths(self, first, last, max_hops=max_hops, limit=limit, seconds=seconds)
        return [
            make_path(
                graph, subject, [self._association(graph, edge) for edge in walk.edges], float(np.exp(-walk.cost))
            )
            for walk in found
        ]

    def to_networkx(self, around: Reference | None = None, hops: int = 1) -> nx.MultiDiGraph[str]:
        """The network, or what lies within ``hops`` of one entity; nodes are CURIEs, edge keys association keys."""
        import networkx as nx

        view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        if around is None:
            nodes = np.arange(len(self))
        else:
            center = self.node(around)
            if center is None:
                return view
            nodes = np.flatnonzero(self.distances(center, hops) >= 0)
        names = {int(node): self.reference(int(node)).curie for node in nodes}
        view.add_nodes_from(names.values())
        for node, other, edge in self._entries(nodes):
            if other in names and self.subject[edge] == node:
                view.add_edge(
                    names[node],
                    names[other],
                    key=self.association_key(edge),
                    predicate=self.predicates[self.predicate[edge]],
                    negated=bool(self.negated[edge]),
                )
        return view

    def _association(self, graph: Graph, edge: int) -> Association:
        association = graph.association(self.association_key(edge))
        if association is None:
            key = self.association_key(edge)
            raise ReleaseError(f"the store lacks the association {key} of the network tables; build the release again")
        return association

    def _name(self, node: int) -> bytes:
        return bytes(self.names[self.name_start[node] : self.name_start[node + 1]])

    def _entries(self, nodes: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
        """Node, neighbour and edge of every adjacency entry of ``nodes``."""
        places, owners = self.places(nodes)
        yield from zip(owners.tolist(), self.neighbour[places].tolist(), self.edge[places].tolist(), strict=True)

    def places(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of all adjacency entries of ``nodes``, and the node that each belongs to."""
        counts = self.start[nodes + 1] - self.start[nodes]
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(self.start[nodes], counts) + offsets, np.repeat(nodes, counts)

    def distances(self, center: int, hops: int) -> NDArray[np.int8]:
        """Hops from ``center`` to every node over asserted edges, -1 beyond ``hops``."""
        distance = np.full(len(self), UNREACHED)
        frontier = np.array([center], np.int64)
        distance[center] = 0
        for step in range(1, hops + 1):
            places, _ = self.places(frontier)
            reached = self.neighbour[places][~self.negated[self.edge[places]]]
            frontier = np.unique(reached[distance[reached] == UNREACHED]).astype(np.int64)
            distance[frontier] = step
        return distance
