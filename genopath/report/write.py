"""Rendering and writing of a report: all of its files appear together, or none does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import jinja2

from genopath.document import Json, report_document, software
from genopath.report import cards, coverage, curve, groups, references, view
from genopath.report.evidence import path_documents
from genopath.report.folder import replace_files
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from pathlib import Path

    from kg.release import Manifest
    from queries.candidate import Diagnoses, DrugAdvice, GeneCall
    from queries.case import PatientCase
    from queries.medication import Disagreement

TOP: Final = 10
"""How many diagnoses the page shows; ``report.json`` holds all."""
PRINTED: Final = 3
"""How many diagnoses print with their weights and evidence paths."""
MOST_MISSING: Final = 8
"""How many typical features that the case does not mention the page lists for a diagnosis."""
MOST_SOURCES: Final = 6
"""How many sources the head of the page names with their releases."""
MOST_DIPLOTYPES: Final = 30
"""How many compatible diplotypes the page lists for a gene."""
MOST_POSITIONS: Final = 40
"""How many open positions, and how many unseen alleles, the page lists for a gene."""


@dataclass(frozen=True, slots=True)
class DrugPart:
    """What the page shows of drug advice, in its order."""

    advice: DrugAdvice
    cards: tuple[cards.DrugCard, ...]
    pairs: tuple[groups.InteractingPair, ...]
    complaints: tuple[groups.ComplaintGroup, ...]
    actionable: tuple[groups.ActionableGene, ...]
    groups: tuple[groups.AdviceGroup, ...]
    disagreements: tuple[Disagreement, ...]
    """Those on drugs without a card."""
    calls: tuple[GeneCall, ...]
    coverage: tuple[coverage.CoverageCard, ...]

    @classmethod
    def of(cls, case: PatientCase, advice: DrugAdvice) -> DrugPart:
        """The page's view of the advice."""
        shown = cards.drug_cards(case, advice)
        return cls(
            advice,
            shown,
            groups.interacting_pairs(advice),
            groups.complaint_groups(case, advice),
            groups.actionable_genes(advice),
            groups.other_advice(advice),
            groups.other_disagreements(advice, {card.drug for card in shown}),
            view.sorted_calls(advice),
            coverage.coverage_cards(advice),
        )


def write_report(
    folder: Path, manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> None:
    """Write ``report.html``, ``report.json`` and ``paths/*.json`` into ``folder``; files of an older report go.

    Only the owner may read the files.

    Raises:
        UsageError: ``folder`` is no folder, or nothing can be written there.
    """
    page = render_html(manifest, case, advice, diagnoses)
    files = {
        "report.html": page.encode("utf-8", "replace"),
        "report.json": _dump(report_document(manifest, case, advice, diagnoses)),
        **{name: _dump(content) for name, content in path_documents(manifest, case, advice, diagnoses)},
    }
    replace_files(folder, files.items(), own=("report.html", "report.json", "paths"))


def render_html(manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None) -> str:
    """The page: self-contained, without scripts; everything that comes from a case or a source is escaped."""
    problems = (*case.problems, *(advice.problems if advice else ()), *(diagnoses.problems if diagnoses else ()))
    candidates = diagnoses.candidates[:TOP] if diagnoses else ()
    return (
        _environment()
        .get_template("template.html.j2")
        .render(
            software=software(),
            manifest=manifest,
            case=case,
            pgx=DrugPart.of(case, advice) if advice else None,
            candidates=candidates,
            diagnoses=diagnoses,
            best=max((candidate.score for candidate in candidates), default=0.0),
            used=references.sources_used(manifest, advice, diagnoses)[:MOST_SOURCES],
            citations=references.citations(advice, candidates),
            problems=tuple(dict.fromkeys(problems)),
            most_missing=MOST_MISSING,
            most_diplotypes=MOST_DIPLOTYPES,
            most_positions=MOST_POSITIONS,
            printed=PRINTED,
        )
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("genopath.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "age": view.age_in_words,
        "chain": view.chain,
        "curve": curve.draw,
        "grade": view.grade,
        "gravest": view.gravest,
        "link": view.link,
        "percent": coverage.percent,
        "position": coverage.position_name,
        "qualifiers": view.shown_qualifiers,
        "results": cards.gene_results,
        "safe_url": view.safe_url,
        "sorted_actions": view.sorted_actions,
        "split": view.split_considerations,
        "symbol": gene_symbol,
        "why_silent": cards.why_silent,
    }
    environment.globals |= {
        "concerns": view.CONCERNS,
        "mechanisms": view.MECHANISMS,
        "origins": view.ORIGINS,
        "outcomes": view.OUTCOMES,
        "statuses": coverage.STATUS_WORDS,
        "words": view.WORDS,
        "canvas": curve.CANVAS,
    }
    return environment


def _dump(content: Json) -> bytes:
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode("ascii")
