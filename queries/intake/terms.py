"""Phenotypic features: HPO ids in any spelling, and labels typed by hand, to current terms of the release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.rdf import ATTRIBUTE, name_key
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category
from queries.case import Feature, Problem, Severity
from queries.intake.given import Resolved
from queries.intake.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity
    from queries.intake.given import Given
    from queries.intake.names import Names

_HPO_ID: Final = re.compile(r"^(?:https?://\S+/)?(?:(?:HPO?)[:_ ]?)?(?P<digits>\d{7})$", re.IGNORECASE)
_CURIE: Final = re.compile(r"^(?P<prefix>[A-Za-z]+)[:_](?P<identifier>\S+)$")


@dataclass(frozen=True, slots=True)
class _Term:
    """The term that a statement means, ``None`` where it is not known, and what there is to say about it."""

    entity: Entity | None
    note: Problem | None = None


def read_features(names: Names, present: Iterable[Given], excluded: Iterable[Given]) -> Resolved[Feature]:
    """Features in order of their first appearance, the present ones first; each term once.

    A term that is both present and excluded says nothing, so it is left out on both sides and named in a problem.
    """
    problems: list[Problem] = []
    found: dict[tuple[bool, Reference], Feature] = {}
    places: dict[Reference, str] = {}
    for statements, is_excluded in ((present, False), (excluded, True)):
        for given in statements:
            term = _resolve(names, given)
            problems += [term.note] if term.note else []
            if term.entity is not None:
                feature = _feature(term.entity, given, is_excluded)
                key = (is_excluded, feature.term)
                found[key] = min(found.get(key, feature), feature, key=_fullness)
                places[feature.term] = given.where
    contradicted = [term for is_excluded, term in found if is_excluded and (False, term) in found]
    problems += [
        Problem(
            Severity.WARNING,
            places[term],
            f"{found[False, term].name} ({term}) is stated as present and as excluded; it is used as neither",
        )
        for term in contradicted
    ]
    features = tuple(feature for (_, term), feature in found.items() if term not in contradicted)
    return Resolved(features, tuple(problems))


def hpo_id(text: str) -> Reference | None:
    """The HPO id that a text spells, or ``None``. Shortened ids are not padded: a lost digit would become another term.

    >>> hpo_id("http://purl.obolibrary.org/obo/HP_0001166")
    Reference(prefix='HP', identifier='0001166')
    >>> hpo_id("HP:1166") is None
    True
    """
    match = _HPO_ID.match(text.strip())
    return Reference("HP", match["digits"]) if match else None


def _resolve(names: Names, given: Given) -> _Term:
    reference = hpo_id(given.text)
    if reference is None:
        return _by_label(names, given)
    entity = names.graph.entity(reference)
    if entity is None:
        return _by_alternative_id(names, given, reference)
    if entity.attribute(Attribute.DEPRECATED) == "true":
        return _replacement(names, given, entity)
    return _as_feature(given, entity)


def _as_feature(given: Given, entity: Entity, note: str | None = None) -> _Term:
    """The term, unless it is one that qualifies features (an onset, a mode of inheritance) and is none itself."""
    if entity.category is not Category.PHENOTYPIC_FEATURE:
        return _Term(
            None, given.problem(f"{entity.name} ({entity.reference}) is no phenotypic feature; it is not used")
        )
    return _Term(entity, given.problem(note, Severity.INFO) if note else None)


def _by_label(names: Names, given: Given) -> _Term:
    entities = names.graph.find_by_name(given.text, Category.PHENOTYPIC_FEATURE)
    current = [e for e in entities if e.reference.prefix == "HP" and e.attribute(Attribute.DEPRECATED) != "true"]
    if len(current) == 1:
        return _Term(current[0])
    if current:
        meanings = " or ".join(f"{entity.name} ({entity.reference})" for entity in current)
        return _Term(None, given.problem(f"{given.text!r} is the name of {meanings}; write the HPO id"))
    if match := _CURIE.match(given.text.strip()):
        wanted = "HPO ids are HP: and seven digits" if match["prefix"].upper() in ("HP", "HPO") else "write an HPO id"
        near = names.near_phenotypes(given.label) if given.label else ()
        return _Term(None, given.problem(f"{given.text!r} is no HPO id ({wanted}){did_you_mean(near)}"))
    near = names.near_phenotypes(given.text)
    return _Term(None, given.problem(f"no HPO term of this release is called {given.text!r}{did_you_mean(near)}"))


def _by_alternative_id(names: Names, given: Given, reference: Reference) -> _Term:
    quads = names.graph.store.quads_for_pattern(
        None, NamedNode(ATTRIBUTE + Attribute.ALTERNATIVE_ID), NamedNode(reference.iri), None
    )
    owners = {Reference.from_iri(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)}
    if len(owners) == 1 and (entity := names.graph.entity(owners.pop())) is not None:
        return _as_feature(
            given, entity, f"{reference} was merged into {entity.reference} ({entity.name}), which is used"
        )
    near = names.near_phenotypes(given.label) if given.label else names.near_phenotype_ids(reference)
    return _Term(None, given.problem(f"{reference} is not in this release's HPO{did_you_mean(near)}"))


def _replacement(names: Names, given: Given, obsolete: Entity) -> _Term:
    """The one current term at the end of an obsolete term's chain of replacements."""
    current: dict[Reference, Entity] = {}
    queue, seen = [obsolete], set()
    while queue:
        term = queue.pop()
        if term.reference in seen:
            continue
        seen.add(term.reference)
        if term.attribute(Attribute.DEPRECATED) != "true":
            current[term.reference] = term
            continue
        following = [value for key, value in term.attributes if key == Attribute.REPLACED_BY]
        entities = (names.graph.entity(value) for value in following if isinstance(value, Reference))
        queue += [entity for entity in entities if entity is not None]
    if len(current) == 1:
        (entity,) = current.values()
        note = f"{obsolete.reference} is obsolete; its replacement {entity.reference} ({entity.name}) is used"
        return _as_feature(given, entity, note)
    reason = "has several replacements" if current else "has no replacement"
    near = [current[term] for term in sorted(current)]
    return _Term(None, given.problem(f"{obsolete.reference} is obsolete and {reason}{did_you_mean(near)}"))


def _feature(entity: Entity, given: Given, excluded: bool) -> Feature:
    text = given.text.strip()
    as_is = hpo_id(text) == entity.reference or name_key(text) == name_key(entity.name)
    onset = hpo_id(given.onset) if given.onset else None
    return Feature(entity.reference, entity.name, excluded, onset, None if as_is else text)


def _fullness(feature: Feature) -> tuple[bool, str, bool, str]:
    """Of several statements of one term the one with an onset stays, whatever their order."""
    return feature.onset is None, str(feature.onset), feature.given is not None, feature.given or ""
