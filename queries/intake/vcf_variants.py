"""The variants of a VCF's samples: calls that depart from the reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from queries.case import Assembly, Problem, Severity, VariantCall, Zygosity
from queries.intake.assembly import trimmed_locus
from queries.intake.vcf_record import DELETED, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from queries.intake.vcf_interest import Interest
    from queries.intake.vcf_record import Call, Record


@dataclass(frozen=True, slots=True)
class CalledVariants:
    """The variants of one call, and how many of its alleles are symbolic."""

    variants: tuple[VariantCall, ...] = ()
    symbolic: int = 0


def called_variants(record: Record, call: Call, assembly: Assembly, interest: Interest) -> CalledVariants:
    """What a call shows that departs from the reference; nothing where a filter rejects it."""
    carried = [index for index in dict.fromkeys(call.alleles) if index]
    if not carried or record.filtered or call.filtered:
        return CalledVariants()
    symbolic, found = 0, []
    for index in carried:
        alternate = record.alternates[index - 1]
        if alternate in (DELETED, record.reference):
            continue
        if not is_sequence(alternate):
            symbolic += 1
            continue
        locus = trimmed_locus(record.chromosome, record.position, record.reference, alternate)
        if interest.loci is None or locus in interest.loci:
            found.append(VariantCall(assembly, locus, zygosity=_zygosity(index, call)))
    return CalledVariants(tuple(found), symbolic)


@dataclass(slots=True)
class VariantList:
    """Variants of one sample, at most so many as are asked for."""

    limit: int
    variants: dict[VariantCall, None] = field(default_factory=dict)
    symbolic: int = 0
    beyond: int = 0

    def add(self, called: CalledVariants) -> None:
        """Keep the variants of a call."""
        self.symbolic += called.symbolic
        for variant in called.variants:
            if len(self.variants) < self.limit:
                self.variants.setdefault(variant)
            else:
                self.beyond += 1

    def problems(self, where: str) -> Iterator[Problem]:
        """What is not used."""
        if self.symbolic:
            message = f"{self.symbolic} calls of symbolic or structural alleles are not used by this version"
            yield Problem(Severity.INFO, where, message)
        if self.beyond:
            message = (
                f"holds {self.beyond} variants more than the {self.limit} that are kept; those are not used. "
                "Cut the file to the regions in question"
            )
            yield Problem(Severity.WARNING, where, message)


def _zygosity(index: int, call: Call) -> Zygosity | None:
    """Allelic state of one allele; ``None`` where the other allele was not called."""
    if len(call.alleles) == 1:
        return Zygosity.HEMIZYGOUS
    if call.alleles.count(index) == len(call.alleles):
        return Zygosity.HOMOZYGOUS
    return None if None in call.alleles else Zygosity.HETEROZYGOUS
