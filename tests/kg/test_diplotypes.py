"""Results of diplotypes: who speaks, in whichever spelling; arrays and associations give the same answers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from kg.diplotypes import Diplotypes, DiplotypeWriter, StatedResult
from kg.model import AgentType, Association, Evidence, KnowledgeLevel
from kg.sources.cpic import gene_phenotype, genotype
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Graph

OWN, COPY, OLD = ("cpic", "diplotype/X"), ("pharmcat", "phenotype/X"), ("cpic", "diplotype-table.csv#L2")
"""Source and record of CPIC's own table, of PharmCAT's copy, and of the table of pypgx."""


def stated(
    symbol: str, diplotype: str, phenotype: str, told: tuple[str, str] = OWN, score: str | None = None
) -> Association:
    source, record = told
    why = Evidence(source, record, "1", "CC0-1.0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    scored = () if score is None else ((Qualifier.ACTIVITY_SCORE, score),)
    ends = genotype(symbol, diplotype), gene_phenotype(symbol, phenotype)
    return Association(ends[0], Predicate.HAS_PHENOTYPE, ends[1], (why,), scored)


def written(folder: Path, *items: Association) -> Diplotypes:
    writer = DiplotypeWriter()
    for item in items:
        writer.add(item)
    writer.write(folder)
    return Diplotypes.load(folder)


def phenotype(found: StatedResult | None) -> str | None:
    return None if found is None else found.phenotype.minted_name.partition("/")[2]


def test_a_diplotype_is_found_in_either_order_of_its_alleles_with_its_score_as_written(tmp_path: Path) -> None:
    diplotypes = written(tmp_path, stated("CYP2D6", "*1/*2x3", "Ultrarapid Metabolizer", score="≥4"))
    expected = StatedResult(Reference.parse("GENOPATH:phenotype/CYP2D6/Ultrarapid%20Metabolizer"), "≥4")
    assert diplotypes.find("CYP2D6", ("*1", "*2x3")) == expected
    assert diplotypes.find("CYP2D6", ("*2x3", "*1")) == expected


@pytest.mark.parametrize(
    ("symbol", "alleles"), [("CYP2D6", ("*1", "*1")), ("CYP2C19", ("*1", "*2")), ("CYP2D6", ("*1",)), ("CYP2D6", ())]
)
def test_what_no_source_states_is_not_found(tmp_path: Path, symbol: str, alleles: tuple[str, ...]) -> None:
    assert written(tmp_path, stated("CYP2D6", "*1/*2", "Normal Metabolizer")).find(symbol, alleles) is None


def test_an_allele_name_may_hold_a_slash_in_parentheses(tmp_path: Path) -> None:
    diplotypes = written(tmp_path, stated("DPYD", "Reference/c.1905+1G>A (*2A/*2B)", "Intermediate Metabolizer"))
    assert phenotype(diplotypes.find("DPYD", ("c.1905+1G>A (*2A/*2B)", "Reference"))) == "Intermediate Metabolizer"


@pytest.mark.parametrize(
    ("symbol", "spelling", "answered", "not_answered"),
    [
        ("G6PD", "A", [("A",), ("A", "MALE"), ("MALE", "A")], [("A", "A")]),
        ("G6PD", "A/MALE", [("A",), ("A", "MALE"), ("MALE", "A")], [("A", "A")]),
        ("G6PD", "A/A", [("A", "A")], [("A",), ("A", "MALE")]),
        ("CYP2C19", "*2/*2", [("*2", "*2")], [("*2",)]),
        ("MT-RNR1", "A/A", [("A",), ("A", "A")], [("A", "MALE")]),
    ],
)
def test_one_allele_is_hemizygous_or_mitochondrial_and_no_half_of_two_equal_ones(
    tmp_path: Path, symbol: str, spelling: str, answered: list[tuple[str, ...]], not_answered: list[tuple[str, ...]]
) -> None:
    diplotypes = written(tmp_path, stated(symbol, spelling, "Deficient"))
    assert [phenotype(diplotypes.find(symbol, alleles)) for alleles in answered] == ["Deficient"] * len(answered)
    assert [diplotypes.find(symbol, alleles) for alleles in not_answered] == [None] * len(not_answered)


def test_cpics_own_table_speaks_before_pharmcat_and_pharmcat_before_pypgx(tmp_path: Path) -> None:
    diplotypes = written(
        tmp_path,
        stated("NAT2", "*1/*4", "Old", OLD),
        stated("NAT2", "*4/*1", "Copied", COPY),
        stated("NAT2", "*1/*4", "Own", OWN),
        stated("NAT2", "*4/*5", "Old", OLD),
        stated("NAT2", "*4/*5", "Copied", COPY),
    )
    assert phenotype(diplotypes.find("NAT2", ("*1", "*4"))) == "Own"
    assert phenotype(diplotypes.find("NAT2", ("*5", "*4"))) == "Copied"
    assert phenotype(diplotypes.find("NAT2", ("*5", "*4"), frozenset({"cpic"}))) == "Old"
    assert phenotype(diplotypes.find("NAT2", ("*1", "*4"), frozenset({"pharmcat"}))) == "Copied"
    assert diplotypes.find("NAT2", ("*1", "*4"), frozenset({"hpo"})) is None


def test_of_sources_that_state_the_same_the_nearest_to_cpic_counts(tmp_path: Path) -> None:
    same = [stated("NAT2", "*1/*4", "Agreed", told) for told in (OLD, OWN)]
    diplotypes = written(tmp_path, same[0], stated("NAT2", "*1/*4", "Copied", COPY), same[1])
    assert phenotype(diplotypes.find("NAT2", ("*1", "*4"))) == "Agreed"


def test_what_is_denied_or_of_another_kind_is_no_result(tmp_path: Path) -> None:
    denied = stated("CYP2D6", "*1/*1", "Normal Metabolizer")
    disease = Association(
        Reference("OMIM", "154700"), Predicate.HAS_PHENOTYPE, Reference("HP", "0001166"), denied.evidence
    )
    part = Association(denied.subject, Predicate.HAS_PART, denied.object, denied.evidence)
    denied = Association(denied.subject, denied.predicate, denied.object, denied.evidence, negated=True)
    assert len(written(tmp_path, denied, disease, part)) == 0


def test_files_are_equal_whatever_the_order_of_the_statements(tmp_path: Path) -> None:
    items = [
        stated("CYP2D6", f"*{one}/*{other}", name, told, score)
        for one, other in ((1, 1), (1, 2), (2, 4))
        for name, told, score in (("Normal", OWN, "2"), ("Poor", COPY, None), ("Normal", OLD, "2"))
    ]
    written(tmp_path / "a", *items)
    random.Random(7).shuffle(items)  # noqa: S311 - an order, no secret
    written(tmp_path / "b", *items, *items)
    files = [{path.name: path.read_bytes() for path in (tmp_path / of).rglob("*.*")} for of in "ab"]
    assert files[0] == files[1]


def test_a_release_without_the_arrays_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds no diplotypes; build the release again"):
        Diplotypes.load(tmp_path)


def test_the_tiny_release_has_a_row_for_each_diplotype(graph: Graph) -> None:
    assert len(graph.diplotypes()) == 12
    assert graph.diplotypes() is graph.diplotypes()
