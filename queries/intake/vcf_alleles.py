"""What the alleles of a record mean at the sites of interest.

An allele shows a defining variant where its change is one, however it is spelled; exchanges of several bases are taken
apart. An insertion, deletion or structural allele that is no defining variant and touches a site leaves that site unread
for those who carry it: it never passes for the reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from queries.case import ASSEMBLY_BASE, Genotype
from queries.intake.indels import align_left, align_right, trim
from queries.intake.vcf_record import DELETED, NO_ALLELE, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from queries.intake.indels import BaseAt, Edit
    from queries.intake.vcf_interest import Interest
    from queries.intake.vcf_record import Call, Record

_SHOWN: Final = 30
"""How many bases of an allele a message shows."""


@dataclass(frozen=True, slots=True)
class SiteReading:
    """What each allele of one record, by its index, means at one site.

    ``faults`` say why an allele cannot be read there, ``fault`` why none can. With ``by_fault_only`` the record tells
    nothing of samples without such an allele.
    """

    chromosome: str
    position: int
    reference: str
    texts: tuple[str, ...]
    faults: tuple[str | None, ...]
    alternates: tuple[str, ...] = ()
    fault: str | None = None
    by_fault_only: bool = False
    in_cis: frozenset[int] = frozenset()
    """Alleles that change this site and another one together."""

    def genotype(self, call: Call, phase_set: int, *, filtered: bool) -> Genotype | None:
        """The genotype of a call; ``phase_set`` is that of an unphased call whose one allele changes several sites."""
        carried = [index for index in call.alleles if index is not None]
        fault = self.fault or next((self.faults[index] for index in carried if self.faults[index]), None)
        if self.by_fault_only and fault is None:
            return None
        cis = not call.phased and len(call.alleles) > 1 and not self.in_cis.isdisjoint(carried)
        return Genotype(
            self.chromosome,
            self.position,
            self.reference,
            tuple(None if index is None else self.texts[index] for index in call.alleles),
            call.phased or cis,
            filtered or call.filtered,
            phase_set if cis else call.phase_set,
            self.alternates,
            fault,
        )


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What one alternate is: defining variants and base exchanges by site, and sites that it leaves unread."""

    found: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    touched: frozenset[int] = frozenset()
    fault: str | None = None


def read_sites(record: Record, interest: Interest) -> list[SiteReading]:
    """Readings of the watched sites that a record tells something of, in order of position."""
    if record.is_reference_only:
        return list(_of_reference(record, interest))
    meanings = [_meaning(record, alternate, interest) for alternate in record.alternates]
    concerned = {position for meaning in meanings for position in (*meaning.found, *meaning.touched)}
    if interest.between(record.chromosome, record.position, record.position):
        concerned.add(record.position)
    return [_reading(record, meanings, position, interest) for position in sorted(concerned)]


def seen_base(record: Record, position: int) -> str | None:
    """The base that a record's reference has at a position."""
    offset = position - record.position
    return record.reference[offset] if 0 <= offset < len(record.reference) else None


def _of_reference(record: Record, interest: Interest) -> Iterator[SiteReading]:
    """A record without alternates, or a block of a gVCF, at each site that it covers."""
    is_block = record.end > record.position + len(record.reference) - 1
    unnamed = ("carries an allele that the record does not name",) * len(record.alternates)
    for position in interest.between(record.chromosome, record.position, record.end):
        bases = ASSEMBLY_BASE if is_block else record.reference[position - record.position :]
        texts = (bases,) * (1 + len(record.alternates))
        fault = _misfit(record, position, interest)
        yield SiteReading(record.chromosome, position, bases, texts, (None, *unnamed), (), fault)


def _reading(record: Record, meanings: Sequence[_Meaning], position: int, interest: Interest) -> SiteReading:
    is_own = position == record.position
    found = [meaning.found.get(position) for meaning in meanings]
    spelled = [change[0] for change in found if change]
    written = record.reference if is_own else seen_base(record, position) or ASSEMBLY_BASE
    others = [alt for change, alt in zip(found, record.alternates, strict=True) if not change and is_sequence(alt)]
    reference = max([*spelled, written] if not spelled or (is_own and others) else spelled, key=len)
    texts, alternates = [reference], []
    faults: list[str | None] = [None]
    for change, meaning, alternate in zip(found, meanings, record.alternates, strict=True):
        text = change[1] + reference[len(change[0]) :] if change else reference
        texts.append(DELETED if alternate == DELETED else text)
        faults.append(meaning.fault if position in meaning.touched else None)
        if change or (is_own and is_sequence(alternate)):
            alternates.append(text if change else alternate)
    return SiteReading(
        record.chromosome,
        position,
        reference,
        tuple(texts),
        tuple(faults),
        tuple(dict.fromkeys(alternates)),
        _misfit(record, position, interest),
        by_fault_only=not is_own and not spelled,
        in_cis=frozenset(
            index
            for index, meaning in enumerate(meanings, start=1)
            if position in meaning.found and len(meaning.found) > 1
        ),
    )


def _misfit(record: Record, position: int, interest: Interest) -> str | None:
    """Why a record is not of this assembly: its own bases at a site are not the assembly's."""
    expected = interest.references.get((record.chromosome, position), "")
    seen = record.reference[position - record.position :] if position >= record.position else ""
    if all(ASSEMBLY_BASE in pair or pair[0] == pair[1] for pair in zip(seen, expected, strict=False)):
        return None
    return f"the record's reference is {_short(seen)}, the assembly has {_short(expected)} there"


def _meaning(record: Record, alternate: str, interest: Interest) -> _Meaning:
    if alternate == DELETED:
        return _Meaning()
    if is_sequence(alternate):
        return _of_sequence(record, alternate, interest)
    if alternate in NO_ALLELE:
        touched = interest.between(record.chromosome, record.position, record.position)
        return _Meaning(touched=frozenset(touched), fault="carries an allele that the record does not name")
    touched = interest.touched(record.chromosome, record.position, record.end)
    return _Meaning(touched=frozenset(touched), fault=f"the structural allele {_short(alternate)} covers it")


def _of_sequence(record: Record, alternate: str, interest: Interest) -> _Meaning:
    edit = trim(record.position, record.reference, alternate)
    if not edit.removed and not edit.inserted:
        return _Meaning()
    base_at = _known(record, interest)
    first, last = edit, edit
    if edit.is_indel:
        first, last = align_left(edit, base_at), align_right(edit, base_at)
    low, high = first.start - 1, last.end + 1
    for change in interest.near_changes(record.chromosome, low, high):
        own = align_left(change.edit, base_at) if edit.is_indel and change.edit.is_indel else change.edit
        if own == first:
            return _Meaning({change.position: (change.reference, change.alternate)})
    if len(edit.removed) == len(edit.inserted):
        return _Meaning(_exchanges(record.chromosome, edit, interest))
    what = f"{_short(record.reference)}>{_short(alternate)} at {record.position}"
    touched = frozenset(interest.touched(record.chromosome, low, high))
    return _Meaning(touched=touched, fault=f"{what} touches it and is no defining variant")


def _exchanges(chromosome: str, edit: Edit, interest: Interest) -> dict[int, tuple[str, str]]:
    """The watched sites whose base an exchange of as many bases changes."""
    pairs = enumerate(zip(edit.removed, edit.inserted, strict=True), start=edit.start)
    return {place: pair for place, pair in pairs if pair[0] != pair[1] and (chromosome, place) in interest.watched}


def _known(record: Record, interest: Interest) -> BaseAt:
    """The assembly's bases near a record: its own, and those that the definitions tell."""
    known = interest.bases.get(record.chromosome, {})

    def base_at(position: int) -> str | None:
        return seen_base(record, position) or known.get(position)

    return base_at


def _short(allele: str) -> str:
    return allele if len(allele) <= _SHOWN else f"{allele[:_SHOWN]}..."
