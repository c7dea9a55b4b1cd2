from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml

from ontology.vocabulary import BIOLINK, Attribute, Category, Predicate, Qualifier


@cache
def biolink() -> dict[str, Any]:  # the YAML of the published model
    text = (files("biolink_model") / "schema" / "biolink_model.yaml").read_text("utf-8")
    model: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # a safe loader, in C
    return model


def class_name(category: Category) -> str:
    return category.value.removeprefix("biolink:")


def is_predicate(name: str) -> bool:
    slot = biolink()["slots"].get(name)
    while slot is not None and name != "related to":
        name = slot.get("is_a", "")
        slot = biolink()["slots"].get(name)
    return name == "related to"


@pytest.mark.parametrize("category", Category)
def test_category_is_a_class_of_the_published_biolink_model(category: Category) -> None:
    classes = {"".join(word[0].upper() + word[1:] for word in name.split()) for name in biolink()["classes"]}
    assert class_name(category) in classes
    assert category.iri == BIOLINK + class_name(category)


@pytest.mark.parametrize("predicate", Predicate)
def test_predicate_is_one_of_the_published_biolink_model(predicate: Predicate) -> None:
    name = predicate.local_name.replace("_", " ")
    assert name in biolink()["slots"]
    assert is_predicate(name)
    assert not biolink()["slots"][name].get("deprecated")


@pytest.mark.parametrize("names", [Qualifier, Attribute])
def test_names_are_safe_as_the_end_of_an_iri(names: type[Qualifier] | type[Attribute]) -> None:
    assert all(name.value.replace("_", "").isalnum() and name.value.isascii() for name in names)
