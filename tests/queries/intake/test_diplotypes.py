from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError
from queries.case import CallSource, DiplotypeCall
from queries.intake.diplotypes import read_diplotypes, read_outside_calls
from queries.intake.given import Given
from queries.intake.names import Names

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Graph


def diplotypes(*texts: str) -> list[Given]:
    return [Given(text, "--diplotype") for text in texts]


@pytest.mark.parametrize(
    ("text", "gene", "alleles"),
    [
        ("CYP2C19=*2/*2", "CYP2C19", ("*2", "*2")),
        ("cyp2c19 = *1 / *17", "CYP2C19", ("*1", "*17")),
        ("CYP2C19=CYP2C19*1/CYP2C19*2", "CYP2C19", ("*1", "*2")),
        ("DPYD=Reference/c.1905+1G>A (*2A)", "DPYD", ("Reference", "c.1905+1G>A (*2A)")),
        ("DPYD=Reference/*2A", "DPYD", ("Reference", "c.1905+1G>A (*2A)")),
        ("DPYD=reference/c.1905+1G>A", "DPYD", ("Reference", "c.1905+1G>A (*2A)")),
        ("DPYD=*1/*2A", "DPYD", ("Reference", "c.1905+1G>A (*2A)")),
        ("DPYD=DPYD*1/DPYD*1", "DPYD", ("Reference", "Reference")),
        ("MT-RNR1=1555A>G", "MT-RNR1", ("m.1555A>G",)),
        ("G6PD=Mediterranean", "G6PD", ("Mediterranean",)),
    ],
)
def test_a_diplotype_is_read_with_the_allele_names_of_the_release(
    graph: Graph, text: str, gene: str, alleles: tuple[str, ...]
) -> None:
    found = read_diplotypes(Names(graph), diplotypes(text))
    assert found.values == (DiplotypeCall(gene, alleles, CallSource.DIPLOTYPE),)
    assert found.problems == ()


def test_an_unknown_allele_is_kept_as_given_with_suggestions(graph: Graph) -> None:
    found = read_diplotypes(Names(graph), diplotypes("CYP2C19=*1/*22"))
    assert found.values[0].alleles == ("*1", "*22")
    assert "'*22' is no allele of CYP2C19" in found.problems[0].message
    assert "*2" in found.problems[0].message.split("did you mean")[1]


def test_a_gene_without_alleles_in_the_release_keeps_its_call(graph: Graph) -> None:
    found = read_diplotypes(Names(graph), diplotypes("FBN1=*1/*2"))
    assert found.values[0].alleles == ("*1", "*2")
    assert "no alleles of FBN1" in found.problems[0].message


def test_an_unknown_gene_is_left_out_with_the_genes_it_may_mean(graph: Graph) -> None:
    found = read_diplotypes(Names(graph), diplotypes("CYP2C9=*1/*1"))
    assert found.values == ()
    assert "did you mean CYP2C19 or" in found.problems[0].message


@pytest.mark.parametrize("text", ["CYP2C19", "CYP2C19=", "=*1/*2", "CYP2C19=*1/", "CYP2C19=*1/*2/*3"])
def test_a_malformed_diplotype_is_a_problem(graph: Graph, text: str) -> None:
    found = read_diplotypes(Names(graph), diplotypes(text))
    assert found.values == ()
    assert len(found.problems) == 1


def test_an_outside_call_file_holds_diplotypes_phenotypes_and_scores(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "calls.tsv"
    path.write_text(
        "#comment\nCYP2C19\t*1/*2\n\nDPYD\t\t\t1.5\nMT-RNR1\t1555A>G\nG6PD\t\tDeficient\nCYP2C19\t*1/*2\n",
        encoding="utf-8",
    )
    outside = CallSource.OUTSIDE_CALL
    assert read_outside_calls(Names(graph), path).values == (
        DiplotypeCall("CYP2C19", ("*1", "*2"), outside),
        DiplotypeCall("DPYD", (), outside, activity_score=1.5),
        DiplotypeCall("MT-RNR1", ("m.1555A>G",), outside),
        DiplotypeCall("G6PD", (), outside, phenotype="Deficient"),
    )


def test_an_activity_score_that_is_no_number_is_a_problem_with_file_and_line(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "calls.tsv"
    path.write_text("DPYD\t\tPoor Metabolizer\tlow\n", encoding="utf-8")
    found = read_outside_calls(Names(graph), path)
    assert found.values[0].activity_score is None
    assert found.problems[0].where == f"{path}:1"


@pytest.mark.parametrize("line", ["CYP2C19", "CYP2C19\t", "\t*1/*2", "CYP2C19\t*1/*2\ta\t1\tb", "CYP2C19 *1/*2"])
def test_a_malformed_outside_call_names_file_and_line(graph: Graph, tmp_path: Path, line: str) -> None:
    path = tmp_path / "calls.tsv"
    path.write_text(f"CYP2C19\t*1/*1\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"calls\.tsv:2: is no outside call"):
        read_outside_calls(Names(graph), path)


def test_binary_junk_is_no_outside_call_file(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "calls.tsv"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match=r"calls\.tsv"):
        read_outside_calls(Names(graph), path)
