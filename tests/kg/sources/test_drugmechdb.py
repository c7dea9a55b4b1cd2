from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import drugbank_vocabulary, drugcentral
from kg.sources.drugmechdb import SOURCE, read_paths
from kg.sources.drugmechdb.relations import RELATIONS
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

ONE, ALL = "DB00945_MESH_D010146_1.yaml", "indication_paths.yaml"
ASPIRIN, PTGS1 = Reference("RXNORM", "1191"), Reference("HGNC", "9604")
PAIN, PEYRONIE = Reference("MONDO", "9999901"), Reference("MONDO", "9999902")
INFLAMMATION = Reference.mint("term", "GO:0006954")


@pytest.fixture
def taught(context: Context) -> Context:
    resolver = context.resolver
    resolver.drugs.add(ASPIRIN, "aspirin", identifiers=[Reference("DRUGBANK", "DB00945")])
    resolver.drugs.add(Reference("RXNORM", "74"), "aminobenzoic acid")
    resolver.genes.add(PTGS1, "PTGS1")
    resolver.genes.add_code("UniProt:P23219", PTGS1)
    resolver.phenotypes.add(Reference("HP", "0012531"), "Pain")
    resolver.diseases.add_code("MESH:D010146", PAIN)
    resolver.diseases.add_code("MESH:D010411", PEYRONIE)
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    found = []
    for item in read_paths(file, context):
        context.account.items += 1
        found.append(item)
    return found


def associations(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def entities(items: list[Item]) -> dict[str, Entity]:
    return {one.reference.curie: one for one in items if isinstance(one, Entity)}


def test_a_path_is_the_use_of_its_drug_and_its_links_under_one_record(fixture_file: Opener, taught: Context) -> None:
    found = associations(read(fixture_file(SOURCE, ONE), taught))
    assert [(one.subject.curie, one.predicate.local_name, one.object.curie) for one in found] == [
        ("RXNORM:1191", "applied_to_treat", "MONDO:9999901"),
        ("RXNORM:1191", "affects", "HGNC:9604"),
        ("HGNC:9604", "regulates", "GENOPATH:term/GO:0006954"),
        ("GENOPATH:term/GO:0006954", "located_in", "GENOPATH:term/UBERON:0000955"),
        ("GENOPATH:term/GO:0006954", "positively_correlated_with", "HP:0012531"),
        ("HP:0012531", "manifestation_of", "MONDO:9999901"),
        ("GENOPATH:term/NCBITaxon:562", "affects", "GENOPATH:term/CHEBI:16480"),
    ]
    assert {one.evidence[0].record for one in found} == {"DB00945_MESH_D010146_1"}
    assert taught.account.read == taught.account.used == 7


def test_a_link_keeps_direction_key_and_codes_of_the_source(fixture_file: Opener, taught: Context) -> None:
    step = associations(read(fixture_file(SOURCE, ONE), taught))[1]
    assert step.qualifiers == (
        (Qualifier.OBJECT_ASPECT, "activity"),
        (Qualifier.OBJECT_DIRECTION, "decreased"),
        (Qualifier.ORIGINAL_OBJECT, "UniProt:P23219"),
        (Qualifier.ORIGINAL_PREDICATE, "decreases activity of"),
        (Qualifier.ORIGINAL_SUBJECT, "MESH:D001241"),
    )


def test_references_with_a_pmid_or_doi_are_publications(fixture_file: Opener, taught: Context) -> None:
    [evidence] = associations(read(fixture_file(SOURCE, ONE), taught))[0].evidence
    assert evidence.publications == (Reference("DOI", "10.1177/000000000000001"), Reference("PMID", "12345678"))


def test_what_no_vocabulary_has_is_declared_with_its_category(fixture_file: Opener, taught: Context) -> None:
    declared = entities(read(fixture_file(SOURCE, ONE), taught))
    assert {curie: one.category for curie, one in declared.items()} == {
        "GENOPATH:term/GO:0006954": Category.BIOLOGICAL_PROCESS,
        "GENOPATH:term/UBERON:0000955": Category.ANATOMICAL_ENTITY,
        "GENOPATH:term/NCBITaxon:562": Category.ORGANISM_TAXON,
        "GENOPATH:term/CHEBI:16480": Category.CHEMICAL_ENTITY,
    }
    assert declared["GENOPATH:term/CHEBI:16480"].name == "NO"


def test_a_protein_without_a_gene_and_a_drug_without_another_id_stay_as_they_are(
    fixture_file: Opener, context: Context
) -> None:
    declared = entities(read(fixture_file(SOURCE, ONE), context))
    protein = declared["GENOPATH:term/UniProt:P23219"]
    assert (protein.category, protein.synonyms) == (Category.PROTEIN, ("COX-1",))
    assert declared["DRUGBANK:DB00945"].category is Category.DRUG
    assert declared["GENOPATH:term/MESH:D010146"].category is Category.DISEASE
    assert declared["HP:0012531"].category is Category.PHENOTYPIC_FEATURE


def test_only_a_chemical_treats_and_a_process_merely_affects(fixture_file: Opener, taught: Context) -> None:
    found = associations(read(fixture_file(SOURCE, ALL), taught))
    treats = [one for one in found if one.qualifier(Qualifier.ORIGINAL_PREDICATE) == "treats"]
    assert [(one.subject.prefix, one.predicate) for one in treats] == [
        ("RXNORM", Predicate.APPLIED_TO_TREAT),
        ("GENOPATH", Predicate.AFFECTS),
    ]


def test_each_link_of_the_list_of_all_paths_has_a_fate(fixture_file: Opener, taught: Context) -> None:
    read(fixture_file(SOURCE, ALL), taught)
    account = taught.account
    assert (account.read, account.used, account.unexplained) == (9, 6, 0)
    assert account.left_out == {
        "key of a link that no predicate is known for": 1,
        "hierarchy of conditions, which their vocabularies state": 1,
        "link from a thing to itself": 1,
    }


def test_a_node_keeps_one_category_and_a_reactome_id_is_always_a_pathway(fixture_file: Opener, taught: Context) -> None:
    declared = entities(read(fixture_file(SOURCE, ALL), taught))
    assert declared["GENOPATH:term/GO:0006954"].category is Category.BIOLOGICAL_PROCESS
    assert declared["GENOPATH:pathway/R-HSA-9900001"].category is Category.PATHWAY
    assert taught.ambiguous.counts["node that paths label differently (the first label is kept)"] == 1


def test_a_code_that_several_diseases_claim_keeps_the_entity_that_mondo_declared(
    fixture_file: Opener, taught: Context
) -> None:
    taught.resolver.diseases.add_code("MESH:D010146", PEYRONIE)
    items = read(fixture_file(SOURCE, ONE), taught)
    assert associations(items)[0].object == Reference.mint("term", "MESH:D010146")
    assert "GENOPATH:term/MESH:D010146" not in entities(items)


def test_no_key_makes_a_statement_that_readers_of_disease_profiles_take_for_an_annotation() -> None:
    assert not {Predicate.HAS_PHENOTYPE, Predicate.TREATS} & {one.predicate for one in RELATIONS.values()}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("graph:\n", "grap:\n", "path 1 is malformed: graph is no mapping"),
        ("  _id: DB00945_MESH_D010146_1\n", "", "path 1 is malformed: _id is missing or no text"),
        ("drug_mesh: MESH:D001241", "drug_mesh: MESH:D1", "has no node for its drug or for its disease"),
        ("  disease_mesh: MESH:D010146\n", "", "disease_mesh is missing or no text"),
        ("links:\n", "links: none\nsteps:\n", "links is no list"),
        ("source: UBERON:0000955", "source: UBERON:1", "has a link to 'UBERON:1', which is none of its nodes"),
        ("id: taxonomy:562", "id: 562", "has the node id '562', which is no PREFIX:ID"),
        ("label: Protein", "label: Enzyme", "has the node label 'Enzyme'; known are "),
        ("name: brain", "name: [brain]", "name is missing or no text"),
        ("directed: true", "directed: [true", "is not valid YAML"),
    ],
)
def test_a_malformed_path_is_refused(
    fixture_file: Opener, written_file: Writer, taught: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, ONE).path.read_text("utf-8").replace(old, new, 1)
    with pytest.raises(SourceError) as refusal:
        read(written_file(SOURCE, ONE, content), taught)
    assert reason in str(refusal.value)


@pytest.mark.parametrize("content", ["", "text", "- 1\n", b"\xff", "a: \x01"])
def test_what_is_no_path_is_refused(written_file: Writer, taught: Context, content: str | bytes) -> None:
    with pytest.raises(SourceError, match=ONE):
        read(written_file(SOURCE, ONE, content), taught)


def test_a_path_id_with_two_contents_is_refused(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, ONE).path.read_text("utf-8")
    read(written_file(SOURCE, ONE, content), taught)
    read(written_file(SOURCE, ONE, content), taught)
    with pytest.raises(SourceError, match="DB00945_MESH_D010146_1 stands elsewhere with another content"):
        read(written_file(SOURCE, ONE, content.replace("positively regulates", "regulates")), taught)


@pytest.mark.real_data
def test_every_path_and_link_has_a_fate(test_data: Path) -> None:
    resolver = Resolver()
    for source in (drugbank_vocabulary.SOURCE, drugcentral.SOURCE):
        for _, items in Reading.of(source, [test_data], resolver).files():
            list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    found = [one for _, items in reading.files() for one in associations(list(items))]
    paths = sorted((test_data / "drugmechdb/paths").glob("*_MESH_*.yaml"))
    texts = [path.read_text("utf-8") for path in paths]
    accounts = list(reading.accounts.values())
    assert len(accounts) == len(paths) == 2486
    assert sum(account.read for account in accounts) == sum(1 + text.count("- key: ") for text in texts)
    assert not any(account.unexplained for account in accounts)
    assert {one.evidence[0].record for one in found} == {path.stem for path in paths}
    assert "key of a link that no predicate is known for" not in reading.context.unresolved.counts
    keys = {link["key"] for text in texts[:100] for link in yaml.load(text, Loader=yaml.CSafeLoader)["links"]}
    assert keys <= set(RELATIONS)
    fusidic = [one for one in found if one.evidence[0].record == "DB02703_MESH_D008219_1"]
    assert [(one.subject.curie, one.predicate.local_name, one.object.curie) for one in fusidic] == [
        ("DRUGBANK:DB02703", "applied_to_treat", "GENOPATH:term/MESH:D008219"),
        ("DRUGBANK:DB02703", "affects", "GENOPATH:term/UniProt:O84444"),
        ("GENOPATH:term/UniProt:O84444", "regulates", "GENOPATH:term/GO:0006412"),
        ("GENOPATH:term/GO:0006412", "occurs_in", "GENOPATH:term/NCBITaxon:813"),
        ("GENOPATH:term/NCBITaxon:813", "causes", "GENOPATH:term/MESH:D008219"),
    ]
