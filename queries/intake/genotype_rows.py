"""Rows of a genotype table: 23andMe and AncestryDNA downloads, and any TSV or CSV with rsIDs under a header line.

23andMe writes ``rsid, chromosome, position, genotype`` below ``#`` comments whose last one is the header, AncestryDNA
``rsid, chromosome, position, allele1, allele2`` with the chromosomes X, Y, the pseudoautosomal regions and the
mitochondrion as 23 to 26. Both name the build in the comments and report the forward strand
(https://customercare.23andme.com/hc/en-us/articles/212883767; the comments of an AncestryDNA file).
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, TYPE_CHECKING, Final

from ontology.errors import InputError
from queries.intake.assembly import chromosome_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

_COLUMNS: Final = {
    "rsid": ("rsid", "snp", "marker"),
    "chromosome": ("chromosome", "chrom", "chr"),
    "position": ("position", "pos", "bp"),
    "genotype": ("genotype", "result", "call"),
    "allele1": ("allele1", "a1"),
    "allele2": ("allele2", "a2"),
}
"""Columns, each with the names that it has in headers (case, spaces and underscores aside)."""
_DELIMITERS: Final = "\t,;"
_CHROMOSOME_NUMBERS: Final = {"23": "X", "24": "Y", "25": "X", "XY": "X", "PAR": "X", "26": "MT"}
"""Numbers of AncestryDNA, which are those of PLINK (https://www.cog-genomics.org/plink/1.9/data#allow_extra_chr)."""
_UNPLACED: Final = frozenset({"", "0"})
_BUILD: Final = re.compile(
    r"\bbuild\s*(?P<number>3[678])(?:\.\d+)?\b|\bGRCh(?P<grc>3[78])\b|\bhg(?P<ucsc>18|19|38)\b", re.IGNORECASE
)
_UCSC: Final = {"18": "36", "19": "37", "38": "38"}
_MAKERS: Final = ("23andMe", "AncestryDNA", "MyHeritage")
_ZIP: Final = b"PK\x03\x04"
"""Begins a zip file; one whose end is lost is otherwise not told from a text (APPNOTE.TXT 4.3.7)."""
_ENCRYPTED: Final = 1
"""Bit of a zip member's flags that says so (APPNOTE.TXT 4.4.4)."""
_READ_ERRORS: Final = (OSError, EOFError, zlib.error, zipfile.BadZipFile, UnicodeDecodeError, csv.Error)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands: ``chromosome`` as genopath writes it, ``position`` 1-based, both ``None`` where not given.

    ``alleles`` are the texts of its genotype column, or of its two allele columns.
    """

    line: int
    rsid: str
    chromosome: str | None
    position: int | None
    alleles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenotypeRows:
    """What is needed of a table: ``comments`` above its header, and the wanted rows in the order of the file."""

    comments: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def maker(self) -> str:
        """Who made the table, as its comments tell."""
        text = " ".join(self.comments).casefold()
        return next((maker for maker in _MAKERS if maker.casefold() in text), "genotype table")

    @property
    def builds(self) -> tuple[str, ...]:
        """Numbers of the genome builds that the comments name: ``36``, ``37`` or ``38``."""
        found = _BUILD.finditer(" ".join(self.comments))
        return tuple(sorted({m["number"] or m["grc"] or _UCSC[m["ucsc"]] for m in found}))


def read_rows(path: Path, rsids: Container[str], places: Container[tuple[str, int]]) -> GenotypeRows:
    """The rows of a table (plain, gzip, or alone in a zip archive) that bear one of ``rsids`` or stand at one of ``places``.

    Every row is looked at. No error quotes a row: genotypes are private.

    Raises:
        InputError: the file is no readable table of rsIDs and genotypes, or a line is no row of it (file and line are
            named).
    """
    number = 0
    try:
        with _open(path) as stream:
            lines = enumerate(stream, start=1)
            header = _read_header(path, lines)
            found = []
            for number, line in chain(header.first, lines):
                if line.strip() and not line.startswith("#"):
                    row = header.row(number, line)
                    if row.rsid in rsids or (row.chromosome, row.position) in places:
                        found.append(row)
    except _READ_ERRORS as error:
        place = f"{path}:{number + 1}" if number else str(path)
        raise InputError(f"{place}: cannot be read as text ({_reason(error)})") from None
    return GenotypeRows(tuple(header.comments), tuple(found))


@dataclass(slots=True)
class _Header:
    """What stands above the rows. ``first`` is the first row, where the header was a comment."""

    path: Path
    comments: list[str]
    columns: dict[str, int]
    delimiter: str
    first: list[tuple[int, str]]
    chromosomes: dict[str, str | None] = field(default_factory=dict)

    def row(self, line: int, text: str) -> Row:
        fields = _split(text, self.delimiter)
        if len(fields) <= max(self.columns.values()):
            raise InputError(f"{self.path}:{line}: has fewer columns than its header ({len(fields)})")
        rsid = self._text(fields, "rsid").lower()
        if not rsid:
            raise InputError(f"{self.path}:{line}: has no rsID")
        chromosome, position = self._text(fields, "chromosome"), self._text(fields, "position")
        if position and not (position.isascii() and position.isdecimal()):
            raise InputError(f"{self.path}:{line}: its position is no whole number")
        if chromosome not in self.chromosomes:
            self.chromosomes[chromosome] = _chromosome(chromosome)
        is_placed = position not in _UNPLACED and chromosome not in _UNPLACED
        names = ("genotype",) if "genotype" in self.columns else ("allele1", "allele2")
        return Row(
            line,
            rsid,
            self.chromosomes[chromosome] if is_placed else None,
            int(position) if is_placed else None,
            tuple(self._text(fields, name).upper() for name in names),
        )

    def _text(self, fields: Sequence[str], column: str) -> str:
        return fields[self.columns[column]].strip() if column in self.columns else ""


def _read_header(path: Path, lines: Iterator[tuple[int, str]]) -> _Header:
    comments: list[str] = []
    for number, line in lines:
        if line.startswith("##fileformat=VCF"):
            raise InputError(f"{path}: is a VCF; give it with --vcf")
        if line.startswith("#"):
            comments.append(line.lstrip("#").strip())
        elif line.strip():
            own = _columns(line)
            found = own or (_columns(comments[-1]) if comments else None)
            if found is None:
                raise InputError(f"{path}:{number}: no header line with rsid stands above it")
            _check_columns(path, found[0])
            return _Header(path, comments, *found, [] if own else [(number, line)])
    raise InputError(f"{path}: holds no rows")


def _columns(header: str) -> tuple[dict[str, int], str] | None:
    """Places of the known columns and the delimiter, ``None`` where the line is no header."""
    for delimiter in _DELIMITERS:
        names = [re.sub(r"[\s_]", "", name).casefold() for name in _split(header, delimiter)]
        places: dict[str, int] = {}
        for column, known in _COLUMNS.items():
            for index, name in enumerate(names):
                if name in known:
                    places.setdefault(column, index)
        if "rsid" in places:
            return places, delimiter
    return None


def _check_columns(path: Path, columns: dict[str, int]) -> None:
    if "genotype" not in columns and not {"allele1", "allele2"} <= columns.keys():
        raise InputError(f"{path}: its header has neither genotype nor allele1 and allele2")
    if ("chromosome" in columns) != ("position" in columns):
        raise InputError(f"{path}: its header has one of chromosome and position without the other")


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.rstrip("\r\n").split(delimiter)
    return next(csv.reader([line], delimiter=delimiter))


def _chromosome(text: str) -> str | None:
    name = re.sub(r"^chr", "", text, flags=re.IGNORECASE).upper()
    return chromosome_name(_CHROMOSOME_NUMBERS.get(name, name))


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if not name.endswith("/")]
            if len(members) != 1 or archive.getinfo(members[0]).flag_bits & _ENCRYPTED:
                reason = "is encrypted" if len(members) == 1 else f"holds {len(members)} files"
                raise InputError(f"{path}: {reason}; unpack it and give the genotype table")
            with archive.open(members[0]) as member, io.TextIOWrapper(member, encoding="utf-8-sig") as stream:
                yield stream
    elif path.name.lower().endswith(".gz"):
        with gzip.open(path, "rt", encoding="utf-8-sig") as stream:
            yield stream
    else:
        with path.open("rb") as raw:
            if raw.read(len(_ZIP)) == _ZIP:
                raise zipfile.BadZipFile
        with path.open(encoding="utf-8-sig") as stream:
            yield stream


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    return f"truncated or damaged: {type(error).__name__}"
