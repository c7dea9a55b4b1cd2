"""Training triples of a release: subject, predicate and object of asserted statements, as arrays and as TSV.

Left out are denied statements, mappings between vocabularies (they name one thing twice) and the diplotype tables, whose
rows follow from the alleles: a model would learn the arithmetic and no biology.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.network import Network

NOT_LEARNED: Final = frozenset({Predicate.EXACT_MATCH, Predicate.CLOSE_MATCH, Predicate.HAS_PART})
"""Predicates that state identity or composition."""
_DERIVED_PREFIX: Final = "GENOPATH:genotype/"


@dataclass(frozen=True, slots=True, eq=False)
class Triples:
    """Distinct triples in ascending order; ``rows`` has shape ``(n, 3)``: subject, predicate, object as positions."""

    rows: NDArray[np.int32]
    entities: tuple[str, ...]
    """CURIEs; positions are those of the release's network."""
    predicates: tuple[str, ...]

    def write_tsv(self, path: Path) -> None:
        """Write subject, predicate and object by name, as ``pykeen.triples.TriplesFactory.from_path`` reads them."""
        with path.open("w", encoding="utf-8") as stream:
            for subject, predicate, object_ in self.rows.tolist():
                stream.write(f"{self.entities[subject]}\t{self.predicates[predicate]}\t{self.entities[object_]}\n")


def extract_triples(network: Network) -> Triples:
    """The asserted statements of a release that link prediction learns from."""
    entities = tuple(network.reference(node).curie for node in range(len(network)))
    learned = np.array([Predicate(name) not in NOT_LEARNED for name in network.predicates])
    derived = np.array([name.startswith(_DERIVED_PREFIX) for name in entities])
    subject, object_ = network.subject, network.object
    keep = ~network.negated & learned[network.predicate] & ~derived[subject] & ~derived[object_]
    rows = np.stack((subject[keep], network.predicate[keep].astype(np.int32), object_[keep]), axis=1)
    return Triples(np.unique(rows, axis=0), entities, network.predicates)
