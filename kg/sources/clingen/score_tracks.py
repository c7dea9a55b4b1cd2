"""Dosage scores in BED files: of genes by symbol, and of regions by coordinates.

The tracks of genes hold the same scores for either assembly, so that one of them is read, and its coordinates are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.sources.clingen.dosage import Dosage, Scored, read_score
from kg.sources.genes import find_gene
from kg.sources.regions import bed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from kg.sources.regions import Assembly


def read_gene_scores(file: SourceFile, context: Context, *, dosage: Dosage) -> Iterator[Item]:
    """Scores of genes, one a gene."""
    seen: dict[str, str] = {}
    for row in context.records(bed_rows(file, 5)):
        symbol, text = row.fields[3:]
        if seen.setdefault(symbol, text) != text:
            raise file.error(row.line, f"gives {symbol} the score {text}, an earlier line {seen[symbol]}")
        row.interval()
        level = read_score(file, row.line, text)
        gene = find_gene(context, symbol)
        if gene is not None:
            yield from Scored(gene, dosage, level, file.evidence(row.line, level=level)).items(context)


def read_region_scores(file: SourceFile, context: Context, *, dosage: Dosage, assembly: Assembly) -> Iterator[Item]:
    """Scores of regions, which these lists do not name.

    Their coordinates are those of ClinGen's own table (``chr22:18912231-21465672`` of ISCA-37446 on GRCh37), which count
    from 1: the first base is not the one behind the start, as in other BED files.
    """
    for row in context.records(bed_rows(file, 4)):
        level = read_score(file, row.line, row.fields[3])
        region = row.interval(first_base=1).entity(assembly)
        items = list(Scored(region.reference, dosage, level, file.evidence(row.line, level=level)).items(context))
        if items:
            yield region
            yield from items
