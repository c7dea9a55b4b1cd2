"""Gene results under listed drugs: what takes their place, and what is not known."""

from __future__ import annotations

import pytest

from kg.model import Entity
from kg.sources.cpic import gene_phenotype
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import CallStatus, Diplotype, GeneCall
from queries.case import CallSource
from queries.medication import Phenoconversion
from queries.pharmacogenomics.calls import Interpreted
from queries.pharmacogenomics.converted import changes, convert_genes

GENE = Entity(Reference("HGNC", "2625"), Category.GENE, "CYP2D6")
NORMAL, INTERMEDIATE, POOR = (f"{word} Metabolizer" for word in ("Normal", "Intermediate", "Poor"))


def conversion(before: str, score: float, after: str | None, after_score: float | None) -> Phenoconversion:
    return Phenoconversion(GENE, (), before, score, after, after_score, "test", (), ())


def known(*diplotypes: Diplotype) -> dict[str, Interpreted]:
    call = GeneCall(GENE, CallStatus.AMBIGUOUS, CallSource.DIPLOTYPE, diplotypes)
    names = {gene_phenotype("CYP2D6", one.phenotype or ""): None for one in diplotypes}
    return {"CYP2D6": Interpreted(call, "CYP2D6", names)}


def test_results_that_become_one_are_one_result_without_a_diplotype() -> None:
    gene = known(Diplotype("*1/*1", NORMAL, 2.0), Diplotype("*1/*4", INTERMEDIATE, 1.0))
    under = [conversion(NORMAL, 2.0, POOR, 0.0), conversion(INTERMEDIATE, 1.0, POOR, 0.0)]
    found, unknown = convert_genes(gene, under)
    call = found["CYP2D6"].call
    assert (call.status, call.diplotypes) == (CallStatus.CALLED, (Diplotype("", POOR, 0.0),))
    assert (set(found["CYP2D6"].phenotypes), unknown) == ({gene_phenotype("CYP2D6", POOR)}, frozenset())


def test_a_result_that_no_method_converts_leaves_the_gene_as_it_is_and_named() -> None:
    gene = known(Diplotype("*1/*1", NORMAL, 2.0), Diplotype("*1/*4", INTERMEDIATE, 1.0))
    under = [conversion(NORMAL, 2.0, POOR, 0.0), conversion(INTERMEDIATE, 1.0, None, None)]
    assert convert_genes(gene, under) == (gene, frozenset({"CYP2D6"}))


def test_what_stays_the_same_is_not_converted() -> None:
    gene = known(Diplotype("*4/*4", POOR, 0.0))
    assert convert_genes(gene, [conversion(POOR, 0.0, POOR, 0.0)]) == (gene, frozenset())


@pytest.mark.parametrize(
    ("after", "score", "changed"), [(POOR, 0.0, True), (NORMAL, 1.5, True), (NORMAL, 2.0, False), (None, None, False)]
)
def test_a_conversion_changes_the_phenotype_or_the_score(
    after: str | None, score: float | None, *, changed: bool
) -> None:
    assert changes(conversion(NORMAL, 2.0, after, score)) is changed
