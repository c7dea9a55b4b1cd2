"""Paths and adjacency arrays, against networkx on random graphs and by hand on small ones."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from math import isclose, prod
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg import corridor
from kg.levels import CpicLevel, Level
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.network import FOLDER, Network, NetworkWriter, grade
from kg.rdf import association_to_nquads
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.errors import ReleaseError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from kg.model import Path as EvidencePath

PREDICATES = (Predicate.AFFECTS, Predicate.HAS_PHENOTYPE, Predicate.SUBCLASS_OF)


def node(number: int) -> Reference:
    return Reference("HGNC", str(number))


def state(
    subject: int,
    object: int,
    predicate: Predicate = Predicate.AFFECTS,
    level: Level | None = None,
    *,
    negated: bool = False,
) -> Association:
    why = Evidence(
        "test",
        f"{subject} {object}",
        "1",
        "CC0 1.0",
        KnowledgeLevel.KNOWLEDGE_ASSERTION,
        AgentType.MANUAL_AGENT,
        level=level,
    )
    return Association(node(subject), predicate, node(object), (why,), negated=negated)


def write(items: Iterable[Entity | Association], folder: Path) -> Path:
    writer = NetworkWriter()
    for item in items:
        writer.add(item)
    writer.write(folder)
    return folder


def open_graph(stated: Sequence[Association]) -> Graph:
    """A graph of these associations with an in-memory store; paths need nothing else of a release."""
    store = Store()
    store.load("\n".join(line for item in stated for line in association_to_nquads(item)).encode(), RdfFormat.N_QUADS)
    manifest = Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    return Graph(Release(Path(), manifest), store)


def find(
    stated: Sequence[Association],
    subject: int,
    object: int,
    *,
    max_hops: int = 3,
    limit: int = 1000,
    seconds: float = 60,
) -> list[EvidencePath]:
    with tempfile.TemporaryDirectory() as folder:
        network = Network.load(write(stated, Path(folder)))
        ends = (open_graph(stated), node(subject), node(object))
        return network.paths(*ends, max_hops=max_hops, limit=limit, seconds=seconds)


def numbers(path: EvidencePath) -> tuple[int, ...]:
    return tuple(int(entity.reference.identifier) for entity in path.entities)


def walks(paths: Iterable[EvidencePath]) -> list[tuple[int, ...]]:
    return [numbers(path) for path in paths]


@st.composite
def graphs(draw: st.DrawFn) -> list[Association]:
    """Up to seven nodes, parallel, opposite, denied and self-related statements among them."""
    levels = st.sampled_from([None, CpicLevel.A, CpicLevel.C, CpicLevel.D])
    ends, kinds = st.integers(1, 7), st.sampled_from(PREDICATES)
    stated = draw(
        st.lists(
            st.builds(state, ends, ends, kinds, levels, negated=st.sampled_from([False, False, True])), max_size=16
        )
    )
    return list({item.key: item for item in stated}.values())


class Oracle:
    """The documented score, written down over networkx: every simple path is made and each is scored."""

    def __init__(self, stated: Sequence[Association]) -> None:
        self.degree: dict[Reference, int] = dict(
            nx.MultiGraph([(item.subject, item.object) for item in stated]).degree()
        )
        self.asserted = [item for item in stated if not item.negated]

    def factor(self, one: Reference, other: Reference) -> float:
        """Of the best hop between two neighbours: degree penalty times the strength of the evidence."""
        grades = [grade(item) for item in self.asserted if {item.subject, item.object} == {one, other}]
        return float((self.degree[one] * self.degree[other]) ** -0.4 * (1 - min(grades) / 2))

    def paths(self, subject: int, object: int, max_hops: int) -> dict[tuple[int, ...], float]:
        network = nx.Graph([(item.subject, item.object) for item in self.asserted])
        ends = node(subject), node(object)
        if subject == object or not all(end in network for end in ends):
            return {}
        return {
            tuple(int(place.identifier) for place in walk): prod(self.factor(*pair) for pair in pairwise(walk))
            for walk in nx.all_simple_paths(network, *ends, cutoff=max_hops)
        }


@settings(deadline=None, max_examples=150)
@given(stated=graphs(), ends=st.tuples(st.integers(1, 7), st.integers(1, 7)), max_hops=st.integers(1, 5))
def test_paths_are_all_simple_paths_of_networkx_each_with_the_documented_score(
    stated: list[Association], ends: tuple[int, int], max_hops: int
) -> None:
    expected = Oracle(stated).paths(*ends, max_hops)
    found = find(stated, *ends, max_hops=max_hops)
    assert sorted(walks(found)) == sorted(expected)
    for path in found:
        assert path.score is not None
        assert isclose(path.score, expected[numbers(path)], rel_tol=1e-6)


@settings(deadline=None, max_examples=150)
@given(stated=graphs(), max_hops=st.integers(1, 5), limit=st.integers(1, 4))
def test_a_limit_keeps_the_best_scores(stated: list[Association], max_hops: int, limit: int) -> None:
    best = sorted(Oracle(stated).paths(1, 2, max_hops).values(), reverse=True)[:limit]
    scores = [path.score for path in find(stated, 1, 2, max_hops=max_hops, limit=limit)]
    assert scores == pytest.approx(best, rel=1e-6)


@settings(deadline=None, max_examples=50)
@given(stated=graphs(), max_hops=st.integers(1, 4))
def test_the_way_back_has_the_same_paths_and_scores(stated: list[Association], max_hops: int) -> None:
    there = {numbers(path): path.score for path in find(stated, 1, 2, max_hops=max_hops)}
    back = {numbers(path)[::-1]: path.score for path in find(stated, 2, 1, max_hops=max_hops)}
    assert there == pytest.approx(back)


@settings(deadline=None, max_examples=50)
@given(stated=graphs(), order=st.randoms())
def test_equal_associations_in_any_order_give_equal_files(stated: list[Association], order: Random) -> None:
    other = [*stated, *stated]
    order.shuffle(other)
    with tempfile.TemporaryDirectory() as folder:
        for name, items in (("one", stated), ("two", other)):
            (Path(folder) / name).mkdir()
            write(items, Path(folder) / name)
        one, two = (
            {path.name: path.read_bytes() for path in (Path(folder) / name / FOLDER).iterdir()}
            for name in ("one", "two")
        )
    assert one == two


class TestScore:
    def test_a_single_hop_between_ends_of_degree_one_scores_its_evidence_alone(self) -> None:
        """Grade A of CPIC is the strongest: (1 * 1) ** -.4 * (1 - 0 / 2) = 1."""
        (path,) = find([state(1, 2, level=CpicLevel.A)], 1, 2)
        assert path.score == pytest.approx(1)

    def test_evidence_without_a_grade_stands_in_the_middle(self) -> None:
        (path,) = find([state(1, 2, level=None)], 1, 2)
        assert path.score == pytest.approx(0.75)

    def test_degrees_are_damped_by_four_tenths(self) -> None:
        """Himmelstein et al. 2017, doi:10.7554/eLife.26726: each hop is (deg(u) * deg(v)) ** -.4; here (1*2)(2*1)."""
        stated = [state(1, 2, level=CpicLevel.A), state(2, 3, level=CpicLevel.A)]
        (path,) = find(stated, 1, 3)
        assert path.score == pytest.approx(4**-0.4)

    def test_a_detour_over_a_node_that_touches_much_comes_last(self) -> None:
        hub = [state(3, other) for other in range(10, 30)]
        assert walks(find([state(1, 2), state(2, 5), state(1, 3), state(3, 5), *hub], 1, 5)) == [(1, 2, 5), (1, 3, 5)]

    def test_better_graded_evidence_comes_first(self) -> None:
        weak, strong = CpicLevel.D, CpicLevel.A
        stated = [
            state(1, 2, level=weak),
            state(2, 4, level=weak),
            state(1, 3, level=strong),
            state(3, 4, level=strong),
        ]
        assert walks(find(stated, 1, 4)) == [(1, 3, 4), (1, 2, 4)]

    def test_the_better_grade_of_a_statement_made_twice_counts(self) -> None:
        twice = [state(1, 2, level=CpicLevel.D), state(1, 2, level=CpicLevel.A)]
        assert twice[0].key == twice[1].key
        (path,) = find(twice, 1, 2)
        assert path.score == pytest.approx(1)

    def test_the_best_of_parallel_associations_is_the_hop(self) -> None:
        stated = [state(1, 2, Predicate.AFFECTS, CpicLevel.D), state(2, 1, Predicate.HAS_PHENOTYPE, CpicLevel.B)]
        (path,) = find(stated, 1, 2)
        assert path.hops[0].association == stated[1]
        assert path.hops[0].inverted


class TestBounds:
    LINE = tuple(state(number, number + 1) for number in range(1, 6))

    @pytest.mark.parametrize(("max_hops", "count"), [(1, 0), (4, 0), (5, 1), (6, 1)])
    def test_no_path_is_longer_than_max_hops(self, max_hops: int, count: int) -> None:
        assert len(find(self.LINE, 1, 6, max_hops=max_hops)) == count

    def test_a_denied_statement_is_no_hop(self) -> None:
        assert find([state(1, 2, negated=True)], 1, 2) == []

    def test_an_end_that_no_association_touches_has_no_path(self) -> None:
        assert find(self.LINE, 1, 99) == find(self.LINE, 99, 1) == find(self.LINE, 1, 1) == []

    @pytest.mark.parametrize("bounds", [{"max_hops": 0}, {"limit": 0}, {"limit": -1}])
    def test_bounds_below_one_are_refused(self, bounds: dict[str, int]) -> None:
        with pytest.raises(UsageError, match="at least one"):
            find(self.LINE, 1, 2, **bounds)

    def test_an_association_that_the_store_lacks_is_named(self, tmp_path: Path) -> None:
        network = Network.load(write(self.LINE, tmp_path))
        with pytest.raises(ReleaseError, match=self.LINE[0].key):
            network.paths(open_graph(self.LINE[1:]), node(1), node(2))


class TestCrowd:
    """The shape of an inheritance term or a common feature: many diseases state it. Nodes 1 and 2 meet in 3."""

    @staticmethod
    def crowded(size: int) -> list[Association]:
        return [state(number, 3, Predicate.HAS_PHENOTYPE) for number in (1, 2, *range(10, 8 + size))]

    @pytest.mark.parametrize(("size", "count"), [(corridor.CROWD, 1), (corridor.CROWD + 1, 0)])
    def test_two_of_a_crowd_are_not_joined_by_it(self, size: int, count: int) -> None:
        assert len(find(self.crowded(size), 1, 2)) == count

    def test_a_node_with_a_crowd_leads_to_its_few_others(self) -> None:
        """As a gene with thousands of variants leads from each of them to its diseases."""
        stated = [*self.crowded(corridor.CROWD + 1), state(3, 5, Predicate.AFFECTS)]
        assert walks(find(stated, 1, 5)) == [(1, 3, 5)]
        assert walks(find(stated, 5, 1)) == [(5, 3, 1)]

    def test_a_crowd_of_denials_is_none(self) -> None:
        denied = [state(number, 3, Predicate.HAS_PHENOTYPE, negated=True) for number in range(10, 11 + corridor.CROWD)]
        assert walks(find([*self.crowded(2), *denied], 1, 2)) == [(1, 3, 2)]

    def test_an_end_of_a_path_may_have_a_crowd(self) -> None:
        assert walks(find(self.crowded(corridor.CROWD + 1), 1, 3)) == [(1, 3)]


class TestTimeLimit:
    COMPLETE = tuple(state(one, other) for other in range(1, 41) for one in range(1, other))
    """Forty nodes, each joined with every other: 62 million simple paths of at most six hops."""

    def test_the_search_ends_soon_after_its_limit(self, caplog: pytest.LogCaptureFixture) -> None:
        began = monotonic()
        found = find(self.COMPLETE, 1, 2, max_hops=6, limit=10**6, seconds=0.3)
        assert monotonic() - began < 30  # writing and reading the paths is not the search
        assert "limit of 0.3 s" in caplog.text
        assert found

    def test_what_is_cut_off_are_the_longest_paths(self) -> None:
        found = {numbers(path) for path in find(self.COMPLETE[:190], 1, 2, max_hops=6, limit=10**6, seconds=0.2)}
        assert {(1, 2), *((1, between, 2) for between in range(3, 21))} <= found

    def test_a_search_that_ends_in_time_says_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        assert find(self.COMPLETE, 1, 2, max_hops=2)
        assert caplog.text == ""


class TestArrays:
    def test_minted_names_and_identifiers_of_every_length_are_found_again(self, tmp_path: Path) -> None:
        references = sorted(
            {
                Reference.mint("allele", "DPYD", "c.1905+1G>A (*2A)"),
                Reference.mint("variant", "GRCh38", "1-97450058-C-" + "T" * 900),
                Reference.mint("phenotype", "G6PD", "déficient"),
                node(1),
                node(10),
                node(2),
            }
        )
        pairs = pairwise(references)
        stated = [Association(a, Predicate.AFFECTS, b, state(1, 2).evidence) for a, b in pairs]
        network = Network.load(write(stated, tmp_path))
        places = [network.node(reference) for reference in references]
        assert sorted(place for place in places if place is not None) == list(range(len(references)))
        assert [network.reference(place) for place in places if place is not None] == references
        assert network.node(node(3)) is None

    def test_entities_alone_make_no_node(self, tmp_path: Path) -> None:
        assert len(Network.load(write([Entity(node(1), Category.GENE, "A1BG")], tmp_path))) == 0

    def test_networkx_holds_every_statement_once(self, tmp_path: Path) -> None:
        stated = [
            state(1, 2),
            state(1, 2, Predicate.HAS_PHENOTYPE),
            state(2, 1),
            state(2, 3, negated=True),
            state(4, 4),
        ]
        view = Network.load(write(stated, tmp_path)).to_networkx()
        assert {(start, end, key) for start, end, key in view.edges(keys=True)} == {
            (item.subject.curie, item.object.curie, item.key) for item in stated
        }
        assert view.edges["HGNC:2", "HGNC:3", stated[3].key] == {"predicate": "biolink:affects", "negated": True}

    @pytest.mark.parametrize(
        ("center", "hops", "nodes"),
        [(3, 0, {3}), (3, 1, {2, 3, 4}), (3, 2, {1, 2, 3, 4, 5}), (1, 1, {1, 2}), (99, 1, set())],
    )
    def test_a_neighbourhood_ends_after_its_hops(self, tmp_path: Path, center: int, hops: int, nodes: set[int]) -> None:
        view = Network.load(write(TestBounds.LINE, tmp_path)).to_networkx(node(center), hops)
        assert set(view) == {node(number).curie for number in nodes}
        assert view.number_of_edges() == max(len(nodes) - 1, 0)


@settings(deadline=None, max_examples=50)
@given(stated=graphs(), center=st.integers(1, 7), hops=st.integers(0, 4))
def test_distances_are_those_of_networkx(stated: list[Association], center: int, hops: int) -> None:
    network = nx.Graph([(item.subject.curie, item.object.curie) for item in stated if not item.negated])
    network.add_nodes_from(end.curie for item in stated for end in (item.subject, item.object))
    with tempfile.TemporaryDirectory() as folder:
        arrays = Network.load(write(stated, Path(folder)))
        place = arrays.node(node(center))
        if place is None:
            return
        found = {
            arrays.reference(other).curie: int(d) for other, d in enumerate(arrays.distances(place, hops)) if d >= 0
        }
    assert found == nx.single_source_shortest_path_length(network, node(center).curie, cutoff=hops)


class TestStarterRelease:
    @pytest.mark.parametrize(
        ("subject", "object", "hops"),
        [("HGNC:2621", "RXNORM:32968", 1), ("NCBIGene:2200", "HP:0001166", 2)],
        ids=["CYP2C19 to clopidogrel", "FBN1 to arachnodactyly"],
    )
    def test_a_known_relation_is_found(self, starter_graph: Graph, subject: str, object: str, hops: int) -> None:
        network = Network.load(starter_graph.release.tables_path)
        best = network.paths(starter_graph, Reference.parse(subject), Reference.parse(object))[0]
        assert len(best.hops) == hops

    def test_unrelated_diseases_are_not_joined_by_their_mode_of_inheritance(self, starter_graph: Graph) -> None:
        """Marfan syndrome and Huntington disease are both dominant and share little else."""
        network = Network.load(starter_graph.release.tables_path)
        ends = Reference.parse("OMIM:154700"), Reference.parse("OMIM:143100")
        for path in network.paths(starter_graph, *ends, max_hops=4, limit=50):
            assert "HP:0000006" not in {entity.reference.curie for entity in path.entities}
