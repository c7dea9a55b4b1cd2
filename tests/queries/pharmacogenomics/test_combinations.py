"""What a strand carries where no named allele fits it: combinations and partial alleles, for research."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.reference import Reference
from queries.case import Genotype
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.matching import match_alleles

if TYPE_CHECKING:
    from queries.pharmacogenomics.matching import Match

NO_PAIR = "no pair of named alleles explains these genotypes"


def variant(position: int, ref: str = "C", alt: str = "T") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"10-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("10", position), ref, alt)


TWO, THREE, FOUR, FIVE, WITH_TWO = (variant(position) for position in (100, 200, 300, 400, 500))
ALLELES = {
    "*1": frozenset[DefiningVariant](),
    "*2": frozenset({TWO}),
    "*3": frozenset({THREE}),
    "*4": frozenset({FOUR}),
    "*5": frozenset({FIVE}),
    "*6": frozenset({TWO, WITH_TWO}),
}
DEFINITION = GeneDefinition(Reference("HGNC", "2621"), "CYP2C19", ALLELES, (), reference="*1")


def match(*calls: str, sets: tuple[int | None, ...] = (None,) * 5, definition: GeneDefinition = DEFINITION) -> Match:
    """The match from calls as VCF writes them, one for each variant; the empty one is a site that is not there."""
    sites = {}
    for one, call, phase_set in zip(definition.variants, calls, sets, strict=True):
        if call:
            bases = {"0": one.ref, "1": one.alt, ".": None}
            alleles = tuple(bases[allele] for allele in call[::2])
            record = Genotype(*one.site, one.ref, alleles, "|" in call, phase_set=phase_set, alternates=(one.alt,))
            sites[one.site] = [record]
    return match_alleles(definition, sites)


@pytest.mark.parametrize(
    ("calls", "names"),
    [
        (("1|0", "1|0", "0|0", "0|0", "0|0"), {"*1", "[*2 + *3]"}),
        (("1|0", "1|0", "0|1", "0|0", "0|0"), {"*4", "[*2 + *3]"}),
        (("1|0", "1|0", "1|0", "0|0", "0|0"), {"*1", "[*2 + *3 + *4]"}),
        (("1/1", "1/1", "0/0", "0/0", "0/0"), {"[*2 + *3]"}),
        (("1/1", "0/1", "0/0", "0/0", "0/0"), {"*2", "[*2 + *3]"}),
        (("0|0", "0|0", "0|0", "0|0", "0|1"), {"*1", "g.500C>T"}),
        (("0/0", "0/0", "0/0", "0/0", "0/1"), {"*1", "g.500C>T"}),
        (("0|0", "1|0", "0|0", "0|0", "1|0"), {"*1", "[*3 + g.500C>T]"}),
        (("1|0", "1|0", "0|0", "0|0", "1|0"), {"*1", "[*3 + *6]"}),
    ],
    ids=lambda value: " ".join(sorted(value) if isinstance(value, set) else value),
)
def test_a_told_strand_that_no_allele_fits_is_written_as_what_it_carries(
    calls: tuple[str, ...], names: set[str]
) -> None:
    found = match(*calls)
    assert found.unnamed
    assert found.reason == NO_PAIR
    (pair,) = found.pairs
    written = {part.replace("[*6 + *3]", "[*3 + *6]") for part in pair.names}
    assert written == names


def test_the_larger_allele_is_named_and_its_part_is_not_counted_twice() -> None:
    (pair,) = match("1|0", "1|0", "0|0", "0|0", "1|0").pairs
    assert "*2" not in pair.single


@pytest.mark.parametrize(
    "calls",
    [
        ("0/1", "0/1", "0/0", "0/0", "0/0"),
        ("0|1", "1|0", "0|0", "0|0", "0|0"),
        ("1/1", "0/0", "0/0", "0/0", "0/1"),
    ],
    ids=["trans explains them", "phased in trans", "*2/*6"],
)
def test_where_named_alleles_explain_the_genotypes_none_is_combined(calls: tuple[str, ...]) -> None:
    found = match(*calls)
    assert not found.unnamed
    assert found.pairs
    assert all("[" not in name for pair in found.pairs for name in pair.names)


@pytest.mark.parametrize(
    ("calls", "sets"),
    [
        (("0/1", "0/1", "0/1", "0/0", "0/0"), (None,) * 5),
        (("1|0", "1|0", "0/1", "0/0", "0/0"), (None,) * 5),
        (("1|0", "1|0", "1|0", "0|0", "0|0"), (1, 1, 2, 1, 1)),
        (("1|0", "1|0", ".|0", "0|0", "0|0"), (None,) * 5),
        (("1|0", "1|0", "0|0", "", "0|0"), (None,) * 5),
    ],
    ids=["unphased", "one unphased", "two phase sets", "half call", "missing site"],
)
def test_where_phase_or_a_position_is_missing_none_is_combined(
    calls: tuple[str, ...], sets: tuple[int | None, ...]
) -> None:
    found = match(*calls, sets=sets)
    assert not found.unnamed
    assert (found.pairs, found.reason) == ((), NO_PAIR)


def test_a_change_that_no_definition_has_is_not_written_as_a_partial_allele() -> None:
    sites = {one.site: [Genotype(*one.site, "C", ("C", "C"))] for one in DEFINITION.variants}
    sites[TWO.site] = [Genotype(*TWO.site, "C", ("C", "G"), phased=True, alternates=("G",))]
    found = match_alleles(DEFINITION, sites)
    assert (found.pairs, found.unnamed) == ((), False)


def test_a_strand_that_lacks_what_every_allele_has_is_still_written() -> None:
    """Every allele carries the first variant; a copy without it and with another one has no named part."""
    always, more = variant(100), variant(200)
    definition = GeneDefinition(
        Reference("HGNC", "2621"),
        "CYP2C19",
        {"*1": frozenset({always}), "*2": frozenset({always, more})},
        (),
        reference="*1",
    )
    found = match("0|1", "1|0", sets=(None, None), definition=definition)
    assert found.reason == NO_PAIR
    assert [pair.names for pair in found.pairs] in ([], [("g.200C>T", "*1")], [("*1", "g.200C>T")])
    for calls in (("0/0", "0/0"), ("0/1", "0/0")):
        assert match(*calls, sets=(None, None), definition=definition).reason == NO_PAIR
