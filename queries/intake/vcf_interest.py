"""What a caller needs of a VCF, and where it must look for that."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from queries.intake.indels import Change

MAX_VARIANTS: Final = 500_000
"""How many variants of a sample are kept unless the caller says otherwise: more than any exome has (about 100 MB)."""

_FETCH_GAP: Final = 10_000
"""Sites nearer to each other than this many bases are fetched in one go through an index: reading on is then cheaper than
seeking, since the linear index points to the starts of windows of 16,384 bases (SAM specification, section 5.1.3)."""

Site = tuple[str, int]
"""Chromosome without ``chr``, and 1-based position."""


@dataclass(frozen=True)
class Interest:
    """What a caller needs of a VCF on one assembly.

    ``sites`` are (chromosome without ``chr``, 1-based position) whose genotypes are needed, whatever they are;
    ``references`` are the assembly's bases from a site on, where they are known, and ``changes`` the defining variants at
    sites that exchange more than one base.
    ``variants`` says whether non-reference calls are needed too; with ``loci`` only those at these ``chrom-pos-ref-alt``.
    At most ``limit`` variants of a sample are kept, and a problem counts the others.
    """

    sites: frozenset[Site] = frozenset()
    variants: bool = True
    loci: Container[str] | None = None
    limit: int = MAX_VARIANTS
    references: Mapping[Site, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @cached_property
    def watched(self) -> frozenset[Site]:
        """The sites, and the further bases of changes that a VCF may write as one record a base."""
        parts = ((c.chromosome, c.position + i) for c in self.changes if c.is_substitution for i in range(c.extent + 1))
        return self.sites.union(parts)

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Sorted positions of the watched sites by chromosome."""
        found: dict[str, list[int]] = defaultdict(list)
        for chromosome, position in sorted(self.watched):
            found[chromosome].append(position)
        return dict(found)

    @cached_property
    def changes_at(self) -> dict[Site, tuple[Change, ...]]:
        """The changes of each site that has some."""
        found: dict[Site, list[Change]] = defaultdict(list)
        for change in self.changes:
            found[change.chromosome, change.position].append(change)
        return {site: tuple(changes) for site, changes in found.items()}

    @cached_property
    def extents(self) -> dict[Site, int]:
        """How many bases after its position a site concerns, where that is more than the position."""
        return {site: max(change.extent for change in changes) for site, changes in self.changes_at.items()}

    @cached_property
    def margin(self) -> int:
        """The largest distance at which a change can touch a site: one base beyond the farthest extent."""
        return max(self.extents.values(), default=0) + 1

    @cached_property
    def bases(self) -> dict[str, dict[int, str]]:
        """What is known of the assembly's sequence, by chromosome and position."""
        known: dict[str, dict[int, str]] = defaultdict(dict)
        for (chromosome, position), text in self.references.items():
            known[chromosome].update(enumerate(text, start=position))
        for change in self.changes:
            known[change.chromosome].update(change.bases())
        return dict(known)

    def between(self, chromosome: str, first: int, last: int) -> list[int]:
        """Watched sites of a chromosome in the closed range."""
        positions = self.positions.get(chromosome, [])
        return positions[bisect_left(positions, first) : bisect_right(positions, last)]

    def touched(self, chromosome: str, first: int, last: int) -> list[int]:
        """Watched sites of a chromosome that concern a base of the closed range."""
        near = self.between(chromosome, first - self.margin, last)
        return [position for position in near if position + self.extents.get((chromosome, position), 0) >= first]

    def near_changes(self, chromosome: str, first: int, last: int) -> Iterator[Change]:
        """Changes whose site concerns a base of the closed range."""
        for position in self.touched(chromosome, first, last):
            yield from self.changes_at.get((chromosome, position), ())

    def regions(self, chromosome: str) -> Iterator[tuple[int, int]]:
        """Closed ranges that hold every record that can tell something of a site, for an index."""
        start = stop = None
        for position in self.positions.get(chromosome, []):
            if start is not None and stop is not None and position - stop > _FETCH_GAP:
                yield start, stop
                start = None
            last = position + self.extents.get((chromosome, position), 0) + 1
            start, stop = (max(1, position - 1) if start is None else start), max(stop or 0, last)
        if start is not None and stop is not None:
            yield start, stop
