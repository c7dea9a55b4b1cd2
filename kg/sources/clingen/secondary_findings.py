"""Genes in which the ACMG recommends to report secondary findings (doi:10.1016/j.gim.2025.101454), and for which diseases.

``ACMG_SF_v3.3.txt`` lists symbols. The reporting tables give each disease of such a gene with its ClinGen classification
and whether a pathogenic variant is reportable: ``Yes``, ``No``, ``Pending``, ``See Guidance``, or ``NA`` where the
classification is too weak to ask.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.clingen.validity import classification, classified, mode, read_pair
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_PAIR: Final = ("Gene Symbol", "HGNC ID", "MONDO Disease Name", "MONDO ID")
_COLUMNS: Final = (*_PAIR, "MOI", "Gene-Disease Validity", "Reportable as SF")
_ANSWERS: Final = frozenset({"Yes", "No", "Pending", "See Guidance", "NA"})
_VERSION: Final = re.compile(r"ACMG_SF_v(\d[\w.]*)\.txt")
_SYMBOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*", re.ASCII)


def secondary_findings_list(version: str) -> Reference:
    """The list of one version.

    >>> secondary_findings_list("3.3").curie
    'GENOPATH:term/ACMG%20SF%20v3.3'
    """
    return Reference.mint("term", f"ACMG SF v{version}")


def read_list(file: SourceFile, context: Context) -> Iterator[Item]:
    """Genes of one version of the list, which the file's name states."""
    version = _VERSION.fullmatch(file.name)
    if version is None:
        raise file.error(None, "states no version in its name; name it like ACMG_SF_v3.3.txt")
    listed = secondary_findings_list(version.group(1))
    yield Entity(listed, Category.INFORMATION_CONTENT_ENTITY, listed.minted_name)
    seen: set[str] = set()
    for number, text in context.records(_symbols(file)):
        if text in seen:
            context.left_out.add("repeats a gene of the list", text)
            continue
        seen.add(text)
        gene = find_gene(context, text)
        if gene is not None:
            yield Association(gene, Predicate.MEMBER_OF, listed, file.evidence(number))


def read_reporting(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases of the list's genes, each with its classification, and with the guidance where the table has any."""
    for row in context.records(file.rows(_COLUMNS, comment="ClinGen")):
        answer = row["Reportable as SF"]
        if answer not in _ANSWERS:
            known = ", ".join(sorted(_ANSWERS))
            raise file.error(row.line, f"column Reportable as SF holds {answer!r}; known are {known}")
        qualifiers = (*mode(row["MOI"]), (Qualifier.SECONDARY_FINDING, answer))
        if guidance := row.fields.get("Reporting Guidance", "").strip():
            qualifiers = (*qualifiers, (Qualifier.RECOMMENDATION, guidance))
        level = classification(file, row, "Gene-Disease Validity")
        yield from classified(file, context, read_pair(file, row, _PAIR), level, row.line, qualifiers)


def _symbols(file: SourceFile) -> Iterator[tuple[int, str]]:
    number = 0
    for number, line in file.lines():
        if not _SYMBOL.fullmatch(line.strip()):
            raise file.error(number, f"{line[:60]!r} is no gene symbol; the list has one a line")
        yield number, line.strip()
    if not number:
        raise file.error(None, "is empty: no gene symbol")
