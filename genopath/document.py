"""Results as JSON documents: the published form of every answer, described by the JSON Schema in ``genopath.schema``.

Every key of the contract is always present; what is unknown is ``None`` or an empty list. Nothing here reads or writes.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from kg.model import AgentType, KnowledgeLevel
from ontology.reference import Reference
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Entity, Evidence, Hop, Path, Value
    from kg.release import Manifest
    from queries.candidate import (
        Diagnoses,
        Diagnosis,
        DrugAdvice,
        FeatureMatch,
        GeneCall,
        Recommendation,
        UnansweredDrug,
        VariantEvidence,
        WeightedFeature,
    )
    from queries.case import Feature, Medication, PatientCase, Problem
    from queries.lookup import Lookup

SCHEMA_VERSION: Final = "1.0"

Json = dict[str, Any]
"""A JSON object; its shape is the schema's business."""

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


def software() -> str:
    """Name and version of this software, as documents state it."""
    return f"genopath {version('genopath')}"


def document(
    manifest: Manifest, case: PatientCase | None, *, problems: Iterable[Problem] = (), **parts: object
) -> Json:
    """The envelope that every answer shares, and its ``parts``.

    ``problems`` join those of the case, each once.
    """
    found = dict.fromkeys((*(case.problems if case else ()), *problems))
    return {
        "schema_version": SCHEMA_VERSION,
        "software": software(),
        "release": release_to_json(manifest),
        "case": {"id": case.id if case else None},
        "problems": [_problem(problem) for problem in found],
        **parts,
    }


def pgx_document(manifest: Manifest, case: PatientCase, advice: DrugAdvice) -> Json:
    """The answer of ``genopath pgx``."""
    return document(manifest, case, problems=advice.problems, **pgx_part(advice))


def diagnose_document(manifest: Manifest, case: PatientCase, diagnoses: Diagnoses) -> Json:
    """The answer of ``genopath diagnose``."""
    return document(manifest, case, problems=diagnoses.problems, **diagnose_part(diagnoses))


def explain_document(manifest: Manifest, paths: Iterable[Path]) -> Json:
    """The answer of ``genopath explain``; it belongs to no case."""
    return document(manifest, None, paths=paths_to_json(paths))


def lookup_document(manifest: Manifest, found: Lookup) -> Json:
    """The answer of ``genopath lookup``: an entity and every association that touches it, as hops that leave it."""
    entity = found.entity
    hops = [_hop(neighbour.as_hop(entity)) for neighbour in found.neighbours]
    attributes = [_qualifier(name, value) for name, value in entity.attributes]
    described = {**_node(entity), "synonyms": list(entity.synonyms), "attributes": attributes}
    return document(manifest, None, entity=described, associations=hops)


def report_document(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> Json:
    """The answer of ``genopath report``; a part that was not asked for is ``None``.

    ``findings`` holds what concerns more than one domain. Drug advice and diagnoses of this version never meet, so it
    is empty.
    """
    problems = (*(advice.problems if advice else ()), *(diagnoses.problems if diagnoses else ()))
    return document(
        manifest,
        case,
        problems=problems,
        header=_header(case),
        findings=[],
        pgx=None if advice is None else pgx_part(advice),
        diagnose=None if diagnoses is None else diagnose_part(diagnoses),
        therapies=None,
    )


def release_to_json(manifest: Manifest) -> Json:
    """The graph release and the source releases in it."""
    return {
        "id": manifest.id,
        "built": manifest.built,
        "sources": [
            {"id": item.id, "release": item.release, "license": item.license, "retrieved": item.retrieved}
            for item in manifest.sources
        ],
    }


def pgx_part(advice: DrugAdvice) -> Json:
    """What a pgx document holds beyond the envelope."""
    return {
        "genes": [_gene_call(call) for call in advice.genes],
        "recommendations": [_recommendation(item) for item in advice.recommendations],
        "unanswered": [_unanswered(item) for item in advice.unanswered],
        "interactions": [],
        "alternatives": [],
        "complaints": [],
        "dosing": [],
        "coverage": [
            {"gene": _gene(call.gene), **positions, "paths": []}
            for call in advice.genes
            if (positions := _positions(call)) is not None
        ],
    }


def diagnose_part(diagnoses: Diagnoses) -> Json:
    """What a diagnose document holds beyond the envelope."""
    return {"candidates": [_diagnosis(candidate) for candidate in diagnoses.candidates]}


def paths_to_json(paths: Iterable[Path]) -> list[Json]:
    """Several paths, in their order."""
    return [path_to_json(path) for path in paths]


def path_to_json(path: Path) -> Json:
    """A PATH of the contract."""
    return {"score": path.score, "hops": [_hop(hop) for hop in path.hops]}


def strongest(evidence: Sequence[Evidence]) -> Evidence:
    """The evidence that speaks for the whole: an assertion before a prediction, a person before a program."""
    return min(evidence, key=lambda e: (_STRONGEST_FIRST.index(e.knowledge_level), _AGENTS.index(e.agent_type)))


def symbol(gene: Entity) -> str:
    """The approved symbol of a gene, else the name that the release has for it."""
    return str(gene.attribute(Attribute.SYMBOL) or gene.name)


def _hop(hop: Hop) -> Json:
    speaking = strongest(hop.association.evidence)
    return {
        "subject": _node(hop.subject),
        "predicate": str(hop.association.predicate),
        "object": _node(hop.object),
        "inverted": hop.inverted,
        "negated": hop.association.negated,
        "knowledge_level": str(speaking.knowledge_level),
        "agent_type": str(speaking.agent_type),
        "derived_from": list(hop.derived_from),
        "evidence": [_evidence(item) for item in hop.association.evidence],
        "association": hop.association.key,
        "qualifiers": [_qualifier(name, value) for name, value in hop.association.qualifiers],
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


def _qualifier(name: str, value: Value) -> Json:
    """``id`` holds a value that names an entity, ``text`` any other."""
    named = isinstance(value, Reference)
    return {"name": str(name), "id": str(value) if named else None, "text": None if named else str(value)}


def _node(entity: Entity) -> Json:
    return {**_named(entity), "category": str(entity.category)}


def _named(entity: Entity) -> Json:
    return {"id": entity.reference.curie, "name": entity.name}


def _gene(gene: Entity) -> Json:
    return {"id": gene.reference.curie, "symbol": symbol(gene)}


def _gene_call(call: GeneCall) -> Json:
    return {
        "gene": _gene(call.gene),
        "status": str(call.status),
        "call_source": str(call.call_source),
        "diplotypes": [
            {"name": item.name, "score": item.score, "phenotype": item.phenotype} for item in call.diplotypes
        ],
        "phenotypes": list(call.phenotypes),
        "activity_scores": list(call.activity_scores),
        "positions": _positions(call),
        "messages": list(call.messages),
    }


def _positions(call: GeneCall) -> Json | None:
    if call.positions is None:
        return None
    return {"assayed": call.positions.assayed, "missing": list(call.positions.missing)}


def _recommendation(advice: Recommendation) -> Json:
    guideline = advice.guideline
    return {
        "drug": _named(advice.drug),
        "source": advice.source,
        "guideline": {"id": guideline.id, "url": guideline.url, "version": guideline.version},
        "phenotypes": dict(advice.phenotypes),
        "activity_scores": dict(advice.activity_scores),
        "actions": [str(action) for action in advice.actions],
        "strength": advice.strength,
        "population": advice.population,
        "text": advice.text,
        "implications": dict(advice.implications),
        "on_medication_list": advice.on_medication_list,
        "robust": advice.robust,
        "derived": list(advice.derived),
        "paths": paths_to_json(advice.paths),
    }


def _unanswered(item: UnansweredDrug) -> Json:
    return {"drug": _named(item.drug), "reason": str(item.reason), "genes": [_gene(gene) for gene in item.genes]}


def _diagnosis(candidate: Diagnosis) -> Json:
    mondo = candidate.mondo
    return {
        "rank": candidate.rank,
        "disease": {
            "id": candidate.disease.reference.curie,
            "mondo": None if mondo is None else mondo.curie,
            "name": candidate.disease.name,
        },
        "score": candidate.score,
        "score_parts": dict(candidate.score_parts),
        "probability": candidate.probability,
        "genes": [_gene(gene) for gene in candidate.genes],
        "features": _features(candidate.features),
        "variants": [_variant(item) for item in candidate.variants],
        "predicted": candidate.predicted,
        "paths": paths_to_json(candidate.paths),
    }


def _features(match: FeatureMatch) -> Mapping[str, list[Json]]:
    kinds = {
        "matched": match.matched,
        "unmatched": match.unmatched,
        "contradicted": match.contradicted,
        "missing": match.missing,
    }
    return {kind: [_weighted(feature) for feature in features] for kind, features in kinds.items()}


def _weighted(feature: WeightedFeature) -> Json:
    return {
        **_named(feature.term),
        "weight": feature.weight,
        "disease_term": None if feature.disease_term is None else _named(feature.disease_term),
        "frequency": feature.frequency,
    }


def _variant(evidence: VariantEvidence) -> Json:
    return {
        **_named(evidence.variant),
        "significance": evidence.significance,
        "review": evidence.review,
        "zygosity": evidence.zygosity,
    }


def _problem(problem: Problem) -> Json:
    return {"severity": str(problem.severity), "where": problem.where, "message": problem.message}


def _header(case: PatientCase) -> Json:
    return {
        "sex": None if case.sex is None else str(case.sex),
        "age": case.age,
        "features": {
            "present": [_case_feature(feature) for feature in case.present],
            "excluded": [_case_feature(feature) for feature in case.excluded],
        },
        "medications": [_medication(medication) for medication in case.medications],
    }


def _case_feature(feature: Feature) -> Json:
    return {"id": feature.term.curie, "name": feature.name, "given": feature.given}


def _medication(medication: Medication) -> Json:
    drug = medication.drug
    return {"given": medication.given, "id": None if drug is None else drug.curie, "name": medication.name}
