"""Gene-drug pairs with CPIC's level: the table of pypgx, and CPIC's own list as CSV or workbook.

CPIC publishes the list at https://cpicpgx.org/genes-drugs/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import CpicLevel
from kg.model import Association, Entity
from kg.sources.cpic.fields import MISSING, find_drug, publications, rows
from kg.sources.cpic.workbook import read_sheet
from kg.sources.genes import find_gene
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.context import Context
    from kg.source import Item, SourceFile


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns are called in one of the formats; CPIC's CSV has no RxNorm id."""

    level: str
    status: str
    label: str
    pmids: str
    rxnorm: str | None

    @property
    def names(self) -> tuple[str, ...]:
        columns = ("Gene", "Drug", "Guideline", self.level, self.status, self.label, self.pmids)
        return columns if self.rxnorm is None else (*columns, self.rxnorm)


_PYPGX: Final = _Columns("CPICLevel", "CPICLevelStatus", "FDALabel", "PMID", "RxNorm")
_CSV: Final = _Columns("CPIC Level", "CPIC Level Status", "PGx on FDA Label", "CPIC Publications (PMID)", None)
_WORKBOOK: Final = _Columns(_CSV.level, _CSV.status, _CSV.label, _CSV.pmids, "Drug RxNorm ID")


def read_pairs(file: SourceFile, context: Context) -> Iterator[Item]:
    """Gene-drug pairs with CPIC level, guideline and PMIDs, from ``cpic-table.csv``; and the drugs."""
    yield from _pairs(file, context, ((row.line, row.fields) for row in rows(file, _PYPGX.names)), _PYPGX)


def read_pair_csv(file: SourceFile, context: Context) -> Iterator[Item]:
    """The same from CPIC's own list as CSV."""
    yield from _pairs(file, context, ((row.line, row.fields) for row in rows(file, _CSV.names)), _CSV)


def read_pair_workbook(file: SourceFile, context: Context) -> Iterator[Item]:
    """The same from CPIC's own list as a workbook; its first sheet is read."""
    sheet = read_sheet(file)
    header = next(sheet, (1, ()))[1]
    if missing := [name for name in _WORKBOOK.names if name not in header]:
        raise file.error(1, f"lacks the column {', '.join(missing)}")
    pairs = ((line, dict(zip(header, cells, strict=True))) for line, cells in sheet if any(cells))
    yield from _pairs(file, context, pairs, _WORKBOOK)


def cpic_level(file: SourceFile, line: int, text: str) -> CpicLevel:
    """The level that a field states.

    Raises:
        SourceError: CPIC has no such level.
    """
    try:
        return CpicLevel(text)
    except ValueError as error:
        raise file.error(line, f"has an unknown CPIC level {text!r}") from error


def _pairs(
    file: SourceFile, context: Context, pairs: Iterable[tuple[int, Mapping[str, str]]], columns: _Columns
) -> Iterator[Item]:
    for line, row in context.records(pairs):
        level = cpic_level(file, line, row[columns.level])
        gene = find_gene(context, row["Gene"])
        drug = find_drug(context, row["Drug"], row[columns.rxnorm] if columns.rxnorm else "")
        if gene is None or drug is None:
            continue
        yield Entity(drug, Category.DRUG, row["Drug"])
        named = (
            (Qualifier.GUIDELINE, row["Guideline"]),
            (Qualifier.STATUS, row[columns.status]),
            (Qualifier.TESTING_LEVEL, row[columns.label]),
        )
        qualifiers = tuple((name, text) for name, text in named if text not in MISSING)
        evidence = file.evidence(line, level=level, publications=publications(file, line, row[columns.pmids]))
        yield Association(gene, Predicate.AFFECTS, drug, evidence, qualifiers)
