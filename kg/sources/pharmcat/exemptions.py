"""Exceptions of PharmCAT's matcher: which of several unphased diplotypes it reports (``exemptions.json``).

The file also names positions that the definitions leave out or need, and the alleles that panels should test
(https://pharmcat.clinpgx.org/methods/NamedAlleleMatcher-201/); these are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Entity
from kg.sources.cpic.names import allele_names, genotype, genotype_entity
from kg.sources.genes import find_gene
from kg.sources.pharmcat.documents import Node
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile


def read_exemptions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diplotypes that stand before others which the same unphased genotypes fit; one record a rule."""
    document = Node.of(file)
    rules = [
        (symbol, rule)
        for symbol in document.fields
        for rule in document.node(symbol).nodes("unphasedDiplotypePriorities")
    ]
    for symbol, rule in context.records(rules):
        pick, fitting = rule.text("pick"), rule.texts("list")
        if pick not in fitting or len(fitting) < 2 or any(len(allele_names(text)) != 2 for text in fitting):
            raise file.error(None, f"picks {symbol} {pick} from {fitting}; expected two diplotypes or more")
        gene = find_gene(context, symbol)
        if gene is None:
            context.unresolved.add("gene symbol unknown", symbol)
            continue
        for other in fitting:
            if other != pick:
                yield genotype_entity(symbol, gene, other)
                attributes = ((Attribute.GENE, gene), (Attribute.UNPHASED_BEFORE, genotype(symbol, other)))
                yield Entity(genotype(symbol, pick), Category.GENOTYPE, f"{symbol} {pick}", attributes=attributes)
