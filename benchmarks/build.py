"""Time of a whole build against Oxigraph's own bulk load and optimisation of the very same quads.

    python benchmarks/build.py [--data DIR] [--rounds 3]

Both run in child processes, in turn (A B A B ...), over the data below genopath's data folder and ``--data``. Printed are
medians of wall seconds, their ratio, the largest resident sets, and whether all builds gave equal quads.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

BUILD = """
import json, resource, sys, time
from pathlib import Path
from kg.build import BuildOptions, build
from kg.release import data_root, open_release
from kg.sources.registry import SOURCES
roots = (*map(Path, sys.argv[2:]), data_root())
start = time.perf_counter()
path = build(BuildOptions(roots, Path(sys.argv[1])), SOURCES)
seconds = time.perf_counter() - start
manifest = open_release(path).manifest
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
quads = sum(source.quads for source in manifest.sources)
print(json.dumps({"seconds": seconds, "rss": rss, "sha256": manifest.quads_sha256, "path": str(path), "quads": quads}))
"""
DUMP = """
import sys
from pyoxigraph import RdfFormat, Store
Store.read_only(sys.argv[1]).dump(output=sys.argv[2], format=RdfFormat.N_QUADS)
"""
LOAD = """
import json, resource, sys, time
from pyoxigraph import RdfFormat, Store
start = time.perf_counter()
store = Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=RdfFormat.N_QUADS)
store.optimize()
store.flush()
seconds = time.perf_counter() - start
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "rss": rss}))
"""


def run(script: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", action="append", default=[], help="folder of source files, as genopath build takes it"
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    builds, loads = [], []
    with TemporaryDirectory() as folder:
        quads = Path(folder) / "quads.nq"
        for number in range(options.rounds):
            root = Path(folder) / f"build-{number}"
            builds.append(run(BUILD, str(root), *options.data))
            if number == 0:
                run(DUMP, str(Path(builds[0]["path"]) / "store"), str(quads))
            shutil.rmtree(root)
            store = Path(folder) / f"store-{number}"
            loads.append(run(LOAD, str(store), str(quads)))
            shutil.rmtree(store)
    built, loaded = (median(result["seconds"] for result in results) for results in (builds, loads))
    print(f"quads: {builds[0]['quads']}")
    print(f"genopath build:              {built:6.1f} s, {max(result['rss'] for result in builds):6.0f} MB")
    print(f"Oxigraph bulk load + optimise: {loaded:4.1f} s, {max(result['rss'] for result in loads):6.0f} MB")
    print(f"ratio: {built / loaded:.2f} (goal: at most 2)")
    print(f"sha256 of each build: {', '.join(result['sha256'] for result in builds)}")
    print(f"equal: {len({result['sha256'] for result in builds}) == 1}")


if __name__ == "__main__":
    main()
