"""One patient: what is known, what is known to be absent, and what was asked.

Shaped like a GA4GH phenopacket. Whatever could not be understood while reading is a :class:`Problem` of the case, never
an omission.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ontology.reference import Reference


class Severity(StrEnum):
    """How much a problem matters: ``error`` spoils the case, ``warning`` a part of it, ``info`` nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Assembly(StrEnum):
    """Genome builds that genopath knows."""

    GRCH37 = "GRCh37"
    GRCH38 = "GRCh38"


class Sex(StrEnum):
    """Phenotypic sex, as in a phenopacket."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Zygosity(StrEnum):
    """Allelic state of a variant call."""

    HETEROZYGOUS = "heterozygous"
    HOMOZYGOUS = "homozygous"
    HEMIZYGOUS = "hemizygous"


class BiogeographicGroup(StrEnum):
    """Groups of ancestry as PharmGKB and CPIC's frequency tables name them (doi:10.1002/cpt.1322)."""

    AFRICAN_AMERICAN = "African American/Afro-Caribbean"
    AMERICAN = "American"
    CENTRAL_SOUTH_ASIAN = "Central/South Asian"
    EAST_ASIAN = "East Asian"
    EUROPEAN = "European"
    LATINO = "Latino"
    NEAR_EASTERN = "Near Eastern"
    OCEANIAN = "Oceanian"
    SUB_SAHARAN_AFRICAN = "Sub-Saharan African"


class CallSource(StrEnum):
    """Where a gene's diplotype comes from."""

    VCF = "vcf"
    GENOTYPES = "genotypes"
    OUTSIDE_CALL = "outside_call"
    DIPLOTYPE = "diplotype"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the input that could not be used as given. ``where`` names file and line, option or field."""

    severity: Severity
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A phenotypic feature of the patient, present or looked for and absent (``excluded``).

    ``given`` is the text of the input where it differs from the term (an obsolete id, a synonym).
    """

    term: Reference
    name: str
    excluded: bool = False
    onset: Reference | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug that the patient takes; ``drug`` is ``None`` where the release does not know the name."""

    given: str
    drug: Reference | None
    name: str


@dataclass(frozen=True, slots=True)
class DiplotypeCall:
    """A called diplotype of one gene: two allele names as the release writes them where it knows them.

    One allele where the call has one (mitochondrial, hemizygous); none where an outside call states the phenotype or
    the activity score only. Several different calls of one gene are alternatives.
    """

    gene_symbol: str
    alleles: tuple[str, ...]
    source: CallSource = CallSource.DIPLOTYPE
    phenotype: str | None = None
    """Phenotype that an outside call states, verbatim."""
    activity_score: float | None = None
    """Activity score that an outside call states."""


@dataclass(frozen=True, slots=True)
class VariantCall:
    """One variant of the patient that departs from the reference.

    ``locus`` is ``chrom-pos-ref-alt`` (1-based, trimmed as VCF writes it, no ``chr``) on ``assembly``; ``hgvs`` and
    ``rsid`` stand as given.
    ``gene_symbol`` only where the input itself names the gene.
    """

    assembly: Assembly | None = None
    locus: str | None = None
    hgvs: tuple[str, ...] = ()
    rsid: Reference | None = None
    zygosity: Zygosity | None = None
    gene_symbol: str | None = None


ASSEMBLY_BASE: Final = "N"
"""Stands for the assembly's own base where a gVCF block states that, without writing the base."""


@dataclass(frozen=True, slots=True)
class Genotype:
    """What an assay saw at one site: ``alleles`` are bases, ``None`` for a no-call. ``position`` is 1-based.

    Where a reference block of a gVCF covers the site without naming its base, ``reference`` and ``alleles`` are ``N``,
    the assembly's own base. Alleles of phased genotypes stand in the order of the strands, those of one ``phase_set``
    only relative to each other (VCF's PS; ``None`` where the whole chromosome is phased). ``alternates`` are the
    sequences that the record looked for beside the reference; of a reference block none is known.
    ``conflict`` says why the record cannot be read as one of the site's variants; it then shows nothing.
    """

    chromosome: str
    position: int
    reference: str
    alleles: tuple[str | None, ...]
    phased: bool = False
    filtered: bool = False
    phase_set: int | None = None
    alternates: tuple[str, ...] = ()
    conflict: str | None = None

    def __hash__(self) -> int:
        """By what tells most records apart: a cohort has millions of them."""
        return hash((self.position, self.alleles))


@dataclass(frozen=True, slots=True)
class GenotypeData:
    """Sites of a VCF sample or a genotype table that the case needs; sites that are not here were not assayed."""

    assembly: Assembly
    sites: tuple[Genotype, ...]
    source: CallSource = CallSource.VCF


@dataclass(frozen=True, slots=True)
class PatientCase:
    """One patient; empty parts are unknown, not negative."""

    id: str
    features: tuple[Feature, ...] = ()
    medications: tuple[Medication, ...] = ()
    diplotypes: tuple[DiplotypeCall, ...] = ()
    variants: tuple[VariantCall, ...] = ()
    genotypes: GenotypeData | None = None
    sex: Sex | None = None
    age: str | None = None
    """ISO 8601 duration, for example ``P34Y``."""
    height: float | None = None
    """Body height in cm."""
    weight: float | None = None
    """Body weight in kg."""
    ancestry: BiogeographicGroup | None = None
    indication: str | None = None
    """What the treatment is for, as given."""
    complaints: tuple[Feature, ...] = ()
    """Complaints that may come from a drug."""
    consent: bool = False
    """Whether the patient's consent to a registry is recorded."""
    assume_missing_is_reference: bool = False
    """The dangerous assumption that sites absent from the VCF carry the assembly's base."""
    problems: tuple[Problem, ...] = ()

    @property
    def present(self) -> tuple[Feature, ...]:
        """Features that the patient shows."""
        return tuple(feature for feature in self.features if not feature.excluded)

    @property
    def excluded(self) -> tuple[Feature, ...]:
        """Features that were looked for and are absent."""
        return tuple(feature for feature in self.features if feature.excluded)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to answer from."""
        stated = (self.features, self.complaints, self.medications, self.diplotypes, self.variants, self.genotypes)
        return not any(stated)
