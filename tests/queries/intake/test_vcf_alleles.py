"""What records mean at sites: spellings of indels, exchanges of several bases, deletions, blocks, phases, duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.case import Genotype
from queries.intake.indels import Change
from queries.intake.vcf import Interest, read_vcf

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr2,assembly=GRCh38>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
)
INSERTED, DELETED = Change("2", 1000, "C", "CAT", 6), Change("2", 1000, "CAT", "C", 6)
"""In ..GC ATATAT G..: the bases 1001 to 1006 are a repeat of AT."""
LONG = Change("2", 2000, "CAATGGAAAGA", "C", 10)
MULTIPLE = Change("2", 3000, "TC", "CT")
SNVS = {("2", 1500): "A", ("2", 1501): "C", ("2", 2003): "T", ("2", 2011): "G", ("2", 1007): "G"}
INTEREST = Interest(
    frozenset({("2", 1000), ("2", 2000), ("2", 3000), *SNVS}),
    variants=False,
    references={("2", 1000): "CAT", ("2", 2000): "CAATGGAAAGA", ("2", 3000): "TC", **SNVS},
    changes=(INSERTED, DELETED, LONG, MULTIPLE),
)


def read(folder: Path, *records: str) -> dict[int, tuple[Genotype, ...]]:
    """Genotypes by position; a record is ``POS REF ALT [INFO] GT[:PS|:FT]``, its filter behind ``!``."""
    lines = []
    for record in records:
        text, _, status = record.partition("!")
        position, reference, alternate, *info, call = text.split()
        form = {1: "GT", 2: "GT:PS"}[call.count(":") + 1] if "=" not in call else "GT:FT"
        fields = ["chr2", position, ".", reference, alternate, ".", status or "PASS", *(info or ["."]), form]
        lines.append("\t".join([*fields, call.replace("=", "")]))
    path = folder / "a.vcf"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    found: dict[int, tuple[Genotype, ...]] = {}
    for genotype in read_vcf(path, lambda _: INTEREST).genotypes.sites:
        found[genotype.position] = (*found.get(genotype.position, ()), genotype)
    return found


def only(found: dict[int, tuple[Genotype, ...]], position: int) -> Genotype:
    (genotype,) = found[position]
    return genotype


@pytest.mark.parametrize(
    "record",
    [
        "1000 C CAT 0|1",
        "1001 A ATA 0|1",
        "1004 T TAT 0|1",
        "1006 T TAT 0|1",
        "999 GC GCAT 0|1",
        "1000 CATATATG CATATATATG 0|1",
        "1006 TG TATG 0|1",
        "998 AGCA AGCATA 0|1",
    ],
)
def test_every_spelling_of_an_insertion_shows_the_defining_variant(tmp_path: Path, record: str) -> None:
    found = read(tmp_path, record)
    assert only(found, 1000) == Genotype("2", 1000, "C", ("C", "CAT"), phased=True, alternates=("CAT",))
    assert found.keys() == {1000}


@pytest.mark.parametrize(
    "record",
    [
        "1000 CAT C 0|1",
        "1001 ATA A 0|1",
        "1004 TAT T 0|1",
        "999 GCAT GC 0|1",
        "1000 CATATATG CATATG 0|1",
        "1003 ATAT AT 0|1",
        "1004 TATG TG 0|1",
    ],
)
def test_every_spelling_of_a_deletion_shows_the_defining_variant(tmp_path: Path, record: str) -> None:
    assert only(read(tmp_path, record), 1000) == Genotype(
        "2", 1000, "CAT", ("CAT", "C"), phased=True, alternates=("C",)
    )


def test_alternates_of_one_record_are_each_read(tmp_path: Path) -> None:
    genotype = only(read(tmp_path, "1000 CAT C,CATAT 1/2"), 1000)
    assert genotype == Genotype("2", 1000, "CAT", ("C", "CATAT"), alternates=("C", "CATAT"))
    shifted = only(read(tmp_path, "1004 TAT T,TATAT 1/2"), 1000)
    assert shifted == genotype


def test_a_site_split_over_records_gives_each_of_them(tmp_path: Path) -> None:
    found = read(tmp_path, "1000 C CAT 0|1", "1000 CAT C 1|0")[1000]
    assert [(g.alleles, g.alternates) for g in found] == [(("C", "CAT"), ("CAT",)), (("C", "CAT"), ("C",))]
    assert all(genotype.conflict is None for genotype in found)


@pytest.mark.parametrize(
    ("record", "positions"),
    [
        ("1000 C CATAT 0/1", {1000, 1007}),
        ("1003 A ATG 0/1", {1000}),
        ("1499 GAC G 0/1", {1500, 1501}),
        ("1501 CTT C 0/1", {1501}),
        ("1498 GG G 0/1", {1500}),
        ("1500 A AG 0/1", {1500, 1501}),
        ("1999 GCAATGG G 0/1", {2000, 2003}),
        ("1005 ATGC A 0/1", {1000, 1007}),
        ("1500 ACT GG 0/1", {1500, 1501}),
        ("1490 G <DEL> END=1500 0/1", {1500}),
        ("1500 A <INS> 0/1", {1500}),
    ],
)
def test_another_indel_that_touches_sites_is_a_conflict_at_each_for_its_carrier(
    tmp_path: Path, record: str, positions: set[int]
) -> None:
    found = read(tmp_path, record)
    assert found.keys() == positions
    assert all(genotype.conflict for genotypes in found.values() for genotype in genotypes)


def test_an_indel_that_no_one_carries_says_nothing_of_sites_beside_it(tmp_path: Path) -> None:
    assert read(tmp_path, "1499 GAC G 0/0", "1003 A ATG 0/0") == {}
    assert read(tmp_path, "1495 G GA 0/1", "1503 TT T 0/1") == {}


def test_an_exchange_of_several_bases_is_taken_apart_in_cis(tmp_path: Path) -> None:
    found = read(tmp_path, "1500 AC GT 0/1")
    first, second = only(found, 1500), only(found, 1501)
    assert (first.alleles, second.alleles) == (("A", "G"), ("C", "T"))
    assert first.phased
    assert second.phased
    assert first.phase_set == second.phase_set is not None
    padded = read(tmp_path, "1499 GAC GAT 0/1")
    assert padded.keys() == {1501}
    assert (only(padded, 1501).alleles, only(padded, 1501).phased) == (("C", "T"), False)


def test_a_phased_exchange_keeps_its_phase_set(tmp_path: Path) -> None:
    found = read(tmp_path, "1500 AC GT 1|0:77")
    assert [only(found, p).phase_set for p in (1500, 1501)] == [77, 77]
    assert [only(found, p).alleles for p in (1500, 1501)] == [("G", "A"), ("T", "C")]


@pytest.mark.parametrize(
    "records",
    [
        ["3000 TC CT 0|1"],
        ["2999 ATC ACT 0|1"],
        ["3000 T C 0|1", "3001 C T 0|1"],
        ["3000 TCA CTG 0|1"],
    ],
)
def test_a_defining_exchange_is_found_whole_and_in_parts(tmp_path: Path, records: list[str]) -> None:
    expected = Genotype("2", 3000, "TC", ("TC", "CT"), phased=True, alternates=("CT",))
    assert read(tmp_path, *records) == {3000: (expected,)}


@pytest.mark.parametrize(
    "records",
    [
        ["3000 T C 0/1", "3001 C T 0/1"],
        ["3000 T C 0|1", "3001 C T 1|0"],
        ["3000 T C 0/1"],
        ["3000 T C 0|1:5", "3001 C T 0|1:9"],
    ],
)
def test_parts_of_a_defining_exchange_that_may_not_belong_together_are_a_conflict(
    tmp_path: Path, records: list[str]
) -> None:
    assert only(read(tmp_path, *records), 3000).conflict


def test_homozygous_parts_need_no_phase(tmp_path: Path) -> None:
    assert only(read(tmp_path, "3000 T C 1/1", "3001 C T 1/1"), 3000).alleles == ("CT", "CT")


def test_a_deleted_base_is_read_where_a_defining_deletion_explains_it(tmp_path: Path) -> None:
    found = read(tmp_path, "2000 CAATGGAAAGA C 0/1", "2003 T *,G 1/0")
    assert (only(found, 2003).alleles, only(found, 2003).conflict) == (("T", "T"), None)


@pytest.mark.parametrize("deletion", [[], ["2000 CAATGGAAAGA C 0/0"], ["2000 CAATGGAAAGA C 1/1"]])
def test_a_deleted_base_that_nothing_explains_is_a_conflict(tmp_path: Path, deletion: list[str]) -> None:
    assert only(read(tmp_path, *deletion, "2003 T *,G 0/1"), 2003).conflict


def test_a_deleted_base_that_is_not_carried_changes_nothing(tmp_path: Path) -> None:
    genotype = only(read(tmp_path, "2003 T *,G 0/2"), 2003)
    assert (genotype.alleles, genotype.alternates, genotype.conflict) == (("T", "G"), ("G",), None)


@pytest.mark.parametrize(
    ("call", "alleles", "phased", "phase_set"),
    [
        ("0|1", ("A", "G"), True, None),
        ("0|1:1400", ("A", "G"), True, 1400),
        ("0/1:1400", ("A", "G"), False, None),
        ("0|1:.", ("A", "G"), True, None),
        ("0/0", ("A", "A"), True, None),
        ("0|0", ("A", "A"), True, None),
        ("1/1:1400", ("G", "G"), True, None),
        ("./1", (None, "G"), False, None),
        ("./.", (None, None), False, None),
        (".", (None,), False, None),
        ("1", ("G",), False, None),
        ("|0|1", ("A", "G"), True, None),
    ],
)
def test_genotypes_are_kept_as_called(
    tmp_path: Path, call: str, alleles: tuple[str | None, ...], phased: bool, phase_set: int | None
) -> None:
    assert only(read(tmp_path, f"1500 A G {call}"), 1500) == Genotype(
        "2", 1500, "A", alleles, phased, phase_set=phase_set, alternates=("G",)
    )


def test_filters_of_record_and_sample_are_honoured(tmp_path: Path) -> None:
    assert only(read(tmp_path, "1500 A G 0/1!q10"), 1500).filtered
    assert only(read(tmp_path, "1500 A G 0/1:=lowGQ"), 1500).filtered
    assert not only(read(tmp_path, "1500 A G 0/1:=PASS"), 1500).filtered


@pytest.mark.parametrize("alternate", ["<NON_REF>", "<*>", "."])
@pytest.mark.parametrize("call", ["0/0", "0|0"])
def test_a_block_states_the_reference_at_every_site(tmp_path: Path, alternate: str, call: str) -> None:
    found = read(tmp_path, f"990 G {alternate} END=1500 {call}")
    expected = [Genotype("2", position, "N", ("N", "N"), phased=True) for position in (1000, 1007, 1500)]
    assert [only(found, position) for position in (1000, 1007, 1500)] == expected


def test_a_block_of_several_written_bases_covers_them(tmp_path: Path) -> None:
    found = read(tmp_path, "1499 GAC . 0/0")
    assert [only(found, position).alleles for position in (1500, 1501)] == [("AC", "AC"), ("C", "C")]


def test_a_block_without_a_call_is_a_no_call_and_a_filtered_one_filtered(tmp_path: Path) -> None:
    assert only(read(tmp_path, "1490 G <*> END=1500 ./."), 1500).alleles == (None, None)
    assert only(read(tmp_path, "1490 G <*> END=1500 0/0!q10"), 1500).filtered


def test_an_allele_that_a_record_does_not_name_is_a_conflict(tmp_path: Path) -> None:
    assert only(read(tmp_path, "1500 A G,<NON_REF> 0/2"), 1500).conflict
    genotype = only(read(tmp_path, "1500 A G,<NON_REF> 0/1"), 1500)
    assert (genotype.conflict, genotype.alternates) == (None, ("G",))


def test_equal_records_count_once_and_different_ones_are_a_conflict(tmp_path: Path) -> None:
    assert only(read(tmp_path, "1500 A G 0/1", "1500 A G 1/0"), 1500).conflict is None
    assert only(read(tmp_path, "1500 A G 0/1", "1500 A G 0|1"), 1500).phased
    assert only(read(tmp_path, "1500 A G 0/1", "1500 A G ./."), 1500).alleles == ("A", "G")
    assert only(read(tmp_path, "1500 A G 0/1", "1500 A G 1/1"), 1500).conflict
    assert only(read(tmp_path, "1500 A G 0|1", "1500 A G 1|0"), 1500).conflict


def test_a_block_beside_a_variant_is_a_conflict(tmp_path: Path) -> None:
    assert only(read(tmp_path, "1490 G <*> END=1500 0/0", "1500 A G 0/1"), 1500).conflict
    assert len(read(tmp_path, "1490 G <*> END=1500 0/0", "1500 A G 0/0")[1500]) == 2


def test_a_record_with_another_reference_base_is_a_conflict_at_its_site(tmp_path: Path) -> None:
    found = read(tmp_path, "1500 T G 0/1", "1501 C T 0/1", "2003 T G 0/1")
    assert [bool(only(found, position).conflict) for position in (1500, 1501, 2003)] == [True, False, False]
