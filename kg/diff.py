"""What changed between two graph releases: entities, edges and their evidence, by source.

An edge is a subject, a predicate (asserted or denied) and an object as one source states them. Records that are line
numbers move from release to release of a source and prove no change; grades, qualifiers and publications do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Store

from kg.rdf import (
    ASSOCIATION,
    CATEGORY,
    EVIDENCE,
    HAS_EVIDENCE,
    HAS_LEVEL,
    HAS_PROVENANCE,
    LABEL,
    NEGATED,
    OBJECT,
    PROVENANCE,
    PUBLICATIONS,
    QUALIFIER,
    SUBJECT,
    SYNONYM,
    graph_iri,
)
from ontology.errors import ReleaseError
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from kg.release import Release


_TELLING: Final = frozenset({HAS_PROVENANCE, HAS_LEVEL, PUBLICATIONS})
"""What is kept of evidence; records, releases and licences are not compared."""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Subject, local name of the predicate and object; ``negated`` where the source denies it."""

    subject: Reference
    predicate: str
    object: Reference
    negated: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How one release states an edge: its qualifiers as ``name=value``, its grades and its publications."""

    qualifiers: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()
    publications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """An edge that both releases state, differently."""

    edge: Edge
    before: State
    after: State

    @property
    def is_regraded(self) -> bool:
        """Whether the evidence has other grades than before."""
        return self.before.grades != self.after.grades


@dataclass(frozen=True, slots=True)
class SourceDiff:
    """Changes of one source; everything is sorted. ``before`` and ``after`` name its releases, none where it is absent."""

    source: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    entities_added: tuple[Reference, ...] = ()
    entities_withdrawn: tuple[Reference, ...] = ()
    entities_changed: tuple[Reference, ...] = ()
    edges_added: tuple[Edge, ...] = ()
    edges_withdrawn: tuple[Edge, ...] = ()
    edges_changed: tuple[EdgeChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing that the source states has changed (its release may have)."""
        entities = (self.entities_added, self.entities_withdrawn, self.entities_changed)
        return not any((*entities, self.edges_added, self.edges_withdrawn, self.edges_changed))


@dataclass(slots=True)
class _Snapshot:
    """What one release states in the graphs of one source."""

    entities: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """IRI to the hashes of what is said of it."""
    edges: dict[tuple[str, str, str], State] = field(default_factory=dict)
    """Subject IRI, predicate (denied ones as ``not/...``) and object IRI."""


def compare(before: Release, after: Release) -> list[SourceDiff]:
    """Changes from one release to another, one entry for each source of either, in order of their ids.

    Graphs with equal hashes are not read.

    Raises:
        ReleaseError: a store cannot be opened.
    """
    sources = sorted(before.manifest.source_ids() | after.manifest.source_ids())
    stores = [_open(release) for release in (before, after)]
    return [_compare_source(source, (before, after), stores) for source in sources]


def _compare_source(source: str, releases: tuple[Release, Release], stores: list[Store]) -> SourceDiff:
    graphs = [{one.release: one.sha256 for one in release.manifest.sources if one.id == source} for release in releases]
    names = [tuple(sorted(by_release)) for by_release in graphs]
    if graphs[0] == graphs[1]:
        return SourceDiff(source, names[0], names[1])
    old, new = (
        _snapshot(quad for name in releases_ for quad in _quads(store, source, name))
        for store, releases_ in zip(stores, names, strict=True)
    )
    entities = old.entities.keys() & new.entities.keys()
    edges = old.edges.keys() & new.edges.keys()
    return SourceDiff(
        source,
        names[0],
        names[1],
        _references(new.entities.keys() - old.entities.keys()),
        _references(old.entities.keys() - new.entities.keys()),
        _references(iri for iri in entities if old.entities[iri] != new.entities[iri]),
        _edges(new.edges.keys() - old.edges.keys()),
        _edges(old.edges.keys() - new.edges.keys()),
        tuple(
            sorted(
                (
                    EdgeChange(_edge(key), old.edges[key], new.edges[key])
                    for key in edges
                    if old.edges[key] != new.edges[key]
                ),
                key=lambda change: change.edge,
            )
        ),
    )


def _open(release: Release) -> Store:
    try:
        return Store.read_only(str(release.store_path))
    except OSError as error:
        raise ReleaseError(f"{release.store_path} cannot be opened ({error}); build the release again") from error


def _quads(store: Store, source: str, release: str) -> Iterator[Quad]:
    return store.quads_for_pattern(None, None, None, NamedNode(graph_iri(source, release)))


def _snapshot(quads: Iterable[Quad]) -> _Snapshot:
    found = _Snapshot()
    nodes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    described: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for quad in quads:
        subject, fact = _iri(quad.subject), (quad.predicate.value, _iri(quad.object))
        if subject.startswith(ASSOCIATION):
            nodes[subject].append(fact)
        elif subject.startswith((EVIDENCE, PROVENANCE)):
            if fact[0] in _TELLING:
                described[subject].append(fact)
        elif quad.predicate.value != CATEGORY:  # which of its sources categorises and names an entity proves no change
            name = SYNONYM if quad.predicate.value == LABEL else quad.predicate.value
            found.entities[subject].add(hash((name, fact[1])))
    for facts in nodes.values():
        key = _key(facts)
        state = _state(facts, described)
        known = found.edges.get(key, State())
        found.edges[key] = State(
            known.qualifiers | state.qualifiers,
            known.grades | state.grades,
            known.publications | state.publications,
        )
    return found


def _key(facts: list[tuple[str, str]]) -> tuple[str, str, str]:
    name, subject = next((name, value) for name, value in facts if name.startswith(SUBJECT))
    target = next(value for name, value in facts if name.startswith(OBJECT))
    return subject, name.removeprefix(SUBJECT), target


def _state(facts: list[tuple[str, str]], described: dict[str, list[tuple[str, str]]]) -> State:
    evidence = [fact for name, node in facts if name == HAS_EVIDENCE for fact in described[node]]
    provenance = [fact for name, node in evidence if name == HAS_PROVENANCE for fact in described[node]]
    return State(
        frozenset(f"{name.removeprefix(QUALIFIER)}={value}" for name, value in facts if name.startswith(QUALIFIER)),
        frozenset(value for name, value in provenance if name == HAS_LEVEL),
        frozenset(Reference.from_iri(value).curie for name, value in evidence if name == PUBLICATIONS),
    )


def _references(iris: Iterable[str]) -> tuple[Reference, ...]:
    return tuple(sorted(Reference.from_iri(iri) for iri in iris))


def _edges(keys: Iterable[tuple[str, str, str]]) -> tuple[Edge, ...]:
    return tuple(sorted(map(_edge, keys)))


def _edge(key: tuple[str, str, str]) -> Edge:
    subject, predicate, target = key
    name = predicate.removeprefix(NEGATED)
    return Edge(Reference.from_iri(subject), name, Reference.from_iri(target), name != predicate)


def _iri(term: object) -> str:
    """The text of a term: an IRI, or a literal's value (the graph holds no other terms)."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
