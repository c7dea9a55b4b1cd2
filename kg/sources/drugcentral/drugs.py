"""The entity of a drug that DrugCentral names by its own number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Entity
from kg.sources.drugs import known_drug, teach_drug
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Row, SourceFile


def code(number: str) -> str:
    """The code under which the resolver knows a drug of DrugCentral.

    >>> code("5136")
    'DRUGCENTRAL:5136'
    """
    return f"DRUGCENTRAL:{number}"


def drug_number(file: SourceFile, row: Row, column: str) -> str:
    """DrugCentral's number of the row's drug.

    Raises:
        SourceError: the column holds no number.
    """
    if not row[column].isascii() or not row[column].isdigit():
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no DrugCentral number")
    return row[column]


def minted(number: str) -> Reference:
    """A drug that no registered vocabulary has."""
    return Reference.mint("term", f"drugcentral:{number}")


def drug_of(context: Context, number: str, name: str) -> Reference:
    """The entity of a drug: by its number, else by its name, else one of its own."""
    drugs = context.resolver.drugs
    found = drugs.by_code(code(number)).reference or known_drug(context.resolver, name).reference
    if found is not None:
        return found
    own = minted(number)
    teach_drug(context.resolver, own, name, codes=(code(number),))
    return own


def own_entity(reference: Reference, number: str, name: str) -> Iterator[Entity]:
    """The entity's description, where only DrugCentral has it."""
    if reference == minted(number):
        yield Entity(reference, Category.DRUG, name)
