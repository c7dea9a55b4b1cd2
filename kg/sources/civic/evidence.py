"""CIViC evidence items and assertions: what molecular profiles mean for therapies, diseases and gene function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.levels import AmpTier, CivicLevel
from kg.sources.civic.claims import DIRECTIONS, MEANINGS, Claim, Claims
from kg.sources.civic.fields import NOTHING, Unique, chosen, civic_id, civic_ids, graded, identifier, items
from kg.sources.civic.links import Links
from kg.sources.civic.therapies import INTERACTIONS, therapy_names
from ontology.vocabulary import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

_SHARED_COLUMNS: Final = (
    "molecular_profile",
    "molecular_profile_id",
    "disease",
    "doid",
    "phenotypes",
    "therapies",
    "significance",
    "is_flagged",
)
_EVIDENCE_COLUMNS: Final = (
    *_SHARED_COLUMNS,
    "therapy_interaction_type",
    "evidence_type",
    "evidence_direction",
    "evidence_level",
    "evidence_statement",
    "citation_id",
    "source_type",
    "nct_ids",
    "rating",
    "evidence_status",
    "evidence_id",
    "variant_origin",
)
_ASSERTION_COLUMNS: Final = (
    *_SHARED_COLUMNS,
    "assertion_type",
    "assertion_direction",
    "acmg_codes",
    "amp_category",
    "nccn_guideline",
    "nccn_guideline_version",
    "regulatory_approval",
    "fda_companion_test",
    "assertion_summary",
    "assertion_description",
    "assertion_id",
    "evidence_item_ids",
)
_NOT_STATED: Final = "not stated"
"""The interaction of an assertion's therapies: its table lacks the column."""
_TYPES: Final = {one: one for one in MEANINGS}
_STATUSES: Final = {"accepted": True, "submitted": True, "rejected": False}
"""Whether statements are made of evidence with this status."""
_ORIGINS: Final = {
    "": None,
    "N/A": None,
    "Unknown": None,
    "Somatic": "somatic",
    "Rare Germline": "rare germline",
    "Common Germline": "common germline",
    "Combined": "combined",
}
_RATINGS: Final = frozenset({"", "1", "2", "3", "4", "5"})
_FLAGS: Final = {"true": True, "false": False}
_SOURCES: Final = {"PubMed": "PMID", "ASCO": None, "ASH": None}
"""Prefix of a citation's number; abstracts of ASCO and ASH meetings have none."""


def read_evidence(file: SourceFile, context: Context) -> Iterator[Item]:
    """Statements of evidence items, of which only rejected ones are left out."""
    unique, claims = Unique(file, context), Claims(file, context)
    for row in context.records(file.rows(_EVIDENCE_COLUMNS)):
        record = civic_id(file, row, "evidence_id", "evidence")
        if unique.repeats(record, row):
            continue
        if not chosen(file, row, "evidence_status", _STATUSES):
            context.left_out.add("rejected evidence", record.curie)
            continue
        claim = _evidence_claim(file, context, row, record)
        if claim.interaction:
            key = record, frozenset(claim.therapies)
            context.shared(Links).interactions[key] = claim.interaction
        yield from claims.items(claim)


def read_assertions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Statements of assertions, with the evidence items that they rest on."""
    unique, claims = Unique(file, context), Claims(file, context)
    for row in context.records(file.rows(_ASSERTION_COLUMNS)):
        record = civic_id(file, row, "assertion_id", "assertion")
        if not unique.repeats(record, row):
            yield from claims.items(_assertion_claim(file, context, row, record))


def _evidence_claim(file: SourceFile, context: Context, row: Row, record: Reference) -> Claim:
    interaction = chosen(file, row, "therapy_interaction_type", INTERACTIONS)
    names = therapy_names(row["therapies"], interaction)
    kind = chosen(file, row, "evidence_type", _TYPES)
    publications = _publications(file, context, row, record)
    level = graded(file, row, "evidence_level", CivicLevel)
    evidence = file.evidence(record.curie, level=level, publications=publications)
    return Claim(
        record=record,
        profile=civic_id(file, row, "molecular_profile_id", "molecular_profile"),
        profile_name=row["molecular_profile"],
        type=kind,
        significance=_significance(file, row, kind),
        denied=chosen(file, row, "evidence_direction", DIRECTIONS),
        disease=row["disease"],
        doid=identifier(file, row, "doid", "DOID"),
        phenotypes=row["phenotypes"],
        therapies=tuple(names),
        interaction=interaction,
        evidence=evidence,
        qualifiers=tuple(_evidence_qualifiers(file, row)),
    )


def _assertion_claim(file: SourceFile, context: Context, row: Row, record: Reference) -> Claim:
    kind = chosen(file, row, "assertion_type", _TYPES)
    supporting = civic_ids(file, row, "evidence_item_ids", "evidence")
    names = therapy_names(row["therapies"], _NOT_STATED)
    return Claim(
        record=record,
        profile=civic_id(file, row, "molecular_profile_id", "molecular_profile"),
        profile_name=row["molecular_profile"],
        type=kind,
        significance=_significance(file, row, kind),
        denied=chosen(file, row, "assertion_direction", DIRECTIONS),
        disease=row["disease"],
        doid=identifier(file, row, "doid", "DOID"),
        phenotypes=row["phenotypes"],
        therapies=tuple(names),
        interaction=_interaction(context, names, supporting),
        evidence=file.evidence(record.curie, level=graded(file, row, "amp_category", AmpTier)),
        qualifiers=tuple(_assertion_qualifiers(file, row, supporting)),
    )


def _interaction(context: Context, names: Sequence[str], supporting: Sequence[Reference]) -> str:
    """How an assertion's therapies belong together, which its evidence items with the same therapies state."""
    found = context.shared(Links).interactions_of(supporting, names)
    return found.pop() if len(found) == 1 else ""


def _significance(file: SourceFile, row: Row, kind: str) -> str:
    return chosen(file, row, "significance", {one: one for one in MEANINGS[kind]})


def _publications(file: SourceFile, context: Context, row: Row, record: Reference) -> list[Reference]:
    prefix = chosen(file, row, "source_type", _SOURCES)
    if prefix is None:
        context.left_out.add("meeting abstract without a registered identifier, as citation", str(record))
        return []
    found = identifier(file, row, "citation_id", prefix)
    return [found] if found else []


def _evidence_qualifiers(file: SourceFile, row: Row) -> Iterator[tuple[Qualifier, Value]]:
    yield Qualifier.STATUS, row["evidence_status"]
    if origin := chosen(file, row, "variant_origin", _ORIGINS):
        yield Qualifier.ORIGIN, origin
    if row["rating"] not in _RATINGS:
        raise file.error(row.line, f"column rating holds {row['rating']!r}; known are 1 to 5")
    if row["rating"]:
        yield Qualifier.RATING, row["rating"]
    for trial in items(row["nct_ids"]):
        yield Qualifier.CLINICAL_TRIAL, trial
    yield from _flag_and_text(file, row, row["evidence_statement"])


def _assertion_qualifiers(
    file: SourceFile, row: Row, supporting: Sequence[Reference]
) -> Iterator[tuple[Qualifier, Value]]:
    for evidence in supporting:
        yield Qualifier.SUPPORTED_BY, evidence
    if row["acmg_codes"] not in NOTHING:
        yield Qualifier.ACMG_CODES, row["acmg_codes"]
    if row["nccn_guideline"] not in NOTHING:
        version = f" ({row['nccn_guideline_version']})" if row["nccn_guideline_version"] else ""
        yield Qualifier.NCCN_GUIDELINE, row["nccn_guideline"] + version
    for column, qualifier in (
        ("regulatory_approval", Qualifier.REGULATORY_APPROVAL),
        ("fda_companion_test", Qualifier.FDA_COMPANION_TEST),
    ):
        if row[column] not in NOTHING:
            chosen(file, row, column, _FLAGS)
            yield qualifier, row[column]
    yield from _flag_and_text(file, row, row["assertion_description"] or row["assertion_summary"])


def _flag_and_text(file: SourceFile, row: Row, text: str) -> Iterator[tuple[Qualifier, Value]]:
    if chosen(file, row, "is_flagged", _FLAGS):
        yield Qualifier.FLAGGED, "true"
    if text:
        yield Qualifier.STATEMENT, text
