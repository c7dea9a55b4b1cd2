"""Answers of one or many cases as JSON, TSV, text or Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genopath.cli.common import emit, to_json, written_whole
from genopath.cli.text import advice_to_text, diagnoses_to_text
from ontology.errors import UsageError
from queries.candidate import Diagnoses, DrugAdvice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd

    from genopath.document import Json
    from queries.case import PatientCase

FORMATS: Final = ("json", "tsv", "text", "parquet")


@dataclass(frozen=True, slots=True)
class Answered:
    """One case with its answer, and the JSON document of it."""

    case: PatientCase
    result: DrugAdvice | Diagnoses
    document: Json


def write_answers(answers: Iterable[Answered], format_: str, out: Path | None, *, single: bool) -> None:
    """Write answers as they come to stdout, or all at once to a file.

    A ``single`` answer is one indented JSON document; several are one document a line.

    Raises:
        UsageError: Parquet without ``--out``, or without the package that writes it.
    """
    if format_ == "parquet":
        _write_parquet(answers, out)
        return
    texts = _texts(answers, format_, single=single)
    if out is not None:
        emit("\n".join(texts), out)
        return
    for text in texts:
        emit(text, None)


def _texts(answers: Iterable[Answered], format_: str, *, single: bool) -> Iterator[str]:
    if format_ == "tsv":
        for number, frame in enumerate(map(_frame, answers)):
            if number == 0 or len(frame):
                yield frame.to_csv(sep="\t", index=False, header=number == 0, lineterminator="\n").rstrip("\n")
        return
    for answer in answers:
        yield to_json(answer.document, line=not single) if format_ == "json" else _text(answer)


def _text(answer: Answered) -> str:
    if isinstance(answer.result, DrugAdvice):
        return advice_to_text(answer.case, answer.result)
    return diagnoses_to_text(answer.case, answer.result)


def _frame(answer: Answered) -> pd.DataFrame:
    frame = answer.result.to_frame()
    frame.insert(0, "case", answer.case.id)
    return frame


def _write_parquet(answers: Iterable[Answered], out: Path | None) -> None:
    import pandas as pd

    if out is None:
        raise UsageError("--format parquet is binary; name a file with --out")
    frame = pd.concat([_frame(answer) for answer in answers], ignore_index=True)
    with written_whole(out) as part:
        try:
            frame.to_parquet(part, index=False)
        except ImportError:
            raise UsageError("--format parquet needs pyarrow: pip install 'genopath[parquet]'") from None
