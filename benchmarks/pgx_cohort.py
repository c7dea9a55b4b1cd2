"""Calls of a whole cohort: speed, memory, and allele frequencies against those that CPIC publishes.

Run with the folder of real public files in ``GENOPATH_TEST_DATA``::

    python benchmarks/pgx_cohort.py --out DIR [--release DIR] [--samples 800]

The cohort is the 3,202 samples of the 1000 Genomes Project at 30x (doi:10.1016/j.cell.2022.08.004), in phased slices
around the pharmacogenes. The command line reads them all, as any user would: once with the first samples alone and once
with all, which shows whether memory grows; and once more with ``--assume-missing-is-reference``. In a joint call of so many
samples most sites without a record vary in nobody, but not all: rs2279343 of CYP2B6 has none, so *6 is taken for *9 then.
Frequencies are those of the alleles of preferred diplotypes, of several equally preferred ones in equal parts, beside
CPIC's of the same biogeographic group; CPIC's tables of SLCO1B1, UGT1A1 and CYP4F2 are older than today's allele names.
Into ``DIR`` go the calls, ``frequencies.tsv``, ``phenotypes.tsv`` and ``frequencies.svg``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import numpy as np

import genopath
from kg.sources.cpic import allele
from ontology.vocabulary import Qualifier
from queries.case import BiogeographicGroup as Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.store import Graph

COHORT: Final = "1000genomes"
GROUPS: Final = {
    "EUR": Group.EUROPEAN,
    "AFR": Group.SUB_SAHARAN_AFRICAN,
    "EAS": Group.EAST_ASIAN,
    "SAS": Group.CENTRAL_SOUTH_ASIAN,
    "AMR": Group.LATINO,
}
ADMIXED: Final = frozenset({"ACB", "ASW"})
"""African-Caribbean and African-American populations of the superpopulation AFR."""
COLOURS: Final = dict(
    zip(
        (*GROUPS.values(), Group.AFRICAN_AMERICAN),
        ("#1b6ca8", "#c44536", "#3a7d44", "#8e5ea2", "#d98c21", "#7a5c48"),
        strict=True,
    )
)
Counts = dict[tuple[str, Group], dict[str, float]]
"""Copies of alleles by gene and group."""
FEWEST: Final = 3
"""Alleles with a published frequency, below which a correlation says nothing."""
NAMED: Final = 8
"""Missing positions of a gene that are named."""
FIXED_COLUMNS: Final = 9
"""Columns of a VCF before the samples."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command line."""

    samples: int
    seconds: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.samples} samples: {self.seconds:.1f} s, {self.samples / self.seconds:.0f} a second, peak {self.peak_mb:.0f} MB"


@dataclass(frozen=True, slots=True)
class Point:
    """One allele in one group: what CPIC publishes, and what the cohort shows."""

    gene: str
    group: Group
    name: str
    published: float
    ours: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="default: the newest")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=800, help="of the smaller run")
    options = parser.parse_args()
    if not (data := os.environ.get("GENOPATH_TEST_DATA")):
        print("skipped: GENOPATH_TEST_DATA names no folder with a cohort")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    folder, release = Path(data) / COHORT, () if options.release is None else ("--release", str(options.release))
    files = sorted(folder.glob("*.vcf.gz"))
    with tempfile.TemporaryDirectory() as cut:
        fewer = [cut_samples(file, options.samples, Path(cut)) for file in files]
        print(run(fewer, options.out / "fewer.tsv", *release))
    print(run(files, options.out / "calls.tsv", *release))
    joint = options.out / "calls-joint.tsv"
    print(run(files, joint, *release, "--assume-missing-is-reference"), "(missing sites taken as reference)")
    graph, groups = genopath.open_graph(options.release), read_groups(folder / "samples.tsv")
    print(*lacking(graph, files, next(iter(groups))), sep="\n")
    for table in (options.out / "calls.tsv", joint):
        points = list(compare(graph, count_alleles(table, groups)))
        print(f"\n{table.name}: frequencies against CPIC's", *agreement(points), sep="\n")
    write_table(options.out / "frequencies.tsv", points)
    write_phenotypes(options.out / "phenotypes.tsv", joint, groups)
    (options.out / "frequencies.svg").write_text(plot(points), encoding="utf-8")


def cut_samples(file: Path, number: int, folder: Path) -> Path:
    """The same VCF with its first samples alone."""
    target = folder / file.name.removesuffix(".gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            kept = line if line.startswith("##") else "\t".join(line.split("\t", FIXED_COLUMNS + number)[:-1]) + "\n"
            out.write(kept)
    return target


def run(files: Sequence[Path], out: Path, *flags: str) -> Run:
    """The command line over all samples, with wall time and the peak of its resident memory."""
    given = [argument for file in files for argument in ("--vcf", str(file))]
    program = [str(Path(sys.executable).with_name("genopath")), "--quiet", "pgx", *given]
    start = time.perf_counter()
    child = subprocess.Popen(
        [*program, "--all-samples", "--table", "calls", "--format", "tsv", *flags, "--out", str(out)]
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"genopath ended with {os.waitstatus_to_exitcode(status)}")
    return Run(len({row["case"] for row in rows(out)}), seconds, usage.ru_maxrss / 1024)


def rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10**7)
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def read_groups(path: Path) -> dict[str, Group]:
    """Samples with their group; one of two superpopulations has none."""
    found = {}
    for row in rows(path):
        if row["population"] in ADMIXED:
            found[row["sample"]] = Group.AFRICAN_AMERICAN
        elif row["superpopulation"] in GROUPS:
            found[row["sample"]] = GROUPS[row["superpopulation"]]
    return found


def lacking(graph: Graph, files: Sequence[Path], sample: str) -> Iterator[str]:
    """Defining positions of each gene that no slice has a record of."""
    advice = genopath.recommend_drugs(graph, genopath.read_case(graph, vcf=files, sample=sample))
    yield "\ndefining positions without a record in the slices"
    for call in advice.genes:
        if call.positions is not None and call.positions.missing:
            missing = call.positions.missing
            shown = ", ".join(missing[:NAMED]) + (" ..." if len(missing) > NAMED else "")
            yield f"{call.gene.name:9} {len(missing):3} of {len(missing) + call.positions.assayed:3}: {shown}"


def count_alleles(table: Path, groups: dict[str, Group]) -> Counts:
    """Copies of each allele by gene and group; of several preferred diplotypes each counts in part.

    A gene without an assayed position is left out: the slices do not cover it.
    """
    counts: Counts = defaultdict(lambda: defaultdict(float))
    for row in rows(table):
        if row["case"] in groups and row["diplotypes"] and int(row["assayed"]):
            alternatives = row["diplotypes"].split("; ")
            for diplotype in alternatives:
                for name in diplotype.split("/"):
                    counts[row["gene"], groups[row["case"]]][name] += 1 / len(alternatives)
    return counts


def compare(graph: Graph, counts: Counts) -> Iterator[Point]:
    """Every allele of the cohort that CPIC publishes a frequency of, in each group, be it absent there."""
    names: dict[str, set[str]] = defaultdict(set)
    for (gene, _), found in counts.items():
        names[gene] |= found.keys()
    for (gene, group), found in sorted(counts.items()):
        copies = sum(found.values())
        for name in sorted(names[gene]):
            published = frequency(graph, gene, name, group)
            if published is not None:
                yield Point(gene, group, name, published, found.get(name, 0.0) / copies)


def frequency(graph: Graph, gene: str, name: str, group: Group) -> float | None:
    """CPIC's frequency of an allele in a group, 0 to 1."""
    for stated in graph.associations(allele(gene, name), "is_sequence_variant_of"):
        if stated.qualifier(Qualifier.POPULATION) == group:
            return float(str(stated.qualifier(Qualifier.FREQUENCY)))
    return None


def agreement(points: Iterable[Point]) -> Iterator[str]:
    """One line a gene: Pearson correlation and RMSE of each group."""
    by_gene: dict[str, dict[Group, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        by_gene[point.gene][point.group].append(point)
        by_gene["all"][point.group].append(point)
    yield f"{'gene':9} alleles  " + "  ".join(f"{group[:14]:14}" for group in COLOURS) + "  (r, RMSE)"
    for gene, of_group in by_gene.items():
        shown = [measure(of_group[group]) if group in of_group else "-" for group in COLOURS]
        yield f"{gene:9} {max(map(len, of_group.values())):7}  " + "  ".join(f"{text:14}" for text in shown)


def measure(points: Sequence[Point]) -> str:
    published, ours = (np.array([getattr(point, name) for point in points]) for name in ("published", "ours"))
    error = float(np.sqrt(np.mean((published - ours) ** 2)))
    if len(points) < FEWEST or not published.std() or not ours.std():
        return f"-     {error:.3f}"
    return f"{np.corrcoef(published, ours)[0, 1]:.3f} {error:.3f}"


def write_table(path: Path, points: Iterable[Point]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(("gene", "group", "allele", "cpic", "cohort"))
        writer.writerows((p.gene, p.group, p.name, f"{p.published:.5f}", f"{p.ours:.5f}") for p in points)


def write_phenotypes(path: Path, table: Path, groups: dict[str, Group]) -> None:
    """Shares of each phenotype by gene and group; samples of several possible phenotypes count as open."""
    counts: dict[tuple[str, Group], Counter[str]] = defaultdict(Counter)
    for row in rows(table):
        if row["case"] in groups and row["assayed"] not in ("", "0"):
            several = "; " in row["phenotypes"]
            counts[row["gene"], groups[row["case"]]]["(open)" if several else row["phenotypes"] or "(none)"] += 1
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(("gene", "group", "phenotype", "samples", "share"))
        for (gene, group), found in sorted(counts.items()):
            for phenotype, number in found.most_common():
                writer.writerow((gene, group, phenotype, number, f"{number / found.total():.4f}"))


def plot(points: Sequence[Point]) -> str:
    """A square for each gene, CPIC's frequency to the right and the cohort's upwards, a colour for each group."""
    genes = sorted({point.gene for point in points})
    size, gap, columns = 180, 40, 4
    lines = []
    for number, gene in enumerate(genes):
        left, top = gap + number % columns * (size + gap), gap + number // columns * (size + gap)
        lines.append(f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>')
        lines.append(f'<path d="M{left} {top + size}L{left + size} {top}" stroke="#ccc"/>')
        lines.append(f'<text x="{left}" y="{top - 6}">{escape(gene)}</text>')
        for p in (point for point in points if point.gene == gene):
            title = escape(f"{p.name}, {p.group}: CPIC {p.published:.3f}, cohort {p.ours:.3f}")
            x, y = left + p.published * size, top + size - p.ours * size
            lines.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[p.group]}"><title>{title}</title></circle>'
            )
    foot = gap + (len(genes) + columns - 1) // columns * (size + gap)
    for number, (group, colour) in enumerate(COLOURS.items()):
        lines.append(f'<text x="{gap + number * 145}" y="{foot}" fill="{colour}">{escape(group)}</text>')
    width, height = gap + columns * (size + gap), foot + gap
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="10">'
    return "\n".join((head, *lines, "</svg>\n"))


if __name__ == "__main__":
    main()
