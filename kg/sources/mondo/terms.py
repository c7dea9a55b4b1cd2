"""Diseases and their hierarchy, from OBO or JSON."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from kg.model import Association
from kg.sources.obo import Term, ancestors, read_obo, replacements
from ontology.errors import IdentifierError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.context import Context
    from kg.source import Item, SourceFile

ROOT: Final = Reference("MONDO", "0000001")
"""Disease."""
CHARACTERISTIC_ROOT: Final = Reference("MONDO", "0021125")
"""Disease characteristic: terms such as congenital or acquired, which qualify a disease and are none."""


def read_obo_terms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases and their hierarchy from ``mondo.obo``."""
    yield from _items(file, context, read_obo(file, context, "MONDO"))


def read_json_terms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases and their hierarchy from the JSON of cellxgene-ontology-guide.

    It maps each term to its ancestors with their distances; distance 1 is a parent. It does not tell how exact a
    synonym is.
    """
    document = file.json()
    if not isinstance(document, dict):
        raise file.error(None, "is no JSON object of terms")
    if ROOT in context.resolver.diseases.known:
        for _ in context.records(document):
            context.left_out.add("second copy of the Mondo ontology beside mondo.obo", file.name)
        return
    terms = (_json_term(file, context, node, data) for node, data in document.items())
    yield from _items(file, context, {term.reference: term for term in terms})


def _items(file: SourceFile, context: Context, terms: Mapping[Reference, Term]) -> Iterator[Item]:
    older: dict[Reference, list[Reference]] = defaultdict(list)
    for term in terms.values():
        older[term.reference] += term.alternative_ids
        for current in replacements(term, terms):
            older[current].append(term.reference)
    for term in context.records(terms.values()):
        qualifies = CHARACTERISTIC_ROOT in ancestors(term.reference, terms)
        yield term.to_entity(Category.PHENOTYPIC_QUALITY if qualifies else Category.DISEASE)
        if not (qualifies or term.obsolete):
            context.resolver.diseases.add(
                term.reference, term.name, aliases=term.synonyms, identifiers=older[term.reference]
            )
    for term in terms.values():
        for parent in term.parents:
            record = f"{term.reference} is_a {parent}"
            yield Association(term.reference, Predicate.SUBCLASS_OF, parent, file.evidence(record))


def _json_term(file: SourceFile, context: Context, node: str, data: Any) -> Term:  # data: one JSON value
    try:
        replacement = Reference.find(data["replaced_by"]) if data.get("replaced_by") else None
        if replacement is None and data.get("replaced_by"):
            context.left_out.add("replaced_by of another ontology", f"{node} replaced_by {data['replaced_by']}")
        return Term(
            Reference.parse(node),
            _text(data["label"]) or node,  # some obsolete terms have no name
            tuple(map(_text, data.get("synonyms", ()))),
            tuple(Reference.parse(above) for above, distance in data["ancestors"].items() if distance == 1),
            obsolete=data["deprecated"] is True,
            replaced_by=(replacement,) if replacement else (),
        )
    except (AttributeError, IdentifierError, KeyError, TypeError) as error:
        raise file.error(None, f"term {node} cannot be read: {error!r}") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
