"""Which source speaks where several state the same of a pharmacogene.

CPIC's tables reach the graph by three ways: from CPIC itself, through PharmCAT, and through pypgx. They agree in most and
differ where one copy is older, so for one question one of them speaks, and nothing is mixed of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.diplotypes import MITOCHONDRIAL, least_distance
from kg.model import Association
from kg.sources import cpic, pharmcat
from kg.sources.cpic import MALE, genotype, least_score
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.store import Graph

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

    ``sources`` restricts who may say so. A single allele is hemizygous or mitochondrial. The statement nearest to CPIC
    speaks (:func:`kg.diplotypes.least_distance`), of equally near ones that with the first key.
    """
    stated = [
        association
        for spelling in spellings(symbol, alleles)
        for association in graph.associations(genotype(symbol, spelling), "has_phenotype")
        if sources is None or any(evidence.source in sources for evidence in association.evidence)
    ]
    return min(stated, key=lambda association: (least_distance(association), association.key), default=None)


@dataclass(frozen=True, slots=True)
class GeneResult:
    """Phenotype and activity score of a diplotype."""

    phenotype: Reference
    score: float | None


@lru_cache(maxsize=65_536)
def result_of(
    graph: Graph, symbol: str, alleles: tuple[str, ...], sources: frozenset[str] | None = None
) -> GeneResult | None:
    """What :func:`phenotype_of` says, without who says so: read from the release's arrays, not from its store."""
    stated = graph.diplotypes().find(symbol, alleles, sources)
    if stated is None:
        return None
    return GeneResult(stated.phenotype, None if stated.score is None else least_score(stated.score))


@dataclass(frozen=True, slots=True, eq=False)
class StatedPhenotypes(Mapping[Reference, Association | None]):
    """Phenotypes of a gene's diplotypes, each with what :func:`phenotype_of` a diplotype says, read when it is asked for."""

    graph: Graph
    symbol: str
    alleles: Mapping[Reference, tuple[str, ...]]
    """A diplotype of each phenotype."""
    sources: frozenset[str] | None

    def __getitem__(self, phenotype: Reference) -> Association | None:
        """The association of a diplotype with a phenotype."""
        return phenotype_of(self.graph, self.symbol, self.alleles[phenotype], self.sources)

    def __contains__(self, phenotype: object) -> bool:
        """Whether some diplotype has a phenotype."""
        return phenotype in self.alleles

    def __iter__(self) -> Iterator[Reference]:
        """The phenotypes, in the order of the diplotypes."""
        return iter(self.alleles)

    def __len__(self) -> int:
        """Number of distinct phenotypes."""
        return len(self.alleles)


def spellings(symbol: str, alleles: Sequence[str]) -> Iterator[str]:
    """How the sources may write a diplotype.

    A single allele is written alone by CPIC and PharmCAT; pypgx writes ``X/MALE``, and a mitochondrial one twice. One allele
    of another gene is half a diplotype, and never two of it.
    """
    if len(alleles) == 2 and MALE not in alleles:
        first, second = alleles
        yield from dict.fromkeys((f"{first}/{second}", f"{second}/{first}"))
    else:
        (name,) = [name for name in alleles if name != MALE]
        yield from (f"{name}/{MALE}", f"{MALE}/{name}", name)
        if symbol.startswith(MITOCHONDRIAL):
            yield f"{name}/{name}"
