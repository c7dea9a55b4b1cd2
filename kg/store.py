"""The opened graph: SPARQL with bound parameters, entities and associations by reference.

The store is pyoxigraph, opened read-only. Patient data never enters it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from kg.model import Association, Entity
from kg.rdf import ASSOCIATION, HAS_EVIDENCE, HAS_PROVENANCE, NAME_KEY, OBJECT, SUBJECT, associations_from_rdf
from kg.rdf import entities_from_rdf, name_key
from kg.release import Release, open_release
from ontology.errors import IdentifierError, ReleaseError, UsageError
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import rdflib
    from pyoxigraph import BlankNode, Quad, Triple

    from ontology.vocabulary import Category

Parameter = Reference | str
Cell = Reference | str | None
"""One value of a query's answer: a reference, text, or unbound."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a SELECT query; every row has one cell for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def dicts(self) -> Iterator[dict[str, Cell]]:
        """Rows by column name."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


@dataclass(slots=True, weakref_slot=True)
class Graph:
    """A graph release opened for reading."""

    release: Release
    store: Store
    _entities: dict[Reference, Entity] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path | None = None) -> Graph:
        """Open a release directory (default: the current release).

        Raises:
            ReleaseError: no release there, or its store cannot be opened.
        """
        release = open_release(path)
        try:
            return cls(release, Store.read_only(str(release.store_path)))
        except OSError as error:
            raise ReleaseError(f"{release.store_path} cannot be opened ({error}); build the release again") from error

    def select(self, text: str, parameters: Mapping[str, Parameter] | None = None) -> Answer:
        """Answer of a SELECT query. Parameters are bound to the query's variables, never written into its text.

        Raises:
            UsageError: the text is no SELECT query, or no SPARQL at all.
        """
        bound = {Variable(name): to_term(value) for name, value in (parameters or {}).items()}
        try:
            solutions = self.store.query(text, substitutions=bound)
        except SyntaxError as error:
            raise UsageError(f"the query is not valid SPARQL: {error}") from error
        if not isinstance(solutions, QuerySolutions):
            raise UsageError("only SELECT queries answer with rows")
        columns = tuple(variable.value for variable in solutions.variables)
        return Answer(columns, tuple(tuple(_cell(solution[name]) for name in columns) for solution in solutions))

    def entity(self, reference: Reference) -> Entity | None:
        """The entity of a reference, or ``None`` where the release does not describe it."""
        if reference not in self._entities:
            quads = self.store.quads_for_pattern(NamedNode(reference.iri), None, None, None)
            for found in entities_from_rdf(quads):
                self._entities[reference] = found
        return self._entities.get(reference)

    def find_by_name(self, name: str, category: Category | None = None) -> list[Entity]:
        """Entities that have exactly this name or synonym (case and white space aside)."""
        quads = self.store.quads_for_pattern(None, NamedNode(NAME_KEY), Literal(name_key(name)), None)
        subjects = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
        entities = (self.entity(Reference.from_iri(iri)) for iri in subjects)
        return [entity for entity in entities if entity and category in (None, entity.category)]

    def association(self, key: str) -> Association | None:
        """The association with this key and all its evidence, or ``None``."""
        found = self._associations([NamedNode(ASSOCIATION + key)])
        return found[0] if found else None

    def associations(
        self,
        subject: Reference | None = None,
        predicate: str | None = None,
        object: Reference | None = None,
        *,
        negated: bool = False,
    ) -> list[Association]:
        """Associations of one predicate (local name, for example ``has_phenotype``) with one or both ends given.

        Without a predicate those of every predicate, asserted and negated.

        Raises:
            UsageError: neither end is given.
        """
        if subject is None and object is None:
            raise UsageError("associations need a subject or an object")
        prefix = "not/" if negated else ""
        nodes: set[NamedNode] | None = None
        for end, iri in ((subject, SUBJECT), (object, OBJECT)):
            if end is not None:
                property_ = NamedNode(f"{iri}{prefix}{predicate}") if predicate else None
                quads = self.store.quads_for_pattern(None, property_, NamedNode(end.iri), None)
                found = {quad.subject for quad in quads if _is_end(quad, iri)}
                nodes = found if nodes is None else nodes & found  # type: ignore[assignment]  # association nodes are IRIs
        return self._associations(sorted(nodes or (), key=lambda node: node.value))

    def rdflib(self) -> rdflib.Dataset:
        """The same store as an rdflib dataset (through oxrdflib), for those who know that API."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self.store))

    def _associations(self, nodes: Iterable[NamedNode]) -> list[Association]:
        quads: list[Quad] = []
        seen: set[str] = set()

        def gather(node: Any) -> list[Quad]:
            if node.value in seen:
                return []
            seen.add(node.value)
            found = list(self.store.quads_for_pattern(node, None, None, None))
            quads.extend(found)
            return found

        for node in nodes:
            for quad in gather(node):
                if quad.predicate.value == HAS_EVIDENCE:
                    for about in gather(quad.object):
                        if about.predicate.value == HAS_PROVENANCE:
                            gather(about.object)
        return associations_from_rdf(quads)


def to_term(value: Parameter) -> NamedNode | Literal:
    """The RDF term of a query parameter."""
    return NamedNode(value.iri) if isinstance(value, Reference) else Literal(value)


def _cell(term: NamedNode | BlankNode | Literal | Triple | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        try:
            return Reference.from_iri(term.value)
        except IdentifierError:
            return term.value
    return term.value if hasattr(term, "value") else str(term)


def _is_end(quad: Quad, iri: str) -> bool:
    return quad.predicate.value.startswith(iri)
