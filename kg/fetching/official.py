"""Fetching the official files of sources into a data folder, keeping them fresh, and checking them.

A file goes to ``ROOT/<source>/<release>/``; where a server tells no release, the day of its last change names it, and
without that the day of the fetch. What is there already and unchanged upstream is not fetched again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kg.fetching.download import Downloader, DownloadError, Validators, forget_part
from kg.fetching.paging import fetch_pages
from kg.fetching.record import Fetched, FetchRecord
from kg.folders import release_folders
from ontology.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.fetching.download import Received
    from kg.source import Download, Source

PARTS: Final = ".parts"
"""Folder of unfinished files below a source's folder; no release, so no build reads it."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One official file after a fetch: where it lies, and whether it is new."""

    source: Source
    download: Download
    path: Path
    is_new: bool


@dataclass(slots=True)
class Failure:
    """One official file that could not be fetched."""

    source: Source
    error: DataError


@dataclass(slots=True)
class Fetching:
    """What a fetch brought."""

    arrivals: list[Arrival] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def check(self) -> None:
        """Raise where any file could not be fetched.

        Raises:
            DataError: names each of them.
        """
        if self.failures:
            reasons = "; ".join(str(failure.error) for failure in self.failures)
            raise DataError(f"{len(self.failures)} files could not be fetched, run it again to go on: {reasons}")


def fetch_sources(sources: Iterable[Source], root: Path, downloader: Downloader) -> Fetching:
    """Fetch the official files of ``sources`` into ``root``; one that fails does not keep the others from coming."""
    fetching = Fetching()
    for source in sources:
        for number, download in enumerate(source.downloads):
            if number and source.interval:
                downloader.sleep(source.interval)
            try:
                fetching.arrivals.append(_fetch(source, download, root, downloader))
            except DataError as error:
                fetching.failures.append(Failure(source, error))
            except OSError as error:
                reason = f"cannot be written to {root} ({error.strerror or error})"
                fetching.failures.append(Failure(source, DownloadError(download.url, reason)))
    return fetching


def find_fetched(source: Source, download: Download, root: Path) -> tuple[Path, Fetched] | None:
    """The newest fetched copy of an official file that is still there as it was, by its size."""
    for folder in release_folders(source, [root]):
        fetched = FetchRecord.load(folder).files.get(download.name)
        path = folder / download.name
        if fetched and fetched.url == download.url and path.is_file() and path.stat().st_size == fetched.size:
            return path, fetched
    return None


def find_newer(sources: Iterable[Source], root: Path, downloader: Downloader) -> Iterator[tuple[Source, Download, str]]:
    """Each official file with ``current``, ``newer upstream``, ``not fetched``, ``cannot tell``, or why it is unknown."""
    for source in sources:
        for download in source.downloads:
            held = find_fetched(source, download, root)
            if held is None:
                yield source, download, "not fetched"
            elif not _validators(held[1]).conditions:
                yield source, download, f"cannot tell; fetched {held[1].retrieved}"
            else:
                yield source, download, _freshness(download, held[1], downloader)


def verify_fetched(sources: Sequence[Source], root: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Fetched files below ``root`` that are as they were fetched, and those that are not, with the reason."""
    good, bad = [], []
    folders = {folder: None for source in sources for folder in release_folders(source, [root])}  # two may share one
    for folder in folders:
        record = FetchRecord.load(folder)
        damaged = list(record.damaged())
        bad += damaged
        good += [folder / name for name in sorted(record.files) if folder / name not in dict(damaged)]
    return good, bad


def today() -> str:
    """The day in UTC as an ISO date."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _fetch(source: Source, download: Download, root: Path, downloader: Downloader) -> Arrival:
    held = find_fetched(source, download, root)
    part = root / source.folder / PARTS / f"{download.name}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    known = _validators(held[1]) if held else None
    if download.rows:
        received: Received | None = fetch_pages(downloader, download, part, interval=source.interval)
    else:
        received = downloader.fetch(download.url, part, known=known, checksum_url=download.checksum_url)
    if received is None:
        assert held is not None  # noqa: S101 - without a known version there is always a file
        return Arrival(source, download, held[0], is_new=False)
    fetched = Fetched(
        download.url,
        received.sha256,
        received.size,
        today(),
        received.validators.etag,
        received.validators.last_modified,
    )
    if held and held[1].sha256 == fetched.sha256:  # the same bytes under other validators, which are asked with next
        FetchRecord.load(held[0].parent).note(download.name, fetched)
        part.unlink()
        forget_part(part)
        return Arrival(source, download, held[0], is_new=False)
    record = FetchRecord.load(root / source.folder / _release(download, received))
    path = record.put(part, download.name, fetched)
    forget_part(part)
    return Arrival(source, download, path, is_new=True)


def _release(download: Download, received: Received) -> str:
    if download.release:
        found = [match[1] for address in received.addresses if (match := re.search(download.release, address))]
        if not found:
            led_to = received.addresses[-1]
            raise DownloadError(download.url, f"led to {led_to}, which names no release ({download.release})")
        return found[0]
    return received.validators.date or today()


def _validators(fetched: Fetched) -> Validators:
    return Validators(fetched.etag, fetched.last_modified)


def _freshness(download: Download, fetched: Fetched, downloader: Downloader) -> str:
    try:
        return "newer upstream" if downloader.is_newer(download.url, _validators(fetched)) else "current"
    except DownloadError as error:
        return f"unknown: {error}"
