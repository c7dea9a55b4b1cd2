"""Where the files of a source's tables lie: ``ROOT/<source>/<release>/...``, the newest release that holds a table.

A folder whose name does not begin with a version number or date is no release. It is read for those tables alone whose
module states which release such a folder holds (:attr:`kg.source.Table.unversioned`).
"""

from __future__ import annotations

import re
import zipfile
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final

from kg.source import ENDINGS, SourceFile
from ontology.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.source import Source, Table

_RELEASE_NAME: Final = re.compile(r"^[a-z_]*-?(\d+(?:[.-]\d+)*)[\w.+-]*$", re.IGNORECASE | re.ASCII)
"""Names stand in IRIs, so ``2025-01-16 copy`` is none."""
_PLAIN_DATE: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_ARCHIVES: Final = (".whl", ".zip")


def release_key(name: str) -> tuple[int, ...] | None:
    """Sort key of a release folder's name, or ``None`` where the name states no version.

    >>> release_key("2025-01-16") > release_key("2024-07")
    True
    >>> release_key("variant-summary-slice") is None
    True
    >>> release_key("20250116") == release_key("2025-01-16")
    True
    """
    match = _RELEASE_NAME.match(name)
    if match is None:
        return None
    date = _PLAIN_DATE.fullmatch(match[1])
    return tuple(int(part) for part in (date.groups() if date else re.split(r"[.-]", match[1])))


def release_folders(source: Source, roots: Sequence[Path]) -> list[Path]:
    """Release folders of a source below all roots, newest first; of equal versions the first root's.

    Where the user has no folder of the source at all, those that ship with genopath.
    """
    folders = [
        (key, -order, folder)
        for order, folder in _subfolders(source, roots)
        if (key := release_key(folder.name)) is not None
    ]
    newest = [folder for _, _, folder in sorted(folders, key=lambda item: (*item[:2], item[2].name), reverse=True)]
    return newest or list(source.packaged)


def find_files(source: Source, table: Table, roots: Sequence[Path]) -> list[SourceFile]:
    """The table's files in the newest release that holds any, sorted by path; at most one unless it is ``many``.

    Files of a folder win over members of its archives, so that an archive beside its unpacked files counts once.

    Raises:
        SourceError: an archive of a folder is damaged.
    """
    for folder in release_folders(source, roots):
        if found := _files(source, table, folder, folder.name, folder.rglob("*")):
            return found if table.many else found[:1]
    if table.unversioned:
        own = [folder for root in roots if (folder := root / source.folder).is_dir()]
        below = sorted(folder for _, folder in _subfolders(source, roots) if release_key(folder.name) is None)
        for folder, paths in [*((one, one.glob("*")) for one in own), *((one, one.rglob("*")) for one in below)]:
            if found := _files(source, table, folder, table.unversioned, paths):
                return found if table.many else found[:1]
    return []


def _subfolders(source: Source, roots: Sequence[Path]) -> list[tuple[int, Path]]:
    return [
        (order, folder)
        for order, root in enumerate(roots)
        if (root / source.folder).is_dir()
        for folder in (root / source.folder).iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
    ]


def _files(source: Source, table: Table, folder: Path, release: str, paths: Iterable[Path]) -> list[SourceFile]:
    return [
        SourceFile(source, release, path, folder=folder)
        for path in sorted(paths)
        if path.is_file() and _matches(f"{folder.name}/{path.relative_to(folder).as_posix()}", table.pattern)
    ] or _archived_files(source, table, folder, release)


def _archived_files(source: Source, table: Table, folder: Path, release: str) -> list[SourceFile]:
    for path in sorted(folder.glob("*")):
        if path.suffix not in _ARCHIVES:
            continue
        try:
            with zipfile.ZipFile(path) as archive:
                members = sorted(archive.namelist())
        except (OSError, zipfile.BadZipFile) as error:
            raise SourceError(str(path), None, f"is a damaged archive: {error}; fetch the file again") from error
        if found := [name for name in members if _matches(f"{folder.name}/{name}", table.pattern)]:
            return [SourceFile(source, release, path, member, folder=folder) for member in found]
    return []


def _matches(path: str, pattern: str) -> bool:
    """Whether a path (from the release folder's name on) fits a pattern: its whole, or its file name alone."""
    name = path if "/" in pattern else path.rsplit("/", 1)[-1]
    return any(fnmatch(name, pattern + ending) for ending in ENDINGS)
