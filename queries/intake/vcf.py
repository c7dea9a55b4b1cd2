"""VCF: the genotypes of one sample at the sites of interest, and the sample's variants.

Plain text, bgzip and gzip are read through pysam. Format: https://samtools.github.io/hts-specs/VCFv4.5.pdf.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import InputError
from queries.case import ASSEMBLY_BASE, Assembly, Genotype, GenotypeData, Problem, Severity, VariantCall, Zygosity
from queries.intake.assembly import (
    chromosome_name,
    trimmed_locus,
)
from queries.intake.vcf_file import open_end, opened
from queries.intake.vcf_header import choose_assembly, choose_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

MAX_VARIANTS: Final = 500_000
"""How many variants of a sample are kept unless the caller says otherwise: more than any exome has (about 100 MB)."""

_BASES: Final = frozenset("ACGTN")
_REFERENCE_BLOCK: Final = frozenset({"<NON_REF>", "<*>"})
_FETCH_GAP: Final = 10_000
"""Sites nearer to each other than this many bases are fetched in one go through an index."""


@dataclass(frozen=True)
class Interest:
    """What a caller needs of a VCF on one assembly.

    ``sites`` are (chromosome without ``chr``, 1-based position) whose genotypes are needed, whatever they are.
    ``variants`` says whether non-reference calls are needed too; with ``loci`` only those at these ``chrom-pos-ref-alt``.
    At most ``limit`` variants are kept, and a problem counts the others.
    """

    sites: frozenset[tuple[str, int]] = frozenset()
    variants: bool = True
    loci: Container[str] | None = None
    limit: int = MAX_VARIANTS

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Sorted positions of the sites by chromosome."""
        found: dict[str, list[int]] = defaultdict(list)
        for chromosome, position in sorted(self.sites):
            found[chromosome].append(position)
        return dict(found)

    def between(self, chromosome: str, first: int, last: int) -> list[int]:
        """Sites of a chromosome in the closed range."""
        positions = self.positions.get(chromosome, [])
        return positions[bisect_left(positions, first) : bisect_right(positions, last)]


@dataclass(frozen=True, slots=True)
class VcfSample:
    """One sample of a VCF."""

    sample: str
    genotypes: GenotypeData
    variants: tuple[VariantCall, ...] = ()
    problems: tuple[Problem, ...] = ()


def sample_names(path: Path) -> tuple[str, ...]:
    """Samples of a VCF in the order of its columns.

    Raises:
        InputError: the file is no readable VCF.
    """
    with opened(path) as variants:
        return tuple(variants.header.samples)


def read_vcf(
    path: Path,
    interest: Callable[[Assembly], Interest],
    *,
    sample: str | None = None,
    assembly: Assembly | None = None,
) -> VcfSample:
    """The sample's genotypes and variants.

    Calls that a filter rejects, that are incomplete, or whose alleles are symbolic are no variants; at a site of
    interest they are genotypes all the same. A reference block of a gVCF is a genotype at each site that it covers.

    Raises:
        InputError: the file is damaged (file and record are named); the assembly is unknown or contradicts the stated
            one; the sample is not there, or there are several and none is chosen.
    """
    with opened(path) as variants:
        chosen = choose_sample(path, tuple(variants.header.samples), sample)
        build = choose_assembly(path, variants.header, assembly)
        wanted = interest(build)
        variants.subset_samples([chosen])
        if "END" not in variants.header.info:  # undeclared, it would be text and the block one base long
            variants.header.info.add("END", 1, "Integer", "End position of the block")
        reader = _Reader(path, build, wanted)
        for record in _records(path, variants, wanted):
            reader.add(record)
    problems = [*reader.problems(), *open_end(path)]
    data = GenotypeData(build, tuple(reader.sites))
    return VcfSample(chosen, data, tuple(reader.variants), tuple(problems))


@dataclass(slots=True)
class _Reader:
    """Gathers sites and variants from records."""

    path: Path
    assembly: Assembly
    interest: Interest
    sites: list[Genotype] = field(default_factory=list)
    variants: dict[VariantCall, None] = field(default_factory=dict)
    symbolic: int = 0
    beyond: int = 0

    def add(self, record: Any) -> None:  # pysam has no types
        chromosome = chromosome_name(record.chrom)
        if chromosome is None:
            return
        call = record.samples[0]
        alleles = tuple(call.alleles) or (None,)
        filtered = any(name != "PASS" for name in record.filter)
        symbols = set(record.alts or ())
        if symbols <= _REFERENCE_BLOCK and record.stop > record.pos + len(record.ref) - 1:
            self._add_block(chromosome, record, alleles, filtered)
        elif self.interest.between(chromosome, record.pos, record.pos):
            bases = tuple(allele.upper() if allele else None for allele in alleles)
            reference, phased = record.ref.upper(), bool(call.phased) and len(bases) > 1
            self.sites.append(Genotype(chromosome, record.pos, reference, bases, phased, filtered))
        if self.interest.variants and not filtered:
            self._add_variants(chromosome, record, alleles)

    def problems(self) -> Iterator[Problem]:
        if self.symbolic:
            message = f"{self.symbolic} calls of symbolic or structural alleles are not used by this version"
            yield Problem(Severity.INFO, str(self.path), message)
        if self.beyond:
            message = (
                f"holds {self.beyond} variants more than the {self.interest.limit} that are kept; those are not used. "
                "Cut the file to the regions in question"
            )
            yield Problem(Severity.WARNING, str(self.path), message)

    def _add_block(self, chromosome: str, record: Any, alleles: tuple[str | None, ...], filtered: bool) -> None:
        bases = tuple(ASSEMBLY_BASE if allele == record.ref else None for allele in alleles)
        for position in self.interest.between(chromosome, record.pos, record.stop):
            self.sites.append(Genotype(chromosome, position, ASSEMBLY_BASE, bases, filtered=filtered))

    def _add_variants(self, chromosome: str, record: Any, alleles: tuple[str | None, ...]) -> None:
        for alternate in dict.fromkeys(alleles):
            if alternate is None or alternate == record.ref or alternate == "*":
                continue
            if not _BASES.issuperset(alternate.upper()):
                self.symbolic += 1
                continue
            locus = trimmed_locus(chromosome, record.pos, record.ref, alternate)
            if self.interest.loci is not None and locus not in self.interest.loci:
                continue
            if len(self.variants) >= self.interest.limit:
                self.beyond += 1
                continue
            self.variants.setdefault(VariantCall(self.assembly, locus, zygosity=_zygosity(alternate, alleles)))


def _zygosity(alternate: str, alleles: tuple[str | None, ...]) -> Zygosity | None:
    """Allelic state of one allele; ``None`` where the other allele was not called."""
    if len(alleles) == 1:
        return Zygosity.HEMIZYGOUS
    if all(allele == alternate for allele in alleles):
        return Zygosity.HOMOZYGOUS
    return None if None in alleles else Zygosity.HETEROZYGOUS


def _records(path: Path, variants: Any, interest: Interest) -> Iterator[Any]:
    """Records of the file; only those near the sites where nothing else is needed and there is an index."""
    number = 0
    everything = interest.variants or variants.index is None
    try:
        for record in variants if everything else _fetched(variants, interest):
            yield _checked(record)
            number += 1
    except (OSError, ValueError, IndexError) as error:
        reason = "is truncated" if "EOF" in str(error) else "is truncated or damaged"
        raise InputError(f"{path}: {reason} after record {number}") from None


def _checked(record: Any) -> Any:
    """The record, read as far as it is needed, so that damage shows while its number is known."""
    _ = record.samples[0].alleles, record.ref
    return record


def _fetched(variants: Any, interest: Interest) -> Iterator[Any]:
    for contig in variants.index:
        done = 0
        positions = interest.positions.get(chromosome_name(contig) or "", [])
        for start, stop in _regions(positions):
            for record in variants.fetch(contig, start - 1, stop):
                if record.pos > done:  # a block that reaches into this region was fetched with the one before
                    yield record
            done = stop


def _regions(positions: list[int]) -> Iterator[tuple[int, int]]:
    """Closed ranges that cover the sorted positions."""
    start = stop = None
    for position in positions:
        if stop is not None and start is not None and position - stop > _FETCH_GAP:
            yield start, stop
            start = None
        start, stop = (position if start is None else start), position
    if start is not None and stop is not None:
        yield start, stop
