"""The case options as the command line and the Python API give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ontology.errors import UsageError
from queries.intake.ancestry import parse_ancestry
from queries.intake.given import CaseInput, Given, parse_age, parse_height, parse_sex, parse_weight

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from queries.case import Assembly

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """The case options of the command line, as texts where they are texts there."""

    vcf: tuple[Path, ...] = ()
    sample: str | None = None
    all_samples: bool = False
    assembly: Assembly | None = None
    genotypes: Path | None = None
    calls: Path | None = None
    diplotype: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    phenotype: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    medication: tuple[str, ...] = ()
    complaint: tuple[str, ...] = ()
    indication: str | None = None
    sex: str | None = None
    age: str | None = None
    height: str | None = None
    weight: str | None = None
    ancestry: str | None = None
    consent: bool = False
    assume_missing_is_reference: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no option is given."""
        return self == CaseOptions()

    def to_input(self) -> CaseInput:
        """What the options state about a case.

        Raises:
            UsageError: sex, age, height, weight or ancestry is malformed.
        """
        return CaseInput(
            phenotype=_given("--phenotype", self.phenotype),
            exclude=_given("--exclude", self.exclude),
            medication=_given("--medication", self.medication),
            diplotype=_given("--diplotype", self.diplotype),
            variant=_given("--variant", self.variant),
            vcf=self.vcf,
            sample=self.sample,
            assembly=self.assembly,
            genotypes=self.genotypes,
            calls=self.calls,
            complaint=_given("--complaint", self.complaint),
            indication=self.indication,
            sex=_parsed("--sex", parse_sex, self.sex),
            age=_parsed("--age", parse_age, self.age),
            height=_parsed("--height", parse_height, self.height),
            weight=_parsed("--weight", parse_weight, self.weight),
            ancestry=_parsed("--ancestry", parse_ancestry, self.ancestry),
            consent=self.consent,
            assume_missing_is_reference=self.assume_missing_is_reference,
        )


def _parsed(option: str, parse: Callable[[str], T], text: str | None) -> T | None:
    try:
        return None if text is None else parse(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _given(option: str, texts: tuple[str, ...]) -> tuple[Given, ...]:
    return tuple(Given(text, option) for text in texts)
