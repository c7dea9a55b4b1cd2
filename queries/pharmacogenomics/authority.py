"""Which source speaks where several state the same of a pharmacogene.

CPIC's tables reach the graph by three ways: from CPIC itself, through PharmCAT, and through pypgx. They agree in most and
differ where one copy is older, so for one question one of them speaks, and nothing is mixed of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.sources import cpic, pharmcat
from kg.sources.cpic import API_RECORD, genotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Association, Evidence
    from kg.store import Graph

MALE: Final = "MALE"
"""How pypgx writes the missing second allele of a hemizygous X-linked gene; no allele of its own."""

DEFINING: Final = (pharmcat.SOURCE.id, cpic.SOURCE.id)
"""Sources of allele definitions, the preferred one first: PharmCAT's are newer than those of pypgx, but on GRCh38 alone."""

NAMING: Final = {cpic.SOURCE.id: frozenset({cpic.SOURCE.id})}
"""Sources whose phenotypes fit the allele names of a definition; of a source that is not listed every one's do.

pypgx names the alleles of some genes as PharmVar did before (NAT2 *4 is *1 now), so PharmCAT's phenotypes do not fit.
"""


def phenotype_of(
    graph: Graph, symbol: str, alleles: Sequence[str], sources: frozenset[str] | None = None
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


def spellings(alleles: Sequence[str]) -> Iterator[str]:
    """How the sources may write a diplotype.

    A single allele is written alone by CPIC and PharmCAT; pypgx writes ``X/MALE``, and a mitochondrial one twice.
    """
    if len(alleles) == 2 and MALE not in alleles:
        first, second = alleles
        yield from dict.fromkeys((f"{first}/{second}", f"{second}/{first}"))
    else:
        (name,) = [name for name in alleles if name != MALE]
        yield from (f"{name}/{MALE}", f"{MALE}/{name}", name, f"{name}/{name}")


def has_phenotypes(graph: Graph, symbol: str, names: Iterable[str], source: str) -> bool:
    """Whether phenotypes fit the allele names of a source: some allele has one in two copies, or alone."""
    return any(phenotype_of(graph, symbol, (name, name), NAMING.get(source)) for name in names)


def _distance(evidence: Evidence) -> int:
    """How far a statement is from CPIC: its own table, PharmCAT's copy, that of pypgx."""
    if evidence.source == pharmcat.SOURCE.id:
        return 1
    return 0 if evidence.record.startswith(API_RECORD) else 2
