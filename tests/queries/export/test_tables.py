"""Rows of answers: what stands in which column."""

from __future__ import annotations

from kg.model import AgentType, Association, Entity, Evidence, Hop, KnowledgeLevel, Path
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate
from queries.candidate import (
    Action,
    CallStatus,
    Diplotype,
    DrugAdvice,
    GeneCall,
    Guideline,
    Positions,
    Recommendation,
)
from queries.case import CallSource
from queries.export.tables import ADVICE, CALLS, DIAGNOSES, Cell, Table
from queries.medication import Modulation, Modulator, ModulatorStrength, Phenoconversion

CYP2C19 = Entity(Reference("HGNC", "2621"), Category.GENE, "CYP2C19 gene", attributes=((Attribute.SYMBOL, "CYP2C19"),))
CLOPIDOGREL = Entity(Reference("RXNORM", "32968"), Category.DRUG, "clopidogrel")
OMEPRAZOLE = Entity(Reference("RXNORM", "7646"), Category.DRUG, "omeprazole")


def rows(table: Table[DrugAdvice], advice: DrugAdvice) -> list[dict[str, Cell]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows(advice)]


def path(*licences: str) -> Path:
    evidence = tuple(
        Evidence("cpic", f"row {n}", "2026", licence, KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
        for n, licence in enumerate(licences)
    )
    stated = Association(CYP2C19.reference, Predicate.AFFECTS, CLOPIDOGREL.reference, evidence)
    return Path((Hop(stated, CYP2C19, CLOPIDOGREL),))


def test_a_gene_is_a_row_with_its_preferred_and_its_other_diplotypes() -> None:
    call = GeneCall(
        CYP2C19,
        CallStatus.AMBIGUOUS,
        CallSource.VCF,
        (
            Diplotype("*2/*17", "Intermediate Metabolizer", 1.0, 3),
            Diplotype("*1/*2", "Intermediate Metabolizer", 1.0, 1, preferred=False),
            Diplotype("*1/*4", "Poor Metabolizer", 0.5, 1, preferred=False),
        ),
        Positions(33, ("rs1", "rs2")),
        ("one", "two"),
    )
    assert rows(CALLS, DrugAdvice((call,), ())) == [
        {
            "gene": "CYP2C19",
            "gene_id": "HGNC:2621",
            "status": "ambiguous",
            "diplotypes": "*2/*17",
            "other_diplotypes": "*1/*2; *1/*4",
            "phenotypes": "Intermediate Metabolizer; Poor Metabolizer",
            "activity_scores": "1; 0.5",
            "call_source": "vcf",
            "assayed": 33,
            "missing": 2,
            "research": False,
            "messages": "one; two",
        }
    ]


def test_a_gene_without_positions_counts_none_of_them() -> None:
    call = GeneCall(CYP2C19, CallStatus.NOT_CALLED, CallSource.DIPLOTYPE)
    (row,) = rows(CALLS, DrugAdvice((call,), ()))
    assert (row["assayed"], row["missing"], row["diplotypes"]) == (None, None, "")


def test_advice_names_release_and_licence_of_its_evidence_once_and_what_is_derived() -> None:
    inhibitor = Modulator(OMEPRAZOLE, Modulation.INHIBITOR, ModulatorStrength.MODERATE, (), ())
    change = Phenoconversion(CYP2C19, (inhibitor,), "Normal Metabolizer", None, None, None, "none", (), ())
    item = Recommendation(
        CLOPIDOGREL, "CPIC", Guideline(None, None, None), {"CYP2C19": "Poor Metabolizer"}, {}, (Action.AVOID,), None,
        None, "Avoid.", {}, True, False, (change,), (path("CC0", "MIT"), path("CC0")), ("a test", "phasing"),
    )  # fmt: skip
    (row,) = rows(ADVICE, DrugAdvice((), (item,)))
    assert row["sources"] == "cpic 2026 (CC0); cpic 2026 (MIT)"
    assert row["derived"] == "CYP2C19 gene Normal Metabolizer -> unknown (omeprazole)"
    assert (row["robust"], row["settled_by"]) == (False, "a test; phasing")


def test_columns_are_of_flat_types() -> None:
    for table in (ADVICE, CALLS, DIAGNOSES):
        assert set(table.columns.values()) <= {str, int, float, bool}
