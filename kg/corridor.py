"""The search for paths: the corridor between two nodes, and its best simple paths.

A path's score is the product over its hops of ``(deg(u) * deg(v)) ** -.4 * (1 - grade / 2)``: the path degree product
of hetnets with its damping exponent (Himmelstein et al. 2017, doi:10.7554/eLife.26726), so that a detour over a node
that touches everything counts little, times the strength of the hop's evidence within its source's own grades. No
factor is above one, so a detour never scores higher than the path that it prolongs. Costs are negative logarithms of
scores.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kg.network import Network

DAMPING: Final = 0.4
"""Exponent of node degrees (doi:10.7554/eLife.26726: the value that served hetnet edge prediction best)."""

_LEAST_COST: Final = 1e-12
"""Stands for a cost of 0 (two nodes of degree one, the best grade), which a sparse matrix could not hold."""


class Step(NamedTuple):
    """From one node to the next: its position, the edge, and the cost."""

    node: int
    edge: int
    cost: float


@dataclass(frozen=True, slots=True)
class _Corridor:
    """Everything that paths of bounded length between two nodes can run through.

    ``hops_left`` and ``cost_left`` are the least number of hops and the least cost from a node to the end.
    """

    steps: dict[int, list[Step]]
    hops_left: dict[int, int]
    cost_left: dict[int, float]


def best_paths(
    network: Network, first: int, last: int, max_hops: int, seconds: float
) -> Iterator[tuple[float, list[int]]]:
    """Cost and edges of the simple paths of at most ``max_hops`` between two nodes, cheapest first.

    Best-first search with the least cost to the end as its bound; it ends after ``seconds``.
    """
    deadline = monotonic() + seconds
    corridor = _corridor(network, first, last, max_hops)
    heap: list[tuple[float, float, tuple[int, ...], tuple[int, ...]]] = []
    if corridor is not None:
        heap.append((0.0, 0.0, (first,), ()))
    while corridor is not None and heap and monotonic() < deadline:
        _, cost, nodes, edges = heapq.heappop(heap)
        if nodes[-1] == last:
            yield cost, list(edges)
            continue
        left = max_hops - len(edges) - 1
        for step in corridor.steps.get(nodes[-1], ()):
            if corridor.hops_left[step.node] <= left and step.node not in nodes:
                whole = cost + step.cost
                bound = whole + corridor.cost_left[step.node]
                heapq.heappush(heap, (bound, whole, (*nodes, step.node), (*edges, step.edge)))


def _corridor(network: Network, first: int, last: int, max_hops: int) -> _Corridor | None:
    from_first, to_last = network.distances(first, max_hops), network.distances(last, max_hops)
    inside = (from_first >= 0) & (to_last >= 0) & (from_first.astype(np.int16) + to_last <= max_hops)
    if not inside[first]:
        return None
    nodes = np.flatnonzero(inside)
    steps = _steps(network, nodes, inside)
    size = (len(nodes), len(nodes))
    rows = np.searchsorted(nodes, np.repeat(list(steps), [len(own) for own in steps.values()]))
    columns = np.searchsorted(nodes, np.array([step.node for own in steps.values() for step in own], np.int64))
    costs = np.array([step.cost for own in steps.values() for step in own])
    matrix = coo_array((costs, (rows, columns)), shape=size).tocsr()
    bound = dijkstra(matrix, indices=np.searchsorted(nodes, [last]))[0]
    return _Corridor(
        steps,
        dict(zip(nodes.tolist(), to_last[nodes].tolist(), strict=True)),
        dict(zip(nodes.tolist(), bound.tolist(), strict=True)),
    )


def _steps(network: Network, nodes: NDArray[np.intp], inside: NDArray[np.bool_]) -> dict[int, list[Step]]:
    """Steps between the nodes inside, the cheapest of parallel ones alone."""
    places, owners = network.places(nodes)
    keep = inside[network.neighbour[places]] & ~network.negated[network.edge[places]]
    places, owners = places[keep], owners[keep]
    others, edges = network.neighbour[places], network.edge[places]
    degree = np.diff(network.start)
    costs = DAMPING * (np.log(degree[owners]) + np.log(degree[others])) - np.log1p(-network.grade[edges] / 2)
    cheapest: dict[tuple[int, int], Step] = {}
    for index in np.lexsort((edges, costs)).tolist():
        owner, other = int(owners[index]), int(others[index])
        cheapest.setdefault((owner, other), Step(other, int(edges[index]), max(float(costs[index]), _LEAST_COST)))
    steps: dict[int, list[Step]] = {}
    for (owner, _), step in cheapest.items():
        steps.setdefault(owner, []).append(step)
    return steps
