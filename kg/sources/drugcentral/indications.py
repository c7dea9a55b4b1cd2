"""What drugs are used for: ``drug_indication``.

The indications are First Databank's. The table does not say who approved a use, if anybody did, so none is stated to
be an approved one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Association
from kg.normalize import Match
from kg.sources.conditions import known_condition
from kg.sources.drugcentral.drugs import drug_number, drug_of, own_entity
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.normalize import Resolver
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("DRUG_ID", "DRUG_NAME", "INDICATION_FDB", "UMLS_CUI", "SNOMEDCT_CUI", "DOID")
_DIAGNOSTIC: Final = re.compile(r"\b(diagnos\w+|imaging|radiography|testing|test)\b", re.IGNORECASE)
_PREVENTION: Final = re.compile(r"\b(prevention|prophylaxis)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition of the build, and the code that led to it where that is no identifier of the graph."""

    reference: Reference
    code: str = ""


def read_indications(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs applied to treat, or preventative for, the conditions that the build knows."""
    for row in context.records(file.rows(_COLUMNS)):
        number = drug_number(file, row, "DRUG_ID")
        if not row["INDICATION_FDB"]:
            raise file.error(row.line, "the indication has no name")
        condition = _condition(file, row, context)
        if condition is None:
            continue
        drug = drug_of(context, number, row["DRUG_NAME"])
        yield from own_entity(drug, number, row["DRUG_NAME"])
        yield Association(
            drug,
            Predicate.PREVENTATIVE_FOR_CONDITION
            if _PREVENTION.search(row["INDICATION_FDB"])
            else Predicate.APPLIED_TO_TREAT,
            condition.reference,
            file.evidence(row.line),
            (
                (Qualifier.INDICATION, row["INDICATION_FDB"]),
                *(((Qualifier.ORIGINAL_OBJECT, condition.code),) if condition.code else ()),
            ),
        )


def _condition(file: SourceFile, row: Row, context: Context) -> _Condition | None:
    doid = _doid(file, row)
    if _DIAGNOSTIC.search(row["INDICATION_FDB"]):
        context.left_out.add("use in diagnosis", row["INDICATION_FDB"])
        return None
    found = _by_identifier(doid, row, context.resolver) or _by_name(row["INDICATION_FDB"], context.resolver)
    if found is None:
        coded = doid or row["SNOMEDCT_CUI"] or row["UMLS_CUI"]
        reason = "indication whose codes mean no condition of the build" if coded else "indication without any code"
        context.unresolved.add(reason, row["INDICATION_FDB"])
    return found


def _doid(file: SourceFile, row: Row) -> Reference | None:
    if not row["DOID"]:
        return None
    doid = Reference.find(row["DOID"])
    if doid is None or doid.prefix != "DOID":
        raise file.error(row.line, f"column DOID holds {row['DOID']!r}, which is no Disease Ontology id")
    return doid


def _by_identifier(doid: Reference | None, row: Row, resolver: Resolver) -> _Condition | None:
    if doid is not None and (known := known_condition(resolver, doid)) is not None:
        return _Condition(known)
    for vocabulary, column in (("SCTID", "SNOMEDCT_CUI"), ("UMLS", "UMLS_CUI")):
        code = f"{vocabulary}:{row[column]}"
        for names in (resolver.diseases, resolver.phenotypes):
            if row[column] and (found := names.by_code(code).reference) is not None:
                return _Condition(found, code)
    return None


def _by_name(name: str, resolver: Resolver) -> _Condition | None:
    """A condition whose own name this is; synonyms of diseases are too loose to guess from."""
    for names in (resolver.diseases, resolver.phenotypes):
        found = names.by_name(name)
        if found.reference is not None and found.match is Match.NAME:
            return _Condition(found.reference)
    return None
