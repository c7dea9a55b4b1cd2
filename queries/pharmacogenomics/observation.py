"""What an assay shows of the defining variants of a gene: how many copies of each at least and at most, and on which strand.

Nothing unseen is taken for the reference. A deletion was assayed only where a record spans the bases that it removes, an
insertion only where a record looked for it or states that there is none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from queries.case import ASSEMBLY_BASE, Sex
from queries.intake.assembly import trimmed_locus
from queries.medication import PositionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from queries.case import Genotype
    from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site

    Copies = NDArray[np.int8]

UNKNOWN = -1
"""Of a strand: neither known to carry a variant nor known not to."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """What the input shows at one defining site, and why it does not show it all."""

    status: PositionStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """The defining variants of a gene, in the order of its definition, as one sample shows them.

    ``least`` and ``most`` are copies (shape: variants). Each of ``blocks`` holds the two strands of one phase set (shape:
    2 x variants; 1 carries, 0 does not, -1 unknown or not of this set). ``strange`` are changes at defining sites that no
    definition has.
    """

    ploidy: int
    least: Copies
    most: Copies
    blocks: tuple[Copies, ...]
    sites: Mapping[Site, SiteView]
    strange: Mapping[Site, str]
    fault: str | None = None
    """Why the genotypes cannot belong together."""

    @property
    def is_informative(self) -> bool:
        """Whether anything at all is known of any variant."""
        return bool(np.any(self.least > 0) or np.any(self.most < self.ploidy))

    def having(self, status: PositionStatus) -> tuple[Site, ...]:
        """Sites of one status, in order."""
        return tuple(site for site, view in self.sites.items() if view.status is status)

    @property
    def unseen(self) -> tuple[Site, ...]:
        """Sites that do not show all that they should, in order."""
        return tuple(site for site, view in self.sites.items() if view.status is not PositionStatus.SEEN)


def observe(
    definition: GeneDefinition,
    records: Mapping[Site, Sequence[Genotype]],
    *,
    sex: Sex | None = None,
    assume_missing_is_reference: bool = False,
) -> Observation:
    """What the records at the sites of a gene show.

    A male's X-chromosomal genotypes count once where they are written as two equal alleles. With
    ``assume_missing_is_reference`` a site without any record counts as two of the assembly's own bases, which is not always
    the reference allele's base.
    """
    variants = definition.variants
    ploidy, fault = _ploidy(definition, records, sex)
    least = np.zeros(len(variants), dtype=np.int8)
    most = np.full(len(variants), ploidy, dtype=np.int8)
    blocks: dict[int | None, Copies] = defaultdict(lambda: np.full((2, len(variants)), UNKNOWN, dtype=np.int8))
    sites, strange = {}, {}
    for site, indices in definition.by_site.items():
        own = records.get(site, ())
        view = _view(own)
        if not own and assume_missing_is_reference:
            most[list(indices)] = 0
        elif view.status in (PositionStatus.SEEN, PositionStatus.NO_CALL):
            known = definition.site_loci[site]
            if unknown := _undocumented(own, known):
                strange[site] = unknown
            shown = [tuple(_shown(record, known)) for record in own]
            for index in indices:
                telling = _telling(variants[index], own, shown)
                if not telling:
                    view = SiteView(PositionStatus.MISSING, "no record shows whether the whole change is there")
                    continue
                copies, open_ = _copies(definition.loci[index], telling, ploidy)
                if copies > ploidy:
                    view = SiteView(PositionStatus.CONFLICTING, "records show more copies than there are strands")
                    continue
                least[index], most[index] = copies, min(ploidy, copies + open_)
                _place(definition.loci[index], index, telling, blocks)
        sites[site] = view
    return Observation(ploidy, least, most, tuple(blocks.values()), sites, strange, fault)


def _ploidy(
    definition: GeneDefinition, records: Mapping[Site, Sequence[Genotype]], sex: Sex | None
) -> tuple[int, str | None]:
    shown = [record for site in definition.by_site for record in records.get(site, ()) if _usable(record)]
    ploidies = {len(record.alleles) for record in shown}
    if not ploidies <= {1, 2}:
        return 2, f"genotypes of {sorted(ploidies)} alleles stand side by side"
    if not definition.is_x_linked:
        return 2, "genotypes of one allele stand at sites of an autosome" if 1 in ploidies else None
    if sex is Sex.FEMALE and 1 in ploidies:
        return 2, "genotypes of one allele stand on the X chromosome of a female"
    if sex is not Sex.MALE and 1 not in ploidies:
        return 2, None
    if any(len(set(record.alleles) - {None}) > 1 for record in shown):
        return 2, "one copy of the X chromosome cannot be heterozygous"
    return 1, None


def _usable(record: Genotype) -> bool:
    return record.conflict is None and not record.filtered and any(allele is not None for allele in record.alleles)


_MISSING: Final = SiteView(PositionStatus.MISSING)
_FILTERED: Final = SiteView(PositionStatus.FILTERED, "the record did not pass the filters of the file")
_NO_CALL: Final = SiteView(PositionStatus.NO_CALL)
_SEEN: Final = SiteView(PositionStatus.SEEN)


def _view(records: Sequence[Genotype]) -> SiteView:
    if not records:
        return _MISSING
    if conflict := next((record.conflict for record in records if record.conflict), None):
        return SiteView(PositionStatus.CONFLICTING, conflict)
    if any(record.filtered for record in records):
        return _FILTERED
    if any(None in record.alleles for record in records):
        return _NO_CALL
    return _SEEN


_Shown = tuple["Genotype", tuple[str | None, ...]]
"""A record and the change that each of its alleles shows: ``""`` for the assembly's own, ``None`` for no call."""


def _telling(
    variant: DefiningVariant, records: Sequence[Genotype], shown: Sequence[tuple[str | None, ...]]
) -> list[_Shown]:
    """Records that show whether a variant is there: those that name it, else those that would have shown it.

    None does of a deletion that its source does not write as a normalised VCF does.
    """
    locus = variant.locus
    if not variant.is_left_aligned:
        return []
    pairs = list(zip(records, shown, strict=True))
    naming = [(record, loci) for record, loci in pairs if locus in loci or locus in _alternate_loci(record)]
    return naming or [(record, loci) for record, loci in pairs if _would_show(variant, record)]


def _would_show(variant: DefiningVariant, record: Genotype) -> bool:
    if record.reference == ASSEMBLY_BASE:
        return True
    if len(record.reference) < variant.removed:
        return False
    return variant.is_substitution or not record.alternates


def _alternate_loci(record: Genotype) -> Iterator[str]:
    for alternate in record.alternates:
        yield trimmed_locus(record.chromosome, record.position, record.reference, alternate)


def _shown(record: Genotype, known: frozenset[str]) -> Iterator[str | None]:
    """The change that each allele shows, ``None`` where it may hide a defining one: several bases that no definition has."""
    for locus in _loci(record):
        if locus and locus not in known and any(len(bases) > 1 for bases in locus.split("-")[2:]):
            yield None
        else:
            yield locus


def _loci(record: Genotype) -> Iterator[str | None]:
    for allele in record.alleles:
        if allele is None:
            yield None
        elif allele == record.reference:
            yield ""
        else:
            yield trimmed_locus(record.chromosome, record.position, record.reference, allele)


def _copies(locus: str, telling: Sequence[_Shown], ploidy: int) -> tuple[int, int]:
    """Copies that are seen, and alleles that may be further ones."""
    seen = open_ = 0
    for record, loci in telling:
        count = sum(shown == locus for shown in loci)
        unknown = sum(shown is None for shown in loci)
        if ploidy == 1 and len(record.alleles) == 2:
            count, unknown = min(count, 1), min(unknown, 1)
        seen, open_ = seen + count, max(open_, unknown)
    return seen, open_


def _place(locus: str, index: int, telling: Sequence[_Shown], blocks: dict[int | None, Copies]) -> None:
    """Note the strands of a variant where its genotype is phased and not the same on both."""
    for record, loci in telling:
        if record.phased and len(loci) == 2 and loci[0] != loci[1]:
            block = blocks[record.phase_set]
            for strand, shown in enumerate(loci):
                if shown is not None:
                    block[strand, index] = shown == locus


def _undocumented(records: Sequence[Genotype], known: frozenset[str]) -> str | None:
    """The first change that no defining variant makes, as ``ref>alt``."""
    for record in records:
        for locus in _loci(record):
            if locus and locus not in known:
                return ">".join(locus.split("-")[2:])
    return None
