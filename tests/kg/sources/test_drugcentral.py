from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.folders import find_files
from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import clinpgx, drugbank_vocabulary, hgnc
from kg.sources.drugcentral import SOURCE
from kg.sources.drugcentral.classes import read_classes
from kg.sources.drugcentral.identifiers import read_identifiers
from kg.sources.drugcentral.indications import read_indications
from kg.sources.drugcentral.targets import read_targets
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

CLOPIDOGREL = Reference("RXNORM", "32968")
INVENTINE = Reference("DRUGBANK", "DB90001")
TARGETS = "drug.target.interaction.tsv"


def associations(items: Iterable[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


@pytest.fixture
def taught(fixture_file: Opener, context: Context) -> Context:
    """The drugs of the identifiers, with clopidogrel known before; two diseases, a symptom and four genes."""
    context.resolver.drugs.add(CLOPIDOGREL, "clopidogrel", identifiers=[Reference("DRUGBANK", "DB00758")])
    list(read_identifiers(fixture_file(SOURCE, "identifiers.tsv"), context))
    diseases = context.resolver.diseases
    diseases.add(Reference("MONDO", "0005068"), "myocardial infarction", identifiers=[Reference("DOID", "5844")])
    diseases.add(Reference("MONDO", "0005098"), "stroke disorder")
    diseases.add_code("SCTID:230690007", Reference("MONDO", "0005098"))
    context.resolver.phenotypes.add(Reference("HP", "0001742"), "Nasal congestion")
    for number, symbol in ((18124, "P2RY12"), (2615, "CYP2B6"), (4075, "GABRA1"), (4083, "GABRB3")):
        context.resolver.genes.add(Reference("HGNC", str(number)), symbol)
    return context


def test_a_drug_that_an_identifier_leads_to_is_not_described_again(fixture_file: Opener, context: Context) -> None:
    context.resolver.drugs.add(CLOPIDOGREL, "clopidogrel")
    items = list(read_identifiers(fixture_file(SOURCE, "identifiers.tsv"), context))
    assert not any(isinstance(one, Entity) and one.reference == CLOPIDOGREL for one in items)
    stated = {(one.predicate, one.object.curie) for one in associations(items) if one.subject == CLOPIDOGREL}
    assert stated == {
        (Predicate.EXACT_MATCH, "DRUGBANK:DB00758"),
        (Predicate.CLOSE_MATCH, "CHEMBL:CHEMBL1771"),
        (Predicate.CLOSE_MATCH, "CHEMBL:CHEMBL1083385"),
    }
    drugs = context.resolver.drugs
    for code in ("UNII:A74586SNO7", "DRUGCENTRAL:704"):
        assert drugs.by_code(code).reference == CLOPIDOGREL
    assert drugs.by_identifier(Reference("CHEMBL", "CHEMBL1771")).reference == CLOPIDOGREL


def test_two_drugs_with_one_identifier_stay_apart(fixture_file: Opener, context: Context) -> None:
    items = list(read_identifiers(fixture_file(SOURCE, "identifiers.tsv"), context))
    own = [Reference.mint("term", f"drugcentral:{number}") for number in (9001, 9002)]
    assert [context.resolver.drugs.by_code(f"DRUGCENTRAL:{number}").reference for number in (9001, 9002)] == own
    matched = [one for one in associations(items) if one.object == INVENTINE]
    assert [(one.subject, one.predicate) for one in matched] == [(one, Predicate.CLOSE_MATCH) for one in own]
    assert context.resolver.drugs.by_code("CHEBI:999").reference == own[1]
    assert context.left_out.counts == {"identifier of a vocabulary that no source of the graph uses": 1}


def test_a_unii_decides_where_no_rxnorm_id_does(fixture_file: Opener, context: Context) -> None:
    known = Reference("ClinPGx", "PA449053")
    context.resolver.drugs.add(known, "clopidogrel bisulfate")
    context.resolver.drugs.add_code("UNII:A74586SNO7", known)
    list(read_identifiers(fixture_file(SOURCE, "identifiers.tsv"), context))
    assert context.resolver.drugs.by_code("DRUGCENTRAL:704").reference == known


def test_a_listed_indication_is_no_approved_treatment(fixture_file: Opener, taught: Context) -> None:
    stated = associations(read_indications(fixture_file(SOURCE, "drug_indication.tsv"), taught))
    assert [(one.predicate, one.object.curie) for one in stated] == [
        (Predicate.APPLIED_TO_TREAT, "DOID:5844"),
        (Predicate.PREVENTATIVE_FOR_CONDITION, "MONDO:0005098"),
        (Predicate.APPLIED_TO_TREAT, "HP:0001742"),
    ]
    assert stated[1].qualifiers == (
        (Qualifier.INDICATION, "Prevention of Cerebrovascular Accident"),
        (Qualifier.ORIGINAL_OBJECT, "SCTID:230690007"),
    )
    assert stated[1].evidence[0].record == "drug_indication.tsv#L3"


def test_indications_that_are_no_condition_of_the_build_are_counted(fixture_file: Opener, taught: Context) -> None:
    list(read_indications(fixture_file(SOURCE, "drug_indication.tsv"), taught))
    assert taught.left_out.examples["use in diagnosis"] == ["Diagnostic Test for Asthma"]
    assert taught.unresolved.examples == {
        "indication whose codes mean no condition of the build": ["Sunscreen agent"],
        "indication without any code": ["Minor Skin Wound Pain"],
    }


def test_a_drug_is_a_member_of_its_classes(fixture_file: Opener, taught: Context) -> None:
    items = list(read_classes(fixture_file(SOURCE, "pharm_class.tsv"), taught))
    stated = associations(items)
    new = Reference.mint("term", "drugcentral:9003")
    assert [(one.subject, one.object.curie, one.qualifier(Qualifier.CLASS_TYPE)) for one in stated] == [
        (CLOPIDOGREL, "GENOPATH:drug_class/MESH:D010975", "PA"),
        (CLOPIDOGREL, "GENOPATH:drug_class/NDFRT:N0000175578", "EPC"),
        (new, "GENOPATH:drug_class/CHEBI:71031", "has role"),
    ]
    assert Entity(new, Category.DRUG, "contrivine") in items
    assert {one.predicate for one in stated} == {Predicate.MEMBER_OF}


def test_a_target_carries_action_mechanism_and_papers(fixture_file: Opener, taught: Context) -> None:
    stated = associations(read_targets(fixture_file(SOURCE, TARGETS), taught))[0]
    assert (stated.subject, stated.predicate) == (CLOPIDOGREL, Predicate.PHYSICALLY_INTERACTS_WITH)
    assert stated.object == Reference("HGNC", "18124")
    assert stated.qualifiers == ((Qualifier.ACTION_TYPE, "ANTAGONIST"), (Qualifier.MECHANISM_OF_ACTION, "true"))
    assert stated.evidence[0].publications == (Reference("PMID", "19106084"),)


def test_a_bound_of_a_measurement_is_no_equality(fixture_file: Opener, taught: Context) -> None:
    stated = associations(read_targets(fixture_file(SOURCE, TARGETS), taught))[1]
    assert stated.qualifiers == ((Qualifier.ACTIVITY_TYPE, "IC50"), (Qualifier.ACTIVITY_VALUE, ">4.5"))


def test_each_gene_of_a_complex_is_stated_with_its_name(fixture_file: Opener, taught: Context) -> None:
    stated = associations(read_targets(fixture_file(SOURCE, TARGETS), taught))[2:]
    assert [one.object.curie for one in stated] == ["HGNC:4075", "HGNC:4083"]
    names = {one.qualifier(Qualifier.TARGET_COMPLEX) for one in stated}
    assert names == {"GABA-A receptor alpha-1/beta-3"}
    assert taught.left_out.examples["target that is not of a human"] == [
        "Dihydrofolate reductase (Lactobacillus casei)"
    ]
    assert taught.unresolved.examples["gene symbol unknown"] == ["NOGENE1"]


def test_without_identifiers_a_drug_is_found_by_its_name(fixture_file: Opener, context: Context) -> None:
    context.resolver.drugs.add(CLOPIDOGREL, "Clopidogrel")
    stated = associations(read_classes(fixture_file(SOURCE, "pharm_class.tsv"), context))
    assert stated[0].subject == CLOPIDOGREL


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("identifiers.tsv", "ID_TYPE", "TYPE", "lacks the column ID_TYPE"),
        ("identifiers.tsv", '"32968"', '"Q1"', "'Q1' is no RXNORM identifier"),
        ("identifiers.tsv", '704\t"clopidogrel"\t"UNII"', '704\t"warfarin"\t"UNII"', "is called 'clopidogrel' and"),
        ("identifiers.tsv", "9001", "x", "column DRUG_ID holds 'x'"),
        ("drug_indication.tsv", "DOID:5844", "MI", "column DOID holds 'MI'"),
        ("drug_indication.tsv", "\tMyocardial Infarction\t", "\t\t", "the indication has no name"),
        ("pharm_class.tsv", "MeSH", "MeSH2", "source 'MeSH2' with type 'PA' is none of"),
        ("pharm_class.tsv", "D010975", "", "the class has no id or no name"),
        (TARGETS, "\t1\t", "\tyes\t", "column MOA holds 'yes'"),
        (TARGETS, "4.5", "high", "column ACT_VALUE holds 'high'"),
        (TARGETS, '">"', '"about"', "column RELATION holds 'about'"),
        (TARGETS, '4.5\t\t"IC50"', '4.5\tnM\t"IC50"', "column ACT_UNIT holds 'nM'"),
        (TARGETS, "\t704\t", "\t\t", "column STRUCT_ID holds ''"),
    ],
)
def test_a_malformed_table_is_refused(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    table = next(table for table in SOURCE.tables if file.name.endswith(table.pattern.lstrip("*")))
    with pytest.raises(SourceError, match=reason):
        list(table.read(file, context))


@pytest.mark.parametrize("name", ["identifiers.tsv", "drug_indication.tsv", "pharm_class.tsv", TARGETS])
def test_a_table_in_another_encoding_is_refused(
    fixture_file: Opener, written_file: Writer, context: Context, name: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_bytes().replace(b"clopidogrel", b"clopid\xe9")
    table = next(table for table in SOURCE.tables if name.endswith(table.pattern.lstrip("*")))
    with pytest.raises(SourceError, match="cannot be read further"):
        list(table.read(written_file(SOURCE, name, content), context))


def test_a_targets_file_without_a_year_is_read_from_a_release_folder_only(tmp_path: Path, fixture_file: Opener) -> None:
    content = fixture_file(SOURCE, TARGETS).path.read_bytes()
    folder = tmp_path / "drugcentral"
    (folder / "2021_09_01").mkdir(parents=True)
    (folder / TARGETS).write_bytes(content)
    assert [file for table in SOURCE.tables for file in find_files(SOURCE, table, [tmp_path])] == []
    (folder / "2021_09_01" / TARGETS).write_bytes(content)
    files = [file for table in SOURCE.tables for file in find_files(SOURCE, table, [tmp_path])]
    assert [(file.release, file.name) for file in files] == [("2021_09_01", TARGETS)]


@pytest.mark.real_data
def test_every_record_of_drugcentral_has_a_fate(test_data: Path) -> None:
    resolver = Resolver()
    for source in (hgnc.SOURCE, clinpgx.SOURCE, drugbank_vocabulary.SOURCE):
        for _, items in Reading.of(source, [test_data], resolver).files():
            list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    read = {file.name: list(items) for file, items in reading.files()}
    accounts = {name.split("/")[1].removesuffix(".gz"): account for name, account in reading.accounts.items()}
    assert all(account.unexplained == 0 for account in accounts.values())
    assert {name: account.read for name, account in accounts.items()} == {
        "olegursu_identifiers.tsv": 61547,
        "olegursu_drug_indication.tsv": 12175,
        "olegursu_pharm_class.tsv": 17096,
        "drug.target.interaction.2020.tsv": 16702,
    }
    assert accounts["drug.target.interaction.2020.tsv"].used == 12217  # rows of Homo sapiens
    assert not [reason for reason in reading.context.unresolved.counts if "gene" in reason]
    drugs = resolver.drugs
    assert drugs.by_code("DRUGCENTRAL:5136").reference == Reference("DRUGBANK", "DB04849")  # cediranib
    assert drugs.by_code("DRUGCENTRAL:719").reference == Reference("RXNORM", "2623")  # clotrimazole
    targets = associations(read["drug.target.interaction.2020.tsv"])
    first = next(one for one in targets if one.evidence[0].record.endswith("#L2"))
    assert (first.object.curie, first.qualifier(Qualifier.ACTION_TYPE)) == ("HGNC:10591", "BLOCKER")  # SCN4A
    entities = Counter(drugs.by_code(f"DRUGCENTRAL:{number}").reference for number in range(1, 5400))
    assert max(count for reference, count in entities.items() if reference) == 1
