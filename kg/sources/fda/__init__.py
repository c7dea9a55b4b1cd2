"""FDA tables of pharmacogenomic biomarkers in drug labels and of pharmacogenetic associations.

The FDA publishes both as web pages; read are JSON crawls of them, each the state of one day
(https://www.fda.gov/drugs/science-and-research-drugs/table-pharmacogenomic-biomarkers-drug-labeling,
https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations).
"""

from __future__ import annotations

from typing import Final

from kg.source import Source, Table
from kg.sources.fda.associations import read_associations, read_crawl
from kg.sources.fda.biomarkers import read_biomarkers
from kg.sources.fda.fields import FDA

__all__ = ["FDA", "SOURCE"]

SOURCE: Final = Source(
    id="fda",
    title="FDA tables of pharmacogenomic biomarkers and pharmacogenetic associations",
    license="public domain (US government work)",
    license_url="https://www.fda.gov/about-fda/about-website/website-policies",
    homepage="https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations",
    tables=(
        Table("fda_pgx_biomarker_table.json", read_biomarkers, unversioned="2022-08"),
        Table("fda_pgx_associations_table.json", read_associations, unversioned="2021-03"),
        Table("pharme_*_annotations_FDA.json", read_crawl, required=False, unversioned="2025-05"),
    ),
)
