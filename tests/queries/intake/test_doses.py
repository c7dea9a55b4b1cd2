from __future__ import annotations

import pytest

from queries.intake.doses import shortened_names


@pytest.mark.parametrize(
    "text",
    [
        "simvastatin 40 mg daily",
        "simvastatin 40mg/day",
        "simvastatin 20-40 mg at bedtime",
        "simvastatin 1/2 tablet every evening",
        "simvastatin, 40 mg, tab, PO, q.d.",
        "simvastatin 0,5 g 1-0-1",
        "simvastatin (40 mg) as needed",
        "simvastatin calcium 200 mg/5 ml oral suspension q8h x7",
    ],
)
def test_the_shortest_reading_is_the_name(text: str) -> None:
    name, rest = list(shortened_names(text))[-1]
    assert name == "simvastatin"
    assert text.endswith(rest)


@pytest.mark.parametrize(
    "text", ["simvastatin", "vitamin C", "insulin glargine", "40 mg simvastatin", "", "fluticasone propionate"]
)
def test_a_text_without_a_trailing_dose_is_left_alone(text: str) -> None:
    assert list(shortened_names(text)) == []


def test_longer_beginnings_come_first() -> None:
    assert [name for name, _ in shortened_names("vitamin A 5000 IU")] == ["vitamin A 5000", "vitamin A", "vitamin"]


@pytest.mark.parametrize("text", ["silver nitrate", "magnesium sulfate", "sodium chloride"])
def test_a_metal_is_not_its_salt(text: str) -> None:
    assert list(shortened_names(text)) == []
