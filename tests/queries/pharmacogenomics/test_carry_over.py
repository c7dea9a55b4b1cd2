"""Definitions of GRCh38 carried over to GRCh37, on small made-up tables; the published ones are with the definitions."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import pytest

from ontology.reference import Reference
from queries.pharmacogenomics.carry_over import carry_over
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from tests.queries.pharmacogenomics.pairs import called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GENE = Reference("HGNC", "2621")
SHIFT = -1000


def on_38(position: int, ref: str = "C", alt: str = "T") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"10-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("10", position), ref, alt)


def shared(one: DefiningVariant, distance: int = SHIFT) -> DefiningVariant:
    """The older table's variant on GRCh37 that GRCh38 has, too: it is named by its GRCh38 locus."""
    return DefiningVariant(one.reference, Site("10", one.site.position + distance), one.ref, one.alt)


def turned(one: DefiningVariant, distance: int = SHIFT) -> DefiningVariant:
    """The older table's variant on GRCh37 whose base GRCh38 has as its own."""
    position = one.site.position + distance
    minted = Reference.mint("variant", "GRCh37", f"10-{position}-{one.alt}-{one.ref}")
    return DefiningVariant(minted, Site("10", position), one.alt, one.ref)


def define(
    alleles: Mapping[str, Iterable[DefiningVariant]],
    optional: Mapping[str, Iterable[DefiningVariant]] | None = None,
    reference: str = "*1",
) -> GeneDefinition:
    required = {name: frozenset(parts) for name, parts in alleles.items()}
    wobbles = {name: frozenset(parts) for name, parts in (optional or {}).items()}
    stated = {name: frozenset(one.site for one in (*parts, *wobbles.get(name, ()))) for name, parts in required.items()}
    return GeneDefinition(GENE, "CYP2C19", required, ("*37",), wobbles, "pharmcat", stated, reference)


def loci(found: GeneDefinition, name: str) -> set[str]:
    return {one.locus for one in found.alleles[name]}


STAR_2, STAR_17, I331V = on_38(5000, "G", "A"), on_38(6000), on_38(7000, "A", "G")
PLAIN = define({"*1": (), "*2": [STAR_2], "*17": [STAR_17]})


def test_all_of_a_gene_is_shifted_by_the_distance_that_its_shared_variants_tell() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)], "*17": [shared(STAR_17)]})
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*1": set(),
        "*2": {"10-4000-G-A"},
        "*17": {"10-5000-C-T"},
    }
    assert found.carried_over
    assert found.own_sites("*2") == {Site("10", 4000)}
    assert (found.structural, found.reference, found.source) == (("*37",), "*1", "pharmcat")


def test_a_variant_that_the_older_table_does_not_have_is_shifted_with_the_others() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)]})
    assert found is not None
    assert loci(found, "*17") == {"10-5000-C-T"}


def test_a_variant_keeps_its_name_so_that_its_rsid_is_found() -> None:
    found = carry_over(PLAIN, {"*2": [shared(STAR_2)]})
    assert found is not None
    assert {one.reference for one in found.alleles["*2"]} == {STAR_2.reference}


@pytest.mark.parametrize(
    "older",
    [
        {},
        {"*2": [shared(STAR_2, -1000)], "*17": [shared(STAR_17, -1004)]},
        {"*1": [turned(I331V)]},
    ],
    ids=["nothing", "two distances", "no shared variant"],
)
def test_without_a_common_distance_nothing_is_carried_over(older: dict[str, list[DefiningVariant]]) -> None:
    assert carry_over(PLAIN, older) is None


def test_few_that_are_aligned_otherwise_do_not_count_against_a_distance() -> None:
    many = [on_38(8000 + 10 * number) for number in range(10)]
    definition = define({"*1": (), **{f"*{number}": [one] for number, one in enumerate(many, start=2)}})
    older = {f"*{number}": [shared(one)] for number, one in enumerate(many[:9], start=2)}
    found = carry_over(definition, {**older, "*11": [shared(many[9], SHIFT + 2)]})
    assert found is not None
    assert loci(found, "*11") == {"10-7090-C-T"}
    assert (
        carry_over(definition, {**older, "*10": [shared(many[8], SHIFT + 2)], "*11": [shared(many[9], SHIFT + 2)]})
        is None
    )


CYP2C19 = define({"*38": (), "*1": [I331V], "*2": [STAR_2, I331V], "*17": [STAR_17, I331V]}, reference="*38")
OLDER = {"*1": (), "*2": [shared(STAR_2)], "*17": [shared(STAR_17)], "*38": [turned(I331V)]}


def test_where_the_assemblies_differ_what_an_allele_carries_is_turned_over() -> None:
    """As rs3758581: GRCh38 has the base of *38, GRCh37 that of *1."""
    found = carry_over(CYP2C19, OLDER)
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*38": {"10-6000-G-A"},
        "*1": set(),
        "*2": {"10-4000-G-A"},
        "*17": {"10-5000-C-T"},
    }


def test_the_reference_allele_carries_the_variant_where_grch37_has_another_base() -> None:
    """As CYP3A5: GRCh37 carries *3, and *1 the variant from it."""
    star_3, star_6 = on_38(5000, "T", "C"), on_38(6000)
    definition = define({"*1": (), "*3": [star_3], "*6": [star_6]})
    found = carry_over(definition, {"*1": [turned(star_3)], "*6": [turned(star_3), shared(star_6)], "*3": ()})
    assert found is not None
    assert {name: loci(found, name) for name in found.alleles} == {
        "*1": {"10-4000-C-T"},
        "*3": set(),
        "*6": {"10-4000-C-T", "10-5000-C-T"},
    }


def test_what_an_allele_may_carry_stays_open_when_it_is_turned_over() -> None:
    definition = define({"*38": (), "*1": [I331V], "*2": [STAR_2]}, {"*2": [I331V], "*1": [STAR_17]}, reference="*38")
    found = carry_over(definition, OLDER)
    assert found is not None
    assert loci(found, "*2") == {"10-4000-G-A"}
    assert {one.locus for one in found.optional["*2"]} == {"10-6000-G-A"}
    assert {one.locus for one in found.optional["*1"]} == {"10-5000-C-T"}


def test_another_change_at_a_turned_site_is_not_turned_with_it() -> None:
    """GRCh37 has the base of I331V; an allele of a third base departs from it, and not to GRCh38's base."""
    third = on_38(7000, "A", "C")
    definition = define({"*38": (), "*1": [I331V], "*99": [third], "*2": [STAR_2, I331V]}, reference="*38")
    found = carry_over(definition, OLDER)
    assert found is not None
    assert loci(found, "*99") == {"10-6000-G-C"}
    assert loci(found, "*38") == {"10-6000-G-A"}


def test_a_sample_has_the_same_pairs_on_both_assemblies() -> None:
    carried = carry_over(CYP2C19, OLDER)
    assert carried is not None
    for pair in combinations_with_replacement(CYP2C19.names, 2):
        assert called(carried, pair) == called(CYP2C19, pair), pair
