"""DrugBank's open vocabulary: names, synonyms and codes of drugs (https://go.drugbank.com/releases/latest#open-data).

It says nothing of what drugs do; it is what lets other sources' drugs meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.normalize import Match
from kg.source import Source, Table
from kg.sources.drugs import is_surely_drug, teach_drug
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.normalize import Names
    from kg.source import Item, Row, SourceFile

JUSTIFICATION: Final = "semapv:LexicalMatching"

_SEPARATOR: Final = " | "
_CODES: Final = {"CAS": "CAS", "UNII": "UNII", "Standard InChI Key": "INCHIKEY"}
"""Columns of codes, with the names of their vocabularies."""
_COLUMNS: Final = ("DrugBank ID", "Accession Numbers", "Common name", "Synonyms", *_CODES)


@dataclass(frozen=True, slots=True)
class _Drug:
    """One row. ``older`` are accession numbers of today's format, ``codes`` all others with the codes."""

    reference: Reference
    name: str
    synonyms: tuple[str, ...]
    older: tuple[Reference, ...]
    codes: tuple[str, ...]

    @property
    def attributes(self) -> tuple[tuple[Attribute, str | Reference], ...]:
        return (
            *((Attribute.ALTERNATIVE_ID, older) for older in self.older),
            *((Attribute.CODE, code) for code in self.codes),
        )


def read_vocabulary(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs under the entity that an earlier source gave them, else under their DrugBank id.

    A drug whose DrugBank id nobody knows, but whose name a drug without a DrugBank id bears, is that drug.
    """
    drugs = context.resolver.drugs
    taken = {reference for other, all_ in drugs.identifiers.items() if other.prefix == "DRUGBANK" for reference in all_}
    seen: set[Reference] = set()
    for row in context.records(file.rows(_COLUMNS, delimiter=",", quoted=True)):
        drug = _drug(file, row)
        if drug.reference in seen:
            raise file.error(row.line, f"{drug.reference} has a second row; the file is damaged, fetch it again")
        seen.add(drug.reference)
        reference = _stated(drug, drugs)
        named = None if reference else _of_same_name(drug, drugs, taken)
        entity = reference or named or drug.reference
        taken.add(entity)
        teach_drug(
            context.resolver,
            entity,
            drug.name,
            aliases=drug.synonyms,
            identifiers=(drug.reference, *drug.older),
            codes=drug.codes,
        )
        yield from _entities(drug, entity)
        if named is not None:
            yield _match(file, named, drug)


def _drug(file: SourceFile, row: Row) -> _Drug:
    reference = Reference.find(f"DRUGBANK:{row['DrugBank ID']}")
    if reference is None:
        raise file.error(row.line, f"column DrugBank ID holds {row['DrugBank ID']!r}, which is no DrugBank id")
    if not row["Common name"]:
        raise file.error(row.line, f"{reference} has no common name")
    numbers = [number for number in row["Accession Numbers"].split(_SEPARATOR) if number]
    older = {number: Reference.find(f"DRUGBANK:{number}") for number in numbers}
    return _Drug(
        reference,
        row["Common name"],
        tuple(synonym for synonym in row["Synonyms"].split(_SEPARATOR) if synonym),
        tuple(found for found in older.values() if found is not None),
        (
            *(f"{vocabulary}:{row[column]}" for column, vocabulary in _CODES.items() if row[column]),
            *(f"DRUGBANK:{number}" for number, found in older.items() if found is None),
        ),
    )


def _stated(drug: _Drug, drugs: Names) -> Reference | None:
    """The entity that carries this DrugBank id or one of its older forms."""
    answers = (drugs.by_identifier(identifier).reference for identifier in (drug.reference, *drug.older))
    return next((found for found in answers if found is not None), None)


def _of_same_name(drug: _Drug, drugs: Names, taken: set[Reference]) -> Reference | None:
    if drugs.by_identifier(drug.reference).problem != "unknown":
        return None
    found = drugs.by_name(drug.name)
    return found.reference if found.match is Match.NAME and found.reference not in taken else None


def _entities(drug: _Drug, entity: Reference) -> Iterator[Entity]:
    yield Entity(drug.reference, Category.DRUG, drug.name, drug.synonyms, drug.attributes)
    if entity != drug.reference and is_surely_drug(entity):
        yield Entity(entity, Category.DRUG, drug.name, drug.synonyms, drug.attributes)


def _match(file: SourceFile, entity: Reference, drug: _Drug) -> Association:
    evidence = file.evidence(drug.reference.curie, agent_type=AgentType.AUTOMATED_AGENT)
    qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
    return Association(entity, Predicate.CLOSE_MATCH, drug.reference, evidence, qualifiers)


SOURCE: Final = Source(
    id="drugbank-vocabulary",
    title="DrugBank open vocabulary",
    license="CC0 1.0",
    license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    homepage="https://go.drugbank.com",
    tables=(Table("drugbank?vocabulary.csv", read_vocabulary, unversioned="undated"),),
)
