"""Rows of a query as JSON, CSV or TSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.store import Answer


def answer_to_json(answer: Answer) -> str:
    """A list of objects, one a row; references are CURIEs, unbound cells null."""
    rows = [{column: None if cell is None else str(cell) for column, cell in row.items()} for row in answer.dicts()]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def answer_to_delimited(answer: Answer, delimiter: str) -> str:
    """A header and one line a row; unbound cells are empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(["" if cell is None else str(cell) for cell in row] for row in answer.rows)
    return text.getvalue().rstrip("\n")
