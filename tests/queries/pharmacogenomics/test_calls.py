"""What is known of each gene: from a VCF's genotypes, from given diplotypes, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.candidate import CallStatus, GeneCall
from queries.case import Assembly, CallSource, DiplotypeCall, Genotype, GenotypeData, PatientCase
from queries.pharmacogenomics.advice import recommend_drugs
from queries.pharmacogenomics.calls import call_genes, sites_of_interest

if TYPE_CHECKING:
    from kg.store import Graph

STAR_2 = {Assembly.GRCH37: 96541616, Assembly.GRCH38: 94781859}
STAR_17 = {Assembly.GRCH37: 96521657, Assembly.GRCH38: 94761900}
CYP2D6_4 = Genotype("22", 42128945, "C", ("T", "T"))


def case(*sites: Genotype, assembly: Assembly = Assembly.GRCH38, assume: bool = False) -> PatientCase:
    return PatientCase("p", genotypes=GenotypeData(assembly, sites), assume_missing_is_reference=assume)


def cyp2c19(star_2: tuple[str | None, ...], star_17: tuple[str, ...] = ("C", "C")) -> tuple[Genotype, Genotype]:
    sites = {name: positions[Assembly.GRCH38] for name, positions in (("*2", STAR_2), ("*17", STAR_17))}
    return Genotype("10", sites["*2"], "G", star_2), Genotype("10", sites["*17"], "C", star_17)


def call(graph: Graph, patient: PatientCase, symbol: str = "CYP2C19") -> GeneCall:
    return next(found.call for found in call_genes(graph, patient) if found.symbol == symbol)


@pytest.mark.parametrize(
    ("star_2", "star_17", "diplotype", "phenotype"),
    [
        (("G", "G"), ("C", "C"), "*1/*1", "Normal Metabolizer"),
        (("G", "A"), ("C", "C"), "*1/*2", "Intermediate Metabolizer"),
        (("A", "A"), ("C", "C"), "*2/*2", "Poor Metabolizer"),
        (("A", "G"), ("C", "T"), "*17/*2", "Intermediate Metabolizer"),
    ],
)
def test_genotypes_become_a_diplotype_with_its_phenotype(
    graph: Graph, star_2: tuple[str, ...], star_17: tuple[str, ...], diplotype: str, phenotype: str
) -> None:
    found = call(graph, case(*cyp2c19(star_2, star_17)))
    assert (found.status, found.call_source) == (CallStatus.CALLED, CallSource.VCF)
    assert [(item.name, item.phenotype) for item in found.diplotypes] == [(diplotype, phenotype)]


@pytest.mark.parametrize("assembly", list(Assembly))
def test_each_assembly_has_its_own_positions(graph: Graph, assembly: Assembly) -> None:
    star_2 = Genotype("10", STAR_2[assembly], "G", ("A", "A"))
    star_17 = Genotype("10", STAR_17[assembly], "C", ("C", "C"))
    assert [item.name for item in call(graph, case(star_2, star_17, assembly=assembly)).diplotypes] == ["*2/*2"]
    other = next(one for one in Assembly if one is not assembly)
    assert call(graph, case(star_2, star_17, assembly=other)).status is CallStatus.NOT_CALLED


def test_a_missing_site_keeps_its_alleles_possible_and_is_named(graph: Graph) -> None:
    found = call(graph, case(cyp2c19(("A", "A"))[0]))
    assert found.status is CallStatus.CALLED
    found = call(graph, case(cyp2c19(("G", "A"))[0]))
    assert found.status is CallStatus.AMBIGUOUS
    assert {item.name for item in found.diplotypes} == {"*1/*2", "*17/*2"}
    assert found.positions is not None
    assert (found.positions.assayed, found.positions.missing) == (1, ("10-94761900",))
    assert found.messages[0].startswith("1 of 2 defining positions were not seen")


def test_without_any_site_the_gene_is_not_called(graph: Graph) -> None:
    found = call(graph, case())
    assert (found.status, found.diplotypes, found.messages) == (
        CallStatus.NOT_CALLED,
        (),
        ("no defining position was assayed",),
    )


def test_the_dangerous_assumption_is_stated_with_the_call(graph: Graph) -> None:
    found = call(graph, case(assume=True))
    assert [item.name for item in found.diplotypes] == ["*1/*1"]
    assert "assumed" in found.messages[-1]


def test_cyp2d6_is_never_called_from_short_variants(graph: Graph) -> None:
    found = call(graph, case(CYP2D6_4, *cyp2c19(("G", "G"))), "CYP2D6")
    assert (found.status, found.diplotypes) == (CallStatus.NOT_CALLED, ())
    assert "structural variants decide its alleles" in found.messages[0]
    assert {site.chromosome for site in sites_of_interest(graph, Assembly.GRCH38)} == {"10"}


def test_a_gene_that_is_not_called_gets_no_advice_as_if_it_were_normal(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(CYP2D6_4, *cyp2c19(("G", None))))
    assert {gene.gene.name: gene.status for gene in advice.genes}["CYP2D6"] is CallStatus.NOT_CALLED
    assert "codeine" not in {found.drug.name for found in advice.recommendations}


def test_a_given_diplotype_wins_over_the_genotypes(graph: Graph) -> None:
    given = DiplotypeCall("CYP2C19", ("*1", "*1"))
    patient = PatientCase("p", diplotypes=(given,), genotypes=case(*cyp2c19(("A", "A"))).genotypes)
    found = [item.call for item in call_genes(graph, patient) if item.symbol == "CYP2C19"]
    assert [(item.call_source, item.diplotypes[0].name) for item in found] == [(CallSource.DIPLOTYPE, "*1/*1")]


def test_a_scored_gene_has_its_activity_score(graph: Graph) -> None:
    patient = PatientCase("p", diplotypes=(DiplotypeCall("CYP2D6", ("*4", "*1")),))
    found = call(graph, patient, "CYP2D6")
    assert (found.activity_scores, found.phenotypes) == ((1.0,), ("Intermediate Metabolizer",))


def test_a_stated_phenotype_that_differs_from_the_assigned_one_is_reported(graph: Graph) -> None:
    given = DiplotypeCall("CYP2C19", ("*1", "*2"), CallSource.OUTSIDE_CALL, "Poor Metabolizer")
    found = call(graph, PatientCase("p", diplotypes=(given,)))
    assert found.phenotypes == ("Intermediate Metabolizer",)
    assert found.messages == ("the call gives Poor Metabolizer, CPIC assigns Intermediate Metabolizer to *1/*2",)


def test_genes_come_in_the_order_of_their_symbols_whatever_the_order_given(graph: Graph) -> None:
    calls = (DiplotypeCall("CYP2D6", ("*1", "*1")), DiplotypeCall("CYP2C19", ("*1", "*1")))
    for order in (calls, calls[::-1]):
        assert [f.symbol for f in call_genes(graph, PatientCase("p", diplotypes=order))] == ["CYP2C19", "CYP2D6"]
