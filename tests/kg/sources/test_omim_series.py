from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import Entity
from kg.sources.omim_series import SOURCE, read_series
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "omim.ps.tsv"


def test_a_series_is_a_disease_named_by_its_number(fixture_file: Opener, context: Context) -> None:
    assert next(read_series(fixture_file(SOURCE, NAME), context)) == Entity(
        Reference.mint("series", "PS100070"),
        Category.DISEASE,
        "Aortic aneurysm, familial abdominal",
        attributes=((Attribute.CODE, "OMIMPS:100070"),),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("name\t", "title\t", "lacks the column name"),
        ("100300", "100070", "repeats the series 100070"),
        ("100300", "x", "'x', 'Adams-Oliver syndrome' is no six-digit number"),
        ("Adams-Oliver syndrome", "", "is no six-digit number of a series with its title"),
    ],
)
def test_a_malformed_series_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, NAME).path.read_text("utf-8")
    file = written_file(SOURCE, NAME, content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        list(read_series(file, context))
    assert refusal.value.file == str(file.path)


@pytest.mark.parametrize("name", [NAME])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read_series(file, context))
    assert refusal.value.file == str(file.path)
