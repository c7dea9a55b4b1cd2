"""The files of every source: how their records are read, counted and cited, and what they say."""

from __future__ import annotations

from tests.kg.sources.published import diseases, drugs, pharmacogenomics, rows, variants, vocabularies
from tests.kg.sources.published.facts import Format, by, line

_CSV = rows.table(",", quoted=True)
_TSV = rows.table()
_QUOTED = rows.table(quoted=True)
_SSSOM = rows.table(header="subject_id")
_ROBOT = rows.table(drop="ID")
_SIDER = ("flat", "stereo", "label")

FORMATS: dict[str, tuple[Format, ...]] = {
    "hgnc": (Format("hgnc_*.tsv", _TSV, by("HGNC ID"), vocabularies.hgnc),),
    "hpo": (
        Format("hp.obo", rows.obo, vocabularies.hp_parents, vocabularies.hp_term),
        Format("phenotype.hpoa", rows.table(header="database_id"), line, vocabularies.hpoa),
        Format("genes_to_phenotype.txt", _TSV, line, vocabularies.hp_gene),
    ),
    "mondo": (
        Format("MONDO-*.json", rows.keyed, vocabularies.mondo_parents, vocabularies.mondo_term),
        Format("*.sssom.tsv", _SSSOM, line, vocabularies.sssom),
    ),
    "omim-series": (Format("omim.ps.tsv", _TSV),),
    "omim-genes": (
        Format("mondo-omim-genes.robot.tsv", _ROBOT, line, vocabularies.omim_gene),
        Format("mondo-clingen.robot.tsv", _ROBOT, vocabularies.assertions, vocabularies.curated),
    ),
    "biomappings": (Format("positive.sssom.tsv", _SSSOM, line, vocabularies.sssom),),
    "cpic": (
        Format("cpic-table.csv", _CSV, line, pharmacogenomics.cpic_pair("Gene,Drug,RxNorm,CPICLevel,PMID")),
        Format(
            "cpic_gene-drug_pairs.xlsx", rows.below_header(rows.sheet), line, pharmacogenomics.cpic_pair("A,B,C,F,J")
        ),
        Format("variant-table.csv", _CSV, line, pharmacogenomics.cpic_variant),
        Format("allele-table.csv", _CSV, line, pharmacogenomics.cpic_allele),
        Format("phenotype-table.csv", _CSV),
        Format("diplotype-table.csv", _CSV, line, pharmacogenomics.diplotype),
        Format("equation-table.csv", _CSV, line, pharmacogenomics.scored_diplotype),
        Format("recommendation-table.csv", _CSV, line, pharmacogenomics.cpic_recommendation),
        Format(
            "cpic_diplotypes.json",
            rows.diplotypes,
            by("Gene", "Diplotype", form="diplotype/{}/{}"),
            pharmacogenomics.diplotype,
        ),
        Format("*_[Ff]requency_[Tt]able*.xlsx", rows.below_groups, line, pharmacogenomics.cpic_frequency),
    ),
    "clinpgx": (
        *(
            Format(name, _TSV, by("PharmGKB Accession Id", form="ClinPGx:{}"), pharmacogenomics.clinpgx_match)
            for name in ("drugs.tsv", "chemicals.tsv")
        ),
        Format("variants.tsv", _TSV, by("Variant ID", form="ClinPGx:{}"), pharmacogenomics.clinpgx_variant),
        Format(
            "phenotypes.tsv", _TSV, by("PharmGKB Accession Id", form="ClinPGx:{}"), pharmacogenomics.clinpgx_phenotype
        ),
        Format("summary_ann_evidence.tsv", _TSV),
        Format(
            "summary_annotations.tsv",
            _TSV,
            by("Summary Annotation ID", form="ClinPGx:{}"),
            pharmacogenomics.clinpgx_annotation,
        ),
        Format("drugLabels.tsv", _TSV, by("PharmGKB ID", form="ClinPGx:{}"), pharmacogenomics.clinpgx_label),
        Format("var_fa_ann.tsv", _TSV, by("Variant Annotation ID", form="ClinPGx:{}"), pharmacogenomics.clinpgx_assay),
        Format(
            "Annotation_of_*.json",
            rows.whole,
            pharmacogenomics.clinpgx_guideline_id,
            pharmacogenomics.clinpgx_guideline,
        ),
    ),
    "drugbank-vocabulary": (
        Format("drugbank?vocabulary.csv", _CSV, by("DrugBank ID", form="DRUGBANK:{}"), drugs.drugbank),
    ),
    "drug-mappings": (
        Format("pharmgkb.drug.tsv", _TSV),
        Format("pharmgkb.drug.sssom.tsv", _TSV, line, drugs.pharmgkb_code),
        Format("chembl.compound.tsv", _TSV, line, drugs.chembl_name),
    ),
    "drugcentral": (
        Format("olegursu_identifiers.tsv", _QUOTED, line, drugs.drugcentral_code),
        Format("olegursu_drug_indication.tsv", _QUOTED, line, drugs.drugcentral_use),
        Format("olegursu_pharm_class.tsv", _QUOTED, line, drugs.drugcentral_class),
        Format("drug.target.interaction*.tsv", _QUOTED, line, drugs.drugcentral_target),
    ),
    "pharmcat": (
        Format(
            "*_translation.json",
            rows.definition,
            pharmacogenomics.pharmcat_definition_id,
            pharmacogenomics.pharmcat_definition,
        ),
        Format("CPIC_*.json", rows.recommendations, by("id", form="ClinPGx:{}"), pharmacogenomics.pharmcat_advice),
        Format("DPWG_*.json", rows.recommendations, by("id", form="ClinPGx:{}"), pharmacogenomics.pharmcat_advice),
        Format("exemptions.json", rows.priorities),
        Format("*.json", rows.phenotypes, pharmacogenomics.pharmcat_phenotype_id, pharmacogenomics.pharmcat_phenotype),
    ),
    "ansm-ddi": (
        Format("rxnorm_mappings.tsv", _TSV),
        Format("wikidata_mappings.tsv", _TSV),
        Format("index-des-substances-*.json", rows.listed(), drugs.ansm_substance, drugs.ansm_member),
        Format("thesaurus-*.json", rows.listed(), drugs.ansm_pair, drugs.ansm_interaction),
    ),
    "atc": (Format("WHO_ATC-DDD_*.csv", _CSV, by("atc_code", form="ATC:{}"), drugs.atc),),
    "ddinter": (Format("ddinter_downloads_code_?.csv", _CSV, drugs.ddinter_pair, drugs.ddinter),),
    "sider": (
        Format("meddra_all_se.tsv", rows.fields(*_SIDER, "type", "umls", "name"), line, drugs.sider),
        Format(
            "meddra_freq.tsv",
            rows.fields(*_SIDER, "placebo", "frequency", "lower", "upper", "type", "umls", "name"),
            line,
            drugs.sider,
        ),
    ),
    "fda": (
        Format("fda_pgx_biomarker_table.json", rows.listed("table"), rows.place, drugs.fda_biomarker),
        Format("fda_pgx_associations_table.json", rows.listed("table"), rows.place, drugs.fda_association),
        Format("pharme_*_annotations_FDA.json", rows.listed(), rows.place, drugs.fda_crawl),
    ),
    "cyp": (
        Format("dikb-*.tsv", rows.fields("drug", "role", "enzyme", "for", "address"), line, drugs.dikb),
        Format("drugcentral-drug-enzyme-inhibition-*.tsv", _QUOTED, drugs.measured_id, drugs.measured),
        Format("drugcentral-drug-enzyme-substrate-*.tsv", _QUOTED),
        Format("flockhart_*.csv", _CSV, line, drugs.flockhart),
        Format("clotop_*.md", rows.bullets, line, drugs.bullet),
        Format("jhylin_*.tsv", _TSV, line, drugs.listed_inhibitor),
    ),
    "fda-ddi": (Format("cyp_modulators.tsv", _TSV, line, drugs.fda_modulator),),
    "pharmacotherapydb": (
        Format("indications.tsv", _TSV, by("doid_id", "drugbank_id", form="{} DRUGBANK:{}"), drugs.indication),
    ),
    "drugmechdb": (Format("*.yaml", rows.mechanism, drugs.mechanism_id, drugs.mechanism),),
    "reactome": (Format("ReactomePathways.gmt", rows.fields("name", "id"), by("id"), drugs.reactome),),
    "clinvar": (
        Format("clinvar*.vcf", rows.vcf, variants.vcv, variants.clinvar_vcf),
        Format("clinvar_result.txt", _TSV, variants.vcv, variants.clinvar_web),
        Format("clinvar_allele_trait_pairs*.tsv", _TSV, by("rcv"), variants.clinvar_2018),
        Format("clinvar_alleles*.tsv", _TSV, variants.vcv, variants.clinvar_2018),
        Format("clinvar_2017-*.tsv", _TSV, line, variants.clinvar_snv),
        Format("SCV*.json", rows.whole, variants.clinvar_submission, variants.clinvar_gks),
        Format(
            "clinvar", rows.fields("gene", "variation_id", skip=("gene\t", "# ")), variants.vcv, variants.clinvar_hgvs
        ),
    ),
    "vkgl": (
        Format("jvar_*.vcf", rows.vcf, variants.jvar_record, variants.jvar),
        Format("vkgl_*", rows.bcf, variants.vkgl_record, variants.vkgl),
    ),
    "clingen": (
        Format(
            "Clingen-Gene-Disease-Summary.csv",
            rows.table(",", quoted=True, header="GENE SYMBOL", drop="++"),
            diseases.report,
            diseases.classified("GENE ID (HGNC)|DISEASE ID (MONDO)|CLASSIFICATION|MOI"),
        ),
        Format("ACMG_SF_v*.txt", rows.fields("symbol"), line, diseases.secondary_finding),
        *(
            Format(
                name,
                rows.table(header="Gene Symbol"),
                line,
                diseases.classified("HGNC ID|MONDO ID|Gene-Disease Validity|MOI"),
            )
            for name in ("ACMG_SF_Gene-Disease_Reporting_*.tsv", "Clingen-Curation-ACMG-Summary-Report-*.tsv")
        ),
        Format(
            "ClinGen_*_gene.bed",
            rows.fields("chrom", "start", "end", "symbol", "score", skip="track"),
            line,
            diseases.dosage,
        ),
        Format(
            "ClinGen_region_curation_list.*.bed",
            rows.fields("chrom", "start", "end", "score", skip="track"),
            line,
            diseases.dosage,
        ),
    ),
    "gencc": (
        Format(
            "*gencc*.tsv",
            _QUOTED,
            by("sgc_id"),
            diseases.classified("gene_curie|disease_curie|classification_title|moi_curie"),
        ),
    ),
    "g2p": (Format("*.csv", _CSV, line, diseases.g2p),),
    "orphanet": (
        Format(
            "*product1*.xml",
            rows.elements("Disorder", "ExternalReference", "DisorderDisorderAssociation"),
            diseases.orphanet_record,
            diseases.orphanet_match,
        ),
        Format(
            "*product3_*.xml", rows.elements("ClassificationNode"), diseases.orphanet_parent, diseases.orphanet_below
        ),
        Format(
            "*product7.xml",
            rows.elements("DisorderDisorderAssociation"),
            diseases.orphanet_record,
            diseases.orphanet_group,
        ),
        Format(
            "*product4.xml",
            rows.elements("HPODisorderAssociation"),
            diseases.orphanet_record,
            diseases.orphanet_feature,
        ),
        Format(
            "*product6.xml", rows.elements("DisorderGeneAssociation"), diseases.orphanet_record, diseases.orphanet_gene
        ),
        Format(
            "*product9_ages.xml",
            rows.elements("AverageAgeOfOnset", "AverageAgeOfDeath", "TypeOfInheritance"),
            line,
            diseases.orphanet_course,
        ),
        Format("*product9_prev.xml", rows.elements("Prevalence")),
    ),
    "cnv-syndromes": (
        Format("Decipher_GD.bed", _TSV, line, diseases.unshifted_region),
        Format("*.bed", _TSV, line, diseases.region),
    ),
    "oncotree": (Format("oncotree*.json", rows.tree, by("code", form="ONCOTREE:{}"), variants.oncotree),),
    "civic": (
        Format("*FeatureSummaries.tsv", _TSV, by("feature_id", form="CIVIC:feature/{}"), variants.civic_feature),
        Format("*VariantGroupSummaries.tsv", _TSV),
        Format("*VariantSummaries.tsv", _TSV, by("variant_id", form="CIVIC:variant/{}"), variants.civic_variant),
        Format("*civic_accepted_and_submitted.vcf", rows.vcf),
        Format(
            "*MolecularProfileSummaries.tsv",
            _TSV,
            by("molecular_profile_id", form="CIVIC:molecular_profile/{}"),
            variants.civic_profile,
        ),
        Format(
            "*ClinicalEvidenceSummaries.tsv",
            _TSV,
            variants.civic_evidence_record,
            variants.civic,
            variants.civic_record,
        ),
        Format("*AssertionSummaries.tsv", _TSV, variants.civic_evidence_record, variants.civic, variants.civic_record),
    ),
    "hotspots": (Format("hotspots_v2_and_3d*.txt", _TSV, line, variants.hotspot),),
}
