from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.model import AgentType, Association, Entity, KnowledgeLevel
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import drugbank_vocabulary, drugcentral
from kg.sources.sider import SOURCE, read_drug_codes, read_drug_names, read_frequencies, read_side_effects
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

READERS: dict[str, Reader] = {
    "drug_names.tsv": read_drug_names,
    "drug_atc.tsv": read_drug_codes,
    "meddra_all_se.tsv": read_side_effects,
    "meddra_freq.tsv": read_frequencies,
}
CLOZAPINE, ATORVASTATIN = Reference("RXNORM", "2626"), Reference("RXNORM", "83367")
NAUSEA, AGRANULOCYTOSIS = Reference("HP", "0002018"), Reference("MONDO", "0001609")
SLEEPLESSNESS = Reference.mint("term", "UMLS:C0917801")


@pytest.fixture
def taught(context: Context) -> Context:
    resolver = context.resolver
    resolver.drugs.add(CLOZAPINE, "clozapine")
    resolver.drugs.add_code("PUBCHEM:90000011", CLOZAPINE)
    resolver.drugs.add(ATORVASTATIN, "atorvastatin", identifiers=[Reference("ATC", "C10AA05")])
    resolver.phenotypes.add(NAUSEA, "Nausea")
    resolver.diseases.add(AGRANULOCYTOSIS, "agranulocytosis")
    resolver.diseases.add_code("UMLS:C0001824", AGRANULOCYTOSIS)
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    found = []
    for item in READERS[file.name](file, context):
        context.account.items += 1
        found.append(item)
    return found


def associations(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def test_preferred_terms_are_side_effects_under_the_entity_of_their_concept_or_name(
    fixture_file: Opener, taught: Context
) -> None:
    items = read(fixture_file(SOURCE, "meddra_all_se.tsv"), taught)
    found = associations(items)
    assert [(one.subject, one.predicate, one.object) for one in found] == [
        (CLOZAPINE, Predicate.HAS_SIDE_EFFECT, AGRANULOCYTOSIS),
        (CLOZAPINE, Predicate.HAS_SIDE_EFFECT, NAUSEA),
        (CLOZAPINE, Predicate.HAS_SIDE_EFFECT, SLEEPLESSNESS),
    ]
    assert found[1].qualifiers == ((Qualifier.ORIGINAL_OBJECT, "UMLS:C0027497"),)
    assert [one for one in items if isinstance(one, Entity)] == [
        Entity(SLEEPLESSNESS, Category.PHENOTYPIC_FEATURE, "Sleeplessness of a kind")
    ]


def test_what_was_mined_from_labels_is_no_assertion_of_a_curator(fixture_file: Opener, taught: Context) -> None:
    [evidence] = associations(read(fixture_file(SOURCE, "meddra_all_se.tsv"), taught))[0].evidence
    assert (evidence.agent_type, evidence.knowledge_level) == (
        AgentType.TEXT_MINING_AGENT,
        KnowledgeLevel.NOT_PROVIDED,
    )
    assert evidence.record == "meddra_all_se.tsv#L2"


def test_each_row_has_a_fate(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file(SOURCE, "meddra_all_se.tsv"), taught)
    account = taught.account
    assert (account.read, account.used, account.unexplained) == (7, 3, 0)
    assert account.left_out == {
        "lowest level term (the preferred term of its concept is a row of its own)": 1,
        "effect without a MedDRA term": 1,
        "PubChem compound unknown to the build's drugs": 2,
    }
    assert taught.unresolved.examples["PubChem compound unknown to the build's drugs"] == [
        "CID090000002 CID190000002",
        "CID090000003 CID190000003",
    ]


def test_siders_own_tables_tell_the_drug_by_atc_code_or_name(fixture_file: Opener, context: Context) -> None:
    context.resolver.drugs.add(CLOZAPINE, "clozapine")
    context.resolver.drugs.add(ATORVASTATIN, "atorvastatin", identifiers=[Reference("ATC", "C10AA05")])
    assert read(fixture_file(SOURCE, "drug_names.tsv"), context) == []
    assert read(fixture_file(SOURCE, "drug_atc.tsv"), context) == []
    assert (context.account.read, context.account.used) == (4, 4)
    found = associations(read(fixture_file(SOURCE, "meddra_all_se.tsv"), context))
    assert Counter(one.subject for one in found) == {CLOZAPINE: 3, ATORVASTATIN: 1}


def test_a_frequency_is_kept_as_written_and_placebo_groups_are_left_out(fixture_file: Opener, taught: Context) -> None:
    found = associations(read(fixture_file(SOURCE, "meddra_freq.tsv"), taught))
    assert [(one.object, one.qualifier(Qualifier.FREQUENCY)) for one in found] == [
        (NAUSEA, "12%"),
        (AGRANULOCYTOSIS, "postmarketing"),
    ]
    assert taught.account.left_out["effect seen under placebo"] == 1
    assert taught.account.unexplained == 0


def test_a_concept_that_several_diseases_claim_keeps_the_entity_that_mondo_declared(
    fixture_file: Opener, taught: Context
) -> None:
    taught.resolver.diseases.add_code("UMLS:C0917801", Reference("MONDO", "0013600"))
    taught.resolver.diseases.add_code("UMLS:C0917801", AGRANULOCYTOSIS)
    items = read(fixture_file(SOURCE, "meddra_all_se.tsv"), taught)
    assert associations(items)[-1].object == SLEEPLESSNESS
    assert not [one for one in items if isinstance(one, Entity)]


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("meddra_all_se.tsv", "\tLLT\tC0001824\t", "\tLLT\t", "has 5 fields where this table has 6"),
        ("meddra_all_se.tsv", "CID190000001", "CID9", "column flat holds 'CID9', which is no flat STITCH id"),
        ("meddra_all_se.tsv", "CID090000011", "CID190000001", "column stereo holds 'CID190000001'"),
        ("meddra_all_se.tsv", "\tLLT\t", "\tHLT\t", "term type 'HLT' is none of PT, LLT and nothing"),
        ("meddra_all_se.tsv", "\tPT\tC0001824", "\tPT\t", "a preferred term needs a UMLS concept and a name"),
        ("meddra_freq.tsv", "\tplacebo\t", "\tcontrol\t", "column placebo holds 'control'"),
        ("meddra_freq.tsv", "\t12%\t", "\t\t", "column frequency is empty"),
        ("meddra_freq.tsv", "\t0.12\t", "\thigh\t", "the bounds of the frequency are no numbers"),
        ("drug_atc.tsv", "C10AA05", "c10", "column atc holds 'c10', which is no ATC code"),
        ("drug_names.tsv", "CID190000002", "CID190000001", "CID190000001 is called 'clozapine' and 'drug two'"),
    ],
)
def test_a_malformed_row_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SourceError, match=rf"{name}:[123]: ") as refusal:
        read(written_file(SOURCE, name, content), taught)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("name", READERS)
def test_an_empty_or_badly_encoded_file_is_refused(written_file: Writer, taught: Context, name: str) -> None:
    with pytest.raises(SourceError, match="is empty: no row"):
        read(written_file(SOURCE, name, ""), taught)
    with pytest.raises(SourceError, match=":1: cannot be read further"):
        read(written_file(SOURCE, name, b"\xff\xfe\n"), taught)


@pytest.mark.real_data
def test_every_row_of_sider_has_a_fate(test_data: Path) -> None:
    resolver = Resolver()
    for source in (drugbank_vocabulary.SOURCE, drugcentral.SOURCE):
        for _, items in Reading.of(source, [test_data], resolver).files():
            list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    found: dict[str, Association] = {}
    for _, items in reading.files():
        found |= {one.evidence[0].record: one for one in associations(list(items))}
    for name, account in reading.accounts.items():
        with gzip.open(test_data / "sider" / name, "rt", encoding="utf-8") as stream:
            rows = [line.split("\t") for line in stream]
        assert (account.read, account.unexplained) == (len(rows), 0)
        preferred = [row for row in rows if row[-3] == "PT" and "placebo" not in row]
        assert account.used > 0.7 * len(preferred)  # the compounds whose PubChem number DrugCentral has
    # Line 5 of meddra_all_se: PubChem 10917 is levocarnitine, DrugBank DB00583.
    assert found["meddra_all_se.tsv#L5"].subject.curie == "DRUGBANK:DB00583"
    assert found["meddra_all_se.tsv#L5"].object == Reference.mint("term", "UMLS:C0000737")  # abdominal pain
    assert found["meddra_freq.tsv#L2"].qualifier(Qualifier.FREQUENCY) == "21%"
    assert found["meddra_freq.tsv#L5"].qualifier(Qualifier.FREQUENCY) == "5%"
    assert "meddra_all_se.tsv#L1" not in found  # a lowest level term
