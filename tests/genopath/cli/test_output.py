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
from pyarrow import parquet

from genopath.cli import cli
from genopath.cli.common import written_whole
from genopath.cli.output import ROW_GROUP, Answered, write_answers
from genopath.schema import Kind, load_schema
from kg.model import Entity
from ontology.errors import UsageError
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import CallStatus, DrugAdvice, GeneCall
from queries.case import CallSource, PatientCase
from queries.export.tables import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator
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


class TestCalls:
    """``--table calls``: gene results alone, for cohorts."""

    ARGUMENTS = ("pgx", "--diplotype", "CYP2C19=*1/*2", "--diplotype", "CYP2D6=*4/*4", "--table", "calls")

    def test_each_gene_is_a_row(self, tiny_release: Path) -> None:
        text = answer(tiny_release, *self.ARGUMENTS, "--format", "tsv")
        rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
        assert [(row["case"], row["gene"], row["diplotypes"], row["phenotypes"]) for row in rows] == [
            ("case-1", "CYP2C19", "*1/*2", "Intermediate Metabolizer"),
            ("case-1", "CYP2D6", "*4/*4", "Poor Metabolizer"),
        ]
        assert rows[1]["activity_scores"] == "0"

    def test_parquet_holds_the_same_rows_with_their_types(self, tiny_release: Path, tmp_path: Path) -> None:
        out = tmp_path / "calls.parquet"
        answer(tiny_release, *self.ARGUMENTS, "--format", "parquet", "--out", str(out))
        frame = pd.read_parquet(out)
        assert frame["gene"].tolist() == ["CYP2C19", "CYP2D6"]
        assert frame["research"].tolist() == [False, False]
        assert frame["assayed"].isna().all()

    @pytest.mark.parametrize("more", [("--format", "json"), ("--format", "tsv", "--registry", "r.jsonl")])
    def test_what_needs_more_than_calls_is_a_usage_error(self, tiny_release: Path, more: tuple[str, ...]) -> None:
        result = CliRunner().invoke(cli, [*self.ARGUMENTS, *more, "--release", str(tiny_release)])
        assert isinstance(result.exception, UsageError)
        assert "--table calls" in str(result.exception)


class TestStreaming:
    @pytest.mark.parametrize("form", ["tsv", "json", "text"])
    def test_an_answer_is_written_before_the_next_case_is_asked_for(
        self, monkeypatch: pytest.MonkeyPatch, form: str
    ) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        seen: list[int] = []

        def answers() -> Iterator[Answered]:
            for number in range(3):
                seen.append(len(stream.getvalue()))
                yield Answered(PatientCase(f"case-{number}"), cohort_advice())

        write_answers(answers(), form, None, single=False, to_document=lambda case, _: {"id": case.id}, table=CALLS)
        assert seen == sorted(set(seen))

    def test_parquet_is_written_in_row_groups_that_fit_in_memory(self, tmp_path: Path) -> None:
        out = tmp_path / "calls.parquet"
        number = 2 * ROW_GROUP + 1
        answers = (Answered(PatientCase(f"case-{n}"), cohort_advice()) for n in range(number))
        write_answers(answers, "parquet", out, single=False, to_document=lambda *_: {}, table=CALLS)
        written = parquet.ParquetFile(out)
        assert [written.metadata.row_group(n).num_rows for n in range(written.num_row_groups)] == [
            ROW_GROUP, ROW_GROUP, 1,
        ]  # fmt: skip

    def test_cells_with_tabs_and_line_breaks_are_read_back_as_they_were(self, tmp_path: Path) -> None:
        out = tmp_path / "calls.tsv"
        text = 'a\tb\n"c"'
        write_answers(
            [Answered(PatientCase(text), cohort_advice())],
            "tsv",
            out,
            single=True,
            to_document=lambda *_: {},
            table=CALLS,
        )
        with out.open(newline="", encoding="utf-8") as file:
            assert [row["case"] for row in csv.DictReader(file, delimiter="\t")] == [text]


class TestRegistry:
    def test_a_case_without_consent_is_refused_before_anything_is_written(
        self, tiny_release: Path, tmp_path: Path
    ) -> None:
        registry, out = tmp_path / "registry.jsonl", tmp_path / "out"
        for command in ("pgx", "report"):
            arguments = [command, *POOR, "--registry", str(registry), "--out", str(out)]
            result = CliRunner().invoke(cli, [*arguments, "--release", str(tiny_release)])
            assert isinstance(result.exception, UsageError)
            assert "consent of case case-1 is not recorded" in str(result.exception)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("command", ["pgx", "report"])
    def test_a_case_with_consent_becomes_a_row_after_it_is_answered(
        self, tiny_release: Path, tmp_path: Path, command: str
    ) -> None:
        registry = tmp_path / "registry.jsonl"
        answer(tiny_release, command, *POOR, "--consent", "--registry", str(registry), "--out", str(tmp_path / "out"))
        (row,) = map(json.loads, registry.read_text("utf-8").splitlines())
        assert row["genes"] == {"CYP2C19": ["Poor Metabolizer"]}


def cohort_advice() -> DrugAdvice:
    gene = Entity(Reference("HGNC", "2621"), Category.GENE, "CYP2C19")
    return DrugAdvice((GeneCall(gene, CallStatus.NOT_CALLED, CallSource.VCF),), ())


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
