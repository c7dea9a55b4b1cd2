"""Substances of the thesaurus, the classes that they belong to, and what they are called elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.ansm.terms import Terms, drug_class, minted, objects, term_key
from kg.sources.drugs import is_surely_drug, teach_drug
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_NONE: Final = "NA"
"""Written where a map has no answer."""
_WIKIDATA: Final = re.compile(r"Q\d+")


def read_rxnorm(file: SourceFile, context: Context) -> Iterator[Item]:
    """Nothing yet: the RxNorm concepts of each substance are kept for :func:`read_substances`."""
    concepts = context.shared(Terms).rxnorm
    for row in context.records(file.rows(("substance", "RxNorm"))):
        if row["RxNorm"] == _NONE:
            context.left_out.add("substance without an RxNorm concept", row["substance"])
            continue
        reference = Reference.find(f"RXNORM:{row['RxNorm']}")
        if reference is None or not row["substance"]:
            raise file.error(row.line, f"{row['RxNorm']!r} of {row['substance']!r} is no RxNorm id of a substance")
        concepts[term_key(row["substance"])].add(reference)
        context.teach()
    yield from ()


def read_substances(file: SourceFile, context: Context) -> Iterator[Item]:
    """Substances as members of their classes.

    Raises:
        SourceError: a substance is listed twice, or the file is no index of substances.
    """
    terms = context.shared(Terms)
    records = objects(file, texts=("substance",), lists=("drug_classes",))
    listed: set[object] = set()
    for record in records:
        _note_classes(file, record, terms)
    for record in context.records(records):
        name = str(record["substance"])
        if name in listed:
            raise file.error(None, f"lists {name!r} twice")
        listed.add(name)
        yield from _substance(file, name, record["drug_classes"], context)


def read_wikidata(file: SourceFile, context: Context) -> Iterator[Item]:
    """Wikidata items as codes of the substances."""
    substances = context.shared(Terms).substances
    for row in context.records(file.rows(("substance", "wikidata"))):
        reference = substances.get(term_key(row["substance"]))
        if row["wikidata"] in {"", _NONE}:
            context.left_out.add("substance without a Wikidata item", row["substance"])
        elif not _WIKIDATA.fullmatch(row["wikidata"]):
            context.left_out.add("map to what is no Wikidata item", f"{row['substance']} {row['wikidata']}")
        elif reference is None:
            context.left_out.add("map of a substance that this edition does not list", row["substance"])
        else:
            context.resolver.drugs.add_code(f"WIKIDATA:{row['wikidata']}", reference)
            context.teach()
            if _describable(reference, row["substance"]):
                code = (Attribute.CODE, f"WIKIDATA:{row['wikidata']}")
                yield Entity(reference, Category.DRUG, row["substance"], attributes=(code,))


def _note_classes(file: SourceFile, record: dict[str, object], terms: Terms) -> None:
    classes = record["drug_classes"]
    if not isinstance(classes, list) or not all(isinstance(name, str) and name for name in classes):
        raise file.error(None, f"classes of {record['substance']!r} are no names: {classes!r}")
    terms.classes |= {term_key(name) for name in classes}


def _substance(file: SourceFile, name: str, classes: object, context: Context) -> Iterator[Item]:
    terms, key = context.shared(Terms), term_key(name)
    if not key:
        raise file.error(None, "lists a substance without a name")
    reference = terms.substances.get(key) or _drug(name, key, context)
    terms.substances[key] = reference
    teach_drug(context.resolver, reference, name, identifiers=_only(terms.rxnorm.get(key, set())))
    context.teach()
    if _describable(reference, name):
        yield Entity(reference, Category.DRUG, name)
    names = {term_key(one): one for one in classes if isinstance(one, str)} if isinstance(classes, list) else {}
    if key in terms.classes:  # the entry of the class is the substance's own
        names.setdefault(key, name)
    for class_key, class_name in names.items():
        yield Entity(drug_class(class_key), Category.CHEMICAL_ENTITY, class_name)
        evidence = file.evidence(f"{name} ({class_name})")
        yield Association(reference, Predicate.MEMBER_OF, drug_class(class_key), evidence)


def _drug(name: str, key: str, context: Context) -> Reference:
    """The substance's drug: by a known RxNorm id, else by its name, else under its RxNorm id or one of its own."""
    drugs, concepts = context.resolver.drugs, context.shared(Terms).rxnorm.get(key, set())
    known = {found for one in concepts if (found := drugs.by_identifier(one).reference) is not None}
    named = drugs.by_name(name).reference or drugs.by_name(key).reference
    if len(known) == 1:
        return next(iter(known))
    if named is not None and (not known or named in known):
        return named
    if len(concepts) == 1:
        return next(iter(concepts))
    if concepts:
        example = f"{name}: {', '.join(map(str, sorted(concepts)))}"
        context.ambiguous.add("substance that is mapped to several RxNorm concepts", example)
    else:
        context.unresolved.add("substance that no vocabulary of the build names", name)
    return minted(key)


def _only(concepts: set[Reference]) -> set[Reference]:
    return concepts if len(concepts) == 1 else set()


def _describable(reference: Reference, name: str) -> bool:
    """Whether the substance's entity is a drug for every source, so that this one may describe it, too."""
    return is_surely_drug(reference) or reference == minted(term_key(name))
