"""``info``, ``lookup``, ``explain`` and ``query`` on the command line."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from genopath.cli import cli
from ontology.errors import GenopathError, InputError, UsageError
from queries.catalog import list_queries

if TYPE_CHECKING:
    from pathlib import Path

OBJECT = "PREFIX object: <https://w3id.org/genopath/object/>"


def answer(release: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--release", str(release)], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refusal(release: Path, *arguments: str) -> GenopathError:
    result = CliRunner().invoke(cli, [*arguments, "--release", str(release)])
    assert isinstance(result.exception, GenopathError)
    assert result.stdout == ""
    return result.exception


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A query file that selects the diseases of one feature."""
    path = tmp_path / "features.rq"
    path.write_text(
        f"{OBJECT} PREFIX subject: <https://w3id.org/genopath/subject/>\n"
        "SELECT ?term ?disease { GRAPH ?g { ?a object:has_phenotype ?term ; subject:has_phenotype ?disease } }",
        "utf-8",
    )
    return path


def test_info_lists_the_sources_with_release_and_licence(tiny_release: Path) -> None:
    assert "hpo 2025-01-16: " in answer(tiny_release, "info")
    sources = json.loads(answer(tiny_release, "info", "--format", "json"))["sources"]
    assert {(source["id"], source["license"]) for source in sources} >= {("hpo", "CC0 1.0"), ("cpic", "CC0 1.0")}


def test_info_counts_and_lists_conflicts(tiny_release: Path) -> None:
    assert "  allele_function: 0\n" in answer(tiny_release, "info")
    assert answer(tiny_release, "info", "--conflicts") == "no conflicts\n"
    assert json.loads(answer(tiny_release, "info", "--conflicts", "--format", "json")) == []


def test_lookup_as_text_groups_what_is_stated(tiny_release: Path) -> None:
    text = answer(tiny_release, "lookup", "FBN1")
    assert text.startswith("FBN1 (HGNC:3603, Gene)\n")
    assert "biolink:gene_associated_with_condition (2)" in text
    assert "Marfan syndrome (OMIM:154700, Disease) [hpo 2025-01-16 " in text


def test_lookup_as_text_marks_a_denial(tiny_release: Path) -> None:
    assert "not biolink:has_phenotype (1)" in answer(tiny_release, "lookup", "ORPHA:75858")


def test_explain_as_text_shows_each_hop_with_its_records(tiny_release: Path) -> None:
    text = answer(tiny_release, "explain", "CYP2C19", "Plavix", "--format", "text", "--max-hops", "1")
    assert "CYP2C19 -> affects -> clopidogrel [cpic 0.27.0 " in text
    nothing = answer(tiny_release, "explain", "FBN1", "Plavix", "--format", "text", "--max-hops", "1")
    assert nothing == "no path of at most 1 hops\n"


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_library_query_has_the_same_rows_in_every_format(tiny_release: Path, form: str, delimiter: str) -> None:
    arguments = ("query", "find-drugs-of-gene", "--param", "gene=HGNC:2621")
    rows = json.loads(answer(tiny_release, *arguments))
    table = answer(tiny_release, *arguments, "--format", form)
    assert [{**row} for row in csv.DictReader(io.StringIO(table), delimiter=delimiter)] == rows
    assert {row["name"] for row in rows} == {"clopidogrel", "amitriptyline"}


def test_the_library_is_listed_as_text_and_as_json(tiny_release: Path) -> None:
    text = answer(tiny_release, "query", "--list")
    listed = json.loads(answer(tiny_release, "query", "--list", "--format", "json"))
    assert [item["name"] for item in listed] == [spec.name for spec in list_queries()]
    for item in listed:
        assert f"{item['name']}: {item['meaning']}" in text
        assert set(item["parameters"]) <= set(item["columns"])
        for name, parameter in item["parameters"].items():
            assert f"--param {name}=<{parameter['type']}>  {parameter['meaning']}" in text


def test_a_query_file_takes_identifiers_as_parameters(tiny_release: Path, file: Path) -> None:
    rows = json.loads(answer(tiny_release, "query", str(file), "--param", "term=HP:0001166"))
    assert sorted(row["disease"] for row in rows) == ["OMIM:129600", "OMIM:154700"]


def test_a_construct_is_turtle_and_an_ask_a_row(tiny_release: Path, tmp_path: Path) -> None:
    construct, ask = tmp_path / "construct.rq", tmp_path / "ask.rq"
    pattern = "{ GRAPH ?g { ?a object:has_phenotype ?t } }"
    construct.write_text(f"{OBJECT} CONSTRUCT {{ ?t a <x:Term> }} WHERE {pattern}", "utf-8")
    ask.write_text(f"{OBJECT} ASK {pattern}", "utf-8")
    assert "a <x:Term> ." in answer(tiny_release, "query", str(construct))
    assert json.loads(answer(tiny_release, "query", str(ask))) == [{"answer": "true"}]
    assert "--format ttl" in str(refusal(tiny_release, "query", str(construct), "--format", "csv"))
    assert "json, csv or tsv" in str(refusal(tiny_release, "query", str(ask), "--format", "ttl"))


@pytest.mark.parametrize("text", ["gene", "=HGNC:2621"])
def test_a_parameter_without_name_or_value_is_a_usage_error(tiny_release: Path, text: str) -> None:
    error = refusal(tiny_release, "query", "find-drugs-of-gene", "--param", text)
    assert isinstance(error, UsageError)
    assert "write NAME=VALUE" in str(error)


def test_nothing_to_run_is_a_usage_error(tiny_release: Path) -> None:
    assert "genopath query --list" in str(refusal(tiny_release, "query"))


def test_a_query_file_that_does_not_exist_is_a_usage_error(tiny_release: Path) -> None:
    assert isinstance(refusal(tiny_release, "query", "nowhere.rq"), UsageError)


def test_a_query_file_that_is_no_text_is_named(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "bytes.rq"
    path.write_bytes(b"SELECT \xff")
    error = refusal(tiny_release, "query", str(path))
    assert isinstance(error, InputError)
    assert str(path) in str(error)


def test_a_query_file_that_runs_too_long_ends(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "product.rq"
    product = " ".join(f"GRAPH ?g{i} {{ ?s{i} ?p{i} ?o{i} }}" for i in range(5))
    path.write_text(f"SELECT (COUNT(*) AS ?n) {{ {product} }}", "utf-8")
    assert "did not end within 0.5 s" in str(refusal(tiny_release, "query", str(path), "--timeout", "0.5"))
