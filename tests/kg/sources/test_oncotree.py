from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.model import Association, Entity
from kg.reading import Reading
from kg.sources.oncotree import SOURCE, read_tree
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "oncotree_2025_10_03.json"
LUAD, NSCLC, LUNG, MBN, PTCL, ZZZ = (
    Reference("ONCOTREE", code) for code in ("LUAD", "NSCLC", "LUNG", "MBN", "PTCL", "ZZZ")
)
MONDO_LUAD = Reference("MONDO", "0005061")


@pytest.fixture
def items(fixture_file: Opener, context: Context) -> list[Item]:
    context.resolver.diseases.add_code("UMLS:C0152013", MONDO_LUAD)
    context.resolver.diseases.add_code("UMLS:C0024109", Reference("MONDO", "0005275"))
    return list(read_tree(fixture_file(SOURCE, NAME), context))


def entity(items: list[Item], reference: Reference) -> Entity:
    return next(one for one in items if isinstance(one, Entity) and one.reference == reference)


def statements(items: list[Item], subject: Reference) -> set[tuple[Predicate, str]]:
    return {
        (one.predicate, one.object.curie) for one in items if isinstance(one, Association) and one.subject == subject
    }


def test_a_tumour_type_stands_below_its_parent_and_matches_ncit_exactly(items: list[Item]) -> None:
    found = entity(items, LUAD)
    assert (found.name, found.category) == ("Lung Adenocarcinoma", Category.DISEASE)
    assert set(found.attributes) == {(Attribute.MAIN_TYPE, "Non-Small Cell Lung Cancer"), (Attribute.TISSUE, "Lung")}
    assert statements(items, LUAD) == {
        (Predicate.SUBCLASS_OF, "ONCOTREE:NSCLC"),
        (Predicate.EXACT_MATCH, "NCIT:C3512"),
        (Predicate.CLOSE_MATCH, "MONDO:0005061"),
    }


def test_a_match_through_umls_keeps_the_code(items: list[Item]) -> None:
    (match,) = [one for one in items if isinstance(one, Association) and one.object == MONDO_LUAD]
    assert match.qualifier(Qualifier.ORIGINAL_OBJECT) == "UMLS:C0152013"
    assert match.qualifier(Qualifier.MAPPING_JUSTIFICATION) == "semapv:MappingChaining"


def test_an_ncit_concept_of_two_tumour_types_is_close_to_each(items: list[Item]) -> None:
    for one in (NSCLC, ZZZ):
        assert (Predicate.CLOSE_MATCH, "NCIT:C2926") in statements(items, one)


def test_a_tissue_stands_for_its_main_type_and_its_codes_name_the_organ(items: list[Item], context: Context) -> None:
    assert entity(items, LUNG).name == "Lung Cancer"
    assert statements(items, LUNG) == set()
    assert context.left_out.counts["codes of a tissue, which name the organ and no tumour"] == 2


def test_the_root_is_left_out(items: list[Item], context: Context) -> None:
    assert not [one for one in items if isinstance(one, Entity) and one.reference.identifier == "TISSUE"]
    assert context.left_out.counts["root of the tree, which is no tumour type"] == 1


def test_a_former_code_leads_to_the_current_one_unless_it_is_in_use(items: list[Item], context: Context) -> None:
    diseases = context.resolver.diseases
    assert diseases.by_identifier(Reference("ONCOTREE", "BCL")).reference == MBN
    assert diseases.by_identifier(LUAD).reference == LUAD
    assert diseases.by_identifier(Reference("ONCOTREE", "CTCL")).reference is None
    assert {
        (Attribute.ALTERNATIVE_ID, "ONCOTREE:PTCLNOS"),
        (Attribute.PRECURSOR, "ONCOTREE:CTCL"),
        (Attribute.REVOKED, "ONCOTREE:PTCL"),
    } <= set(entity(items, PTCL).attributes)


def test_codes_that_mean_nothing_here_are_listed(items: list[Item], context: Context) -> None:
    assert items
    assert context.left_out.counts["code of the NCI Metathesaurus that is none of UMLS"] == 1
    assert context.unresolved.examples["UMLS code that no Mondo disease claims alone (no match made)"] == [
        "ONCOTREE:NSCLC C0007131"
    ]


def tree(**changes: object) -> str:
    node: dict[str, object] = {
        "code": "LUNG",
        "name": "Lung",
        "mainType": "Lung Cancer",
        "tissue": "Lung",
        "parent": None,
        "level": 1,
        "children": {},
        "externalReferences": {},
        "history": [],
        "precursors": [],
        "revocations": [],
    }
    return json.dumps({"LUNG": node | changes})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is no OncoTree"),
        ('{"LUNG": 1}', "LUNG is no JSON object"),
        ('{"LUNG": {"code": "LUNG"}}', "lacks 'name'"),
        (tree(level="1"), "holds '1' as 'level'"),
        (tree(code="LIVER"), "stands as LUNG"),
        (tree(parent="LIVER"), "stands as LUNG below None"),
        (tree(history=[1]), "a list of codes is expected"),
        (tree(externalReferences={"NCI": "C1"}), "a list of codes is expected"),
        (tree(children={"LUNG": json.loads(tree(parent="LUNG"))["LUNG"]}), "more than once"),
        (tree().replace("LUNG", "lung ca"), "no OncoTree code"),
        (tree(children={"A": json.loads(tree(code="A", parent="LUNG", level=2, externalReferences={"NCI": ["?"]}))["LUNG"]}),
         "no NCIt code"),
        ('{"LUNG": ', "is not valid JSON"),
        (b"\xff\xfe{}", "cannot be read further"),
    ],
)  # fmt: skip
def test_another_document_is_refused(
    written_file: Writer, context: Context, content: str | bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        list(read_tree(written_file(SOURCE, NAME, content), context))


def nodes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in found.values():
        yield one
        yield from nodes(one["children"])


@pytest.mark.real_data
def test_every_tumour_type_of_the_release_is_read(test_data: Path, context: Context) -> None:
    reading = Reading.of(SOURCE, [test_data], context.resolver)
    items = [item for _, found in reading.files() for item in found]
    published = list(nodes(json.loads((test_data / f"oncotree/2025-10-03/{NAME}").read_text("utf-8"))))
    (account,) = reading.accounts.values()
    assert (account.read, account.used, account.unexplained) == (len(published), len(published) - 1, 0)
    stated = {(one.subject.identifier, one.object.identifier) for one in items if isinstance(one, Association) and one.predicate is Predicate.SUBCLASS_OF}  # fmt: skip
    assert stated == {(one["code"], one["parent"]) for one in published if one["level"] > 1}
    exact = {(one.subject.identifier, one.object.identifier) for one in items if isinstance(one, Association) and one.predicate is Predicate.EXACT_MATCH}  # fmt: skip
    assert {("LUAD", "C3512"), ("CCRCC", "C4033"), ("STAD", "C4004")} <= exact
    assert ("GEJ", "C9296") not in exact
    assert entity(items, Reference("ONCOTREE", "MDS/MPN")).category is Category.DISEASE
