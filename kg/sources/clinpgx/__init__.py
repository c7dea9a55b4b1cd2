"""ClinPGx (formerly PharmGKB): chemicals, variants, phenotypes and annotations of papers, guidelines, labels and assays.

Formats: https://www.clinpgx.org/downloads. The files are read as unpacked or within the zip archives of the site.
Identifiers of all kinds of things, genes and papers among them, share one series of accession numbers.
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.clinpgx.annotations import read_annotations, read_evidence
from kg.sources.clinpgx.assays import read_assays
from kg.sources.clinpgx.chemicals import read_chemicals
from kg.sources.clinpgx.guidelines import read_guideline
from kg.sources.clinpgx.labels import read_labels
from kg.sources.clinpgx.phenotypes import read_phenotypes
from kg.sources.clinpgx.variants import read_variants

SOURCE: Final = Source(
    id="clinpgx",
    title="ClinPGx: clinical pharmacogenomics annotations",
    license="CC BY-SA 4.0 (ClinPGx data must not be sold)",
    license_url="https://www.clinpgx.org/page/dataUsagePolicy",
    homepage="https://www.clinpgx.org",
    downloads=(
        *(
            Download(f"https://api.clinpgx.org/v1/download/file/data/{name}.zip")
            for name in (
                "drugs",
                "chemicals",
                "variants",
                "phenotypes",
                "summaryAnnotations",
                "variantAnnotations",
                "drugLabels",
                "guidelineAnnotations.json",
            )
        ),
    ),
    interval=0.5,  # at most two requests a second, https://api.clinpgx.org
    tables=(
        Table("drugs.tsv", read_chemicals),
        Table("chemicals.tsv", read_chemicals, required=False),
        Table("variants.tsv", read_variants),
        Table("phenotypes.tsv", read_phenotypes),
        Table("*_ann_evidence.tsv", read_evidence),
        Table("*_annotations.tsv", read_annotations),
        Table("drugLabels.tsv", read_labels, required=False),
        Table("var_fa_ann.tsv", read_assays, required=False),
        Table("Annotation_of_*_Guideline_for_*.json", read_guideline, required=False, many=True),
    ),
)
