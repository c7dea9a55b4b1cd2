"""Drugs of the same class or for the same condition as a drug.

A class is an established pharmacologic class of the FDA (``EPC``, as DrugCentral assigns it) or a chemical subgroup of
the ATC, whose substances are numbered 01 to 99 below the five characters of the subgroup
(https://atcddd.fhi.no/atc/structure_and_principles/). Classes that only serve a list of interactions do not count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.paths import make_path
from ontology.reference import Reference
from ontology.vocabulary import Category, Qualifier
from queries.medication import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Association, Path
    from kg.store import Graph

ESTABLISHED: Final = "EPC"
USES: Final = ("treats", "applied_to_treat")
RELIEVES: Final = "ameliorates_condition"
_FEWEST: Final = 2
"""Conditions that two drugs share, where none is stated: one alone is often a rare use of either."""
_ATC: Final = "ATC"
_SUBGROUP: Final = 5
"""Characters of an ATC code that name its chemical subgroup (level 4)."""
_SUBSTANCES: Final = range(1, 100)
"""Two digits number the substances of a subgroup."""
_MAPPINGS: Final = ("exact_match", "close_match")
_DRUGS: Final = frozenset({Category.DRUG, Category.CHEMICAL_ENTITY})
_CONDITIONS: Final = frozenset({Category.DISEASE, Category.PHENOTYPIC_FEATURE})


@dataclass(frozen=True, slots=True)
class Shared:
    """One class or condition that two drugs share, and the paths that show it."""

    basis: Basis
    thing: Reference
    paths: tuple[Path, ...]


def find_related(graph: Graph, drug: Reference, indication: str | None) -> dict[Reference, tuple[Shared, ...]]:
    """Other drugs with all that they share with ``drug``, established classes first, then ATC, then conditions.

    A stated ``indication`` that is the name or CURIE of a condition which ``drug`` is used for takes the place of the others.
    """
    found: dict[Reference, list[Shared]] = defaultdict(list)
    for other, shared in (
        *_of_established_class(graph, drug),
        *_of_atc_subgroup(graph, drug),
        *_for_condition(graph, drug, indication),
    ):
        entity = graph.entity(other)
        if other != drug and entity is not None and entity.category in _DRUGS and shared not in found[other]:
            found[other].append(shared)
    return {other: tuple(shared) for other, shared in sorted(found.items())}


def find_conditions(graph: Graph, text: str) -> list[Reference]:
    """Diseases and phenotypic features of this CURIE, name or synonym; one condition has an entry in each vocabulary."""
    reference = Reference.find(text)
    named = [entity for entity in [graph.entity(reference)] if entity] if reference else graph.find_by_name(text)
    return [entity.reference for entity in named if entity.category in _CONDITIONS]


def treated_by(graph: Graph, drug: Reference) -> list[Association]:
    """What the drug is used for or relieves, as each source states it."""
    return [stated for predicate in (*USES, RELIEVES) for stated in graph.associations(drug, predicate)]


def _of_established_class(graph: Graph, drug: Reference) -> Iterator[tuple[Reference, Shared]]:
    for own in graph.associations(drug, "member_of"):
        if own.qualifier(Qualifier.CLASS_TYPE) == ESTABLISHED:
            for theirs in graph.associations(object=own.object, predicate="member_of"):
                if theirs.qualifier(Qualifier.CLASS_TYPE) == ESTABLISHED:
                    path = make_path(graph, drug, [own, theirs])
                    yield theirs.subject, Shared(Basis.CLASS, own.object, (path,))


def _of_atc_subgroup(graph: Graph, drug: Reference) -> Iterator[tuple[Reference, Shared]]:
    for own in (mapping for predicate in _MAPPINGS for mapping in graph.associations(drug, predicate)):
        if own.object.prefix != _ATC or len(own.object.identifier) <= _SUBGROUP:
            continue
        subgroup = Reference(_ATC, own.object.identifier[:_SUBGROUP])
        for number in _SUBSTANCES:
            code = Reference(_ATC, f"{subgroup.identifier}{number:02}")
            for theirs in (m for predicate in _MAPPINGS for m in graph.associations(object=code, predicate=predicate)):
                if theirs.subject != drug:
                    yield theirs.subject, Shared(Basis.CLASS, subgroup, _by_codes(graph, own, theirs, subgroup))


def _by_codes(graph: Graph, own: Association, theirs: Association, subgroup: Reference) -> tuple[Path, ...]:
    """One path over the subgroup where the release holds the classification, else each drug's way to its code."""
    up = graph.associations(own.object, "subclass_of", subgroup)
    down = graph.associations(theirs.object, "subclass_of", subgroup)
    if up and down:
        return (make_path(graph, own.subject, [own, up[0], down[0], theirs]),)
    return make_path(graph, own.subject, [own]), make_path(graph, theirs.subject, [theirs])


def _for_condition(graph: Graph, drug: Reference, indication: str | None) -> Iterator[tuple[Reference, Shared]]:
    """Of a stated indication all drugs, what else they share with the drug after it; else those that share enough."""
    own = {use.object: use for predicate in reversed(USES) for use in reversed(graph.associations(drug, predicate))}
    stated = [condition for condition in find_conditions(graph, indication) if condition in own] if indication else []
    asked = list(_users(graph, drug, {condition: own[condition] for condition in stated}))
    other = list(_users(graph, drug, {condition: own[condition] for condition in sorted(own)}))
    if asked:
        users = {user for user, _ in asked}
        yield from asked
        yield from ((user, shared) for user, shared in other if user in users)
        return
    count = Counter(user for user, _ in {(user, shared.thing) for user, shared in other})
    yield from ((user, shared) for user, shared in other if count[user] >= min(_FEWEST, len(own)))


def _users(
    graph: Graph, drug: Reference, conditions: dict[Reference, Association]
) -> Iterator[tuple[Reference, Shared]]:
    """Other drugs that are used for the conditions, each with the statement on the drug itself."""
    for condition, own in conditions.items():
        for predicate in USES:
            for theirs in graph.associations(object=condition, predicate=predicate):
                if theirs.subject != drug:
                    path = make_path(graph, drug, [own, theirs])
                    yield theirs.subject, Shared(Basis.INDICATION, condition, (path,))
