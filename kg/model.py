"""Core types: entities, associations with evidence, and paths made of evidenced hops."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from ontology.errors import DataError
from ontology.reference import Reference

if TYPE_CHECKING:
    from kg.levels import Level
    from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

Value = str | Reference
"""Value of a qualifier or attribute: plain text, or a reference to another entity."""


class IncompleteEvidenceError(DataError):
    """An association without complete evidence was about to be made."""


class KnowledgeLevel(StrEnum):
    """Biolink ``knowledge_level``: how a statement is known."""

    KNOWLEDGE_ASSERTION = "knowledge_assertion"
    LOGICAL_ENTAILMENT = "logical_entailment"
    PREDICTION = "prediction"
    STATISTICAL_ASSOCIATION = "statistical_association"
    OBSERVATION = "observation"
    NOT_PROVIDED = "not_provided"


class AgentType(StrEnum):
    """Biolink ``agent_type``: who or what made a statement."""

    MANUAL_AGENT = "manual_agent"
    AUTOMATED_AGENT = "automated_agent"
    DATA_ANALYSIS_PIPELINE = "data_analysis_pipeline"
    COMPUTATIONAL_MODEL = "computational_model"
    TEXT_MINING_AGENT = "text_mining_agent"
    MANUAL_VALIDATION_OF_AUTOMATED_AGENT = "manual_validation_of_automated_agent"
    NOT_PROVIDED = "not_provided"


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of the graph, as one source names it.

    Symbols and names are labels, never keys. Order of ``synonyms`` and ``attributes`` carries no meaning, so both are
    kept sorted and without duplicates.
    """

    reference: Reference
    category: Category
    name: str
    synonyms: tuple[str, ...] = ()
    attributes: tuple[tuple[Attribute, Value], ...] = ()

    def __post_init__(self) -> None:
        if self.synonyms:
            object.__setattr__(self, "synonyms", tuple(sorted({s for s in self.synonyms if s and s != self.name})))
        if self.attributes:
            object.__setattr__(self, "attributes", tuple(sorted(set(self.attributes), key=_by_name_and_text)))

    def attribute(self, name: Attribute) -> Value | None:
        """The first value of an attribute, or ``None``."""
        return next((value for key, value in self.attributes if key == name), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one source says so: the record of one release, its terms, publications and the source's own grade.

    Raises:
        IncompleteEvidenceError: source, record, release or licence is empty.
    """

    source: str
    record: str
    release: str
    license: str
    knowledge_level: KnowledgeLevel
    agent_type: AgentType
    publications: tuple[Reference, ...] = ()
    level: Level | None = None

    def __post_init__(self) -> None:
        if not (self.source and self.record and self.release and self.license):
            raise IncompleteEvidenceError(
                f"evidence needs source, record, release and licence; got {self.source!r}, {self.record!r}, "
                f"{self.release!r}, {self.license!r}"
            )
        if len(self.publications) > 1:
            object.__setattr__(self, "publications", tuple(sorted(set(self.publications))))


@dataclass(frozen=True, slots=True)
class Association:
    """One statement of the graph with everything that makes it checkable.

    ``negated`` states that the source denies it (HPOA ``NOT`` rows).

    Raises:
        IncompleteEvidenceError: there is no evidence; such an association cannot exist.
    """

    subject: Reference
    predicate: Predicate
    object: Reference
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[tuple[Qualifier, Value], ...] = ()
    negated: bool = False
    _key: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.evidence:
            raise IncompleteEvidenceError(f"{self.subject} {self.predicate} {self.object} has no evidence")
        if len(self.evidence) > 1:
            object.__setattr__(self, "evidence", tuple(sorted(set(self.evidence), key=repr)))
        if len(self.qualifiers) > 1:
            object.__setattr__(self, "qualifiers", tuple(sorted(set(self.qualifiers), key=_by_name_and_text)))

    @property
    def key(self) -> str:
        """Hash of what is stated (not of who states it): 32 hexadecimal digits, the end of its IRI."""
        if not self._key:
            object.__setattr__(self, "_key", self._hash())
        return self._key

    def _hash(self) -> str:
        parts = [
            self.subject.curie,
            ("not " if self.negated else "") + self.predicate,
            self.object.curie,
            *(f"{name}{'@' if isinstance(value, Reference) else '='}{value}" for name, value in self.qualifiers),
        ]
        return blake2b(ascii(parts).encode(), digest_size=16).hexdigest()  # ascii() keeps the parts apart

    def qualifier(self, name: Qualifier) -> Value | None:
        """The value of a qualifier, or ``None``."""
        return next((value for key, value in self.qualifiers if key == name), None)


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: an association, walked forwards or (``inverted``) from object to subject.

    ``subject`` and ``object`` are the association's ends as entities, so that a path can be read without a store.
    """

    association: Association
    subject: Entity
    object: Entity
    inverted: bool = False
    derived_from: tuple[str, ...] = ()

    @property
    def start(self) -> Entity:
        """The entity that this step leaves."""
        return self.object if self.inverted else self.subject

    @property
    def end(self) -> Entity:
        """The entity that this step reaches."""
        return self.subject if self.inverted else self.object


@dataclass(frozen=True, slots=True)
class Path:
    """Evidenced hops, each beginning where the one before it ended.

    Raises:
        ValueError: the hops do not join.
    """

    hops: tuple[Hop, ...]
    score: float | None = None

    def __post_init__(self) -> None:
        for before, after in zip(self.hops, self.hops[1:], strict=False):
            if before.end.reference != after.start.reference:
                raise ValueError(f"hops do not join: {before.end.reference} then {after.start.reference}")

    @property
    def entities(self) -> tuple[Entity, ...]:
        """All entities along the path, in order."""
        return (self.hops[0].start, *(hop.end for hop in self.hops)) if self.hops else ()


def _by_name_and_text(pair: tuple[str, Value]) -> tuple[str, bool, str]:
    name, value = pair
    return name, isinstance(value, Reference), str(value)
