from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.case import Genotype
from queries.intake.genotype_alleles import (
    Alleles,
    DefiningSite,
    Strand,
    by_copies,
    interpret,
    parse_alleles,
    strand_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TRANSITION = DefiningSite("10", 94781859, frozenset({("G", "A")}))  # CYP2C19 rs4244285
PALINDROME = DefiningSite("1", 97082391, frozenset({("T", "A")}))  # DPYD rs67376798
TRIALLELIC = DefiningSite("7", 1, frozenset({("C", "T"), ("C", "G")}))
DELETION = DefiningSite("10", 94949281, frozenset({("GA", "G")}))  # CYP2C9 rs9332131
INSERTION = DefiningSite("7", 99652770, frozenset({("T", "TA")}))  # CYP3A5 rs41303343
REPEAT = DefiningSite("2", 233760233, frozenset({("C", "CAT"), ("C", "CATAT"), ("CAT", "C")}))  # UGT1A1 rs3064744
MIXED = DefiningSite("X", 154532990, frozenset({("C", "T"), ("CGGT", "C")}))
TWO_BASES = DefiningSite("19", 38572266, frozenset({("TC", "CT")}))


@pytest.mark.parametrize(
    ("texts", "alleles"),
    [
        (["AG"], ("A", "G")),
        (["A/G"], ("A", "G")),
        (["A | G"], ("A", "G")),
        (["A", "G"], ("A", "G")),
        (["--"], (None, None)),
        (["00"], (None, None)),
        (["0", "0"], (None, None)),
        (["./."], (None, None)),
        (["A/."], ("A", None)),
        (["A"], ("A",)),
        (["-"], (None,)),
        ([""], (None,)),
        (["DI"], ("D", "I")),
        (["CTT/C"], ("CTT", "C")),
        (["(TA)6/(TA)7"], ("(TA)6", "(TA)7")),
    ],
)
def test_a_genotype_is_one_or_two_alleles(texts: Sequence[str], alleles: Alleles) -> None:
    assert parse_alleles(texts) == alleles


@pytest.mark.parametrize("texts", [["AGT"], ["A/G/T"], ["XY"], ["A1"], ["(TA)6"]])
def test_what_is_no_genotype_is_an_error(texts: Sequence[str]) -> None:
    with pytest.raises(ValueError, match="neither one nor two alleles"):
        parse_alleles(texts)


@pytest.mark.parametrize(
    ("site", "alleles", "reference", "read"),
    [
        (TRANSITION, ("G", "A"), "G", ("G", "A")),
        (TRANSITION, ("A", None), "G", ("A", None)),
        (TRANSITION, (None, None), "G", (None, None)),
        (PALINDROME, ("A", "T"), "T", ("A", "T")),
        (TRIALLELIC, ("G", "T"), "C", ("G", "T")),
        (DELETION, ("I", "D"), "GA", ("GA", "G")),
        (DELETION, ("GA", "GA"), "GA", ("GA", "GA")),
        (INSERTION, ("I", "D"), "T", ("TA", "T")),
        (INSERTION, ("D", "D"), "T", ("T", "T")),
        (MIXED, ("C",), "C", ("C",)),
        (TWO_BASES, ("TC", "CT"), "TC", ("TC", "CT")),
        (REPEAT, ("CATATAT", "CATATAT"), "CAT", ("CATATAT", "CATATAT")),
    ],
)
def test_alleles_that_fit_their_site_are_read(
    site: DefiningSite, alleles: Alleles, reference: str, read: Alleles
) -> None:
    found = interpret(site, alleles, Strand.FORWARD)
    assert (found.reference, found.alleles, found.conflict) == (reference, read, None)


@pytest.mark.parametrize(
    ("site", "alleles", "reason"),
    [
        (TRANSITION, ("C", "T"), "alleles C/T do not fit A/G; their complements would"),
        (TRANSITION, ("A", "C"), "alleles A/C do not fit A/G"),
        (TRANSITION, ("I", "D"), "alleles I/D do not tell"),
        (TRANSITION, ("G", "GA"), "alleles G/GA do not tell"),
        (DELETION, ("A", "G"), "bases A/G stand where GA/G are inserted or deleted"),
        (DELETION, ("G", "G"), "bases G/G stand where GA/G are inserted or deleted"),
        (REPEAT, ("I", "D"), "alleles I/D do not tell"),
        (REPEAT, ("C", "CAT"), "alleles C/CAT do not tell"),
        (REPEAT, ("(TA)6", "(TA)7"), "alleles (TA)6/(TA)7 do not tell"),
        (MIXED, ("I", "I"), "alleles I/I do not tell"),
    ],
)
def test_alleles_that_do_not_fit_their_site_are_a_conflict_and_show_nothing(
    site: DefiningSite, alleles: Alleles, reason: str
) -> None:
    found = interpret(site, alleles, Strand.FORWARD)
    assert (found.conflict or "").startswith(reason)
    assert found.alleles == (None, None)


def test_a_base_change_says_nothing_of_an_insertion_at_its_site_and_a_code_does() -> None:
    assert interpret(MIXED, ("C", "T"), Strand.FORWARD).alternates == ("T",)
    assert interpret(INSERTION, ("D", "D"), Strand.FORWARD).alternates == ("TA",)


def test_on_the_reverse_strand_bases_are_complemented() -> None:
    assert interpret(TRANSITION, ("C", "T"), Strand.REVERSE).alleles == ("G", "A")
    assert interpret(DELETION, ("I", "D"), Strand.REVERSE).alleles == ("GA", "G")


@pytest.mark.parametrize("strand", [Strand.REVERSE, Strand.DOUBTFUL])
@pytest.mark.parametrize(("site", "alleles"), [(PALINDROME, ("A", "T")), (TRIALLELIC, ("C", "G"))])
def test_what_fits_on_either_strand_is_a_conflict_unless_the_table_is_on_the_forward_one(
    site: DefiningSite, alleles: Alleles, strand: Strand
) -> None:
    assert interpret(site, alleles, Strand.FORWARD) == Genotype(
        site.chromosome, site.position, site.reference, alleles, alternates=tuple(sorted(site.bases - {site.reference}))
    )
    assert "on either strand" in (interpret(site, alleles, strand).conflict or "")


def test_a_forward_base_in_a_reverse_table_is_a_conflict() -> None:
    assert "other sites are complements" in (interpret(TRANSITION, ("G", "A"), Strand.REVERSE).conflict or "")


@pytest.mark.parametrize(
    ("forward", "reverse", "strand"),
    [
        (0, 0, Strand.FORWARD),
        (9, 0, Strand.FORWARD),
        (9, 1, Strand.FORWARD),
        (0, 4, Strand.DOUBTFUL),
        (0, 5, Strand.REVERSE),
        (1, 9, Strand.DOUBTFUL),
        (3, 3, Strand.DOUBTFUL),
    ],
)
def test_the_strand_is_that_of_all_sites_together(forward: int, reverse: int, strand: Strand) -> None:
    tells_nothing = [(PALINDROME, ("A", "T")), (DELETION, ("I", "D")), (TRANSITION, (None, None))]
    reads = [(TRANSITION, ("G", "A"))] * forward + [(TRANSITION, ("C", "C"))] * reverse + tells_nothing
    assert strand_of(reads) is strand


@pytest.mark.parametrize(
    ("chromosome", "alleles", "single_x", "copies"),
    [
        ("X", ("A",), True, ("A",)),
        ("X", ("A", "A"), True, ("A",)),
        ("X", ("A", "A"), False, ("A", "A")),
        ("X", ("A", "G"), False, ("A", "G")),
        ("X", (None, None), True, (None,)),
        ("MT", ("A", "A"), False, ("A",)),
        ("Y", ("A",), False, ("A",)),
        ("10", (None,), False, (None, None)),
        ("10", ("A", "G"), True, ("A", "G")),
    ],
)
def test_alleles_are_as_many_as_copies(chromosome: str, alleles: Alleles, single_x: bool, copies: Alleles) -> None:
    assert by_copies(chromosome, alleles, single_x=single_x) == copies


@pytest.mark.parametrize(("chromosome", "alleles"), [("X", ("A", "G")), ("MT", ("A", "G")), ("10", ("A",))])
def test_alleles_of_more_or_fewer_copies_than_there_are_are_an_error(chromosome: str, alleles: Alleles) -> None:
    with pytest.raises(ValueError, match="stand"):
        by_copies(chromosome, alleles, single_x=True)
