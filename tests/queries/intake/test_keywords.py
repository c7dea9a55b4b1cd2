from __future__ import annotations

from pathlib import Path

import pytest

from ontology.errors import UsageError
from queries.case import Assembly, Sex
from queries.intake.keywords import options_of
from queries.intake.options import CaseOptions


def test_texts_numbers_and_single_values_are_options() -> None:
    options = options_of(
        {
            "genotypes": "chip.txt",
            "calls": Path("calls.tsv"),
            "assembly": "GRCh38",
            "sex": Sex.FEMALE,
            "age": 34,
            "height": 172.5,
            "medication": "codeine",
            "phenotype": ["HP:0001166", "Seizure"],
            "exclude": (name for name in ("Myopia",)),
            "consent": True,
            "weight": None,
        }
    )
    assert options == CaseOptions(
        genotypes=Path("chip.txt"),
        calls=Path("calls.tsv"),
        assembly=Assembly.GRCH38,
        sex="female",
        age="34",
        height="172.5",
        medication=("codeine",),
        phenotype=("HP:0001166", "Seizure"),
        exclude=("Myopia",),
        consent=True,
    )


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"medications": ["codeine"]}, "no such case option: medications; known: .*medication"),
        ({"assembly": "hg18"}, "assembly: 'hg18' is unknown; give one of GRCh37, GRCh38"),
        ({"assembly": 38}, "assembly: 38 is unknown"),
        ({"genotypes": 5}, "genotypes: 5 is no path"),
        ({"consent": "yes"}, "consent: give True or False"),
        ({"sex": True}, "sex: True is no text"),
        ({"phenotype": [["HP:0001166"]]}, "phenotype: .* is no text"),
    ],
)
def test_an_option_that_cannot_be_meant_is_a_usage_error(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        options_of(keywords)
