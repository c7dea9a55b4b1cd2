"""Diseases and phenotypic features that a source names by identifiers of several vocabularies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Entity
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from kg.normalize import Resolver
    from ontology.reference import Reference


def known_condition(resolver: Resolver, reference: Reference) -> Reference | None:
    """The identifier under which the build's vocabularies hold this condition, or ``None``.

    A replaced identifier becomes the current one. One that only another vocabulary maps to stays as it is: the mapping
    is a step of its own in the graph.
    """
    names = resolver.phenotypes if reference.prefix == "HP" else resolver.diseases
    found = names.by_identifier(reference).reference
    if found is None:  # several diseases may claim one that its own source keeps apart
        return reference if reference in names.identifiers.get(reference, ()) else None
    return found if found.prefix == reference.prefix else reference


def condition_entity(reference: Reference, name: str) -> Entity:
    """A condition that no vocabulary of the build declares, under the name that its source gives."""
    category = Category.PHENOTYPIC_FEATURE if reference.prefix == "HP" else Category.DISEASE
    return Entity(reference, category, name)
