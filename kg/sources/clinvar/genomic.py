"""Places on the genome from HGVS and SPDI expressions, where they can be spelled as VCF does without the reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.chromosomes import chromosome_of
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Value

_SUBSTITUTION: Final = re.compile(r"(NC_\d{6}\.\d{1,2}):[gm]\.(\d{1,9})([ACGT])>([ACGT])$", re.ASCII)
_SPDI: Final = re.compile(r"(NC_\d{6}\.\d{1,2}):(\d{1,9}):([ACGT]+):([ACGT]+)$", re.ASCII)
HGVS: Final = re.compile(r"[A-Z]{2,3}_?\d+(\.\d+|t\d+)?:[cgmnr]\.\S+$")
"""A nucleotide expression, such as ``NM_000138.5:c.1129C>T``."""


def loci_of(expressions: Iterable[str]) -> Iterator[tuple[Attribute, Value]]:
    """``chrom-pos-ref-alt`` of each substitution (HGVS) or replacement of bases by others (SPDI).

    What only inserts or deletes has no one spelling without the bases around it and is passed over.

    >>> [(str(name), locus) for name, locus in loci_of(["NC_000015.9:g.48812874G>A", "NC_000015.10:48520676:G:A"])]
    [('locus_GRCh37', '15-48812874-G-A'), ('locus_GRCh38', '15-48520677-G-A')]
    """
    for text in expressions:
        if match := _SUBSTITUTION.match(text):
            yield from _placed(match[1], int(match[2]), match[3], match[4])
        elif match := _SPDI.match(text):
            yield from _placed(match[1], *_trimmed(int(match[2]) + 1, match[3], match[4]))


def _placed(accession: str, position: int, ref: str, alt: str) -> Iterator[tuple[Attribute, Value]]:
    if not (ref and alt):
        return
    chromosome, assembly = chromosome_of(accession) or (None, None)
    for attribute, of in ((Attribute.LOCUS_GRCH37, "GRCh37"), (Attribute.LOCUS_GRCH38, "GRCh38")):
        if assembly == of or chromosome == "MT":  # the same sequence in both
            yield attribute, f"{chromosome}-{position}-{ref}-{alt}"


def _trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Without the bases that both alleles share at their ends."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, position = ref[1:], alt[1:], position + 1
    return position, ref, alt
