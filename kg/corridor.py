"""The search for paths: the corridor between two nodes, and its best simple paths.

A path's score is the product over its hops of ``(deg(u) * deg(v)) ** -.4 * (1 - grade / 2)``: the path degree product
of hetnets with its damping exponent (Himmelstein et al. 2017, doi:10.7554/eLife.26726), so that a detour over a node
that touches everything counts little, times the strength of the hop's evidence within its source's own grades. No
factor is above one, so a detour never scores higher than the path that it prolongs. Costs are negative logarithms of
scores.

A path never passes a node from one of a crowd to another of a crowd (:data:`CROWD`): that two diseases are both
inherited dominantly joins nothing. A node may be left towards a crowd that was not entered from one, so a gene with
thousands of variants still leads from any of them to its diseases.
"""

from __future__ import annotations

import heapq
import logging
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kg.network import Network

    Places = NDArray[np.int64]
    Costs = NDArray[np.float64]

DAMPING: Final = 0.4
"""Exponent of node degrees (doi:10.7554/eLife.26726: the value that served hetnet edge prediction best)."""
CROWD: Final = 1000
"""More asserted statements of one predicate and direction at a node than this are a crowd. In HPO 2025-01-16 with the
CPIC tables that is dominant and recessive inheritance (3,512 and 4,195 diseases), three onsets and courses, the 14
commonest features and six gene phenotypes; the number is a judgement, not a fit."""

_LEAST_COST: Final = 1e-12
"""Stands for a cost of 0 (two nodes of degree one, the best grade), which a sparse matrix could not hold."""
_ROUNDING: Final = 1e-9
"""Costs that differ by less are equal but for the order of their summands."""

_log: Final = logging.getLogger(__name__)


class Walk(NamedTuple):
    """A path as its cost and its edges, in the order in which they are walked."""

    cost: float
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Corridor:
    """Everything that paths of bounded length between two nodes can run through; nodes are places in ``nodes``.

    The steps out of node ``i`` are ``start[i]`` to ``start[i + 1]``: the node reached, the edge, the cost, and whether
    the edge is one of a crowd at the node that it leaves and at the one that it reaches. ``hops_left`` and
    ``cost_left`` are the least number of hops and the least cost from a node to the end.
    """

    nodes: Places
    start: Places
    target: Places
    edge: Places
    cost: Costs
    leaves_crowd: NDArray[np.bool_]
    joins_crowd: NDArray[np.bool_]
    hops_left: NDArray[np.int8]
    cost_left: Costs


class _Partial(NamedTuple):
    """A path so far. ``bound`` is the least cost of any whole path that begins so; ``crowded`` how it came here."""

    bound: float
    cost: float
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    crowded: bool


def best_paths(network: Network, first: int, last: int, *, max_hops: int, limit: int, seconds: float) -> list[Walk]:
    """At most ``limit`` simple paths of at most ``max_hops`` between two nodes, cheapest first.

    The corridor grows hop by hop, so that what ``seconds`` cut off are the longest paths and never the short ones; a
    warning is logged then. One corridor is always finished, however short the time.
    """
    deadline = monotonic() + seconds
    from_first, to_last = network.distances(first, max_hops), network.distances(last, max_hops)
    shortest = int(to_last[first])
    found: list[Walk] = []
    for hops in range(shortest, max_hops + 1) if shortest > 0 else ():
        inside = (from_first >= 0) & (to_last >= 0) & (from_first.astype(np.int16) + to_last <= hops)
        corridor = _corridor(network, np.flatnonzero(inside), to_last, last)
        ceiling = found[-1].cost if len(found) == limit else np.inf
        ends = tuple(np.searchsorted(corridor.nodes, (first, last)).tolist())
        found = sorted({*found, *_search(corridor, ends, hops, limit, ceiling, deadline)})[:limit]
        if monotonic() >= deadline and hops < max_hops:
            _log.warning(
                "the search for paths ended at its limit of %g s; longer ones than %d hops are left", seconds, hops
            )
            break
    return found


def _search(
    corridor: _Corridor, ends: tuple[int, ...], hops: int, limit: int, ceiling: float, deadline: float
) -> Iterator[Walk]:
    """The first ``limit`` paths of a corridor that cost no more than ``ceiling``, best first (A*)."""
    first, last = ends
    heap = [_Partial(0.0, 0.0, (first,), (), False)]
    while heap and limit and monotonic() < deadline:
        partial = heapq.heappop(heap)
        if partial.nodes[-1] == last:
            limit -= 1
            yield Walk(partial.cost, partial.edges)
            continue
        for longer in _prolong(corridor, partial, hops):
            if longer.bound <= ceiling + _ROUNDING:
                heapq.heappush(heap, longer)


def _prolong(corridor: _Corridor, partial: _Partial, hops: int) -> Iterator[_Partial]:
    """The path so far with one step more, for every step that can still lead to the end."""
    node = partial.nodes[-1]
    own = slice(corridor.start[node], corridor.start[node + 1])
    target = corridor.target[own]
    fits = corridor.hops_left[target] < hops - len(partial.edges)
    if partial.crowded:
        fits &= ~corridor.leaves_crowd[own]
    cost = partial.cost + corridor.cost[own][fits]
    bound = cost + corridor.cost_left[target[fits]]
    steps = (bound, cost, target[fits], corridor.edge[own][fits], corridor.joins_crowd[own][fits])
    for whole, so_far, reached, edge, crowded in zip(*(column.tolist() for column in steps), strict=True):
        if reached not in partial.nodes:
            yield _Partial(whole, so_far, (*partial.nodes, reached), (*partial.edges, edge), crowded)


def _corridor(network: Network, nodes: Places, to_last: NDArray[np.int8], last: int) -> _Corridor:
    """The corridor of ``nodes`` (ascending); of parallel edges the cheapest alone."""
    places, owners = network.places(nodes)
    asserted = ~network.negated[network.edge[places]]
    places, owners = places[asserted], owners[asserted]
    crowds = _Crowds.count(network, places, owners)
    reached = np.searchsorted(nodes, network.neighbour[places])
    reached[reached == len(nodes)] = 0
    keep = nodes[reached] == network.neighbour[places]
    places, owners, target = places[keep], owners[keep], reached[keep]
    edge, costs = network.edge[places].astype(np.int64), _costs(network, places, owners)
    order = np.lexsort((edge, costs, target, owners))
    pair = owners[order] * len(nodes) + target[order]
    order = order[np.flatnonzero(np.diff(pair, prepend=-1))]
    owners, target, edge, costs = owners[order], target[order], edge[order], costs[order]
    start = np.searchsorted(owners, [*nodes.tolist(), nodes[-1] + 1])
    backwards = csr_array((costs, (target, np.searchsorted(nodes, owners))), shape=(len(nodes), len(nodes)))
    return _Corridor(
        nodes=nodes,
        start=start,
        target=target,
        edge=edge,
        cost=costs,
        leaves_crowd=crowds.holds(network, edge, owners),
        joins_crowd=crowds.holds(network, edge, nodes[target]),
        hops_left=to_last[nodes],
        cost_left=dijkstra(backwards, indices=np.searchsorted(nodes, [last]))[0],
    )


def _costs(network: Network, places: Places, owners: Places) -> Costs:
    degrees = [network.start[nodes + 1] - network.start[nodes] for nodes in (owners, network.neighbour[places])]
    costs = DAMPING * sum(map(np.log, degrees)) - np.log1p(-network.grade[network.edge[places]].astype(float) / 2)
    return np.maximum(costs, _LEAST_COST)


@dataclass(frozen=True, slots=True, eq=False)
class _Crowds:
    """Which node has a crowd of which predicate and direction, as sorted codes."""

    codes: Places

    @classmethod
    def count(cls, network: Network, places: Places, owners: Places) -> _Crowds:
        """The crowds among adjacency entries that are all the asserted ones of their owners."""
        codes, counts = np.unique(_code(network, network.edge[places], owners), return_counts=True)
        return cls(codes[counts > CROWD])

    def holds(self, network: Network, edge: Places, owners: Places) -> NDArray[np.bool_]:
        """Whether each edge is one of a crowd at its owner."""
        return np.isin(_code(network, edge, owners), self.codes)


def _code(network: Network, edge: NDArray[np.integer], owners: Places) -> Places:
    outward = network.subject[edge] == owners
    codes: Places = (owners * len(network.predicates) + network.predicate[edge]) * 2 + outward
    return codes
