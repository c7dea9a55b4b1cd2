"""Disorders with names, synonyms and cross-references: ``en_product1.xml``.

A cross-reference says how the two concepts relate: ``E`` exact, ``NTBT`` the ORPHAcode is narrower than the other, ``BTNT``
it is broader, ``ND`` not decided, ``W`` wrong. Codes of other vocabularies are spelled as in :mod:`kg.sources.mondo.mappings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import OrphanetStatus
from kg.model import AgentType, Association, Entity
from kg.sources.conditions import condition_entity, known_condition
from kg.sources.orphanet.document import Declared, Record, declare, enclosing_disorder, read_records
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""Orphanet states a relation and whether it was validated, not how the two concepts were matched."""

_REGISTERED: Final = frozenset({"OMIM", "MONDO"})
_CODES: Final = {
    "GARD": "GARD",
    "ICD-10": "ICD10WHO",
    "ICD-11": "ICD11MMS",
    "MeSH": "MESH",
    "MedDRA": "MEDDRA",
    "UMLS": "UMLS",
}
"""Orphanet names WHO's ICD-10 and the ICD-11 linearisation for mortality and morbidity statistics (MMS)."""
_PREDICATES: Final = {
    "E": Predicate.EXACT_MATCH,
    "NTBT": Predicate.BROAD_MATCH,
    "BTNT": Predicate.NARROW_MATCH,
    "ND": None,
    "W": None,
}
_OBSOLETE: Final = ("obsolete", "deprecated")


def read_nomenclature(file: SourceFile, context: Context) -> Iterator[Item]:
    """Disorders, and their matches in OMIM, Mondo, UMLS, MeSH, MedDRA, GARD and ICD."""
    readers = {
        "Disorder": _disorder,
        "ExternalReference": _match,
        "DisorderDisorderAssociation": _replacement,
    }
    records = read_records(
        file,
        "DisorderList/Disorder",
        "Disorder/ExternalReferenceList/ExternalReference",
        "Disorder/DisorderDisorderAssociationList/DisorderDisorderAssociation",
    )
    for record in context.records(records):
        yield from readers[record.element.tag](record, context)


def _disorder(record: Record, context: Context) -> Iterator[Item]:
    reference, declared = record.disorder(), context.shared(Declared)
    if reference in declared:
        raise record.file.error(record.line, f"{reference} stands in this file twice; fetch it again")
    declared.add(reference)
    name, obsolete = record.text("Name"), _is_obsolete(record)
    synonyms = [(one.text or "").strip() for one in record.element.iterfind("SynonymList/Synonym")]
    if not obsolete:
        context.resolver.diseases.add(reference, name, aliases=filter(None, synonyms))
    attributes: list[tuple[Attribute, Value]] = [(Attribute.DEPRECATED, "true")] if obsolete else []
    if kind := record.find("DisorderType/Name"):
        attributes.append((Attribute.DISORDER_TYPE, kind))
    yield Entity(reference, Category.DISEASE, name, tuple(synonyms), tuple(attributes))


def _match(record: Record, context: Context) -> Iterator[Item]:
    disorder, source = enclosing_disorder(record), record.text("Source")
    reference, relation = disorder.disorder(), record.text("DisorderMappingRelation/Name").split(" ")[0]
    if relation not in _PREDICATES:
        raise record.file.error(record.line, f"has the unknown mapping relation {relation!r}")
    predicate = _PREDICATES[relation]
    if predicate is None:
        context.left_out.add("cross-reference that Orphanet calls wrong or undecided", f"{reference} {source}")
    elif _is_obsolete(disorder):
        context.left_out.add("cross-reference of an obsolete disorder", f"{reference} {source}")
    elif source in _REGISTERED:
        yield from _registered(record, context, disorder, predicate)
    elif source in _CODES:
        yield from _coded(record, context, disorder, predicate)
    else:
        context.left_out.add("cross-reference to a vocabulary that is not read", f"{reference} {source}")


def _registered(record: Record, context: Context, disorder: Record, predicate: Predicate) -> Iterator[Item]:
    text = f"{record.text('Source')}:{record.text('Reference')}"
    other = Reference.find(text)
    if other is None:
        context.unresolved.add("cross-reference that is no identifier of its vocabulary", text)
        return
    found = known_condition(context.resolver, other)
    if found is None:
        context.unresolved.add("cross-reference that no vocabulary of the build has (kept)", text)
        yield condition_entity(other, disorder.text("Name") if predicate is Predicate.EXACT_MATCH else text)
    yield _statement(record, disorder.disorder(), predicate, found or other)


def _coded(record: Record, context: Context, disorder: Record, predicate: Predicate) -> Iterator[Item]:
    reference, code = disorder.disorder(), f"{_CODES[record.text('Source')]}:{record.text('Reference')}"
    diseases = context.resolver.diseases
    if predicate is Predicate.EXACT_MATCH:
        if diseases.by_code(code).problem == "unknown":  # what Mondo says of a code stays as it is
            diseases.add_code(code, reference)
        yield Entity(reference, Category.DISEASE, disorder.text("Name"), attributes=((Attribute.CODE, code),))
    else:
        diseases.codes.setdefault(code, set())  # declared, though no disease of the graph is exactly it
    term = Reference.mint("term", code)
    yield Entity(term, Category.DISEASE, code)
    yield _statement(record, reference, predicate, term)


def _statement(record: Record, subject: Reference, predicate: Predicate, other: Reference) -> Association:
    level = status(record, "DisorderMappingValidationStatus/Name")
    validated = level is OrphanetStatus.VALIDATED
    evidence = record.file.evidence(
        record.id, level=level, agent_type=AgentType.MANUAL_AGENT if validated else AgentType.NOT_PROVIDED
    )
    return Association(subject, predicate, other, evidence, ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),))


def _replacement(record: Record, context: Context) -> Iterator[Item]:
    disorder = enclosing_disorder(record)
    reference, kind = disorder.disorder(), record.text("DisorderDisorderAssociationType/Name")
    path = "TargetDisorder/" if record.find("TargetDisorder/OrphaCode") else "Disorder1/"
    target = record.disorder(path)
    if kind != "Moved to":
        context.left_out.add("disorder that an obsolete one only refers to", f"{reference} {kind} {target}")
        return
    context.resolver.diseases.map(target, [reference])
    yield from declare(record, context, path)
    attributes = ((Attribute.DEPRECATED, "true"), (Attribute.REPLACED_BY, target))
    yield Entity(reference, Category.DISEASE, disorder.text("Name"), attributes=attributes)


def _is_obsolete(disorder: Record) -> bool:
    labels = [one.text or "" for one in disorder.element.iterfind("DisorderFlagList/DisorderFlag/Label")]
    texts = [*labels, disorder.find("Name").partition(":")[0]]
    return any(word in text.casefold() for text in texts for word in _OBSOLETE)


def status(record: Record, path: str) -> OrphanetStatus | None:
    """Orphanet's status below a record, where it has one.

    Raises:
        SourceError: it is none of those known.
    """
    text = record.find(path)
    try:
        return OrphanetStatus(text) if text else None
    except ValueError as error:
        raise record.file.error(record.line, f"{path} holds {text!r}, which is no status known") from error
