"""RefSeq accessions of the chromosomes in both genome builds."""

from __future__ import annotations

import re
from typing import Final

CHROMOSOMES: Final = (*(str(number) for number in range(1, 23)), "X", "Y")
"""Names without ``chr``; the mitochondrial genome, ``MT``, is not among them."""
MITOCHONDRION: Final = "NC_012920.1"
"""The revised Cambridge Reference Sequence, the mitochondrial genome of both builds."""
_GRCH37_VERSIONS: Final = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9)
"""Versions of NC_000001 to NC_000024 in GCF_000001405.25 (GRCh37.p13); each is one higher in GRCh38
(GCF_000001405.40), https://www.ncbi.nlm.nih.gov/grc/human/data."""
_ACCESSION: Final = re.compile(r"NC_0000(?P<number>\d\d)\.(?P<version>\d{1,3})$", re.ASCII)


def chromosome_of(accession: str) -> tuple[str, str | None] | None:
    """Chromosome of a RefSeq accession, and ``GRCh37`` or ``GRCh38``; ``None`` for other sequences.

    The build is ``None`` for the mitochondrial genome, which is the same in both, and for versions of other builds.

    >>> chromosome_of("NC_000010.11"), chromosome_of("NC_000010.10"), chromosome_of("NC_012920.1")
    (('10', 'GRCh38'), ('10', 'GRCh37'), ('MT', None))
    """
    if accession == MITOCHONDRION:
        return "MT", None
    match = _ACCESSION.match(accession)
    index = int(match["number"]) - 1 if match else -1
    if match is None or not 0 <= index < len(CHROMOSOMES):
        return None
    newer = int(match["version"]) - _GRCH37_VERSIONS[index]
    return CHROMOSOMES[index], {0: "GRCh37", 1: "GRCh38"}.get(newer)
