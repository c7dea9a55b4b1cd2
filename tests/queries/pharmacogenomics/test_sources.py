"""PharmCAT and CPIC's own table in a graph beside the tables of pypgx: one of them speaks, and nothing is mixed."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from genopath.cli import cli
from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.store import Graph
from queries.advice import recommend_drugs
from queries.candidate import Action, CallStatus, Diplotype
from queries.case import Assembly, CallSource, DiplotypeCall, Genotype, GenotypeData, PatientCase
from queries.pharmacogenomics.calls import call_genes
from queries.pharmacogenomics.definitions import load_definitions

if TYPE_CHECKING:
    from queries.candidate import GeneCall, Recommendation
    from queries.pharmacogenomics.gene_definition import GeneDefinition

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The fixtures of both sources as releases, with the genes that ship with genopath."""
    folder = tmp_path_factory.mktemp("both")
    shutil.copytree(DATA / "cpic", folder / "data/cpic/pypgx-0.1")
    shutil.copytree(DATA / "pharmcat", folder / "data/pharmcat/3.1.1")
    sources = (hgnc.SOURCE, cpic.SOURCE, pharmcat.SOURCE)
    return Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), sources))


def definition(graph: Graph, assembly: Assembly, symbol: str = "CYP2C19") -> GeneDefinition:
    (found,) = [one for one in load_definitions(graph, assembly) if one.symbol == symbol]
    return found


def given(*diplotypes: tuple[str, tuple[str, ...]]) -> PatientCase:
    calls = tuple(DiplotypeCall(symbol, alleles) for symbol, alleles in diplotypes)
    return PatientCase("p", diplotypes=calls)


def advice(graph: Graph, drug: str, *diplotypes: tuple[str, tuple[str, ...]]) -> list[Recommendation]:
    found = recommend_drugs(graph, given(*diplotypes)).recommendations
    return [one for one in found if one.drug.name == drug]


def loci(found: GeneDefinition, name: str) -> set[str]:
    return {"-".join(map(str, (*one.site, one.ref, one.alt))) for one in found.alleles[name]}


def test_each_assembly_has_the_definitions_of_one_source(both: Graph) -> None:
    newer, older = (definition(both, assembly) for assembly in (Assembly.GRCH38, Assembly.GRCH37))
    assert (newer.source, newer.carried_over) == ("pharmcat", False)
    assert (older.source, older.carried_over) == ("pharmcat", True)
    assert set(newer.alleles) == set(older.alleles) == {"*1", "*11", "*2", "*38"}
    assert newer.structural == older.structural == ("*37",)


def test_variants_of_two_sources_are_one_where_the_locus_is(both: Graph) -> None:
    (ours,) = [one for one in definition(both, Assembly.GRCH38).alleles["*2"] if one.site.position == 94781859]
    (theirs,) = [one for one in definition(both, Assembly.GRCH37).alleles["*2"] if one.site.position == 96541616]
    assert ours.reference == theirs.reference


def test_a_definition_does_not_take_over_variants_of_the_other_source(both: Graph) -> None:
    assert loci(definition(both, Assembly.GRCH38), "*2") == {
        "10-94775367-A-G",
        "10-94781859-G-A",
        "10-94842866-A-G",
    }
    assert loci(definition(both, Assembly.GRCH37), "*2") == {
        "10-96535124-A-G",
        "10-96541616-G-A",
    }  # GRCh37 has rs3758581 G
    assert loci(definition(both, Assembly.GRCH37), "*38") == {"10-96602623-G-A"}
    assert loci(definition(both, Assembly.GRCH38), "*38") == set()


def test_a_gene_that_pharmcat_does_not_define_keeps_its_definition(both: Graph) -> None:
    assert definition(both, Assembly.GRCH38, "CYP2D6").source == "cpic"


def called(graph: Graph, *alternates: tuple[int, str, str, int]) -> GeneCall:
    """The call of CYP2C19 from GRCh38 genotypes: of each site how many copies carry the alternate base."""
    records = tuple(
        Genotype("10", position, ref, (alt,) * copies + (ref,) * (2 - copies))
        for position, ref, alt, copies in alternates
    )
    case = PatientCase("p", genotypes=GenotypeData(Assembly.GRCH38, records))
    return next(found.call for found in call_genes(graph, case) if found.symbol == "CYP2C19")


@pytest.mark.parametrize("optional", [0, 1, 2])
def test_a_variant_that_an_allele_may_carry_does_not_decide(both: Graph, optional: int) -> None:
    """rs58973490 is R in *2; *11 carries it always."""
    found = called(
        both,
        (94775367, "A", "G", 2),
        (94775507, "G", "A", optional),
        (94781859, "G", "A", 2),
        (94842866, "A", "G", 2),
    )
    assert [(one.name, one.phenotype) for one in found.diplotypes] == [("*2/*2", "Poor Metabolizer")]


def test_an_optional_variant_leaves_both_pairs_possible(both: Graph) -> None:
    found = called(
        both,
        (94775367, "A", "G", 1),
        (94775507, "G", "A", 1),
        (94781859, "G", "A", 1),
        (94842866, "A", "G", 2),
    )
    assert found.status is CallStatus.AMBIGUOUS
    assert {one.name for one in found.diplotypes} == {"*1/*2", "*11/*2"}


def test_a_recommendation_of_one_guideline_is_given_once_and_with_its_strength(both: Graph) -> None:
    found = advice(both, "clopidogrel", ("CYP2C19", ("*2", "*2")))
    assert [(one.source, one.strength, one.population) for one in found] == [
        ("CPIC", "Moderate", "NVI"),
        ("CPIC", "Strong", "CVI ACS PCI"),
        ("DPWG", None, None),
    ]
    strong = found[1]
    assert strong.guideline.id == "ClinPGx:PA166104948"
    assert strong.guideline.version == "47"
    assert strong.implications == {"CYP2C19": "Significantly reduced clopidogrel active metabolite formation"}
    assert strong.actions == (Action.AVOID, Action.ALTERNATIVE)
    assert strong.text.endswith("no contraindication.\nOther considerations: See the guideline.")
    assert all(one.robust for one in found)


def test_what_pharmcat_does_not_hold_is_still_advised(both: Graph) -> None:
    (codeine,) = advice(both, "codeine", ("CYP2D6", ("*4", "*4")))
    assert (codeine.source, codeine.strength) == ("CPIC", None)


@pytest.mark.parametrize(
    ("alleles", "text"),
    [
        (("*4", "*4"), "Avoid amitriptyline use."),
        (("*1", "*4"), "Consider a 50% reduction of recommended starting dose."),
    ],
)
def test_the_activity_score_chooses_within_a_phenotype(both: Graph, alleles: tuple[str, str], text: str) -> None:
    (found,) = advice(both, "amitriptyline", ("CYP2C19", ("*2", "*2")), ("CYP2D6", alleles))
    assert (found.text, found.robust) == (text, True)
    assert found.phenotypes.keys() == {"CYP2C19", "CYP2D6"}


def test_without_a_score_every_recommendation_of_the_phenotype_stays_and_none_is_robust(both: Graph) -> None:
    stated = DiplotypeCall("CYP2D6", (), CallSource.OUTSIDE_CALL, "Intermediate Metabolizer")
    case = PatientCase("p", diplotypes=(*given(("CYP2C19", ("*2", "*2"))).diplotypes, stated))
    found = [one for one in recommend_drugs(both, case).recommendations if one.drug.name == "amitriptyline"]
    assert {one.text for one in found} == {
        "Consider a 25% reduction of recommended starting dose.",
        "Consider a 50% reduction of recommended starting dose.",
    }
    assert not any(one.robust for one in found)


def test_a_gene_without_a_result_has_its_own_recommendation(both: Graph) -> None:
    (found,) = advice(both, "amitriptyline", ("CYP2C19", ("*2", "*2")))
    assert (found.text, found.robust) == ("Consider an alternative.", False)
    assert found.phenotypes == {"CYP2C19": "Poor Metabolizer", "CYP2D6": "No Result"}


@pytest.mark.parametrize(
    ("alleles", "result"),
    [
        (("*57:01", "*07:02"), "*57:01 positive"),
        (("*57:01:01", "*07:02"), "*57:01 positive"),
        (("*15:02", "*07:02"), "*57:01 negative"),
        (("*57", "*07:02"), None),  # one field does not tell
        (("*07:02",), None),
    ],
)
def test_an_allele_test_is_negative_only_if_both_alleles_are_typed(
    both: Graph, alleles: tuple[str, ...], result: str | None
) -> None:
    found = advice(both, "abacavir", ("HLA-B", alleles))
    assert [one.phenotypes["HLA-B"] for one in found] == ([result] if result else [])


def test_the_newest_copy_of_cpics_table_gives_the_phenotype(both: Graph) -> None:
    """CPIC's own table has this diplotype; what it does not have comes from PharmCAT, then from pypgx."""
    answers = {}
    for symbol, alleles in (("NUDT15", ("*8", "*2")), ("CYP2C19", ("*11", "*2")), ("CYP2D6", ("*5", "*4"))):
        (found,) = call_genes(both, given((symbol, alleles)))
        stated = found.phenotypes[next(iter(found.phenotypes))]
        assert stated is not None
        answers[symbol] = ({one.source for one in stated.evidence}, found.call.diplotypes[0])
    assert answers == {
        "NUDT15": ({"cpic"}, Diplotype("*2/*8", "Poor Metabolizer")),
        "CYP2C19": ({"pharmcat"}, Diplotype("*11/*2", "Intermediate Metabolizer")),
        "CYP2D6": ({"cpic"}, Diplotype("*4/*5", "Poor Metabolizer", 0)),
    }


def test_a_score_that_is_only_bounded_from_below_counts_as_its_bound(both: Graph) -> None:
    (found,) = call_genes(both, given(("CYP2D6", ("*1x≥3", "*1"))))
    assert found.call.diplotypes == (Diplotype("*1/*1x≥3", "Ultrarapid Metabolizer", 4.0),)


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """PharmCAT's real files alone."""
    data: Path = request.getfixturevalue("test_data")
    folder = tmp_path_factory.mktemp("pharmcat")
    (folder / "data").mkdir()
    (folder / "data/pharmcat").symlink_to(data / "pharmcat")
    sources = (hgnc.SOURCE, pharmcat.SOURCE)
    return Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), sources))


UNPHASED = {"CYP2B6": {"*1/*6", "*4/*9"}}  # the same bases; PharmCAT reports the pair of the better score alone


@pytest.mark.real_data
@pytest.mark.parametrize("example", ["pharmcat.example", "pharmcat.example2"])
def test_calls_from_pharmcats_definitions_are_those_of_its_example_reports(
    published: Graph, test_data: Path, example: str
) -> None:
    folder = test_data / "pharmcat" / "3.1.1" / "examples"
    arguments = ["pgx", "--vcf", str(folder / f"{example}.vcf"), "--release", str(published.release.path)]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    genes = json.loads(result.stdout)["genes"]
    ours = {gene["gene"]["symbol"]: gene for gene in genes if gene["diplotypes"] and not gene["research"]}
    with (folder / f"{example}.report.tsv").open(encoding="utf-8", newline="") as stream:
        next(stream)  # the version
        theirs = {row["Gene"]: row["Source Diplotype"] for row in csv.DictReader(stream, delimiter="\t")}
    compared = ours.keys() & theirs.keys()
    assert len(compared) >= 13
    for symbol in compared:
        names = {one["name"] for one in ours[symbol]["diplotypes"]}
        assert names in ({theirs[symbol]}, UNPHASED.get(symbol)), symbol


@pytest.mark.real_data
@pytest.mark.parametrize("every", [1, 9], ids=["all seen", "every ninth site unseen"])
def test_ten_unphased_variants_of_dpyd_are_answered_and_no_risk_is_lost(published: Graph, every: int) -> None:
    """They have 512 arrangements, and with unseen sites far more diplotypes than pairs of named alleles."""
    found = definition(published, Assembly.GRCH38, "DPYD")
    carried = [variant for variant in found.variants if variant.is_substitution][:10]
    records = tuple(
        Genotype(*one.site, one.ref, (one.ref, one.alt) if one in carried else (one.ref, one.ref))
        for index, one in enumerate(found.variants)
        if one in carried or every == 1 or index % every
    )
    case = PatientCase("p", genotypes=GenotypeData(Assembly.GRCH38, records))
    call = next(one.call for one in call_genes(published, case) if one.symbol == "DPYD")
    assert call.status is CallStatus.AMBIGUOUS
    (lowest,) = {diplotype.activity_score for diplotype in call.diplotypes if diplotype.preferred}
    assert lowest is not None
    seen = [d.activity_score for d in call.diplotypes if d.activity_score is not None and every == 1]
    assert lowest == min(seen, default=lowest)
