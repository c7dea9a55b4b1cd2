"""Documents about the release itself: the paths between two entities, and what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.envelope import Json, document
from genopath.document.paths import hop_to_json, node_to_json, paths_to_json, qualifier_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Path
    from kg.release import Manifest
    from queries.lookup import Lookup


def explain_document(manifest: Manifest, paths: Iterable[Path]) -> Json:
    """The answer of ``genopath explain``; it belongs to no case."""
    return document(manifest, None, paths=paths_to_json(paths))


def lookup_document(manifest: Manifest, found: Lookup) -> Json:
    """The answer of ``genopath lookup``: an entity and every association that touches it, as hops that leave it."""
    entity = found.entity
    hops = [hop_to_json(neighbour.as_hop(entity)) for neighbour in found.neighbours]
    attributes = [qualifier_to_json(name, value) for name, value in entity.attributes]
    described = {**node_to_json(entity), "synonyms": list(entity.synonyms), "attributes": attributes}
    return document(manifest, None, entity=described, associations=hops)
