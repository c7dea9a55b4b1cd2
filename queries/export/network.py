"""Paths as a networkx graph whose attributes are plain text, numbers and booleans, so that GraphML can hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from queries.export.tables import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association, Path


def paths_to_networkx(paths: Iterable[Path]) -> nx.MultiDiGraph[str]:
    """Nodes are CURIEs with name and category; edges run from subject to object under the association's key."""
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for path in paths:
        for hop in path.hops:
            for entity in (hop.subject, hop.object):
                network.add_node(entity.reference.curie, name=entity.name, category=str(entity.category))
            stated = hop.association
            network.add_edge(stated.subject.curie, stated.object.curie, key=stated.key, **_attributes(stated))
    return network


def _attributes(association: Association) -> dict[str, str | bool]:
    evidence = association.evidence
    publications = {publication.curie for item in evidence for publication in item.publications}
    return {
        "predicate": str(association.predicate),
        "negated": association.negated,
        "sources": join(f"{item.source} {item.release}" for item in evidence),
        "records": join(item.record for item in evidence),
        "licenses": join(dict.fromkeys(item.license for item in evidence)),
        "levels": join(item.level for item in evidence if item.level is not None),
        "knowledge_levels": join(dict.fromkeys(item.knowledge_level for item in evidence)),
        "publications": join(sorted(publications)),
    }
