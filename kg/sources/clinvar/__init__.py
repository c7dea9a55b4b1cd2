"""ClinVar: variants, their genes, and how they are classified for which conditions.

Formats: ``variant_summary.txt`` (https://ftp.ncbi.nlm.nih.gov/pub/clinvar/tab_delimited/README) and the VCF files of
both assemblies (https://ftp.ncbi.nlm.nih.gov/pub/clinvar/README_VCF.txt). Both are read where both are there: what they
state alike becomes one statement, for each statement's record is the variant's VCV accession. A classification is the
aggregate of all submissions on a variant, not one for each condition, which is why no RCV is named as the record.

What a classification states of a variant and a condition:

- Pathogenic, Likely pathogenic: ``causes``; Benign, Likely benign: the denial of ``causes``, since the classes are
  two ends of one scale (ACMG/AMP, doi:10.1038/gim.2015.30);
- any other, uncertain and conflicting ones among them: ``associated with``, never more;
- "association not found": the denial of that;
- not provided: nothing.

Oncogenicity, somatic clinical impact and variants seen only in tumours carry the origin ``somatic`` and never state
``causes``; a benign class among them denies ``associated with``. The table lists the conditions of a variant without
saying which of its classifications they are about: where it has several kinds, only ``associated with`` is taken from
the germline one, and the rest is left to the VCF, which tells them apart.
"""

from __future__ import annotations

from typing import Final

from kg.source import Source, Table
from kg.sources.clinvar.summary import read_variant_summary
from kg.sources.clinvar.vcf import read_vcf

SOURCE: Final = Source(
    id="clinvar",
    title="ClinVar",
    license="public domain (US government work; submitters' terms may apply)",
    license_url="https://www.ncbi.nlm.nih.gov/clinvar/docs/maintenance_use/",
    homepage="https://www.ncbi.nlm.nih.gov/clinvar/",
    tables=(
        Table("variant_summary*.txt", read_variant_summary, required=False),
        Table("clinvar*.vcf", read_vcf, required=False, many=True),
    ),
)
