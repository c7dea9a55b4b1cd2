from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.levels import GenccValidity
from kg.model import Association, Entity
from kg.sources.gencc import SOURCE, read_submissions
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAMES = ["handmade_gencc.tsv", "gencc-submissions.tsv", "gencc-submissions.csv"]
APC, POLYPOSIS, OMIM = Reference("HGNC", "583"), Reference("MONDO", "0021056"), Reference("OMIM", "175100")


@pytest.fixture
def context(context: Context) -> Context:
    context.resolver.genes.add(APC, "APC")
    context.resolver.diseases.add(POLYPOSIS, "familial adenomatous polyposis 1", identifiers=[OMIM])
    return context


def read(file: SourceFile, context: Context) -> list[Association]:
    return [one for one in read_submissions(file, context) if isinstance(one, Association)]


@pytest.mark.parametrize("name", NAMES)
def test_submissions_are_read_alike_in_each_of_the_formats(fixture_file: Opener, context: Context, name: str) -> None:
    found = read(fixture_file(SOURCE, name), context)
    assert [(one.subject.curie, one.object.curie, one.negated, one.evidence[0].level) for one in found] == [
        ("HGNC:583", "MONDO:0021056", False, GenccValidity.DEFINITIVE),
        ("HGNC:583", "MONDO:0021056", True, GenccValidity.DISPUTED),
        ("HGNC:583", "OMIM:175100", False, GenccValidity.SUPPORTIVE),
        ("HGNC:99999", "MONDO:0099998", False, GenccValidity.LIMITED),
    ]
    assert context.left_out.counts["known of an animal model only: nothing is claimed of humans"] == 1


def test_a_submission_keeps_submitter_inheritance_and_the_disease_as_submitted(
    fixture_file: Opener, context: Context
) -> None:
    first, second, *_ = read(fixture_file(SOURCE, NAMES[0]), context)
    assert dict(first.qualifiers) == {
        Qualifier.INHERITANCE: Reference("HP", "0000006"),
        Qualifier.ORIGINAL_OBJECT: "OMIM:175100",
        Qualifier.SUBMITTER: "Ambry Genetics",
    }
    assert second.qualifiers == ((Qualifier.SUBMITTER, "ClinGen"),)
    assert first.evidence[0].record == "SGC-1"


def test_a_mim_number_among_the_papers_is_none_and_an_address_gives_no_number(
    fixture_file: Opener, context: Context
) -> None:
    papers = {
        str(paper) for one in read(fixture_file(SOURCE, NAMES[0]), context) for paper in one.evidence[0].publications
    }
    assert papers == {"PMID:21396583", "PMID:1651563"}
    assert context.left_out.examples["publication without a PubMed id"] == [
        "611731",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5655771/",
    ]


def test_gene_and_disease_of_no_vocabulary_are_declared(fixture_file: Opener, context: Context) -> None:
    items = list(read_submissions(fixture_file(SOURCE, NAMES[0]), context))
    assert [one for one in items if isinstance(one, Entity)] == [
        Entity(Reference("HGNC", "99999"), Category.GENE, "NEWGENE"),
        Entity(Reference("MONDO", "0099998"), Category.DISEASE, "no vocabulary has it either"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("submitter_title", "submitter_name", "lacks the column submitter_title"),
        ("sgc_id", "id", "lacks the column sgc_id"),
        ("Definitive", "Certain", "column classification_title holds 'Certain'"),
        ("HGNC:583", "APC", "column gene_curie holds 'APC', which is no HGNC id"),
        ("MONDO:0021056", "FAP", "column disease_curie holds 'FAP', which is no known id"),
        ("HP:0000006", "AD", "column moi_curie holds 'AD', which is no HP id"),
    ],
)
def test_a_malformed_submission_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, NAMES[0]).path.read_text("utf-8")
    file = written_file(SOURCE, NAMES[0], content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        read(file, context)
    assert refusal.value.file == str(file.path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read_submissions(file, context))
    assert refusal.value.file == str(file.path)
