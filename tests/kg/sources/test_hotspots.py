from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity, KnowledgeLevel
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.hotspots import SOURCE, V2_PAPER, V3D_PAPER, hotspot, read_hotspots
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "hotspots_v2_and_3d.txt"
NRAS, EGFR, TP53 = Reference("HGNC", "7989"), Reference("HGNC", "3236"), Reference("HGNC", "11998")
Q61 = Reference("GENOPATH", "variant/HGNC:7989/Q61")


@pytest.fixture
def taught(context: Context) -> Context:
    for gene, symbol in ((NRAS, "NRAS"), (EGFR, "EGFR"), (TP53, "TP53")):
        context.resolver.genes.add(gene, symbol)
    return context


@pytest.fixture
def items(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_hotspots(fixture_file(SOURCE, NAME), taught))


def statements(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def test_a_residue_is_one_variant_of_its_gene_however_often_it_was_found(items: list[Item]) -> None:
    assert [one for one in items if isinstance(one, Entity) and one.reference == Q61] == [
        Entity(Q61, Category.SEQUENCE_VARIANT, "NRAS Q61")
    ]
    found = [one for one in statements(items) if one.subject == Q61]
    assert {(one.predicate, one.object) for one in found} == {(Predicate.IS_SEQUENCE_VARIANT_OF, NRAS)}
    assert {one.qualifier(Qualifier.HOTSPOT_TYPE) for one in found} == {"single residue", "3d"}


def test_a_statement_carries_the_counts_and_the_test(items: list[Item]) -> None:
    flat, spatial, *_ = statements(items)
    assert flat.qualifier(Qualifier.TUMOR_COUNT) == "422"
    assert flat.qualifier(Qualifier.Q_VALUE) == "0.0"
    assert flat.qualifier(Qualifier.VARIANT_AMINO_ACIDS) == "P:2|R:204|H:27|*:1|K:142|L:46"
    assert str(flat.qualifier(Qualifier.TUMOR_TYPES)).startswith("thymus:3|biliary_tract:5|")
    assert flat.qualifier(Qualifier.TRANSCRIPT) == "ENST00000369535"
    assert flat.qualifier(Qualifier.CLUSTER) is None
    assert (spatial.qualifier(Qualifier.CLUSTER), spatial.qualifier(Qualifier.HOTSPOT_CLASS)) == ("183", "Hotspot")
    assert (spatial.qualifier(Qualifier.P_VALUE), spatial.qualifier(Qualifier.Q_VALUE)) == ("0.0141", None)


def test_evidence_is_the_row_the_paper_and_an_analysis(items: list[Item]) -> None:
    flat, spatial, *_ = (one.evidence[0] for one in statements(items))
    assert (flat.record, flat.publications) == (f"{NAME}#L2", (V2_PAPER,))
    assert spatial.publications == (V3D_PAPER,)
    assert (flat.knowledge_level, flat.agent_type) == (
        KnowledgeLevel.STATISTICAL_ASSOCIATION,
        AgentType.DATA_ANALYSIS_PIPELINE,
    )


def test_indels_and_splice_sites_are_named_by_their_residues(items: list[Item]) -> None:
    assert {one.subject for one in statements(items)} == {Q61, hotspot(EGFR, "745-759"), hotspot(TP53, "X187")}


def test_no_tumour_type_is_an_object(items: list[Item]) -> None:
    assert {one.object.prefix for one in statements(items)} == {"HGNC"}


def test_an_unknown_gene_is_listed(items: list[Item], taught: Context) -> None:
    assert items
    assert taught.unresolved.examples == {"gene symbol unknown": ["NOSUCHGENE"]}


def test_a_row_of_a_later_release_is_left_out(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    lines = [line for _, line in fixture_file(SOURCE, NAME).lines()]
    content = "\n".join([f"{lines[0]}\tversion", f"{lines[1]}\tv2", f"{lines[3]}\tv3"])
    found = statements(list(read_hotspots(written_file(SOURCE, NAME, content), taught)))
    assert [one.subject for one in found] == [Q61]
    assert taught.left_out.counts == {"hotspot of another release than the file's own": 1}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("type", "4d", "column type holds '4d'"),
        ("class", "Cold spot", "column class holds 'Cold spot'"),
        ("residue", "Gln61", "column residue holds 'Gln61'"),
        ("tumor_count", "many", "no number of tumours"),
        ("tumor_type_composition", "skin=187", "column tumor_type_composition"),
        ("q_value", "low", "column q_value holds 'low', which is no number"),
        ("p_value", "nan", "which is no number"),
        ("cluster", "third", "which is no number"),
    ],
)
def test_what_would_be_misread_is_an_error_that_names_its_place(
    fixture_file: Opener, written_file: Writer, taught: Context, column: str, value: str, message: str
) -> None:
    lines = [line for _, line in fixture_file(SOURCE, NAME).lines()]
    fields = lines[1].split("\t")
    fields[lines[0].split("\t").index(column)] = value
    with pytest.raises(SourceError, match=message) as error:
        list(read_hotspots(written_file(SOURCE, NAME, "\n".join([lines[0], "\t".join(fields)])), taught))
    assert error.value.line == 2


def test_a_damaged_table_is_refused(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    lines = [line for _, line in fixture_file(SOURCE, NAME).lines()]
    cases: list[tuple[str | bytes, str]] = [
        ("\n".join([lines[0].replace("residue", "site", 1), *lines[1:]]), "lacks the column"),
        ("\n".join([*lines, lines[1]]), "NRAS Q61 single residue is there a second time"),
        ("\n".join(lines).encode() + b"\n\xff\xfe", "cannot be read further"),
        ("", "is empty"),
    ]
    for content, message in cases:
        with pytest.raises(SourceError, match=message):
            list(read_hotspots(written_file(SOURCE, NAME, content), taught))


@pytest.mark.real_data
def test_every_row_of_the_table_is_a_statement_of_a_known_gene(test_data: Path, context: Context) -> None:
    for _, found in Reading.of(hgnc.SOURCE, [test_data], context.resolver).files():
        list(found)
    reading = Reading.of(SOURCE, [test_data], context.resolver)
    items = [item for _, found in reading.files() for item in found]
    path = next((test_data / "hotspots").glob("hotspots*.txt"))
    with path.open(encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    (account,) = reading.accounts.values()
    assert (account.read, account.used, account.unexplained) == (len(published), len(published), 0)
    assert {evidence.release for one in statements(items) for evidence in one.evidence} == {"v2"}
    counts = {
        (one.subject.identifier, one.qualifier(Qualifier.TUMOR_COUNT))
        for one in statements(items)
        if one.qualifier(Qualifier.HOTSPOT_TYPE) == "single residue"
    }
    assert {
        ("variant/HGNC:7989/Q61", "422"),
        ("variant/HGNC:1097/V600", "897"),
        ("variant/HGNC:8975/E545", "633"),
    } <= counts
