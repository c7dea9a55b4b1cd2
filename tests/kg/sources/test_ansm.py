from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg.levels import AnsmSeverity
from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources.ansm import SOURCE
from kg.sources.ansm.interactions import read_interactions
from kg.sources.ansm.substances import read_rxnorm, read_substances, read_wikidata
from kg.sources.ansm.terms import drug_class, minted
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

INDEX = "index-des-substances-test.json"
THESAURUS = "thesaurus-referentiel-national-des-interactions-medicamenteuses-test.json"
CLOPIDOGREL, WARFARIN, CODEINE = (Reference("RXNORM", number) for number in ("32968", "11289", "2670"))


def associations(items: Iterable[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


@pytest.fixture
def taught(fixture_file: Opener, context: Context) -> Context:
    """Three drugs known by RxNorm, and what the map to RxNorm teaches."""
    for reference, name in ((CLOPIDOGREL, "clopidogrel"), (WARFARIN, "warfarin"), (CODEINE, "codeine")):
        context.resolver.drugs.add(reference, name)
    list(read_rxnorm(fixture_file(SOURCE, "rxnorm_mappings.tsv"), context))
    return context


@pytest.fixture
def index(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_substances(fixture_file(SOURCE, INDEX), taught))


@pytest.fixture
def interactions(fixture_file: Opener, taught: Context, index: list[Item]) -> list[Item]:
    return list(read_interactions(fixture_file(SOURCE, THESAURUS), taught))


def test_substances_are_members_of_their_classes(index: list[Item]) -> None:
    assert {(one.subject.curie, one.object.minted_name) for one in associations(index)} == {
        ("RXNORM:32968", "ansm:ANTIAGREGANTS PLAQUETTAIRES"),
        ("RXNORM:11289", "ansm:ANTIVITAMINES K"),
        ("RXNORM:11289", "ansm:ANTICOAGULANTS ORAUX"),
        ("RXNORM:253182", "ansm:INSULINE"),
        (minted("INSULINE GLARGINE").curie, "ansm:INSULINE"),
        ("RXNORM:2670", "ansm:MORPHINIQUES"),
        (minted("ABEMACICLIB").curie, "ansm:SUBSTRATS A RISQUE DU CYP3A4"),
    }
    assert {one.predicate for one in associations(index)} == {Predicate.MEMBER_OF}


def test_french_names_lead_to_the_drug(taught: Context, index: list[Item]) -> None:
    assert taught.resolver.drugs.by_name("Warfarine").reference == WARFARIN
    assert Entity(minted("ABEMACICLIB"), Category.DRUG, "abémaciclib") in index


def test_a_substance_of_several_known_concepts_without_a_known_name_is_a_term_of_its_own(
    fixture_file: Opener, taught: Context
) -> None:
    taught.resolver.drugs.add(Reference("RXNORM", "235412"), "codeine phosphate hemihydrate")
    taught.resolver.drugs.own.pop("codeine")
    items = list(read_substances(fixture_file(SOURCE, INDEX), taught))
    assert taught.ambiguous.examples == {
        "substance that is mapped to several RxNorm concepts": ["codeine: RXNORM:235412, RXNORM:2670"]
    }
    assert minted("CODEINE") in {one.subject for one in associations(items)}


def test_a_substance_that_nobody_knows_is_unresolved(taught: Context, index: list[Item]) -> None:
    assert taught.unresolved.examples == {
        "substance that no vocabulary of the build names": ["insuline glargine", "abémaciclib"]
    }


def test_wikidata_items_are_codes(fixture_file: Opener, taught: Context, index: list[Item]) -> None:
    [entity] = read_wikidata(fixture_file(SOURCE, "wikidata_mappings.tsv"), taught)
    assert isinstance(entity, Entity)
    assert (entity.reference, entity.attributes) == (CLOPIDOGREL, ((Attribute.CODE, "WIKIDATA:Q410237"),))
    assert taught.left_out.examples["map to what is no Wikidata item"] == ["scopolamine 29848"]
    assert taught.left_out.examples["map of a substance that this edition does not list"] == ["acepromazine"]


def test_a_pair_printed_under_both_names_is_one_statement_a_level(interactions: list[Item]) -> None:
    pair = [one for one in associations(interactions) if one.object == CLOPIDOGREL]
    assert len(pair) == 4
    assert len({one.key for one in pair}) == 2
    assert {one.evidence[0].record for one in pair} == {
        "CLOPIDOGREL + ANTICOAGULANTS ORAUX",
        "ANTICOAGULANTS ORAUX + CLOPIDOGREL",
    }
    assert {one.subject for one in pair} == {drug_class("ANTICOAGULANTS ORAUX")}


def test_an_interaction_carries_level_mechanism_and_management(interactions: list[Item]) -> None:
    strong, weak = associations(interactions)[:2]
    assert (strong.predicate, strong.evidence[0].level) == (Predicate.INTERACTS_WITH, AnsmSeverity.NOT_RECOMMENDED)
    assert strong.qualifiers == (
        (Qualifier.MANAGEMENT, "- à forte dose, chez un sujet fragile"),
        (Qualifier.MECHANISM, "Texte inventé."),
    )
    assert weak.evidence[0].level is AnsmSeverity.TO_CONSIDER
    assert weak.qualifier(Qualifier.MANAGEMENT) == "à faible dose"


def test_an_entry_that_is_no_drug_is_a_term_of_its_own(interactions: list[Item]) -> None:
    grapefruit = minted("PAMPLEMOUSSE (JUS ET FRUIT)")
    assert Entity(grapefruit, Category.CHEMICAL_ENTITY, "PAMPLEMOUSSE (JUS ET FRUIT)") in interactions
    [stated] = [one for one in associations(interactions) if one.subject == grapefruit]
    assert (stated.object, stated.evidence[0].level) == (WARFARIN, AnsmSeverity.TO_CONSIDER)


def test_a_name_of_class_and_substance_heads_the_class(interactions: list[Item]) -> None:
    [stated] = [one for one in associations(interactions) if minted("ABEMACICLIB") in {one.subject, one.object}]
    assert drug_class("INSULINE") in {stated.subject, stated.object}
    assert stated.evidence[0].level is AnsmSeverity.CONTRAINDICATED


def test_a_pair_within_one_drug_is_left_out(written_file: Writer, context: Context) -> None:
    record = {
        "main_drug": "A",
        "plus_drug": "a",
        "interaction_mechanism": "",
        "description": "",
        "severity_levels": [{"level": "CONTRE-INDICATION", "info": ""}],
    }
    items = list(read_interactions(written_file(SOURCE, THESAURUS, json.dumps([record])), context))
    assert associations(items) == []
    assert context.left_out.counts == {"pair whose sides are one drug of the graph": 1}


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (INDEX, '"substance": "warfarine"', '"substance": "clopidogrel"', "lists 'clopidogrel' twice"),
        (INDEX, '"substance": "clopidogrel"', '"name": "clopidogrel"', "record 1 has no str 'substance': None"),
        (INDEX, '["insuline"]', "[1]", r"classes of 'insuline glargine' are no names: \[1\]"),
        (INDEX, '"substance": "clopidogrel"', '"substance": " "', "a substance without a name"),
        (INDEX, "[\n    {", "{\n    {", "is not valid JSON"),
        (THESAURUS, '"CLOPIDOGREL"', '""', "something without a name"),
        (THESAURUS, "Association DECONSEILLEE", "Association", "has the level 'Association'; known are CONTRE"),
        (THESAURUS, ', "info": ""}', "}", "a severity level without its text"),
        (THESAURUS, '[{"level": "CONTRE-INDICATION", "info": ""}]', "[]", "has no severity level"),
        (THESAURUS, '"plus_drug": "CLOPIDOGREL"', '"plus_drug": 3', "record 2 has no str 'plus_drug': 3"),
        ("rxnorm_mappings.tsv", "32968", "Q1", "'Q1' of 'clopidogrel' is no RxNorm id"),
        ("rxnorm_mappings.tsv", "RxNorm", "rx", "lacks the column RxNorm"),
        ("wikidata_mappings.tsv", "wikidata", "item", "lacks the column wikidata"),
    ],
)
def test_a_malformed_file_is_refused(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    read = {table.pattern.split("*")[0].split("-")[0]: table.read for table in SOURCE.tables}
    with pytest.raises(SourceError, match=reason):
        list(read[name.split("-")[0]](file, context))


@pytest.mark.parametrize("content", ["{}", "[1]", b'["\xe9"]'])
def test_json_of_another_shape_is_refused(written_file: Writer, context: Context, content: str | bytes) -> None:
    with pytest.raises(SourceError):
        list(read_substances(written_file(SOURCE, INDEX, content), context))


@pytest.mark.real_data
def test_every_entry_of_the_thesaurus_is_used(test_data: Path) -> None:
    resolver = Resolver()
    resolver.drugs.add(CLOPIDOGREL, "clopidogrel")
    reading = Reading.of(SOURCE, [test_data], resolver)
    items = [one for _, items in reading.files() for one in items]
    accounts = {name.rsplit("/", 1)[-1].split("-")[0]: account for name, account in reading.accounts.items()}
    assert all(account.unexplained == 0 for account in accounts.values())
    assert {name: account.read for name, account in accounts.items()} == {
        "rxnorm_mappings.tsv": 1309,
        "index": 1084,
        "wikidata_mappings.tsv": 1277,
        "thesaurus": 3139,
    }
    assert accounts["index"].used == 1084
    assert accounts["thesaurus"].used == 3139
    stated = {
        (one.evidence[0].record, one.evidence[0].level): one
        for one in associations(items)
        if one.predicate is Predicate.INTERACTS_WITH
    }
    assert len(stated) == 3269  # severity levels of all records
    repaglinide = stated["CLOPIDOGREL + REPAGLINIDE", AnsmSeverity.TO_CONSIDER]
    assert {repaglinide.subject, repaglinide.object} == {CLOPIDOGREL, Reference("RXNORM", "73044")}
    anti_tnf = stated["ABATACEPT + ANTI-TNF ALPHA", AnsmSeverity.NOT_RECOMMENDED]
    assert anti_tnf.qualifiers == ((Qualifier.MECHANISM, "Majoration de l’immunodépression."),)
    assert drug_class("ANTI-TNF ALPHA") in {anti_tnf.subject, anti_tnf.object}
    metoprolol = stated["ABIRATERONE + METOPROLOL", AnsmSeverity.PRECAUTION]
    assert metoprolol.qualifier(Qualifier.MANAGEMENT) == (
        "Surveillance clinique. Si besoin, adaptation de la posologie du métoprolol pendant le traitement par l'abiratérone."
    )
