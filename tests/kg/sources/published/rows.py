"""Records of published files, read by plain means and not by :mod:`kg.source`: what the spot checks compare with.

Each function answers the records of one shape of file as pairs of a number and their fields. The number is the line that
a record begins on (1-based), or its place where the shape has no lines.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree

import pysam
import yaml
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Row = Mapping[str, Any]  # Any: fields of a JSON, YAML or delimited record
    Rows = Iterator[tuple[int, Row]]
    Reader = Callable[["Published"], Rows]

_WORKBOOK = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Published:
    """One file as it lies on disk, or one member of an archive."""

    path: Path
    member: str | None
    name: str
    """As records cite it: without folders and without a compression ending."""

    def binary(self) -> IO[bytes]:
        content = self._packed()
        ending = (self.member or self.path.name).rpartition(".")[2]
        if ending == "zst":
            content = zstandard.ZstdDecompressor().stream_reader(content).read()
        return io.BytesIO(gzip.decompress(content) if ending == "gz" else content)

    def _packed(self) -> bytes:
        if self.member is None:
            return self.path.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(self.member)

    def lines(self) -> Iterator[tuple[int, str]]:
        with self.binary() as raw, io.TextIOWrapper(raw, "utf-8-sig") as text:
            for number, line in enumerate(text, start=1):
                yield number, line.rstrip("\n")

    def text(self) -> str:
        with self.binary() as raw:
            content = raw.read()
        declared = re.match(rb"<\?xml[^>]*encoding=.([\w-]+)", content)
        return content.decode(declared.group(1).decode() if declared else "utf-8-sig")

    def json(self) -> Any:  # Any: one JSON document
        return json.loads(self.text())


def table(delimiter: str = "\t", *, quoted: bool = False, header: str = "", drop: str = "") -> Reader:
    """Rows below the header line: the first line, or the first that begins with ``header``.

    Rows whose first field is ``drop`` are no records.
    """

    def read(file: Published) -> Rows:
        names: list[str] = []
        numbers: list[int] = []

        def lines() -> Iterator[str]:
            for number, line in file.lines():
                numbers[:] = [number]
                yield line + "\n"

        for fields in csv.reader(lines(), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE):
            if not names:
                if not header or (fields and fields[0].startswith(header)):
                    names = [name.strip().strip('"').lstrip("#") for name in fields]
            elif fields and not (drop and fields[0].startswith(drop)):
                yield numbers[0], dict(zip(names, fields, strict=True))

    return read


def fields(*names: str, delimiter: str = "\t", skip: str | tuple[str, ...] = ()) -> Reader:
    """Lines without a header, but those that begin with ``skip``; what is behind the named fields is ``rest``."""

    def read(file: Published) -> Rows:
        for number, line in file.lines():
            if line and not line.startswith(skip):
                cells = line.split(delimiter)
                yield number, {**dict(zip(names, cells, strict=False)), "rest": cells[len(names) :]}

    return read


def listed(*path: str) -> Reader:
    """The objects of the JSON list below ``path``, counted from 1."""

    def read(file: Published) -> Rows:
        document = file.json()
        for key in path:
            document = document[key]
        yield from enumerate(document, start=1)

    return read


def whole(file: Published) -> Rows:
    """The JSON document as one record."""
    yield 1, file.json()


def obo(file: Published) -> Rows:
    """``[Term]`` stanzas: each tag with the list of its values."""
    stanza: dict[str, list[str]] = {}
    start = 0
    for number, line in file.lines():
        if line.startswith("["):
            if start:
                yield start, stanza
            stanza, start = {}, number if line == "[Term]" else 0
        elif ": " in line:
            tag, _, value = line.partition(": ")
            stanza.setdefault(tag, []).append(value)
    if start:
        yield start, stanza


def keyed(file: Published) -> Rows:
    """The members of a JSON object, each with its key as ``key``."""
    for number, (key, value) in enumerate(file.json().items(), start=1):
        yield number, {"key": key, **value}


def tree(file: Published) -> Rows:
    """Every node of OncoTree's nested JSON, with its parent's code as ``above``."""
    waiting = [("", node) for node in file.json().values()]
    for number, (above, node) in enumerate(waiting, start=1):
        yield number, {**node, "above": above}
        waiting += [(node["code"], child) for child in node["children"].values()]


def diplotypes(file: Published) -> Rows:
    """The diplotypes of CPIC's own table."""
    number = 0
    for gene, stated in file.json()["genes"].items():
        for diplotype, (phenotype, score) in stated.items():
            number += 1
            yield number, {"Gene": gene, "Diplotype": diplotype, "Phenotype": phenotype, "score": score}


def definition(file: Published) -> Rows:
    """Positions, then named alleles, of a PharmCAT definition, each with its gene and all positions."""
    document = file.json()
    alleles = document["namedAlleles"] + document["hiddenCoreAlleles"]
    for number, record in enumerate(document["variants"] + alleles, start=1):
        yield number, {**record, "gene": document["gene"], "variants": document["variants"]}


def phenotypes(file: Published) -> Rows:
    """Named alleles, then diplotypes, of a PharmCAT phenotype table."""
    document = file.json()
    for number, record in enumerate(document["namedAlleles"] + document["diplotypes"], start=1):
        yield number, {"gene": document["gene"], **record}


def priorities(file: Published) -> Rows:
    """Priorities among unphased diplotypes of PharmCAT's exemptions."""
    rules = [rule for gene in file.json().values() for rule in gene["unphasedDiplotypePriorities"]]
    yield from enumerate(rules, start=1)


def recommendations(file: Published) -> Rows:
    """Recommendations of a guideline as PharmCAT reads them, each with the PMIDs of the whole guideline."""
    document = file.json()
    for number, record in enumerate(document["recommendations"], start=1):
        yield number, {**record, "pmids": [paper["pmid"] for paper in document["citations"]]}


def mechanism(file: Published) -> Rows:
    """The use of the drug, then the links, of a DrugMechDB path; each record is the whole path."""
    path = yaml.load(file.text(), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text, lists and mappings alone
    for number in range(len(path["links"]) + 1):
        yield number, path


def vcf(file: Published) -> Rows:
    """Data lines of a VCF, ``INFO`` split into its parts."""
    for number, row in fields("CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", skip="#")(file):
        parts = (part.partition("=") for part in row["INFO"].split(";"))
        yield number, {**row, "INFO": {key: value for key, _, value in parts}}


def bcf(file: Published) -> Rows:
    """Records of a BCF or VCF through htslib, which need not remark that there is no index."""
    pysam.set_verbosity(0)
    with pysam.VariantFile(str(file.path)) as records:
        for number, record in enumerate(records, start=1):
            yield number, {"CHROM": record.chrom, "POS": record.pos, "REF": record.ref, "ALT": record.alts}


def bullets(file: Published) -> Rows:
    """Bullets of a Markdown list with the heading above them."""
    heading = ""
    for number, line in file.lines():
        heading = line if line.startswith("#") else heading
        if found := re.match(r" *- +(.*\S)", line):
            yield number, {"text": found.group(1), "heading": heading}


def sheet(file: Published) -> Rows:
    """Rows of the first sheet of a workbook with anything in column A, by the letters of their columns."""
    with zipfile.ZipFile(file.path) as archive:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{_WORKBOOK}t"))
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - a file of a publisher
        ]
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    for row in root.iter(f"{_WORKBOOK}row"):
        cells = {}
        for cell in row:
            value = cell.findtext(f"{_WORKBOOK}v") or cell.findtext(f"{_WORKBOOK}is/{_WORKBOOK}t") or ""
            column = re.sub(r"\d", "", cell.get("r", ""))
            cells[column] = (strings[int(value)] if cell.get("t") == "s" and value else value).strip()
        if cells.get("A"):
            yield int(row.get("r", "0")), cells


def elements(*tags: str) -> Reader:
    """Elements of Orphanet's XML by their first lines: their text, and the code of the disorder that stands last above."""

    def read(file: Published) -> Rows:
        lines = file.text().splitlines()
        code = ""
        for number, line in enumerate(lines, start=1):
            for tag in re.findall(r"<(\w+)", line):
                if tag == "Disorder":
                    found = re.search(r"<OrphaCode>(\d+)<", "\n".join(lines[number - 1 : number + 3]))
                    code = found.group(1) if found else code
                if tag in tags:
                    text = "\n".join(lines[number - 1 :]).partition(f"<{tag}")[2].partition(f"</{tag}>")[0]
                    identifier = re.match(r' id="(\d+)"', text)
                    yield number, {"tag": tag, "text": text, "disorder": code, "id": identifier and identifier.group(1)}

    return read


def below_header(read: Reader) -> Reader:
    """All records but the first."""
    return lambda file: (row for place, row in enumerate(read(file)) if place)


def below_groups(file: Published) -> Rows:
    """Rows below the header of a CPIC frequency table, which names the groups of people."""
    found = False
    for number, row in sheet(file):
        if found:
            yield number, row
        found = found or ("allele" in row["A"].casefold() and any("African" in cell for cell in row.values()))


def place(file: Published, number: int, _: Row) -> tuple[str]:
    """Entries of a list are cited by their place in it."""
    return (f"{file.name}#{number}",)
