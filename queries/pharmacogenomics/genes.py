"""What is special about single pharmacogenes."""

from __future__ import annotations

from typing import Final

GUIDELINE_GENES: Final = frozenset(
    {
        "ABCG2",
        "CACNA1S",
        "CFTR",
        "CYP2B6",
        "CYP2C19",
        "CYP2C9",
        "CYP3A4",
        "CYP3A5",
        "CYP4F2",
        "DPYD",
        "G6PD",
        "IFNL3",
        "NAT2",
        "NUDT15",
        "RYR1",
        "SLCO1B1",
        "TPMT",
        "UGT1A1",
        "VKORC1",
    }
)
"""Genes whose named alleles short variants show, and on which guidelines of CPIC or DPWG rest (PharmCAT, "Genes & Drugs").

Calls of every other gene from short variants are for research: no recommendation rests on them.
"""

STRUCTURAL: Final = {"CYP2D6": "copy number and hybrids with CYP2D7 decide its alleles (doi:10.1002/cpt.2790)"}
"""Genes that short variants show in part only, and why."""

OUTSIDE_ONLY: Final = {"MT-RNR1": "heteroplasmic mitochondrial variants need a caller of their own"}
"""Genes that are never called from the genotypes of a case, and why."""

TYPED_BY_ALLELE: Final = "HLA-"
"""How the symbols of genes begin whose recommendations ask for one allele (``*57:01 positive``), not for a phenotype."""

LOWEST_FUNCTION: Final = frozenset({"CACNA1S", "DPYD", "RYR1"})
"""Genes whose named alleles are single variants, several of which one copy of the gene may carry.

Of each copy the variant of the lowest function decides; without phase the two lowest are assumed on different copies
(CPIC, fluoropyrimidines and DPYD, doi:10.1002/cpt.911; PharmCAT, "Gene Definition Exceptions").
"""

IMPACT: Final = {
    "malignant hyperthermia associated": 0.0,
    "no function": 0.0,
    "decreased function": 0.5,
    "uncertain function": 0.75,
    "unknown function": 0.75,
    "normal function": 1.0,
}
"""Order of functions where the alleles of a gene have no activity value; what is uncertain stands before normal."""

SUSCEPTIBLE: Final = "/Malignant Hyperthermia Susceptibility"
"""How the gene phenotype ends that one allele of RYR1 or CACNA1S is enough for (CPIC, doi:10.1002/cpt.1319)."""

RESCUED_BY: Final = {"SLCO1B1": ("rs4149056", ("*1/*1", "*1/*5", "*5/*5"))}
"""A variant that decides where no diplotype can be told, and the diplotypes that stand for 0, 1 and 2 copies of it.

The statin guideline of CPIC rests on c.521T>C, which may be genotyped alone (doi:10.1002/cpt.2557).
"""
