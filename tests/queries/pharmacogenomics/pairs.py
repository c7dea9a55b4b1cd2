"""The pairs that the matcher finds for a made-up sample of two alleles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queries.case import Genotype
from queries.pharmacogenomics.matching import match_alleles

if TYPE_CHECKING:
    from queries.pharmacogenomics.gene_definition import GeneDefinition, Site


def simulate(definition: GeneDefinition, pair: tuple[str, str]) -> dict[Site, list[Genotype]]:
    """What an assay shows of two alleles: one record for each pair of reference and alternate bases, unphased."""
    sites: dict[Site, list[Genotype]] = {}
    for one in definition.variants:
        alleles = tuple(one.alt if one in definition.alleles[name] else one.ref for name in pair)
        sites.setdefault(one.site, []).append(Genotype(*one.site, one.ref, alleles, alternates=(one.alt,)))
    return sites


def called(definition: GeneDefinition, pair: tuple[str, str]) -> set[tuple[str, ...]]:
    return {tuple(sorted(found.names)) for found in match_alleles(definition, simulate(definition, pair)).pairs}
