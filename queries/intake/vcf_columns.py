"""Genotypes of many samples at the sites of interest: gathered record by record, given sample by sample."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from kg.chromosomes import CHROMOSOMES
from queries.intake.vcf_alleles import read_sites
from queries.intake.vcf_merge import explain_deleted, join_exchanges, merge
from queries.intake.vcf_record import DELETED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queries.case import Genotype
    from queries.intake.indels import Change
    from queries.intake.vcf_interest import Interest, Site
    from queries.intake.vcf_record import Call, Record

    _Merged = list[tuple[Genotype, ...]]

_ORDER: Final = {chromosome: index for index, chromosome in enumerate((*CHROMOSOMES, "MT"))}


class SiteColumns:
    """For each site a column of genotypes, one a sample, from each record that tells of it.

    Equal genotypes of a record are one object, so that a column costs a pointer a sample.
    """

    def __init__(self, interest: Interest, size: int) -> None:
        self._interest = interest
        self._size = size
        self._columns: dict[Site, list[list[Genotype | None]]] = defaultdict(list)

    def add(self, record: Record, rows: Sequence[int], calls: Sequence[Call]) -> None:
        """Take the calls of the samples at ``rows`` in."""
        readings = read_sites(record, self._interest)
        if not readings:
            return
        distinct = {id(call): call for call in calls}
        keys = [id(call) for call in calls]
        for reading in readings:
            made = {
                key: reading.genotype(call, -record.position, filtered=record.filtered)
                for key, call in distinct.items()
            }
            if any(genotype is not None for genotype in made.values()):
                column: list[Genotype | None] = [None] * self._size
                for row, key in zip(rows, keys, strict=True):
                    column[row] = made[key]
                self._columns[reading.chromosome, reading.position].append(column)

    def rows(self) -> Iterator[tuple[Genotype, ...]]:
        """The genotypes of each sample, in order of position."""
        sites = sorted(self._columns, key=lambda site: (_ORDER[site[0]], site[1]))
        merged = {site: _merged(self._columns[site]) for site in sites}
        for change in self._interest.changes:
            if change.is_substitution:
                self._join(change, merged)
        shown = [self._explained(site, merged) for site in sites if site in self._interest.sites]
        for row in range(self._size):
            yield tuple(chain.from_iterable(column[row] for column in shown))

    def _join(self, change: Change, merged: dict[Site, _Merged]) -> None:
        """Put the genotypes of a change that stands in one record a base in place of those of its first base."""
        sites = [(change.chromosome, change.position + offset) for offset in range(len(change.reference))]
        empty: _Merged = [()] * self._size
        parts = [merged.get(site, empty) for site in sites]
        if sites[0] not in merged:
            return
        cache: dict[tuple[int, ...], tuple[Genotype, ...]] = {}
        for row, genotypes in enumerate(zip(*parts, strict=True)):
            key = tuple(map(id, genotypes))
            if key not in cache:
                joined = join_exchanges(change, genotypes)
                cache[key] = genotypes[0] if joined is None else (joined,)
            merged[sites[0]][row] = cache[key]

    def _explained(self, site: Site, merged: dict[Site, _Merged]) -> _Merged:
        """A site's column with its ``*`` alleles read."""
        column = merged[site]
        if not any(DELETED in genotype.alleles for genotypes in column for genotype in genotypes):
            return column
        over = [
            merged[change.chromosome, change.position]
            for change in self._interest.changes
            if change.chromosome == site[0]
            and change.position < site[1] < change.position + len(change.reference)
            and (change.chromosome, change.position) in merged
        ]
        return [
            tuple(
                explain_deleted(genotype, [g for deletions in over for g in deletions[row]]) for genotype in genotypes
            )
            for row, genotypes in enumerate(column)
        ]


def _merged(columns: Sequence[Sequence[Genotype | None]]) -> _Merged:
    """One column of a site from those of its records; samples that show the same are merged once."""
    cache: dict[tuple[int, ...], tuple[Genotype, ...]] = {}
    merged: _Merged = []
    for genotypes in zip(*columns, strict=True):
        key = tuple(map(id, genotypes))
        if key not in cache:
            shown = [genotype for genotype in genotypes if genotype is not None]
            cache[key] = merge(shown) if shown else ()
        merged.append(cache[key])
    return merged
