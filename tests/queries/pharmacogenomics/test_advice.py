"""From diplotypes to advice on the tiny graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Evidence, KnowledgeLevel
from kg.paths import make_path
from kg.sources.cpic import gene_phenotype
from ontology.reference import Reference
from ontology.vocabulary import Predicate
from queries.advice import recommend_drugs
from queries.candidate import Action, CallStatus, Diplotype, GeneCall, Positions
from queries.case import CallSource, DiplotypeCall, Medication, PatientCase
from queries.medication import Modulation, Modulator, ModulatorStrength, Outcome, Phenoconversion
from queries.pharmacogenomics.calls import Interpreted
from queries.pharmacogenomics.lines import describe_medication
from queries.pharmacogenomics.recommendations import recommend

if TYPE_CHECKING:
    from kg.store import Graph
    from queries.candidate import Recommendation
    from queries.medication import MedicationLine

CLOPIDOGREL = Medication("Plavix", Reference("RXNORM", "32968"), "clopidogrel")
FLUOROURACIL = Medication("5-FU", Reference("RXNORM", "4492"), "fluorouracil")


def case(*diplotypes: tuple[str, ...], medications: tuple[Medication, ...] = ()) -> PatientCase:
    calls = tuple(DiplotypeCall("CYP2C19", alleles) for alleles in diplotypes)
    return PatientCase("p", diplotypes=calls, medications=medications)


def test_a_poor_metabolizer_of_clopidogrel_is_told_to_use_another_drug(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*2", "*2"), medications=(CLOPIDOGREL,)))
    (found,) = advice.recommendations
    assert (found.drug.name, found.phenotypes) == ("clopidogrel", {"CYP2C19": "Poor Metabolizer"})
    assert found.actions == (Action.AVOID, Action.ALTERNATIVE)
    assert (found.on_medication_list, found.robust) == (True, True)
    assert found.guideline.url == "https://cpicpgx.org/guidelines/guideline-for-clopidogrel-and-cyp2c19/"
    (line,) = advice.medications
    assert (line.given, line.outcome, [gene.name for gene in line.genes]) == ("Plavix", Outcome.ADVICE, ["CYP2C19"])
    assert line.url == found.guideline.url
    assert [path.hops[0].start.name for path in line.paths] == ["CYP2C19"]


def test_each_path_ends_at_the_drug_with_record_release_and_licence(graph: Graph) -> None:
    (found,) = recommend_drugs(graph, case(("*2", "*2"))).recommendations
    assert [[entity.name for entity in path.entities] for path in found.paths] == [
        ["CYP2C19 *2/*2", "CYP2C19 Poor Metabolizer", "clopidogrel"],
        ["CYP2C19", "clopidogrel"],
    ]
    for path in found.paths:
        evidence = path.hops[-1].association.evidence[0]
        assert evidence.record
        assert evidence.release
        assert evidence.license


@pytest.mark.parametrize("alleles", [("*17", "*2"), ("*2", "*17")])
def test_the_order_of_the_two_alleles_does_not_matter(graph: Graph, alleles: tuple[str, str]) -> None:
    (call,) = recommend_drugs(graph, case(alleles)).genes
    assert (call.status, call.phenotypes) == (CallStatus.CALLED, ("Intermediate Metabolizer",))


def test_advice_that_differs_between_possible_diplotypes_is_not_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*1"), ("*2", "*2"), medications=(CLOPIDOGREL,)))
    assert advice.genes[0].status is CallStatus.AMBIGUOUS
    clopidogrel = [found for found in advice.recommendations if found.on_medication_list]
    assert {found.text[:5] for found in clopidogrel} == {"Avoid", "If co"}
    assert not any(found.robust for found in clopidogrel)


def test_a_phenotype_without_advice_beside_one_with_it_is_not_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*2"), ("*2", "*2")))
    assert [found.robust for found in advice.recommendations] == [False]


def both(*diplotypes: tuple[str, tuple[str, str]]) -> PatientCase:
    return PatientCase("p", diplotypes=tuple(DiplotypeCall(symbol, alleles) for symbol, alleles in diplotypes))


def amitriptyline(graph: Graph, *diplotypes: tuple[str, tuple[str, str]]) -> list[Recommendation]:
    found = recommend_drugs(graph, both(*diplotypes)).recommendations
    return [item for item in found if item.drug.name == "amitriptyline"]


def test_advice_for_two_genes_needs_both_and_has_a_path_from_each(graph: Graph) -> None:
    (found,) = amitriptyline(graph, ("CYP2C19", ("*1", "*1")), ("CYP2D6", ("*4", "*4")))
    assert found.phenotypes == {"CYP2C19": "Normal Metabolizer", "CYP2D6": "Poor Metabolizer"}
    assert found.activity_scores == {"CYP2D6": 0.0}
    assert found.actions == (Action.AVOID, Action.ADJUST_DOSE, Action.MONITOR)
    assert found.robust
    starts = {path.hops[0].start.name for path in found.paths}
    assert starts == {"CYP2C19 *1/*1", "CYP2D6 *4/*4", "CYP2C19", "CYP2D6"}


def test_advice_for_a_gene_without_result_is_not_robust(graph: Graph) -> None:
    """CPIC has a text for the other gene alone, but each diplotype of the second gene is compatible with the data."""
    (found,) = amitriptyline(graph, ("CYP2C19", ("*1", "*1")))
    assert found.phenotypes == {"CYP2C19": "Normal Metabolizer", "CYP2D6": "No Result"}
    assert not found.robust


def test_diplotypes_that_cannot_be_told_apart_and_mean_the_same_are_robust(graph: Graph) -> None:
    advice = recommend_drugs(graph, both(("CYP2D6", ("*4", "*4")), ("CYP2D6", ("*4", "*5"))))
    assert advice.genes[0].status is CallStatus.AMBIGUOUS
    assert [(found.drug.name, found.robust) for found in advice.recommendations] == [("codeine", True)]


def test_what_asks_for_action_comes_before_the_usual_treatment(graph: Graph) -> None:
    found = recommend_drugs(graph, both(("CYP2C19", ("*1", "*1")), ("CYP2D6", ("*4", "*4")))).recommendations
    assert [item.drug.name for item in found] == ["amitriptyline", "codeine", "clopidogrel"]


def lines(graph: Graph, case: PatientCase) -> dict[str, MedicationLine]:
    return {line.given: line for line in recommend_drugs(graph, case).medications}


def test_each_listed_drug_has_a_line_that_says_why_there_is_no_advice(graph: Graph) -> None:
    unheard = Medication("Unheardofine", None, "Unheardofine")
    found = lines(graph, case(medications=(FLUOROURACIL, CLOPIDOGREL, unheard)))
    assert {given: line.outcome for given, line in found.items()} == {
        "5-FU": Outcome.NO_GUIDELINE,
        "Plavix": Outcome.GENE_NOT_CALLED,
        "Unheardofine": Outcome.NOT_RECOGNISED,
    }
    assert [gene.name for gene in found["Plavix"].genes] == ["CYP2C19"]
    assert found["Plavix"].message == "CYP2C19 was not called: a test of CYP2C19 would matter for clopidogrel"
    assert found["Plavix"].paths
    assert "no sign of safety" in found["5-FU"].message


def test_a_result_that_no_recommendation_covers_is_no_match(graph: Graph) -> None:
    found = lines(graph, case(("*1", "*2"), medications=(CLOPIDOGREL,)))["Plavix"]
    assert (found.outcome, [gene.name for gene in found.genes]) == (Outcome.NO_MATCH, ["CYP2C19"])


def test_a_line_names_the_test_that_fits_the_gene(graph: Graph) -> None:
    codeine = Medication("codeine", Reference("RXNORM", "2670"), "codeine")
    found = lines(graph, case(medications=(codeine,)))["codeine"]
    assert "copy number" in found.message


def test_a_line_says_where_a_gene_was_called_for_research_alone(graph: Graph) -> None:
    found = describe_medication(graph, CLOPIDOGREL, (), {}, {"CYP2C19"})
    assert found.outcome is Outcome.GENE_NOT_CALLED
    assert found.message.startswith("CYP2C19 was called for research alone: ")


def test_advice_that_needs_another_gene_names_its_test_on_the_line(graph: Graph) -> None:
    amitriptyline = Medication("amitriptyline", Reference("RXNORM", "704"), "amitriptyline")
    found = lines(graph, case(("*1", "*1"), medications=(amitriptyline,)))["amitriptyline"]
    assert (found.outcome, [gene.name for gene in found.genes]) == (Outcome.ADVICE, ["CYP2C19", "CYP2D6"])
    assert "CYP2D6 was not called" in found.message


def test_an_ambiguous_gene_beside_one_without_a_result_both_would_settle_the_advice(graph: Graph) -> None:
    found = recommend_drugs(graph, both(("CYP2C19", ("*1", "*1")), ("CYP2C19", ("*2", "*2")))).recommendations
    (one,) = [item for item in found if item.drug.name == "amitriptyline"]
    assert one.settled_by == (
        "a test of CYP2D6 that sees copy number and hybrid genes",
        "a test of CYP2C19",
    )


def test_robust_advice_needs_nothing_to_settle_it(graph: Graph) -> None:
    (found,) = recommend_drugs(graph, case(("*2", "*2"))).recommendations
    assert found.settled_by == ()


def interpreted(graph: Graph, call: GeneCall, *phenotypes: str) -> dict[str, Interpreted]:
    symbol = call.gene.name
    return {symbol: Interpreted(call, symbol, {gene_phenotype(symbol, name): None for name in phenotypes})}


def cyp2c19(graph: Graph, *diplotypes: Diplotype, research: bool = False, missing: tuple[str, ...] = ()) -> GeneCall:
    gene = graph.entity(Reference("HGNC", "2621"))
    assert gene is not None
    status = CallStatus.CALLED if len(diplotypes) == 1 else CallStatus.AMBIGUOUS
    return GeneCall(gene, status, CallSource.VCF, diplotypes, Positions(1, missing), (), research)


def test_no_advice_rests_on_a_call_for_research(graph: Graph) -> None:
    call = cyp2c19(graph, Diplotype("*2/*2", "Poor Metabolizer"), research=True)
    assert recommend(graph, interpreted(graph, call, "Poor Metabolizer"), frozenset()) == ()


def test_missing_positions_that_part_the_diplotypes_would_settle_the_advice(graph: Graph) -> None:
    diplotypes = Diplotype("*1/*2", "Intermediate Metabolizer"), Diplotype("*2/*2", "Poor Metabolizer")
    call = cyp2c19(graph, *diplotypes, missing=("10-94761900", "10-94781859"))
    known = interpreted(graph, call, "Intermediate Metabolizer", "Poor Metabolizer")
    (found,) = recommend(graph, known, frozenset())
    assert (found.robust, found.settled_by) == (False, ("position 10-94781859 of CYP2C19",))


def test_diplotypes_that_differ_where_all_was_seen_need_phasing(graph: Graph) -> None:
    diplotypes = Diplotype("*17/*2", "Intermediate Metabolizer"), Diplotype("*2/*2", "Poor Metabolizer")
    known = interpreted(graph, cyp2c19(graph, *diplotypes), "Intermediate Metabolizer", "Poor Metabolizer")
    (found,) = recommend(graph, known, frozenset())
    assert found.settled_by == ("phasing of CYP2C19",)


def test_converted_results_advise_on_listed_drugs_alone_and_begin_with_the_modulator(graph: Graph) -> None:
    call = cyp2c19(graph, Diplotype("*1/*1", "Poor Metabolizer"))
    drug, gene = graph.entity(Reference("RXNORM", "4492")), call.gene
    assert drug is not None
    known_by = (KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    why = (Evidence("cyp", "an inhibitor of CYP2C19", "test", "free", *known_by),)
    path = make_path(graph, drug.reference, [Association(drug.reference, Predicate.AFFECTS, gene.reference, why)])
    modulator = Modulator(drug, Modulation.INHIBITOR, ModulatorStrength.STRONG, (), (path,))
    cause = Phenoconversion(
        gene, (modulator,), "Normal Metabolizer", None, "Poor Metabolizer", None, "test", (), (path,)
    )
    known = interpreted(graph, call, "Poor Metabolizer")
    assert recommend(graph, known, frozenset(), (cause,)) == ()
    (found,) = recommend(graph, known, frozenset({Reference("RXNORM", "32968")}), (cause,))
    assert (found.derived, found.actions) == ((cause,), (Action.AVOID, Action.ALTERNATIVE))
    assert found.paths[0] == path


def test_a_score_without_a_diplotype_has_the_advice_of_its_phenotype(graph: Graph) -> None:
    gene = graph.entity(Reference("HGNC", "2625"))
    assert gene is not None
    diplotype = Diplotype("", "Poor Metabolizer", 0.0)
    call = GeneCall(gene, CallStatus.CALLED, CallSource.OUTSIDE_CALL, (diplotype,))
    found = recommend(graph, interpreted(graph, call, "Poor Metabolizer"), frozenset())
    assert [(item.drug.name, item.activity_scores, item.robust) for item in found] == [
        ("codeine", {"CYP2D6": 0.0}, True)
    ]


def test_an_allele_that_the_release_does_not_know_leads_to_no_advice(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(("*1", "*999")))
    assert advice.recommendations == ()
    assert "no phenotype" in advice.genes[0].messages[0]


def test_an_outside_call_may_state_the_phenotype_alone(graph: Graph) -> None:
    call = DiplotypeCall("CYP2C19", (), CallSource.OUTSIDE_CALL, "Poor Metabolizer")
    advice = recommend_drugs(graph, PatientCase("p", diplotypes=(call,)))
    assert [found.drug.name for found in advice.recommendations] == ["clopidogrel"]
    assert advice.genes[0].call_source is CallSource.OUTSIDE_CALL
