"""Answers as pandas tables: flat columns of text, numbers and booleans, fit for TSV and Parquet.

Several values in one cell are joined by ``; ``; the JSON documents keep them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Path
    from queries.candidate import Diagnoses, Diagnosis, DrugAdvice, Recommendation, WeightedFeature

SEPARATOR: Final = "; "

_ADVICE_COLUMNS: Final = (
    "drug_id",
    "drug",
    "source",
    "actions",
    "phenotypes",
    "activity_scores",
    "strength",
    "population",
    "text",
    "implications",
    "on_medication_list",
    "robust",
    "derived",
    "guideline_id",
    "guideline_url",
    "guideline_version",
)
_DIAGNOSIS_COLUMNS: Final = (
    "rank",
    "disease_id",
    "mondo_id",
    "disease",
    "score",
    "probability",
    "genes",
    "matched",
    "unmatched",
    "contradicted",
    "missing",
    "variants",
    "predicted",
)
_PATH_COLUMNS: Final = (
    "path",
    "path_score",
    "hop",
    "subject_id",
    "subject",
    "predicate",
    "object_id",
    "object",
    "inverted",
    "negated",
    "source",
    "record",
    "release",
    "license",
    "level",
    "publications",
    "knowledge_level",
    "agent_type",
)


def advice_to_frame(advice: DrugAdvice) -> pd.DataFrame:
    """One row a recommendation, in the order of the advice."""
    return _frame(map(_recommendation, advice.recommendations), _ADVICE_COLUMNS)


def diagnoses_to_frame(diagnoses: Diagnoses) -> pd.DataFrame:
    """One row a candidate, best first; features are named by their HPO ids."""
    return _frame(map(_diagnosis, diagnoses.candidates), _DIAGNOSIS_COLUMNS)


def paths_to_frame(paths: Sequence[Path]) -> pd.DataFrame:
    """One row for each evidence of each hop; ``path`` and ``hop`` count from 1."""
    rows = (
        (
            number,
            path.score,
            step,
            hop.subject.reference.curie,
            hop.subject.name,
            str(hop.association.predicate),
            hop.object.reference.curie,
            hop.object.name,
            hop.inverted,
            hop.association.negated,
            evidence.source,
            evidence.record,
            evidence.release,
            evidence.license,
            None if evidence.level is None else str(evidence.level),
            join(publication.curie for publication in evidence.publications),
            str(evidence.knowledge_level),
            str(evidence.agent_type),
        )
        for number, path in enumerate(paths, start=1)
        for step, hop in enumerate(path.hops, start=1)
        for evidence in hop.association.evidence
    )
    return _frame(rows, _PATH_COLUMNS)


def join(values: Iterable[object]) -> str:
    """Several values in one cell."""
    return SEPARATOR.join(map(str, values))


def join_pairs(values: Mapping[str, object]) -> str:
    """A mapping in one cell.

    >>> join_pairs({"CYP2C19": "Poor Metabolizer"})
    'CYP2C19: Poor Metabolizer'
    """
    return join(f"{key}: {value}" for key, value in values.items())


def _frame(rows: Iterable[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _recommendation(advice: Recommendation) -> tuple[object, ...]:
    return (
        advice.drug.reference.curie,
        advice.drug.name,
        advice.source,
        join(advice.actions),
        join_pairs(advice.phenotypes),
        join_pairs(advice.activity_scores),
        advice.strength,
        advice.population,
        advice.text,
        join_pairs(advice.implications),
        advice.on_medication_list,
        advice.robust,
        join(advice.derived),
        advice.guideline.id,
        advice.guideline.url,
        advice.guideline.version,
    )


def _diagnosis(candidate: Diagnosis) -> tuple[object, ...]:
    features = candidate.features
    return (
        candidate.rank,
        candidate.disease.reference.curie,
        None if candidate.mondo is None else candidate.mondo.curie,
        candidate.disease.name,
        candidate.score,
        candidate.probability,
        join(gene.name for gene in candidate.genes),
        _terms(features.matched),
        _terms(features.unmatched),
        _terms(features.contradicted),
        _terms(features.missing),
        join(evidence.variant.name for evidence in candidate.variants),
        candidate.predicted,
    )


def _terms(features: Iterable[WeightedFeature]) -> str:
    return join(feature.term.reference.curie for feature in features)
