from __future__ import annotations

import pytest

from queries.case import BiogeographicGroup
from queries.intake.ancestry import parse_ancestry


@pytest.mark.parametrize("group", list(BiogeographicGroup))
def test_a_group_is_known_by_its_name_in_any_case(group: BiogeographicGroup) -> None:
    for text in (group.value, group.value.upper(), f"  {group.value.lower()} "):
        found = parse_ancestry(text)
        assert (found.group, found.note) == (group, None)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("EUR", BiogeographicGroup.EUROPEAN),
        ("eas", BiogeographicGroup.EAST_ASIAN),
        ("AFR", BiogeographicGroup.SUB_SAHARAN_AFRICAN),
        ("SAS", BiogeographicGroup.CENTRAL_SOUTH_ASIAN),
        ("AMR", BiogeographicGroup.LATINO),
    ],
)
def test_an_abbreviation_is_read_with_a_note(text: str, group: BiogeographicGroup) -> None:
    found = parse_ancestry(text)
    assert found.group is group
    assert found.note == f"{text!r} is read as the biogeographic group {group}"


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("black", "Sub-Saharan African or African American/Afro-Caribbean"),
        ("Asian", "East Asian or Central/South Asian"),
        ("Caribbean", "African American/Afro-Caribbean"),
        ("Hispanic", "Latino"),
    ],
)
def test_an_everyday_word_is_never_guessed(text: str, suggestions: str) -> None:
    with pytest.raises(ValueError, match="is no biogeographic group; did you mean") as raised:
        parse_ancestry(text)
    assert str(raised.value).endswith(f"did you mean {suggestions}?")


@pytest.mark.parametrize("text", ["", "Martian"])
def test_what_resembles_no_group_lists_all_of_them(text: str) -> None:
    with pytest.raises(ValueError, match="write one of African American/Afro-Caribbean, American, "):
        parse_ancestry(text)
