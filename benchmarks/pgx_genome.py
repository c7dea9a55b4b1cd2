"""Time of reading the pharmacogenes' genotypes out of a whole genome's VCF, against bcftools at the same positions.

    python benchmarks/pgx_genome.py [--release DIR] [--lines 5000000] [--rounds 5] [--seed 1]

A synthetic bgzip VCF of one sample is made in a temporary folder, in GRCh38's coordinates, with a record at each of the
defining sites among random ones, and indexed. Rounds are interleaved: genopath's intake and ``bcftools view -R`` with the
index, then genopath's intake and ``bcftools view -T`` without it. Each is a process of its own; genopath's seconds are
those of reading, without the start of the interpreter and the opening of the graph, those of bcftools of the whole
process. Printed are medians, their ratios, and the largest resident sets. The exit code is 1 where a site is not found.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pysam

from genopath.api import interest, open_graph
from kg.chromosomes import CHROMOSOMES
from queries.case import Assembly
from queries.intake.assembly import chromosome_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from queries.intake.vcf import Interest

GOALS: Final = {"with the index": 1.5, "without an index": 2.0}
HEADER: Final = """##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count">
##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency">
##INFO=<ID=AN,Number=1,Type=Integer,Description="Number of alleles">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
##INFO=<ID=FS,Number=1,Type=Float,Description="Strand bias">
##INFO=<ID=MQ,Number=1,Type=Float,Description="Mapping quality">
##INFO=<ID=QD,Number=1,Type=Float,Description="Quality by depth">
##INFO=<ID=SOR,Number=1,Type=Float,Description="Strand odds ratio">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depth of each allele">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Likelihoods">
"""
READ: Final = """
import json, pickle, sys, time
from pathlib import Path
import pysam
from queries.intake.vcf import read_vcf
wanted = pickle.loads(Path(sys.argv[2]).read_bytes())
start = time.perf_counter()
found = read_vcf(Path(sys.argv[1]), lambda _: wanted)
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "sites": len({g.position for g in found.genotypes.sites})}))
"""
LAUNCH: Final = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "rss": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
"""
BCFTOOLS_OF_PYSAM: Final = "import sys, pysam.bcftools; pysam.bcftools.view(*sys.argv[1:], catch_stdout=False)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="default: the newest")
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = interest(open_graph(given.release), Assembly.GRCH38, variants=False)
    with TemporaryDirectory() as folder:
        indexed, bare = Path(folder) / "indexed.vcf.gz", Path(folder) / "bare.vcf.gz"
        write_genome(indexed, wanted, given.lines, random.Random(given.seed))  # noqa: S311 - a sample
        pysam.tabix_index(str(indexed), preset="vcf")
        bare.symlink_to(indexed)
        asked, positions = Path(folder) / "interest.pickle", Path(folder) / "positions.tsv"
        asked.write_bytes(pickle.dumps(wanted))
        positions.write_text("".join(f"chr{c}\t{p}\n" for c, p in sorted(wanted.sites)), "utf-8")
        print(f"{given.lines} lines, {indexed.stat().st_size / 1e6:.0f} MB, {len(wanted.sites)} positions")
        for name, path, option in (("with the index", indexed, "-R"), ("without an index", bare, "-T")):
            report(name, len({p for _, p in wanted.sites}), *measure(path, asked, option, positions, given.rounds))


def write_genome(path: Path, wanted: Interest, lines: int, chance: random.Random) -> None:
    """A bgzip VCF with so many records, spread over the chromosomes by their lengths, one of them at each site."""
    lengths = {chromosome: chromosome_length(chromosome, Assembly.GRCH38) for chromosome in CHROMOSOMES}
    contigs = "".join(f"##contig=<ID=chr{name},length={length}>\n" for name, length in lengths.items())
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tSAMPLE\n"
    share = (lines - len(wanted.sites)) / sum(lengths.values())
    with pysam.BGZFile(str(path), "w", None) as out:
        out.write((HEADER + contigs + columns).encode())
        for chromosome, length in lengths.items():
            drawn = set(chance.sample(range(1, length), round(share * length)))
            places = sorted(drawn.union(wanted.positions.get(chromosome, ())))
            for start in range(0, len(places), 10_000):
                out.write("".join(records(chromosome, places[start : start + 10_000], wanted, chance)).encode())


def records(chromosome: str, places: list[int], wanted: Interest, chance: random.Random) -> Iterator[str]:
    """Lines of single-base variants; at a site with the assembly's base."""
    for place in places:
        known = wanted.references.get((chromosome, place))
        reference = known[0] if known else chance.choice("ACGT")
        alternate = chance.choice([base for base in "ACGT" if base != reference])
        depth, genotype = chance.randrange(10, 60), chance.choice(("0/1", "0/1", "1/1"))
        info = f"AC=1;AF=0.500;AN=2;DP={depth};FS=0.000;MQ=60.00;QD={chance.random() * 30:.2f};SOR=0.693"
        call = f"{genotype}:{depth // 2},{depth - depth // 2}:{depth}:99:{depth * 30},0,{depth * 31}"
        yield (
            f"chr{chromosome}\t{place}\t.\t{reference}\t{alternate}\t{depth * 12}.77\tPASS\t{info}\t"
            f"GT:AD:DP:GQ:PL\t{call}\n"
        )


def measure(
    path: Path, asked: Path, option: str, positions: Path, rounds: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Readings by genopath and by bcftools, in turn."""
    found = shutil.which("bcftools")
    command = [found, "view"] if found else [sys.executable, "-c", BCFTOOLS_OF_PYSAM]
    if not found:
        print("bcftools is not installed: the one in pysam is measured, with the start of the interpreter")
    own, others = [], []
    for _ in range(rounds):
        own.append(child([sys.executable, "-c", READ, str(path), str(asked)]))
        others.append(child([*command, option, str(positions), "-o", os.devnull, str(path)]))
    return own, others


def child(command: list[str]) -> dict[str, Any]:
    """Wall seconds and resident set (MB) of a process; the seconds that it prints itself replace those.

    A small process starts it, since a resident set counts from before the fork.
    """
    done = subprocess.run([sys.executable, "-c", LAUNCH, *command], check=True, stdout=subprocess.PIPE, text=True)
    measured, *printed = (json.loads(line) for line in reversed(done.stdout.splitlines()))
    return {**measured, **(printed[0] if printed else {})}


def report(name: str, expected: int, own: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    """Print one comparison."""
    if {result["sites"] for result in own} != {expected}:
        sys.exit(f"{name}: found {own[0]['sites']} of {expected} sites")
    seconds = [median(result["seconds"] for result in results) for results in (own, others)]
    rss = [max(result["rss"] for result in results) for results in (own, others)]
    print(f"{name}: genopath {seconds[0]:.3f} s, {rss[0]:.0f} MB; bcftools {seconds[1]:.3f} s, {rss[1]:.0f} MB")
    print(f"    ratio {seconds[0] / seconds[1]:.2f} (goal: at most {GOALS[name]})")


if __name__ == "__main__":
    main()
