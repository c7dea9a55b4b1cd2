from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kg.context import Context
from kg.expression import parse, references
from kg.levels import AmpTier, CivicLevel
from kg.model import AgentType, Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.civic import SOURCE
from kg.sources.civic.therapies import therapy_names
from kg.sources.civic.variants import is_normal
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

PREFIX = "01-Sep-2025-"
NAMES = {table.read.__name__: table.pattern.replace("*", PREFIX) for table in SOURCE.tables}
BRAF, KIT, FGFR2 = (Reference("HGNC", number) for number in ("1097", "6342", "3689"))
V600E, V600K, AMPLIFICATION, D816V = (Reference("CIVIC", f"variant/{number}") for number in (12, 563, 1269, 65))
MELANOMA, ADULT_ONSET = Reference("DOID", "1909"), Reference("HP", "0003581")
VEMURAFENIB, COBIMETINIB, CAPECITABINE = (Reference("RXNORM", number) for number in ("1147220", "1722365", "194000"))


def profile(number: int) -> Reference:
    return Reference("CIVIC", f"molecular_profile/{number}")


@pytest.fixture
def taught(context: Context) -> Context:
    resolver = context.resolver
    for gene, symbol, ncbi in ((BRAF, "BRAF", "673"), (KIT, "KIT", "3815"), (FGFR2, "FGFR2", "2263")):
        resolver.genes.add(gene, symbol, identifiers=[Reference("NCBIGene", ncbi)])
    resolver.diseases.map(Reference("MONDO", "0005105"), [MELANOMA])
    resolver.diseases.add(Reference("MONDO", "0100342"), "Solid Tumor")
    resolver.phenotypes.add(ADULT_ONSET, "Adult onset")
    resolver.drugs.add(VEMURAFENIB, "vemurafenib")
    resolver.drugs.add(COBIMETINIB, "cobimetinib", identifiers=[Reference("NCIT", "C68923")])
    resolver.drugs.add(CAPECITABINE, "capecitabine")
    return context


@pytest.fixture
def items(fixture_file: Opener, taught: Context) -> list[Item]:
    return [
        item for table in SOURCE.tables for item in table.read(fixture_file(SOURCE, NAMES[table.read.__name__]), taught)
    ]


def entity(items: list[Item], reference: Reference) -> Entity:
    """The first declaration, which names it."""
    return next(one for one in items if isinstance(one, Entity) and one.reference == reference)


def by_record(items: list[Item], record: str) -> list[Association]:
    return [one for one in items if isinstance(one, Association) and one.evidence[0].record == f"CIVIC:{record}"]


def stated(items: list[Item], record: str) -> set[tuple[str, str, str]]:
    """Predicate, object and the source's word, for each statement of one record."""
    return {
        (
            ("not " if one.negated else "") + one.predicate.local_name,
            one.object.curie,
            str(one.qualifier(Qualifier.SIGNIFICANCE) or ""),
        )
        for one in by_record(items, record)
    }


def test_a_gene_matches_its_hgnc_entry_and_a_fusion_has_its_partners(items: list[Item]) -> None:
    assert entity(items, Reference("CIVIC", "feature/5")).category is Category.GENE
    (match,) = by_record(items, "feature/5")
    assert (match.predicate, match.object) == (Predicate.EXACT_MATCH, BRAF)
    fusion = entity(items, Reference("CIVIC", "feature/61764"))
    assert (fusion.name, fusion.category) == ("FGFR2::TACC3", Category.GENOMIC_ENTITY)
    parts = {one.object: one.qualifier(Qualifier.FUSION_PARTNER) for one in by_record(items, "feature/61764")}
    assert parts == {FGFR2: "5'", Reference("NCBIGene", "10460"): "3'"}


def test_a_gene_without_hgnc_keeps_its_ncbi_id(items: list[Item], taught: Context) -> None:
    assert entity(items, Reference("NCBIGene", "10460")).name == "TACC3"
    assert taught.unresolved.counts["gene without an HGNC id in this build (kept under its NCBI id)"] > 0


def test_a_factor_is_close_to_its_ncit_concept_and_has_states(items: list[Item]) -> None:
    (match,) = by_record(items, "feature/61745")
    assert (match.predicate, match.object.curie) == (Predicate.CLOSE_MATCH, "NCIT:C150128")
    assert {(one.predicate, one.object.curie) for one in by_record(items, "variant/4943")} == {
        (Predicate.ASSOCIATED_WITH, "CIVIC:feature/61745"),
        (Predicate.CLOSE_MATCH, "NCIT:C156025"),
    }
    assert entity(items, Reference("NCIT", "C156025")).category is Category.GENOMIC_ENTITY


def test_a_variant_carries_what_its_row_says_of_it(items: list[Item]) -> None:
    v600e = entity(items, V600E)
    assert (v600e.name, v600e.category) == ("BRAF V600E", Category.SEQUENCE_VARIANT)
    assert {"V600E", "VAL600GLU", "RS113488022"} <= set(v600e.synonyms)
    assert {
        (Attribute.LOCUS_GRCH37, "7-140453136-A-T"),
        (Attribute.HGVS, "NP_004324.2:p.Val600Glu"),
        (Attribute.ALLELE_REGISTRY_ID, "CA123643"),
        (Attribute.VARIANT_TYPE, "missense_variant"),
    } <= set(v600e.attributes)
    assert {(one.predicate, one.object.curie) for one in by_record(items, "variant/12")} == {
        (Predicate.IS_SEQUENCE_VARIANT_OF, "HGNC:1097"),
        (Predicate.CLOSE_MATCH, "ClinVar:13961"),
        (Predicate.CLOSE_MATCH, "ClinVar:376069"),
    }


def test_a_variant_without_alleles_has_a_region_and_one_of_a_group_is_its_member(items: list[Item]) -> None:
    assert entity(items, AMPLIFICATION).attribute(Attribute.REGION_GRCH37) == "7-140434279-140624564"
    groups = {one.object for one in by_record(items, "variant/65") if one.predicate is Predicate.MEMBER_OF}
    assert [entity(items, group).name for group in groups] == ["KIT Exon 17"]


def test_a_deletion_gets_its_place_from_the_vcf_where_that_is_aligned(items: list[Item], taught: Context) -> None:
    variant = Reference("CIVIC", "variant/762")
    loci = [
        one.attribute(Attribute.LOCUS_GRCH37) for one in items if isinstance(one, Entity) and one.reference == variant
    ]
    assert loci == [None, "2-47641432-GT-G"]
    assert {one.name for one in items if isinstance(one, Entity) and one.reference == variant} == {"MSH2 V273FS"}
    assert taught.left_out.counts["variant of evidence that was submitted and not accepted"] == 2


@pytest.mark.parametrize(
    ("ref", "alt", "normal"),
    [("A", "T", True), ("GT", "G", True), ("GG", "G", False), ("A", "AA", False), ("ACC", "ATC", False)],
)
def test_only_alleles_that_no_base_can_be_taken_from_are_normal(ref: str, alt: str, normal: bool) -> None:
    assert is_normal(ref, alt) is normal


def test_a_profile_of_three_variants_can_be_rebuilt_from_the_graph(items: list[Item]) -> None:
    found = entity(items, profile(4174))
    assert (found.name, found.category) == ("BRAF Amplification AND ( BRAF V600E OR BRAF V600K )", Category.GENOTYPE)
    expression = found.attribute(Attribute.EXPRESSION)
    assert expression == "CIVIC:variant/1269 AND ( CIVIC:variant/12 OR CIVIC:variant/563 )"
    parts = {one.object for one in by_record(items, "molecular_profile/4174") if not one.negated}
    assert parts == {V600E, V600K, AMPLIFICATION} == references(parse(str(expression)))


def test_a_profile_that_asks_for_an_absence_has_no_part(items: list[Item]) -> None:
    assert entity(items, profile(4353)).attribute(Attribute.EXPRESSION) == "NOT CIVIC:variant/65"
    (part,) = by_record(items, "molecular_profile/4353")
    assert (part.predicate, part.object, part.negated) == (Predicate.HAS_PART, D816V, True)


def test_a_name_that_does_not_fit_its_ids_makes_no_expression(written_file: Writer, context: Context) -> None:
    table = "name\tmolecular_profile_id\tvariant_ids\taliases\nA B AND C D\t7\t1, 2\t\nNOT A B\t8\t1\t\n"
    read = next(one.read for one in SOURCE.tables if one.read.__name__ == "read_profiles")
    found = list(read(written_file(SOURCE, "MolecularProfileSummaries.tsv", table), context))
    assert [one.attributes for one in found if isinstance(one, Entity)] == [(), ()]
    assert len(found) == 2
    assert sum(context.unresolved.counts.values()) == 2


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("evidence/1", {("not biomarker_for", "DOID:1037", "Negative")}),
        ("evidence/1785", {("biomarker_for", "DOID:5363", "Positive")}),
        ("evidence/5534", {("not biomarker_for", "DOID:2997", "Positive")}),
        ("evidence/1584", {("not associated_with_resistance_to", "RXNORM:1147220", "Resistance")}),
        ("evidence/2477", {("associated_with_resistance_to", "GENOPATH:therapy/Imatinib", "Reduced Sensitivity")}),
        ("evidence/49", {("not associated_with", "DOID:9119", "")}),
        ("evidence/1768", {("associated_with", "DOID:13515", "Uncertain Significance")}),
        ("evidence/1756", {("associated_with", "DOID:1793", "Protectiveness")}),
        ("evidence/840", {("contributes_to", "DOID:8552", "Oncogenicity")}),
        ("evidence/9496", {("not affects", "NCBIGene:7157", "Unaltered Function")}),
        ("evidence/9212", {("affects", "NCBIGene:5518", "Loss of Function")}),
        (
            "evidence/11158",
            {("associated_with_sensitivity_to", "GENOPATH:therapy/Imatinib%20Mesylate", "Sensitivity/Response")},
        ),
        ("assertion/17", {("predisposes_to_condition", "DOID:14175", "Pathogenic")}),
        ("evidence/1111", set()),
        ("evidence/1266", set()),
    ],
)
def test_each_type_states_what_its_direction_and_significance_say(
    items: list[Item], record: str, expected: set[tuple[str, str, str]]
) -> None:
    assert stated(items, record) == expected


def test_nothing_is_said_to_cause_anything(items: list[Item]) -> None:
    assert not [one for one in items if isinstance(one, Association) and one.predicate is Predicate.CAUSES]


def test_an_evidence_item_keeps_its_level_paper_disease_and_text(items: list[Item]) -> None:
    (found,) = by_record(items, "evidence/1421")
    assert (found.subject, found.predicate) == (profile(12), Predicate.ASSOCIATED_WITH_SENSITIVITY_TO)
    (evidence,) = found.evidence
    assert (evidence.level, evidence.publications) == (CivicLevel.B, (Reference("PMID", "25265494"),))
    assert dict(found.qualifiers) == {
        Qualifier.CLINICAL_TRIAL: "NCT01689519",
        Qualifier.DISEASE_CONTEXT: MELANOMA,
        Qualifier.EVIDENCE_TYPE: "Predictive",
        Qualifier.ORIGIN: "somatic",
        Qualifier.RATING: "4",
        Qualifier.SIGNIFICANCE: "Sensitivity/Response",
        Qualifier.STATEMENT: "Text left out of this copy.",
        Qualifier.STATUS: "accepted",
        Qualifier.THERAPY_INTERACTION: "combination",
    }


def test_a_combination_is_one_therapy_whatever_the_order_of_its_parts(items: list[Item]) -> None:
    both = Reference("GENOPATH", "therapy/RXNORM:1147220+RXNORM:1722365")
    assert {one.object for one in [*by_record(items, "evidence/1421"), *by_record(items, "evidence/6966")]} == {both}
    declared = entity(items, both)
    assert (declared.name, declared.category) == ("Cobimetinib + Vemurafenib", Category.TREATMENT)
    parts = {one.object for one in items if isinstance(one, Association) and one.subject == both}
    assert parts == {VEMURAFENIB, COBIMETINIB}


def test_a_sequence_is_one_therapy_and_says_so(items: list[Item]) -> None:
    (found,) = by_record(items, "evidence/296")
    assert found.object.curie == "GENOPATH:therapy/GENOPATH:therapy/Pazopanib+GENOPATH:therapy/Ponatinib"
    assert found.qualifier(Qualifier.THERAPY_INTERACTION) == "sequential"


def test_substitutes_make_one_statement_each(items: list[Item]) -> None:
    assert stated(items, "evidence/1800") == {
        ("associated_with", "RXNORM:194000", "Adverse Response"),
        ("associated_with", "GENOPATH:therapy/Tegafur", "Adverse Response"),
        ("associated_with", "GENOPATH:therapy/Fluorouracil", "Adverse Response"),
    }
    assert {one.qualifier(Qualifier.ORIGIN) for one in by_record(items, "evidence/1800")} == {"common germline"}


@pytest.mark.parametrize(
    ("text", "interaction", "expected"),
    [
        ("", "", []),
        ("2,4-pyrimidinediamine", "", ["2,4-pyrimidinediamine"]),
        ("Dabrafenib,Trametinib", "Combination", ["Dabrafenib", "Trametinib"]),
        ("FGFR Inhibitor, PD173074,Infigratinib", "Substitutes", ["FGFR Inhibitor, PD173074", "Infigratinib"]),
    ],
)
def test_a_comma_separates_therapies_only_where_there_are_several(
    text: str, interaction: str, expected: list[str]
) -> None:
    assert therapy_names(text, interaction) == expected


def test_a_therapy_is_named_by_the_build_then_by_ncit_then_by_its_name(items: list[Item], taught: Context) -> None:
    matches = [one for one in items if isinstance(one, Association) and one.subject == VEMURAFENIB]
    assert {(one.predicate, one.object.curie) for one in matches} == {(Predicate.CLOSE_MATCH, "NCIT:C64768")}
    assert {one.evidence[0].agent_type for one in matches} == {AgentType.AUTOMATED_AGENT}
    assert entity(items, Reference.mint("therapy", "Imatinib")).category is Category.TREATMENT
    reason = "therapy that no drug vocabulary of the build knows (kept under its NCIt id, else under its name)"
    assert taught.unresolved.counts[reason] > 5


def test_a_disease_without_a_doid_is_found_by_its_name(items: list[Item]) -> None:
    (found,) = by_record(items, "evidence/2948")
    assert found.qualifier(Qualifier.DISEASE_CONTEXT) == Reference("MONDO", "0100342")


def test_phenotypes_are_hpo_terms_and_a_flag_is_kept(items: list[Item]) -> None:
    (found,) = by_record(items, "evidence/1785")
    assert found.qualifier(Qualifier.PHENOTYPE) == ADULT_ONSET
    assert found.qualifier(Qualifier.FLAGGED) is None
    (flagged,) = by_record(items, "evidence/5534")
    assert flagged.qualifier(Qualifier.FLAGGED) == "true"


def test_a_meeting_abstract_is_no_publication(items: list[Item], taught: Context) -> None:
    (found,) = by_record(items, "evidence/7066")
    assert found.evidence[0].publications == ()
    assert taught.left_out.counts["meeting abstract without a registered identifier, as citation"] == 1


def test_an_assertion_names_its_tier_and_what_it_rests_on(items: list[Item]) -> None:
    (found,) = by_record(items, "assertion/10")
    assert found.evidence[0].level is AmpTier.TIER_I_A
    assert found.object.curie == "GENOPATH:therapy/RXNORM:1147220+RXNORM:1722365"
    assert {str(value) for key, value in found.qualifiers if key is Qualifier.SUPPORTED_BY} == {
        "CIVIC:evidence/6044",
        "CIVIC:evidence/1421",
        "CIVIC:evidence/6966",
    }
    assert found.qualifier(Qualifier.NCCN_GUIDELINE) == "Melanoma (2.2018)"
    assert found.qualifier(Qualifier.FDA_COMPANION_TEST) == "true"
    (germline,) = by_record(items, "assertion/17")
    assert germline.qualifier(Qualifier.ACMG_CODES) == "PS2,PM2,PM4,PP1"


def test_an_assertion_on_several_therapies_needs_evidence_that_joins_them(items: list[Item], taught: Context) -> None:
    assert by_record(items, "assertion/180") == []
    assert taught.left_out.counts["several therapies without a word on how they belong together"] == 1


def edited(fixture_file: Opener, name: str, column: str, value: str) -> str:
    """The fixture with another value in one column of its first row."""
    lines = [line for _, line in fixture_file(SOURCE, name).lines()]
    fields = lines[1].split("\t")
    fields[lines[0].split("\t").index(column)] = value
    return "\n".join([lines[0], "\t".join(fields), *lines[2:], ""])


@pytest.mark.parametrize(
    ("reader", "column", "value", "message"),
    [
        ("read_features", "feature_type", "Chromosome", "column feature_type holds 'Chromosome'"),
        ("read_features", "feature_id", "BRAF", "no CIViC id"),
        ("read_features", "entrez_id", "x", "no NCBIGene id"),
        ("read_variants", "reference_build", "hg18", "column reference_build holds 'hg18'"),
        ("read_variants", "start", "12a", "no positions"),
        ("read_variants", "clinvar_ids", "VCV12", "no ClinVar variation ids"),
        ("read_profiles", "variant_ids", "12; 13", "no CIViC id"),
        ("read_evidence", "evidence_type", "Anecdotal", "column evidence_type holds 'Anecdotal'"),
        ("read_evidence", "significance", "Resistance", "column significance holds 'Resistance'"),
        ("read_evidence", "evidence_direction", "Maybe", "column evidence_direction holds 'Maybe'"),
        ("read_evidence", "evidence_level", "F", "column evidence_level holds 'F'"),
        ("read_evidence", "evidence_status", "draft", "column evidence_status holds 'draft'"),
        ("read_evidence", "rating", "six", "column rating holds 'six'"),
        ("read_evidence", "citation_id", "Levine 2005", "no PMID id"),
        ("read_evidence", "therapy_interaction_type", "Both", "column therapy_interaction_type holds 'Both'"),
        ("read_assertions", "amp_category", "Tier 0", "column amp_category holds 'Tier 0'"),
        ("read_assertions", "regulatory_approval", "yes", "column regulatory_approval holds 'yes'"),
        ("read_assertions", "evidence_item_ids", "EID5", "no CIViC id"),
    ],
)
def test_what_would_be_misread_is_an_error_that_names_its_place(
    fixture_file: Opener, written_file: Writer, context: Context, reader: str, column: str, value: str, message: str
) -> None:
    file = written_file(SOURCE, NAMES[reader], edited(fixture_file, NAMES[reader], column, value))
    read = next(table.read for table in SOURCE.tables if table.read.__name__ == reader)
    with pytest.raises(SourceError, match=message) as error:
        list(read(file, context))
    assert error.value.line == 2


@pytest.mark.parametrize(
    "table", [one for one in SOURCE.tables if one.pattern.endswith(".tsv")], ids=lambda one: one.pattern
)
def test_a_missing_column_a_damaged_text_and_a_changed_repeat_are_refused(
    fixture_file: Opener, written_file: Writer, table: object
) -> None:
    read = next(one.read for one in SOURCE.tables if one is table)
    name = NAMES[read.__name__]
    lines = [line for _, line in fixture_file(SOURCE, name).lines()]
    header = lines[0].split("\t")
    key = next(index for index, column in enumerate(header) if column.endswith("_id"))
    changed = lines[1].split("\t")
    changed[header.index("is_flagged")] = "TRUE" if "is_flagged" in header else ""
    for content, message in (
        ("\n".join([lines[0].replace(header[key], "other"), *lines[1:]]), "lacks the column"),
        ("\n".join(lines).encode() + b"\n\xff\xfe", "cannot be read further"),
        ("\n".join([lines[0], lines[1], "\t".join(changed)]), "a second time|is_flagged holds"),
        ("", "is empty"),
    ):
        with pytest.raises(SourceError, match=message):
            list(read(written_file(SOURCE, name, content), Context(Resolver())))


def test_the_same_row_twice_is_left_out(fixture_file: Opener, written_file: Writer, context: Context) -> None:
    lines = [line for _, line in fixture_file(SOURCE, NAMES["read_groups"]).lines()]
    read = next(one.read for one in SOURCE.tables if one.read.__name__ == "read_groups")
    found = list(read(written_file(SOURCE, NAMES["read_groups"], "\n".join([*lines, lines[1]])), context))
    assert len(found) == len(lines) - 1
    assert context.left_out.counts["repeated row"] == 1


@pytest.mark.parametrize(
    "content", ["7\t1\t12\tA\tT\t.\t.\tGN=x\n", "##fileformat=VCFv4.2\n", "#CHROM\n7\t1\tx\tA\tT\t.\t.\t.\n"]
)
def test_another_vcf_is_refused(written_file: Writer, context: Context, content: str) -> None:
    read = next(one.read for one in SOURCE.tables if one.read.__name__ == "read_positions")
    with pytest.raises(SourceError, match="VCF"):
        list(read(written_file(SOURCE, NAMES["read_positions"], content), context))


def test_every_table_can_be_read_by_itself(fixture_file: Opener) -> None:
    for table in SOURCE.tables:
        assert list(table.read(fixture_file(SOURCE, NAMES[table.read.__name__]), Context(Resolver()))) or (
            table.read.__name__ == "read_positions"
        )


@pytest.fixture(scope="module")
def real(test_data: Path) -> tuple[list[Item], Reading]:
    """CIViC of the shared data after HGNC."""
    resolver = Resolver()
    for _, found in Reading.of(hgnc.SOURCE, [test_data], resolver).files():
        list(found)
    reading = Reading.of(SOURCE, [test_data], resolver)
    return [item for _, found in reading.files() for item in found], reading


def published(test_data: Path, name: str) -> list[dict[str, str]]:
    with (test_data / f"civic/2025-09-01/{PREFIX}{name}.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.real_data
def test_every_record_of_every_file_has_a_fate(real: tuple[list[Item], Reading], test_data: Path) -> None:
    _, reading = real
    assert len(reading.accounts) == len(SOURCE.tables)
    for name, account in reading.accounts.items():
        path = test_data / "civic" / name
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert account.unexplained == 0
        assert account.read == len(lines) - (path.suffix == ".tsv")


@pytest.mark.real_data
def test_every_profile_has_an_expression_over_exactly_their_variants(
    real: tuple[list[Item], Reading], test_data: Path
) -> None:
    items, _ = real
    profiles = {
        one.reference.identifier: one for one in items if isinstance(one, Entity) and one.category is Category.GENOTYPE
    }
    for row in published(test_data, "MolecularProfileSummaries"):
        expression = profiles[f"molecular_profile/{row['molecular_profile_id']}"].attribute(Attribute.EXPRESSION)
        named = {one.identifier for one in references(parse(str(expression)))}
        assert named == {f"variant/{number}" for number in row["variant_ids"].split(", ")}


@pytest.mark.real_data
def test_the_statements_of_evidence_are_as_many_as_its_rows_say(
    real: tuple[list[Item], Reading], test_data: Path
) -> None:
    items, _ = real
    expected: Counter[str] = Counter()
    for row in published(test_data, "ClinicalEvidenceSummaries"):
        if row["evidence_direction"] == "N/A" or (row["evidence_type"] == "Predictive" and not row["therapies"]):
            continue
        several = row["therapy_interaction_type"] == "Substitutes"
        expected[row["evidence_id"]] = len(row["therapies"].replace(", ", "; ").split(",")) if several else 1
    found = Counter(
        one.evidence[0].record.removeprefix("CIVIC:evidence/")
        for one in items
        if isinstance(one, Association) and one.evidence[0].record.startswith("CIVIC:evidence/")
    )
    assert found == expected


@pytest.mark.real_data
def test_few_records_are_unresolved(real: tuple[list[Item], Reading]) -> None:
    _, reading = real
    counts = reading.context.unresolved.counts
    assert not [reason for reason in counts if "profile" in reason or "group" in reason]
    assert counts["gene without an HGNC id in this build (kept under its NCBI id)"] == 1
    assert counts["feature without a row in the table of features (kept, named by its variant)"] == 1


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("record", "subject", "predicate", "object_", "negated", "level"),
    [
        ("evidence/1421", profile(12), Predicate.ASSOCIATED_WITH_SENSITIVITY_TO, None, False, CivicLevel.B),
        ("evidence/1", profile(64), Predicate.BIOMARKER_FOR, Reference("DOID", "1037"), True, CivicLevel.B),
        ("evidence/9212", profile(3167), Predicate.AFFECTS, Reference("HGNC", "9302"), False, CivicLevel.D),
        ("assertion/20", profile(12), Predicate.ASSOCIATED_WITH, Reference("DOID", "9256"), False, AmpTier.TIER_I_A),
    ],
)
def test_rows_read_by_hand_are_stated_so(
    real: tuple[list[Item], Reading],
    record: str,
    subject: Reference,
    predicate: Predicate,
    object_: Reference | None,
    negated: bool,
    level: CivicLevel | AmpTier,
) -> None:
    (found,) = by_record(real[0], record)
    assert (found.subject, found.predicate, found.negated, found.evidence[0].level) == (
        subject,
        predicate,
        negated,
        level,
    )
    assert object_ is None or found.object == object_


@pytest.mark.real_data
def test_an_assertion_on_substitutes_names_each(real: tuple[list[Item], Reading]) -> None:
    found = by_record(real[0], "assertion/180")
    assert {one.predicate for one in found} == {Predicate.ASSOCIATED_WITH_RESISTANCE_TO}
    assert len({one.object for one in found}) == 2
