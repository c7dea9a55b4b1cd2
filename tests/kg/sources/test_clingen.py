from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.folders import find_files
from kg.levels import ClinGenDosage, ClinGenValidity
from kg.model import Association, Entity
from kg.sources.clingen import SOURCE
from kg.sources.clingen.curation_lists import read_gene_list, read_region_list
from kg.sources.clingen.dosage import Dosage
from kg.sources.clingen.score_tracks import read_gene_scores, read_region_scores
from kg.sources.clingen.secondary_findings import read_list, read_reporting, secondary_findings_list
from kg.sources.clingen.validity import read_validity
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

FBN1, FBN2, A2ML1, ACTC1, MKS1 = (Reference("HGNC", number) for number in ("3603", "3604", "23336", "143", "7121"))
MARFAN = Reference("MONDO", "0007947")
DOMINANT, RECESSIVE = Reference("HP", "0000006"), Reference("HP", "0000007")
LOSS, GAIN = Dosage.HAPLOINSUFFICIENCY, Dosage.TRIPLOSENSITIVITY
REGIONS = "ClinGen_region_curation_list.HI.bed"


@pytest.fixture
def context(context: Context) -> Context:
    genes = {"FBN1": (FBN1, "2200"), "A2ML1": (A2ML1, "144568"), "ACTC1": (ACTC1, "70"), "MKS1": (MKS1, "54903")}
    for symbol, (gene, ncbi) in genes.items():
        context.resolver.genes.add(gene, symbol, identifiers=[Reference("NCBIGene", ncbi)])
    for disease in ("0007947", "0018997", "0016587", "0008644", "0012020"):
        context.resolver.diseases.add(Reference("MONDO", disease), f"disease {disease}")
    return context


def associations(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def test_a_classified_pair_keeps_grade_inheritance_panel_and_assertion(fixture_file: Opener, context: Context) -> None:
    items = list(read_validity(fixture_file(SOURCE, "Clingen-Gene-Disease-Summary.csv"), context))
    one = associations(items)[0]
    assert (one.subject, one.predicate, one.object, one.negated) == (
        FBN1,
        Predicate.GENE_ASSOCIATED_WITH_CONDITION,
        MARFAN,
        False,
    )
    assert one.qualifier(Qualifier.INHERITANCE) == DOMINANT
    assert one.qualifier(Qualifier.SUBMITTER) == "Heritable Thoracic Aortic Aneurysm and Dissection"
    assert one.evidence[0].level is ClinGenValidity.DEFINITIVE
    assert one.evidence[0].record == "CGGV:assertion_00000000-0000-0000-0000-000000000001-2023-01-01T160000.000Z"


def test_a_disputed_pair_is_a_denial_and_an_unknown_relationship_states_nothing(
    fixture_file: Opener, context: Context
) -> None:
    items = list(read_validity(fixture_file(SOURCE, "Clingen-Gene-Disease-Summary.csv"), context))
    assert [one.subject for one in associations(items) if one.negated] == [A2ML1]
    assert not any(one.subject == ACTC1 for one in associations(items))
    assert list(context.left_out.examples.values()) == [["ACTC1 arrhythmogenic right ventricular cardiomyopathy"]]


def test_gene_and_disease_that_the_build_does_not_know_are_kept_under_their_names_and_listed(
    fixture_file: Opener, context: Context
) -> None:
    items = list(read_validity(fixture_file(SOURCE, "Clingen-Gene-Disease-Summary.csv"), context))
    assert {one.reference: (one.category, one.name) for one in items if isinstance(one, Entity)} == {
        FBN2: (Category.GENE, "FBN2"),
        Reference("MONDO", "0099999"): (Category.DISEASE, "a disease of no vocabulary"),
    }
    assert sorted(context.unresolved.examples.values()) == [["HGNC:3604"], ["MONDO:0099999"]]
    assert associations(items)[-1].qualifiers == ()


def test_genes_of_the_secondary_findings_list_are_its_members(fixture_file: Opener, context: Context) -> None:
    items = list(read_list(fixture_file(SOURCE, "ACMG_SF_v3.3.txt"), context))
    assert [(one.subject, one.predicate, one.object) for one in associations(items)] == [
        (gene, Predicate.MEMBER_OF, secondary_findings_list("3.3")) for gene in (FBN1, ACTC1)
    ]
    assert context.unresolved.examples == {"gene symbol unknown": ["NOSUCHGENE"]}
    assert context.left_out.examples == {"repeats a gene of the list": ["FBN1"]}


def test_reporting_says_whether_a_finding_is_reportable_and_why(fixture_file: Opener, context: Context) -> None:
    name = "Clingen-Curation-ACMG-Summary-Report-2026-03-09.tsv"
    reportable, refuted = associations(list(read_reporting(fixture_file(SOURCE, name), context)))
    assert dict(reportable.qualifiers) == {
        Qualifier.INHERITANCE: DOMINANT,
        Qualifier.RECOMMENDATION: "Handmade guidance.",
        Qualifier.SECONDARY_FINDING: "See Guidance",
    }
    assert (refuted.negated, refuted.qualifier(Qualifier.SECONDARY_FINDING)) == (True, "NA")
    assert reportable.evidence[0].record == f"{name}#L3"


def test_the_earlier_reporting_table_has_no_guidance(fixture_file: Opener, context: Context) -> None:
    name = "ACMG_SF_Gene-Disease_Reporting_20250626.tsv"
    (one,) = associations(list(read_reporting(fixture_file(SOURCE, name), context)))
    assert one.qualifier(Qualifier.RECOMMENDATION) is None
    assert one.qualifier(Qualifier.SECONDARY_FINDING) == "Yes"


def test_dosage_scores_of_genes_speak_for_against_or_of_recessive_phenotypes(
    fixture_file: Opener, context: Context
) -> None:
    file = fixture_file(SOURCE, "ClinGen_haploinsufficiency_gene.bed")
    found = associations(list(read_gene_scores(file, context, dosage=LOSS)))
    assert [(one.subject, one.object, one.negated, one.evidence[0].level) for one in found] == [
        (FBN1, LOSS.term, False, ClinGenDosage.SUFFICIENT),
        (A2ML1, LOSS.term, True, ClinGenDosage.UNLIKELY),
        (MKS1, RECESSIVE, False, ClinGenDosage.AUTOSOMAL_RECESSIVE),
    ]
    assert {one.predicate for one in found} == {Predicate.ASSOCIATED_WITH}
    assert context.left_out.examples == {
        "no evidence for dosage sensitivity (score 0)": [f"{ACTC1} Haploinsufficiency"]
    }
    assert context.unresolved.examples == {"gene symbol unknown": ["NOSUCHGENE"]}


def test_gaining_a_gene_is_another_term(fixture_file: Opener, context: Context) -> None:
    file = fixture_file(SOURCE, "ClinGen_triplosensitivity_gene.bed")
    items = list(read_gene_scores(file, context, dosage=GAIN))
    assert Entity(GAIN.term, Category.PHENOTYPIC_QUALITY, "Triplosensitivity") in items
    assert [one.subject for one in associations(items)] == [A2ML1]


@pytest.mark.parametrize(
    ("folder", "assembly", "attribute", "place"),
    [
        ("hg19", "GRCh37", Attribute.REGION_GRCH37, "22-18912231-21465672"),
        ("hg38", "GRCh38", Attribute.REGION_GRCH38, "22-18924718-21111383"),
    ],
)
def test_a_region_without_a_name_is_named_by_the_coordinates_of_clingens_own_table(
    fixture_file: Opener, context: Context, folder: str, assembly: str, attribute: Attribute, place: str
) -> None:
    table = next(one for one in SOURCE.tables if one.pattern == f"*{folder}/{REGIONS}")
    items = list(table.read(fixture_file(SOURCE, f"dosage-2023-{folder}/{REGIONS}"), context))
    region = next(one for one in items if isinstance(one, Entity))
    assert (region.reference, region.category) == (Reference.mint("region", assembly, place), Category.GENOMIC_ENTITY)
    assert region.attributes == ((attribute, place),)
    assert [(one.negated, one.object) for one in associations(items)] == [(False, LOSS.term), (True, LOSS.term)]


def test_a_region_of_which_nothing_is_stated_is_not_declared(fixture_file: Opener, context: Context) -> None:
    file = fixture_file(SOURCE, "dosage-2023-hg19/ClinGen_region_curation_list.TS.bed")
    items = list(read_region_scores(file, context, dosage=GAIN, assembly="GRCh37"))
    assert [one.name for one in items if isinstance(one, Entity)] == ["22:18912231-21465672 (GRCh37)", GAIN.value]


def test_the_gene_list_adds_papers_and_the_disease_of_the_score(fixture_file: Opener, context: Context) -> None:
    file = fixture_file(SOURCE, "ClinGen_gene_curation_list_GRCh37.tsv")
    found = associations(list(read_gene_list(file, context)))
    assert [(one.subject, one.predicate.local_name, one.object.curie, one.negated) for one in found] == [
        (FBN1, "associated_with", LOSS.term.curie, False),
        (FBN1, "gene_associated_with_condition", MARFAN.curie, False),
        (A2ML1, "associated_with", LOSS.term.curie, True),
        (MKS1, "associated_with", RECESSIVE.curie, False),
        (MKS1, "gene_associated_with_condition", "MONDO:0018921", False),
    ]
    assert dict(found[1].qualifiers) == {
        Qualifier.COPY_NUMBER_CHANGE: "DEL",
        Qualifier.MECHANISM: "haploinsufficiency",
    }
    assert found[4].qualifiers == ((Qualifier.INHERITANCE, RECESSIVE),)
    assert [str(paper) for paper in found[0].evidence[0].publications] == ["PMID:17657824", "PMID:20478419"]


def test_a_region_of_both_assemblies_is_one_under_its_isca_id(fixture_file: Opener, context: Context) -> None:
    items = [
        *read_region_list(fixture_file(SOURCE, "ClinGen_region_curation_list_GRCh37.tsv"), context, assembly="GRCh37"),
        *read_region_list(fixture_file(SOURCE, "ClinGen_region_curation_list_GRCh38.tsv"), context, assembly="GRCh38"),
    ]
    digeorge = Reference.mint("region", "ISCA-37446")
    places = [one.attributes for one in items if isinstance(one, Entity) and one.reference == digeorge]
    assert places == [
        ((Attribute.REGION_GRCH37, "22-18912231-21465672"),),
        ((Attribute.REGION_GRCH38, "22-18924718-21111383"),),
    ]
    about = {
        (one.object.curie, one.qualifier(Qualifier.COPY_NUMBER_CHANGE))
        for one in associations(items)
        if one.subject == digeorge
    }
    assert about == {
        (LOSS.term.curie, None),
        (GAIN.term.curie, None),
        ("MONDO:0008644", "DEL"),
        ("MONDO:0012020", "DUP"),
        ("OMIM:188400", "DEL"),
        ("OMIM:192430", "DEL"),
    }
    unplaced = next(one for one in items if isinstance(one, Entity) and one.name.endswith("unknown place"))
    assert unplaced.attributes == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("Clingen-Gene-Disease-Summary.csv", '"GCEP"', '"PANEL"', "no header line"),
        ("Clingen-Gene-Disease-Summary.csv", '"Definitive"', '"Sure"', "column CLASSIFICATION holds 'Sure'"),
        (
            "Clingen-Gene-Disease-Summary.csv",
            "HGNC:3603",
            "FBN1",
            "column GENE ID .HGNC. holds 'FBN1', which is no HGNC",
        ),
        ("Clingen-Gene-Disease-Summary.csv", '"Marfan syndrome"', '""', "DISEASE LABEL is empty"),
        ("ACMG_SF_v3.3.txt", "FBN1", "FBN1 and others", "is no gene symbol"),
        (
            "ACMG_SF_Gene-Disease_Reporting_20250626.tsv",
            "\tYes",
            "\tPerhaps",
            "column Reportable as SF holds 'Perhaps'",
        ),
        ("ClinGen_haploinsufficiency_gene.bed", "FBN1\t3", "FBN1\t4", "'4' is no dosage score"),
        ("ClinGen_haploinsufficiency_gene.bed", "MKS1\t30", "FBN1\t30", "gives FBN1 the score 30, an earlier line 3"),
        ("ClinGen_haploinsufficiency_gene.bed", "\t48408305", "\tx", "'x' to '48645721' is no interval"),
        (
            "ClinGen_haploinsufficiency_gene.bed",
            "FBN1\t3",
            "FBN1",
            "has 4 fields where a record of this BED file has 5",
        ),
        ("ClinGen_gene_curation_list_GRCh37.tsv", "\t2200\t", "\tx\t", "column Gene ID holds 'x'"),
        ("ClinGen_gene_curation_list_GRCh37.tsv", "MONDO:0007947", "Marfan", "'Marfan' is no Mondo or OMIM id"),
        ("ClinGen_region_curation_list_GRCh37.tsv", "ISCA-00000", "ISCA-37446", "no id, or one of an earlier line"),
        (
            "ClinGen_region_curation_list_GRCh37.tsv",
            "chr22:18912231",
            "chr99:18912231",
            "'chr99' is no human chromosome",
        ),
        ("ClinGen_region_curation_list_GRCh37.tsv", "chr22:18912231-", "22q11 ", "is no location"),
    ],
)
def test_a_malformed_record_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        list(read(file, context))
    assert refusal.value.file == str(file.path)


def read(file: SourceFile, context: Context) -> list[Item]:
    table = next(one for one in SOURCE.tables if file.path.match(one.pattern))
    return list(table.read(file, context))


NAMES = [
    "Clingen-Gene-Disease-Summary.csv",
    "ACMG_SF_v3.3.txt",
    "ACMG_SF_Gene-Disease_Reporting_20250626.tsv",
    "ClinGen_gene_curation_list_GRCh38.tsv",
    "ClinGen_region_curation_list_GRCh38.tsv",
    "ClinGen_triplosensitivity_gene.bed",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read(file, context))
    assert refusal.value.file == str(file.path)


def test_each_table_is_found_in_the_folders_that_tell_release_and_assembly(fixture_file: Opener) -> None:
    root = fixture_file(SOURCE, "README.md").path.parent.parent
    found = {
        table.pattern: [file.relative for file in find_files(SOURCE, table, [root])]
        for table in SOURCE.tables
        if "/" in table.pattern
    }
    assert len(found) == 4
    assert all(len(files) == 1 for files in found.values())
