from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.levels import DecipherGrade
from kg.model import Association, Entity
from kg.sources.cnv_syndromes import (
    GENOMIC_DISORDER,
    SOURCE,
    read_biobank_regions,
    read_consensus_regions,
    read_named_regions,
)
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

DECIPHER, KAMINSKY = "Decipher_GD.bed", "Kaminsky_2011_GD.bed"
BIOBANK, DELETIONS, CONSENSUS = "UKBB_GD.Owen_2018.bed", "UKBB_GD.Owen_2018.DEL.bed", "lit_GDs.all.DEL.bed"
PRADER_WILLI, ANGELMAN, WILLIAMS = (Reference("MONDO", number) for number in ("0008300", "0007113", "0008678"))


@pytest.fixture
def context(context: Context) -> Context:
    names = {PRADER_WILLI: "Prader-Willi syndrome", ANGELMAN: "Angelman syndrome", WILLIAMS: "Williams syndrome"}
    for disease, name in names.items():
        context.resolver.diseases.add(disease, name)
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    table = next(one for one in SOURCE.tables if file.path.match(one.pattern))
    return list(table.read(file, context))


def associations(items: list[Item]) -> list[Association]:
    return [one for one in items if isinstance(one, Association)]


def region(place: str) -> Reference:
    return Reference.mint("region", "GRCh37", place)


def test_one_region_has_the_syndromes_of_either_parent(fixture_file: Opener, context: Context) -> None:
    first, second, _ = associations(list(read_named_regions(fixture_file(SOURCE, DECIPHER), context)))
    assert (first.subject, first.predicate, first.object) == (
        region("15-22749354-28438266"),
        Predicate.ASSOCIATED_WITH,
        PRADER_WILLI,
    )
    assert (second.subject, second.object) == (first.subject, ANGELMAN)
    assert dict(first.qualifiers) == {
        Qualifier.COPY_NUMBER_CHANGE: "DEL",
        Qualifier.ORIGINAL_OBJECT: "Prader-Willi syndrome (Type 1)",
    }
    assert first.evidence[0].level is DecipherGrade.GRADE_1


def test_a_syndrome_that_no_disease_of_the_build_bears_is_minted_from_its_name(
    fixture_file: Opener, context: Context
) -> None:
    items = list(read_named_regions(fixture_file(SOURCE, DECIPHER), context))
    one = associations(items)[2]
    assert Entity(one.object, Category.DISEASE, "Cat-Eye Syndrome (Type I)") in items
    assert one.object == Reference.mint("term", "Cat-Eye Syndrome (Type I)")
    assert (one.evidence[0].level, one.qualifiers) == (None, ((Qualifier.COPY_NUMBER_CHANGE, "DUP"),))


def test_decipher_counts_from_one_and_the_other_lists_from_zero(fixture_file: Opener, context: Context) -> None:
    items = [
        *read_named_regions(fixture_file(SOURCE, DECIPHER), context),
        *read_named_regions(fixture_file(SOURCE, KAMINSKY), context),
    ]
    places = {value for one in items if isinstance(one, Entity) for key, value in one.attributes}
    assert places == {"15-22749354-28438266", "22-1-16971860", "7-72744455-74142513", "15-23758391-28557186"}
    assert {key for one in items if isinstance(one, Entity) for key, _ in one.attributes} == {Attribute.REGION_GRCH37}


def test_a_name_that_a_list_gives_to_both_changes_is_no_disease(fixture_file: Opener, context: Context) -> None:
    found = associations(list(read_named_regions(fixture_file(SOURCE, KAMINSKY), context)))
    assert [one.object for one in found[:2]] == [Reference.mint("term", "Williams syndrome")] * 2
    assert [one.qualifier(Qualifier.COPY_NUMBER_CHANGE) for one in found[:2]] == ["DEL", "DUP"]


def test_carriers_of_the_biobank_are_stated_once(fixture_file: Opener, context: Context) -> None:
    items = list(read_biobank_regions(fixture_file(SOURCE, BIOBANK), context))
    assert [(one.object.minted_name, one.qualifier(Qualifier.CARRIERS)) for one in associations(items)] == [
        ("TARdel", "69/396725"),
        ("TARdup", "408/396725"),
    ]
    assert list(read_biobank_regions(fixture_file(SOURCE, DELETIONS), context)) == []
    assert context.left_out.counts == {"repeats a row of the list of both changes": 1}


def test_a_part_of_the_biobank_list_counts_where_the_whole_is_missing(
    fixture_file: Opener, written_file: Writer, context: Context
) -> None:
    content = fixture_file(SOURCE, DELETIONS).path.read_text("utf-8")
    assert len(associations(list(read_biobank_regions(written_file(SOURCE, DELETIONS, content), context)))) == 1


def test_a_region_without_a_syndrome_is_one_of_a_genomic_disorder(fixture_file: Opener, context: Context) -> None:
    (one,) = associations(list(read_consensus_regions(fixture_file(SOURCE, CONSENSUS), context)))
    assert (one.subject, one.object) == (region("1-834082-6290000"), GENOMIC_DISORDER)
    assert one.qualifiers == ((Qualifier.COPY_NUMBER_CHANGE, "DEL"),)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        (DECIPHER, "syndrome\t", "disease\t", "lacks the column syndrome"),
        (DECIPHER, "\tDEL\t", "\tLOSS\t", "column cnv holds 'LOSS'"),
        (DECIPHER, "(Type 1)\t1", "(Type 1)\t9", "'9' is no grade"),
        (DECIPHER, "22749354\t28438266", "28438266\t22749354", "is no interval"),
        (KAMINSKY, "\tWilliams_syndrome", "\t", "column syndrome is empty"),
        (BIOBANK, "396725\t69", "396725\tx", "'x' of '396725' are no carriers"),
        (BIOBANK, "396725\t69", "69\t396725", "are no carriers of a cohort"),
        (CONSENSUS, "1\t834081", "one\t834081", "'one' is no human chromosome"),
    ],
)
def test_a_malformed_region_names_file_and_reason(
    fixture_file: Opener, written_file: Writer, context: Context, name: str, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in content
    file = written_file(SOURCE, name, content.replace(old, new, 1))
    with pytest.raises(SourceError, match=reason) as refusal:
        read(file, context)
    assert refusal.value.file == str(file.path)


def test_a_consensus_list_that_does_not_tell_its_change_is_refused(written_file: Writer, context: Context) -> None:
    with pytest.raises(SourceError, match="states no change in its name"):
        list(read_consensus_regions(written_file(SOURCE, "lit_GDs.all.bed", "chr\tstart\tend\n"), context))


@pytest.mark.parametrize("name", [DECIPHER, BIOBANK, CONSENSUS])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\n", b"<html>404</html>\n"], ids=["empty", "not UTF-8", "a web page"]
)
def test_a_damaged_file_is_refused(written_file: Writer, context: Context, name: str, content: bytes) -> None:
    file = written_file(SOURCE, name, content)
    with pytest.raises(SourceError) as refusal:
        list(read(file, context))
    assert refusal.value.file == str(file.path)
