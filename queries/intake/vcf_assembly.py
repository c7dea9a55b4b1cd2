"""The assembly of VCFs: what their headers tell, what was stated, and whether their reference bases agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ontology.errors import InputError
from queries.case import ASSEMBLY_BASE, Assembly
from queries.intake.vcf_alleles import seen_base
from queries.intake.vcf_file import open_vcf
from queries.intake.vcf_header import told_assembly
from queries.intake.vcf_scan import near_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from queries.intake.vcf_header import Header
    from queries.intake.vcf_interest import Interest, Site
    from queries.intake.vcf_record import Record

ENOUGH: Final = 5
"""Sites whose bases must fit an assembly, and none may not, to decide for it: by chance one in 4**5 times."""
CERTAIN: Final = 10
"""So many decide without a look at the other assembly: by chance one in a million times."""
TELLING: Final = 2
"""Sites from which on a majority of other bases contradicts the assembly that header or option name."""

_SAME_IN_BOTH: Final = "MT"
"""The revised Cambridge reference sequence, which comes with both assemblies."""


@dataclass(slots=True)
class ReferenceCheck:
    """How many sites have the assembly's base in the records, and the first that has another."""

    references: Mapping[Site, str]
    fitting: int = 0
    other: int = 0
    first_other: tuple[str, str] | None = None
    """The record with its base, and the base that the assembly has."""
    _seen: set[Site] = field(default_factory=set)

    def add(self, path: Path, record: Record, interest: Interest) -> None:
        """Compare a record's reference with the assembly's base at each site that it covers."""
        last = record.position + len(record.reference) - 1
        for position in interest.between(record.chromosome, record.position, last):
            site = record.chromosome, position
            expected, seen = self.references.get(site, ASSEMBLY_BASE)[0], seen_base(record, position)
            if site in self._seen or seen is None or ASSEMBLY_BASE in (expected, seen) or site[0] == _SAME_IN_BOTH:
                continue
            self._seen.add(site)
            if seen == expected:
                self.fitting += 1
            else:
                self.other += 1
                what = f"{path}: the record at {record.chromosome}:{record.position} has the reference base {seen}"
                self.first_other = self.first_other or (f"{what} at {position}", expected)

    def confirm(self, build: Assembly) -> None:
        """Raise where the bases contradict an assembly.

        Raises:
            InputError: most of the sites that tell something have other bases (the first record and both are named).
        """
        if self.first_other and self.fitting + self.other >= TELLING and self.other > self.fitting:
            place, expected = self.first_other
            raise InputError(
                f"{place}, {build} has {expected}; {self.other} of {self.fitting + self.other} sites differ so. "
                "Is it on another assembly?"
            )


def choose_assembly(
    headers: Mapping[Path, Header], interest: Callable[[Assembly], Interest], stated: Assembly | None
) -> Assembly:
    """The assembly that headers tell, else the stated one, else the one whose bases the files have.

    Raises:
        InputError: none is known, two of them differ, or a header contradicts itself.
    """
    told: dict[Assembly, tuple[Path, str]] = {}
    for path, header in headers.items():
        if found := told_assembly(path, header):
            told.setdefault(found[0], (path, found[1]))
    if len(told) > 1:
        places = "; ".join(f"{path}: is on {build} ({place})" for build, (path, place) in told.items())
        raise InputError(f"the files are on different assemblies: {places}")
    for build, (path, place) in told.items():
        if stated not in (None, build):
            raise InputError(f"{path}: is on {build} ({place}), but {stated} was stated")
        return build
    return stated or _by_bases(tuple(headers), interest)


def confirm_stated(
    headers: Mapping[Path, Header], interest: Callable[[Assembly], Interest], build: Assembly, check: ReferenceCheck
) -> None:
    """Raise where only an option names the assembly, hardly a site of it is there, and those of the other one are.

    Raises:
        InputError: the files are on the other assembly.
    """
    if not check.references or check.fitting + check.other >= TELLING:
        return
    if any(told_assembly(path, header) for path, header in headers.items()):
        return
    other = next(assembly for assembly in Assembly if assembly is not build)
    found = _check(tuple(headers), interest(other), check.references)
    if found.fitting >= ENOUGH and not found.other:
        raise InputError(
            f"{next(iter(headers))}: {build} was stated, but its reference bases are those of {other} at {found.fitting} "
            f"sites, and of {build} at {check.fitting}"
        )


def _by_bases(paths: tuple[Path, ...], interest: Callable[[Assembly], Interest]) -> Assembly:
    """The assembly whose bases the records have at its sites."""
    newer = _check(paths, interest(Assembly.GRCH38), {})
    if newer.fitting >= CERTAIN and not newer.other:
        return Assembly.GRCH38
    wanted = {build: interest(build) for build in Assembly}
    shared = wanted[Assembly.GRCH37].references.items() & wanted[Assembly.GRCH38].references.items()
    checks = {build: _check(paths, needed, dict(shared)) for build, needed in wanted.items()}
    fitting = [build for build, check in checks.items() if check.fitting >= ENOUGH and not check.other]
    if len(fitting) == 1:
        return fitting[0]
    counts = ", ".join(f"{c.fitting} of {c.fitting + c.other} those of {build}" for build, c in checks.items())
    raise InputError(
        f"{paths[0]}: its header does not tell the assembly, and its reference bases do not decide it (they are {counts}); "
        "give --assembly GRCh37 or GRCh38"
    )


def _check(paths: tuple[Path, ...], interest: Interest, shared: Mapping[Site, str]) -> ReferenceCheck:
    references = {site: bases for site, bases in interest.references.items() if shared.get(site) != bases}
    check = ReferenceCheck(references)
    for path in paths:
        with open_vcf(path) as file:
            for record in near_records(file, interest):
                check.add(path, record, interest)
    return check
