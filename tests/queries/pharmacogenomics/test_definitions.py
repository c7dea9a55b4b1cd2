"""Definitions on each assembly, and those of GRCh38 carried over to GRCh37."""

from __future__ import annotations

import csv
import gzip
import os
import zipfile
from io import TextIOWrapper
from itertools import combinations_with_replacement
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.store import Graph
from ontology.reference import Reference
from queries.candidate import CallStatus
from queries.case import Assembly, Genotype, GenotypeData, PatientCase
from queries.intake.assembly import trimmed_locus
from queries.pharmacogenomics.calls import call_genes
from queries.pharmacogenomics.definitions import (
    DefiningVariant,
    GeneDefinition,
    Site,
    carry_over,
    load_definitions,
)
from queries.pharmacogenomics.genes import GUIDELINE_GENES
from queries.pharmacogenomics.matching import match_alleles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GENE = Reference("HGNC", "2621")
SHIFT = -1000


def on_38(position: int, ref: str = "C", alt: str = "T") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"10-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("10", position), ref, alt)


def shared(one: DefiningVariant, distance: int = SHIFT) -> DefiningVariant:
    """The older table's variant on GRCh37 that GRCh38 has, too: it is named by its GRCh38 locus."""
    return DefiningVariant(one.reference, Site("10", one.site.position + distance), one.ref, one.alt)


def turned(one: DefiningVariant, distance: int = SHIFT) -> DefiningVariant:
    """The older table's variant on GRCh37 whose base GRCh38 has as its own."""
    position = one.site.position + distance
    minted = Reference.mint("variant", "GRCh37", f"10-{position}-{one.alt}-{one.ref}")
    return DefiningVariant(minted, Site("10", position), one.alt, one.ref)


def define(
    alleles: Mapping[str, Iterable[DefiningVariant]],
    optional: Mapping[str, Iterable[DefiningVariant]] | None = None,
    reference: str = "*1",
) -> GeneDefinition:
    required = {name: frozenset(parts) for name, parts in alleles.items()}
    wobbles = {name: frozenset(parts) for name, parts in (optional or {}).items()}
    stated = {name: frozenset(one.site for one in (*parts, *wobbles.get(name, ()))) for name, parts in required.items()}
    return GeneDefinition(GENE, "CYP2C19", required, ("*37",), wobbles, "pharmcat", stated, reference)


def loci(found: GeneDefinition, name: str) -> set[str]:
    return {one.locus for one in found.alleles[name]}


STAR_2, STAR_17, I331V = on_38(5000, "G", "A"), on_38(6000), on_38(7000, "A", "G")
PLAIN = define({"*1": (), "*2": [STAR_2], "*17": [STAR_17]})


def test_all_of_a_gene_is_shifted_by_the_distance_that_its_shared_variants_tell() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)], "*17": [shared(STAR_17)]})
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*1": set(),
        "*2": {"10-4000-G-A"},
        "*17": {"10-5000-C-T"},
    }
    assert found.carried_over
    assert found.own_sites("*2") == {Site("10", 4000)}
    assert (found.structural, found.reference, found.source) == (("*37",), "*1", "pharmcat")


def test_a_variant_that_the_older_table_does_not_have_is_shifted_with_the_others() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)]})
    assert found is not None
    assert loci(found, "*17") == {"10-5000-C-T"}


def test_a_variant_keeps_its_name_so_that_its_rsid_is_found() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)]})
    assert found is not None
    assert {one.reference for one in found.alleles["*2"]} == {STAR_2.reference}


@pytest.mark.parametrize(
    "older",
    [
        {},
        {"*2": [shared(STAR_2, -1000)], "*17": [shared(STAR_17, -1004)]},
        {"*1": [turned(I331V)]},
    ],
    ids=["nothing", "two distances", "no shared variant"],
)
def test_without_a_common_distance_nothing_is_carried_over(older: dict[str, list[DefiningVariant]]) -> None:
    assert carry_over(PLAIN, older) is None


def test_few_that_are_aligned_otherwise_do_not_count_against_a_distance() -> None:
    many = [on_38(8000 + 10 * number) for number in range(10)]
    definition = define({"*1": (), **{f"*{number}": [one] for number, one in enumerate(many, start=2)}})
    older = {f"*{number}": [shared(one)] for number, one in enumerate(many[:9], start=2)}
    found = carry_over(definition, {**older, "*11": [shared(many[9], SHIFT + 2)]})
    assert found is not None
    assert loci(found, "*11") == {"10-7090-C-T"}
    assert (
        carry_over(definition, {**older, "*10": [shared(many[8], SHIFT + 2)], "*11": [shared(many[9], SHIFT + 2)]})
        is None
    )


CYP2C19 = define({"*38": (), "*1": [I331V], "*2": [STAR_2, I331V], "*17": [STAR_17, I331V]}, reference="*38")
OLDER = {"*1": (), "*2": [shared(STAR_2)], "*17": [shared(STAR_17)], "*38": [turned(I331V)]}


def test_where_the_assemblies_differ_what_an_allele_carries_is_turned_over() -> None:
    """As rs3758581: GRCh38 has the base of *38, GRCh37 that of *1."""
    found = carry_over(CYP2C19, OLDER)
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*38": {"10-6000-G-A"},
        "*1": set(),
        "*2": {"10-4000-G-A"},
        "*17": {"10-5000-C-T"},
    }


def test_the_reference_allele_carries_the_variant_where_grch37_has_another_base() -> None:
    """As CYP3A5: GRCh37 carries *3, and *1 the variant from it."""
    star_3, star_6 = on_38(5000, "T", "C"), on_38(6000)
    definition = define({"*1": (), "*3": [star_3], "*6": [star_6]})
    found = carry_over(definition, {"*1": [turned(star_3)], "*6": [turned(star_3), shared(star_6)], "*3": ()})
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*1": {"10-4000-C-T"},
        "*3": set(),
        "*6": {"10-4000-C-T", "10-5000-C-T"},
    }


def test_what_an_allele_may_carry_stays_open_when_it_is_turned_over() -> None:
    definition = define({"*38": (), "*1": [I331V], "*2": [STAR_2]}, {"*2": [I331V], "*1": [STAR_17]}, reference="*38")
    found = carry_over(definition, OLDER)
    assert found is not None
    assert loci(found, "*2") == {"10-4000-G-A"}
    assert {one.locus for one in found.optional["*2"]} == {"10-6000-G-A"}
    assert {one.locus for one in found.optional["*1"]} == {"10-5000-C-T"}


def test_another_change_at_a_turned_site_is_not_turned_with_it() -> None:
    """GRCh37 has the base of I331V; an allele of a third base departs from it, and not to GRCh38's base."""
    third = on_38(7000, "A", "C")
    definition = define({"*38": (), "*1": [I331V], "*99": [third], "*2": [STAR_2, I331V]}, reference="*38")
    found = carry_over(definition, OLDER)
    if found is not None:  # or the gene is not carried over at all
        assert loci(found, "*99") == {"10-6000-G-C"}
        assert loci(found, "*38") == {"10-6000-G-A"}


def simulate(definition: GeneDefinition, pair: tuple[str, str]) -> dict[Site, list[Genotype]]:
    """What an assay shows of two alleles: one record for each pair of reference and alternate bases, unphased."""
    sites: dict[Site, list[Genotype]] = {}
    for one in definition.variants:
        alleles = tuple(one.alt if one in definition.alleles[name] else one.ref for name in pair)
        sites.setdefault(one.site, []).append(Genotype(*one.site, one.ref, alleles, alternates=(one.alt,)))
    return sites


def called(definition: GeneDefinition, pair: tuple[str, str]) -> set[tuple[str, ...]]:
    return {tuple(sorted(found.names)) for found in match_alleles(definition, simulate(definition, pair)).pairs}


def test_a_sample_has_the_same_pairs_on_both_assemblies() -> None:
    carried = carry_over(CYP2C19, OLDER)
    assert carried is not None
    for pair in combinations_with_replacement(CYP2C19.names, 2):
        assert called(carried, pair) == called(CYP2C19, pair), pair


class TestVariant:
    @pytest.mark.parametrize(
        ("ref", "alt", "is_left_aligned"),
        [
            ("C", "T", True),
            ("ATCT", "A", True),
            ("ATCA", "A", False),
            ("A", "ACC", True),
            ("A", "ACA", False),
            ("TGG", "TG", True),
        ],
    )
    def test_is_where_a_normalised_vcf_has_it_unless_it_could_be_written_further_left(
        self, ref: str, alt: str, is_left_aligned: bool
    ) -> None:
        """Of A to ACA the inserted CA is AC one base further left."""
        assert on_38(10, ref, alt).is_left_aligned is is_left_aligned

    @pytest.mark.parametrize(
        ("ref", "alt", "removed", "is_substitution"),
        [("C", "T", 1, True), ("TCA", "T", 3, False), ("CA", "CAT", 1, False), ("TGG", "TG", 2, False)],
    )
    def test_needs_the_bases_that_its_trimmed_form_spans(
        self, ref: str, alt: str, removed: int, is_substitution: bool
    ) -> None:
        one = on_38(10, ref, alt)
        assert (one.removed, one.is_substitution) == (removed, is_substitution)


class TestOwnSites:
    def test_the_reference_allele_and_star_1_are_defined_at_every_site(self) -> None:
        every = {STAR_2.site, STAR_17.site, I331V.site}
        assert CYP2C19.own_sites("*38") == CYP2C19.own_sites("*1") == every

    def test_another_allele_is_defined_where_it_says_so(self) -> None:
        assert CYP2C19.own_sites("*2") == {STAR_2.site, I331V.site}

    def test_a_site_has_an_rsid_if_all_of_its_variants_have_the_same(self) -> None:
        other = on_38(5000, "G", "T")
        one = GeneDefinition(
            GENE,
            "CYP2C19",
            {"*1": frozenset(), "*2": frozenset({STAR_2}), "*3": frozenset({other}), "*4": frozenset({STAR_17})},
            (),
            rsids={STAR_2.reference: "rs1", other.reference: "rs1", STAR_17.reference: "rs2"},
        )
        assert one.rsid_at(STAR_2.site) == "rs1"
        assert (one.index_of("rs1"), one.index_of("rs2"), one.index_of("rs3")) == (None, 2, None)


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
