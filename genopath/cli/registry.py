"""``--registry FILE``: one row for each patient who agreed to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ontology.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store import Graph
    from queries.candidate import DrugAdvice
    from queries.case import PatientCase


def registry_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--registry FILE``."""
    option = click.option(
        "--registry",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Add a de-identified row to this registry (a file or folder); needs the patient's consent (--consent).",
    )
    return option(command)


def check_registry(registry: Path | None) -> None:
    """Refuse a registry that cannot be written to, before anything is computed.

    Raises:
        UsageError: its folder is not there, or may not be written to.
    """
    if registry is None:
        return
    target = registry if registry.exists() else registry.parent
    if not os.access(target, os.W_OK):
        raise UsageError(f"--registry {registry}: cannot be written; name a file that you own in a folder that exists")


def check_consent(registry: Path | None, case: PatientCase) -> None:
    """Refuse a case that is to be registered without consent; called before anything is computed of it.

    Raises:
        UsageError: consent is not recorded.
    """
    if registry is not None and not case.consent:
        raise UsageError(
            f"--registry: the consent of case {case.id} is not recorded; "
            "add --consent (or `consent: true` in the case file) if it was given, or leave --registry out"
        )


def register(registry: Path | None, graph: Graph, case: PatientCase, advice: DrugAdvice) -> None:
    """Add one answered case to the registry, where one is named; never a case without consent."""
    if registry is not None and case.consent:
        from queries.registry import append_registry_row

        append_registry_row(registry, case, advice, graph)
