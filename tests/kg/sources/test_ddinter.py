from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.levels import DdinterSeverity
from kg.model import Association
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import drugbank_vocabulary
from kg.sources.ddinter import SOURCE, read_interactions
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

FILE = "ddinter_downloads_code_A.csv"
WARFARIN, FLUCONAZOLE = Reference("RXNORM", "11289"), Reference("RXNORM", "4450")
METFORMIN, DOXEPIN = Reference("RXNORM", "6809"), Reference("RXNORM", "3638")


@pytest.fixture
def taught(context: Context) -> Context:
    drugs = context.resolver.drugs
    drugs.add(WARFARIN, "warfarin", aliases=["Warfarin sodium"])
    drugs.add(FLUCONAZOLE, "fluconazole")
    drugs.add(METFORMIN, "metformin")
    drugs.add(DOXEPIN, "doxepin")
    drugs.add(Reference("DRUGBANK", "DB09413"), "Sodium phosphate, monobasic")
    return context


def read(file: SourceFile, context: Context) -> list[Association]:
    found = []
    for item in read_interactions(file, context):
        context.account.items += 1
        assert isinstance(item, Association)
        found.append(item)
    return found


def test_a_pair_interacts_with_the_severity_of_its_row(fixture_file: Opener, taught: Context) -> None:
    first = read(fixture_file(SOURCE, FILE), taught)[0]
    assert (first.subject, first.predicate, first.object) == (WARFARIN, Predicate.INTERACTS_WITH, FLUCONAZOLE)
    assert first.evidence[0].level is DdinterSeverity.MAJOR
    assert first.evidence[0].record == "DDInter90001-DDInter90002"


def test_a_pair_of_two_files_is_one_statement_with_one_evidence(fixture_file: Opener, taught: Context) -> None:
    one = read(fixture_file(SOURCE, FILE), taught)[0]
    [other] = read(fixture_file(SOURCE, "ddinter_downloads_code_B.csv"), taught)
    assert one == other


def test_an_ungraded_interaction_is_kept_as_such(fixture_file: Opener, taught: Context) -> None:
    found = read(fixture_file(SOURCE, FILE), taught)
    [ungraded] = [one for one in found if one.evidence[0].level is DdinterSeverity.UNKNOWN]
    assert {ungraded.subject, ungraded.object} == {WARFARIN, DOXEPIN}


def test_a_drug_on_the_skin_is_not_taken_for_the_drug(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file(SOURCE, FILE), taught)
    assert taught.unresolved.examples == {"drug in one form or by one route unknown": ["Doxepin (topical)"]}


def test_each_row_has_a_fate(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file(SOURCE, FILE), taught)
    account = taught.account
    assert (account.read, account.used, account.unexplained) == (7, 5, 0)
    assert account.left_out["interaction of two names of one drug"] == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",Level", ",Severity", "lacks the column Level"),
        (",Major", ",Fatal", "column Level holds 'Fatal'; known are Major, Moderate, Minor, Unknown"),
        ("DDInter90002", "90002", "column DDInterID_B holds '90002', which is no DDInter id"),
        ("DDInter90002", "DDInter90001", "pairs DDInter90001 with itself"),
        (",Fluconazole,", ",,", "column Drug_B is empty"),
        (",Major", "", "has 4 fields where the header has 5"),
    ],
)
def test_a_malformed_row_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, FILE).path.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SourceError, match=r"ddinter_downloads_code_A.csv:[12]: ") as refusal:
        read(written_file(SOURCE, FILE, content), taught)
    assert reason in str(refusal.value)


def test_a_file_that_is_not_utf_8_is_refused(written_file: Writer, taught: Context) -> None:
    content = "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,Caféine,DDInter2,X,Minor\n".encode("latin-1")
    with pytest.raises(SourceError, match="cannot be read further"):
        read(written_file(SOURCE, FILE, content), taught)


@pytest.mark.real_data
def test_every_pair_of_ddinter_has_a_fate(test_data: Path) -> None:
    resolver = Resolver()
    for _, items in Reading.of(drugbank_vocabulary.SOURCE, [test_data], resolver).files():
        list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    statements, records = set(), {}
    for _, items in reading.files():
        for item in items:
            assert isinstance(item, Association)
            statements.add((item.key, item.evidence))
            records[item.evidence[0].record] = item
    accounts = list(reading.accounts.values())
    lines = [path.read_bytes().count(b"\n") - 1 for path in (test_data / "ddinter/1.0").glob("*.csv")]
    assert sum(account.read for account in accounts) == sum(lines) == 222383
    assert not any(account.unexplained for account in accounts)
    assert {reason for account in accounts for reason in account.left_out} == {
        "drug in one form or by one route unknown",
    }
    assert len(records) == len(statements)
    naltrexone_abacavir = records["DDInter1-DDInter1263"]
    assert (naltrexone_abacavir.subject.curie, naltrexone_abacavir.object.curie) == (
        "DRUGBANK:DB00704",
        "DRUGBANK:DB01048",
    )
    assert naltrexone_abacavir.evidence[0].level is DdinterSeverity.MODERATE
    assert records["DDInter58-DDInter582"].evidence[0].level is DdinterSeverity.MAJOR  # aluminium, dolutegravir
    assert records["DDInter112-DDInter582"].evidence[0].level is DdinterSeverity.MINOR  # aprepitant, dolutegravir
