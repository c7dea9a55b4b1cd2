"""Which source files a build would read: every source with its terms, and the file of each of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.folders import find_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.source import Source, SourceFile


@dataclass(frozen=True, slots=True)
class Holding:
    """One source and the files that are there; ``missing`` are required tables without one."""

    source: Source
    files: tuple[SourceFile, ...]
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return {
            "id": self.source.id,
            "title": self.source.title,
            "license": self.source.license,
            "license_url": self.source.license_url,
            "homepage": self.source.homepage,
            "profile": self.source.profile,
            "files": [{"name": file.name, "release": file.release, "path": str(file.path)} for file in self.files],
            "missing": list(self.missing),
        }

    def to_text(self) -> str:
        """A few lines for a terminal."""
        lines = [f"{self.source.id}: {self.source.title}", f"  licence: {self.source.license}"]
        by_release: dict[str, list[str]] = {}
        for file in self.files:
            by_release.setdefault(file.release, []).append(file.name)
        for release, names in by_release.items():
            shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
            lines.append(f"  release {release}: {shown}")
        if not self.files:
            lines.append(f"  no files; get them from {self.source.homepage}")
        elif self.missing:
            lines.append(f"  missing: {', '.join(self.missing)}")
        return "\n".join(lines)


def take_inventory(sources: Sequence[Source], roots: Sequence[Path]) -> list[Holding]:
    """What is there of each source below ``roots``, in the sources' order."""
    holdings = []
    for source in sources:
        found = [(table, find_files(source, table, roots)) for table in source.tables]
        missing = tuple(table.pattern for table, files in found if table.required and not files)
        holdings.append(Holding(source, tuple(file for _, files in found for file in files), missing))
    return holdings
