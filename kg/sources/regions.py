"""Regions of a chromosome that a source names by their coordinates, and the BED files that list them.

BED (https://samtools.github.io/hts-specs/BEDv1.pdf) counts from 0 and leaves the end out; a region of the graph counts
from 1 and includes it. A region of one assembly is an entity of its own: it is never lifted to the other one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.source import SourceFile

Assembly = Literal["GRCh37", "GRCh38"]

_ATTRIBUTE: Final = {"GRCh37": Attribute.REGION_GRCH37, "GRCh38": Attribute.REGION_GRCH38}
_CHROMOSOME: Final = re.compile(r"(?:chr)?([1-9]|1\d|2[0-2]|X|Y|MT?)", re.ASCII)
_LOCATION: Final = re.compile(r"(chr\w+):(\d+)-(\d+)", re.ASCII)
_NO_RECORD: Final = ("#", "track ", "browser ")


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` to ``stop``, 1-based and inclusive; the chromosome is written without ``chr``."""

    chromosome: str
    start: int
    stop: int

    def __str__(self) -> str:
        return f"{self.chromosome}-{self.start}-{self.stop}"

    def located(self, assembly: Assembly) -> tuple[tuple[Attribute, str], ...]:
        """The attribute that says where it lies."""
        return ((_ATTRIBUTE[assembly], str(self)),)

    def entity(self, assembly: Assembly) -> Entity:
        """The region that is known by its coordinates alone.

        >>> Interval("22", 18912231, 21465672).entity("GRCh37").reference.curie
        'GENOPATH:region/GRCh37/22-18912231-21465672'
        """
        name = f"{self.chromosome}:{self.start}-{self.stop} ({assembly})"
        reference = Reference.mint("region", assembly, str(self))
        return Entity(reference, Category.GENOMIC_ENTITY, name, attributes=self.located(assembly))


@dataclass(frozen=True, slots=True)
class BedRow:
    """One record of a BED file: its coordinates as written, and the fields behind them."""

    file: SourceFile
    line: int
    fields: tuple[str, ...]

    def interval(self, first_base: Literal[0, 1] = 0) -> Interval:
        """Where it lies; ``first_base`` is the number of a chromosome's first base in the file.

        Raises:
            SourceError: unknown chromosome, or coordinates that are no interval.
        """
        chromosome, start, stop = self.fields[:3]
        return _interval(self.file, self.line, chromosome, start, stop, 1 - first_base)


def bed_rows(file: SourceFile, width: int) -> Iterator[BedRow]:
    """Records of a BED file with ``width`` tab-separated fields; header and track lines are none.

    Raises:
        SourceError: a record has another number of fields, or the file has no line at all.
    """
    found = False
    for number, line in file.lines():
        found = found or bool(line.strip())
        if not line.strip() or line.startswith(_NO_RECORD):
            continue
        fields = tuple(line.split("\t"))
        if len(fields) != width:
            raise file.error(number, f"has {len(fields)} fields where a record of this BED file has {width}")
        yield BedRow(file, number, fields)
    if not found:
        raise file.error(None, "is empty: no BED record")


def read_location(file: SourceFile, line: int, text: str) -> Interval | None:
    """``chr22:18912231-21465672`` (1-based, inclusive); ``None`` for ``tbd``, which ClinGen writes for an unknown one.

    Raises:
        SourceError: it is neither.
    """
    if text.strip().lower() in ("", "tbd"):
        return None
    match = _LOCATION.fullmatch(text.strip())
    if match is None:
        raise file.error(line, f"{text!r} is no location; write chr22:18912231-21465672")
    chromosome, start, stop = match.groups()
    return _interval(file, line, chromosome, start, stop, shift=0)


def _interval(file: SourceFile, line: int, chromosome: str, start: str, stop: str, shift: int) -> Interval:
    match = _CHROMOSOME.fullmatch(chromosome)
    if match is None:
        raise file.error(line, f"{chromosome!r} is no human chromosome")
    if not (start.isdecimal() and stop.isdecimal()) or int(start) + shift > int(stop):
        raise file.error(line, f"{start!r} to {stop!r} is no interval")
    return Interval(match.group(1), int(start) + shift, int(stop))
