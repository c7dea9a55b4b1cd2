"""JSON and YAML documents of patients, plain or gzip: parsed, with every kind of damage an error with file and line."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import IO, TYPE_CHECKING, Any, Final

import yaml

from ontology.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BATCH_ENDINGS: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

_READ_ERRORS: Final = (OSError, EOFError, zlib.error, UnicodeDecodeError)


def is_batch(path: Path) -> bool:
    """Whether a file holds a case a line, by its name."""
    return path.name.lower().endswith(BATCH_ENDINGS)


def read_document(path: Path) -> dict[str, Any]:
    """The mapping that a JSON or YAML file holds; JSON where the name or the first character says so.

    Raises:
        UsageError: there is no such file.
        InputError: the file is damaged, or holds no mapping (file and line are named).
    """
    try:
        with _open(path) as stream:
            text = stream.read()
    except _READ_ERRORS as error:
        raise InputError(f"{path}: cannot be read as text ({_reason(error)})") from None
    name = path.name.lower().removesuffix(".gz")
    as_json = name.endswith(".json") or (not name.endswith((".yaml", ".yml")) and text.lstrip().startswith("{"))
    return parse_json(text, str(path)) if as_json else _parse_yaml(text, path)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines of a batch file that are not blank, as bytes: one that is no text shall not cost the others.

    Raises:
        UsageError: there is no such file.
        InputError: the file cannot be read further (the line is named).
    """
    number = 0
    try:
        with _open_bytes(path) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line
    except _READ_ERRORS as error:
        raise InputError(f"{path}:{number + 1}: cannot be read further ({_reason(error)})") from None


def parse_json(given: str | bytes, where: str) -> dict[str, Any]:
    """The JSON object of a text that stands at ``where`` (a file, or a file and line).

    Raises:
        InputError: the text is no UTF-8 or no JSON object, or an object of it has a key twice.
    """
    try:
        text = given if isinstance(given, str) else given.decode("utf-8-sig")
        return _mapping(json.loads(text, object_pairs_hook=_unique), where)
    except UnicodeDecodeError:
        raise InputError(f"{where}: is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = where if where.rpartition(":")[2].isdigit() else f"{where}:{error.lineno}"
        raise InputError(f"{place}: is no valid JSON: {error.msg} at column {error.colno}") from None
    except _DuplicateKeyError as error:
        raise InputError(f"{where}: {error}") from None
    except RecursionError:
        raise InputError(f"{where}: is nested too deeply") from None


class _DuplicateKeyError(ValueError):
    """A key stands twice in one mapping, so that one of its values would be lost."""


class _Loader(yaml.SafeLoader):
    """YAML without what a case cannot mean: aliases, dates (protobuf wants their text), keys that stand twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- the base class reads it from the class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            reason = "a value that begins with * must stand in quotes"
            raise yaml.composer.ComposerError(None, None, reason, mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _parse_yaml(text: str, path: Path) -> dict[str, Any]:
    try:
        return _mapping(yaml.load(text, _Loader), str(path))  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise InputError(f"{place}: is no valid YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"{path}: is no valid YAML") from None


def _mapping(data: Any, where: str) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise InputError(f"{where}: is neither a phenopacket nor a case file: it holds no mapping with names as keys")
    try:
        json.dumps(data, ensure_ascii=False, default=str, skipkeys=True).encode()
    except UnicodeEncodeError:  # an escape wrote half a surrogate pair: no store and no document can hold it
        raise InputError(f"{where}: holds an escape that is no character (a lone surrogate)") from None
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise _DuplicateKeyError(f"the key {repeated} stands twice")
    return found


def _open(path: Path) -> IO[str]:
    return io.TextIOWrapper(_open_bytes(path), encoding="utf-8-sig")


def _open_bytes(path: Path) -> gzip.GzipFile | io.BufferedReader:
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _reason(error: Exception) -> str:
    return (
        "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else f"truncated or damaged: {type(error).__name__}"
    )
