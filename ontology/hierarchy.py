"""An ``is_a`` hierarchy as arrays: ancestors of a term, and how informative a term is.

Terms are the numbers of their identifiers (``HP:0001166`` is 1166), kept sorted; everything else refers to a term by its
position in that order. The arrays may be memory-mapped.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from ontology.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array

    Ints = NDArray[np.int32]
    Floats = NDArray[np.float64]

_ARRAYS: Final = ("terms", "parents_start", "parents", "ancestors_start", "ancestors")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Integers of many rows end to end (the index half of a CSR matrix): row i is ``items[start[i]:start[i + 1]]``."""

    start: Ints
    items: Ints

    def __getitem__(self, row: int) -> Ints:
        return self.items[self.start[row] : self.start[row + 1]]

    def __len__(self) -> int:
        return len(self.start) - 1

    @classmethod
    def group(cls, keys: Ints, items: Ints, count: int) -> Self:
        """``items`` by their ``keys`` (0 to ``count`` - 1, ascending, shape (n,) both)."""
        return cls(row_starts(keys, count), items.astype(np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class TermHierarchy:
    """Terms with their parents and their ancestors (each term's own position among the latter)."""

    terms: Ints
    parents: Rows
    ancestors: Rows

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[int, int]]) -> Self:
        """Make the hierarchy of ``(term, parent)`` pairs in any order; repeated pairs count once.

        Raises:
            DataError: the pairs hold a cycle.
        """
        given = np.unique(np.array(list(pairs), dtype=np.int32).reshape(-1, 2), axis=0)
        terms = np.unique(given)
        children, parents = np.searchsorted(terms, given).T
        size = len(terms)
        closure = _closure(children, parents, size)
        if np.any(children == parents) or closure.multiply(closure.T).nnz != size:
            raise DataError("the is_a pairs hold a cycle: a term would be its own ancestor")
        return cls(terms, Rows.group(children, parents, size), Rows(closure.indptr, closure.indices))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Ints]) -> Self:
        """From the arrays that :meth:`to_arrays` makes."""
        terms, parents_start, parents, ancestors_start, ancestors = (arrays[name] for name in _ARRAYS)
        return cls(terms, Rows(parents_start, parents), Rows(ancestors_start, ancestors))

    def to_arrays(self) -> dict[str, Ints]:
        """The int32 arrays that make up the hierarchy, by name."""
        arrays = (self.terms, self.parents.start, self.parents.items, self.ancestors.start, self.ancestors.items)
        return {name: array.astype(np.int32) for name, array in zip(_ARRAYS, arrays, strict=True)}

    def __len__(self) -> int:
        return len(self.terms)

    def find(self, term: int) -> int | None:
        """Position of a term, or ``None`` where the hierarchy does not have it."""
        position = int(np.searchsorted(self.terms, term))
        return position if position < len(self.terms) and self.terms[position] == term else None

    def positions(self, terms: ArrayLike) -> Ints:
        """Positions of many terms, -1 for those that the hierarchy does not have. shape: as given."""
        wanted = np.asarray(terms, dtype=np.int32)
        if not len(self.terms):
            return np.full(wanted.shape, -1, np.int32)
        found = np.minimum(np.searchsorted(self.terms, wanted), len(self.terms) - 1)
        return np.where(self.terms[found] == wanted, found, -1).astype(np.int32)

    def below(self, position: int) -> NDArray[np.bool_]:
        """Which terms are ``position`` or have it as an ancestor.

        shape: (terms,)
        """
        owner = np.repeat(np.arange(len(self)), np.diff(self.ancestors.start))
        is_below = np.zeros(len(self), bool)
        is_below[owner[self.ancestors.items == position]] = True
        return is_below

    def walk_up(self, lower: int, upper: int) -> list[int]:
        """Positions of a shortest ``is_a`` walk from a term up to an ancestor of it, both included.

        Of equally short walks the one through the lowest term numbers, so that the answer is always the same.

        Raises:
            ValueError: ``upper`` is no ancestor of ``lower``.
        """
        came_from: dict[int, int] = {lower: lower}
        queue = deque([lower])
        while queue and upper not in came_from:
            place = queue.popleft()
            for parent in map(int, self.parents[place]):
                if parent not in came_from:
                    came_from[parent] = place
                    queue.append(parent)
        if upper not in came_from:
            raise ValueError(f"term {self.terms[upper]} is no ancestor of term {self.terms[lower]}")
        walk = [upper]
        while walk[-1] != lower:
            walk.append(came_from[walk[-1]])
        return walk[::-1]


def information_content(annotated: ArrayLike, total: int) -> Floats:
    """Information content in nats, -ln(annotated / total); infinite where nothing is annotated.

    ``annotated`` counts the things annotated to each term or a term below it (Resnik 1995, arXiv:cmp-lg/9511007).

    >>> information_content([100, 1], 100).round(2).tolist()
    [0.0, 4.61]
    """
    counts = np.asarray(annotated, dtype=np.float64)
    content = np.full(counts.shape, np.inf)
    seen = counts > 0
    content[seen] = np.log(total / counts[seen])
    return content


def row_starts(keys: Ints, count: int) -> Ints:
    """Where each of ``count`` rows begins among ascending ``keys``, and where the last ends.

    shape: (count + 1,)
    """
    return np.searchsorted(keys, np.arange(count + 1)).astype(np.int32)


def _closure(children: Ints, parents: Ints, size: int) -> csr_array[np.bool_]:
    """Reflexive transitive closure by repeated squaring, indices of each row ascending."""
    from scipy.sparse import csr_array, eye_array

    steps = csr_array((np.ones(len(children), bool), (children, parents)), shape=(size, size))
    closure = csr_array(steps + eye_array(size, dtype=bool))
    while True:
        wider = csr_array(closure @ closure)
        if wider.nnz == closure.nnz:
            wider.sort_indices()
            return wider
        closure = wider
