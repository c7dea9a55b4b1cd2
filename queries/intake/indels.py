"""Insertions, deletions and multi-base changes: one spelling for all the ways in which a VCF may write the same change.

A change is trimmed to the bases that differ and shifted as far to the left as the bases around it are known, which gives
equal changes one spelling (doi:10.1093/bioinformatics/btv112). No reference genome is needed: known are the bases that
definitions and records write themselves, and those that continue a defining change's repeat (:attr:`Change.reach`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    BaseAt = Callable[[int], str | None]
    """The assembly's base at a 1-based position of one chromosome, where it is known."""


class Edit(NamedTuple):
    """``removed`` bases from the 1-based ``start`` on, replaced by ``inserted``; either may be empty, not both.

    An insertion stands before the base at ``start``.
    """

    start: int
    removed: str
    inserted: str

    @property
    def is_indel(self) -> bool:
        """Whether bases are inserted or deleted and nothing else."""
        return not self.removed or not self.inserted

    @property
    def end(self) -> int:
        """The last base that is removed; of an insertion the base before it."""
        return self.start + len(self.removed) - 1


@dataclass(frozen=True, slots=True)
class Change:
    """A defining variant that is more than the exchange of one base, as VCF writes it on one assembly.

    ``reach`` counts the assembly's bases after ``position`` that continue the repeat of the inserted or deleted sequence:
    the same change may be written at any of them.
    """

    chromosome: str
    position: int
    reference: str
    alternate: str
    reach: int = 0

    @property
    def edit(self) -> Edit:
        """What it changes."""
        return trim(self.position, self.reference, self.alternate)

    @property
    def extent(self) -> int:
        """How many bases after ``position`` the change, in any of its spellings, concerns."""
        inserts = len(self.alternate) > len(self.reference)
        return max(len(self.reference) - 1, self.reach + inserts)

    @property
    def is_substitution(self) -> bool:
        """Whether it exchanges bases and neither inserts nor deletes any."""
        return len(self.reference) == len(self.alternate)

    def bases(self) -> Iterator[tuple[int, str]]:
        """The assembly's bases that the change tells: those of its reference, then those that continue its repeat."""
        yield from enumerate(self.reference, start=self.position)
        edit = self.edit
        unit = edit.removed or edit.inserted
        if edit.is_indel and edit.start == self.position + 1:
            for offset in range(self.reach):
                yield edit.start + offset, unit[offset % len(unit)]


def trim(position: int, reference: str, alternate: str) -> Edit:
    """The edit that turns the bases from ``position`` on into others, without those that both share; the end is cut first.

    >>> trim(97450065, "TGG", "TG")
    Edit(start=97450066, removed='G', inserted='')
    """
    while reference and alternate and reference[-1] == alternate[-1]:
        reference, alternate = reference[:-1], alternate[:-1]
    while reference and alternate and reference[0] == alternate[0]:
        reference, alternate, position = reference[1:], alternate[1:], position + 1
    return Edit(position, reference, alternate)


def align_left(edit: Edit, base_at: BaseAt) -> Edit:
    """An insertion or deletion as far to the left as the same sequence results and the bases are known."""
    sequence, start = edit.removed or edit.inserted, edit.start
    while base_at(start - 1) == sequence[-1]:
        sequence, start = sequence[-1] + sequence[:-1], start - 1
    return Edit(start, sequence, "") if edit.removed else Edit(start, "", sequence)


def align_right(edit: Edit, base_at: BaseAt) -> Edit:
    """An insertion or deletion as far to the right as the same sequence results and the bases are known."""
    sequence, start = edit.removed or edit.inserted, edit.start
    while base_at(start + len(edit.removed)) == sequence[0]:
        sequence, start = sequence[1:] + sequence[0], start + 1
    return Edit(start, sequence, "") if edit.removed else Edit(start, "", sequence)
