"""Rows of a query as JSON, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kg.store import Answer
from ontology.reference import Reference
from queries.export.answers import answer_to_delimited, answer_to_json

ANSWER = Answer(
    ("gene", "text", "level"),
    (
        (Reference("HGNC", "2621"), 'Use "prasugrel", not\nclopidogrel;\there', "A"),
        (Reference("HGNC", "2621"), "Größe", None),
    ),
)


def test_json_is_one_object_a_row_with_null_where_nothing_is_bound() -> None:
    assert json.loads(answer_to_json(ANSWER)) == [
        {"gene": "HGNC:2621", "text": 'Use "prasugrel", not\nclopidogrel;\there', "level": "A"},
        {"gene": "HGNC:2621", "text": "Größe", "level": None},
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_delimited_text_is_read_back_as_it_was(delimiter: str) -> None:
    rows = list(csv.reader(io.StringIO(answer_to_delimited(ANSWER, delimiter)), delimiter=delimiter))
    assert rows == [
        ["gene", "text", "level"],
        ["HGNC:2621", 'Use "prasugrel", not\nclopidogrel;\there', "A"],
        ["HGNC:2621", "Größe", ""],
    ]


def test_an_answer_without_rows_keeps_its_columns() -> None:
    empty = Answer(("gene",), ())
    assert json.loads(answer_to_json(empty)) == []
    assert answer_to_delimited(empty, ",") == "gene"
