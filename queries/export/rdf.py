"""Paths as RDF, in the shape that the graph release itself has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph
import rdflib
from oxrdflib import OxigraphStore

from kg.rdf import GRAPH, association_to_nquads, entity_to_nquads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Path

ANSWER_GRAPH: Final = GRAPH + "answer"
"""Named graph of the entities' names and categories, which several sources may share."""


def paths_to_nquads(paths: Iterable[Path]) -> str:
    """Sorted N-Quads: associations in the graphs of their source releases, entities in :data:`ANSWER_GRAPH`."""
    hops = [hop for path in paths for hop in path.hops]
    lines = {line for hop in hops for line in association_to_nquads(hop.association)}
    entities = {entity.reference: entity for hop in hops for entity in (hop.subject, hop.object)}
    lines.update(line for entity in entities.values() for line in entity_to_nquads(entity, ANSWER_GRAPH))
    return "".join(f"{line}\n" for line in sorted(lines))


def paths_to_rdf(paths: Iterable[Path]) -> rdflib.Dataset:
    """The same as an rdflib dataset in memory."""
    store = pyoxigraph.Store()
    store.load(paths_to_nquads(paths).encode(), pyoxigraph.RdfFormat.N_QUADS)
    return rdflib.Dataset(store=OxigraphStore(store=store))
