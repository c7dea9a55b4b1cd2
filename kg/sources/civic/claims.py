"""From an evidence item or assertion of CIViC to the statements that it makes or denies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.civic.fields import NOTHING
from kg.sources.civic.links import Links
from kg.sources.civic.therapies import COMBINATION, SEQUENTIAL, SUBSTITUTES, Therapies, combination
from kg.sources.conditions import condition_entity, known_condition
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, SourceFile

PREDICTIVE: Final = "Predictive"
FUNCTIONAL: Final = "Functional"
DIRECTIONS: Final = {"Supports": False, "Does Not Support": True, "N/A": None}
"""Whether the direction denies what the significance says; ``N/A`` does neither (ACMG criteria gathered for an assertion)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a significance states of profile and object; with ``denies`` it states that this does not hold."""

    predicate: Predicate
    denies: bool = False


_ASSOCIATED: Final = Meaning(Predicate.ASSOCIATED_WITH)
_RESISTANT: Final = Meaning(Predicate.ASSOCIATED_WITH_RESISTANCE_TO)
_PREDISPOSES: Final = Meaning(Predicate.PREDISPOSES_TO_CONDITION)
_CONTRIBUTES: Final = Meaning(Predicate.CONTRIBUTES_TO)
_AFFECTS: Final = Meaning(Predicate.AFFECTS)

MEANINGS: Final = {
    PREDICTIVE: {
        "Sensitivity/Response": Meaning(Predicate.ASSOCIATED_WITH_SENSITIVITY_TO),
        "Resistance": _RESISTANT,
        "Reduced Sensitivity": _RESISTANT,
        "Adverse Response": _ASSOCIATED,
        "N/A": _ASSOCIATED,
    },
    "Diagnostic": {
        "Positive": Meaning(Predicate.BIOMARKER_FOR),
        "Negative": Meaning(Predicate.BIOMARKER_FOR, denies=True),
    },
    "Prognostic": {"Better Outcome": _ASSOCIATED, "Poor Outcome": _ASSOCIATED, "N/A": _ASSOCIATED},
    "Predisposing": {
        "Predisposition": _PREDISPOSES,
        "Pathogenic": _PREDISPOSES,
        "Likely Pathogenic": _PREDISPOSES,
        "Uncertain Significance": _ASSOCIATED,
        "Protectiveness": _ASSOCIATED,
        "Likely Benign": Meaning(Predicate.PREDISPOSES_TO_CONDITION, denies=True),
        "Benign": Meaning(Predicate.PREDISPOSES_TO_CONDITION, denies=True),
        "N/A": _ASSOCIATED,
    },
    "Oncogenic": {
        "Oncogenicity": _CONTRIBUTES,
        "Oncogenic": _CONTRIBUTES,
        "Likely Oncogenic": _CONTRIBUTES,
        "Uncertain Significance": _ASSOCIATED,
        "Protectiveness": _ASSOCIATED,
        "Likely Benign": Meaning(Predicate.CONTRIBUTES_TO, denies=True),
        "Benign": Meaning(Predicate.CONTRIBUTES_TO, denies=True),
        "N/A": _ASSOCIATED,
    },
    FUNCTIONAL: {
        "Gain of Function": _AFFECTS,
        "Loss of Function": _AFFECTS,
        "Neomorphic": _AFFECTS,
        "Dominant Negative": _AFFECTS,
        "Unaltered Function": Meaning(Predicate.AFFECTS, denies=True),
        "Unknown": _ASSOCIATED,
        "N/A": _ASSOCIATED,
    },
}
"""By type and significance (https://civic.readthedocs.io/en/latest/model/evidence/significance.html).

Uncertain significance is an association, as in ClinVar. A negative diagnostic marker speaks against its disease. An adverse
response says nothing of sensitivity.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One evidence item or assertion, as its row states it; ``denied`` is ``None`` where it states neither way."""

    record: Reference
    profile: Reference
    profile_name: str
    type: str
    significance: str
    denied: bool | None
    disease: str
    doid: Reference | None
    phenotypes: str
    therapies: tuple[str, ...]
    interaction: str
    evidence: tuple[Evidence]
    qualifiers: tuple[tuple[Qualifier, Value], ...]


@dataclass(slots=True)
class Claims:
    """Makes the statements of one file's claims; keeps the diseases, profiles and therapies that it has met."""

    file: SourceFile
    context: Context
    therapies: Therapies = field(init=False)
    diseases: dict[tuple[Reference | None, str], Reference] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.therapies = Therapies(self.file, self.context)

    def items(self, claim: Claim) -> Iterator[Item]:
        """Entities first met with the claim, and its statements; what makes none is left out with its reason."""
        meaning = MEANINGS[claim.type][claim.significance]
        if reason := _silent(claim, meaning):
            self.context.left_out.add(reason, f"{claim.record} {claim.profile_name}")
            return
        if claim.type == FUNCTIONAL and claim.profile not in self.context.shared(Links).feature_of:
            reason = "functional evidence on a profile without one known gene"
            self.context.unresolved.add(reason, f"{claim.record} {claim.profile_name}")
            return
        yield from self._profile(claim)
        if claim.disease:
            yield from self._disease(claim)
        yield from self._therapies(claim)
        qualifiers = (*claim.qualifiers, *self._qualifiers(claim))
        for target in self._objects(claim):
            negated = bool(claim.denied) or meaning.denies
            yield Association(claim.profile, meaning.predicate, target, claim.evidence, qualifiers, negated=negated)

    def _profile(self, claim: Claim) -> Iterator[Item]:
        profiles = self.context.shared(Links).profiles
        if claim.profile not in profiles:
            profiles.add(claim.profile)
            reason = "molecular profile without a row in the table of profiles (kept, named by its evidence)"
            self.context.unresolved.add(reason, f"{claim.profile} {claim.profile_name}")
            yield Entity(claim.profile, Category.GENOTYPE, claim.profile_name)

    def _disease(self, claim: Claim) -> Iterator[Item]:
        """The disease under its DOID; without one, the disease that bears the name, else a minted term."""
        key = (claim.doid, claim.disease)
        if key in self.diseases:
            return
        names = self.context.resolver.diseases
        if claim.doid is None:
            known = names.by_name(claim.disease).reference
        elif claim.doid in names.identifiers:  # also one of several that Mondo equates, which resolves to nothing
            known = claim.doid
        else:
            known = known_condition(self.context.resolver, claim.doid)
        self.diseases[key] = known or claim.doid or Reference.mint("term", claim.disease)
        if known is None:
            reason = "disease that the build's vocabularies do not have (kept under its DOID, else under its name)"
            self.context.unresolved.add(reason, f"{claim.doid or ''} {claim.disease}".strip())
            yield condition_entity(self.diseases[key], claim.disease)

    def _therapies(self, claim: Claim) -> Iterator[Item]:
        yield from self.therapies.declare(claim.therapies)
        if claim.interaction in (COMBINATION, SEQUENTIAL):
            yield from self.therapies.together(claim.therapies)

    def _objects(self, claim: Claim) -> list[Reference]:
        """What the profile is stated to concern: therapies, the gene whose function changes, or the disease."""
        if claim.type == FUNCTIONAL:
            return [self.context.shared(Links).feature_of[claim.profile]]
        if claim.type != PREDICTIVE:
            return [self.diseases[claim.doid, claim.disease]]
        single = [self.therapies.single[name] for name in claim.therapies]
        if claim.interaction in (COMBINATION, SEQUENTIAL):
            return [combination(single)]
        return list(dict.fromkeys(single))

    def _qualifiers(self, claim: Claim) -> Iterator[tuple[Qualifier, Value]]:
        yield Qualifier.EVIDENCE_TYPE, claim.type
        if claim.significance not in NOTHING:
            yield Qualifier.SIGNIFICANCE, claim.significance
        if claim.disease and claim.type in (PREDICTIVE, FUNCTIONAL):
            yield Qualifier.DISEASE_CONTEXT, self.diseases[claim.doid, claim.disease]
        if claim.interaction:
            yield Qualifier.THERAPY_INTERACTION, claim.interaction.lower()
        for name in _phenotype_names(self.context, claim.phenotypes):
            found = self.context.resolver.phenotypes.by_name(name).reference
            if found is None:
                reason = "phenotype that no term of the build's HPO is named by (kept as text)"
                self.context.unresolved.add(reason, name)
            yield Qualifier.PHENOTYPE, found or name


def _silent(claim: Claim, meaning: Meaning) -> str:
    """Why the claim states nothing, empty where it does."""
    if claim.denied is None:
        return "evidence that neither supports nor denies anything (direction N/A)"
    if claim.denied and meaning.denies:
        return "denial of a denial, which states nothing"
    if claim.type == PREDICTIVE and not claim.therapies:
        return "predictive evidence that names no therapy"
    if claim.type not in (PREDICTIVE, FUNCTIONAL) and not claim.disease:
        return "evidence on a disease that names none"
    if len(claim.therapies) > 1 and claim.interaction not in (COMBINATION, SEQUENTIAL, SUBSTITUTES):
        return "several therapies without a word on how they belong together"
    return ""


def _phenotype_names(context: Context, text: str) -> Iterator[str]:
    """The names of a comma-separated field, some of which hold commas: the longest run that HPO has, else one part."""
    parts = text.split(",") if text else []
    known = context.resolver.phenotypes
    while parts:
        runs = (n for n in range(len(parts), 0, -1) if known.by_name(",".join(parts[:n]).strip()).reference)
        length = next(runs, 1)
        yield ",".join(parts[:length]).strip()
        del parts[:length]
