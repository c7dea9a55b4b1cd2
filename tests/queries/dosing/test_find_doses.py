"""Doses of a listed drug, from a graph that holds warfarin and CPIC's guideline on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.levels import CpicLevel
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.candidate import CallStatus, Diplotype, GeneCall, Positions
from queries.case import BiogeographicGroup, CallSource, Medication, PatientCase, VariantCall
from queries.dosing import find_doses

if TYPE_CHECKING:
    from queries.medication import Dose

WARFARIN = Reference("RXNORM", "11289")
GENES = {"VKORC1": "23663", "CYP2C9": "2623", "CYP4F2": "2645", "CYP2C18": "2620"}
GUIDELINE = (Qualifier.GUIDELINE, "https://cpicpgx.org/guidelines/guideline-for-warfarin-and-cyp2c9-and-vkorc1/")
CASE = PatientCase(
    "p",
    medications=(Medication("Coumadin", WARFARIN, "warfarin"),),
    age="P65Y",
    height=170.0,
    weight=70.0,
    ancestry=BiogeographicGroup.EUROPEAN,
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    why = Evidence(
        "cpic", "row", "1", "CC0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT, level=CpicLevel.A
    )
    lines: set[str] = set()
    for symbol, number in GENES.items():
        gene = Reference("HGNC", number)
        entity = Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
        said = () if symbol == "CYP2C18" else (GUIDELINE,)  # a pair of level D, without a guideline
        lines |= set(entity_to_nquads(entity, graph_iri("x", "1")))
        lines |= set(association_to_nquads(Association(gene, Predicate.AFFECTS, WARFARIN, (why,), said)))
    lines |= set(entity_to_nquads(Entity(WARFARIN, Category.DRUG, "warfarin"), graph_iri("x", "1")))
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def call(symbol: str, *names: str) -> GeneCall:
    status = CallStatus.CALLED if len(names) == 1 else CallStatus.AMBIGUOUS
    gene = Entity(Reference("HGNC", GENES[symbol]), Category.GENE, symbol)
    return GeneCall(gene, status, CallSource.DIPLOTYPE, tuple(Diplotype(name, None) for name in names))


def warfarin(graph: Graph, case: PatientCase, *genes: GeneCall) -> dict[str, Dose]:
    """By the first two words of the model."""
    return {" ".join(dose.model.replace(",", "").split()[:3]): dose for dose in find_doses(graph, case, genes)}


KNOWN = (call("VKORC1", "Reference/Reference"), call("CYP2C9", "*1/*1"))
IWPC, GAGE, CLINICAL = "IWPC 2009 pharmacogenetic", "Gage 2008 pharmacogenetic", "IWPC 2009 clinical"


def test_a_drug_that_is_not_listed_has_no_dose(graph: Graph) -> None:
    assert find_doses(graph, replace(CASE, medications=()), KNOWN) == ()


def test_each_equation_gives_its_dose_in_mg_a_week(graph: Graph) -> None:
    """41.10 and 29.75 mg/week: 6.411 and 5.454 squared, by the sums of tests/published/test_warfarin.py."""
    found = warfarin(graph, CASE, *KNOWN)
    assert list(found) == [IWPC, GAGE, CLINICAL]
    assert {dose.unit for dose in found.values()} == {"mg/week"}
    assert found[IWPC].value == pytest.approx(6.411**2)
    assert found[CLINICAL].value == pytest.approx((4.0376 - 1.5276 + 2.006 + 0.938) ** 2)


def test_the_interval_lies_around_the_dose(graph: Graph) -> None:
    for dose in warfarin(graph, CASE, *KNOWN).values():
        assert dose.value is not None
        assert dose.interval is not None
        assert dose.interval[0] < dose.value < dose.interval[1]


def test_the_interval_is_the_error_of_the_stated_group(graph: Graph) -> None:
    """-1.090 and 1.308 in the square root: 10th and 90th percentile of White patients in queries/dosing/errors.py."""
    interval = warfarin(graph, CASE, *KNOWN)[IWPC].interval
    assert interval == pytest.approx(((6.411 - 1.090) ** 2, (6.411 + 1.308) ** 2))


def test_a_dose_rests_on_the_guideline_of_its_genes(graph: Graph) -> None:
    dose = warfarin(graph, CASE, *KNOWN)[IWPC]
    assert {path.entities[0].name for path in dose.paths} == {"VKORC1", "CYP2C9"}
    assert {path.entities[-1].reference for path in dose.paths} == {WARFARIN}
    assert "DOI:10.1056/NEJMoa0809329" in [publication.curie for publication in dose.publications]


def test_the_curve_falls_with_age_and_meets_the_dose(graph: Graph) -> None:
    dose = warfarin(graph, CASE, *KNOWN)[GAGE]
    ages, values = zip(*dose.curve, strict=True)
    assert (ages[0], ages[-1]) == (18.0, 90.0)
    assert list(values) == sorted(values, reverse=True)
    assert dict(dose.curve)[65.0] == dose.value


@pytest.mark.parametrize(
    ("field", "case"),
    [("age", replace(CASE, age=None)), ("height", replace(CASE, height=None)), ("weight", replace(CASE, weight=None))],
)
def test_without_a_measure_there_is_no_dose_and_it_is_named(graph: Graph, field: str, case: PatientCase) -> None:
    found = warfarin(graph, case, *KNOWN)
    assert IWPC in found
    for dose in found.values():
        assert (dose.value, dose.interval, dose.missing, dose.curve) == (None, None, (field,), ())
        assert field in dose.note


def test_a_minor_has_no_dose(graph: Graph) -> None:
    found = warfarin(graph, replace(CASE, age="P17Y11M"), *KNOWN)
    assert IWPC in found
    for dose in found.values():
        assert dose.value is None
        assert "adults" in dose.note


def test_without_genotypes_only_the_clinical_equation_gives_a_dose(graph: Graph) -> None:
    found = warfarin(graph, CASE)
    assert found[IWPC].value is found[GAGE].value is None
    assert found[IWPC].missing == ("VKORC1 genotype", "CYP2C9 genotype")
    assert found[CLINICAL].value is not None


def test_one_unknown_genotype_has_its_published_term_and_is_named(graph: Graph) -> None:
    found = warfarin(graph, CASE, call("CYP2C9", "*1/*1"))
    assert found[IWPC].value == pytest.approx((6.411 - 0.4854) ** 2)
    assert found[IWPC].missing == ("VKORC1 genotype",)
    assert "term for an unknown VKORC1 genotype" in found[IWPC].note
    assert found[GAGE].value is None


def test_where_the_clinical_equation_misses_by_less_the_note_says_so(graph: Graph) -> None:
    case = replace(CASE, ancestry=BiogeographicGroup.EAST_ASIAN)
    assert "prefer it while a genotype is unknown" in warfarin(graph, case, call("CYP2C9", "*1/*1"))[IWPC].note
    assert "prefer it" not in warfarin(graph, case, *KNOWN)[IWPC].note


def test_an_ambiguous_genotype_gives_a_range_and_no_dose(graph: Graph) -> None:
    dose = warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*1/*1", "*1/*3"))[IWPC]
    assert (dose.value, dose.curve) == (None, ())
    assert dose.interval == pytest.approx(((6.411 - 0.9357 - 1.090) ** 2, (6.411 + 1.308) ** 2))
    assert "41.1 mg/week with VKORC1 G/G and CYP2C9 *1/*1" in dose.note


def test_compatible_diplotypes_of_one_genotype_give_one_dose(graph: Graph) -> None:
    dose = warfarin(graph, CASE, call("VKORC1", "Reference/rs9923231", "G/A"), KNOWN[1])[IWPC]
    assert dose.value == pytest.approx((6.411 - 0.8677) ** 2)


def test_an_allele_without_a_term_gives_no_dose(graph: Graph) -> None:
    found = warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*1/*9"))
    assert (found[IWPC].value, found[IWPC].interval, found[GAGE].value) == (None, None, None)
    assert "no term for CYP2C9 *1/*9" in found[IWPC].note
    assert found[CLINICAL].value is not None


def test_a_possible_allele_without_a_term_leaves_a_range_for_the_others(graph: Graph) -> None:
    dose = warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*1/*1", "*1/*9"))[IWPC]
    assert dose.value is None
    assert dose.interval is not None
    assert "CYP2C9 *1/*9" in dose.note


def test_an_allele_that_is_merely_not_excluded_is_named_beside_the_dose(graph: Graph) -> None:
    gene = replace(call("CYP2C9", "*1/*1", "*1/*10"), positions=Positions(80, missing=("rs9332130",)))
    dose = warfarin(graph, CASE, KNOWN[0], gene)[IWPC]
    assert dose.value == pytest.approx(6.411**2)
    assert "leave CYP2C9 *1/*10 possible" in dose.note


def test_cpic_lowers_the_dose_for_an_african_allele_as_a_range_beside_the_equations(graph: Graph) -> None:
    """70 to 85 % of the 41.10 mg/week less the term of Black patients (-0.2760) with *1/*1."""
    case = replace(CASE, ancestry=BiogeographicGroup.AFRICAN_AMERICAN)
    found = warfarin(graph, case, KNOWN[0], call("CYP2C9", "*1/*8"))
    change = found["CPIC 2017 CYP2C9"]
    full = (6.411 - 0.2760) ** 2
    assert (change.value, change.unit) == (None, "mg/week")
    assert change.interval == pytest.approx((0.70 * full, 0.85 * full))
    assert found[IWPC].value is None


def test_two_african_alleles_are_lowered_further(graph: Graph) -> None:
    change = warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*11/*5"))["CPIC 2017 CYP2C9"]
    assert change.interval == pytest.approx((0.60 * 6.411**2, 0.80 * 6.411**2))


def test_an_african_allele_beside_a_rare_one_has_no_range(graph: Graph) -> None:
    assert "CPIC 2017 CYP2C9" not in warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*5/*9"))


def test_african_ancestry_without_these_tests_is_told_to_dose_clinically(graph: Graph) -> None:
    african = warfarin(graph, replace(CASE, ancestry=BiogeographicGroup.SUB_SAHARAN_AFRICAN), *KNOWN)
    assert "dose clinically where CYP2C9 *5, *6, *8, *11 were not tested" in african[IWPC].note
    assert "dose clinically" not in african[CLINICAL].note
    assert "dose clinically" not in warfarin(graph, CASE, *KNOWN)[IWPC].note


def test_rs12777823_counts_in_african_americans_alone(graph: Graph) -> None:
    variant = (VariantCall(rsid=Reference("dbSNP", "rs12777823")),)
    case = replace(CASE, ancestry=BiogeographicGroup.AFRICAN_AMERICAN, variants=variant)
    assert warfarin(graph, case, *KNOWN)["CPIC 2017 rs12777823"].interval == (75.0, 90.0)
    assert "CPIC 2017 rs12777823" not in warfarin(graph, replace(CASE, variants=variant), *KNOWN)


def test_cyp4f2_is_a_range_of_its_own_outside_of_african_ancestry(graph: Graph) -> None:
    found = warfarin(graph, CASE, *KNOWN, call("CYP4F2", "*1/*3"))
    assert found["CPIC 2017 CYP4F2"].interval == (105.0, 110.0)
    assert found[IWPC].value == pytest.approx(6.411**2)
    african = replace(CASE, ancestry=BiogeographicGroup.AFRICAN_AMERICAN)
    assert "CPIC 2017 CYP4F2" not in warfarin(graph, african, *KNOWN, call("CYP4F2", "*1/*3"))


def test_cyp4f2_is_silent_where_a_compatible_diplotype_lacks_the_variant(graph: Graph) -> None:
    assert "CPIC 2017 CYP4F2" not in warfarin(graph, CASE, *KNOWN, call("CYP4F2", "*1/*3", "*1/*2"))


def test_a_poor_metaboliser_is_told_of_alternatives(graph: Graph) -> None:
    assert "alternative oral anticoagulant" in warfarin(graph, CASE, KNOWN[0], call("CYP2C9", "*2/*3"))[IWPC].note
    assert "alternative oral anticoagulant" not in warfarin(graph, CASE, *KNOWN)[IWPC].note


def test_gage_says_that_it_has_no_term_for_an_inducer(graph: Graph) -> None:
    listed = (*CASE.medications, Medication("phenytoin", Reference("RXNORM", "8183"), "phenytoin"))
    found = warfarin(graph, replace(CASE, medications=listed), *KNOWN)
    assert "no term for phenytoin" in found[GAGE].note
    assert found[IWPC].value == pytest.approx((6.411 + 1.1816) ** 2)


def test_what_gage_assumes_is_told(graph: Graph) -> None:
    inputs = warfarin(graph, CASE, *KNOWN)[GAGE].inputs
    assert inputs["target INR"] == "2.5, assumed"
    assert inputs["smoking"] == "not known, taken as no"
    assert inputs["deep vein thrombosis or pulmonary embolism"] == "not stated, taken as no"


@pytest.mark.real_data
def test_the_starter_release_states_the_guideline_behind_a_dose(starter_graph: Graph) -> None:
    dose = warfarin(starter_graph, CASE, *KNOWN)[IWPC]
    assert dose.value == pytest.approx(6.411**2)
    assert {path.entities[0].name for path in dose.paths} == {"VKORC1", "CYP2C9"}
    assert all(hop.association.evidence for path in dose.paths for hop in path.hops)
