"""Answers as small HTML tables, for notebooks; everything that comes from a case or a source is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from queries.export.tables import join, join_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Hop, Path
    from queries.candidate import Diagnoses, DrugAdvice


def advice_to_html(advice: DrugAdvice) -> str:
    """Recommendations, listed medications first, each with its source's own text."""
    rows = (
        (
            item.drug.name + (" (listed)" if item.on_medication_list else ""),
            join(action.replace("_", " ") for action in item.actions),
            join_pairs(item.phenotypes),
            item.source,
            item.text,
        )
        for item in advice.recommendations
    )
    return _table("Drug advice", ("Drug", "Advice", "Gene result", "Source", "Text"), rows)


def diagnoses_to_html(diagnoses: Diagnoses) -> str:
    """Candidates, best first."""
    rows = (
        (
            str(item.rank),
            f"{item.disease.name} ({item.disease.reference})",
            f"{item.score:.2f}",
            join(gene.name for gene in item.genes),
            join(feature.term.name for feature in item.features.matched),
            join(feature.term.name for feature in item.features.contradicted),
        )
        for item in diagnoses.candidates
    )
    return _table("Diagnoses", ("Rank", "Disease", "Score", "Genes", "Matched", "Contradicted"), rows)


def paths_to_html(paths: Sequence[Path]) -> str:
    """One row a hop, as its source states it."""
    rows = (
        (str(number), *_statement(hop), join(_records(hop)))
        for number, path in enumerate(paths, start=1)
        for hop in path.hops
    )
    return _table("Paths", ("Path", "Subject", "Predicate", "Object", "Evidence"), rows)


def _statement(hop: Hop) -> tuple[str, str, str]:
    words = hop.association.predicate.local_name.replace("_", " ")
    return hop.subject.name, ("NOT " if hop.association.negated else "") + words, hop.object.name


def _records(hop: Hop) -> list[str]:
    return [f"{item.source} {item.release}, {item.record} ({item.license})" for item in hop.association.evidence]


def _table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
