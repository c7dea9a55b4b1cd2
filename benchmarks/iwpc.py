"""How well the warfarin equations do on the development half of the data of the IWPC.

Run with the folder of real public files in ``GENOPATH_TEST_DATA``::

    python benchmarks/iwpc.py             r2, mean absolute error and share within 20 %, by race
    python benchmarks/iwpc.py --errors    the constants of queries/dosing/errors.py

Protocol: adults with a stable dose, age, height and weight, no imputation; medications that are not recorded count as not
taken. VKORC1 and CYP2C9 are the consensus genotypes; diplotypes of CYP2C9 with other alleles than *1, *2 and *3 are left
out. All equations are scored on the same patients, whose genotypes are both known. Ages are decades, read as their
middle (90 and above: 92). Gage's equation gets what a case states: target INR 2.5, no smoking. The equations are computed twice, as
matrices here and patient by patient by :mod:`queries.dosing`, and both routes must agree.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from queries.dosing import gage, iwpc
from queries.dosing.errors import Model, ModelError
from queries.dosing.predictors import Predictors, Race

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DATA: Final = "iwpc/development.csv"
FIXED: Final = 35.0
"""Baseline: 5 mg/day for everybody, mg/week."""
_DOSE, _STABLE = "Therapeutic Dose of Warfarin", "Subject Reached Stable Dose of Warfarin"
_INDUCERS: Final = ["Carbamazepine (Tegretol)", "Phenytoin (Dilantin)", "Rifampin or Rifampicin"]
_INDICATION: Final = "Indication for Warfarin Treatment"
_THROMBOSIS: Final = r"\b[12]\b"
"""Codes of the data for deep vein thrombosis and pulmonary embolism."""
_OLDEST: Final = 92.0
_CENT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Score:
    """Quality of computed doses: ``r2`` is the share of the variance explained, of doses and of their square roots."""

    patients: int
    r2: float
    r2_root: float
    absolute: float
    within: float


def read_patients(path: Path) -> pd.DataFrame:
    """Patients with all that the equations ask for: the fields of ``Predictors`` and ``dose`` in mg/week."""
    raw = pd.read_csv(path, low_memory=False)
    decade = raw["Age"].str.extract(r"^(\d)0", expand=False).astype(float)
    patients = pd.DataFrame(
        {
            "age": np.where(decade == 9, _OLDEST, decade * 10 + 4.5),
            "height": raw["Height (cm)"],
            "weight": raw["Weight (kg)"],
            "race": raw["Race"].map({race.value: race for race in Race}).fillna(Race.MIXED_OR_MISSING),
            "inducer": (raw[_INDUCERS] == 1).any(axis=1),
            "amiodarone": raw["Amiodarone (Cordarone)"] == 1,
            "vkorc1": raw["VKORC1 -1639 consensus"],
            "cyp2c9": raw["CYP2C9 consensus"],
            "thrombosis": raw[_INDICATION].fillna("").str.contains(_THROMBOSIS),
            "dose": raw[_DOSE],
        }
    )
    usable = (
        (raw[_STABLE] == 1)
        & (decade >= 2)
        & patients["cyp2c9"].isin([name for name in iwpc.PHARMACOGENETIC.cyp2c9 if name])
    )
    return patients[usable].dropna().reset_index(drop=True)


def compute_iwpc(patients: pd.DataFrame, equation: iwpc.Equation, hidden: str | None = None) -> Floats:
    """Doses by one IWPC equation, as one product of matrices; ``hidden`` is a gene whose genotype counts as unknown."""
    columns: list[Floats] = [np.ones(len(patients)), np.minimum(patients["age"].to_numpy(float) // 10, 9)]
    columns += [patients[name].to_numpy(float) for name in ("height", "weight", "inducer", "amiodarone")]
    terms = [
        equation.intercept,
        equation.decade,
        equation.height,
        equation.weight,
        equation.inducer,
        equation.amiodarone,
    ]
    levels: dict[str, Mapping[str | None, float] | Mapping[Race, float]] = {
        "race": equation.race,
        "vkorc1": equation.vkorc1,
        "cyp2c9": equation.cyp2c9,
    }
    for name, coefficients in levels.items():
        for level, coefficient in coefficients.items():
            has_it = patients[name].to_numpy(object) == level
            columns.append(np.full(len(patients), level is None) if name == hidden else np.asarray(has_it, float))
            terms.append(coefficient)
    root: Floats = np.column_stack(columns) @ np.array(terms)
    return root**2


def compute_gage(patients: pd.DataFrame) -> Floats:
    """Doses by Gage's equation, column by column."""
    surface = 0.007184 * patients["height"] ** 0.725 * patients["weight"] ** 0.425
    log = (
        gage.INTERCEPT
        + gage.VKORC1_A * patients["vkorc1"].str.count("A")
        + gage.BODY_SURFACE * surface
        + gage.CYP2C9_3 * patients["cyp2c9"].str.count(r"\*3")
        + gage.AGE * patients["age"]
        + gage.CYP2C9_2 * patients["cyp2c9"].str.count(r"\*2")
        + gage.TARGET_INR * gage.USUAL_INR
        + gage.AMIODARONE * patients["amiodarone"]
        + gage.AFRICAN_AMERICAN * (patients["race"] == Race.BLACK)
        + gage.THROMBOSIS * patients["thrombosis"]
    )
    doses: Floats = gage.DAYS * np.exp(log.to_numpy(float))
    return doses


def compute_one_by_one(patients: pd.DataFrame, weekly: Callable[[Predictors], float | None]) -> Floats:
    """Doses patient by patient, as the answers compute them."""
    rows = patients.drop(columns="dose").to_dict("records")
    given = [{str(name): value for name, value in row.items()} for row in rows]
    doses = [weekly(Predictors(**{**row, "race": Race(row["race"])})) for row in given]
    return np.array(doses, np.float64)


def compute_all(patients: pd.DataFrame) -> dict[Model, Floats]:
    """Doses by every equation, of which a second route must give the same.

    Raises:
        ArithmeticError: the two routes differ.
    """
    computed = {
        Model.PHARMACOGENETIC: compute_iwpc(patients, iwpc.PHARMACOGENETIC),
        Model.WITHOUT_VKORC1: compute_iwpc(patients, iwpc.PHARMACOGENETIC, "vkorc1"),
        Model.WITHOUT_CYP2C9: compute_iwpc(patients, iwpc.PHARMACOGENETIC, "cyp2c9"),
        Model.GAGE: compute_gage(patients),
        Model.CLINICAL: compute_iwpc(patients, iwpc.CLINICAL),
    }
    single = {
        Model.PHARMACOGENETIC: compute_one_by_one(patients, iwpc.PHARMACOGENETIC.weekly),
        Model.WITHOUT_VKORC1: compute_one_by_one(patients.assign(vkorc1=None), iwpc.PHARMACOGENETIC.weekly),
        Model.WITHOUT_CYP2C9: compute_one_by_one(patients.assign(cyp2c9=None), iwpc.PHARMACOGENETIC.weekly),
        Model.GAGE: compute_one_by_one(patients, gage.weekly),
        Model.CLINICAL: compute_one_by_one(patients, iwpc.CLINICAL.weekly),
    }
    for model, doses in computed.items():
        if not np.allclose(doses, single[model], rtol=1e-9):
            raise ArithmeticError(f"{model}: the two routes differ")
    return computed


def score(observed: Floats, computed: Floats) -> Score:
    """Quality of computed doses."""
    error = np.abs(observed - computed)
    return Score(
        len(observed),
        _explained(observed, computed),
        _explained(np.sqrt(observed), np.sqrt(computed)),
        float(error.mean()),
        float((error <= _CENT * observed).mean()),
    )


def measure_error(model: Model, observed: Floats, computed: Floats) -> ModelError:
    """The constants of one model and group."""
    scale = np.log if model is Model.GAGE else np.sqrt
    low, high = np.percentile(scale(observed) - scale(computed), [10, 90])
    quality = score(observed, computed)
    return ModelError(len(observed), float(low), float(high), quality.absolute, quality.within)


def _explained(observed: Floats, computed: Floats) -> float:
    return float(1 - ((observed - computed) ** 2).sum() / ((observed - observed.mean()) ** 2).sum())


def _groups(patients: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    race = patients["race"]
    return {"all": np.ones(len(patients), bool)} | {one.value: (race == one).to_numpy() for one in Race}


def print_scores(patients: pd.DataFrame) -> None:
    observed = patients["dose"].to_numpy(float)
    named = {str(model): doses for model, doses in compute_all(patients).items()}
    named["fixed 35 mg/week"] = np.full(len(observed), FIXED)
    print(f"{'equation':40}{'group':28}{'n':>6}{'r2':>7}{'r2 root':>9}{'MAE':>7}{'within 20 %':>13}")
    for name, computed in named.items():
        for group, chosen in _groups(patients).items():
            s = score(observed[chosen], computed[chosen])
            print(f"{name:40}{group:28}{s.patients:6}{s.r2:7.2f}{s.r2_root:9.2f}{s.absolute:7.1f}{s.within:13.1%}")


def print_errors(patients: pd.DataFrame) -> None:
    observed = patients["dose"].to_numpy(float)
    for model, computed in compute_all(patients).items():
        print(f"    Model.{model.name}: {{")
        for race in Race:
            chosen = (patients["race"] == race).to_numpy()
            e = measure_error(model, observed[chosen], computed[chosen])
            numbers = f"{e.patients}, {e.low:.3f}, {e.high:.3f}, {e.absolute:.1f}, {e.within:.3f}"
            print(f"        Race.{race.name}: ModelError({numbers}),")
        print("    },")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print the constants of queries/dosing/errors.py")
    wanted = parser.parse_args()
    folder = os.environ.get("GENOPATH_TEST_DATA")
    if not folder:
        parser.error("set GENOPATH_TEST_DATA to the folder of real public files")
    patients = read_patients(Path(folder) / DATA)
    (print_errors if wanted.errors else print_scores)(patients)


if __name__ == "__main__":
    main()
