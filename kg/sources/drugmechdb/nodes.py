"""What the nodes of DrugMechDB's paths are in the graph.

Genes, drugs, diseases and HPO terms become the build's own entities where an identifier leads there; everything else is
``term/VOCABULARY:ID`` (``term/GO:0006412``), and a Reactome pathway ``pathway/R-HSA-...``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.normalize import Match
from kg.sources.conditions import condition_entity, known_condition
from kg.sources.drugs import known_drug
from kg.sources.reactome import pathway
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from kg.context import Context
    from kg.normalize import Resolver
    from kg.sources.drugmechdb.paths import Node

CHEMICALS: Final = frozenset({"Drug", "ChemicalSubstance"})
CONDITIONS: Final = frozenset({"Disease", "PhenotypicFeature"})

CATEGORIES: Final = {
    "BiologicalProcess": Category.BIOLOGICAL_PROCESS,
    "Cell": Category.CELL,
    "CellularComponent": Category.CELLULAR_COMPONENT,
    "ChemicalSubstance": Category.CHEMICAL_ENTITY,
    "Disease": Category.DISEASE,
    "Drug": Category.CHEMICAL_ENTITY,
    "GeneFamily": Category.PROTEIN_FAMILY,
    "GrossAnatomicalStructure": Category.ANATOMICAL_ENTITY,
    "MacromolecularComplex": Category.MACROMOLECULAR_COMPLEX,
    "MolecularActivity": Category.MOLECULAR_ACTIVITY,
    "OrganismTaxon": Category.ORGANISM_TAXON,
    "Pathway": Category.PATHWAY,
    "PhenotypicFeature": Category.PHENOTYPIC_FEATURE,
    "Protein": Category.PROTEIN,
}
"""Category of a minted entity by the label of its node. One substance is a drug on one path and a body's own on another, so
both are chemicals; the families are InterPro's, of proteins."""
_SPELLINGS: Final = {"DB": "DRUGBANK", "taxonomy": "NCBITaxon", "TIGR": "TIGRFAM"}
"""Prefixes that Bioregistry spells otherwise."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The entity of a node; ``code`` is the source's identifier where that is another, ``new`` its description."""

    reference: Reference
    code: str | None = None
    new: Entity | None = None


@dataclass(slots=True)
class Nodes:
    """Entities that were declared for nodes, which a source's files share."""

    categories: dict[Reference, Category] = field(default_factory=dict)

    def declare(self, resolved: Resolved, context: Context) -> Entity | None:
        """The description of an entity that is met for the first time.

        A node that another path labels otherwise keeps its first label.
        """
        if resolved.new is None:
            return None
        first = self.categories.get(resolved.reference)
        if first is None:
            self.categories[resolved.reference] = resolved.new.category
            return resolved.new
        if first is not resolved.new.category:
            context.ambiguous.add(
                "node that paths label differently (the first label is kept)", resolved.reference.curie
            )
        return None


def resolve(context: Context, node: Node, drugbank: str = "") -> Resolved:
    """The entity of a node; ``drugbank`` is the DrugBank id that the path gives its drug."""
    prefix, _, local = node.id.partition(":")
    if drugbank or prefix == "DB":
        found = _drug(context.resolver, node, Reference.find(f"DRUGBANK:{drugbank or local}"))
        if found is not None:
            return found
    if prefix == "HP" and (term := Reference.find(node.id)) is not None:
        known = known_condition(context.resolver, term)
        return Resolved(known) if known else Resolved(term, new=condition_entity(term, node.name))
    if prefix == "reactome":
        reference = pathway(local)
        return Resolved(reference, new=Entity(reference, Category.PATHWAY, node.name, node.synonyms))
    code = f"{_SPELLINGS.get(prefix, prefix)}:{local}"
    mapped = _by_code(context.resolver, node, code)
    return Resolved(mapped, code) if mapped else _minted(context, node, code)


def _drug(resolver: Resolver, node: Node, drugbank: Reference | None) -> Resolved | None:
    """The drug by its DrugBank id, its code or its name; else that id itself, if it is one."""
    found = known_drug(resolver, "", [drugbank] if drugbank else [])
    reference = (
        found.reference or resolver.drugs.by_code(node.id).reference or resolver.drugs.by_name(node.name).reference
    )
    code = None if node.id.startswith("DB:") else node.id
    if reference is not None:
        return Resolved(reference, code)
    if drugbank is None:
        return None
    return Resolved(drugbank, code, Entity(drugbank, Category.DRUG, node.name, node.synonyms))


def _by_code(resolver: Resolver, node: Node, code: str) -> Reference | None:
    if node.label in CONDITIONS:
        return resolver.diseases.by_code(code).reference or resolver.phenotypes.by_code(code).reference
    if node.label == "Protein":
        return resolver.genes.by_code(code).reference
    if node.label not in CHEMICALS:
        return None
    if (found := resolver.drugs.by_code(code).reference) is not None:
        return found
    named = resolver.drugs.by_name(node.name)
    return named.reference if node.label == "Drug" and named.match is Match.NAME else None


def _minted(context: Context, node: Node, code: str) -> Resolved:
    """An entity of its own; a code that several Mondo diseases claim has one already."""
    reference = Reference.mint("term", code)
    if code in context.resolver.diseases.codes:
        return Resolved(reference)
    return Resolved(reference, new=Entity(reference, CATEGORIES[node.label], node.name, node.synonyms))
