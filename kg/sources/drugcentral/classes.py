"""Pharmacologic classes of drugs: ``pharm_class``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.drugcentral.drugs import drug_number, drug_of, own_entity
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("DRUG_ID", "DRUG_NAME", "TYPE", "CLASS_SOURCE_ID", "CLASS", "SOURCE")
_VOCABULARIES: Final = {
    ("MeSH", "PA"): "MESH",
    ("CHEBI", "has role"): "CHEBI",
    ("FDA", "EPC"): "NDFRT",
    ("FDA", "MoA"): "NDFRT",
    ("FDA", "PE"): "NDFRT",
    ("FDA", "Chemical/Ingredient"): "NDFRT",
}
"""Vocabulary that a class's id belongs to, by source and type; the FDA's classes have ids (``N0000175802``) of NDF-RT."""


def read_classes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs as members of their classes; the type says what kind of class it is."""
    for row in context.records(file.rows(_COLUMNS)):
        number = drug_number(file, row, "DRUG_ID")
        drug_class = _class(file, row)
        drug = drug_of(context, number, row["DRUG_NAME"])
        yield from own_entity(drug, number, row["DRUG_NAME"])
        yield Entity(drug_class, Category.CHEMICAL_ENTITY, row["CLASS"])
        qualifiers = ((Qualifier.CLASS_TYPE, row["TYPE"]),)
        yield Association(drug, Predicate.MEMBER_OF, drug_class, file.evidence(row.line), qualifiers)


def _class(file: SourceFile, row: Row) -> Reference:
    vocabulary = _VOCABULARIES.get((row["SOURCE"], row["TYPE"]))
    if vocabulary is None:
        known = ", ".join(f"{source} {kind}" for source, kind in _VOCABULARIES)
        raise file.error(row.line, f"source {row['SOURCE']!r} with type {row['TYPE']!r} is none of {known}")
    if not row["CLASS_SOURCE_ID"] or not row["CLASS"]:
        raise file.error(row.line, "the class has no id or no name")
    return Reference.mint("drug_class", f"{vocabulary}:{row['CLASS_SOURCE_ID'].removeprefix('CHEBI:')}")
