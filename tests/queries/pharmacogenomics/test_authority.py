"""The results of diplotypes by the release's arrays are those by its store."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kg.build import BuildOptions, build
from kg.diplotypes import DiplotypeWriter
from kg.model import Association
from kg.normalize import Resolver
from kg.rdf import SUBJECT, association_to_nquads
from kg.reading import Reading
from kg.release import Manifest, Release
from kg.sources import cpic, hgnc, pharmcat
from kg.sources.cpic import MALE, allele_names, least_score
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier
from queries.pharmacogenomics.authority import GeneResult, StatedPhenotypes, phenotype_of, result_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[2] / "data"
SOURCES = (hgnc.SOURCE, cpic.SOURCE, pharmcat.SOURCE)
WHO = (None, frozenset({"cpic"}), frozenset({"pharmcat"}))
SHARE = 20
"""One diplotype in so many is compared on real data."""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The fixtures of both sources as a release."""
    folder = tmp_path_factory.mktemp("both")
    shutil.copytree(DATA / "cpic", folder / "data/cpic/pypgx-0.1")
    shutil.copytree(DATA / "pharmcat", folder / "data/pharmcat/3.1.1")
    return Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), SOURCES))


def diplotypes(graph: Graph) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Symbol and alleles of every diplotype in the store, in each way in which a caller may give them."""
    quads = graph.store.quads_for_pattern(None, NamedNode(f"{SUBJECT}has_phenotype"), None, None)
    for reference in sorted({Reference.from_iri(quad.object.value) for quad in quads}):  # type: ignore[union-attr]  # subjects are entities
        if not reference.identifier.startswith("genotype/"):
            continue
        symbol, _, text = reference.minted_name.partition("/")
        names = allele_names(text)
        yield symbol, names
        yield symbol, names[::-1]
        if len(single := set(names) - {MALE}) == 1:
            (name,) = single
            yield from ((symbol, alleles) for alleles in ((name,), (name, MALE), (name, name)))


def by_store(graph: Graph, symbol: str, alleles: tuple[str, ...], sources: frozenset[str] | None) -> GeneResult | None:
    found = phenotype_of(graph, symbol, alleles, sources)
    if found is None:
        return None
    score = found.qualifier(Qualifier.ACTIVITY_SCORE)
    return GeneResult(found.object, None if score is None else least_score(str(score)))


def differing(graph: Graph) -> tuple[int, list[object]]:
    """How many questions were asked, and those that the arrays answer otherwise than the store."""
    asked = [(*given, sources) for given in diplotypes(graph) for sources in WHO]
    return len(asked), [question for question in asked if result_of(graph, *question) != by_store(graph, *question)]


def test_every_diplotype_of_two_sources_has_the_result_that_the_store_states(both: Graph) -> None:
    asked, found = differing(both)
    assert asked > 100
    assert found == []


def test_each_source_may_be_asked_alone(both: Graph) -> None:
    pair = ("*1", "*2")
    newest, own, copy = (result_of(both, "CYP2C19", pair, sources) for sources in WHO)
    assert newest == own == copy == GeneResult(Reference.mint("phenotype", "CYP2C19", "Intermediate Metabolizer"), None)
    assert result_of(both, "CYP2C19", pair, frozenset({"hpo"})) is None


def test_a_phenotype_is_there_before_its_statement_is_read(graph: Graph) -> None:
    poor = Reference.mint("phenotype", "CYP2C19", "Poor Metabolizer")
    stated = StatedPhenotypes(graph, "CYP2C19", {poor: ("*2", "*2")}, None)
    assert (poor in stated, list(stated), len(stated)) == (True, [poor], 1)
    found = stated[poor]
    assert found is not None
    assert (found.subject.minted_name, found.object) == ("CYP2C19/*2/*2", poor)
    assert stated.get(Reference.mint("phenotype", "CYP2C19", "Normal Metabolizer")) is None


@pytest.mark.real_data
def test_diplotypes_of_the_real_tables_have_the_result_that_the_store_states(test_data: Path, tmp_path: Path) -> None:
    """CPIC's own table and PharmCAT's phenotypes: one diplotype in twenty, whole, in every spelling."""
    writer, lines, resolver = DiplotypeWriter(), set[str](), Resolver()
    for source in SOURCES:
        for _, items in Reading.of(source, (test_data,), resolver).files():
            for item in items:
                writer.add(item)
                if isinstance(item, Association) and item.predicate is Predicate.HAS_PHENOTYPE:
                    symbol, _, text = item.subject.minted_name.partition("/")
                    if crc32("/".join((symbol, *sorted({*allele_names(text)} - {MALE}))).encode()) % SHARE == 0:
                        lines.update(association_to_nquads(item))
    writer.write(tmp_path / "tables")
    store = Store()
    store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    manifest = Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    asked, found = differing(Graph(Release(tmp_path, manifest), store))
    assert asked > 10_000
    assert found == []
