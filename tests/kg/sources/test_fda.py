from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg.levels import FdaAssociationSection
from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import clinpgx, hgnc
from kg.sources.fda import SOURCE
from kg.sources.fda.associations import read_associations, read_crawl, subgroup_names
from kg.sources.fda.biomarkers import read_biomarkers
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

CLOPIDOGREL, ASPIRIN, BOTH = Reference("RXNORM", "32968"), Reference("RXNORM", "1191"), Reference("ClinPGx", "PA1")
GENES = {
    "CYP2C19": Reference("HGNC", "2621"),
    "F5": Reference("HGNC", "3542"),
    "HLA-B": Reference("HGNC", "4932"),
    "NUDT15": Reference("HGNC", "23063"),
    "SLCO1B1": Reference("HGNC", "10959"),
    "TPMT": Reference("HGNC", "12014"),
}
BIOMARKERS, ASSOCIATIONS = "fda_pgx_biomarker_table.json", "fda_pgx_associations_table.json"
PAGE = "https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations"
CRAWL = "pharme_2025-05_annotations_FDA.json"


@pytest.fixture
def taught(context: Context) -> Context:
    """Six genes, two drugs and their combination."""
    for symbol, gene in GENES.items():
        context.resolver.genes.add(gene, symbol)
    for drug, name in ((CLOPIDOGREL, "clopidogrel"), (ASPIRIN, "aspirin"), (BOTH, "aspirin / clopidogrel")):
        context.resolver.drugs.add(drug, name)
    return context


def associations(items: Iterable[Item]) -> list[Association]:
    return [item for item in items if isinstance(item, Association)]


def recommendations(items: Iterable[Item]) -> list[Association]:
    return [one for one in associations(items) if one.qualifier(Qualifier.RECOMMENDATION) is not None]


def pairs(items: Iterable[Item]) -> list[Association]:
    """What is stated of gene and drug, without the recommendations for its subgroups."""
    return [one for one in associations(items) if one.qualifier(Qualifier.RECOMMENDATION) is None]


def of_entry(stated: Iterable[Association], number: int) -> list[Association]:
    return [one for one in stated if one.evidence[0].record.endswith(f"#{number}")]


class TestBiomarkers:
    @pytest.fixture
    def stated(self, fixture_file: Opener, taught: Context) -> list[Association]:
        return associations(read_biomarkers(fixture_file(SOURCE, BIOMARKERS), taught))

    def test_a_gene_affects_a_drug_whose_label_directs_its_use_by_it(self, stated: list[Association]) -> None:
        (one,) = of_entry(stated, 1)
        assert (one.subject, one.predicate, one.object) == (GENES["CYP2C19"], Predicate.AFFECTS, CLOPIDOGREL)
        assert one.qualifiers == (
            (Qualifier.AUTHORITY, "FDA"),
            (Qualifier.LABEL_SECTION, "Boxed Warning"),
            (Qualifier.LABEL_SECTION, "Clinical Pharmacology"),
            (Qualifier.LABEL_SECTION, "Warnings and Precautions"),
        )

    def test_a_section_on_contraindications_is_a_qualifier_and_no_contraindication(
        self, stated: list[Association]
    ) -> None:
        (one,) = of_entry(stated, 2)
        assert (one.subject, one.predicate, one.object) == (GENES["F5"], Predicate.AFFECTS, ASPIRIN)
        assert one.qualifier(Qualifier.LABEL_SECTION) == "Contraindications"

    def test_other_sections_state_no_effect_and_a_combination_is_found_in_any_order(
        self, stated: list[Association]
    ) -> None:
        assert [(one.subject, one.predicate, one.object) for one in of_entry(stated, 3)] == [
            (GENES["CYP2C19"], Predicate.ASSOCIATED_WITH, BOTH),
            (GENES["F5"], Predicate.ASSOCIATED_WITH, BOTH),
        ]

    def test_fusions_and_families_are_left_out_and_unknown_names_are_listed(
        self, stated: list[Association], taught: Context
    ) -> None:
        assert len(stated) == 4
        assert taught.left_out.examples == {
            "biomarker that is no single gene": ["BCR-ABL1 (Philadelphia chromosome)", "RAS"]
        }
        assert taught.unresolved.examples == {"drug name unknown": ["Unheardof"], "gene symbol unknown": ["NOGENE1"]}


class TestAssociations:
    @pytest.fixture
    def items(self, fixture_file: Opener, taught: Context) -> list[Item]:
        return list(read_associations(fixture_file(SOURCE, ASSOCIATIONS), taught))

    def test_a_row_carries_its_section_text_and_subgroups(self, items: list[Item]) -> None:
        (one,) = of_entry(pairs(items), 1)
        assert (one.subject, one.predicate, one.object) == (GENES["CYP2C19"], Predicate.AFFECTS, CLOPIDOGREL)
        assert one.evidence[0].level is FdaAssociationSection.THERAPEUTIC_MANAGEMENT
        assert one.qualifiers == (
            (Qualifier.AUTHORITY, "FDA"),
            (Qualifier.POPULATION, "intermediate or poor metabolizers"),
            (Qualifier.STATEMENT, "Consider use of another platelet P2Y12 inhibitor."),
            (Qualifier.SUBGROUP, Reference.mint("phenotype", "CYP2C19", "Intermediate Metabolizer")),
            (Qualifier.SUBGROUP, Reference.mint("phenotype", "CYP2C19", "Poor Metabolizer")),
        )

    @pytest.mark.parametrize(
        ("entry", "subgroups", "level"),
        [
            (2, ["allele/HLA-B/*57:01"], FdaAssociationSection.SAFETY_OR_RESPONSE),
            (4, ["phenotype/SLCO1B1/Poor%20Function"], FdaAssociationSection.PHARMACOKINETICS_ONLY),
            (6, [], FdaAssociationSection.PHARMACOKINETICS_ONLY),
        ],
    )
    def test_subgroups_are_alleles_or_phenotypes_where_the_text_names_such(
        self, items: list[Item], entry: int, subgroups: list[str], level: FdaAssociationSection
    ) -> None:
        (one,) = of_entry(pairs(items), entry)
        found = [value for name, value in one.qualifiers if name is Qualifier.SUBGROUP]
        assert [one.identifier for one in found if isinstance(one, Reference)] == subgroups
        assert one.evidence[0].level is level

    def test_a_row_of_two_genes_is_stated_for_each(self, items: list[Item]) -> None:
        assert [one.subject for one in of_entry(pairs(items), 3)] == [GENES["TPMT"], GENES["NUDT15"]]

    def test_every_subgroup_is_declared_as_cpic_declares_it(self, items: list[Item]) -> None:
        declared = {item.reference: item for item in items if isinstance(item, Entity)}
        named = {value for one in pairs(items) for name, value in one.qualifiers if name is Qualifier.SUBGROUP}
        advised = {one.subject for one in recommendations(items)}
        assert named | advised == declared.keys()
        poor = declared[Reference.mint("phenotype", "CYP2C19", "Poor Metabolizer")]
        assert (poor.category, poor.name) == (Category.PHENOTYPIC_FEATURE, "CYP2C19 Poor Metabolizer")

    def test_each_subgroup_has_the_text_as_a_recommendation_of_its_section(self, items: list[Item]) -> None:
        stated = of_entry(recommendations(items), 1)
        assert [one.subject.minted_name for one in stated] == [
            "CYP2C19/Intermediate Metabolizer",
            "CYP2C19/Poor Metabolizer",
        ]
        for one in stated:
            assert (one.predicate, one.object) == (Predicate.AFFECTS, CLOPIDOGREL)
            assert one.evidence[0].level is FdaAssociationSection.THERAPEUTIC_MANAGEMENT
            assert one.qualifiers == (
                (Qualifier.GUIDELINE, f"{PAGE}#section1"),
                (Qualifier.GUIDELINE_BODY, "FDA"),
                (Qualifier.POPULATION, "intermediate or poor metabolizers"),
                (Qualifier.RECOMMENDATION, "Consider use of another platelet P2Y12 inhibitor."),
            )

    @pytest.mark.parametrize(
        ("entry", "results"), [(2, ["HLA-B/*57:01 positive"]), (4, ["SLCO1B1/Poor Function"]), (6, [])]
    )
    def test_a_recommendation_is_for_a_result_as_the_guidelines_name_it(
        self, items: list[Item], entry: int, results: list[str]
    ) -> None:
        assert [one.subject.minted_name for one in of_entry(recommendations(items), entry)] == results

    def test_a_subgroup_that_no_gene_phenotype_is_named_by_is_accounted_for(
        self, items: list[Item], taught: Context
    ) -> None:
        assert items
        reason = "recommendation for a subgroup that no gene phenotype is named by"
        assert taught.left_out.examples[reason] == ["V433M variant carriers"]


@pytest.mark.parametrize(
    ("text", "phenotypes", "alleles"),
    [
        ("intermediate or poor metabolizers", ["Intermediate Metabolizer", "Poor Metabolizer"], []),
        ("Ultrarapid metabolizers", ["Ultrarapid Metabolizer"], []),
        ("intermediate or normal metabolizers", ["Intermediate Metabolizer", "Normal Metabolizer"], []),
        ("*28/*28 (poor metabolizers)", ["Poor Metabolizer"], []),
        ("521 TC or 521 CC (intermediate or poor function transporters)", ["Decreased Function", "Poor Function"], []),
        ("521 CC (poor function transporters)", ["Poor Function"], []),
        ("*15:02 allele positive", [], ["*15:02"]),
        ("V433M variant carriers", [], []),
        ("poor responders", [], []),
    ],
)
def test_the_words_for_a_subgroup_become_gene_phenotypes_or_alleles(
    text: str, phenotypes: list[str], alleles: list[str]
) -> None:
    assert subgroup_names(text) == (phenotypes, alleles)


class TestCrawl:
    def test_each_subgroup_is_stated_by_its_own_entry_and_found_by_rxnorm(
        self, fixture_file: Opener, taught: Context
    ) -> None:
        stated = pairs(read_crawl(fixture_file(SOURCE, CRAWL), taught))
        assert [(one.subject, one.object, one.qualifier(Qualifier.POPULATION)) for one in stated] == [
            (GENES["CYP2C19"], CLOPIDOGREL, "Poor Metabolizer"),
            (GENES["HLA-B"], ASPIRIN, "*57:01 positive"),
        ]
        (evidence,) = stated[1].evidence
        assert (evidence.record, evidence.level) == (f"{CRAWL}#3", FdaAssociationSection.SAFETY_OR_RESPONSE)
        assert evidence.agent_type is AgentType.AUTOMATED_AGENT
        assert taught.left_out.counts == {"entry for everybody whom the FDA does not speak of": 2}


MALFORMED: list[tuple[Reader, str, str, str, str]] = [
    (read_biomarkers, BIOMARKERS, '"Biomarker": "RAS"', '"Marker": "RAS"', "entry 5 has None where 'Biomarker'"),
    (read_biomarkers, BIOMARKERS, '"Unheardof"', "6", "entry 6 has 6 where 'Drug' should be a text"),
    (read_biomarkers, BIOMARKERS, '"table": [', '"rows": [', "holds no list of table rows"),
    (read_biomarkers, BIOMARKERS, '"table": [', '"table": [7,', "entry 1 is 7, no object"),
    (read_associations, ASSOCIATIONS, '"impact"', '"other"', "entry 2 is of table 'other'; known are"),
    (read_associations, ASSOCIATIONS, "}", "", "is not valid JSON"),
    (read_crawl, CRAWL, "(Section 2)", "(Section 4)", "entry 3 is of no section"),
    (read_crawl, CRAWL, '"implications": {', '"implied": {', "entry 1 has None where 'implications'"),
    (read_crawl, CRAWL, "[", '{"a": 1}', "is not valid JSON"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_fda_table_is_refused_with_its_entry(
    fixture_file: Opener,
    written_file: Writer,
    taught: Context,
    read: Reader,
    name: str,
    old: str,
    new: str,
    message: str,
) -> None:
    text = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in text
    with pytest.raises(SourceError, match=message.replace("(", r"\(")):
        list(read(written_file(SOURCE, name, text.replace(old, new, 1)), taught))


@pytest.mark.parametrize("content", [b'{"table": "\xff"}', b"[]", b"7"])
def test_a_page_that_is_no_crawled_table_is_refused(written_file: Writer, taught: Context, content: bytes) -> None:
    with pytest.raises(SourceError, match=BIOMARKERS):
        list(read_biomarkers(written_file(SOURCE, BIOMARKERS, content), taught))


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[list[Item], Reading]:
    """Everything of the newest releases, with HGNC's genes and ClinPGx's drugs taught."""
    resolver = Resolver()
    for source in (hgnc.SOURCE, clinpgx.SOURCE):
        for _, items in Reading.of(source, [test_data], resolver).files():
            list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return [item for _, items in reading.files() for item in items], reading


@pytest.mark.real_data
def test_every_record_of_the_real_fda_files_is_accounted_for(real: tuple[list[Item], Reading], test_data: Path) -> None:
    accounts = real[1].accounts
    assert {name: account.unexplained for name, account in accounts.items()} == {
        f"2022-08/{BIOMARKERS}": 0,
        f"2021-03/{ASSOCIATIONS}": 0,
        f"2025-05/{CRAWL}": 0,
    }
    for name, account in accounts.items():
        document = json.loads((test_data / "fda" / name.rpartition("/")[2]).read_text("utf-8"))
        assert account.read == len(document["table"] if isinstance(document, dict) else document), name


@pytest.mark.real_data
def test_hardly_a_real_fda_drug_or_gene_is_unresolved(real: tuple[list[Item], Reading]) -> None:
    context = real[1].context
    assert context.unresolved.counts.keys() == {"drug name unknown"}
    assert context.unresolved.counts.total() / (517 + 111 + 136) < 0.02


@pytest.mark.real_data
def test_real_fda_rows_say_what_they_say(real: tuple[list[Item], Reading]) -> None:
    stated = {(one.evidence[0].record, one.subject.curie): one for one in pairs(real[0])}
    abacavir = stated[f"{BIOMARKERS}#1", "HGNC:4932"]
    assert (Qualifier.LABEL_SECTION, "Contraindications") in abacavir.qualifiers
    assert abacavir.predicate is Predicate.AFFECTS
    azathioprine = stated[f"{ASSOCIATIONS}#8", "HGNC:23063"]
    assert azathioprine.qualifier(Qualifier.POPULATION) == "intermediate or poor metabolizers"
    tamoxifen = stated[f"{ASSOCIATIONS}#109", "HGNC:2625"]
    assert tamoxifen.evidence[0].level is FdaAssociationSection.PHARMACOKINETICS_ONLY
    abrocitinib = stated[f"{CRAWL}#1", "HGNC:2621"]
    assert abrocitinib.object.curie == "RXNORM:2591476"


@pytest.mark.real_data
def test_every_real_subgroup_but_two_variants_of_warfarin_has_a_recommendation(
    real: tuple[list[Item], Reading],
) -> None:
    reason = "recommendation for a subgroup that no gene phenotype is named by"
    assert real[1].context.left_out.counts[reason] == 2
    advised = {(one.subject.minted_name, one.object.curie) for one in recommendations(real[0])}
    assert ("CYP2C19/Intermediate Metabolizer", "RXNORM:32968") in advised  # clopidogrel
    assert ("DPYD/Poor Metabolizer", "RXNORM:4492") in advised  # fluorouracil
    assert ("SLCO1B1/Decreased Function", "RXNORM:36567") in advised  # simvastatin
    assert ("CYP2C19/Normal Metabolizer", "RXNORM:32968") not in advised
