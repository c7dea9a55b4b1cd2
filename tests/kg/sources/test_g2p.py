from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.levels import G2pConfidence
from kg.model import Association, Entity
from kg.sources.g2p import SOURCE, read_panel
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

OLD, NEW = "DDG2P.csv", "G2P_DD_2025-03-28.csv"
FBN1, APC, ARACHNODACTYLY = Reference("HGNC", "3603"), Reference("HGNC", "583"), Reference("HP", "0001166")
POLYPOSIS = Reference("MONDO", "0021056")


@pytest.fixture
def context(context: Context) -> Context:
    context.resolver.genes.add(FBN1, "FBN1")
    context.resolver.genes.add(APC, "APC")
    context.resolver.phenotypes.add(ARACHNODACTYLY, "Arachnodactyly")
    diseases = context.resolver.diseases
    diseases.add(Reference("MONDO", "0007947"), "Marfan syndrome", identifiers=[Reference("OMIM", "154700")])
    diseases.add(POLYPOSIS, "familial adenomatous polyposis 1")
    for number in ("0008075", "0024517"):
        diseases.add(Reference("MONDO", number), "schwannomatosis")
    return context


def associations(file: SourceFile, context: Context) -> list[Association]:
    return [one for one in read_panel(file, context) if isinstance(one, Association)]


def pairs(file: SourceFile, context: Context) -> list[Association]:
    wanted = Predicate.GENE_ASSOCIATED_WITH_CONDITION
    return [one for one in associations(file, context) if one.predicate is wanted]


def test_a_pair_keeps_confidence_requirement_consequence_and_panel(fixture_file: Opener, context: Context) -> None:
    one = pairs(fixture_file(SOURCE, OLD), context)[0]
    assert (one.subject, one.object.curie, one.negated) == (FBN1, "OMIM:154700", False)
    assert one.evidence[0].level is G2pConfidence.CONFIRMED
    assert dict(one.qualifiers) == {
        Qualifier.ALLELIC_REQUIREMENT: "monoallelic",
        Qualifier.MUTATION_CONSEQUENCE: "loss of function",
        Qualifier.PANEL: "DD",
    }


def test_papers_are_pubmed_ids_and_not_mim_numbers_books_or_numbers_run_together(
    fixture_file: Opener, context: Context
) -> None:
    one = pairs(fixture_file(SOURCE, OLD), context)[0]
    assert [str(paper) for paper in one.evidence[0].publications] == ["PMID:1852208"]
    assert context.left_out.examples["publication without a PubMed id"] == ["134797", "NBK1335", "2386395426310507"]


def test_a_disease_without_mim_number_is_found_by_name_or_minted_from_it(
    fixture_file: Opener, context: Context
) -> None:
    items = list(read_panel(fixture_file(SOURCE, OLD), context))
    found = [one for one in items if isinstance(one, Association) and one.subject == APC]
    assert [one.object for one in found] == [
        Reference.mint("term", "SCHWANNOMATOSIS"),
        Reference.mint("term", "APC related something"),
        POLYPOSIS,
    ]
    assert found[2].qualifier(Qualifier.ORIGINAL_OBJECT) == "Familial adenomatous polyposis 1"
    assert Entity(found[1].object, Category.DISEASE, "APC related something") in items
    assert context.ambiguous.examples == {
        "disease name with several meanings (kept as a name)": [
            "SCHWANNOMATOSIS: ambiguous: MONDO:0008075 or MONDO:0024517"
        ]
    }
    assert context.left_out.examples["disease number that is no MIM number (the disease is taken by its name)"] == [
        "3272"
    ]


def test_phenotypes_are_stated_of_the_disease_where_this_gene_causes_it(fixture_file: Opener, context: Context) -> None:
    features = [
        one for one in associations(fixture_file(SOURCE, OLD), context) if one.predicate is Predicate.HAS_PHENOTYPE
    ]
    assert [(one.subject.curie, one.object, one.qualifiers) for one in features] == [
        ("OMIM:154700", ARACHNODACTYLY, ((Qualifier.GENE_CONTEXT, FBN1),))
    ]
    assert context.unresolved.examples["HPO term that this HPO release does not have"] == ["HP:0099999"]
    reason = "HPO term that is no phenotypic abnormality: inheritance, onset, course ..."
    assert context.left_out.examples[reason] == ["HP:0000006"]


def test_the_later_layout_names_its_records_and_its_mechanism(fixture_file: Opener, context: Context) -> None:
    confirmed, disputed = pairs(fixture_file(SOURCE, NEW), context)
    assert confirmed.evidence[0].record == "G2P00001"
    assert confirmed.qualifier(Qualifier.MECHANISM) == "loss of function"
    assert [str(paper) for paper in confirmed.evidence[0].publications] == ["PMID:1852208", "PMID:2332109"]
    assert (disputed.object.curie, disputed.negated) == ("MONDO:0007947", True)


def test_a_disputed_pair_states_no_phenotypes(fixture_file: Opener, context: Context) -> None:
    found = associations(fixture_file(SOURCE, NEW), context)
    assert [one.subject.curie for one in found if one.predicate is Predicate.HAS_PHENOTYPE] == ["OMIM:154700"]


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (OLD, '"pmids"', '"papers"', "lacks the column pmids"),
        (OLD, '"DDD category"', '"category"', "lacks the column DDD category"),
        (OLD, '"confirmed"', '"sure"', "column DDD category holds 'sure'"),
        (NEW, '"definitive"', '"sure"', "column confidence holds 'sure'"),
        (OLD, '"3603"', '"FBN1"', "column hgnc id holds 'FBN1'"),
        (OLD, "HP:0001166", "Arachnodactyly", "column phenotypes holds 'Arachnodactyly'"),
        (OLD, ',"No date"', "", "has 13 fields where the header has 14"),
    ],
)
def test_a_malformed_pair_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        list(read_panel(file, context))
    assert refusal.value.file == str(file.path)


@pytest.mark.parametrize("name", [OLD, NEW])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read_panel(file, context))
    assert refusal.value.file == str(file.path)
