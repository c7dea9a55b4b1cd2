"""Variants by position: arrays and SPARQL give the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.build import BuildOptions, build
from kg.model import Entity
from kg.positions import FOLDER, Positions, PositionWriter
from kg.rdf import ATTRIBUTE
from kg.sources.registry import SOURCES
from kg.store import Graph
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from pathlib import Path

LOCI = st.builds(
    "{}-{}-{}-{}".format,
    st.sampled_from(["1", "10", "X", "MT"]),
    st.integers(1, 5),
    st.sampled_from(["A", "AT"]),
    st.sampled_from(["C", "G", "CA"]),
)


def variant(number: int, *loci: str, attribute: Attribute = Attribute.LOCUS_GRCH38) -> Entity:
    reference = Reference("ClinVar", str(number))
    return Entity(reference, Category.SEQUENCE_VARIANT, "v", attributes=tuple((attribute, locus) for locus in loci))


def written(folder: Path, entities: list[Entity]) -> Positions:
    writer = PositionWriter()
    for entity in entities:
        writer.add(entity)
    writer.write(folder)
    return Positions.load(folder, "GRCh38")


@given(st.lists(st.tuples(st.integers(1, 9), LOCI), max_size=20), st.lists(LOCI, max_size=10), st.randoms())
def test_each_locus_finds_exactly_the_variants_that_have_it_whatever_their_order(
    tmp_path_factory: pytest.TempPathFactory,
    given_loci: list[tuple[int, str]],
    asked: list[str],
    order: object,
) -> None:
    entities = [variant(number, locus) for number, locus in given_loci]
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    positions = written(first, entities)
    expected = [
        tuple(sorted({Reference("ClinVar", str(number)) for number, locus in given_loci if locus == wanted}))
        for wanted in asked
    ]
    assert positions.find(asked) == expected
    order.shuffle(entities)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    written(second, entities + entities[:1])
    files = [{path.relative_to(f): path.read_bytes() for path in f.rglob("*.npy")} for f in (first, second)]
    assert files[0] == files[1]


def test_the_assemblies_are_kept_apart(tmp_path: Path) -> None:
    positions = written(tmp_path, [variant(1, "1-5-A-C"), variant(2, "1-5-A-C", attribute=Attribute.LOCUS_GRCH37)])
    assert positions.find(["1-5-A-C"]) == [(Reference("ClinVar", "1"),)]
    assert Positions.load(tmp_path, "GRCh37").find(["1-5-A-C"]) == [(Reference("ClinVar", "2"),)]


def test_a_release_without_the_arrays_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds no positions on GRCh38; build the release again"):
        Positions.load(tmp_path / FOLDER, "GRCh38")


def test_a_text_that_is_no_locus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        written(tmp_path, []).find(["rs12345"])


@pytest.mark.parametrize("locus", ["1-4294967301-A-C", "1-99999999999999999999-A-C", "9-5-A-C"])
def test_a_place_that_no_contig_has_is_not_taken_for_one_of_another(tmp_path: Path, locus: str) -> None:
    assert written(tmp_path, [variant(1, "1-5-A-C"), variant(2, "2-5-A-C")]).find([locus]) == [()]


def test_a_build_finds_a_variant_on_either_assembly_whichever_file_told_its_place(tmp_path: Path) -> None:
    """As SPARQL does. Each of ClinVar's two VCF files has one assembly."""
    folder = tmp_path / "data" / "clinvar" / "2025-01-05"
    folder.mkdir(parents=True)
    for assembly, position in (("GRCh37", 48812874), ("GRCh38", 48520677)):
        head = f"##fileformat=VCFv4.1\n##reference={assembly}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        line = f"15\t{position}\t16432\tG\tA\t.\t.\tALLELEID=1;CLNREVSTAT=no_assertion;GENEINFO=FBN1:2200\n"
        (folder / f"clinvar_{assembly}.vcf").write_text(head + line, "utf-8")
    options = BuildOptions((tmp_path / "data",), tmp_path / "out", only=frozenset({"clinvar"}))
    graph = Graph.open(build(options, SOURCES))
    for assembly, locus in (("GRCh37", "15-48812874-G-A"), ("GRCh38", "15-48520677-G-A")):
        by_sparql = graph.select(
            f"SELECT ?variant ?locus {{ GRAPH ?g {{ ?variant <{ATTRIBUTE}locus_{assembly}> ?locus }} }}",
            {"locus": locus},
        )
        assert graph.positions(assembly).find([locus]) == [(Reference("ClinVar", "16432"),)]
        assert [row[0] for row in by_sparql.rows] == [Reference("ClinVar", "16432")]
