"""Options and output that several commands share."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ontology.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store import Graph


def release_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--release DIR``."""
    option = click.option(
        "--release",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Graph release to answer from (default: the newest).",
    )
    return option(command)


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--out FILE``."""
    option = click.option(
        "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write here instead of stdout."
    )
    return option(command)


def format_option(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``--format`` with these choices; the first is the default."""
    return click.option(
        "--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True, help="Output format."
    )


def open_graph(release: Path | None) -> Graph:
    """The release that a command answers from.

    Raises:
        ReleaseError: there is none.
    """
    from kg.store import Graph

    return Graph.open(release)


def to_json(document: Any, *, line: bool = False) -> str:
    """One JSON document, indented, or on one ``line`` for batches."""
    if line:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(document, ensure_ascii=False, indent=2)


def emit(text: str, out: Path | None) -> None:
    """Print a whole answer, or write it to a file that only its owner can read, all or nothing."""
    if out is None:
        click.echo(text)
        return
    with written_whole(out) as part:
        part.write_text(text + "\n", "utf-8")


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """An empty file beside ``out`` to write to, its owner's alone; it takes the place of ``out`` when all went well.

    Raises:
        UsageError: there is no such folder, or it cannot be written to.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield part
        part.replace(out)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written ({error.strerror or error})") from None
    finally:
        part.unlink(missing_ok=True)
