"""Genome builds: which one a name, a RefSeq accession or a chromosome's length means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kg.chromosomes import CHROMOSOMES, chromosome_of
from queries.case import Assembly

_NAMES: Final = {
    Assembly.GRCH37: re.compile(
        r"grch37|hg19|hs37|g1k_v37|\bb37\b|ncbi37|assembly19|GCF_000001405\.(1[3-9]|2[0-5])\b|GCA_000001405\.([1-9]|1[0-4])\b",
        re.IGNORECASE,
    ),
    Assembly.GRCH38: re.compile(
        r"grch38|hg38|hs38|\bb38\b|ncbi38|assembly38|GCF_000001405\.(2[6-9]|[3-9]\d)\b|GCA_000001405\.(1[5-9]|[2-9]\d)\b",
        re.IGNORECASE,
    ),
}
"""Names of the two builds in reference file names and headers; the accessions with their patch releases are those of
https://www.ncbi.nlm.nih.gov/datasets/genome/GCF_000001405.40/ (revision history)."""

_LENGTHS: Final = {
    Assembly.GRCH37: (
        *(249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022),
        *(141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753),
        *(81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566),
    ),
    Assembly.GRCH38: (
        *(248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636),
        *(138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345),
        *(83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415),
    ),
}
"""Lengths in bases of chromosomes 1 to 22, X, Y (Genome Reference Consortium, https://www.ncbi.nlm.nih.gov/grc/human/data)."""


def assembly_of_name(text: str) -> Assembly | None:
    """The build that a name or a path of a reference means, ``None`` where it means none or both.

    >>> assembly_of_name("file:///refs/human_g1k_v37.fasta")
    <Assembly.GRCH37: 'GRCh37'>
    """
    found = [assembly for assembly, pattern in _NAMES.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def assembly_of_length(chromosome: str, length: int) -> Assembly | None:
    """The build in which a chromosome (no ``chr``) has this length."""
    if chromosome not in CHROMOSOMES:
        return None
    index = CHROMOSOMES.index(chromosome)
    return next((assembly for assembly, lengths in _LENGTHS.items() if lengths[index] == length), None)


def chromosome_length(chromosome: str, assembly: Assembly) -> int:
    """Length in bases of a chromosome (1 to 22, X, Y)."""
    return _LENGTHS[assembly][CHROMOSOMES.index(chromosome)]


def chromosome_name(text: str) -> str | None:
    """A chromosome as genopath writes it (1 to 22, X, Y, MT), from any usual name; ``None`` for other sequences.

    >>> chromosome_name("chrM"), chromosome_name("NC_000010.11"), chromosome_name("GL000192.1")
    ('MT', '10', None)
    """
    if located := locate_accession(text):
        return located[0]
    name = re.sub(r"^chr", "", text, flags=re.IGNORECASE).upper()
    if name in ("M", "MT"):
        return "MT"
    return name if name in CHROMOSOMES else None


def locate_accession(accession: str) -> tuple[str, Assembly] | None:
    """Chromosome and build of a RefSeq chromosome accession; ``None`` for other sequences and other builds.

    The mitochondrial genome is the same in both builds and is answered as GRCh38.

    >>> locate_accession("NC_000010.10")
    ('10', <Assembly.GRCH37: 'GRCh37'>)
    """
    chromosome, assembly = chromosome_of(accession) or (None, None)
    if chromosome == "MT":
        return chromosome, Assembly.GRCH38
    return (chromosome, Assembly(assembly)) if chromosome and assembly else None


@lru_cache(maxsize=65_536)  # the samples of a cohort show the same changes
def trimmed_locus(chromosome: str, position: int, reference: str, alternate: str) -> str:
    """``chrom-pos-ref-alt`` with the bases that both alleles share cut off, down to the one that anchors an indel.

    The end is cut first, which left-aligns alleles that span their whole repeat (as in SPDI).

    >>> trimmed_locus("1", 97450065, "TGG", "TG")
    '1-97450065-TG-T'
    """
    reference, alternate = reference.upper(), alternate.upper()
    while len(reference) > 1 and len(alternate) > 1 and reference[-1] == alternate[-1]:
        reference, alternate = reference[:-1], alternate[:-1]
    while len(reference) > 1 and len(alternate) > 1 and reference[0] == alternate[0]:
        reference, alternate, position = reference[1:], alternate[1:], position + 1
    return f"{chromosome}-{position}-{reference}-{alternate}"
