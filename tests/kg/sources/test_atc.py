from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources.atc import SOURCE, read_codes
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "WHO_ATC-DDD_test.csv"
CLOPIDOGREL = Reference("RXNORM", "32968")


def doses(items: list[Item], code: str) -> list[object]:
    found = [one for one in items if isinstance(one, Entity) and one.reference == Reference("ATC", code)]
    return [value for one in found for name, value in one.attributes if name is Attribute.DEFINED_DAILY_DOSE]


@pytest.fixture
def taught(context: Context) -> Context:
    context.resolver.drugs.add(CLOPIDOGREL, "Clopidogrel")
    return context


@pytest.fixture
def items(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_codes(fixture_file(SOURCE, NAME), taught))


def test_each_code_lies_below_the_code_above_it(items: list[Item]) -> None:
    above = {
        (one.subject.identifier, one.object.identifier)
        for one in items
        if isinstance(one, Association) and one.predicate is Predicate.SUBCLASS_OF
    }
    assert above == {
        ("B01", "B"),
        ("B01A", "B01"),
        ("B01AC", "B01A"),
        ("B01AC04", "B01AC"),
        ("B01AC30", "B01AC"),
        ("B01AC98", "B01AC"),
        ("B01AC99", "B01AC"),
    }
    assert {one.category for one in items if isinstance(one, Entity)} == {Category.DRUG}


def test_a_substance_matches_the_drug_of_its_name_closely(taught: Context, items: list[Item]) -> None:
    [match] = [one for one in items if isinstance(one, Association) and one.predicate is Predicate.CLOSE_MATCH]
    assert (match.subject, match.object) == (CLOPIDOGREL, Reference("ATC", "B01AC04"))
    assert match.qualifier(Qualifier.MAPPING_JUSTIFICATION) == "semapv:LexicalMatching"
    assert match.evidence[0].agent_type is AgentType.AUTOMATED_AGENT
    assert taught.resolver.drugs.by_identifier(Reference("ATC", "B01AC04")).reference == CLOPIDOGREL
    assert taught.unresolved.examples == {"drug name unknown": ["inventine", "contrivine"]}


def test_combinations_are_no_drug(fixture_file: Opener, taught: Context) -> None:
    taught.resolver.drugs.add(Reference("ClinPGx", "PA164712637"), "combinations")
    read = list(read_codes(fixture_file(SOURCE, NAME), taught))
    assert not any(isinstance(one, Association) and one.subject.prefix == "ClinPGx" for one in read)


def test_a_code_has_a_dose_for_each_route(items: list[Item]) -> None:
    assert doses(items, "B01AC04") == ["75 mg O"]
    assert doses(items, "B01AC99") == ["1.5 g O (with a note in the source)", "2 g P"]


def test_a_dose_whose_fields_have_moved_is_left_out(taught: Context, items: list[Item]) -> None:
    assert doses(items, "B01AC98") == []
    assert taught.left_out.examples == {"daily dose without a number": ["B01AC98 60 mg"]}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("atc_code,", "code,", "lacks the column atc_code"),
        ("B01AC04,", "b1,", "column atc_code holds 'b1'"),
        ("B01AC04,", "B0,", "column atc_code holds 'B0'"),
        (",clopidogrel,", ",NA,", "ATC:B01AC04 has no name"),
        (",75,", ",many,", "column ddd holds 'many'"),
        ("B01AC98,", "B01AC04,", "ATC:B01AC04 has rows elsewhere"),
        ("inventine,2,", "other,2,", "ATC:B01AC99 has rows elsewhere or another name"),
    ],
)
def test_a_malformed_table_is_refused(
    fixture_file: Opener, written_file: Writer, context: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, NAME).path.read_text("utf-8")
    assert old in content
    with pytest.raises(SourceError, match=reason):
        list(read_codes(written_file(SOURCE, NAME, content.replace(old, new, 1)), context))


def test_a_table_in_another_encoding_is_refused(written_file: Writer, context: Context) -> None:
    content = b"atc_code,atc_name,ddd,uom,adm_r,note\nA,\xe9,NA,NA,NA,NA\n"
    with pytest.raises(SourceError, match="cannot be read further"):
        list(read_codes(written_file(SOURCE, NAME, content), context))


@pytest.mark.real_data
def test_every_row_of_the_table_is_used(test_data: Path) -> None:
    resolver = Resolver()
    resolver.drugs.add(CLOPIDOGREL, "clopidogrel")
    reading = Reading.of(SOURCE, [test_data], resolver)
    items = [one for _, found in reading.files() for one in found]
    [account] = reading.accounts.values()
    assert (account.read, account.used, account.unexplained) == (7536, 7536, 0)
    parents = [one for one in items if isinstance(one, Association) and one.predicate is Predicate.SUBCLASS_OF]
    codes = {one.reference for one in items if isinstance(one, Entity)}
    assert len(codes) == len(parents) + 14  # anatomical main groups
    assert {one.object for one in parents} <= codes
    assert doses(items, "A01AB03") == ["30 mg O"]  # chlorhexidine
    assert doses(items, "A04AD12") == ["165 mg O", "150 mg P (with a note in the source)"]  # aprepitant
    assert resolver.drugs.by_identifier(Reference("ATC", "B01AC04")).reference == CLOPIDOGREL
