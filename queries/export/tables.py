"""Answers as rows: flat columns of text, numbers and booleans, fit for TSV, Parquet and pandas.

Several values in one cell are joined by ``; ``; the JSON documents keep them apart. Nothing here needs pandas, so that
thousands of cases can be written row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kg.model import Path
    from queries.candidate import Diagnoses, Diagnosis, DrugAdvice, GeneCall, Recommendation, WeightedFeature
    from queries.medication import Phenoconversion

SEPARATOR: Final = "; "

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Table(Generic[Answer]):
    """Columns with the type of their cells, and how an answer becomes rows."""

    columns: Mapping[str, type]
    rows: Callable[[Answer], Iterator[Row]]


def join(values: Iterable[object]) -> str:
    """Several values in one cell."""
    return SEPARATOR.join(map(str, values))


def join_pairs(values: Mapping[str, object]) -> str:
    """A mapping in one cell.

    >>> join_pairs({"CYP2C19": "Poor Metabolizer"})
    'CYP2C19: Poor Metabolizer'
    """
    return join(f"{key}: {value}" for key, value in values.items())


def join_sources(paths: Iterable[Path]) -> str:
    """Source, release and licence of all evidence on the paths, each once."""
    stated = (item for path in paths for hop in path.hops for item in hop.association.evidence)
    return join(dict.fromkeys(f"{item.source} {item.release} ({item.license})" for item in stated))


def conversion_in_words(item: Phenoconversion) -> str:
    """What other drugs make of a gene result; ``unknown`` where no cited method says it."""
    drugs = ", ".join(modulator.drug.name for modulator in item.modulators)
    return f"{item.gene.name} {item.phenotype or 'unknown'} -> {item.converted or 'unknown'} ({drugs})"


def _advice_rows(advice: DrugAdvice) -> Iterator[Row]:
    return map(_recommendation, advice.recommendations)


def _call_rows(advice: DrugAdvice) -> Iterator[Row]:
    return map(_call, advice.genes)


def _diagnosis_rows(diagnoses: Diagnoses) -> Iterator[Row]:
    return map(_diagnosis, diagnoses.candidates)


def _recommendation(advice: Recommendation) -> Row:
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
        advice.preferred,
        join(advice.settled_by),
        join(map(conversion_in_words, advice.derived)),
        advice.guideline.id,
        advice.guideline.url,
        advice.guideline.version,
        join_sources(advice.paths),
    )


def _call(call: GeneCall) -> Row:
    return (
        gene_symbol(call.gene),
        call.gene.reference.curie,
        call.status.value,
        join(item.name for item in call.diplotypes if item.preferred),
        join(item.name for item in call.diplotypes if not item.preferred),
        join(call.phenotypes),
        join(f"{score:g}" for score in call.activity_scores),
        call.call_source.value,
        None if call.positions is None else call.positions.assayed,
        None if call.positions is None else len(call.positions.missing),
        call.research,
        join(call.messages),
    )


def _diagnosis(candidate: Diagnosis) -> Row:
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


def _texts(names: str) -> dict[str, type]:
    return dict.fromkeys(names.split(), str)


ADVICE: Final[Table[DrugAdvice]] = Table(
    {
        **_texts("drug_id drug source actions phenotypes activity_scores strength population text implications"),
        "on_medication_list": bool,
        "robust": bool,
        "preferred": bool,
        **_texts("settled_by derived guideline_id guideline_url guideline_version sources"),
    },
    _advice_rows,
)
"""One row a recommendation, in the order of the advice; ``sources`` gives release and licence of its evidence."""

CALLS: Final[Table[DrugAdvice]] = Table(
    {
        **_texts("gene gene_id status diplotypes other_diplotypes phenotypes activity_scores call_source"),
        "assayed": int,
        "missing": int,
        "research": bool,
        "messages": str,
    },
    _call_rows,
)
"""One row a gene: ``diplotypes`` are the preferred ones, ``other_diplotypes`` those that are compatible, too;
phenotypes and scores are those of all of them. ``missing`` counts positions."""

DIAGNOSES: Final[Table[Diagnoses]] = Table(
    {
        "rank": int,
        **_texts("disease_id mondo_id disease"),
        "score": float,
        "probability": float,
        **_texts("genes matched unmatched contradicted missing variants"),
        "predicted": bool,
    },
    _diagnosis_rows,
)
"""One row a candidate, best first; features are named by their HPO ids."""
