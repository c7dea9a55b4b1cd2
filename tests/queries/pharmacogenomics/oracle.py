"""A slow second route to named alleles: what an assay shows of two of them, and which pairs show the same.

Written without the product's matching, in plain Python: sequences are compared position by position, and every pair of
alleles is tried. :func:`read_pharmcat` takes the sequences straight from PharmCAT's own files, :func:`of_definition` from
a definition that the product has loaded (for an assembly that PharmCAT has no file of).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

from queries.case import Genotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site

BASES: Final = {
    "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC", "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG",
    "N": "ACGT",
}  # fmt: skip
"""What each code of several bases stands for (doi:10.1093/nar/13.9.3021)."""
Place = tuple[str, int]
"""Chromosome and 1-based position."""


@dataclass(frozen=True, slots=True)
class Locus:
    """One position as a VCF has it: the assembly's sequence and the others that are looked for."""

    place: Place
    reference: str
    alternates: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Haplotypes:
    """Named alleles of one gene: for each locus, the sequences that a copy of the allele may have there."""

    symbol: str
    loci: tuple[Locus, ...]
    sequences: Mapping[str, tuple[frozenset[str], ...]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every pair of names, sorted."""
        return list(combinations_with_replacement(sorted(self.sequences), 2))

    def of(self, names: Iterable[str]) -> Haplotypes:
        """The same with some of the alleles."""
        return Haplotypes(self.symbol, self.loci, {name: self.sequences[name] for name in names})

    @property
    def leaves_open(self) -> bool:
        """Whether some allele has more than one sequence at a locus."""
        return any(len(shown) > 1 for sequences in self.sequences.values() for shown in sequences)


def read_pharmcat(path: Path) -> Haplotypes:
    """The alleles of a ``<gene>_translation.json`` that bases can show.

    A blank cell is what the reference allele has, or, where that has an IUPAC code, the assembly's own base (PharmCAT,
    ``MatchData.marshallHaplotypes``).
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    loci = [
        shortened(entry["chromosome"].removeprefix("chr"), entry["position"], [entry["ref"], *entry["alts"]])
        for entry in document["variants"]
    ]
    written = [[entry["ref"], *entry["alts"]] for entry in document["variants"]]
    alleles = [*document["namedAlleles"], *(document.get("hiddenCoreAlleles") or ())]
    (reference,) = [allele for allele in alleles if allele["reference"]]
    blank = [
        there[0] if base in BASES and base not in there else base
        for base, there in zip(reference["alleles"], written, strict=True)
    ]
    sequences = {}
    for allele in alleles:
        if allele["structuralVariant"] or allele["name"] in (document.get("suballelesMap") or {}):
            continue
        stated = [own or base for own, base in zip(allele["alleles"], blank, strict=True)]
        sequences[allele["name"]] = tuple(
            frozenset(
                [locus.reference, *locus.alternates][there.index(one)]
                for one in ([text] if text in there else BASES[text])
            )
            for text, there, locus in zip(stated, written, loci, strict=True)
        )
    return Haplotypes(document["gene"], tuple(loci), sequences)


def shortened(chromosome: str, position: int, sequences: Sequence[str]) -> Locus:
    """A locus without the bases that all its sequences share, one kept before an indel."""
    ends = list(sequences)
    while all(len(text) > 1 for text in ends) and len({text[-1] for text in ends}) == 1:
        ends = [text[:-1] for text in ends]
    while all(len(text) > 1 for text in ends) and len({text[0] for text in ends}) == 1:
        ends, position = [text[1:] for text in ends], position + 1
    return Locus((chromosome, position), ends[0], tuple(ends[1:]))


def of_definition(definition: GeneDefinition) -> Haplotypes:
    """The same from a loaded definition: variants that start at one place become one locus with a common reference."""
    by_place: dict[Place, list[DefiningVariant]] = defaultdict(list)
    for variant in definition.variants:
        by_place[variant.site.chromosome, variant.site.position].append(variant)
    loci = []
    for place, variants in sorted(by_place.items()):
        longest = max((variant.ref for variant in variants), key=len)
        loci.append(Locus(place, longest, tuple(_on(longest, variant) for variant in variants)))
    sequences = {}
    for name, required in definition.alleles.items():
        optional = definition.optional.get(name, frozenset())
        sequences[name] = tuple(_shown(locus, by_place[locus.place], required, optional) for locus in loci)
    return Haplotypes(definition.symbol, tuple(loci), sequences)


def _on(reference: str, variant: DefiningVariant) -> str:
    return variant.alt + reference[len(variant.ref) :]


def _shown(
    locus: Locus,
    there: Iterable[DefiningVariant],
    required: frozenset[DefiningVariant],
    optional: frozenset[DefiningVariant],
) -> frozenset[str]:
    for variant in there:
        if variant in required:
            return frozenset({_on(locus.reference, variant)})
    return frozenset({locus.reference}) | {_on(locus.reference, variant) for variant in there if variant in optional}


def simulate(
    haplotypes: Haplotypes, first: str, second: str | None, *, phased: bool, missing: Place | None = None
) -> list[Genotype]:
    """What an assay of two copies shows, one record a locus; of one copy where ``second`` is ``None``.

    Of several sequences that a copy may have the first of an even locus and the last of an odd one is taken.
    ``missing`` is a place without a record.
    """
    records = []
    for number, locus in enumerate(haplotypes.loci):
        if locus.place == missing:
            continue
        copies = [haplotypes.sequences[name][number] for name in (first, second) if name is not None]
        alleles = tuple(sorted(copy)[-(number % 2)] for copy in copies)
        if not phased:
            alleles = tuple(sorted(alleles))
        chromosome, position = locus.place
        records.append(
            Genotype(chromosome, position, locus.reference, alleles, phased=phased, alternates=locus.alternates)
        )
    return records


def shows(haplotypes: Haplotypes, first: str, second: str, *, phased: bool, missing: Place | None = None) -> object:
    """What tells a pair from others: equal for two pairs that give the same records, for haplotypes that leave nothing open."""
    one, other = (_changes(haplotypes, name, missing) for name in (first, second))
    return frozenset({one, other}) if phased else tuple(sorted(one + other))


@cache
def _changes(haplotypes: Haplotypes, name: str, missing: Place | None) -> tuple[tuple[Place, str], ...]:
    """Where a copy of an allele departs from the assembly, and with what."""
    return tuple(
        (locus.place, min(shown))
        for locus, shown in zip(haplotypes.loci, haplotypes.sequences[name], strict=True)
        if shown != {locus.reference} and locus.place != missing
    )


def compatible(haplotypes: Haplotypes, records: Sequence[Genotype]) -> set[tuple[str, str]]:
    """Every pair of names of which two copies can show these records; names of a pair are sorted."""
    return {pair for pair in haplotypes.pairs if explains(haplotypes, *pair, records)}


def explains(haplotypes: Haplotypes, first: str, second: str, records: Sequence[Genotype]) -> bool:
    """Whether two copies can show the records: phased ones all in one order, others each in either."""
    both = list(_beside(haplotypes, first, second, records))
    straight = all(
        record.alleles[0] in one and record.alleles[1] in other for record, one, other in both if record.phased
    )
    turned = all(
        record.alleles[1] in one and record.alleles[0] in other for record, one, other in both if record.phased
    )
    unphased = all(
        (record.alleles[0] in one and record.alleles[1] in other)
        or (record.alleles[1] in one and record.alleles[0] in other)
        for record, one, other in both
        if not record.phased
    )
    return unphased and (straight or turned)


def _beside(
    haplotypes: Haplotypes, first: str, second: str, records: Sequence[Genotype]
) -> Iterator[tuple[Genotype, frozenset[str], frozenset[str]]]:
    shown = {(record.chromosome, record.position): record for record in records}
    for locus, one, other in zip(
        haplotypes.loci, haplotypes.sequences[first], haplotypes.sequences[second], strict=True
    ):
        if locus.place in shown:
            yield shown[locus.place], one, other


def by_site(records: Iterable[Genotype], definition: GeneDefinition) -> dict[Site, list[Genotype]]:
    """Records as the matching takes them."""
    at = {tuple(site): site for site in definition.sites}
    return {at[record.chromosome, record.position]: [record] for record in records}
