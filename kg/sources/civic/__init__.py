"""CIViC: clinical interpretation of variants in cancer (https://civicdb.org, doi:10.1038/ng.3774).

Columns of the tables: https://civicdb.org/releases; the model: https://civic.readthedocs.io/en/latest/model.html.
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.civic.evidence import read_assertions, read_evidence
from kg.sources.civic.features import read_features, read_groups
from kg.sources.civic.profiles import read_profiles
from kg.sources.civic.variants import read_positions, read_variants

SOURCE: Final = Source(
    id="civic",
    title="CIViC, Clinical Interpretation of Variants in Cancer",
    license="CC0 1.0",
    license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    homepage="https://civicdb.org",
    downloads=(
        *(
            Download(f"https://civicdb.org/downloads/nightly/nightly-{name}")
            for name in (
                "FeatureSummaries.tsv",
                "VariantSummaries.tsv",
                "VariantGroupSummaries.tsv",
                "MolecularProfileSummaries.tsv",
                "ClinicalEvidenceSummaries.tsv",
                "AssertionSummaries.tsv",
                "civic_accepted_and_submitted.vcf",
            )
        ),
    ),
    tables=(
        Table("*FeatureSummaries.tsv", read_features),
        Table("*VariantGroupSummaries.tsv", read_groups, required=False),
        Table("*VariantSummaries.tsv", read_variants),
        Table("*civic_accepted_and_submitted.vcf", read_positions, required=False),
        Table("*MolecularProfileSummaries.tsv", read_profiles),
        Table("*ClinicalEvidenceSummaries.tsv", read_evidence),
        Table("*AssertionSummaries.tsv", read_assertions, required=False),
    ),
)
