from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.intake.indels import Change, Edit, align_left, align_right, trim
from queries.intake.repeats import REPEAT_REACH, repeat_reach

if TYPE_CHECKING:
    from pathlib import Path

DNA = st.text("ACGT", min_size=4, max_size=30)


def applied(sequence: str, edit: Edit) -> str:
    """The sequence after an edit whose positions are 0-based."""
    assert sequence[edit.start : edit.start + len(edit.removed)] == edit.removed
    return sequence[: edit.start] + edit.inserted + sequence[edit.start + len(edit.removed) :]


def spellings(sequence: str, edited: str) -> set[Edit]:
    """Every single insertion or deletion that makes one sequence the other, found by trying all."""
    difference = len(edited) - len(sequence)
    found = set()
    for start in range(len(sequence) + 1):
        removed = sequence[start : start - difference] if difference < 0 else ""
        inserted = edited[start : start + difference] if difference > 0 else ""
        if sequence[:start] + inserted + sequence[start + len(removed) :] == edited and removed + inserted:
            found.add(Edit(start, removed, inserted))
    return found


@given(DNA, st.data())
def test_all_spellings_of_an_indel_align_to_its_leftmost_and_rightmost(sequence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sequence) - 1))
    if data.draw(st.booleans()):
        removed = sequence[start : start + data.draw(st.integers(1, 4))]
        edit = Edit(start, removed, "")
    else:
        edit = Edit(start, "", data.draw(st.text("ACGT", min_size=1, max_size=4)))

    def base_at(position: int) -> str | None:
        return sequence[position] if 0 <= position < len(sequence) else None

    every = spellings(sequence, applied(sequence, edit))
    assert {align_left(one, base_at) for one in every} == {min(every)}
    assert {align_right(one, base_at) for one in every} == {max(every)}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ((100, "AC", "GT"), (100, "AC", "GT")),
        ((100, "ACG", "ATG"), (101, "C", "T")),
        ((100, "CTT", "CT"), (101, "T", "")),
        ((100, "C", "CAT"), (101, "", "AT")),
        ((100, "A", "A"), (100, "", "")),
    ],
)
def test_shared_bases_are_cut_off(record: tuple[int, str, str], expected: tuple[int, str, str]) -> None:
    assert trim(*record) == expected


def test_a_repeat_tells_the_bases_that_it_reaches() -> None:
    bases = dict(Change("2", 100, "C", "CAT", reach=5).bases())
    assert "".join(bases[position] for position in range(100, 106)) == "CATATA"


def test_an_unlisted_deletion_reaches_over_the_bases_that_it_removes() -> None:
    assert (repeat_reach("1-5-CAT-C", "CAT"), repeat_reach("1-5-C-CAT", "C")) == (2, 0)


@pytest.mark.parametrize("locus", REPEAT_REACH)
def test_a_listed_reach_is_more_than_the_change_itself_tells(locus: str) -> None:
    reference = locus.split("-")[2]
    assert REPEAT_REACH[locus] > len(reference) - 1


def rightmost(name: str) -> int:
    """The last base that a chromosomal HGVS name concerns, of an insertion the base before it."""
    if deleted := re.match(r"g\.\d+_?(\d+)?(del|dup)", name):
        return int(deleted[1] or name[2:].split(deleted[2])[0])
    return int(name[2:].split("_")[0])


@pytest.mark.real_data
def test_reaches_are_the_distances_between_vcf_and_hgvs_in_pharmcats_definitions(test_data: Path) -> None:
    import json

    told = {}
    for path in (test_data / "pharmcat" / "3.1.1" / "definition" / "alleles").glob("*_translation.json"):
        for variant in json.loads(path.read_text("utf-8"))["variants"]:
            name = variant["chromosomeHgvsName"]
            if re.search("del|dup|ins", name) and "delins" not in name and "[" not in name:
                place = (variant["chromosome"].removeprefix("chr"), variant["position"], variant["ref"])
                told.update({(*place, alt): rightmost(name) - variant["position"] for alt in variant["alts"]})
    assert len(told) > 35
    for (chromosome, position, reference, alternate), reach in told.items():
        assert repeat_reach(f"{chromosome}-{position}-{reference}-{alternate}", reference) == reach


@pytest.mark.real_data
def test_reaches_agree_with_the_bases_that_records_of_1000_genomes_write(test_data: Path) -> None:
    from queries.intake.vcf_file import open_vcf
    from queries.intake.vcf_interest import Interest
    from queries.intake.vcf_scan import near_records

    changes = []
    for locus, reach in REPEAT_REACH.items():
        chromosome, position, reference, alternate = locus.split("-")
        changes.append(Change(chromosome, int(position), reference, alternate, reach))
    interest = Interest(frozenset((c.chromosome, c.position) for c in changes), changes=tuple(changes))
    compared = 0
    for path in sorted((test_data / "1000genomes").glob("*.vcf.gz")):
        with open_vcf(path) as file:
            for record in near_records(file, interest):
                known = interest.bases[record.chromosome]
                for place, base in enumerate(record.reference, start=record.position):
                    assert known.get(place, base) == base
                    compared += place in known
    assert compared > 40


def test_every_pair_of_short_sequences_is_trimmed_to_what_differs() -> None:
    for reference, alternate in product(["A", "AC", "ACC", "CA"], repeat=2):
        edit = trim(1, reference, alternate)
        assert applied(reference, Edit(edit.start - 1, edit.removed, edit.inserted)) == alternate
