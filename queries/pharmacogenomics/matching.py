"""Which pairs of named alleles explain what an assay saw at the defining sites of a gene.

A pair explains the genotypes when, at every assayed defining site, it carries exactly the observed number of each
defining base (phase is not used, so every pair that differs by phase alone is in the answer). What was not assayed
restricts nothing: a site that is missing keeps every allele possible that differs there, the reference allele included.
The counting follows PharmCAT's named-allele matcher (doi:10.1002/cpt.928) except that nothing unseen is taken for the
reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from queries.case import Genotype
    from queries.pharmacogenomics.definitions import DefiningVariant, GeneDefinition, Site

MOST_PAIRS: Final = 100
"""With more compatible pairs than these the gene is not called: the list would say nothing."""

MALE: Final = "MALE"
"""How the CPIC tables write the missing second allele of a hemizygous X-linked gene."""


@dataclass(frozen=True, slots=True)
class Match:
    """Result for one gene: compatible pairs of allele names, sites seen and missing, and why there is none."""

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
    seen: list[Site] = []
    missing: list[Site] = []
    for site in sorted(definition.sites):
        records = sites.get(site, ())
        if any(record.filtered or None in record.alleles for record in records):
            missing.append(site)
        elif strange := _undocumented(records, [v for v in definition.variants if v.site == site]):
            return Match(
                (), len(seen), tuple(missing), f"{_name(site)} shows {strange}, which no allele definition has"
            )
        elif records or assume_missing_is_reference:
            seen.append(site)
        else:
            missing.append(site)
    if not seen:
        return Match((), 0, tuple(missing), "no defining position was assayed")
    ploidies = {len(record.alleles) for site in seen for record in sites.get(site, ())}
    if not ploidies <= {1, 2} or len(ploidies) > 1:
        return Match((), len(seen), tuple(missing), f"genotypes of {sorted(ploidies)} alleles stand side by side")
    pairs = _compatible(definition, seen, sites, hemizygous=ploidies == {1})
    reason = None
    if not pairs:
        reason = "no pair of named alleles explains these genotypes"
    elif len(pairs) > MOST_PAIRS:
        reason = f"{len(pairs)} pairs of alleles remain possible with what was assayed"
        pairs = ()
    return Match(pairs, len(seen), tuple(missing), reason)


def _compatible(
    definition: GeneDefinition, seen: list[Site], sites: Mapping[Site, Sequence[Genotype]], *, hemizygous: bool
) -> tuple[tuple[str, str], ...]:
    names = sorted(definition.alleles)
    assayed = [variant for variant in definition.variants if variant.site in seen]
    observed = np.array([_count(variant, sites.get(variant.site, ())) for variant in assayed], dtype=np.int8)
    carried = np.array([[variant in definition.alleles[name] for variant in assayed] for name in names], dtype=np.int8)
    if hemizygous:
        return tuple((names[index], MALE) for index in np.flatnonzero(_equal(carried, observed)))
    return tuple(
        (names[first], names[second])
        for first, own in enumerate(carried)
        for second in np.flatnonzero(_equal(carried[first:], observed - own)) + first
    )


def _equal(rows: NDArray[np.int8], row: NDArray[np.int8]) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = (rows == row).all(axis=1)
    return equal


def _count(variant: DefiningVariant, records: Sequence[Genotype]) -> int:
    """How many of the patient's alleles carry a variant (0, 1 or 2)."""
    return sum(
        record.reference == variant.ref and allele == variant.alt for record in records for allele in record.alleles
    )


def _undocumented(records: Sequence[Genotype], variants: list[DefiningVariant]) -> str | None:
    """The first allele that is neither the record's reference nor a defining variant, as ``ref>alt``."""
    known = {(variant.ref, variant.alt) for variant in variants}
    for record in records:
        for allele in record.alleles:
            if allele is not None and allele != record.reference and (record.reference, allele) not in known:
                return f"{record.reference}>{allele}"
    return None


def _name(site: Site) -> str:
    return f"{site.chromosome}:{site.position}"
