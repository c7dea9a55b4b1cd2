"""The diagnose document: ranked diagnoses with features, variants and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.envelope import Json, document
from genopath.document.paths import gene_to_json, named_to_json, paths_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.release import Manifest
    from queries.candidate import Diagnoses, Diagnosis, FeatureMatch, VariantEvidence, WeightedFeature
    from queries.case import PatientCase


def diagnose_document(manifest: Manifest, case: PatientCase, diagnoses: Diagnoses) -> Json:
    """The answer of ``genopath diagnose``."""
    return document(manifest, case, problems=diagnoses.problems, **diagnose_part(diagnoses))


def diagnose_part(diagnoses: Diagnoses) -> Json:
    """What a diagnose document holds beyond the envelope."""
    return {"candidates": [_diagnosis(candidate) for candidate in diagnoses.candidates]}


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
        "genes": [gene_to_json(gene) for gene in candidate.genes],
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
        **named_to_json(feature.term),
        "weight": feature.weight,
        "disease_term": None if feature.disease_term is None else named_to_json(feature.disease_term),
        "frequency": feature.frequency,
    }


def _variant(evidence: VariantEvidence) -> Json:
    return {
        **named_to_json(evidence.variant),
        "significance": evidence.significance,
        "review": evidence.review,
        "zygosity": evidence.zygosity,
    }
