"""Single submissions: ``submission_summary.txt``, one row a submission (SCV) below a preamble of comments.

Columns are those of https://ftp.ncbi.nlm.nih.gov/pub/clinvar/tab_delimited/README; conditions are given as MedGen id and
name. A submission that does not count towards ClinVar's aggregate (flagged, or outranked by an expert panel) is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.sources.clinvar.classification import Classification, Condition, terms
from kg.sources.clinvar.stated import Stated
from kg.sources.clinvar.statements import Variant, Writer, is_variation
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

SUPERSEDED: Final = "submission that a newer release of ClinVar in this build states"
_COLUMNS: Final = (
    "VariationID",
    "ClinicalSignificance",
    "ReportedPhenotypeInfo",
    "ReviewStatus",
    "OriginCounts",
    "SCV",
)
_TUMOUR_COLUMNS: Final = ("SomaticClinicalImpact", "Oncogenicity")
"""Kinds of classification that the table has since 2024; a submission has one of the three."""
_ACCESSION: Final = re.compile(r"SCV(\d{9})(\.\d+)?$", re.ASCII)


class Submissions:
    """Submissions of one file that no newer release has stated."""

    def __init__(self, file: SourceFile, context: Context) -> None:
        stated = context.shared(Stated).submissions
        self.context, self._newer, self._own = context, stated.newer(file.release), stated.of(file.release)

    def admit(self, number: int, accession: str) -> bool:
        """Note a submission; false, and listed as left out, where a newer release has it."""
        if any(number in numbers for numbers in self._newer):
            self.context.left_out.add(SUPERSEDED, accession)
            return False
        self._own.add(number)
        return True


def accession_number(text: str) -> int | None:
    """The number within an accession such as ``SCV004565358.1``, ``None`` where it is none."""
    match = _ACCESSION.match(text)
    return int(match[1]) if match else None


def read_submission_summary(file: SourceFile, context: Context) -> Iterator[Item]:
    """Submissions; the rows of one variant stand together, and it is declared here where no aggregate did."""
    writer, submissions = Writer(file, context), Submissions(file, context)
    described = context.shared(Stated).variants.releases
    for variation, group in groupby(file.rows(_COLUMNS, comment="#"), key=lambda row: row["VariationID"]):
        rows = list(group)
        if not is_variation(variation):
            raise file.error(rows[0].line, f"column VariationID holds {variation!r}, which is no number")
        reference = Reference("ClinVar", variation)
        is_known = any(int(variation) in numbers for numbers in described.values())
        for row in context.records(rows):
            number = accession_number(row["SCV"])
            if number is None:
                raise file.error(row.line, f"column SCV holds {row['SCV']!r}, which is no accession of a submission")
            if not _counts(row, context) or not submissions.admit(number, row["SCV"]):
                continue
            if not is_known:
                is_known = True
                yield Entity(reference, Category.SEQUENCE_VARIANT, f"ClinVar variation {variation}")
            variant = Variant(reference, row["SCV"], reference.curie)
            yield from writer.statements(variant, _classification(row))


def _counts(row: Row, context: Context) -> bool:
    if row.fields.get("ContributesToAggregateClassification", "") == "no":
        context.left_out.add("submission that does not count towards ClinVar's aggregate classification", row["SCV"])
        return False
    return True


def _classification(row: Row) -> Classification:
    conditions = _conditions(row["ReportedPhenotypeInfo"])
    for column in _TUMOUR_COLUMNS:
        if terms(row.fields.get(column, "")):
            return Classification(row[column], row["ReviewStatus"], conditions, somatic=True)
    somatic = _origins(row["OriginCounts"]) == {"somatic"}
    return Classification(row["ClinicalSignificance"], row["ReviewStatus"], conditions, somatic)


def _origins(text: str) -> set[str]:
    """Origins in which the variant was seen: ``germline:2;somatic:1``, ``na`` for unknown numbers."""
    return {entry.partition(":")[0] for entry in text.split(";") if not entry.endswith(":0")}


@lru_cache(maxsize=1 << 16)
def _conditions(text: str) -> tuple[Condition, ...]:
    """Conditions written ``C0085390:Li-Fraumeni syndrome``, or ``na:name`` where MedGen has none; ``;`` between them."""
    found = []
    for entry in re.split(r";(?=[A-Za-z0-9]+:)", text):
        code, colon, name = entry.partition(":")
        if not colon or code == "na":
            found.append(Condition((), name or code, named=True))
        else:
            found.append(Condition((), name, (f"UMLS:{code}", f"MEDGEN:{code}")))
    return tuple(found)
