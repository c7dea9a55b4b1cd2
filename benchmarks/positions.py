"""How fast 1,000 variants are found by position: the sorted arrays of a release against its RDF store.

    python benchmarks/positions.py [--release DIR] [--assembly GRCh38] [--loci 1000] [--rounds 7]

Nine in ten loci are drawn from the release, spread over the genome, the others lie one base further; both ways must find
the same variants. Rounds are interleaved and each draws other loci. Printed are medians in milliseconds, the ratio, and
the first round of the arrays, which opens them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.positions import Positions
from kg.rdf import ATTRIBUTE
from kg.store import Graph
from ontology.reference import Reference


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="default: the newest")
    parser.add_argument("--assembly", choices=["GRCh37", "GRCh38"], default="GRCh38")
    parser.add_argument("--loci", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    graph = Graph.open(given.release)
    positions = graph.positions(given.assembly)
    property_ = NamedNode(f"{ATTRIBUTE}locus_{given.assembly}")
    arrays, store = [], []
    for number in range(given.rounds):
        loci = draw(positions, given.loci, random.Random(number))  # noqa: S311 - a sample
        start = time.perf_counter()
        found = Positions.load(graph.release.tables_path, given.assembly).find(loci)
        middle = time.perf_counter()
        expected = by_store(graph, property_, loci)
        fast, slow = (middle - start) * 1000, (time.perf_counter() - middle) * 1000
        if found != expected:
            sys.exit("the arrays and the store disagree")
        arrays.append(fast)
        store.append(slow)
    print(f"{len(positions)} loci on {given.assembly}; {given.loci} asked for in each of {given.rounds} rounds")
    print(f"arrays {statistics.median(arrays):.1f} ms (first round {arrays[0]:.1f}, worst {max(arrays):.1f})")
    print(f"store  {statistics.median(store):.1f} ms; ratio {statistics.median(store) / statistics.median(arrays):.1f}")


def draw(positions: Positions, number: int, chance: random.Random) -> list[str]:
    """Loci of the release, every tenth moved by one base."""
    names = {place: contig for contig, place in positions.contigs.items()}
    loci = []
    for index, place in enumerate(chance.sample(range(len(positions)), number)):
        site = int(positions.site[place])
        text = positions.text[positions.start[place] : positions.start[place + 1]].tobytes().decode()
        loci.append(f"{names[site >> 32]}-{(site & 0xFFFFFFFF) + (index % 10 == 0)}-{text.partition(chr(9))[0]}")
    return loci


def by_store(graph: Graph, property_: NamedNode, loci: list[str]) -> list[tuple[Reference, ...]]:
    """The same look-up by the literals of the RDF store."""
    found = []
    for locus in loci:
        quads = graph.store.quads_for_pattern(None, property_, Literal(locus), None)
        subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
        found.append(tuple(sorted(Reference.from_iri(iri) for iri in subjects)))
    return found


if __name__ == "__main__":
    main()
