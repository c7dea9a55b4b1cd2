"""Phenotypes, in ClinPGx a word for diseases and features alike, and what they mean in HPO and Mondo: ``phenotypes.tsv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.sources.clinpgx.fields import ACCESSION, JUSTIFICATION, cross_references, listed, own_accession
from kg.sources.conditions import condition_entity, known_condition
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from kg.sources.clinpgx.fields import CrossReference
    from ontology.reference import Reference

_COLUMNS: Final = (ACCESSION, "Name", "Alternate Names", "External Vocabulary")


def read_phenotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Phenotypes with close matches in HPO and Mondo: ClinPGx does not say that a match is exact.

    One that HPO has is a phenotypic feature, any other a disease.
    """
    declared: set[Reference] = set()
    seen: dict[Reference, int] = {}
    for row in context.records(file.rows(_COLUMNS, quoted=True)):
        phenotype = own_accession(file, row, seen)
        matches = [
            cross for cross in cross_references(row["External Vocabulary"]) if cross.reference.prefix in ("HP", "MONDO")
        ]
        in_hpo = any(cross.reference.prefix == "HP" for cross in matches)
        category = Category.PHENOTYPIC_FEATURE if in_hpo else Category.DISEASE
        yield Entity(phenotype, category, row["Name"], tuple(listed(row["Alternate Names"])))
        if not matches:
            context.left_out.add("mapping of a phenotype that has none to HPO or Mondo", f"{phenotype} {row['Name']}")
        for cross in matches:
            condition = known_condition(context.resolver, cross.reference)
            if condition is None:
                condition = cross.reference
                yield from _declaration(cross, row["Name"], declared, context)
            yield _mapping(file, phenotype, condition)


def _declaration(cross: CrossReference, name: str, declared: set[Reference], context: Context) -> Iterator[Entity]:
    if cross.reference not in declared:
        declared.add(cross.reference)
        context.unresolved.add(
            f"{cross.reference.prefix} id that this build's vocabularies do not have (kept, under ClinPGx's name)",
            cross.reference.curie,
        )
        yield condition_entity(cross.reference, cross.name or name)


def _mapping(file: SourceFile, phenotype: Reference, condition: Reference) -> Association:
    return Association(
        phenotype,
        Predicate.CLOSE_MATCH,
        condition,
        file.evidence(phenotype.curie, agent_type=AgentType.NOT_PROVIDED),
        ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),),
    )
