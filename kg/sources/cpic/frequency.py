"""How frequent each allele is in each biogeographic group: CPIC's ``<gene>_frequency_table.xlsx``.

The first sheet holds one allele a row and one group a column, as averages over the studies of the last sheets
(https://cpicpgx.org/guidelines/, supplements; groups: https://www.pharmgkb.org/page/biogeographicalGroups).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Association, KnowledgeLevel
from kg.sources.cpic.names import KnownAlleles, allele, allele_entity
from kg.sources.cpic.workbook import read_sheet
from kg.sources.genes import find_gene
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.context import Context
    from kg.source import Item, SourceFile
    from ontology.reference import Reference

_FILE: Final = re.compile(r"^(?P<symbol>[A-Z0-9-]+)_(?:allele_)?frequency_table", re.IGNORECASE)
_GROUP_SPELLINGS: Final = {
    "African-American": "African American/Afro-Caribbean",
    "African American": "African American/Afro-Caribbean",
    "Cental/South Asian": "Central/South Asian",
}
_GROUP_ENDING: Final = " Allele Frequency"
_COPIES: Final = re.compile(r"^(\*\d+)≥(\d)$")
_OTHERS: Final = "Other than "
"""Before an allele name: all other alleles together."""


def read_frequencies(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each allele of the gene with its frequency (0 to 1) in each group that has one."""
    match = _FILE.match(file.name)
    if match is None:
        raise file.error(None, "is not named after its gene: expected <gene>_frequency_table.xlsx")
    symbol = match["symbol"].upper()
    sheet = read_sheet(file)
    groups = _groups(file, sheet)
    gene = find_gene(context, symbol)
    seen: set[str] = set()
    for line, cells in context.records((line, cells) for line, cells in sheet if cells[0]):
        if cells[0] in seen:
            raise file.error(line, f"gives {cells[0]!r} twice")
        seen.add(cells[0])
        frequencies = _frequencies(file, line, cells, groups)
        name = _allele(context, symbol, cells[0])
        if not frequencies:
            context.left_out.add("row without a frequency: a note, or an allele that was not looked for", cells[0])
        elif cells[0].startswith(_OTHERS):
            context.left_out.add("frequency of all other alleles together", f"{symbol} {cells[0]}")
        elif gene is None:
            context.unresolved.add("gene symbol unknown", symbol)
        elif name is None:
            context.unresolved.add(
                "allele of a frequency table that CPIC's other tables do not name", f"{symbol} {cells[0]}"
            )
        else:
            yield allele_entity(symbol, gene, name, structural=False, is_reference=False)
            yield from _statements(file, line, allele(symbol, name), gene, frequencies)


def _groups(file: SourceFile, sheet: Iterator[tuple[int, tuple[str, ...]]]) -> dict[int, str]:
    """Name of the group of each column, from the header line."""
    for line, cells in sheet:
        if "allele" in cells[0].casefold() and any("African" in cell for cell in cells[1:]):
            names = {column: cell.removesuffix(_GROUP_ENDING) for column, cell in enumerate(cells) if column and cell}
            found = {column: _GROUP_SPELLINGS.get(name, name) for column, name in names.items()}
            if len(set(found.values())) < len(found):
                raise file.error(line, "names one group twice")
            return found
    raise file.error(None, "lacks the header line (allele, then one biogeographic group a column)")


def _frequencies(file: SourceFile, line: int, cells: tuple[str, ...], groups: Mapping[int, str]) -> dict[str, str]:
    found = {group: cells[column] for column, group in groups.items() if cells[column]}
    for group, text in found.items():
        try:
            fits = 0 <= float(text) <= 1
        except ValueError:
            fits = False
        if not fits:
            raise file.error(line, f"gives {text!r} for {group}, which is no frequency between 0 and 1")
    return found


def _allele(context: Context, symbol: str, text: str) -> str | None:
    """The allele's name in CPIC's other tables; as written where they have no allele of this gene."""
    known = context.shared(KnownAlleles).names.get(symbol)
    if known is None:
        return text
    spellings = (text, f"m.{text}", _COPIES.sub(r"\1x≥\2", text))
    return next((name for name in spellings if name in known), None)


def _statements(
    file: SourceFile, line: int, haplotype: Reference, gene: Reference, frequencies: Mapping[str, str]
) -> Iterator[Association]:
    evidence = file.evidence(line, knowledge_level=KnowledgeLevel.STATISTICAL_ASSOCIATION)
    for group, frequency in frequencies.items():
        qualifiers = ((Qualifier.POPULATION, group), (Qualifier.FREQUENCY, frequency))
        yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, evidence, qualifiers)
