"""Rendering and writing of a report: all of its files appear together, or none does."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

import jinja2

from genopath.document import Json, document, paths_to_json, report_document, software, symbol
from genopath.report import view
from genopath.report.folder import replace_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.release import Manifest
    from queries.candidate import Diagnoses, DrugAdvice
    from queries.case import PatientCase

TOP: Final = 10
"""How many diagnoses the page shows; ``report.json`` holds all."""
PRINTED: Final = 3
"""How many diagnoses print with their weights and evidence paths."""
MOST_MISSING: Final = 8
"""How many typical features that the case does not mention the page lists for a diagnosis."""

_LONGEST_SLUG: Final = 40


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
        **{name: _dump(content) for name, content in _path_documents(manifest, case, advice, diagnoses)},
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
            cards=view.drug_cards(case, advice) if advice else None,
            groups=view.other_advice(advice) if advice else (),
            calls=view.sorted_calls(advice) if advice else (),
            candidates=candidates,
            diagnoses=diagnoses,
            best=max((candidate.score for candidate in candidates), default=0.0),
            problems=tuple(dict.fromkeys(problems)),
            most_missing=MOST_MISSING,
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
        "grade": view.grade,
        "gravest": view.gravest,
        "link": view.link,
        "qualifiers": view.shown_qualifiers,
        "results": view.gene_results,
        "safe_url": view.safe_url,
        "sorted_actions": view.sorted_actions,
        "symbol": symbol,
    }
    environment.globals |= {"origins": view.ORIGINS, "words": view.WORDS}
    return environment


def _path_documents(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> Iterator[tuple[str, Json]]:
    """One explain document for each recommendation and diagnosis; ``about`` says whose paths these are."""
    for number, item in enumerate(advice.recommendations if advice else (), start=1):
        about: Json = {"drug": item.drug.reference.curie, "source": item.source, "phenotypes": dict(item.phenotypes)}
        name = f"drug-{number:03}-{_slug(item.drug.name)}-{_slug(item.source)}.json"
        yield _in_paths(name), document(manifest, case, about=about, paths=paths_to_json(item.paths))
    for candidate in diagnoses.candidates if diagnoses else ():
        disease = candidate.disease.reference.curie
        name = f"diagnosis-{candidate.rank:03}-{_slug(disease)}.json"
        about = {"disease": disease, "rank": candidate.rank}
        yield _in_paths(name), document(manifest, case, about=about, paths=paths_to_json(candidate.paths))


def _in_paths(name: str) -> str:
    return str(PurePosixPath("paths", name))


def _slug(text: str) -> str:
    """Letters, digits and hyphens only, so that no name of a case or source can leave the folder."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_SLUG] or "unnamed"


def _dump(content: Json) -> bytes:
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode("ascii")
