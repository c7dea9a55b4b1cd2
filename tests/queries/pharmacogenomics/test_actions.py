from __future__ import annotations

import csv
import io
import os
import zipfile
from hashlib import blake2b
from pathlib import Path

import pytest

from queries.candidate import Action
from queries.pharmacogenomics.actions import actions_of

REVIEWED = Path(__file__).parents[2] / "data" / "cpic" / "reviewed_actions.tsv"
TABLE = "pypgx/api/data/recommendation-table.csv"
PLACEHOLDER = "None"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Digest to text of every recommendation in the pypgx wheel of the starter data."""
    home = os.environ.get("GENOPATH_HOME")
    if not home:
        pytest.skip("GENOPATH_HOME is not set: no starter data here")
    wheels = sorted(Path(home).glob("data/cpic/*/pypgx-*.whl"))
    if not wheels:
        pytest.skip(f"no pypgx wheel below {home}/data/cpic; `genopath data fetch --starter` downloads it")
    with zipfile.ZipFile(wheels[-1]) as wheel, wheel.open(TABLE) as table:
        rows = list(csv.DictReader(io.TextIOWrapper(table, "utf-8", newline="")))
    distinct = {row["Recommendation"] for row in rows} - {PLACEHOLDER}
    return {blake2b(text.encode(), digest_size=16).hexdigest(): text for text in distinct}


def reviewed_actions() -> dict[str, str]:
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        return {row["blake2b_128"]: row["actions"] for row in csv.DictReader(file, delimiter="\t")}


def test_every_recommendation_of_the_starter_data_was_reviewed(texts: dict[str, str]) -> None:
    assert texts.keys() == reviewed_actions().keys()


def test_every_recommendation_has_the_actions_that_its_review_found(texts: dict[str, str]) -> None:
    reviewed = reviewed_actions()
    differing = {
        text: (",".join(actions_of(text)), reviewed[digest])
        for digest, text in texts.items()
        if digest in reviewed and ",".join(actions_of(text)) != reviewed[digest]
    }
    assert differing == {}


def test_the_review_names_known_actions_in_their_order() -> None:
    for actions in reviewed_actions().values():
        named = [Action(name) for name in actions.split(",")]
        assert named == [action for action in Action if action in named]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avoid abacavir.", "avoid"),
        ("Drugabin is not recommended.", "avoid"),
        ("There is no need to avoid this drug, whatever the result.", "standard"),
        ("Dose adjustment is not recommended.", "standard"),
        ("No reason to reduce the starting dose; monitor as usual.", "monitor,standard"),
        ("Start with the labelled dose. Avoid strong CYP3A4 inhibitors.", "other"),
        ("Initiate therapy with standard dose. Avoid weak or strong CYP2D6 inhibitors.", "standard,other"),
        ("Avoid proton pump inhibitors.", "avoid"),
        ("Avoid drugabin use. If drugabin is warranted, consider a 30% reduction of the dose.", "avoid,adjust_dose"),
        ("Avoid standard dose drugabin. Use otherabin at standard dose if no contraindication.", "avoid,alternative"),
        ("Use label recommended dosing. If no response, consider a non-tramadol opioid.", "standard"),
        ("Avoid drugabin. If an opioid is needed, consider a non-tramadol opioid.", "avoid,alternative"),
        ("Prescribe desired starting dose and adjust doses by guideline; be aware of myopathy.", "standard"),
        ("Prescribe <=20mg per day. If dose >20mg needed, consider an alternative statin.", "adjust_dose"),
        ("Prescribe an alternative statin. If this one is warranted, limit dose to 20mg.", "adjust_dose,alternative"),
        ("If an aromatase inhibitor is contraindicated, use a higher but FDA approved dose.", "adjust_dose"),
        ("Initiate therapy with recommended dose. Use therapeutic drug monitoring.", "monitor,standard"),
        ("Consider a clinically appropriate antidepressant not predominantly metabolized by CYP2C19.", "alternative"),
        (
            "Initiate with a dose of 0.5 mg/kg/day and increase to 1.2 mg/kg/day after 3 days. If no clinical response "
            "after 2 weeks, consider obtaining a peak plasma concentration.",
            "monitor,standard",
        ),
        (
            "Initiate with a dose of 0.5 mg/kg/day and if no clinical response after 2 weeks, consider obtaining a "
            "plasma concentration 2 to 4 hours after dosing.",
            "adjust_dose,monitor",
        ),
        ("Consider evaluating TPMT erythrocyte activity.", "test"),
        ("TPMT genotype is not available.", "other"),
        ("No recommendation: too little is known.", "no_recommendation"),
        ("", "other"),
    ],
)
def test_a_recommendation_becomes_the_actions_it_asks_for(text: str, expected: str) -> None:
    assert ",".join(actions_of(text)) == expected


def test_line_breaks_and_case_do_not_change_the_actions() -> None:
    assert actions_of("USE  THERAPEUTIC\nDrug Monitoring") == (Action.MONITOR,)
