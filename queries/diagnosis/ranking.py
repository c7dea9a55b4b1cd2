"""From the scores of all diseases to the ranked candidates of a case."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from kg.paths import describe, make_path
from kg.profiles import DiseaseProfiles
from ontology.errors import ReleaseError
from ontology.vocabulary import Predicate
from queries.candidate import Diagnoses, Diagnosis, FeatureMatch, VariantEvidence
from queries.case import Problem, Severity, Sex
from queries.diagnosis.causes import VariantFindings, VariantParts, find_causes
from queries.diagnosis.explanation import MOST_PATHS, Explainer
from queries.diagnosis.similarity import PhenotypeScores, Query, score_phenotypes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Association, Path
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.case import Feature, PatientCase
    from queries.diagnosis.causes import Support

_RECESSIVE: Final = frozenset({7, 34341})
"""Autosomal (HP:0000007) and pseudoautosomal (HP:0034341) recessive inheritance: both alleles are altered."""
_X_LINKED_RECESSIVE: Final = 1419
"""HP:0001419; one allele suffices in a male."""
_INHERITANCE_QUALIFIER: Final = 34335
"""HP:0034335: terms below it qualify an inheritance and are none."""


def diagnose(graph: Graph, case: PatientCase, *, top: int = 20) -> Diagnoses:
    """The ``top`` diagnoses for a case's features and variants, best first; equal scores in order of CURIEs.

    Only diseases with a score above 0 are candidates. An Orphanet disease that Mondo equates with an annotated OMIM
    disease is the same diagnosis under another name: the OMIM disease alone stands for both.

    Raises:
        ReleaseError: the release holds no disease profiles.
    """
    profiles = DiseaseProfiles.load(graph.release.tables_path)
    if not len(profiles.diseases):
        raise ReleaseError("this release holds no HPO disease annotations; build one with the source hpo")
    query, problems = _read_query(profiles, case)
    if not (query.present or case.variants):
        message = "no present phenotypic feature and no variant: there is nothing to rank diagnoses by"
        return Diagnoses((), (*problems, Problem(Severity.WARNING, "features", message)))
    ranking = _Ranking(graph, profiles, case, query, score_phenotypes(profiles, query), find_causes(graph, case))
    candidates = tuple(ranking.candidates(top))
    return Diagnoses(candidates, (*problems, *ranking.findings.problems, *ranking.problems))


@dataclass(slots=True)
class _Ranking:
    """All diseases with their scores; candidates are only explained once they are among the best."""

    graph: Graph
    profiles: DiseaseProfiles
    case: PatientCase
    query: Query
    scores: PhenotypeScores
    findings: VariantFindings
    problems: list[Problem] = field(default_factory=list)

    def candidates(self, top: int) -> Iterator[Diagnosis]:
        rank = 0
        for disease in self._ordered():
            if rank == top:
                return
            mappings = self._mondo(disease)
            if not self._has_omim_twin(disease, mappings):
                rank += 1
                yield self._explain(rank, disease, mappings)

    def _ordered(self) -> Iterator[Reference]:
        """Diseases with a score above 0, best first."""
        total = self.scores.total
        found = {disease: self.profiles.find_disease(disease) for disease in self.findings.diseases}
        for disease, position in found.items():
            if position is not None:
                total[position] += self._variant_parts(disease).total
        unprofiled = [disease for disease, position in found.items() if position is None]
        names = np.array([*self.profiles.diseases, *(disease.curie for disease in unprofiled)])
        values = np.append(total, [self._variant_parts(disease).total for disease in unprofiled])
        for place in np.lexsort((names, -values)):
            if values[place] <= 0:
                return
            inside = place < len(self.profiles.diseases)
            yield self.profiles.disease(place) if inside else unprofiled[place - len(self.profiles.diseases)]

    def _explain(self, rank: int, disease: Reference, mappings: Sequence[Association]) -> Diagnosis:
        supports = self.findings.supports.get(disease, [])
        genes = _gene_ways(self.graph, disease, mappings)
        features, paths = self._phenotype(disease)
        paths += [make_path(self.graph, way[0].subject, way) for way in genes[:MOST_PATHS]]
        paths += [make_path(self.graph, each.variant, each.associations, each.log_odds) for each in supports]
        parts = self._parts(disease)
        if parts["carrier_variants"]:
            self._note_carrier(disease)
        return Diagnosis(
            rank=rank,
            disease=describe(self.graph, disease),
            mondo=mappings[0].subject if len(mappings) == 1 else None,
            score=sum(parts.values()),
            score_parts=parts,
            genes=tuple(describe(self.graph, way[0].subject) for way in genes),
            features=features,
            variants=tuple(_evidence(self.graph, support) for support in supports),
            paths=tuple(paths),
        )

    def _phenotype(self, disease: Reference) -> tuple[FeatureMatch, list[Path]]:
        position = self.profiles.find_disease(disease)
        if position is None:
            return FeatureMatch(), []
        explainer = Explainer.of(self.graph, self.profiles, self.query, position)
        features = explainer.features()
        return features, list(explainer.paths(features.matched[:MOST_PATHS]))

    def _parts(self, disease: Reference) -> dict[str, float]:
        position, scores = self.profiles.find_disease(disease), self.scores
        named = {"phenotype": scores.phenotype, "excluded": scores.excluded, "denied": scores.denied}
        parts = {name: 0.0 if position is None else float(values[position]) for name, values in named.items()}
        return parts | asdict(self._variant_parts(disease))

    def _variant_parts(self, disease: Reference) -> VariantParts:
        return self.findings.parts(disease, needs_two_alleles=self._needs_two_alleles(disease))

    def _needs_two_alleles(self, disease: Reference) -> bool:
        """Whether every known inheritance of the disease takes two altered alleles in this patient."""
        position = self.profiles.find_disease(disease)
        if position is None:
            return False
        hierarchy = self.profiles.hierarchy
        qualifier = hierarchy.find(_INHERITANCE_QUALIFIER)
        modes = {
            int(hierarchy.terms[mode])
            for mode in self.profiles.inheritance[position]
            if qualifier not in hierarchy.ancestors[mode]
        }
        recessive = _RECESSIVE if self.case.sex is Sex.MALE else _RECESSIVE | {_X_LINKED_RECESSIVE}
        return bool(modes) and modes <= recessive

    def _mondo(self, disease: Reference) -> list[Association]:
        """One exact match for each Mondo disease that claims the disease, sorted."""
        found = self.graph.associations(object=disease, predicate=Predicate.EXACT_MATCH.local_name)
        by_subject = {match.subject: match for match in found if match.subject.prefix == "MONDO"}
        return [by_subject[subject] for subject in sorted(by_subject)]

    def _has_omim_twin(self, disease: Reference, mappings: Sequence[Association]) -> bool:
        return disease.prefix == "ORPHA" and any(
            match.object.prefix == "OMIM" and self.profiles.find_disease(match.object) is not None
            for mapping in mappings
            for match in self.graph.associations(mapping.subject, Predicate.EXACT_MATCH.local_name)
        )

    def _note_carrier(self, disease: Reference) -> None:
        message = (
            f"{describe(self.graph, disease).name} ({disease}) is recessive and one heterozygous variant makes a carrier "
            "only: its variant counts a small part"
        )
        self.problems.append(Problem(Severity.INFO, "variants", message))


def _read_query(profiles: DiseaseProfiles, case: PatientCase) -> tuple[Query, list[Problem]]:
    problems = [
        Problem(
            Severity.INFO, "features", f"{f.name} ({f.term}) describes no phenotypic abnormality; it is not ranked by"
        )
        for f in case.features
        if profiles.find_term(f.term) is None
    ]
    return Query.of(_positions(profiles, case.present), _positions(profiles, case.excluded)), problems


def _positions(profiles: DiseaseProfiles, features: Iterable[Feature]) -> list[int]:
    found = (profiles.find_term(feature.term) for feature in features)
    return [position for position in found if position is not None]


def _gene_ways(graph: Graph, disease: Reference, mappings: Iterable[Association]) -> list[list[Association]]:
    """From each gene to the disease, directly or else through the disease's Mondo match; sorted by gene."""
    predicate = Predicate.GENE_ASSOCIATED_WITH_CONDITION.local_name
    ways: dict[Reference, list[Association]] = {}
    for association in graph.associations(object=disease, predicate=predicate):
        ways.setdefault(association.subject, [association])
    for mapping in mappings:
        for association in graph.associations(object=mapping.subject, predicate=predicate):
            ways.setdefault(association.subject, [association, mapping])
    return [ways[gene] for gene in sorted(ways)]


def _evidence(graph: Graph, support: Support) -> VariantEvidence:
    zygosity = support.call.zygosity
    variant = describe(graph, support.variant)
    return VariantEvidence(variant, support.significance, support.review, zygosity.value if zygosity else None)
