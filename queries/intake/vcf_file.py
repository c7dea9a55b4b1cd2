"""Opening a VCF: plain text, bgzip or gzip, through pysam, with every kind of damage an error that names the file."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import InputError, UsageError
from queries.case import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP: Final = b"\x1f\x8b"
_BGZF_EXTRA: Final = b"BC"
"""Subfield that marks a block-gzip header (SAM specification, section 4.1)."""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file as an open ``pysam.VariantFile``, its C library silenced; gzip that is no bgzip is unpacked first."""
    import pysam

    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    verbosity = pysam.set_verbosity(0)
    variants = None
    try:
        with tempfile.TemporaryDirectory(prefix="genopath-") as folder:
            readable = _unpacked(path, Path(folder)) if _is_plain_gzip(path) else path
            try:
                variants = pysam.VariantFile(str(readable))
            except (OSError, ValueError, NotImplementedError) as error:
                reason = (
                    "is truncated (it has no BGZF end)"
                    if "EOF" in str(error)
                    else "is no VCF, or its header is damaged"
                )
                raise InputError(f"{path}: {reason}") from None
            yield variants
    finally:
        if variants is not None:
            with suppress(OSError):  # closing a damaged file reports the damage again
                variants.close()
        pysam.set_verbosity(verbosity)


def _is_plain_gzip(path: Path) -> bool:
    with path.open("rb") as stream:
        start = stream.read(14)
    return start[:2] == _GZIP and start[12:14] != _BGZF_EXTRA


def _unpacked(path: Path, folder: Path) -> Path:
    target = folder / "unpacked.vcf"
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: is truncated or damaged gzip ({type(error).__name__})") from None
    return target


def open_end(path: Path) -> Iterator[Problem]:
    """A plain text VCF ends with a line separator (VCF 4.3, section 1.6); without one its last call may be cut off."""
    with path.open("rb") as stream:
        if stream.read(2) == _GZIP:
            return
        stream.seek(-1, 2)
        if stream.read(1) != b"\n":
            yield Problem(Severity.WARNING, str(path), "does not end with a line end; it may be truncated")
