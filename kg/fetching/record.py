"""``fetch.json`` beside fetched files: from where and when each came, and what it must be like."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from kg.fetching.integrity import digest
from ontology.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME: Final = "fetch.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One fetched file. ``retrieved`` is an ISO date; ``etag`` and ``last_modified`` are the server's, where it gave any."""

    url: str
    sha256: str
    size: int
    retrieved: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class FetchRecord:
    """The fetched files of one release folder by name."""

    folder: Path
    files: dict[str, Fetched] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The record of a folder; empty where nothing was fetched into it.

        Raises:
            SourceError: the record is damaged.
        """
        path = folder / NAME
        if not path.is_file():
            return cls(folder)
        try:
            files: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))["files"]
            return cls(folder, {name: Fetched(**fields) for name, fields in files.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(
                str(path), None, f"is no record of a fetch ({error}); delete it and fetch again"
            ) from error

    @property
    def retrieved(self) -> str | None:
        """Day of the newest fetch, ``None`` where there was none."""
        return max((file.retrieved for file in self.files.values()), default=None)

    def put(self, part: Path, name: str, fetched: Fetched) -> Path:
        """Move a whole file into the folder under its name, then note it; answers its place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        part.replace(target)
        self.note(name, fetched)
        return target

    def note(self, name: str, fetched: Fetched) -> None:
        """Note a file that lies in the folder."""
        self.files[name] = fetched
        text = json.dumps({"files": {name: asdict(file) for name, file in sorted(self.files.items())}}, indent=2)
        new = self.folder / f".{NAME}.new"
        new.write_text(text + "\n", "utf-8")
        new.replace(self.folder / NAME)

    def damaged(self) -> Iterator[tuple[Path, str]]:
        """Files that are not as they were fetched, with the reason."""
        for name, fetched in sorted(self.files.items()):
            path = self.folder / name
            if not path.is_file():
                yield path, "is missing"
            elif path.stat().st_size != fetched.size:
                yield path, f"has {path.stat().st_size} bytes instead of {fetched.size}"
            elif digest(path) != fetched.sha256:
                yield path, "has another SHA-256 than when it was fetched"
