"""``genopath diff`` on the command line: words for a reader, JSON for a program."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Quad, Store

from genopath.cli import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def newer(tiny_release: Path, tmp_path: Path) -> Path:
    """The tiny release as it would be with one more name for a disease and one other frequency."""
    folder = tmp_path / "newer"
    shutil.copytree(tiny_release, folder)
    store = Store(str(folder / "store"))
    graph = NamedNode("https://w3id.org/genopath/graph/hpo/2025-01-16")
    altered = NamedNode("https://w3id.org/genopath/qualifier/frequency")
    (first, *_) = store.quads_for_pattern(None, altered, None, graph)
    store.remove(first)
    store.add(Quad(first.subject, altered, Literal("1/1000"), graph))
    label = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
    store.add(Quad(NamedNode("https://omim.org/entry/154700"), label, Literal("MFS"), graph))
    store.flush()
    del store
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for source in manifest["sources"]:
        source["sha256"] = "changed" if source["id"] == "hpo" else source["sha256"]
    (folder / "manifest.json").write_text(json.dumps({**manifest, "id": "newer"}), "utf-8")
    return folder


def answer(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, ["diff", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_text_counts_and_names_what_changed(tiny_release: Path, newer: Path) -> None:
    lines = answer(tiny_release, newer).splitlines()
    assert lines[0].endswith(" to newer")
    assert "hpo 2025-01-16 -> 2025-01-16" in lines
    assert "  edges with other qualifiers or publications: 1" in lines
    assert any(line.endswith(": nothing changed") and line.startswith("cpic ") for line in lines)


def test_json_has_every_change_with_both_states(tiny_release: Path, newer: Path) -> None:
    document = json.loads(answer(tiny_release, newer, "--format", "json"))
    (hpo,) = [source for source in document["sources"] if source["id"] == "hpo"]
    (change,) = hpo["edges"]["changed"]
    assert "frequency=1/1000" in change["after"]["qualifiers"]
    assert "frequency=1/1000" not in change["before"]["qualifiers"]
    assert change["predicate"] == "biolink:has_phenotype"
    assert hpo["edges"]["added"] == hpo["edges"]["withdrawn"] == []


def test_a_folder_that_is_no_release_is_refused(tiny_release: Path, tmp_path: Path) -> None:
    from ontology.errors import ReleaseError

    with pytest.raises(ReleaseError, match=r"is no release"):
        CliRunner().invoke(cli, ["diff", str(tiny_release), str(tmp_path)], catch_exceptions=False)
