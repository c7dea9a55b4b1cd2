"""VCF: the genotypes of samples at the sites of interest, and the samples' variants.

Plain text, bgzip, gzip and BCF are read. Several files of the same samples may cover different regions. Each file is read
once for all samples that are wanted. Format: https://samtools.github.io/hts-specs/VCFv4.5.pdf.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ontology.errors import InputError
from queries.case import Assembly, Genotype, GenotypeData, Problem, Severity, VariantCall
from queries.intake.vcf_assembly import ReferenceCheck, choose_assembly, confirm_stated
from queries.intake.vcf_columns import SiteColumns
from queries.intake.vcf_file import open_end, open_vcf
from queries.intake.vcf_header import choose_sample
from queries.intake.vcf_interest import MAX_VARIANTS, Interest
from queries.intake.vcf_record import read_calls
from queries.intake.vcf_scan import all_records, near_records
from queries.intake.vcf_variants import VariantList, called_variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from queries.intake.vcf_file import VcfFile
    from queries.intake.vcf_header import Header
    from queries.intake.vcf_record import Call, Record
    from queries.intake.vcf_variants import CalledVariants

__all__ = ["MAX_VARIANTS", "Interest", "VcfSample", "read_samples", "read_vcf", "sample_names"]

SAMPLES_AT_ONCE: Final = 4_096
"""Samples that one reading of the files serves, so that memory does not grow with a cohort (8 bytes a sample and site)."""
SAMPLES_WITH_VARIANTS: Final = 64
"""The same where variants are kept, of which a sample may have ``MAX_VARIANTS``."""


@dataclass(frozen=True, slots=True)
class VcfSample:
    """One sample of one or more VCFs."""

    sample: str
    genotypes: GenotypeData
    variants: tuple[VariantCall, ...] = ()
    problems: tuple[Problem, ...] = ()


def sample_names(path: Path) -> tuple[str, ...]:
    """Samples of a VCF in the order of its columns.

    Raises:
        InputError: the file is no readable VCF.
    """
    return _header(path).samples


def read_vcf(
    paths: Path | Sequence[Path],
    interest: Callable[[Assembly], Interest],
    *,
    sample: str | None = None,
    assembly: Assembly | None = None,
) -> VcfSample:
    """One sample's genotypes and variants, from one file or several that cover different regions.

    Calls that a filter rejects, that are incomplete, or whose alleles are symbolic are no variants; at a site of
    interest they are genotypes all the same. A reference block of a gVCF is a genotype at each site that it covers.

    Raises:
        InputError: a file is damaged (file and record are named); the assembly is unknown, or header, option and
            reference bases do not agree about it; the sample is not there, or there are several and none is chosen.
    """
    headers = _headers(paths)
    chosen = [choose_sample(path, header.samples, sample) for path, header in headers.items()]
    if len(set(chosen)) > 1:
        names = ", ".join(dict.fromkeys(chosen))
        raise InputError(f"{', '.join(map(str, headers))}: are of different samples ({names}); give those of one")
    return next(_read(headers, chosen[:1], interest, assembly))


def read_samples(
    paths: Path | Sequence[Path], interest: Callable[[Assembly], Interest], *, assembly: Assembly | None = None
) -> Iterator[VcfSample]:
    """Every sample of one file or several, in the order of the first; see :func:`read_vcf`.

    Equal genotypes at a site are one object for all samples that have them.

    Raises:
        InputError: as :func:`read_vcf`.
    """
    headers = _headers(paths)
    for path, header in headers.items():
        if not header.samples:
            raise InputError(f"{path}: has no sample column, so no genotypes")
    samples = list(dict.fromkeys(chain.from_iterable(header.samples for header in headers.values())))
    return _read(headers, samples, interest, assembly)


def _headers(paths: Path | Sequence[Path]) -> dict[Path, Header]:
    return {path: _header(path) for path in ([paths] if isinstance(paths, Path) else paths)}


def _header(path: Path) -> Header:
    with open_vcf(path) as file:
        return file.header


def _read(
    headers: Mapping[Path, Header],
    samples: Sequence[str],
    interest: Callable[[Assembly], Interest],
    assembly: Assembly | None,
) -> Iterator[VcfSample]:
    build = choose_assembly(headers, interest, assembly)
    wanted = interest(build)
    size = SAMPLES_WITH_VARIANTS if wanted.variants else SAMPLES_AT_ONCE
    for start in range(0, len(samples), size):
        chunk = _Chunk(build, wanted, tuple(samples[start : start + size]))
        for path in headers:
            with open_vcf(path) as file:
                chunk.read(file)
        chunk.check.confirm(build)
        if assembly is not None:
            confirm_stated(headers, interest, build, chunk.check)
        yield from chunk.samples()


@dataclass(slots=True)
class _Chunk:
    """Genotypes and variants of some samples, gathered record by record."""

    assembly: Assembly
    interest: Interest
    names: tuple[str, ...]
    columns: SiteColumns = field(init=False)
    variants: list[VariantList] = field(init=False)
    check: ReferenceCheck = field(init=False)
    paths: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lacking: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.columns = SiteColumns(self.interest, len(self.names))
        self.variants = [VariantList(self.interest.limit) for _ in self.names]
        self.check = ReferenceCheck(self.interest.references)

    def read(self, file: VcfFile) -> None:
        """Gather what a file tells.

        Raises:
            InputError: the file is damaged.
        """
        places = {name: column for column, name in enumerate(file.header.samples)}
        rows = [row for row, name in enumerate(self.names) if name in places]
        wanted = [places[self.names[row]] for row in rows]
        for record in all_records(file) if self.interest.variants else near_records(file, self.interest):
            try:
                calls = read_calls(record, wanted)
            except ValueError:
                raise file.damaged() from None
            if self.interest.touched(record.chromosome, record.position - 1, record.end + 1):
                self.check.add(file.path, record, self.interest)
                self.columns.add(record, rows, calls)
            if self.interest.variants:
                self._add_variants(record, rows, calls)
        self.paths.append(file.path)
        self.problems += open_end(file.path)
        for name in self.names:
            if name not in places:
                self.lacking[name].append(file.path)

    def samples(self) -> Iterator[VcfSample]:
        """The samples, each with all that was gathered of it."""
        where = ", ".join(map(str, self.paths))
        for name, sites, kept in zip(self.names, self.columns.rows(), self.variants, strict=True):
            problems = (*kept.problems(where), *self.problems, *self._lacking(name), *self._unseen(where, sites))
            yield VcfSample(name, GenotypeData(self.assembly, sites), tuple(kept.variants), problems)

    def _add_variants(self, record: Record, rows: Sequence[int], calls: Sequence[Call]) -> None:
        called: dict[int, CalledVariants] = {}
        for row, call in zip(rows, calls, strict=True):
            found = called.get(id(call))
            if found is None:
                found = called[id(call)] = called_variants(record, call, self.assembly, self.interest)
            if found.variants or found.symbolic:
                self.variants[row].add(found)

    def _unseen(self, where: str, sites: Sequence[Genotype]) -> Iterator[Problem]:
        if self.interest.sites and not sites:
            message = f"tells of none of {len(self.interest.sites)} sites of pharmacogenes on {self.assembly}"
            yield Problem(
                Severity.WARNING, where, f"{message}; is it complete, its index its own, and on that assembly?"
            )

    def _lacking(self, name: str) -> Iterator[Problem]:
        for path in self.lacking.get(name, ()):
            yield Problem(Severity.WARNING, str(path), f"has no sample {name!r}; its sites there are unknown")
