"""Places on the genome from HGVS and SPDI expressions, where they can be spelled as VCF does without the reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.stated import CHROMOSOMES
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Value

_SUBSTITUTION: Final = re.compile(r"(NC_\d{6}\.\d{1,2}):[gm]\.(\d{1,9})([ACGT])>([ACGT])$", re.ASCII)
_SPDI: Final = re.compile(r"(NC_\d{6}\.\d{1,2}):(\d{1,9}):([ACGT]+):([ACGT]+)$", re.ASCII)
HGVS: Final = re.compile(r"[A-Z]{2,3}_?\d+(\.\d+|t\d+)?:[cgmnr]\.\S+$")
"""A nucleotide expression, such as ``NM_000138.5:c.1129C>T``."""

MITOCHONDRION: Final = "NC_012920.1"
"""The same sequence in both assemblies."""
_GRCH37_VERSIONS: Final = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9)
"""Versions of NC_000001 to NC_000024 in GRCh37 (GCF_000001405.25); GRCh38 (GCF_000001405.40) has the next one of each,
https://www.ncbi.nlm.nih.gov/grc/human/data."""
_CHROMOSOME_OF: Final = {
    f"NC_{number:06}.{older + newer}": (name, (Attribute.LOCUS_GRCH37, Attribute.LOCUS_GRCH38)[newer])
    for number, (name, older) in enumerate(zip(CHROMOSOMES, _GRCH37_VERSIONS, strict=False), start=1)
    for newer in (0, 1)
}


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
    if accession == MITOCHONDRION:
        yield Attribute.LOCUS_GRCH37, f"MT-{position}-{ref}-{alt}"
        yield Attribute.LOCUS_GRCH38, f"MT-{position}-{ref}-{alt}"
    elif found := _CHROMOSOME_OF.get(accession):
        yield found[1], f"{found[0]}-{position}-{ref}-{alt}"


def _trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Without the bases that both alleles share at their ends."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, position = ref[1:], alt[1:], position + 1
    return position, ref, alt
