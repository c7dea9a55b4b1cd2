"""How calls of a cohort become frequencies."""

from __future__ import annotations

import gzip
import runpy
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from queries.case import BiogeographicGroup as Group

ROOT = Path(__file__).parents[2]
CALLS = """case\tgene\tstatus\tdiplotypes\tphenotypes\tassayed\tmissing
a\tTPMT\tcalled\t*1/*3A\tIntermediate Metabolizer\t43\t0
b\tTPMT\tambiguous\t*1/*1; *1/*3A\tNormal Metabolizer; Intermediate Metabolizer\t40\t3
b\tDPYD\tcalled\tReference/Reference\tNormal Metabolizer\t0\t83
c\tTPMT\tnot_called\t\t\t0\t43
x\tTPMT\tcalled\t*3A/*3A\tPoor Metabolizer\t43\t0
"""


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:  # names of a script have no types
    return runpy.run_path(str(ROOT / "benchmarks" / "pgx_cohort.py"))


def test_equally_preferred_diplotypes_count_in_parts_and_genes_without_a_record_do_not(
    script: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "calls.tsv").write_text(CALLS, encoding="utf-8")
    counts = script["count_alleles"](tmp_path / "calls.tsv", dict.fromkeys("abc", Group.EUROPEAN))
    assert {key: dict(found) for key, found in counts.items()} == {("TPMT", Group.EUROPEAN): {"*1": 2.5, "*3A": 1.5}}


def test_samples_have_the_group_of_their_population(script: dict[str, Any], tmp_path: Path) -> None:
    lines = (
        "sample\tsex\tpopulation\tsuperpopulation",
        "a\t\tGBR\tEUR",
        "b\t\tASW\tAFR",
        "c\t\tYRI\tAFR",
        "d\t\tX\tEUR,AFR",
    )
    (tmp_path / "samples.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert script["read_groups"](tmp_path / "samples.tsv") == {
        "a": Group.EUROPEAN,
        "b": Group.AFRICAN_AMERICAN,
        "c": Group.SUB_SAHARAN_AFRICAN,
    }


def test_a_vcf_of_fewer_samples_keeps_its_header_and_first_samples(script: dict[str, Any], tmp_path: Path) -> None:
    fixed = "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"])
    lines = ["##fileformat=VCFv4.2", f"{fixed}\ts1\ts2\ts3", "1\t9\t.\tA\tG\t.\tPASS\t.\tGT\t0|1\t1|1\t0|0"]
    with gzip.open(tmp_path / "in.vcf.gz", "wt", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    cut = script["cut_samples"](tmp_path / "in.vcf.gz", 2, tmp_path)
    assert cut.read_text(encoding="utf-8").splitlines() == [
        line.removesuffix("\ts3").removesuffix("\t0|0") for line in lines
    ]


def test_agreement_is_pearsons_r_and_the_root_mean_square_error(script: dict[str, Any]) -> None:
    pairs = [(0.1, 0.2), (0.2, 0.3), (0.7, 0.8)]
    points = [script["Point"]("TPMT", Group.EUROPEAN, str(n), *pair) for n, pair in enumerate(pairs)]
    assert script["measure"](points) == "1.000 0.100"
    assert script["measure"](points[:2]) == "-     0.100"


def test_the_plot_is_one_circle_an_allele_with_its_name(script: dict[str, Any]) -> None:
    point = script["Point"]("VKORC1", Group.EAST_ASIAN, "rs9923231 variant (T) <&>", 0.9, 0.88)
    drawn = fromstring(script["plot"]([point]))
    titles = [title.text for title in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["rs9923231 variant (T) <&>, East Asian: CPIC 0.900, cohort 0.880"]
