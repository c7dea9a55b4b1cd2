"""Medications: generic and brand names, synonyms and identifiers of several vocabularies, to drugs of the release."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING, Final

from kg.rdf import name_key
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate
from queries.case import Medication, Problem, Severity
from queries.intake.doses import shortened_names
from queries.intake.given import Resolved
from queries.intake.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_ATC_CLASS: Final = re.compile(r"^(?:ATC:[A-Z]|(?:ATC:)?[A-Z]\d\d(?:[A-Z]{1,2})?)$")
"""An ATC code above the level of substances: one, three, four or five characters (https://atcddd.fhi.no)."""
_CLASS: Final = "drug_class/"
_JOINTS: Final = re.compile(r"\s*[/+&]\s*|\s+(?:and|with|plus)\s+|-(?=[a-z]{4})", re.IGNORECASE)
"""What stands between the ingredients of a combination; a hyphen also stands within names, which are looked up first."""
_MOST_INGREDIENTS: Final = 4
_CATEGORIES: Final = frozenset({Category.DRUG, Category.CHEMICAL_ENTITY})


def read_medications(names: Names, statements: Iterable[Given]) -> Resolved[Medication]:
    """Medications in order of appearance, each drug once; one that the release does not know keeps its text."""
    found: dict[Reference | str, Medication] = {}
    problems: list[Problem] = []
    for given in statements:
        drug, problem = _resolve(names, given)
        problems += [problem] if problem else []
        if drug is not None:
            found.setdefault(drug.reference, Medication(given.text, drug.reference, drug.name))
        else:
            text = given.label or given.text
            found.setdefault(name_key(text), Medication(given.text, None, text))
    return Resolved(tuple(found.values()), tuple(problems))


def find_drugs(names: Names, text: str) -> list[Entity]:
    """Distinct drugs that a name or identifier means; a well-formed case has one.

    A drug's own name wins over synonyms and mappings, which also lead to its salts, esters and prodrugs; then a
    synonym that RxNorm's entry has itself.
    """
    reference = identifier(text)
    if reference is not None:
        return canonical(names, reference)
    named = [entity for entity in names.graph.find_by_name(text) if _is_drug(entity)]
    drugs = {drug.reference: drug for entity in named for drug in canonical(names, entity.reference)}
    so_named = [drug for drug in drugs.values() if name_key(drug.name) == name_key(text)]
    standard = [drug for drug in so_named or named if drug.reference.prefix == _STANDARD]
    return standard if len(standard) == 1 else so_named or list(drugs.values())


def find_combination(names: Names, text: str) -> tuple[list[Entity], list[Entity]]:
    """The ingredients that a text names one after the other, and the drugs of the release that are their combination.

    Nothing where some part is no drug.
    """
    parts = _JOINTS.split(text.strip())
    if not 1 < len(parts) <= _MOST_INGREDIENTS:
        return [], []
    meanings = [next(filter(None, (find_drugs(names, name) for name, _ in _readings(part))), []) for part in parts]
    if not all(len(drugs) == 1 for drugs in meanings):
        return [], []
    ingredients = [drug for (drug,) in meanings]
    combined: dict[Reference, Entity] = {}
    for order in permutations(drug.name for drug in ingredients):
        combined |= {drug.reference: drug for drug in find_drugs(names, " / ".join(order))}
    return ingredients, list(combined.values())


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
    found: set[Reference] = set()
    for predicate in (Predicate.EXACT_MATCH, Predicate.CLOSE_MATCH):
        if not found:  # what is close beside an exact match is a salt, an ester or a prodrug
            mappings = names.graph.associations(object=reference, predicate=predicate.local_name)
            found = {mapping.subject for mapping in mappings}
    entities = map(names.graph.entity, sorted(found) or [reference])
    return [entity for entity in entities if entity is not None and _is_drug(entity)]


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """A text as a whole, then without dose words, each with what was left off."""
    yield text, ""
    yield from shortened_names(text)


def _is_drug(entity: Entity) -> bool:
    """Classes of drugs have names of drugs, but are none."""
    return entity.category in _CATEGORIES and not entity.reference.identifier.startswith(_CLASS)


def _resolve(names: Names, given: Given) -> tuple[Entity | None, Problem | None]:
    """The drug that is meant, and what there is to say about it."""
    drugs = find_drugs(names, given.text) or (find_drugs(names, given.label) if given.label else [])
    if len(drugs) == 1:
        return drugs[0], None
    if not drugs and _ATC_CLASS.match(given.text.strip()):
        message = f"{given.text!r} is an ATC code of a class of drugs; name the drug, or its code of seven characters"
        return None, given.problem(message)
    if drugs or identifier(given.text):
        return None, _unresolved(names, given, drugs)
    text = given.label or given.text
    for name, rest in _readings(text):
        ingredients, combined = find_combination(names, name)
        meant = combined if ingredients else find_drugs(names, name)
        if len(meant) == 1:
            unused = f"; {rest!r} is not used" if rest else ""
            return meant[0], given.problem(f"{text!r} is read as {meant[0].name}{unused}", Severity.INFO)
        if meant:
            return None, _unresolved(names, given, meant)
        if ingredients:
            listed = " and ".join(f"{drug.name} ({drug.reference})" for drug in ingredients)
            return None, given.problem(f"{text!r} names {listed}; this release has no such combination: list each drug")
    return None, _unresolved(names, given, [])


def _unresolved(names: Names, given: Given, drugs: list[Entity]) -> Problem:
    if drugs:
        meanings = " or ".join(f"{drug.name} ({drug.reference})" for drug in drugs)
        return given.problem(f"{given.text!r} may mean {meanings}; write one of these identifiers")
    text = given.label or given.text
    *_, (shortest, _) = _readings(text)
    similar = names.near_drugs(shortest) if given.label or not identifier(given.text) else ()
    near = list({drug.reference: drug for entity in similar for drug in canonical(names, entity.reference)}.values())
    return given.problem(f"{given.text!r} is no drug of this release{did_you_mean(near)}")
