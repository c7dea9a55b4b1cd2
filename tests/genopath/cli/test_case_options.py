from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from genopath.cli.case_options import case_options
from queries.case import Assembly
from queries.intake.options import CaseOptions

if TYPE_CHECKING:
    from pathlib import Path

seen: list[tuple[tuple[Path, ...], CaseOptions, int | None, bool]] = []


@click.command()
@case_options
@click.option("--format", "form", default="text")
def command(files: tuple[Path, ...], options: CaseOptions, top: int | None, strict: bool, form: str) -> None:
    """A command with case options and one of its own."""
    assert form == "json"
    seen.append((files, options, top, strict))


def run(*arguments: str) -> tuple[int, str]:
    seen.clear()
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output


def test_options_become_case_options_beside_those_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    arguments = f"{path} --vcf {path} --vcf {path} --sample S1 --assembly GRCh37 --calls {path} --diplotype CYP2C19=*1/*2 --phenotype a"
    more = "--phenotype b --exclude c --medication d --variant rs1 --sex female --age 5 --top 3 --strict --format json"
    more += f" --genotypes {path} --complaint e --indication pain --height 172.5 --weight 64 --ancestry EUR --consent"
    assert run(*arguments.split(), *more.split(), "--assume-missing-is-reference") == (0, "")
    expected = CaseOptions(
        vcf=(path, path),
        sample="S1",
        assembly=Assembly.GRCH37,
        calls=path,
        diplotype=("CYP2C19=*1/*2",),
        variant=("rs1",),
        phenotype=("a", "b"),
        exclude=("c",),
        medication=("d",),
        sex="female",
        age="5",
        genotypes=path,
        complaint=("e",),
        indication="pain",
        height="172.5",
        weight="64",
        ancestry="EUR",
        consent=True,
        assume_missing_is_reference=True,
    )
    assert seen == [((path,), expected, 3, True)]


def test_without_options_the_case_options_are_empty() -> None:
    assert run("--format", "json") == (0, "")
    assert seen[0][1].is_empty


@pytest.mark.parametrize(
    "arguments",
    [
        ("none.json",),
        ("--vcf", "none.vcf"),
        ("--sex", "x"),
        ("--age", "old"),
        ("--genotypes", "none.txt"),
        ("--height", "1.72"),
        ("--height", "tall"),
        ("--weight", "0"),
        ("--ancestry", "black"),
        ("--top", "0"),
        ("--tumor-variant", "BRAF V600E"),
    ],
)
def test_a_wrong_option_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2
