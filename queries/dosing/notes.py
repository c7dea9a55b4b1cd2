"""The words beside a computed warfarin dose: what was put in, what was assumed, and how far such doses miss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from queries.dosing import gage
from queries.dosing.errors import ERRORS, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from queries.dosing.predictors import Race, Stated

UNIT: Final = "mg/week"
MEANING: Final = "An estimate of the stable dose for an INR of 2 to 3, no prescription: the INR decides."


def common_inputs(stated: Stated) -> dict[str, str]:
    """What every equation uses."""
    measures = {"age": (stated.age, "years"), "height": (stated.height, "cm"), "weight": (stated.weight, "kg")}
    inputs = {name: f"{value:g} {unit}" for name, (value, unit) in measures.items() if value is not None}
    inputs["ancestry"] = f"{stated.group or 'not stated'}; in the equation: {stated.race}"
    inputs["amiodarone"] = "listed" if stated.amiodarone else "not listed"
    return inputs


def iwpc_inputs(stated: Stated) -> dict[str, str]:
    """What the IWPC equations use beside."""
    return {"enzyme inducer": ", ".join(stated.inducers) or "none of carbamazepine, phenytoin, rifampin listed"}


def gage_inputs(stated: Stated) -> dict[str, str]:
    """What Gage's equation uses beside."""
    no = "no" if stated.indication is not None else "not stated, taken as no"
    return {
        "target INR": f"{gage.USUAL_INR:g}, assumed",
        "smoking": "not known, taken as no",
        "deep vein thrombosis or pulmonary embolism": "yes" if stated.thrombosis else no,
    }


def error_text(model: Model, race: Race) -> Iterator[str]:
    """How well the model did in the patient's group, and where the clinical equation did better."""
    error, clinical = ERRORS[model][race], ERRORS[Model.CLINICAL][race]
    yield (
        f"Of {error.patients} patients of this group ({race}) in the development half of the IWPC data, {error.within:.0%} "
        f"had a computed dose within 20 % of the one they needed; mean absolute error {error.absolute:.1f} {UNIT}."
    )
    if error.absolute > clinical.absolute:
        yield f"The clinical equation missed by less there ({clinical.absolute:.1f} {UNIT}): prefer it while a genotype is unknown."
