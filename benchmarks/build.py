"""Time of a whole build against Oxigraph's own bulk load and optimisation of the very same quads.

    python benchmarks/build.py [--data DIR] [--rounds 3]

Both run in child processes, in turn (A B A B ...), over the data below genopath's data folder and ``--data``. The quads
are dumped from a build's store. Printed are medians of wall seconds, their ratio, the largest resident sets, and the
SHA-256 of the sorted N-Quads of the first two builds (dumped by pyoxigraph, sorted by ``sort``). The exit code is 1 where
two builds differ.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
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


def dump(release: str, quads: Path) -> str:
    """SHA-256 of the sorted N-Quads of a release, which are left unsorted in ``quads``."""
    run(DUMP, str(Path(release) / "store"), str(quads))
    command = ["sort", "--unique", f"--temporary-directory={quads.parent}", str(quads)]
    digest = sha256()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}) as running:
        assert running.stdout is not None  # noqa: S101 - it is a pipe
        while block := running.stdout.read(1 << 20):
            digest.update(block)
    if running.returncode:
        sys.exit("sort failed")
    return digest.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", action="append", default=[], help="folder of source files, as genopath build takes it"
    )
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    builds, loads, hashes = [], [], []
    with TemporaryDirectory() as folder:
        quads = Path(folder) / "quads.nq"
        for number in range(options.rounds):
            root = Path(folder) / f"build-{number}"
            builds.append(run(BUILD, str(root), *options.data))
            if number < 2:
                hashes.append(dump(builds[-1]["path"], quads))
            shutil.rmtree(root)
            store = Path(folder) / f"store-{number}"
            loads.append(run(LOAD, str(store), str(quads)))
            shutil.rmtree(store)
    report(builds, loads, hashes)
    if len({result["sha256"] for result in builds}) > 1 or len(set(hashes)) > 1:
        sys.exit("two builds of the same files differ")


def report(builds: list[dict[str, Any]], loads: list[dict[str, Any]], hashes: list[str]) -> None:
    built, loaded = (median(result["seconds"] for result in results) for results in (builds, loads))
    print(f"quads: {builds[0]['quads']}")
    for name, seconds, results in (
        ("genopath build", built, builds),
        ("Oxigraph bulk load + optimise", loaded, loads),
    ):
        each = ", ".join(f"{result['seconds']:.1f}" for result in results)
        print(f"{name + ':':31}{seconds:6.1f} s (of {each}), {max(result['rss'] for result in results):6.0f} MB")
    print(f"ratio: {built / loaded:.2f} (goal: at most 2)")
    print(f"sha256 of the sorted N-Quads: {', '.join(hashes)}")
    print(f"quads_sha256 of the manifests: {', '.join(sorted({result['sha256'] for result in builds}))}")


if __name__ == "__main__":
    main()
