"""Entries of the crawled tables, and the drugs and genes that the FDA names in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Final

from kg.sources.drugs import find_drug, known_drug
from kg.sources.genes import find_gene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.context import Context
    from kg.source import SourceFile
    from ontology.reference import Reference

FDA: Final = "FDA"
"""How the agency is called as an authority on labels and as a body that recommends."""
FAMILIES: Final = frozenset({"ACHR", "BRCA", "CYB5R", "ESR", "FGFR", "NTRK", "RAS", "SSTR"})
"""Biomarkers that read like symbols but name several genes or their products."""

_NUMBER: Final = re.compile(r"\s*\(\d+\)$")
"""The FDA numbers the rows of a drug with several biomarkers: ``Warfarin (2)``."""
_SUFFIX: Final = re.compile(r"[-–]\s?[a-z]{4}$")
"""Four letters that end the proper name of a biological product (FDA guidance of 2017, docket FDA-2013-D-1543)."""
_PREFIX: Final = re.compile(r"^(?:ado|fam)-", re.IGNORECASE)
"""Prefixes that the FDA gave to conjugates before there were suffixes."""
_LONGEST_COMBINATION: Final = 4
"""Substances of a combination up to which their orders are tried; vocabularies differ in the order."""
_JOINT: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_SYMBOL: Final = re.compile(r"(?:HLA-|MT-)?[A-Z][A-Z0-9]*$")
_EXPLANATION: Final = re.compile(r"\s*\([^)]*\)$")
_GENES: Final = re.compile(r",\s*|\s+and/or\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a crawled table; its place, counted from 1, serves as its record."""

    file: SourceFile
    number: int
    fields: dict[str, object]

    @property
    def record(self) -> str:
        """Name of the file and place within it."""
        return f"{self.file.name}#{self.number}"

    def text(self, key: str) -> str:
        """A text of the entry, spaces tidied.

        Raises:
            SourceError: there is none, or it is empty.
        """
        value = self.fields.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.file.error(None, f"entry {self.number} has {value!r} where {key!r} should be a text")
        return " ".join(value.split())

    def part(self, key: str) -> Entry:
        """An object within the entry.

        Raises:
            SourceError: there is none.
        """
        value = self.fields.get(key)
        if not isinstance(value, dict):
            raise self.file.error(None, f"entry {self.number} has {value!r} where {key!r} should be an object")
        return Entry(self.file, self.number, value)


def entries(file: SourceFile, listed: object) -> Iterator[Entry]:
    """The entries of a list of JSON objects.

    Raises:
        SourceError: it is none.
    """
    if not isinstance(listed, list):
        raise file.error(None, "holds no list of table rows where one is expected")
    for number, fields in enumerate(listed, start=1):
        if not isinstance(fields, dict):
            raise file.error(None, f"entry {number} is {fields!r}, no object")
        yield Entry(file, number, fields)


def table(file: SourceFile) -> Iterator[Entry]:
    """The entries of a crawled page, which stand below ``table`` beside its address and date."""
    document = file.json()
    if not isinstance(document, dict):
        raise file.error(None, "is no crawled table: there is no object with the key 'table'")
    return entries(file, document.get("table"))


def drug_names(text: str) -> tuple[str, ...]:
    """The names under which other vocabularies may hold a drug: as written, without affixes, as a combination.

    >>> drug_names("Nivolumab and Relatlimab-rmbw (2)")
    ('Nivolumab and Relatlimab-rmbw', 'Nivolumab and Relatlimab', 'nivolumab / relatlimab', 'relatlimab / nivolumab')
    """
    name = _NUMBER.sub("", text)
    plain = _SUFFIX.sub("", name)
    parts = [part.casefold() for part in _JOINT.split(plain)]
    combined = [" / ".join(order) for order in permutations(parts)] if 1 < len(parts) <= _LONGEST_COMBINATION else []
    return tuple(dict.fromkeys([name, plain, _PREFIX.sub("", plain), *combined]))


def find_named_drug(context: Context, text: str, identifiers: Iterable[Reference] = ()) -> Reference | None:
    """The drug of a row, else the name is listed as unresolved."""
    identifiers = tuple(identifiers)
    names = drug_names(text)
    found = (known_drug(context.resolver, name, identifiers).reference for name in names)
    return next((drug for drug in found if drug is not None), None) or find_drug(context, names[0])


def find_genes(context: Context, text: str) -> dict[str, Reference]:
    """The genes of a biomarker by symbol; families, fusions, chromosomes and tests are left out, unknown ones listed."""
    genes = {}
    for symbol in _GENES.split(_EXPLANATION.sub("", text)):
        if symbol in FAMILIES or not _SYMBOL.match(symbol):
            context.left_out.add("biomarker that is no single gene", text)
        elif gene := find_gene(context, symbol):
            genes[symbol] = gene
    return genes
