"""Training triples against a handmade network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.triples import extract_triples
from kg.model import AgentType, Association, Evidence, KnowledgeLevel
from kg.network import Network, NetworkWriter
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from pathlib import Path

EVIDENCE = (Evidence("hpo", "L1", "2025-01-16", "CC0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT),)
MARFAN, TERM, GENE = Reference("OMIM", "154700"), Reference("HP", "0001166"), Reference("HGNC", "3603")
GENOTYPE, PHENOTYPE = Reference.mint("genotype", "TPMT", "*1/*2"), Reference.mint("phenotype", "TPMT", "Normal")


def _network(folder: Path) -> Network:
    writer = NetworkWriter()
    for association in (
        Association(MARFAN, Predicate.HAS_PHENOTYPE, TERM, EVIDENCE, ((Qualifier.FREQUENCY, "1/2"),)),
        Association(MARFAN, Predicate.HAS_PHENOTYPE, TERM, EVIDENCE, ((Qualifier.FREQUENCY, "2/2"),)),
        Association(GENE, Predicate.GENE_ASSOCIATED_WITH_CONDITION, MARFAN, EVIDENCE),
        Association(Reference("OMIM", "129600"), Predicate.HAS_PHENOTYPE, TERM, EVIDENCE, negated=True),
        Association(GENE, Predicate.EXACT_MATCH, Reference("NCBIGene", "2200"), EVIDENCE),
        Association(GENOTYPE, Predicate.HAS_PHENOTYPE, PHENOTYPE, EVIDENCE),
    ):
        writer.add(association)
    writer.write(folder)
    return Network.load(folder)


def test_asserted_biology_becomes_triples_once_and_nothing_else_does(tmp_path: Path) -> None:
    triples = extract_triples(_network(tmp_path))
    named = {
        (triples.entities[subject], triples.predicates[predicate], triples.entities[object_])
        for subject, predicate, object_ in triples.rows.tolist()
    }
    assert len(triples.rows) == 2
    assert named == {
        ("OMIM:154700", "biolink:has_phenotype", "HP:0001166"),
        ("HGNC:3603", "biolink:gene_associated_with_condition", "OMIM:154700"),
    }


def test_the_tsv_has_a_line_of_three_fields_for_each_triple(tmp_path: Path) -> None:
    extract_triples(_network(tmp_path)).write_tsv(tmp_path / "triples.tsv")
    lines = (tmp_path / "triples.tsv").read_text("utf-8").splitlines()
    assert sorted(lines) == [
        "HGNC:3603\tbiolink:gene_associated_with_condition\tOMIM:154700",
        "OMIM:154700\tbiolink:has_phenotype\tHP:0001166",
    ]
