"""The one error tree of genopath.

::

    GenopathError                 exit code 1
    ├── UsageError                exit code 2   the request itself is wrong
    ├── InputError                exit code 3   a patient or query file cannot be read
    │   ├── IdentifierError                     not a CURIE of a known prefix
    │   └── EmptyCaseError                      nothing in the case to answer from
    ├── DataError                 exit code 4   graph data are missing or do not fit
    │   ├── SourceError                         a public file is malformed (file, line, reason)
    │   └── ReleaseError                        no release, or one this version cannot read
    └── UnresolvedError           exit code 5   ``--strict`` and something stayed unresolved

Each message says what was given, where it stood and what to do about it.
"""

from __future__ import annotations

from typing import ClassVar


class GenopathError(Exception):
    """Base of every error that genopath raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(GenopathError):
    """The request itself is wrong: an option, or a named file that does not exist."""

    exit_code = 2


class InputError(GenopathError):
    """A patient or query file cannot be read."""

    exit_code = 3


class IdentifierError(InputError):
    """The text is no CURIE or IRI of a prefix that genopath knows."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r} is no identifier that genopath knows: {reason}")
        self.text = text


class EmptyCaseError(InputError):
    """The case holds nothing to answer from."""


class DataError(GenopathError):
    """Graph data are missing, or do not fit this version."""

    exit_code = 4


class SourceError(DataError):
    """A file of a public source is malformed.

    ``line`` is 1-based; ``None`` where the whole file is meant.
    """

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {reason}")
        self.file = file
        self.line = line


class ReleaseError(DataError):
    """There is no graph release, or one that this version cannot read."""


class UnresolvedError(GenopathError):
    """With ``--strict``: the work finished, but something could not be resolved or called."""

    exit_code = 5
