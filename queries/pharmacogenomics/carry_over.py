"""Allele definitions of GRCh38 carried over to GRCh37, by variants that an older table places on both assemblies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from queries.case import Assembly
from queries.pharmacogenomics.gene_definition import DefiningVariant, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from queries.pharmacogenomics.gene_definition import GeneDefinition

_AGREEING: Final = 0.9
"""Share of the variants of a gene that must tell one distance; the others are indels that the older table aligns otherwise."""


@dataclass(frozen=True, slots=True)
class _Shift:
    """The way from GRCh38 to GRCh37: a distance, and the variants that GRCh37 has the other way round.

    ``flips`` leads from such a variant, shifted, to the one of GRCh37.
    """

    distance: int
    flips: Mapping[DefiningVariant, DefiningVariant]

    def site(self, site: Site) -> Site:
        return Site(site.chromosome, site.position + self.distance)

    def variant(self, variant: DefiningVariant) -> DefiningVariant:
        return replace(variant, site=self.site(variant.site))

    def optional(self, parts: Iterable[DefiningVariant]) -> frozenset[DefiningVariant]:
        """What copies of an allele may carry or not, which holds whichever way round the assembly has it."""
        shifted = map(self.variant, parts)
        return frozenset(self.flips.get(variant, variant) for variant in shifted)

    def required(
        self, parts: Iterable[DefiningVariant], optional: Iterable[DefiningVariant]
    ) -> frozenset[DefiningVariant]:
        """What an allele carries: of a variant that is the other way round, those that carried it carry none."""
        shifted = {self.variant(variant) for variant in parts}
        told = {variant.site for variant in (*shifted, *map(self.variant, optional))}
        opposite = {flip for variant, flip in self.flips.items() if variant.site not in told}
        base = {flip.site: flip.ref for flip in self.flips.values()}
        kept = {replace(variant, ref=base.get(variant.site, variant.ref)) for variant in shifted - self.flips.keys()}
        return frozenset(kept | opposite)


def carry_over(newer: GeneDefinition, older: Mapping[str, Iterable[DefiningVariant]]) -> GeneDefinition | None:
    """A definition on GRCh38, carried over to GRCh37 by the variants of ``older``, which are on GRCh37.

    Variants that both assemblies share are named by their GRCh38 locus, so each tells the distance; all of a gene must
    tell one (a gap between the assemblies would tell two). Where the assemblies' own bases differ, ``older`` has the
    variant the other way round, and what an allele carries is turned over. ``None`` without a common distance.
    """
    variants = {variant for parts in older.values() for variant in parts}
    distance = _common_distance(variants)
    if distance is None:
        return None
    shift = _Shift(distance, _flips(newer, variants, distance))
    return replace(
        newer,
        alleles={name: shift.required(parts, newer.optional.get(name, ())) for name, parts in newer.alleles.items()},
        optional={name: shift.optional(parts) for name, parts in newer.optional.items()},
        stated={name: frozenset(map(shift.site, sites)) for name, sites in newer.stated.items()},
        carried_over=True,
    )


def _common_distance(variants: Iterable[DefiningVariant]) -> int | None:
    distances = [variant.site.position - shared for variant in variants if (shared := _shared_position(variant))]
    distance = max(set(distances), key=distances.count, default=None)
    if distance is None or distances.count(distance) < _AGREEING * len(distances):
        return None
    return distance


def _flips(
    newer: GeneDefinition, older: AbstractSet[DefiningVariant], distance: int
) -> dict[DefiningVariant, DefiningVariant]:
    """Variants of which the assemblies have the opposite bases: that of GRCh38, shifted, to that of GRCh37."""
    shift = _Shift(distance, {})
    turned = {variant.site: variant for variant in older if _shared_position(variant) is None}
    found = {}
    for shifted in map(shift.variant, newer.variants):
        other = turned.get(shifted.site)
        if other is not None and (other.ref, other.alt) == (shifted.alt, shifted.ref):
            found[shifted] = other
    return found


def _shared_position(variant: DefiningVariant) -> int | None:
    """The GRCh38 position of a variant that both assemblies have."""
    _, assembly, locus = variant.reference.identifier.split("/", 2)
    return int(locus.split("-")[1]) if assembly == Assembly.GRCH38 else None
