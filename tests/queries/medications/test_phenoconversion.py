"""What gene results become under modulators: CPIC's rule for CYP2D6, and restraint elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.paths import make_path
from kg.rdf import entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate
from queries.candidate import CallStatus, Diplotype, GeneCall
from queries.case import CallSource
from queries.medication import Modulation, Modulator, ModulatorStrength
from queries.medications.phenoconversion import phenoconvert

if TYPE_CHECKING:
    from queries.medication import Phenoconversion

GENES = {
    symbol: Entity(Reference("HGNC", number), Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
    for symbol, number in (("CYP2D6", "2625"), ("CYP2C19", "2621"), ("CYP2C9", "2623"), ("CYP3A4", "2637"))
}
PM, IM, NM, RM, UM = (f"{word} Metabolizer" for word in ("Poor", "Intermediate", "Normal", "Rapid", "Ultrarapid"))
STRONG, MODERATE, WEAK, UNSTATED = ModulatorStrength
OPIOID_GUIDELINE = Reference("DOI", "10.1002/cpt.2149")
CPIC_SCORES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0)


def make_graph() -> Graph:
    lines = {line for gene in GENES.values() for line in entity_to_nquads(gene, graph_iri("hgnc", "1"))}
    store = Store()
    store.load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("t", "2026-01-01T00:00:00Z", "t", "open", (), {}, "")), store)


GRAPH = make_graph()


def modulator(
    name: str, symbol: str, strength: ModulatorStrength, kind: Modulation = Modulation.INHIBITOR, *disputed: str
) -> Modulator:
    drug = Entity(Reference("DRUGBANK", f"DB{sum(name.encode()):05}"), Category.DRUG, name)
    why = Evidence("fda-ddi", name, "1", "free", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    stated = Association(drug.reference, Predicate.AFFECTS, GENES[symbol].reference, (why,))
    return Modulator(drug, kind, strength, disputed, (make_path(GRAPH, drug.reference, [stated]),))


def call(symbol: str, *results: tuple[str | None, float | None], research: bool = False) -> GeneCall:
    diplotypes = tuple(Diplotype(f"{number}", *result) for number, result in enumerate(results))
    return GeneCall(GENES[symbol], CallStatus.CALLED, CallSource.DIPLOTYPE, diplotypes, research=research)


def convert(
    symbol: str, result: tuple[str | None, float | None], *modulators: Modulator
) -> tuple[Phenoconversion, tuple[str | None, float | None]]:
    (found,) = phenoconvert(GRAPH, {symbol: call(symbol, result)}, {symbol: modulators})
    return found, (found.converted, found.converted_score)


PAROXETINE = modulator("paroxetine", "CYP2D6", STRONG)
DULOXETINE = modulator("duloxetine", "CYP2D6", MODERATE)
SERTRALINE = modulator("sertraline", "CYP2D6", WEAK)


def test_no_modulators_give_no_phenoconversion() -> None:
    assert phenoconvert(GRAPH, {"CYP2D6": call("CYP2D6", (NM, 2.0))}, {}) == ()


@pytest.mark.parametrize(
    ("result", "inhibitor", "expected"),
    [
        ((NM, 2.0), PAROXETINE, (PM, 0.0)),
        ((UM, 3.0), PAROXETINE, (PM, 0.0)),
        ((NM, 2.0), DULOXETINE, (IM, 1.0)),
        ((NM, 1.25), DULOXETINE, (IM, 0.625)),
        ((UM, 2.5), DULOXETINE, (NM, 1.25)),
        ((IM, 0.25), DULOXETINE, (IM, 0.125)),
        ((NM, 2.0), SERTRALINE, (NM, 2.0)),
        ((PM, 0.0), DULOXETINE, (PM, 0.0)),
    ],
)
def test_the_score_of_cyp2d6_is_multiplied_as_cpics_opioid_guideline_says(
    result: tuple[str, float], inhibitor: Modulator, expected: tuple[str, float]
) -> None:
    """Factors 0 and 0.5 (doi:10.1002/cpt.2149); bands 0, below 1.25, 1.25 to 2.25, above (doi:10.1111/cts.12692)."""
    found, converted = convert("CYP2D6", result, inhibitor)
    assert converted == expected
    assert (found.phenotype, found.activity_score) == result


def test_a_derived_result_says_that_it_is_derived_and_cites_the_guideline() -> None:
    found, _ = convert("CYP2D6", (NM, 2.0), PAROXETINE)
    assert found.method.startswith("Derived: CPIC's opioid guideline multiplies the activity score of CYP2D6 by 0")
    assert "no consensus method" in found.method
    assert OPIOID_GUIDELINE in found.publications
    assert found.paths == PAROXETINE.paths


def test_the_strongest_of_several_inhibitors_counts_and_all_are_shown() -> None:
    found, converted = convert("CYP2D6", (NM, 2.0), DULOXETINE, PAROXETINE, SERTRALINE)
    assert converted == (PM, 0.0)
    assert found.modulators == (DULOXETINE, PAROXETINE, SERTRALINE)


@pytest.mark.parametrize(
    ("phenotype", "inhibitor", "expected"),
    [
        (NM, PAROXETINE, (PM, 0.0)),
        (NM, DULOXETINE, (IM, None)),
        (IM, DULOXETINE, (IM, None)),
        (UM, DULOXETINE, (None, None)),
    ],
)
def test_without_a_score_only_what_holds_for_every_score_is_derived(
    phenotype: str, inhibitor: Modulator, expected: tuple[str | None, float | None]
) -> None:
    assert convert("CYP2D6", (phenotype, None), inhibitor)[1] == expected


def test_an_inhibitor_of_unstated_strength_converts_nothing_and_takes_from_a_weak_one() -> None:
    unstated = modulator("hydralazine", "CYP2D6", UNSTATED)
    found, converted = convert("CYP2D6", (NM, 2.0), unstated, SERTRALINE)
    assert converted == (None, None)
    assert "no list states how strongly hydralazine" in found.method


def test_a_claimed_inducer_does_not_convert_cyp2d6() -> None:
    inducer = modulator("dexamethasone", "CYP2D6", STRONG, Modulation.INDUCER)
    assert convert("CYP2D6", (IM, 1.0), inducer)[1] == (None, None)
    assert convert("CYP2D6", (IM, 1.0), inducer, PAROXETINE)[1] == (PM, 0.0)


FLUVOXAMINE = modulator("fluvoxamine", "CYP2C19", STRONG)
OMEPRAZOLE = modulator("omeprazole", "CYP2C19", WEAK)
RIFAMPIN = modulator("rifampin", "CYP2C19", STRONG, Modulation.INDUCER)


@pytest.mark.parametrize(
    ("phenotype", "modulators", "expected"),
    [
        (NM, [FLUVOXAMINE], PM),
        (IM, [FLUVOXAMINE, OMEPRAZOLE], PM),
        (UM, [FLUVOXAMINE], None),
        (RM, [FLUVOXAMINE], None),
        (NM, [OMEPRAZOLE], None),
        (NM, [RIFAMPIN], None),
        (NM, [RIFAMPIN, FLUVOXAMINE], None),
        (PM, [FLUVOXAMINE], PM),
        (PM, [RIFAMPIN], PM),
    ],
)
def test_cyp2c19_becomes_poor_under_a_strong_inhibitor_and_is_otherwise_left(
    phenotype: str, modulators: list[Modulator], expected: str | None
) -> None:
    found, converted = convert("CYP2C19", (phenotype, None), *modulators)
    assert converted == (expected, None)
    assert found.method


def test_a_moderate_inhibitor_of_cyp2c9_is_shown_but_not_converted() -> None:
    found, converted = convert("CYP2C9", (NM, 2.0), modulator("amiodarone", "CYP2C9", MODERATE))
    assert converted == (None, None)
    assert found.method.startswith("Not converted: amiodarone (moderate inhibitor) lowers CYP2C9")


def test_induction_leaves_an_enzyme_without_activity_as_it_is_but_not_one_with_little() -> None:
    inducer = modulator("rifampin", "CYP2C9", MODERATE, Modulation.INDUCER)
    assert convert("CYP2C9", (PM, 0.0), inducer)[1] == (PM, 0.0)
    assert convert("CYP2C9", (PM, 0.5), inducer)[1] == (None, None)


def test_indeterminate_stays_indeterminate() -> None:
    assert convert("CYP2D6", ("Indeterminate", None), PAROXETINE)[1] == ("Indeterminate", None)


def test_a_gene_without_a_result_says_what_inhibition_means_at_most() -> None:
    (found,) = phenoconvert(GRAPH, {}, {"CYP2D6": [PAROXETINE]})
    assert (found.gene, found.phenotype, found.converted) == (GENES["CYP2D6"], None, None)
    assert "paroxetine (strong inhibitor) lowers its activity" in found.method
    assert "At most it acts as in a poor metabolizer" in found.method


def test_a_call_for_research_is_no_result() -> None:
    genes = {"CYP2D6": call("CYP2D6", (NM, 2.0), research=True)}
    assert phenoconvert(GRAPH, genes, {"CYP2D6": [PAROXETINE]}) == phenoconvert(GRAPH, {}, {"CYP2D6": [PAROXETINE]})


def test_each_distinct_result_of_the_compatible_diplotypes_is_converted_once() -> None:
    genes = {"CYP2D6": call("CYP2D6", (NM, 2.0), (IM, 1.0), (NM, 2.0), (None, None))}
    found = phenoconvert(GRAPH, genes, {"CYP2D6": [DULOXETINE]})
    assert [(one.activity_score, one.converted_score) for one in found] == [(2.0, 1.0), (1.0, 0.5)]


def test_a_gene_that_the_release_does_not_know_is_passed_over() -> None:
    assert phenoconvert(GRAPH, {}, {"CYP0A0": [PAROXETINE]}) == ()


def test_a_disputed_strength_is_told_with_the_method() -> None:
    disputed = modulator("cimetidine", "CYP2D6", MODERATE, Modulation.INHIBITOR, "one: weak", "other: moderate")
    assert convert("CYP2D6", (NM, 2.0), disputed)[0].method.endswith("Lists disagree on cimetidine.")


@given(
    score=st.sampled_from(CPIC_SCORES),
    strengths=st.lists(st.sampled_from(ModulatorStrength), min_size=1, max_size=3),
    more=st.sampled_from(ModulatorStrength),
)
def test_another_inhibitor_never_raises_the_converted_score(
    score: float, strengths: list[ModulatorStrength], more: ModulatorStrength
) -> None:
    fewer = [modulator(f"drug {place}", "CYP2D6", strength) for place, strength in enumerate(strengths)]
    _, (_, before) = convert("CYP2D6", (None, score), *fewer)
    _, (_, after) = convert("CYP2D6", (None, score), *fewer, modulator("another", "CYP2D6", more))
    if before is not None and after is not None:
        assert after <= before <= score
