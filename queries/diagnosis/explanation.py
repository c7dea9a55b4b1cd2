"""Why a disease is a candidate: the patient's features one by one, and paths of asserted hops."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from pyoxigraph import NamedNode

from kg.frequency import parse_frequency
from kg.paths import describe, make_path
from kg.rdf import ASSOCIATION, OBJECT, SUBJECT
from ontology.vocabulary import Predicate, Qualifier
from queries.candidate import FeatureMatch, WeightedFeature
from queries.diagnosis.similarity import (
    CONTRADICTION,
    UNKNOWN_FREQUENCY,
    Match,
    Query,
    denied_term,
    find_match,
    frequency_in,
    known_frequency,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from kg.model import Association, Entity, Path
    from kg.profiles import DiseaseProfiles
    from kg.store import Graph
    from ontology.reference import Reference

TYPICAL: Final = 0.5
"""Frequency from which a feature of a disease is missed where the case does not mention it."""
MOST_MISSING: Final = 10
MOST_PATHS: Final = 5
COMMONPLACE: Final = log(10)
"""Information content in nats below which a common ancestor, had by more than a tenth of all diseases, is no match."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains one candidate of one case."""

    graph: Graph
    profiles: DiseaseProfiles
    query: Query
    disease: int
    terms: NDArray[np.int32]
    """Terms that the disease is annotated to, the most frequent first, of equals the most general. shape: (terms,)"""
    frequency: NDArray[np.float32]
    """Their frequencies; NaN unknown."""
    above: NDArray[np.int32]
    """Ancestors of all terms, end to end, and in ``owner`` the index of the term that each belongs to."""
    owner: NDArray[np.intp]

    @classmethod
    def of(cls, graph: Graph, profiles: DiseaseProfiles, query: Query, disease: int) -> Self:
        """The explainer of the disease at one position of the profiles."""
        terms, frequency = profiles.direct[disease]
        ancestors = profiles.hierarchy.ancestors
        depth = ancestors.start[terms + 1] - ancestors.start[terms]
        order = np.lexsort((terms, depth, -np.nan_to_num(frequency, nan=-1.0)))
        terms, frequency = terms[order], frequency[order]
        above = np.concatenate([np.empty(0, np.int32), *(ancestors[term] for term in terms)])
        return cls(
            graph, profiles, query, disease, terms, frequency, above, np.repeat(np.arange(len(terms)), depth[order])
        )

    def features(self) -> FeatureMatch:
        """The patient's terms against the disease.

        Weights of matched and unmatched features add up to the phenotype part of the score, those of contradicted ones
        to the parts excluded and denied. A missing feature weighs its information content times its frequency.
        """
        present = [(term, find_match(self.profiles, self.disease, term)) for term in self.query.present]
        return FeatureMatch(
            matched=_by_weight(self._present(term, m) for term, m in present if m and self._is_close(term, m)),
            unmatched=_by_weight(self._present(term, m) for term, m in present if not (m and self._is_close(term, m))),
            contradicted=_by_weight([*self._excluded(), *self._denied()])[::-1],
            missing=_by_weight(self._missing())[:MOST_MISSING],
        )

    def paths(self, matched: Iterable[WeightedFeature]) -> Iterator[Path]:
        """From each matched feature to the disease."""
        rows = _row_keys(self.graph, self.profiles.disease(self.disease))
        for feature in matched:
            term = self.profiles.find_term(feature.term.reference)
            match = None if term is None else find_match(self.profiles, self.disease, term)
            if term is not None and match is not None:
                hops = self._walk(term, match.common, rows)
                if hops:
                    yield make_path(self.graph, feature.term.reference, hops, feature.weight)

    def _is_close(self, term: int, match: Match) -> bool:
        """Whether the disease has the term, or a kind of which it is, or shares an ancestor that says something."""
        is_stated = match.common == term or match.common in self.terms
        return is_stated or match.information >= COMMONPLACE

    def _present(self, term: int, match: Match | None) -> WeightedFeature:
        if match is None:
            return WeightedFeature(self._entity(term), 0.0)
        weight = match.weight / len(self.query.present)
        return WeightedFeature(self._entity(term), weight, self._entity(self._annotated(match.common)), match.frequency)

    def _excluded(self) -> Iterator[WeightedFeature]:
        for term in self.query.excluded:
            frequency = frequency_in(self.profiles, self.disease, term)
            if frequency is not None:
                known = known_frequency(frequency)
                weight = -CONTRADICTION * (UNKNOWN_FREQUENCY if known is None else known)
                yield WeightedFeature(self._entity(term), weight, self._entity(self._annotated(term)), known)

    def _denied(self) -> Iterator[WeightedFeature]:
        for term in self.query.present:
            denied = denied_term(self.profiles, self.disease, term)
            if denied is not None:
                yield WeightedFeature(self._entity(term), -CONTRADICTION, self._entity(denied), 0.0)

    def _missing(self) -> Iterator[WeightedFeature]:
        ancestors = self.profiles.hierarchy.ancestors
        mentioned = {int(above) for term in self.query.present for above in ancestors[term]}
        for term, frequency in zip(self.terms.tolist(), self.frequency.tolist(), strict=True):
            is_excluded = any(above in self.query.excluded for above in ancestors[term].tolist())
            if frequency >= TYPICAL and term not in mentioned and not is_excluded:
                weight = float(self.profiles.information[term]) * frequency
                yield WeightedFeature(self._entity(term), weight, frequency=known_frequency(frequency))

    def _annotated(self, common: int) -> int:
        """The annotated term at or below ``common`` with the highest frequency, of equals the most general."""
        return int(self.terms[self.owner[self.above == common][0]])

    def _walk(self, term: int, common: int, rows: Mapping[str, Sequence[str]]) -> list[Association]:
        """Up from the patient's term to the common one, down to the annotated one, and to the disease.

        Empty where the store lacks one of the hops: the rest would prove nothing.
        """
        annotated, hierarchy = self._annotated(common), self.profiles.hierarchy
        up = self._is_a(hierarchy.walk_up(term, common))
        down = self._is_a(hierarchy.walk_up(annotated, common))
        row = self._best_row(rows.get(self.profiles.term(annotated).iri, ()))
        hops = [*up, *reversed(down), row]
        return [hop for hop in hops if hop is not None] if None not in hops else []

    def _is_a(self, walk: list[int]) -> list[Association | None]:
        terms = [self.profiles.term(position) for position in walk]
        predicate = Predicate.SUBCLASS_OF.local_name
        return [
            next(iter(self.graph.associations(child, predicate, parent)), None) for child, parent in pairwise(terms)
        ]

    def _best_row(self, keys: Iterable[str]) -> Association | None:
        """The row that states the highest frequency; a row that denies is none."""
        rows = filter(None, map(self.graph.association, keys))
        affirming = [row for row in rows if _stated_share(row) != 0]
        return max(affirming, key=lambda row: (_stated_share(row), row.key), default=None)

    def _entity(self, term: int) -> Entity:
        return describe(self.graph, self.profiles.term(term))


def _by_weight(features: Iterable[WeightedFeature]) -> tuple[WeightedFeature, ...]:
    return tuple(sorted(features, key=lambda feature: (-feature.weight, feature.term.reference)))


def _row_keys(graph: Graph, disease: Reference) -> dict[str, list[str]]:
    """Keys of a disease's annotations by the IRI of their term; the rows themselves would take longer to read."""
    name = Predicate.HAS_PHENOTYPE.local_name
    keys: dict[str, set[str]] = defaultdict(set)
    for about in graph.store.quads_for_pattern(None, NamedNode(SUBJECT + name), NamedNode(disease.iri), None):
        for quad in graph.store.quads_for_pattern(about.subject, NamedNode(OBJECT + name), None, None):
            if isinstance(about.subject, NamedNode) and isinstance(quad.object, NamedNode):
                keys[quad.object.value].add(about.subject.value.removeprefix(ASSOCIATION))
    return {term: sorted(each) for term, each in keys.items()}


def _stated_share(row: Association) -> float:
    """Frequency of one row, 0 to 1; -1 where it states none."""
    value = row.qualifier(Qualifier.FREQUENCY)
    stated = parse_frequency(None if value is None else str(value))
    if stated.examined:
        return stated.affected / stated.examined
    return -1.0 if np.isnan(stated.share) else stated.share
