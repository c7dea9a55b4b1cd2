"""``clinvar_result.txt``: what the web site saves of a search, as "Tabular (text)".

Conditions and genes come by name alone. The loci are those of the SPDI expression, which is on GRCh38.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.classification import Classification, named_conditions, terms
from kg.sources.clinvar.genomic import loci_of
from kg.sources.clinvar.statements import Variant, Writer, hgvs_of, is_variation, vcv
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_GERMLINE: Final = ("Germline classification", "Germline review status")
_TUMOUR: Final = (
    ("Somatic clinical impact", "Somatic clinical impact review status"),
    ("Oncogenicity classification", "Oncogenicity review status"),
)
_COLUMNS: Final = (
    *("Name", "Gene(s)", "Condition(s)", "VariationID", "dbSNP ID", "Canonical SPDI"),
    *_GERMLINE,
    *(column for pair in _TUMOUR for column in pair),
)
_RSID: Final = re.compile(r"rs(\d+)$", re.ASCII)


def read_web_export(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants of a saved search."""
    writer = Writer(file, context)
    for row in context.records(file.rows(_COLUMNS, quoted=True)):
        if not is_variation(row["VariationID"]):
            raise file.error(row.line, f"column VariationID holds {row['VariationID']!r}, which is no number")
        yield from writer.aggregate(_variant(row))


def _variant(row: Row) -> Variant:
    return Variant(
        Reference("ClinVar", row["VariationID"]),
        vcv(row["VariationID"]),
        row["Name"],
        hgvs_of(row["Name"]),
        tuple(loci_of([row["Canonical SPDI"]])),
        tuple(("", symbol) for symbol in row["Gene(s)"].split("|") if symbol),
        tuple(match[1] for text in row["dbSNP ID"].split("|") if (match := _RSID.match(text))),
        tuple(_classifications(row)),
    )


def _classifications(row: Row) -> Iterator[Classification]:
    """The kinds of classification of a row, whose conditions it does not tell apart."""
    conditions = named_conditions(row["Condition(s)"])
    kinds = [(row[text], row[review], True) for text, review in _TUMOUR if terms(row[text])]
    if terms(row[_GERMLINE[0]]) or not kinds:
        kinds.append((row[_GERMLINE[0]], row[_GERMLINE[1]], False))
    for text, review, somatic in kinds:
        yield Classification(text, review, conditions, somatic, attributed=len(kinds) == 1)
