from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.levels import PharmacotherapyCategory
from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import drugbank_vocabulary
from kg.sources.pharmacotherapydb import SOURCE, read_indications
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

FILE = "indications.tsv"
ALZHEIMER, CORONARY = Reference("DOID", "10652"), Reference("DOID", "3393")
DONEPEZIL, BENZATROPINE = Reference("RXNORM", "135447"), Reference("RXNORM", "1424")


@pytest.fixture
def taught(context: Context) -> Context:
    context.resolver.drugs.add(DONEPEZIL, "donepezil", identifiers=[Reference("DRUGBANK", "DB00843")])
    context.resolver.drugs.add(BENZATROPINE, "benzatropine")
    mondo = Reference("MONDO", "0004975")
    context.resolver.diseases.add(mondo, "Alzheimer disease", identifiers=[ALZHEIMER])
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    found = []
    for item in read_indications(file, context):
        context.account.items += 1
        found.append(item)
    return found


def associations(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def test_each_category_is_a_predicate_of_its_own_and_none_is_an_approval(fixture_file: Opener, taught: Context) -> None:
    found = associations(read(fixture_file(SOURCE, FILE), taught))
    assert [(one.subject, one.predicate, one.object, one.negated) for one in found] == [
        (DONEPEZIL, Predicate.APPLIED_TO_TREAT, ALZHEIMER, False),
        (BENZATROPINE, Predicate.AMELIORATES_CONDITION, ALZHEIMER, False),
        (DONEPEZIL, Predicate.APPLIED_TO_TREAT, CORONARY, True),
    ]
    assert [one.evidence[0].level for one in found] == list(PharmacotherapyCategory)
    assert found[0].evidence[0].record == "DOID:10652 DRUGBANK:DB00843"


def test_a_disease_that_no_vocabulary_has_is_kept_under_its_name(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file(SOURCE, FILE), taught)
    assert [one for one in items if isinstance(one, Entity)] == [
        Entity(CORONARY, Category.DISEASE, "coronary artery disease")
    ]


def test_a_drug_that_nobody_knows_is_unresolved(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file(SOURCE, FILE), taught)
    assert taught.unresolved.examples["drug name unknown"] == ["Nosuchdrug"]
    assert (taught.account.read, taught.account.used, taught.account.unexplained) == (4, 3, 0)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("category", "kind", "lacks the column category"),
        ("\tDM\t", "\tXX\t", "column category holds 'XX'; known are DM, SYM, NOT"),
        ("DOID:10652", "10652", "column doid_id holds '10652', which is no DOID id"),
        ("DB00843", "843", "column drugbank_id holds '843', which is no DRUGBANK id"),
        ("\t2\t1\n", "\n", "has 5 fields where the header has 7"),
    ],
)
def test_a_malformed_row_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, FILE).path.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SourceError, match=r"indications.tsv:[12]: ") as refusal:
        read(written_file(SOURCE, FILE, content), taught)
    assert reason in str(refusal.value)


def test_a_pair_that_stands_there_twice_is_refused(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, FILE).path.read_text("utf-8").replace("DB00245", "DB00843")
    with pytest.raises(SourceError, match="DOID:10652 DRUGBANK:DB00843 stands here for the second time"):
        read(written_file(SOURCE, FILE, content), taught)


def test_a_file_that_is_not_utf_8_is_refused(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, FILE).path.read_bytes().replace(b"Alzheimer", b"\xff")
    with pytest.raises(SourceError, match="cannot be read further"):
        read(written_file(SOURCE, FILE, content), taught)


@pytest.mark.real_data
def test_every_indication_of_the_catalog_has_a_fate(test_data: Path) -> None:
    resolver = Resolver()
    for _, items in Reading.of(drugbank_vocabulary.SOURCE, [test_data], resolver).files():
        list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    [found] = [associations(list(items)) for _, items in reading.files()]
    [account] = reading.accounts.values()
    lines = (test_data / "pharmacotherapydb/indications.tsv").read_text("utf-8").splitlines()
    assert account.read == len(lines) - 1 == 873
    assert (account.used, account.unexplained) == (872, 0)
    levels = Counter(one.evidence[0].level for one in found)
    assert levels == {PharmacotherapyCategory.DISEASE_MODIFYING: 483, PharmacotherapyCategory.SYMPTOMATIC: 389}
    by_record = {one.evidence[0].record: one for one in found}
    assert by_record["DOID:10652 DRUGBANK:DB00674"].predicate is Predicate.APPLIED_TO_TREAT  # galantamine
    assert by_record["DOID:10652 DRUGBANK:DB01043"].evidence[0].level is PharmacotherapyCategory.DISEASE_MODIFYING
    assert by_record["DOID:10652 DRUGBANK:DB00245"].predicate is Predicate.AMELIORATES_CONDITION  # benzatropine
