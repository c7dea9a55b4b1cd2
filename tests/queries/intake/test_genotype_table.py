"""Genotype tables against a handmade graph; positions and bases are those of dbSNP and PharmVar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.errors import InputError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.case import Assembly, CallSource, Genotype, Severity, Sex
from queries.intake.genotype_table import GenotypeTable, read_genotypes
from queries.intake.vcf import Interest
from queries.pharmacogenomics.definitions import load_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

GENES = {"CYP2C19": "2621", "CYP2C9": "2623", "DPYD": "3012", "G6PD": "4057", "SLCO1B1": "10959", "VKORC1": "23663",
         "UGT1A1": "12530"}  # fmt: skip
LOCI = (  # gene, allele, rsID, GRCh37, GRCh38
    ("CYP2C19", "*2", "rs4244285", "10-96541616-G-A", "10-94781859-G-A"),
    ("CYP2C19", "*17", "rs12248560", "10-96521657-C-T", "10-94761900-C-T"),
    ("CYP2C9", "*2", "rs1799853", "10-96702047-C-T", "10-94942290-C-T"),
    ("CYP2C9", "*3", "rs1057910", "10-96741053-A-C", "10-94981296-A-C"),
    ("CYP2C9", "*6", "rs9332131", "10-96709038-GA-G", "10-94949281-GA-G"),
    ("DPYD", "c.1905+1G>A (*2A)", "rs3918290", "1-97915614-C-T", "1-97450058-C-T"),
    ("DPYD", "c.2846A>T", "rs67376798", "1-97547947-T-A", "1-97082391-T-A"),
    ("SLCO1B1", "*5", "rs4149056", "12-21331549-T-C", "12-21178615-T-C"),
    ("VKORC1", "rs9923231 variant (T)", "rs9923231", "16-31107689-C-T", "16-31096368-C-T"),
    ("G6PD", "Mediterranean", "rs5030868", "X-153762634-G-A", "X-154534419-G-A"),
    ("UGT1A1", "*28", "rs3064744", "2-234668879-C-CAT", "2-233760233-C-CAT"),
    ("UGT1A1", "*36", "rs3064744", "2-234668879-CAT-C", "2-233760233-CAT-C"),
)
PLACES = {  # rsID: place on each build
    rsid: {build: (locus.split("-")[0], int(locus.split("-")[1])) for build, locus in zip(Assembly, loci, strict=True)}
    for _, _, rsid, *loci in LOCI
}
SNVS = {rsid: tuple(locus.split("-")[2:]) for _, _, rsid, locus, _ in LOCI if rsid not in ("rs9332131", "rs3064744")}
AUTOSOMAL = [rsid for rsid in SNVS if rsid != "rs5030868"]
WHY = (Evidence("cpic", "r", "1", "CC0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT),)


def quads() -> Iterator[str]:
    source = graph_iri("cpic", "1")
    for symbol, identifier in GENES.items():
        gene = Reference("HGNC", identifier)
        yield from entity_to_nquads(
            Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),)), source
        )
        alleles = ["*1", *(name for owner, name, *_ in LOCI if owner == symbol)]
        for name in alleles:
            allele = Reference.mint("allele", symbol, name)
            owner = ((Attribute.GENE, gene),)
            yield from entity_to_nquads(Entity(allele, Category.HAPLOTYPE, name, attributes=owner), source)
            yield from association_to_nquads(Association(allele, Predicate.IS_SEQUENCE_VARIANT_OF, gene, WHY))
    for symbol, name, rsid, grch37, grch38 in LOCI:
        variant, number = Reference.mint("variant", "GRCh38", grch38), Reference("dbSNP", rsid)
        loci = ((Attribute.LOCUS_GRCH37, grch37), (Attribute.LOCUS_GRCH38, grch38))
        yield from entity_to_nquads(Entity(variant, Category.SEQUENCE_VARIANT, rsid, attributes=loci), source)
        yield from association_to_nquads(Association(variant, Predicate.CLOSE_MATCH, number, WHY))
        for build in Assembly:
            allele, on_build = Reference.mint("allele", symbol, name), ((Qualifier.ASSEMBLY, build.value),)
            yield from association_to_nquads(Association(allele, Predicate.HAS_PART, variant, WHY, on_build))


@pytest.fixture(scope="module")
def chip_graph() -> Graph:
    store = Store()
    store.load("\n".join(dict.fromkeys(quads())).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("t", "2026-01-01T00:00:00Z", "t", "open", (), {}, "")), store)


def everything(build: Assembly) -> Interest:
    return Interest(frozenset(places[build] for places in PLACES.values()))


def read(
    graph: Graph, folder: Path, content: str, *, assembly: Assembly | None = None, sex: Sex | None = None
) -> GenotypeTable:
    path = folder / "chip.txt"
    path.write_text(content, "utf-8")
    return read_genotypes(graph, path, everything, assembly=assembly, sex=sex)


def chip(genotypes: dict[str, str], build: Assembly = Assembly.GRCH37, comment: str = "") -> str:
    """A table as 23andMe writes it."""
    rows = [(rsid, *PLACES[rsid][build], genotype) for rsid, genotype in genotypes.items()]
    lines = [f"# {comment}", "# rsid\tchromosome\tposition\tgenotype", *("\t".join(map(str, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def shown(table: GenotypeTable) -> dict[str, Genotype]:
    names = {place: rsid for rsid, places in PLACES.items() for place in places.values()}
    return {names[site.chromosome, site.position]: site for site in table.genotypes.sites}


def reference(rsid: str) -> str:
    return SNVS[rsid][0] * 2


@pytest.mark.parametrize("build", list(Assembly))
def test_a_chip_is_read_on_the_build_of_its_positions(chip_graph: Graph, tmp_path: Path, build: Assembly) -> None:
    table = read(chip_graph, tmp_path, chip({"rs4244285": "AG", "rs1057910": "AA", "rs9923231": "--"}, build))
    assert (table.genotypes.assembly, table.genotypes.source) == (build, CallSource.GENOTYPES)
    found = shown(table)
    assert found.keys() == {"rs4244285", "rs1057910", "rs9923231"}
    assert (found["rs4244285"].reference, found["rs4244285"].alleles) == ("G", ("A", "G"))
    assert (found["rs1057910"].alleles, found["rs9923231"].alleles) == (("A", "A"), (None, None))
    assert (found["rs4244285"].chromosome, found["rs4244285"].position) == PLACES["rs4244285"][build]


def test_a_problem_counts_the_positions_and_says_that_the_others_are_unknown(chip_graph: Graph, tmp_path: Path) -> None:
    content = chip({"rs4244285": "AG", "rs1057910": "AT", "rs9923231": "--"}, comment="generated by 23andMe, build 37")
    counted, conflicting = read(chip_graph, tmp_path, content).problems
    assert counted.severity is Severity.INFO
    assert counted.message == (
        "23andMe on GRCh37: 1 of 11 defining positions are used; 1 contradict their definition, 1 have no call, "
        "8 are not listed and stay unknown"
    )
    assert (conflicting.severity, "10:96741053: alleles A/T do not fit A/C" in conflicting.message) == (
        Severity.WARNING,
        True,
    )


def test_a_table_without_positions_is_read_on_grch38(chip_graph: Graph, tmp_path: Path) -> None:
    table = read(chip_graph, tmp_path, "rsid,genotype\nrs4244285,A/G\nRS9332131,DI\nrs000,AA\n")
    assert table.genotypes.assembly is Assembly.GRCH38
    assert {rsid: site.alleles for rsid, site in shown(table).items()} == {
        "rs4244285": ("A", "G"),
        "rs9332131": ("G", "GA"),
    }


def test_a_row_with_another_name_is_matched_by_its_place(chip_graph: Graph, tmp_path: Path) -> None:
    content = chip({"rs4244285": "AG", "rs1799853": "CC"}).replace("rs1799853", "i5000013")
    assert shown(read(chip_graph, tmp_path, content))["rs1799853"].alleles == ("C", "C")


def test_a_code_under_another_name_at_a_place_is_not_that_sites(chip_graph: Graph, tmp_path: Path) -> None:
    content = chip({"rs4244285": "AG", "rs1799853": "II", "rs9332131": "DD"})
    content = content.replace("rs1799853", "rs111").replace("rs9332131", "rs222")
    assert shown(read(chip_graph, tmp_path, content)).keys() == {"rs4244285"}


def test_only_sites_of_interest_are_kept(chip_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text(chip({"rs4244285": "AG", "rs1799853": "CC"}), "utf-8")
    one = Interest(frozenset({PLACES["rs1799853"][Assembly.GRCH37]}))
    assert [site.alleles for site in read_genotypes(chip_graph, path, lambda _: one).genotypes.sites] == [("C", "C")]


class TestBuild:
    def test_comments_and_a_stated_assembly_may_confirm_it(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip({"rs4244285": "AG"}, comment="build 37")
        table = read(chip_graph, tmp_path, content, assembly=Assembly.GRCH37)
        assert table.genotypes.assembly is Assembly.GRCH37

    @pytest.mark.parametrize(
        ("comment", "assembly", "message"),
        [
            ("build 38", None, "GRCh37 by the positions of 1 known rsIDs; GRCh38 by its comments"),
            ("", Assembly.GRCH38, "GRCh37 by the positions of 1 known rsIDs; GRCh38 by --assembly"),
            ("build 37 and build 38", None, "does not agree about its build"),
            ("build 36", None, "is on build 36 by its comments"),
        ],
    )
    def test_what_contradicts_the_positions_is_an_error(
        self, chip_graph: Graph, tmp_path: Path, comment: str, assembly: Assembly | None, message: str
    ) -> None:
        with pytest.raises(InputError, match=rf"chip\.txt: .*{message}"):
            read(chip_graph, tmp_path, chip({"rs4244285": "AG"}, comment=comment), assembly=assembly)

    def test_positions_of_both_builds_in_one_table_are_an_error(self, chip_graph: Graph, tmp_path: Path) -> None:
        other = chip({"rs1799853": "CC"}, Assembly.GRCH38).splitlines()[-1]
        with pytest.raises(InputError, match="does not agree about its build"):
            read(chip_graph, tmp_path, chip({"rs4244285": "AG"}) + other + "\n")

    def test_positions_of_another_build_are_an_error(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip({"rs4244285": "AG", "rs1799853": "CC"}).replace("9654", "9653").replace("9670", "9669")
        with pytest.raises(InputError, match="2 known rsIDs stand where neither GRCh37 nor GRCh38 has them"):
            read(chip_graph, tmp_path, content)

    def test_a_single_row_that_stands_elsewhere_is_a_conflict(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip(dict.fromkeys(("rs4244285", "rs1799853"), "CC") | {"rs9923231": "CC"}).replace("96702047", "9")
        site = shown(read(chip_graph, tmp_path, content))["rs1799853"]
        assert (site.alleles, site.conflict) == ((None, None), "rs1799853 stands at 10:9 in the table")

    def test_without_a_known_rsid_the_build_must_be_told(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip({"rs4244285": "AG"}).replace("rs4244285", "i1")
        with pytest.raises(InputError, match="no comment tells its build; give --assembly"):
            read(chip_graph, tmp_path, content)
        assert shown(read(chip_graph, tmp_path, content, assembly=Assembly.GRCH37)).keys() == {"rs4244285"}

    def test_a_table_of_other_positions_is_no_error_but_a_warning(self, chip_graph: Graph, tmp_path: Path) -> None:
        table = read(chip_graph, tmp_path, "rsid\tchromosome\tposition\tgenotype\nrs5\t1\t5\tAG\n")
        assert table.genotypes.sites == ()
        assert [problem.severity for problem in table.problems] == [Severity.WARNING]


def reverse(genotypes: dict[str, str]) -> dict[str, str]:
    pairs = {"A": "T", "C": "G", "G": "C", "T": "A"}
    return {rsid: "".join(pairs[base] for base in text) for rsid, text in genotypes.items()}


class TestStrand:
    def test_a_whole_table_of_complements_is_turned_over_and_palindromes_are_conflicts(
        self, chip_graph: Graph, tmp_path: Path
    ) -> None:
        genotypes = {rsid: SNVS[rsid][0] + SNVS[rsid][1] for rsid in AUTOSOMAL}
        table = read(chip_graph, tmp_path, chip(reverse(genotypes)))
        found = shown(table)
        assert "on either strand" in (found.pop("rs67376798").conflict or "")
        assert {rsid: "".join(map(str, site.alleles)) for rsid, site in found.items()} == {
            rsid: text for rsid, text in genotypes.items() if rsid != "rs67376798"
        }
        assert any("reverse strand" in problem.message for problem in table.problems)

    def test_few_complements_are_conflicts(self, chip_graph: Graph, tmp_path: Path) -> None:
        genotypes = {rsid: reference(rsid) for rsid in ("rs4244285", "rs1799853", "rs67376798")}
        found = shown(read(chip_graph, tmp_path, chip(reverse(genotypes))))
        assert all(site.conflict and site.alleles == (None, None) for site in found.values())
        assert found["rs4244285"].conflict == "alleles C/C do not fit A/G; their complements would"

    def test_one_complement_among_many_spoils_no_palindrome(self, chip_graph: Graph, tmp_path: Path) -> None:
        genotypes = {rsid: reference(rsid) for rsid in AUTOSOMAL} | {"rs4244285": "CC"}
        found = shown(read(chip_graph, tmp_path, chip(genotypes)))
        assert [rsid for rsid, site in found.items() if site.conflict] == ["rs4244285"]
        assert found["rs67376798"].alleles == ("T", "T")


class TestInsertionsAndDeletions:
    @pytest.mark.parametrize(
        ("genotype", "alleles"), [("II", ("GA", "GA")), ("DI", ("G", "GA")), ("DD", ("G", "G")), ("--", (None, None))]
    )
    def test_codes_are_the_longer_and_the_shorter_sequence(
        self, chip_graph: Graph, tmp_path: Path, genotype: str, alleles: tuple[str | None, ...]
    ) -> None:
        found = shown(read(chip_graph, tmp_path, chip({"rs9332131": genotype, "rs4244285": "GG"})))
        assert found["rs9332131"].alleles == alleles

    def test_their_places_are_written_in_several_ways(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip({"rs9332131": "DI", "rs4244285": "GG"}).replace("96709038", "96709039")
        site = shown(read(chip_graph, tmp_path, content))["rs9332131"]
        assert (site.position, site.alleles) == (96709038, ("G", "GA"))

    def test_a_code_at_a_site_of_several_changes_is_a_conflict(self, chip_graph: Graph, tmp_path: Path) -> None:
        found = shown(read(chip_graph, tmp_path, chip({"rs3064744": "DI", "rs4244285": "GG"})))
        assert "do not tell which of" in (found["rs3064744"].conflict or "")


class TestCopies:
    def test_one_letter_on_x_is_a_mans(self, chip_graph: Graph, tmp_path: Path) -> None:
        assert shown(read(chip_graph, tmp_path, chip({"rs5030868": "A"})))["rs5030868"].alleles == ("A",)

    def test_two_equal_letters_on_x_are_one_copy_of_a_man(self, chip_graph: Graph, tmp_path: Path) -> None:
        content = chip({"rs5030868": "AA"})
        assert shown(read(chip_graph, tmp_path, content, sex=Sex.MALE))["rs5030868"].alleles == ("A",)
        assert shown(read(chip_graph, tmp_path, content, sex=Sex.FEMALE))["rs5030868"].alleles == ("A", "A")
        unsaid = read(chip_graph, tmp_path, content)
        assert shown(unsaid)["rs5030868"].alleles == ("A", "A")
        assert any("--sex male" in problem.message for problem in unsaid.problems)

    def test_a_man_is_not_heterozygous_on_x(self, chip_graph: Graph, tmp_path: Path) -> None:
        site = shown(read(chip_graph, tmp_path, chip({"rs5030868": "AG"}), sex=Sex.MALE))["rs5030868"]
        assert (site.alleles, "one copy" in (site.conflict or "")) == ((None, None), True)

    def test_one_letter_on_an_autosome_is_a_conflict(self, chip_graph: Graph, tmp_path: Path) -> None:
        assert "two copies" in (shown(read(chip_graph, tmp_path, chip({"rs4244285": "A"})))["rs4244285"].conflict or "")


def test_equal_rows_of_a_site_are_one_and_different_ones_a_conflict(chip_graph: Graph, tmp_path: Path) -> None:
    first = chip({"rs4244285": "AG", "rs1799853": "CT", "rs9923231": "--"})
    second = chip({"rs4244285": "GA", "rs1799853": "CC", "rs9923231": "CT"}).split("genotype\n")[1]
    found = shown(read(chip_graph, tmp_path, first + second))
    assert (found["rs4244285"].alleles, found["rs9923231"].alleles) == (("A", "G"), ("C", "T"))
    assert found["rs1799853"].conflict == "lines 4 and 7 of the table differ"


def test_a_genotype_of_three_letters_is_an_error_with_its_line(chip_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"chip\.txt:3: its genotype is neither one nor two alleles$"):
        read(chip_graph, tmp_path, chip({"rs4244285": "AGG"}))


PLAIN = {"rs9332131": ("GA", "G"), **{rsid: SNVS[rsid] for rsid in SNVS}}
CODES = {"GA": "I", "G": "D"}
STYLES = ("23andme", "ancestry", "csv")


def written(style: str, build: Assembly, genotypes: dict[str, tuple[str, ...]]) -> str:
    """The table that a maker would write of the alleles."""
    numbers = {"X": "23"} if style == "ancestry" else {}
    heads = {
        "23andme": "# rsid\tchromosome\tposition\tgenotype",
        "ancestry": "rsid\tchromosome\tposition\tallele1\tallele2",
        "csv": "position,rsid,genotype,chromosome",
    }
    lines = [heads[style]]
    for rsid, alleles in genotypes.items():
        chromosome, position = PLACES[rsid][build]
        place, texts = numbers.get(chromosome, chromosome), alleles
        if rsid == "rs9332131" and style != "csv":
            texts = tuple(CODES[allele] for allele in alleles)
        if style == "csv":
            lines.append(f"{position},{rsid},{'/'.join(texts)},{place}")
        else:
            separator = "" if style == "23andme" else "\t"
            lines.append(f"{rsid}\t{place}\t{position}\t{separator.join(texts)}")
    return "\n".join(lines) + "\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    build=st.sampled_from(list(Assembly)),
    style=st.sampled_from(STYLES),
    genotypes=st.fixed_dictionaries(
        {"rs4244285": st.tuples(*[st.sampled_from(SNVS["rs4244285"])] * 2)},  # tells the build
        optional={
            rsid: st.tuples(*[st.sampled_from(bases)] * 2) for rsid, bases in PLAIN.items() if rsid != "rs4244285"
        },
    ),
    order=st.randoms(),
)
@example(Assembly.GRCH37, "csv", {"rs4244285": ("G", "G"), "rs9332131": ("GA", "G")}, None)
def test_a_table_written_from_genotypes_reads_back_as_the_same_on_both_builds(
    chip_graph: Graph, tmp_path: Path, build: Assembly, style: str, genotypes: dict[str, tuple[str, ...]], order: object
) -> None:
    if style == "csv" and genotypes.get("rs9332131") == ("G", "G"):
        genotypes.pop("rs9332131")  # two single letters may be bases, so they are no deletion
    header, *rows = written(style, build, genotypes).splitlines()
    if order is not None:
        order.shuffle(rows)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    table = read(chip_graph, tmp_path, "\n".join([header, *rows]) + "\n")
    assert table.genotypes.assembly is build
    assert {rsid: site.alleles for rsid, site in shown(table).items()} == genotypes
    assert not any(site.conflict for site in table.genotypes.sites)
    places = [(site.chromosome, site.position) for site in table.genotypes.sites]
    assert places == sorted(places)


@pytest.mark.parametrize("build", list(Assembly))
def test_every_base_change_of_the_starter_release_reads_back(
    starter_graph: Graph, tmp_path: Path, build: Assembly
) -> None:
    """Every defining site with base changes alone, each with the bases of two of its sequences in turn."""
    bases: dict[tuple[str, int], set[str]] = {}
    for definition in load_definitions(starter_graph, build):
        for variant in definition.variants:
            bases.setdefault((variant.site.chromosome, variant.site.position), set()).update((variant.ref, variant.alt))
    expected = {
        place: (sorted(found)[0], sorted(found)[index % 2])
        for index, (place, found) in enumerate(sorted(bases.items()))
        if {len(base) for base in found} == {1} and place[0] in (*map(str, range(1, 23)), "X")
    }
    rows = [f"i{position}\t{name}\t{position}\t{''.join(pair)}" for (name, position), pair in expected.items()]
    path = tmp_path / "chip.txt"
    path.write_text("\n".join(["rsid\tchromosome\tposition\tgenotype", *rows]), "utf-8")
    table = read_genotypes(starter_graph, path, lambda _: Interest(frozenset(expected)), assembly=build)
    assert {(s.chromosome, s.position): s.alleles for s in table.genotypes.sites} == expected
    assert len(expected) > 500
