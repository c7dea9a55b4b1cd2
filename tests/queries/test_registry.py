"""A registry row: only with consent, without anything that names the patient, in a chain that shows changes."""

from __future__ import annotations

import json
import multiprocessing
import stat
from typing import TYPE_CHECKING

import pytest

from kg.store import Graph
from ontology.errors import InputError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category
from queries.candidate import CallStatus, Diplotype, DrugAdvice, GeneCall
from queries.case import BiogeographicGroup, CallSource, Feature, Medication, PatientCase, Sex
from queries.registry import append_registry_row, verify_registry

if TYPE_CHECKING:
    from pathlib import Path

CYP2C19 = Reference("HGNC", "2621")


def case(*, consent: bool = True, age: str | None = "P34Y7M") -> PatientCase:
    return PatientCase(
        "MRN-4711",
        medications=(Medication("Plavix of Mrs Doe", Reference("RXNORM", "32968"), "clopidogrel"),
                     Medication("grandmother's tea", None, "grandmother's tea")),
        sex=Sex.FEMALE,
        age=age,
        ancestry=BiogeographicGroup.EUROPEAN,
        indication="stent after the accident in Ulm",
        complaints=(Feature(Reference("HP", "0001250"), "Seizure", given="fits since May"),),
        consent=consent,
    )  # fmt: skip


def advice(*phenotypes: str) -> DrugAdvice:
    from kg.model import Entity

    gene = Entity(CYP2C19, Category.GENE, "CYP2C19", attributes=((Attribute.SYMBOL, "CYP2C19"),))
    diplotypes = tuple(Diplotype("*2/*2", phenotype) for phenotype in phenotypes)
    return DrugAdvice((GeneCall(gene, CallStatus.CALLED, CallSource.DIPLOTYPE, diplotypes),), ())


def append(path: Path, graph: Graph, one: PatientCase | None = None) -> str:
    return append_registry_row(path, one or case(), advice("Poor Metabolizer"), graph)


def test_without_consent_nothing_is_written(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="consent"):
        append(tmp_path / "rows.jsonl", graph, case(consent=False))
    assert list(tmp_path.iterdir()) == []


def test_a_row_holds_codes_and_the_decade_of_age(graph: Graph, tmp_path: Path) -> None:
    key = append(tmp_path, graph)
    row = json.loads((tmp_path / "registry.jsonl").read_text())
    assert row.pop("software").startswith("genopath ")
    assert row == {
        "previous": "0" * 64,
        "key": key,
        "release": graph.release.manifest.id,
        "sex": "female",
        "age_decade": "30-39",
        "ancestry": "European",
        "genes": {"CYP2C19": ["Poor Metabolizer"]},
        "drugs": ["RXNORM:32968"],
        "complaints": ["HP:0001250"],
    }


def test_no_identifier_or_free_text_reaches_the_file(graph: Graph, tmp_path: Path) -> None:
    append_registry_row(tmp_path, case(), advice("Poor Metabolizer", "PM, typed for Mrs Doe"), graph)
    text = (tmp_path / "registry.jsonl").read_text()
    for private in ("MRN", "Doe", "tea", "Ulm", "May", "P34Y", "34"):
        assert private not in text.replace(json.loads(text)["key"], "")


@pytest.mark.parametrize(
    ("age", "decade"), [("P79Y", "70-79"), ("P80Y", "80+"), ("P103Y", "80+"), ("P5M", "0-9"), (None, None)]
)
def test_ages_of_eighty_and_more_are_one_group(
    graph: Graph, tmp_path: Path, age: str | None, decade: str | None
) -> None:
    append(tmp_path, graph, case(age=age))
    assert json.loads((tmp_path / "registry.jsonl").read_text())["age_decade"] == decade


def test_two_rows_stand_one_after_the_other_for_the_owner_alone(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    first = append(path, graph)
    before = path.read_bytes()
    second = append(path, graph)
    assert path.read_bytes().startswith(before)
    assert [json.loads(line)["key"] for line in path.read_text().splitlines()] == [first, second]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (verify_registry(path).rows, verify_registry(path).broken) == (2, None)


@pytest.mark.parametrize(("edit", "line"), [("change", 2), ("remove", 2), ("swap", 1)])
def test_a_changed_removed_or_moved_row_is_found(graph: Graph, tmp_path: Path, edit: str, line: int) -> None:
    path = tmp_path / "rows.jsonl"
    for _ in range(3):
        append(path, graph)
    first, second, third = path.read_text().splitlines(keepends=True)
    changed = {
        "change": [first.replace("Poor", "Rapid"), second, third],
        "remove": [first, third],
        "swap": [second, first, third],
    }
    path.write_text("".join(changed[edit]))
    assert verify_registry(path).broken == line


def test_nothing_is_added_after_a_row_that_was_cut_off(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    append(path, graph)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(InputError, match=r"rows\.jsonl:1: .*incomplete"):
        append(path, graph)


def test_a_missing_file_cannot_be_verified(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such registry"):
        verify_registry(tmp_path / "none.jsonl")


def _append_many(release: Path, path: Path) -> None:
    graph = Graph.open(release)
    for _ in range(10):
        append(path, graph)


def test_appends_of_four_processes_lose_nothing(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    processes = [
        multiprocessing.get_context("fork").Process(target=_append_many, args=(tiny_release, path)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    check = verify_registry(path)
    assert (check.rows, check.broken) == (40, None)
