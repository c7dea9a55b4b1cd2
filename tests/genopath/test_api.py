"""The public door: one patient from keywords as a user of Python writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import genopath
from ontology.errors import UsageError
from queries.case import Assembly

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Graph

VCF = (
    "##fileformat=VCFv4.2\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n##contig=<ID=10>\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
    "10\t94781859\t.\tG\tA\t.\tPASS\t.\tGT\t1/1\n"
)


def test_paths_and_enumerations_may_be_texts(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(VCF, "utf-8")
    case = genopath.read_case(graph, vcf=str(path), assembly="GRCh38", medication="clopidogrel", sex="female", age=50)
    assert case.genotypes is not None
    assert case.genotypes.assembly is Assembly.GRCH38
    assert [medication.name for medication in case.medications] == ["clopidogrel"]
    assert [call.call_source for call in genopath.recommend_drugs(graph, case).genes][:1] == ["vcf"]


def test_a_genotype_table_is_named_as_the_source_of_its_calls(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "chip.csv"
    path.write_text("rsid,genotype\nrs4244285,A/A\nrs12248560,C/C\n", "utf-8")
    advice = genopath.recommend_drugs(graph, genopath.read_case(graph, genotypes=str(path)))
    (call,) = (call for call in advice.genes if call.gene.name == "CYP2C19")
    assert (call.call_source, [item.name for item in call.diplotypes]) == ("genotypes", ["*2/*2"])


@pytest.mark.parametrize("options", [{"assembly": "hg19", "phenotype": "Seizure"}, {"vcf": "none.vcf"}, {"drug": "x"}])
def test_what_cannot_be_meant_is_a_usage_error(graph: Graph, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        genopath.read_case(graph, **options)


def test_a_batch_is_not_one_case(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"phenotype": "Seizure"}\n', "utf-8")
    with pytest.raises(UsageError, match="read_case reads one case"):
        genopath.read_case(graph, path)
