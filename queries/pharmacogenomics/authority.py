"""Which source speaks where several state the same of a pharmacogene.

CPIC's tables reach the graph by three ways: from CPIC itself, through PharmCAT, and through pypgx. They agree in most and
differ where one copy is older, so for one question one of them speaks, and nothing is mixed of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.rdf import GRAPH, OBJECT, QUALIFIER, SUBJECT
from kg.sources import cpic, pharmcat
from kg.sources.cpic import API_RECORD, genotype, least_score
from ontology.reference import Reference
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyoxigraph import BlankNode, DefaultGraph, Triple

    from kg.model import Association, Evidence
    from kg.store import Graph

_SUBJECT: Final = NamedNode(SUBJECT + "has_phenotype")
_OBJECT: Final = OBJECT + "has_phenotype"
_ACTIVITY: Final = QUALIFIER + Qualifier.ACTIVITY_SCORE

MALE: Final = "MALE"
"""How pypgx writes the missing second allele of a hemizygous X-linked gene; no allele of its own."""

DEFINING: Final = (pharmcat.SOURCE.id, cpic.SOURCE.id)
"""Sources of allele definitions, the preferred one first: PharmCAT's are newer than those of pypgx, but on GRCh38 alone."""

NAMING: Final = {cpic.SOURCE.id: frozenset({cpic.SOURCE.id})}
"""Sources whose phenotypes fit the allele names of a definition; of a source that is not listed every one's do.

pypgx names the alleles of some genes as PharmVar did before (NAT2 *4 is *1 now), so PharmCAT's phenotypes do not fit.
"""


@lru_cache(maxsize=65_536)  # the diplotypes of a cohort, and the many that one sample leaves possible
def phenotype_of(
    graph: Graph, symbol: str, alleles: tuple[str, ...], sources: frozenset[str] | None = None
) -> Association | None:
    """The phenotype of a diplotype, whichever order of its alleles a source writes.

    ``sources`` restricts who may say so. A single allele is hemizygous or mitochondrial.
    """
    stated = [
        association
        for spelling in spellings(alleles)
        for association in graph.associations(genotype(symbol, spelling), "has_phenotype")
        if sources is None or any(evidence.source in sources for evidence in association.evidence)
    ]
    return min(stated, key=lambda association: min(map(_distance, association.evidence)), default=None)


@dataclass(frozen=True, slots=True)
class GeneResult:
    """Phenotype and activity score of a diplotype."""

    phenotype: Reference
    score: float | None


@lru_cache(maxsize=65_536)  # as above; one that is stated once, or alike by all, is read without its evidence
def result_of(
    graph: Graph, symbol: str, alleles: tuple[str, ...], sources: frozenset[str] | None = None
) -> GeneResult | None:
    """What :func:`phenotype_of` says, without who says so."""
    results = set()
    for spelling in spellings(alleles):
        subject = NamedNode(genotype(symbol, spelling).iri)
        for quad in graph.store.quads_for_pattern(None, _SUBJECT, subject, None):
            if sources is None or _source(quad.graph_name) in sources:
                results.add(_result(graph, quad.subject))
    if len(results) < 2:
        return next(iter(results), None)
    stated = phenotype_of(graph, symbol, alleles, sources)
    return None if stated is None else GeneResult(stated.object, _score(stated.qualifier(Qualifier.ACTIVITY_SCORE)))


def _result(graph: Graph, node: NamedNode | BlankNode | Triple) -> GeneResult:
    facts = {quad.predicate.value: quad.object for quad in graph.store.quads_for_pattern(node, None, None, None)}
    phenotype, score = facts[_OBJECT], facts.get(_ACTIVITY)
    assert isinstance(phenotype, NamedNode)  # noqa: S101 - what has a phenotype has an entity there
    return GeneResult(Reference.from_iri(phenotype.value), _score(getattr(score, "value", None)))


def _score(text: object) -> float | None:
    return None if text is None else least_score(str(text))


def _source(graph: NamedNode | BlankNode | DefaultGraph) -> str:
    """The source that a named graph is of."""
    return str(graph).strip("<>").removeprefix(GRAPH).partition("/")[0]


def spellings(alleles: Sequence[str]) -> Iterator[str]:
    """How the sources may write a diplotype.

    A single allele is written alone by CPIC and PharmCAT; pypgx writes ``X/MALE``, and a mitochondrial one twice.
    """
    if len(alleles) == 2 and MALE not in alleles:
        first, second = alleles
        yield from dict.fromkeys((f"{first}/{second}", f"{second}/{first}"))
    else:
        (name,) = [name for name in alleles if name != MALE]
        yield from (f"{name}/{MALE}", f"{MALE}/{name}", name)
        if MALE not in alleles:
            yield f"{name}/{name}"


def _distance(evidence: Evidence) -> int:
    """How far a statement is from CPIC: its own table, PharmCAT's copy, that of pypgx."""
    if evidence.source == pharmcat.SOURCE.id:
        return 1
    return 0 if evidence.record.startswith(API_RECORD) else 2
