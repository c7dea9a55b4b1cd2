"""Biomappings: curated mappings between vocabularies that the vocabularies themselves do not state.

Read is ``positive.sssom.tsv`` (https://w3id.org/biopragmatics/biomappings/sssom/positive.sssom.tsv). A row is used where one
side is an identifier that the build has and the other one is such an identifier, too, or a code; codes are spelled as in
:mod:`kg.sources.mondo.mappings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.source import Download, Source, Table
from kg.sources.mondo.mappings import named_by_code, spelled
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.normalize import Names, Resolver
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification")
_PREDICATES: Final = {
    "skos:exactMatch": Predicate.EXACT_MATCH,
    "skos:closeMatch": Predicate.CLOSE_MATCH,
    "skos:broadMatch": Predicate.BROAD_MATCH,
    "skos:narrowMatch": Predicate.NARROW_MATCH,
}
_INVERSE: Final = {Predicate.BROAD_MATCH: Predicate.NARROW_MATCH, Predicate.NARROW_MATCH: Predicate.BROAD_MATCH}
_CATEGORIES: Final = {
    **dict.fromkeys(("MONDO", "DOID", "NCIT", "OMIM", "ORPHA"), Category.DISEASE),
    **dict.fromkeys(("RXNORM", "DRUGBANK", "CHEMBL", "ATC"), Category.DRUG),
    **dict.fromkeys(("HGNC", "NCBIGene"), Category.PROTEIN),
    "HP": Category.PHENOTYPIC_FEATURE,
}
"""What a code is that matches an identifier of each vocabulary; MeSH names the proteins of genes."""
_MANUAL: Final = "semapv:ManualMappingCuration"


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a mapping: the identifier that the row gives, and what the build has under it."""

    given: Reference | None
    known: Reference | None
    code: str | None


def read_mappings(file: SourceFile, context: Context) -> Iterator[Item]:
    """Matches of identifiers that the build has, with one another and with codes."""
    for row in context.records(file.rows(_COLUMNS, comment="#")):
        predicate = _PREDICATES.get(row["predicate_id"])
        subject, other = _side(row["subject_id"], context.resolver), _side(row["object_id"], context.resolver)
        if predicate is None or row.fields.get("predicate_modifier"):
            context.left_out.add("relation other than exact, close, broad and narrow match", row["predicate_id"])
        elif subject.known is None and other.known is not None:
            yield from _items(file, row, context, (other, subject), _INVERSE.get(predicate, predicate))
        else:
            yield from _items(file, row, context, (subject, other), predicate)


def _items(
    file: SourceFile, row: Row, context: Context, sides: tuple[_Side, _Side], predicate: Predicate
) -> Iterator[Item]:
    """The statement about the first side, which is known unless neither is."""
    (known, other), pair = sides, f"{row['subject_id']} {row['object_id']}"
    if missing := next((one.given for one in sides if one.known is None and one.given is not None), None):
        if missing.prefix == "NCIT":
            context.left_out.add("NCIt concept that is no disease of the build", pair)
        else:
            context.unresolved.add("identifier that no vocabulary of the build has", pair)
    elif known.known is not None and other.code is not None:
        yield from _coded(context, known.known, predicate, other.code)
        yield _statement(file, row, known.known, predicate, named_by_code(other.code))
    elif known.known is not None and other.known is not None:
        yield _statement(file, row, known.known, predicate, other.known)
    else:
        context.left_out.add("mapping of a vocabulary that the graph does not hold", pair)


def _coded(context: Context, reference: Reference, predicate: Predicate, code: str) -> Iterator[Item]:
    """What the code names, and for exact matches that it means this entity, unless an earlier source gave it a meaning."""
    resolver, category = context.resolver, _CATEGORIES[reference.prefix]
    if code not in resolver.diseases.codes:  # where every declared code stands, with or without a disease that it means
        resolver.diseases.codes[code] = set()
        yield Entity(named_by_code(code), category, code)
    names = _names(resolver, reference)
    if predicate is Predicate.EXACT_MATCH and names.by_code(code).problem == "unknown":
        names.add_code(code, reference)
        if category in (Category.DISEASE, Category.DRUG):
            yield Entity(reference, category, reference.curie, attributes=((Attribute.CODE, code),))


def _side(text: str, resolver: Resolver) -> _Side:
    code = spelled(text)
    given = Reference.find(text) if code is None else None
    if given is None or given.prefix not in _CATEGORIES:
        return _Side(None, None, code)
    found = _names(resolver, given).by_identifier(given)
    if found.problem == "unknown":
        return _Side(given, None, None)
    current = found.reference
    if _CATEGORIES[given.prefix] is Category.DISEASE and (current is None or current.prefix != given.prefix):
        return _Side(given, given, None)  # diseases of other vocabularies meet Mondo in mappings, and stay themselves
    return _Side(given, current, None)


def _names(resolver: Resolver, reference: Reference) -> Names:
    return {
        Category.DISEASE: resolver.diseases,
        Category.DRUG: resolver.drugs,
        Category.PROTEIN: resolver.genes,
        Category.PHENOTYPIC_FEATURE: resolver.phenotypes,
    }[_CATEGORIES[reference.prefix]]


def _statement(file: SourceFile, row: Row, subject: Reference, predicate: Predicate, other: Reference) -> Association:
    justification = row["mapping_justification"]
    agent_type = AgentType.MANUAL_AGENT if justification == _MANUAL else AgentType.NOT_PROVIDED
    evidence = file.evidence(row.line, agent_type=agent_type)
    return Association(subject, predicate, other, evidence, ((Qualifier.MAPPING_JUSTIFICATION, justification),))


SOURCE: Final = Source(
    id="biomappings",
    title="Biomappings: community-curated mappings",
    license="CC0 1.0",
    license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    homepage="https://github.com/biopragmatics/biomappings",
    folder="mappings/biomappings",
    downloads=(Download("https://w3id.org/biopragmatics/biomappings/sssom/positive.sssom.tsv"),),
    tables=(Table("positive.sssom.tsv", read_mappings, unversioned="2026-07-16"),),  # its newest mapping_date
)
