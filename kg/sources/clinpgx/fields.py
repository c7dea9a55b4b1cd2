"""How ClinPGx tables write lists, cross-references and accession numbers."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.source import Row, SourceFile

ACCESSION: Final = "PharmGKB Accession Id"
"""Column of the accession number in the vocabularies."""
JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""ClinPGx gives its cross-references without saying how they were found."""

_PREFIXES: Final = {
    "ATC": "ATC",
    "ChEMBL": "CHEMBL",
    "DrugBank": "DRUGBANK",
    "HP": "HP",
    "MONDO": "MONDO",
    "RxNorm": "RXNORM",
}
_CROSS_REFERENCE: Final = re.compile(r"(?P<vocabulary>[^:]+):(?P<id>[^(]+)(?:\((?P<name>.*)\))?$")


@dataclass(frozen=True, slots=True)
class CrossReference:
    """An identifier of another vocabulary with the name that it has there, where one is given."""

    reference: Reference
    name: str


def listed(text: str) -> list[str]:
    """Elements of a list field; they are quoted where one of them holds a comma.

    >>> listed('"Acidosis, Renal Tubular", "RTA"')
    ['Acidosis, Renal Tubular', 'RTA']
    >>> listed("Coumadin, Jantoven")
    ['Coumadin', 'Jantoven']
    """
    if text.startswith('"'):
        return next(csv.reader([text], skipinitialspace=True))
    return [part for part in text.split(", ") if part]


def cross_references(text: str) -> Iterator[CrossReference]:
    """Identifiers of the vocabularies that the graph has a prefix for; others are passed over.

    >>> [found.reference.curie for found in cross_references("MeSH:D000038(Abscess), HP:HP:0025615(Abscess)")]
    ['HP:0025615']
    """
    for part in listed(text):
        match = _CROSS_REFERENCE.match(part)
        prefix = _PREFIXES.get(match["vocabulary"]) if match else None
        if match and prefix and (reference := Reference.find(f"{prefix}:{match['id']}")):
            yield CrossReference(reference, match["name"] or "")


def accession(file: SourceFile, row: Row, column: str = ACCESSION) -> Reference:
    """The accession number of a row.

    Raises:
        SourceError: the column holds none.
    """
    reference = Reference.find(f"ClinPGx:{row[column]}")
    if reference is None:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no ClinPGx accession number")
    return reference


def own_accession(file: SourceFile, row: Row, seen: dict[Reference, int], column: str = ACCESSION) -> Reference:
    """The accession number of a row of a vocabulary; ``seen`` holds those of the rows before, with their content.

    Raises:
        SourceError: the column holds none, or one that a row with other content has.
    """
    reference, content = accession(file, row, column), hash(tuple(row.fields.values()))
    if seen.setdefault(reference, content) != content:
        raise file.error(row.line, f"repeats {reference} with other content; fetch the file again")
    return reference
