"""Reading a VCF as text: plain, bgzip, gzip or BCF, whole or near some positions, every kind of damage an error."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import InputError, UsageError
from queries.case import Problem, Severity
from queries.intake.vcf_header import Header, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP: Final = b"\x1f\x8b"
_BGZF_EXTRA: Final = b"BC"
"""Subfield that marks a block-gzip header (SAM specification, section 4.1)."""
_BGZF_END: Final = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends a complete bgzip file (SAM specification, section 4.1.2)."""
_BCF: Final = b"BCF"
_INDEXES: Final = (".tbi", ".csi")
_CLOCK: Final = 60.0
"""Seconds by which an index may be older than its file: copying does not keep their order."""
_DAMAGE: Final = (OSError, ValueError, IndexError, NotImplementedError)
_BLANK: Final = (b"", b"\r")


@dataclass(slots=True)
class VcfFile:
    """An open VCF. Its records are lines without their ends; ``number`` counts those that were read in full."""

    path: Path
    header: Header
    source: Any  # pysam has no types
    index: Any = None
    number: int = 0

    def records(self) -> Iterator[bytes]:
        """Every record, in the order of the file.

        Raises:
            InputError: the file cannot be read further.
        """
        for line in self._guarded(self.source):
            if line not in _BLANK:
                yield line
                self.number += 1

    @property
    def contigs(self) -> tuple[str, ...]:
        """Contigs of the index; none without an index."""
        return () if self.index is None else tuple(self.index.contigs)

    def fetch(self, contig: str, start: int, stop: int) -> Iterator[bytes]:
        """Records that overlap the 1-based closed range, through the index.

        Raises:
            InputError: the file cannot be read there.
        """
        for line in self._guarded(self.index.fetch(contig, start - 1, stop)):
            yield line.encode("latin-1")
            self.number += 1

    def damaged(self, reason: str = "is truncated or damaged") -> InputError:
        """The error that says after which record the file is damaged."""
        return InputError(f"{self.path}: {reason} after record {self.number}")

    def _guarded(self, lines: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from lines
        except _DAMAGE:
            raise self.damaged() from None


@contextmanager
def open_vcf(path: Path) -> Iterator[VcfFile]:
    """The file, its header read; the C library behind it is silenced meanwhile.

    Raises:
        UsageError: there is no such file.
        InputError: the file is no VCF, or is damaged.
    """
    import pysam

    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    _check_end(path)
    verbosity = pysam.set_verbosity(0)
    opened: list[Any] = []
    try:
        yield _open(path, opened)
    finally:
        for source in reversed(opened):
            with suppress(OSError):  # closing a damaged file reports the damage again
                source.close()
        pysam.set_verbosity(verbosity)


def fresh_index(path: Path) -> Path | None:
    """The index beside a file, unless the file was written after it and may hold other records where it points."""
    for ending in _INDEXES:
        index = path.with_name(path.name + ending)
        if index.is_file() and index.stat().st_mtime >= path.stat().st_mtime - _CLOCK:
            return index
    return None


def open_end(path: Path) -> Iterator[Problem]:
    """A plain text VCF ends with a line separator (VCF 4.3, section 1.6); without one its last call may be cut off."""
    with path.open("rb") as stream:
        if stream.read(2) == _GZIP:
            return
        stream.seek(-1, 2)
        if stream.read(1) != b"\n":
            yield Problem(Severity.WARNING, str(path), "does not end with a line end; it may be truncated")


def _open(path: Path, opened: list[Any]) -> VcfFile:
    """The open file; ``opened`` gets what must be closed."""
    import pysam

    try:
        opened.append(pysam.BGZFile(str(path), "r", None))
        first = next(opened[0], b"")
        if first.startswith(_BCF):
            return _open_bcf(path, opened)
        header = read_header(path, chain([first], opened[0]))
    except _DAMAGE:
        raise InputError(f"{path}: is truncated or damaged, or is no VCF") from None
    return VcfFile(path, header, _lines(opened[0]), _open_index(path, opened))


def _lines(source: Any) -> Iterator[bytes]:
    """Every line of a file without its end; pysam takes an empty line for the end of the file."""
    while True:
        yield from source
        start = source.read(1)
        if not start:
            return
        yield b"" if start == b"\n" else start + next(source, b"")


def _open_index(path: Path, opened: list[Any]) -> Any:
    import pysam

    index = fresh_index(path)
    if index is None:
        return None
    try:
        opened.append(pysam.TabixFile(str(path), index=str(index), encoding="latin-1"))
    except _DAMAGE:
        raise InputError(f"{index}: is truncated or damaged, or is no index; make it again, or remove it") from None
    return opened[-1]


def _open_bcf(path: Path, opened: list[Any]) -> VcfFile:
    import pysam

    opened.append(pysam.VariantFile(str(path)))
    header = read_header(path, iter(str(opened[-1].header).encode().splitlines()))
    return VcfFile(path, header, (str(record).rstrip("\n").encode() for record in opened[-1]))


def _check_end(path: Path) -> None:
    """Raise where a bgzip file lacks the block that ends it."""
    with path.open("rb") as stream:
        start = stream.read(14)
        if start[:2] == _GZIP and start[12:14] == _BGZF_EXTRA:
            stream.seek(-len(_BGZF_END), 2)
            if stream.read() != _BGZF_END:
                raise InputError(f"{path}: is truncated (it has no BGZF end)")
