"""Ranks of the true disease among solved cases, from phenotype alone.

Run with the folder of real public files in ``GENOPATH_TEST_DATA``::

    python benchmarks/diagnosis.py --release DIR        profiles of a built release
    python benchmarks/diagnosis.py --hpo DIR            hp.obo and phenotype.hpoa of one folder, without a release

Protocol: the answer is the exact OMIM id; candidates are all OMIM diseases with an annotation; ties take the middle of
their ranks; a disease that is no candidate is a miss. Macro averages over diseases, micro over cases. Variants are left
out: the cases name the solved gene. Diseases are split in two by a hash of their id; constants were chosen on the half
``tuning`` alone. Cases whose disease is annotated from their own paper are reported apart, as leaky.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kg.context import Context
from kg.model import Entity
from kg.normalize import Resolver
from kg.profiles import DiseaseProfiles, ProfileWriter
from kg.release import CURRENT, release_root
from kg.source import SourceFile
from kg.sources.hpo import SOURCE, read_annotations, read_terms
from kg.store import Graph
from ontology.hierarchy import information_content
from ontology.reference import Reference
from ontology.vocabulary import Attribute
from queries.diagnosis.similarity import Query, score_phenotypes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Scorer = Callable[[Query], Floats]
    Ranks = dict[str, list[float]]

CASES: Final = "phenopackets/development.jsonl.gz"
CUTS: Final = (1, 3, 10)
_OLD_TERMS: Final = """
SELECT ?term ?other WHERE {{ GRAPH ?g {{ ?term <https://w3id.org/genopath/attribute/{attribute}> ?other }} }}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One solved case; ``half`` is ``tuning`` or ``report``."""

    disease: str
    leak_free: bool
    query: Query

    @property
    def half(self) -> str:
        """Half of the diseases to which the case belongs."""
        return "tuning" if sha256(self.disease.encode()).digest()[0] % 2 == 0 else "report"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--release", type=Path, default=release_root() / CURRENT, help="default: the current release")
    source.add_argument("--hpo", type=Path)
    options = parser.parse_args()
    if not (data := os.environ.get("GENOPATH_TEST_DATA")):
        print("skipped: GENOPATH_TEST_DATA names no folder with solved cases")
        return
    profiles, newer = from_files(options.hpo) if options.hpo else from_release(options.release)
    cases = list(read_cases(Path(data) / CASES, profiles, newer))
    candidates = candidate_positions(profiles)
    covered = {str(profiles.diseases[position]) for position in candidates}
    groups = {
        "leak-free, tuning half": [case for case in cases if case.leak_free and case.half == "tuning"],
        "leak-free, report half": [case for case in cases if case.leak_free and case.half == "report"],
        "leak-free, all": [case for case in cases if case.leak_free],
        "leaky, covered": [case for case in cases if not case.leak_free and case.disease in covered],
    }
    scorers: dict[str, Scorer] = {
        "Resnik, IC over OMIM": resnik(profiles, omim_information(profiles)),
        "Resnik, IC over all": resnik(profiles, profiles.information),
        "genopath": lambda query: score_phenotypes(profiles, query).total,
    }
    print(f"{len(candidates)} candidates, {len(cases)} cases")
    average = "  @1   @3  @10  MRR"
    print(f"{'scores':23} {'cases':23} diseases cases   {average}   {average}   (macro, micro)")
    for name, scorer in scorers.items():
        for group, members in groups.items():
            print(f"{name:23} {group:23} {summary(ranks(scorer, members, profiles, candidates))}")
    print(
        f"genopath: {milliseconds(scorers['genopath'], cases):.1f} ms for a case of 10 terms over all diseases (median)"
    )


def from_release(folder: Path) -> tuple[DiseaseProfiles, dict[Reference, Reference]]:
    """Profiles, and the current term of each merged or replaced one."""
    graph = Graph.open(folder)
    newer: dict[Reference, Reference] = {}
    for attribute, is_older in ((Attribute.REPLACED_BY, False), (Attribute.ALTERNATIVE_ID, True)):
        for term, other in graph.select(_OLD_TERMS.format(attribute=attribute)).rows:
            if isinstance(term, Reference) and isinstance(other, Reference):
                newer |= {other: term} if is_older else {term: other}
    return DiseaseProfiles.load(graph.release.tables_path), newer


def from_files(folder: Path) -> tuple[DiseaseProfiles, dict[Reference, Reference]]:
    """The same from the files of one HPO release."""
    context, writer = Context(Resolver()), ProfileWriter()
    newer: dict[Reference, Reference] = {}
    for name, read in (("hp.obo", read_terms), ("phenotype.hpoa", read_annotations)):
        for item in read(SourceFile(SOURCE, folder.name, folder / name), context):
            writer.add(item)
            if isinstance(item, Entity):
                newer |= newer_terms(item)
    return writer.profiles(), newer


def newer_terms(entity: Entity) -> dict[Reference, Reference]:
    """Current terms of those that an entity was merged from or is replaced by."""
    found: dict[Reference, Reference] = {}
    for name, other in entity.attributes:
        if isinstance(other, Reference) and name is Attribute.ALTERNATIVE_ID:
            found[other] = entity.reference
        elif isinstance(other, Reference) and name is Attribute.REPLACED_BY:
            found[entity.reference] = other
    return found


def read_cases(path: Path, profiles: DiseaseProfiles, newer: dict[Reference, Reference]) -> Iterator[Case]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            packet = record["phenopacket"]
            disease = packet["interpretations"][0]["diagnosis"]["disease"]["id"]
            features = packet.get("phenotypicFeatures", [])
            present = terms((f for f in features if not f.get("excluded")), profiles, newer)
            excluded = terms((f for f in features if f.get("excluded")), profiles, newer)
            yield Case(disease, record["leak_free"], Query.of(present, excluded))


def terms(features: Iterable[Any], profiles: DiseaseProfiles, newer: dict[Reference, Reference]) -> Iterator[int]:
    """Positions of JSON features; terms newer than this HPO release are passed over."""
    for feature in features:
        term = Reference.parse(feature["type"]["id"])
        position = profiles.find_term(newer.get(term, term))
        if position is not None:
            yield position


def candidate_positions(profiles: DiseaseProfiles) -> NDArray[np.intp]:
    """Positions of the OMIM diseases with an annotation."""
    annotated = np.diff(profiles.direct.rows.start) > 0
    return np.flatnonzero(annotated & np.char.startswith(profiles.diseases, "OMIM:"))


def omim_information(profiles: DiseaseProfiles) -> Floats:
    """Information content over the candidates alone."""
    candidates = candidate_positions(profiles)
    counts = [np.isin(profiles.propagated[term][0], candidates).sum() for term in range(len(profiles.hierarchy))]
    return information_content(counts, len(candidates))


def resnik(profiles: DiseaseProfiles, information: Floats) -> Scorer:
    """One-sided Resnik similarity, written without the product's scoring."""

    def score(query: Query) -> Floats:
        total = np.zeros(len(profiles.diseases))
        for term in query.present:
            best = np.zeros(len(total))
            for above in profiles.hierarchy.ancestors[term]:
                diseases = profiles.propagated[above][0]
                best[diseases] = np.maximum(best[diseases], information[above])
            total += np.where(np.isfinite(best), best, 0.0)  # only a disease that is no candidate has it
        return total

    return score


def ranks(scorer: Scorer, cases: Iterable[Case], profiles: DiseaseProfiles, candidates: NDArray[np.intp]) -> Ranks:
    """Ranks of the true disease by disease; infinite for a miss."""
    found: Ranks = defaultdict(list)
    for case in cases:
        place = np.flatnonzero(profiles.diseases[candidates] == case.disease)
        scores = scorer(case.query)[candidates]
        if not len(place):
            found[case.disease].append(np.inf)
            continue
        own = scores[place[0]]
        found[case.disease].append(float((scores > own).sum() + ((scores == own).sum() + 1) / 2))
    return found


def summary(found: Ranks) -> str:
    measured = [np.array([[*(rank <= cut for cut in CUTS), 1 / rank] for rank in each]) for each in found.values()]
    macro, micro = np.mean([each.mean(0) for each in measured], axis=0), np.concatenate(measured).mean(0)
    numbers = "   ".join(" ".join(f"{value:.3f}".lstrip("0").rjust(4) for value in each) for each in (macro, micro))
    return f"{len(found):8} {sum(map(len, found.values())):5}   {numbers}"


def milliseconds(scorer: Scorer, cases: Iterable[Case]) -> float:
    taken = []
    for case in [case for case in cases if len(case.query.present) == 10][:100]:
        start = time.perf_counter()
        scorer(case.query)
        taken.append(1000 * (time.perf_counter() - start))
    return float(np.median(taken))


if __name__ == "__main__":
    main()
