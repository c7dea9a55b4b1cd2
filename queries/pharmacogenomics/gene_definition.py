"""What defines the named alleles of a pharmacogene on one assembly: variants at sites."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from kg.sources import cpic
from queries.intake.assembly import trimmed_locus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ontology.reference import Reference

_WHOLE: Final = frozenset({"*1", "Reference"})
"""Names of alleles that are defined at every position of their gene, whether or not others are described against them."""


class Site(NamedTuple):
    """Chromosome (without ``chr``) and 1-based position, as VCF writes them."""

    chromosome: str
    position: int


@dataclass(frozen=True, slots=True)
class DefiningVariant:
    """A variant that defines alleles: its site, and the bases without and with it, as VCF writes them."""

    reference: Reference
    site: Site
    ref: str
    alt: str

    @property
    def locus(self) -> str:
        """The variant as ``chrom-pos-ref-alt``, trimmed: the tables and a VCF may write more bases than differ."""
        return trimmed_locus(*self.site, self.ref, self.alt)

    @property
    def removed(self) -> int:
        """How many bases of the assembly a record must span to show it."""
        return len(self.locus.split("-")[2])

    @property
    def is_left_aligned(self) -> bool:
        """Whether a normalised VCF has it where its source says (doi:10.1093/bioinformatics/btv112)."""
        ref, alt = self.locus.split("-")[2:]
        return ref[-1] != alt[-1]

    @property
    def is_substitution(self) -> bool:
        """Whether it exchanges bases and neither inserts nor deletes any."""
        return len(self.ref) == len(self.alt)


@dataclass(frozen=True, eq=False)
class GeneDefinition:
    """Named alleles of one gene on one assembly, each with its defining variants, as one source defines them.

    The allele without variants is the one that the assembly's own sequence carries. What an allele's definition does
    not list it shares with the reference allele, as CPIC's definition tables are read (doi:10.1002/cpt.928): where the
    assembly's base is not the reference allele's, every other allele has the reference allele's variant there.
    ``structural`` names the alleles that short variants cannot show; ``optional`` are variants that some copies of an
    allele carry and others do not. ``stated`` are the sites that an allele's own definition lists (default: those of its
    variants). ``impact`` orders the alleles of genes whose lowest function decides, 0 for none to 1 for normal.
    ``carried_over`` says that the positions are those of another assembly, shifted.
    """

    gene: Reference
    symbol: str
    alleles: Mapping[str, frozenset[DefiningVariant]]
    structural: tuple[str, ...]
    optional: Mapping[str, frozenset[DefiningVariant]] = field(default_factory=dict)
    source: str = cpic.SOURCE.id
    stated: Mapping[str, frozenset[Site]] = field(default_factory=dict)
    reference: str | None = None
    impact: Mapping[str, float] = field(default_factory=dict)
    carried_over: bool = False
    rsids: Mapping[Reference, str] = field(default_factory=dict)
    """dbSNP's number of each variant that has one; alternatives at one site share it."""
    stands_before: Mapping[tuple[str, ...], frozenset[tuple[str, ...]]] = field(default_factory=dict)
    """Sorted pairs of alleles, each with those that PharmCAT does not report where unphased genotypes fit both."""

    @cached_property
    def variants(self) -> tuple[DefiningVariant, ...]:
        """Every defining variant, in order of position."""
        distinct = frozenset[DefiningVariant]().union(*self.alleles.values(), *self.optional.values())
        return tuple(sorted(distinct, key=lambda variant: (variant.site, variant.ref, variant.alt)))

    @cached_property
    def loci(self) -> tuple[str, ...]:
        """The trimmed locus of each variant."""
        return tuple(variant.locus for variant in self.variants)

    @cached_property
    def by_site(self) -> Mapping[Site, tuple[int, ...]]:
        """Indices of the variants of each site, in order of position."""
        found: dict[Site, list[int]] = defaultdict(list)
        for index, variant in enumerate(self.variants):
            found[variant.site].append(index)
        return {site: tuple(indices) for site, indices in found.items()}

    @cached_property
    def site_loci(self) -> Mapping[Site, frozenset[str]]:
        """Trimmed loci of the variants of each site."""
        return {site: frozenset(self.loci[index] for index in indices) for site, indices in self.by_site.items()}

    @cached_property
    def sites(self) -> frozenset[Site]:
        """Every site that some allele is defined by."""
        return frozenset(self.by_site)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the alleles, sorted: the rows of the matrices."""
        return tuple(sorted(self.alleles))

    @cached_property
    def required(self) -> NDArray[np.int8]:
        """Which variants every copy of an allele carries (shape: alleles x variants)."""
        return np.array([[v in self.alleles[name] for v in self.variants] for name in self.names], dtype=np.int8)

    @cached_property
    def possible(self) -> NDArray[np.int8]:
        """Which variants a copy of an allele may carry (shape: alleles x variants)."""
        wobbles = [[v in self.optional.get(name, ()) for v in self.variants] for name in self.names]
        return self.required | np.array(wobbles, dtype=np.int8)

    def own_sites(self, name: str) -> frozenset[Site]:
        """Sites that define an allele: all of them for the reference allele and for ``*1``."""
        if name == self.reference or name in _WHOLE or not (self.alleles[name] or self.optional.get(name)):
            return self.sites
        if name in self.stated:
            return self.stated[name]
        return frozenset(variant.site for variant in (*self.alleles[name], *self.optional.get(name, ())))

    def index_of(self, rsid: str) -> int | None:
        """The variant with an rsID; ``None`` where none or several have it."""
        found = [index for index, variant in enumerate(self.variants) if self.rsids.get(variant.reference) == rsid]
        return found[0] if len(found) == 1 else None

    def rsid_at(self, site: Site) -> str | None:
        """The rsID of the variants at a site; ``None`` where they have none or several."""
        return self._rsid_of[site]

    @cached_property
    def _rsid_of(self) -> Mapping[Site, str | None]:
        found = {
            site: {self.rsids.get(self.variants[index].reference) for index in indices}
            for site, indices in self.by_site.items()
        }
        return {site: rsids.pop() if len(rsids) == 1 else None for site, rsids in found.items()}

    def site_name(self, site: Site) -> str:
        """How answers name a site: its rsID, else ``chrom-pos``."""
        return self.rsid_at(site) or f"{site.chromosome}-{site.position}"

    @property
    def is_x_linked(self) -> bool:
        """Whether the gene lies on the X chromosome."""
        return any(site.chromosome == "X" for site in self.sites)
