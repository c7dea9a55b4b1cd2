"""Answers: drug advice and diagnoses, each resting on evidence paths.

The field names are those of the JSON contract.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kg.sources.cpic import NO_RESULT

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.model import Entity, Path
    from ontology.reference import Reference
    from queries.case import CallSource, Problem
    from queries.medication import (
        Alternative,
        ComplaintCause,
        Coverage,
        Disagreement,
        Dose,
        Interaction,
        MedicationLine,
        Phenoconversion,
    )


class CallStatus(StrEnum):
    """Whether a gene's diplotype is known: one, several compatible ones, or none."""

    CALLED = "called"
    AMBIGUOUS = "ambiguous"
    NOT_CALLED = "not_called"


class Action(StrEnum):
    """What a recommendation asks for."""

    AVOID = "avoid"
    ADJUST_DOSE = "adjust_dose"
    ALTERNATIVE = "alternative"
    MONITOR = "monitor"
    TEST = "test"
    STANDARD = "standard"
    NO_RECOMMENDATION = "no_recommendation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Diplotype:
    """A pair of alleles as CPIC writes it.

    ``activity_score`` where the gene has one. ``match_score`` is the number of defining variants that the two alleles
    explain, ``None`` where the diplotype was given; ``preferred`` marks those that PharmCAT's matcher reports of all
    that are compatible with the genotypes.
    """

    name: str
    phenotype: str | None
    activity_score: float | None = None
    match_score: int | None = None
    preferred: bool = True
    inferred: str | None = None
    """The pair of alleles that the phenotype follows from, where one copy of the gene carries several."""

    @property
    def deciding(self) -> str:
        """The diplotype that the phenotype follows from."""
        return self.inferred or self.name


@dataclass(frozen=True, slots=True)
class Positions:
    """Defining positions of a gene: how many were assayed, and which are missing (rsID or ``chrom-pos``).

    Missing are also those that stand in ``no_call``, ``filtered`` or ``conflicting``.
    """

    assayed: int
    missing: tuple[str, ...] = ()
    no_call: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneCall:
    """What is known of one pharmacogene of the patient."""

    gene: Entity
    status: CallStatus
    call_source: CallSource
    diplotypes: tuple[Diplotype, ...] = ()
    positions: Positions | None = None
    """``None`` where the call came as a diplotype and not from genotypes."""
    messages: tuple[str, ...] = ()
    research: bool = False
    """Whether the call is for research alone: no recommendation rests on it."""
    assumed: bool = False
    """Whether positions that were not seen were assumed to carry the assembly's base; nothing is robust then."""

    @property
    def phenotypes(self) -> tuple[str, ...]:
        """Distinct phenotypes of the compatible diplotypes, in their order."""
        return tuple(dict.fromkeys(d.phenotype for d in self.diplotypes if d.phenotype is not None))

    @property
    def activity_scores(self) -> tuple[float, ...]:
        """Distinct activity scores of the compatible diplotypes, in their order."""
        return tuple(dict.fromkeys(d.activity_score for d in self.diplotypes if d.activity_score is not None))


@dataclass(frozen=True, slots=True)
class Guideline:
    """The guideline behind a recommendation; ``id`` is a ClinPGx accession where the release has one."""

    id: str | None
    url: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What one body advises for one drug and the patient's gene phenotypes."""

    drug: Entity
    source: str
    guideline: Guideline
    phenotypes: dict[str, str]
    """Gene symbol to phenotype."""
    activity_scores: dict[str, float]
    actions: tuple[Action, ...]
    strength: str | None
    population: str | None
    text: str
    implications: dict[str, str]
    on_medication_list: bool
    robust: bool
    derived: tuple[Phenoconversion, ...]
    """Empty where the advice rests on gene results as they are; otherwise what has changed them."""
    paths: tuple[Path, ...]
    settled_by: tuple[str, ...] = ()
    """Where the advice is not robust: tests, positions or phasing that would make it certain."""
    preferred: bool = True
    """Whether it is for preferred diplotypes; otherwise only for others that the genotypes leave possible."""

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Symbols of genes that the advice is for and that have no result."""
        return tuple(symbol for symbol, phenotype in self.phenotypes.items() if phenotype == NO_RESULT)


class Result(ABC):
    """What every answer can be turned into; the libraries for it are imported on first use."""

    __slots__ = ()

    @abstractmethod
    def evidence_paths(self) -> tuple[Path, ...]:
        """All evidence paths of the answer, in its order."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """The answer as a table, one row for each of its items."""

    @abstractmethod
    def _repr_html_(self) -> str: ...

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Entities (by CURIE) and associations (by key) of all paths."""
        from queries.export.network import paths_to_networkx

        return paths_to_networkx(self.evidence_paths())

    def to_rdf(self) -> rdflib.Dataset:
        """Associations of all paths with their evidence, each in the named graph of its source release."""
        from queries.export.rdf import paths_to_rdf

        return paths_to_rdf(self.evidence_paths())


@dataclass(frozen=True, slots=True)
class DrugAdvice(Result):
    """All drug advice for one case: listed medications first."""

    genes: tuple[GeneCall, ...]
    recommendations: tuple[Recommendation, ...]
    problems: tuple[Problem, ...] = ()
    medications: tuple[MedicationLine, ...] = ()
    """One line for each listed drug, in the order of the list."""
    phenoconversions: tuple[Phenoconversion, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    complaints: tuple[ComplaintCause, ...] = ()
    dosing: tuple[Dose, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    def overruling(self, item: Recommendation) -> tuple[Phenoconversion, ...]:
        """What changes the gene results that advice rests on, where there is derived advice of the same body beside it."""
        if item.derived:
            return ()
        beside = [one for one in self.recommendations if one.drug == item.drug and one.source == item.source]
        return tuple(dict.fromkeys(cause for one in beside for cause in one.derived))

    def evidence_paths(self) -> tuple[Path, ...]:
        """Paths of all items."""
        return tuple(
            path
            for items in (
                self.recommendations,
                self.medications,
                self.phenoconversions,
                self.interactions,
                self.alternatives,
                self.complaints,
                self.dosing,
                self.coverage,
                self.disagreements,
            )
            for item in items
            for path in item.paths
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a recommendation."""
        from queries.export.frames import advice_to_frame

        return advice_to_frame(self)

    def _repr_html_(self) -> str:
        from queries.export.html import advice_to_html

        return advice_to_html(self)


@dataclass(frozen=True, slots=True)
class WeightedFeature:
    """A feature and how much it weighs in a diagnosis; ``disease_term`` is the annotated term that it met."""

    term: Entity
    weight: float
    disease_term: Entity | None = None
    frequency: float | None = None


@dataclass(frozen=True, slots=True)
class FeatureMatch:
    """How the patient's features meet those of a disease."""

    matched: tuple[WeightedFeature, ...] = ()
    unmatched: tuple[WeightedFeature, ...] = ()
    contradicted: tuple[WeightedFeature, ...] = ()
    missing: tuple[WeightedFeature, ...] = ()
    """Typical features of the disease that the case does not mention."""


@dataclass(frozen=True, slots=True)
class VariantEvidence:
    """A variant of the patient that speaks for a diagnosis, with the assertion that says so."""

    variant: Entity
    significance: str
    review: str | None
    zygosity: str | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One candidate diagnosis. ``probability`` is ``None`` as long as the score is not calibrated."""

    rank: int
    disease: Entity
    mondo: Reference | None
    score: float
    score_parts: dict[str, float]
    genes: tuple[Entity, ...]
    features: FeatureMatch
    variants: tuple[VariantEvidence, ...]
    paths: tuple[Path, ...]
    probability: float | None = None
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class Diagnoses(Result):
    """Ranked diagnoses of one case."""

    candidates: tuple[Diagnosis, ...]
    problems: tuple[Problem, ...] = ()

    def evidence_paths(self) -> tuple[Path, ...]:
        """Paths of all candidates."""
        return tuple(path for candidate in self.candidates for path in candidate.paths)

    def to_frame(self) -> pd.DataFrame:
        """One row a candidate."""
        from queries.export.frames import diagnoses_to_frame

        return diagnoses_to_frame(self)

    def _repr_html_(self) -> str:
        from queries.export.html import diagnoses_to_html

        return diagnoses_to_html(self)


@dataclass(frozen=True, slots=True)
class Explanation(Result):
    """How two entities hang together: paths between them, best first."""

    paths: tuple[Path, ...]

    def evidence_paths(self) -> tuple[Path, ...]:
        """The paths."""
        return self.paths

    def to_frame(self) -> pd.DataFrame:
        """One row an evidence of a hop of a path."""
        from queries.export.frames import paths_to_frame

        return paths_to_frame(self.paths)

    def _repr_html_(self) -> str:
        from queries.export.html import paths_to_html

        return paths_to_html(self.paths)
