"""ClinGen: how sure gene-disease pairs and dosage effects are, and the genes of the ACMG's secondary findings.

Downloads: https://search.clinicalgenome.org/kb/downloads and https://ftp.clinicalgenome.org
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kg.source import Download, Source, Table
from kg.sources.clingen.curation_lists import read_gene_list, read_region_list
from kg.sources.clingen.dosage import Dosage
from kg.sources.clingen.score_tracks import read_gene_scores, read_region_scores
from kg.sources.clingen.secondary_findings import read_list, read_reporting
from kg.sources.clingen.validity import read_validity

if TYPE_CHECKING:
    from kg.sources.regions import Assembly

_LOSS: Final = Dosage.HAPLOINSUFFICIENCY
_GAIN: Final = Dosage.TRIPLOSENSITIVITY
_ASSEMBLIES: Final[tuple[tuple[str, Assembly], ...]] = (("hg19", "GRCh37"), ("hg38", "GRCh38"))
"""Endings of the folders of region tracks, which alone tell the assembly."""

SOURCE: Final = Source(
    id="clingen",
    title="Clinical Genome Resource",
    license="CC0 1.0",
    license_url="https://clinicalgenome.org/docs/terms-of-use/",
    homepage="https://clinicalgenome.org",
    downloads=(
        Download(
            "https://search.clinicalgenome.org/kb/gene-validity/download", name="Clingen-Gene-Disease-Summary.csv"
        ),
        *(
            Download(f"https://ftp.clinicalgenome.org/ClinGen_{kind}_curation_list_{assembly}.tsv")
            for kind in ("gene", "region")
            for assembly in ("GRCh37", "GRCh38")
        ),
    ),
    tables=(
        Table("Clingen-Gene-Disease-Summary*.csv", read_validity, required=False),
        Table("ACMG_SF_v*.txt", read_list, required=False),
        Table("ACMG_SF_Gene-Disease_Reporting_*.tsv", read_reporting, required=False),
        Table("Clingen-Curation-ACMG-Summary-Report-*.tsv", read_reporting, required=False),
        Table("ClinGen_gene_curation_list_GRCh3[78].tsv", read_gene_list, required=False),
        Table("ClinGen_region_curation_list_GRCh37.tsv", partial(read_region_list, assembly="GRCh37"), required=False),
        Table("ClinGen_region_curation_list_GRCh38.tsv", partial(read_region_list, assembly="GRCh38"), required=False),
        Table("ClinGen_haploinsufficiency_gene*.bed", partial(read_gene_scores, dosage=_LOSS), required=False),
        Table("ClinGen_triplosensitivity_gene*.bed", partial(read_gene_scores, dosage=_GAIN), required=False),
        *(
            Table(
                f"*{folder}/ClinGen_region_curation_list.{ending}.bed",
                partial(read_region_scores, dosage=dosage, assembly=assembly),
                required=False,
            )
            for folder, assembly in _ASSEMBLIES
            for ending, dosage in (("HI", _LOSS), ("TS", _GAIN))
        ),
    ),
)
