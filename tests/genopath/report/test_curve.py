"""The drawing of a dose by age."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from genopath.report.curve import CANVAS, draw

if TYPE_CHECKING:
    from queries.candidate import DrugAdvice
    from queries.case import PatientCase
    from queries.medication import Dose


@pytest.fixture
def dose(advice: DrugAdvice) -> Dose:
    return advice.dosing[0]


def test_an_older_patient_with_a_smaller_dose_stands_further_right_and_lower(dose: Dose, case: PatientCase) -> None:
    drawn = draw(dose, case)
    assert drawn is not None
    places = [tuple(map(float, point.split(","))) for point in drawn.points.split()]
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted(y for _, y in places)
    assert all(CANVAS.left <= x <= CANVAS.width and 0 <= y <= CANVAS.height for x, y in places)


def test_axes_have_round_marks_and_the_dose_begins_at_zero(dose: Dose, case: PatientCase) -> None:
    drawn = draw(dose, case)
    assert drawn is not None
    assert drawn.ages[0].label == "20"
    assert [tick.label for tick in drawn.doses] == ["0", "20", "40"]


def test_the_patient_stands_on_the_point_of_the_own_age(dose: Dose, case: PatientCase) -> None:
    drawn = draw(dose, case)
    assert drawn is not None
    assert drawn.patient is not None
    assert f"{drawn.patient[0]:.1f},{drawn.patient[1]:.1f}" in drawn.points.split()


@pytest.mark.parametrize("age", [None, "P99Y", "adult"])
def test_a_patient_whose_age_is_unknown_or_off_the_curve_is_not_drawn(dose: Dose, case: PatientCase, age: str) -> None:
    drawn = draw(dose, replace(case, age=age))
    assert drawn is not None
    assert drawn.patient is None


def test_fewer_than_two_points_make_no_drawing(dose: Dose, case: PatientCase) -> None:
    assert draw(replace(dose, curve=dose.curve[:1]), case) is None


def test_a_curve_of_one_dose_is_flat(dose: Dose, case: PatientCase) -> None:
    drawn = draw(replace(dose, curve=((20.0, 0.0), (90.0, 0.0)), value=None), case)
    assert drawn is not None
    assert len({point.split(",")[1] for point in drawn.points.split()}) == 1
