"""Variants that define alleles, and the sites that an allele is defined at."""

from __future__ import annotations

import pytest

from ontology.reference import Reference
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site

GENE = Reference("HGNC", "2621")


def variant(position: int, ref: str = "C", alt: str = "T") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"10-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("10", position), ref, alt)


STAR_2, STAR_17, I331V = variant(5000, "G", "A"), variant(6000), variant(7000, "A", "G")
CYP2C19 = GeneDefinition(
    GENE,
    "CYP2C19",
    {
        "*38": frozenset(),
        "*1": frozenset({I331V}),
        "*2": frozenset({STAR_2, I331V}),
        "*17": frozenset({STAR_17, I331V}),
    },
    (),
    reference="*38",
)


class TestVariant:
    @pytest.mark.parametrize(
        ("ref", "alt", "is_left_aligned"),
        [
            ("C", "T", True),
            ("ATCT", "A", True),
            ("ATCA", "A", False),
            ("A", "ACC", True),
            ("A", "ACA", False),
            ("TGG", "TG", True),
        ],
    )
    def test_is_where_a_normalised_vcf_has_it_unless_it_could_be_written_further_left(
        self, ref: str, alt: str, is_left_aligned: bool
    ) -> None:
        """Of A to ACA the inserted CA is AC one base further left."""
        assert variant(10, ref, alt).is_left_aligned is is_left_aligned

    @pytest.mark.parametrize(
        ("ref", "alt", "removed", "is_substitution"),
        [("C", "T", 1, True), ("TCA", "T", 3, False), ("CA", "CAT", 1, False), ("TGG", "TG", 2, False)],
    )
    def test_needs_the_bases_that_its_trimmed_form_spans(
        self, ref: str, alt: str, removed: int, is_substitution: bool
    ) -> None:
        one = variant(10, ref, alt)
        assert (one.removed, one.is_substitution) == (removed, is_substitution)


class TestOwnSites:
    def test_the_reference_allele_and_star_1_are_defined_at_every_site(self) -> None:
        every = {STAR_2.site, STAR_17.site, I331V.site}
        assert CYP2C19.own_sites("*38") == CYP2C19.own_sites("*1") == every

    def test_another_allele_is_defined_where_it_says_so(self) -> None:
        assert CYP2C19.own_sites("*2") == {STAR_2.site, I331V.site}

    def test_a_site_has_an_rsid_if_all_of_its_variants_have_the_same(self) -> None:
        other = variant(5000, "G", "T")
        one = GeneDefinition(
            GENE,
            "CYP2C19",
            {"*1": frozenset(), "*2": frozenset({STAR_2}), "*3": frozenset({other}), "*4": frozenset({STAR_17})},
            (),
            rsids={STAR_2.reference: "rs1", other.reference: "rs1", STAR_17.reference: "rs2"},
        )
        assert one.rsid_at(STAR_2.site) == "rs1"
        assert (one.index_of("rs1"), one.index_of("rs2"), one.index_of("rs3")) == (None, 2, None)
