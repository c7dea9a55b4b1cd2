"""A synthetic ClinVar of any size, to measure builds with: ``variant_summary.txt.gz`` with all 43 official columns.

    python benchmarks/synthetic_clinvar.py --data DIR [--variants 4000000] [--seed 1] [--out FILE]

``DIR`` is a data folder with real slices of ClinVar (``DIR/clinvar/...``: VCF, saved search, allele tables, table of
single-base variants), HGNC and Mondo. ``FILE`` is ``DIR/clinvar/<release>/variant_summary.txt.gz`` of another data folder.

Drawn from the slices, with their frequencies: classification together with review status, conditions with their
identifiers, genes with the neighbourhood in which their variants lie. Made up: identifiers of variants, alleles and
records; the exact position (within 20 kb of a real one) and alleles; HGVS expressions; the place on GRCh38, which is the one
on GRCh37 moved by the chromosome's median distance in the saved search. **The output states nothing true and must never
be part of a graph that anybody asks.** Equal arguments and slices give equal bytes.

Each variant has two rows, GRCh37 and GRCh38, side by side. Writing takes a minute for a million variants and little memory.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from kg.folders import find_files
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import clinvar, hgnc, mondo
from kg.sources.clinvar.snv_table import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.source import SourceFile

COLUMNS: Final = (
    *("#AlleleID", "Type", "Name", "GeneID", "GeneSymbol", "HGNC_ID", "ClinicalSignificance", "ClinSigSimple"),
    *("LastEvaluated", "RS# (dbSNP)", "nsv/esv (dbVar)", "RCVaccession", "PhenotypeIDS", "PhenotypeList", "Origin"),
    *("OriginSimple", "Assembly", "ChromosomeAccession", "Chromosome", "Start", "Stop", "ReferenceAllele"),
    *("AlternateAllele", "Cytogenetic", "ReviewStatus", "NumberSubmitters", "Guidelines", "TestedInGTR", "OtherIDs"),
    *("SubmitterCategories", "VariationID", "PositionVCF", "ReferenceAlleleVCF", "AlternateAlleleVCF"),
    *("SomaticClinicalImpact", "SomaticClinicalImpactLastEvaluated", "ReviewStatusClinicalImpact", "Oncogenicity"),
    *("OncogenicityLastEvaluated", "ReviewStatusOncogenicity", "SCVsForAggregateGermlineClassification"),
    *("SCVsForAggregateSomaticClinicalImpact", "SCVsForAggregateOncogenicityClassification"),
)
BATCH: Final = 50_000
"""Variants drawn at once."""
SPREAD: Final = 20_000
"""Bases by which a position may lie off a real one."""
INDELS: Final = 0.12
"""Share of variants that insert or delete; of the 2,000 of the VCF slice, 0.13."""
FIRST_VARIATION: Final = 10_000_000
"""Above every variation id that ClinVar has given so far (about 4.3 million in 2026)."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a real variant lies (GRCh37), with the columns that describe its gene."""

    chromosome: str
    position: int
    gene: str


@dataclass(frozen=True, slots=True)
class Pools:
    """What is drawn from: distinct values with their weights (summing to 1)."""

    sites: Sequence[Site]
    classes: tuple[Sequence[str], np.ndarray]
    conditions: tuple[Sequence[str], np.ndarray]
    shifts: dict[str, int]
    """Bases from GRCh37 to GRCh38, by chromosome."""


def read_pools(root: Path) -> Pools:
    resolver = _resolver(root)
    classes: Counter[str] = Counter()
    conditions: Counter[str] = Counter()
    sites: list[Site] = []
    for pattern, read in _SLICES.items():
        for file in _files(root, pattern):
            read(file, resolver, classes, conditions, sites)
    if not (classes and conditions and sites):
        sys.exit(f"{root} lacks slices of ClinVar: needed are a VCF or allele tables, and the table of single variants")
    return Pools(sites, _weighted(classes), _weighted(conditions), _shifts(root))


def _resolver(root: Path) -> Resolver:
    resolver = Resolver()
    for source in (hgnc.SOURCE, mondo.SOURCE):
        for _, items in Reading.of(source, [root], resolver).files():
            for _ in items:
                pass
    return resolver


def _files(root: Path, pattern: str) -> list[SourceFile]:
    (table,) = (table for table in clinvar.SOURCE.tables if table.pattern == pattern)
    return find_files(clinvar.SOURCE, table, [root])


def _read_vcf(
    file: SourceFile, resolver: Resolver, classes: Counter[str], conditions: Counter[str], sites: list[Site]
) -> None:
    for _, line in file.lines():
        if line.startswith("#"):
            continue
        info = dict(entry.partition("=")[::2] for entry in line.split("\t")[7].split(";"))
        if "CLNSIG" in info and "CLNREVSTAT" in info:
            classes["\t".join(info[key].replace("_", " ") for key in ("CLNSIG", "CLNREVSTAT"))] += 1
        if "CLNDISDB" in info and info["CLNDISDB"] != ".":
            conditions["\t".join(info[key].replace("_", " ") for key in ("CLNDISDB", "CLNDN"))] += 1


def _read_alleles(
    file: SourceFile, resolver: Resolver, classes: Counter[str], conditions: Counter[str], sites: list[Site]
) -> None:
    for row in file.rows(("clinical_significance", "review_status", "xrefs", "all_traits", "rcv")):
        classes[f"{row['clinical_significance']}\t{row['review_status']}"] += 1
        if row["xrefs"] and ";" not in row["rcv"]:
            conditions[f"{row['xrefs'].replace(';', ',')}\t{row['all_traits'].split(';')[0]}"] += 1


def _read_export(
    file: SourceFile, resolver: Resolver, classes: Counter[str], conditions: Counter[str], sites: list[Site]
) -> None:
    for row in file.rows(("Germline classification", "Germline review status"), quoted=True):
        classes[f"{row['Germline classification']}\t{row['Germline review status']}"] += 1


def _read_snvs(
    file: SourceFile, resolver: Resolver, classes: Counter[str], conditions: Counter[str], sites: list[Site]
) -> None:
    genes: dict[str, str] = {}
    numbers = {entity: other.identifier for other, found in resolver.genes.identifiers.items() for entity in found}
    for row in file.rows(("chrom", "pos", "gene", "disease_names")):
        symbol = row["gene"]
        if symbol not in genes:
            reference = resolver.genes.by_name(symbol).reference if symbol else None
            ids = (numbers.get(reference, "-1"), symbol, str(reference)) if reference else ("-1", symbol or "-", "-")
            genes[symbol] = "\t".join(ids)
        sites.append(Site(row["chrom"], int(row["pos"]), genes[symbol]))
        for name in row["disease_names"].split("|"):
            found = resolver.diseases.by_name(plain_name(name)).reference
            if found is not None:
                conditions[f"MONDO:{found}\t{plain_name(name)}"] += 1


_SLICES: Final = {
    "clinvar[!_]*vcf": _read_vcf,
    "clinvar_allele*.b3[78].tsv": _read_alleles,
    "clinvar_result*.txt": _read_export,
    "clinvar_*.GRCh37.tsv": _read_snvs,
}


def _shifts(root: Path) -> dict[str, int]:
    columns = ("GRCh37Chromosome", "GRCh37Location", "GRCh38Location")
    distances: dict[str, list[int]] = {}
    for file in _files(root, "clinvar_result*.txt"):
        for row in file.rows(columns, quoted=True):
            older, newer = row["GRCh37Location"], row["GRCh38Location"]
            if older.isdigit() and newer.isdigit():
                distances.setdefault(row["GRCh37Chromosome"], []).append(int(newer) - int(older))
    return {chromosome: int(median(found)) for chromosome, found in distances.items()}


def _weighted(counts: Counter[str]) -> tuple[list[str], np.ndarray]:
    values = sorted(counts)
    weights = np.array([counts[value] for value in values], float)
    return values, weights / weights.sum()


def lines(pools: Pools, variants: int, seed: int) -> Iterator[str]:
    """Header and rows, each with its line end."""
    yield "\t".join(COLUMNS) + "\n"
    random = np.random.default_rng(seed)
    for start in range(0, variants, BATCH):
        yield from _batch(pools, start, min(BATCH, variants - start), random)


def _batch(pools: Pools, start: int, size: int, random: np.random.Generator) -> Iterator[str]:
    drawn = zip(
        range(start, start + size),
        random.integers(len(pools.sites), size=size).tolist(),
        random.integers(-SPREAD, SPREAD + 1, size=size).tolist(),
        random.choice(len(pools.classes[0]), size=size, p=pools.classes[1]).tolist(),
        random.choice(len(pools.conditions[0]), size=size, p=pools.conditions[1]).tolist(),
        random.integers(1 << 16, size=size).tolist(),
        (random.random(size) < INDELS).tolist(),
        strict=True,
    )
    for number, site, off, class_, condition, bits, is_indel in drawn:
        significance, review = pools.classes[0][class_].split("\t")
        yield from _rows(
            number,
            pools.sites[site],
            off,
            (significance, review),
            pools.conditions[0][condition],
            bits,
            is_indel,
            pools,
        )


def _rows(
    number: int,
    site: Site,
    off: int,
    class_: tuple[str, str],
    condition: str,
    bits: int,
    is_indel: bool,
    pools: Pools,
) -> Iterator[str]:
    variation = FIRST_VARIATION + number
    ref = "ACGT"[bits & 3]
    alt = ref + "ACGT"[bits >> 2 & 3] if is_indel else "ACGT"[(bits + 1 + (bits >> 2) % 3) & 3]
    kind = "Insertion" if is_indel else "single nucleotide variant"
    rsid = str(2_000_000_000 + number) if bits & 48 else "-1"
    coding = 1 + (bits * 7 + number) % 9000
    change = f"{coding}_{coding + 1}ins{alt[1]}" if is_indel else f"{coding}{ref}>{alt}"
    gene = site.gene.split("\t")
    name = f"NM_{90_000_000 + number % 60_000}.1({gene[1]}):c.{change}"
    before = (
        f"{variation + 1_000_000}\t{kind}\t{name}\t{site.gene}\t{class_[0]}\t{int(class_[0].startswith(_PATHOGENIC))}\t"
        f"Jan 01, 2026\t{rsid}\t-\tRCV{900_000_000 + number}\t{condition}\tgermline\tgermline\t"
    )
    after = (
        f"\tna\tna\t-\t{class_[1]}\t{1 + (bits >> 6) % 4}\t-\tN\t-\t2\t{variation}\t",
        f"\t{ref}\t{alt}" + "\t-" * 6 + f"\tSCV{900_000_000 + number}\t-\t-\n",
    )
    older = max(site.position + off, 1)
    for assembly, position in (("GRCh37", older), ("GRCh38", max(older + pools.shifts.get(site.chromosome, 0), 1))):
        place = f"{assembly}\t-\t{site.chromosome}\t{position}\t{position}"
        yield f"{before}{place}{after[0]}{position}{after[1]}"


_PATHOGENIC: Final = ("Pathogenic", "Likely pathogenic")


def write(pools: Pools, out: Path, variants: int, seed: int) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as packed:
        waiting: list[str] = []
        for line in lines(pools, variants, seed):
            waiting.append(line)
            if len(waiting) == BATCH:
                packed.write("".join(waiting).encode())
                waiting.clear()
        packed.write("".join(waiting).encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--variants", type=int, default=4_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("clinvar/2026-01/variant_summary.txt.gz"))
    given = parser.parse_args()
    write(read_pools(given.data), given.out, given.variants, given.seed)


if __name__ == "__main__":
    main()
