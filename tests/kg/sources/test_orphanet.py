from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from kg.folders import find_files
from kg.frequency import parse_frequency
from kg.levels import OrphanetStatus
from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.profiles import ProfileWriter
from kg.reading import Reading
from kg.sources import hpo
from kg.sources.orphanet import SOURCE
from kg.sources.orphanet.classification import read_classification, read_linearisation
from kg.sources.orphanet.genes import read_genes
from kg.sources.orphanet.history import read_history, read_prevalence
from kg.sources.orphanet.nomenclature import read_nomenclature
from kg.sources.orphanet.phenotypes import read_phenotypes
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
    Reader = Callable[[SourceFile, Context], object]

MARFAN = Reference("ORPHA", "558")
MONDO = Reference("MONDO", "0007947")
TERMS = ["0001166", "0001083", "0001249", "0003623", "0410280", "0000006", "0001426"]
READERS = {
    "en_product1.xml": read_nomenclature,
    "en_product3_156.xml": read_classification,
    "en_product4.xml": read_phenotypes,
    "en_product6.xml": read_genes,
    "en_product7.xml": read_linearisation,
    "en_product9_ages.xml": read_history,
    "en_product9_prev.xml": read_prevalence,
}


@pytest.fixture
def taught(context: Context) -> Context:
    """A build with some HPO terms, Marfan syndrome of OMIM and Mondo, and the genes FBN1 and TGFBR2."""
    for number in TERMS:
        context.resolver.phenotypes.add(Reference("HP", number), number)
    context.resolver.diseases.add(Reference("OMIM", "154700"), "Marfan syndrome")
    context.resolver.diseases.add(MONDO, "Marfan syndrome")
    context.resolver.diseases.add_code("UMLS:C0024796", MONDO)
    context.resolver.genes.add(Reference("HGNC", "3603"), "FBN1", previous=["OLDNAME"])
    context.resolver.genes.add(Reference("HGNC", "11773"), "TGFBR2")
    return context


def read(fixture_file: Opener, context: Context, name: str) -> list[Item]:
    return list(READERS[name](fixture_file(SOURCE, name), context))


def statements(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def entities(items: list[Item], curie: str) -> list[Entity]:
    return [one for one in items if isinstance(one, Entity) and one.reference.curie == curie]


def test_a_cross_reference_is_a_match_of_the_kind_that_orphanet_states(fixture_file: Opener, taught: Context) -> None:
    items = statements(read(fixture_file, taught, "en_product1.xml"))
    assert [(one.subject.curie, one.predicate.local_name, one.object.curie) for one in items] == [
        ("ORPHA:558", "narrow_match", "OMIM:154700"),
        ("ORPHA:558", "exact_match", "MONDO:0007947"),
        ("ORPHA:558", "exact_match", "GENOPATH:term/UMLS:C0024796"),
        ("ORPHA:558", "exact_match", "GENOPATH:term/MESH:D008382"),
        ("ORPHA:558", "broad_match", "GENOPATH:term/ICD10WHO:Q87.4"),
        ("ORPHA:558", "exact_match", "GENOPATH:term/ICD11MMS:LD28.01"),
        ("ORPHA:284963", "exact_match", "OMIM:154700"),
        ("ORPHA:284963", "exact_match", "MONDO:0099999"),
    ]
    evidence = items[0].evidence[0]
    assert (evidence.record, evidence.level) == ("ExternalReference/1001", OrphanetStatus.VALIDATED)
    assert evidence.agent_type is AgentType.MANUAL_AGENT
    assert items[3].evidence[0].level is OrphanetStatus.NOT_YET_VALIDATED
    assert items[3].evidence[0].agent_type is AgentType.NOT_PROVIDED


def test_a_disorder_has_its_names_type_and_exact_codes(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file, taught, "en_product1.xml")
    found = entities(items, MARFAN.curie)
    assert {(one.name, one.category) for one in found} == {("Marfan syndrome", Category.DISEASE)}
    assert found[-1].synonyms == ("MFS", "Maladie de Marfan à l'âge adulte")
    assert {value for one in found for key, value in one.attributes if key is Attribute.CODE} == {
        "UMLS:C0024796",
        "MESH:D008382",
        "ICD11MMS:LD28.01",
    }
    assert found[-1].attribute(Attribute.DISORDER_TYPE) == "Disease"
    assert taught.resolver.diseases.by_name("Marfan syndrome type 1").reference == Reference("ORPHA", "284963")


def test_a_code_that_mondo_knows_keeps_its_meaning_and_another_one_leads_to_the_disorder(
    fixture_file: Opener, taught: Context
) -> None:
    read(fixture_file, taught, "en_product1.xml")
    assert taught.resolver.diseases.by_code("UMLS:C0024796").reference == MONDO
    assert taught.resolver.diseases.by_code("MESH:D008382").reference == MARFAN
    assert taught.resolver.diseases.by_code("ICD10WHO:Q87.4").problem == "unknown"


def test_an_obsolete_disorder_says_so_and_one_that_was_moved_leads_to_its_successor(
    fixture_file: Opener, taught: Context
) -> None:
    items = read(fixture_file, taught, "en_product1.xml")
    assert entities(items, "ORPHA:93216")[-1].attribute(Attribute.DEPRECATED) == "true"
    moved = entities(items, "ORPHA:90000001")
    assert [one.attribute(Attribute.REPLACED_BY) for one in moved] == [MARFAN, None]
    assert taught.resolver.diseases.by_identifier(Reference("ORPHA", "90000001")).reference == MARFAN
    assert Reference("ORPHA", "93216") not in taught.resolver.diseases.known


def test_cross_references_that_are_not_used_are_counted(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file, taught, "en_product1.xml")
    assert taught.left_out.examples == {
        "cross-reference that Orphanet calls wrong or undecided": ["ORPHA:558 GARD"],
        "cross-reference to a vocabulary that is not read": ["ORPHA:558 Wikidata"],
        "cross-reference of an obsolete disorder": ["ORPHA:93216 OMIM"],
        "disorder that an obsolete one only refers to": ["ORPHA:93216 Referred to ORPHA:656"],
    }
    assert taught.unresolved.examples == {
        "cross-reference that no vocabulary of the build has (kept)": ["MONDO:0099999"]
    }


def test_a_disorder_may_stand_at_several_places_of_a_classification(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file, taught, "en_product3_156.xml")
    assert [(one.subject.curie, one.predicate, one.object.curie) for one in statements(items)] == [
        ("ORPHA:558", Predicate.SUBCLASS_OF, "ORPHA:183530"),
        ("ORPHA:183530", Predicate.SUBCLASS_OF, "ORPHA:98053"),
        ("ORPHA:558", Predicate.SUBCLASS_OF, "ORPHA:98053"),
    ]
    assert statements(items)[0].evidence[0].record == "Classification/156 ORPHA:558 below ORPHA:183530"
    assert [one.name for one in items if isinstance(one, Entity)] == [
        "Marfan syndrome",
        "Rare genetic bone disease",
        "Rare genetic disease",
    ]
    assert taught.left_out.examples == {"root of a classification": ["ORPHA:98053"]}


def test_the_preferential_parent_is_marked_as_one(fixture_file: Opener, taught: Context) -> None:
    (one,) = statements(read(fixture_file, taught, "en_product7.xml"))
    assert (one.subject, one.predicate, one.object.curie) == (MARFAN, Predicate.SUBCLASS_OF, "ORPHA:98023")
    assert one.qualifiers == ((Qualifier.ASSOCIATION_TYPE, "Preferential parent"),)


def test_features_have_the_frequency_terms_of_hpo_and_excluded_is_a_denial(
    fixture_file: Opener, taught: Context
) -> None:
    items = statements(read(fixture_file, taught, "en_product4.xml"))
    assert {one.predicate for one in items} == {Predicate.HAS_PHENOTYPE}
    assert [(one.object.curie, one.qualifiers, one.negated) for one in items] == [
        ("HP:0001166", ((Qualifier.FREQUENCY, "HP:0040281"),), False),
        ("HP:0001083", ((Qualifier.DIAGNOSTIC_CRITERION, "Criterion"), (Qualifier.FREQUENCY, "HP:0040282")), False),
        ("HP:0001249", ((Qualifier.FREQUENCY, "HP:0040285"),), True),
    ]
    assert items[0].evidence[0].record == "HPODisorderAssociation/1"
    assert list(taught.unresolved.examples.values()) == [["HP:0999999"]]


@pytest.mark.parametrize("frequency", ["HP:0040281", "HP:0040283"], ids=["same", "an older version"])
def test_an_annotation_that_hpo_took_over_counts_once_in_profiles(
    fixture_file: Opener, taught: Context, frequency: str
) -> None:
    first, *_ = statements(read(fixture_file, taught, "en_product4.xml"))
    evidence = fixture_file(hpo.SOURCE, "phenotype.hpoa").evidence(9)
    own = Association(MARFAN, Predicate.HAS_PHENOTYPE, first.object, evidence, ((Qualifier.FREQUENCY, frequency),))
    assert (own.key == first.key) is (frequency == "HP:0040281")
    root = Association(first.object, Predicate.SUBCLASS_OF, Reference("HP", "0000118"), evidence)
    writer = ProfileWriter()
    for one in (root, first, own):
        writer.add(one)
    shown, share = writer.profiles().direct[0]
    assert len(shown) == 1
    assert share[0] == pytest.approx(parse_frequency(frequency).share)


def test_a_gene_association_keeps_its_kind_origin_status_and_papers(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file, taught, "en_product6.xml")
    found = [
        (one.subject.curie, one.predicate.local_name, one.qualifier(Qualifier.ORIGIN)) for one in statements(items)
    ]
    assert found == [
        ("HGNC:3603", "gene_associated_with_condition", "germline"),
        ("HGNC:11773", "gene_associated_with_condition", None),
        ("HGNC:99999", "biomarker_for", None),
        ("HGNC:3603", "gene_associated_with_condition", "somatic"),
    ]
    first, second, *_ = statements(items)
    kind = first.qualifier(Qualifier.ASSOCIATION_TYPE)
    assert kind == "Disease-causing germline mutation(s) (loss of function) in"
    assert first.evidence[0].publications == (Reference("PMID", "21737058"), Reference("PMID", "22587682"))
    assert (first.evidence[0].level, second.evidence[0].level) == (
        OrphanetStatus.ASSESSED,
        OrphanetStatus.NOT_YET_ASSESSED,
    )
    assert entities(items, "HGNC:99999")[0].name == "BIOM"


def test_a_candidate_gene_and_an_unknown_gene_are_counted(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file, taught, "en_product6.xml")
    assert taught.left_out.examples == {"candidate gene, of which nothing is claimed": ["ABCX ORPHA:558"]}
    assert taught.unresolved.examples == {
        "gene that the build's HGNC does not have (kept under its HGNC id)": ["HGNC:99999"],
        "gene that neither its HGNC id nor its symbol names": ["NOBODY"],
    }


def test_inheritance_and_onset_are_hpo_terms_with_orphanets_word(fixture_file: Opener, taught: Context) -> None:
    items = statements(read(fixture_file, taught, "en_product9_ages.xml"))
    assert [
        (one.predicate.local_name, one.object.curie, one.qualifier(Qualifier.ORIGINAL_OBJECT)) for one in items
    ] == [
        ("associated_with", "HP:0003623", "Neonatal"),
        ("associated_with", "HP:0410280", "Infancy"),
        ("has_mode_of_inheritance", "HP:0000006", "Autosomal dominant"),
        ("has_mode_of_inheritance", "HP:0001426", "Multigenic/multifactorial"),
    ]
    assert [one.qualifier(Qualifier.ASPECT) for one in items] == ["C", "C", None, None]
    assert taught.left_out.counts == {
        "age of onset or inheritance that no HPO term holds as a whole": 1,
        "no age of onset or inheritance is stated": 2,
        "age of death (not read)": 1,
    }


def test_prevalence_is_an_attribute_with_its_place_status_and_papers(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file, taught, "en_product9_prev.xml")
    assert [value for one in entities(items, MARFAN.curie) for key, value in one.attributes] == [
        "Point prevalence | 1-5 / 10 000 | Worldwide | Validated | PMID:11389160",
        "Cases/families | 4.0 Case(s) | Europe | Not yet validated | PMID:11389160 PMID:9689990",
    ]
    assert taught.left_out.examples == {"prevalence that is unknown": ["ORPHA:558"]}


@pytest.mark.parametrize(
    ("name", "old", "new", "tag", "reason"),
    [
        (
            "en_product1.xml",
            "<OrphaCode>284963<",
            "<OrphaCode>558<",
            "Disorder ",
            "ORPHA:558 stands in this file twice",
        ),
        ("en_product1.xml", "<OrphaCode>558<", "<OrphaCode>five<", "ExternalReference ", "OrphaCode holds 'five'"),
        ("en_product1.xml", "BTNT (", "XYZ (", "ExternalReference ", "unknown mapping relation 'XYZ'"),
        ("en_product1.xml", "Not yet validated", "Perhaps", "ExternalReference ", "'Perhaps', which is no status"),
        ("en_product1.xml", "CC-BY-4.0", "CC-BY-ND-3.0", "Licence>", "states the licence 'CC-BY-ND-3.0'"),
        ("en_product3_156.xml", "<OrphaCode>183530</OrphaCode>", "", "ClassificationNode>", "lacks Disorder/OrphaCode"),
        ("en_product4.xml", "HP:0001083", "HP:1083", "HPODisorderAssociation ", "HPOId holds 'HP:1083'"),
        ("en_product4.xml", "Frequent (79-30%)", "Often", "HPODisorderAssociation ", "HPOFrequency holds 'Often'"),
        ("en_product6.xml", "Biomarker tested in", "Seen in", "DisorderGeneAssociation>", "unknown association type"),
        ("en_product6.xml", "<Reference>3603<", "<Reference>FBN1<", "DisorderGeneAssociation>", "which is no HGNC id"),
        ("en_product9_prev.xml", "<ValMoy>4.0<", "<ValMoy>four<", "Prevalence ", "ValMoy holds 'four'"),
    ],
)
def test_a_malformed_record_names_file_and_line(
    fixture_file: Opener,
    written_file: Writer,
    taught: Context,
    name: str,
    old: str,
    new: str,
    tag: str,
    reason: str,
) -> None:
    content = fixture_file(SOURCE, name).path.read_bytes()
    before, _, after = content.partition(old.encode())
    assert after
    file = written_file(SOURCE, name, before + new.encode() + after)
    with pytest.raises(SourceError) as refusal:
        list(READERS[name](file, taught))
    assert reason in str(refusal.value)
    assert refusal.value.file == str(file.path)
    lines = content.decode("latin-1").splitlines()
    assert refusal.value.line is not None
    assert f"<{tag}" in lines[refusal.value.line - 1]
    if "OrphaCode>" not in old:  # a code is first asked for by a record below it
        start = before.decode("latin-1").rindex(f"<{tag}")
        assert refusal.value.line == before.decode("latin-1")[:start].count("\n") + 1


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<JDBOR>&b;</JDBOR>'


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "declares a document type or entities"),
        ("<html><body/></html>", "is no product of Orphadata"),
        ("", "is not well-formed XML"),
        ('<?xml version="1.0" encoding="EBCDIC-X"?><JDBOR/>', "is not well-formed XML|cannot be read further"),
        (b"<JDBOR>\xff\xfe</JDBOR>", "is not well-formed XML"),
        ("<JDBOR><DisorderList/></JDBOR>", "is it this product"),
    ],
    ids=["XML bomb", "a page", "empty", "unknown encoding", "not UTF-8", "another product"],
)
def test_what_is_no_product_is_refused(
    written_file: Writer, context: Context, name: str, content: str | bytes, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        list(READERS[name](written_file(SOURCE, name, content), context))


@pytest.mark.parametrize("name", READERS)
def test_a_truncated_product_is_refused_with_its_last_line(
    fixture_file: Opener, written_file: Writer, taught: Context, name: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_bytes()
    part = content[: int(len(content) * 0.8)]
    with pytest.raises(SourceError, match="is not well-formed XML") as refusal:
        list(READERS[name](written_file(SOURCE, name, part), taught))
    assert refusal.value.line == part.count(b"\n") + 1


def test_a_file_without_a_release_folder_must_be_of_the_release_that_is_stated_for_it(
    tmp_path: Path, fixture_file: Opener, taught: Context
) -> None:
    (tmp_path / "orphanet").mkdir()
    content = fixture_file(SOURCE, "en_product9_ages.xml").path.read_bytes().replace(b"2020-05-22", b"2026-06-09")
    (tmp_path / "orphanet" / "en_product9_ages.xml").write_bytes(content)
    table = next(table for table in SOURCE.tables if table.pattern == "en_product9_ages.xml")
    (file,) = find_files(SOURCE, table, [tmp_path])
    with pytest.raises(SourceError, match="is of 2026-06-09; move it into a folder of that name"):
        list(read_history(file, taught))


def test_memory_stays_flat_over_many_disorders(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, "en_product9_prev.xml").path.read_text("utf-8")
    head, rest = content.split("    <Disorder ", 1)
    body, tail = rest.split("  </DisorderList>", 1)
    repeated = f"{head}{('    <Disorder ' + body) * 1000}  </DisorderList>{tail}"
    file = written_file(SOURCE, "en_product9_prev.xml", repeated)
    tracemalloc.start()
    assert sum(one.attributes != () for one in read_prevalence(file, taught) if isinstance(one, Entity)) == 2000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 800_000 < len(repeated)


@pytest.fixture(scope="module")
def real(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Reading, dict[str, list[Item]]]:
    """Orphanet in a build with the genes, diseases and HPO terms that its slices name, which partly are made up."""
    root = tmp_path_factory.mktemp("data")
    (root / "orphanet" / "2025-12-09").mkdir(parents=True)
    for name in COUNTED:
        (root / "orphanet" / "2025-12-09" / name).symlink_to(test_data / "orphanet" / "xml-slices" / name)
    resolver = Resolver()
    for number in (*TERMS, "0003581", "0000007", "0001419", "0001423", "0001427", "0000256"):
        resolver.phenotypes.add(Reference("HP", number), number)
    for curie in ("MONDO:0011778", "OMIM:607131", "OMIM:203450"):
        resolver.diseases.add(Reference.parse(curie), curie)
    for number in ("30497", "4235"):
        resolver.genes.add(Reference("HGNC", number), number)
    reading = Reading.of(SOURCE, [root], resolver)
    return reading, {file.name: list(items) for file, items in reading.files()}


COUNTED = {
    "en_product1.xml": ["Disorder", "ExternalReference"],
    "en_product3_156.xml": ["ClassificationNode"],
    "en_product4.xml": ["HPODisorderAssociation"],
    "en_product6.xml": ["DisorderGeneAssociation"],
    "en_product7.xml": ["DisorderDisorderAssociation"],
    "en_product9_ages.xml": ["AverageAgeOfOnset", "AverageAgeOfDeath", "TypeOfInheritance"],
    "en_product9_prev.xml": ["Prevalence"],
}


@pytest.mark.real_data
def test_every_record_of_the_published_form_has_a_fate(
    real: tuple[Reading, dict[str, list[Item]]], test_data: Path
) -> None:
    reading, items = real
    assert set(items) == set(COUNTED)
    for name, tags in COUNTED.items():
        root = ElementTree.parse(test_data / "orphanet/xml-slices" / name).getroot()  # noqa: S314  # pinned file
        account = next(one for key, one in reading.accounts.items() if key.endswith(name))
        assert (account.read, account.unexplained) == (sum(len(list(root.iter(tag))) for tag in tags), 0)
    assert not reading.context.unresolved.counts


@pytest.mark.real_data
def test_rows_of_the_published_form_are_read_as_they_stand(real: tuple[Reading, dict[str, list[Item]]]) -> None:
    _, items = real
    stated = {
        name: {(one.subject.curie, one.predicate.local_name, one.object.curie) for one in statements(found)}
        for name, found in items.items()
    }
    assert ("ORPHA:166024", "exact_match", "MONDO:0011778") in stated["en_product1.xml"]
    assert ("ORPHA:166024", "broad_match", "GENOPATH:term/ICD10WHO:Q77.3") in stated["en_product1.xml"]
    assert ("ORPHA:58", "has_phenotype", "HP:0000256") in stated["en_product4.xml"]
    assert ("HGNC:30497", "gene_associated_with_condition", "ORPHA:166024") in stated["en_product6.xml"]
    assert ("ORPHA:58", "has_mode_of_inheritance", "HP:0000006") in stated["en_product9_ages.xml"]
    assert ("ORPHA:166024", "subclass_of", "ORPHA:93419") in stated["en_product7.xml"]
