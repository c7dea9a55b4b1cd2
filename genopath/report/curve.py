"""The dose of a model by age as a drawing: places of the line, its axes and the patient on a fixed canvas."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from math import floor, log10
from typing import TYPE_CHECKING, Final

from queries.age import years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from queries.case import PatientCase
    from queries.medication import Dose


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size of the drawing and its margins, in user units of SVG."""

    width: int = 420
    height: int = 190
    left: int = 46
    right: int = 14
    top: int = 12
    bottom: int = 40


CANVAS: Final = Canvas()
_STEPS: Final = 4
"""About how many intervals an axis has."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in the drawing and its text."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A drawing on :data:`CANVAS`; ``patient`` is the place of the patient's own age and dose."""

    points: str
    ages: tuple[Tick, ...]
    doses: tuple[Tick, ...]
    patient: tuple[float, float] | None
    summary: str


def draw(dose: Dose, case: PatientCase) -> Curve | None:
    """The curve of a dose; ``None`` where it has fewer than two points."""
    if len(dose.curve) < 2:
        return None
    ages, doses = (sorted(values) for values in zip(*dose.curve, strict=True))
    age_ticks = _nice(ages[0], ages[-1])
    dose_ticks = _nice(0.0, max(doses[-1], dose.value or 0.0))
    across = _Scale(min(ages[0], age_ticks[0]), max(ages[-1], age_ticks[-1]), CANVAS.left, CANVAS.width - CANVAS.right)
    up = _Scale(0.0, max(doses[-1], dose_ticks[-1], dose.value or 0.0), CANVAS.height - CANVAS.bottom, CANVAS.top)
    age = years(case.age or "")
    inside = age is not None and ages[0] <= age <= ages[-1] and dose.value is not None
    first, last = min(dose.curve), max(dose.curve)
    return Curve(
        points=" ".join(f"{across.place(x):.1f},{up.place(y):.1f}" for x, y in sorted(dose.curve)),
        ages=tuple(Tick(across.place(value), f"{value:g}") for value in age_ticks),
        doses=tuple(Tick(up.place(value), f"{value:g}") for value in dose_ticks),
        patient=(across.place(age), up.place(dose.value)) if inside and age and dose.value else None,
        summary=f"from {first[1]:.3g} {dose.unit} at {first[0]:g} years to {last[1]:.3g} {dose.unit} at {last[0]:g} years",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value stands between ``start`` and ``end``; in the middle where there is but one value."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.start + share * (self.end - self.start)


def _nice(low: float, high: float) -> Sequence[float]:
    """Round values (steps of 1, 2 or 5) from at or below ``low`` to at or below ``high``."""
    span = (high - low) or 1.0
    size = 10.0 ** floor(log10(span / _STEPS))
    step = next((size * factor for factor in (1, 2, 5) if span / (size * factor) <= _STEPS), size * 10)
    first = floor(low / step) * step
    return list(takewhile(lambda value: value <= high + step / 2, (first + number * step for number in range(20))))
