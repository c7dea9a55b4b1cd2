"""ClinVar: variants, their genes, and how they are classified for which conditions.

Formats: ``variant_summary.txt`` (https://ftp.ncbi.nlm.nih.gov/pub/clinvar/tab_delimited/README) and the VCF files of
both assemblies (https://ftp.ncbi.nlm.nih.gov/pub/clinvar/README_VCF.txt); searches saved on the web site; single
submissions (``submission_summary.txt`` and ClinVar-GKS statements); names of variants; and tables that others made of
older releases. All are read where they are there: what they state alike becomes one statement, whose record is the
variant's VCV accession, or the RCV or SCV that a row is about. An aggregate classification is one over all submissions
on a variant, not one for each condition, which is why no RCV is named as its record.

The tables are read newest format first. An aggregate of an older release is left out where a newer release has the same
variant, a submission where a newer release has the same submission.

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

from kg.source import Download, Source, Table
from kg.sources.clinvar.allele_tables import read_allele_table
from kg.sources.clinvar.gks import read_statements
from kg.sources.clinvar.hgvs import read_gene_variation_hgvs, read_hgvs4variation
from kg.sources.clinvar.snv_table import read_snv_table
from kg.sources.clinvar.submissions import read_submission_summary
from kg.sources.clinvar.summary import read_variant_summary
from kg.sources.clinvar.vcf import read_vcf
from kg.sources.clinvar.web_export import read_web_export

FTP: Final = "https://ftp.ncbi.nlm.nih.gov/pub/clinvar"

SOURCE: Final = Source(
    id="clinvar",
    title="ClinVar",
    license="public domain (US government work; submitters' terms may apply)",
    license_url="https://www.ncbi.nlm.nih.gov/clinvar/docs/maintenance_use/",
    homepage="https://www.ncbi.nlm.nih.gov/clinvar/",
    downloads=(
        *(
            Download(f"{FTP}/tab_delimited/{name}", checksum_url=f"{FTP}/tab_delimited/{name}.md5")
            for name in ("variant_summary.txt.gz", "submission_summary.txt.gz", "hgvs4variation.txt.gz")
        ),
        *(
            Download(
                f"{FTP}/vcf_{assembly}/clinvar.vcf.gz",
                name=f"clinvar_{assembly}.vcf.gz",
                checksum_url=f"{FTP}/vcf_{assembly}/clinvar.vcf.gz.md5",
            )
            for assembly in ("GRCh37", "GRCh38")
        ),
    ),
    tables=(
        Table("variant_summar*[y0-9].txt", read_variant_summary, required=False),  # also variant_summary_2024-06.txt
        *(  # apart, since the two assemblies' files may be of different days
            Table(pattern, read_vcf, required=False, many=True)
            for pattern in ("clinvar_GRCh37.vcf", "clinvar_GRCh38.vcf", "clinvar[!_]*vcf", "clinvar_[0-9]*.vcf")
        ),
        Table("clinvar_result*.txt", read_web_export, required=False, many=True),
        Table("clinvar_allele*.b3[78].tsv", read_allele_table, required=False, many=True),
        Table("clinvar_*.GRCh37.tsv", read_snv_table, required=False),
        Table("submission_summar*[y0-9].txt", read_submission_summary, required=False),
        Table("clinvar_gks_scv_inline*.jsonl", read_statements, required=False, many=True),
        Table("SCV*.json", read_statements, required=False, many=True, unversioned="2025-05"),
        Table("hgvs4variation.txt", read_hgvs4variation, required=False),
        Table("clinvar", read_gene_variation_hgvs, required=False, unversioned="2016-10"),
    ),
)
