"""Names of variants: ``hgvs4variation.txt``, and the table by gene that the tests of the hgvs package use.

Both say how a variant can be written and in which gene it lies, and nothing of its meaning.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from kg.source import Row
from kg.sources.clinvar.genomic import HGVS, loci_of
from kg.sources.clinvar.statements import Variant, Writer, is_number, vcv
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_COLUMNS: Final = ("Symbol", "GeneID", "VariationID", "NucleotideExpression", "UsedForNaming")
_GENE_COLUMNS: Final = ("gene", "variation_id", "hgvs_variants")
_NONE: Final = ("", "-", "na", "-1")


def read_hgvs4variation(file: SourceFile, context: Context) -> Iterator[Item]:
    """Nucleotide expressions of ``hgvs4variation.txt``, whose rows of one variant and gene stand together.

    The columns are in the last line of the preamble (https://ftp.ncbi.nlm.nih.gov/pub/clinvar/tab_delimited/README).
    Protein expressions are passed over: several variants can share one.
    """
    writer = Writer(file, context)
    rows = groupby(file.rows(_COLUMNS, comment="#"), key=lambda row: (row["VariationID"], row["GeneID"]))
    for group in context.records((list(group) for _, group in rows), size=len):
        first = group[0]
        _check(file, first, "VariationID")
        expressions = dict.fromkeys(row["NucleotideExpression"] for row in group)
        found = tuple(text for text in expressions if HGVS.match(text))
        if not found:
            context.left_out.add("variant without a nucleotide expression", vcv(first["VariationID"]))
            continue
        name = next((row["NucleotideExpression"] for row in group if row["UsedForNaming"] == "Yes"), found[0])
        yield from writer.items(
            Variant(
                Reference("ClinVar", first["VariationID"]),
                vcv(first["VariationID"]),
                name,
                found,
                tuple(loci_of(found)),
                tuple(_gene(file, first)),
            )
        )


def read_gene_variation_hgvs(file: SourceFile, context: Context) -> Iterator[Item]:
    """HGVS expressions by gene (symbol) and variation id, as separated by spaces.

    Lines that begin with ``#`` and a space explain why the row after them was commented out: its expressions
    contradict one another.
    """
    writer = Writer(file, context)
    for row in context.records(_data_rows(file)):
        if row["gene"].startswith("#"):
            context.left_out.add("row that the table itself comments out", row["variation_id"])
            continue
        _check(file, row, "variation_id")
        found = tuple(text for text in row["hgvs_variants"].split(" ") if HGVS.match(text) and not text.endswith("="))
        yield from writer.items(
            Variant(
                Reference("ClinVar", row["variation_id"]),
                vcv(row["variation_id"]),
                found[-1] if found else vcv(row["variation_id"]),
                found,
                tuple(loci_of(found)),
                (("", row["gene"]),),
            )
        )


def _data_rows(file: SourceFile) -> Iterator[Row]:
    """Rows of the table by gene, without the comments between them, which have one field."""
    header: list[str] | None = None
    for line, text in file.lines():
        fields = text.split("\t")
        if header is None:
            header = fields
            if missing := [column for column in _GENE_COLUMNS if column not in header]:
                raise file.error(line, f"lacks the columns {', '.join(missing)} (found {text[:60]!r})")
        elif text.startswith("# ") or not text:
            continue
        elif len(fields) != len(header):
            raise file.error(line, f"has {len(fields)} fields where the header has {len(header)}")
        else:
            yield Row(line, dict(zip(header, fields, strict=True)))
    if header is None:
        raise file.error(None, "is empty: no header line")


def _check(file: SourceFile, row: Row, column: str) -> None:
    if not is_number(row[column]):
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no number")


def _gene(file: SourceFile, row: Row) -> Iterator[tuple[str, str]]:
    if row["GeneID"] not in _NONE:
        _check(file, row, "GeneID")
        yield row["GeneID"], row["Symbol"]
