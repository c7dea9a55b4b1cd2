"""The starter release against the tables of the pypgx wheel, read here by other code, and against PharmCAT's example."""

from __future__ import annotations

import csv
import json
import random
import re
from decimal import Decimal
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from genopath.cli import cli
from kg.sources.cpic import LEFT_ALIGNED
from queries.candidate import CallStatus, GeneCall
from queries.case import Assembly, DiplotypeCall, Genotype, GenotypeData, PatientCase
from queries.pharmacogenomics.calls import call_genes
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.genes import GUIDELINE_GENES
from queries.pharmacogenomics.matching import match_alleles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.store import Graph
    from queries.pharmacogenomics.gene_definition import Site

    Rows = list[dict[str, str]]

SCORED = ("CYP2C9", "CYP2D6", "DPYD")


def called(graph: Graph, symbol: str, alleles: tuple[str, ...]) -> GeneCall:
    (found,) = call_genes(graph, PatientCase("p", diplotypes=(DiplotypeCall(symbol, alleles),)))
    return found.call


def test_diplotypes_have_the_phenotype_of_their_row(starter_graph: Graph, wheel_table: Callable[[str], Rows]) -> None:
    """Three hundred rows, each gene in proportion, the two alleles in either order."""
    names = {(row["Gene"], row["StarAllele"]) for row in wheel_table("allele")}
    rows = wheel_table("diplotype")
    generator = random.Random(20)  # noqa: S311 - a sample, no secret
    sample = generator.sample(rows, 300 - len({row["Gene"] for row in rows}))
    sample += [generator.choice([row for row in rows if row["Gene"] == gene]) for gene in {r["Gene"] for r in rows}]
    differing = []
    for row in sample:
        text = row["Diplotype"]
        cuts = [i for i, letter in enumerate(text) if letter == "/"]
        pairs = [(text[:i], text[i + 1 :]) for i in cuts]
        (pair,) = [pair for pair in pairs if all((row["Gene"], name) in names for name in pair)]
        alleles = tuple(name for name in generator.sample(pair, 2) if name != "MALE")
        found = called(starter_graph, row["Gene"], alleles)
        if found.phenotypes != (row["Phenotype"],):
            differing.append((row["Gene"], text, row["Phenotype"], found.phenotypes))
    assert differing == []


@pytest.mark.parametrize("symbol", SCORED)
def test_scored_diplotypes_follow_from_the_sum_of_their_values(
    starter_graph: Graph, wheel_table: Callable[[str], Rows], symbol: str
) -> None:
    values = {
        row["StarAllele"]: Decimal(row["ActivityScore"])
        for row in wheel_table("allele")
        if row["Gene"] == symbol and re.fullmatch(r"[\d.]+", row["ActivityScore"])
    }
    equations = [row for row in wheel_table("equation") if row["Gene"] == symbol]
    pairs = list(combinations_with_replacement(sorted(values), 2))
    for pair in random.Random(21).sample(pairs, min(60, len(pairs))):  # noqa: S311 - a sample, no secret
        score = sum(values[name] for name in pair)
        fitting = {row["Phenotype"] for row in equations if holds(row["Equation"], Decimal(score))}
        found = called(starter_graph, symbol, pair)
        assert ({*found.phenotypes}, found.activity_scores) == (fitting, (float(score),)), (symbol, pair)


def holds(equation: str, score: Decimal) -> bool:
    """``0.25 <= score < 1.25``, compared link by link."""
    parts = [part if part in ("<=", "<", "==") else part.replace("score", str(score)) for part in equation.split()]
    links = [(Decimal(parts[i]), parts[i + 1], Decimal(parts[i + 2])) for i in range(0, len(parts) - 2, 2)]
    return all({"<=": a <= b, "<": a < b, "==": a == b}[sign] for a, sign, b in links)


def test_every_indel_of_a_callable_gene_is_where_a_normalised_vcf_has_it(starter_graph: Graph) -> None:
    """Left-aligned (doi:10.1093/bioinformatics/btv112): with the shared end cut off, the last bases differ."""
    rolling = []
    for assembly in Assembly:
        callable_ = (d for d in load_definitions(starter_graph, assembly) if d.symbol in GUIDELINE_GENES)
        for definition in callable_:
            for variant in definition.variants:
                ref, alt = variant.ref, variant.alt
                while min(len(ref), len(alt)) > 1 and ref[-1] == alt[-1]:
                    ref, alt = ref[:-1], alt[:-1]
                if ref[-1] == alt[-1]:
                    rolling.append((definition.symbol, variant.reference.curie))
    assert rolling == []


@pytest.mark.parametrize("locus", LEFT_ALIGNED)
def test_a_left_aligned_spelling_is_the_same_deletion(locus: str) -> None:
    """The bases that the two spellings name overlap without contradiction, and what is left of them is the same."""
    chromosome, place, ref, alt = locus.split("-")
    left_chromosome, left_place, left_ref, left_alt = LEFT_ALIGNED[locus].split("-")
    shift = int(place) - int(left_place)
    assert left_chromosome == chromosome
    assert 0 < shift <= len(left_ref)
    assert all(left_ref[shift + i] == base for i, base in enumerate(ref[: len(left_ref) - shift]))
    whole = left_ref + ref[len(left_ref) - shift :]
    assert left_alt + whole[len(left_ref) :] == whole[:shift] + alt + whole[shift + len(ref) :]


def genotypes(symbol: str, graph: Graph, *records: Genotype) -> list[str]:
    """Diplotypes of a gene whose other sites all show the assembly's base."""
    (definition,) = [d for d in load_definitions(graph, Assembly.GRCH38) if d.symbol == symbol]
    sites: dict[Site, list[Genotype]] = {
        site: [Genotype(site.chromosome, site.position, "N", ("N", "N"))] for site in definition.sites
    }
    for record in records:
        site = next(s for s in sites if s == (record.chromosome, record.position))
        sites[site] = [one for one in sites[site] if one.reference != "N"] + [record]
    return ["/".join(pair.names) for pair in match_alleles(definition, sites).pairs]


@pytest.mark.parametrize(
    ("symbol", "records", "diplotype"),
    [
        # TA repeats of UGT1A1: one record with the reference of its longest allele, as joint callers write it
        ("UGT1A1", [Genotype("2", 233760233, "CAT", ("CAT", "CATAT"))], "*1/*28"),
        ("UGT1A1", [Genotype("2", 233760233, "CAT", ("C", "CATAT"))], "*28/*36"),
        ("UGT1A1", [Genotype("2", 233760233, "C", ("C", "CAT"))], "*1/*28"),
        # an insertion and a deletion at one place
        ("NUDT15", [Genotype("13", 48037782, "AGGAGTC", ("AGGAGTC", "AGGAGTCGGAGTC"))], "*1/*6"),
        ("NUDT15", [Genotype("13", 48037782, "AGGAGTC", ("A", "AGGAGTC"))], "*1/*9"),
        # the deletion of G6PD Sunderland and its neighbour, as one record would join them
        ("G6PD", [Genotype("X", 154546045, "CATG", ("C", "C"))], "Sunderland/Sunderland"),
        ("G6PD", [Genotype("X", 154534116, "ATGT", ("A", "ATGT"))], "B (reference)/North Dallas"),
        ("CYP2C9", [Genotype("10", 94942205, "CAATGGAAAGA", ("C", "CAATGGAAAGA"))], "*1/*25"),
    ],
)
def test_an_indel_is_known_in_the_spelling_of_a_vcf(
    starter_graph: Graph, symbol: str, records: list[Genotype], diplotype: str
) -> None:
    assert diplotype in genotypes(symbol, starter_graph, *records)


def test_a_missing_second_allele_is_no_allele_of_its_own(starter_graph: Graph) -> None:
    (g6pd,) = [d for d in load_definitions(starter_graph, Assembly.GRCH38) if d.symbol == "G6PD"]
    assert "MALE" not in (*g6pd.alleles, *g6pd.structural)
    sites = {site: [Genotype(site.chromosome, site.position, "N", ("N",))] for site in g6pd.sites}
    data = GenotypeData(Assembly.GRCH38, tuple(records[0] for records in sites.values()))
    found = next(f.call for f in call_genes(starter_graph, PatientCase("p", genotypes=data)) if f.symbol == "G6PD")
    assert (found.status, found.phenotypes) == (CallStatus.CALLED, ("G6PD Normal",))
    assert [item.name for item in found.diplotypes] == ["B (reference)"]


DIFFERENCES = {  # gene: sites that PharmCAT 3.1.1 does not define alleles by, and what that means for the call
    "CFTR": ({"rs113993960"}, "the tables have F508del as an allele; PharmCAT's has those that ivacaftor acts on"),
    "CYP3A5": (
        {"rs28365083", "rs56411402", "rs55965422"},
        "*2, *4 and *5 are alleles of the tables alone",
    ),
    "IFNL3": ({"rs12980275", "rs8099917"}, "the tables define alleles by rs12980275 and rs8099917 too"),
    "SLCO1B1": ({"rs56061388", "rs72559745", "rs56387224"}, "*3 and *7 are alleles of the tables alone"),
}
NOT_SPANNED = {  # gene: missing sites, and the alleles that a deletion which no record of the example spans leaves possible
    # PharmCAT 3.1.1 has a base change at 154532990 and no Villeurbanne, so its file holds one base there; the synonymous
    # rs2230037 at 154532439 is in neither of its files
    "G6PD": (
        {"rs2230037", "X-154532990"},
        {"B (reference)/B (reference)", "B (reference)/Villeurbanne", "Villeurbanne/Villeurbanne"},
    ),
}
NAMED_OTHERWISE = {  # PharmVar has renumbered NAT2 since
    "ABCG2": ("Reference/Reference", "rs2231142 reference (G)/rs2231142 reference (G)"),
    "NAT2": ("*12/*12", "*1/*1"),
    "VKORC1": ("Reference/Reference", "rs9923231 reference (C)/rs9923231 reference (C)"),
}
UNPHASED = {"CYP2B6": {"*1/*6", "*4/*9"}}  # the same bases; PharmCAT reports the pair of the better score alone


@pytest.mark.real_data
@pytest.mark.parametrize("example", ["pharmcat.example", "pharmcat.example2"])
def test_calls_of_the_pharmcat_example_differ_only_where_the_definitions_do(
    starter_graph: Graph, test_data: Path, example: str
) -> None:
    folder = test_data / "pharmcat" / "3.1.1" / "examples"
    arguments = ["pgx", "--vcf", str(folder / f"{example}.vcf"), "--release", str(starter_graph.release.path)]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    with (folder.parent / "pharmcat_positions.vcf").open(encoding="utf-8") as stream:
        fields = (line.split("\t") for line in stream if not line.startswith("#"))
        defining = {f"{chromosome.removeprefix('chr')}-{position}" for chromosome, position, *_ in fields}
    genes = json.loads(result.stdout)["genes"]
    ours = {gene["gene"]["symbol"]: gene for gene in genes if gene["diplotypes"] and not gene["research"]}
    with (folder / f"{example}.report.tsv").open(encoding="utf-8", newline="") as stream:
        next(stream)  # the version
        theirs = {row["Gene"]: row["Source Diplotype"] for row in csv.DictReader(stream, delimiter="\t")}
    both = ours.keys() & theirs.keys()
    assert len(both) >= 13
    for symbol in both:
        names = {diplotype["name"] for diplotype in ours[symbol]["diplotypes"]}
        if symbol in DIFFERENCES:
            sites, _ = DIFFERENCES[symbol]
            assert set(ours[symbol]["positions"]["missing"]) == sites
            assert not sites & defining
            assert theirs[symbol] in names or symbol in ("CFTR", "IFNL3")  # alleles have other names there
        elif symbol in NOT_SPANNED:
            assert (set(ours[symbol]["positions"]["missing"]), names) == NOT_SPANNED[symbol]
            assert theirs[symbol] in names
        elif symbol in NAMED_OTHERWISE:
            assert (*names, theirs[symbol]) == NAMED_OTHERWISE[symbol]
        else:
            assert names in ({theirs[symbol]}, UNPHASED.get(symbol)), symbol
            assert theirs[symbol] in names
