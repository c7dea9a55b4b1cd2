from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg.levels import GuidelineStrength
from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import hgnc, pharmcat
from kg.sources.cpic import allele, gene_phenotype, genotype
from kg.sources.pharmcat import SOURCE
from kg.sources.pharmcat.definitions import parsimonious, read_definition
from kg.sources.pharmcat.exemptions import read_exemptions
from kg.sources.pharmcat.lookup import score_phenotype
from kg.sources.pharmcat.markup import split_considerations
from kg.sources.pharmcat.phenotypes import read_phenotypes
from kg.sources.pharmcat.recommendations import read_guideline
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

GENES = {
    "CYP2C19": "HGNC:2621",
    "CYP2C9": "HGNC:2623",
    "CYP2D6": "HGNC:2625",
    "HLA-B": "HGNC:4932",
    "UGT1A1": "HGNC:12530",
}
DRUGS = {"clopidogrel": "32968", "amitriptyline": "704", "irinotecan": "51499"}
DEFINITION, PHENOTYPE = "CYP2C19_translation.json", "phenotype/CYP2C19.json"
CLOPIDOGREL = "CPIC_clopidogrel_and_CYP2C19.json"
AMITRIPTYLINE = "CPIC_amitriptyline_and_CYP2C19_CYP2D6.json"
IRINOTECAN, ABACAVIR = "DPWG_irinotecan_and_UGT1A1.json", "CPIC_abacavir_and_HLA_B.json"
READERS: dict[str, Reader] = {
    DEFINITION: read_definition,
    PHENOTYPE: read_phenotypes,
    CLOPIDOGREL: read_guideline,
    AMITRIPTYLINE: read_guideline,
    IRINOTECAN: read_guideline,
    ABACAVIR: read_guideline,
}
STAR_2 = allele("CYP2C19", "*2")
POOR, CYP2D6_IM = gene_phenotype("CYP2C19", "Poor Metabolizer"), gene_phenotype("CYP2D6", "Intermediate Metabolizer")


@pytest.fixture
def taught(context: Context) -> Context:
    for symbol, curie in GENES.items():
        context.resolver.genes.add(Reference.parse(curie), symbol)
    for name, rxnorm in DRUGS.items():
        context.resolver.drugs.add(Reference("RXNORM", rxnorm), name)
    return context


@pytest.fixture
def read(fixture_file: Opener, taught: Context) -> Callable[[str], list[Item]]:
    return lambda name: list(READERS[name](fixture_file(SOURCE, name), taught))


def associations(items: Iterable[Item], predicate: Predicate) -> list[Association]:
    return [item for item in items if isinstance(item, Association) and item.predicate is predicate]


def values(association: Association, name: Qualifier) -> set[str]:
    return {str(value) for key, value in association.qualifiers if key is name}


def test_an_allele_has_the_variants_that_differ_from_the_assembly(read: Callable[[str], list[Item]]) -> None:
    parts = [one for one in associations(read(DEFINITION), Predicate.HAS_PART) if one.subject == STAR_2]
    assert {(one.object.minted_name, one.qualifier(Qualifier.OPTIONAL)) for one in parts} == {
        ("GRCh38/10-94775367-A-G", None),
        ("GRCh38/10-94775507-G-A", "true"),  # R: adenine or guanine, the assembly's base
        ("GRCh38/10-94781859-G-A", None),
        ("GRCh38/10-94842866-A-G", None),
    }
    assert {one.qualifier(Qualifier.ASSEMBLY) for one in parts} == {"GRCh38"}
    assert {one.evidence[0].record for one in parts} == {"ClinPGx:PA165980635"}


def test_null_is_what_the_reference_allele_has(read: Callable[[str], list[Item]]) -> None:
    parts = associations(read(DEFINITION), Predicate.HAS_PART)
    assert [one.object.minted_name for one in parts if one.subject == allele("CYP2C19", "*11")] == [
        "GRCh38/10-94775507-G-A",
        "GRCh38/10-94842866-A-G",
    ]
    assert not any(one.subject == allele("CYP2C19", "*38") for one in parts)


def test_the_reference_allele_is_marked_and_a_suballele_left_out(
    read: Callable[[str], list[Item]], taught: Context
) -> None:
    entities = {one.reference: one for one in read(DEFINITION) if isinstance(one, Entity)}
    assert entities[allele("CYP2C19", "*38")].attribute(Attribute.REFERENCE_ALLELE) == "true"
    assert entities[STAR_2].attribute(Attribute.REFERENCE_ALLELE) is None
    assert allele("CYP2C19", "*2.001") not in entities
    assert taught.left_out.examples == {"suballele whose core allele is read": ["CYP2C19 *2.001"]}


def test_a_variant_is_that_of_the_other_sources_where_the_locus_is_equal(read: Callable[[str], list[Item]]) -> None:
    variant = Reference.mint("variant", "GRCh38", "10-94781859-G-A")
    items = read(DEFINITION)
    (entity,) = [one for one in items if isinstance(one, Entity) and one.reference == variant]
    assert entity.attributes == ((Attribute.LOCUS_GRCH38, "10-94781859-G-A"),)
    assert (variant, Reference("dbSNP", "rs4244285")) in {
        (one.subject, one.object) for one in associations(items, Predicate.CLOSE_MATCH)
    }


@pytest.mark.parametrize(
    ("position", "ref", "alt", "locus"),
    [
        (233760233, "CAT", "CATAT", "2-233760233-C-CAT"),
        (233760233, "CAT", "C", "2-233760233-CAT-C"),
        (38572266, "TC", "CT", "2-38572266-TC-CT"),
        (100, "GA", "GT", "2-101-A-T"),
    ],
)
def test_a_locus_is_written_with_as_few_bases_as_can_be(position: int, ref: str, alt: str, locus: str) -> None:
    assert parsimonious("2", position, ref, alt) == locus


def test_functions_and_diplotypes_are_stated(read: Callable[[str], list[Item]]) -> None:
    items = read(PHENOTYPE)
    functions = {one.subject: one for one in associations(items, Predicate.IS_SEQUENCE_VARIANT_OF)}
    assert functions[STAR_2].qualifiers == ((Qualifier.ALLELE_FUNCTION, "No function"),)
    stated = {one.subject: one for one in associations(items, Predicate.HAS_PHENOTYPE)}
    assert stated[genotype("CYP2C19", "*2/*2")].object == POOR
    assert len(stated) == 10
    parts = associations(items, Predicate.HAS_PART)
    assert {one.object for one in parts if one.subject == genotype("CYP2C19", "*1/*2")} == {
        allele("CYP2C19", "*1"),
        STAR_2,
    }


def test_a_scored_gene_has_values_and_scores_without_trailing_zeros(written_file: Writer, taught: Context) -> None:
    content = json.dumps(
        {
            "gene": "CYP2C9",
            "namedAlleles": [
                {"name": "*1", "activityValue": "1.0", "functionValue": "Normal function"},
                {"name": "*2", "activityValue": "0.5", "functionValue": "Decreased function"},
            ],
            "diplotypes": [
                {"diplotype": "*1/*1", "phenotype": "Normal Metabolizer", "activityScore": "2.0"},
                {"diplotype": "*1/*2", "phenotype": "Intermediate Metabolizer", "activityScore": "1.5"},
            ],
        }
    )
    items = list(read_phenotypes(written_file(SOURCE, "CYP2C9.json", content), taught))
    values_of = {
        one.subject.minted_name: one.qualifier(Qualifier.ACTIVITY_SCORE)
        for one in items
        if isinstance(one, Association) and one.predicate is not Predicate.HAS_PART
    }
    assert values_of == {"CYP2C9/*1": "1", "CYP2C9/*2": "0.5", "CYP2C9/*1/*1": "2", "CYP2C9/*1/*2": "1.5"}


def test_a_recommendation_keeps_what_a_pharmacist_needs(read: Callable[[str], list[Item]]) -> None:
    stated = associations(read(CLOPIDOGREL), Predicate.AFFECTS)
    (found,) = [one for one in stated if one.evidence[0].record == "ClinPGx:PA166299251"]
    assert (found.subject, found.object.curie) == (POOR, "RXNORM:32968")
    assert dict(found.qualifiers) == {
        Qualifier.RECOMMENDATION: "Avoid clopidogrel if possible. Use prasugrel or ticagrelor at standard dose if no "
        "contraindication.",
        Qualifier.CONSIDERATION: "See the guideline.",
        Qualifier.IMPLICATION: "CYP2C19: Significantly reduced clopidogrel active metabolite formation",
        Qualifier.POPULATION: "CVI ACS PCI",
        Qualifier.GUIDANCE: "alternate drug",
        Qualifier.GUIDELINE: "https://www.pharmgkb.org/guidelineAnnotation/PA166104948",
        Qualifier.GUIDELINE_BODY: "CPIC",
        Qualifier.GUIDELINE_VERSION: "47",
    }
    assert found.evidence[0].level is GuidelineStrength.STRONG
    assert [paper.curie for paper in found.evidence[0].publications] == ["PMID:23698643", "PMID:35034351"]


def test_scores_that_say_the_same_are_one_statement(read: Callable[[str], list[Item]]) -> None:
    stated = [one for one in associations(read(AMITRIPTYLINE), Predicate.AFFECTS) if one.subject == CYP2D6_IM]
    assert {frozenset(values(one, Qualifier.LOOKUP_KEY)) for one in stated} == {
        frozenset({"CYP2D6 0.25", "CYP2D6 0.5"}),
        frozenset({"CYP2D6 1.0"}),
    }
    together = next(one for one in stated if len(one.evidence) == 2)
    assert {one.record for one in together.evidence} == {"ClinPGx:PA166299401", "ClinPGx:PA166299402"}
    assert values(together, Qualifier.COMPANION) == {POOR.curie}


def test_a_recommendation_for_two_genes_is_stated_from_each_that_has_a_result(
    read: Callable[[str], list[Item]], taught: Context
) -> None:
    stated = associations(read(AMITRIPTYLINE), Predicate.AFFECTS)
    companions = {str(one.qualifier(Qualifier.COMPANION)) for one in stated if one.subject == POOR}
    assert companions == {
        gene_phenotype("CYP2D6", name).curie
        for name in ("Intermediate Metabolizer", "Poor Metabolizer", "No Result", "Indeterminate")
    }
    assert not any(one.subject.minted_name.endswith("No Result") for one in stated)
    assert taught.left_out.examples == {
        "note to users of a web tool, no recommendation": ["ClinPGx:PA166299407"],
    }


def test_a_key_may_be_a_diplotype_or_the_result_of_an_allele_test(read: Callable[[str], list[Item]]) -> None:
    irinotecan = associations(read(IRINOTECAN), Predicate.AFFECTS)
    assert [one.subject for one in irinotecan] == [genotype("UGT1A1", "*28/*28"), genotype("UGT1A1", "*1/*28")]
    assert {one.evidence[0].level for one in irinotecan} == {None}
    abacavir = associations(read(ABACAVIR), Predicate.AFFECTS)
    assert {one.subject for one in abacavir} == {
        gene_phenotype("HLA-B", "*57:01 positive"),
        gene_phenotype("HLA-B", "*57:01 negative"),
    }
    assert {one.object.curie for one in abacavir} == {"ClinPGx:PA448004"}  # no vocabulary told of it


def test_considerations_are_apart_and_lists_keep_their_lines() -> None:
    markup = "<p>Use <em>less</em>:</p>\n<ul>\n<li>\n<p>one</p>\n</li>\n<li>two</li></ul><h4 id='x'>Other Considerations</h4><p>&lt;5</p>"
    assert split_considerations(markup) == ("Use less:\n- one\n- two", "<5")


@pytest.mark.parametrize("name", READERS)
def test_each_record_has_a_fate(fixture_file: Opener, taught: Context, name: str) -> None:
    for _ in READERS[name](fixture_file(SOURCE, name), taught):
        taught.account.items += 1
    assert taught.account.unexplained == 0
    assert taught.account.read > 0


@pytest.mark.parametrize("name", READERS)
def test_genes_that_nobody_knows_are_unresolved(fixture_file: Opener, context: Context, name: str) -> None:
    assert list(READERS[name](fixture_file(SOURCE, name), context)) == []
    assert context.account.unexplained == 0
    assert set(context.unresolved.counts) == {"gene symbol unknown"}


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (DEFINITION, '"variants"', '"positions"', "'variants' of the document, where a list"),
        (DEFINITION, "GRCh38.p14", "GRCh37.p13", "defines alleles on GRCh37.p13"),
        (DEFINITION, '"R"', '"T"', "gives CYP2C19 *2 'T', which no variant of its position has"),
        (DEFINITION, '"R"', '"Y"', "gives CYP2C19 *2 'Y', which no variant of its position has"),
        (DEFINITION, '"*11"', '"*1"', "defines a named allele twice"),
        (DEFINITION, "94781859,", '"94781859",', "where a whole number is expected"),
        (DEFINITION, '"structuralVariant": false', '"structuralVariant": "no"', "where true or false is expected"),
        (PHENOTYPE, '"phenotype"', '"result"', "'phenotype' of diplotypes 1"),
        (PHENOTYPE, '"diplotype": "*2/*2"', '"diplotype": "*2/*1"', "gives a diplotype's phenotype twice"),
        (PHENOTYPE, '"name": "*37"', '"name": "*1"', "gives an allele's function twice"),
        (PHENOTYPE, '"diplotype": "*2/*2"', '"diplotype": "*2/*9"', "a diplotype of '*9'"),
        (CLOPIDOGREL, '"Moderate"', '"Urgent"', "the unknown strength 'Urgent'"),
        (CLOPIDOGREL, '"source": "CPIC"', '"source": "RNPGx"', "a guideline of 'RNPGx'"),
        (CLOPIDOGREL, "PA166299252", "PA166299251", "holds one recommendation twice"),
        (CLOPIDOGREL, '"lookupKey"', '"key"', "'lookupKey' of recommendations 1"),
        (AMITRIPTYLINE, '"0.25"', '"0.1"', "no phenotype to CYP2D6 activity score 0.1"),
        (AMITRIPTYLINE, '"0.25"', '"0.25 (Poor Metabolizer)"', "CPIC assigns Intermediate Metabolizer to this score"),
        (IRINOTECAN, '"*28": 2.0', '"*28": 3.0', "is no diplotype"),
        (IRINOTECAN, '"*28": 2.0', '"*28": 1.0', "it has 1 alleles"),
    ],
)
def test_a_malformed_document_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    with pytest.raises(SourceError, match=r".") as refusal:
        list(READERS[name](written_file(SOURCE, name.rpartition("/")[2], content.replace(old, new)), taught))
    assert reason in str(refusal.value)


@pytest.mark.parametrize("reader", dict.fromkeys(READERS.values()))
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[]", b'{"gene": ', b"{}"])
def test_what_is_no_such_document_is_refused(
    written_file: Writer, taught: Context, reader: Reader, content: bytes
) -> None:
    with pytest.raises(SourceError):
        list(reader(written_file(SOURCE, "x.json", content), taught))


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest) -> tuple[Reading, dict[str, list[Association]]]:
    """PharmCAT's files of the shared data, read: statements by file name."""
    folder: Path = request.getfixturevalue("test_data")
    resolver, stated = Resolver(), dict[str, list[Association]]()
    for source in (hgnc.SOURCE, pharmcat.SOURCE):
        reading = Reading.of(source, [folder], resolver)
        for file, items in reading.files():
            stated[file.path.relative_to(file.folder).as_posix()] = [x for x in items if isinstance(x, Association)]
    return reading, stated


Published = tuple[Reading, dict[str, list[Association]]]


@pytest.mark.real_data
def test_every_record_of_pharmcat_has_a_fate(published: Published, test_data: Path) -> None:
    accounts = published[0].accounts
    counted = {"_translation.json": 0, "/phenotype/": 0, "guidelines/": 0}
    for path in (test_data / "pharmcat/3.1.1").glob("definition/alleles/*_translation.json"):
        document = json.loads(path.read_text("utf-8"))
        counted["_translation.json"] += sum(
            len(document[name]) for name in ("variants", "namedAlleles", "hiddenCoreAlleles")
        )
    for path in (test_data / "pharmcat/3.1.1/phenotype").glob("*.json"):
        document = json.loads(path.read_text("utf-8"))
        counted["/phenotype/"] += len(document["namedAlleles"]) + len(document["diplotypes"])
    for path in (test_data / "pharmcat/2024-03-25-guidelines").glob("*.json"):
        counted["guidelines/"] += len(json.loads(path.read_text("utf-8"))["recommendations"])
    for part, count in counted.items():
        assert sum(account.read for name, account in accounts.items() if part in name) == count
    assert counted == {"_translation.json": 2519, "/phenotype/": 17617, "guidelines/": 2583}
    assert {account.unexplained for account in accounts.values()} == {0}
    assert not any("examples" in name or "cases" in name or "tutorial" in name for name in accounts)
    assert published[0].context.unresolved.counts == {}


@pytest.mark.real_data
def test_scores_have_the_phenotype_that_pharmcats_own_tables_give_them(test_data: Path) -> None:
    from decimal import Decimal

    for symbol in ("CYP2C9", "DPYD"):
        document = json.loads((test_data / f"pharmcat/3.1.1/phenotype/{symbol}.json").read_text("utf-8"))
        found = {(one["activityScore"], one["phenotype"]) for one in document["diplotypes"]} - {
            ("n/a", "Indeterminate")
        }
        assert all(score_phenotype(symbol, Decimal(score)) == phenotype for score, phenotype in found)
    cpic = json.loads((test_data / "cpic/2026-10-11/cpic_diplotypes.json").read_text("utf-8"))["genes"]["CYP2D6"]
    scored = {(score.removeprefix("≥"), phenotype) for phenotype, score in cpic.values() if score != "n/a"}
    assert all(score_phenotype("CYP2D6", Decimal(score)) == phenotype for score, phenotype in scored)


@pytest.mark.real_data
def test_definitions_are_as_read_by_hand(published: Published) -> None:
    _, stated = published
    parts = [
        one
        for one in stated["definition/alleles/SLCO1B1_translation.json"]
        if one.subject == allele("SLCO1B1", "*45") and one.predicate is Predicate.HAS_PART
    ]
    assert {(one.object.minted_name, one.qualifier(Qualifier.OPTIONAL)) for one in parts} == {
        ("GRCh38/12-21176804-A-G", "true"),
        ("GRCh38/12-21178615-T-C", "true"),
        ("GRCh38/12-21222355-C-T", None),
    }
    star_28 = [
        one.object.minted_name
        for one in stated["definition/alleles/UGT1A1_translation.json"]
        if one.subject == allele("UGT1A1", "*28") and one.predicate is Predicate.HAS_PART
    ]
    assert star_28 == ["GRCh38/2-233760233-C-CAT"]


@pytest.mark.real_data
def test_recommendations_are_as_read_by_hand(published: Published) -> None:
    _, stated = published
    codeine = [
        one for one in stated["CPIC_codeine_and_CYP2D6.json"] if "CYP2D6 ≥3.75" in values(one, Qualifier.LOOKUP_KEY)
    ]
    assert [one.subject for one in codeine] == [gene_phenotype("CYP2D6", "Ultrarapid Metabolizer")]
    assert str(codeine[0].qualifier(Qualifier.RECOMMENDATION)).startswith("Avoid codeine use because of potential")
    assert {one.level for one in codeine[0].evidence} == {GuidelineStrength.STRONG}
    allopurinol = stated["DPWG_allopurinol_and_ABCG2.json"]
    assert {one.subject.minted_name for one in allopurinol} == {
        "ABCG2/Decreased Function",
        "ABCG2/Poor Function",
        "ABCG2/Normal Function",
    }
    assert len(stated["CPIC_amitriptyline_and_CYP2C19_CYP2D6.json"]) < 120  # of 216 combinations, each from two genes


def test_a_priority_among_unphased_diplotypes_is_a_fact_of_the_one_that_is_picked(
    taught: Context, fixture_file: Opener
) -> None:
    items = list(read_exemptions(fixture_file(SOURCE, "exemptions.json"), taught))
    picked = [item for item in items if isinstance(item, Entity) and item.attribute(Attribute.UNPHASED_BEFORE)]
    assert [(item.reference, item.attribute(Attribute.UNPHASED_BEFORE)) for item in picked] == [
        (genotype("CYP2C19", "*1/*2"), genotype("CYP2C19", "*2/*38"))
    ]


def test_a_priority_that_picks_what_it_does_not_list_is_an_error(taught: Context, written_file: Writer) -> None:
    broken = {"NAT2": {"unphasedDiplotypePriorities": [{"id": "x", "list": ["*1/*6"], "pick": "*4/*34"}]}}
    with pytest.raises(SourceError, match=r"picks NAT2 \*4/\*34"):
        list(read_exemptions(written_file(SOURCE, "exemptions.json", json.dumps(broken)), taught))
