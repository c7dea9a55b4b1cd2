"""Tables that a publisher offers through an API alone, page by page (PostgREST, as CPIC's)."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from kg.fetching.download import DownloadError, Received, Validators, forget_part
from kg.fetching.integrity import digest

if TYPE_CHECKING:
    from pathlib import Path

    from kg.fetching.download import Downloader
    from kg.source import Download

MOST_PAGES: Final = 10_000
"""A server that never comes to an end is not followed further."""
_LONGEST_KEPT: Final = 24 * 3600
"""Seconds for which a fetched page may be used."""


def fetch_pages(downloader: Downloader, download: Download, part: Path, *, interval: float = 0.0) -> Received:
    """All rows of a table as one JSON array in ``part``, in the order that the address asks for (``order=``).

    Each page is fetched as a file of its own (and so tried again and resumed). Pages that came stay for a next run on
    the same day: an older one may be of another state of the table. The end is the first page without a row, since a
    server may give fewer rows than were asked for.

    Raises:
        DownloadError: a page is no JSON array, or the pages do not end.
    """
    pages = [*_pages(downloader, download, part, interval)]
    with part.open("w", encoding="utf-8") as stream:
        stream.write("[\n")
        for number, page in enumerate(pages):
            rows = json.loads(page.read_text("utf-8"))
            lines = (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
            text = ",\n".join(lines)
            stream.write((",\n" if number and text else "") + text)
        stream.write("\n]\n")
    for page in pages:
        page.unlink()
    return Received(part, (download.url,), Validators(), digest(part), part.stat().st_size)


def _pages(downloader: Downloader, download: Download, part: Path, interval: float) -> list[Path]:
    pages: list[Path] = []
    offset = 0
    for _ in range(MOST_PAGES):
        page = part.with_name(f"{part.name}.{offset}.json")
        if not page.is_file() or time.time() - page.stat().st_mtime > _LONGEST_KEPT:
            _fetch_page(downloader, download, offset, page)
            downloader.sleep(interval)
        pages.append(page)
        rows = len(_rows(download, page))
        if not rows:
            return pages
        offset += rows
    raise DownloadError(download.url, f"has more than {MOST_PAGES} pages of {download.rows} rows")


def _fetch_page(downloader: Downloader, download: Download, offset: int, page: Path) -> None:
    mark = "&" if "?" in download.url else "?"
    url = f"{download.url}{mark}limit={download.rows}&offset={offset}"
    coming = page.with_name(f"{page.name}.part")
    received = downloader.fetch(url, coming)
    assert received is not None  # noqa: S101 - no version of a page is known
    _rows(download, coming)
    coming.replace(page)
    forget_part(coming)


def _rows(download: Download, page: Path) -> list[object]:
    try:
        rows = json.loads(page.read_text("utf-8"))
    except ValueError as error:
        page.unlink()
        raise DownloadError(download.url, f"gave a page that is no JSON ({error})") from error
    if not isinstance(rows, list):
        page.unlink()
        raise DownloadError(download.url, f"gave a page that is no array of rows but {str(rows)[:80]}")
    return rows
