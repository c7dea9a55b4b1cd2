"""Ages as ISO 8601 durations."""

from __future__ import annotations

import re
from typing import Final

_DURATION: Final = re.compile(r"P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T.*)?")
_YEARS: Final = (1.0, 1 / 12, 7 / 365.25, 1 / 365.25)
"""Years in a year, month, week and day."""


def years(duration: str) -> float | None:
    """Years of an ISO 8601 duration; ``None`` where it is none.

    >>> years("P67Y"), years("P1Y6M")
    (67.0, 1.5)
    """
    parts = _DURATION.fullmatch(duration)
    if parts is None or not any(parts.groups()):
        return None
    return sum(float(number) * unit for number, unit in zip(parts.groups(), _YEARS, strict=True) if number)
