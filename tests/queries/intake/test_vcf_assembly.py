from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError
from queries.case import Assembly
from queries.intake.vcf import Interest, read_vcf

if TYPE_CHECKING:
    from pathlib import Path

    from queries.intake.vcf import VcfSample

OLDER = {("2", 1000 + 10 * n): "ACGT"[n % 4] for n in range(20)}
NEWER = {("2", 5000 + 10 * n): "ACGT"[n % 4] for n in range(20)}
INTERESTS = {
    build: Interest(frozenset(references), variants=False, references=references)
    for build, references in ((Assembly.GRCH37, OLDER), (Assembly.GRCH38, NEWER))
}
TELLING = "##contig=<ID=2,length=242193529>\n"
"""The length of chromosome 2 on GRCh38."""
SILENT = "##contig=<ID=2>\n"


def write(path: Path, header: str, sites: list[tuple[int, str]]) -> Path:
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
    lines = "".join(f"2\t{position}\t.\t{base}\t.\t.\tPASS\t.\tGT\t0/0\n" for position, base in sites)
    path.write_text(f"##fileformat=VCFv4.2\n{header}{columns}{lines}", "utf-8")
    return path


def of(references: dict[tuple[str, int], str], count: int, wrong: int = 0) -> list[tuple[int, str]]:
    """Sites with their bases, the first ``wrong`` of them with another."""
    sites = [(position, base) for (_, position), base in references.items()][:count]
    return [(position, "T" if base != "T" else "A") for position, base in sites[:wrong]] + sites[wrong:]


def read(path: Path, assembly: Assembly | None = None) -> VcfSample:
    return read_vcf(path, INTERESTS.__getitem__, assembly=assembly)


@pytest.mark.parametrize(("references", "expected"), [(OLDER, Assembly.GRCH37), (NEWER, Assembly.GRCH38)])
@pytest.mark.parametrize("count", [5, 20])
def test_where_the_header_is_silent_reference_bases_decide(
    tmp_path: Path, references: dict[tuple[str, int], str], expected: Assembly, count: int
) -> None:
    found = read(write(tmp_path / "a.vcf", SILENT, of(references, count)))
    assert found.genotypes.assembly is expected
    assert len(found.genotypes.sites) == count


@pytest.mark.parametrize(
    "sites",
    [of(NEWER, 4), of(NEWER, 12, wrong=1), [*of(NEWER, 6), *of(OLDER, 6)], []],
    ids=["few", "one", "both", "none"],
)
def test_what_does_not_decide_asks_for_the_assembly(tmp_path: Path, sites: list[tuple[int, str]]) -> None:
    path = write(tmp_path / "a.vcf", SILENT, sorted(sites))
    with pytest.raises(InputError, match=r"a\.vcf: its header does not tell the assembly.*--assembly GRCh37 or GRCh38"):
        read(path)
    if not sites or len(sites) == 4:
        assert read(path, Assembly.GRCH38).genotypes.assembly is Assembly.GRCH38


def test_files_decide_together(tmp_path: Path) -> None:
    sites = of(OLDER, 6)
    paths = [write(tmp_path / f"{n}.vcf", SILENT, sites[n::2]) for n in (0, 1)]
    assert read_vcf(paths, INTERESTS.__getitem__).genotypes.assembly is Assembly.GRCH37


def test_a_header_that_the_bases_contradict_is_an_error_with_record_and_bases(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", TELLING, of(NEWER, 5, wrong=4))
    with pytest.raises(
        InputError, match=r"a\.vcf: the record at 2:5000 has the reference base T.*GRCh38 has A; 4 of 5"
    ):
        read(path)


def test_an_option_that_the_bases_contradict_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", SILENT, of(OLDER, 5, wrong=5))
    with pytest.raises(InputError, match="GRCh37 has"):
        read(path, Assembly.GRCH37)


def test_an_option_is_an_error_where_only_sites_of_the_other_assembly_are_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf", SILENT, of(OLDER, 5))
    with pytest.raises(InputError, match=r"a\.vcf: GRCh38 was stated, but .* those of GRCh37 at 5 sites"):
        read(path, Assembly.GRCH38)
    path = write(tmp_path / "b.vcf", SILENT, of(OLDER, 4))
    assert read(path, Assembly.GRCH38).genotypes.sites == ()


@pytest.mark.parametrize(("count", "wrong"), [(1, 1), (6, 2)])
def test_single_other_bases_are_conflicts_of_their_sites(tmp_path: Path, count: int, wrong: int) -> None:
    sites = read(write(tmp_path / "a.vcf", TELLING, of(NEWER, count, wrong=wrong))).genotypes.sites
    assert [bool(site.conflict) for site in sites] == [True] * wrong + [False] * (count - wrong)


def test_files_on_different_assemblies_are_an_error_that_names_both(tmp_path: Path) -> None:
    newer = write(tmp_path / "new.vcf", TELLING, of(NEWER, 2))
    older = write(tmp_path / "old.vcf", "##reference=hg19.fa\n", of(OLDER, 2))
    with pytest.raises(InputError, match=r"new\.vcf: is on GRCh38.*old\.vcf: is on GRCh37"):
        read_vcf([newer, older], INTERESTS.__getitem__)
