"""CPIC: gene-drug pairs, star alleles, diplotypes, phenotypes, recommendations and allele frequencies.

Most tables are read from the pypgx wheel (MIT; the content is CPIC's, CC0, and PharmVar's); their columns are described
at https://pypgx.readthedocs.io/en/latest/. Phenotypes of the genes that CPIC scores by activity (CYP2C9, CYP2D6, DPYD)
follow there from the alleles' activity values and the table of score ranges; such diplotypes are logical entailments.
CPIC's own tables, where a user has them, stand beside: diplotypes, pairs and frequencies.
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.cpic.alleles import LEFT_ALIGNED, read_alleles, read_variants
from kg.sources.cpic.diplotypes import (
    API_COLUMNS,
    API_RECORD,
    read_cpic_diplotypes,
    read_diplotypes,
    read_phenotypes,
    read_scored_diplotypes,
)
from kg.sources.cpic.frequency import read_frequencies
from kg.sources.cpic.names import (
    MALE,
    NO_RESULT,
    allele,
    allele_names,
    gene_phenotype,
    genotype,
    least_score,
    score_in_range,
    split_diplotype,
)
from kg.sources.cpic.pairs import read_pair_csv, read_pair_workbook, read_pairs
from kg.sources.cpic.recommendations import read_recommendations

__all__ = [
    "API_RECORD",
    "LEFT_ALIGNED",
    "MALE",
    "NO_RESULT",
    "SOURCE",
    "allele",
    "allele_names",
    "gene_phenotype",
    "genotype",
    "least_score",
    "score_in_range",
    "split_diplotype",
]

SOURCE: Final = Source(
    id="cpic",
    title="CPIC gene-drug pairs, alleles, phenotypes and recommendations (pypgx tables)",
    license="CC0-1.0 (CPIC content); MIT (pypgx tables)",
    license_url="https://cpicpgx.org/license/",
    homepage="https://cpicpgx.org",
    downloads=(
        Download(
            f"https://api.cpicpgx.org/v1/diplotype?select={','.join(API_COLUMNS)}&order=genesymbol,diplotype",
            name="cpic_diplotypes.json",
            rows=10_000,
        ),
    ),
    tables=(
        Table("cpic-table.csv", read_pairs),
        Table("cpic_gene-drug_pairs.xlsx", read_pair_workbook, required=False, unversioned="2024-07-25"),
        Table("cpicPairs*.csv", read_pair_csv, required=False),
        Table("variant-table.csv", read_variants),
        Table("allele-table.csv", read_alleles),
        Table("cpic_diplotypes.json", read_cpic_diplotypes, required=False),
        Table("phenotype-table.csv", read_phenotypes),
        Table("diplotype-table.csv", read_diplotypes),
        Table("equation-table.csv", read_scored_diplotypes),
        Table("recommendation-table.csv", read_recommendations),
        Table("*_[Ff]requency_[Tt]able*.xlsx", read_frequencies, required=False, many=True, unversioned="2021-03"),
    ),
)
