from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from kg.folders import find_files
from kg.levels import ClinPgxLevel
from kg.model import Association, Entity
from kg.normalize import Match, Resolution, Resolver
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.clinpgx import SOURCE
from kg.sources.clinpgx.annotations import read_annotations, read_evidence
from kg.sources.clinpgx.chemicals import read_chemicals
from kg.sources.clinpgx.guidelines import read_guideline
from kg.sources.clinpgx.phenotypes import read_phenotypes
from kg.sources.clinpgx.variants import read_variants
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

CLOPIDOGREL, ASPIRIN = Reference("RXNORM", "32968"), Reference("RXNORM", "1191")
CYP2C19, G6PD, MT_RNR1 = Reference("HGNC", "2621"), Reference("HGNC", "4057"), Reference("HGNC", "7470")
RSID = Reference("dbSNP", "rs4244285")
GUIDELINES = "guidelineAnnotations/Annotation_of_{}_Guideline_for_{}_and_{}.json"


@pytest.fixture
def taught(context: Context, fixture_file: Opener) -> Context:
    """Genes, and the chemicals of the fixture."""
    for gene, symbol in ((CYP2C19, "CYP2C19"), (G6PD, "G6PD"), (MT_RNR1, "MT-RNR1")):
        context.resolver.genes.add(gene, symbol)
    list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    return context


def entities(items: Iterable[Item]) -> dict[Reference, Entity]:
    return {item.reference: item for item in items if isinstance(item, Entity)}


def associations(items: Iterable[Item]) -> list[Association]:
    return [item for item in items if isinstance(item, Association)]


def read_both_chemicals(fixture_file: Opener, context: Context) -> list[Item]:
    names = ("drugs.tsv", "chemicals.tsv")
    return [item for name in names for item in read_chemicals(fixture_file(SOURCE, name), context)]


def test_a_drug_is_known_by_rxnorm_and_by_its_names_and_other_identifiers(
    fixture_file: Opener, context: Context
) -> None:
    items = entities(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    assert items[ASPIRIN].category is Category.DRUG
    assert items[ASPIRIN].synonyms == ("2-Acetoxybenzoic acid", "A, S, A", "Aspirin Plus")
    drugs = context.resolver.drugs
    assert drugs.by_name("ASPIRIN") == Resolution(ASPIRIN, Match.NAME)
    assert drugs.by_name("plavix") == Resolution(CLOPIDOGREL, Match.ALIAS)
    for curie in ("ClinPGx:PA448497", "DRUGBANK:DB00945", "CHEMBL:CHEMBL25", "ATC:N02BA01"):
        assert drugs.by_identifier(Reference.parse(curie)) == Resolution(ASPIRIN, Match.MAPPING)


def test_cross_references_are_mapping_hops_between_declared_entities(fixture_file: Opener, context: Context) -> None:
    items = list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    matched = {one.object.curie: one for one in associations(items) if one.subject == ASPIRIN}
    assert {curie: one.predicate for curie, one in matched.items()} == {
        "ClinPGx:PA448497": Predicate.EXACT_MATCH,
        "DRUGBANK:DB00945": Predicate.EXACT_MATCH,
        "CHEMBL:CHEMBL25": Predicate.EXACT_MATCH,
        "ATC:B01AC06": Predicate.CLOSE_MATCH,  # one code for each use of a drug
        "ATC:N02BA01": Predicate.CLOSE_MATCH,
    }
    assert {one.object for one in matched.values()} <= entities(items).keys()
    assert matched["DRUGBANK:DB00945"].evidence[0].record == "ClinPGx:PA448497"
    assert matched["DRUGBANK:DB00945"].qualifier(Qualifier.MAPPING_JUSTIFICATION) == "semapv:UnspecifiedMatching"


def test_chemicals_that_share_an_rxnorm_id_stay_apart(fixture_file: Opener, context: Context) -> None:
    read_both_chemicals(fixture_file, context)
    drugs, rxnorm = context.resolver.drugs, Reference("RXNORM", "1025342")
    methylfolate = drugs.by_name("l-methylfolate").reference
    levomefolic = drugs.by_name("levomefolic acid").reference
    assert levomefolic == Reference("ClinPGx", "PA166250381")
    assert methylfolate == rxnorm  # the first table knows no other claim; the second one's row keeps away from it
    assert drugs.by_identifier(Reference("ClinPGx", "PA166250381")).reference == levomefolic


def test_no_claimant_of_one_table_gets_an_rxnorm_id_that_it_shares(fixture_file: Opener, context: Context) -> None:
    items = list(read_chemicals(fixture_file(SOURCE, "chemicals.tsv"), context))
    assert Reference("ClinPGx", "PA166182939") in entities(items)
    shared = {one.predicate for one in associations(items) if one.object == Reference("RXNORM", "1025342")}
    assert shared == {Predicate.CLOSE_MATCH}
    assert context.resolver.drugs.by_identifier(Reference("RXNORM", "1025342")).reference is None


def test_a_drug_with_several_rxnorm_ids_keeps_its_accession_number(fixture_file: Opener, context: Context) -> None:
    items = list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    interferon = Reference("ClinPGx", "PA165958345")
    assert context.resolver.drugs.by_name("interferon").reference == interferon
    matched = {(one.predicate, one.object.curie) for one in associations(items) if one.subject == interferon}
    assert matched == {(Predicate.CLOSE_MATCH, "RXNORM:72257"), (Predicate.CLOSE_MATCH, "RXNORM:5879")}


def test_an_atc_code_of_two_chemicals_leads_to_neither(fixture_file: Opener, context: Context) -> None:
    items = list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    assert context.resolver.drugs.by_identifier(Reference("ATC", "L03AB")).problem == "unknown"
    assert context.left_out.counts == {"ATC code that several chemicals share": 2}
    assert entities(items)[Reference("ClinPGx", "PA10390")].category is Category.CHEMICAL_ENTITY


def test_a_drug_of_an_earlier_source_keeps_its_reference(fixture_file: Opener, context: Context) -> None:
    interferon = Reference("RXNORM", "5879")
    context.resolver.drugs.add(interferon, "Interferon")
    items = list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    assert context.resolver.drugs.by_name("interferon").reference == interferon
    assert Reference("ClinPGx", "PA165958345") in {
        one.object for one in associations(items) if one.subject == interferon
    }


def test_an_earlier_drug_with_another_rxnorm_id_is_not_merged(fixture_file: Opener, context: Context) -> None:
    other = Reference("RXNORM", "99")
    context.resolver.drugs.add(other, "aspirin")
    items = list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    assert not [one for one in associations(items) if other in (one.subject, one.object)]
    assert context.unresolved.examples == {
        "drug whose RxNorm id differs from that of an earlier source's drug of the same name": [
            "aspirin: RXNORM:99 and RXNORM:1191"
        ]
    }


def test_reading_the_larger_table_after_the_smaller_repeats_the_same_statements(
    fixture_file: Opener, context: Context
) -> None:
    items = [one for one in read_both_chemicals(fixture_file, context) if isinstance(one, Association)]
    aspirin = [one for one in items if one.subject == ASPIRIN]
    assert len(aspirin) == 2 * len(set(aspirin)) == 10


def test_a_variant_has_the_loci_of_its_substitutions_on_both_assemblies(fixture_file: Opener, taught: Context) -> None:
    variant = entities(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))[RSID]
    values = {name: [value for key, value in variant.attributes if key is name] for name in Attribute}
    assert values[Attribute.LOCUS_GRCH38] == ["10-94781859-G-A", "10-94781859-G-C"]
    assert values[Attribute.LOCUS_GRCH37] == ["10-96541616-G-A"]
    assert values[Attribute.ALTERNATIVE_ID] == [Reference("dbSNP", "rs17879456")]


def test_hgvs_expressions_are_kept_where_they_name_a_change_on_a_curated_sequence(
    fixture_file: Opener, taught: Context
) -> None:
    variant = entities(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))[RSID]
    assert [value for key, value in variant.attributes if key is Attribute.HGVS] == [
        "NC_000010.10:g.96541616G>A",
        "NC_000010.11:g.94781859G>A",
        "NC_000010.11:g.94781859G>C",
        "NM_000769.2:c.681G>A",
    ]


def test_a_mitochondrial_locus_is_the_same_on_both_assemblies(fixture_file: Opener, taught: Context) -> None:
    variant = entities(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))[Reference("dbSNP", "rs267606617")]
    assert variant.attribute(Attribute.LOCUS_GRCH37) == variant.attribute(Attribute.LOCUS_GRCH38) == "MT-1555-A-G"


def test_no_locus_is_derived_from_repeats_or_from_two_places_on_grch37(fixture_file: Opener, taught: Context) -> None:
    variants = entities(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))
    repeat, moved = variants[Reference("dbSNP", "rs3064744")], variants[Reference("dbSNP", "rs1000113")]
    assert [key for key, _ in repeat.attributes] == [Attribute.HGVS]
    assert moved.attribute(Attribute.LOCUS_GRCH37) is None
    assert moved.attribute(Attribute.LOCUS_GRCH38) == "5-150860514-C-T"


def test_a_variant_lies_in_its_gene_only_where_the_source_names_one(fixture_file: Opener, taught: Context) -> None:
    items = list(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))
    assert [(one.subject.identifier, one.predicate, one.object) for one in associations(items)] == [
        ("rs4244285", Predicate.IS_SEQUENCE_VARIANT_OF, CYP2C19),
        ("rs267606617", Predicate.IS_SEQUENCE_VARIANT_OF, MT_RNR1),
    ]
    assert taught.left_out.examples["gene of a variant that lies in several"] == ["rs1000113 ABCC5,UGT2B7"]
    assert taught.unresolved.examples == {"gene symbol unknown": ["UGT1A1", "CFTRX"]}


def test_a_variant_without_an_rsid_keeps_its_accession_number(fixture_file: Opener, taught: Context) -> None:
    variants = entities(read_variants(fixture_file(SOURCE, "variants.tsv"), taught))
    assert variants[Reference("ClinPGx", "PA166200001")].name == "CFTR deletion"
    assert taught.resolver.variants.by_identifier(Reference("ClinPGx", "PA166154053")).reference == RSID


def test_a_phenotype_of_hpo_is_a_feature_and_any_other_a_disease(fixture_file: Opener, context: Context) -> None:
    items = entities(read_phenotypes(fixture_file(SOURCE, "phenotypes.tsv"), context))
    assert {one.name: one.category for one in items.values() if one.reference.prefix == "ClinPGx"} == {
        "Abdominal Pain": Category.PHENOTYPIC_FEATURE,
        "Acidosis, Renal Tubular": Category.PHENOTYPIC_FEATURE,
        "Marfan Syndrome": Category.DISEASE,
        "Adolescent": Category.DISEASE,
    }
    assert items[Reference("ClinPGx", "PA446220")].synonyms == ("Abdominal Pains", "Pain, Abdominal")


def test_phenotypes_match_known_terms_closely_and_unknown_ones_are_declared(
    fixture_file: Opener, context: Context
) -> None:
    pain, older = Reference("HP", "0002027"), Reference("MONDO", "0007947")
    context.resolver.phenotypes.add(pain, "Abdominal pain")
    context.resolver.diseases.add(Reference("MONDO", "0000001"), "disease", identifiers=[older])
    items = list(read_phenotypes(fixture_file(SOURCE, "phenotypes.tsv"), context))
    assert {one.predicate for one in associations(items)} == {Predicate.CLOSE_MATCH}
    assert {one.object.curie for one in associations(items)} == {
        "HP:0002027",
        "MONDO:0000001",  # the term that replaced the one named
        "MONDO:0001909",
        "HP:0001947",
    }
    declared = {one.curie: item.name for one, item in entities(items).items() if one.prefix != "ClinPGx"}
    assert declared == {"MONDO:0001909": "renal tubular acidosis", "HP:0001947": "Renal tubular acidosis"}
    assert sum(context.unresolved.counts.values()) == 2


def annotated(fixture_file: Opener, context: Context, kind: str = "summary") -> list[Item]:
    list(read_evidence(fixture_file(SOURCE, f"{kind}_ann_evidence.tsv"), context))
    return list(read_annotations(fixture_file(SOURCE, f"{kind}_annotations.tsv"), context))


def test_each_allele_of_an_annotation_is_associated_with_each_drug(fixture_file: Opener, taught: Context) -> None:
    items = annotated(fixture_file, taught)
    stated = [one for one in associations(items) if one.predicate is Predicate.ASSOCIATED_WITH]
    assert [(one.subject.identifier, one.object) for one in stated] == [
        ("allele/CYP2C19/*1", CLOPIDOGREL),
        ("allele/CYP2C19/*2", CLOPIDOGREL),
        ("rs4244285", CLOPIDOGREL),
        ("rs4244285", ASPIRIN),
        ("allele/G6PD/B%20(reference)", ASPIRIN),
        ("allele/G6PD/Canton,%20Taiwan-Hakka,%20Gifu-like", ASPIRIN),
    ]
    assert {one.subject for one in stated} <= entities(items).keys()


def test_an_annotation_carries_its_grade_papers_and_context(fixture_file: Opener, taught: Context) -> None:
    first = next(one for one in associations(annotated(fixture_file, taught)) if one.object == CLOPIDOGREL)
    evidence = first.evidence[0]
    assert (evidence.record, evidence.level) == ("ClinPGx:1183621000", ClinPgxLevel.L1A)
    assert [one.curie for one in evidence.publications] == ["PMID:20000001", "PMID:20000002"]
    assert first.qualifiers == (
        (Qualifier.CONDITIONS, "Acute coronary syndrome"),
        (Qualifier.CONDITIONS, "Stroke"),
        (Qualifier.PHENOTYPE_CATEGORY, "Efficacy"),
        (Qualifier.PHENOTYPE_CATEGORY, "Toxicity"),
    )


def test_the_weakest_grade_is_kept_with_its_population(fixture_file: Opener, taught: Context) -> None:
    weakest = [one for one in associations(annotated(fixture_file, taught)) if one.subject == RSID]
    assert {one.evidence[0].level for one in weakest} == {ClinPgxLevel.L4}
    assert {one.qualifier(Qualifier.POPULATION) for one in weakest} == {"Pediatric"}


def test_an_allele_belongs_to_its_gene_without_the_grade_of_the_annotation(
    fixture_file: Opener, taught: Context
) -> None:
    items = annotated(fixture_file, taught)
    hops = [one for one in associations(items) if one.predicate is Predicate.IS_SEQUENCE_VARIANT_OF]
    assert [(one.subject.minted_name, one.object) for one in hops] == [
        ("CYP2C19/*1", CYP2C19),
        ("CYP2C19/*2", CYP2C19),
        ("G6PD/B (reference)", G6PD),
        ("G6PD/Canton, Taiwan-Hakka, Gifu-like", G6PD),
    ]
    assert {one.evidence[0].level for one in hops} == {None}
    allele = entities(items)[Reference.mint("allele", "CYP2C19", "*2")]
    assert (allele.category, allele.name) == (Category.HAPLOTYPE, "CYP2C19*2")
    assert allele.attribute(Attribute.GENE) == CYP2C19


def test_unknown_drugs_and_genes_of_annotations_are_listed(fixture_file: Opener, taught: Context) -> None:
    annotated(fixture_file, taught)
    assert taught.unresolved.examples == {
        "drug name unknown": ["HMG-CoA reductase inhibitors"],
        "gene symbol unknown": ["NOGENE"],
    }
    assert taught.left_out.counts["evidence that is a guideline or drug label, no paper"] == 1


def test_annotations_are_read_in_the_naming_before_2026(fixture_file: Opener, taught: Context) -> None:
    stated = associations(annotated(fixture_file, taught, "clinical"))
    assert [(one.subject, one.object, one.evidence[0].record) for one in stated] == [
        (RSID, CLOPIDOGREL, "ClinPGx:655384602")
    ]
    assert [one.curie for one in stated[0].evidence[0].publications] == ["PMID:20000003"]


@pytest.mark.parametrize("body", ["CPIC", "DPWG"])
def test_a_guideline_states_that_its_gene_affects_its_drug(fixture_file: Opener, taught: Context, body: str) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format(body, "clopidogrel", "CYP2C19"))
    first = associations(read_guideline(file, taught))[0]
    assert (first.subject, first.predicate, first.object) == (CYP2C19, Predicate.AFFECTS, CLOPIDOGREL)
    assert (first.qualifier(Qualifier.GUIDELINE_BODY), first.evidence[0].level) == (body, None)


def test_a_guideline_carries_its_summary_address_and_kinds_of_guidance(fixture_file: Opener, taught: Context) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("CPIC", "clopidogrel", "CYP2C19"))
    assert associations(read_guideline(file, taught))[0].qualifiers == (
        (Qualifier.GUIDANCE, "alternate drug"),
        (Qualifier.GUIDANCE, "pediatric"),
        (Qualifier.GUIDELINE, "https://cpicpgx.org/guidelines/guideline-for-clopidogrel-and-cyp2c19/"),
        (Qualifier.GUIDELINE_BODY, "CPIC"),
        (Qualifier.STATEMENT, 'An alternative for CYP2C19 poor metabolizers ("PM").'),
    )


def test_alleles_and_variants_of_a_guideline_are_associated_with_its_drug(
    fixture_file: Opener, taught: Context
) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("CPIC", "clopidogrel", "CYP2C19"))
    items = list(read_guideline(file, taught))
    named = [one for one in associations(items) if one.predicate is Predicate.ASSOCIATED_WITH]
    assert [(one.subject.identifier, one.object, one.qualifiers) for one in named] == [
        ("allele/CYP2C19/*2", CLOPIDOGREL, ((Qualifier.GUIDELINE_BODY, "CPIC"),)),
        ("rs4244285", CLOPIDOGREL, ((Qualifier.GUIDELINE_BODY, "CPIC"),)),
    ]
    assert {one.subject for one in named} <= entities(items).keys()
    assert taught.left_out.examples == {
        "ATC code that several chemicals share": taught.left_out.examples["ATC code that several chemicals share"],
        "allele of a gene that its guideline or label does not name": ["CYP2C9*3"],
    }


def test_a_guideline_cites_its_pubmed_papers_alone(fixture_file: Opener, taught: Context) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("CPIC", "clopidogrel", "CYP2C19"))
    (evidence,) = associations(read_guideline(file, taught))[0].evidence
    assert evidence.record == "ClinPGx:PA166104948"
    assert [one.curie for one in evidence.publications] == ["PMID:23698643", "PMID:35034351"]


def test_a_guideline_of_any_other_body_is_kept_under_its_name(fixture_file: Opener, taught: Context) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("CFF", "aspirin", "G6PD"))
    stated = associations(read_guideline(file, taught))
    assert [one.qualifier(Qualifier.GUIDELINE_BODY) for one in stated] == ["CFF"]


def test_a_guideline_without_recommendation_states_no_effect(fixture_file: Opener, taught: Context) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("DPWG", "aspirin", "CYP2C19"))
    assert not list(read_guideline(file, taught))
    assert taught.left_out.counts["guideline that makes no recommendation"] == 1


def test_a_drug_of_a_guideline_is_found_by_number_then_by_name_else_listed(
    fixture_file: Opener, taught: Context
) -> None:
    file = fixture_file(SOURCE, GUIDELINES.format("DPWG", "clopidogrel", "CYP2C19"))
    assert [one.object for one in associations(read_guideline(file, taught))] == [CLOPIDOGREL, ASPIRIN]
    assert taught.unresolved.examples == {"drug name unknown": ["unheard-of"], "gene symbol unknown": ["NOGENE"]}


def test_every_guideline_file_is_found_also_within_the_archive_of_the_site(tmp_path: Path) -> None:
    folder = tmp_path / "clinpgx" / "2025-01-05"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "guidelineAnnotations.json.zip", "w") as archive:
        for name in ("CREATED.txt", "Annotation_of_B_Guideline_for_x.json", "Annotation_of_A_Guideline_for_x.json"):
            archive.writestr(name, "{}")
    found = find_files(SOURCE, SOURCE.tables[-1], [tmp_path])
    assert [file.name for file in found] == [f"Annotation_of_{body}_Guideline_for_x.json" for body in "AB"]
    (folder / "Annotation_of_C_Guideline_for_x.json").write_text("{}")
    assert [file.member for file in find_files(SOURCE, SOURCE.tables[-1], [tmp_path])] == [None]


def test_a_table_that_is_one_file_is_found_once_in_the_newest_folder(tmp_path: Path) -> None:
    for release, name in (("2024-01", "drugs.tsv"), ("2025-01", "drugs.tsv"), ("2025-01", "b/drugs.tsv.gz")):
        path = tmp_path / "clinpgx" / release / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "clinpgx" / "2026-01").mkdir()
    found = find_files(SOURCE, SOURCE.tables[0], [tmp_path])
    assert [(file.release, file.name) for file in found] == [("2025-01", "drugs.tsv")]


MALFORMED: list[tuple[Reader, str, str, str, str]] = [
    (read_chemicals, "drugs.tsv", "Trade Names", "Brands", "1: lacks the column Trade Names"),
    (read_chemicals, "drugs.tsv", "PA448497", "P448497", "3: column PharmGKB Accession Id holds 'P448497'"),
    (read_chemicals, "drugs.tsv", "\taspirin\t", "\t\t", "3: PA448497 has no name"),
    (read_variants, "variants.tsv", "\tCYP2C19\t", "\t", "2: has 6 fields where the header has 7"),
    (read_variants, "variants.tsv", "\trs4244285", "\t", "2: PA166154053 has no name"),
    (read_phenotypes, "phenotypes.tsv", "PA446220", "", "2: column PharmGKB Accession Id holds ''"),
    (read_evidence, "summary_ann_evidence.tsv", "20000002", "PMC2", "2: column PMID holds 'PMC2'"),
    (read_evidence, "summary_ann_evidence.tsv", "Summary Annotation ID", "ID", "2: lacks the column Summary"),
    (read_annotations, "summary_annotations.tsv", "655384602", "x", "3: column Summary Annotation ID holds 'x'"),
    (read_annotations, "summary_annotations.tsv", "\t1A\t", "\t5\t", "2: has an unknown level of evidence '5'"),
    (read_guideline, GUIDELINES.format("CFF", "aspirin", "G6PD"), '"guideline"', '"g"', "no object 'guideline'"),
    (read_guideline, GUIDELINES.format("CFF", "aspirin", "G6PD"), '"source"', '"s"', "KeyError.'source'"),
    (read_guideline, GUIDELINES.format("CFF", "aspirin", "G6PD"), "}", "", "is not valid JSON"),
    (read_guideline, GUIDELINES.format("CFF", "aspirin", "G6PD"), '"CFF"', "7", "7 stands where a text is expected"),
    (
        read_guideline,
        GUIDELINES.format("CPIC", "clopidogrel", "CYP2C19"),
        '"pediatric": true',
        '"pediatric": "yes"',
        "pediatric is 'yes', neither true nor false",
    ),
    (read_chemicals, "drugs.tsv", "PA449053", "PA448497", "3: repeats ClinPGx:PA448497 with other content"),
    (read_variants, "variants.tsv", "PA166157490", "PA166154053", "3: repeats ClinPGx:PA166154053 with other"),
    (read_phenotypes, "phenotypes.tsv", "PA443275", "PA446220", "3: repeats ClinPGx:PA446220 with other"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_clinpgx_file_is_refused_with_its_place(
    fixture_file: Opener,
    written_file: Writer,
    context: Context,
    read: Reader,
    name: str,
    old: str,
    new: str,
    message: str,
) -> None:
    text = fixture_file(SOURCE, name).path.read_text("utf-8").replace(old, new, 1)
    file = written_file(SOURCE, name.rpartition("/")[2], text)
    with pytest.raises(SourceError, match=message):
        list(read(file, context))


def test_a_field_beyond_the_limit_of_the_csv_module_is_refused_with_its_line(
    fixture_file: Opener, written_file: Writer, context: Context
) -> None:
    text = fixture_file(SOURCE, "drugs.tsv").path.read_text("utf-8").replace("Plavix", "x" * (1 << 24), 1)
    with pytest.raises(SourceError, match=r"drugs.tsv:2: is no row of a delimited table: field larger"):
        list(read_chemicals(written_file(SOURCE, "drugs.tsv", text), context))


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[list[Item], Reading]:
    """Everything of the newest releases, with HGNC's genes taught."""
    resolver = Resolver()
    for _, items in Reading.of(hgnc.SOURCE, [test_data], resolver).files():
        list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return [item for _, items in reading.files() for item in items], reading


@pytest.mark.real_data
def test_every_record_of_the_real_clinpgx_files_is_accounted_for(
    real: tuple[list[Item], Reading], test_data: Path
) -> None:
    _, reading = real
    assert not reading.missing
    for name, account in reading.accounts.items():
        assert account.unexplained == 0, name
        if name.endswith(".tsv"):
            lines = (test_data / "clinpgx" / name).read_bytes().count(b"\n")
            assert account.read == lines - 1, name
    assert sum(account.read for name, account in reading.accounts.items() if name.endswith(".json")) == 206


@pytest.mark.real_data
def test_every_real_clinpgx_table_is_read_with_complete_evidence(real: tuple[list[Item], Reading]) -> None:
    items, _ = real
    stated = associations(items)
    assert {evidence.source for one in stated for evidence in one.evidence} == {"clinpgx"}
    assert {evidence.release for one in stated for evidence in one.evidence} == {
        "2025-01-05",
        "2025-03",
        "2025-08-05",
        "2026-01-05",
    }
    assert {one.predicate for one in stated} == {
        Predicate.AFFECTS,
        Predicate.ASSOCIATED_WITH,
        Predicate.CLOSE_MATCH,
        Predicate.EXACT_MATCH,
        Predicate.IS_SEQUENCE_VARIANT_OF,
    }
    responses = [one for one in stated if isinstance(one.evidence[0].level, ClinPgxLevel)]
    assert len(responses) > 8_000
    assert all(one.evidence[0].publications for one in responses)


@pytest.mark.real_data
def test_no_end_of_a_real_clinpgx_association_is_undeclared(real: tuple[list[Item], Reading]) -> None:
    items, _ = real
    ends = {end for one in associations(items) for end in (one.subject, one.object)}
    assert {end.prefix for end in ends - entities(items).keys()} == {"HGNC"}  # declared by their own source


@pytest.mark.real_data
def test_no_entity_of_clinpgx_has_two_categories_or_stands_for_two_rows(
    real: tuple[list[Item], Reading],
) -> None:
    items, reading = real
    categories: dict[Reference, Category] = {}
    for one in items:
        if isinstance(one, Entity):
            assert categories.setdefault(one.reference, one.category) == one.category
    rows: dict[Reference, set[Reference]] = {}
    for identifier, found in reading.context.resolver.drugs.identifiers.items():
        if identifier.prefix == "ClinPGx":
            assert len(found) == 1
            rows.setdefault(next(iter(found)), set()).add(identifier)
    assert len(rows) > 1_800
    assert all(len(row) == 1 for row in rows.values())


@pytest.mark.real_data
def test_what_clinpgx_leaves_out_or_cannot_resolve_stays_small(real: tuple[list[Item], Reading]) -> None:
    context = real[1].context
    unresolved = {k: v for k, v in context.unresolved.counts.items() if "vocabularies do not have" not in k}
    assert unresolved.keys() <= {"drug name unknown"}  # a class that the drug vocabulary of 2025-08 names otherwise
    assert sum(unresolved.values()) / 7_019 < 0.01  # of the drug names in annotations
    assert context.left_out.counts["gene of a variant that lies in several"] < 600
    assert context.left_out.counts["guideline that makes no recommendation"] == 65
    assert context.left_out.counts["evidence that is a guideline or drug label, no paper"] == 513


@pytest.mark.real_data
def test_clopidogrel_and_cyp2c19_of_clinpgx_meet_by_allele_and_guideline(
    real: tuple[list[Item], Reading],
) -> None:
    items, _ = real
    to_clopidogrel = [one for one in associations(items) if one.object == CLOPIDOGREL]
    graded = {
        e.level
        for one in to_clopidogrel
        if one.subject == Reference.mint("allele", "CYP2C19", "*2")
        for e in one.evidence
    }
    assert ClinPgxLevel.L1A in graded
    bodies = {one.qualifier(Qualifier.GUIDELINE_BODY) for one in to_clopidogrel if one.subject == CYP2C19}
    assert {"CPIC", "DPWG", "RNPGx"} <= bodies
