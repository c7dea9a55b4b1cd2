from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.context import Context
from kg.folders import find_files
from kg.model import AgentType, Association, Entity
from kg.normalize import Match, Resolution, Resolver
from kg.reading import Reading
from kg.sources.drugbank_vocabulary import SOURCE, read_vocabulary
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.source import Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAME = "drugbank_vocabulary.csv"
CLOPIDOGREL, WARFARIN = Reference("RXNORM", "32968"), Reference("ClinPGx", "PA451906")


@pytest.fixture
def taught(context: Context) -> Context:
    """Clopidogrel with its DrugBank id, warfarin by its name alone."""
    drugs = context.resolver.drugs
    drugs.add(CLOPIDOGREL, "clopidogrel", identifiers=[Reference("DRUGBANK", "DB00758")])
    drugs.add(WARFARIN, "warfarin")
    return context


def test_a_drug_whose_id_is_known_is_described_with_codes_under_both_references(
    fixture_file: Opener, taught: Context
) -> None:
    items = list(read_vocabulary(fixture_file(SOURCE, NAME), taught))
    described = [one for one in items if isinstance(one, Entity) and one.name == "Clopidogrel"]
    assert {one.reference for one in described} == {CLOPIDOGREL, Reference("DRUGBANK", "DB00758")}
    for one in described:
        assert (one.category, one.synonyms) == (Category.DRUG, ("Clopidogrelum",))
        assert (Attribute.CODE, "UNII:A74586SNO7") in one.attributes
    assert taught.resolver.drugs.by_code("UNII:A74586SNO7").reference == CLOPIDOGREL
    assert taught.resolver.drugs.by_code("INCHIKEY:GKTWGGQPFAXNFI-HNNXBMFYSA-N").reference == CLOPIDOGREL


def test_a_drug_of_the_same_name_without_a_drugbank_id_is_the_drug(fixture_file: Opener, taught: Context) -> None:
    items = list(read_vocabulary(fixture_file(SOURCE, NAME), taught))
    [match] = [one for one in items if isinstance(one, Association)]
    assert (match.subject, match.predicate) == (WARFARIN, Predicate.CLOSE_MATCH)
    assert match.object == Reference("DRUGBANK", "DB00682")
    assert match.qualifier(Qualifier.MAPPING_JUSTIFICATION) == "semapv:LexicalMatching"
    assert match.evidence[0].agent_type is AgentType.AUTOMATED_AGENT
    assert taught.resolver.drugs.by_identifier(Reference("DRUGBANK", "DB00682")) == Resolution(WARFARIN, Match.MAPPING)
    assert taught.resolver.drugs.by_name("Coumarin, warfarin") == Resolution(WARFARIN, Match.ALIAS)
    assert not any(isinstance(one, Entity) and one.reference == WARFARIN for one in items)


def test_a_drug_of_the_same_name_with_another_drugbank_id_is_another_drug(fixture_file: Opener) -> None:
    context = Context(Resolver())
    context.resolver.drugs.add(WARFARIN, "warfarin", identifiers=[Reference("DRUGBANK", "DB99999")])
    items = list(read_vocabulary(fixture_file(SOURCE, NAME), context))
    assert not any(isinstance(one, Association) for one in items)
    assert context.resolver.drugs.by_name("Warfarin").reference == WARFARIN
    own = Reference("DRUGBANK", "DB00682")
    assert context.resolver.drugs.by_identifier(own) == Resolution(own, Match.IDENTIFIER)


def test_an_older_accession_number_leads_to_the_current_drug(fixture_file: Opener, taught: Context) -> None:
    items = list(read_vocabulary(fixture_file(SOURCE, NAME), taught))
    older, current = Reference("DRUGBANK", "DB02351"), Reference("DRUGBANK", "DB00006")
    assert taught.resolver.drugs.by_identifier(older) == Resolution(current, Match.MAPPING)
    assert taught.resolver.drugs.by_code("DRUGBANK:EXPT03302").reference == current
    [entity] = [one for one in items if isinstance(one, Entity) and one.reference == current]
    assert (Attribute.ALTERNATIVE_ID, older) in entity.attributes


def test_a_code_that_two_drugs_share_leads_to_neither(fixture_file: Opener, taught: Context) -> None:
    list(read_vocabulary(fixture_file(SOURCE, NAME), taught))
    assert taught.resolver.drugs.by_code("CAS:9005-49-6").reference is None


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("DrugBank ID,", "Id,", "lacks the column DrugBank ID"),
        ("DB00006,", "6,", "column DrugBank ID holds '6'"),
        (",Bivalirudin,", ",,", "DRUGBANK:DB00006 has no common name"),
        ("DB00758,", "DB00006,", "DRUGBANK:DB00006 has a second row"),
        ("DB00758,", "DB00758,x,", "has 8 fields where the header has 7"),
    ],
)
def test_a_malformed_vocabulary_is_refused(
    fixture_file: Opener, written_file: Writer, context: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, NAME).path.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SourceError, match=reason):
        list(read_vocabulary(written_file(SOURCE, NAME, content), context))


def test_a_vocabulary_in_another_encoding_is_refused(written_file: Writer, context: Context) -> None:
    content = b"DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\nDB00001,,\xe9,,,,\n"
    with pytest.raises(SourceError, match="cannot be read further"):
        list(read_vocabulary(written_file(SOURCE, NAME, content), context))


def test_the_publishers_file_is_found_in_a_release_folder(tmp_path: Path) -> None:
    folder = tmp_path / "drugbank-vocabulary" / "5.1.13"
    folder.mkdir(parents=True)
    (folder / "drugbank vocabulary.csv").write_text("x")
    [file] = find_files(SOURCE, SOURCE.tables[0], [tmp_path])
    assert (file.release, file.name) == ("5.1.13", "drugbank vocabulary.csv")


@pytest.mark.real_data
def test_every_drug_of_the_vocabulary_is_used(test_data: Path) -> None:
    reading = Reading.of(SOURCE, [test_data], Resolver())
    [items] = [list(items) for _, items in reading.files()]
    [account] = reading.accounts.values()
    assert (account.read, account.used, account.unexplained) == (15235, 15235, 0)
    drugs = {one.reference.curie: one for one in items if isinstance(one, Entity)}
    assert len(drugs) == 15235
    assert drugs["DRUGBANK:DB00001"].name == "Lepirudin"
    assert drugs["DRUGBANK:DB00002"].synonyms == ("Cetuximabum", "Cétuximab")
    found = reading.context.resolver.drugs
    assert found.by_identifier(Reference("DRUGBANK", "DB08914")).reference == Reference("DRUGBANK", "DB00030")
    assert found.by_code("CAS:143831-71-4").reference == Reference("DRUGBANK", "DB00003")
