"""The pgx document: gene results, drug advice and everything that a medication list says beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.coverage import coverage_to_json
from genopath.document.envelope import Json, document
from genopath.document.medication import (
    alternative_to_json,
    complaint_to_json,
    disagreement_to_json,
    dose_to_json,
    interaction_to_json,
    medication_to_json,
    phenoconversion_to_json,
)
from genopath.document.paths import gene_to_json, named_to_json, paths_to_json

if TYPE_CHECKING:
    from kg.release import Manifest
    from queries.candidate import Diplotype, DrugAdvice, GeneCall, Recommendation
    from queries.case import PatientCase


def pgx_document(manifest: Manifest, case: PatientCase, advice: DrugAdvice) -> Json:
    """The answer of ``genopath pgx``."""
    return document(manifest, case, problems=advice.problems, **pgx_part(advice))


def pgx_part(advice: DrugAdvice) -> Json:
    """What a pgx document holds beyond the envelope."""
    return {
        "genes": [_gene_call(item) for item in advice.genes],
        "recommendations": [_recommendation(item) for item in advice.recommendations],
        "medications": [medication_to_json(item) for item in advice.medications],
        "phenoconversions": [phenoconversion_to_json(item) for item in advice.phenoconversions],
        "interactions": [interaction_to_json(item) for item in advice.interactions],
        "alternatives": [alternative_to_json(item) for item in advice.alternatives],
        "complaints": [complaint_to_json(item) for item in advice.complaints],
        "dosing": [dose_to_json(item) for item in advice.dosing],
        "coverage": [coverage_to_json(item) for item in advice.coverage],
        "disagreements": [disagreement_to_json(item) for item in advice.disagreements],
    }


def _gene_call(call: GeneCall) -> Json:
    return {
        "gene": gene_to_json(call.gene),
        "status": str(call.status),
        "call_source": str(call.call_source),
        "diplotypes": [_diplotype(item) for item in call.diplotypes],
        "phenotypes": list(call.phenotypes),
        "activity_scores": list(call.activity_scores),
        "positions": _positions(call),
        "messages": list(call.messages),
        "research": call.research,
    }


def _diplotype(diplotype: Diplotype) -> Json:
    return {
        "name": diplotype.name,
        "score": diplotype.match_score,
        "activity_score": diplotype.activity_score,
        "phenotype": diplotype.phenotype,
        "preferred": diplotype.preferred,
        "inferred": diplotype.inferred,
    }


def _positions(call: GeneCall) -> Json | None:
    positions = call.positions
    if positions is None:
        return None
    return {
        "assayed": positions.assayed,
        "missing": list(positions.missing),
        "no_call": list(positions.no_call),
        "filtered": list(positions.filtered),
        "conflicting": list(positions.conflicting),
    }


def _recommendation(advice: Recommendation) -> Json:
    guideline = advice.guideline
    return {
        "drug": named_to_json(advice.drug),
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
        "settled_by": list(advice.settled_by),
        "preferred": advice.preferred,
        "derived": [phenoconversion_to_json(item) for item in advice.derived],
        "paths": paths_to_json(advice.paths),
    }
