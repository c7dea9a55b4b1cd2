"""Published definitions on each assembly, and those of GRCh38 carried over to GRCh37."""

from __future__ import annotations

import csv
import gzip
import os
import zipfile
from io import TextIOWrapper
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.store import Graph
from queries.candidate import CallStatus
from queries.case import Assembly, Genotype, GenotypeData, PatientCase
from queries.intake.assembly import trimmed_locus
from queries.pharmacogenomics.calls import call_genes
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.gene_definition import GeneDefinition, Site
from queries.pharmacogenomics.genes import GUIDELINE_GENES
from tests.queries.pharmacogenomics.pairs import called

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEEL = "cpic/pypgx-0.27.0/pypgx-0.27.0-py3-none-any.whl"


@pytest.fixture(scope="module")
def pypgx() -> Path:
    """The pinned wheel of the starter data; the test is skipped where ``GENOPATH_HOME`` has none."""
    wheel = Path(os.environ.get("GENOPATH_HOME", ""), "data", WHEEL)
    if not wheel.is_file():
        pytest.skip("GENOPATH_HOME has no starter data: `genopath data fetch --starter` downloads it")
    return wheel


@pytest.fixture(scope="module")
def published(test_data: Path, pypgx: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """PharmCAT's real files and the tables of pypgx."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "data").mkdir()
    (folder / "data/pharmcat").symlink_to(test_data / "pharmcat")
    (folder / "data/cpic").symlink_to(pypgx.parents[1])
    sources = (hgnc.SOURCE, cpic.SOURCE, pharmcat.SOURCE)
    return Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), sources))


def loci(found: GeneDefinition, name: str) -> set[str]:
    return {one.locus for one in found.alleles[name]}


def by_symbol(graph: Graph, assembly: Assembly) -> dict[str, GeneDefinition]:
    return {one.symbol: one for one in load_definitions(graph, assembly)}


@pytest.mark.real_data
def test_every_gene_that_guidelines_are_for_has_pharmcats_alleles_on_both_assemblies(published: Graph) -> None:
    newer, older = (by_symbol(published, assembly) for assembly in (Assembly.GRCH38, Assembly.GRCH37))
    assert newer.keys() >= GUIDELINE_GENES
    for symbol in GUIDELINE_GENES:
        assert older[symbol].source == newer[symbol].source == "pharmcat", symbol
        assert older[symbol].names == newer[symbol].names, symbol
        assert len(older[symbol].sites) == len(newer[symbol].sites), symbol


@pytest.mark.real_data
@pytest.mark.parametrize("assembly", list(Assembly))
def test_a_file_without_a_defining_position_calls_no_gene(published: Graph, assembly: Assembly) -> None:
    elsewhere = (Genotype("3", 12345, "A", ("A", "G"), alternates=("G",)),)
    found = call_genes(published, PatientCase("p", genotypes=GenotypeData(assembly, elsewhere)))
    assert {one.symbol for one in found} >= GUIDELINE_GENES
    for one in found:
        assert (one.call.status, one.call.diplotypes, one.phenotypes) == (CallStatus.NOT_CALLED, (), {}), one.symbol


def some_pairs(names: tuple[str, ...], reference: str | None) -> Iterator[tuple[str, str]]:
    """Each of some alleles with the reference allele and with itself, and pairs drawn at random."""
    drawn = Random(38)  # noqa: S311 - a sample that is the same in every run
    some = drawn.sample(names, min(12, len(names)))
    for name in some:
        yield reference or names[0], name
        yield name, name
    for _ in range(12):
        yield drawn.choice(names), drawn.choice(names)


@pytest.mark.real_data
def test_a_sample_of_either_assembly_has_the_same_pairs_in_every_gene_that_was_carried_over(published: Graph) -> None:
    newer, older = (by_symbol(published, assembly) for assembly in (Assembly.GRCH38, Assembly.GRCH37))
    carried = [one for one in older.values() if one.carried_over]
    assert {one.symbol for one in carried} >= GUIDELINE_GENES
    for one in carried:
        other = newer[one.symbol]
        fixed = tuple(name for name in one.names if not one.optional.get(name))  # else the sample may carry them or not
        for pair in some_pairs(fixed, one.reference):
            assert called(one, pair) == called(other, pair), (one.symbol, pair)


class Block(NamedTuple):
    """An ungapped part of a chain, 0-based half-open on GRCh38; ``distance`` leads to GRCh37."""

    start: int
    end: int
    distance: int


def read_chain(path: Path) -> dict[str, list[Block]]:
    """Blocks of the first (best) chain of each chromosome onto the same chromosome and strand."""
    found: dict[str, list[Block]] = {}
    blocks: list[Block] | None = None
    position = distance = 0
    with gzip.open(path, "rt", encoding="ascii") as stream:
        for line in stream:
            fields = line.split()
            if fields[:1] == ["chain"]:
                same = fields[2] == f"chr{fields[7]}" and fields[9] == "+" and fields[2] not in found
                blocks = found.setdefault(fields[2], []) if same else None
                position, distance = int(fields[5]), int(fields[10]) - int(fields[5])
            elif fields and blocks is not None:
                blocks.append(Block(position, position + int(fields[0]), distance))
                if len(fields) == 3:
                    gap, other = int(fields[1]), int(fields[2])
                    position, distance = position + int(fields[0]) + gap, distance + other - gap
    return found


@pytest.mark.real_data
def test_the_distance_of_each_gene_is_that_of_the_alignment_of_the_assemblies(
    published: Graph, test_data: Path
) -> None:
    chain = read_chain(test_data / "liftover" / "grch38_to_grch37.over.chain.gz")
    newer, older = (by_symbol(published, assembly) for assembly in (Assembly.GRCH38, Assembly.GRCH37))
    for symbol in sorted(symbol for symbol, one in older.items() if one.carried_over):
        expected = set()
        for site in newer[symbol].sites:
            within = [b for b in chain[f"chr{site.chromosome}"] if b.start < site.position <= b.end]
            expected |= {Site(site.chromosome, site.position + block.distance) for block in within}
        assert older[symbol].sites == expected, symbol


AS_38 = "without rs3758581 PharmCAT means the base of *38, the reference allele; pypgx that of each assembly"
ALIGNED_RIGHT = "pypgx does not write the deletion at its leftmost place"
PYPGX_DIFFERS = {
    ("CYP2C19", "*16"): AS_38,
    ("CYP2C19", "*30"): AS_38,
    ("CYP2C19", "*34"): AS_38,
    ("CYP2C9", "*25"): ALIGNED_RIGHT,
    ("G6PD", "Brighton"): ALIGNED_RIGHT,
    ("G6PD", "Nara"): ALIGNED_RIGHT,
    ("G6PD", "Stonybrook"): ALIGNED_RIGHT,
    ("G6PD", "Sunderland"): ALIGNED_RIGHT,
    ("G6PD", "Tsukui"): ALIGNED_RIGHT,
    ("G6PD", "Urayasu"): ALIGNED_RIGHT,
}
"""Alleles of the same rsIDs whose variants on GRCh37 pypgx's table has otherwise, and why."""


IGNORED = {"rs3758581", "N/A", ""}
"""Not told by rsID: a base that every allele of CYP2C19 but *38 has, and variants without a number."""


def split(locus: str) -> tuple[str, int, str, str]:
    chromosome, position, ref, alt = locus.split("-")
    return chromosome, int(position), ref, alt


def read_rows(wheel: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(wheel) as archive, archive.open(f"pypgx/api/data/{table}.csv") as stream:
        return list(csv.DictReader(TextIOWrapper(stream, encoding="utf-8")))


@pytest.mark.real_data
def test_alleles_of_the_same_rsids_have_pypgxs_own_variants_on_grch37(published: Graph, pypgx: Path) -> None:
    """Read from the tables of pypgx itself; variants of its reference allele are shared where an allele has none."""
    rsid_of = {row["GRCh37Name"]: row["rsID"] for row in read_rows(pypgx, "variant-table")}
    theirs: dict[str, dict[str, set[str]]] = {}
    for row in read_rows(pypgx, "allele-table"):
        core = set() if row["GRCh37Core"] == "N/A" else set(row["GRCh37Core"].split(","))
        theirs.setdefault(row["Gene"], {})[row["StarAllele"]] = core
    newer, older = (by_symbol(published, assembly) for assembly in (Assembly.GRCH38, Assembly.GRCH37))
    compared, differing = 0, set()
    for symbol in sorted(GUIDELINE_GENES):
        carried, own = older[symbol], theirs[symbol]
        base = own.get("*1", own.get("Reference", set()))
        for name in sorted(carried.alleles.keys() & own.keys()):
            rsids = {newer[symbol].rsids.get(one.reference, "N/A") for one in newer[symbol].alleles[name]}
            turned_over = {rsid_of.get(locus, "") for locus in base}
            if rsids - turned_over - IGNORED != {rsid_of.get(locus, "") for locus in own[name]} - turned_over - IGNORED:
                continue
            sites = {locus.rsplit("-", 2)[0] for locus in own[name]}
            completed = own[name] | {locus for locus in base if own[name] and locus.rsplit("-", 2)[0] not in sites}
            compared += 1
            if {trimmed_locus(*split(locus)) for locus in completed} != loci(carried, name):
                differing.add((symbol, name))
    assert differing == PYPGX_DIFFERS.keys()
    assert compared > 600
