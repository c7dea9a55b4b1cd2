"""What the report shows, in its order: consequences for current drugs first, everything else by urgency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genopath.document import symbol
from ontology.vocabulary import Qualifier
from queries.candidate import Action, CallStatus, Silence
from queries.case import CallSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.levels import Level
    from kg.model import Association, Path
    from ontology.reference import Reference
    from queries.candidate import DrugAdvice, GeneCall, Recommendation, UnansweredDrug
    from queries.case import Medication, PatientCase

GRAVEST_FIRST: Final = (
    Action.AVOID,
    Action.ALTERNATIVE,
    Action.ADJUST_DOSE,
    Action.TEST,
    Action.MONITOR,
    Action.OTHER,
    Action.STANDARD,
    Action.NO_RECOMMENDATION,
)
"""Order in which actions are shown; a reading order of this report, no grade of any guideline."""

WORDS: Final = {
    Action.AVOID: "Avoid",
    Action.ALTERNATIVE: "Use alternative",
    Action.ADJUST_DOSE: "Change dose",
    Action.TEST: "Test",
    Action.MONITOR: "Monitor",
    Action.OTHER: "See text",
    Action.STANDARD: "Standard use",
    Action.NO_RECOMMENDATION: "No advice",
}
ORIGINS: Final = {
    CallSource.VCF: "VCF",
    CallSource.GENOTYPES: "genotype table",
    CallSource.OUTSIDE_CALL: "outside call",
    CallSource.DIPLOTYPE: "diplotype as given",
}
_SENTENCES: Final = {
    Action.AVOID: "Avoid {drug}.",
    Action.ALTERNATIVE: "Consider another drug instead of {drug}.",
    Action.ADJUST_DOSE: "Adjust the dose of {drug} as advised below.",
    Action.TEST: "A test is advised with {drug}.",
    Action.MONITOR: "Monitor treatment with {drug}.",
    Action.OTHER: "Read the advice on {drug} below.",
    Action.STANDARD: "Use {drug} as usual; these gene results ask for no change.",
    Action.NO_RECOMMENDATION: "The guideline makes no recommendation on {drug} for these gene results.",
}
_AFTER_AVOID: Final = "Another drug is advised."
_LINKED: Final = frozenset({"DOI", "HP", "OMIM", "ORPHA", "PMID"})
"""Prefixes whose pages a clinician may want to open."""
_DURATION: Final = re.compile(r"P(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?")
_SHORT: Final = frozenset(
    {
        Qualifier.ACTIVITY_SCORE,
        Qualifier.ALLELE_FUNCTION,
        Qualifier.ASSEMBLY,
        Qualifier.FREQUENCY,
        Qualifier.ONSET,
        Qualifier.POPULATION,
        Qualifier.SEX,
        Qualifier.SIGNIFICANCE,
        Qualifier.STATUS,
    }
)
_SCHEMES: Final = {"CpicLevel": "CPIC level", "ClinPgxLevel": "ClinPGx level", "ClinVarReview": "ClinVar review"}


@dataclass(frozen=True, slots=True)
class GeneResult:
    """A gene result on which advice rests, in one line."""

    symbol: str
    phenotype: str
    diplotypes: tuple[str, ...]
    activity_score: float | None


@dataclass(frozen=True, slots=True)
class DrugCard:
    """One drug that the patient takes, with its advice or the reason why there is none."""

    name: str
    given: str
    actions: tuple[Action, ...]
    consequence: str
    advice: tuple[Recommendation, ...]
    why_silent: str | None = None

    @property
    def disagree(self) -> bool:
        """Whether no action is common to all of the advice."""
        return len(self.advice) > 1 and not set.intersection(*(set(item.actions) for item in self.advice))

    @property
    def needs_action(self) -> bool:
        """Whether anything but standard use is advised."""
        return any(action not in (Action.STANDARD, Action.NO_RECOMMENDATION) for action in self.actions)


@dataclass(frozen=True, slots=True)
class AdviceGroup:
    """Advice on drugs that the patient does not take, of one urgency."""

    action: Action
    advice: tuple[Recommendation, ...]


def drug_cards(case: PatientCase, advice: DrugAdvice) -> tuple[DrugCard, ...]:
    """One card for each listed medication, gravest consequence first; drugs without advice after those to act on."""
    listed = [item for item in advice.recommendations if item.on_medication_list]
    cards = [_card(medication, listed, advice.unanswered) for medication in case.medications]
    known = {medication.drug for medication in case.medications}
    others = {item.drug.reference: item.drug.name for item in listed if item.drug.reference not in known}
    cards += [_answered(name, name, [i for i in listed if i.drug.reference == drug]) for drug, name in others.items()]
    return tuple(sorted(cards, key=_urgency))


def other_advice(advice: DrugAdvice) -> tuple[AdviceGroup, ...]:
    """Advice on drugs that are not listed, gravest first, then by drug name."""
    rest = sorted(
        (item for item in advice.recommendations if not item.on_medication_list),
        key=lambda item: (item.drug.name.casefold(), item.source),
    )
    groups = ((action, tuple(item for item in rest if gravest(item.actions) == action)) for action in GRAVEST_FIRST)
    return tuple(AdviceGroup(action, items) for action, items in groups if items)


def gene_results(item: Recommendation, calls: Iterable[GeneCall]) -> tuple[GeneResult, ...]:
    """The gene results behind a recommendation, with the diplotypes that have the phenotype."""
    by_symbol = {symbol(call.gene): call for call in calls}
    return tuple(
        GeneResult(
            name,
            phenotype,
            tuple(d.name for d in by_symbol[name].diplotypes if d.phenotype == phenotype) if name in by_symbol else (),
            item.activity_scores.get(name),
        )
        for name, phenotype in item.phenotypes.items()
    )


def sorted_calls(advice: DrugAdvice) -> tuple[GeneCall, ...]:
    """Gene results: called, then ambiguous, then not called; by symbol."""
    order = list(CallStatus)
    return tuple(sorted(advice.genes, key=lambda call: (order.index(call.status), symbol(call.gene))))


def gravest(actions: Iterable[Action]) -> Action:
    """The most urgent of several actions; :attr:`Action.OTHER` where a recommendation names none."""
    return min(actions, key=GRAVEST_FIRST.index, default=Action.OTHER)


def sorted_actions(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Distinct actions, gravest first; what changes nothing is left out beside what does."""
    distinct = sorted(set(actions), key=GRAVEST_FIRST.index)
    urgent = [action for action in distinct if action not in (Action.STANDARD, Action.NO_RECOMMENDATION)]
    return tuple(urgent or distinct[:1])


def consequence(drug: str, actions: tuple[Action, ...]) -> str:
    """What the actions mean for the drug, in plain words.

    >>> consequence("clopidogrel", (Action.AVOID, Action.ALTERNATIVE))
    'Avoid clopidogrel. Another drug is advised.'
    """
    sentences = [_SENTENCES[action].format(drug=drug) for action in actions]
    if actions[:2] == (Action.AVOID, Action.ALTERNATIVE):
        sentences[1] = _AFTER_AVOID
    return " ".join(sentences)


def link(reference: Reference) -> str | None:
    """Address of the entity's public page, ``None`` where the report offers none."""
    return reference.iri if reference.prefix in _LINKED else None


def safe_url(url: str | None) -> str | None:
    """A web address as it is, anything else (``javascript:`` and the like) as ``None``."""
    return url if url is not None and url.startswith(("https://", "http://")) else None


def chain(path: Path) -> str:
    """The entities along a path."""
    return " → ".join(entity.name for entity in path.entities)


def age_in_words(age: str) -> str:
    """An ISO 8601 duration in words; any other text as it is.

    >>> age_in_words("P1Y6M")
    '1 year 6 months'
    """
    match = _DURATION.fullmatch(age)
    parts = [(int(match[unit]), unit) for unit in ("year", "month", "week", "day") if match[unit]] if match else []
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts) or age


def shown_qualifiers(association: Association) -> tuple[str, ...]:
    """Short qualifiers of a statement; the guideline's text and address stand in the report already."""
    return tuple(f"{name.replace('_', ' ')} {value}" for name, value in association.qualifiers if name in _SHORT)


def grade(level: Level) -> str:
    """A source's own grade with the name of its scale, spelt out where it is a code."""
    scheme = _SCHEMES.get(type(level).__name__)
    return f"{scheme} {level}" if scheme else f"{level}: {level.name.replace('_', ' ').lower()}"


def _card(medication: Medication, listed: list[Recommendation], unanswered: Iterable[UnansweredDrug]) -> DrugCard:
    found = [item for item in listed if item.drug.reference == medication.drug]
    if medication.drug is not None and found:
        return _answered(medication.name, medication.given, found)
    silent = next((item for item in unanswered if item.drug.reference == medication.drug), None)
    reason = _why_silent(medication, silent)
    text = f"No pharmacogenomic advice on {medication.name}."
    return DrugCard(medication.name, medication.given, (Action.NO_RECOMMENDATION,), text, (), reason)


def _answered(name: str, given: str, found: list[Recommendation]) -> DrugCard:
    actions = sorted_actions(action for item in found for action in item.actions or (Action.OTHER,))
    return DrugCard(name, given, actions, consequence(name, actions), tuple(found))


def _why_silent(medication: Medication, silent: UnansweredDrug | None) -> str:
    if medication.drug is None:
        return "This name is not recognised as a drug of the data release. Check the spelling or give an RxNorm id."
    if silent is None or silent.reason is Silence.NO_GUIDELINE:
        return "The data release holds no recommendation on this drug for the gene results that are known."
    genes = ", ".join(symbol(gene) for gene in silent.genes) or "the genes of its guideline"
    if silent.reason is Silence.GENE_NOT_CALLED:
        return f"A guideline exists, but {genes} has no result in this case. See the gene results."
    return f"A guideline exists, but none of its recommendations covers this result of {genes}."


def _urgency(card: DrugCard) -> int:
    """Advice by gravity; a drug without an answer stands before one in standard use, for it needs a look."""
    if card.why_silent is not None:
        return 2 * GRAVEST_FIRST.index(Action.STANDARD) - 1
    return 2 * GRAVEST_FIRST.index(card.actions[0])
