from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import DataError
from ontology.hierarchy import TermHierarchy, information_content

# a diamond with a longer side: 50 is below 20 and 30, both below 10; 40 lies between 50 and 20
PAIRS = [(20, 10), (30, 10), (40, 20), (50, 40), (50, 30)]


def ancestors(hierarchy: TermHierarchy, term: int) -> set[int]:
    position = hierarchy.find(term)
    assert position is not None
    return {int(hierarchy.terms[above]) for above in hierarchy.ancestors[position]}


def pairs_without_cycles() -> st.SearchStrategy[list[tuple[int, int]]]:
    """Pairs in which the parent has the lower number, so that no cycle can arise."""
    pair = st.tuples(st.integers(1, 15), st.integers(1, 15)).filter(lambda ends: ends[0] != ends[1])
    return st.lists(pair.map(lambda ends: (max(ends), min(ends))), max_size=30)


def test_a_term_is_among_its_own_ancestors() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    assert ancestors(hierarchy, 50) == {10, 20, 30, 40, 50}
    assert ancestors(hierarchy, 30) == {10, 30}
    assert ancestors(hierarchy, 10) == {10}


@given(pairs_without_cycles(), st.randoms())
def test_order_and_repetition_of_pairs_change_nothing(pairs: list[tuple[int, int]], random: object) -> None:
    shuffled = [*pairs, *pairs]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    one, other = TermHierarchy.from_pairs(pairs).to_arrays(), TermHierarchy.from_pairs(shuffled).to_arrays()
    assert all(np.array_equal(one[name], other[name]) for name in one)


@given(pairs_without_cycles())
def test_ancestors_are_what_following_parents_finds(pairs: list[tuple[int, int]]) -> None:
    hierarchy = TermHierarchy.from_pairs(pairs)
    for term in {term for pair in pairs for term in pair}:
        above, queue = set(), [term]
        while queue:
            place = queue.pop()
            above.add(place)
            queue += [parent for child, parent in pairs if child == place]
        assert ancestors(hierarchy, term) == above


def test_a_cycle_is_refused() -> None:
    with pytest.raises(DataError, match="cycle"):
        TermHierarchy.from_pairs([(2, 1), (3, 2), (1, 3)])


def test_a_term_that_is_its_own_parent_is_refused() -> None:
    with pytest.raises(DataError, match="cycle"):
        TermHierarchy.from_pairs([(2, 1), (2, 2)])


def test_no_pairs_make_an_empty_hierarchy() -> None:
    hierarchy = TermHierarchy.from_pairs([])
    assert len(hierarchy) == 0
    assert hierarchy.find(1) is None
    assert hierarchy.positions([1, 2]).tolist() == [-1, -1]


def test_unknown_terms_have_no_position() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    assert hierarchy.find(45) is None
    assert hierarchy.find(99) is None
    assert hierarchy.positions([10, 45, 50, 99]).tolist() == [0, -1, 4, -1]


def test_the_walk_up_takes_the_shortest_side() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    bottom, top = hierarchy.find(50), hierarchy.find(10)
    assert bottom is not None
    assert top is not None
    assert hierarchy.terms[hierarchy.walk_up(bottom, top)].tolist() == [50, 30, 10]
    assert hierarchy.walk_up(top, top) == [top]


def test_of_equally_short_walks_the_lower_numbers_win() -> None:
    hierarchy = TermHierarchy.from_pairs([(20, 10), (30, 10), (50, 30), (50, 20)])
    assert hierarchy.terms[hierarchy.walk_up(3, 0)].tolist() == [50, 20, 10]


def test_there_is_no_walk_to_a_term_that_is_no_ancestor() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    with pytest.raises(ValueError, match="term 20 is no ancestor of term 30"):
        hierarchy.walk_up(2, 1)


def test_terms_below_include_the_term_itself() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    assert hierarchy.terms[hierarchy.below(1)].tolist() == [20, 40, 50]


def test_the_arrays_hold_the_whole_hierarchy() -> None:
    hierarchy = TermHierarchy.from_pairs(PAIRS)
    again = TermHierarchy.from_arrays(hierarchy.to_arrays())
    assert again.walk_up(4, 0) == hierarchy.walk_up(4, 0)
    assert ancestors(again, 50) == ancestors(hierarchy, 50)


def test_information_content_is_the_negative_logarithm_of_the_share() -> None:
    content = information_content([8, 2, 0], 8)
    assert content.tolist() == [0.0, pytest.approx(math.log(4)), math.inf]
