"""HGNC: approved gene symbols with their aliases, previous symbols and NCBI gene ids.

Read are the complete set (https://www.genenames.org/download/archive/), a custom download
(https://www.genenames.org/download/custom/), and, where a user has neither, the table of pharmacogenes that ships here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.source import Download, Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""HGNC gives NCBI's id without saying how the two records were matched."""

_MERGED_INTO: Final = re.compile(r"\[(HGNC:\d+)\]")


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of one of HGNC's formats; ``separator`` stands between several symbols of one field."""

    id: str
    symbol: str
    name: str
    status: str
    aliases: str
    previous: str
    ncbi: tuple[str, ...]
    uniprot: str
    separator: str
    quoted: bool

    @property
    def required(self) -> tuple[str, ...]:
        return (self.id, self.symbol, self.name, self.status, self.aliases, self.previous)


_COMPLETE_SET: Final = _Columns(
    "hgnc_id",
    "symbol",
    "name",
    "status",
    "alias_symbol",
    "prev_symbol",
    ("entrez_id",),
    "uniprot_ids",
    "|",
    quoted=True,
)
_CUSTOM_DOWNLOAD: Final = _Columns(
    "HGNC ID",
    "Approved symbol",
    "Approved name",
    "Status",
    "Alias symbols",
    "Previous symbols",
    ("NCBI Gene ID(supplied by NCBI)", "NCBI Gene ID"),
    "UniProt ID(supplied by UniProt)",
    ",",
    quoted=False,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One HGNC record."""

    reference: Reference
    symbol: str
    name: str
    aliases: tuple[str, ...]
    previous: tuple[str, ...]
    ncbi: Reference | None
    codes: tuple[str, ...]
    """``UniProt:`` accessions of its proteins, where the file has them."""
    approved: bool


def read_genes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Approved genes with their NCBI gene ids; withdrawn records only teach that their symbols must not be used."""
    columns = _columns(file)
    entries = _entries(file, columns)
    merged: dict[Reference, list[Reference]] = defaultdict(list)
    for entry in entries.values():
        if not entry.approved:
            context.resolver.genes.withdraw(entry.symbol)
            for into in _MERGED_INTO.findall(entry.name):
                merged[Reference.parse(into)].append(entry.reference)
    for entry in context.records(entries.values()):
        if not entry.approved:
            context.left_out.add("withdrawn HGNC record", f"{entry.reference} {entry.symbol}")
        else:
            identifiers = [*merged[entry.reference], *([entry.ncbi] if entry.ncbi else [])]
            context.resolver.genes.add(
                entry.reference, entry.symbol, previous=entry.previous, aliases=entry.aliases, identifiers=identifiers
            )
            for code in entry.codes:
                context.resolver.genes.add_code(code, entry.reference)
            yield from _items(file, entry)


def _items(file: SourceFile, entry: _Entry) -> Iterator[Item]:
    yield Entity(
        entry.reference,
        Category.GENE,
        entry.symbol,
        (entry.name, *entry.aliases, *entry.previous),
        (
            (Attribute.SYMBOL, entry.symbol),
            *((Attribute.PREVIOUS_SYMBOL, symbol) for symbol in entry.previous),
            *((Attribute.CODE, code) for code in entry.codes),
        ),
    )
    if entry.ncbi is not None:
        yield Entity(entry.ncbi, Category.GENE, entry.symbol)
        yield Association(
            entry.reference,
            Predicate.EXACT_MATCH,
            entry.ncbi,
            file.evidence(entry.reference.curie, agent_type=AgentType.NOT_PROVIDED),
            ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),),
        )


def _columns(file: SourceFile) -> _Columns:
    """The format of the file, told by its header."""
    _, header = next(file.lines(), (1, ""))
    return _CUSTOM_DOWNLOAD if _CUSTOM_DOWNLOAD.id in header else _COMPLETE_SET


def _entries(file: SourceFile, columns: _Columns) -> dict[Reference, _Entry]:
    entries: dict[Reference, _Entry] = {}
    for row in file.rows(columns.required, quoted=columns.quoted):
        entry = _entry(file, row, columns)
        if entry.reference in entries:
            raise file.error(row.line, f"{entry.reference} stands in an earlier line, too; fetch the file again")
        entries[entry.reference] = entry
    return entries


def _entry(file: SourceFile, row: Row, columns: _Columns) -> _Entry:
    reference = Reference.find(row[columns.id])
    if reference is None or reference.prefix != "HGNC":
        raise file.error(row.line, f"column {columns.id} holds {row[columns.id]!r}, which is no HGNC id")
    status = row[columns.status]
    if status != "Approved" and not status.endswith("Withdrawn"):
        raise file.error(row.line, f"column {columns.status} holds {status!r}; known are Approved and ... Withdrawn")
    if not row[columns.symbol]:
        raise file.error(row.line, f"{reference} has no symbol")
    return _Entry(
        reference,
        row[columns.symbol],
        row[columns.name],
        _symbols(row[columns.aliases], columns.separator),
        _symbols(row[columns.previous], columns.separator),
        _ncbi_gene(file, row, columns),
        tuple(f"UniProt:{code}" for code in _symbols(row.fields.get(columns.uniprot, ""), columns.separator)),
        approved=status == "Approved",
    )


def _symbols(text: str, separator: str) -> tuple[str, ...]:
    return tuple(symbol for part in text.split(separator) if (symbol := part.strip()))


def _ncbi_gene(file: SourceFile, row: Row, columns: _Columns) -> Reference | None:
    text = next(filter(None, (row.fields.get(column) for column in columns.ncbi)), None)
    if text is None:
        return None
    reference = Reference.find(f"NCBIGene:{text}")
    if reference is None:
        raise file.error(row.line, f"{text!r} is no NCBI gene id")
    return reference


SOURCE: Final = Source(
    id="hgnc",
    title="HUGO Gene Nomenclature Committee",
    license="CC0 1.0",
    license_url="https://www.genenames.org/about/license/",
    homepage="https://www.genenames.org",
    downloads=(Download("https://storage.googleapis.com/public-download-files/hgnc/tsv/tsv/hgnc_complete_set.txt"),),
    tables=(
        Table("hgnc_*", read_genes, required=False),
        Table("pharmacogenes.tsv", read_genes, required=False),
    ),
    packaged=(Path(__file__).parent / "pharmacogenes" / "2024-07",),
)
