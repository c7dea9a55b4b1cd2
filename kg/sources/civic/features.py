"""CIViC features (genes, fusions and other factors) and groups of variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.sources.civic.fields import Unique, chosen, civic_id, identifier, items
from kg.sources.civic.links import Links
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""CIViC gives the other vocabulary's id without saying how the two were matched."""

_FEATURE_COLUMNS: Final = (
    "feature_id",
    "feature_type",
    "name",
    "feature_aliases",
    "entrez_id",
    "ncit_id",
    "five_prime_gene_name",
    "five_prime_gene_entrez_id",
    "three_prime_gene_name",
    "three_prime_gene_entrez_id",
)
FEATURE_TYPES: Final = {
    "Gene": Category.GENE,
    "Fusion": Category.GENOMIC_ENTITY,
    "Factor": Category.GENOMIC_ENTITY,
}
_PARTNERS: Final = {"five_prime": "5'", "three_prime": "3'"}


def read_features(file: SourceFile, context: Context) -> Iterator[Item]:
    """Genes matched to HGNC through their NCBI ids, fusions with their partner genes, factors with their NCIt concepts."""
    unique = Unique(file, context)
    for row in context.records(file.rows(_FEATURE_COLUMNS)):
        feature = civic_id(file, row, "feature_id", "feature")
        if unique.repeats(feature, row):
            continue
        category = chosen(file, row, "feature_type", FEATURE_TYPES)
        context.shared(Links).features.add(feature)
        yield Entity(feature, category, row["name"], tuple(items(row["feature_aliases"])))
        yield from _gene_match(file, context, row, feature)
        yield from _partners(file, context, row, feature)
        if ncit := identifier(file, row, "ncit_id", "NCIT"):
            yield Entity(ncit, category, row["name"])
            yield _match(file, feature, Predicate.CLOSE_MATCH, ncit)


def read_groups(file: SourceFile, context: Context) -> Iterator[Item]:
    """Groups of variants; which variants they hold stands in the table of variants."""
    unique = Unique(file, context)
    for row in context.records(file.rows(("variant_group_id", "variant_group"))):
        group = civic_id(file, row, "variant_group_id", "variant_group")
        if not unique.repeats(group, row):
            context.shared(Links).groups[row["variant_group"]] = group
            yield Entity(group, Category.GENOMIC_ENTITY, row["variant_group"])


def gene(context: Context, ncbi: Reference, symbol: str) -> Iterator[Entity]:
    """The declaration of a gene that the build knows under no HGNC id; of others, nothing."""
    if context.resolver.genes.by_identifier(ncbi).reference is None:
        reason = "gene without an HGNC id in this build (kept under its NCBI id)"
        context.unresolved.add(reason, f"{ncbi} {symbol}")
        yield Entity(ncbi, Category.GENE, symbol)


def known_gene(context: Context, ncbi: Reference) -> Reference:
    """The gene's HGNC reference, else its NCBI one."""
    return context.resolver.genes.by_identifier(ncbi).reference or ncbi


def _gene_match(file: SourceFile, context: Context, row: Row, feature: Reference) -> Iterator[Item]:
    ncbi = identifier(file, row, "entrez_id", "NCBIGene")
    if ncbi is not None:
        yield from gene(context, ncbi, row["name"])
        yield _match(file, feature, Predicate.EXACT_MATCH, known_gene(context, ncbi))


def _partners(file: SourceFile, context: Context, row: Row, fusion: Reference) -> Iterator[Item]:
    for column, partner in _PARTNERS.items():
        ncbi = identifier(file, row, f"{column}_gene_entrez_id", "NCBIGene")
        if ncbi is not None:
            yield from gene(context, ncbi, row[f"{column}_gene_name"])
            yield Association(
                fusion,
                Predicate.HAS_PART,
                known_gene(context, ncbi),
                file.evidence(fusion.curie),
                ((Qualifier.FUSION_PARTNER, partner),),
            )


def _match(file: SourceFile, feature: Reference, predicate: Predicate, other: Reference) -> Association:
    evidence = file.evidence(feature.curie, agent_type=AgentType.NOT_PROVIDED)
    return Association(feature, predicate, other, evidence, ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),))
