"""How far the repeats reach in which the defining insertions and deletions of the pharmacogenes lie."""

from __future__ import annotations

from typing import Final

REPEAT_REACH: Final = {
    "1-97450065-TG-T": 2,
    "1-97740410-GATGA-G": 8,
    "2-233760233-C-CAT": 15,
    "2-233760233-C-CATAT": 15,
    "2-233760233-CAT-C": 15,
    "7-99652770-T-TA": 1,
    "7-99758183-G-GT": 5,
    "7-99766411-G-GT": 1,
    "7-117540156-CCTT-C": 7,
    "10-94942205-CAATGGAAAGA-C": 17,
    "10-94949161-AT-A": 2,
    "10-94949281-GA-G": 2,
    "13-48037782-A-AGGAGTC": 19,
    "13-48037782-AGGAGTC-A": 19,
    "13-48037825-C-CGCGG": 1,
    "13-48040977-GA-G": 5,
    "13-48041103-T-TG": 1,
    "19-38440747-CGAT-C": 5,
    "19-38499644-TGGA-T": 4,
    "22-42126656-C-CCAGTGGGCA": 10,
    "22-42126980-TGA-T": 3,
    "22-42127530-G-GCA": 3,
    "22-42128173-CCTT-C": 5,
    "22-42128198-CTCAG-C": 8,
    "22-42128200-C-CA": 1,
    "22-42128211-C-CG": 7,
    "22-42128248-CAGTT-C": 6,
    "22-42128324-CAGG-C": 7,
    "22-42128814-T-TC": 3,
    "22-42128818-T-TC": 2,
    "22-42128927-T-TGGGGCGAAA": 15,
    "22-42128927-T-TGGGGCGAAAGGGGCGAAA": 15,
    "22-42130654-C-CA": 1,
    "22-42130727-AG-A": 2,
    "22-42130782-C-CT": 1,
    "X-154532055-CTCT-C": 5,
    "X-154533012-CGTGGGGTCGTCCAGGTACCCTTTG-C": 26,
    "X-154534074-TCAGTGC-T": 7,
    "X-154534116-ATGT-A": 6,
    "X-154534414-GGGA-G": 7,
    "X-154535367-GCTT-G": 5,
    "X-154546045-CATG-C": 8,
}
"""GRCh38 locus of a defining variant to how many bases after its position continue the repeat of what it inserts or deletes.

VCF writes a change at the leftmost of its places and HGVS at the rightmost: the distance is that of the positions and the
chromosomal HGVS names in the allele definitions of PharmCAT 3.1.1 (https://pharmcat.org, data of 2025-11-05). Changes
that have one place alone are left out. The repeats are the same on GRCh37.
"""


def repeat_reach(locus: str, reference: str) -> int:
    """The reach of a variant with this GRCh38 locus; of an unlisted one what its ``reference`` shows, the deleted bases."""
    return REPEAT_REACH.get(locus, len(reference) - 1)
