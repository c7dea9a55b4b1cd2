"""Medications: generic and brand names, synonyms and identifiers of several vocabularies, to drugs of the release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.rdf import name_key
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate
from queries.case import Medication, Problem
from queries.intake.given import Resolved
from queries.intake.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity
    from queries.intake.given import Given
    from queries.intake.names import Names

_BARE: Final = {
    "ATC": re.compile(r"^[A-Z]\d\d[A-Z]{2}\d\d$"),
    "DRUGBANK": re.compile(r"^DB\d{5}$"),
    "CHEMBL": re.compile(r"^CHEMBL\d+$"),
    "ClinPGx": re.compile(r"^PA\d+$"),
}
"""Identifiers that say by themselves of which vocabulary they are; an ATC code at its substance level."""
_STANDARD: Final = "RXNORM"
"""Vocabulary whose entry is meant where several have a drug of one name that nothing maps to each other."""
_VOCABULARIES: Final = frozenset({_STANDARD, *_BARE})
_CATEGORIES: Final = frozenset({Category.DRUG, Category.CHEMICAL_ENTITY})


def read_medications(names: Names, statements: Iterable[Given]) -> Resolved[Medication]:
    """Medications in order of appearance, each drug once; one that the release does not know keeps its text."""
    found: dict[Reference | str, Medication] = {}
    problems: list[Problem] = []
    for given in statements:
        drugs = find_drugs(names, given.text) or (find_drugs(names, given.label) if given.label else [])
        if len(drugs) == 1:
            (drug,) = drugs
            found.setdefault(drug.reference, Medication(given.text, drug.reference, drug.name))
            continue
        problems.append(_unresolved(names, given, drugs))
        text = given.label or given.text
        found.setdefault(name_key(text), Medication(given.text, None, text))
    return Resolved(tuple(found.values()), tuple(problems))


def find_drugs(names: Names, text: str) -> list[Entity]:
    """Distinct drugs that a name or identifier means; a well-formed case has one.

    A drug's own name wins over synonyms and mappings, which also lead to its salts, esters and prodrugs.
    """
    reference = identifier(text)
    if reference is not None:
        return canonical(names, reference)
    named = [entity for entity in names.graph.find_by_name(text) if entity.category in _CATEGORIES]
    drugs = {drug.reference: drug for entity in named for drug in canonical(names, entity.reference)}
    so_named = [drug for drug in drugs.values() if name_key(drug.name) == name_key(text)]
    standard = [drug for drug in so_named if drug.reference.prefix == _STANDARD]
    return standard if len(standard) == 1 else so_named or list(drugs.values())


def identifier(text: str) -> Reference | None:
    """The identifier that a text is, with or without its prefix.

    >>> identifier("DB00758")
    Reference(prefix='DRUGBANK', identifier='DB00758')
    >>> identifier("Plavix") is None
    True
    """
    stripped = text.strip()
    for prefix, pattern in _BARE.items():
        if pattern.match(stripped):
            return Reference(prefix, stripped)
    found = Reference.find(stripped)
    return found if found is not None and found.prefix in _VOCABULARIES else None


def canonical(names: Names, reference: Reference) -> list[Entity]:
    """The drugs that an identifier means: those that the graph maps to it, else the drug that bears it.

    A drug's own identifier is the subject of its mappings. Codes that several drugs share (ATC) answer with all of them.
    """
    found = {
        mapping.subject
        for predicate in (Predicate.EXACT_MATCH, Predicate.CLOSE_MATCH)
        for mapping in names.graph.associations(object=reference, predicate=predicate.local_name)
    }
    entities = map(names.graph.entity, sorted(found) or [reference])
    return [entity for entity in entities if entity is not None and entity.category in _CATEGORIES]


def _unresolved(names: Names, given: Given, drugs: list[Entity]) -> Problem:
    if drugs:
        meanings = " or ".join(f"{drug.name} ({drug.reference})" for drug in drugs)
        return given.problem(f"{given.text!r} may mean {meanings}; write one of these identifiers")
    similar = names.near_drugs(given.label or given.text) if given.label or not identifier(given.text) else ()
    near = list({drug.reference: drug for entity in similar for drug in canonical(names, entity.reference)}.values())
    return given.problem(f"{given.text!r} is no drug of this release{did_you_mean(near)}")
