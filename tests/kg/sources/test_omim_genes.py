from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity
from kg.sources.omim_genes import CURATED, SOURCE, read_curated_diseases, read_gene_axioms
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

GENES, CURATIONS = "mondo-omim-genes.robot.tsv", "mondo-clingen.robot.tsv"
FBN1, MARFAN = Reference("HGNC", "3603"), Reference("MONDO", "0007947")


@pytest.fixture
def context(context: Context) -> Context:
    context.resolver.genes.add(FBN1, "FBN1")
    context.resolver.diseases.add(MARFAN, "Marfan syndrome")
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    return list((read_gene_axioms if file.name == GENES else read_curated_diseases)(file, context))


def test_an_axiom_relates_a_gene_to_the_mondo_disease_and_names_omims(fixture_file: Opener, context: Context) -> None:
    one = next(one for one in read(fixture_file(SOURCE, GENES), context) if isinstance(one, Association))
    assert (one.subject, one.predicate, one.object) == (FBN1, Predicate.GENE_ASSOCIATED_WITH_CONDITION, MARFAN)
    assert one.qualifiers == ((Qualifier.ORIGINAL_OBJECT, "OMIM:154700"),)
    assert (one.evidence[0].record, one.evidence[0].agent_type) == (f"{GENES}#L3", AgentType.NOT_PROVIDED)


def test_gene_and_disease_of_no_vocabulary_are_kept_and_listed(fixture_file: Opener, context: Context) -> None:
    items = read(fixture_file(SOURCE, GENES), context)
    assert [one for one in items if isinstance(one, Entity)] == [
        Entity(Reference("MONDO", "0099999"), Category.DISEASE, "MONDO:0099999"),
        Entity(Reference("HGNC", "99999"), Category.GENE, "HGNC:99999"),
    ]
    assert sorted(context.unresolved.examples.values()) == [["HGNC:99999"], ["MONDO:0099999"]]


def test_a_curated_disease_bears_clingens_name_and_the_assertions(fixture_file: Opener, context: Context) -> None:
    items = read(fixture_file(SOURCE, CURATIONS), context)
    assert Entity(MARFAN, Category.DISEASE, "Marfan syndrome of ClinGen") in items
    found = [one for one in items if isinstance(one, Association)]
    assert {(one.subject, one.predicate, one.object) for one in found} == {(MARFAN, Predicate.MEMBER_OF, CURATED)}
    assert [one.evidence[0].record.partition("-2023")[0][-1] for one in found] == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (GENES, "hgnc_id", "gene", "lacks the column hgnc_id"),
        (GENES, "http://identifiers.org/hgnc/3603", "FBN1", "column hgnc_id: 'FBN1' is no identifier"),
        (GENES, "http://identifiers.org/hgnc/3603", "OMIM:134797", "which is no HGNC id"),
        (GENES, "OMIM:154700", "154700", "column omim_disease_xref: '154700'"),
        (
            CURATIONS,
            "CGGV:assertion_00000000-0000-0000-0000-000000000001-2023-01-01T160000.000Z",
            "",
            "names no ClinGen",
        ),
        (CURATIONS, "MONDO:0007947\tCGGV", "HP:0001166\tCGGV", "holds 'HP:0001166', which is no MONDO id"),
    ],
)
def test_a_malformed_axiom_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        read(file, context)
    assert refusal.value.file == str(file.path)


@pytest.mark.parametrize("name", [GENES, CURATIONS])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read(file, context))
    assert refusal.value.file == str(file.path)
