"""What a release knows of one gene, variant, drug, disease or term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Hop
from kg.paths import describe
from ontology.errors import InputError
from ontology.reference import Reference

if TYPE_CHECKING:
    from kg.model import Association, Entity
    from kg.store import Graph

_PREFERRED: Final = ("HGNC", "RXNORM", "HP", "MONDO", "OMIM", "ORPHA", "ClinVar", "dbSNP")
"""Vocabularies by which the graph names a thing first, where several name it."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One association of the entity that was looked up, and its other end."""

    association: Association
    other: Entity
    inverted: bool
    """Whether the entity that was looked up is the association's object."""

    def as_hop(self, entity: Entity) -> Hop:
        """The step from the entity that was looked up to this neighbour."""
        ends = (self.other, entity) if self.inverted else (entity, self.other)
        return Hop(self.association, *ends, inverted=self.inverted)


@dataclass(frozen=True, slots=True)
class Lookup:
    """An entity with its associations: outgoing first, by predicate, then by the other end's name."""

    entity: Entity
    neighbours: tuple[Neighbour, ...]

    def by_predicate(self) -> dict[str, list[Neighbour]]:
        """Neighbours grouped by what they state; a denied statement's group begins with ``not``."""
        groups: dict[str, list[Neighbour]] = {}
        for neighbour in self.neighbours:
            stated = ("not " if neighbour.association.negated else "") + neighbour.association.predicate
            groups.setdefault(f"{stated} (inverse)" if neighbour.inverted else stated, []).append(neighbour)
        return groups


def find_entity(graph: Graph, text: str) -> Entity:
    """The one entity that a CURIE, name or synonym means.

    Raises:
        InputError: nothing has this name, or several entities do (they are listed).
    """
    reference = Reference.find(text)
    if reference is not None:
        entity = graph.entity(reference)
        if entity is None:
            raise InputError(f"{reference} is not in this release")
        return entity
    found = graph.find_by_name(text)
    exact = [entity for entity in found if entity.name.casefold() == text.casefold()] or found
    if len(exact) > 1:
        exact = _canonical(graph, exact)
    if len(exact) == 1:
        return exact[0]
    if exact:
        listed = ", ".join(f"{entity.reference} ({entity.name}, {entity.category})" for entity in exact)
        raise InputError(f"{text!r} names several entities; give one of {listed}")
    raise InputError(f"{text!r} is no name or identifier of this release{_suggestions(graph, text)}")


def lookup(graph: Graph, text: str) -> Lookup:
    """Everything that the release states of one entity.

    Raises:
        InputError: as :func:`find_entity`.
    """
    entity = find_entity(graph, text)
    reference = entity.reference
    outgoing = graph.associations(subject=reference)
    incoming = [a for a in graph.associations(object=reference) if a.subject != a.object]
    neighbours = [
        Neighbour(association, describe(graph, association.subject if inverted else association.object), inverted)
        for associations, inverted in ((outgoing, False), (incoming, True))
        for association in associations
    ]
    return Lookup(entity, tuple(sorted(neighbours, key=_order)))


def _canonical(graph: Graph, entities: list[Entity]) -> list[Entity]:
    """The first of them by vocabulary, where mappings say that the others are the same; else all of them."""
    ordered = sorted(entities, key=lambda entity: (_preference(entity.reference), entity.reference))
    same, queue = {ordered[0].reference}, [ordered[0].reference]
    while queue:
        reference = queue.pop()
        for predicate in ("exact_match", "close_match"):
            mappings = (*graph.associations(reference, predicate), *graph.associations(None, predicate, reference))
            found = {end for mapping in mappings for end in (mapping.subject, mapping.object)} - same
            queue += sorted(found & {entity.reference for entity in entities})
            same |= found
    return ordered[:1] if same.issuperset(entity.reference for entity in entities) else entities


def _preference(reference: Reference) -> int:
    return _PREFERRED.index(reference.prefix) if reference.prefix in _PREFERRED else len(_PREFERRED)


def _order(neighbour: Neighbour) -> tuple[bool, str, bool, str, str]:
    association = neighbour.association
    return (
        neighbour.inverted,
        association.predicate,
        association.negated,
        neighbour.other.name.casefold(),
        association.key,
    )


def _suggestions(graph: Graph, text: str) -> str:
    from queries.intake.names import Names, did_you_mean

    names = Names(graph)
    return did_you_mean([*names.near_genes(text), *names.near_drugs(text), *names.near_phenotypes(text)])
