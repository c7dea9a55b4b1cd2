"""Side effects of a drug that fit a complaint: from drug labels, and from ClinPGx's annotations of toxicity.

ClinPGx lists what was observed and what the patients were treated for under one heading, so a condition counts as an
observation only if no annotation of the drug's efficacy or dose names it and no source says that the drug is used for it.
Nor does it tell the direction of an effect: it is a patient's only where an allele without normal function is carried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import ClinPgxLevel
from kg.paths import describe, make_path
from kg.sources.cpic import allele
from ontology.vocabulary import Category, Qualifier
from queries.medications.related import treated_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Association, Entity, Path
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.case import PatientCase
    from queries.medications.toxicities import Fit

_TOXICITY: Final = "Toxicity"
_OF_TREATED: Final = frozenset({"Efficacy", "Dosage"})
_NORMAL: Final = "Normal"
_LEVELS: Final = tuple(ClinPgxLevel)
_WELL_FOUNDED: Final = frozenset({ClinPgxLevel.L1A, ClinPgxLevel.L1B, ClinPgxLevel.L2A, ClinPgxLevel.L2B})
"""High and moderate evidence (https://www.clinpgx.org/page/clinAnnLevels)."""
_UNSUPPORTED: Final = ClinPgxLevel.L4
"""The studies speak against the association."""
_MOST: Final = 3
"""Annotations that are given for one drug and complaint, the best founded ones."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that a drug has, or may have, a side effect that fits the complaint; ``level`` is ClinPGx's."""

    text: str
    level: ClinPgxLevel | None
    gene: Entity | None
    is_allele_of_patient: bool
    paths: tuple[Path, ...]

    @property
    def is_well_founded(self) -> bool:
        """Whether the evidence is at least moderate."""
        return self.level in _WELL_FOUNDED


def find_hits(graph: Graph, fit: Fit, drug: Reference, case: PatientCase) -> list[Hit]:
    """Side effects of labels first, then annotations of toxicity, those of the patient's own alleles before others."""
    carried = find_carried(graph, case)
    stated_of_drug = graph.associations(object=drug, predicate="associated_with")
    treated = _treated(graph, drug, stated_of_drug)
    annotated = [
        (stated, level, paths, condition)
        for stated, level in _toxic(stated_of_drug)
        for condition in _conditions(stated)
        if condition.casefold() not in treated and (paths := fit.meaning_of(condition)) is not None
    ]
    annotated.sort(key=lambda one: (one[0].subject not in carried, _LEVELS.index(one[1]), one[0].key))
    hits = [*_on_labels(graph, fit, drug)][:_MOST]
    for stated, level, meaning, condition in annotated[:_MOST]:
        name = describe(graph, stated.subject).name
        own = stated.subject in carried
        text = f"ClinPGx {level}, toxicity: {condition} with {name}" + (
            "" if own else "; whether it is carried is not told by what was given"
        )
        paths = (make_path(graph, stated.subject, [stated]), *meaning)
        hits.append(Hit(text, level, _gene_of(graph, stated.subject), own, paths))
    return hits


def find_carried(graph: Graph, case: PatientCase) -> dict[Reference, tuple[Path, ...]]:
    """Alleles of the case's diplotypes that are not of normal function, and its variants by rsID."""
    found: dict[Reference, tuple[Path, ...]] = {}
    for call in case.diplotypes:
        for name in call.alleles:
            reference = allele(call.gene_symbol, name)
            stated = graph.associations(reference, "is_sequence_variant_of")
            functions = {str(one.qualifier(Qualifier.ALLELE_FUNCTION) or "") for one in stated}
            if stated and not any(function.startswith(_NORMAL) for function in functions):
                found[reference] = (make_path(graph, reference, stated[:1]),)
    return found | {variant.rsid: () for variant in case.variants if variant.rsid is not None}


def _on_labels(graph: Graph, fit: Fit, drug: Reference) -> Iterator[Hit]:
    for stated in graph.associations(drug, "has_side_effect"):
        effect = describe(graph, stated.object)
        is_named = fit.words is not None and fit.words.fullmatch(effect.name) is not None
        if stated.object in fit.terms or is_named:
            source = stated.evidence[0].source
            paths = (make_path(graph, drug, [stated]), *fit.to_complaint(stated.object))
            yield Hit(f"{source}: {effect.name}", None, None, False, paths)


def _toxic(stated_of_drug: Iterable[Association]) -> Iterator[tuple[Association, ClinPgxLevel]]:
    for stated in stated_of_drug:
        levels = [one.level for one in stated.evidence if isinstance(one.level, ClinPgxLevel)]
        best = min(levels, key=_LEVELS.index, default=_UNSUPPORTED)
        if _categories(stated) == {_TOXICITY} and best is not _UNSUPPORTED:
            yield stated, best


def _treated(graph: Graph, drug: Reference, stated_of_drug: Iterable[Association]) -> set[str]:
    """Names, casefolded, of what the drug's patients have anyway."""
    treated = {describe(graph, use.object).name.casefold() for use in treated_by(graph, drug)}
    for stated in stated_of_drug:
        if _categories(stated) & _OF_TREATED:
            treated |= {condition.casefold() for condition in _conditions(stated)}
    return treated


def _categories(stated: Association) -> set[str]:
    return {str(value) for name, value in stated.qualifiers if name is Qualifier.PHENOTYPE_CATEGORY}


def _conditions(stated: Association) -> list[str]:
    return [str(value) for name, value in stated.qualifiers if name is Qualifier.CONDITIONS]


def _gene_of(graph: Graph, variant: Reference) -> Entity | None:
    stated = graph.associations(variant, "is_sequence_variant_of")
    genes = [graph.entity(one.object) for one in stated]
    return next((gene for gene in genes if gene is not None and gene.category is Category.GENE), None)
