"""What README shows is run."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from genopath.cli import cli

README = Path(__file__).parents[1] / "README.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)


@pytest.fixture
def starter() -> Path:
    """The starter release."""
    home = os.environ.get("GENOPATH_HOME")
    release = Path(home or "missing") / "releases" / "current"
    if not (release / "manifest.json").is_file():
        pytest.skip("no starter release below GENOPATH_HOME")
    return release


def test_the_python_example_runs_and_prints_the_advice(starter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = _blocks("python")
    exec(block, {})  # noqa: S102 - our own example
    assert "Use prasugrel or ticagrelor" in capsys.readouterr().out


def test_the_sparql_example_answers_with_five_records(starter: Path, tmp_path: Path) -> None:
    (block,) = _blocks("sparql")
    query = tmp_path / "query.rq"
    query.write_text(block, "utf-8")
    done = CliRunner().invoke(cli, ["query", str(query), "--format", "tsv"])
    lines = done.stdout.splitlines()
    assert lines[0] == "disease\trecord"
    assert len(lines) == 6
    assert all("phenotype.hpoa#L" in line for line in lines[1:])


def test_every_command_that_readme_names_exists() -> None:
    named = set(re.findall(r"^genopath (\w+)", README.read_text("utf-8"), flags=re.MULTILINE))
    assert named >= {"report", "pgx", "diagnose", "explain", "lookup", "query", "info", "data"}
    assert named <= set(cli.list_commands(None))  # type: ignore[arg-type]  # the group needs no context


def test_every_file_that_readme_links_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README.read_text("utf-8"))
    assert links
    assert not [link for link in links if not (README.parent / link).exists()]
