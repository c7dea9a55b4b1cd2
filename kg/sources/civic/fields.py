"""Fields that several of CIViC's tables share: its identifiers, lists, flags, and rows that must be unique."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum
    from typing import TypeVar

    from kg.context import Context
    from kg.source import Row, SourceFile

    Value = TypeVar("Value")
    Choice = TypeVar("Choice", bound=StrEnum)

NOTHING: Final = frozenset({"", "N/A", "NONE FOUND", "unregistered"})
"""How CIViC's tables say that there is no value."""


def civic(kind: str, identifier: str) -> Reference:
    """Reference of one of CIViC's own records.

    >>> civic("molecular_profile", "12").curie
    'CIVIC:molecular_profile/12'
    """
    return Reference("CIVIC", f"{kind}/{identifier}")


def civic_id(file: SourceFile, row: Row, column: str, kind: str) -> Reference:
    """The CIViC record that a column names by its number."""
    if not (row[column].isascii() and row[column].isdigit()):
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no CIViC id")
    return civic(kind, row[column])


def civic_ids(file: SourceFile, row: Row, column: str, kind: str) -> list[Reference]:
    """The CIViC records that a column lists by their numbers."""
    found = items(row[column])
    if wrong := [one for one in found if not (one.isascii() and one.isdigit())]:
        raise file.error(row.line, f"column {column} lists {wrong[0]!r}, which is no CIViC id")
    return [civic(kind, one) for one in found]


def identifier(file: SourceFile, row: Row, column: str, prefix: str) -> Reference | None:
    """The identifier of another vocabulary that a column holds, ``None`` where it is empty."""
    if row[column] in NOTHING:
        return None
    found = Reference.find(f"{prefix}:{row[column]}")
    if found is None:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no {prefix} id")
    return found


def items(text: str) -> list[str]:
    """What a comma-separated field lists, without its words for nothing."""
    return [one for part in text.split(",") if (one := part.strip()) not in NOTHING]


def chosen(file: SourceFile, row: Row, column: str, meanings: Mapping[str, Value]) -> Value:
    """What a closed vocabulary's word means; an unknown word is an error, since it would be misread."""
    try:
        return meanings[row[column]]
    except KeyError:
        known = ", ".join(repr(one) for one in meanings)
        raise file.error(row.line, f"column {column} holds {row[column]!r}; known are {known}") from None


def graded(file: SourceFile, row: Row, column: str, grades: type[Choice]) -> Choice | None:
    """The grade that a column holds, ``None`` where it is empty."""
    return None if row[column] in NOTHING else chosen(file, row, column, {one.value: one for one in grades})


@dataclass(slots=True)
class Unique:
    """Tells a table's rows apart by their key."""

    file: SourceFile
    context: Context
    seen: dict[Reference, int] = field(default_factory=dict)

    def repeats(self, key: Reference, row: Row) -> bool:
        """Whether the same row was there before (it is left out then).

        Raises:
            SourceError: the key was there before with other content.
        """
        content = hash(tuple(row.fields.values()))
        if key not in self.seen:
            self.seen[key] = content
            return False
        if self.seen[key] != content:
            raise self.file.error(row.line, f"{key} is there a second time with other content")
        self.context.left_out.add("repeated row", key.curie)
        return True
