"""Fields of PharmCAT's JSON documents: present and of the expected type, or a :class:`SourceError`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.source import SourceFile


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON object of a file, and where it stands there."""

    file: SourceFile
    fields: dict[str, object]
    where: str

    @classmethod
    def of(cls, file: SourceFile) -> Node:
        """The whole document.

        Raises:
            SourceError: it is no JSON object.
        """
        document = file.json()
        if not isinstance(document, dict):
            raise file.error(None, "is no JSON object")
        return cls(file, document, "the document")

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise self._error(name, "a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or ``None`` where the field is null or not there."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise self._error(name, "a text or null")
        return value

    def number(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._error(name, "a whole number")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.fields.get(name)
        if not isinstance(value, bool):
            raise self._error(name, "true or false")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts."""
        found = [value for value in self.values(name) if isinstance(value, str)]
        if len(found) != len(self.values(name)):
            raise self._error(name, "a list of texts")
        return found

    def values(self, name: str) -> list[object]:
        """A list of anything."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            raise self._error(name, "a list")
        return value

    def node(self, name: str) -> Node:
        """One object."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise self._error(name, "an object")
        return Node(self.file, value, f"{name} of {self.where}")

    def nodes(self, name: str) -> list[Node]:
        """A list of objects."""
        found = [
            Node(self.file, value, f"{name} {number} of {self.where}")
            for number, value in enumerate(self.values(name), start=1)
            if isinstance(value, dict)
        ]
        if len(found) != len(self.values(name)):
            raise self._error(name, "a list of objects")
        return found

    def _error(self, name: str, expected: str) -> Exception:
        found = repr(self.fields[name])[:60] if name in self.fields else "nothing"
        return self.file.error(None, f"holds {found} as {name!r} of {self.where}, where {expected} is expected")
