"""Whether a file is whole: digests, and the check sums that compressed formats carry themselves."""

from __future__ import annotations

import gzip
import hashlib
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, cast

import zstandard

from kg.zstd import open_zstd

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

_HTML: Final = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_DAMAGE: Final = (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError)


def digest(path: Path, algorithm: str = "sha256") -> str:
    """Hexadecimal digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def find_damage(path: Path, name: str) -> str | None:
    """Why the file at ``path`` cannot be the whole file called ``name``, or ``None``.

    Compressed files are read to their end; of others only emptiness and a web page in their place can be told.
    """
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        return "is empty"
    if _HTML.match(head) and not name.endswith(".html"):
        return "is a web page, not the file"
    try:
        return _compressed_damage(path, name)
    except _DAMAGE as error:
        return f"is damaged ({error})"


def _compressed_damage(path: Path, name: str) -> str | None:
    if name.endswith(".gz"):
        with gzip.open(path) as stream:
            _drain(cast("IO[bytes]", stream))  # a GzipFile reads as one
    elif name.endswith(".zst"):
        with open_zstd(path.open("rb")) as stream:
            _drain(stream)
    elif name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        return f"holds the damaged file {damaged}" if damaged else None
    return None


def _drain(stream: IO[bytes]) -> None:
    while stream.read(1 << 20):
        pass
