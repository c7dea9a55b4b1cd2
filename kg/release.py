"""Graph releases on disk: where they live, how one is published, how one is opened.

A release is a directory that is never changed after its publication::

    ROOT/<id>/manifest.json         what it holds and from which source releases
             build_report.json      what was left out or could not be resolved
             store/                 the RDF store
             tables/                arrays for look-ups by position, diplotype and term
    ROOT/current -> <id>            the newest one
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from ontology.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 2
"""Version of the directory's layout; a release of another one is refused."""
HOME_VARIABLE: Final = "GENOPATH_HOME"
CURRENT: Final = "current"
UNFINISHED: Final = ".building-"


@dataclass(frozen=True, slots=True)
class SourceRelease:
    """One source release in a graph release. ``retrieved`` is an ISO date, ``None`` where nobody recorded it."""

    id: str
    title: str
    release: str
    license: str
    license_url: str
    retrieved: str | None
    files: dict[str, str]
    """File name to SHA-256."""
    entities: int
    associations: int
    quads: int
    sha256: str
    """SHA-256 of the source graph's sorted N-Quads."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release holds. ``built`` is an ISO 8601 time in UTC; it never enters a quad."""

    id: str
    built: str
    software: str
    profile: str
    sources: tuple[SourceRelease, ...]
    counts: dict[str, dict[str, int]]
    """``category`` and ``predicate`` to counts of entities and associations."""
    quads_sha256: str
    """SHA-256 over the source releases in order, each with the hash of its sorted N-Quads: equal quads, equal hash."""
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From the mapping that :meth:`to_json` makes."""
        return cls(**{**data, "sources": tuple(SourceRelease(**source) for source in data["sources"])})

    def source_ids(self) -> frozenset[str]:
        """Identifiers of the sources in this release."""
        return frozenset(source.id for source in self.sources)


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release directory."""

    path: Path
    manifest: Manifest

    @property
    def store_path(self) -> Path:
        """Folder of the RDF store."""
        return self.path / "store"

    @property
    def tables_path(self) -> Path:
        """Folder of the look-up arrays."""
        return self.path / "tables"

    def build_report(self) -> dict[str, Any]:
        """The report that the build wrote.

        Raises:
            ReleaseError: it is missing or damaged.
        """
        path = self.path / "build_report.json"
        try:
            report: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{path} cannot be read ({error}); build the release again") from error
        return report


def home() -> Path:
    """The folder that holds data and releases: ``$GENOPATH_HOME``, else the platform's user data folder."""
    if given := os.environ.get(HOME_VARIABLE):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("genopath")


def data_root() -> Path:
    """The folder into which ``genopath data fetch`` puts files."""
    return home() / "data"


def release_root() -> Path:
    """The folder into which ``genopath build`` publishes by default."""
    return home() / "releases"


def open_release(path: Path | None = None) -> Release:
    """Open one release directory, or the current one of the default root.

    Raises:
        ReleaseError: there is none, or it has another layout than this version reads.
    """
    folder = (path if path is not None else release_root() / CURRENT).resolve()  # `current` may move on meanwhile
    manifest_path = folder / "manifest.json"
    if not manifest_path.is_file():
        hint = "genopath data fetch --starter && genopath build"
        where = f"{folder} is no release (it has no manifest.json)" if path else f"no release below {release_root()}"
        raise ReleaseError(f"{where}; make one with: {hint}")
    try:
        data = json.loads(manifest_path.read_text("utf-8"))
        if data.get("format") != FORMAT:
            raise ReleaseError(
                f"{folder} has release format {data.get('format')}, this version reads {FORMAT}; build it again"
            )
        return Release(folder, Manifest.from_json(data))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(f"{manifest_path} is damaged ({error}); build the release again") from error


def publish(unfinished: Path, root: Path, release_id: str) -> Path:
    """Move a finished directory under its name by one atomic rename, and point ``current`` to it.

    An identical release that is there already stays as it is.
    """
    target = root / release_id
    if target.exists():
        shutil.rmtree(unfinished)
    else:
        _sync(unfinished)
        unfinished.rename(target)
    link = root / f"{UNFINISHED}current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    link.replace(root / CURRENT)
    return target


def remove_abandoned(root: Path) -> None:
    """Delete what killed builds left below ``root``; the folder of another running process stays.

    One with the number of this process is left of a killed one: in containers every build has the same number.
    """
    for folder in root.glob(f"{UNFINISHED}*"):
        owner = folder.name.rsplit("-", 1)[-1]
        if not (owner.isdecimal() and int(owner) != os.getpid() and _is_alive(int(owner))):
            if folder.is_symlink():
                folder.unlink()
            else:
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _sync(folder: Path) -> None:
    """Force every file below ``folder`` to disk before the rename makes it visible."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
