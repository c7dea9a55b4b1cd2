"""Rows of an Excel workbook as texts; openpyxl is imported when the first workbook is read."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.source import SourceFile

_DAMAGED: Final = (
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    RuntimeError,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
)
"""What openpyxl raises of a file that is no workbook, or a broken one."""


def read_sheet(file: SourceFile) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Numbered rows (from 1) of the first sheet, every cell as stripped text; an empty cell is the empty text.

    Raises:
        SourceError: the file is no workbook, or damaged.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with file.open_binary() as stream:
            content = io.BytesIO(stream.read())  # openpyxl keeps what it reads from open for as long as it lives
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # styles that it does not know
            workbook = load_workbook(content, read_only=True, data_only=True)
            rows = [tuple(map(_text, cells)) for cells in workbook.worksheets[0].iter_rows(values_only=True)]
    except (*_DAMAGED, InvalidFileException) as error:
        raise file.error(None, f"is no readable workbook: {error}; fetch the file again") from error
    width = max(map(len, rows), default=0)
    yield from enumerate((row + ("",) * (width - len(row)) for row in rows), start=1)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()
