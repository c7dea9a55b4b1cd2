"""The opened graph: SPARQL with bound parameters, entities and associations by reference.

The store is pyoxigraph, opened read-only. Patient data never enters it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from kg.rdf import (
    ASSOCIATION,
    HAS_EVIDENCE,
    HAS_PROVENANCE,
    NAME_KEY,
    NEGATED,
    OBJECT,
    SUBJECT,
    associations_from_rdf,
    entities_from_rdf,
    name_key,
)
from kg.release import Release, open_release
from ontology.errors import IdentifierError, ReleaseError, UsageError
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import rdflib
    from pyoxigraph import BlankNode, Quad, QueryBoolean, QueryTriples, Triple

    from kg.diplotypes import Diplotypes
    from kg.model import Association, Entity
    from kg.positions import Positions
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


@dataclass(slots=True, weakref_slot=True, eq=False)
class Graph:
    """A graph release opened for reading; two openings are two graphs."""

    release: Release
    store: Store
    _entities: dict[Reference, Entity] = field(default_factory=dict)
    _positions: dict[str, Positions] = field(default_factory=dict)
    _diplotypes: Diplotypes | None = None

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
        """Answer of a SELECT query, its parameters bound as :meth:`query` does.

        Raises:
            UsageError: the text is no SELECT query.
        """
        solutions = self.query(text, parameters)
        if not isinstance(solutions, QuerySolutions):
            raise UsageError("only SELECT queries answer with rows")
        return self.rows(solutions)

    def query(
        self, text: str, parameters: Mapping[str, Parameter] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """The engine's result of any query. Parameters are bound to the query's variables, never written into its text.

        Raises:
            UsageError: the text is no SPARQL query, or a parameter is no variable that it selects.
        """
        try:
            bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {
                Variable(name): to_term(value) for name, value in (parameters or {}).items()
            }
            return self.store.query(text, substitutions=bound)
        except (SyntaxError, RuntimeError, ValueError) as error:
            raise UsageError(f"the query cannot be run: {error}") from error

    @staticmethod
    def rows(solutions: QuerySolutions) -> Answer:
        """All rows of a SELECT query's result."""
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

    def positions(self, assembly: str) -> Positions:
        """Variants by position on ``GRCh37`` or ``GRCh38``, opened once.

        Raises:
            ReleaseError: the release has no such table.
        """
        from kg.positions import Positions

        if assembly not in self._positions:
            self._positions[assembly] = Positions.load(self.release.tables_path, assembly)
        return self._positions[assembly]

    def diplotypes(self) -> Diplotypes:
        """Phenotypes and activity scores of diplotypes, opened once.

        Raises:
            ReleaseError: the release has no such table.
        """
        from kg.diplotypes import Diplotypes

        if self._diplotypes is None:
            self._diplotypes = Diplotypes.load(self.release.tables_path)
        return self._diplotypes

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
        name = f"{NEGATED if negated else ''}{predicate}" if predicate else None
        nodes = self._touching(SUBJECT, subject, name) if subject is not None else self._touching(OBJECT, object, name)
        if subject is not None and object is not None:
            nodes = {node for node in nodes if self._touching(OBJECT, object, name, node)}
        return self._associations(sorted(nodes, key=lambda node: node.value))

    def _touching(
        self, end: str, reference: Reference | None, name: str | None, node: NamedNode | None = None
    ) -> set[NamedNode]:
        """Association nodes (or ``node`` alone) that have ``reference`` at one end, of one predicate or of any."""
        assert reference is not None  # noqa: S101 - the caller has checked it
        property_ = NamedNode(end + name) if name else None
        quads = self.store.quads_for_pattern(node, property_, NamedNode(reference.iri), None)
        return {
            quad.subject
            for quad in quads
            if quad.predicate.value.startswith(end) and isinstance(quad.subject, NamedNode)
        }

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
