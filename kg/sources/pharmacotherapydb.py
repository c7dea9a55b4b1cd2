"""PharmacotherapyDB: what drugs do for diseases, as physicians judged it (doi:10.15363/thinklab.d182).

Read is its catalog of release 1.0 (https://github.com/dhimmel/indications).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import PharmacotherapyCategory
from kg.model import Association
from kg.source import Download, Source, Table
from kg.sources.conditions import condition_entity, known_condition
from kg.sources.drugs import find_drug
from ontology.reference import Reference
from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("doid_id", "drugbank_id", "disease", "drug", "category")
_PREDICATES: Final = {
    PharmacotherapyCategory.DISEASE_MODIFYING: Predicate.APPLIED_TO_TREAT,
    PharmacotherapyCategory.SYMPTOMATIC: Predicate.AMELIORATES_CONDITION,
    PharmacotherapyCategory.NON_INDICATION: Predicate.APPLIED_TO_TREAT,
}
"""A compiled catalog is no approval, so never ``treats``; a non-indication denies its predicate."""


def read_indications(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs that modify a disease, that ease its symptoms, or (negated) that do neither."""
    seen: set[str] = set()
    for row in context.records(file.rows(_COLUMNS)):
        category = _category(file, row)
        doid, drugbank = _reference(file, row, "doid_id", "DOID"), _reference(file, row, "drugbank_id", "DRUGBANK")
        record = f"{doid} {drugbank}"
        if record in seen:
            raise file.error(row.line, f"{record} stands here for the second time")
        seen.add(record)
        drug = find_drug(context, row["drug"], [drugbank])
        if drug is None:
            continue
        disease = known_condition(context.resolver, doid)
        if disease is None:
            context.unresolved.add("DOID that the build's vocabularies do not have (kept)", doid.curie)
            disease = doid
            yield condition_entity(doid, row["disease"])
        denied = category is PharmacotherapyCategory.NON_INDICATION
        evidence = file.evidence(record, level=category)
        yield Association(drug, _PREDICATES[category], disease, evidence, negated=denied)


def _category(file: SourceFile, row: Row) -> PharmacotherapyCategory:
    try:
        return PharmacotherapyCategory(row["category"])
    except ValueError as error:
        known = ", ".join(PharmacotherapyCategory)
        raise file.error(row.line, f"column category holds {row['category']!r}; known are {known}") from error


def _reference(file: SourceFile, row: Row, column: str, prefix: str) -> Reference:
    reference = Reference.find(row[column] if prefix == "DOID" else f"{prefix}:{row[column]}")
    if reference is None or reference.prefix != prefix:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no {prefix} id")
    return reference


SOURCE: Final = Source(
    id="pharmacotherapydb",
    title="PharmacotherapyDB",
    license="CC0 1.0",
    license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    homepage="https://github.com/dhimmel/indications",
    downloads=(
        Download(
            "https://raw.githubusercontent.com/dhimmel/indications/11d535ba0884ee56c3cd5756fdfb4985f313bd80/catalog/indications.tsv"
        ),
    ),
    tables=(Table("indications.tsv", read_indications, unversioned="1.0"),),
)
