from __future__ import annotations

import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.context import Account, Context
from kg.folders import find_files
from kg.levels import ClinVarReview
from kg.model import Association, Entity, Evidence
from kg.sources.clinvar import SOURCE
from kg.sources.clinvar.classification import conditions, review_status, stated, terms
from kg.sources.clinvar.summary import read_variant_summary
from kg.sources.clinvar.vcf import read_vcf
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

FBN1, MARFAN, OMIM_MARFAN = Reference("HGNC", "3603"), Reference("MONDO", "0007947"), Reference("OMIM", "154700")
NOONAN, LUNG, MELANOMA = (Reference("MONDO", number) for number in ("0018997", "0005233", "0005105"))
R377, BENIGN, DISPUTED, KRAS, BRAF, TP53 = (
    Reference("ClinVar", number) for number in ("16432", "200001", "200002", "12582", "200004", "200005")
)


@pytest.fixture
def taught(context: Context) -> Context:
    """FBN1 and, as Marfan syndrome is the only disease that the build knows, its Mondo id."""
    context.resolver.genes.add(FBN1, "FBN1", identifiers=[Reference("NCBIGene", "2200")])
    context.resolver.diseases.add(MARFAN, "Marfan syndrome")
    return context


@pytest.fixture
def summary(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_variant_summary(fixture_file(SOURCE, "variant_summary.txt"), taught))


@pytest.fixture
def vcf(fixture_file: Opener, taught: Context) -> list[Item]:
    return list(read_vcf(fixture_file(SOURCE, "clinvar.vcf"), taught))


def entities(items: Iterable[Item]) -> dict[Reference, Entity]:
    return {item.reference: item for item in items if isinstance(item, Entity)}


def classified(items: Iterable[Item], variant: Reference) -> list[Association]:
    """What is stated of a variant and conditions."""
    return [
        item
        for item in items
        if isinstance(item, Association) and item.subject == variant and item.qualifier(Qualifier.SIGNIFICANCE)
    ]


def in_short(one: Association) -> tuple[str, bool, str, str]:
    return one.predicate.local_name, one.negated, one.object.curie, str(one.qualifier(Qualifier.SIGNIFICANCE))


@pytest.mark.parametrize(
    ("term", "germline", "somatic"),
    [
        ("Pathogenic", ("causes", False), ("associated_with", False)),
        ("Likely pathogenic, low penetrance", ("causes", False), ("associated_with", False)),
        ("Pathogenic/Likely risk allele", ("associated_with", False), ("associated_with", False)),
        ("Benign/Likely benign", ("causes", True), ("associated_with", True)),
        ("Uncertain significance", ("associated_with", False), ("associated_with", False)),
        ("Conflicting classifications of pathogenicity", ("associated_with", False), ("associated_with", False)),
        ("protective", ("associated_with", False), ("associated_with", False)),
        ("association not found", ("associated_with", True), ("associated_with", True)),
        ("Oncogenic", ("associated_with", False), ("associated_with", False)),
        ("Tier I - Strong", ("associated_with", False), ("associated_with", False)),
        ("Tier IV - Benign/Likely benign", ("causes", True), ("associated_with", True)),
    ],
)
def test_a_class_states_no_more_than_it_says(term: str, germline: tuple[str, bool], somatic: tuple[str, bool]) -> None:
    for expected, is_somatic in ((germline, False), (somatic, True)):
        predicate, negated = stated(term, somatic=is_somatic)
        assert (predicate.local_name, negated) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "not provided",
        "no classification for the single variant",
        "No classifications from unflagged records",
    ],
)
def test_an_absent_classification_states_nothing(text: str) -> None:
    assert terms(text) == ()


@pytest.mark.parametrize(
    ("text", "review", "stars"),
    [
        ("practice guideline", ClinVarReview.PRACTICE_GUIDELINE, 4),
        ("criteria provided, conflicting interpretations", ClinVarReview.CONFLICTING, 1),
        ("criteria provided, multiple submitters", ClinVarReview.MULTIPLE, 2),
        ("no interpretation for the single variant", ClinVarReview.NO_SINGLE_VARIANT, 0),
    ],
)
def test_review_status_is_read_in_both_wordings(text: str, review: ClinVarReview, stars: int) -> None:
    found = review_status(text)
    assert found is review
    assert found.stars == stars


def test_conditions_keep_their_names_where_the_fields_run_parallel() -> None:
    found = conditions("OMIM:129600,Orphanet:1885;HP:1|MedGen:C3661900", "Ectopia lentis;Another|not provided")
    assert [(one.name, [ref.curie for ref in one.identifiers]) for one in found] == [
        ("Ectopia lentis", ["OMIM:129600", "ORPHA:1885"]),
        ("Another", []),
        ("not provided", []),
    ]


def test_conditions_without_parallel_names_are_named_by_their_identifier() -> None:
    assert [one.name for one in conditions("OMIM:129600|Orphanet:ORPHA558", "one name")] == ["OMIM:129600", "ORPHA:558"]


def test_rows_of_one_variant_become_one_entity_with_a_locus_an_assembly(summary: list[Item]) -> None:
    found = [one for one in summary if isinstance(one, Entity) and one.reference == R377]
    assert len(found) == 1
    assert found[0].name == "NM_000138.5(FBN1):c.1129C>T (p.Arg377Ter)"
    assert found[0].attributes == (
        (Attribute.HGVS, "NM_000138.5:c.1129C>T"),
        (Attribute.LOCUS_GRCH37, "15-48812874-G-A"),
        (Attribute.LOCUS_GRCH38, "15-48520677-G-A"),
    )


def test_a_variant_without_alleles_has_no_locus(summary: list[Item], vcf: list[Item]) -> None:
    assert entities(summary)[Reference("ClinVar", "200003")].attributes == ()
    assert entities(vcf)[Reference("ClinVar", "9628")].attributes == ()


def test_each_term_of_a_classification_is_a_statement_of_its_own(summary: list[Item]) -> None:
    assert [in_short(one) for one in classified(summary, R377)] == [
        ("causes", False, "MONDO:0007947", "Pathogenic/Likely pathogenic"),
        ("associated_with", False, "MONDO:0007947", "risk factor"),
    ]
    (evidence,) = classified(summary, R377)[0].evidence
    assert (evidence.record, evidence.level) == ("VCV000016432", ClinVarReview.MULTIPLE_NO_CONFLICT)


def test_benign_denies_and_conflicting_does_not(summary: list[Item]) -> None:
    assert [in_short(one) for one in classified(summary, BENIGN)] == [("causes", True, "MONDO:0007947", "Benign")]
    conflicting = "Conflicting classifications of pathogenicity"
    assert [in_short(one) for one in classified(summary, DISPUTED)] == [
        ("associated_with", False, "HP:0001166", conflicting),
        ("associated_with", False, "OMIM:129600", conflicting),
    ]
    assert classified(summary, DISPUTED)[0].evidence[0].level is ClinVarReview.CONFLICTING


def test_kinds_of_classification_that_the_table_mixes_are_not_attributed(summary: list[Item], taught: Context) -> None:
    assert [in_short(one) for one in classified(summary, KRAS)] == [
        ("associated_with", False, "MONDO:0018997", "Pathogenic"),
        ("associated_with", False, "MONDO:0005233", "Pathogenic"),
    ]
    reason = "classification beside one of another kind, whose conditions the file does not tell apart"
    assert taught.left_out.counts[reason] == 4  # tier and oncogenicity, for two conditions


def test_the_vcf_tells_the_kinds_of_classification_apart(vcf: list[Item]) -> None:
    assert [(*in_short(one), one.qualifier(Qualifier.ORIGIN)) for one in classified(vcf, KRAS)] == [
        ("causes", False, "MONDO:0018997", "Pathogenic", None),
        ("associated_with", False, "MONDO:0005233", "Oncogenic", "somatic"),
    ]


def test_a_somatic_variant_never_causes(summary: list[Item], vcf: list[Item]) -> None:
    expected = [("associated_with", False, "MONDO:0005105", "Likely pathogenic")]
    for items in (summary, vcf):
        assert [in_short(one) for one in classified(items, TP53)] == expected
        assert classified(items, TP53)[0].qualifier(Qualifier.ORIGIN) == "somatic"
    assert [in_short(one) for one in classified(summary, BRAF)] == [
        ("associated_with", True, "MONDO:0005105", "Tier IV - Benign/Likely benign")
    ]


def test_an_unknown_review_status_is_listed_and_no_grade_is_made_up(summary: list[Item], taught: Context) -> None:
    assert classified(summary, TP53)[0].evidence[0].level is None
    assert taught.unresolved.examples["review status that is none of ClinVar's documented ones"] == ["no such status"]


def test_each_row_and_line_is_accounted_for(fixture_file: Opener, taught: Context) -> None:
    for read, name, records in ((read_variant_summary, "variant_summary.txt", 8), (read_vcf, "clinvar.vcf", 5)):
        account = taught.account = Account()
        for item in read(fixture_file(SOURCE, name), taught):
            account.items += 1
            assert item
        assert (account.read, account.used, account.unexplained) == (records, records, 0)


def test_a_condition_of_which_the_build_knows_only_a_code_is_found_through_it(
    fixture_file: Opener, taught: Context
) -> None:
    taught.resolver.diseases.add_code(
        "UMLS:C0003706", MARFAN
    )  # of a record that gives no identifier but this and HPO's
    text = fixture_file(SOURCE, "variant_summary.txt").path.read_text("utf-8")
    assert "MedGen:C0003706" in text
    items = list(read_variant_summary(fixture_file(SOURCE, "variant_summary.txt"), taught))
    found = next(one for one in classified(items, DISPUTED) if one.object == MARFAN)
    assert found.qualifier(Qualifier.ORIGINAL_OBJECT) == "UMLS:C0003706"


def test_what_states_nothing_is_counted(summary: list[Item], taught: Context) -> None:
    assert classified(summary, Reference("ClinVar", "200003")) == []
    assert taught.left_out.examples == {
        "condition for which the record gives no identifier": ["VCV000016432 2 conditions"],
        "condition that is not provided or not specified": ["VCV000016432 not provided"],
        "genes of a variant for which the table gives no gene id": ["ABC1;ABC2"],
        "variant without a classification of its own": ["VCV000200003"],
        "classification beside one of another kind, whose conditions the file does not tell apart": [
            "ClinVar:12582 Tier I - Strong",
            "ClinVar:12582 Oncogenic",
        ],
    }


def test_a_condition_that_the_build_knows_is_preferred_to_an_earlier_unknown_id(
    fixture_file: Opener, context: Context
) -> None:
    context.resolver.diseases.add(OMIM_MARFAN, "Marfan syndrome")
    items = list(read_variant_summary(fixture_file(SOURCE, "variant_summary.txt"), context))
    assert {one.object for one in classified(items, R377)} == {OMIM_MARFAN}
    assert MARFAN not in entities(items)


def test_a_condition_that_another_vocabulary_maps_to_keeps_its_own_id(fixture_file: Opener, context: Context) -> None:
    context.resolver.diseases.add(
        Reference("MONDO", "0018998"), "LEOPARD syndrome", identifiers=[Reference("ORPHA", "648")]
    )
    items = list(read_variant_summary(fixture_file(SOURCE, "variant_summary.txt"), context))
    assert {one.object.curie for one in classified(items, KRAS)} == {"ORPHA:648", "MONDO:0005233"}


def test_an_unknown_condition_is_declared_with_its_name(summary: list[Item], taught: Context) -> None:
    found = entities(summary)
    lentis, spider = found[Reference("OMIM", "129600")], found[Reference("HP", "0001166")]
    assert (lentis.name, lentis.category) == ("Ectopia lentis", Category.DISEASE)
    assert (spider.name, spider.category) == ("Arachnodactyly", Category.PHENOTYPIC_FEATURE)
    assert MARFAN not in found
    assert sum(count for reason, count in taught.unresolved.counts.items() if " id of a condition " in reason) == 5


def test_genes_are_hgnc_genes_where_known_and_else_declared_ncbi_genes(vcf: list[Item]) -> None:
    hops = {
        one.object.curie
        for one in vcf
        if isinstance(one, Association)
        and one.subject == DISPUTED
        and one.predicate is Predicate.IS_SEQUENCE_VARIANT_OF
    }
    assert hops == {"HGNC:3603", "NCBIGene:101928783"}
    assert entities(vcf)[Reference("NCBIGene", "101928783")].name == "FBN1-DT"


def test_an_rsid_is_a_close_match_only_since_it_can_hold_several_alleles(summary: list[Item]) -> None:
    rsid = Reference("dbSNP", "rs794728165")
    mapping = next(one for one in summary if isinstance(one, Association) and one.object == rsid)
    assert (mapping.subject, mapping.predicate) == (R377, Predicate.CLOSE_MATCH)
    assert entities(summary)[rsid].category is Category.SEQUENCE_VARIANT


def test_table_and_vcf_state_the_same_once(summary: list[Item], vcf: list[Item]) -> None:
    evidence: dict[str, set[Evidence]] = {}
    for one in (*classified(summary, R377), *classified(vcf, R377)):
        evidence.setdefault(one.key, set()).update(one.evidence)
    assert [len(records) for records in evidence.values()] == [1, 1]


def test_the_assembly_of_a_vcf_is_that_of_its_reference_line(
    fixture_file: Opener, written_file: Writer, context: Context
) -> None:
    text = fixture_file(SOURCE, "clinvar.vcf").path.read_text("utf-8").replace("GRCh37", "GRCh38")
    items = entities(read_vcf(written_file(SOURCE, "clinvar.vcf.gz", gzip.compress(text.encode())), context))
    assert [key for key, _ in items[KRAS].attributes] == [Attribute.LOCUS_GRCH38]


MALFORMED: list[tuple[Reader, str, str, str, str]] = [
    (read_variant_summary, "variant_summary.txt", "PhenotypeIDS", "IDs", "1: lacks the column PhenotypeIDS"),
    (read_variant_summary, "variant_summary.txt", "\tgermline\t", "\t", "2: has 23 fields where the header has 24"),
    (read_variant_summary, "variant_summary.txt", "\t16432\t", "\tx\t", "2: column VariationID holds 'x'"),
    (read_variant_summary, "variant_summary.txt", "\t48520677\t", "\t4e7\t", "3: column PositionVCF holds '4e7'"),
    (read_variant_summary, "variant_summary.txt", "\t2200\t", "\tFBN1\t", "2: column GeneID holds 'FBN1'"),
    (read_vcf, "clinvar.vcf", "##reference=GRCh37", "##reference=hg18", "7: follows no line ##reference"),
    (read_vcf, "clinvar.vcf", "\t.\t.\t", "\t.\t", "7: has 7 fields where a VCF without samples has 8"),
    (read_vcf, "clinvar.vcf", "15\t48812874", "15\t4881287x", "7: has position '4881287x'"),
    (read_vcf, "clinvar.vcf", "FBN1:2200", "FBN1", "7: GENEINFO holds 'FBN1'"),
    (read_vcf, "clinvar.vcf", "ORIGIN=1", "ORIGIN=germline", "7: ORIGIN holds 'germline'"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_clinvar_file_is_refused_with_its_place(
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
    with pytest.raises(SourceError, match=message):
        list(read(written_file(SOURCE, name, text), context))


def test_a_truncated_clinvar_download_is_refused(fixture_file: Opener, written_file: Writer, context: Context) -> None:
    packed = gzip.compress(fixture_file(SOURCE, "clinvar.vcf").path.read_bytes())
    with pytest.raises(SourceError, match="cannot be read further"):
        list(read_vcf(written_file(SOURCE, "clinvar.vcf.gz", packed[:-40]), context))


@pytest.mark.real_data
def test_every_record_of_the_real_clinvar_vcf_is_read(test_data: Path, context: Context) -> None:
    table = next(table for table in SOURCE.tables if table.pattern == "clinvar[!_]*vcf")
    (file,) = find_files(SOURCE, table, [test_data])
    items = list(read_vcf(file, context))
    variants = [one for one in items if isinstance(one, Entity) and one.reference.prefix == "ClinVar"]
    assert len(variants) == len({one.reference for one in variants}) == 2_000
    assert sum(any(key is Attribute.LOCUS_GRCH37 for key, _ in one.attributes) for one in variants) > 1_980
    associations = [one for one in items if isinstance(one, Association)]
    assert {one.object for one in associations} <= entities(items).keys()
    assert {evidence.source for one in associations for evidence in one.evidence} == {"clinvar"}
    assert {evidence.release for one in associations for evidence in one.evidence} == {"2023-07-vcf-slice"}


@pytest.mark.real_data
def test_the_real_clinvar_vcf_has_as_many_causes_and_denials_as_its_lines_say(
    test_data: Path, context: Context
) -> None:
    table = next(table for table in SOURCE.tables if table.pattern == "clinvar[!_]*vcf")
    (file,) = find_files(SOURCE, table, [test_data])
    items = list(read_vcf(file, context))
    found = Counter(
        (one.predicate.local_name, one.negated)
        for one in items
        if isinstance(one, Association) and one.qualifier(Qualifier.SIGNIFICANCE)
    )
    counted: Counter[tuple[str, bool]] = Counter()
    for _, line in file.lines():
        info = line.split("\t")[-1]
        if line.startswith("#") or "CLNSIG=not_provided" in info:
            continue
        significance = info.partition("CLNSIG=")[2].partition(";")[0].lower()
        listed = info.partition("CLNDISDB=")[2].partition(";")[0].split("|")
        with_id = sum(any(name in one for name in ("MONDO:", "OMIM:", "Orphanet:", "HP:")) for one in listed)
        is_pathogenic = significance.startswith(("pathogenic", "likely_path"))
        is_benign = significance.startswith(("benign", "likely_benign"))
        counted["causes" if is_pathogenic or is_benign else "associated_with", is_benign] += with_id
    assert found == counted
    reviews = {e.level for one in items if isinstance(one, Association) for e in one.evidence}
    assert reviews <= {None, *ClinVarReview}
    assert not [reason for reason in context.unresolved.counts if "review status" in reason]
    assert context.left_out.counts["variant without a classification of its own"] == 2
