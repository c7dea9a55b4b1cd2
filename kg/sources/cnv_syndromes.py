"""Regions of genomic disorders (hg19) from several lists that disagree, as gathered for doi:10.1016/j.cell.2022.06.036.

Read are the BED tables of https://github.com/talkowski-lab/rCNV2. Lists draw one syndrome's region differently; each
stays a region of its own, with what its list says of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

from kg.levels import DecipherGrade
from kg.model import Association
from kg.source import Source, Table
from kg.sources.conditions import condition_entity
from kg.sources.gene_disease import Named, disease_by_name
from kg.sources.regions import BedRow
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.regions import Interval

GENOMIC_DISORDER: Final = Reference.mint("term", "genomic disorder")
"""What a region of the consensus lists is for, which name no syndrome."""

_PLACE: Final = ("chr", "start", "end")
_FIRST_BASE_IS_1: Final = frozenset({"Decipher_GD.bed"})
"""DECIPHER counts from 1, and its list was not shifted: whole arms begin at 1, or at 10001 behind 10,000 unknown bases."""
_CHANGES: Final = frozenset({"DEL", "DUP"})
_BIOBANK_CHANGE: Final = re.compile(r"(UKBB_GD\.\w+)\.(DEL|DUP)\.bed")
_CONSENSUS: Final = re.compile(r"lit_GDs\.\w+\.(DEL|DUP)\.bed")
_LAST_PARENTHESIS: Final = re.compile(r"\s*\([^()]*\)$")
_NO_GRADE: Final = frozenset({"", "NA"})


def read_named_regions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Regions with the syndrome that losing or gaining them goes with; DECIPHER's list has a grade, too.

    A list that gives both changes of a region one name names the place by it (``Williams_syndrome`` for the duplication,
    too): such a name is not resolved to a disease.
    """
    rows = list(file.rows((*_PLACE, "cnv", "syndrome")))
    changes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        changes[_name(file, row, "syndrome")].add(row["cnv"])
    for row in context.records(rows):
        grade = row.fields.get("grade", "")
        level = None if grade in _NO_GRADE else _grade(file, row.line, grade)
        name = _name(file, row, "syndrome")
        target = _syndrome(context, name) if len(changes[name]) == 1 else _minted(name)
        qualifiers: dict[Qualifier, Value] = {Qualifier.COPY_NUMBER_CHANGE: _change(file, row, "cnv")}
        if not target.declared:
            qualifiers[Qualifier.ORIGINAL_OBJECT] = name
        yield from _items(file, row.line, _interval(file, row), target, qualifiers, level)


def read_biobank_regions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Regions with their carriers in UK Biobank (doi:10.1186/s12864-018-5292-7); lists of one change are parts of the whole."""
    part = _BIOBANK_CHANGE.fullmatch(file.name)
    is_repeated = part is not None and file.beside(f"{part.group(1)}.bed").path.is_file()
    for row in context.records(file.rows((*_PLACE, "GD", "CNV", "N_UKBB_all", "N_UKBB_carriers"))):
        if is_repeated:
            context.left_out.add("repeats a row of the list of both changes", f"{file.name}#L{row.line}")
            continue
        carriers, examined = row["N_UKBB_carriers"], row["N_UKBB_all"]
        if not (carriers.isdecimal() and examined.isdecimal()) or int(carriers) > int(examined):
            raise file.error(row.line, f"{carriers!r} of {examined!r} are no carriers of a cohort")
        qualifiers: dict[Qualifier, Value] = {
            Qualifier.COPY_NUMBER_CHANGE: _change(file, row, "CNV"),
            Qualifier.CARRIERS: f"{carriers}/{examined}",
        }
        yield from _items(file, row.line, _interval(file, row), _minted(_name(file, row, "GD")), qualifiers, None)


def read_consensus_regions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Regions of genomic disorders without names, merged from the literature by the publisher of these files."""
    match = _CONSENSUS.fullmatch(file.name)
    if match is None:
        raise file.error(None, "states no change in its name; name it like lit_GDs.all.DEL.bed")
    for row in context.records(file.rows(_PLACE)):
        qualifiers: dict[Qualifier, Value] = {Qualifier.COPY_NUMBER_CHANGE: match.group(1)}
        target = Named(GENOMIC_DISORDER, (condition_entity(GENOMIC_DISORDER, "genomic disorder"),))
        yield from _items(file, row.line, _interval(file, row), target, qualifiers, None)


def _items(
    file: SourceFile,
    line: int,
    interval: Interval,
    target: Named,
    qualifiers: Mapping[Qualifier, Value],
    level: DecipherGrade | None,
) -> Iterator[Item]:
    region = interval.entity("GRCh37")
    yield from (region, *target.declared)
    evidence = file.evidence(line, level=level)
    yield Association(
        region.reference, Predicate.ASSOCIATED_WITH, target.reference, evidence, tuple(qualifiers.items())
    )


def _syndrome(context: Context, name: str) -> Named:
    """The disease of this name, or of the name without what stands in brackets behind it: abbreviation or subtype."""
    without = _LAST_PARENTHESIS.sub("", name)
    if context.resolver.diseases.by_name(name).reference is None and without != name:
        found = context.resolver.diseases.by_name(without)
        if found.reference is not None:
            return Named(found.reference)
    return disease_by_name(context, name)


def _minted(name: str) -> Named:
    reference = Reference.mint("term", name)
    return Named(reference, (condition_entity(reference, name),))


def _name(file: SourceFile, row: Row, column: str) -> str:
    name = " ".join(row[column].replace("_", " ").split())
    if not name:
        raise file.error(row.line, f"column {column} is empty; the region has no name")
    return name


def _change(file: SourceFile, row: Row, column: str) -> str:
    if row[column] not in _CHANGES:
        raise file.error(row.line, f"column {column} holds {row[column]!r}; known are DEL and DUP")
    return row[column]


def _grade(file: SourceFile, line: int, text: str) -> DecipherGrade:
    try:
        return DecipherGrade(text)
    except ValueError as error:
        raise file.error(line, f"{text!r} is no grade; known are {', '.join(DecipherGrade)} and NA") from error


def _interval(file: SourceFile, row: Row) -> Interval:
    first_base: Literal[0, 1] = 1 if file.name in _FIRST_BASE_IS_1 else 0
    return BedRow(file, row.line, (row["chr"], row["start"], row["end"])).interval(first_base)


SOURCE: Final = Source(
    id="cnv-syndromes",
    title="Genomic-disorder regions of the rCNV project",
    license="MIT",
    license_url="https://github.com/talkowski-lab/rCNV2/blob/master/LICENSE",
    homepage="https://github.com/talkowski-lab/rCNV2",
    tables=(
        Table("*_GD.bed", read_named_regions, many=True, required=False),
        Table("UKBB_GD.*.bed", read_biobank_regions, many=True, required=False),
        Table("lit_GDs.*.bed", read_consensus_regions, many=True, required=False),
    ),
)
