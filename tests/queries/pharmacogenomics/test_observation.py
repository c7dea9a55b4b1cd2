"""What an assay shows of defining variants: bounds of copies and strands, and never more than the records say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.reference import Reference
from queries.case import Genotype, Sex
from queries.medication import PositionStatus
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.observation import Observation, observe

if TYPE_CHECKING:
    from collections.abc import Mapping

GENE = Reference("HGNC", "12014")
MISSING, NO_CALL, SEEN = PositionStatus.MISSING, PositionStatus.NO_CALL, PositionStatus.SEEN
FILTERED, CONFLICTING = PositionStatus.FILTERED, PositionStatus.CONFLICTING


def variant(position: int, ref: str, alt: str, chromosome: str = "6") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"{chromosome}-{position}-{ref}-{alt}")
    return DefiningVariant(minted, Site(chromosome, position), ref, alt)


def define(*variants: DefiningVariant) -> GeneDefinition:
    alleles = {f"*{number}": frozenset({one}) for number, one in enumerate(variants, start=2)}
    return GeneDefinition(GENE, "TPMT", {"*1": frozenset(), **alleles}, ())


def see(definition: GeneDefinition, *records: Genotype, sex: Sex | None = None, assume: bool = False) -> Observation:
    sites: dict[Site, list[Genotype]] = {}
    for record in records:
        sites.setdefault(Site(record.chromosome, record.position), []).append(record)
    return observe(definition, sites, sex=sex, assume_missing_is_reference=assume)


def bounds(definition: GeneDefinition, found: Observation) -> Mapping[str, tuple[int, int]]:
    """Copies at least and at most, by trimmed locus without chromosome."""
    pairs = zip(found.least.tolist(), found.most.tolist(), strict=True)
    return {locus.partition("-")[2]: pair for locus, pair in zip(definition.loci, pairs, strict=True)}


def strands(found: Observation) -> list[list[list[int]]]:
    return [block.tolist() for block in found.blocks]


SNV, OTHER = variant(100, "G", "A"), variant(100, "G", "T")


@pytest.mark.parametrize(
    ("alleles", "copies", "status"),
    [
        (("G", "G"), (0, 0), SEEN),
        (("G", "A"), (1, 1), SEEN),
        (("A", "G"), (1, 1), SEEN),
        (("A", "A"), (2, 2), SEEN),
        ((None, None), (0, 2), NO_CALL),
        (("G", None), (0, 1), NO_CALL),
        ((None, "A"), (1, 2), NO_CALL),
    ],
    ids=str,
)
def test_a_genotype_bounds_the_copies_and_a_no_call_leaves_its_alleles_open(
    alleles: tuple[str | None, ...], copies: tuple[int, int], status: PositionStatus
) -> None:
    definition = define(SNV)
    found = see(definition, Genotype("6", 100, "G", alleles, alternates=("A",)))
    assert bounds(definition, found) == {"100-G-A": copies}
    assert found.sites[SNV.site].status is status
    assert found.blocks == ()


@pytest.mark.parametrize(
    ("alleles", "block"),
    [
        (("G", "A"), [[0], [1]]),
        (("A", "G"), [[1], [0]]),
        (("G", None), [[0], [-1]]),
        ((None, "G"), [[-1], [0]]),
        ((None, "A"), [[-1], [1]]),
        (("A", None), [[1], [-1]]),
    ],
    ids=str,
)
def test_a_phased_genotype_tells_the_strands_that_were_called(
    alleles: tuple[str | None, ...], block: list[list[int]]
) -> None:
    assert strands(see(define(SNV), Genotype("6", 100, "G", alleles, phased=True))) == [block]


@pytest.mark.parametrize("alleles", [("A", "A"), ("G", "G"), (None, None)], ids=str)
def test_equal_alleles_tell_no_phase(alleles: tuple[str | None, ...]) -> None:
    assert see(define(SNV), Genotype("6", 100, "G", alleles, phased=True, phase_set=7)).blocks == ()


FIRST, SECOND, THIRD = variant(100, "G", "A"), variant(200, "C", "T"), variant(300, "A", "G")


def test_each_phase_set_is_a_block_of_its_own_and_genotypes_without_one_are_another() -> None:
    found = see(
        define(FIRST, SECOND, THIRD),
        Genotype("6", 100, "G", ("G", "A"), phased=True, phase_set=5),
        Genotype("6", 200, "C", ("T", "C"), phased=True, phase_set=9),
        Genotype("6", 300, "A", ("A", "G"), phased=True),
    )
    assert strands(found) == [
        [[0, -1, -1], [1, -1, -1]],
        [[-1, 1, -1], [-1, 0, -1]],
        [[-1, -1, 0], [-1, -1, 1]],
    ]


def test_phased_genotypes_without_a_set_are_of_the_whole_chromosome() -> None:
    found = see(
        define(FIRST, SECOND),
        Genotype("6", 100, "G", ("G", "A"), phased=True),
        Genotype("6", 200, "C", ("T", "C"), phased=True),
    )
    assert strands(found) == [[[0, 1], [1, 0]]]


def test_an_unphased_genotype_with_a_phase_set_tells_no_strand() -> None:
    assert see(define(SNV), Genotype("6", 100, "G", ("G", "A"), phase_set=5)).blocks == ()


@pytest.mark.parametrize(
    ("record", "status", "reason"),
    [
        (
            Genotype("6", 100, "G", ("A", "A"), filtered=True),
            FILTERED,
            "the record did not pass the filters of the file",
        ),
        (
            Genotype("6", 100, "G", ("A", "A"), conflict="records of the site differ"),
            CONFLICTING,
            "records of the site differ",
        ),
    ],
    ids=["filtered", "conflicting"],
)
def test_a_filtered_or_conflicting_record_shows_nothing_and_says_why(
    record: Genotype, status: PositionStatus, reason: str
) -> None:
    definition = define(SNV)
    found = see(definition, record)
    assert bounds(definition, found) == {"100-G-A": (0, 2)}
    assert (found.sites[SNV.site].status, found.sites[SNV.site].reason) == (status, reason)
    assert (found.having(status), found.unseen, found.is_informative) == ((SNV.site,), (SNV.site,), False)


def test_a_filtered_record_spoils_the_other_records_of_its_site() -> None:
    definition = define(SNV, OTHER)
    passed = Genotype("6", 100, "G", ("G", "A"), alternates=("A",))
    failed = Genotype("6", 100, "G", ("G", "T"), alternates=("T",), filtered=True)
    found = see(definition, passed, failed)
    assert bounds(definition, found) == {"100-G-A": (0, 2), "100-G-T": (0, 2)}
    assert found.sites[SNV.site].status is FILTERED


def test_no_record_is_missing_and_not_reference() -> None:
    definition = define(SNV, SECOND)
    found = see(definition, Genotype("6", 100, "G", ("G", "G")))
    assert bounds(definition, found) == {"100-G-A": (0, 0), "200-C-T": (0, 2)}
    assert found.having(MISSING) == (SECOND.site,)


def test_the_assumption_takes_the_assemblys_base_where_no_record_is_and_leaves_a_no_call_open() -> None:
    definition = define(FIRST, SECOND, THIRD)
    failed = Genotype("6", 300, "A", ("G", "G"), filtered=True)
    found = see(definition, Genotype("6", 100, "G", (None, None)), failed, assume=True)
    assert bounds(definition, found) == {"100-G-A": (0, 2), "200-C-T": (0, 0), "300-A-G": (0, 2)}
    assert found.having(MISSING) == (SECOND.site,)


@pytest.mark.parametrize(
    ("to_a", "to_t", "expected"),
    [
        (("G", "A"), ("T", "G"), ((1, 1), (1, 1))),
        (("A", "A"), ("G", "G"), ((2, 2), (0, 0))),
        (("G", "G"), ("G", "G"), ((0, 0), (0, 0))),
        (("A", None), (None, "T"), ((1, 2), (1, 2))),  # how some splitters write 1/2
    ],
    ids=str,
)
def test_each_record_of_a_split_multi_allelic_site_speaks_of_its_own_change(
    to_a: tuple[str | None, ...], to_t: tuple[str | None, ...], expected: tuple[tuple[int, int], ...]
) -> None:
    definition = define(SNV, OTHER)
    found = see(
        definition,
        Genotype("6", 100, "G", to_a, alternates=("A",)),
        Genotype("6", 100, "G", to_t, alternates=("T",)),
    )
    assert tuple(bounds(definition, found).values()) == expected
    assert found.strange == {}


def test_one_record_of_two_alternates_shows_both() -> None:
    definition = define(SNV, OTHER)
    found = see(definition, Genotype("6", 100, "G", ("A", "T"), phased=True, alternates=("A", "T")))
    assert bounds(definition, found) == {"100-G-A": (1, 1), "100-G-T": (1, 1)}
    assert strands(found) == [[[1, 0], [0, 1]]]


def test_an_snv_record_shows_that_the_other_change_of_the_base_is_absent() -> None:
    definition = define(SNV, OTHER)
    found = see(definition, Genotype("6", 100, "G", ("G", "A"), alternates=("A",)))
    assert bounds(definition, found) == {"100-G-A": (1, 1), "100-G-T": (0, 0)}
    assert found.unseen == ()


def test_records_of_more_copies_than_strands_are_a_conflict() -> None:
    definition = define(SNV)
    twice = Genotype("6", 100, "G", ("A", "A"), alternates=("A",))
    found = see(definition, twice, Genotype("6", 100, "GT", ("AT", "AT"), alternates=("AT",)))
    assert bounds(definition, found) == {"100-G-A": (0, 2)}
    assert found.having(CONFLICTING) == (SNV.site,)


DELETION, AT_ITS_ANCHOR = variant(400, "ATCT", "A"), variant(400, "A", "G")


@pytest.mark.parametrize(
    ("records", "deletion", "snv"),
    [
        ((Genotype("6", 400, "A", ("A", "G"), alternates=("G",)),), (0, 2), (1, 1)),
        ((Genotype("6", 400, "ATCT", ("ATCT", "A"), alternates=("A",)),), (1, 1), (0, 0)),
        ((Genotype("6", 400, "ATCT", ("A", "GTCT"), alternates=("A", "GTCT")),), (1, 1), (1, 1)),
        (
            (
                Genotype("6", 400, "A", ("A", "G"), alternates=("G",)),
                Genotype("6", 400, "ATCT", ("A", "ATCT"), alternates=("A",)),
            ),
            (1, 1),
            (1, 1),
        ),
        ((Genotype("6", 400, "A", ("A", "A")),), (0, 2), (0, 0)),
        ((Genotype("6", 400, "ATCT", ("ATCT", "ATCT")),), (0, 0), (0, 0)),
        ((Genotype("6", 400, "N", ("N", "N")),), (0, 0), (0, 0)),
        ((Genotype("6", 400, "N", ("N", None)),), (0, 1), (0, 1)),
    ],
    ids=["SNV", "deletion", "one record", "two records", "one base", "spanned", "block", "half block"],
)
def test_of_an_snv_and_a_deletion_at_one_site_each_is_told_by_the_records_that_can_show_it(
    records: tuple[Genotype, ...], deletion: tuple[int, int], snv: tuple[int, int]
) -> None:
    definition = define(DELETION, AT_ITS_ANCHOR)
    found = see(definition, *records)
    assert bounds(definition, found) == {"400-ATCT-A": deletion, "400-A-G": snv}
    assert (DELETION.site in found.unseen) is (deletion[1] > deletion[0])


def test_what_a_record_does_not_span_is_said_of_its_site() -> None:
    found = see(define(DELETION, AT_ITS_ANCHOR), Genotype("6", 400, "A", ("A", "A")))
    view = found.sites[DELETION.site]
    assert (view.status, view.reason) == (MISSING, "no record shows whether the whole change is there")


INSERTION, BESIDE = variant(500, "C", "CTG"), variant(500, "C", "A")


@pytest.mark.parametrize(
    ("record", "insertion"),
    [
        (Genotype("6", 500, "C", ("C", "C")), (0, 0)),
        (Genotype("6", 500, "C", ("C", "CTG"), alternates=("CTG",)), (1, 1)),
        (Genotype("6", 500, "C", ("C", "C"), alternates=("CTG",)), (0, 0)),
        (Genotype("6", 500, "C", ("C", "C"), alternates=("A", "CTG")), (0, 0)),
        (Genotype("6", 500, "C", ("C", "C"), alternates=("A",)), (0, 2)),
        (Genotype("6", 500, "C", ("C", "A"), alternates=("A",)), (0, 2)),
        (Genotype("6", 500, "N", ("N", "N")), (0, 0)),
    ],
    ids=["monomorphic", "carried", "looked for", "among others", "not looked for", "another variant", "block"],
)
def test_an_insertion_is_absent_only_where_it_was_looked_for_or_nothing_varies(
    record: Genotype, insertion: tuple[int, int]
) -> None:
    definition = define(INSERTION, BESIDE)
    assert bounds(definition, see(definition, record))["500-C-CTG"] == insertion


@pytest.mark.parametrize("written", [("ATCT", "ATCT"), ("ATCT", "A"), ("N", "N")], ids=str)
def test_a_deletion_that_its_table_does_not_left_align_is_never_seen(written: tuple[str, str]) -> None:
    unaligned = variant(600, "TGCT", "T")  # left-aligned it would begin further left
    definition = define(unaligned)
    assert not unaligned.is_left_aligned
    record = Genotype("6", 600, "N" if "N" in written else "TGCT", written if "N" in written else ("TGCT", "T"))
    found = see(definition, record)
    assert bounds(definition, found) == {"600-TGCT-T": (0, 2)}
    assert found.having(MISSING) == (unaligned.site,)


def test_a_change_that_no_definition_has_is_named() -> None:
    definition = define(SNV)
    found = see(definition, Genotype("6", 100, "G", ("G", "T"), alternates=("T",)))
    assert found.strange == {SNV.site: "G>T"}
    assert bounds(definition, found) == {"100-G-A": (0, 0)}  # what is T is not A


def test_an_undocumented_change_of_several_bases_may_hide_the_variant() -> None:
    definition = define(SNV)
    found = see(definition, Genotype("6", 100, "GT", ("GT", "AC"), alternates=("AC",)))
    assert found.strange == {SNV.site: "GT>AC"}
    assert bounds(definition, found) == {"100-G-A": (0, 1)}


def test_an_alternate_that_the_sample_does_not_carry_is_not_strange() -> None:
    assert see(define(SNV), Genotype("6", 100, "G", ("G", "A"), alternates=("A", "T"))).strange == {}


ON_X, ALSO_ON_X = variant(100, "G", "A", "X"), variant(200, "C", "T", "X")


def x(position: int, *alleles: str | None) -> Genotype:
    return Genotype("X", position, "G" if position == 100 else "C", alleles)


@pytest.mark.parametrize(
    ("records", "sex", "ploidy", "first"),
    [
        ((x(100, "A"), x(200, "C")), None, 1, (1, 1)),
        ((x(100, "A"), x(200, "C")), Sex.MALE, 1, (1, 1)),
        ((x(100, "A", "A"), x(200, "C", "C")), Sex.MALE, 1, (1, 1)),
        ((x(100, "A", None), x(200, "C", "C")), Sex.MALE, 1, (1, 1)),
        ((x(100, None, None), x(200, "C", "C")), Sex.MALE, 1, (0, 1)),
        ((x(100, "A", "A"), x(200, "C")), None, 1, (1, 1)),
        ((x(100, "A", "A"), x(200, "C", "C")), None, 2, (2, 2)),
        ((x(100, "A", "A"), x(200, "C", "C")), Sex.FEMALE, 2, (2, 2)),
        ((x(100, "G", "A"), x(200, "C", "C")), None, 2, (1, 1)),
    ],
    ids=[
        "haploid",
        "male",
        "male coded diploid",
        "half call",
        "no call",
        "mixed coding",
        "unknown sex",
        "female",
        "het",
    ],
)
def test_copies_of_an_x_linked_gene_follow_ploidy_and_sex(
    records: tuple[Genotype, ...], sex: Sex | None, ploidy: int, first: tuple[int, int]
) -> None:
    definition = define(ON_X, ALSO_ON_X)
    found = see(definition, *records, sex=sex)
    assert (found.ploidy, found.fault) == (ploidy, None)
    assert bounds(definition, found)["100-G-A"] == first


@pytest.mark.parametrize(
    ("records", "sex"),
    [
        ((x(100, "G", "A"),), Sex.MALE),
        ((x(100, "G", "A"), x(200, "C")), None),
        ((x(100, "A"), x(200, "C", "C")), Sex.FEMALE),
        ((x(100, "A", "A", "G"),), None),
    ],
    ids=["heterozygous male", "heterozygous beside haploid", "haploid female", "three alleles"],
)
def test_genotypes_that_cannot_belong_to_one_person_are_a_fault(records: tuple[Genotype, ...], sex: Sex | None) -> None:
    assert see(define(ON_X, ALSO_ON_X), *records, sex=sex).fault


@pytest.mark.parametrize("alleles", [("A",), ("A", "G", "G")], ids=["one allele", "three alleles"])
def test_an_autosome_has_two_copies(alleles: tuple[str, ...]) -> None:
    assert see(define(SNV), Genotype("6", 100, "G", alleles)).fault


def test_a_record_that_shows_nothing_has_no_say_in_the_ploidy() -> None:
    found = see(define(SNV, SECOND), Genotype("6", 100, "G", (None,)), Genotype("6", 200, "C", ("C", "T")))
    assert (found.ploidy, found.fault) == (2, None)


def test_a_hidden_second_allele_is_not_taken_for_an_absent_one() -> None:
    definition = define(FIRST, SECOND)
    found = see(
        definition,
        Genotype("6", 100, "G", ("G", None), phased=True, alternates=("A",)),
        Genotype("6", 200, "C", ("C", "T"), phased=True, alternates=("T",)),
    )
    assert bounds(definition, found) == {"100-G-A": (0, 1), "200-C-T": (1, 1)}
    assert strands(found) == [[[0, 0], [-1, 1]]]
