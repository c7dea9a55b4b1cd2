"""Reactome: pathways as sets of human genes (doi:10.1093/nar/gkab1028).

Read is ``ReactomePathways.gmt`` (https://reactome.org/download-data): a line a pathway with its name, its stable id and
gene symbols. Older releases write the words ``Reactome Pathway`` before the symbols.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.normalize import Match
from kg.source import Download, Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from kg.context import Context
    from kg.normalize import Resolution
    from kg.source import Item, SourceFile

_STABLE_ID: Final = re.compile(r"R-[A-Z]{3}-\d+", re.ASCII)
_HUMAN_SYMBOL: Final = re.compile(r"[A-Z0-9_./@-]+|C(\d+|X|Y)orf\d+[A-Z0-9]*", re.ASCII)
"""Upper case, but for ``C9orf72`` and its like (HGNC guidelines, doi:10.1038/s41588-020-0669-3)."""
_DESCRIPTION: Final = "Reactome Pathway"


@dataclass(frozen=True, slots=True)
class _GeneSet:
    """One line."""

    stable_id: str
    name: str
    symbols: tuple[str, ...]


def pathway(stable_id: str) -> Reference:
    """The entity of a pathway.

    >>> pathway("R-HSA-164843").curie
    'GENOPATH:pathway/R-HSA-164843'
    """
    return Reference.mint("pathway", stable_id)


def read_pathways(file: SourceFile, context: Context) -> Iterator[Item]:
    """Pathways, and the human genes that take part in them."""
    gene_sets = list(_gene_sets(file))
    genes = _genes(context, [symbol for gene_set in gene_sets for symbol in gene_set.symbols])
    seen: set[str] = set()
    for gene_set in context.records(gene_sets):
        if gene_set.stable_id in seen:
            raise file.error(None, f"has two sets of the pathway {gene_set.stable_id}")
        seen.add(gene_set.stable_id)
        reference = pathway(gene_set.stable_id)
        yield Entity(reference, Category.PATHWAY, gene_set.name)
        for symbol in gene_set.symbols:
            gene = genes[symbol]
            if isinstance(gene, Reference):
                yield Association(gene, Predicate.PARTICIPATES_IN, reference, file.evidence(gene_set.stable_id))
            else:
                context.unresolved.add(gene, symbol)


def _genes(context: Context, symbols: Iterable[str]) -> dict[str, Reference | str]:
    """The human gene of each symbol, or why it has none.

    Pathways of infections list genes of pathogens, too, whose symbols are often an alias or a former symbol of a human
    gene (``UL23`` of a herpesvirus is an alias of RPL23A, ``NP`` of influenza the former symbol of PNP). So no alias is
    taken, and a former symbol only where the file does not name its gene by the approved one.
    """
    found = {symbol: context.resolver.genes.by_name(symbol) for symbol in symbols}
    approved = {one.reference for one in found.values() if one.match is Match.NAME}
    return {symbol: _human(symbol, one, approved) for symbol, one in found.items()}


def _human(symbol: str, found: Resolution, approved: Set[Reference | None]) -> Reference | str:
    if not _HUMAN_SYMBOL.fullmatch(symbol):
        return "symbol that is not written as a human one"
    if found.match is Match.ALIAS:
        return "symbol that is only an alias of a human gene"
    if found.match is Match.PREVIOUS and found.reference in approved:
        return "former symbol of a gene that the file names by its approved one"
    return found.reference or f"gene symbol {(found.problem or 'unknown').partition(':')[0]}"


def _gene_sets(file: SourceFile) -> Iterator[_GeneSet]:
    number = 0
    for number, line in file.lines():
        name, stable_id, symbols = ([*line.split("\t", 2), "", ""])[:3]
        if not name.strip() or not _STABLE_ID.fullmatch(stable_id) or not symbols.strip():
            raise file.error(number, f"is no pathway name, stable id and genes separated by tabs: {line[:60]!r}")
        genes = [symbol for symbol in symbols.split("\t") if symbol and symbol != _DESCRIPTION]
        yield _GeneSet(stable_id, name.strip(), tuple(dict.fromkeys(genes)))
    if not number:
        raise file.error(None, "is empty: no gene set")


SOURCE: Final = Source(
    id="reactome",
    title="Reactome pathway gene sets",
    license="CC0 1.0",
    license_url="https://reactome.org/license",
    homepage="https://reactome.org",
    downloads=(Download("https://reactome.org/download/current/ReactomePathways.gmt.zip"),),
    tables=(Table("ReactomePathways.gmt", read_pathways, unversioned="undated"),),
)
