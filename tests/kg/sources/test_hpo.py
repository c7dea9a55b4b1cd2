from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.levels import HpoEvidence
from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources.hpo import SOURCE, read_annotations, read_gene_diseases, read_terms
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

DATA = Path(__file__).parents[2] / "data"
MARFAN = Reference("OMIM", "154700")
COLUMNS = "database_id disease_name qualifier hpo_id reference evidence onset frequency sex modifier aspect biocuration"
HEADER = "\t".join(COLUMNS.split())


def hp(identifier: str) -> Reference:
    return Reference("HP", identifier)


@pytest.fixture
def terms(fixture_file: Opener, context: Context) -> dict[Reference, Entity]:
    items = list(read_terms(fixture_file(SOURCE, "hp.obo"), context))
    return {item.reference: item for item in items if isinstance(item, Entity)}


@pytest.fixture
def annotated(fixture_file: Opener, context: Context, terms: dict[Reference, Entity]) -> list[Item]:
    return list(read_annotations(fixture_file(SOURCE, "phenotype.hpoa"), context))


def shown(annotated: list[Item], line: int) -> Association:
    record = f"phenotype.hpoa#L{line}"
    return next(one for one in annotated if isinstance(one, Association) and one.evidence[0].record == record)


def row(**fields: str) -> str:
    common = {
        "database_id": "OMIM:154700",
        "disease_name": "Marfan syndrome",
        "hpo_id": "HP:0001166",
        "evidence": "PCS",
        "aspect": "P",
    }
    return f"{HEADER}\n" + "\t".join((common | fields).get(column, "") for column in COLUMNS.split()) + "\n"


def test_exact_synonyms_are_read_with_their_quotes_and_others_are_not(terms: dict[Reference, Entity]) -> None:
    assert terms[hp("0001166")].synonyms == ('Fingers called "spider EXACT" fingers', "Spider fingers")
    assert terms[hp("0000006")].synonyms == ("Autosomal dominant",)


def test_terms_are_categorised_by_what_they_stand_below(terms: dict[Reference, Entity]) -> None:
    assert terms[hp("0001166")].category is Category.PHENOTYPIC_FEATURE
    assert terms[hp("0000006")].category is Category.GENETIC_INHERITANCE
    assert terms[hp("0012825")].category is Category.PHENOTYPIC_QUALITY
    assert terms[hp("0003577")].category is Category.PHENOTYPIC_QUALITY


def test_an_obsolete_term_names_its_replacement(terms: dict[Reference, Entity]) -> None:
    assert terms[hp("0002631")].attribute(Attribute.DEPRECATED) == "true"
    assert terms[hp("0002631")].attribute(Attribute.REPLACED_BY) == hp("0002616")
    assert terms[hp("0002616")].attribute(Attribute.DEPRECATED) is None


def test_an_alternative_id_leads_to_its_term(terms: dict[Reference, Entity], context: Context) -> None:
    assert terms[hp("0001166")].attribute(Attribute.ALTERNATIVE_ID) == hp("0001505")
    assert context.resolver.phenotypes.by_identifier(hp("0001505")).reference == hp("0001166")


def test_hierarchy_has_one_edge_for_each_is_a_line_of_hp_obo(fixture_file: Opener, context: Context) -> None:
    file = fixture_file(SOURCE, "hp.obo")
    edges = [item for item in read_terms(file, context) if isinstance(item, Association)]
    assert {one.predicate for one in edges} == {Predicate.SUBCLASS_OF}
    assert len(edges) == sum(line.startswith("is_a:") for _, line in file.lines())
    assert (hp("0001166"), hp("0001238")) in {(one.subject, one.object) for one in edges}


def test_an_annotation_keeps_frequency_onset_sex_modifiers_level_and_papers(annotated: list[Item]) -> None:
    one = shown(annotated, 4)
    assert (one.subject, one.predicate, one.object) == (MARFAN, Predicate.HAS_PHENOTYPE, hp("0001166"))
    assert one.qualifiers == (
        (Qualifier.FREQUENCY, "124/197"),
        (Qualifier.MODIFIER, hp("0012823")),
        (Qualifier.MODIFIER, hp("0012825")),
        (Qualifier.ONSET, hp("0003577")),
        (Qualifier.SEX, "FEMALE"),
    )
    evidence = one.evidence[0]
    assert evidence.level is HpoEvidence.PUBLISHED_CLINICAL_STUDY
    assert evidence.publications == (Reference("PMID", "33436942"),)
    assert (evidence.source, evidence.release, evidence.agent_type) == ("hpo", "test", AgentType.MANUAL_AGENT)


def test_a_not_row_is_a_denial_and_every_other_row_is_none(annotated: list[Item]) -> None:
    denied = [one for one in annotated if isinstance(one, Association) and one.negated]
    assert denied == [shown(annotated, 6)]
    assert denied[0].evidence[0].agent_type is AgentType.AUTOMATED_AGENT


@pytest.mark.parametrize(
    ("frequency", "denied"), [("0/44", True), ("HP:0040285", True), ("0%", True), ("1/44", False), ("", False)]
)
def test_a_feature_that_nobody_examined_shows_is_denied(
    written_file: Writer, context: Context, terms: dict[Reference, Entity], frequency: str, denied: bool
) -> None:
    items = list(read_annotations(written_file(SOURCE, "phenotype.hpoa", row(frequency=frequency)), context))
    (annotation,) = (item for item in items if isinstance(item, Association))
    assert annotation.negated is denied


def test_aspect_decides_the_predicate(annotated: list[Item]) -> None:
    assert shown(annotated, 5).predicate is Predicate.HAS_MODE_OF_INHERITANCE
    assert shown(annotated, 8).predicate is Predicate.ASSOCIATED_WITH
    assert shown(annotated, 8).qualifier(Qualifier.ASPECT) == "C"


def test_lower_case_sex_and_a_frequency_term_are_kept(annotated: list[Item]) -> None:
    assert shown(annotated, 7).qualifier(Qualifier.SEX) == "MALE"
    assert shown(annotated, 9).qualifier(Qualifier.FREQUENCY) == "HP:0040281"


def test_a_row_with_an_alternative_id_is_about_its_term(annotated: list[Item]) -> None:
    assert shown(annotated, 9).object == hp("0001166")


def test_diseases_of_omim_and_orphanet_stay_two_though_their_names_agree(annotated: list[Item]) -> None:
    diseases = [item for item in annotated if isinstance(item, Entity)]
    assert [(one.reference.curie, one.name) for one in diseases] == [
        ("OMIM:154700", "Marfan syndrome"),
        ("ORPHA:558", "Marfan syndrome"),
    ]
    assert {one.category for one in diseases} == {Category.DISEASE}


def test_decipher_rows_and_unknown_terms_are_listed_as_unresolved(annotated: list[Item], context: Context) -> None:
    assert {(one["reason"], tuple(one["examples"])) for one in context.unresolved.to_json()} == {  # type: ignore[arg-type]  # a JSON list
        ("disease of a database without a registered prefix", ("DECIPHER:16",)),
        ("HPO term that this HPO release does not have", ("HP:0999999",)),
    }


def test_gene_disease_pairs_are_read_once_and_only_for_annotated_diseases(
    fixture_file: Opener, context: Context, annotated: list[Item]
) -> None:
    fbn1 = Reference("HGNC", "3603")
    context.resolver.genes.add(fbn1, "FBN1", identifiers=[Reference("NCBIGene", "2200")])
    items = list(read_gene_diseases(fixture_file(SOURCE, "genes_to_phenotype.txt"), context))
    pairs = [(one.subject.curie, one.object.curie) for one in items if isinstance(one, Association)]
    assert pairs == [("HGNC:3603", "OMIM:154700"), ("NCBIGene:1387", "ORPHA:558")]
    assert [one.name for one in items if isinstance(one, Entity)] == ["CREBBP"]
    assert context.unresolved.examples["disease of a gene pair that has no annotation"] == ["OMIM:608328"]
    assert context.left_out.examples == {
        "repeats a gene-disease pair (one row for each of its phenotypes)": ["2200 OMIM:154700"]
    }


def test_every_record_of_each_file_has_a_fate(tmp_path: Path) -> None:
    shutil.copytree(DATA / "hpo", tmp_path / "hpo" / "2025-01-16")
    reading = Reading.of(SOURCE, [tmp_path], Resolver())
    for _, items in reading.files():
        assert list(items)
    assert {name: (one.read, one.used, one.unexplained) for name, one in reading.accounts.items()} == {
        "2025-01-16/hp.obo": (12, 12, 0),
        "2025-01-16/phenotype.hpoa": (8, 6, 0),
        "2025-01-16/genes_to_phenotype.txt": (4, 2, 0),
    }


def test_a_term_of_another_ontology_is_left_out(written_file: Writer, fixture_file: Opener, context: Context) -> None:
    content = fixture_file(SOURCE, "hp.obo").path.read_text("utf-8") + "\n[Term]\nid: UBERON:0000946\nname: valve\n"
    items = list(read_terms(written_file(SOURCE, "hp.obo", content), context))
    assert len([one for one in items if isinstance(one, Entity)]) == 12
    assert context.left_out.examples == {"term of another ontology": ["UBERON:0000946"]}
    assert context.account.read == 13


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"hpo_id": "HP:116"}, "column hpo_id holds 'HP:116', which is no HPO id"),
        ({"hpo_id": "OMIM:154700"}, "column hpo_id holds 'OMIM:154700'"),
        ({"onset": "early"}, "column onset holds 'early'"),
        ({"modifier": "HP:0012825;mild"}, "column modifier holds 'mild'"),
        ({"evidence": "XYZ"}, "unknown evidence code or aspect"),
        ({"aspect": "Q"}, "unknown evidence code or aspect"),
        ({"qualifier": "not"}, "column qualifier holds 'not'; only NOT is known"),
        ({"frequency": "often"}, "column frequency"),
    ],
)
def test_a_malformed_annotation_names_file_and_line(
    written_file: Writer, context: Context, terms: dict[Reference, Entity], fields: dict[str, str], reason: str
) -> None:
    file = written_file(SOURCE, "phenotype.hpoa", row(**fields))
    with pytest.raises(SourceError) as refusal:
        list(read_annotations(file, context))
    assert str(refusal.value).startswith(f"{file.path}:2: ")
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (row().replace("\t", ","), 1, "expected a table delimited by"),
        (row().replace("hpo_id", "hpo_term"), 1, "lacks the column hpo_id"),
        (row() + "OMIM:154700\tMarfan syndrome\n", 3, "has 2 fields where the header has 12"),
        ("", None, "is empty"),
    ],
    ids=["commas for tabs", "renamed column", "short row", "empty file"],
)
def test_a_table_of_another_shape_is_refused(
    written_file: Writer, context: Context, content: str, line: int | None, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason) as refusal:
        list(read_annotations(written_file(SOURCE, "phenotype.hpoa", content), context))
    assert refusal.value.line == line


def test_a_new_column_of_the_annotations_is_passed_over(
    written_file: Writer, context: Context, terms: dict[Reference, Entity]
) -> None:
    content = row().replace("biocuration", "biocuration\tnew").replace("P\t\n", "P\t\tx\n")
    items = list(read_annotations(written_file(SOURCE, "phenotype.hpoa", content), context))
    assert len(items) == 2


def test_a_truncated_gzip_file_is_refused(written_file: Writer, context: Context, fixture_file: Opener) -> None:
    whole = gzip.compress(fixture_file(SOURCE, "hp.obo").path.read_bytes())
    with pytest.raises(SourceError, match=r"cannot be read further.*fetch the file again"):
        list(read_terms(written_file(SOURCE, "hp.obo.gz", whole[:-20]), context))


@pytest.mark.parametrize(
    ("stanza", "line", "reason"),
    [
        ("id: HP:0000001\nname: All\nis_a: HP:1 ! x", 5, "term HP:0000001: is_a 'HP:1' is no HP id"),
        ("id: HP:0000001\nis_a: HP:0000118", 5, "has no name"),
        ("id: HP:1\nname: All", 5, "'HP:1' is no HP id"),
        ("id: HP:0000001\nname All", 6, "is not valid OBO"),
        ("id: HP:0000001\nname: All\n\n[Term]\nid: HP:0000001\nname: Every", 9, "was already defined in line 5"),
    ],
)
def test_a_malformed_obo_term_names_file_and_line(
    written_file: Writer, context: Context, stanza: str, line: int, reason: str
) -> None:
    file = written_file(SOURCE, "hp.obo", f"format-version: 1.2\nontology: hp\n\n[Term]\n{stanza}\n")
    with pytest.raises(SourceError, match=reason) as refusal:
        list(read_terms(file, context))
    assert refusal.value.line == line


def test_what_is_no_obo_document_is_refused(written_file: Writer, context: Context) -> None:
    with pytest.raises(SourceError, match="does not begin with format-version"):
        list(read_terms(written_file(SOURCE, "hp.obo", "<html>404</html>"), context))
