"""The closed vocabularies of the graph: Biolink categories and predicates, and genopath's own IRIs.

Every category and predicate is one of the Biolink Model 4.4 (a test compares them with the published model).
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Final

BIOLINK: Final = "https://w3id.org/biolink/vocab/"
GENOPATH: Final = "https://w3id.org/genopath/"
GP: Final = GENOPATH + "ontology#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PAV: Final = "http://purl.org/pav/"


class Category(StrEnum):
    """Biolink classes that an entity of the graph can belong to; the value is the CURIE."""

    ANATOMICAL_ENTITY = "biolink:AnatomicalEntity"
    BIOLOGICAL_PROCESS = "biolink:BiologicalProcess"
    CELL = "biolink:Cell"
    CELLULAR_COMPONENT = "biolink:CellularComponent"
    CHEMICAL_ENTITY = "biolink:ChemicalEntity"
    DISEASE = "biolink:Disease"
    DRUG = "biolink:Drug"
    GENE = "biolink:Gene"
    GENETIC_INHERITANCE = "biolink:GeneticInheritance"
    GENOMIC_ENTITY = "biolink:GenomicEntity"
    GENOTYPE = "biolink:Genotype"
    HAPLOTYPE = "biolink:Haplotype"
    MOLECULAR_ACTIVITY = "biolink:MolecularActivity"
    ORGANISM_TAXON = "biolink:OrganismTaxon"
    PATHWAY = "biolink:Pathway"
    PHENOTYPIC_FEATURE = "biolink:PhenotypicFeature"
    PHENOTYPIC_QUALITY = "biolink:PhenotypicQuality"
    PROTEIN = "biolink:Protein"
    PROTEIN_FAMILY = "biolink:ProteinFamily"
    SEQUENCE_VARIANT = "biolink:SequenceVariant"
    TREATMENT = "biolink:Treatment"

    @cached_property
    def iri(self) -> str:
        """The full IRI of the class."""
        return BIOLINK + self.value.removeprefix("biolink:")


class Predicate(StrEnum):
    """Biolink predicates that an association of the graph can have; the value is the CURIE."""

    AFFECTS = "biolink:affects"
    AMELIORATES_CONDITION = "biolink:ameliorates_condition"
    APPLIED_TO_TREAT = "biolink:applied_to_treat"
    ASSOCIATED_WITH = "biolink:associated_with"
    ASSOCIATED_WITH_RESISTANCE_TO = "biolink:associated_with_resistance_to"
    ASSOCIATED_WITH_SENSITIVITY_TO = "biolink:associated_with_sensitivity_to"
    BIOMARKER_FOR = "biolink:biomarker_for"
    BROAD_MATCH = "biolink:broad_match"
    CAUSES = "biolink:causes"
    CLOSE_MATCH = "biolink:close_match"
    CONTRAINDICATED_IN = "biolink:contraindicated_in"
    CONTRIBUTES_TO = "biolink:contributes_to"
    DIAGNOSES = "biolink:diagnoses"
    EXACT_MATCH = "biolink:exact_match"
    GENE_ASSOCIATED_WITH_CONDITION = "biolink:gene_associated_with_condition"
    HAS_ADVERSE_EVENT = "biolink:has_adverse_event"
    HAS_MODE_OF_INHERITANCE = "biolink:has_mode_of_inheritance"
    HAS_PART = "biolink:has_part"
    HAS_PHENOTYPE = "biolink:has_phenotype"
    HAS_SIDE_EFFECT = "biolink:has_side_effect"
    INTERACTS_WITH = "biolink:interacts_with"
    IS_SEQUENCE_VARIANT_OF = "biolink:is_sequence_variant_of"
    IS_SUBSTRATE_OF = "biolink:is_substrate_of"
    MEMBER_OF = "biolink:member_of"
    NARROW_MATCH = "biolink:narrow_match"
    OVERLAPS = "biolink:overlaps"
    PARTICIPATES_IN = "biolink:participates_in"
    PHYSICALLY_INTERACTS_WITH = "biolink:physically_interacts_with"
    PREDISPOSES_TO_CONDITION = "biolink:predisposes_to_condition"
    PREVENTATIVE_FOR_CONDITION = "biolink:preventative_for_condition"
    SUBCLASS_OF = "biolink:subclass_of"
    TREATS = "biolink:treats"

    @cached_property
    def local_name(self) -> str:
        """The snake_case name without the ``biolink:`` prefix."""
        return self.value.removeprefix("biolink:")


class Qualifier(StrEnum):
    """Names under which an association carries what its three terms cannot say."""

    ACTIVITY_SCORE = "activity_score"
    """Sum of the allele activity values of a diplotype (CPIC), as written by the source."""
    ALLELE_FUNCTION = "allele_function"
    """CPIC clinical function of an allele, for example ``No Function``."""
    ASSEMBLY = "assembly"
    """``GRCh37`` or ``GRCh38``, where a statement holds on one assembly only."""
    ASPECT = "aspect"
    """HPOA aspect of a row: P phenotype, I inheritance, C clinical course, M modifier, H past history."""
    COMPANION = "companion"
    """Reference of the second gene phenotype that a two-gene recommendation also requires."""
    CONDITIONS = "conditions"
    """Names of the conditions of a submission, where they have no resolvable identifier."""
    FREQUENCY = "frequency"
    """How many of the affected show it: ``n/m``, a percentage or an HPO frequency term, as the source writes it."""
    GUIDELINE = "guideline"
    """Address of the guideline's page."""
    MAPPING_JUSTIFICATION = "mapping_justification"
    """SEMAPV term of a mapping."""
    MODIFIER = "modifier"
    """HPO clinical modifier terms."""
    ONSET = "onset"
    """HPO onset term."""
    ORIGIN = "origin"
    """``germline`` or ``somatic``."""
    PHENOTYPE_CATEGORY = "phenotype_category"
    """ClinPGx category: Efficacy, Toxicity, Dosage, Metabolism/PK ..."""
    POPULATION = "population"
    """For whom the statement holds, in the source's words."""
    RECOMMENDATION = "recommendation"
    """The guideline's text, verbatim."""
    SEX = "sex"
    """``MALE`` or ``FEMALE``."""
    SIGNIFICANCE = "significance"
    """ClinVar classification as submitted, for example ``Likely pathogenic``."""
    STATUS = "status"
    """``Final`` or ``Provisional`` assignment of a CPIC level."""
    TESTING_LEVEL = "testing_level"
    """Testing level of the FDA label, as CPIC lists it."""


class Attribute(StrEnum):
    """Names under which an entity carries plain facts about itself."""

    ALTERNATIVE_ID = "alternative_id"
    """A merged, older identifier of the same term (OBO ``alt_id``)."""
    DEPRECATED = "deprecated"
    """``true`` for an obsolete term."""
    GENE = "gene"
    """The gene that a gene phenotype or diplotype belongs to."""
    HGVS = "hgvs"
    """An HGVS expression of a variant."""
    IMPACT = "impact"
    """Effect of a defining variant as its source writes it, for example ``I331V``."""
    LOCUS_GRCH37 = "locus_GRCh37"
    """``chrom-pos-ref-alt`` as VCF writes it (1-based, left-aligned, no ``chr``) on GRCh37."""
    LOCUS_GRCH38 = "locus_GRCh38"
    """The same on GRCh38."""
    REFERENCE_ALLELE = "reference_allele"
    """``true`` for the allele that all others of its gene are described against (CPIC: the first row of a definition)."""
    REPLACED_BY = "replaced_by"
    """The term that replaces a deprecated one."""
    STRUCTURAL = "structural"
    """``true`` for an allele defined by a copy-number or hybrid event, which short variants cannot show."""
    SYMBOL = "symbol"
    """Approved gene symbol."""
    PREVIOUS_SYMBOL = "previous_symbol"
    """A former approved symbol of a gene."""
