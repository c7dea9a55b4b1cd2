from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError
from queries.intake.documents import parse_json, read_document

if TYPE_CHECKING:
    from pathlib import Path


def test_half_a_surrogate_pair_is_no_text_in_json() -> None:
    with pytest.raises(InputError, match=r"cases\.jsonl:7: .*lone surrogate"):
        parse_json('{"medication": ["\\ud800"]}', "cases.jsonl:7")


def test_half_a_surrogate_pair_is_no_text_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text('medication: ["\\uD800"]\n', "utf-8")
    with pytest.raises(InputError, match="lone surrogate"):
        read_document(path)


def test_a_whole_surrogate_pair_is_its_character() -> None:
    assert parse_json('{"id": "\\ud83e\\uddec"}', "case.json") == {"id": "\N{DNA DOUBLE HELIX}"}
