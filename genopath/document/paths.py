"""Paths, hops and the entities on them as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import AgentType, KnowledgeLevel
from ontology.reference import Reference
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from genopath.document.envelope import Json
    from kg.model import Entity, Evidence, Hop, Path, Value
    from queries.case import Feature

_STRONGEST_FIRST: Final = (
    KnowledgeLevel.KNOWLEDGE_ASSERTION,
    KnowledgeLevel.LOGICAL_ENTAILMENT,
    KnowledgeLevel.OBSERVATION,
    KnowledgeLevel.STATISTICAL_ASSOCIATION,
    KnowledgeLevel.PREDICTION,
    KnowledgeLevel.NOT_PROVIDED,
)
"""Which evidence speaks for a whole hop: only where nothing else is known does a prediction."""
_AGENTS: Final = (
    AgentType.MANUAL_AGENT,
    AgentType.MANUAL_VALIDATION_OF_AUTOMATED_AGENT,
    AgentType.AUTOMATED_AGENT,
    AgentType.DATA_ANALYSIS_PIPELINE,
    AgentType.TEXT_MINING_AGENT,
    AgentType.COMPUTATIONAL_MODEL,
    AgentType.NOT_PROVIDED,
)


def paths_to_json(paths: Iterable[Path]) -> list[Json]:
    """Several paths, in their order."""
    return [path_to_json(path) for path in paths]


def path_to_json(path: Path) -> Json:
    """A PATH of the contract."""
    return {"score": path.score, "hops": [hop_to_json(hop) for hop in path.hops]}


def strongest(evidence: Sequence[Evidence]) -> Evidence:
    """The evidence that speaks for the whole: an assertion before a prediction, a person before a program."""
    return min(evidence, key=lambda e: (_STRONGEST_FIRST.index(e.knowledge_level), _AGENTS.index(e.agent_type)))


def hop_to_json(hop: Hop) -> Json:
    """One statement of a path; its key and qualifiers lead back to the release."""
    speaking = strongest(hop.association.evidence)
    return {
        "subject": node_to_json(hop.subject),
        "predicate": str(hop.association.predicate),
        "object": node_to_json(hop.object),
        "inverted": hop.inverted,
        "negated": hop.association.negated,
        "knowledge_level": str(speaking.knowledge_level),
        "agent_type": str(speaking.agent_type),
        "derived_from": list(hop.derived_from),
        "evidence": [_evidence(item) for item in hop.association.evidence],
        "association": hop.association.key,
        "qualifiers": [qualifier_to_json(name, value) for name, value in hop.association.qualifiers],
    }


def _evidence(evidence: Evidence) -> Json:
    level = evidence.level
    return {
        "source": evidence.source,
        "record": evidence.record,
        "release": evidence.release,
        "license": evidence.license,
        "publications": [publication.curie for publication in evidence.publications],
        "level": None if level is None else str(level),
        "level_scheme": None if level is None else type(level).__name__,
        "knowledge_level": str(evidence.knowledge_level),
        "agent_type": str(evidence.agent_type),
    }


def qualifier_to_json(name: str, value: Value) -> Json:
    """``id`` holds a value that names an entity, ``text`` any other."""
    named = isinstance(value, Reference)
    return {"name": str(name), "id": str(value) if named else None, "text": None if named else str(value)}


def node_to_json(entity: Entity) -> Json:
    """An end of a hop."""
    return {**named_to_json(entity), "category": str(entity.category)}


def named_to_json(entity: Entity) -> Json:
    """An entity by its CURIE and name."""
    return {"id": entity.reference.curie, "name": entity.name}


def gene_to_json(gene: Entity) -> Json:
    """A gene by its identifier and approved symbol."""
    return {"id": gene.reference.curie, "symbol": gene_symbol(gene)}


def feature_to_json(feature: Feature) -> Json:
    """A feature of the patient; ``given`` is the text of the input where it differs from the term."""
    return {"id": feature.term.curie, "name": feature.name, "given": feature.given}
