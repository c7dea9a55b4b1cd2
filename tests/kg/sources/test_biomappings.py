from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import mondo
from kg.sources.biomappings import SOURCE, read_mappings
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "positive.sssom.tsv"
MARFAN, JALILI = Reference("MONDO", "0007947"), Reference("DOID", "0111404")


@pytest.fixture
def taught(context: Context) -> Context:
    """A build with three Mondo diseases, one of DOID that Mondo equates, an HPO term and a gene."""
    diseases = context.resolver.diseases
    for number in ("0007947", "0001046", "0008993"):
        diseases.add(Reference("MONDO", number), number)
    diseases.map(Reference("MONDO", "0008993"), [JALILI])
    diseases.add_code("MESH:D008382", MARFAN)
    context.resolver.phenotypes.add(Reference("HP", "0410319"), "Alpha-gal allergy")
    context.resolver.genes.add(Reference("HGNC", "3603"), "FBN1")
    return context


@pytest.fixture
def items(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_mappings(fixture_file(SOURCE, NAME), taught))


def test_mappings_begin_at_the_identifier_that_the_graph_has(items: list[Item]) -> None:
    stated = [one for one in items if isinstance(one, Association)]
    assert [(one.subject.curie, one.predicate.local_name, one.object.curie) for one in stated] == [
        ("MONDO:0007947", "exact_match", "GENOPATH:term/MESH:D008382"),
        ("DOID:0111404", "exact_match", "GENOPATH:term/MESH:C000596385"),
        ("MONDO:0001046", "broad_match", "GENOPATH:term/MESH:D001006"),
        ("HP:0410319", "exact_match", "GENOPATH:term/MESH:C000655084"),
        ("HGNC:3603", "exact_match", "GENOPATH:term/MESH:C000600001"),
        ("DOID:0111404", "close_match", "MONDO:0008993"),
    ]
    assert stated[0].evidence[0].record == "positive.sssom.tsv#L5"
    assert [one.evidence[0].agent_type for one in stated[1:3]] == [AgentType.MANUAL_AGENT, AgentType.NOT_PROVIDED]
    assert stated[2].qualifiers == ((Qualifier.MAPPING_JUSTIFICATION, "semapv:MappingInversion"),)


def test_a_code_is_declared_as_what_it_matches_unless_an_earlier_row_or_source_declared_it(
    fixture_file: Opener, written_file: Writer, taught: Context
) -> None:
    content = fixture_file(SOURCE, NAME).path.read_text("utf-8")
    again = "doid:0111404\tJalili\tskos:exactMatch\tmesh:C000655084\tx\tsemapv:ManualMappingCuration\t\t\t\t\t\n"
    items = list(read_mappings(written_file(SOURCE, NAME, content + again), taught))
    declared = [one for one in items if isinstance(one, Entity) and one.name.startswith("MESH")]
    assert [(one.reference.minted_name, one.category) for one in declared] == [
        ("MESH:C000596385", Category.DISEASE),
        ("MESH:D001006", Category.DISEASE),
        ("MESH:C000655084", Category.PHENOTYPIC_FEATURE),
        ("MESH:C000600001", Category.PROTEIN),
    ]


def test_an_exact_match_teaches_a_code_that_has_no_meaning_yet(items: list[Item], taught: Context) -> None:
    assert items
    diseases, phenotypes = taught.resolver.diseases, taught.resolver.phenotypes
    assert diseases.by_code("MESH:D008382").reference == MARFAN
    assert diseases.by_code("MESH:C000596385").reference == JALILI
    assert diseases.by_code("MESH:D001006").problem == "unknown"
    assert phenotypes.by_code("MESH:C000655084").reference == Reference("HP", "0410319")
    coded = {one.reference: one.attributes for one in items if isinstance(one, Entity) and one.attributes}
    assert coded == {JALILI: ((Attribute.CODE, "MESH:C000596385"),)}


def test_rows_that_are_not_used_are_counted(items: list[Item], taught: Context) -> None:
    assert items
    assert taught.left_out.examples == {
        "NCIt concept that is no disease of the build": ["mesh:C000082 ncit:C994"],
        "mapping of a vocabulary that the graph does not hold": ["mesh:D000001 chebi:52081", "vo:0000014 hp:0410319"],
        "relation other than exact, close, broad and narrow match": ["skos:relatedMatch"],
    }
    assert taught.unresolved.examples == {
        "identifier that no vocabulary of the build has": ["doid:9999999 umls:C0000001"]
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"subject_id\tobject_id\nx\ty\n", "lacks the columns"),
        (b"", "is empty"),
        (b"#\xff\xfe\n", "cannot be read further"),
    ],
    ids=["missing columns", "empty", "not UTF-8"],
)
def test_a_damaged_table_is_refused(written_file: Writer, context: Context, content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        list(read_mappings(written_file(SOURCE, NAME, content), context))


def test_a_row_that_is_cut_off_names_file_and_line(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, NAME).path.read_text("utf-8")
    file = written_file(SOURCE, NAME, content + "mondo:0007947\tMarfan\n")
    with pytest.raises(SourceError) as refusal:
        list(read_mappings(file, taught))
    assert refusal.value.line == content.count("\n") + 1


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[Reading, list[Item]]:
    resolver = Resolver()
    for _, items in Reading.of(mondo.SOURCE, [test_data], resolver).files():
        assert sum(1 for _ in items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return reading, [item for _, items in reading.files() for item in items]


@pytest.mark.real_data
def test_every_record_of_the_published_table_has_a_fate(real: tuple[Reading, list[Item]], test_data: Path) -> None:
    reading, _ = real
    text = (test_data / "mappings/biomappings" / NAME).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    (account,) = reading.accounts.values()
    assert list(reading.accounts) == ["2026-07-16/positive.sssom.tsv"]
    assert (account.read, account.unexplained) == (len(lines) - 1, 0)
    assert max(line.split("\t")[10] for line in lines[1:]) == "2026-07-16"


@pytest.mark.real_data
def test_rows_of_the_published_table_are_read_as_they_stand(real: tuple[Reading, list[Item]]) -> None:
    stated = {
        (one.subject.curie, one.predicate.local_name, one.object.curie)
        for one in real[1]
        if isinstance(one, Association)
    }
    assert ("DOID:0040091", "exact_match", "GENOPATH:term/MESH:D000081012") in stated
    assert ("DOID:0111404", "exact_match", "GENOPATH:term/MESH:C000596385") in stated
    assert ("MONDO:0002814", "narrow_match", "GENOPATH:term/MESH:D018268") in stated
    assert ("DOID:3010", "broad_match", "GENOPATH:term/MESH:D000071960") in stated
