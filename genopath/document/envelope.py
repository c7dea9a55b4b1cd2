"""What every document holds: version, software, release, case and problems."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.release import Manifest
    from queries.case import PatientCase, Problem

SCHEMA_VERSION: Final = "1.0"

Json = dict[str, Any]
"""A JSON object; its shape is the schema's business."""


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


def _problem(problem: Problem) -> Json:
    return {"severity": str(problem.severity), "where": problem.where, "message": problem.message}
