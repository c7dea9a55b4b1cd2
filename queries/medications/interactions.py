"""Interactions between listed drugs, as each source states them.

A statement on a class (the French thesaurus has many) holds for its members: the path then leads over ``member_of``.
Nothing is inferred from silence: a pair that no source of the release names may interact all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.levels import AnsmSeverity, DdinterSeverity
from kg.paths import make_path
from kg.rdf import OBJECT, SUBJECT
from kg.sources import ansm
from ontology.reference import Reference
from ontology.vocabulary import Qualifier
from queries.medication import Concern, Interaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.levels import Level
    from kg.model import Association, Entity, Evidence
    from kg.store import Graph

_INTERACTS: Final = "interacts_with"
_SAME: Final = ("exact_match", "close_match")
_SUBSTANCES: Final = frozenset({"RXNORM", "DRUGBANK", "CHEMBL", "ClinPGx"})
"""Vocabularies whose entries are substances; an ATC code may stand for a mixture or for one of several uses."""
_CONCERNS: Final[dict[Level, Concern]] = {
    AnsmSeverity.CONTRAINDICATED: Concern.CONTRAINDICATED,
    AnsmSeverity.NOT_RECOMMENDED: Concern.AVOID,
    AnsmSeverity.PRECAUTION: Concern.CAUTION,
    AnsmSeverity.TO_CONSIDER: Concern.CONSIDER,
    DdinterSeverity.MAJOR: Concern.AVOID,
    DdinterSeverity.MODERATE: Concern.CAUTION,
    DdinterSeverity.MINOR: Concern.CONSIDER,
    DdinterSeverity.UNKNOWN: Concern.UNGRADED,
}
"""Levels of the thesaurus mean what their names say (https://ansm.sante.fr, introduction of the thesaurus). DDInter's
Major is life-threatening or needs intervention, Moderate may need a change of therapy, Minor has limited effects
(doi:10.1093/nar/gkab880): none of them is a contraindication."""
_GRAVITY: Final = {concern: place for place, concern in enumerate(Concern)}
_FRENCH: Final = frozenset({ansm.SOURCE.id})
_BY_CLASS: Final = frozenset({ansm.SOURCE.id})
"""Sources that state interactions of their own classes; the classes of others serve other ends."""


@dataclass(frozen=True, slots=True)
class _Term:
    """What a drug is called in an interaction: itself, another identifier of it, or a class; ``way`` leads there."""

    reference: Reference
    way: tuple[Association, ...] = ()
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class _Statement:
    """One source's words on a pair of drugs, the terms that it uses, and how specific they are."""

    association: Association
    evidence: Evidence
    ends: tuple[_Term, _Term]

    @property
    def classes(self) -> int:
        """0 where both drugs are named, 2 where both stand for their classes."""
        return sum(end.is_class for end in self.ends)

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """Gravest first, then the most specific; the rest makes the order total."""
        steps = sum(len(end.way) for end in self.ends)
        return _GRAVITY[_concern(self.evidence)], self.classes, steps, self.evidence.source, self.association.key


def find_interactions(graph: Graph, drugs: Sequence[Entity]) -> tuple[Interaction, ...]:
    """Every statement on two different listed drugs, gravest first, the most specific first among equals.

    Where a source states the same level and words for the drugs and for their classes, the most specific stands alone.
    A source that gives one pair several levels has an item for each, its ``management`` saying when it holds. The order
    of ``drugs`` changes nothing.
    """
    listed = sorted({drug.reference: drug for drug in drugs}.values(), key=lambda drug: drug.reference)
    terms = {drug.reference: _terms(graph, drug.reference) for drug in listed}
    found = [
        (statement, (first, second))
        for first, second in combinations(listed, 2)
        for statement in _statements(graph, terms[first.reference], terms[second.reference])
    ]
    found.sort(key=lambda item: (item[0].rank, item[1][0].reference, item[1][1].reference))
    return tuple(_interaction(graph, statement, pair) for statement, pair in found)


def is_listed_anywhere(graph: Graph, drug: Reference) -> bool:
    """Whether some source states an interaction of the drug or of a class of it; of others its silence says nothing."""
    return any(_partners(graph, term.reference) for term in _terms(graph, drug))


def identities(graph: Graph, drug: Reference) -> dict[Reference, tuple[Association, ...]]:
    """The drug and its identifiers in other vocabularies of substances, each with the mapping that leads there."""
    found: dict[Reference, tuple[Association, ...]] = {drug: ()}
    for mapping in (one for predicate in _SAME for one in _touching(graph, drug, predicate)):
        other = mapping.object if mapping.subject == drug else mapping.subject
        if other.prefix in _SUBSTANCES:
            found.setdefault(other, (mapping,))
    return found


@lru_cache(maxsize=4_096)  # each alternative is held against each listed drug
def _terms(graph: Graph, drug: Reference) -> tuple[_Term, ...]:
    """The drug, its other identifiers, and the classes that any of these is a member of."""
    own = [_Term(reference, way) for reference, way in identities(graph, drug).items()]
    classes: dict[Reference, _Term] = {}
    for term in own:
        for member in graph.associations(term.reference, "member_of"):
            if not _BY_CLASS.intersection(evidence.source for evidence in member.evidence):
                continue
            classes.setdefault(member.object, _Term(member.object, (*term.way, member), is_class=True))
    return (*own, *classes.values())


def _statements(graph: Graph, first: Sequence[_Term], second: Sequence[_Term]) -> Iterator[_Statement]:
    """Each source's statements, without those that repeat a more specific one."""
    if _drugs(first) & _drugs(second):
        return  # two names of one drug
    found = [
        _Statement(association, evidence, (one, other))
        for one in first
        for other in second
        if one.reference != other.reference and other.reference in _partners(graph, one.reference)
        for association in _between(graph, one.reference, other.reference)
        for evidence in _of_each_source(association)
    ]
    said = set()
    for statement in sorted(found, key=lambda statement: (statement.classes, statement.rank)):
        words = (statement.evidence.source, statement.evidence.level, *_texts(statement.association))
        if words not in said:
            said.add(words)
            yield statement


@lru_cache(maxsize=4_096)
def _partners(graph: Graph, term: Reference) -> frozenset[Reference]:
    """What some source states an interaction of a drug or class with, read without who states it."""
    found = set()
    for here, there in ((SUBJECT, OBJECT), (OBJECT, SUBJECT)):
        own, other = NamedNode(here + _INTERACTS), NamedNode(there + _INTERACTS)
        for quad in graph.store.quads_for_pattern(None, own, NamedNode(term.iri), None):
            ends = graph.store.quads_for_pattern(quad.subject, other, None, None)
            found |= {Reference.from_iri(end.object.value) for end in ends if isinstance(end.object, NamedNode)}
    return frozenset(found)


def _drugs(terms: Sequence[_Term]) -> set[Reference]:
    return {term.reference for term in terms if not term.is_class}


def _of_each_source(association: Association) -> list[Evidence]:
    """One record for each source and level: the thesaurus prints a pair under either name."""
    return list({(one.source, one.level): one for one in reversed(association.evidence)}.values())


def _between(graph: Graph, one: Reference, other: Reference) -> list[Association]:
    return [*graph.associations(one, _INTERACTS, other), *graph.associations(other, _INTERACTS, one)]


def _touching(graph: Graph, drug: Reference, predicate: str) -> list[Association]:
    return [*graph.associations(drug, predicate), *graph.associations(object=drug, predicate=predicate)]


def _concern(evidence: Evidence) -> Concern:
    return _CONCERNS.get(evidence.level, Concern.UNGRADED) if evidence.level is not None else Concern.UNGRADED


def _texts(association: Association) -> tuple[str | None, str | None]:
    mechanism, management = (association.qualifier(name) for name in (Qualifier.MECHANISM, Qualifier.MANAGEMENT))
    return (str(mechanism) if mechanism else None, str(management) if management else None)


def _interaction(graph: Graph, statement: _Statement, pair: tuple[Entity, Entity]) -> Interaction:
    mechanism, management = _texts(statement.association)
    one, other = statement.ends
    hops = (*one.way, statement.association, *reversed(other.way))
    return Interaction(
        drugs=pair,
        source=statement.evidence.source,
        concern=_concern(statement.evidence),
        severity=str(statement.evidence.level) if statement.evidence.level else None,
        mechanism=mechanism,
        management=management,
        language="fr" if statement.evidence.source in _FRENCH else "en",
        paths=(make_path(graph, pair[0].reference, hops),),
    )
