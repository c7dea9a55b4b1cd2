"""The table ``variant_summary.txt``: one row a variant and assembly."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.classification import Classification, conditions, terms
from kg.sources.clinvar.statements import LOCUS_OF_ASSEMBLY, Variant, Writer, hgvs_of, plain_locus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from ontology.vocabulary import Attribute

_SUMMARY_COLUMNS: Final = (
    "Name",
    "GeneID",
    "GeneSymbol",
    "ClinicalSignificance",
    "RS# (dbSNP)",
    "PhenotypeIDS",
    "PhenotypeList",
    "OriginSimple",
    "Assembly",
    "Chromosome",
    "ReviewStatus",
    "VariationID",
    "PositionVCF",
    "ReferenceAlleleVCF",
    "AlternateAlleleVCF",
)
_SOMATIC_COLUMNS: Final = (
    ("SomaticClinicalImpact", "ReviewStatusClinicalImpact"),
    ("Oncogenicity", "ReviewStatusOncogenicity"),
)


def read_variant_summary(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants of ``variant_summary.txt``; the rows of one variant, one an assembly, stand together."""
    writer = Writer(file, context)
    for variation, group in groupby(file.rows(_SUMMARY_COLUMNS), key=lambda row: row["VariationID"]):
        rows = list(group)
        if not variation.isdigit():
            raise file.error(rows[0].line, f"column VariationID holds {variation!r}, which is no number")
        yield from writer.items(_summarised(file, rows, context))


def _summarised(file: SourceFile, rows: list[Row], context: Context) -> Variant:
    first = rows[0]
    rsid, gene = (_number(file, first, column) for column in ("RS# (dbSNP)", "GeneID"))
    if gene is None and first["GeneSymbol"] not in ("", "-"):
        context.left_out.add("genes of a variant for which the table gives no gene id", first["GeneSymbol"])
    listed = conditions(first["PhenotypeIDS"], first["PhenotypeList"])
    tumour = [
        (first.fields[impact], first.fields.get(review, ""))
        for impact, review in _SOMATIC_COLUMNS
        if terms(first.fields.get(impact, ""))
    ]
    germline = bool(terms(first["ClinicalSignificance"]))
    attributed = len(tumour) + germline < 2
    classifications = [Classification(text, review, listed, True, attributed) for text, review in tumour]
    if germline or not tumour:
        somatic = first["OriginSimple"] == "somatic"
        classifications.append(
            Classification(first["ClinicalSignificance"], first["ReviewStatus"], listed, somatic, attributed)
        )
    return Variant(
        first["VariationID"],
        first["Name"],
        hgvs_of(first["Name"]),
        tuple(locus for row in rows for locus in _summary_locus(file, row)),
        ((gene, first["GeneSymbol"]),) if gene else (),
        (rsid,) if rsid else (),
        tuple(classifications),
    )


def _summary_locus(file: SourceFile, row: Row) -> Iterator[tuple[Attribute, Value]]:
    attribute, position = LOCUS_OF_ASSEMBLY.get(row["Assembly"]), _number(file, row, "PositionVCF")
    if attribute is not None and position is not None:
        yield from plain_locus(
            attribute, row["Chromosome"], position, row["ReferenceAlleleVCF"], row["AlternateAlleleVCF"]
        )


def _number(file: SourceFile, row: Row, column: str) -> str | None:
    """A positive number as text, ``None`` where ClinVar writes that there is none."""
    text = row[column]
    if text in ("-1", "-", "na", ""):
        return None
    if not text.isdigit():
        raise file.error(row.line, f"column {column} holds {text!r}, which is no number")
    return text
