"""The synthetic genome is one whose sites are all found, by genopath and by bcftools."""

from __future__ import annotations

import gzip
import importlib.util
import pickle
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysam
import pytest

from queries.intake.vcf import Interest, read_vcf

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SITES = {("1", 97450065): "TG", ("10", 94781859): "G", ("X", 154532055): "C", ("22", 42128936): "T"}
WANTED = Interest(frozenset(SITES), variants=False, references=SITES)


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pgx_genome", ROOT / "benchmarks" / "pgx_genome.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def genome(benchmark: Any, path: Path, seed: int) -> Path:
    benchmark.write_genome(path, WANTED, 5_000, random.Random(seed))  # noqa: S311 - a sample
    return path


def test_it_has_about_as_many_lines_as_asked_for_and_every_site(benchmark: ModuleType, tmp_path: Path) -> None:
    path = genome(benchmark, tmp_path / "a.vcf.gz", 1)
    with gzip.open(path, "rt", encoding="utf-8") as text:
        places = [tuple(line.split("\t")[:2]) for line in text if not line.startswith("#")]
    assert abs(len(places) - 5_000) <= len(SITES) + 24
    assert {(f"chr{chromosome}", str(position)) for chromosome, position in SITES} <= set(places)
    found = read_vcf(path, lambda _: WANTED).genotypes.sites
    assert {(genotype.chromosome, genotype.position) for genotype in found} == SITES.keys()
    assert not [genotype for genotype in found if genotype.conflict]


def test_equal_seeds_give_equal_bytes_and_others_do_not(benchmark: ModuleType, tmp_path: Path) -> None:
    first, same, other = (
        genome(benchmark, tmp_path / f"{name}.vcf.gz", seed).read_bytes()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == same
    assert first != other


def test_both_are_measured_through_the_index(
    benchmark: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = genome(benchmark, tmp_path / "a.vcf.gz", 1)
    pysam.tabix_index(str(path), preset="vcf")
    asked, positions = tmp_path / "interest", tmp_path / "positions.tsv"
    asked.write_bytes(pickle.dumps(WANTED))
    positions.write_text("".join(f"chr{c}\t{p}\n" for c, p in sorted(SITES)), "utf-8")
    monkeypatch.setattr(benchmark.shutil, "which", lambda _: None)
    own, others = benchmark.measure(path, asked, "-R", positions, 1)
    assert own[0]["sites"] == len(SITES)
    assert min(own[0]["seconds"], own[0]["rss"], others[0]["seconds"], others[0]["rss"]) > 0
