"""Several files, several samples, and the forms that a file may have."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pysam
import pysam.bcftools
import pytest

from ontology.errors import InputError
from queries.case import Assembly, Genotype, Severity
from queries.intake import vcf
from queries.intake.vcf import Interest, read_samples, read_vcf
from queries.intake.vcf_file import fresh_index

if TYPE_CHECKING:
    from pathlib import Path

SITES = {("2", 1000): "A", ("2", 2000): "C", ("2", 3000): "G"}
INTEREST = Interest(frozenset(SITES), references=SITES)
ONLY_SITES = Interest(frozenset(SITES), variants=False, references=SITES)
NAMES = ("S1", "S2", "S3")


def text(records: list[tuple[int, str, str, str]], samples: tuple[str, ...] = NAMES) -> str:
    lines = ["##fileformat=VCFv4.2", "##contig=<ID=2,length=242193529>"]
    lines += [
        f'##FORMAT=<ID={name},Number=1,Type={kind},Description="x">'
        for name, kind in (("GT", "String"), ("PS", "Integer"))
    ]
    lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples]))
    for position, reference, alternate, calls in records:
        form = "GT:PS" if ":" in calls else "GT"
        lines.append("\t".join(["2", str(position), ".", reference, alternate, ".", "PASS", ".", form, *calls.split()]))
    return "\n".join(lines) + "\n"


RECORDS = [
    (1000, "A", "G,<NON_REF>", "0/1 ./1 1|1"),
    (1999, "GC", "GT,G", "0|1:7 1/2:. 0|0:7"),
    (2500, "T", "TA", "0/1 0/0 1/1"),
    (3000, "G", "T", ". 0/0 1"),
]


def write(path: Path, content: str) -> Path:
    path.write_text(content, "utf-8")
    return path


def test_every_sample_is_read_together_as_it_is_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", text(RECORDS))
    together = list(read_samples(path, lambda _: INTEREST))
    assert [sample.sample for sample in together] == list(NAMES)
    assert together == [read_vcf(path, lambda _: INTEREST, sample=name) for name in NAMES]


def test_more_samples_than_one_reading_serves_are_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.vcf", text(RECORDS))
    together = list(read_samples(path, lambda _: ONLY_SITES))
    monkeypatch.setattr(vcf, "SAMPLES_AT_ONCE", 2)
    assert list(read_samples(path, lambda _: ONLY_SITES)) == together


def test_samples_share_equal_genotypes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", text([(1000, "A", "G", "0/1 0/1 0/0")]))
    first, second, third = (sample.genotypes.sites[0] for sample in read_samples(path, lambda _: INTEREST))
    assert first is second
    assert third.alleles == ("A", "A")


def test_files_of_one_sample_cover_their_regions(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.vcf", text([record])) for n, record in enumerate(RECORDS)]
    whole = read_vcf(write(tmp_path / "a.vcf", text(RECORDS)), lambda _: INTEREST, sample="S2")
    apart = read_vcf(paths, lambda _: INTEREST, sample="S2")
    assert (apart.sample, apart.genotypes, apart.variants) == (whole.sample, whole.genotypes, whole.variants)
    backwards = read_vcf(paths[::-1], lambda _: INTEREST, sample="S2")
    assert backwards.genotypes == whole.genotypes


def test_a_site_that_two_files_show_differently_is_a_conflict(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / f"{n}.vcf", text([(1000, "A", "G", f"{call} 0/0 0/0")]))
        for n, call in enumerate(("0/1", "1/1"))
    ]
    first, second, _ = read_samples(paths, lambda _: INTEREST)
    (site,) = first.genotypes.sites
    assert site.conflict == "records of the site differ"
    assert second.genotypes.sites == (Genotype("2", 1000, "A", ("A", "A"), phased=True, alternates=("G",)),)


def test_files_of_different_samples_are_an_error(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{name}.vcf", text([], (name,))) for name in ("S1", "S2")]
    with pytest.raises(InputError, match="different samples"):
        read_vcf(paths, lambda _: INTEREST)


def test_a_sample_that_one_file_lacks_is_unknown_there_and_says_so(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / "a.vcf", text([(1000, "A", "G", "0/1 0/1")], ("S1", "S2"))),
        write(tmp_path / "b.vcf", text([(2000, "C", "G", "0/1")], ("S2",))),
    ]
    first, second = read_samples(paths, lambda _: INTEREST)
    assert [[site.position for site in sample.genotypes.sites] for sample in (first, second)] == [[1000], [1000, 2000]]
    assert [(p.severity, p.where) for p in first.problems] == [(Severity.WARNING, str(paths[1]))]
    assert second.problems == ()


def test_every_form_of_a_file_reads_alike(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.vcf", text(RECORDS))
    expected = list(read_samples(plain, lambda _: ONLY_SITES))
    packed = tmp_path / "gzip.vcf.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    windows = tmp_path / "windows.vcf"
    windows.write_bytes(plain.read_bytes().replace(b"\n", b"\r\n"))
    block, binary = tmp_path / "bgzip.vcf.gz", tmp_path / "a.bcf"
    pysam.tabix_compress(str(plain), str(block))
    pysam.bcftools.view("-Ob", "-o", str(binary), str(plain), catch_stdout=False)
    paths = [packed, windows, block, binary]
    for ending in ("tbi", "csi"):
        indexed = write(tmp_path / f"{ending}.vcf", plain.read_text("utf-8"))
        paths.append(tmp_path / pysam.tabix_index(str(indexed), preset="vcf", force=True, csi=ending == "csi"))
        assert fresh_index(paths[-1]) is not None
    for path in paths:
        assert [s.genotypes for s in read_samples(path, lambda _: ONLY_SITES)] == [s.genotypes for s in expected], path


def test_an_index_that_is_older_than_its_file_is_not_used(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.vcf", text(RECORDS))
    path = tmp_path / pysam.tabix_index(str(plain), preset="vcf", force=True)
    index = path.with_name(path.name + ".tbi")
    os.utime(index, (path.stat().st_mtime - 3600, path.stat().st_mtime - 3600))
    assert fresh_index(path) is None
    assert len(read_vcf(path, lambda _: ONLY_SITES, sample="S1").genotypes.sites) == 3


def test_a_block_that_begins_far_before_a_site_is_found_through_the_index(tmp_path: Path) -> None:
    content = text([(100, "C", "<*>", "0/0 0/0 0/0"), (2000, "C", "T", "0/1 0/0 0/0")]).replace(
        "\t<*>\t.\tPASS\t.\t", "\t<*>\t.\tPASS\tEND=1500\t"
    )
    plain = write(tmp_path / "a.vcf", content)
    expected = read_vcf(plain, lambda _: ONLY_SITES, sample="S1").genotypes
    path = tmp_path / pysam.tabix_index(str(write(tmp_path / "b.vcf", content)), preset="vcf", force=True)
    assert read_vcf(path, lambda _: ONLY_SITES, sample="S1").genotypes == expected
    assert [site.position for site in expected.sites] == [1000, 2000]


@pytest.mark.parametrize(
    "line",
    [
        "2\t1000\t.\tA\tG\t.\tPASS\t.\tGT\t0/2\t0/0\t0/0",
        "2\tx\t.\tA\tG\t.\tPASS\t.\tGT\t0/0\t0/0\t0/0",
        "2\t1000\t.\tA",
    ],
)
@pytest.mark.parametrize("interest", [INTEREST, ONLY_SITES], ids=["variants", "sites"])
def test_a_malformed_record_is_an_error_that_says_where(tmp_path: Path, line: str, interest: Interest) -> None:
    path = write(tmp_path / "a.vcf", text([(900, "A", "G", "0/0 0/0 0/0")]) + line + "\n")
    with pytest.raises(InputError, match=r"a\.vcf: is truncated or damaged after record 1"):
        list(read_samples(path, lambda _: interest))


def test_samples_with_the_same_name_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="samples have no names, or the same"):
        list(read_samples(write(tmp_path / "a.vcf", text([], ("S1", "S1"))), lambda _: INTEREST))


@pytest.mark.real_data
def test_samples_of_1000_genomes_are_read_together_as_alone(test_data: Path) -> None:
    paths = [test_data / "1000genomes" / f"{gene}.vcf.gz" for gene in ("CYP2C19", "UGT1A1", "VKORC1")]
    sites = frozenset({("10", 94781859), ("10", 94761900), ("2", 233760233), ("16", 31096368)})
    wanted = Interest(sites, variants=False)
    together = {s.sample: s for s in read_samples(paths, lambda _: wanted, assembly=Assembly.GRCH38)}
    assert len(together) == 3202
    for name in ("HG00096", "NA20845", "NA21144"):
        assert together[name] == read_vcf(paths, lambda _: wanted, sample=name, assembly=Assembly.GRCH38)
