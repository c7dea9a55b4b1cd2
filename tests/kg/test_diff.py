"""Two releases compared: what was added, withdrawn and changed, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build import BuildOptions, build
from kg.diff import Edge, EdgeChange, SourceDiff, State, compare
from kg.model import Entity
from kg.release import Release, open_release
from kg.source import Item, Source, SourceFile, Table
from kg.sources import hgnc, hpo
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context

FIXTURES = Path(__file__).parent.parent / "data" / "hpo"
MARFAN = Reference("OMIM", "154700")
ARACHNODACTYLY = Reference("HP", "0001166")
FILES = ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt")
OLD, NEW = "2025-01-16", "2025-02-01"


def released(folder: Path, release: str, **replaced: tuple[str, str]) -> Release:
    """A build of the fixture under a release name, with text replaced in its annotations and terms."""
    target = folder / "data" / "hpo" / release
    target.mkdir(parents=True)
    for name in FILES:
        text = (FIXTURES / name).read_text("utf-8")
        old, new = replaced.get(name.split(".")[0], ("", ""))
        assert not old or old in text
        (target / name).write_text(text.replace(old, new, 1) if old else text, "utf-8")
    options = BuildOptions((folder / "data",), folder / "out")
    return open_release(build(options, (hgnc.SOURCE, hpo.SOURCE)))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return released(tmp_path_factory.mktemp("old"), OLD)


def hpo_changes(old: Release, new: Release) -> SourceDiff:
    unchanged, changed = compare(old, new)
    assert unchanged.source == "hgnc"
    assert unchanged.is_empty
    assert (changed.source, changed.before, changed.after) == ("hpo", (OLD,), (NEW,))
    return changed


def test_a_new_release_with_the_same_statements_changes_nothing(old: Release, tmp_path: Path) -> None:
    """Also where every line has moved."""
    new = released(tmp_path, NEW, phenotype=("database_id", "#one more line of comment\ndatabase_id"))
    assert hpo_changes(old, new).is_empty


def test_other_grade_qualifier_and_paper_of_an_edge_are_one_change(old: Release, tmp_path: Path) -> None:
    row = "HP:0001166\tPMID:33436942;OMIM:154700\tPCS\tHP:0003577\t124/197"
    new = released(tmp_path, NEW, phenotype=(row, "HP:0001166\tPMID:7951214\tTAS\tHP:0003577\t9/10"))
    found = hpo_changes(old, new)
    modifiers = {f"modifier=http://purl.obolibrary.org/obo/HP_{number}" for number in ("0012825", "0012823")}
    kept = modifiers | {"onset=http://purl.obolibrary.org/obo/HP_0003577", "sex=FEMALE"}
    change = EdgeChange(
        Edge(MARFAN, "has_phenotype", ARACHNODACTYLY),
        State(frozenset({"frequency=124/197", *kept}), frozenset({"PCS"}), frozenset({"PMID:33436942"})),
        State(frozenset({"frequency=9/10", *kept}), frozenset({"TAS"}), frozenset({"PMID:7951214"})),
    )
    assert found == SourceDiff("hpo", (OLD,), (NEW,), edges_changed=(change,))
    assert change.is_regraded


def test_a_denial_that_becomes_an_assertion_is_one_edge_withdrawn_and_one_added(old: Release, tmp_path: Path) -> None:
    new = released(tmp_path, NEW, phenotype=("NOT\tHP:0002616", "\tHP:0002616"))
    found = hpo_changes(old, new)
    edge = Edge(MARFAN, "has_phenotype", Reference("HP", "0002616"))
    assert found.edges_added == (edge,)
    assert found.edges_withdrawn == (Edge(edge.subject, edge.predicate, edge.object, negated=True),)
    assert found.edges_changed == ()


def test_a_renamed_term_and_a_new_disease_are_changes_of_entities(old: Release, tmp_path: Path) -> None:
    new = released(
        tmp_path,
        NEW,
        hp=("name: Arachnodactyly", "name: Spider fingers"),
        phenotype=("ORPHA:558\tMarfan syndrome\t\tHP:0001505", "ORPHA:284963\tMarfan syndrome type 1\t\tHP:0001505"),
    )
    found = hpo_changes(old, new)
    assert found.entities_changed == (ARACHNODACTYLY,)
    assert found.entities_added == (Reference("ORPHA", "284963"),)
    assert found.entities_withdrawn == ()
    was = Edge(Reference("ORPHA", "558"), "has_phenotype", ARACHNODACTYLY)  # HP:0001505 is an older id of it
    assert found.edges_withdrawn == (was,)


def test_a_source_that_only_one_release_has_is_wholly_added_or_withdrawn(old: Release, tmp_path: Path) -> None:
    options = BuildOptions((tmp_path,), tmp_path / "out")
    without = open_release(build(options, (hgnc.SOURCE,)))
    _, withdrawn = compare(old, without)
    _, added = compare(without, old)
    (summary,) = [one for one in old.manifest.sources if one.id == "hpo"]
    assert (withdrawn.before, withdrawn.after) == ((OLD,), ())
    assert withdrawn.edges_withdrawn == added.edges_added
    assert 0 < len(added.edges_added) <= summary.associations
    assert withdrawn.edges_added == ()


def test_the_same_release_is_equal_to_a_copy_of_itself(old: Release, tmp_path: Path) -> None:
    shutil.copytree(old.path, tmp_path / "copy")
    assert all(found.is_empty for found in compare(old, open_release(tmp_path / "copy")))


def test_a_fact_that_stands_in_two_graphs_of_a_source_and_then_in_one_is_no_change(tmp_path: Path) -> None:
    def release(name: str, *folders: str) -> Release:
        for folder in folders:
            (tmp_path / name / "made" / folder).mkdir(parents=True)
            (tmp_path / name / "made" / folder / f"file{folders.index(folder)}.txt").write_text("x", "utf-8")
        options = BuildOptions((tmp_path / name,), tmp_path / f"{name}-out")
        return open_release(build(options, (MADE,)))

    (found,) = compare(release("two", "2025", "2024"), release("one", "2025"))
    assert found.is_empty


def read_disease(file: SourceFile, context: Context) -> Iterator[Item]:
    del file, context
    yield Entity(MARFAN, Category.DISEASE, "Marfan syndrome")


MADE = Source(
    "made",
    "Made",
    "CC0 1.0",
    "https://example.org/terms",
    "https://example.org",
    (Table("file0.txt", read_disease), Table("file1.txt", read_disease)),
)
