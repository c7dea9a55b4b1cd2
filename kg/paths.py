"""Paths from associations: hops with their entities, walked forwards or backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity, Hop, Path
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.store import Graph
    from ontology.reference import Reference

_CATEGORY_OF_PREFIX: Final = {
    "HGNC": Category.GENE,
    "NCBIGene": Category.GENE,
    "dbSNP": Category.SEQUENCE_VARIANT,
    "ClinVar": Category.SEQUENCE_VARIANT,
    "RXNORM": Category.DRUG,
    "ATC": Category.DRUG,
    "CHEMBL": Category.DRUG,
    "DRUGBANK": Category.DRUG,
    "HP": Category.PHENOTYPIC_FEATURE,
}


def bare_entity(reference: Reference) -> Entity:
    """An entity that no source describes: named by its CURIE, its category that of the prefix (else a disease)."""
    return Entity(reference, _CATEGORY_OF_PREFIX.get(reference.prefix, Category.DISEASE), reference.curie)


def describe(graph: Graph, reference: Reference) -> Entity:
    """The entity of a reference, bare where the release does not describe it."""
    return graph.entity(reference) or bare_entity(reference)


def make_path(graph: Graph, start: Reference, associations: Sequence[Association], score: float | None = None) -> Path:
    """The path that walks ``associations`` one after the other from ``start``, each in the direction that fits.

    Raises:
        ValueError: an association does not touch the end of the one before it.
    """
    hops, place = [], start
    for association in associations:
        inverted = association.subject != place
        hops.append(
            Hop(association, describe(graph, association.subject), describe(graph, association.object), inverted)
        )
        place = hops[-1].end.reference
    return Path(tuple(hops), score)
