"""What a ClinVar classification states, and the conditions that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kg.levels import ClinVarReview
from ontology.reference import Reference
from ontology.vocabulary import Predicate

_PREFIXES: Final = {"MONDO": "MONDO", "OMIM": "OMIM", "Orphanet": "ORPHA", "Human Phenotype Ontology": "HP"}
"""ClinVar's names of the vocabularies from which a condition's identifier is taken, in order of preference."""
_PATHOGENIC: Final = frozenset(
    {"pathogenic", "likely pathogenic", "pathogenic, low penetrance", "likely pathogenic, low penetrance"}
)
_BENIGN: Final = frozenset({"benign", "likely benign"})
_NOT_ASSOCIATED: Final = "association not found"
_NOTHING_STATED: Final = re.compile(
    r"(-|\.|not provided|no (classification|interpretation|assertion).*)?$", re.IGNORECASE
)
_OLDER_REVIEW: Final = {
    "criteria provided, conflicting interpretations": ClinVarReview.CONFLICTING,
    "no assertion provided": ClinVarReview.NO_CLASSIFICATION,
    "no assertion for the individual variant": ClinVarReview.NO_SINGLE_VARIANT,
    "no interpretation for the single variant": ClinVarReview.NO_SINGLE_VARIANT,
    "no classification for the individual variant": ClinVarReview.NO_SINGLE_VARIANT,
}
"""Wordings before the change of 2024 from interpretation to classification, and a spelling of the web pages."""

_TERM_END: Final = re.compile(r"\s*[;|]\s*|, (?!low penetrance)")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as one record names it: identifiers in order of preference (often none), and its name."""

    identifiers: tuple[Reference, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Classification:
    """One aggregate classification of a variant, and the conditions it is about.

    ``attributed`` is false where the file lists conditions without saying which classification each belongs to.
    """

    significance: str
    review: str
    conditions: tuple[Condition, ...]
    somatic: bool = False
    attributed: bool = True


def stated(term: str, *, somatic: bool) -> tuple[Predicate, bool]:
    """Predicate and denial of one term of a classification; the docstring of the package has the rules.

    >>> stated("Pathogenic/Likely pathogenic", somatic=False)
    (<Predicate.CAUSES: 'biolink:causes'>, False)
    >>> stated("Uncertain significance", somatic=False)
    (<Predicate.ASSOCIATED_WITH: 'biolink:associated_with'>, False)
    """
    parts = {part.strip() for part in term.casefold().rpartition(" - ")[2].split("/")}
    if parts <= _BENIGN:
        return (Predicate.ASSOCIATED_WITH if somatic else Predicate.CAUSES), True
    if parts <= _PATHOGENIC and not somatic:
        return Predicate.CAUSES, False
    return Predicate.ASSOCIATED_WITH, parts == {_NOT_ASSOCIATED}


def terms(significance: str) -> list[str]:
    """The terms of a classification that state something, in the wording since 2024.

    >>> terms("Conflicting interpretations of pathogenicity; risk factor")
    ['Conflicting classifications of pathogenicity', 'risk factor']
    >>> terms("Pathogenic/Pathogenic, low penetrance|other")
    ['Pathogenic/Pathogenic, low penetrance', 'other']
    """
    newer = significance.replace("Conflicting interpretations", "Conflicting classifications")
    return [term for term in _TERM_END.split(newer) if not _NOTHING_STATED.match(term)]


@lru_cache(maxsize=1 << 16)
def conditions(identifiers: str, names: str) -> tuple[Condition, ...]:
    """The conditions of two parallel fields: ``|`` between records, ``;`` within one, ``,`` between identifiers.

    Where the two fields do not run parallel, conditions are named by their identifiers.
    """
    found: dict[Condition, None] = {}
    records, labels = identifiers.split("|"), names.split("|")
    parallel = len(records) == len(labels)
    for index, record in enumerate(records):
        parts = record.split(";")
        label = labels[index] if parallel else ""
        own = label.split(";") if label.count(";") == len(parts) - 1 else [label] * len(parts)
        for part, name in zip(parts, own, strict=True):
            references = _references(part)
            found[Condition(references, name or (references[0].curie if references else part))] = None
    return tuple(found)


def review_status(text: str) -> ClinVarReview | None:
    """The review status of a classification in either wording, ``None`` where ClinVar documents no such status."""
    try:
        return _OLDER_REVIEW.get(text) or ClinVarReview(text)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def _references(text: str) -> tuple[Reference, ...]:
    """Identifiers of the vocabularies that the graph uses, in order of preference; others are passed over."""
    found: dict[str, list[Reference]] = {prefix: [] for prefix in _PREFIXES.values()}
    for entry in text.split(","):
        vocabulary, _, identifier = entry.partition(":")
        prefix = _PREFIXES.get(vocabulary)
        reference = Reference.find(f"{prefix}:{identifier.removeprefix('ORPHA')}") if prefix else None
        if reference is not None:
            found[reference.prefix].append(reference)
    return tuple(reference for references in found.values() for reference in references)
