"""Builds of small releases: deterministic, complete, atomic."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.build import BuildOptions, build
from kg.model import Association, Entity
from kg.rdf import association_to_nquads
from kg.release import open_release
from kg.source import Context, Source, SourceFile, Table
from kg.sources import hgnc, hpo
from kg.store import Graph
from ontology.errors import DataError, SourceError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

FIXTURES = Path(__file__).parent.parent / "data" / "hpo"
SOURCES = (hgnc.SOURCE, hpo.SOURCE)
MARFAN = Reference("OMIM", "154700")
INCOMPLETE = """
PREFIX biolink: <https://w3id.org/biolink/vocab/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX gp: <https://w3id.org/genopath/ontology#>
PREFIX pav: <http://purl.org/pav/>
SELECT ?association WHERE {
  GRAPH ?graph { ?association ?property ?subject .
                 FILTER(STRSTARTS(STR(?property), "https://w3id.org/genopath/subject/")) }
  FILTER NOT EXISTS { GRAPH ?graph {
    ?association gp:evidence ?evidence .
    ?evidence dcterms:identifier ?record ; gp:provenance ?provenance .
    ?provenance dcterms:source ?source ; pav:version ?release ; dcterms:license ?license ;
                biolink:knowledge_level ?level ; biolink:agent_type ?agent . } }
}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "hpo" / "2025-01-16"
    folder.mkdir(parents=True)
    for name in ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt"):
        shutil.copy(FIXTURES / name, folder)
    return tmp_path / "data"


def options(data: Path, out: Path, *more: Path) -> BuildOptions:
    return BuildOptions((data, *more), out)


def leftovers(root: Path) -> list[Path]:
    return list(root.glob(".building-*"))


def test_two_builds_of_the_same_files_have_the_same_quads(data: Path, tmp_path: Path) -> None:
    first, second = (open_release(build(options(data, tmp_path / name), SOURCES)).manifest for name in ("a", "b"))
    assert first.quads_sha256 == second.quads_sha256
    assert [source.sha256 for source in first.sources] == [source.sha256 for source in second.sources]


def test_a_compressed_file_gives_the_same_quads(data: Path, tmp_path: Path) -> None:
    plain = open_release(build(options(data, tmp_path / "a"), SOURCES)).manifest
    path = data / "hpo" / "2025-01-16" / "phenotype.hpoa"
    path.with_name("phenotype.hpoa.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert open_release(build(options(data, tmp_path / "b"), SOURCES)).manifest.quads_sha256 == plain.quads_sha256


def test_every_association_has_complete_evidence_and_the_check_finds_a_planted_defect(
    data: Path, tmp_path: Path
) -> None:
    graph = Graph.open(build(options(data, tmp_path / "out"), SOURCES))
    assert sum(source.associations for source in graph.release.manifest.sources) > 100
    assert graph.select(INCOMPLETE).rows == ()
    from pyoxigraph import RdfFormat, Store

    whole = association_to_nquads(graph.associations(MARFAN, "has_phenotype")[0])
    planted = Store()
    planted.load("\n".join(line for line in whole if "license" not in line).encode(), RdfFormat.N_QUADS)
    assert len(Graph(graph.release, planted).select(INCOMPLETE).rows) == 1


def test_a_malformed_file_publishes_nothing_and_leaves_the_current_release(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = build(options(data, out), SOURCES)
    path = data / "hpo" / "2025-01-16" / "phenotype.hpoa"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, "OMIM:154700\tMarfan syndrome"]) + "\n", "utf-8")
    with pytest.raises(SourceError, match=rf"phenotype\.hpoa:{len(lines) + 1}: has 2 fields"):
        build(options(data, out), SOURCES)
    assert open_release(out / "current").path == before
    assert leftovers(out) == []


def test_an_unknown_source_is_a_usage_error_that_names_the_known(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown source hpx; known: hgnc, hpo"):
        build(BuildOptions((data,), tmp_path / "out", only=frozenset({"hpx"})), SOURCES)


def test_without_any_file_the_error_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="genopath data fetch --starter"):
        build(options(tmp_path / "nowhere", tmp_path / "out"), (hpo.SOURCE,))


def one_entity(source: str, category: Category, name: str) -> Source:
    def read(file: SourceFile, context: Context) -> list[Entity | Association]:
        del context
        evidence = file.evidence("r1")
        other = Reference("OMIM", "129600")
        return [
            Entity(MARFAN, category, name),
            Association(MARFAN, Predicate.ASSOCIATED_WITH, other, evidence),
        ]

    return Source(source, source, "CC0", "https://example.org", "https://example.org", (Table("*.txt", read),))  # type: ignore[arg-type]  # a list is iterated like a generator


def made(tmp_path: Path, *names: str) -> Path:
    for name in names:
        (tmp_path / "made" / name / "1").mkdir(parents=True)
        (tmp_path / "made" / name / "1" / "file.txt").write_text("x", "utf-8")
    return tmp_path / "made"


def test_one_entity_cannot_be_a_gene_here_and_a_disease_there(tmp_path: Path) -> None:
    sources = (one_entity("one", Category.DISEASE, "Marfan"), one_entity("two", Category.GENE, "FBN1"))
    with pytest.raises(DataError, match="one entity cannot be both"):
        build(options(made(tmp_path, "one", "two"), tmp_path / "out"), sources)
    assert leftovers(tmp_path / "out") == []


def test_the_first_name_stays_and_a_later_one_becomes_a_synonym(tmp_path: Path) -> None:
    sources = (one_entity("one", Category.DISEASE, "Marfan syndrome"), one_entity("two", Category.DISEASE, "MFS"))
    graph = Graph.open(build(options(made(tmp_path, "one", "two"), tmp_path / "out"), sources))
    entity = graph.entity(MARFAN)
    assert entity is not None
    assert (entity.name, entity.synonyms) == ("Marfan syndrome", ("MFS",))
    assert [e.source for e in graph.associations(MARFAN)[0].evidence] == ["one", "two"]


def test_an_end_that_no_source_describes_is_kept_and_listed(tmp_path: Path) -> None:
    source = one_entity("one", Category.DISEASE, "Marfan syndrome")
    release = open_release(build(options(made(tmp_path, "one"), tmp_path / "out"), (source,)))
    (unresolved,) = release.build_report()["one"]["unresolved"]
    assert (unresolved["count"], unresolved["examples"]) == (1, ["OMIM:129600"])


def test_what_a_dead_build_left_is_removed_and_what_a_living_one_writes_stays(data: Path, tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    out = tmp_path / "out"
    for process in (dead.pid, os.getppid()):
        (out / f".building-{process}").mkdir(parents=True)
    build(options(data, out), SOURCES)
    assert [path.name for path in leftovers(out)] == [f".building-{os.getppid()}"]


BUILD = """
import sys
from pathlib import Path
from kg.build import BuildOptions, build
from kg.sources import hgnc, hpo
build(BuildOptions((Path(sys.argv[1]),), Path(sys.argv[2])), (hgnc.SOURCE, hpo.SOURCE))
"""


def larger(data: Path, rows: int) -> None:
    """Many more annotations of the fixture's terms, so that a build takes seconds."""
    path = data / "hpo" / "2025-01-16" / "phenotype.hpoa"
    more = [
        f"OMIM:{200000 + row}\tdisease {row}\t\tHP:0001166\tPMID:{row + 1}\tPCS\t\t{row % 7 + 1}/9\t\t\tP\tHPO:x"
        for row in range(rows)
    ]
    path.write_text(path.read_text("utf-8") + "\n".join(more) + "\n", "utf-8")


def answer(out: Path) -> tuple[str, int, list[str]]:
    graph = Graph.open(out / "current")
    keys = [association.key for association in graph.associations(MARFAN)]
    return graph.release.manifest.id, len(graph.store), keys


def test_a_build_that_is_killed_at_any_moment_leaves_the_published_release_as_it_was(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    build(options(data, out), SOURCES)
    before = answer(out)
    larger(data, 25_000)
    command = [sys.executable, "-c", BUILD, str(data), str(out)]
    alone = tmp_path / "alone"
    start = time.monotonic()
    subprocess.run([*command[:-1], str(alone)], check=True)
    whole = time.monotonic() - start
    moments = random.Random(20260101)  # noqa: S311 - moments to kill at, no secret
    killed = 0
    for _ in range(10):
        running = subprocess.Popen(command)
        time.sleep(moments.uniform(0.02, 0.95) * whole)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            killed += 1
        running.wait()
        if open_release(out / "current").manifest.id == before[0]:
            assert answer(out) == before
        else:  # this one was faster than the first and had published before the signal came
            assert answer(out)[1:] == answer(alone)[1:]
            before = answer(out)
    assert killed >= 7
    subprocess.run(command, check=True)
    assert answer(out)[1:] == answer(alone)[1:]
    assert leftovers(out) == []
    report = json.loads((out / "current" / "build_report.json").read_text("utf-8"))
    assert report["hpo"]["status"] == "complete"
