from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.frequency import parse_frequency
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.profiles import DiseaseProfiles, ProfileWriter
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.source import Item

EVIDENCE = (
    Evidence(
        "hpo",
        "r1",
        "test",
        "free",
        knowledge_level=KnowledgeLevel.KNOWLEDGE_ASSERTION,
        agent_type=AgentType.MANUAL_AGENT,
    ),
)
PARENTS = {118: 1, 478: 118, 1083: 478, 545: 478, 11003: 545, 1238: 118, 1166: 1238, 5: 1, 7: 5, 31797: 1}
"""HPO numbers: eye (478) with ectopia lentis (1083) and myopia (545, 11003 high myopia); arachnodactyly (1166)."""

Row = tuple[str, int, str | None, bool]


def hp(number: int) -> Reference:
    return Reference("HP", f"{number:07d}")


def row(disease: str, term: int, frequency: str | None = None, *, negated: bool = False) -> Association:
    qualifiers = ((Qualifier.FREQUENCY, frequency),) if frequency else ()
    return Association(
        Reference.parse(disease), Predicate.HAS_PHENOTYPE, hp(term), EVIDENCE, qualifiers, negated=negated
    )


def stated_by(source: str, item: Association) -> Association:
    evidence = tuple(replace(one, source=source) for one in item.evidence)
    return replace(item, evidence=evidence)


def profiles(*items: Item) -> DiseaseProfiles:
    return writer(items).profiles()


def writer(items: Iterable[Item]) -> ProfileWriter:
    made = ProfileWriter()
    for child, parent in PARENTS.items():
        made.add(Association(hp(child), Predicate.SUBCLASS_OF, hp(parent), EVIDENCE))
    for item in items:
        made.add(item)
    return made


def direct(made: DiseaseProfiles, disease: str) -> dict[int, float]:
    position = made.find_disease(Reference.parse(disease))
    assert position is not None
    terms, frequency = made.direct[position]
    return dict(zip(made.hierarchy.terms[terms].tolist(), frequency.tolist(), strict=True))


def propagated(made: DiseaseProfiles, term: int) -> dict[str, float]:
    position = made.hierarchy.find(term)
    assert position is not None
    diseases, frequency = made.propagated[position]
    return dict(zip(made.diseases[diseases].tolist(), frequency.tolist(), strict=True))


def denied(made: DiseaseProfiles, term: int) -> list[str]:
    position = made.hierarchy.find(term)
    assert position is not None
    listed: list[str] = made.diseases[made.denied[position]].tolist()
    return listed


def information(made: DiseaseProfiles, term: int) -> float:
    position = made.hierarchy.find(term)
    assert position is not None
    return float(made.information[position])


@pytest.mark.parametrize(
    ("text", "share"),
    [("HP:0040280", 1.0), ("HP:0040281", 0.895), ("HP:0040283", 0.17), ("12.5%", 0.125), ("40 %", 0.4)],
)
def test_terms_and_percentages_are_the_middle_of_their_range(text: str, share: float) -> None:
    assert parse_frequency(text).share == pytest.approx(share)


@pytest.mark.parametrize("text", ["often", "7/3", "120%", "HP:0000001", "1/2/3"])
def test_a_frequency_of_no_documented_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no frequency"):
        parse_frequency(text)


def test_counts_of_several_rows_are_pooled() -> None:
    made = profiles(row("OMIM:100001", 1083, "3/4"), row("OMIM:100001", 1083, "1/6"), row("OMIM:100001", 1083, "0/2"))
    assert direct(made, "OMIM:100001") == {1083: pytest.approx(4 / 12)}


def test_two_papers_that_count_alike_count_twice() -> None:
    made = profiles(row("OMIM:100001", 1083, "1/1"), row("OMIM:100001", 1083, "1/1"), row("OMIM:100001", 1083, "0/2"))
    assert direct(made, "OMIM:100001") == {1083: pytest.approx(2 / 4)}


@pytest.mark.parametrize("later", ["HP:0040281", "HP:0040283", None], ids=["same", "other version", "unknown"])
def test_an_annotation_that_hpo_took_over_from_another_source_counts_once(later: str | None) -> None:
    own = row("ORPHA:1", 1083, "HP:0040281")
    other = stated_by("orphanet", row("ORPHA:1", 1083, later))
    for items in ((own, other), (other, own)):
        assert direct(profiles(*items), "ORPHA:1") == {1083: pytest.approx(0.895)}


def test_a_denial_of_another_source_does_not_touch_what_hpo_annotates() -> None:
    made = profiles(row("ORPHA:1", 1083), stated_by("orphanet", row("ORPHA:1", 1083, negated=True)))
    assert list(direct(made, "ORPHA:1")) == [1083]


def test_another_source_adds_what_hpo_does_not_annotate() -> None:
    added = stated_by("orphanet", row("ORPHA:1", 545, "HP:0040282"))
    denial = stated_by("orphanet", row("ORPHA:1", 1166, "HP:0040285", negated=True))
    made = profiles(row("ORPHA:1", 1083), added, denial, stated_by("orphanet", row("ORPHA:2", 1083)))
    assert direct(made, "ORPHA:1") == {1083: pytest.approx(math.nan, nan_ok=True), 545: pytest.approx(0.545)}
    assert denied(made, 1166) == ["ORPHA:1"]
    assert list(direct(made, "ORPHA:2")) == [1083]


def test_inheritance_of_another_source_is_kept_for_annotated_diseases_alone() -> None:
    mode = stated_by(
        "orphanet", Association(Reference("ORPHA", "1"), Predicate.HAS_MODE_OF_INHERITANCE, hp(7), EVIDENCE)
    )
    made = profiles(mode, row("ORPHA:1", 1083), replace(mode, subject=Reference("ORPHA", "2")))
    assert made.diseases.tolist() == ["ORPHA:1"]
    assert made.hierarchy.terms[made.inheritance[0]].tolist() == [7]


def test_counts_win_over_shares() -> None:
    made = profiles(row("OMIM:100001", 1083, "1/4"), row("OMIM:100001", 1083, "HP:0040281"))
    assert direct(made, "OMIM:100001") == {1083: pytest.approx(0.25)}


def test_shares_are_averaged() -> None:
    made = profiles(row("ORPHA:1", 1083, "HP:0040281"), row("ORPHA:1", 1083, "HP:0040283"))
    assert direct(made, "ORPHA:1") == {1083: pytest.approx((0.895 + 0.17) / 2)}


def test_a_row_without_a_frequency_leaves_it_unknown() -> None:
    made = profiles(row("OMIM:100001", 1083), row("OMIM:100001", 545, "0/0"))
    assert all(math.isnan(frequency) for frequency in direct(made, "OMIM:100001").values())


@pytest.mark.parametrize(
    "denial",
    [
        row("OMIM:100001", 1083, negated=True),
        row("OMIM:100001", 1083, "0/44"),
        row("OMIM:100001", 1083, "HP:0040285"),
        row("OMIM:100001", 1083, "0%"),
    ],
    ids=["NOT", "none of 44", "excluded", "no per cent"],
)
def test_a_denial_is_no_annotation(denial: Association) -> None:
    made = profiles(denial, row("OMIM:100001", 1166, "1/2"))
    assert direct(made, "OMIM:100001") == {1166: 0.5}
    assert denied(made, 1083) == ["OMIM:100001"]
    assert propagated(made, 478) == {}


def test_a_counted_row_wins_over_a_denial_of_the_same() -> None:
    made = profiles(row("OMIM:100001", 1083, "3/4", negated=True), row("OMIM:100001", 1083, "1/2"))
    assert direct(made, "OMIM:100001") == {1083: 0.5}
    assert denied(made, 1083) == []


def test_a_profile_holds_the_highest_frequency_at_or_below_a_term() -> None:
    made = profiles(row("OMIM:100001", 1083, "1/2"), row("OMIM:100001", 545, "1/4"), row("OMIM:100001", 11003, "3/4"))
    assert propagated(made, 478) == {"OMIM:100001": 0.75}
    assert propagated(made, 545) == {"OMIM:100001": 0.75}
    assert propagated(made, 1083) == {"OMIM:100001": 0.5}


def test_a_known_frequency_wins_over_an_unknown_one() -> None:
    made = profiles(row("OMIM:100001", 1083), row("OMIM:100001", 545, "1/10"))
    assert propagated(made, 478) == {"OMIM:100001": pytest.approx(0.1)}
    assert math.isnan(propagated(made, 1083)["OMIM:100001"])


def test_information_content_counts_diseases_of_both_vocabularies_once() -> None:
    made = profiles(
        row("OMIM:100001", 1083, "1/2"),
        row("OMIM:100001", 545, "1/2"),
        row("OMIM:100002", 1166),
        row("ORPHA:3", 1166),
        row("OMIM:100004", 1166),
        row("OMIM:100005", 1083, negated=True),
    )
    assert information(made, 118) == 0
    assert information(made, 478) == pytest.approx(math.log(4 / 1))
    assert information(made, 1166) == pytest.approx(math.log(4 / 3))
    assert information(made, 11003) == math.inf


def test_terms_that_describe_no_patient_are_left_out() -> None:
    made = profiles(row("OMIM:100001", 31797), row("OMIM:100001", 1166, "1/2"))
    assert direct(made, "OMIM:100001") == {1166: 0.5}
    assert propagated(made, 1) == {}
    assert made.find_term(hp(31797)) is None
    assert made.find_term(Reference("MONDO", "0000118")) is None


def test_other_vocabularies_and_items_are_passed_over() -> None:
    made = profiles(
        Entity(Reference("OMIM", "100009"), Category.DISEASE, "named only"),
        Association(Reference("MONDO", "0000002"), Predicate.HAS_PHENOTYPE, hp(1166), EVIDENCE),
        Association(Reference("MONDO", "0000002"), Predicate.SUBCLASS_OF, Reference("MONDO", "0000001"), EVIDENCE),
        row("OMIM:100001", 1166),
    )
    assert made.diseases.tolist() == ["OMIM:100001"]
    assert len(made.hierarchy) == len(PARENTS) + 1


def test_inheritance_is_kept_and_its_denial_is_not() -> None:
    mode = Association(Reference("OMIM", "100001"), Predicate.HAS_MODE_OF_INHERITANCE, hp(7), EVIDENCE)
    not_mode = Association(
        Reference("OMIM", "100002"), Predicate.HAS_MODE_OF_INHERITANCE, hp(7), EVIDENCE, negated=True
    )
    made = profiles(mode, mode, not_mode, row("OMIM:100002", 1166))
    assert [made.hierarchy.terms[made.inheritance[position]].tolist() for position in (0, 1)] == [[7], []]


def test_loaded_profiles_equal_those_that_were_written(tmp_path: Path) -> None:
    made = writer([row("OMIM:100002", 1083, "1/2"), row("ORPHA:1", 545), row("OMIM:100002", 1166, negated=True)])
    made.write(tmp_path)
    loaded = DiseaseProfiles.load(tmp_path)
    assert loaded.diseases.tolist() == ["OMIM:100002", "ORPHA:1"]
    assert direct(loaded, "OMIM:100002") == direct(made.profiles(), "OMIM:100002")
    assert denied(loaded, 1166) == ["OMIM:100002"]
    assert loaded.term(0) == hp(1)


def test_a_build_without_hpo_writes_empty_profiles(tmp_path: Path) -> None:
    ProfileWriter().write(tmp_path)
    assert len(DiseaseProfiles.load(tmp_path).diseases) == 0


def test_a_folder_without_profiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="build the release again"):
        DiseaseProfiles.load(tmp_path)


def rows() -> st.SearchStrategy[list[Row]]:
    return st.lists(
        st.tuples(
            st.sampled_from(["OMIM:100001", "OMIM:100002", "ORPHA:3"]),
            st.sampled_from([118, 478, 1083, 545, 11003, 1238, 1166, 31797]),
            st.sampled_from([None, "0/3", "1/3", "2/5", "10%", "HP:0040281", "HP:0040284", "HP:0040285"]),
            st.booleans(),
        ),
        max_size=25,
    )


@given(rows(), st.randoms())
def test_order_of_the_items_changes_no_byte(given_rows: list[Row], random: object) -> None:
    items = [row(disease, term, frequency, negated=negated) for disease, term, frequency, negated in given_rows]
    one = writer(items).to_arrays()
    random.shuffle(items)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    other = writer(items).to_arrays()
    assert {name: values.tobytes() for name, values in one.items()} == {
        name: values.tobytes() for name, values in other.items()
    }


def ancestors(term: int) -> set[int]:
    return {term} | (ancestors(PARENTS[term]) if term in PARENTS else set())


def pooled(stated: list[tuple[str | None, bool]]) -> float | None:
    """Frequency of one disease-term pair in plain Python; ``None`` for a denial, NaN for an unknown one."""
    shares = {"10%": 0.1, "HP:0040281": 0.895, "HP:0040284": 0.025}
    counted = [text for text, negated in stated if text and "/" in text and (not negated or text == "0/3")]
    counts = [tuple(map(int, text.split("/"))) for text in counted]
    if all(negated or text in ("0/3", "HP:0040285") for text, negated in stated):
        return None
    if sum(n for n, _ in counts):
        return sum(n for n, _ in counts) / sum(m for _, m in counts)
    known = [shares[text] for text, negated in stated if text in shares and not negated]
    return sum(known) / len(known) if known else math.nan


@given(rows())
def test_arrays_say_what_plain_python_says(given_rows: list[Row]) -> None:
    made = profiles(
        *(row(disease, term, frequency, negated=negated) for disease, term, frequency, negated in given_rows)
    )
    stated: dict[tuple[str, int], list[tuple[str | None, bool]]] = {}
    for disease, term, frequency, negated in given_rows:
        if 118 in ancestors(term):
            stated.setdefault((disease, term), []).append((frequency, negated))
    expected: dict[int, dict[str, float]] = {}
    for (disease, term), each in stated.items():
        share = pooled(each)
        assert (disease in denied(made, term)) == (share is None)
        if share is None:
            continue
        for above in ancestors(term) - {1}:
            kept = expected.setdefault(above, {})
            kept[disease] = float(np.fmax(kept.get(disease, math.nan), share))
    for term in (118, 478, 1083, 545, 11003, 1238, 1166):
        assert propagated(made, term) == pytest.approx(expected.get(term, {}), nan_ok=True)
        annotated, total = len(expected.get(term, {})), len(expected.get(118, {}))
        assert information(made, term) == pytest.approx(math.log(total / annotated) if annotated else math.inf)
