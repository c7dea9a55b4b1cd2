"""Which records of a VCF can tell something: found by the first columns of their lines, so that the others cost little."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.intake.vcf_record import MAX_POSITION, contig_chromosome, parse_record, record_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queries.intake.vcf_file import VcfFile
    from queries.intake.vcf_interest import Interest
    from queries.intake.vcf_record import Record


def near_records(file: VcfFile, interest: Interest) -> Iterator[Record]:
    """Records that touch a watched site, through the index where there is one.

    Raises:
        InputError: the file is damaged (the record is named).
    """
    if interest.watched:
        lines = _fetched(file, interest) if file.index is not None else file.records()
        yield from _parsed(file, _touching(file, lines, interest))


def all_records(file: VcfFile) -> Iterator[Record]:
    """Every record on a chromosome.

    Raises:
        InputError: the file is damaged (the record is named).
    """
    located = ((contig_chromosome(line[: line.find(b"\t")]), line) for line in file.records())
    yield from _parsed(file, ((chromosome, line) for chromosome, line in located if chromosome))


def _parsed(file: VcfFile, located: Iterator[tuple[str, bytes]]) -> Iterator[Record]:
    tabs = file.header.tabs
    for chromosome, line in located:
        if line.count(b"\t") != tabs:
            raise file.damaged()
        try:
            record = parse_record(line, chromosome)
        except ValueError:
            raise file.damaged() from None
        yield record


def _fetched(file: VcfFile, interest: Interest) -> Iterator[bytes]:
    for contig in file.contigs:
        done = 0
        for start, stop in interest.regions(contig_chromosome(contig.encode("latin-1")) or ""):
            for line in file.fetch(contig, start, stop):
                try:
                    position = int(line.split(b"\t", 2)[1])
                except (ValueError, IndexError):
                    raise file.damaged() from None
                if position > done:  # one that reaches into this region was fetched with the one before
                    yield line
            done = stop


@dataclass(slots=True)
class _Window:
    """The next watched site from a position on, and the positions for which it stays the next."""

    positions: Sequence[int]
    margin: int
    low: float = 0
    high: float = -1
    upcoming: float = 0

    def move(self, position: int) -> float:
        """The next site that a record at ``position`` may touch."""
        if not self.low < position <= self.high:
            index = bisect_left(self.positions, position - self.margin)
            self.low = self.positions[index - 1] + self.margin if index else -1
            self.upcoming = self.positions[index] if index < len(self.positions) else float("inf")
            self.high = self.upcoming + self.margin
        return self.upcoming


def _touching(file: VcfFile, lines: Iterator[bytes], interest: Interest) -> Iterator[tuple[str, bytes]]:
    """Lines of records that touch a watched site, each with its chromosome.

    A record without END is no longer than its line, so that its length need be known only near a site.
    """
    contig, chromosome, window = b"", "", _Window((), 0)
    for line in lines:
        first = line.find(b"\t")
        if line[:first] != contig:
            contig = line[:first]
            chromosome = contig_chromosome(contig) or ""
            window = _Window(interest.positions.get(chromosome, ()), interest.margin)
        try:
            position = int(line[first + 1 : line.index(b"\t", first + 1)])
            if not 0 <= position <= MAX_POSITION:
                raise file.damaged("has no possible position")
            if window.move(position) > position + len(line) and b"END=" not in line:
                continue
            fields = line.split(b"\t", 8)
            end = record_end(position, len(fields[3]), fields[7].decode("latin-1"))
        except (ValueError, IndexError):
            raise file.damaged() from None
        if interest.touched(chromosome, position - 1, end + 1):
            yield chromosome, line
