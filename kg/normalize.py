"""Which entity an identifier or name of a source means.

Vocabulary sources teach the resolver while they are read; later sources ask it. A name with two meanings is never
guessed: it is an ambiguity, which the build report lists.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kg.rdf import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ontology.reference import Reference


class Match(StrEnum):
    """How a name or identifier led to its entity."""

    IDENTIFIER = "identifier"
    NAME = "name"
    ALIAS = "alias"
    PREVIOUS = "previous"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was found: ``reference``, or the reason why there is none."""

    reference: Reference | None
    match: Match | None = None
    problem: str | None = None
    """``unknown``, ``ambiguous: A or B`` or ``withdrawn``; ``None`` where a reference was found."""


@dataclass(slots=True)
class Names:
    """Names of one kind of entity, from the most to the least binding use of a name.

    A name that is somebody's own name wins over the same text as a previous name, and that over an alias (HGNC
    guidelines, doi:10.1038/s41588-020-0669-3: approved symbols are unique, aliases are not). A withdrawn name is
    refused unless an entity bears it as its own or previous name.
    """

    own: dict[str, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    previous: dict[str, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    aliases: dict[str, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    withdrawn: set[str] = field(default_factory=set)
    identifiers: dict[Reference, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    """Other identifiers, each with the entities that claim it."""
    known: set[Reference] = field(default_factory=set)
    codes: dict[str, set[Reference]] = field(default_factory=lambda: defaultdict(set))
    """Codes of vocabularies that the graph does not hold, such as ``MESH:D010411``, each with the entities they mean."""

    def add(
        self,
        reference: Reference,
        name: str,
        *,
        previous: Iterable[str] = (),
        aliases: Iterable[str] = (),
        identifiers: Iterable[Reference] = (),
    ) -> None:
        """Teach one entity with its names and its identifiers in other vocabularies."""
        self.known.add(reference)
        self.own[name_key(name)].add(reference)
        for text in previous:
            self.previous[name_key(text)].add(reference)
        for text in aliases:
            self.aliases[name_key(text)].add(reference)
        self.map(reference, identifiers)

    def map(self, reference: Reference, identifiers: Iterable[Reference]) -> None:
        """Teach identifiers of one entity in other vocabularies."""
        for identifier in identifiers:
            self.identifiers[identifier].add(reference)

    def keep_apart(self, identifiers: Iterable[Reference]) -> None:
        """Teach that one entity claims several identifiers that their own source keeps apart.

        None of them is resolved to that entity alone from then on.
        """
        for identifier in identifiers:
            self.identifiers[identifier].add(identifier)

    def withdraw(self, name: str) -> None:
        """Teach that a name was withdrawn and must not be resolved."""
        self.withdrawn.add(name_key(name))

    def by_name(self, name: str) -> Resolution:
        """The entity that a name means.

        Where entities of several vocabularies bear the name and one of them alone claims the others, it is meant.
        """
        key = name_key(name)
        for match, table in ((Match.NAME, self.own), (Match.PREVIOUS, self.previous)):
            if found := table.get(key):
                return _one(self._met(found), match)
        if key in self.withdrawn:  # what HGNC withdrew without a successor may live on as somebody's alias
            return Resolution(None, problem="withdrawn")
        if found := self.aliases.get(key):
            return _one(self._met(found), Match.ALIAS)
        return Resolution(None, problem="unknown")

    def _met(self, found: set[Reference]) -> set[Reference]:
        """``found``, with each entity replaced by the one that alone claims it, where several were found.

        One that its source keeps apart is only replaced by an entity that bears the name, too.
        """
        if len(found) == 1:
            return found
        met = set()
        for reference in found:
            claims = self.identifiers.get(reference, set())
            others = claims - {reference}
            met |= others if len(others) == 1 and (claims == others or others <= found) else {reference}
        return met

    def by_identifier(self, identifier: Reference) -> Resolution:
        """The entity that carries this identifier itself or through a mapping."""
        if identifier in self.known:
            return Resolution(identifier, Match.IDENTIFIER)
        if found := self.identifiers.get(identifier):
            return _one(found, Match.MAPPING)
        return Resolution(None, problem="unknown")

    def add_code(self, code: str, reference: Reference) -> None:
        """Teach that a code of a vocabulary outside the graph (``MESH:D010411``, ``UMLS:C0030567``) means this entity."""
        self.codes[code].add(reference)

    def by_code(self, code: str) -> Resolution:
        """The entity that a code of a vocabulary outside the graph means."""
        if found := self.codes.get(code):
            return _one(found, Match.MAPPING)
        return Resolution(None, problem="unknown")


@dataclass(slots=True)
class Resolver:
    """Names and identifiers of every kind of entity that sources refer to."""

    genes: Names = field(default_factory=Names)
    drugs: Names = field(default_factory=Names)
    diseases: Names = field(default_factory=Names)
    phenotypes: Names = field(default_factory=Names)
    variants: Names = field(default_factory=Names)


def _one(found: set[Reference], match: Match) -> Resolution:
    if len(found) == 1:
        return Resolution(next(iter(found)), match)
    return Resolution(None, match, f"ambiguous: {' or '.join(str(reference) for reference in sorted(found))}")
