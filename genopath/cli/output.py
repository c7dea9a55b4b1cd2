"""Answers of one or many cases as JSON, TSV, text or Parquet, written as they come."""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TextIO

from genopath.cli.common import to_json, written_whole
from genopath.cli.text import advice_to_text, diagnoses_to_text
from ontology.errors import UsageError
from queries.candidate import DrugAdvice
from queries.export.tables import ADVICE, CALLS, DIAGNOSES, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from genopath.document import Json
    from queries.candidate import Diagnoses
    from queries.case import PatientCase
    from queries.export.tables import Row

FORMATS: Final = ("json", "tsv", "text", "parquet")
TABULAR: Final = ("tsv", "parquet")
"""Formats that hold a table of each answer."""
TABLES: Final[dict[str, Table[Any]]] = {"advice": ADVICE, "calls": CALLS, "diagnoses": DIAGNOSES}
"""What a tabular format can hold, by the name of ``--table``; a row begins with the case."""
ROW_GROUP: Final = 16_384
"""Rows that are in memory at once when Parquet is written."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One case with its answer."""

    case: PatientCase
    result: DrugAdvice | Diagnoses


def write_answers(
    answers: Iterable[Answered],
    format_: str,
    out: Path | None,
    *,
    single: bool,
    to_document: Callable[[PatientCase, Any], Json],
    table: Table[Any],
) -> None:
    """Write answers as they come, to stdout or to a file that appears when all are written.

    A ``single`` answer is one indented JSON document; several are one document a line.

    Raises:
        UsageError: Parquet without ``--out``, or without the package that writes it.
    """
    if format_ == "parquet":
        _write_parquet(_rows(answers, table), table.columns, out)
        return
    with _opened(out) as stream:
        if format_ == "tsv":
            _write_tsv(_rows(answers, table), table.columns, stream)
            return
        for answer in answers:
            document = to_document(answer.case, answer.result) if format_ == "json" else None
            stream.write((_text(answer) if document is None else to_json(document, line=not single)) + "\n")
            stream.flush()


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with written_whole(out) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        yield stream


def _rows(answers: Iterable[Answered], table: Table[Any]) -> Iterator[Row]:
    """Rows of all answers, each with the case in front."""
    for answer in answers:
        for row in table.rows(answer.result):
            yield answer.case.id, *row


def _write_tsv(rows: Iterable[Row], columns: Iterable[str], stream: TextIO) -> None:
    writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
    writer.writerow(("case", *columns))
    writer.writerows(rows)
    stream.flush()


def _text(answer: Answered) -> str:
    if isinstance(answer.result, DrugAdvice):
        return advice_to_text(answer.case, answer.result)
    return diagnoses_to_text(answer.case, answer.result)


def _write_parquet(rows: Iterator[Row], columns: Mapping[str, type], out: Path | None) -> None:
    if out is None:
        raise UsageError("--format parquet is binary; name a file with --out")
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UsageError("--format parquet needs pyarrow: pip install 'genopath[parquet]'") from None
    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([("case", pa.string()), *((name, types[kind]) for name, kind in columns.items())])
    with written_whole(out) as part, parquet.ParquetWriter(part, schema) as writer:
        while batch := list(islice(rows, ROW_GROUP)):
            writer.write_batch(_record_batch(batch, schema))


def _record_batch(rows: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    arrays = [pa.array(cells, field.type) for cells, field in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)
