from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

import pytest

from kg.context import Context
from kg.folders import find_files
from kg.model import AgentType, Association, Entity
from kg.normalize import Match, Resolution, Resolver
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.mondo import SOURCE
from kg.sources.mondo.mappings import read_mappings
from kg.sources.mondo.terms import read_json_terms, read_obo_terms
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

MARFAN, ANUS = Reference("MONDO", "0007947"), Reference("MONDO", "0001046")
JSON = "MONDO-ontology-v2026-05-05.json"


@pytest.fixture
def terms(fixture_file: Opener, context: Context) -> list[Item]:
    return list(read_json_terms(fixture_file(SOURCE, JSON), context))


@pytest.fixture
def mappings(fixture_file: Opener, context: Context, terms: list[Item]) -> list[Item]:
    names = ("mondo_exactmatch_omim.sssom.tsv", "mondo_exactmatch_orphanet.sssom.tsv")
    return [item for name in names for item in read_mappings(fixture_file(SOURCE, name), context)]


def entity(items: list[Item], curie: str) -> Entity:
    return next(one for one in items if isinstance(one, Entity) and one.reference.curie == curie)


def edges(items: list[Item]) -> set[tuple[str, str]]:
    return {(one.subject.curie, one.object.curie) for one in items if isinstance(one, Association)}


def test_parents_are_the_ancestors_at_distance_one(terms: list[Item]) -> None:
    assert edges(terms) == {
        ("MONDO:0007947", "MONDO:0017310"),
        ("MONDO:0017310", "MONDO:0000001"),
        ("MONDO:0001046", "MONDO:0000001"),
        ("MONDO:0021152", "MONDO:0021149"),
        ("MONDO:0021149", "MONDO:0021125"),
    }
    assert {one.predicate for one in terms if isinstance(one, Association)} == {Predicate.SUBCLASS_OF}


def test_a_disease_is_found_by_name_and_synonym(terms: list[Item], context: Context) -> None:
    assert entity(terms, "MONDO:0007947").synonyms == ("MFS", "Marfan syndrome type 1")
    assert context.resolver.diseases.by_name("marfan syndrome") == Resolution(MARFAN, Match.NAME)
    assert context.resolver.diseases.by_name("MFS") == Resolution(MARFAN, Match.ALIAS)


def test_a_characteristic_of_diseases_is_no_disease(terms: list[Item], context: Context) -> None:
    assert entity(terms, "MONDO:0021152").category is Category.PHENOTYPIC_QUALITY
    assert context.resolver.diseases.by_name("inherited").problem == "unknown"
    assert entity(terms, "MONDO:0007947").category is Category.DISEASE


def test_an_obsolete_disease_leads_through_its_replacements_to_the_current_one(
    terms: list[Item], context: Context
) -> None:
    older = entity(terms, "MONDO:0000002")
    assert older.attribute(Attribute.DEPRECATED) == "true"
    assert older.attribute(Attribute.REPLACED_BY) == Reference("MONDO", "0000003")
    assert context.resolver.diseases.by_identifier(older.reference) == Resolution(MARFAN, Match.MAPPING)
    assert context.resolver.diseases.by_identifier(Reference("MONDO", "0000911")).problem == "unknown"
    assert context.resolver.diseases.by_name("obsolete old Marfan").problem == "unknown"


def test_the_publishers_obo_gives_the_same_disease(fixture_file: Opener, context: Context) -> None:
    items = list(read_obo_terms(fixture_file(SOURCE, "mondo.obo"), context))
    marfan = entity(items, "MONDO:0007947")
    assert (marfan.name, marfan.synonyms) == ("Marfan syndrome", ("MFS",))
    assert edges(items) == {("MONDO:0007947", "MONDO:0017310"), ("MONDO:0017310", "MONDO:0000001")}
    for older in ("0000003", "0000004"):
        assert context.resolver.diseases.by_identifier(Reference("MONDO", older)).reference == MARFAN
    assert context.left_out.examples == {"is_a of another ontology": ["MONDO:0000001 is_a BFO:0000016"]}


def test_of_two_copies_of_the_ontology_the_second_is_left_out(fixture_file: Opener, context: Context) -> None:
    list(read_obo_terms(fixture_file(SOURCE, "mondo.obo"), context))
    assert list(read_json_terms(fixture_file(SOURCE, JSON), context)) == []
    assert context.left_out.examples["second copy of the Mondo ontology beside mondo.obo"] == [JSON]


def test_a_mapping_is_evidenced_by_its_row_and_says_how_it_was_made(mappings: list[Item]) -> None:
    one = next(item for item in mappings if isinstance(item, Association))
    assert (one.subject, one.predicate, one.object.curie) == (MARFAN, Predicate.EXACT_MATCH, "OMIM:154700")
    assert one.qualifiers == ((Qualifier.MAPPING_JUSTIFICATION, "semapv:ManualMappingCuration"),)
    assert one.evidence[0].record == "mondo_exactmatch_omim.sssom.tsv#L5"
    assert one.evidence[0].agent_type is AgentType.MANUAL_AGENT


def test_a_disease_with_two_matches_in_one_vocabulary_is_listed_as_ambiguous(
    mappings: list[Item], context: Context
) -> None:
    assert mappings
    listed = context.ambiguous.examples["Mondo disease with several exact matches in one vocabulary"]
    assert "MONDO:0001046: OMIM:207500, OMIM:301800" in listed


def test_the_other_side_of_a_mapping_is_declared_by_its_own_or_mondos_label(mappings: list[Item]) -> None:
    assert entity(mappings, "OMIM:207500").name == "anus, imperforate"
    assert entity(mappings, "OMIM:301800").name == "imperforate anus"
    assert entity(mappings, "ORPHA:558").category is Category.DISEASE


def test_rows_that_map_no_current_disease_exactly_are_counted(mappings: list[Item], context: Context) -> None:
    assert context.left_out.examples == {
        "mapping of an obsolete Mondo term": ["MONDO:0000911"],
        "mapping that is no exact match": ["skos:broadMatch OMIM:129600"],
    }
    assert context.unresolved.examples == {
        "mapping of a Mondo id that is no disease of this Mondo release": ["MONDO:0099999"],
        "mapping to an identifier without a registered prefix": ["GARD:0006975"],
    }
    assert len(edges(mappings)) == 4


def test_an_identifier_mapped_one_to_one_leads_to_mondo(mappings: list[Item], context: Context) -> None:
    for curie in ("OMIM:154700", "ORPHA:558"):
        assert context.resolver.diseases.by_identifier(Reference.parse(curie)) == Resolution(MARFAN, Match.MAPPING)


def test_two_omim_entries_of_one_mondo_disease_keep_their_edges_but_do_not_become_one(
    mappings: list[Item], context: Context
) -> None:
    assert {("MONDO:0001046", "OMIM:207500"), ("MONDO:0001046", "OMIM:301800")} <= edges(mappings)
    found = context.resolver.diseases.by_identifier(Reference("OMIM", "207500"))
    assert found == Resolution(None, Match.MAPPING, "ambiguous: MONDO:0001046 or OMIM:207500")


CODES = [
    ("efo", "EFO:0000001"),
    ("icd10cm", "ICD10CM:Q87.4"),
    ("icd10who", "ICD10WHO:Q87.4"),
    ("icd11.foundation", "ICD11:236564145"),
    ("meddra", "MEDDRA:10026829"),
    ("medgen", "MEDGEN:44287"),
    ("mesh", "MESH:D008382"),
    ("sctid", "SCTID:19346006"),
    ("umls", "UMLS:C0024796"),
]


@pytest.mark.parametrize(("vocabulary", "code"), CODES)
def test_a_code_leads_to_its_mondo_disease_which_carries_it_and_matches_its_entity(
    fixture_file: Opener, terms: list[Item], context: Context, vocabulary: str, code: str
) -> None:
    items = list(read_mappings(fixture_file(SOURCE, f"mondo_exactmatch_{vocabulary}.sssom.tsv"), context))
    assert context.resolver.diseases.by_code(code) == Resolution(MARFAN, Match.MAPPING)
    assert entity(items, MARFAN.curie).attributes == ((Attribute.CODE, code),)
    mapping = next(one for one in items if isinstance(one, Association))
    assert (mapping.subject, mapping.predicate) == (MARFAN, Predicate.EXACT_MATCH)
    assert mapping.object.curie == f"GENOPATH:term/{code}"
    assert mapping.qualifiers == ((Qualifier.MAPPING_JUSTIFICATION, "semapv:ManualMappingCuration"),)


def test_what_a_code_names_is_called_by_the_label_of_the_row_or_by_the_code(
    fixture_file: Opener, terms: list[Item], context: Context
) -> None:
    names = ("mondo_exactmatch_icd10cm.sssom.tsv", "mondo_exactmatch_mesh.sssom.tsv")
    items = [item for name in names for item in read_mappings(fixture_file(SOURCE, name), context)]
    assert entity(items, "GENOPATH:term/ICD10CM:Q87.4").name == "Marfan's syndrome"
    assert entity(items, "GENOPATH:term/MESH:D008382").name == "MESH:D008382"


def test_a_phenotypic_series_is_named_by_its_number_and_leads_to_mondo(
    fixture_file: Opener, terms: list[Item], context: Context
) -> None:
    items = list(read_mappings(fixture_file(SOURCE, "mondo_exactmatch_omimps.sssom.tsv"), context))
    series, mondo = Reference.mint("series", "PS154700"), Reference("MONDO", "0017310")
    assert edges(items) == {(mondo.curie, series.curie)}
    assert entity(items, series.curie).name == "Marfan and related"
    assert context.resolver.diseases.by_identifier(series).reference == mondo
    assert context.resolver.diseases.by_code("OMIMPS:154700").reference == mondo


def test_a_code_of_an_obsolete_disease_leads_nowhere(fixture_file: Opener, terms: list[Item], context: Context) -> None:
    list(read_mappings(fixture_file(SOURCE, "mondo_exactmatch_mesh.sssom.tsv"), context))
    assert context.resolver.diseases.by_code("MESH:C000000").problem == "unknown"
    assert context.left_out.examples == {"mapping of an obsolete Mondo term": ["MONDO:0000911"]}


@pytest.mark.parametrize("content", [b"subject_id\tx\n", b"\xff\xfe\n"], ids=["missing columns", "not UTF-8"])
def test_a_damaged_mapping_table_is_refused(written_file: Writer, context: Context, content: bytes) -> None:
    with pytest.raises(SourceError, match=r"lacks the columns|cannot be read further"):
        list(read_mappings(written_file(SOURCE, "mondo_exactmatch_mesh.sssom.tsv", content), context))


def test_an_omim_entry_that_two_mondo_diseases_claim_is_ambiguous(
    written_file: Writer, fixture_file: Opener, terms: list[Item], context: Context
) -> None:
    name = "mondo_exactmatch_orphanet.sssom.tsv"
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    claimed_twice = content + content.splitlines()[1].replace(MARFAN.curie, ANUS.curie) + "\n"
    items = list(read_mappings(written_file(SOURCE, name, claimed_twice), context))
    assert len(edges(items)) == 2
    problem = context.resolver.diseases.by_identifier(Reference("ORPHA", "558")).problem
    assert problem == "ambiguous: MONDO:0001046 or MONDO:0007947"


def test_an_annotated_omim_disease_stays_itself_and_meets_mondo_by_name(mappings: list[Item], context: Context) -> None:
    omim = Reference("OMIM", "154700")
    context.resolver.diseases.add(omim, "Marfan syndrome")
    assert context.resolver.diseases.by_identifier(omim) == Resolution(omim, Match.IDENTIFIER)
    assert context.resolver.diseases.by_name("Marfan syndrome") == Resolution(MARFAN, Match.NAME)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "is no JSON object of terms"),
        ('{"MONDO:0000001": {"ancestors": {}, "deprecated": false}}', "term MONDO:0000001 cannot be read.*label"),
        ('{"MONDO:1": {"ancestors": {}, "label": "x", "deprecated": false}}', "term MONDO:1 cannot be read"),
        ('{"MONDO:0000001": {"ancestors": [], "label": "x", "deprecated": false}}', "cannot be read"),
        ('{"MONDO:0000001": 1}', "cannot be read"),
        ('{"MONDO:0000001": {"ancestors": {}, "label": 4, "deprecated": false}}', "4 is no text"),
        ('{"MONDO:0000001": {', "is not valid JSON"),
    ],
)
def test_a_malformed_json_ontology_is_refused(
    written_file: Writer, context: Context, content: str, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        list(read_json_terms(written_file(SOURCE, JSON, content), context))


def test_a_mapping_from_another_vocabulary_names_file_and_line(
    written_file: Writer, fixture_file: Opener, context: Context
) -> None:
    name = "mondo_exactmatch_orphanet.sssom.tsv"
    content = fixture_file(SOURCE, name).path.read_text("utf-8").replace("MONDO:0007947", "OMIM:154700")
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError, match="column subject_id holds 'OMIM:154700'") as refusal:
        list(read_mappings(file, context))
    assert (refusal.value.file, refusal.value.line) == (str(file.path), 2)


@pytest.fixture(scope="session")
def real(test_data: Path) -> tuple[list[Item], Resolver]:
    """All of HGNC and Mondo."""
    resolver, items = Resolver(), []
    for source in (hgnc.SOURCE, SOURCE):
        for table in source.tables:
            for file in find_files(source, table, [test_data]):
                items += list(table.read(file, Context(resolver)))
    return items, resolver


@pytest.mark.real_data
def test_no_gene_is_a_disease(real: tuple[list[Item], Resolver]) -> None:
    items, resolver = real
    of = {
        category: {one.reference for one in items if isinstance(one, Entity) and one.category == category}
        for category in (Category.GENE, Category.DISEASE)
    }
    assert of[Category.GENE]
    assert of[Category.DISEASE]
    assert not of[Category.GENE] & of[Category.DISEASE]
    assert not resolver.genes.known & resolver.diseases.known
    assert {reference.prefix for reference in of[Category.GENE]} == {"HGNC", "NCBIGene"}
    assert {reference.prefix for reference in of[Category.DISEASE]} == {
        *("MONDO", "OMIM", "ORPHA", "DOID", "NCIT"),
        "GENOPATH",
    }


@pytest.mark.real_data
def test_no_two_diseases_that_a_source_keeps_apart_get_one_reference(real: tuple[list[Item], Resolver]) -> None:
    items, resolver = real
    meaning: dict[tuple[str, Reference], set[Reference]] = defaultdict(set)
    for one in items:
        if isinstance(one, Association) and one.predicate is Predicate.EXACT_MATCH and one.subject.prefix == "MONDO":
            found = resolver.diseases.by_identifier(one.object).reference
            if found is not None:
                meaning[one.object.prefix, found].add(one.object)
    assert len(meaning) > 30_000
    assert not [group for group in meaning.values() if len(group) > 1]


@pytest.mark.real_data
def test_marfan_syndrome_meets_its_omim_and_orphanet_entries(real: tuple[list[Item], Resolver]) -> None:
    items, _ = real
    matched = {
        one.object.curie
        for one in items
        if isinstance(one, Association) and one.subject == MARFAN and one.predicate is Predicate.EXACT_MATCH
    }
    codes = ("ICD10CM:Q87.4", "ICD11:236564145", "MEDGEN:44287", "MESH:D008382", "SCTID:19346006", "UMLS:C0024796")
    assert matched == {
        *("OMIM:154700", "ORPHA:558", "ORPHA:284963", "DOID:14323", "NCIT:C34807"),
        *(f"GENOPATH:term/{code}" for code in codes),
    }


@pytest.mark.real_data
def test_every_mapping_of_a_current_mondo_disease_to_omim_is_an_edge(
    real: tuple[list[Item], Resolver], test_data: Path
) -> None:
    items, _ = real
    lines = (test_data / "mondo/2026-08-mappings/mondo_exactmatch_omim.sssom.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.startswith("MONDO:")]
    stated = {(fields[0], fields[3]) for fields in rows if not fields[1].startswith("obsolete")}
    read = {
        (one.subject.curie, one.object.curie)
        for one in items
        if isinstance(one, Association) and one.predicate is Predicate.EXACT_MATCH and one.object.prefix == "OMIM"
    }
    assert read == stated


@pytest.mark.real_data
def test_every_record_of_mondo_has_a_fate(test_data: Path) -> None:
    reading = Reading.of(SOURCE, [test_data], Resolver())
    for file, items in reading.files():
        used = sum(1 for _ in items)
        account = reading.context.account
        assert used
        assert account.unexplained == 0
        if file.name.endswith(".tsv"):
            assert account.read == sum(line.startswith("MONDO:") for _, line in file.lines())
        else:
            assert account.read == sum("label" in term for term in cast("dict[str, object]", file.json()).values())  # type: ignore[operator]  # each value is an object
    read = sum(account.read for account in reading.accounts.values())
    assert sum(reading.context.unresolved.counts.values()) < 0.02 * read


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("code", "curie"),
    [
        ("MESH:D000309", "MONDO:0000004"),
        ("ICD10CM:I49.01", "MONDO:0000190"),
        ("ICD11:1048673005", "MONDO:0000022"),
        ("UMLS:C0005818", "MONDO:0000009"),
        ("OMIMPS:600513", "MONDO:0000030"),
        ("MEDDRA:10085504", "MONDO:0100233"),
    ],
)
def test_a_code_of_the_published_tables_leads_to_its_disease(
    real: tuple[list[Item], Resolver], code: str, curie: str
) -> None:
    assert real[1].diseases.by_code(code).reference == Reference.parse(curie)
