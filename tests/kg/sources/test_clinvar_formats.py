"""ClinVar's submissions, names of variants, and older or derived formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.context import Context
from kg.folders import find_files
from kg.levels import ClinVarReview
from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.source import SourceFile
from kg.sources.clinvar import SOURCE
from kg.sources.clinvar.allele_tables import read_allele_table
from kg.sources.clinvar.gks import read_statements
from kg.sources.clinvar.hgvs import read_gene_variation_hgvs, read_hgvs4variation
from kg.sources.clinvar.snv_table import read_snv_table
from kg.sources.clinvar.stated import Numbers, Places, place_code
from kg.sources.clinvar.submissions import read_submission_summary
from kg.sources.clinvar.summary import read_variant_summary
from kg.sources.clinvar.web_export import read_web_export
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.source import Item, Source

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

FBN1, EGFR = Reference("HGNC", "3603"), Reference("HGNC", "3236")
MARFAN, LENTIS, LUNG = Reference("MONDO", "0007947"), Reference("OMIM", "129600"), Reference("MONDO", "0005233")
ERLOTINIB = Reference("RXNORM", "337525")
R377, L858 = Reference("ClinVar", "16432"), Reference("ClinVar", "16609")
R377_PLACE = Reference.mint("variant", "GRCh37", "15-48812874-G-A")
READERS: list[tuple[Reader, str]] = [
    (read_web_export, "clinvar_result.txt"),
    (read_allele_table, "clinvar_alleles.single.b38.tsv"),
    (read_allele_table, "clinvar_allele_trait_pairs.single.b38.tsv"),
    (read_snv_table, "clinvar_2017-04-04.GRCh37.tsv"),
    (read_submission_summary, "submission_summary.txt"),
    (read_statements, "clinvar_gks_scv_inline_2026_01_05_v2_4_3.jsonl"),
    (read_statements, "SCV000000014.1.json"),
    (read_hgvs4variation, "hgvs4variation.txt"),
    (read_gene_variation_hgvs, "clinvar"),
]


@pytest.fixture
def context() -> Context:
    return taught()


def taught() -> Context:
    """A build that knows two genes, one drug, and Marfan syndrome with its UMLS code."""
    resolver = Resolver()
    resolver.genes.add(FBN1, "FBN1", identifiers=[Reference("NCBIGene", "2200")])
    resolver.genes.add(EGFR, "EGFR", identifiers=[Reference("NCBIGene", "1956")])
    resolver.drugs.add(ERLOTINIB, "erlotinib")
    resolver.diseases.add(MARFAN, "Marfan syndrome", identifiers=[Reference("OMIM", "154700")])
    resolver.diseases.add_code("UMLS:C0024796", MARFAN)
    return Context(resolver)


def in_short(items: Iterable[Item]) -> list[tuple[str, str, bool, str, str]]:
    """What is stated of variants and conditions or drugs: record, predicate, denial, object, class."""
    return [
        (one.evidence[0].record, one.predicate.local_name, one.negated, one.object.curie, str(term))
        for one in items
        if isinstance(one, Association) and (term := one.qualifier(Qualifier.SIGNIFICANCE))
    ]


def entity(items: Iterable[Item], reference: Reference) -> Entity:
    return next(one for one in items if isinstance(one, Entity) and one.reference == reference)


@pytest.mark.parametrize(("read", "name"), READERS)
def test_every_record_of_a_fixture_is_used_or_has_a_reason(
    fixture_file: Opener, context: Context, read: Reader, name: str
) -> None:
    file = fixture_file(SOURCE, name)
    for item in read(file, context):
        context.account.items += 1
        assert item
    assert context.account.unexplained == 0
    records = sum(not line.startswith(("# ", "##")) for _, line in file.lines())
    expected = {"SCV000000014.1.json": 1, "clinvar_gks_scv_inline_2026_01_05_v2_4_3.jsonl": 3, "hgvs4variation.txt": 4}
    assert context.account.read == expected.get(name, records - 1)


def test_a_saved_search_names_conditions_and_genes_by_their_names(fixture_file: Opener, context: Context) -> None:
    items = list(read_web_export(fixture_file(SOURCE, "clinvar_result.txt"), context))
    assert in_short(items)[0] == ("VCV000016432", "causes", False, "MONDO:0007947", "Pathogenic")
    assert context.unresolved.counts == {
        "condition name that no vocabulary of the build has": 1,
        "gene symbol unknown (the link is left out)": 1,
    }
    assert context.left_out.examples["condition that is not provided or not specified"] == ["VCV000016432 not provided"]
    assert entity(items, R377).attribute(Attribute.LOCUS_GRCH38) == "15-48520677-G-A"
    stated = next(one for one in items if isinstance(one, Association) and one.object == MARFAN)
    assert stated.evidence[0].level is ClinVarReview.MULTIPLE_NO_CONFLICT
    assert stated.qualifier(Qualifier.ORIGINAL_OBJECT) == "Marfan syndrome"


def test_an_insertion_into_a_repeat_has_no_locus_without_the_reference(fixture_file: Opener, context: Context) -> None:
    items = list(read_web_export(fixture_file(SOURCE, "clinvar_result.txt"), context))
    assert entity(items, Reference("ClinVar", "200010")).attribute(Attribute.LOCUS_GRCH38) is None


def test_a_row_of_one_rcv_states_its_condition_with_its_papers(fixture_file: Opener, context: Context) -> None:
    items = list(read_allele_table(fixture_file(SOURCE, "clinvar_allele_trait_pairs.single.b38.tsv"), context))
    assert in_short(items) == [
        ("RCV000000001", "causes", False, "OMIM:154700", "Pathogenic"),
        ("RCV000000002", "associated_with", False, "OMIM:129600", "Uncertain significance"),
    ]
    first = next(one for one in items if isinstance(one, Association) and one.qualifier(Qualifier.SIGNIFICANCE))
    assert [paper.curie for paper in first.evidence[0].publications] == ["PMID:20301510", "PMID:25741868"]


def test_a_row_that_merges_several_rcvs_does_not_tell_its_conditions_apart(
    fixture_file: Opener, context: Context
) -> None:
    items = list(read_allele_table(fixture_file(SOURCE, "clinvar_alleles.single.b38.tsv"), context))
    assert in_short(items) == [("VCV000200011", "causes", True, "OMIM:154700", "Benign")]
    assert sum("merges several" in reason for reason in context.left_out.counts) == 1


def test_an_old_table_without_accessions_names_variants_by_their_place(fixture_file: Opener, context: Context) -> None:
    items = list(read_snv_table(fixture_file(SOURCE, "clinvar_2017-04-04.GRCh37.tsv"), context))
    assert in_short(items) == [
        ("clinvar_2017-04-04.GRCh37.tsv#L2", "causes", False, "MONDO:0007947", "Pathogenic"),
        ("clinvar_2017-04-04.GRCh37.tsv#L3", "causes", True, "MONDO:0007947", "Benign"),
    ]
    assert {one.evidence[0].level for one in items if isinstance(one, Association)} == {None}
    assert entity(items, R377_PLACE).attribute(Attribute.LOCUS_GRCH37) == "15-48812874-G-A"
    assert context.unresolved.examples["condition name that no vocabulary of the build has"] == ["2 Unheard, of"]


class TestSupersession:
    @staticmethod
    def of(file: SourceFile, release: str) -> SourceFile:
        return SourceFile(file.source, release, file.path)

    def test_an_older_release_is_silent_where_a_newer_one_has_the_variant(
        self, fixture_file: Opener, context: Context
    ) -> None:
        list(read_variant_summary(self.of(fixture_file(SOURCE, "variant_summary.txt"), "2026-01"), context))
        export = read_web_export(self.of(fixture_file(SOURCE, "clinvar_result.txt"), "2024-06-web-export"), context)
        assert {one.reference.identifier for one in export if isinstance(one, Entity)} == {"200010"}
        old = list(read_snv_table(self.of(fixture_file(SOURCE, "clinvar_2017-04-04.GRCh37.tsv"), "2017-04"), context))
        assert R377_PLACE not in {one.reference for one in old if isinstance(one, Entity)}
        assert context.left_out.counts["variant that a newer release of ClinVar in this build states"] == 2

    def test_the_same_release_and_an_older_one_supersede_nothing(self, fixture_file: Opener, context: Context) -> None:
        list(read_variant_summary(self.of(fixture_file(SOURCE, "variant_summary.txt"), "2024-06"), context))
        for release in ("2024-06", "2025"):
            export = list(read_web_export(self.of(fixture_file(SOURCE, "clinvar_result.txt"), release), context))
            assert entity(export, R377)

    def test_a_submission_is_superseded_by_the_same_submission_alone(
        self, fixture_file: Opener, written_file: Writer, context: Context
    ) -> None:
        summary = self.of(fixture_file(SOURCE, "submission_summary.txt"), "2026-01")
        list(read_submission_summary(summary, context))
        text = fixture_file(SOURCE, "SCV000000014.1.json").path.read_text("utf-8")
        older = [
            written_file(SOURCE, f"{name}.json", text.replace("SCV000000014.1", name))
            for name in ("SCV000000001.1", "SCV000000099.1")
        ]
        kept = [bool(list(read_statements(self.of(file, "2025-05"), context))) for file in older]
        assert kept == [False, True]

    def test_sets_of_numbers_and_places_hold_what_was_put_in(self) -> None:
        numbers, places = Numbers(), Places()
        for number in (0, 7, 8, 4_000_000):
            numbers.add(number)
        assert [number in numbers for number in (0, 1, 7, 8, 9, 4_000_000, 5_000_000)] == [
            *(True, False, True, True, False, True, False)
        ]
        first, second = place_code("1-5-A-C"), place_code("X-5-A-C")
        assert first is not None
        assert second is not None
        places.add(second)
        assert first not in places
        places.add(first)
        assert first in places
        assert second in places

    @pytest.mark.parametrize("locus", ["1-5-A-AC", "1-5-AC-A", "GL1-5-A-C", "1-5-A-N"])
    def test_only_single_base_changes_on_chromosomes_have_a_place_code(self, locus: str) -> None:
        assert place_code(locus) is None


def test_submissions_state_under_their_own_accession(fixture_file: Opener, context: Context) -> None:
    items = list(read_submission_summary(fixture_file(SOURCE, "submission_summary.txt"), context))
    assert in_short(items) == [
        ("SCV000000001.2", "causes", False, "MONDO:0007947", "Pathogenic"),
        ("SCV000000003.1", "associated_with", False, "MONDO:0007947", "Oncogenic"),
        ("SCV000000004.1", "causes", True, "MONDO:0007947", "Likely benign"),
    ]
    reason = "submission that does not count towards ClinVar's aggregate classification"
    assert context.left_out.examples[reason] == ["SCV000000002.1"]
    assert [one.name for one in items if isinstance(one, Entity)] == [
        "ClinVar variation 16432",
        "ClinVar variation 200013",
    ]


def test_statements_are_read_from_lines_and_from_one_document(fixture_file: Opener, context: Context) -> None:
    lines = list(read_statements(fixture_file(SOURCE, "clinvar_gks_scv_inline_2026_01_05_v2_4_3.jsonl"), context))
    assert in_short(lines) == [
        ("SCV000000011.1", "causes", False, "MONDO:0007947", "Pathogenic"),
        ("SCV000000012.1", "associated_with", False, "MONDO:0005233", "Oncogenic"),
    ]
    assert context.left_out.examples["statement about a kind of proposition that is not read"] == [
        "SCV000000013.1 VariantPrognosticProposition"
    ]
    document = list(read_statements(fixture_file(SOURCE, "SCV000000014.1.json"), context))
    assert in_short(document) == [
        ("SCV000000014.1", "associated_with", False, "MONDO:0005233", "Tier I - Strong"),
        ("SCV000000014.1", "associated_with_sensitivity_to", False, "RXNORM:337525", "Tier I - Strong"),
    ]
    response = next(one for one in document if isinstance(one, Association) and one.object == ERLOTINIB)
    assert response.qualifier(Qualifier.DISEASE_CONTEXT) == LUNG
    assert response.evidence[0].publications == (Reference("PMID", "24736073"),)
    assert {key: value for key, value in entity(document, L858).attributes if key is not Attribute.HGVS} == {
        Attribute.LOCUS_GRCH37: "7-55259515-T-G",
        Attribute.LOCUS_GRCH38: "7-55191822-T-G",
    }


def test_names_of_variants_become_attributes_without_a_statement_of_meaning(
    fixture_file: Opener, context: Context
) -> None:
    for read, name in ((read_hgvs4variation, "hgvs4variation.txt"), (read_gene_variation_hgvs, "clinvar")):
        items = list(read(fixture_file(SOURCE, name), context))
        found = dict(reversed(entity(items, R377).attributes))
        assert found[Attribute.LOCUS_GRCH37] == "15-48812874-G-A"
        assert found[Attribute.LOCUS_GRCH38] == "15-48520677-G-A"
        assert {one.predicate for one in items if isinstance(one, Association)} == {Predicate.IS_SEQUENCE_VARIANT_OF}


def test_an_expression_of_no_change_is_no_name_of_a_variant(fixture_file: Opener, context: Context) -> None:
    items = list(read_gene_variation_hgvs(fixture_file(SOURCE, "clinvar"), context))
    assert entity(items, Reference("ClinVar", "200016")).attributes == ((Attribute.HGVS, "NM_144670.4:c.2550A>C"),)


MALFORMED: list[tuple[Reader, str, str, str, str]] = [
    (read_web_export, "clinvar_result.txt", "VariationID", "ID", "1: lacks the column VariationID"),
    (read_web_export, "clinvar_result.txt", "\t16432\t", "\tx\t", "2: column VariationID holds 'x'"),
    (read_allele_table, "clinvar_alleles.single.b38.tsv", "xrefs", "ids", "1: lacks the column xrefs"),
    (read_allele_table, "clinvar_alleles.single.b38.tsv", "48520700", "4e7", "3: column pos holds '4e7'"),
    (read_snv_table, "clinvar_2017-04-04.GRCh37.tsv", "5|3|1", "5|3", "2: has 2 codes of significance for 3 disease"),
    (read_snv_table, "clinvar_2017-04-04.GRCh37.tsv", "5|3|1", "5|3|9", "2: column clnsig_codes holds '9'"),
    (read_snv_table, "clinvar_2017-04-04.GRCh37.tsv", "\tG\tA\t", "\tG\t.\t", "2: is no change of bases"),
    (read_snv_table, "clinvar_2017-04-04.GRCh37.tsv", "\t48812874\t", "\tx\t", "2: column pos holds 'x'"),
    (read_submission_summary, "submission_summary.txt", "\tSCV\t", "\tID\t", "lacks the column.*SCV"),
    (read_submission_summary, "submission_summary.txt", "SCV000000001.2", "SCV1", "4: column SCV holds 'SCV1'"),
    (read_submission_summary, "submission_summary.txt", "\n16432\t", "\nx\t", "4: column VariationID holds 'x'"),
    (
        read_statements,
        "SCV000000014.1.json",
        '"id": "clinvar.submission:SCV',
        '"id": "',
        "no accession of a submission",
    ),
    (read_statements, "SCV000000014.1.json", '"subjectVariant"', '"variant"', "is no VA-Spec statement"),
    (read_statements, "SCV000000014.1.json", '"clinvar:16609"', "16609", "is no VA-Spec statement"),
    (read_statements, "SCV000000014.1.json", '"clinvar:16609"', '"x"', "a variant with the id 'x'"),
    (read_statements, "SCV000000014.1.json", '"type": "Statement"', "", "is not valid JSON"),
    (read_statements, "clinvar_gks_scv_inline_2026_01_05_v2_4_3.jsonl", "\n{", "\n[", "2: is not valid JSON"),
    (read_hgvs4variation, "hgvs4variation.txt", "GeneID", "Gene", "lacks the column.*GeneID"),
    (read_hgvs4variation, "hgvs4variation.txt", "\t2200\t", "\tx\t", "4: column GeneID holds 'x'"),
    (read_hgvs4variation, "hgvs4variation.txt", "\t16432\t", "\tx\t", "4: column VariationID holds 'x'"),
    (read_gene_variation_hgvs, "clinvar", "variation_id", "id", "1: lacks the columns variation_id"),
    (read_gene_variation_hgvs, "clinvar", "\t16432\t", "\t", "2: has 2 fields where the header has 3"),
    (read_gene_variation_hgvs, "clinvar", "\t16432\t", "\tx\t", "2: column variation_id holds 'x'"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_file_is_refused_with_its_place(
    fixture_file: Opener,
    written_file: Writer,
    context: Context,
    read: Reader,
    name: str,
    old: str,
    new: str,
    message: str,
) -> None:
    text = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in text
    with pytest.raises(SourceError, match=message):
        list(read(written_file(SOURCE, name, text.replace(old, new, 1)), context))


@pytest.mark.parametrize(("read", "name"), READERS)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00"])
def test_an_empty_file_and_one_that_is_not_utf_8_are_refused(
    written_file: Writer, context: Context, read: Reader, name: str, content: bytes
) -> None:
    with pytest.raises(SourceError, match=r"is empty|cannot be read further|lacks"):
        list(read(written_file(SOURCE, name, content), context))


def test_an_allele_table_must_name_its_assembly(written_file: Writer, context: Context) -> None:
    with pytest.raises(SourceError, match="names no assembly"):
        list(read_allele_table(written_file(SOURCE, "clinvar_alleles.tsv", ""), context))


def test_a_made_up_sample_of_a_table_is_never_found(tmp_path: Path) -> None:
    folder = tmp_path / "clinvar" / "2026-01"
    folder.mkdir(parents=True)
    (folder / "variant_summary_sample.txt").write_text("", "utf-8")
    assert find_files(SOURCE, SOURCE.tables[0], [tmp_path]) == []
    for name in ("variant_summary.txt.gz", "variant_summary_2024-06.txt.gz"):
        (folder / name).write_bytes(b"")
        assert [file.path.name for file in find_files(SOURCE, SOURCE.tables[0], [tmp_path])] == [name]
        (folder / name).unlink()


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[dict[str, list[Item]], Reading]:
    """The items of each real file by its name, and what is known of the reading."""
    reading = Reading.of(SOURCE, [test_data], taught().resolver)
    return {file.name: list(items) for file, items in reading.files()}, reading


@pytest.mark.real_data
class TestRealData:
    def test_every_record_has_a_fate_and_none_is_missed(self, real: tuple[dict[str, list[Item]], Reading]) -> None:
        accounts = {name.rsplit("/", 1)[-1]: account for name, account in real[1].accounts.items()}
        assert sum(account.unexplained for account in accounts.values()) == 0
        assert {name: account.read for name, account in accounts.items() if not name.startswith("SCV")} == {
            "clinvar-test.vcf.gz": 2000,
            "clinvar_result.txt": 757,
            "clinvar_alleles_example_750_rows.single.b38.tsv": 749,
            "clinvar_allele_trait_pairs_example_750_rows.single.b38.tsv": 749,
            "clinvar_2017-04-04.GRCh37.tsv.gz": 224_300,
            "clinvar.gz": 8_364,  # 9,231 lines less the header and 866 comments
        }
        assert [account.read for name, account in accounts.items() if name.startswith("SCV")] == [1] * 5

    def test_the_made_up_slice_is_not_read(self, real: tuple[dict[str, list[Item]], Reading]) -> None:
        assert not [file.path for _, file in real[1].found if "variant-summary-slice" in str(file.path)]

    def test_rows_of_the_single_base_table(self, real: tuple[dict[str, list[Item]], Reading]) -> None:
        old = real[0]["clinvar_2017-04-04.GRCh37.tsv"]
        variant = Reference.mint("variant", "GRCh37", "15-48703282-C-A")
        assert entity(old, variant).attribute(Attribute.LOCUS_GRCH37) == "15-48703282-C-A"
        stated = [one for one in old if isinstance(one, Association) and one.subject == variant]
        assert {(one.predicate.local_name, one.object.curie) for one in stated} == {
            ("is_sequence_variant_of", "HGNC:3603"),
            ("close_match", "dbSNP:rs587782948"),
            ("causes", "MONDO:0007947"),
        }

    def test_a_variant_that_the_newer_vcf_has_is_not_taken_from_2017(
        self, real: tuple[dict[str, list[Item]], Reading]
    ) -> None:
        place = "1-949523-C-T"  # ClinVar 183381, in all three releases
        assert any(
            isinstance(one, Entity) and one.attribute(Attribute.LOCUS_GRCH37) == place
            for one in real[0]["clinvar-test.vcf"]
        )
        variant = Reference.mint("variant", "GRCh37", place)
        assert not any(
            isinstance(one, Entity) and one.reference == variant for one in real[0]["clinvar_2017-04-04.GRCh37.tsv"]
        )

    def test_rows_of_the_other_slices(self, real: tuple[dict[str, list[Item]], Reading]) -> None:
        assert in_short(real[0]["SCV004565361.1-S-SCI-T2-DIAG.json"]) == [
            ("SCV004565361.1", "associated_with", False, "MONDO:0957196", "Tier II - Potential")
        ]
        dnah11 = entity(real[0]["clinvar_result.txt"], Reference("ClinVar", "3068449"))
        assert dict(dnah11.attributes) == {
            Attribute.HGVS: "NM_001277115.2:c.6547-963G>A",
            Attribute.LOCUS_GRCH38: "7-21706736-G-A",
        }
        pairs = in_short(real[0]["clinvar_allele_trait_pairs_example_750_rows.single.b38.tsv"])
        assert ("RCV000454237", "causes", False, "HP:0012443", "Likely pathogenic") in pairs
        a4galt = entity(real[0]["clinvar"], Reference("ClinVar", "2692"))
        assert a4galt.attribute(Attribute.LOCUS_GRCH38) == "22-42693404-A-T"
