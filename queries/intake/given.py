"""What an input states, before the release is asked what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from queries.case import Problem, Severity, Sex

if TYPE_CHECKING:
    from pathlib import Path

    from queries.case import Assembly, VariantCall
    from queries.intake.ancestry import Ancestry

T = TypeVar("T")

_AGE: Final = re.compile(r"^P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$")
_OLDEST: Final = 130
"""Years above the longest life on record (122 years, doi:10.1093/gerona/glz198)."""
_YEARS: Final = re.compile(r"^\d{1,3}$")
_DECIMAL: Final = re.compile(r"^\d{1,4}(\.\d{1,4})?$")
_HEIGHTS: Final = (20.0, 280.0)
"""Plausible body heights in cm: from an extremely preterm child to above the tallest man on record (272 cm)."""
_WEIGHTS: Final = (0.2, 650.0)
"""Plausible body weights in kg: from the smallest surviving newborn to above the heaviest person on record (635 kg)."""


@dataclass(frozen=True, slots=True)
class Given:
    """One statement as its author wrote it. ``where`` names file and line, option or field."""

    text: str
    where: str
    label: str | None = None
    """The name that a phenopacket writes beside an identifier."""
    onset: str | None = None

    def problem(self, message: str, severity: Severity = Severity.WARNING) -> Problem:
        """A problem at this place."""
        return Problem(severity, self.where, message)


@dataclass(frozen=True, slots=True)
class Resolved(Generic[T]):
    """What statements turned out to mean, and what could not be used as given."""

    values: tuple[T, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseInput:
    """One case as given; the fields are named like the options of the command line. Empty fields were not given."""

    id: str | None = None
    phenotype: tuple[Given, ...] = ()
    exclude: tuple[Given, ...] = ()
    medication: tuple[Given, ...] = ()
    diplotype: tuple[Given, ...] = ()
    variant: tuple[Given | VariantCall, ...] = ()
    complaint: tuple[Given, ...] = ()
    calls: Path | None = None
    genotypes: Path | None = None
    vcf: tuple[Path, ...] = ()
    """Files of the same sample that may cover different regions."""
    sample: str | None = None
    assembly: Assembly | None = None
    sex: Sex | None = None
    age: str | None = None
    height: float | None = None
    weight: float | None = None
    ancestry: Ancestry | None = None
    indication: str | None = None
    consent: bool = False
    assume_missing_is_reference: bool = False
    problems: tuple[Problem, ...] = ()

    def overridden_by(self, other: CaseInput) -> CaseInput:
        """This case with each field that ``other`` gives taken from there; problems of both stay."""
        given = {field.name: getattr(other, field.name) for field in fields(other)}
        given = {name: value for name, value in given.items() if value not in (None, (), False)}
        return replace(self, **{**given, "problems": self.problems + other.problems})

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated from which anything could be answered."""
        statements = (self.phenotype, self.exclude, self.medication, self.diplotype, self.variant, self.complaint)
        return not any((*statements, self.calls, self.genotypes, self.vcf))


def parse_sex(text: str) -> Sex | None:
    """Sex as a word, its first letter, or a phenopacket's constant; ``None`` for an unknown one.

    >>> parse_sex("F"), parse_sex("UNKNOWN_SEX")
    (<Sex.FEMALE: 'female'>, None)

    Raises:
        ValueError: the word is none of them.
    """
    word = text.strip().lower().removesuffix("_sex")
    if word in ("unknown", ""):
        return None
    found = {name: sex for sex in Sex for name in (sex.value, sex.value[0])}.get(word)
    if found is None:
        raise ValueError(f"write one of {', '.join(Sex)}")
    return found


def parse_age(text: str) -> str:
    """Age as an ISO 8601 duration; a bare number means years.

    >>> parse_age("34")
    'P34Y'

    Raises:
        ValueError: the text is neither, or no possible age.
    """
    age = text.strip().upper()
    if _YEARS.match(age):
        age = f"P{int(age)}Y"
    found = _AGE.match(age)
    if not found or age.endswith("T"):
        raise ValueError("write years (34) or an ISO 8601 duration (P34Y, P5Y8M)")
    if found[1] and int(found[1][:-1]) > _OLDEST:
        raise ValueError(f"no one is older than {_OLDEST} years")
    return age


def parse_height(text: str) -> float:
    """Body height in cm.

    Raises:
        ValueError: it is no number, or no plausible height.
    """
    return _plausible(text, _HEIGHTS, "cm")


def parse_weight(text: str) -> float:
    """Body weight in kg.

    Raises:
        ValueError: it is no number, or no plausible weight.
    """
    return _plausible(text, _WEIGHTS, "kg")


def _plausible(text: str, bounds: tuple[float, float], unit: str) -> float:
    least, most = bounds
    if not _DECIMAL.match(text.strip()) or not least <= float(text) <= most:
        raise ValueError(f"write a number of {unit} between {least:g} and {most:g}")
    return float(text)
