"""The table ``variant_summary.txt``: one row a variant and assembly, four million variants in 2026.

Rows are taken apart here and not by :meth:`kg.source.SourceFile.rows`, which makes a mapping of all 43 fields of each.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.sources.clinvar.classification import Classification, conditions, terms
from kg.sources.clinvar.statements import (
    LOCUS_OF_ASSEMBLY,
    Variant,
    Writer,
    hgvs_of,
    is_number,
    is_variation,
    plain_locus,
    vcv,
)
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile
    from ontology.vocabulary import Attribute

_COLUMNS: Final = (
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
_TUMOUR_COLUMNS: Final = (
    *("SomaticClinicalImpact", "ReviewStatusClinicalImpact"),
    *("Oncogenicity", "ReviewStatusOncogenicity"),
)
"""Columns that the table has since 2024."""


class _Row(NamedTuple):
    """The columns above in their order, after the line's number."""

    line: int
    name: str
    gene_id: str
    gene_symbol: str
    significance: str
    rsid: str
    condition_ids: str
    condition_names: str
    origin: str
    assembly: str
    chromosome: str
    review: str
    variation: str
    position: str
    ref: str
    alt: str
    impact: str
    impact_review: str
    oncogenicity: str
    oncogenicity_review: str


def read_variant_summary(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants of ``variant_summary.txt``; the rows of one variant, one an assembly, stand together."""
    writer = Writer(file, context)
    groups = groupby(_rows(file), key=attrgetter("variation"))
    for group in context.records((list(rows) for _, rows in groups), size=len):
        if not is_variation(group[0].variation):
            reason = f"column VariationID holds {group[0].variation!r}, which is no number"
            raise file.error(group[0].line, reason)
        yield from writer.aggregate(_summarised(file, group, context))


def _rows(file: SourceFile) -> Iterator[_Row]:
    lines = file.lines()
    header = next(lines, (1, ""))[1].lstrip("#").split("\t")
    if missing := [column for column in _COLUMNS if column not in header]:
        raise file.error(1, f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
    width = len(header)
    picked = itemgetter(
        *(header.index(column) for column in _COLUMNS),
        *(header.index(column) if column in header else width for column in _TUMOUR_COLUMNS),
    )
    for line, text in lines:
        fields = text.split("\t")
        if len(fields) == width:
            fields.append("")  # what a column that is not there holds
            yield _Row(line, *picked(fields))
        elif text:
            raise file.error(line, f"has {len(fields)} fields where the header has {width}")


def _summarised(file: SourceFile, rows: list[_Row], context: Context) -> Variant:
    first = rows[0]
    rsid = _number(file, first.line, "RS# (dbSNP)", first.rsid)
    gene = _number(file, first.line, "GeneID", first.gene_id)
    if gene is None and first.gene_symbol not in ("", "-"):
        context.left_out.add("genes of a variant for which the table gives no gene id", first.gene_symbol)
    return Variant(
        Reference("ClinVar", first.variation),
        vcv(first.variation),
        first.name,
        hgvs_of(first.name),
        tuple(_loci(file, rows)),
        ((gene, first.gene_symbol),) if gene else (),
        (rsid,) if rsid else (),
        _classifications(
            ((first.impact, first.impact_review), (first.oncogenicity, first.oncogenicity_review)),
            (first.significance, first.review),
            (first.condition_ids, first.condition_names),
            first.origin == "somatic",
        ),
    )


@lru_cache(maxsize=1 << 16)
def _classifications(
    tumour: tuple[tuple[str, str], ...], germline: tuple[str, str], listed: tuple[str, str], is_somatic: bool
) -> tuple[Classification, ...]:
    """The classifications that a row gives as texts with their review status; all are about the conditions listed."""
    kinds = [(text, review, True) for text, review in tumour if terms(text)]
    if terms(germline[0]) or not kinds:
        kinds.append((*germline, is_somatic))
    found = conditions(*listed)
    return tuple(Classification(text, review, found, somatic, len(kinds) == 1) for text, review, somatic in kinds)


def _loci(file: SourceFile, rows: list[_Row]) -> Iterator[tuple[Attribute, Value]]:
    for row in rows:
        attribute = LOCUS_OF_ASSEMBLY.get(row.assembly)
        position = _number(file, row.line, "PositionVCF", row.position)
        if attribute is not None and position is not None:
            yield from plain_locus(attribute, row.chromosome, position, row.ref, row.alt)


def _number(file: SourceFile, line: int, column: str, text: str) -> str | None:
    """A positive number as text, ``None`` where ClinVar writes that there is none."""
    if is_number(text):
        return text
    if text in ("-1", "-", "na", ""):
        return None
    raise file.error(line, f"column {column} holds {text!r}, which is no number")
