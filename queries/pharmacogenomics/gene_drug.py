"""What guidelines say of a gene and a drug as a whole: gene-drug pairs with the pages of their guidelines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.levels import FdaAssociationSection
from kg.sources import cpic
from kg.sources.fda import FDA
from ontology.vocabulary import Qualifier
from queries.pharmacogenomics.rules import CPIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Association
    from kg.store import Graph
    from ontology.reference import Reference


@dataclass(frozen=True, slots=True)
class Pair:
    """A gene and a drug that one body's guideline is on; ``association`` holds the evidence of that body alone."""

    body: str
    association: Association

    @property
    def is_annotated(self) -> bool:
        """Whether an annotation of the body's guideline states it, whose record is the guideline's accession number."""
        return self.association.qualifier(Qualifier.GUIDELINE_BODY) is not None

    @property
    def url(self) -> str | None:
        """The guideline's page."""
        value = self.association.qualifier(Qualifier.GUIDELINE)
        return None if value is None else str(value)


def find_pairs(graph: Graph, drug: Reference, genes: Sequence[Reference] | None = None) -> list[Pair]:
    """Pairs of a drug with each gene (default: any), in the graph's order.

    Of CPIC also its table of pairs; of the FDA its table of associations, and not its list of biomarkers on labels.
    """
    if genes is None:
        stated = graph.associations(predicate="affects", object=drug)
    else:
        stated = [one for gene in genes for one in graph.associations(gene, "affects", drug)]
    return [pair for association in stated for pair in _pairs(association)]


def _pairs(association: Association) -> Iterator[Pair]:
    if association.qualifier(Qualifier.RECOMMENDATION) is not None:
        return
    if body := association.qualifier(Qualifier.GUIDELINE_BODY):
        yield Pair(str(body), association)
        return
    if any(isinstance(one.level, FdaAssociationSection) for one in association.evidence):
        yield Pair(FDA, association)
    elif table := tuple(one for one in association.evidence if one.source == cpic.SOURCE.id):
        yield Pair(CPIC, replace(association, evidence=table))
