"""Mondo: the disease hierarchy, and its mappings to the disease vocabularies of other sources.

Read are ``mondo.obo`` (https://mondo.monarchinitiative.org/pages/download/), or the same ontology as the JSON of
https://github.com/chanzuckerberg/cellxgene-ontology-guide, and the exact matches that Mondo publishes as SSSOM tables
(https://mapping-commons.github.io/sssom/). Diseases of other vocabularies are never rewritten to Mondo; they meet there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from kg.model import AgentType, Association, Entity
from kg.source import Source, Table
from kg.sources.obo import Term, ancestors, read_obo, replacements
from ontology.errors import IdentifierError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

ROOT: Final = Reference("MONDO", "0000001")
"""Disease."""
CHARACTERISTIC_ROOT: Final = Reference("MONDO", "0021125")
"""Disease characteristic: terms such as congenital or acquired, which qualify a disease and are none."""

_SSSOM_COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
)
_AGENT_OF_JUSTIFICATION: Final = {
    "semapv:ManualMappingCuration": AgentType.MANUAL_AGENT,
    "semapv:LexicalMatching": AgentType.AUTOMATED_AGENT,
}


def read_obo_terms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases and their hierarchy from ``mondo.obo``."""
    yield from _items(file, context, read_obo(file, context, "MONDO"))


def read_json_terms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases and their hierarchy from the JSON of cellxgene-ontology-guide.

    It maps each term to its ancestors with their distances; distance 1 is a parent. It does not tell how exact a
    synonym is.
    """
    if ROOT in context.resolver.diseases.known:
        context.left_out.add("second copy of the Mondo ontology beside mondo.obo", file.name)
        return
    document = file.json()
    if not isinstance(document, dict):
        raise file.error(None, "is no JSON object of terms")
    terms = (_json_term(file, context, node, data) for node, data in document.items())
    yield from _items(file, context, {term.reference: term for term in terms})


def read_mappings(file: SourceFile, context: Context) -> Iterator[Item]:
    """Exact matches between Mondo and one other vocabulary, from an SSSOM table.

    Where Mondo equates one of its diseases with several of the other vocabulary, each match is kept as stated, and no
    identifier of the other side is resolved to the Mondo disease: that source keeps them apart.
    """
    matched: dict[Reference, set[Reference]] = defaultdict(set)
    claimed: dict[Reference, set[Reference]] = defaultdict(set)
    for row in file.rows(_SSSOM_COLUMNS, comment="#"):
        mapping = _mapping(file, row, context)
        if mapping is not None:
            matched[mapping.subject].add(mapping.object)
            claimed[mapping.object].add(mapping.subject)
            yield Entity(mapping.object, Category.DISEASE, row["object_label"] or row["subject_label"])
            yield mapping
    for disease, others in matched.items():
        context.resolver.diseases.map(disease, others)
        if len(others) > 1:
            context.resolver.diseases.keep_apart(others)
    for several, reason in (
        (matched, "Mondo disease with several exact matches in one vocabulary"),
        (claimed, "disease that several Mondo diseases match exactly"),
    ):
        for reference, others in several.items():
            if len(others) > 1:
                context.ambiguous.add(reason, f"{reference}: {', '.join(map(str, sorted(others)))}")


def _items(file: SourceFile, context: Context, terms: Mapping[Reference, Term]) -> Iterator[Item]:
    older: dict[Reference, list[Reference]] = defaultdict(list)
    for term in terms.values():
        older[term.reference] += term.alternative_ids
        for current in replacements(term, terms):
            older[current].append(term.reference)
    for term in terms.values():
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
            data["label"],
            tuple(data.get("synonyms", ())),
            tuple(Reference.parse(above) for above, distance in data["ancestors"].items() if distance == 1),
            obsolete=data["deprecated"] is True,
            replaced_by=(replacement,) if replacement else (),
        )
    except (AttributeError, IdentifierError, KeyError, TypeError) as error:
        raise file.error(None, f"term {node} cannot be read: {error!r}") from error


def _mapping(file: SourceFile, row: Row, context: Context) -> Association | None:
    subject, other = Reference.find(row["subject_id"]), Reference.find(row["object_id"])
    if subject is None or subject.prefix != "MONDO":
        raise file.error(row.line, f"column subject_id holds {row['subject_id']!r}, which is no Mondo id")
    if row["predicate_id"] != "skos:exactMatch" or row.fields.get("predicate_modifier"):
        context.left_out.add(f"mapping that is no exact match ({row['predicate_id']})", row["object_id"])
    elif row["subject_label"].startswith("obsolete"):
        context.left_out.add("mapping of an obsolete Mondo term", row["subject_id"])
    elif subject not in context.resolver.diseases.known:
        context.unresolved.add("mapping of a Mondo id that is no disease of this Mondo release", row["subject_id"])
    elif other is None:
        context.unresolved.add("mapping to an identifier without a registered prefix", row["object_id"])
    else:
        justification = row["mapping_justification"]
        agent_type = _AGENT_OF_JUSTIFICATION.get(justification, AgentType.NOT_PROVIDED)
        qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, justification),)
        evidence = file.evidence(row.line, agent_type=agent_type)
        return Association(subject, Predicate.EXACT_MATCH, other, evidence, qualifiers)
    return None


SOURCE: Final = Source(
    id="mondo",
    title="Mondo Disease Ontology",
    license="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    homepage="https://mondo.monarchinitiative.org",
    tables=(
        Table("mondo.obo", read_obo_terms, required=False),
        Table("MONDO-ontology-v*.json", read_json_terms, required=False),
        *(
            Table(f"mondo_exactmatch_{vocabulary}.sssom.tsv", read_mappings, required=False)
            for vocabulary in ("omim", "orphanet", "doid", "ncit")
        ),
    ),
)
