"""Where bodies that recommend do not agree on a drug; nobody is preferred."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Final

from queries.candidate import Action
from queries.medication import Disagreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Entity
    from queries.candidate import Recommendation

_ANOTHER_DRUG: Final = frozenset({Action.AVOID, Action.ALTERNATIVE})
"""To avoid a drug and to choose another one are one request in two wordings."""
URGENT: Final = _ANOTHER_DRUG | {Action.ADJUST_DOSE}
"""What has to be settled before the drug is handed out."""


def find_disagreements(recommendations: Iterable[Recommendation]) -> tuple[Disagreement, ...]:
    """Pairs of bodies of which one asks for another drug or dose and the other for the standard, or they ask for different ones.

    Only what they say of the same gene results is compared. A body that is silent, or that reports an effect and asks
    for nothing, contradicts nobody.
    """
    by_drug: dict[Entity, dict[str, list[Recommendation]]] = defaultdict(lambda: defaultdict(list))
    for one in recommendations:
        by_drug[one.drug][one.source].append(one)
    found = []
    for drug, by_body in by_drug.items():
        for first, second in combinations(sorted(by_body), 2):
            disagreement = _compare(drug, by_body[first], by_body[second])
            if disagreement is not None:
                found.append(disagreement)
    return tuple(found)


def _compare(drug: Entity, first: Sequence[Recommendation], second: Sequence[Recommendation]) -> Disagreement | None:
    mine = [one for one in first if any(_has_same_results(one, other) for other in second)]
    theirs = [one for one in second if any(_has_same_results(one, other) for other in first)]
    bodies, asked = (first[0].source, second[0].source), (_actions(mine), _actions(theirs))
    difference = _difference(bodies, asked)
    if difference is None:
        return None
    paths = tuple(path for one in (*mine, *theirs) for path in one.paths)
    return Disagreement(drug, bodies, asked, difference, paths)


def _has_same_results(one: Recommendation, other: Recommendation) -> bool:
    """Whether two recommendations share a gene, and no shared gene has two phenotypes.

    A diplotype or the result of an allele test stands beside a phenotype: both are results of one patient.
    """
    shared = one.phenotypes.keys() & other.phenotypes.keys()
    return bool(shared) and all(
        one.phenotypes[symbol] == other.phenotypes[symbol] or "/" in one.phenotypes[symbol] + other.phenotypes[symbol]
        for symbol in shared
    )


def _actions(recommendations: Sequence[Recommendation]) -> tuple[Action, ...]:
    asked = {action for one in recommendations for action in one.actions}
    return tuple(action for action in Action if action in asked)


def _difference(bodies: tuple[str, str], asked: tuple[tuple[Action, ...], tuple[Action, ...]]) -> str | None:
    kinds = tuple(_kinds(actions) for actions in asked)
    words = [" and ".join(action.replace("_", " ") for action in actions if action in URGENT) for actions in asked]
    if kinds[0] and kinds[1]:
        if kinds[0] & kinds[1]:
            return None
        return f"{bodies[0]} asks for: {words[0]}; {bodies[1]} asks for: {words[1]}"
    for number, other in ((0, 1), (1, 0)):
        if kinds[number] and Action.STANDARD in asked[other]:
            return f"{bodies[number]} asks for: {words[number]}; {bodies[other]} for the standard treatment"
    return None


def _kinds(actions: Sequence[Action]) -> frozenset[str]:
    """The requests among actions, to avoid a drug and to take another one being the same."""
    return frozenset("drug" if one in _ANOTHER_DRUG else "dose" for one in actions if one in URGENT)
