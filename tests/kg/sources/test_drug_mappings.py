from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity
from kg.normalize import Match, Resolution, Resolver
from kg.reading import Reading
from kg.sources import clinpgx
from kg.sources.drug_mappings import SOURCE, read_compounds, read_identifiers, read_names
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
    Reader = Callable[[SourceFile, Context], object]

CLOPIDOGREL, WARFARIN = Reference("RXNORM", "32968"), Reference("RXNORM", "11289")
ASPIRIN = Reference("RXNORM", "1191")
READERS = {
    "pharmgkb.drug.tsv": read_names,
    "pharmgkb.drug.sssom.tsv": read_identifiers,
    "chembl.compound.tsv": read_compounds,
}


@pytest.fixture
def taught(context: Context) -> Context:
    """A build with three drugs, two of which carry ClinPGx ids and one a ChEMBL id."""
    drugs = context.resolver.drugs
    drugs.add(CLOPIDOGREL, "clopidogrel", identifiers=[Reference("ClinPGx", "PA449053")])
    drugs.add(WARFARIN, "warfarin", identifiers=[Reference("ClinPGx", "PA451906")])
    drugs.add(ASPIRIN, "aspirin", identifiers=[Reference("CHEMBL", "CHEMBL25")])
    drugs.add(Reference("DRUGBANK", "DB00001"), "twice")
    return context


@pytest.fixture
def items(fixture_file: Opener, taught: Context) -> dict[str, list[Item]]:
    return {name: list(reader(fixture_file(SOURCE, name), taught)) for name, reader in READERS.items()}


def stated(items: list[Item]) -> list[tuple[str, str, str]]:
    found = [one for one in items if isinstance(one, Association)]
    return [(one.subject.curie, one.predicate.local_name, one.object.curie) for one in found]


def test_a_new_name_becomes_an_alias_of_the_drug(items: dict[str, list[Item]], taught: Context) -> None:
    assert taught.resolver.drugs.by_name("coumarin w") == Resolution(WARFARIN, Match.ALIAS)
    assert items["pharmgkb.drug.tsv"] == [Entity(WARFARIN, Category.DRUG, WARFARIN.curie, ("Coumarin W",))]


def test_identifiers_are_matches_that_are_exact_only_where_they_are_one_to_one(
    items: dict[str, list[Item]], taught: Context
) -> None:
    assert stated(items["pharmgkb.drug.sssom.tsv"]) == [
        ("RXNORM:32968", "close_match", "ATC:B01AC04"),
        ("RXNORM:32968", "exact_match", "DRUGBANK:DB00758"),
        ("RXNORM:11289", "exact_match", "DRUGBANK:DB00682"),
        ("RXNORM:11289", "close_match", "RXNORM:32968"),
    ]
    drugs = taught.resolver.drugs
    assert drugs.by_identifier(Reference("DRUGBANK", "DB00758")).reference == CLOPIDOGREL
    assert drugs.by_identifier(Reference("ATC", "B01AC04")).problem == "unknown"
    assert drugs.by_identifier(CLOPIDOGREL).reference == CLOPIDOGREL
    names = {one.reference.curie: one.name for one in items["pharmgkb.drug.sssom.tsv"] if isinstance(one, Entity)}
    assert names["DRUGBANK:DB00758"] == "clopidogrel"


def test_a_code_of_one_chemical_alone_leads_to_its_drug(items: dict[str, list[Item]], taught: Context) -> None:
    drugs = taught.resolver.drugs
    assert drugs.by_code("MESH:C055162").reference == CLOPIDOGREL
    assert drugs.by_code("UMLS:C0043031").reference == WARFARIN
    assert drugs.by_code("MESH:D003374").problem == "unknown"
    coded = Entity(WARFARIN, Category.DRUG, WARFARIN.curie, attributes=((Attribute.CODE, "UMLS:C0043031"),))
    assert coded in items["pharmgkb.drug.sssom.tsv"]


def test_a_compound_is_a_close_match_of_the_one_drug_that_has_its_name_as_its_own(
    items: dict[str, list[Item]], taught: Context
) -> None:
    assert stated(items["chembl.compound.tsv"]) == [
        ("RXNORM:32968", "close_match", "CHEMBL:CHEMBL1771"),
        ("RXNORM:11289", "close_match", "CHEMBL:CHEMBL1464"),
    ]
    first = next(one for one in items["chembl.compound.tsv"] if isinstance(one, Association))
    assert first.qualifiers == ((Qualifier.MAPPING_JUSTIFICATION, "semapv:LexicalMatching"),)
    assert first.evidence[0].agent_type is AgentType.AUTOMATED_AGENT
    drugs = taught.resolver.drugs
    assert drugs.by_identifier(Reference("CHEMBL", "CHEMBL1464")).reference == WARFARIN
    assert drugs.by_name("acetylsalicylate x").reference == ASPIRIN


def test_no_two_drugs_become_one(items: dict[str, list[Item]], taught: Context) -> None:
    assert items
    drugs = taught.resolver.drugs
    assert [drugs.by_name(name).reference for name in ("clopidogrel", "warfarin", "aspirin")] == [
        CLOPIDOGREL,
        WARFARIN,
        ASPIRIN,
    ]
    assert drugs.by_identifier(Reference("CHEMBL", "CHEMBL903")).problem == "unknown"
    assert drugs.by_identifier(Reference("CHEMBL", "CHEMBL900")).problem == "unknown"
    assert list(taught.ambiguous.examples.values()) == [["RXNORM:11289 RXNORM:32968"]]


def test_rows_that_are_not_used_are_counted(items: dict[str, list[Item]], taught: Context) -> None:
    assert items
    assert taught.left_out.counts == {
        "name that the build knows": 1,
        "chemical that no source of the build names": 3,
        "identifier that the drug goes by itself": 1,
        "identifier of a vocabulary that is not read": 1,
        "code that several chemicals share": 1,
        "row that maps no chemical": 1,
        "compound whose name is no drug's own": 3,
        "compound whose namesake has another ChEMBL id": 1,
    }


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"text\tcurie\n", "lacks the columns"), (b"", "is empty"), (b"\xff\xfe\n", "cannot be read further")],
    ids=["another table", "empty", "not UTF-8"],
)
def test_a_damaged_table_is_refused(
    written_file: Writer, context: Context, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        list(READERS[name](written_file(SOURCE, name, content), context))


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("pharmgkb.drug.tsv", "PA449053", "warfarin", "column identifier holds 'warfarin'"),
        ("pharmgkb.drug.sssom.tsv", "drug:PA449053", "drug:clopidogrel", "column subject_id holds"),
        ("chembl.compound.tsv", "CHEMBL1771", "1771", "column identifier holds '1771'"),
        ("chembl.compound.tsv", "\tCLOPIDOGREL", "", "has 6 fields where the header has 7"),
    ],
)
def test_a_malformed_row_names_file_and_line(  # each case is one table with one change
    fixture_file: Opener, written_file: Writer, taught: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8").replace(old, new, 1)
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(READERS[name](file, taught))
    assert str(refusal.value).startswith(f"{file.path}:2: ")
    assert reason in str(refusal.value)


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[Reading, list[Item]]:
    resolver = Resolver()
    chemicals = Reading.of(clinpgx.SOURCE, [test_data], resolver)
    chemicals.found = [(table, file) for table, file in chemicals.found if file.name in ("drugs.tsv", "chemicals.tsv")]
    for _, items in chemicals.files():
        assert sum(1 for _ in items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return reading, [item for _, items in reading.files() for item in items]


@pytest.mark.real_data
def test_every_record_of_the_published_tables_has_a_fate(real: tuple[Reading, list[Item]], test_data: Path) -> None:
    reading, _ = real
    assert len(reading.accounts) == len(READERS)
    for name, account in reading.accounts.items():
        lines = (test_data / "mappings/drug" / name.rpartition("/")[2]).read_text("utf-8").splitlines()
        assert (account.read, account.unexplained) == (len(lines) - 1, 0)
    assert not reading.context.unresolved.counts


@pytest.mark.real_data
def test_rows_of_the_published_tables_are_read_as_they_stand(real: tuple[Reading, list[Item]]) -> None:
    found = set(stated(real[1]))
    assert ("RXNORM:8129", "close_match", "ATC:A10BA01") in found
    assert ("RXNORM:20610", "close_match", "CHEMBL:CHEMBL1000") in found
    assert ("RXNORM:32968", "exact_match", "DRUGBANK:DB00758") in found
