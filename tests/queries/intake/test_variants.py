from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.reference import Reference
from queries.case import Assembly, Severity, VariantCall, Zygosity
from queries.intake.assembly import assembly_of_name, locate_accession, trimmed_locus
from queries.intake.given import Given
from queries.intake.variants import parse_variant, read_variants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rs4244285", VariantCall(rsid=Reference("dbSNP", "rs4244285"))),
        ("RS4244285:het", VariantCall(rsid=Reference("dbSNP", "rs4244285"), zygosity=Zygosity.HETEROZYGOUS)),
        (
            "NC_000010.11:g.94781859G>A:homozygous",
            VariantCall(
                Assembly.GRCH38, "10-94781859-G-A", ("NC_000010.11:g.94781859G>A",), zygosity=Zygosity.HOMOZYGOUS
            ),
        ),
        (
            "NC_000010.10:g.96541616G>A",
            VariantCall(Assembly.GRCH37, "10-96541616-G-A", ("NC_000010.10:g.96541616G>A",)),
        ),
        ("NC_012920.1:m.1555A>G", VariantCall(Assembly.GRCH38, "MT-1555-A-G", ("NC_012920.1:m.1555A>G",))),
        (
            "NC_000010.11:94781858:G:A",
            VariantCall(Assembly.GRCH38, "10-94781859-G-A", ("NC_000010.11:94781858:G:A",)),
        ),
        (
            "NC_000001.11:97450064:TG:T:hemi",
            VariantCall(
                Assembly.GRCH38, "1-97450065-TG-T", ("NC_000001.11:97450064:TG:T",), zygosity=Zygosity.HEMIZYGOUS
            ),
        ),
        ("NM_000138.5:c.1129C>T", VariantCall(hgvs=("NM_000138.5:c.1129C>T",))),
        ("NM_000138.5(FBN1):c.1129C>T", VariantCall(hgvs=("NM_000138.5(FBN1):c.1129C>T",), gene_symbol="FBN1")),
        (
            "FBN1:p.(Arg377Cys):het",
            VariantCall(hgvs=("FBN1:p.(Arg377Cys)",), zygosity=Zygosity.HETEROZYGOUS, gene_symbol="FBN1"),
        ),
        ("NC_000001.11:g.97450066del", VariantCall(hgvs=("NC_000001.11:g.97450066del",))),
    ],
)
def test_a_variant_is_placed_only_where_no_reference_sequence_is_needed(text: str, expected: VariantCall) -> None:
    assert parse_variant(text) == expected


@pytest.mark.parametrize("text", ["BRAF V600E", "rs", "c.1129C>T", "chr10:94781859", "", "NM_000138.5:", "*2"])
def test_what_is_no_variant_is_a_warning(text: str) -> None:
    found = read_variants([Given(text, "--variant")])
    assert found.values == ()
    assert [p.severity for p in found.problems] == [Severity.WARNING]


@pytest.mark.parametrize("text", ["NC_000001.11:g.97450066del", "NC_000001.9:g.5A>T", "NC_000001.11:5::A"])
def test_a_genomic_variant_that_stays_text_is_noted(text: str) -> None:
    found = read_variants([Given(text, "--variant")])
    assert found.values[0].locus is None
    assert [p.severity for p in found.problems] == [Severity.INFO]


def test_the_same_variant_twice_counts_once() -> None:
    assert len(read_variants([Given("rs1", "a"), Given("dbSNP:rs1", "b")]).values) == 1


@pytest.mark.parametrize(
    ("accession", "expected"),
    [
        ("NC_000001.10", ("1", Assembly.GRCH37)),
        ("NC_000001.11", ("1", Assembly.GRCH38)),
        ("NC_000014.8", ("14", Assembly.GRCH37)),
        ("NC_000021.9", ("21", Assembly.GRCH38)),
        ("NC_000023.10", ("X", Assembly.GRCH37)),
        ("NC_000024.10", ("Y", Assembly.GRCH38)),
        ("NC_000001.9", None),
        ("NC_000025.1", None),
    ],
)
def test_the_version_of_a_chromosome_accession_tells_the_build(accession: str, expected: object) -> None:
    assert locate_accession(accession) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GRCh38.p14", Assembly.GRCH38),
        ("hg19", Assembly.GRCH37),
        ("b37", Assembly.GRCH37),
        ("/refs/hs37d5.fa", Assembly.GRCH37),
        ("Homo_sapiens_assembly38.fasta", Assembly.GRCH38),
        ("GCF_000001405.25", Assembly.GRCH37),
        ("GCF_000001405.40", Assembly.GRCH38),
        ("GCA_000001405.15_GRCh38_no_alt_analysis_set.fna", Assembly.GRCH38),
        ("hg18", None),
        ("hg19ToHg38", None),
    ],
)
def test_names_of_references_tell_the_build(name: str, expected: Assembly | None) -> None:
    assert assembly_of_name(name) is expected


@given(
    st.integers(1, 10**8), st.text("ACGT", min_size=1), st.text("ACGT", min_size=1), st.text("ACGT"), st.text("ACGT")
)
def test_context_around_a_trimmed_substitution_changes_nothing(
    position: int, reference: str, alternate: str, before: str, after: str
) -> None:
    single = trimmed_locus("1", position, "A" + reference[0], "C" + reference[0])
    assert single == f"1-{position}-A-C"
    padded = trimmed_locus("1", position - len(before), before + "A" + after, before + "C" + after)
    assert padded == f"1-{position}-A-C"
    assert trimmed_locus("1", position, alternate, alternate).endswith(f"-{alternate[0]}-{alternate[0]}")
