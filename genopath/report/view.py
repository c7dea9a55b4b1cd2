"""Words of the report, and the order of what it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ontology.vocabulary import Qualifier
from queries.candidate import Action, CallStatus
from queries.case import CallSource
from queries.medication import Concern, Mechanism, Outcome
from queries.pharmacogenomics.rules import OTHER_CONSIDERATIONS
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.levels import Level
    from kg.model import Association, Path
    from ontology.reference import Reference
    from queries.candidate import DrugAdvice, GeneCall
    from queries.medication import Interaction

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
OUTCOMES: Final = {
    Outcome.ADVICE: "Advice",
    Outcome.NO_RECOMMENDATION: "No recommendation",
    Outcome.GENE_NOT_CALLED: "Gene unknown",
    Outcome.NO_MATCH: "No matching advice",
    Outcome.TEXT_NOT_HELD: "Guideline elsewhere",
    Outcome.NO_GUIDELINE: "No guideline",
    Outcome.NOT_RECOGNISED: "Not recognised",
}
CONCERNS: Final = {
    Concern.CONTRAINDICATED: "Contraindicated",
    Concern.AVOID: "Avoid",
    Concern.CAUTION: "Caution",
    Concern.CONSIDER: "Consider",
    Concern.UNGRADED: "Not graded",
}
MECHANISMS: Final = {
    Mechanism.SIDE_EFFECT: "side effect of the drug",
    Mechanism.GENE: "gene result",
    Mechanism.INTERACTION: "interaction",
    Mechanism.PHENOCONVERSION: "enzyme changed by another drug",
}
_CONCERN_ORDER: Final = tuple(Concern)
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


def sorted_calls(advice: DrugAdvice) -> tuple[GeneCall, ...]:
    """Gene results: called, then ambiguous, then not called; by symbol."""
    order = list(CallStatus)
    return tuple(sorted(advice.genes, key=lambda call: (order.index(call.status), gene_symbol(call.gene))))


def concern_order(item: Interaction) -> int:
    """Place of an interaction by its gravity, the gravest first."""
    return _CONCERN_ORDER.index(item.concern)


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


def split_considerations(text: str) -> tuple[str, str]:
    """The advice itself, and what CPIC adds under *Other considerations* (empty where it adds nothing)."""
    advice, _, considerations = text.partition(f"\n{OTHER_CONSIDERATIONS}")
    return advice, considerations.strip()


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
