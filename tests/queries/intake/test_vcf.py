from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pysam
import pytest

from ontology.errors import InputError, UsageError
from queries.case import Assembly, Genotype, Severity, VariantCall, Zygosity
from queries.intake.vcf import Interest, VcfSample, read_vcf, sample_names

if TYPE_CHECKING:
    from pathlib import Path

CONTIGS = "##contig=<ID=chr10,length=133797422>\n##contig=<ID=chrX,length=156040895>\n"
RECORDS = (
    ("chr10", 94781859, "G", "A", "PASS", ".", "0|1"),
    ("chr10", 94781900, "C", "T", "q10", ".", "1/1"),
    ("chr10", 94782000, "CTT", "C,CT", ".", ".", "1/2"),
    ("chr10", 94782100, "A", ".", ".", ".", "0/0"),
    ("chr10", 94782200, "A", "G", ".", ".", "./."),
    ("chr10", 94782300, "A", "G", ".", ".", "./1"),
    ("chr10", 94782400, "A", "<DEL>,*", ".", ".", "1/2"),
    ("chrX", 154536002, "C", "T", "PASS", ".", "1"),
)
SITES = frozenset(
    {("10", p) for p in (94781859, 94781900, 94782100, 94782200, 94783050, 94789999)} | {("X", 154536002)}
)


def text(
    records: tuple[tuple[object, ...], ...] = RECORDS, header: str = CONTIGS, samples: tuple[str, ...] = ("S1",)
) -> str:
    lines = [
        "##fileformat=VCFv4.2\n" + header + '##FILTER=<ID=q10,Description="low">\n'
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples]),
    ]
    for chrom, pos, ref, alt, status, info, *genotypes in records:
        calls = genotypes * len(samples) if len(genotypes) == 1 else genotypes
        lines.append("\t".join(map(str, [chrom, pos, ".", ref, alt, ".", status, info, "GT", *calls])))
    return "\n".join(lines) + "\n"


def everything(_: Assembly) -> Interest:
    return Interest(SITES)


def only_sites(_: Assembly) -> Interest:
    return Interest(SITES, variants=False)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def sample(tmp_path: Path) -> VcfSample:
    return read_vcf(write(tmp_path / "a.vcf", text()), everything)


def test_sites_of_interest_are_kept_whatever_their_genotype(sample: VcfSample) -> None:
    assert sample.genotypes.assembly is Assembly.GRCH38
    assert sample.genotypes.sites == (
        Genotype("10", 94781859, "G", ("G", "A"), phased=True, alternates=("A",)),
        Genotype("10", 94781900, "C", ("T", "T"), phased=True, filtered=True, alternates=("T",)),
        Genotype("10", 94782100, "A", ("A", "A"), phased=True),
        Genotype("10", 94782200, "A", (None, None), alternates=("G",)),
        Genotype("X", 154536002, "C", ("T",), alternates=("T",)),
    )


def test_variants_are_unfiltered_calls_with_trimmed_alleles_and_their_zygosity(sample: VcfSample) -> None:
    assert [(v.locus, v.zygosity) for v in sample.variants] == [
        ("10-94781859-G-A", Zygosity.HETEROZYGOUS),
        ("10-94782000-CTT-C", Zygosity.HETEROZYGOUS),
        ("10-94782000-CT-C", Zygosity.HETEROZYGOUS),
        ("10-94782300-A-G", None),
        ("X-154536002-C-T", Zygosity.HEMIZYGOUS),
    ]
    assert {v.assembly for v in sample.variants} == {Assembly.GRCH38}


def test_symbolic_alleles_are_counted_in_a_note(sample: VcfSample) -> None:
    assert [(p.severity, p.message.split()[0]) for p in sample.problems] == [(Severity.INFO, "1")]


@pytest.mark.parametrize("form", ["gzip", "bgzip"])
def test_compressed_files_read_like_plain_ones(tmp_path: Path, sample: VcfSample, form: str) -> None:
    plain, packed = write(tmp_path / "b.vcf", text()), tmp_path / "b.vcf.gz"
    if form == "gzip":
        write(packed, gzip.compress(plain.read_bytes()))
    else:
        pysam.tabix_compress(str(plain), str(packed))
    found = read_vcf(packed, everything)
    assert (found.genotypes, found.variants) == (sample.genotypes, sample.variants)


def test_an_index_gives_the_same_sites_as_reading_everything(tmp_path: Path) -> None:
    block = ("chr10", 94783000, "G", "<NON_REF>", ".", "END=94790100", "0/0")
    plain = write(tmp_path / "c.vcf", text((*RECORDS[:-1], block, RECORDS[-1])))
    indexed = pysam.tabix_index(str(write(tmp_path / "d.vcf", plain.read_bytes())), preset="vcf", force=True)
    assert read_vcf(tmp_path / indexed, only_sites).genotypes == read_vcf(plain, only_sites).genotypes
    assert read_vcf(plain, only_sites).variants == ()


@pytest.mark.parametrize("declared", ['##INFO=<ID=END,Number=1,Type=Integer,Description="End">\n', ""])
def test_a_reference_block_covers_its_sites(tmp_path: Path, declared: str) -> None:
    block = ("chr10", 94783000, "G", "<NON_REF>", ".", "END=94783100", "0/0")
    found = read_vcf(write(tmp_path / "g.vcf", text((block,), CONTIGS + declared)), everything)
    assert found.genotypes.sites == (Genotype("10", 94783050, "N", ("N", "N"), phased=True),)
    assert found.variants == ()


def test_loci_restrict_the_variants(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", text())
    found = read_vcf(path, lambda _: Interest(loci={"10-94782000-CT-C"}))
    assert [v.locus for v in found.variants] == ["10-94782000-CT-C"]
    assert found.genotypes.sites == ()


def test_variants_beyond_the_bound_are_a_warning(tmp_path: Path) -> None:
    found = read_vcf(write(tmp_path / "a.vcf", text()), lambda _: Interest(limit=2))
    assert len(found.variants) == 2
    assert [p.severity for p in found.problems] == [Severity.INFO, Severity.WARNING]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("##reference=file:///ref/human_g1k_v37.fasta\n##contig=<ID=10>\n", Assembly.GRCH37),
        ("##contig=<ID=10,assembly=hg19>\n", Assembly.GRCH37),
        ("##contig=<ID=10,length=135534747>\n", Assembly.GRCH37),
        ("##contig=<ID=NC_000010.11>\n", Assembly.GRCH38),
        ("##contig=<ID=10,length=133797422,assembly=GRCh38.p14>\n", Assembly.GRCH38),
    ],
)
def test_the_header_tells_the_assembly(tmp_path: Path, header: str, expected: Assembly) -> None:
    path = write(tmp_path / "h.vcf", text((), header))
    assert read_vcf(path, everything).genotypes.assembly is expected


def test_without_any_hint_the_assembly_must_be_stated(tmp_path: Path) -> None:
    path = write(tmp_path / "u.vcf", text((), "##contig=<ID=10>\n"))
    with pytest.raises(InputError, match=r"u\.vcf: .*--assembly"):
        read_vcf(path, everything)
    assert read_vcf(path, everything, assembly=Assembly.GRCH37).genotypes.assembly is Assembly.GRCH37


def test_a_stated_assembly_that_the_header_contradicts_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", text())
    with pytest.raises(InputError, match=r"is on GRCh38 .* but GRCh37 was stated"):
        read_vcf(path, everything, assembly=Assembly.GRCH37)


def test_a_header_that_contradicts_itself_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "x.vcf", text((), "##reference=hg19.fa\n" + CONTIGS))
    with pytest.raises(InputError, match="contradicts itself"):
        read_vcf(path, everything)


def test_several_samples_need_a_choice(tmp_path: Path) -> None:
    path = write(tmp_path / "m.vcf", text(samples=("S1", "S2")))
    assert sample_names(path) == ("S1", "S2")
    with pytest.raises(InputError, match=r"2 samples \(S1, S2\)"):
        read_vcf(path, everything)
    assert read_vcf(path, everything, sample="S2").sample == "S2"


def test_the_genotypes_of_the_chosen_sample_are_read(tmp_path: Path) -> None:
    record = ("chr10", 94781859, "G", "A", ".", ".", "0/0", "1/1")
    path = write(tmp_path / "m.vcf", text((record,), samples=("S1", "S2")))
    assert read_vcf(path, everything, sample="S1").variants == ()
    assert read_vcf(path, everything, sample="S2").variants == (
        VariantCall(Assembly.GRCH38, "10-94781859-G-A", zygosity=Zygosity.HOMOZYGOUS),
    )


def test_a_sample_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sample 'S9'; it has S1"):
        read_vcf(write(tmp_path / "a.vcf", text()), everything, sample="S9")


def test_a_vcf_without_sample_columns_is_an_error(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.vcf", "##fileformat=VCFv4.2\n" + CONTIGS + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    with pytest.raises(InputError, match="no sample column"):
        read_vcf(path, everything)


def test_a_record_without_genotypes_is_a_no_call(tmp_path: Path) -> None:
    path = write(tmp_path / "n.vcf", text((RECORDS[0],)).replace("\tGT\t0|1", "\tDP\t7"))
    assert [g.alleles for g in read_vcf(path, everything).genotypes.sites] == [(None,)]


def long_text() -> bytes:
    return text(tuple(("chr10", 94781859 + n, "G", "A", "PASS", ".", "0/1") for n in range(5000))).encode()


def truncated_gzip(folder: Path) -> Path:
    packed = gzip.compress(long_text())
    return write(folder / "bad.vcf.gz", packed[: len(packed) // 2])


def truncated_bgzip(folder: Path) -> Path:
    pysam.tabix_compress(str(write(folder / "long.vcf", long_text())), str(folder / "long.vcf.gz"))
    packed = (folder / "long.vcf.gz").read_bytes()
    return write(folder / "bad.vcf.gz", packed[: len(packed) // 2])


def damaged_bgzip(folder: Path) -> Path:
    pysam.tabix_compress(str(write(folder / "long.vcf", long_text())), str(folder / "long.vcf.gz"))
    packed = bytearray((folder / "long.vcf.gz").read_bytes())
    packed[len(packed) // 2] ^= 0xFF
    return write(folder / "bad.vcf.gz", bytes(packed))


@pytest.mark.parametrize("make", [truncated_gzip, truncated_bgzip, damaged_bgzip])
def test_damaged_compression_is_an_error_that_names_the_file(
    tmp_path: Path, make: object, capfd: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    with pytest.raises(InputError, match=r"bad\.vcf\.gz: is truncated"):
        read_vcf(make(tmp_path), everything)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x13junk" * 99, b'{"a": 1}\n', text().split("#CHROM")[0].encode()])
def test_what_is_no_vcf_is_an_error_that_names_the_file(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=r"j\.vcf: is no VCF"):
        read_vcf(write(tmp_path / "j.vcf", content), everything)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("cut", "record"), [(9, 7), (25, 7)])
def test_a_record_that_is_cut_off_is_an_error_that_names_the_record(tmp_path: Path, cut: int, record: int) -> None:
    with pytest.raises(InputError, match=rf"t\.vcf: is truncated or damaged after record {record}"):
        read_vcf(write(tmp_path / "t.vcf", text()[:-cut]), everything)


def test_a_missing_last_line_end_is_a_warning(tmp_path: Path) -> None:
    found = read_vcf(write(tmp_path / "e.vcf", text((RECORDS[0],)).rstrip("\n")), everything)
    assert [p.severity for p in found.problems] == [Severity.WARNING]


def test_a_vcf_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_vcf(tmp_path / "none.vcf", everything)


@pytest.mark.real_data
def test_the_pharmcat_example_is_read_with_its_assembly(test_data: Path) -> None:
    path = test_data / "pharmcat" / "3.1.1" / "examples" / "pharmcat.example.vcf"
    found = read_vcf(path, lambda _: Interest(frozenset({("10", 94781859), ("1", 97078987)})))
    assert found.sample == "Sample_1"
    assert found.genotypes.assembly is Assembly.GRCH38
    assert found.genotypes.sites == (
        Genotype("1", 97078987, "G", ("G", "G"), phased=True, alternates=("T",)),
        Genotype("10", 94781859, "G", ("G", "G"), phased=True, alternates=("A",)),
    )


@pytest.mark.real_data
def test_one_sample_of_1000_genomes_is_read_alike_with_and_without_the_index(test_data: Path) -> None:
    path, site = test_data / "1000genomes" / "CYP2C19.vcf.gz", frozenset({("10", 94781859)})
    found = [
        read_vcf(path, lambda _, v=v: Interest(site, variants=v), sample="HG00096", assembly=Assembly.GRCH38)  # type: ignore[misc]  # mypy cannot type the default
        for v in (True, False)
    ]
    assert found[0].genotypes == found[1].genotypes
    assert found[0].genotypes.sites == (Genotype("10", 94781859, "G", ("A", "G"), phased=True, alternates=("A",)),)
    assert "10-94781859-G-A" in {v.locus for v in found[0].variants}


@pytest.mark.parametrize("depths", ["0:0:.", "12:0:0"], ids=["DP", "MIN_DP"])
def test_the_reference_without_a_read_is_no_call(tmp_path: Path, depths: str) -> None:
    """GATK writes what nothing covers in a gVCF as ``0/0`` with DP 0."""
    lines = [
        "##fileformat=VCFv4.2",
        "##contig=<ID=chr10,length=133797422>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1",
        f"chr10\t94761900\t.\tC\t<NON_REF>\t.\t.\tEND=94781859\tGT:DP:GQ:MIN_DP\t0/0:{depths}",
    ]
    path = tmp_path / "uncovered.g.vcf"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    found = read_vcf(path, lambda _: Interest(sites=frozenset({("10", 94781859)}), variants=False))
    assert [site.alleles for site in found.genotypes.sites] == [(None, None)]
