"""Files that appear together: written beside their place, then moved into it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ontology.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PREFIX: Final = ".genopath-writing-"
_OWNER_FILE: Final = 0o600
_OWNER_FOLDER: Final = 0o700


def replace_files(folder: Path, files: Iterable[tuple[str, bytes]], *, own: Sequence[str]) -> None:
    """Write all ``files`` (path below ``folder``, content), or leave everything as it was.

    ``own`` names the entries of ``folder`` that belong to the writer: those there are replaced as a whole, all others
    stay. A new folder and the files are readable by their owner alone; an existing folder keeps its mode.

    Raises:
        UsageError: ``folder`` is no folder, or nothing can be written there.
    """
    try:
        _replace(folder, files, own)
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error}; name another folder") from error


def _replace(folder: Path, files: Iterable[tuple[str, bytes]], own: Sequence[str]) -> None:
    existing = folder.exists()
    beside = folder if existing else folder.parent  # the same file system, so that moving is renaming
    beside.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
    try:
        new = draft / "new"
        new.mkdir(_OWNER_FOLDER)
        for name, content in files:
            _write(new / name, content)
        if existing:
            _exchange(folder, new, draft / "old", own)
        else:
            new.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(_OWNER_FOLDER, exist_ok=True)
    path.touch(_OWNER_FILE)
    path.write_bytes(content)


def _exchange(folder: Path, new: Path, old: Path, own: Sequence[str]) -> None:
    """Move ``own`` entries of ``folder`` to ``old`` and those of ``new`` in; undo it all where one move fails."""
    old.mkdir()
    done: list[tuple[Path, Path]] = []
    moves = [(folder / name, old / name) for name in own] + [(new / name, folder / name) for name in own]
    try:
        for origin, target in moves:
            if origin.exists() or origin.is_symlink():
                origin.rename(target)
                done.append((origin, target))
    except OSError:
        for origin, target in reversed(done):
            target.rename(origin)
        raise
