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
_CODES: Final = {"MedGen": "UMLS", "MeSH": "MESH", "SNOMED CT": "SCTID"}
"""Vocabularies outside the graph, as Mondo's mappings name them; MedGen's ids that begin with C and a digit are UMLS's."""
_NO_CONDITION: Final = frozenset({"not provided", "not specified", "see cases", "none provided", "-", "."})
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
    """A condition as one record names it: identifiers in order of preference (often none), and its name.

    ``codes`` are those of vocabularies outside the graph. With ``named`` the record gives nothing but the name.
    """

    identifiers: tuple[Reference, ...]
    name: str
    codes: tuple[str, ...] = ()
    named: bool = False

    @property
    def unspecified(self) -> bool:
        """Whether the record says that no condition was given."""
        return self.name.casefold() in _NO_CONDITION


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


@lru_cache(maxsize=1 << 12)
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


@lru_cache(maxsize=1 << 12)
def terms(significance: str) -> tuple[str, ...]:
    """The terms of a classification that state something, in the wording since 2024.

    >>> terms("Conflicting interpretations of pathogenicity; risk factor")
    ('Conflicting classifications of pathogenicity', 'risk factor')
    >>> terms("Pathogenic/Pathogenic, low penetrance|other")
    ('Pathogenic/Pathogenic, low penetrance', 'other')
    """
    newer = significance.replace("Conflicting interpretations", "Conflicting classifications")
    return tuple(term for term in _TERM_END.split(newer) if not _NOTHING_STATED.match(term))


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
            references, codes = _references(part)
            found[Condition(references, name or (references[0].curie if references else part), codes)] = None
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def named_conditions(names: str, separator: str = "|") -> tuple[Condition, ...]:
    """The conditions of a field that holds their names alone."""
    return tuple(Condition((), name, named=True) for name in dict.fromkeys(names.split(separator)) if name)


@lru_cache(maxsize=1 << 8)
def review_status(text: str) -> ClinVarReview | None:
    """The review status of a classification in either wording, ``None`` where ClinVar documents no such status."""
    try:
        return _OLDER_REVIEW.get(text) or ClinVarReview(text)
    except ValueError:
        return None


@lru_cache(maxsize=1 << 16)
def _references(text: str) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Identifiers of the vocabularies that the graph uses, in order of preference, and codes of others."""
    found: dict[str, list[Reference]] = {prefix: [] for prefix in _PREFIXES.values()}
    codes: list[str] = []
    for entry in text.split(","):
        vocabulary, _, identifier = entry.partition(":")
        prefix = _PREFIXES.get(vocabulary)
        reference = Reference.find(f"{prefix}:{identifier.removeprefix('ORPHA')}") if prefix else None
        if reference is not None:
            found[reference.prefix].append(reference)
        elif vocabulary in _CODES:
            codes.append(f"{_CODES[vocabulary]}:{identifier}")
    return tuple(reference for references in found.values() for reference in references), tuple(codes)
