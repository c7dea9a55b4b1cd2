"""What the warfarin equations ask of a patient, and what the case states of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from queries.age import years
from queries.case import BiogeographicGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from queries.case import Medication, PatientCase

ADULT: Final = 18.0
"""Years from which the equations are used; their cohorts were of adults."""


class Race(StrEnum):
    """Groups that the equations distinguish (doi:10.1056/NEJMoa0809329, supplementary appendix)."""

    WHITE = "White"
    ASIAN = "Asian"
    BLACK = "Black or African American"
    MIXED_OR_MISSING = "mixed or missing"


_RACE: Final = {
    BiogeographicGroup.AFRICAN_AMERICAN: Race.BLACK,
    BiogeographicGroup.SUB_SAHARAN_AFRICAN: Race.BLACK,
    BiogeographicGroup.CENTRAL_SOUTH_ASIAN: Race.ASIAN,
    BiogeographicGroup.EAST_ASIAN: Race.ASIAN,
    BiogeographicGroup.EUROPEAN: Race.WHITE,
    BiogeographicGroup.NEAR_EASTERN: Race.WHITE,
}
"""The consortium's races are those of the US census (OMB 1997): White takes in the Middle East, Asian the Indian
subcontinent. All other groups, and none, are what it calls mixed or missing."""

_AMIODARONE: Final = {"RXNORM:703": "amiodarone"}
_INDUCERS: Final = {"RXNORM:2002": "carbamazepine", "RXNORM:8183": "phenytoin", "RXNORM:9384": "rifampin"}
"""The three enzyme inducers of the IWPC equations; other inducers have no term."""
_SAME: Final = {"rifampicin": "rifampin"}
_THROMBOSIS: Final = re.compile(
    r"\b(?:dvt|vte|pulmonary embol\w+|deep[ -]ve(?:in|nous) thrombos[ie]s|venous thromboembol\w+)\b|^pe$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Predictors:
    """Inputs of the equations: age in years, height in cm, weight in kg; genotypes are ``None`` where unknown.

    ``vkorc1`` is -1639G>A on the strand of the gene (``A/G``), ``cyp2c9`` a diplotype of ``*1``, ``*2`` and ``*3``.
    """

    age: float
    height: float
    weight: float
    race: Race
    inducer: bool = False
    amiodarone: bool = False
    vkorc1: str | None = None
    cyp2c9: str | None = None
    thrombosis: bool = False
    """Whether warfarin is for deep vein thrombosis or pulmonary embolism."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a case states of the inputs, genotypes aside; ``None`` is not stated."""

    age: float | None
    height: float | None
    weight: float | None
    group: BiogeographicGroup | None
    inducers: tuple[str, ...]
    amiodarone: bool
    unrecognised: tuple[str, ...]
    """Listed medications that the release does not know, each as given."""
    indication: str | None

    @property
    def race(self) -> Race:
        """The group of the equations that the stated ancestry falls into."""
        return Race.MIXED_OR_MISSING if self.group is None else _RACE.get(self.group, Race.MIXED_OR_MISSING)

    @property
    def is_minor(self) -> bool:
        """Whether the patient is known to be younger than the equations' cohorts."""
        return self.age is not None and self.age < ADULT

    @property
    def thrombosis(self) -> bool:
        """Whether the indication names deep vein thrombosis or pulmonary embolism."""
        return self.indication is not None and _THROMBOSIS.search(self.indication.strip()) is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Measures without which no equation gives a dose."""
        measures = {"age": self.age, "height": self.height, "weight": self.weight}
        return tuple(name for name, value in measures.items() if value is None)

    def predictors(self, vkorc1: str | None = None, cyp2c9: str | None = None) -> Predictors | None:
        """The inputs with these genotypes; ``None`` where a measure is missing."""
        if self.age is None or self.height is None or self.weight is None:
            return None
        return Predictors(
            self.age,
            self.height,
            self.weight,
            self.race,
            bool(self.inducers),
            self.amiodarone,
            vkorc1,
            cyp2c9,
            self.thrombosis,
        )


def read_stated(case: PatientCase) -> Stated:
    """What a case states of the inputs."""
    listed = case.medications
    return Stated(
        age=None if case.age is None else years(case.age),
        height=case.height,
        weight=case.weight,
        group=case.ancestry,
        inducers=_listed(listed, _INDUCERS),
        amiodarone=bool(_listed(listed, _AMIODARONE)),
        unrecognised=tuple(
            medication.given
            for medication in listed
            if medication.drug is None and not _listed([medication], _INDUCERS | _AMIODARONE)
        ),
        indication=case.indication,
    )


def _listed(medications: Iterable[Medication], drugs: Mapping[str, str]) -> tuple[str, ...]:
    """Which of some drugs are listed, also by name alone where the release does not hold them."""
    found = set()
    for medication in medications:
        name = medication.name.casefold()
        by_name = _SAME.get(name, name) if medication.drug is None else None
        by_id = None if medication.drug is None else drugs.get(medication.drug.curie)
        found |= {by_name, by_id} & set(drugs.values())
    return tuple(sorted(name for name in found if name is not None))
