"""PharmCAT's data: named-allele definitions, phenotypes of diplotypes, and recommendations of CPIC and DPWG.

Formats: https://github.com/PharmGKB/PharmCAT (``definition/alleles``, ``phenotype`` and, in 2024,
``reporter/guidelines`` below ``src/main/resources/org/pharmgkb/pharmcat``). The definitions are on GRCh38 alone.
"""

from __future__ import annotations

from typing import Final

from kg.source import Source, Table
from kg.sources.pharmcat.definitions import read_definition
from kg.sources.pharmcat.exemptions import read_exemptions
from kg.sources.pharmcat.lookup import PHENOTYPING, score_phenotype
from kg.sources.pharmcat.phenotypes import read_phenotypes
from kg.sources.pharmcat.recommendations import ALTERNATE_DRUG, DOSING, read_guideline

__all__ = ["ALTERNATE_DRUG", "DOSING", "PHENOTYPING", "SOURCE", "score_phenotype"]

SOURCE: Final = Source(
    id="pharmcat",
    title="PharmCAT allele definitions, phenotypes, and CPIC and DPWG recommendations",
    license="CC0 1.0 (CPIC content); CC BY-SA 4.0 (ClinPGx content); MPL-2.0 (PharmCAT)",
    license_url="https://www.clinpgx.org/page/dataUsagePolicy",
    homepage="https://pharmcat.clinpgx.org",
    tables=(
        Table("*_translation.json", read_definition, many=True),
        Table("*/phenotype/*.json", read_phenotypes, many=True),
        Table("exemptions.json", read_exemptions, required=False),
        Table("CPIC_*_and_*.json", read_guideline, required=False, many=True),
        Table("DPWG_*_and_*.json", read_guideline, required=False, many=True),
    ),
)
