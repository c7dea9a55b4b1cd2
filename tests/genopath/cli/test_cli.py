"""The command line as another program calls it: exit codes, stdout, stderr."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import jsonschema
import pytest

from genopath.cli import COMMANDS, cli
from genopath.schema import load_schema

if TYPE_CHECKING:
    from pathlib import Path

VCF = """##fileformat=VCFv4.2
##reference=GRCh38
##contig=<ID=chr10,length=133797422>
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1
chr10\t94761900\t.\tC\tT\t.\tPASS\t.\tGT\t0/0
chr10\t94781859\t.\tG\tA\t.\tPASS\t.\tGT\t1/1
"""


def run(release: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from genopath.cli import main; main()", *arguments]
    if arguments[0] not in ("data", "build"):
        command += ["--release", str(release)]
    environment = {**os.environ, "GENOPATH_HOME": str(release.parent / "no-home")}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_says_what_it_is(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    commands = [*command.commands.values()] if isinstance(command, click.Group) else [command]
    for each in commands:
        assert each.help
        assert not [p.name for p in each.params if isinstance(p, click.Option) and not p.help]


def test_drug_advice_is_one_document_of_the_contract_and_nothing_else(tiny_release: Path) -> None:
    done = run(tiny_release, "pgx", "--diplotype", "CYP2C19=*2/*2", "--medication", "Plavix")
    assert (done.returncode, done.stderr) == (0, "")
    content = json.loads(done.stdout)
    jsonschema.validate(content, load_schema("pgx"))
    assert [r["actions"] for r in content["recommendations"]] == [["avoid", "alternative"]]
    assert content["recommendations"][0]["on_medication_list"]


def test_a_vcf_leads_to_the_same_advice(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "patient.vcf"
    path.write_text(VCF, "utf-8")
    content = json.loads(run(tiny_release, "pgx", "--vcf", str(path)).stdout)
    called = {gene["gene"]["symbol"]: gene for gene in content["genes"]}
    assert called["CYP2C19"]["status"] == "called"
    assert [d["name"] for d in called["CYP2C19"]["diplotypes"]] == ["*2/*2"]
    assert content["recommendations"][0]["drug"]["name"] == "clopidogrel"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("pgx",), 2, "name a case file"),
        (("pgx", "no-such-file.json"), 2, "does not exist"),
        (("pgx", "--no-such-option"), 2, "No such option"),
        (("therapies", "--tumor-variant", "BRAF V600E"), 4, "no oncology source"),
        (("no-such-command",), 2, "No such command"),
        (("pgx", "--diplotype", "CYP2C19=*2/*2", "--assembly", "GRCh36"), 3, "GRCh37, GRCh38"),
        (("lookup", "xyzzy"), 3, "no name or identifier"),
        (("explain", "xyzzy", "clopidogrel"), 3, "no name or identifier"),
        (("query", "no-such-query"), 2, "no library query"),
        (("query", "find-drugs-of-gene"), 2, "gene is missing"),
        (("pgx", "--diplotype", "CYP2C19=*2/*2", "--medication", "xyzzy", "--strict"), 5, "unresolved"),
    ],
)
def test_what_goes_wrong_is_one_line_and_the_documented_code(
    tiny_release: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(tiny_release, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr


BAD_FILES: dict[str, tuple[str, str | bytes, str]] = {
    "broken JSON": ("case.json", '{"phenotype": [', "case.json:1"),
    "an empty case": ("case.json", "{}", "case.json"),
    "an unknown key": ("case.yaml", "phenotypes: [HP:0001166]", "phenotypes"),
    "no text": ("case.yaml", b"\x00\xff\xfe", "case.yaml"),
    "an unknown assembly": ("case.yaml", "vcf: case.yaml\nassembly: GRCh36", "GRCh37, GRCh38"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_an_unreadable_case_file_is_named(tiny_release: Path, tmp_path: Path, name: str) -> None:
    file, content, said = BAD_FILES[name]
    path = tmp_path / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(tiny_release, "diagnose", str(path))
    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (3, "", 1)
    assert said in done.stderr


def test_a_truncated_vcf_is_unreadable_input(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "patient.vcf.gz"
    body = "".join(f"chr10\t{position}\t.\tC\tT\t.\tPASS\t.\tGT\t0/1\n" for position in range(1000, 60000))
    whole = gzip.compress((VCF + body).encode())
    path.write_bytes(whole[: len(whole) // 2])
    done = run(tiny_release, "pgx", "--vcf", str(path))
    assert (done.returncode, done.stdout, len(lines(done.stderr))) == (3, "", 1)
    assert "patient.vcf.gz" in done.stderr


def test_a_sample_that_is_not_there_is_unreadable_input(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "patient.vcf"
    path.write_text(VCF, "utf-8")
    done = run(tiny_release, "pgx", "--vcf", str(path), "--sample", "NOPE")
    assert (done.returncode, done.stdout) == (3, "")
    assert "it has P1" in done.stderr


def test_without_a_release_the_line_to_type_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere", "info")
    assert done.returncode == 4
    assert "genopath data fetch --starter && genopath build" in done.stderr


def test_obsolete_and_unknown_terms_are_problems_of_an_answer(tiny_release: Path) -> None:
    done = run(
        tiny_release, "pgx", "--diplotype", "CYP2C19=*1/*1", "--phenotype", "HP:0002631", "--medication", "codiene"
    )
    assert done.returncode == 0
    messages = " ".join(problem["message"] for problem in json.loads(done.stdout)["problems"])
    assert "HP:0002616" in messages
    assert "codeine" in messages


def test_a_bad_case_of_a_batch_has_a_line_of_its_own_and_the_others_go_on(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    good = json.dumps({"diplotype": ["CYP2C19=*2/*2"]})
    path.write_text(f"{good}\n{{broken\n{good}\n", "utf-8")
    done = run(tiny_release, "pgx", str(path))
    answers = [json.loads(line) for line in lines(done.stdout)]
    assert done.returncode == 3
    assert [len(answer["genes"]) for answer in answers] == [1, 0, 1]
    assert [problem["severity"] for problem in answers[1]["problems"]] == ["error"]
    assert [answer["case"]["id"] for answer in answers] == ["case-1", "case-2", "case-3"]


def test_tables_have_a_header_once_and_a_row_for_each_recommendation(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"diplotype": ["CYP2C19=*2/*2"]}\n' * 2, "utf-8")
    table = lines(run(tiny_release, "pgx", str(path), "--format", "tsv").stdout)
    assert len(table) == 3
    assert table[0].startswith("case\t")
    out = tmp_path / "answers.parquet"
    assert run(tiny_release, "pgx", str(path), "--format", "parquet", "--out", str(out)).returncode == 0
    assert out.read_bytes()[:4] == b"PAR1"
    assert out.stat().st_mode & 0o777 == 0o600


def test_an_answer_in_a_file_can_be_read_by_its_owner_alone(tiny_release: Path, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    done = run(tiny_release, "pgx", "--diplotype", "CYP2C19=*2/*2", "--out", str(out))
    assert (done.returncode, done.stdout) == (0, "")
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(out.read_text("utf-8"))["genes"]
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]


def test_the_library_is_listed_with_its_parameters(tiny_release: Path) -> None:
    listed = json.loads(run(tiny_release, "query", "--list", "--format", "json").stdout)
    assert {"name", "meaning", "parameters", "columns"} <= listed[0].keys()
    assert len(listed) >= 5


def test_patient_data_stay_out_of_the_messages(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("medication: [Markerdrug]\ndiplotype: [CYP2C19=*2/*2]\n", "utf-8")
    command = [sys.executable, "-c", "from genopath.cli import main; main()", "-vv", "pgx", str(path)]
    done = subprocess.run([*command, "--release", str(tiny_release)], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Markerdrug" not in done.stderr


def test_advice_that_another_possible_diplotype_would_change_is_marked_in_the_text(tiny_release: Path) -> None:
    robust = run(tiny_release, "pgx", "--diplotype", "CYP2C19=*2/*2", "--format", "text").stdout
    other = ("--diplotype", "CYP2C19=*1/*1")
    doubtful = run(tiny_release, "pgx", "--diplotype", "CYP2C19=*2/*2", *other, "--format", "text").stdout
    before_clopidogrel = [text.split("clopidogrel [", 1)[1].splitlines()[1] for text in (robust, doubtful)]
    assert ["NOT ROBUST" in line for line in before_clopidogrel] == [False, True]


def test_a_vcf_without_any_pharmacogene_position_calls_nothing_and_is_no_error(
    tiny_release: Path, tmp_path: Path
) -> None:
    path = tmp_path / "patient.vcf"
    path.write_text(VCF[: VCF.index("chr10\t94761900")] + "chr10\t5\t.\tC\tT\t.\tPASS\t.\tGT\t0/1\n", "utf-8")
    done = run(tiny_release, "pgx", "--vcf", str(path))
    assert done.returncode == 0
    assert {gene["status"] for gene in json.loads(done.stdout)["genes"]} == {"not_called"}
    assert run(tiny_release, "pgx", "--vcf", str(path), "--strict").returncode == 5
    assert run(tiny_release, "diagnose", "--vcf", str(path)).returncode == 0
