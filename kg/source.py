"""What a public source is: its terms, its tables, and how the file of a table is read.

Files may be plain, gzip or zstandard, or members of a zip archive or wheel. :mod:`kg.folders` finds them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final, Literal, cast

import zstandard

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.zstd import open_zstd
from ontology.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.context import Context
    from kg.levels import Level
    from ontology.reference import Reference

Profile = Literal["open", "academic"]
Item = Entity | Association

_READ_ERRORS: Final = (OSError, EOFError, UnicodeDecodeError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError)
ENDINGS: Final = ("", ".gz", ".zst")
"""Endings that a file may have: plain or compressed."""
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""An escaped half of a character beyond the basic plane."""
_LONGEST_FIELD: Final = 1 << 24
"""Characters; ClinPGx lists 149,435 of brand mixtures for thiamine, above the csv module's default of 131,072."""
csv.field_size_limit(max(_LONGEST_FIELD, csv.field_size_limit()))


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a source and the function that reads it.

    ``pattern`` is matched against the file's name (``fnmatch``), within the release folder or within an archive there; a
    pattern with a slash against the path that begins with the release folder's name. With ``many`` each file that
    matches is read, otherwise the first.
    """

    pattern: str
    read: Callable[[SourceFile, Context], Iterator[Item]]
    required: bool = True
    many: bool = False
    unversioned: str = ""
    """The release of this table's file in a folder that states none; without it, such a folder is not read."""


@dataclass(frozen=True, slots=True)
class Download:
    """An official file of a source.

    ``checksum_url`` leads to a text that holds its MD5, SHA-1 or SHA-256. ``release`` is a regular expression whose
    group finds the release's name in the address or one that it leads to; else the day of the server's last change names it.
    """

    url: str
    name: str = ""
    """Of the file on disk: the end of the address unless stated."""
    checksum_url: str = ""
    release: str = ""
    rows: int = 0
    """Rows asked for at once of a PostgREST table (``limit`` and ``offset``); 0 for a plain file."""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.url.rsplit("/", 1)[-1])


@dataclass(frozen=True, slots=True)
class Source:
    """A public source: who publishes it, under which terms, and its tables in the order in which they are read."""

    id: str
    title: str
    license: str
    license_url: str
    homepage: str
    tables: tuple[Table, ...]
    profile: Profile = "open"
    folder: str = ""
    """Its folder below a data root: the source's id, unless the publisher's files lie elsewhere."""
    downloads: tuple[Download, ...] = ()
    """Its official files; none where the publisher offers no address for programs."""
    interval: float = 0.0
    """Seconds between two requests to the publisher, where its terms ask for some."""
    packaged: tuple[Path, ...] = ()
    """Release folders that ship with genopath and are read where the user has none."""

    def __post_init__(self) -> None:
        if not self.folder:
            object.__setattr__(self, "folder", self.id)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a delimited file: its 1-based number and its fields by column name."""

    line: int
    fields: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields[column]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of one source release.

    ``member`` is the path inside ``path`` where that is an archive; ``folder`` is the release's folder.
    """

    source: Source
    release: str
    path: Path
    member: str | None = None
    folder: Path = field(default=Path(), kw_only=True)
    name: str = field(init=False)
    """Name of the file, without folders and without a compression ending."""

    def __post_init__(self) -> None:
        path = self.member or self.path.name
        object.__setattr__(self, "name", re.sub(r"\.(gz|zst)$", "", path.rsplit("/", 1)[-1]))
        if self.folder == Path():
            object.__setattr__(self, "folder", self.path.parent)

    @property
    def relative(self) -> str:
        """Path of the file on disk below its release's folder."""
        return self.path.relative_to(self.folder).as_posix()

    def beside(self, name: str) -> SourceFile:
        """The file called ``name`` in the same folder of the same release; outside archives it may be compressed."""
        if self.member is None:
            paths = [self.path.with_name(name + ending) for ending in ENDINGS]
            return replace(self, path=next((path for path in paths if path.is_file()), paths[0]))
        return replace(self, member=str(PurePosixPath(self.member).with_name(name)))

    def evidence(
        self,
        record: str | int,
        *,
        level: Level | None = None,
        publications: Sequence[Reference] = (),
        knowledge_level: KnowledgeLevel = KnowledgeLevel.KNOWLEDGE_ASSERTION,
        agent_type: AgentType = AgentType.MANUAL_AGENT,
    ) -> tuple[Evidence]:
        """Evidence from this file; an integer ``record`` is a line number of a table whose rows have no identifier."""
        named = f"{self.name}#L{record}" if isinstance(record, int) else record
        return (
            Evidence(
                source=self.source.id,
                record=named,
                release=self.release,
                license=self.source.license,
                knowledge_level=knowledge_level,
                agent_type=agent_type,
                publications=tuple(publications),
                level=level,
            ),
        )

    def error(self, line: int | None, reason: str) -> SourceError:
        """A :class:`SourceError` that names this file."""
        return SourceError(f"{self.path}!{self.member}" if self.member else str(self.path), line, reason)

    def open_binary(self) -> IO[bytes]:
        """The decompressed bytes of the file."""
        if self.member is None and self.path.suffix == ".gz":  # a GzipFile closes only a file that it opened itself
            return cast("IO[bytes]", gzip.open(self.path, "rb"))  # readable as one
        if self.member is None:
            raw: IO[bytes] = self.path.open("rb")
        else:
            raw = self._open_member(self.member)
        ending = (self.member or self.path.name).rsplit(".", 1)[-1]
        if ending == "gz":
            return cast("IO[bytes]", gzip.open(raw, "rb"))
        if ending == "zst":
            return open_zstd(raw)
        return raw

    def _open_member(self, member: str) -> IO[bytes]:
        try:
            with zipfile.ZipFile(self.path) as archive:  # its file stays open until the member is closed
                return archive.open(member)
        except (KeyError, RuntimeError, zipfile.BadZipFile) as error:  # no such member, an encrypted or damaged one
            raise self.error(None, f"cannot be read: {error}; fetch the archive again") from error

    def open_text(self) -> IO[str]:
        """The file as UTF-8 text, a byte order mark removed."""
        binary = self.open_binary()
        return io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")  # the csv module wants line ends untouched

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbered lines (from 1) without their ends.

        Raises:
            SourceError: the file is truncated, damaged or not UTF-8.
        """
        number = 0
        try:
            with self.open_text() as text:
                for number, line in enumerate(text, start=1):
                    yield number, line.rstrip("\r\n")
        except _READ_ERRORS as error:
            raise self.error(number + 1, f"cannot be read further: {error}; fetch the file again") from error

    def rows(
        self, columns: Sequence[str], *, delimiter: str = "\t", comment: str | None = None, quoted: bool = False
    ) -> Iterator[Row]:
        """Rows of a delimited file with a header; ``columns`` are those that the reader needs.

        Lines before the header that begin with ``comment`` are passed over; the header itself may begin with ``#``.
        With ``quoted`` a field may be enclosed in double quotes (and then hold delimiters and line ends).

        Raises:
            SourceError: a needed column is missing, a row has another number of fields, or the file is damaged.
        """
        numbered = self.lines()
        header_line, header = self._header(numbered, columns, delimiter, comment, quoted)
        rows = self._quoted_rows(numbered, header_line, delimiter) if quoted else _plain_rows(numbered, delimiter)
        for number, fields in rows:
            if len(fields) != len(header):
                raise self.error(number, f"has {len(fields)} fields where the header has {len(header)}")
            yield Row(number, dict(zip(header, fields, strict=True)))

    def _quoted_rows(
        self, numbered: Iterator[tuple[int, str]], start: int, delimiter: str
    ) -> Iterator[tuple[int, list[str]]]:
        """Rows with the number of their last line; blank lines are none."""
        current = [start]

        def texts() -> Iterator[str]:
            for number, line in numbered:
                current[0] = number
                yield line + "\n"

        try:
            for fields in csv.reader(texts(), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL):
                if fields:
                    yield current[0], fields
        except csv.Error as error:
            raise self.error(current[0], f"is no row of a delimited table: {error}") from error

    def _header(
        self,
        numbered: Iterator[tuple[int, str]],
        columns: Sequence[str],
        delimiter: str,
        comment: str | None,
        quoted: bool,
    ) -> tuple[int, list[str]]:
        number = 0
        for number, line in numbered:
            quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
            header = next(csv.reader([line], delimiter=delimiter, quoting=quoting), [])
            header = [name.strip() for name in header]
            if header and header[0].startswith("#") and header[0].lstrip("#") in columns:
                header[0] = header[0].lstrip("#")
            missing = [column for column in columns if column not in header]
            if not missing:
                return number, header
            if comment is None or not line.startswith(comment):
                raise self.error(
                    number,
                    f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
                    f"(expected a table delimited by {delimiter!r}; found {line[:60]!r})",
                )
        expected = f" with the columns {', '.join(columns)}" if number else ""
        raise self.error(None, f"is empty: no header line{expected}")

    def json(self) -> object:
        """The file as one JSON document.

        Raises:
            SourceError: it is not JSON, or damaged.
        """
        return self.parse_json("\n".join(line for _, line in self.lines()))

    def parse_json(self, text: str, line: int = 1) -> object:
        """One JSON document of the file, which begins in ``line``.

        Raises:
            SourceError: it is not JSON, nested deeper than any source's document, or holds half a character.
        """
        try:
            document = json.loads(text)
            if _SURROGATE.search(text):  # a half alone is JSON, but no text that could be written anywhere
                json.dumps(document, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            place = line - 1 + getattr(error, "lineno", 1)
            raise self.error(place, f"is not valid JSON: {error}; fetch the file again") from error
        return document

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the file on disk (of the archive, where it is a member of one)."""
        digest = sha256()
        with self.path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


def _plain_rows(numbered: Iterator[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a table without quoting, three times as fast as the csv module gives them; blank lines are none."""
    for number, line in numbered:
        if line:
            yield number, line.split(delimiter)
