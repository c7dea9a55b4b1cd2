"""The synthetic ClinVar is one that the reader of the real table reads without a surprise."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.context import Context
from kg.folders import find_files
from kg.model import Entity
from kg.normalize import Resolver
from kg.sources.clinvar import SOURCE
from kg.sources.clinvar.summary import read_variant_summary
from ontology.vocabulary import Attribute

ROOT = Path(__file__).parents[2]
SLICES = ("clinvar.vcf", "clinvar_result.txt", "clinvar_2017-04-04.GRCh37.tsv", "clinvar_alleles.single.b38.tsv")
VARIANTS = 200


@pytest.fixture
def slices(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "clinvar" / "2024"
    folder.mkdir(parents=True)
    for name in SLICES:
        shutil.copy(ROOT / "tests" / "data" / "clinvar" / name, folder)
    return tmp_path / "data"


def written(data: Path, root: Path, *, seed: int = 1) -> Path:
    out = root / "clinvar" / "2026-01" / "variant_summary.txt.gz"
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "synthetic_clinvar.py"),
        "--data",
        str(data),
        "--out",
        str(out),
    ]
    subprocess.run([*command, "--variants", str(VARIANTS), "--seed", str(seed)], check=True, cwd=ROOT)
    return out


def read_back(root: Path) -> tuple[Context, list[Entity]]:
    (file,) = find_files(SOURCE, SOURCE.tables[0], [root])
    context = Context(Resolver())
    variants = []
    for item in read_variant_summary(file, context):
        context.account.items += 1
        if isinstance(item, Entity) and item.reference.prefix == "ClinVar":
            variants.append(item)
    return context, variants


def test_every_row_is_read_as_a_variant_with_a_locus_on_each_assembly(slices: Path, tmp_path: Path) -> None:
    with gzip.open(written(slices, tmp_path / "out"), "rt", encoding="utf-8") as text:
        widths = {line.count("\t") + 1 for line in text}
    assert widths == {43}
    context, variants = read_back(tmp_path / "out")
    assert (context.account.read, context.account.used, context.account.unexplained) == (2 * VARIANTS, 2 * VARIANTS, 0)
    assert len({variant.reference for variant in variants}) == VARIANTS
    expected = {Attribute.HGVS, Attribute.LOCUS_GRCH37, Attribute.LOCUS_GRCH38}
    assert all({key for key, _ in variant.attributes} == expected for variant in variants)
    reasons = {*context.left_out.counts, *context.unresolved.counts}
    assert not [reason for reason in reasons if "review status" in reason or "merges" in reason]


def test_equal_seeds_give_equal_bytes_and_others_do_not(slices: Path, tmp_path: Path) -> None:
    first, same, other = (
        written(slices, tmp_path / name, seed=seed).read_bytes() for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first == same
    assert first != other


@pytest.mark.real_data
def test_the_real_slices_give_a_table_that_is_read_whole(test_data: Path, tmp_path: Path) -> None:
    written(test_data, tmp_path)
    context, variants = read_back(tmp_path)
    assert len(variants) == VARIANTS
    assert (context.account.used, context.account.unexplained) == (2 * VARIANTS, 0)
    assert not [reason for reason in context.unresolved.counts if "review status" in reason]
