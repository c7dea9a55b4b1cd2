"""The FDA's wording, and for whom of a row's subgroups each of its sentences counts."""

from __future__ import annotations

import pytest

from kg.levels import FdaAssociationSection
from queries.pharmacogenomics.fda_actions import actions_of_fda

POOR, INTERMEDIATE, NORMAL = (f"{word} Metabolizer" for word in ("Poor", "Intermediate", "Normal"))


def codes(text: str, *results: str, section: FdaAssociationSection | None = None) -> str:
    return ",".join(actions_of_fda(text, section, results))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avoid use in poor metabolizers.", "avoid"),
        ("Contraindicated in poor metabolizers.", "avoid"),
        ("Dosage adjustment is recommended. Refer to FDA labeling for specific dosing recommendations.", "adjust_dose"),
        ("Use lowest recommended starting dosage and monitor for adverse reactions.", "adjust_dose,monitor"),
        ("Consider lower starting dosage or use alternative agent.", "adjust_dose,alternative"),
        ("The maximum recommended dose is 20 mg.", "adjust_dose"),
        ("May require less frequent dosing.", "adjust_dose"),
        ("Measure drug concentrations and adjust dosage based on trough concentrations.", "adjust_dose,monitor"),
        ("Consider use of another platelet P2Y12 inhibitor.", "alternative"),
        ("Results in higher systemic concentrations. Use with caution.", "other"),
        ("The risk is higher for patients on 80 mg than for those on lower doses.", "other"),
        ("Codeine is contraindicated in children under 12 years of age.", "other"),
        ("Breastfeeding is not recommended during treatment.", "other"),
        ("Coadministration with strong CYP3A inhibitors is contraindicated in poor CYP2D6 metabolizers.", "other"),
        ("Adjustments based on CYP2C19 genotype are not necessary.", "standard"),
    ],
)
def test_a_text_of_the_fda_asks_a_poor_metabolizer_for(text: str, expected: str) -> None:
    assert codes(text, POOR) == expected


AZATHIOPRINE = (
    "Consider alternative therapy in poor metabolizers. Dosage reduction is recommended in intermediate metabolizers."
)
FLUOROURACIL = (
    "No dosage has proven safe in poor metabolizers, and insufficient data are available to recommend a dosage in "
    "intermediate metabolizers."
)
SIPONIMOD = "Adjust dosage based on genotype. Do not use in patients with CYP2C9 *3/*3 genotype."


@pytest.mark.parametrize(
    ("text", "result", "expected"),
    [
        (AZATHIOPRINE, POOR, "alternative"),
        (AZATHIOPRINE, INTERMEDIATE, "adjust_dose"),
        (FLUOROURACIL, POOR, "avoid"),
        (FLUOROURACIL, INTERMEDIATE, "other"),
        (SIPONIMOD, POOR, "avoid,adjust_dose"),
        (SIPONIMOD, INTERMEDIATE, "adjust_dose"),
        ("Indicated for normal, intermediate, and poor metabolizer patients. Avoid use.", NORMAL, "avoid"),
    ],
)
def test_a_sentence_counts_for_the_metabolizers_that_it_names(text: str, result: str, expected: str) -> None:
    assert codes(text, result) == expected


def test_what_shows_an_effect_on_pharmacokinetics_alone_asks_for_nothing() -> None:
    section = FdaAssociationSection.PHARMACOKINETICS_ONLY
    assert codes("Titrate dosage. Reduce dosage by 50%.", POOR, section=section) == "other"
