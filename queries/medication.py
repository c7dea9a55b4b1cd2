"""What a medication list says beside the genes: interactions, phenoconversion, alternatives, causes of complaints, doses.

The field names are those of the JSON contract. Every item rests on evidence paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Entity, Path
    from ontology.reference import Reference
    from queries.candidate import Action
    from queries.case import Assembly, BiogeographicGroup, Feature


class Outcome(StrEnum):
    """What the release says of one listed drug; only ``ADVICE`` says what to do, and none says that the drug is safe."""

    ADVICE = "advice"
    NO_RECOMMENDATION = "no_recommendation"
    """A guideline covers the gene results and states that it makes no recommendation."""
    GENE_NOT_CALLED = "gene_not_called"
    """A recommendation exists, but a gene that it needs has no result: a test would matter."""
    NO_MATCH = "no_match"
    """The genes have results, but no recommendation covers this combination."""
    TEXT_NOT_HELD = "text_not_held"
    """A guideline on the drug exists, but the release holds no recommendation of it; ``url`` leads there."""
    NO_GUIDELINE = "no_guideline"
    """The release knows of no guideline on this drug."""
    NOT_RECOGNISED = "not_recognised"
    """The release does not know the name."""


@dataclass(frozen=True, slots=True)
class MedicationLine:
    """The line that every listed drug gets; ``genes`` are those that advice rests on or would need."""

    given: str
    drug: Entity | None
    outcome: Outcome
    genes: tuple[Entity, ...] = ()
    message: str = ""
    url: str | None = None
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two bodies advise otherwise on one drug for the same gene results; both are shown, and nobody is preferred."""

    drug: Entity
    bodies: tuple[str, str]
    actions: tuple[tuple[Action, ...], tuple[Action, ...]]
    """What each of them asks for, all its populations together."""
    difference: str
    paths: tuple[Path, ...]


class Concern(StrEnum):
    """Gravity of an interaction, gravest first: the sources' own words on one scale."""

    CONTRAINDICATED = "contraindicated"
    AVOID = "avoid"
    CAUTION = "caution"
    CONSIDER = "consider"
    UNGRADED = "ungraded"


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction between two listed drugs as one source states it; ``severity`` is the source's own word."""

    drugs: tuple[Entity, Entity]
    source: str
    concern: Concern
    severity: str | None
    mechanism: str | None
    management: str | None
    language: str
    """ISO 639-1 code of the texts."""
    paths: tuple[Path, ...]


class Modulation(StrEnum):
    """How a drug changes an enzyme's activity."""

    INHIBITOR = "inhibitor"
    INDUCER = "inducer"


class ModulatorStrength(StrEnum):
    """Classes of the FDA by the change of a sensitive substrate's exposure, strongest first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Modulator:
    """A listed drug that inhibits or induces an enzyme; ``disputed`` says where the lists disagree, one text a list."""

    drug: Entity
    kind: Modulation
    strength: ModulatorStrength
    disputed: tuple[str, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Phenoconversion:
    """What a gene's result becomes under the listed drugs; always derived, never a result of a genotype.

    ``converted`` is ``None`` where no cited method says what the phenotype becomes; ``method`` cites the method, or says
    why there is none. ``paths`` are those of the modulators.
    """

    gene: Entity
    modulators: tuple[Modulator, ...]
    phenotype: str | None
    activity_score: float | None
    converted: str | None
    converted_score: float | None
    method: str
    publications: tuple[Reference, ...]
    paths: tuple[Path, ...]


class Basis(StrEnum):
    """What two drugs share, the closer kinship first."""

    CLASS = "class"
    INDICATION = "indication"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A drug of the same class or indication, and what this genotype and medication list say about it.

    ``untouched`` where no gene result and no listed drug asks for anything, and no gene or source that would tell is
    missing. ``reasons`` are all that there is to say, also of an untouched drug: none of them clears it.
    """

    instead_of: Entity
    drug: Entity
    basis: Basis
    shared: Entity
    """The class or disease that both drugs share."""
    untouched: bool
    reasons: tuple[str, ...]
    paths: tuple[Path, ...]


class Mechanism(StrEnum):
    """How a drug may cause a complaint."""

    GENE = "gene"
    PHENOCONVERSION = "phenoconversion"
    INTERACTION = "interaction"
    SIDE_EFFECT = "side_effect"


@dataclass(frozen=True, slots=True)
class ComplaintCause:
    """A listed drug that may cause a complaint; ``gene`` is that of the mechanism, where it has one."""

    complaint: Feature
    drug: Entity
    mechanism: Mechanism
    gene: Entity | None
    explanation: str
    supported: bool
    """Whether this patient's own results support the mechanism, beyond the drug's being listed."""
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose for this patient: by the equation of a published model, or as a guideline's text states it.

    ``unit`` is mg/week, or names the dose that ``value`` and ``interval`` are a percentage of. ``value`` is ``None``
    where there is no single number; ``note`` says why, and what the number means. ``missing`` are inputs that the case
    does not state.
    """

    drug: Entity
    model: str
    publications: tuple[Reference, ...]
    value: float | None
    unit: str
    interval: tuple[float, float] | None
    """What about 80 of 100 patients of the same group need for whom the model gives this dose.

    Without a ``value``: what covers that for every genotype that the patient may have, or the range that a guideline
    states; ``None`` where nothing was computed.
    """
    inputs: dict[str, str]
    missing: tuple[str, ...]
    note: str
    curve: tuple[tuple[float, float], ...] = ()
    """Age in years and dose, all else as it is; empty without a computed ``value``."""
    paths: tuple[Path, ...] = ()


class PositionStatus(StrEnum):
    """What the input shows at a defining position."""

    SEEN = "seen"
    MISSING = "missing"
    NO_CALL = "no_call"
    FILTERED = "filtered"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class DefiningPosition:
    """One defining position of a gene; ``alleles`` are the named alleles that differ from the reference allele there."""

    chromosome: str
    position: int
    rsid: str | None
    status: PositionStatus
    reason: str | None
    alleles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnseenAllele:
    """A named allele that this input cannot show or exclude; ``frequency`` (0 to 1) in the stated group."""

    name: str
    function: str | None
    reason: str
    frequency: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the input can show of one gene.

    ``residual_risk`` is the probability (0 to 1) that another diplotype than the preferred ones is there, of all that
    the genotypes leave possible, by the allele frequencies of the stated group. Structural alleles have no part in it.
    Alleles without a frequency make it a lower bound, which ``note`` says; ``None`` where no group is stated, the gene
    is not called, or the alleles of the preferred diplotypes have no frequency. ``paths`` lead to the frequencies of
    unseen alleles.
    """

    gene: Entity
    assembly: Assembly
    positions: tuple[DefiningPosition, ...]
    unseen: tuple[UnseenAllele, ...]
    ancestry: BiogeographicGroup | None
    residual_risk: float | None
    note: str
    paths: tuple[Path, ...]
