"""Between core types and plain RDF 1.1: the shape of the graph, in one place.

An association is a node of its own, in the named graph of the source release that states it::

    association:KEY  subject:has_phenotype  OMIM:154700 ;        (negated: subject:not/has_phenotype)
                     object:has_phenotype   HP:0001166 ;
                     qualifier:frequency    "9/10" ;
                     gp:evidence            evidence:HASH .
    evidence:HASH    gp:provenance          provenance:HASH ;
                     dcterms:identifier     "phenotype.hpoa#L7" ;
                     biolink:publications   PMID:7951214 .
    provenance:HASH  dcterms:source "hpo" ; pav:version "2025-01-16" ; dcterms:license "..." ;
                     biolink:knowledge_level "knowledge_assertion" ; biolink:agent_type "manual_agent" ;
                     gp:level "PCS"^^gp:HpoEvidence .

``gp:evidence`` and ``gp:provenance`` are sub-properties of PROV-O's ``prov:wasDerivedFrom`` and
``prov:hadPrimarySource`` (``ontology/genopath.ttl``).

Each predicate has its own subject and object property, and a denied statement has other ones than an asserted one, so
that a query can never take the one for the other.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from kg.levels import LEVELS
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel, Value
from ontology.errors import DataError
from ontology.reference import Reference
from ontology.vocabulary import BIOLINK, DCTERMS, GENOPATH, GP, PAV, RDFS, SKOS, Attribute, Category, Predicate
from ontology.vocabulary import Qualifier as Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

    from kg.levels import Level

ASSOCIATION: Final = GENOPATH + "association/"
EVIDENCE: Final = GENOPATH + "evidence/"
PROVENANCE: Final = GENOPATH + "provenance/"
GRAPH: Final = GENOPATH + "graph/"
SUBJECT: Final = GENOPATH + "subject/"
OBJECT: Final = GENOPATH + "object/"
QUALIFIER: Final = GENOPATH + "qualifier/"
ATTRIBUTE: Final = GENOPATH + "attribute/"
NEGATED: Final = "not/"
HAS_EVIDENCE: Final = GP + "evidence"
HAS_PROVENANCE: Final = GP + "provenance"
HAS_LEVEL: Final = GP + "level"
NAME_KEY: Final = GP + "key"
"""Case-folded name or synonym, for exact look-up by name."""

LABEL: Final = RDFS + "label"
SYNONYM: Final = SKOS + "altLabel"
CATEGORY: Final = BIOLINK + "category"
_RECORD: Final = DCTERMS + "identifier"
_SOURCE: Final = DCTERMS + "source"
_LICENSE: Final = DCTERMS + "license"
_VERSION: Final = PAV + "version"
PUBLICATIONS: Final = BIOLINK + "publications"
_KNOWLEDGE_LEVEL: Final = BIOLINK + "knowledge_level"
_AGENT_TYPE: Final = BIOLINK + "agent_type"

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def graph_iri(source: str, release: str) -> str:
    """IRI of the named graph of one source release."""
    return f"{GRAPH}{source}/{release}"


def entity_to_nquads(entity: Entity, graph: str, *, named: bool = True) -> list[str]:
    """N-Quads lines (without line ends) of one entity in the named graph ``graph``.

    Where another source has ``named`` the entity already, its name here is one more synonym.
    """
    subject, end = f"<{entity.reference.iri}>", f"<{graph}> ."
    names = (entity.name, *entity.synonyms)
    lines = [f"{subject} <{SYNONYM}> {_literal(name)} {end}" for name in names[1 if named else 0 :]]
    if named:
        lines.append(f"{subject} <{CATEGORY}> <{entity.category.iri}> {end}")
        lines.append(f"{subject} <{LABEL}> {_literal(entity.name)} {end}")
    lines += [f"{subject} <{NAME_KEY}> {_literal(key)} {end}" for key in {name_key(name) for name in names}]
    lines += [f"{subject} <{ATTRIBUTE}{name}> {_value(value)} {end}" for name, value in entity.attributes]
    return lines


def association_to_nquads(association: Association, graph: str | None = None) -> list[str]:
    """N-Quads lines of one association with its evidence, each evidence in its source release's graph.

    ``graph`` overrides the graph, for exports that gather an answer in one graph.
    """
    node = f"<{ASSOCIATION}{association.key}>"
    prefix = (NEGATED if association.negated else "") + association.predicate.local_name
    body = [
        f"{node} <{SUBJECT}{prefix}> <{association.subject.iri}>",
        f"{node} <{OBJECT}{prefix}> <{association.object.iri}>",
        *(f"{node} <{QUALIFIER}{name}> {_value(value)}" for name, value in association.qualifiers),
    ]
    lines = []
    for evidence in association.evidence:
        end = f"<{graph or graph_iri(evidence.source, evidence.release)}> ."
        evidence_node, provenance_node, described = _provenance(evidence, end)
        lines += [f"{line} {end}" for line in body]
        lines.append(f"{node} <{HAS_EVIDENCE}> {evidence_node} {end}")
        lines.append(f"{evidence_node} <{HAS_PROVENANCE}> {provenance_node} {end}")
        lines.append(f"{evidence_node} <{_RECORD}> {_literal(evidence.record)} {end}")
        lines += [f"{evidence_node} <{PUBLICATIONS}> <{pub.iri}> {end}" for pub in evidence.publications]
        lines += described
    return lines


def name_key(name: str) -> str:
    """The form under which names are compared: case-folded, white space squeezed.

    >>> name_key("Marfan  Syndrome ")
    'marfan syndrome'
    """
    return " ".join(name.casefold().split())


def entities_from_rdf(quads: Iterable[Quad]) -> list[Entity]:
    """Entities described by ``quads``, in order of their references; several sources' words are united.

    The name is the alphabetically first label, so that the answer does not depend on the order of quads.
    """
    described: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        described[_iri(quad.subject)][quad.predicate.value].append(quad.object)
    entities = [_entity(iri, facts) for iri, facts in described.items() if CATEGORY in facts]
    return sorted(entities, key=lambda entity: entity.reference)


def associations_from_rdf(quads: Iterable[Quad]) -> list[Association]:
    """Associations described by ``quads`` (association, evidence and provenance nodes), in order of their keys.

    Raises:
        DataError: a node lacks its subject, object or evidence, or evidence lacks its provenance.
    """
    nodes: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        values = nodes[_iri(quad.subject)][quad.predicate.value]
        if quad.object not in values:
            values.append(quad.object)
    found = [_association(facts, nodes) for iri, facts in nodes.items() if iri.startswith(ASSOCIATION)]
    return sorted(found, key=lambda association: association.key)


if TYPE_CHECKING:
    Term = NamedNode | BlankNode | Literal | Triple


def _entity(iri: str, facts: dict[str, list[Term]]) -> Entity:
    labels = sorted(_text(value) for value in facts.get(LABEL, ()))
    category = Category("biolink:" + min(map(_text, facts[CATEGORY])).removeprefix(BIOLINK))
    attributes = tuple(
        (Attribute(predicate.removeprefix(ATTRIBUTE)), _from_term(value))
        for predicate, values in facts.items()
        if predicate.startswith(ATTRIBUTE)
        for value in values
    )
    synonyms = (*labels[1:], *(_text(value) for value in facts.get(SYNONYM, ())))
    return Entity(Reference.from_iri(iri), category, labels[0] if labels else iri, synonyms, attributes)


def _association(facts: dict[str, list[Term]], nodes: dict[str, dict[str, list[Term]]]) -> Association:
    subject = next((pair for pair in facts.items() if pair[0].startswith(SUBJECT)), None)
    if subject is None:
        raise DataError("an association node has no subject")
    name = subject[0].removeprefix(SUBJECT)
    try:
        return Association(
            subject=Reference.from_iri(_text(subject[1][0])),
            predicate=Predicate("biolink:" + name.removeprefix(NEGATED)),
            object=Reference.from_iri(_text(facts[OBJECT + name][0])),
            evidence=tuple(_evidence(nodes[_text(node)], nodes) for node in facts[HAS_EVIDENCE]),
            qualifiers=tuple(
                (Qualifier(predicate.removeprefix(QUALIFIER)), _from_term(value))
                for predicate, values in facts.items()
                if predicate.startswith(QUALIFIER)
                for value in values
            ),
            negated=name.startswith(NEGATED),
        )
    except (KeyError, IndexError) as error:
        raise DataError(f"an association of {_text(subject[1][0])} is incomplete: {error} is missing") from error


def _evidence(facts: dict[str, list[Term]], nodes: dict[str, dict[str, list[Term]]]) -> Evidence:
    about = nodes[_text(facts[HAS_PROVENANCE][0])]
    level = _level(about[HAS_LEVEL][0]) if about.get(HAS_LEVEL) else None
    return Evidence(
        source=_text(about[_SOURCE][0]),
        record=_text(facts[_RECORD][0]),
        release=_text(about[_VERSION][0]),
        license=_text(about[_LICENSE][0]),
        knowledge_level=KnowledgeLevel(_text(about[_KNOWLEDGE_LEVEL][0])),
        agent_type=AgentType(_text(about[_AGENT_TYPE][0])),
        publications=tuple(Reference.from_iri(_text(node)) for node in facts.get(PUBLICATIONS, ())),
        level=level,
    )


def _level(term: Term) -> Level:
    """A grade of evidence, whose datatype names its scale."""
    try:
        return LEVELS[term.datatype.value.removeprefix(GP)](_text(term))  # type: ignore[union-attr]  # levels are typed literals
    except (KeyError, ValueError) as error:
        raise DataError(f"this version knows no grade {term}; build the release again") from error


@lru_cache(maxsize=1 << 12)
def _provenance_node(
    source: str,
    release: str,
    license: str,
    knowledge_level: str,
    agent_type: str,
    level: str,
    level_kind: str,
    end: str,
) -> tuple[str, tuple[str, ...]]:
    """The provenance node that many evidence nodes share, and the finished lines that describe it."""
    parts = (source, release, license, knowledge_level, agent_type, level_kind, level)
    node = f"<{PROVENANCE}{_hash(parts)}>"
    described = [
        f"{node} <{_SOURCE}> {_literal(source)}",
        f"{node} <{_VERSION}> {_literal(release)}",
        f"{node} <{_LICENSE}> {_literal(license)}",
        f"{node} <{_KNOWLEDGE_LEVEL}> {_literal(knowledge_level)}",
        f"{node} <{_AGENT_TYPE}> {_literal(agent_type)}",
    ]
    if level_kind:
        described.append(f"{node} <{HAS_LEVEL}> {_literal(level)}^^<{GP}{level_kind}>")
    return node, tuple(f"{line} {end}" for line in described)


def _provenance(evidence: Evidence, end: str) -> tuple[str, str, tuple[str, ...]]:
    """IRIs of an evidence node and its provenance node, and the lines that describe the latter."""
    node, described = _provenance_node(
        evidence.source,
        evidence.release,
        evidence.license,
        evidence.knowledge_level,
        evidence.agent_type,
        evidence.level or "",
        type(evidence.level).__name__ if evidence.level is not None else "",
        end,
    )
    parts = (node, evidence.record, *(publication.curie for publication in evidence.publications))
    return f"<{EVIDENCE}{_hash(parts)}>", node, described


def _hash(parts: Iterable[str]) -> str:
    return blake2b(ascii([str(part) for part in parts]).encode(), digest_size=16).hexdigest()


def _literal(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _value(value: Value) -> str:
    return f"<{value.iri}>" if isinstance(value, Reference) else _literal(value)


def _iri(node: NamedNode | BlankNode | Triple) -> str:
    return node.value if hasattr(node, "value") else str(node)


def _text(term: Term) -> str:
    return term.value if hasattr(term, "value") else str(term)


def _from_term(term: Term) -> Value:
    from pyoxigraph import NamedNode

    return Reference.from_iri(term.value) if isinstance(term, NamedNode) else _text(term)
