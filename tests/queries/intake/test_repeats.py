"""Each listed insertion and deletion is found however a VCF spells it: spellings are made by trying all, on a sequence
written out from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.intake.indels import Change
from queries.intake.repeats import REPEAT_REACH
from queries.intake.vcf import Interest, read_vcf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from queries.case import Genotype

FLANK = 6


def other_than(base: str) -> str:
    return "C" if base != "C" else "G"


def sequence_around(position: int, reference: str, alternate: str, reach: int) -> tuple[int, str]:
    """Where a stretch of the chromosome begins, and its bases: flanks that end the repeat on both sides."""
    unit = (reference if len(reference) > 1 else alternate)[1:]
    tract = (unit * (reach // len(unit) + 2))[:reach]
    left, right = other_than(reference[0]) * FLANK, other_than(unit[reach % len(unit)]) * FLANK
    return position - FLANK, left + reference[0] + tract + right


def records(start: int, sequence: str, edited: str) -> Iterator[tuple[int, str, str]]:
    """Every record (position, REF, ALT) within the stretch that makes one sequence the other, with at most two spare bases."""
    longer = max(len(sequence), len(edited))
    change = len(edited) - len(sequence)
    for first in range(1, len(sequence) - 2):
        for length in range(max(1, 1 - change), abs(change) + 4):
            reference, alternate = sequence[first : first + length], edited[first : first + length + change]
            whole = sequence[:first] + alternate + sequence[first + length :]
            if whole == edited and alternate and first + length < longer:
                yield start + first, reference, alternate


def read(path: Path, chromosome: str, record: tuple[int, str, str], interest: Interest) -> tuple[Genotype, ...]:
    position, reference, alternate = record
    path.write_text(
        f"##fileformat=VCFv4.2\n##contig=<ID=chr{chromosome},assembly=GRCh38>\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
        f"chr{chromosome}\t{position}\t.\t{reference}\t{alternate}\t.\tPASS\t.\tGT\t0|1\n",
        "utf-8",
    )
    return read_vcf(path, lambda _: interest).genotypes.sites


@pytest.mark.parametrize("locus", REPEAT_REACH)
def test_every_spelling_of_a_listed_change_is_the_same_genotype(tmp_path: Path, locus: str) -> None:
    chromosome, text, reference, alternate = locus.split("-")
    position, reach = int(text), REPEAT_REACH[locus]
    start, sequence = sequence_around(position, reference, alternate, reach)
    offset = position - start
    assert sequence[offset : offset + len(reference)] == reference
    edited = sequence[:offset] + alternate + sequence[offset + len(reference) :]
    change = Change(chromosome, position, reference, alternate, reach)
    interest = Interest(
        frozenset({(chromosome, position)}),
        variants=False,
        references={(chromosome, position): reference},
        changes=(change,),
    )
    found = [read(tmp_path / "a.vcf", chromosome, record, interest) for record in records(start, sequence, edited)]
    assert len(found) > 3
    assert {len(genotypes) for genotypes in found} == {1}
    assert {(g.position, g.reference, g.alleles, g.alternates, g.conflict) for (g,) in found} == {
        (position, reference, (reference, alternate), (alternate,), None)
    }
