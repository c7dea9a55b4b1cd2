"""The XML documents of Orphadata, read record by record.

Every product is one ``JDBOR`` element that states its date and licence and holds one list; what lies in that list is
dropped when it has been read, so that memory stays flat.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, NoReturn

import zstandard
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from kg.folders import release_key
from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element  # the type alone; defusedxml parses

    from kg.context import Context
    from kg.source import SourceFile

LICENSE: Final = "CC-BY-4.0"
"""Licence that the products state in their header."""

_DAMAGES: Final = (OSError, EOFError, LookupError, ValueError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError)
"""What reading may raise; unknown encodings are a LookupError, those that expat cannot read a ValueError."""
_PMID: Final = re.compile(r"(\d+)\[PMID\]")


class Declared(set[Reference]):
    """Disorders that this source has declared."""


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a product, with the elements that it lies in (outermost first) and its first line."""

    file: SourceFile
    line: int
    element: Element
    above: tuple[Element, ...]

    @property
    def id(self) -> str | int:
        """Name of the record for evidence: the element's own number in Orphanet, else its line."""
        number = self.element.get("id")
        return f"{self.element.tag}/{number}" if number else self.line

    def find(self, path: str) -> str:
        """Text below an element of this record; empty where there is none."""
        return (self.element.findtext(path) or "").strip()

    def text(self, path: str) -> str:
        """The same, where the product always has one.

        Raises:
            SourceError: there is none.
        """
        return self.find(path) or self._refuse(f"{self.element.tag} lacks {path}")

    def nearest(self, tag: str) -> Record | None:
        """The innermost element of this name that the record lies in."""
        for place in range(len(self.above) - 1, -1, -1):
            if self.above[place].tag == tag:
                return Record(self.file, self.line, self.above[place], self.above[:place])
        return None

    def disorder(self, path: str = "") -> Reference:
        """The disorder whose code and name lie below ``path``.

        Raises:
            SourceError: there is no ORPHAcode, or it is no number.
        """
        code = self.text(f"{path}OrphaCode")
        return Reference.find(f"ORPHA:{code}") or self._refuse(f"OrphaCode holds {code!r}, which is no ORPHAcode")

    def _refuse(self, reason: str) -> NoReturn:
        raise self.file.error(self.line, reason)


def read_records(file: SourceFile, *paths: str) -> Iterator[Record]:
    """Elements whose place ends with one of these paths, each when it is complete.

    Raises:
        SourceError: the file is no Orphadata product with such elements, states another licence, declares a document
            type or entities, or is truncated or damaged.
    """
    open_elements: list[tuple[Element, int]] = []
    found = False
    for line, event, element in _events(file):
        if event == "start":
            open_elements.append((element, line))
            if len(open_elements) == 1:
                _check_root(file, line, element)
            continue
        _, first_line = open_elements.pop()
        above = tuple(one for one, _ in open_elements)
        place = "/".join([*(one.tag for one in above), element.tag])
        if place.endswith(tuple(f"/{path}" for path in paths)):
            found = True
            yield Record(file, first_line, element, above)
            element.clear()
        elif place == "JDBOR/Availability/Licence":
            _check_license(file, first_line, element)
        if len(above) == 2:
            above[-1].clear()
    if not found:
        raise file.error(None, f"holds no {' or '.join(paths)}; is it this product, and not another one?")


def enclosing_disorder(record: Record) -> Record:
    """The disorder that a record belongs to.

    Raises:
        SourceError: it lies in none.
    """
    disorder = record.nearest("Disorder")
    if disorder is None:
        raise record.file.error(record.line, f"{record.element.tag} lies in no Disorder")
    return disorder


def declare(disorder: Record, context: Context, path: str = "") -> Iterator[Entity]:
    """The disorder as an entity, where neither this source nor an earlier one has declared it."""
    reference, declared = disorder.disorder(path), context.shared(Declared)
    if reference not in declared and reference not in context.resolver.diseases.known:
        name = disorder.text(f"{path}Name")
        declared.add(reference)
        context.resolver.diseases.add(reference, name)
        yield Entity(reference, Category.DISEASE, name)


def publications(text: str) -> list[Reference]:
    """The PubMed articles of a list such as ``22587682[PMID]_21737058[PMID]``."""
    return [Reference("PMID", number) for number in _PMID.findall(text)]


@dataclass(slots=True)
class _Lines:
    """A stream that gives one line at a time, so that an element's line is known when it begins and ends."""

    stream: IO[bytes]
    number: int = 0

    def read(self, _size: int = -1) -> bytes:
        self.number += 1
        return self.stream.readline()


def _events(file: SourceFile) -> Iterator[tuple[int, str, Element]]:
    number = 0
    try:
        with file.open_binary() as stream:
            lines = _Lines(stream)
            for event, element in iterparse(lines, events=("start", "end"), forbid_dtd=True):
                number = lines.number
                yield number, event, element
    except ParseError as error:
        raise file.error(error.position[0], f"is not well-formed XML: {error}; fetch the file again") from error
    except DefusedXmlException as error:
        raise file.error(number + 1, f"declares a document type or entities, which no product does: {error}") from error
    except _DAMAGES as error:
        raise file.error(number + 1, f"cannot be read further: {error}; fetch the file again") from error


def _check_root(file: SourceFile, line: int, root: Element) -> None:
    if root.tag != "JDBOR":
        raise file.error(line, f"is no product of Orphadata: its root is {root.tag!r}, not 'JDBOR'")
    date = root.get("date", "")
    unversioned = file.folder.name != file.release and release_key(file.folder.name) is None
    stated = release_key(file.release)
    if unversioned and stated is not None and release_key(date[:10]) not in (None, stated):
        raise file.error(line, f"is of {date[:10]}; move it into a folder of that name, so that its release is known")


def _check_license(file: SourceFile, line: int, header: Element) -> None:
    stated = header.findtext("ShortIdentifier")
    if stated is not None and stated.strip() != LICENSE:
        raise file.error(line, f"states the licence {stated!r}; known is {LICENSE}, and other terms must be looked at")
