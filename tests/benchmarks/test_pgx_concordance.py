"""How assertions of PharmCAT's test cases are compared."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import CallStatus, Diplotype, DrugAdvice, GeneCall, Positions
from queries.case import CallSource

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:  # names of a script have no types
    return runpy.run_path(str(ROOT / "benchmarks" / "pgx_concordance.py"))


def call(*diplotypes: Diplotype, missing: tuple[str, ...] = (), symbol: str = "CYP2C19") -> GeneCall:
    gene = Entity(Reference("HGNC", "2621"), Category.GENE, symbol)
    status = CallStatus.CALLED if len(diplotypes) == 1 else CallStatus.AMBIGUOUS
    return GeneCall(gene, status, CallSource.VCF, diplotypes, Positions(3, missing))


def test_the_order_of_copies_and_of_what_one_combines_means_nothing(script: dict[str, Any]) -> None:
    pair_of = script["pair_of"]
    assert pair_of("[c.2T>C + c.1A>G]/Reference") == pair_of("Reference/[c.1A>G + c.2T>C]")
    assert pair_of("c.1A>G (heterozygous)") == pair_of("Reference/c.1A>G")
    assert pair_of("[c.1A>G + c.2T>C]/Reference") != pair_of("c.1A>G/c.2T>C")
    assert pair_of("B (reference)/MALE") == pair_of("B (reference)")


def test_a_list_of_components_is_met_by_every_arrangement_and_needs_both_copies_of_a_homozygous_one(
    script: dict[str, Any],
) -> None:
    agrees, found = script["agrees_in_components"], [Diplotype("c.3A>G/[c.1A>G + c.3A>G]", None)]
    assert agrees(["c.1A>G", "c.3A>G (homozygous)"], found)
    assert not agrees(["c.1A>G (homozygous)", "c.3A>G"], found)
    assert not agrees(["c.3A>G (homozygous)"], found)
    assert not agrees(["c.1A>G"], [])


@pytest.mark.parametrize(("all_matches", "verdict"), [(False, "agree"), (True, "differ")])
def test_all_compatible_diplotypes_count_only_where_the_case_asks_for_all(
    script: dict[str, Any], all_matches: bool, verdict: str
) -> None:
    found = call(Diplotype("*1/*2", None), Diplotype("*1/*35", None, preferred=False))
    case = script["Case"]("case", None, all_matches, (), frozenset(), {}, {})
    row = script["of_gene"](case, DrugAdvice((found,), ()), "CYP2C19", "testPrintCalls", ["*2/*1"])
    assert row.verdict == verdict


def test_missing_positions_explain_a_larger_set_and_never_one_that_lacks_what_is_expected(
    script: dict[str, Any],
) -> None:
    pairs = (Diplotype("*1/*1", None), Diplotype("*1/*3", None, preferred=False))
    explain = script["explain"]
    assert explain("assertDiplotypePairs", ["*1/*1"], call(*pairs, missing=("rs1",))) is not None
    assert explain("assertDiplotypePairs", ["*1/*6"], call(*pairs, missing=("rs1",))) is None
    assert explain("assertDiplotypePairs", ["*1/*1"], call(*pairs)) is None


def test_a_gene_that_no_file_speaks_of_is_not_compared(script: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    case = script["Case"](
        "case",
        None,
        False,
        (),
        frozenset({"DPYD"}),
        {("CYP2D6", "testPrintCalls"): ["*1/*4"]},
        {("amitriptyline", "ANY", "match"): None},
    )
    rows = list(script["compare"](None, case))
    assert [row.verdict for row in rows] == ["no input", "no input"]
