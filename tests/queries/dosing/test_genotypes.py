"""VKORC1 and CYP2C9 calls as the equations write them."""

from __future__ import annotations

import pytest

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import CallStatus, Diplotype, GeneCall, Positions
from queries.case import CallSource
from queries.dosing.genotypes import find_call, read_cyp2c9, read_vkorc1, untested_alleles


def call(symbol: str, *names: str, positions: Positions | None = None, research: bool = False) -> GeneCall:
    gene = Entity(Reference("HGNC", "1"), Category.GENE, symbol)
    status = CallStatus.CALLED if len(names) == 1 else CallStatus.AMBIGUOUS
    diplotypes = tuple(Diplotype(name, None) for name in names)
    return GeneCall(gene, status, CallSource.DIPLOTYPE, diplotypes, positions, research=research)


@pytest.mark.parametrize(
    ("name", "genotype"),
    [
        ("rs9923231 reference (C)/rs9923231 reference (C)", "G/G"),
        ("rs9923231 reference (C)/rs9923231 variant (T)", "A/G"),
        ("rs9923231 variant (T)/rs9923231 variant (T)", "A/A"),
        ("Reference/rs9923231", "A/G"),
        ("-1639G>A/Reference", "A/G"),
        ("G/A", "A/G"),
        ("C/T", "A/G"),
        ("T/T", "A/A"),
    ],
)
def test_the_variant_of_the_genome_is_the_a_of_the_gene(name: str, genotype: str) -> None:
    assert read_vkorc1(call("VKORC1", name)).known == (genotype,)


@pytest.mark.parametrize("name", ["A/C", "G/T", "A", "rs2359612/Reference", ""])
def test_bases_of_two_strands_and_other_names_are_not_read(name: str) -> None:
    reading = read_vkorc1(call("VKORC1", name))
    assert reading.known == ()
    assert reading.outside
    assert not reading.is_unknown


def test_alleles_of_cyp2c9_are_sorted_by_number() -> None:
    assert read_cyp2c9(call("CYP2C9", "*3/*2")).known == ("*2/*3",)


def test_an_allele_without_a_term_is_outside_and_not_unknown() -> None:
    reading = read_cyp2c9(call("CYP2C9", "*1/*11"))
    assert (reading.known, reading.outside, reading.options) == ((), ("*1/*11",), ())


def test_compatible_diplotypes_are_parted_in_those_with_and_without_a_term() -> None:
    reading = read_cyp2c9(call("CYP2C9", "*1/*2", "*1/*9", "*1/*3"))
    assert (reading.known, reading.outside) == (("*1/*2", "*1/*3"), ("*1/*9",))
    assert reading.text == "*1/*2 or *1/*3 or *1/*9"


def from_genotypes(*names: str, missing: tuple[str, ...] = ()) -> GeneCall:
    return call("CYP2C9", *names, positions=Positions(80, missing))


def test_what_unseen_positions_alone_leave_possible_is_not_excluded_but_does_not_count() -> None:
    """*35 has the site of *2 and another: *1/*2 explains all that was assayed, as it did for the equations' cohort."""
    reading = read_cyp2c9(from_genotypes("*1/*2", "*1/*35", "*2/*10", missing=("rs9332239",)))
    assert (reading.known, reading.outside, reading.unexcluded) == (("*1/*2",), (), ("*1/*35", "*2/*10"))


def test_an_allele_that_was_seen_counts_as_outside() -> None:
    reading = read_cyp2c9(from_genotypes("*1/*11", "*35/*11", missing=("rs9332239",)))
    assert (reading.known, reading.outside) == ((), ("*1/*11", "*35/*11"))


def test_an_unseen_site_of_an_allele_with_a_term_leaves_it_possible() -> None:
    """Also where a long list of compatible diplotypes was cut."""
    reading = read_cyp2c9(from_genotypes("*1/*2", "*1/*9", missing=("rs1057910",)))
    assert reading.known == ("*1/*2", "*2/*3")
    assert read_cyp2c9(from_genotypes("*1/*1", missing=("rs1057910",))).known == ("*1/*1", "*1/*3", "*3/*3")


def test_a_gene_without_a_call_is_unknown() -> None:
    reading = read_cyp2c9(None)
    assert reading.is_unknown
    assert (reading.options, reading.text) == ((None,), "unknown")


def test_a_call_for_research_alone_is_not_used() -> None:
    assert find_call([call("CYP2C9", "*1/*1", research=True)], "CYP2C9") is None


def test_a_given_diplotype_does_not_show_that_african_alleles_were_tested() -> None:
    assert untested_alleles(call("CYP2C9", "*1/*1")) == ("*5", "*6", "*8", "*11")


def test_positions_that_were_seen_show_which_african_alleles_were_tested() -> None:
    positions = Positions(80, missing=("rs7900194", "rs1057910"))
    assert untested_alleles(call("CYP2C9", "*1/*1", positions=positions)) == ("*8",)
