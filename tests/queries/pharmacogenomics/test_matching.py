"""Named-allele matching against an independent simulator, for every pair of alleles."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.reference import Reference
from queries.case import Genotype, Sex
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.matching import Match, match_alleles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GENE = Reference("HGNC", "12014")


def variant(position: int, ref: str, alt: str) -> DefiningVariant:
    return DefiningVariant(
        Reference.mint("variant", "GRCh38", f"6-{position}-{ref}-{alt}"), Site("6", position), ref, alt
    )


G460A, A719G, G238C = variant(100, "G", "A"), variant(200, "A", "G"), variant(300, "G", "C")
DELETION, SNV = variant(400, "ATCT", "A"), variant(400, "A", "G")
ALLELES = {
    "*1": frozenset[DefiningVariant](),
    "*2": frozenset({G238C}),
    "*3A": frozenset({G460A, A719G}),
    "*3B": frozenset({G460A}),
    "*3C": frozenset({A719G}),
    "*9": frozenset({DELETION}),
    "*10": frozenset({SNV}),
}
DEFINITION = GeneDefinition(GENE, "TPMT", ALLELES, ())
PAIRS = sorted(combinations_with_replacement(sorted(ALLELES), 2))


def simulate(pair: tuple[str, str]) -> dict[Site, list[Genotype]]:
    """What an assay of both chromosomes shows: one record for each pair of reference and alternate bases."""
    sites: dict[Site, list[Genotype]] = {}
    for known in (G460A, A719G, G238C, DELETION, SNV):
        alleles = tuple(known.alt if known in ALLELES[name] else known.ref for name in pair)
        record = Genotype(known.site.chromosome, known.site.position, known.ref, alleles)
        sites.setdefault(known.site, []).append(record)
    return sites


def x_linked(position: int, ref: str, alt: str) -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"X-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("X", position), ref, alt)


def names(found: Match) -> list[tuple[str, str]]:
    return [pair.names for pair in found.pairs]


def counts(pair: tuple[str, str]) -> dict[DefiningVariant, int]:
    return {known: sum(known in ALLELES[name] for name in pair) for known in (G460A, A719G, G238C, DELETION, SNV)}


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_the_answer_holds_the_truth_and_only_what_cannot_be_told_from_it(pair: tuple[str, str]) -> None:
    found = match_alleles(DEFINITION, simulate(pair))
    assert pair in names(found)
    assert {candidate for candidate in PAIRS if counts(candidate) == counts(pair)} == set(names(found))
    assert (found.missing, found.assayed) == ((), 4)


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
@pytest.mark.parametrize("site", sorted(DEFINITION.sites), ids=str)
def test_without_one_site_the_truth_is_still_there_and_the_loss_is_stated(pair: tuple[str, str], site: Site) -> None:
    sites = simulate(pair)
    del sites[site]
    found = match_alleles(DEFINITION, sites)
    assert pair in names(found)
    assert found.missing == (site,)


def test_nothing_is_called_from_what_was_not_seen() -> None:
    found = match_alleles(DEFINITION, {})
    assert (found.pairs, found.assayed, len(found.missing)) == ((), 0, 4)
    assert found.reason == "no defining position was assayed"


@pytest.mark.parametrize(
    "record",
    [
        Genotype("6", 100, "G", (None, None)),
        Genotype("6", 100, "G", ("G", "G"), filtered=True),
    ],
    ids=["no-call", "filtered"],
)
def test_a_no_call_or_filtered_site_is_missing_and_never_reference(record: Genotype) -> None:
    sites = simulate(("*1", "*1")) | {G460A.site: [record]}
    found = match_alleles(DEFINITION, sites)
    assert found.missing == (G460A.site,)
    assert set(names(found)) == {("*1", "*1"), ("*1", "*3B"), ("*3B", "*3B")}


def test_an_allele_that_no_definition_has_stops_the_call() -> None:
    sites = simulate(("*1", "*1")) | {G460A.site: [Genotype("6", 100, "G", ("G", "T"))]}
    found = match_alleles(DEFINITION, sites)
    assert found.pairs == ()
    assert found.reason == "6:100 shows G>T, which no allele definition has"


def test_genotypes_that_no_pair_explains_are_not_called() -> None:
    sites = simulate(("*2", "*2")) | {G460A.site: [Genotype("6", 100, "G", ("A", "A"))]}
    assert match_alleles(DEFINITION, sites).reason == "no pair of named alleles explains these genotypes"


@pytest.mark.parametrize(("copies", "sex"), [(1, None), (1, Sex.MALE), (2, Sex.MALE)])
def test_a_hemizygous_gene_has_one_allele(copies: int, sex: Sex | None) -> None:
    first, second = x_linked(100, "C", "G"), x_linked(200, "C", "T")
    definition = GeneDefinition(
        Reference("HGNC", "4057"),
        "G6PD",
        {"B (reference)": frozenset(), "A": frozenset({first}), "A- 202A_376G": frozenset({first, second})},
        (),
        reference="B (reference)",
    )
    sites = {one.site: [Genotype(*one.site, one.ref, (one.alt,) * copies)] for one in (first, second)}
    assert names(match_alleles(definition, sites, sex=sex)) == [("A- 202A_376G", "MALE")]
    del sites[second.site]
    found = match_alleles(definition, sites, sex=sex)
    assert set(names(found)) == {("A", "MALE"), ("A- 202A_376G", "MALE")}


def test_a_heterozygous_male_has_no_call_of_an_x_linked_gene() -> None:
    known = x_linked(100, "C", "G")
    definition = GeneDefinition(GENE, "G6PD", {"B": frozenset(), "A": frozenset({known})}, ())
    sites = {known.site: [Genotype(*known.site, "C", ("C", "G"))]}
    found = match_alleles(definition, sites, sex=Sex.MALE)
    assert (found.pairs, found.reason) == ((), "one copy of the X chromosome cannot be heterozygous")
    assert names(match_alleles(definition, sites, sex=Sex.FEMALE)) == [("A", "B")]


def test_the_dangerous_assumption_takes_the_assemblys_base_and_only_when_asked() -> None:
    sites = simulate(("*1", "*2"))
    del sites[G460A.site]
    assert len(match_alleles(DEFINITION, sites).pairs) > 1
    assumed = match_alleles(DEFINITION, sites, assume_missing_is_reference=True)
    assert (names(assumed), assumed.missing) == ([("*1", "*2")], (G460A.site,))


def test_a_record_of_one_base_does_not_show_that_a_deletion_is_absent() -> None:
    sites = simulate(("*1", "*1")) | {SNV.site: [Genotype("6", 400, "A", ("A", "A"))]}
    found = match_alleles(DEFINITION, sites)
    assert found.missing == (DELETION.site,)
    assert set(names(found)) == {("*1", "*1"), ("*1", "*9"), ("*9", "*9")}


@pytest.mark.parametrize("reference", ["ATCT", "N"], ids=["a record that spans it", "a reference block"])
def test_a_record_that_covers_a_deletion_shows_that_it_is_absent(reference: str) -> None:
    sites = simulate(("*1", "*1")) | {SNV.site: [Genotype("6", 400, reference, (reference, reference))]}
    found = match_alleles(DEFINITION, sites)
    assert (found.missing, names(found)) == ((), [("*1", "*1")])


def phased(pair: tuple[str, str], sets: Mapping[Site, int | None] | None = None) -> dict[Site, list[Genotype]]:
    """The simulated genotypes with the first allele on the first strand; every site in the phase set given for it."""
    return {
        site: [replace(record, phased=True, phase_set=(sets or {}).get(site)) for record in records]
        for site, records in simulate(pair).items()
    }


def test_phase_tells_star_3a_from_star_3b_with_star_3c() -> None:
    """Unphased both explain the genotypes, and mean different phenotypes."""
    cis, trans = ("*1", "*3A"), ("*3B", "*3C")
    assert set(names(match_alleles(DEFINITION, simulate(cis)))) == {cis, trans}
    for pair in (cis, trans):
        assert names(match_alleles(DEFINITION, phased(pair))) == [pair]
        assert names(match_alleles(DEFINITION, phased(pair[::-1]))) == [pair]


def test_phase_sets_tell_nothing_of_each_other() -> None:
    sets = {G460A.site: 1, A719G.site: 2}
    found = match_alleles(DEFINITION, phased(("*1", "*3A"), sets))
    assert set(names(found)) == {("*1", "*3A"), ("*3B", "*3C")}
    same = match_alleles(DEFINITION, phased(("*1", "*3A"), dict.fromkeys(sets, 1)))
    assert names(same) == [("*1", "*3A")]


def test_a_phased_half_call_tells_the_strand_that_was_called() -> None:
    sites = phased(("*1", "*3A"))
    sites[A719G.site] = [Genotype("6", 200, "A", ("A", None), phased=True, alternates=("G",))]
    assert set(names(match_alleles(DEFINITION, sites))) == {("*1", "*3A"), ("*1", "*3B")}


WOBBLE = variant(500, "C", "T")
OPTIONAL = GeneDefinition(
    GENE,
    "TPMT",
    {"*1": frozenset(), "*2": frozenset({G238C}), "*7": frozenset({WOBBLE})},
    (),
    {"*2": frozenset({WOBBLE})},
    reference="*1",
)


@pytest.mark.parametrize(
    ("g238c", "wobble", "expected"),
    [
        ("1|0", "1|0", {("*1", "*2")}),
        ("1|0", "0|1", {("*2", "*7")}),
        ("0/1", "0/1", {("*1", "*2"), ("*2", "*7")}),
        ("0/1", "1/1", {("*2", "*7")}),
        ("1/1", "0/1", {("*2", "*2")}),
        ("1/1", "1/1", {("*2", "*2")}),
        ("0/1", "0/0", {("*1", "*2")}),
        ("0/0", "0/1", {("*1", "*7")}),
    ],
)
def test_an_optional_variant_lies_on_the_strand_of_its_allele(
    g238c: str, wobble: str, expected: set[tuple[str, str]]
) -> None:
    sites = {}
    for one, call in ((G238C, g238c), (WOBBLE, wobble)):
        alleles = tuple(one.alt if allele == "1" else one.ref for allele in call[::2])
        sites[one.site] = [Genotype(*one.site, one.ref, alleles, "|" in call)]
    assert set(names(match_alleles(OPTIONAL, sites))) == expected


def preferred(found: Match) -> set[tuple[str, str]]:
    return {pair.names for pair in found.pairs if pair.preferred}


def test_preferred_are_the_pairs_whose_alleles_have_the_most_assayed_sites() -> None:
    """The reference allele has every site: *1/*3A scores 4 + 2, *3B/*3C 1 + 1."""
    found = match_alleles(DEFINITION, simulate(("*1", "*3A")))
    assert [(pair.names, pair.score, pair.preferred) for pair in found.pairs] == [
        (("*1", "*3A"), 6, True),
        (("*3B", "*3C"), 2, False),
    ]


def test_an_allele_of_which_nothing_was_seen_is_possible_and_never_preferred() -> None:
    sites = simulate(("*1", "*1"))
    del sites[G238C.site]
    found = match_alleles(DEFINITION, sites)
    assert preferred(found) == {("*1", "*1")}
    assert set(names(found)) == {("*1", "*1"), ("*1", "*2"), ("*2", "*2")}


def test_where_no_pair_has_a_seen_site_none_is_preferred() -> None:
    alleles = {"*2": frozenset({G238C}), "*3B": frozenset({G460A}), "*3A": frozenset({G460A, A719G})}
    definition = GeneDefinition(GENE, "TPMT", alleles, (), stated={"*2": frozenset({G238C.site})})
    found = match_alleles(definition, {A719G.site: [Genotype("6", 200, "A", ("A", "A"))]})
    assert preferred(found) == set()
    assert set(names(found)) == {("*2", "*2"), ("*2", "*3B"), ("*3B", "*3B")}


def test_pharmcats_order_of_unphased_pairs_stands_before_the_score_and_only_without_phase() -> None:
    """As with NAT2, where the more frequent pair is reported although another one scores as much or more."""
    cis, trans = ("*1", "*3A"), ("*3B", "*3C")
    ordered = replace(DEFINITION, stands_before={trans: frozenset({cis})})
    found = match_alleles(ordered, simulate(cis))
    assert (preferred(found), set(names(found))) == ({trans}, {cis, trans})
    assert found.pairs[0].names == trans
    assert preferred(match_alleles(ordered, phased(cis))) == {cis}
    assert preferred(match_alleles(ordered, simulate(("*1", "*2")))) == {("*1", "*2")}


C521T, A388G, OTHER_SLCO1B1 = variant(600, "T", "C"), variant(700, "A", "G"), variant(800, "G", "T")
SLCO1B1 = GeneDefinition(
    Reference("HGNC", "10959"),
    "SLCO1B1",
    {
        "*1": frozenset(),
        "*5": frozenset({C521T}),
        "*15": frozenset({A388G, C521T}),
        "*9": frozenset({A388G, OTHER_SLCO1B1}),
    },
    (),
    reference="*1",
    rsids={C521T.reference: "rs4149056"},
)


def slco1b1(c521t: tuple[str | None, ...] | None, other: tuple[str, str] = ("T", "T")) -> Match:
    """Genotypes that no pair explains, for nothing carries the other variant without c.388A>G."""
    sites = {
        A388G.site: [Genotype(*A388G.site, "A", ("A", "A"))],
        OTHER_SLCO1B1.site: [Genotype(*OTHER_SLCO1B1.site, "G", other)],
    }
    if c521t is not None:
        sites[C521T.site] = [Genotype(*C521T.site, "T", c521t)]
    return match_alleles(SLCO1B1, sites)


@pytest.mark.parametrize("other", [("T", "T"), ("G", "A")], ids=["no pair", "undocumented change"])
@pytest.mark.parametrize(
    ("c521t", "stands"), [(("T", "T"), ("*1", "*1")), (("C", "T"), ("*1", "*5")), (("C", "C"), ("*5", "*5"))], ids=str
)
def test_where_no_diplotype_can_be_told_rs4149056_stands_for_the_function_of_slco1b1(
    c521t: tuple[str, str], stands: tuple[str, str], other: tuple[str, str]
) -> None:
    found = slco1b1(c521t, other)
    assert [(pair.names, pair.stands_in) for pair in found.pairs] == [(stands, True)]
    assert found.reason is None
    assert "rs4149056 alone decides" in found.notes[0]


@pytest.mark.parametrize(
    "c521t", [None, (None, None), ("T", None), ("T", "G")], ids=["absent", "no call", "half call", "undocumented"]
)
def test_without_rs4149056_nothing_stands_in(c521t: tuple[str | None, ...] | None) -> None:
    found = slco1b1(c521t)
    assert found.pairs == ()
    assert found.reason


def test_a_diplotype_that_can_be_told_is_not_replaced() -> None:
    sites = {
        C521T.site: [Genotype(*C521T.site, "T", ("T", "C"))],
        A388G.site: [Genotype(*A388G.site, "A", ("A", "G"))],
        OTHER_SLCO1B1.site: [Genotype(*OTHER_SLCO1B1.site, "G", ("G", "G"))],
    }
    found = match_alleles(SLCO1B1, sites)
    assert names(found) == [("*1", "*15")]
    assert not any(pair.stands_in for pair in found.pairs)


truths = st.sampled_from(PAIRS)
some_sites = st.sets(st.sampled_from(sorted(DEFINITION.sites)), min_size=1)
SITES = sorted(DEFINITION.sites)


def seen(sites: dict[Site, list[Genotype]], kept: Iterable[Site]) -> dict[Site, list[Genotype]]:
    return {site: sites[site] for site in kept}


@given(truths, st.permutations(SITES))
def test_the_order_of_sites_and_records_does_not_matter(pair: tuple[str, str], order: list[Site]) -> None:
    sites = phased(pair)
    turned = {site: sites[site][::-1] for site in order}
    assert match_alleles(DEFINITION, turned).pairs == match_alleles(DEFINITION, sites).pairs


@given(truths, some_sites, some_sites, st.booleans())
def test_a_further_seen_site_never_adds_a_pair(
    pair: tuple[str, str], some: set[Site], more: set[Site], is_phased: bool
) -> None:
    sites = phased(pair) if is_phased else simulate(pair)
    fewer, all_ = (match_alleles(DEFINITION, seen(sites, kept)) for kept in (some, some | more))
    assert {pair} <= set(names(all_)) <= set(names(fewer))


@given(truths, some_sites, st.lists(st.sampled_from([None, 1, 2]), min_size=len(SITES), max_size=len(SITES)))
def test_phase_never_adds_a_pair_and_never_loses_the_truth(
    pair: tuple[str, str], some: set[Site], sets: list[int | None]
) -> None:
    told = match_alleles(DEFINITION, seen(phased(pair, dict(zip(SITES, sets, strict=True))), some))
    untold = match_alleles(DEFINITION, seen(simulate(pair), some))
    assert {pair} <= set(names(told)) <= set(names(untold))


def arranged(sites: dict[Site, list[Genotype]]) -> Iterator[dict[Site, list[Genotype]]]:
    """The genotypes under each arrangement of their sites on two strands."""
    for turns in product((1, -1), repeat=len(sites)):
        yield {
            site: [replace(record, alleles=record.alleles[::turn], phased=True) for record in records]
            for (site, records), turn in zip(sites.items(), turns, strict=True)
        }


@settings(deadline=None)
@given(truths, some_sites)
def test_what_is_compatible_without_phase_is_compatible_under_some_phase(
    pair: tuple[str, str], some: set[Site]
) -> None:
    sites = seen(simulate(pair), some)
    matches = [match_alleles(DEFINITION, phase) for phase in arranged(sites)]
    told = {found for match in matches if not match.unnamed for found in names(match)}
    assert told == set(names(match_alleles(DEFINITION, sites)))
