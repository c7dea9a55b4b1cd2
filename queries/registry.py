"""A registry of consenting patients: one de-identified row a case, in a file that only grows.

Each line is a JSON object with the SHA-256 of the line before it, so that a later change, removal or insertion is seen.
A row holds codes alone: no identifier, name, date or free text, and age in decades, those from 80 on as one (HIPAA, 45 CFR
164.514(b)(2)(i)(C), asks for ages above 89 to be pooled). It is *pseudonymous research data* nevertheless: a rare
combination of results can point to a person.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from kg.sources.cpic import gene_phenotype
from ontology.errors import InputError, UsageError
from queries.age import years
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.store import Graph
    from queries.candidate import DrugAdvice
    from queries.case import PatientCase

FILE_NAME: Final = "registry.jsonl"
_FIRST: Final = "0" * 64
"""Stands for the row before the first."""
_OWNER_ONLY: Final = 0o600
_OLDEST_DECADE: Final = 80
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class RegistryCheck:
    """How many rows of a registry stand as they were written; ``broken`` is the first line (1-based) that does not."""

    rows: int
    broken: int | None
    reason: str | None = None


def append_registry_row(target: Path, case: PatientCase, advice: DrugAdvice, graph: Graph) -> str:
    """Append the case to the registry file (``registry.jsonl`` in a folder); returns the row's random key.

    Gene results that ``graph`` does not know are left out: an outside call may hold any text. The file is made with mode
    0600; writers wait for one another.

    Raises:
        UsageError: the case has no recorded consent, or the file cannot be written.
        InputError: the file's last line is damaged.
    """
    if not case.consent:
        raise UsageError("the case has no recorded consent; nothing was written to the registry (--consent records it)")
    row = {"key": secrets.token_hex(_KEY_BYTES), **_content(case, advice, graph)}
    path = target / FILE_NAME if target.is_dir() else target
    with _locked(path) as file:
        line = json.dumps({"previous": _last_digest(file, path), **row}, ensure_ascii=True, sort_keys=True) + "\n"
        os.lseek(file, 0, os.SEEK_END)
        _write(file, line.encode())
    return str(row["key"])


def verify_registry(target: Path) -> RegistryCheck:
    """Whether every row follows the one before it, unchanged. Rows cut off at the end cannot be seen.

    Raises:
        UsageError: there is no such file.
    """
    path = target / FILE_NAME if target.is_dir() else target
    if not path.is_file():
        raise UsageError(f"{path}: no such registry file")
    expected = _FIRST
    lines = path.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        if reason := _fault(line, expected):
            return RegistryCheck(number - 1, number, reason)
        expected = _digest(line)
    return RegistryCheck(len(lines), None)


def _content(case: PatientCase, advice: DrugAdvice, graph: Graph) -> dict[str, Any]:  # a JSON document
    genes: dict[str, list[str]] = {}
    for call in advice.genes:
        symbol = gene_symbol(call.gene)
        known = [result for result in call.phenotypes if graph.entity(gene_phenotype(symbol, result))]
        genes.setdefault(symbol, []).extend(known)
    return {
        "software": f"genopath {version('genopath')}",
        "release": graph.release.manifest.id,
        "sex": case.sex,
        "age_decade": _decade(case.age),
        "ancestry": case.ancestry,
        "genes": {symbol: sorted(set(results)) for symbol, results in sorted(genes.items()) if results},
        "drugs": sorted({str(one.drug) for one in case.medications if one.drug is not None}),
        "complaints": sorted({str(one.term) for one in case.complaints if not one.excluded}),
    }


def _decade(age: str | None) -> str | None:
    """``30-39`` for ``P34Y2M``; ``80+`` from 80 on; ``None`` where no age in years is known.

    >>> _decade("P34Y2M")
    '30-39'
    """
    age_in_years = years(age or "")
    if age_in_years is None:
        return None
    decade = int(age_in_years) // 10 * 10
    return f"{_OLDEST_DECADE}+" if decade >= _OLDEST_DECADE else f"{decade}-{decade + 9}"


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """A file opened for appending that no other writer has open, made for its owner alone where there is none."""
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError as error:
        raise UsageError(
            f"{path}: the registry cannot be opened ({error.strerror}); name a file that you own"
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.fchmod(file, _OWNER_ONLY)
        yield file
    finally:
        os.close(file)


def _write(file: int, line: bytes) -> None:
    """Write a whole line, or nothing of it that stays."""
    start = os.lseek(file, 0, os.SEEK_END)
    try:
        if os.write(file, line) != len(line):
            raise OSError("the disk is full")
        os.fsync(file)
    except OSError as error:
        os.ftruncate(file, start)
        raise UsageError(f"the registry cannot be written ({error}); nothing was added") from None


def _last_digest(file: int, path: Path) -> str:
    """Digest of the last line; the whole of a registry is small enough to be read."""
    content = os.pread(file, os.fstat(file).st_size, 0)
    if not content:
        return _FIRST
    if not content.endswith(b"\n"):
        lines = content.count(b"\n") + 1
        raise InputError(f"{path}:{lines}: the last row is incomplete; keep a copy and remove it before rows are added")
    return _digest(content.splitlines(keepends=True)[-1])


def _fault(line: bytes, expected: str) -> str | None:
    try:
        row = json.loads(line)
    except ValueError:
        return "is no JSON"
    if not line.endswith(b"\n"):
        return "is incomplete"
    if not isinstance(row, dict) or row.get("previous") != expected:
        return "does not follow the row before it: that one was changed, or rows were removed or inserted"
    return None


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
