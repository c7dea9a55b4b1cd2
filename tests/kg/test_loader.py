"""Sorted runs: the hash is that of one sorted document, and whatever the loader meets comes out."""

from __future__ import annotations

import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.loader import Digest, Loader, SortedRuns

MALFORMED = '<http://a> "no predicate" <http://g> .'


def quad(number: int, text: str = "x") -> str:
    return f'<http://s/{number}> <http://p> "{text}" <http://g> .'


def lines() -> st.SearchStrategy[list[str]]:
    """Quads with plain, accented and astral text, in which one text may begin another."""
    characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='"\\')
    return st.lists(st.builds(quad, st.integers(0, 20), st.text(characters, max_size=3)), max_size=30)


def sorted_document(given: list[str]) -> Digest:
    unique = sorted({line.encode() + b"\n" for line in given})
    return Digest(len(unique), sha256(b"".join(unique)).hexdigest(), Counter())


def run_all(batches: list[list[str]], folder: Path, run_lines: int) -> tuple[Digest, Store]:
    store = Store()
    loader = Loader(store)
    runs = SortedRuns(folder, loader, run_lines)
    try:
        for batch in batches:
            runs.add(batch)
        digest = runs.finish()
        loader.wait()
    finally:
        loader.close()
    return digest, store


def load_often(loader: Loader, path: Path, times: int) -> None:
    for _ in range(times):
        loader.load(path)


@settings(deadline=None, max_examples=100)
@given(given_lines=lines(), run_lines=st.integers(1, 12), order=st.randoms())
@example([], 1, None)
def test_the_digest_is_that_of_the_sorted_unique_lines_whatever_their_order_and_the_size_of_runs(
    given_lines: list[str], run_lines: int, order: object
) -> None:
    shuffled = [*given_lines, *given_lines[::2]]
    if order is not None:
        order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random, which hypothesis does not name
    batches = [shuffled[place : place + 3] for place in range(0, len(shuffled), 3)]
    with tempfile.TemporaryDirectory() as folder:
        digest, store = run_all(batches, Path(folder), run_lines)
        assert digest == sorted_document(given_lines)
        assert len(store) == digest.lines


def test_more_lines_than_are_hashed_at_once_give_the_same_digest(tmp_path: Path) -> None:
    many = [quad(number % 60_001) for number in range(120_000)]
    digest, store = run_all([many], tmp_path, 50_000)
    assert digest == sorted_document(many)
    assert len(store) == digest.lines == 60_001


def test_what_a_load_meets_comes_out_when_the_graph_is_finished(tmp_path: Path) -> None:
    with pytest.raises(SyntaxError, match="predicate"):
        run_all([[quad(1)], [MALFORMED]], tmp_path, 1)


def test_what_a_load_met_comes_out_with_the_next_one(tmp_path: Path) -> None:
    loader = Loader(Store())
    bad, good = tmp_path / "bad.nq", tmp_path / "good.nq"
    bad.write_text(MALFORMED + "\n", "utf-8")
    good.write_text(quad(1) + "\n", "utf-8")
    loader.load(bad)
    with pytest.raises(SyntaxError, match="predicate"):
        load_often(loader, good, 100_000)
    loader.close()


def test_a_file_that_is_gone_comes_out(tmp_path: Path) -> None:
    loader = Loader(Store())
    loader.load(tmp_path / "gone.nq")
    with pytest.raises(FileNotFoundError):
        loader.wait()
    loader.close()


def test_everything_queued_is_in_the_store_after_waiting(tmp_path: Path) -> None:
    store = Store()
    loader = Loader(store)
    for number in range(20):
        path = tmp_path / f"{number}.nq"
        path.write_text(quad(number) + "\n", "utf-8")
        loader.load(path)
    loader.wait()
    assert len(store) == 20
    loader.close()


def test_associations_are_counted_by_predicate_once_each(tmp_path: Path) -> None:
    stated = "<https://w3id.org/genopath/association/{}> <https://w3id.org/genopath/subject/{}> <http://a> <http://g> ."
    lines = [stated.format(1, "causes"), stated.format(2, "causes"), stated.format(3, "not/causes"), quad(1)]
    digest, _ = run_all([lines, lines], tmp_path, run_lines=2)
    assert digest.predicates == {"causes": 2, "not/causes": 1}
