"""Which pairs of named alleles explain what an assay saw at the defining sites of a gene.

A pair explains the genotypes when, at every assayed defining site, it carries exactly the observed number of each
defining base, where a variant that an allele may carry or not counts either way (phase is not used, so every pair that differs by phase alone is in the answer). What was not assayed
restricts nothing: a site that is missing keeps every allele possible that differs there, the reference allele included.
A deletion was assayed only where a record spans the bases that it removes: a record of one base says nothing about them.
The counting follows PharmCAT's named-allele matcher (doi:10.1002/cpt.928) except that nothing unseen is taken for the
reference.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from queries.case import ASSEMBLY_BASE
from queries.intake.assembly import trimmed_locus
from queries.pharmacogenomics.authority import MALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from queries.case import Genotype
    from queries.pharmacogenomics.definitions import DefiningVariant, GeneDefinition, Site

MOST_PAIRS: Final = 100
"""With more compatible pairs than these the gene is not called: the list would say nothing."""


@dataclass(frozen=True, slots=True)
class Match:
    """Result for one gene: compatible pairs of allele names, and why there is none.

    ``assayed`` counts the sites that show something, ``missing`` are those that do not show all that they should: of a
    site with a base change and a deletion, a record may show the one and not the other.
    """

    pairs: tuple[tuple[str, str], ...]
    assayed: int
    missing: tuple[Site, ...]
    reason: str | None = None


def match_alleles(
    definition: GeneDefinition, sites: Mapping[Site, Sequence[Genotype]], *, assume_missing_is_reference: bool = False
) -> Match:
    """Compatible allele pairs of one gene.

    ``sites`` are the assayed sites with their records (a VCF may split one site into several). With
    ``assume_missing_is_reference`` an absent site counts as two of the assembly's own bases, which is not always the
    reference allele's base.
    """
    assayed = [
        variant
        for variant in definition.variants
        if _is_assayed(variant, records := sites.get(variant.site, ())) or (assume_missing_is_reference and not records)
    ]
    seen = {variant.site for variant in assayed}
    missing = tuple(sorted({variant.site for variant in set(definition.variants).difference(assayed)}))
    if not seen:
        return Match((), 0, missing, "no defining position was assayed")
    for site in sorted(seen):
        if strange := _undocumented(sites.get(site, ()), [v for v in definition.variants if v.site == site]):
            return Match((), len(seen), missing, f"{_name(site)} shows {strange}, which no allele definition has")
    ploidies = {len(record.alleles) for site in seen for record in sites.get(site, ())}
    if not ploidies <= {1, 2} or len(ploidies) > 1:
        return Match((), len(seen), missing, f"genotypes of {sorted(ploidies)} alleles stand side by side")
    pairs = _compatible(definition, assayed, sites, hemizygous=ploidies == {1})
    reason = None
    if not pairs:
        reason = "no pair of named alleles explains these genotypes"
    elif len(pairs) > MOST_PAIRS:
        reason = f"{len(pairs)} pairs of alleles remain possible with what was assayed"
        pairs = ()
    return Match(pairs, len(seen), missing, reason)


def _compatible(
    definition: GeneDefinition,
    assayed: Sequence[DefiningVariant],
    sites: Mapping[Site, Sequence[Genotype]],
    *,
    hemizygous: bool,
) -> tuple[tuple[str, str], ...]:
    names = sorted(definition.alleles)
    seen = {variant.site for variant in assayed}
    shown = Counter(locus for site in seen for record in sites.get(site, ()) for locus in _loci(record))
    observed = np.array([shown[_locus(variant)] for variant in assayed], dtype=np.int8)
    least = np.array([[variant in definition.alleles[name] for variant in assayed] for name in names], dtype=np.int8)
    most = np.array(
        [[variant in definition.optional.get(name, ()) for variant in assayed] for name in names], dtype=np.int8
    )
    most += least
    if hemizygous:
        return tuple((names[index], MALE) for index in np.flatnonzero(_between(least, observed, most)))
    return tuple(
        (names[first], names[second])
        for first in range(len(names))
        for second in np.flatnonzero(_between(least[first:] + least[first], observed, most[first:] + most[first]))
        + first
    )


def _is_assayed(variant: DefiningVariant, records: Sequence[Genotype]) -> bool:
    """Whether the records of its site show if the variant is there; those filtered or without a call show nothing."""
    if not records or any(record.filtered or None in record.alleles for record in records):
        return False
    removed = len(_locus(variant).split("-")[2])
    return any(record.reference == ASSEMBLY_BASE or len(record.reference) >= removed for record in records)


def _between(least: NDArray[np.int8], row: NDArray[np.int8], most: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Of each row, whether ``row`` lies between its two bounds everywhere."""
    fits: NDArray[np.bool_] = np.all((least <= row) & (row <= most), axis=1)
    return fits


def _locus(variant: DefiningVariant) -> str:
    """The variant as ``chrom-pos-ref-alt``, trimmed: the tables and a VCF may write more bases than differ."""
    return trimmed_locus(*variant.site, variant.ref, variant.alt)


def _loci(record: Genotype) -> Iterator[str]:
    """The change that each of the patient's alleles shows at a site, alleles with the assembly's own bases left out."""
    for allele in record.alleles:
        if allele is not None and allele != record.reference:
            yield trimmed_locus(record.chromosome, record.position, record.reference, allele)


def _undocumented(records: Sequence[Genotype], variants: list[DefiningVariant]) -> str | None:
    """The first change that no defining variant makes, as ``ref>alt``."""
    known = {_locus(variant) for variant in variants}
    for record in records:
        for locus in _loci(record):
            if locus not in known:
                return ">".join(locus.split("-")[2:])
    return None


def _name(site: Site) -> str:
    return f"{site.chromosome}:{site.position}"
