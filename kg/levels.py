"""The sources' own evidence grades, one enumeration each; a ClinVar star and a CPIC letter are never compared.

Within one enumeration the members stand from strongest to weakest, which is the documented order of that source.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """A source's own grade of evidence; each source has its own enumeration below this one."""


class CpicLevel(Level):
    """CPIC levels for gene-drug pairs (https://cpicpgx.org/prioritization/)."""

    A = "A"
    A_B = "A/B"
    B = "B"
    B_C = "B/C"
    C = "C"
    C_D = "C/D"
    D = "D"


class ClinPgxLevel(Level):
    """ClinPGx levels of evidence of summary annotations (https://www.clinpgx.org/page/clinAnnLevels)."""

    L1A = "1A"
    L1B = "1B"
    L2A = "2A"
    L2B = "2B"
    L3 = "3"
    L4 = "4"


class ClinVarReview(Level):
    """ClinVar review status (https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/), four stars to none."""

    PRACTICE_GUIDELINE = "practice guideline"
    EXPERT_PANEL = "reviewed by expert panel"
    MULTIPLE_NO_CONFLICT = "criteria provided, multiple submitters, no conflicts"
    MULTIPLE = "criteria provided, multiple submitters"
    CONFLICTING = "criteria provided, conflicting classifications"
    SINGLE = "criteria provided, single submitter"
    NO_CRITERIA = "no assertion criteria provided"
    NO_CLASSIFICATION = "no classification provided"
    NO_SINGLE_VARIANT = "no classification for the single variant"

    @property
    def stars(self) -> int:
        """Gold stars, 0 to 4, as ClinVar shows them."""
        return _STARS.get(self.value, 0)


_STARS: Final = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided, multiple submitters, no conflicts": 2,
    "criteria provided, multiple submitters": 2,
    "criteria provided, conflicting classifications": 1,
    "criteria provided, single submitter": 1,
}


class HpoEvidence(Level):
    """Evidence codes of ``phenotype.hpoa`` (https://hpo-annotation-qc.readthedocs.io/en/latest/annotationFormat.html)."""

    PUBLISHED_CLINICAL_STUDY = "PCS"
    TRACEABLE_AUTHOR_STATEMENT = "TAS"
    INFERRED_ELECTRONIC = "IEA"


class PgxTestingLevel(Level):
    """ClinPGx levels of drug label annotations (https://www.clinpgx.org/page/drugLabelLegend)."""

    TESTING_REQUIRED = "Testing Required"
    TESTING_RECOMMENDED = "Testing Recommended"
    ACTIONABLE = "Actionable PGx"
    INFORMATIVE = "Informative PGx"
    NO_CLINICAL = "No Clinical PGx"


class FdaAssociationSection(Level):
    """Sections of the FDA's table of pharmacogenetic associations.

    What the data support, from therapeutic management to pharmacokinetics alone
    (https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations).
    """

    THERAPEUTIC_MANAGEMENT = "Section 1"
    SAFETY_OR_RESPONSE = "Section 2"
    PHARMACOKINETICS_ONLY = "Section 3"


class CypSubstrateEvidence(Level):
    """Strength of evidence that an enzyme matters for a drug, in lists after Flockhart's table of CYP substrates.

    (https://drug-interactions.medicine.iu.edu/MainTable.aspx)
    """

    STRONG = "strong"
    MODERATE = "moderate"


class CivicLevel(Level):
    """CIViC evidence levels (https://civic.readthedocs.io/en/latest/model/evidence/level.html).

    Validated association, clinical, case study, preclinical and inferential evidence.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class AmpTier(Level):
    """AMP/ASCO/CAP tiers and levels of somatic variants (doi:10.1016/j.jmoldx.2016.10.002)."""

    TIER_I_A = "Tier I - Level A"
    TIER_I_B = "Tier I - Level B"
    TIER_II_C = "Tier II - Level C"
    TIER_II_D = "Tier II - Level D"
    TIER_III = "Tier III"
    TIER_IV = "Tier IV"


class AnsmSeverity(Level):
    """Levels of constraint of the French thesaurus of drug interactions (https://ansm.sante.fr), strongest first.

    Contraindicated, not recommended, with precautions for use, to be taken into account.
    """

    CONTRAINDICATED = "CONTRE-INDICATION"
    NOT_RECOMMENDED = "Association DECONSEILLEE"
    PRECAUTION = "Précaution d'emploi"
    TO_CONSIDER = "A prendre en compte"


class GuidelineStrength(Level):
    """How strongly a pharmacogenomic guideline recommends (https://cpicpgx.org/guidelines/, ClinPGx guideline strength)."""

    STRONG = "Strong"
    MODERATE = "Moderate"
    OPTIONAL = "Optional"
    NO_RECOMMENDATION = "No recommendation"


class DdinterSeverity(Level):
    """DDInter's severity of a drug-drug interaction (http://ddinter.scbdd.com); ``Unknown`` is an ungraded one."""

    MAJOR = "Major"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class PharmacotherapyCategory(Level):
    """PharmacotherapyDB's categories (doi:10.15363/thinklab.d182).

    Disease-modifying, symptomatic, non-indication: what a drug does, so the order means nothing for the last.
    """

    DISEASE_MODIFYING = "DM"
    SYMPTOMATIC = "SYM"
    NON_INDICATION = "NOT"


class OrphanetStatus(Level):
    """Orphanet's validation of a mapping, and its assessment of a gene (https://www.orphadata.com/docs/)."""

    VALIDATED = "Validated"
    ASSESSED = "Assessed"
    NOT_YET_VALIDATED = "Not yet validated"
    NOT_YET_ASSESSED = "Not yet assessed"


class ClinGenValidity(Level):
    """ClinGen classifications of gene-disease validity (https://clinicalgenome.org/curation-activities/gene-disease-validity/).

    ``Disputed`` and ``Refuted`` speak against the pair.
    """

    DEFINITIVE = "Definitive"
    STRONG = "Strong"
    MODERATE = "Moderate"
    LIMITED = "Limited"
    NO_KNOWN_RELATIONSHIP = "No Known Disease Relationship"
    DISPUTED = "Disputed"
    REFUTED = "Refuted"


class ClinGenDosage(Level):
    """ClinGen dosage scores (https://clinicalgenome.org/curation-activities/dosage-sensitivity/).

    Sufficient, some and little evidence; none; a gene with an autosomal recessive phenotype; sensitivity unlikely.
    """

    SUFFICIENT = "3"
    SOME = "2"
    LITTLE = "1"
    NO_EVIDENCE = "0"
    AUTOSOMAL_RECESSIVE = "30"
    UNLIKELY = "40"


class GenccValidity(Level):
    """GenCC's harmonised classifications of gene-disease pairs (doi:10.1016/j.gim.2022.04.017).

    ``Supportive`` is of sources that do not grade; ``Disputed Evidence`` and ``Refuted Evidence`` speak against the pair.
    """

    DEFINITIVE = "Definitive"
    STRONG = "Strong"
    MODERATE = "Moderate"
    SUPPORTIVE = "Supportive"
    LIMITED = "Limited"
    ANIMAL_MODEL_ONLY = "Animal Model Only"
    NO_KNOWN_RELATIONSHIP = "No Known Disease Relationship"
    DISPUTED = "Disputed Evidence"
    REFUTED = "Refuted Evidence"


class G2pConfidence(Level):
    """G2P confidence of gene-disease pairs (https://www.ebi.ac.uk/gene2phenotype/about/terminology).

    Until 2022 ``definitive``, ``strong`` and ``limited`` were called ``confirmed``, ``probable`` and ``possible``; pairs
    of ``RD`` and ``IF`` are sure for a rare disease and matter as an incidental finding, too.
    """

    DEFINITIVE = "definitive"
    CONFIRMED = "confirmed"
    BOTH_RD_AND_IF = "both RD and IF"
    CHILD_IF = "child IF"
    STRONG = "strong"
    PROBABLE = "probable"
    MODERATE = "moderate"
    LIMITED = "limited"
    POSSIBLE = "possible"
    DISPUTED = "disputed"
    REFUTED = "refuted"


class DecipherGrade(Level):
    """DECIPHER grades of copy-number syndromes (https://www.deciphergenomics.org), surest first; 3 is a susceptibility."""

    GRADE_1 = "1"
    GRADE_2 = "2"
    GRADE_3 = "3"


LEVELS: Final[dict[str, type[Level]]] = {kind.__name__: kind for kind in Level.__subclasses__()}
"""Name of each enumeration, as the graph writes it into a level's datatype."""
