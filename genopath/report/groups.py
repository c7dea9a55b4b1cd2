"""What the report shows beside the current medications, grouped for reading: genes, other drugs, interactions, complaints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genopath.report.view import GRAVEST_FIRST, concern_order, gravest
from queries.candidate import Action
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Container

    from ontology.reference import Reference
    from queries.candidate import DrugAdvice, GeneCall, Recommendation
    from queries.case import Feature, PatientCase
    from queries.medication import ComplaintCause, Concern, Disagreement, Interaction


@dataclass(frozen=True, slots=True)
class AdviceGroup:
    """Advice on drugs that the patient does not take, of one urgency."""

    action: Action
    advice: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class ActionableGene:
    """A gene whose result asks for something with drugs that the patient does not take; gravest action first."""

    call: GeneCall
    drugs: tuple[tuple[Action, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class InteractingPair:
    """Two listed drugs and what every source says of them, gravest first."""

    names: tuple[str, str]
    items: tuple[Interaction, ...]

    @property
    def concern(self) -> Concern:
        """The gravest concern of any source."""
        return self.items[0].concern


@dataclass(frozen=True, slots=True)
class ComplaintGroup:
    """A complaint and what may cause it; what this case's own results support comes first."""

    complaint: Feature
    causes: tuple[ComplaintCause, ...]


def other_advice(advice: DrugAdvice) -> tuple[AdviceGroup, ...]:
    """Advice on drugs that are not listed, gravest first, then by drug name."""
    rest = sorted(
        (item for item in advice.recommendations if not item.on_medication_list),
        key=lambda item: (item.drug.name.casefold(), item.source),
    )
    groups = ((action, tuple(item for item in rest if gravest(item.actions) == action)) for action in GRAVEST_FIRST)
    return tuple(AdviceGroup(action, items) for action, items in groups if items)


def other_disagreements(advice: DrugAdvice, shown: Container[Reference | None]) -> tuple[Disagreement, ...]:
    """Disagreements on drugs that have no card of their own (``shown`` are those that have)."""
    return tuple(item for item in advice.disagreements if item.drug.reference not in shown)


def actionable_genes(advice: DrugAdvice) -> tuple[ActionableGene, ...]:
    """Genes that ask for something with drugs that are not listed, and that no advice on a listed drug rests on."""
    shown = {name for item in advice.recommendations if item.on_medication_list for name in item.phenotypes}
    found = (ActionableGene(call, _asked(advice, gene_symbol(call.gene))) for call in advice.genes)
    return tuple(gene for gene in found if gene.drugs and gene_symbol(gene.call.gene) not in shown)


def interacting_pairs(advice: DrugAdvice) -> tuple[InteractingPair, ...]:
    """Interactions by pair of drugs, the gravest pair first."""
    pairs: dict[frozenset[str], list[Interaction]] = {}
    for item in sorted(advice.interactions, key=concern_order):
        pairs.setdefault(frozenset(drug.reference.curie for drug in item.drugs), []).append(item)
    return tuple(
        InteractingPair((items[0].drugs[0].name, items[0].drugs[1].name), tuple(items)) for items in pairs.values()
    )


def complaint_groups(case: PatientCase, advice: DrugAdvice) -> tuple[ComplaintGroup, ...]:
    """Every complaint of the case, also one without a known cause."""
    complaints = dict.fromkeys((*case.complaints, *(item.complaint for item in advice.complaints)))
    return tuple(
        ComplaintGroup(
            complaint,
            tuple(
                sorted(
                    (item for item in advice.complaints if item.complaint == complaint), key=lambda i: not i.supported
                )
            ),
        )
        for complaint in complaints
    )


def _asked(advice: DrugAdvice, name: str) -> tuple[tuple[Action, tuple[str, ...]], ...]:
    """Drugs by the gravest action that any body asks for."""
    by_drug: dict[str, list[Action]] = {}
    for item in advice.recommendations:
        if name in item.phenotypes and not item.on_medication_list:
            by_drug.setdefault(item.drug.name, []).append(gravest(item.actions))
    drugs = {drug: gravest(actions) for drug, actions in by_drug.items()}
    wanted = [action for action in GRAVEST_FIRST if action not in (Action.STANDARD, Action.NO_RECOMMENDATION)]
    groups = ((action, tuple(sorted(drug for drug, asked in drugs.items() if asked is action))) for action in wanted)
    return tuple((action, names) for action, names in groups if names)
