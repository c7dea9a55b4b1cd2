"""Genes whose alleles are single variants: which copy carries which, and of each copy the lowest function."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from ontology.reference import Reference
from queries.case import Genotype
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.matching import Match, match_alleles

GENE = Reference("HGNC", "3012")
INTRON, EXON = "c.1129-5923C>G", "c.1129-5923C>G, c.1236G>A (HapB3)"
IMPACTS = {"Reference": 1.0, "c.85T>C (*9A)": 1.0, "c.557A>G": 0.5, "c.1679T>G (*13)": 0.0, "c.1905+1G>A (*2A)": 0.0}
_HAPLOTYPES = {INTRON: 0.5, EXON: 0.5}


def variant(position: int, ref: str = "C", alt: str = "T") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"1-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site("1", position), ref, alt)


VARIANTS = {name: variant(position) for position, name in enumerate(IMPACTS, start=100) if name != "Reference"}
THE_INTRON, THE_EXON = variant(200, "G", "C"), variant(300, "C", "T")
RSIDS = {THE_INTRON.reference: "rs75017182", THE_EXON.reference: "rs56038477"}
DPYD = GeneDefinition(
    GENE,
    "DPYD",
    {
        "Reference": frozenset(),
        **{name: frozenset({one}) for name, one in VARIANTS.items()},
        INTRON: frozenset({THE_INTRON}),
        EXON: frozenset({THE_INTRON, THE_EXON}),
    },
    (),
    reference="Reference",
    impact=IMPACTS | _HAPLOTYPES,
    rsids=RSIDS,
)
STAR_2A, STAR_13, STAR_9A, A557G = "c.1905+1G>A (*2A)", "c.1679T>G (*13)", "c.85T>C (*9A)", "c.557A>G"
ALL = {**VARIANTS, "intron": THE_INTRON, "exon": THE_EXON}
UNPHASED_NOTE = "the two alleles of lowest function are assumed on different copies of the gene, for phase is not known"

Calls = dict[str, str]


def genotype(one: DefiningVariant, call: str, phase_set: int | None = None) -> Genotype:
    """A record from a call as VCF writes it: ``0/1``, ``1|0``, ``./.``."""
    bases = {"0": one.ref, "1": one.alt, ".": None}
    alleles = tuple(bases[allele] for allele in call[::2])
    return Genotype(*one.site, one.ref, alleles, phased="|" in call, phase_set=phase_set, alternates=(one.alt,))


def match(calls: Calls, *, sets: dict[str, int] | None = None, absent: tuple[str, ...] = ()) -> Match:
    """The match where every site is seen; of those without a call the assembly's base twice."""
    sites = {
        one.site: [genotype(one, calls.get(name, "0/0"), (sets or {}).get(name))]
        for name, one in ALL.items()
        if name not in absent
    }
    return match_alleles(DPYD, sites)


def deciding(found: Match, *, preferred: bool = True) -> set[tuple[str, ...]]:
    return {tuple(sorted(pair.deciding or ())) for pair in found.pairs if pair.preferred or not preferred}


def names(found: Match) -> set[tuple[str, ...]]:
    return {tuple(sorted(pair.names)) for pair in found.pairs}


def pair(*copies: str) -> tuple[str, ...]:
    return tuple(sorted(copies))


def functions(found: Match) -> set[tuple[float, ...]]:
    impact = DPYD.impact
    return {tuple(sorted(impact[name] for name in pair.deciding or ())) for pair in found.pairs}


def test_without_a_variant_both_copies_are_the_reference() -> None:
    found = match({})
    assert (names(found), found.notes, found.reason) == ({pair("Reference", "Reference")}, (), None)


def test_variants_on_one_copy_leave_the_other_as_it_is() -> None:
    found = match({STAR_2A: "1|0", A557G: "1|0"})
    assert names(found) == {pair("Reference", f"[{A557G} + {STAR_2A}]")}
    assert deciding(found) == {pair("Reference", STAR_2A)}
    assert found.notes == ()


def test_variants_on_two_copies_decide_both() -> None:
    found = match({STAR_2A: "1|0", A557G: "0|1"})
    assert (names(found), deciding(found)) == ({pair(A557G, STAR_2A)}, {pair(A557G, STAR_2A)})


def test_without_phase_both_arrangements_are_compatible_and_the_one_of_least_function_is_preferred() -> None:
    found = match({STAR_2A: "0/1", A557G: "0/1"})
    assert names(found) == {pair(A557G, STAR_2A), pair("Reference", f"[{A557G} + {STAR_2A}]")}
    assert deciding(found) == {pair(A557G, STAR_2A)}
    assert found.notes == (UNPHASED_NOTE,)


def test_of_three_variants_without_phase_the_two_lowest_are_apart() -> None:
    found = match({STAR_2A: "0/1", A557G: "0/1", STAR_9A: "0/1"})
    assert len(found.pairs) == 4
    assert deciding(found) == {pair(A557G, STAR_2A)}
    assert deciding(found, preferred=False) == {
        pair(A557G, STAR_2A),
        pair(STAR_9A, STAR_2A),
        pair("Reference", STAR_2A),
    }


def test_of_four_variants_every_arrangement_is_listed_once() -> None:
    found = match(dict.fromkeys((STAR_2A, STAR_13, A557G, STAR_9A), "0/1"))
    assert len(found.pairs) == len(names(found)) == 8
    assert deciding(found) == {pair(STAR_13, STAR_2A)}


def test_what_is_homozygous_lies_on_both_copies() -> None:
    found = match({A557G: "1/1", STAR_2A: "0/1"})
    assert names(found) == {pair(A557G, f"[{A557G} + {STAR_2A}]")}
    assert deciding(found) == {pair(A557G, STAR_2A)}
    assert found.notes == ()


def test_two_phase_sets_stand_in_any_order_to_each_other() -> None:
    calls, sets = {STAR_2A: "1|0", A557G: "1|0", STAR_13: "1|0"}, {STAR_2A: 1, A557G: 1, STAR_13: 2}
    found = match(calls, sets=sets)
    assert names(found) == {
        pair("Reference", f"[{A557G} + {STAR_13} + {STAR_2A}]"),
        pair(STAR_13, f"[{A557G} + {STAR_2A}]"),
    }
    assert deciding(found) == {pair(STAR_13, STAR_2A)}


def test_one_variant_of_known_and_one_of_unknown_phase_are_two_units() -> None:
    found = match({STAR_2A: "1|0", A557G: "0|1", STAR_9A: "0/1"})
    assert names(found) == {pair(A557G, f"[{STAR_9A} + {STAR_2A}]"), pair(f"[{STAR_9A} + {A557G}]", STAR_2A)}
    assert deciding(found, preferred=False) == {pair(A557G, STAR_2A)}


@pytest.mark.parametrize("turned", list(product((False, True), repeat=2)), ids=str)
def test_the_order_of_the_strands_within_a_set_does_not_matter(turned: tuple[bool, bool]) -> None:
    calls = {STAR_2A: ("1|0", "0|1"), A557G: ("1|0", "0|1"), STAR_13: ("1|0", "0|1")}
    sets = {STAR_2A: 1, A557G: 1, STAR_13: 2}
    written = {name: call[turned[sets[name] - 1]] for name, call in calls.items()}
    straight = match({name: call[0] for name, call in calls.items()}, sets=sets)
    assert set(match(written, sets=sets).pairs) == set(straight.pairs)


@pytest.mark.parametrize(
    ("intron", "exon", "diplotype"),
    [
        ("0|1", "0|1", pair("Reference", EXON)),
        ("1/1", "1/1", pair(EXON, EXON)),
        ("0/1", "0/0", pair("Reference", INTRON)),
        ("1/1", "0/1", pair(INTRON, EXON)),
        ("0|1", "1|0", pair("Reference", INTRON)),
    ],
    ids=["both", "both twice", "intron only", "exon on one of two", "in trans"],
)
def test_hapb3_is_told_by_its_intronic_variant(intron: str, exon: str, diplotype: tuple[str, ...]) -> None:
    assert names(match({"intron": intron, "exon": exon})) == {diplotype}


@pytest.mark.parametrize("exon", ["0/1", "1/1"])
def test_the_exonic_variant_without_the_intronic_one_is_noted_and_does_not_count(exon: str) -> None:
    found = match({"exon": exon})
    assert names(found) == {pair("Reference", "Reference")}
    assert found.notes == (
        "1-300-C-T is seen without the variant that it marks; it names no allele and is not counted",
    )


@pytest.mark.parametrize(
    ("exon", "preferred", "without"),
    [
        ("0/1", {pair("Reference", EXON)}, {pair("Reference", "Reference")}),
        ("1/1", {pair(EXON, EXON)}, {pair("Reference", EXON), pair("Reference", "Reference")}),
    ],
)
def test_the_exonic_variant_stands_for_hapb3_where_the_intronic_one_was_not_seen(
    exon: str, preferred: set[tuple[str, ...]], without: set[tuple[str, ...]]
) -> None:
    found = match({"exon": exon}, absent=("intron",))
    assert {pair(*one.names) for one in found.pairs if one.preferred} == preferred
    assert without <= names(found)
    assert found.notes == (f"{EXON} is told by a part of its variants only: rs75017182 should be genotyped",)


def test_the_intronic_variant_counts_where_the_exonic_one_was_not_seen() -> None:
    found = match({"intron": "0/1"}, absent=("exon",))
    assert pair("Reference", INTRON) in names(found)
    assert pair("Reference", EXON) in names(found)
    assert functions(found) == {(0.5, 1.0)}


def test_where_neither_was_seen_hapb3_stays_possible_on_both_copies() -> None:
    found = match({}, absent=("intron", "exon"))
    assert {pair("Reference", EXON), pair(EXON, EXON), pair("Reference", INTRON)} <= names(found)
    assert deciding(found) == {pair("Reference", "Reference")}


@pytest.mark.parametrize("missing", list(VARIANTS))
@pytest.mark.parametrize("carried", [{}, {STAR_2A: "0/1"}, {A557G: "1|0", STAR_13: "0|1"}], ids=str)
def test_an_unseen_position_keeps_its_allele_possible_on_either_copy_and_on_both(missing: str, carried: Calls) -> None:
    found = match(carried, absent=(missing,))
    for call in ("0|0", "0|1", "1|0", "1|1"):
        truth = match({**carried, missing: call})
        assert names(truth) <= names(found), call
    assert functions(found) == {
        combination
        for call in ("0|0", "0|1", "1|0", "1|1")
        for combination in functions(match({**carried, missing: call}))
    }


@pytest.mark.parametrize("count", [2, 3, 5])
def test_of_several_unseen_positions_every_combination_of_functions_is_there(count: int) -> None:
    for missing in combinations(VARIANTS, count) if count < 5 else [tuple(ALL)[-count:]]:
        truth = {
            combination
            for calls in product(("0|0", "0|1", "1|0", "1|1"), repeat=count)
            for combination in functions(match(dict(zip(missing, calls, strict=True))))
        }
        assert functions(match({}, absent=missing)) == truth, missing


def many(count: int) -> GeneDefinition:
    """A gene of as many alleles, whose functions are none, decreased and normal in turn."""
    alleles = {f"c.{number}A>G": frozenset({variant(1000 + number)}) for number in range(1, count + 1)}
    impact = {name: (0.0, 0.5, 1.0)[index % 3] for index, name in enumerate(alleles)}
    return GeneDefinition(
        GENE,
        "DPYD",
        {"Reference": frozenset(), **alleles},
        (),
        reference="Reference",
        impact={"Reference": 1.0, **impact},
    )


def test_of_many_unseen_positions_every_combination_of_functions_is_there_though_not_every_name() -> None:
    definition = many(40)
    seen = definition.variants[0]
    found = match_alleles(definition, {seen.site: [genotype(seen, "0/1")]})
    impact = definition.impact
    got = {tuple(sorted(impact[name] for name in one.deciding or ())) for one in found.pairs}
    assert got == {(0.0, 0.0), (0.0, 0.5), (0.0, 1.0)}  # the one that was seen leaves no function
    assert len(found.pairs) < 100


def test_alleles_that_are_open_on_one_copy_each_are_told_together() -> None:
    """Of each a half call was phased, so that they can only lie on different copies."""
    found = match({STAR_2A: ".|0", STAR_13: "0|.", A557G: "1|0"})
    assert functions(found) == {(0.5, 1.0), (0.0, 1.0), (0.0, 0.5), (0.0, 0.0)}
    assert pair(f"[{A557G} + {STAR_2A}]", STAR_13) in names(found)
    assert not any(STAR_13 in one and A557G in one for diplotype in names(found) for one in diplotype)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("0/.", {pair("Reference", "Reference"), pair("Reference", STAR_2A)}),
        ("./1", {pair("Reference", STAR_2A), pair(STAR_2A, STAR_2A)}),
        ("./.", {pair("Reference", "Reference"), pair("Reference", STAR_2A), pair(STAR_2A, STAR_2A)}),
    ],
)
def test_a_half_call_leaves_one_allele_open(call: str, expected: set[tuple[str, ...]]) -> None:
    assert names(match({STAR_2A: call})) == expected


def test_nothing_is_preferred_where_no_call_was_made() -> None:
    found = match_alleles(DPYD, {one.site: [genotype(one, "./.")] for one in ALL.values()})
    assert (found.pairs, found.reason) == ((), "no defining position was assayed")


def record(name: str, reference: str, alleles: tuple[str, str]) -> dict[Site, list[Genotype]]:
    sites = {one.site: [genotype(one, "0/0")] for one in ALL.values()}
    site = ALL[name].site
    return sites | {site: [Genotype(*site, reference, alleles, alternates=tuple({*alleles} - {reference}))]}


def test_a_change_that_no_definition_has_is_a_note_and_the_gene_is_still_called() -> None:
    found = match_alleles(DPYD, record(STAR_2A, "C", ("C", "G")))
    assert names(found) == {pair("Reference", "Reference")}
    site = ALL[STAR_2A].site
    assert found.notes == (f"1:{site.position} shows C>G, which no definition has; what it does is unknown",)


def test_a_change_of_several_bases_may_hide_an_allele() -> None:
    found = match_alleles(DPYD, record(STAR_2A, "CG", ("CG", "TA")))
    assert names(found) == {pair("Reference", "Reference"), pair("Reference", STAR_2A)}
    assert len(found.notes) == 1


@pytest.mark.parametrize(("heterozygous", "is_called"), [(10, True), (11, False)])
def test_of_more_unphased_variants_than_can_be_arranged_the_gene_is_not_called(
    heterozygous: int, is_called: bool
) -> None:
    definition = many(11)
    calls = ["0/1"] * heterozygous + ["0/0"] * (11 - heterozygous)
    sites = {one.site: [genotype(one, call)] for one, call in zip(definition.variants, calls, strict=True)}
    found = match_alleles(definition, sites)
    assert bool(found.pairs) is is_called
    reason = "11 heterozygous variants without phase; their arrangements cannot be listed"
    assert found.reason == (None if is_called else reason)


def test_as_many_phased_variants_are_called() -> None:
    definition = many(11)
    found = match_alleles(definition, {one.site: [genotype(one, "1|0")] for one in definition.variants})
    assert len(found.pairs) == 1


RYR1 = GeneDefinition(
    Reference("HGNC", "10483"),
    "RYR1",
    {
        "Reference": frozenset(),
        "c.487C>T": frozenset({variant(10)}),
        "c.1021G>A": frozenset({variant(20)}),
        "c.12000A>G": frozenset({variant(30)}),
    },
    (),
    reference="Reference",
    impact={"Reference": 1.0, "c.487C>T": 0.0, "c.1021G>A": 0.75, "c.12000A>G": 1.0},
)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("0/1", "0/1", "0/0"), ("c.1021G>A", "c.487C>T")),
        (("1|0", "1|0", "0|0"), ("Reference", "c.487C>T")),
        (("0/0", "0/1", "0/1"), ("c.1021G>A", "c.12000A>G")),
        (("0/0", "0/0", "1/1"), ("c.12000A>G", "c.12000A>G")),
    ],
    ids=str,
)
def test_without_activity_values_the_graver_function_decides(calls: tuple[str, ...], expected: tuple[str, str]) -> None:
    sites = {one.site: [genotype(one, call)] for one, call in zip(RYR1.variants, calls, strict=True)}
    found = match_alleles(RYR1, sites)
    assert expected in deciding(found)
    left = {sum(sorted(RYR1.impact[name] for name in one.deciding or ())) for one in found.pairs if one.preferred}
    assert left == {sum(RYR1.impact[name] for name in expected)}


TURNED = variant(50, "G", "A")
"""Of DPYD c.85T>C, GRCh37 has the base of *9A: the reference allele carries a variant there, *9A none."""
GRCH37 = GeneDefinition(
    GENE,
    "DPYD",
    {
        "Reference": frozenset({TURNED}),
        STAR_9A: frozenset(),
        STAR_2A: frozenset({TURNED, variant(60)}),
        A557G: frozenset({TURNED, variant(70)}),
    },
    (),
    reference="Reference",
    impact=dict(IMPACTS),
)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("1/1", "0/0", "0/0"), {pair("Reference", "Reference")}),
        (("0/1", "0/0", "0/0"), {pair("Reference", STAR_9A)}),
        (("0/0", "0/0", "0/0"), {pair(STAR_9A, STAR_9A)}),
        (("1/1", "0/1", "0/0"), {pair("Reference", STAR_2A)}),
        (("0/0", "1/1", "0/0"), {pair(f"[{STAR_9A} + {STAR_2A}]", f"[{STAR_9A} + {STAR_2A}]")}),
        (("0/1", "0/1", "0/0"), {pair("Reference", f"[{STAR_9A} + {STAR_2A}]"), pair(STAR_9A, STAR_2A)}),
        (("0|1", "0|1", "1|0"), {pair(f"[{STAR_9A} + {A557G}]", STAR_2A)}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_where_the_assembly_is_not_the_reference_allele_no_variant_is_lost(
    calls: tuple[str, ...], expected: set[tuple[str, ...]]
) -> None:
    sites = {one.site: [genotype(one, call)] for one, call in zip(GRCH37.variants, calls, strict=True)}
    found = match_alleles(GRCH37, sites)
    assert names(found) == expected
    assert not any("not counted" in note for note in found.notes)


def test_where_the_assembly_is_not_the_reference_allele_an_unseen_base_leaves_both() -> None:
    sites = {one.site: [genotype(one, "0/0")] for one in GRCH37.variants if one != TURNED}
    found = match_alleles(GRCH37, sites)
    assert names(found) == {pair("Reference", "Reference"), pair("Reference", STAR_9A), pair(STAR_9A, STAR_9A)}
