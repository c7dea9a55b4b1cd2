"""Ways in which files of public data are found damaged, by format."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal
from xml.etree.ElementTree import tostring

import yaml
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from xml.etree.ElementTree import Element

    from kg.source import SourceFile

GARBAGE: Final = ("x", "\u00b2", '"', "", "\0")
"""A letter; a digit that ``int`` refuses; an open quote; nothing; a character that text files do not hold."""
OTHERS: Final[tuple[object, ...]] = (None, True, 7, -1.5, "x", "\ud800", [], ["x"], {}, {"x": "x"}, [[]])
"""One value of each type, and a text that is none in Unicode."""
BOMB: Final = "".join(
    f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10 if level else "lol"}">' for level in range(10)
).join(["<!DOCTYPE lolz [", "]>"])
"""A billion laughs, were the last of the entities expanded."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong with a file; ``line`` where it stands in one line."""

    name: str
    make: Callable[[], bytes]
    """Its whole content."""
    line: int | None = None


class Format:
    """The ways in which files of one format can be damaged; none unless the format has them."""

    is_text = True
    """Whether every byte of the file must be UTF-8."""
    is_latin = False
    """Whether every byte is some character."""
    is_list = False
    """Whether the file may be shorter by any of its lines."""

    def lacking(self, content: bytes) -> Iterator[Damage]:
        """A column, key, element or line less."""
        yield from ()

    def garbled(self, content: bytes) -> Iterator[Damage]:
        """One value of another type."""
        yield from ()

    def repeated(self, content: bytes) -> Iterator[Damage]:
        """One record twice, the second time with one other value."""
        yield from ()

    def ragged(self, content: bytes) -> Iterator[Damage]:
        """One row with a field more or less."""
        yield from ()

    def hostile(self, content: bytes) -> Iterator[Damage]:
        """What would exhaust memory or stack."""
        yield from ()


class Lines(Format):
    """Text whose lines mean something each: OBO, Markdown, lists of names."""

    is_list = True

    def lacking(self, content: bytes) -> Iterator[Damage]:
        lines = content.splitlines(keepends=True)
        for number in range(len(lines)):
            yield Damage(f"without line {number + 1}", partial(b"".join, lines[:number] + lines[number + 1 :]))

    def garbled(self, content: bytes) -> Iterator[Damage]:
        lines = content.splitlines(keepends=True)
        for number, line in enumerate(lines):
            tag, colon, _ = line.partition(b": ")
            for garbage in GARBAGE:
                changed = (tag + colon if colon else b"") + garbage.encode() + b"\n"
                damaged = [*lines[:number], changed, *lines[number + 1 :]]
                yield Damage(f"{changed!r} in line {number + 1}", partial(b"".join, damaged))

    def repeated(self, content: bytes) -> Iterator[Damage]:
        head, *stanzas = content.split(b"\n\n")
        for number, stanza in enumerate(stanzas):
            if b"\nname: " in stanza:
                other = stanza.replace(b"\nname: ", b"\nname: other ")
                yield Damage(f"stanza {number + 1} twice", partial(b"\n\n".join, [head, *stanzas, other]))


class Delimited(Format):
    """Rows of fields."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter

    def lacking(self, content: bytes) -> Iterator[Damage]:
        rows, wide = self.rows(content)
        for column in range(max(map(len, rows))):
            less = [row[:column] + row[column + 1 :] if number in wide else row for number, row in enumerate(rows)]
            yield Damage(f"without column {column + 1}", partial(self.text, content, less))

    def garbled(self, content: bytes) -> Iterator[Damage]:
        rows, wide = self.rows(content)
        for number in wide:
            for column, value in enumerate(rows[number]):
                for garbage in GARBAGE:
                    if garbage != value:
                        name = f"{garbage!r} for {value!r} in row {number + 1}, column {column + 1}"
                        make = partial(self.with_cell, content, number, column, garbage)
                        yield Damage(name, make, None if garbage == '"' else number + 1)

    def with_cell(self, content: bytes, number: int, column: int, text: str) -> bytes:
        rows, _ = self.rows(content)
        rows[number][column] = text
        return self.text(content, rows)

    def repeated(self, content: bytes) -> Iterator[Damage]:
        rows, wide = self.rows(content)
        for number in wide[1:]:
            for column, value in enumerate(rows[number]):
                others = [rows[other][column] for other in wide[1:] if len(rows[other]) > column]
                other = next((text for text in others if text != value), None)
                if other is not None:
                    more = [*rows, [*rows[number][:column], other, *rows[number][column + 1 :]]]
                    name = f"row {number + 1} again, with {other!r} for {value!r}"
                    yield Damage(name, partial(self.text, content, more))

    def ragged(self, content: bytes) -> Iterator[Damage]:
        """Of the lower half of the rows, where no second header stands."""
        rows, wide = self.rows(content)
        if len({len(rows[number]) for number in wide}) != 1:
            return
        for number in wide[len(wide) // 2 :]:
            for name, row in (("more", [*rows[number], "x"]), ("less", rows[number][:-1])):
                damaged = [*rows[:number], row, *rows[number + 1 :]]
                make = partial(self.text, content, damaged)
                yield Damage(f"a field {name} in row {number + 1}", make, number + 1)

    def rows(self, content: bytes) -> tuple[list[list[str]], list[int]]:
        """Every line's fields, and the numbers (from 0) of the header and the rows below it."""
        text = content.decode("utf-8-sig")
        lines = text.split("\n")[: -1 if text.endswith("\n") else None]
        rows = list(csv.reader(lines)) if self.delimiter == "," else [line.split(self.delimiter) for line in lines]
        return rows, [number for number, row in enumerate(rows) if len(row) > 1 and not row[0].startswith("##")]

    def text(self, content: bytes, rows: list[list[str]]) -> bytes:
        """The rows in the spelling of ``content``."""
        if self.delimiter != ",":
            return "".join(self.delimiter.join(row) + "\n" for row in rows).encode()
        stream = io.StringIO()
        quoting: Literal[0, 1] = csv.QUOTE_ALL if content.startswith(b'"') else csv.QUOTE_MINIMAL
        csv.writer(stream, lineterminator="\n", quoting=quoting).writerows(rows)
        return stream.getvalue().encode()


class Vcf(Delimited):
    """Variant calls, which htslib may read: it counts no lines, and passes over what it does not need."""

    is_text = False

    def ragged(self, content: bytes) -> Iterator[Damage]:
        for damage in super().ragged(content):
            if " less " in damage.name:
                yield replace(damage, line=None)


class Documents(Format):
    """Trees of mappings and lists: JSON, lines of JSON, YAML."""

    def __init__(self, decode: Callable[[bytes], Any], encode: Callable[[Any], str]) -> None:
        self.decode = decode
        self.encode = encode

    def lacking(self, content: bytes) -> Iterator[Damage]:
        for path in places(self.decode(content)):
            yield Damage(f"without {path}", partial(self.without, content, path))

    def garbled(self, content: bytes) -> Iterator[Damage]:
        document = self.decode(content)
        for path in places(document):
            for other in OTHERS:
                if type(at(document, path)) is not type(other) or isinstance(other, str):
                    yield Damage(f"{other!r} at {path}", partial(self.changed, content, path, other))

    def repeated(self, content: bytes) -> Iterator[Damage]:
        document = self.decode(content)
        for number, record in enumerate(document if isinstance(document, list) else ()):
            for path in places(record):
                if isinstance(at(record, path), str):
                    make = partial(self.with_another, content, number, path)
                    yield Damage(f"record {number + 1} again, {path} changed", make)

    def without(self, content: bytes, path: Sequence[Any]) -> bytes:
        document = self.decode(content)
        *above, last = path
        del at(document, above)[last]
        return self.encode(document).encode()

    def changed(self, content: bytes, path: Sequence[Any], value: object) -> bytes:
        document = self.decode(content)
        *above, last = path
        at(document, above)[last] = value
        return self.encode(document).encode()

    def with_another(self, content: bytes, number: int, path: Sequence[Any]) -> bytes:
        record = self.decode(content)[number]
        *above, last = path
        at(record, above)[last] += " other"
        return self.encode([*self.decode(content), record]).encode()

    def hostile(self, content: bytes) -> Iterator[Damage]:
        yield Damage("deep nesting", partial(bytes, b"[" * 100_000))
        if self.encode is yaml_text:
            bomb: list[Any] = ["lol"] * 10
            for _ in range(9):
                bomb = [bomb] * 10
            yield Damage("a billion laughs", partial(str.encode, self.encode({"lol": bomb})))


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of every member below a value."""
    if isinstance(value, dict | list):
        for name, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*above, name)
            yield from places(below, (*above, name))


def at(value: Any, path: Sequence[Any]) -> Any:
    for name in path:
        value = value[name]
    return value


class Xml(Format):
    """Elements with attributes and text."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.is_text = encoding == "utf-8"
        self.is_latin = not self.is_text

    def lacking(self, content: bytes) -> Iterator[Damage]:
        for number, element in enumerate(fromstring(content).iter()):
            if number > 0:
                yield Damage(f"without element {number} {element.tag}", partial(self.without, content, number))

    def garbled(self, content: bytes) -> Iterator[Damage]:
        for number, element in enumerate(fromstring(content).iter()):
            for name in ("", *element.attrib):
                for garbage in GARBAGE[:-1]:  # the last is no character of XML
                    place = f"{name or 'text'} of element {number} {element.tag}"
                    yield Damage(f"{garbage!r} in {place}", partial(self.changed, content, number, name, garbage))

    def without(self, content: bytes, number: int) -> bytes:
        root = fromstring(content)
        element = list(root.iter())[number]
        next(above for above in root.iter() if element in list(above)).remove(element)
        return self.text(root)

    def changed(self, content: bytes, number: int, name: str, value: str) -> bytes:
        root = fromstring(content)
        element = list(root.iter())[number]
        if name:
            element.set(name, value)
        else:
            element.text = value
        return self.text(root)

    def text(self, root: Element) -> bytes:
        return bytes(tostring(root, encoding=self.encoding, xml_declaration=True))

    def hostile(self, content: bytes) -> Iterator[Damage]:
        declaration, _, body = content.partition(b"?>")
        start = body.index(b">") + 1
        bomb = b"".join([declaration, b"?>", BOMB.encode(), body[:start], b"&lol9;", body[start:]])
        yield Damage("a billion laughs", partial(bytes, bomb))
        yield Damage("deep nesting", partial(bytes, b"<a>" * 100_000))


class Sheet(Format):
    """The first sheet of an Excel workbook."""

    is_text = False

    def lacking(self, content: bytes) -> Iterator[Damage]:
        for column in range(1, load_workbook(io.BytesIO(content)).worksheets[0].max_column + 1):
            yield Damage(f"without column {column}", partial(self.without, content, column))

    def garbled(self, content: bytes) -> Iterator[Damage]:
        cells = [cell for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
        for cell in cells:
            make = partial(self.changed, content, cell.coordinate)
            yield Damage(f"'x' for {cell.value!r} in {cell.coordinate}", make)

    def without(self, content: bytes, column: int) -> bytes:
        workbook = load_workbook(io.BytesIO(content))
        workbook.worksheets[0].delete_cols(column)
        return saved(workbook)

    def changed(self, content: bytes, coordinate: str) -> bytes:
        workbook = load_workbook(io.BytesIO(content))
        workbook.worksheets[0][coordinate] = "x"
        return saved(workbook)

    def hostile(self, content: bytes) -> Iterator[Damage]:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(stream, "w") as bomb:
            for name in whole.namelist():
                text = whole.read(name)
                if name.startswith("xl/worksheets/"):
                    text = f"<?xml version='1.0'?>{BOMB}<worksheet>&lol9;</worksheet>".encode()
                bomb.writestr(name, text)
        yield Damage("a billion laughs", stream.getvalue)


def saved(workbook: Any) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def yaml_text(document: Any) -> str:
    """As libyaml writes it, or, where that has no spelling for half a character, PyYAML."""
    try:
        return str(yaml.dump(document, Dumper=yaml.CSafeDumper))
    except UnicodeEncodeError:
        return yaml.safe_dump(document)


JSON: Final = Documents(json.loads, json.dumps)
FORMATS: Final[dict[str, Format]] = {
    "*.csv": Delimited(","),
    "*.json": JSON,
    "*.jsonl": Documents(
        lambda content: [json.loads(line) for line in content.splitlines()],
        lambda documents: "".join(json.dumps(document) + "\n" for document in documents),
    ),
    "*.md": Lines(),
    "*.obo": Lines(),
    "*.vcf": Vcf("\t"),
    "*.xlsx": Sheet(),
    "*.yaml": Documents(partial(yaml.load, Loader=yaml.CSafeLoader), yaml_text),
}


def format_of(file: SourceFile, content: bytes) -> Format:
    """By the file's name; a text of another name has columns if it has tabs."""
    if file.name.endswith(".xml"):
        return Xml("utf-8" if b"utf-8" in content.partition(b"?>")[0].lower() else "iso-8859-1")
    known = next((kind for pattern, kind in FORMATS.items() if fnmatch(file.name, pattern)), None)
    return known or (Delimited("\t") if b"\t" in content else Lines())
