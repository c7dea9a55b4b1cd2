"""Answers as pandas tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from queries.export.tables import ADVICE, DIAGNOSES, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Path
    from queries.candidate import Diagnoses, DrugAdvice

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
    return _frame(ADVICE.rows(advice), tuple(ADVICE.columns))


def diagnoses_to_frame(diagnoses: Diagnoses) -> pd.DataFrame:
    """One row a candidate, best first; features are named by their HPO ids."""
    return _frame(DIAGNOSES.rows(diagnoses), tuple(DIAGNOSES.columns))


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


def _frame(rows: Iterable[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))
