"""The benchmark of the warfarin equations: two routes agree, and the constants in the code are what it measures."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from queries.dosing.errors import ERRORS
from queries.dosing.predictors import Race

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
MADE_UP: dict[str, list[Any]] = {
    "age": [64.5, 74.5, 92.0],
    "height": [170.0, 160.0, 150.0],
    "weight": [70.0, 55.0, 45.0],
    "race": [Race.WHITE, Race.ASIAN, Race.BLACK],
    "inducer": [False, False, True],
    "amiodarone": [False, True, False],
    "vkorc1": ["G/G", "A/A", "A/G"],
    "cyp2c9": ["*1/*1", "*1/*3", "*2/*2"],
    "thrombosis": [True, False, False],
    "dose": [40.0, 14.0, 28.0],
}


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("benchmark_iwpc", ROOT / "benchmarks" / "iwpc.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their own module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_both_routes_agree_on_made_up_patients(benchmark: ModuleType) -> None:
    computed = benchmark.compute_all(pd.DataFrame(MADE_UP))
    assert {len(doses) for doses in computed.values()} == {3}


def test_a_route_that_differs_is_told(benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "compute_gage", lambda patients: np.ones(len(patients)))
    with pytest.raises(ArithmeticError, match="Gage"):
        benchmark.compute_all(pd.DataFrame(MADE_UP))


def test_scores_of_three_doses_are_as_worked_out(benchmark: ModuleType) -> None:
    """Observed 20, 30, 40 and computed 20, 33, 20: squared errors 0, 9, 400 of 200 in all; within 20 %: two of three."""
    found = benchmark.score(np.array([20.0, 30.0, 40.0]), np.array([20.0, 33.0, 20.0]))
    assert (found.patients, found.r2, found.absolute) == (3, pytest.approx(1 - 409 / 200), pytest.approx(23 / 3))
    assert found.within == pytest.approx(2 / 3)


@pytest.mark.real_data
def test_the_constants_of_the_errors_are_what_is_measured(benchmark: ModuleType, test_data: Path) -> None:
    patients = benchmark.read_patients(test_data / "iwpc" / "development.csv")
    observed = patients["dose"].to_numpy(float)
    for model, computed in benchmark.compute_all(patients).items():
        for race in Race:
            chosen = (patients["race"] == race).to_numpy()
            measured, stated = benchmark.measure_error(model, observed[chosen], computed[chosen]), ERRORS[model][race]
            assert measured.patients == stated.patients
            assert (measured.low, measured.high) == (
                pytest.approx(stated.low, abs=5e-4),
                pytest.approx(stated.high, abs=5e-4),
            )
            assert measured.absolute == pytest.approx(stated.absolute, abs=0.05)
            assert measured.within == pytest.approx(stated.within, abs=5e-4)


@pytest.mark.real_data
def test_genotypes_explain_more_than_the_clinic_and_that_more_than_a_fixed_dose(
    benchmark: ModuleType, test_data: Path
) -> None:
    patients = benchmark.read_patients(test_data / "iwpc" / "development.csv")
    observed = patients["dose"].to_numpy(float)
    scores = {str(model): benchmark.score(observed, doses) for model, doses in benchmark.compute_all(patients).items()}
    fixed = benchmark.score(observed, np.full(len(observed), benchmark.FIXED))
    for genotyped in ("IWPC pharmacogenetic", "Gage"):
        assert scores[genotyped].absolute < scores["IWPC clinical"].absolute < fixed.absolute
        assert scores[genotyped].r2 > scores["IWPC clinical"].r2 > fixed.r2
