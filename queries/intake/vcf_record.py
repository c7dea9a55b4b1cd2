"""One record of a VCF, and the calls of its samples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from queries.intake.assembly import chromosome_name
from queries.intake.vcf_header import FIXED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_POSITION: Final = 2**31 - 1
"""BCF and the indexes hold a position in 32 bits (VCF 4.5, section 6.3.1); 0 is the telomere."""
NO_ALLELE: Final = frozenset({"<NON_REF>", "<*>"})
"""Stand for every allele that a gVCF record does not name (VCF 4.5, section 5.5)."""
DELETED: Final = "*"
"""The allele that a deletion of an earlier record removes (VCF 4.5, section 1.6.1)."""

_BASES: Final = frozenset("ACGTN")
_PASSED: Final = frozenset({"PASS", ".", ""})
_END: Final = re.compile(r"(?:^|;)END=(\d+)(?:;|$)")
_GENOTYPE: Final = re.compile(r"[/|]?(?:\d+|\.)(?:[/|](?:\d+|\.))*")
"""A genotype; VCF 4.4 allows a phase before the first allele."""
_MISSING: Final = "."
_NO_READS: Final = "0"


@dataclass(frozen=True, slots=True)
class Call:
    """The call of one sample: indices of its alleles, ``None`` where there is no call.

    ``phased`` are calls whose alleles stand in the order of the strands, those that are the same on both among them;
    ``phase_set`` is VCF's PS.
    """

    alleles: tuple[int | None, ...]
    phased: bool = False
    phase_set: int | None = None
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record; ``chromosome`` is without ``chr``, positions are 1-based, sequences upper case.

    ``end`` is the last base that it concerns; ``columns`` are the texts of its samples.
    """

    chromosome: str
    position: int
    reference: str
    alternates: tuple[str, ...]
    end: int
    filtered: bool
    format: tuple[str, ...]
    columns: Sequence[str]

    @property
    def is_reference_only(self) -> bool:
        """Whether it looks for no allele that it names."""
        return NO_ALLELE.issuperset(self.alternates)


@lru_cache(maxsize=1_024)
def contig_chromosome(contig: bytes) -> str | None:
    """The chromosome that a contig's name means."""
    return chromosome_name(contig.decode("latin-1"))


def parse_record(line: bytes, chromosome: str) -> Record:
    """The record of a line on a chromosome.

    Raises:
        ValueError: the line is no complete record.
    """
    fields = line.decode("latin-1").rstrip("\r").split("\t")
    reference, position = fields[3].upper(), int(fields[1])
    if not _BASES.issuperset(reference) or not reference:
        raise ValueError("the reference is no sequence of bases")
    if not 0 <= position <= MAX_POSITION:
        raise ValueError("no chromosome has the position")
    return Record(
        chromosome,
        position,
        reference,
        () if fields[4] == _MISSING else tuple(map(_sequence, fields[4].split(","))),
        record_end(position, len(reference), fields[7]),
        fields[6] not in _PASSED,
        tuple(fields[8].split(":")) if len(fields) > FIXED_COLUMNS else (),
        fields[FIXED_COLUMNS:],
    )


def record_end(position: int, length: int, info: str) -> int:
    """The last base that a record concerns: of its reference, or the END of a block or structural variant."""
    last = position + length - 1
    stated = _END.search(info) if "END=" in info else None
    return max(last, int(stated[1])) if stated else last


def is_sequence(allele: str) -> bool:
    """Whether an allele is written as bases."""
    return bool(allele) and _BASES.issuperset(allele)


def read_calls(record: Record, columns: Sequence[int]) -> list[Call]:
    """Calls of the samples in these columns. Equal calls are one object.

    Raises:
        ValueError: a genotype is malformed.
    """
    keys = _places(record.format)
    texts = [record.columns[column] for column in columns]
    count = len(record.alternates)
    if keys[0] == 0 and all(key is None for key in keys[1:]):
        texts = [text.partition(":")[0] for text in texts] if len(record.format) > 1 else texts
        made = {text: parse_call(text, _MISSING, _MISSING, count) for text in dict.fromkeys(texts)}
        return [made[text] for text in texts]
    calls = []
    for text in texts:
        genotype, phase_set, status, *depths = _parts(text.rstrip("\r").split(":"), keys)
        calls.append(parse_call(genotype, phase_set, status, count, unread=_NO_READS in depths))
    return calls


@lru_cache(maxsize=1_024)
def _places(form: tuple[str, ...]) -> tuple[int | None, ...]:
    """Where GT, PS, FT and the depths DP and MIN_DP stand in a FORMAT."""
    return tuple(form.index(name) if name in form else None for name in ("GT", "PS", "FT", "DP", "MIN_DP"))


def _parts(fields: Sequence[str], keys: Sequence[int | None]) -> list[str]:
    return [fields[key] if key is not None and key < len(fields) else _MISSING for key in keys]


@lru_cache(maxsize=65_536)
def parse_call(genotype: str, phase_set: str, status: str, alternates: int, *, unread: bool = False) -> Call:
    """The call that GT, PS and FT tell (``.`` where there is none), of a record with so many alternates.

    ``unread``: no read covers the site. Some callers write the reference there (GATK in a gVCF: ``0/0`` with DP 0); it was
    not seen, so that is no call.

    >>> parse_call("0|1", "17", "PASS", 1)
    Call(alleles=(0, 1), phased=True, phase_set=17, filtered=False)

    Raises:
        ValueError: the genotype is malformed, or names an allele that the record does not have.
    """
    if not _GENOTYPE.fullmatch(genotype):
        raise ValueError("the genotype is malformed")
    text = genotype.lstrip("/|")
    alleles = tuple(None if part == _MISSING else int(part) for part in re.split(r"[/|]", text))
    if any(allele is not None and allele > alternates for allele in alleles):
        raise ValueError("the genotype names an allele that the record does not have")
    filtered = any(name not in _PASSED for name in status.split(";"))
    if unread and not any(alleles):
        return Call((None,) * len(alleles), filtered=filtered)
    if len(alleles) > 1 and len(set(alleles)) == 1:
        return Call(alleles, phased=alleles[0] is not None, filtered=filtered)
    ordered = "|" in text and "/" not in text
    if ordered and phase_set not in (_MISSING, "") and not phase_set.isdecimal():
        ordered = False  # phase sets are numbers; what another text means is unknown
    number = int(phase_set) if ordered and phase_set.isdecimal() else None
    return Call(alleles, ordered, number, filtered)


def _sequence(allele: str) -> str:
    return allele if allele.startswith("<") else allele.upper()
