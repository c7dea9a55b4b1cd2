"""Contradicting statements: each kind is found once with all its statements, and near misses are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.conflicts import Conflict, ConflictKind, ConflictWriter, count_conflicts, find_conflicts
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.normalize import Names
from kg.rdf import association_to_nquads
from kg.release import Manifest
from kg.store import Graph
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from pathlib import Path

GENE, DRUG, ALLELE = Reference("HGNC", "2621"), Reference("RXNORM", "32968"), Reference.mint("allele", "CYP2C19", "*2")
OMIM, MONDO, ORPHA = Reference("OMIM", "154700"), Reference("MONDO", "0007947"), Reference("ORPHA", "558")
CLINVAR, LOCUS = Reference("ClinVar", "1"), Reference.mint("variant", "GRCh38", "1-5-A-C")
VALIDITY, INDICATION = ConflictKind.GENE_DISEASE_VALIDITY, ConflictKind.INDICATION


def says(
    subject: Reference,
    predicate: Predicate,
    target: Reference,
    *,
    source: str = "one",
    negated: bool = False,
    **qualifiers: str,
) -> Association:
    evidence = Evidence(source, "1", "1", "CC0 1.0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
    named = tuple((Qualifier(name), value) for name, value in qualifiers.items())
    return Association(subject, predicate, target, (evidence,), named, negated)


def conflicts(folder: Path, *items: Entity | Association) -> list[Conflict]:
    diseases = Names()
    writer = ConflictWriter(diseases)
    for item in items:
        writer.add(item)
    diseases.map(MONDO, [OMIM])  # a mapping may come after the statements that it brings together
    writer.write(folder / "tables")
    store = Store(str(folder / "store"))
    lines = [line for item in items if isinstance(item, Association) for line in association_to_nquads(item)]
    store.bulk_load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    manifest = Manifest("tiny", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    (folder / "manifest.json").write_text(json.dumps(manifest.to_json()), "utf-8")
    return list(find_conflicts(Graph.open(folder)))


ASSOCIATED = says(GENE, Predicate.GENE_ASSOCIATED_WITH_CONDITION, OMIM)
REFUTED = says(GENE, Predicate.GENE_ASSOCIATED_WITH_CONDITION, MONDO, source="two", negated=True)
TREATS = says(DRUG, Predicate.APPLIED_TO_TREAT, ORPHA)
CONTRAINDICATED = says(DRUG, Predicate.CONTRAINDICATED_IN, ORPHA, source="two")
NO_FUNCTION = says(ALLELE, Predicate.IS_SEQUENCE_VARIANT_OF, GENE, allele_function="No Function")
DECREASED = says(ALLELE, Predicate.IS_SEQUENCE_VARIANT_OF, GENE, source="two", allele_function="Decreased function")
PATHOGENIC = says(CLINVAR, Predicate.CAUSES, OMIM, significance="Likely pathogenic")
BENIGN = says(LOCUS, Predicate.IS_SEQUENCE_VARIANT_OF, GENE, source="two", significance="Benign")
VARIANTS = [
    Entity(one, Category.SEQUENCE_VARIANT, "v", attributes=((Attribute.LOCUS_GRCH38, "1-5-A-C"),))
    for one in (CLINVAR, LOCUS)
]


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        (VALIDITY, (ASSOCIATED, REFUTED)),
        (INDICATION, (TREATS, CONTRAINDICATED)),
        (INDICATION, (TREATS, says(DRUG, Predicate.TREATS, ORPHA, negated=True))),
        (ConflictKind.ALLELE_FUNCTION, (NO_FUNCTION, DECREASED)),
        (ConflictKind.SIGNIFICANCE, (PATHOGENIC, BENIGN)),
    ],
)
def test_a_conflict_lists_every_statement_about_the_matter(
    tmp_path: Path, kind: ConflictKind, statements: tuple[Association, ...]
) -> None:
    (found,) = conflicts(tmp_path, *VARIANTS, *statements)
    assert found == Conflict(kind, tuple(sorted(statements, key=lambda one: one.key)))
    assert count_conflicts(tmp_path / "tables")[kind] == 1
    assert sum(count_conflicts(tmp_path / "tables").values()) == 1


@pytest.mark.parametrize(
    "statements",
    [
        (ASSOCIATED, says(Reference("HGNC", "1"), Predicate.GENE_ASSOCIATED_WITH_CONDITION, OMIM, negated=True)),
        (REFUTED, says(GENE, Predicate.GENE_ASSOCIATED_WITH_CONDITION, ORPHA)),
        (TREATS, says(DRUG, Predicate.CONTRAINDICATED_IN, OMIM)),
        (NO_FUNCTION, says(ALLELE, Predicate.IS_SEQUENCE_VARIANT_OF, GENE, allele_function="no function")),
        (NO_FUNCTION, says(ALLELE, Predicate.IS_SEQUENCE_VARIANT_OF, GENE, allele_function="Uncertain Function")),
        (PATHOGENIC, says(LOCUS, Predicate.ASSOCIATED_WITH, OMIM, source="two", significance="risk factor")),
        (PATHOGENIC, says(CLINVAR, Predicate.ASSOCIATED_WITH, ORPHA, significance="Uncertain significance")),
        (),
    ],
)
def test_what_agrees_or_is_about_another_matter_is_no_conflict(
    tmp_path: Path, statements: tuple[Association, ...]
) -> None:
    assert conflicts(tmp_path, *VARIANTS, *statements) == []


def test_one_kind_can_be_asked_for(tmp_path: Path) -> None:
    conflicts(tmp_path, TREATS, CONTRAINDICATED, ASSOCIATED, REFUTED)
    assert [found.kind for found in find_conflicts(Graph.open(tmp_path), INDICATION)] == [INDICATION]


def test_a_release_without_the_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds no list of conflicts; build the release again"):
        count_conflicts(tmp_path)
