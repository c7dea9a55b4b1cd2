"""``genopath build``: public files in, a published graph release out."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--data",
    "roots",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder of source files (DIR/<source>/<release>/...), beside genopath's own data folder. Repeatable.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="ROOT", help="Where releases are published."
)
@click.option(
    "--profile",
    type=click.Choice(["open", "academic"]),
    default="open",
    show_default=True,
    help="academic adds sources for non-commercial use.",
)
@click.option("--sources", metavar="A,B", help="Build from these sources only.")
def build(roots: tuple[Path, ...], out: Path | None, profile: str, sources: str | None) -> None:
    """Build and publish a graph release from the source files at hand."""
    from kg.build import BuildOptions
    from kg.build import build as build_release
    from kg.release import data_root, open_release, release_root
    from kg.sources.registry import SOURCES

    options = BuildOptions(
        roots=(*roots, data_root()),
        out=out or release_root(),
        profile="academic" if profile == "academic" else "open",
        only=frozenset(filter(None, (sources or "").split(","))),
        progress=sys.stderr.isatty(),
    )
    path = build_release(options, SOURCES)
    manifest = open_release(path).manifest
    for source in manifest.sources:
        click.echo(
            f"{source.id} {source.release}: {source.entities} entities, {source.associations} associations, "
            f"{source.quads} quads, sha256 {source.sha256}",
            err=True,
        )
    click.echo(f"sha256 of the sorted N-Quads: {manifest.quads_sha256}", err=True)
    click.echo(str(path))
