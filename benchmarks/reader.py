"""Memory and speed of one source's readers on one file of any size, without a build.

    python benchmarks/reader.py --data DIR --source clinvar [--vocabularies hgnc,hpo,mondo] [--every 1000000]

The vocabularies are read first, so that identifiers resolve as in a build; their items are dropped. Then the files of the
source below ``DIR`` are read and their items dropped, too. Printed are records, seconds and resident memory at every so
many records, and at the end the fates of the records.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from kg.normalize import Resolver
from kg.reading import Reading
from kg.release import data_root
from kg.sources.registry import SOURCES


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--vocabularies", default="hgnc,hpo,mondo")
    parser.add_argument("--every", type=int, default=1_000_000)
    given = parser.parse_args()
    by_id, resolver, roots = {source.id: source for source in SOURCES}, Resolver(), (given.data, data_root())
    for name in filter(None, given.vocabularies.split(",")):
        for _, items in Reading.of(by_id[name], roots, resolver).files():
            for _ in items:
                pass
    print(f"vocabularies read: {resident():.0f} MB")
    reading, start, shown = Reading.of(by_id[given.source], roots, resolver), time.perf_counter(), given.every
    for file, items in reading.files():
        account = reading.context.account
        for _ in items:
            if account.read >= shown:
                print(f"{account.read} records, {time.perf_counter() - start:.0f} s, {resident():.0f} MB", flush=True)
                shown += given.every
        print(f"{file.name}: {account.to_json()}")
    print(f"{time.perf_counter() - start:.0f} s, {resident():.0f} MB")


def resident() -> float:
    """Resident memory of this process in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
