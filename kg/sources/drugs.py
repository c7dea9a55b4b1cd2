"""Drugs that a source names by identifiers of several vocabularies, or by a name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.normalize import Resolution
from kg.rdf import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.context import Context
    from kg.normalize import Resolver
    from ontology.reference import Reference

DRUG_PREFIXES: Final = frozenset({"RXNORM", "DRUGBANK", "CHEMBL", "ATC"})
"""What these vocabularies name is a drug."""


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


def teach_drug(
    resolver: Resolver,
    reference: Reference,
    name: str,
    *,
    aliases: Iterable[str] = (),
    identifiers: Iterable[Reference] = (),
    codes: Iterable[str] = (),
) -> None:
    """Teach what a later source adds to a drug, without changing what an earlier one settled.

    A name becomes the drug's own unless another drug bears it; then it is an alias, which a name of one's own outranks.
    Identifiers that already lead somewhere stay as they are; a code that two drugs share leads to neither.
    """
    drugs = resolver.drugs
    drugs.known.add(reference)
    key = name_key(name)
    (drugs.aliases if drugs.own.get(key) else drugs.own)[key].add(reference)
    for alias in aliases:
        drugs.aliases[name_key(alias)].add(reference)
    drugs.map(reference, (one for one in identifiers if drugs.by_identifier(one).problem == "unknown"))
    for code in codes:
        drugs.add_code(code, reference)


def is_surely_drug(reference: Reference) -> bool:
    """Whether every source declares this reference as a drug; a ClinPGx chemical is one by its type alone."""
    return reference.prefix in DRUG_PREFIXES


def find_drug(context: Context, name: str, identifiers: Iterable[Reference] = ()) -> Reference | None:
    """The same; a drug that no vocabulary of the build knows is listed as unresolved."""
    found = known_drug(context.resolver, name, identifiers)
    if found.reference is None:
        context.unresolved.add(f"drug name {(found.problem or 'unknown').partition(':')[0]}", name)
    return found.reference
