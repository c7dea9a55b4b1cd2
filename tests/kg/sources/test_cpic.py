from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.context import Context
from kg.levels import CpicLevel
from kg.model import Association, Entity, KnowledgeLevel
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import cpic, hgnc
from kg.sources.cpic import SOURCE, allele, gene_phenotype, genotype, split_diplotype
from kg.sources.cpic.alleles import read_alleles, read_variants
from kg.sources.cpic.diplotypes import read_cpic_diplotypes, read_diplotypes, read_phenotypes, read_scored_diplotypes
from kg.sources.cpic.frequency import read_frequencies
from kg.sources.cpic.names import KnownAlleles
from kg.sources.cpic.pairs import read_pair_csv, read_pair_workbook, read_pairs
from kg.sources.cpic.recommendations import read_recommendations
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

GENES = {
    "CYP2B6": "HGNC:2615",
    "CYP2C19": "HGNC:2621",
    "CYP2D6": "HGNC:2625",
    "F5": "HGNC:3542",
    "G6PD": "HGNC:4057",
    "MT-RNR1": "HGNC:7470",
    "NUDT15": "HGNC:23063",
}
CLOPIDOGREL, CODEINE = Reference("RXNORM", "32968"), Reference("RXNORM", "2670")
READERS: dict[str, Reader] = {
    "cpic-table.csv": read_pairs,
    "cpic_gene-drug_pairs.xlsx": read_pair_workbook,
    "cpicPairs_2022-05.csv": read_pair_csv,
    "variant-table.csv": read_variants,
    "allele-table.csv": read_alleles,
    "cpic_diplotypes.json": read_cpic_diplotypes,
    "phenotype-table.csv": read_phenotypes,
    "diplotype-table.csv": read_diplotypes,
    "equation-table.csv": read_scored_diplotypes,
    "recommendation-table.csv": read_recommendations,
    "CYP2C19_frequency_table.xlsx": read_frequencies,
}


@pytest.fixture
def taught(context: Context) -> Context:
    for symbol, curie in GENES.items():
        context.resolver.genes.add(Reference.parse(curie), symbol)
    return context


@pytest.fixture
def read(fixture_file: Opener, taught: Context) -> Callable[[str], list[Item]]:
    """Reads a fixture after those before it in the order of the tables."""

    def read_one(name: str) -> list[Item]:
        for other, reader in READERS.items():
            items = list(reader(fixture_file(SOURCE, other), taught))
            if other == name:
                return items
        raise KeyError(name)

    return read_one


def associations(items: Iterable[Item], predicate: Predicate) -> list[Association]:
    return [item for item in items if isinstance(item, Association) and item.predicate is predicate]


def test_every_table_has_its_reader() -> None:
    assert [table.read for table in SOURCE.tables] == [
        read_pairs,
        read_pair_workbook,
        read_pair_csv,
        read_variants,
        read_alleles,
        read_cpic_diplotypes,
        read_phenotypes,
        read_diplotypes,
        read_scored_diplotypes,
        read_recommendations,
        read_frequencies,
    ]


def test_a_pair_has_level_guideline_and_papers(read: Callable[[str], list[Item]], taught: Context) -> None:
    pairs = associations(read("cpic-table.csv"), Predicate.AFFECTS)
    (pair,) = [one for one in pairs if one.object == CLOPIDOGREL]
    assert pair.evidence[0].level is CpicLevel.A
    assert (
        pair.qualifier(Qualifier.GUIDELINE) == "https://cpicpgx.org/guidelines/guideline-for-clopidogrel-and-cyp2c19/"
    )
    assert [paper.curie for paper in pair.evidence[0].publications] == [
        "PMID:21716271",
        "PMID:23698643",
        "PMID:35034351",
    ]
    assert taught.unresolved.counts == {"drug without an RxNorm id": 1}


def test_the_workbook_of_cpic_states_pairs_with_their_own_columns(read: Callable[[str], list[Item]]) -> None:
    pairs = associations(read("cpic_gene-drug_pairs.xlsx"), Predicate.AFFECTS)
    assert [(one.subject.curie, one.object.curie, str(one.evidence[0].level)) for one in pairs] == [
        ("HGNC:2615", "RXNORM:6813", "C"),
        ("HGNC:2625", "RXNORM:6918", "B"),
    ]
    assert pairs[0].evidence[0].record == "cpic_gene-drug_pairs.xlsx#L2"
    assert pairs[1].qualifier(Qualifier.TESTING_LEVEL) == "Actionable PGx"


def test_a_drug_of_the_csv_is_known_by_a_name_that_another_table_told(
    read: Callable[[str], list[Item]], taught: Context
) -> None:
    pairs = associations(read("cpicPairs_2022-05.csv"), Predicate.AFFECTS)
    assert [one.object for one in pairs] == [CLOPIDOGREL]
    assert taught.unresolved.examples["drug without an RxNorm id"] == [
        "hormonal contraceptives for systemic use",
        "clozapine",
    ]


def test_a_site_where_the_assemblies_differ_has_a_variant_for_each(read: Callable[[str], list[Item]]) -> None:
    variants = {one.reference.curie: one for one in read("variant-table.csv") if isinstance(one, Entity)}
    assert variants["GENOPATH:variant/GRCh38/10-94842866-A-G"].attributes == (
        (Attribute.IMPACT, "I331V"),
        (Attribute.LOCUS_GRCH38, "10-94842866-A-G"),
    )
    assert "GENOPATH:variant/GRCh37/10-96602623-G-A" in variants
    assert variants["GENOPATH:variant/GRCh38/10-94781859-G-A"].attribute(Attribute.LOCUS_GRCH37) == "10-96541616-G-A"


def test_an_allele_has_its_function_and_defining_variants(read: Callable[[str], list[Item]]) -> None:
    items = read("allele-table.csv")
    parts = associations(items, Predicate.HAS_PART)
    assert {(one.object.minted_name, one.qualifier(Qualifier.ASSEMBLY)) for one in parts if one.subject == STAR_2} == {
        ("GRCh38/10-94775367-A-G", "GRCh37"),
        ("GRCh38/10-94781859-G-A", "GRCh37"),
        ("GRCh38/10-94775367-A-G", "GRCh38"),
        ("GRCh38/10-94781859-G-A", "GRCh38"),
    }
    (stated,) = [one for one in associations(items, Predicate.IS_SEQUENCE_VARIANT_OF) if one.subject == STAR_2]
    assert stated.qualifier(Qualifier.ALLELE_FUNCTION) == "No Function"
    haplotypes = {one.reference: one for one in items if isinstance(one, Entity)}
    assert haplotypes[allele("CYP2C19", "*37")].attribute(Attribute.STRUCTURAL) == "true"
    assert haplotypes[allele("CYP2C19", "*1")].attribute(Attribute.REFERENCE_ALLELE) == "true"


STAR_2 = allele("CYP2C19", "*2")


def test_cpics_own_table_states_phenotype_and_plain_score(read: Callable[[str], list[Item]]) -> None:
    stated = {one.subject: one for one in associations(read("cpic_diplotypes.json"), Predicate.HAS_PHENOTYPE)}
    scored = stated[genotype("CYP2D6", "*1/*4")]
    assert scored.object == gene_phenotype("CYP2D6", "Intermediate Metabolizer")
    assert scored.qualifier(Qualifier.ACTIVITY_SCORE) == "1"
    assert scored.evidence[0].record == "diplotype/CYP2D6/*1/*4"
    assert stated[genotype("CYP2D6", "*1/*1x≥3")].qualifier(Qualifier.ACTIVITY_SCORE) == "≥4"
    assert stated[genotype("CYP2C19", "*2/*2")].qualifiers == ()
    assert genotype("MT-RNR1", "m.1555A>G") in stated


def test_a_scored_diplotype_follows_from_the_values_of_its_alleles(read: Callable[[str], list[Item]]) -> None:
    stated = {one.subject: one for one in associations(read("equation-table.csv"), Predicate.HAS_PHENOTYPE)}
    entailed = stated[genotype("CYP2D6", "*1/*4")]
    assert entailed.evidence[0].knowledge_level is KnowledgeLevel.LOGICAL_ENTAILMENT
    assert (entailed.object.minted_name, entailed.qualifiers) == (
        "CYP2D6/Intermediate Metabolizer",
        ((Qualifier.ACTIVITY_SCORE, "1"),),
    )
    assert len(stated) == 6  # three alleles with a value


def test_a_recommendation_for_two_genes_is_stated_from_each(read: Callable[[str], list[Item]], taught: Context) -> None:
    stated = associations(read("recommendation-table.csv"), Predicate.AFFECTS)
    both = [one for one in stated if one.object.curie == "RXNORM:704" and one.subject.minted_name.startswith("CYP2D6")]
    assert {one.qualifier(Qualifier.COMPANION) for one in both} == {gene_phenotype("CYP2C19", "Poor Metabolizer")}
    alone = [one for one in stated if one.qualifier(Qualifier.COMPANION) == gene_phenotype("CYP2D6", "No Result")]
    assert [one.subject.minted_name for one in alone] == ["CYP2C19/Poor Metabolizer"]
    assert taught.left_out.counts["the table gives no text for this drug and phenotype"] == 2
    assert taught.unresolved.counts["drug of a recommendation that no gene-drug pair names"] == 2


@pytest.mark.parametrize(
    ("gene", "drug", "phenotype", "key"),
    [
        ("CYP2C9", "piroxicam", "Intermediate Metabolizer", "CYP2C9 1.5"),
        ("CYP2C9", "piroxicam", "Poor Metabolizer", None),
        ("CYP2C9", "phenytoin", "Intermediate Metabolizer", None),
        ("CYP2D6", "atomoxetine", "Intermediate Metabolizer", "CYP2D6 1"),
        ("DPYD", "fluorouracil", "Poor Metabolizer", "DPYD 0"),
    ],
)
def test_a_text_names_its_activity_score_where_cpic_has_other_texts_for_the_other_scores(
    fixture_file: Opener, written_file: Writer, context: Context, gene: str, drug: str, phenotype: str, key: str | None
) -> None:
    """The table of pypgx has no score; CPIC's guidelines do (doi:10.1002/cpt.1830, 10.1002/cpt.1409, 10.1002/cpt.911)."""
    written_file(SOURCE, "cpic-table.csv", fixture_file(SOURCE, "cpic-table.csv").path.read_text("utf-8"))
    table = f"Drug,Gene1,Phenotype1,Gene2,Phenotype2,Recommendation\n{drug},{gene},{phenotype},None,None,Text.\n"
    context.resolver.genes.add(Reference("HGNC", "1"), gene)
    context.resolver.drugs.add(Reference("RXNORM", "1"), drug)
    file = written_file(SOURCE, "recommendation-table.csv", table)
    (one,) = associations(read_recommendations(file, context), Predicate.AFFECTS)
    assert one.qualifier(Qualifier.LOOKUP_KEY) == key


def test_frequencies_are_stated_by_group_under_one_spelling(read: Callable[[str], list[Item]], taught: Context) -> None:
    stated = associations(read("CYP2C19_frequency_table.xlsx"), Predicate.IS_SEQUENCE_VARIANT_OF)
    named = {(one.subject, one.qualifier(Qualifier.POPULATION), one.qualifier(Qualifier.FREQUENCY)) for one in stated}
    assert (STAR_2, "African American/Afro-Caribbean", "0.1815") in named
    assert (STAR_2, "European", "0.1466") in named
    assert len(named) == 6
    assert {one.evidence[0].knowledge_level for one in stated} == {KnowledgeLevel.STATISTICAL_ASSOCIATION}
    assert taught.unresolved.examples["allele of a frequency table that CPIC's other tables do not name"] == [
        "CYP2C19 *4A"
    ]
    assert sum("without a frequency" in reason for reason in taught.left_out.counts) == 1


def test_alleles_of_a_gene_that_no_other_table_has_are_taken_as_written(fixture_file: Opener, taught: Context) -> None:
    items = list(read_frequencies(fixture_file(SOURCE, "CYP2C19_frequency_table.xlsx"), taught))
    assert {one.name for one in items if isinstance(one, Entity)} == {"CYP2C19*1", "CYP2C19*2", "CYP2C19*4A"}


def test_copy_numbers_and_mitochondrial_variants_are_known_by_their_other_spelling(
    written_sheet: Callable[[str, list[list[object]]], SourceFile], taught: Context
) -> None:
    taught.shared(KnownAlleles).add("CYP2D6", "*1x≥3")
    taught.shared(KnownAlleles).add("MT-RNR1", "m.1555A>G")
    for name, written, known in (("CYP2D6", "*1≥3", "*1x≥3"), ("MT-RNR1", "1555A>G", "m.1555A>G")):
        rows: list[list[object]] = [[f"{name} allele", "Sub-Saharan African"], [written, 0.01]]
        items = list(read_frequencies(written_sheet(f"{name}_frequency_table.xlsx", rows), taught))
        assert allele(name, known) in {one.reference for one in items if isinstance(one, Entity)}


@pytest.mark.parametrize("name", READERS)
def test_each_record_of_a_table_has_a_fate(fixture_file: Opener, taught: Context, name: str) -> None:
    for other, reader in READERS.items():
        taught.account = type(taught.account)()
        for _ in reader(fixture_file(SOURCE, other), taught):
            taught.account.items += 1
        if other == name:
            break
    assert taught.account.unexplained == 0
    assert taught.account.read > 0


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("cpic-table.csv", ",A,", ",Z,", "unknown CPIC level 'Z'"),
        ("cpic-table.csv", "21716271", "two papers", "no PMIDs separated by semicolons"),
        ("cpic-table.csv", "CPICLevelStatus", "Status", "lacks the column CPICLevelStatus"),
        ("cpicPairs_2022-05.csv", ",D,", ",,", "unknown CPIC level ''"),
        ("variant-table.csv", "rsID", "rs", "lacks the column rsID"),
        ("allele-table.csv", "SV", "Structural", "lacks the column SV"),
        ("diplotype-table.csv", "*1/*2", "*1", "is no diplotype"),
        ("phenotype-table.csv", "Phenotype", "Result", "lacks the column Phenotype"),
        ("recommendation-table.csv", "Gene2", "Second", "lacks the column Gene2"),
        ("cpic_diplotypes.json", '"genes"', '"rows"', "lacks the object 'genes'"),
        ("cpic_diplotypes.json", '"*1/*2"', '"*2/*1/*3"', "is no diplotype"),
        ("cpic_diplotypes.json", '"*1/*4"', '"*1x≥3/*1"', "in both orders of its alleles"),
        ("cpic_diplotypes.json", '"2.0"', "2.0", "not a phenotype and a score"),
        ("cpic_diplotypes.json", "{", "[", "is not valid JSON"),
    ],
)
def test_a_malformed_table_is_refused(
    fixture_file: Opener,
    written_file: Writer,
    taught: Context,
    name: str,
    old: str,
    new: str,
    reason: str,
) -> None:
    for beside in ("allele-table.csv", "cpic-table.csv", "gene-table.csv"):
        written_file(SOURCE, beside, fixture_file(SOURCE, beside).path.read_bytes())
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    with pytest.raises(SourceError, match=r".") as refusal:
        list(READERS[name](written_file(SOURCE, name, content.replace(old, new)), taught))
    assert reason in str(refusal.value)


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_table_at_all_is_refused(written_file: Writer, taught: Context, name: str) -> None:
    for content in (b"\xff\xfe\x00", b"<html></html>"):
        with pytest.raises(SourceError):
            list(READERS[name](written_file(SOURCE, name, content), taught))


@pytest.fixture
def written_sheet(tmp_path: Path) -> Callable[[str, list[list[object]]], SourceFile]:
    """Writes a workbook of one sheet."""
    from openpyxl import Workbook

    from kg.source import SourceFile

    def write(name: str, rows: list[list[object]]) -> SourceFile:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        book.save(tmp_path / name)
        return SourceFile(SOURCE, "test", tmp_path / name)

    return write


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["CYP2C19 allele", "European"]], "lacks the header line"),
        ([["CYP2C19 allele", "Latino", "Sub-Saharan African"], ["*1", 1.2, 0.1]], "no frequency between 0 and 1"),
        ([["CYP2C19 allele", "Sub-Saharan African"], ["*1", "frequent"]], "no frequency between 0 and 1"),
        ([["CYP2C19 allele", "African American", "African-American"], ["*1", 1, 1]], "names one group twice"),
        ([["CYP2C19 allele", "Sub-Saharan African"], ["*1", 0.1], ["*1", 0.2]], "gives '*1' twice"),
    ],
)
def test_a_malformed_frequency_table_is_refused(
    written_sheet: Callable[[str, list[list[object]]], SourceFile],
    taught: Context,
    rows: list[list[object]],
    reason: str,
) -> None:
    with pytest.raises(SourceError, match=r".") as refusal:
        list(read_frequencies(written_sheet("CYP2C19_frequency_table.xlsx", rows), taught))
    assert reason in str(refusal.value)


def test_a_workbook_without_a_column_is_refused(
    written_sheet: Callable[[str, list[list[object]]], SourceFile], taught: Context
) -> None:
    with pytest.raises(SourceError, match="lacks the column Drug"):
        list(read_pair_workbook(written_sheet("cpic_gene-drug_pairs.xlsx", [["Gene"], ["CYP2C19"]]), taught))


def test_a_diplotype_has_two_names() -> None:
    assert split_diplotype("Reference/c.1905+1G>A (*2A)") == ("Reference", "c.1905+1G>A (*2A)")
    with pytest.raises(ValueError, match="no diplotype"):
        split_diplotype("*1")


def test_the_category_of_an_allele_is_haplotype(read: Callable[[str], list[Item]]) -> None:
    found = Counter(one.category for one in read("allele-table.csv") if isinstance(one, Entity))
    assert found == {Category.HAPLOTYPE: 7}


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest) -> Reading:
    """CPIC's own files of the shared data, read."""
    folder: Path = request.getfixturevalue("test_data")
    resolver = Resolver()
    for source in (hgnc.SOURCE, cpic.SOURCE):
        reading = Reading.of(source, [folder], resolver)
        for file, items in reading.files():
            _collect(file.name, items)
    return reading


COLLECTED: dict[str, list[Association]] = {}


def _collect(name: str, items: Iterator[Item]) -> None:
    COLLECTED[name] = [item for item in items if isinstance(item, Association)]


@pytest.mark.real_data
def test_every_record_of_cpics_files_has_a_fate(published: Reading, test_data: Path) -> None:
    document = json.loads((test_data / "cpic/2026-10-11/cpic_diplotypes.json").read_text("utf-8"))
    accounts = published.accounts
    assert accounts["2026-10-11/cpic_diplotypes.json"].read == sum(map(len, document["genes"].values())) == 111_042
    assert accounts["2024-07-25/cpic_gene-drug_pairs.xlsx"].read == 573
    assert sum(name.startswith("2021-03/") for name in accounts) == 17
    assert {account.unexplained for account in accounts.values()} == {0}
    assert accounts["2026-10-11/cpic_diplotypes.json"].used == 111_042


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("symbol", "diplotype", "phenotype", "score"),
    [
        ("CYP2C19", "*10/*11", "Likely Intermediate Metabolizer", None),
        ("CYP2D6", "*1/*1x≥3", "Ultrarapid Metabolizer", "≥4"),
        ("NUDT15", "*2/*8", "Poor Metabolizer", None),
        ("G6PD", "202G>A_376A>G_1264C>G/A", "Variable", None),
    ],
)
@pytest.mark.usefixtures("published")
def test_a_diplotype_of_cpics_table_is_as_read_by_hand(
    symbol: str, diplotype: str, phenotype: str, score: str | None
) -> None:
    stated = {one.subject: one for one in COLLECTED["cpic_diplotypes.json"] if one.predicate is Predicate.HAS_PHENOTYPE}
    found = stated[genotype(symbol, diplotype)]
    assert (found.object, found.qualifier(Qualifier.ACTIVITY_SCORE)) == (gene_phenotype(symbol, phenotype), score)


@pytest.mark.real_data
@pytest.mark.usefixtures("published")
def test_frequencies_are_as_read_by_hand() -> None:
    stated = [one for one in COLLECTED["CYP2C19_frequency_table.xlsx"] if one.subject == STAR_2]
    by_group = {one.qualifier(Qualifier.POPULATION): float(str(one.qualifier(Qualifier.FREQUENCY))) for one in stated}
    assert by_group["East Asian"] == pytest.approx(0.28352, abs=1e-5)
    assert by_group["Oceanian"] == pytest.approx(0.60952, abs=1e-5)
    assert len(by_group) == 9


def test_rows_as_the_api_gives_them_say_the_same_as_the_gathered_form(
    fixture_file: Opener, written_file: Writer, taught: Context
) -> None:
    gathered = fixture_file(SOURCE, "cpic_diplotypes.json")
    genes = json.loads(gathered.path.read_text("utf-8"))["genes"]
    rows = [
        {"genesymbol": gene, "diplotype": text, "generesult": result, "totalactivityscore": score}
        for gene, stated in genes.items()
        for text, (result, score) in stated.items()
    ]
    expected = list(read_cpic_diplotypes(gathered, Context(taught.resolver)))
    listed = written_file(SOURCE, "cpic_diplotypes.json", json.dumps(rows))
    assert list(read_cpic_diplotypes(listed, Context(taught.resolver))) == expected


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"genesymbol": "CYP2C19", "diplotype": "*1/*1"}], "gives CYP2C19"),
        ([{"genesymbol": "CYP2C19"}], "row 1 lacks one of genesymbol, diplotype"),
        ([["CYP2C19"]], "row 1 lacks one of"),
        (
            [{"genesymbol": "CYP2C19", "diplotype": "*1/*1", "generesult": "x", "totalactivityscore": "1"}] * 2,
            "row 2 repeats",
        ),
    ],
)
def test_rows_of_another_shape_are_refused(
    written_file: Writer, taught: Context, rows: list[object], reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        list(read_cpic_diplotypes(written_file(SOURCE, "cpic_diplotypes.json", json.dumps(rows)), taught))
