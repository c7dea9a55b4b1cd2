"""Drug advice: what the genes, the listed drugs and the patient's complaints together say, from one case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.paths import describe
from queries.candidate import DrugAdvice
from queries.dosing import find_doses
from queries.medications.alternatives import find_alternatives
from queries.medications.complaints import explain_complaints
from queries.medications.interactions import find_interactions
from queries.medications.modulators import find_modulators
from queries.medications.phenoconversion import phenoconvert
from queries.pharmacogenomics.calls import call_genes
from queries.pharmacogenomics.converted import changes, convert_genes, strongest
from queries.pharmacogenomics.coverage import cover_genes
from queries.pharmacogenomics.disagreements import find_disagreements
from queries.pharmacogenomics.lines import describe_medication
from queries.pharmacogenomics.recommendations import recommend, urgency, usable_genes
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kg.model import Entity
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.candidate import Recommendation
    from queries.case import PatientCase
    from queries.medication import Phenoconversion
    from queries.pharmacogenomics.calls import Interpreted


def recommend_drugs(graph: Graph, case: PatientCase) -> DrugAdvice:
    """Advice for every drug that a called gene concerns: listed medications first, then what asks for action.

    Every diplotype that remains compatible with the data takes part: ``robust`` says whether all of them lead to the
    same advice of the same guideline for the same patients. A gene without a call never counts as normal.
    """
    genes = call_genes(graph, case)
    known = usable_genes(genes)
    listed = tuple(dict.fromkeys(medication.drug for medication in case.medications if medication.drug is not None))
    advice = DrugAdvice(
        tuple(gene.call for gene in genes),
        recommend(graph, known, frozenset(listed)),
        coverage=cover_genes(graph, case, genes),
    )
    if listed:
        advice = _with_medications(graph, case, advice, known, [describe(graph, drug) for drug in listed])
    research = frozenset(gene.symbol for gene in genes if gene.call.research)
    lines = (
        describe_medication(
            graph, one, [r for r in advice.recommendations if r.drug.reference == one.drug], known, research
        )
        for one in case.medications
    )
    stated = [one for one in advice.recommendations if not one.derived]
    return replace(advice, medications=tuple(lines), disagreements=find_disagreements(stated))


def _with_medications(
    graph: Graph, case: PatientCase, advice: DrugAdvice, known: Mapping[str, Interpreted], drugs: Sequence[Entity]
) -> DrugAdvice:
    """The advice with what the listed drugs do to each other, to the gene results and to the patient."""
    calls = {gene_symbol(call.gene): call for call in advice.genes}
    conversions = phenoconvert(graph, calls, find_modulators(graph, drugs))
    derived = _derive(graph, known, frozenset(drug.reference for drug in drugs), conversions, advice.recommendations)
    recommendations = tuple(sorted((*advice.recommendations, *derived), key=urgency))
    advice = replace(
        advice,
        recommendations=recommendations,
        phenoconversions=conversions,
        interactions=find_interactions(graph, drugs),
        dosing=find_doses(graph, case, advice.genes, recommendations),
    )

    advice = replace(advice, alternatives=find_alternatives(graph, case, advice))
    return replace(advice, complaints=explain_complaints(graph, case, advice)) if case.complaints else advice


def _derive(
    graph: Graph,
    known: Mapping[str, Interpreted],
    listed: AbstractSet[Reference],
    conversions: Iterable[Phenoconversion],
    stated: Iterable[Recommendation],
) -> Iterable[Recommendation]:
    """What is recommended for converted results and not for the results themselves.

    Nothing is derived for a drug whose advice also needs a gene that a drug changes in a way that no method tells, nor
    for a drug from its own effect on its enzyme: those who take it were studied with it.
    """
    causes = tuple(filter(changes, conversions))
    if not causes:
        return
    converted, unknown = convert_genes(known, conversions)
    said = {(one.drug, one.source, one.population, one.text) for one in stated}
    for one in recommend(graph, converted, listed, causes):
        is_new = (one.drug, one.source, one.population, one.text) not in said
        by_another = any(modulator.drug != one.drug for cause in one.derived for modulator in strongest(cause))
        if is_new and by_another and unknown.isdisjoint(one.phenotypes):
            yield one
