"""Case options as keywords of the Python API, where lists, numbers, paths and enumerations are all natural to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from ontology.errors import UsageError
from queries.case import Assembly
from queries.intake.options import CaseOptions

_PATHS: Final = frozenset({"vcf", "genotypes", "calls"})
_LISTS: Final = frozenset(field.name for field in fields(CaseOptions) if field.default == ())
_FLAGS: Final = frozenset(field.name for field in fields(CaseOptions) if field.default is False)


def options_of(keywords: Mapping[str, object]) -> CaseOptions:
    """The options that keywords state; ``None`` states nothing.

    Raises:
        UsageError: an option is unknown, or its value is of a wrong type.
    """
    known = {field.name for field in fields(CaseOptions)}
    if unknown := sorted(keywords.keys() - known):
        raise UsageError(f"no such case option: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    values = {name: _value(name, value) for name, value in keywords.items() if value is not None}
    return CaseOptions(**values)  # type: ignore[arg-type]  # each value was made for its field


def _value(name: str, value: object) -> object:
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise UsageError(f"{name}: give True or False")
        return value
    if name in _LISTS:
        if isinstance(value, Iterable) and not isinstance(value, str):
            return tuple(_single(name, one) for one in value)
        return (_single(name, value),)
    return _single(name, value)


def _single(name: str, value: object) -> object:
    if name in _PATHS:
        if not isinstance(value, (str, Path)):
            raise UsageError(f"{name}: {value!r} is no path")
        return Path(value)
    if name == "assembly":
        if value not in tuple(Assembly):
            raise UsageError(f"assembly: {value!r} is unknown; give one of {', '.join(Assembly)}")
        return Assembly(str(value))
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f"{name}: {value!r} is no text")
    return str(value)
