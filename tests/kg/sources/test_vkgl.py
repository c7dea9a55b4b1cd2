from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pysam
import pytest

from kg.context import Account, Context
from kg.model import Association, Entity
from kg.reading import Reading
from kg.sources.vkgl import DISEASE, SOURCE, read_class, read_jvar
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

FBN1, MARFAN = Reference("HGNC", "3603"), Reference("OMIM", "154700")


@pytest.fixture
def taught(context: Context) -> Context:
    context.resolver.genes.add(FBN1, "FBN1", identifiers=[Reference("NCBIGene", "2200")])
    context.resolver.diseases.add(MARFAN, "Marfan syndrome")
    return context


def classes(items: Iterable[Item]) -> dict[str, tuple[str, bool]]:
    """Class by place, and whether the association with disease is denied."""
    return {
        one.subject.identifier.rpartition("/")[2]: (str(one.qualifier(Qualifier.SIGNIFICANCE)), one.negated)
        for one in items
        if isinstance(one, Association) and one.object == DISEASE and one.predicate is Predicate.ASSOCIATED_WITH
    }


def in_short(items: Iterable[Item]) -> list[tuple[str, str, bool, str, str]]:
    return [
        (
            one.evidence[0].record,
            one.predicate.local_name,
            one.negated,
            one.object.curie,
            str(one.qualifier(Qualifier.SIGNIFICANCE)),
        )
        for one in items
        if isinstance(one, Association)
    ]


def test_a_variant_is_named_by_its_place_and_carries_its_class(fixture_file: Opener, context: Context) -> None:
    items = list(read_class(fixture_file(SOURCE, "vkgl_lp_202507.vcf"), context))
    assert classes(items) == {
        "1-100-A-T": ("(Likely) pathogenic", False),
        "15-200-C-CG": ("(Likely) pathogenic", False),
        "MT-500-A-G": ("(Likely) pathogenic", False),
    }
    assert items[0].reference.curie == "GENOPATH:variant/GRCh38/1-100-A-T" if isinstance(items[0], Entity) else False


@pytest.mark.parametrize(("name", "expected"), [("lb", ("(Likely) benign", True)), ("vus", ("VUS", False))])
def test_the_class_is_in_the_name_of_the_file(
    fixture_file: Opener, context: Context, name: str, expected: tuple[str, bool]
) -> None:
    items = list(read_class(fixture_file(SOURCE, f"vkgl_{name}_202507.vcf"), context))
    assert set(classes(items).values()) == {expected}


def test_records_that_are_not_used_have_a_reason(fixture_file: Opener, context: Context) -> None:
    account = context.account = Account()
    for _ in read_class(fixture_file(SOURCE, "vkgl_lp_202507.vcf"), context):
        account.items += 1
    assert (account.read, account.used, account.unexplained) == (7, 3, 0)
    assert account.left_out == {
        "second record of the same variant": 1,
        "variant on a sequence that is no chromosome": 1,
        "variant whose alleles are not one sequence of bases each": 2,
    }


@pytest.mark.parametrize("ending", ["bcf.gz", "bcf", "vcf.gz"])
def test_binary_and_compressed_files_say_the_same_as_text(
    fixture_file: Opener, tmp_path: Path, context: Context, ending: str
) -> None:
    plain = fixture_file(SOURCE, "vkgl_lp_202507.vcf")
    folder = tmp_path / "vkgl" / "2025-07"
    folder.mkdir(parents=True)
    with (
        pysam.VariantFile(str(plain.path)) as records,
        pysam.VariantFile(
            str(folder / f"vkgl_lp_202507.{ending}"), "wz" if "vcf" in ending else "wb", header=records.header
        ) as written,
    ):
        for record in records:
            written.write(record)
    ((_, items),) = ((file, list(items)) for file, items in Reading.of(SOURCE, [tmp_path], context.resolver).files())
    assert classes(items) == classes(read_class(plain, context))


def test_japanese_variants_state_gene_and_conditions(fixture_file: Opener, taught: Context) -> None:
    items = list(read_jvar(fixture_file(SOURCE, "jvar_plp.vcf"), taught))
    assert in_short(items) == [
        ("DPV 1", "is_sequence_variant_of", False, "HGNC:3603", "Pathogenic"),
        ("DPV 1", "causes", False, "OMIM:154700", "Pathogenic"),
        ("DPV 2", "is_sequence_variant_of", False, "NCBIGene:999999", "Benign"),
        ("DPV 2", "causes", True, "OMIM:154700", "Benign"),
        ("DPV 3", "is_sequence_variant_of", False, "HGNC:3603", "Likely pathogenic|Pathogenic"),
    ]
    assert classes(items) == {}
    assert taught.unresolved.examples["condition whose code this build does not know"] == [
        "MedGen:C0018772 Partial deafness"
    ]


def test_an_unknown_condition_is_declared_under_the_name_of_the_record(fixture_file: Opener, context: Context) -> None:
    items = list(read_jvar(fixture_file(SOURCE, "jvar_plp.vcf"), context))
    found = next(one for one in items if isinstance(one, Entity) and one.reference == MARFAN)
    assert found.name == "Marfan syndrome, classic"


MALFORMED: list[tuple[Reader, str, str, str, str]] = [
    (read_class, "vkgl_lp_202507.vcf", "248956422", "249250621", "is not on GRCh38"),
    (read_class, "vkgl_lp_202507.vcf", "##fileformat=VCFv4.2\n", "", "cannot be read after record 0"),
    (read_class, "vkgl_lp_202507.vcf", "chr15\t200\t", "chr15\tx\t", "cannot be read after record 2"),
    (read_class, "vkgl_lp_202507.vcf", "chr15\t200\t.\tC\tCG\t.\t.\t.\tGT\t1/1", "chr15\t200\t.", "after record 2"),
    (read_jvar, "jvar_plp.vcf", "DPVSIG=Benign", "DPVSIG=Novel", "record 2 has DPVID '2' and DPVSIG 'Novel'"),
    (read_jvar, "jvar_plp.vcf", "DPVID=2;", "", "record 2 has DPVID ''"),
    (read_jvar, "jvar_plp.vcf", "GENEINFO=3603:2200", "GENEINFO=FBN1", "record 1 has GENEINFO 'FBN1'"),
    (read_jvar, "jvar_plp.vcf", "OMIM:154700|MedGen:C0018772", "OMIM:154700", "record 1 has 1 conditions"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_file_is_refused_with_its_record(
    fixture_file: Opener,
    written_file: Writer,
    taught: Context,
    read: Reader,
    name: str,
    old: str,
    new: str,
    message: str,
) -> None:
    text = fixture_file(SOURCE, name).path.read_text("utf-8")
    assert old in text
    with pytest.raises(SourceError, match=message):
        list(read(written_file(SOURCE, name, text.replace(old, new, 1)), taught))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no header\n"])
def test_what_is_no_vcf_is_refused(written_file: Writer, context: Context, content: bytes) -> None:
    with pytest.raises(SourceError, match="cannot be read after record 0"):
        list(read_class(written_file(SOURCE, "vkgl_lp_1.vcf", content), context))


def test_text_that_is_not_utf_8_is_refused(fixture_file: Opener, written_file: Writer, taught: Context) -> None:
    content = fixture_file(SOURCE, "jvar_plp.vcf").path.read_bytes().replace(b"Partial", b"Part\xff")
    with pytest.raises(SourceError, match="cannot be read after record 0"):
        list(read_jvar(written_file(SOURCE, "jvar_plp.vcf", content), taught))


def test_a_truncated_download_is_refused(fixture_file: Opener, written_file: Writer, context: Context) -> None:
    packed = gzip.compress(fixture_file(SOURCE, "vkgl_lp_202507.vcf").path.read_bytes())
    with pytest.raises(SourceError, match="cannot be read after record"):
        list(read_class(written_file(SOURCE, "vkgl_lp_202507.vcf.gz", packed[:-60]), context))


def test_a_file_of_another_name_has_no_class(written_file: Writer, context: Context) -> None:
    with pytest.raises(SourceError, match="has a name that does not begin with vkgl_"):
        list(read_class(written_file(SOURCE, "vkgl_x_1.vcf", ""), context))


@pytest.mark.real_data
def test_every_real_record_has_a_fate(test_data: Path, taught: Context) -> None:
    reading = Reading.of(SOURCE, [test_data], taught.resolver)
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    stated: dict[str, list[tuple[str, str, bool, str, str]]] = {}
    for file, items in reading.files():
        kept = list(items)
        found[file.name], stated[file.name] = classes(kept), in_short(kept)
    accounts = {name.partition("/")[2]: account for name, account in reading.accounts.items()}
    assert {name: account.read for name, account in accounts.items()} == {  # counted with grep and bcftools
        "vkgl_lp_202507.vcf": 28_951,
        "vkgl_lb_202507.bcf.gz": 137_375,
        "vkgl_vus_202507.vcf.gz": 80_539,
        "jvar_plp.vcf": 3_013,
        "jvar_blb.vcf": 1_088,
    }
    assert sum(account.unexplained for account in accounts.values()) == 0
    assert found["vkgl_lp_202507.vcf"]["1-1014302-A-T"] == ("(Likely) pathogenic", False)
    assert found["vkgl_vus_202507.vcf"]["1-930253-C-A"] == ("VUS", False)
    assert ("DPV 1021", "causes", False, "OMIM:154700", "Pathogenic") in stated["jvar_plp.vcf"]
    assert ("DPV 3416", "is_sequence_variant_of", False, "HGNC:30791", "Benign") in stated["jvar_blb.vcf"]
