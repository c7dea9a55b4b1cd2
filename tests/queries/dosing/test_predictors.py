"""What a case states of the equations' inputs."""

from __future__ import annotations

import pytest

from ontology.reference import Reference
from queries.age import years
from queries.case import BiogeographicGroup, Medication, PatientCase
from queries.dosing.predictors import Race, read_stated


@pytest.mark.parametrize(("text", "value"), [("P34Y", 34.0), ("P5Y6M", 5.5), ("P3M", 0.25), ("P0Y", 0.0)])
def test_a_duration_is_read_as_years(text: str, value: float) -> None:
    assert years(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["P", "34", "PT5H"])
def test_a_text_without_years_is_no_age(text: str) -> None:
    assert years(text) is None


@pytest.mark.parametrize(
    ("group", "race"),
    [
        (BiogeographicGroup.EUROPEAN, Race.WHITE),
        (BiogeographicGroup.NEAR_EASTERN, Race.WHITE),
        (BiogeographicGroup.EAST_ASIAN, Race.ASIAN),
        (BiogeographicGroup.CENTRAL_SOUTH_ASIAN, Race.ASIAN),
        (BiogeographicGroup.AFRICAN_AMERICAN, Race.BLACK),
        (BiogeographicGroup.SUB_SAHARAN_AFRICAN, Race.BLACK),
        (BiogeographicGroup.LATINO, Race.MIXED_OR_MISSING),
        (BiogeographicGroup.OCEANIAN, Race.MIXED_OR_MISSING),
        (None, Race.MIXED_OR_MISSING),
    ],
)
def test_only_a_stated_group_has_a_race_of_its_own(group: BiogeographicGroup | None, race: Race) -> None:
    assert read_stated(PatientCase("p", ancestry=group)).race is race


def test_what_is_not_stated_is_missing_and_never_filled_in() -> None:
    stated = read_stated(PatientCase("p", height=170.0))
    assert stated.missing == ("age", "weight")
    assert stated.predictors("A/G", "*1/*1") is None


def test_a_comedication_counts_by_identifier() -> None:
    listed = (
        Medication("Tegretol", Reference("RXNORM", "2002"), "carbamazepine"),
        Medication("Cordarone", Reference("RXNORM", "703"), "amiodarone"),
    )
    stated = read_stated(PatientCase("p", medications=listed))
    assert (stated.inducers, stated.amiodarone, stated.unrecognised) == (("carbamazepine",), True, ())


def test_a_comedication_that_the_release_does_not_hold_counts_by_name() -> None:
    listed = (Medication("rifampicin", None, "rifampicin"), Medication("Amiodarone", None, "Amiodarone"))
    stated = read_stated(PatientCase("p", medications=listed))
    assert (stated.inducers, stated.amiodarone, stated.unrecognised) == (("rifampin",), True, ())


def test_another_name_that_nobody_knows_is_told() -> None:
    stated = read_stated(PatientCase("p", medications=(Medication("foolin", None, "foolin"),)))
    assert stated.unrecognised == ("foolin",)


@pytest.mark.parametrize(
    ("indication", "thrombosis"),
    [
        ("Deep vein thrombosis", True),
        ("acute pulmonary embolism", True),
        ("DVT", True),
        ("PE", True),
        ("atrial fibrillation", False),
        ("portal vein thrombosis", False),
        (None, False),
    ],
)
def test_thrombosis_is_read_from_the_indication(indication: str | None, thrombosis: bool) -> None:
    assert read_stated(PatientCase("p", indication=indication)).thrombosis is thrombosis
