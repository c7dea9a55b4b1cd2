"""One card for each current medication: what is advised, what disturbs it, and what else there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genopath.report.view import GRAVEST_FIRST, concern_order, consequence, sorted_actions
from queries.candidate import Action
from queries.medication import Concern, Outcome
from queries.pharmacogenomics.rules import BODIES
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity
    from ontology.reference import Reference
    from queries.candidate import DrugAdvice, GeneCall, Recommendation
    from queries.case import PatientCase
    from queries.medication import Alternative, Disagreement, Dose, Interaction, MedicationLine, Phenoconversion


@dataclass(frozen=True, slots=True)
class GeneResult:
    """A gene result on which advice rests, in one line."""

    symbol: str
    phenotype: str
    diplotypes: tuple[str, ...]
    activity_score: float | None


@dataclass(frozen=True, slots=True)
class BodyAdvice:
    """What one body advises on a drug; several recommendations differ by population or gene."""

    source: str
    advice: tuple[Recommendation, ...]

    @property
    def has_one_result(self) -> bool:
        """Whether several recommendations rest on the same gene results with the same implications."""
        first = self.advice[0]
        return len(self.advice) > 1 and all(
            (item.phenotypes, item.activity_scores, item.implications)
            == (first.phenotypes, first.activity_scores, first.implications)
            for item in self.advice
        )


@dataclass(frozen=True, slots=True)
class DrugCard:
    """One drug that the patient takes, with its advice or the reason why there is none."""

    name: str
    given: str
    drug: Reference | None
    outcome: Outcome
    actions: tuple[Action, ...]
    consequence: str
    advice: tuple[Recommendation, ...] = ()
    line: MedicationLine | None = None
    disagreements: tuple[Disagreement, ...] = ()
    conversions: tuple[Phenoconversion, ...] = ()
    """Of the genes that its advice rests on or would need, and those that the drug itself causes."""
    doses: tuple[Dose, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """Those that nothing speaks against first."""

    @property
    def verdict(self) -> Action:
        """The gravest action; what stands in the card's first place."""
        return self.actions[0]

    @property
    def is_silent(self) -> bool:
        """Whether there is no advice."""
        return not self.advice

    @property
    def bodies(self) -> tuple[BodyAdvice, ...]:
        """The advice by body, in the order of :data:`~queries.pharmacogenomics.rules.BODIES`."""
        names = sorted({item.source for item in self.advice}, key=_body_order)
        return tuple(BodyAdvice(name, tuple(item for item in self.advice if item.source == name)) for name in names)

    @property
    def needs_action(self) -> bool:
        """Whether anything but standard use is advised."""
        return any(action not in (Action.STANDARD, Action.NO_RECOMMENDATION) for action in self.actions)

    @property
    def concern(self) -> Concern | None:
        """The gravest concern of an interaction with another listed drug, where a source grades one."""
        graded = [item.concern for item in self.interactions if item.concern is not Concern.UNGRADED]
        return graded[0] if graded else None

    @property
    def untouched(self) -> int:
        """How many alternatives nothing speaks against."""
        return sum(item.untouched for item in self.alternatives)


def drug_cards(case: PatientCase, advice: DrugAdvice) -> tuple[DrugCard, ...]:
    """One card for each listed medication, gravest consequence first; drugs without advice after those to act on.

    A drug that is not on the list has a card where an answer treats it as listed, so that nothing is lost.
    """
    lines = {(line.given, None if line.drug is None else line.drug.reference): line for line in advice.medications}
    cards = [
        _card(advice, item.name, item.given, item.drug, lines.get((item.given, item.drug))) for item in case.medications
    ]
    known = {item.drug for item in case.medications}
    cards += [
        _card(advice, drug.name, drug.name, drug.reference, None)
        for drug in _treated_as_listed(advice)
        if drug.reference not in known
    ]
    return tuple(sorted(cards, key=_urgency))


def gene_results(item: Recommendation, calls: Iterable[GeneCall]) -> tuple[GeneResult, ...]:
    """The gene results behind a recommendation, with the diplotypes that have the phenotype."""
    by_symbol = {gene_symbol(call.gene): call for call in calls}
    return tuple(
        GeneResult(
            name,
            phenotype,
            tuple(d.name for d in by_symbol[name].diplotypes if d.phenotype == phenotype) if name in by_symbol else (),
            item.activity_scores.get(name),
        )
        for name, phenotype in item.phenotypes.items()
    )


def why_silent(card: DrugCard) -> str:
    """Why there is no advice on a drug, in a sentence; the words of the answer itself where it has some."""
    if card.line is not None and card.line.message:
        return card.line.message
    genes = ", ".join(gene_symbol(gene) for gene in card.line.genes) if card.line is not None else ""
    return _REASONS[card.outcome].format(genes=genes or "a gene that it needs")


_NO_ADVICE: Final = "No pharmacogenomic advice on {drug}."
_REASONS: Final = {
    Outcome.ADVICE: "See the advice on other drugs.",
    Outcome.NO_RECOMMENDATION: "A guideline covers the result of {genes} and makes no recommendation.",
    Outcome.GENE_NOT_CALLED: "A recommendation exists, but {genes} has no result in this case. A test would matter.",
    Outcome.NO_MATCH: "A guideline exists, but none of its recommendations covers this result of {genes}.",
    Outcome.TEXT_NOT_HELD: "A guideline on this drug exists, but the data release does not hold its recommendations.",
    Outcome.NO_GUIDELINE: "The data release holds no guideline on this drug.",
    Outcome.NOT_RECOGNISED: "This name is not recognised as a drug of the data release. "
    "Check the spelling or give an RxNorm id.",
}


def _card(advice: DrugAdvice, name: str, given: str, drug: Reference | None, line: MedicationLine | None) -> DrugCard:
    found = tuple(item for item in advice.recommendations if item.on_medication_list and item.drug.reference == drug)
    actions = sorted_actions(action for item in found for action in item.actions or (Action.OTHER,))
    outcome = Outcome.NOT_RECOGNISED if drug is None else line.outcome if line is not None else Outcome.NO_GUIDELINE
    symbols = {name for item in found for name in item.phenotypes}
    symbols |= {gene_symbol(gene) for gene in (line.genes if line is not None else ())}
    return DrugCard(
        name=name,
        given=given,
        drug=drug,
        outcome=Outcome.ADVICE if found else outcome,
        actions=actions or (Action.NO_RECOMMENDATION,),
        consequence=consequence(name, actions) if found else _NO_ADVICE.format(drug=name),
        advice=found,
        line=line,
        disagreements=tuple(item for item in advice.disagreements if item.drug.reference == drug),
        conversions=tuple(item for item in advice.phenoconversions if _concerns(item, drug, symbols)),
        doses=tuple(item for item in advice.dosing if item.drug.reference == drug),
        interactions=tuple(sorted((i for i in advice.interactions if _touches(i, drug)), key=concern_order)),
        alternatives=tuple(one for one in advice.alternatives if one.instead_of.reference == drug),
    )


def _touches(item: Interaction, drug: Reference | None) -> bool:
    return drug in {one.reference for one in item.drugs}


def _concerns(item: Phenoconversion, drug: Reference | None, symbols: set[str]) -> bool:
    return gene_symbol(item.gene) in symbols or drug in {modulator.drug.reference for modulator in item.modulators}


def _treated_as_listed(advice: DrugAdvice) -> Iterable[Entity]:
    drugs = [item.drug for item in advice.recommendations if item.on_medication_list]
    drugs += [item.instead_of for item in advice.alternatives]
    drugs += [item.drug for item in advice.dosing]
    return {drug.reference: drug for drug in drugs}.values()


def _body_order(name: str) -> tuple[int, str]:
    return (BODIES.index(name) if name in BODIES else len(BODIES)), name


def _urgency(card: DrugCard) -> int:
    """Advice by gravity; a drug without an answer stands before one in standard use, for it needs a look."""
    if card.is_silent:
        return 2 * GRAVEST_FIRST.index(Action.STANDARD) - 1
    return 2 * GRAVEST_FIRST.index(card.verdict)
