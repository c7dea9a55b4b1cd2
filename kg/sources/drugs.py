"""Drugs that a source names by identifiers of several vocabularies, or by a name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.normalize import Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.context import Context
    from kg.normalize import Resolver
    from ontology.reference import Reference


def known_drug(resolver: Resolver, name: str, identifiers: Iterable[Reference] = ()) -> Resolution:
    """The drug under which the build holds one of these identifiers, else this name.

    The first identifier that leads to exactly one drug decides; a name is asked for last, since names of salts and
    mixtures overlap.
    """
    for identifier in identifiers:
        found = resolver.drugs.by_identifier(identifier)
        if found.reference is not None:
            return found
    return resolver.drugs.by_name(name) if name else Resolution(None, problem="unknown")


def find_drug(context: Context, name: str, identifiers: Iterable[Reference] = ()) -> Reference | None:
    """The same; a drug that no vocabulary of the build knows is listed as unresolved."""
    found = known_drug(context.resolver, name, identifiers)
    if found.reference is None:
        context.unresolved.add(f"drug name {(found.problem or 'unknown').partition(':')[0]}", name)
    return found.reference
