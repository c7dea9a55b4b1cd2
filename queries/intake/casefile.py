"""Case files: a mapping whose keys are the options of the command line with ``_``; and which mapping is a phenopacket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz, process

from ontology.errors import InputError
from queries.case import Assembly, Problem, Severity
from queries.intake import phenopacket
from queries.intake.ancestry import parse_ancestry
from queries.intake.given import CaseInput, Given, parse_age, parse_height, parse_sex, parse_weight
from queries.intake.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

WRAPPER: Final = "phenopacket"
"""Key under which a line of a batch may hold its phenopacket, beside what else it tells."""

_LISTS: Final = ("phenotype", "exclude", "medication", "diplotype", "variant", "complaint")
_PATHS: Final = ("genotypes", "calls")
_PATH_LISTS: Final = ("vcf",)
_TEXTS: Final[dict[str, Callable[[str], object]]] = {
    "sample": str,
    "assembly": Assembly,
    "sex": parse_sex,
    "age": parse_age,
    "height": parse_height,
    "weight": parse_weight,
    "ancestry": parse_ancestry,
    "indication": str,
}
_MEASURES: Final = frozenset({"height", "weight"})
_FLAGS: Final = ("assume_missing_is_reference", "consent")
KEYS: Final = frozenset((*_LISTS, *_PATHS, *_PATH_LISTS, *_TEXTS, *_FLAGS))

NOT_USED: Final = frozenset(
    [
        "cnv",
        "tumor_variant",
        "tumor_type",
        "tmb",
        "msi",
        "expression",
        "fusion",
        "copy_number",
        "hrd",
        "pd_l1",
        "onset",
        "result",
        "ped",
        "parent_of_origin",
    ]
)
"""Options of the contract that this version cannot use."""
_ALL: Final = tuple(sorted(KEYS | NOT_USED))


def read_case(data: Mapping[str, Any], where: str, folder: Path) -> CaseInput:
    """The case that a mapping states: a phenopacket (bare or under ``phenopacket``) or a case file.

    Paths in a case file are relative to ``folder``.

    Raises:
        InputError: an unknown key, a value of a wrong type, or a mixture of both formats.
    """
    if isinstance(data.get(WRAPPER), dict):
        return phenopacket.read_phenopacket(data[WRAPPER], where)
    case_keys, packet_keys = (
        data.keys() & (KEYS | NOT_USED),
        data.keys() & (phenopacket.KEYS | phenopacket.OTHER_MESSAGES),
    )
    if case_keys and packet_keys:
        mixed = f"{', '.join(sorted(packet_keys))} (phenopacket) and {', '.join(sorted(case_keys))} (case file)"
        raise InputError(f"{where}: mixes keys of two formats: {mixed}")
    return phenopacket.read_phenopacket(data, where) if packet_keys else read_case_file(data, where, folder)


def read_case_file(data: Mapping[str, Any], where: str, folder: Path) -> CaseInput:
    """The case that a case file states.

    Raises:
        InputError: as :func:`read_case`.
    """
    values: dict[str, Any] = {}
    problems = []
    for key, value in data.items():
        place = f"{where}: {key}"
        if key in NOT_USED:
            problems.append(Problem(Severity.WARNING, place, f"{key} is not used by this version"))
        elif key not in KEYS:
            near = [name for name, _, _ in process.extract(key, _ALL, scorer=fuzz.ratio, limit=2, score_cutoff=60)]
            raise InputError(
                f"{where}: unknown key {key!r}{did_you_mean(near) or '; known: ' + ', '.join(sorted(KEYS))}"
            )
        elif value is not None:
            values[key] = _value(key, value, place, folder)
    return CaseInput(**values, problems=tuple(problems))


def _value(key: str, value: object, place: str, folder: Path) -> object:
    if key in _LISTS or key in _PATH_LISTS:
        texts = value if isinstance(value, list) else [value]
        given = tuple(Given(_text(one, f"{place}[{index}]"), f"{place}[{index}]") for index, one in enumerate(texts))
        return given if key in _LISTS else tuple(folder / one.text for one in given)
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise InputError(f"{place}: write true or false")
        return value
    if key == "vcf" and isinstance(value, list):
        return tuple(folder / _text(text, f"{place}[{index}]") for index, text in enumerate(value))
    text = str(value) if key in _MEASURES and isinstance(value, float) else _text(value, place)
    if key in _PATHS:
        return (folder / text,) if key == "vcf" else folder / text
    try:
        return _TEXTS[key](text)
    except ValueError as error:
        wanted = f"write one of {', '.join(Assembly)}" if key == "assembly" else str(error)
        raise InputError(f"{place}: {wanted}") from None


def _text(value: object, place: str) -> str:
    """Text as such, and a whole number (an age, a sample's name) as its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{place}: has a value of a wrong type; write text")
    return value.strip()
