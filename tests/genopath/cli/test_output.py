"""How answers leave the command line: formats, files, pipes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import jsonschema
import pandas as pd
import pytest
from click.testing import CliRunner

from genopath.cli import cli
from genopath.cli.common import written_whole
from genopath.schema import Kind, load_schema
from ontology.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

POOR = ("--diplotype", "CYP2C19=*2/*2", "--medication", "clopidogrel")
MARFAN = ("--phenotype", "HP:0001166", "--phenotype", "Ectopia lentis", "--exclude", "HP:0001250")


def answer(release: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--release", str(release)], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ("pgx", ("pgx", *POOR)),
        ("diagnose", ("diagnose", *MARFAN)),
        ("explain", ("explain", "CYP2C19", "clopidogrel")),
        ("lookup", ("lookup", "CYP2C19", "--format", "json")),
    ],
)
def test_a_document_keeps_its_published_schema(tiny_release: Path, schema: Kind, arguments: tuple[str, ...]) -> None:
    jsonschema.validate(json.loads(answer(tiny_release, *arguments)), load_schema(schema))


def test_the_report_keeps_its_published_schema(tiny_release: Path, tmp_path: Path) -> None:
    assert answer(tiny_release, "report", *POOR, *MARFAN, "--out", str(tmp_path / "report")) == ""
    content = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    jsonschema.validate(content, load_schema("report"))
    assert [part for part in ("pgx", "diagnose", "therapies") if content[part]] == ["pgx", "diagnose"]


@pytest.mark.parametrize("arguments", [("pgx", *POOR), ("diagnose", *MARFAN)], ids=["pgx", "diagnose"])
def test_the_text_names_the_case_and_its_records(tiny_release: Path, arguments: tuple[str, ...]) -> None:
    text = answer(tiny_release, *arguments, "--format", "text")
    assert text.startswith("case case-1\n")
    assert "evidence: " in text


def test_tsv_and_parquet_hold_the_same_rows(tiny_release: Path, tmp_path: Path) -> None:
    arguments = ("diagnose", *MARFAN)
    table = list(csv.DictReader(io.StringIO(answer(tiny_release, *arguments, "--format", "tsv")), delimiter="\t"))
    out = tmp_path / "answer.parquet"
    answer(tiny_release, *arguments, "--format", "parquet", "--out", str(out))
    frame = pd.read_parquet(out)
    assert list(frame.columns) == list(table[0])
    for column in ("case", "disease"):
        assert frame[column].tolist() == [row[column] for row in table]


def test_a_case_without_rows_leaves_the_header(tiny_release: Path) -> None:
    text = answer(tiny_release, "pgx", "--diplotype", "CYP2C19=*1/*2", "--format", "tsv")
    assert text.splitlines()[0].startswith("case\t")
    assert len(text.splitlines()) == 1


def test_parquet_goes_to_a_file(tiny_release: Path) -> None:
    result = CliRunner().invoke(cli, ["pgx", *POOR, "--format", "parquet", "--release", str(tiny_release)])
    assert isinstance(result.exception, UsageError)
    assert "--out" in str(result.exception)


class TestWholeFiles:
    def test_an_answer_that_fails_leaves_what_was_there(self, tmp_path: Path) -> None:
        out = tmp_path / "answer.json"
        out.write_text("before", "utf-8")
        with suppress(RuntimeError), written_whole(out) as part:
            part.write_text("half", "utf-8")
            raise RuntimeError
        assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]
        assert out.read_text("utf-8") == "before"

    def test_the_file_is_its_owners_from_the_start(self, tmp_path: Path) -> None:
        with written_whole(tmp_path / "answer.json") as part:
            assert part.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("form", ["json", "parquet"])
    def test_a_folder_that_does_not_exist_is_a_usage_error(self, tiny_release: Path, tmp_path: Path, form: str) -> None:
        out = tmp_path / "nowhere" / "answer"
        arguments = ["pgx", *POOR, "--format", form, "--out", str(out), "--release", str(tiny_release)]
        result = CliRunner().invoke(cli, arguments)
        assert isinstance(result.exception, UsageError)
        assert f"--out {out}" in str(result.exception)


def run(*arguments: str | bytes, **options: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from genopath.cli import main; main()", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]  # mypy cannot follow the options


def test_a_reader_that_leaves_early_is_no_error(tiny_release: Path, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"diplotype": ["CYP2C19=*2/*2"]}\n' * 200, "utf-8")
    with run("pgx", str(path), "--release", str(tiny_release), pipesize=4096) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"schema_version"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes on POSIX systems only")
def test_an_argument_that_is_no_text_is_a_usage_error(tiny_release: Path) -> None:
    with run("lookup", b"\xff", "--release", str(tiny_release)) as process:
        stdout, stderr = process.communicate()
    assert (process.returncode, stdout) == (2, b"")
    assert stderr == b"genopath: an argument is no text (not UTF-8)\n"
