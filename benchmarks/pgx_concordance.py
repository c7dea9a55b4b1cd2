"""Agreement with PharmCAT's own test cases: diplotypes, alleles that decide, phenotypes, and how much advice there is.

Run with the folder of real public files in ``GENOPATH_TEST_DATA``::

    python benchmarks/pgx_concordance.py [--release DIR] [--only differ|explained|agree] [--case TEXT]
    python benchmarks/pgx_concordance.py --exhaustive     every simulated pair of alleles, see tests/queries/pharmacogenomics

Each assertion of a test case is one row. Compared are the diplotypes that genopath prefers, or, where the test asks
PharmCAT for all matches, all compatible ones; the order of the two alleles and of what one copy combines means nothing. A
row that does not agree is *explained* where a general difference of method, one of :class:`Reason`, accounts for it and the
data show that it does; every other one *differs*. Rows of cases without an input file count nowhere.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Final

import genopath
from queries.candidate import CallStatus, DrugAdvice
from queries.case import CallSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.store import Graph
    from queries.candidate import Diplotype, GeneCall, Recommendation

CASES: Final = "pharmcat/cases"
GIVEN: Final = frozenset({CallSource.OUTSIDE_CALL, CallSource.DIPLOTYPE})
BODIES: Final = {"CPIC_GUIDELINE": "CPIC", "DPWG_GUIDELINE": "DPWG", "FDA_ASSOC": "FDA", "FDA_LABEL": "FDA"}
Pair = tuple[tuple[str, ...], ...]
"""Two copies of a gene, sorted, each with what it carries, sorted."""


class Verdict(StrEnum):
    """How an assertion compares."""

    AGREE = "agree"
    EXPLAINED = "explained"
    DIFFER = "differ"
    NO_INPUT = "no input"


class Reason(StrEnum):
    """General differences of method; each is checked against the data before it explains a row."""

    UNSEEN = (
        "positions are missing: PharmCAT drops them and the alleles that they alone define, genopath keeps all of them"
    )
    PRINTED = "PharmCAT prints the bases of the one variant that decides, genopath the diplotype that stands for it"
    STANDS_IN = (
        "no diplotype fits, and the one variant that the guideline needs stands in; genopath calls that ambiguous"
    )
    COMBINATION = "genopath writes the combination of named alleles, for research alone, where PharmCAT calls nothing"
    COMPATIBLE = "genopath advises for every compatible diplotype, PharmCAT for those that it reports"
    FOR_EACH = "PharmCAT counts a recommendation once for each diplotype that leads to it"
    FDA = "PharmCAT counts FDA labels and associations, of other tables and years"
    ONE_ALLELE = "PharmCAT takes the copy of which nothing was given as negative, genopath as unknown"


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: its files, what they were read with, and what is asserted, by gene (or drug) and assertion."""

    id: str
    vcf: Path | None
    all_matches: bool
    outside: tuple[str, ...]
    known: frozenset[str]
    """Genes that the files say something of."""
    genes: dict[tuple[str, str], list[str]]
    drugs: dict[tuple[str, str, str], int | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One assertion."""

    case: str
    subject: str
    assertion: str
    expected: str
    ours: str
    verdict: Verdict
    reason: Reason | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="default: the newest")
    parser.add_argument("--only", choices=list(Verdict), type=Verdict)
    parser.add_argument("--case", default="", help="part of a case's name")
    parser.add_argument(
        "--exhaustive", action="store_true", help="simulate every pair of alleles instead (10 minutes and more)"
    )
    options = parser.parse_args()
    if not (data := os.environ.get("GENOPATH_TEST_DATA")):
        print("skipped: GENOPATH_TEST_DATA names no folder with test cases")
        return
    if options.exhaustive:
        sys.exit(simulate_all())
    graph = genopath.open_graph(options.release)
    rows = [row for case in read_cases(Path(data) / CASES) if options.case in case.id for row in compare(graph, case)]
    for row in rows:
        if options.only in (None, row.verdict):
            reason = f": {row.reason}" if row.reason else ""
            print("\t".join((row.case, row.subject, row.assertion, row.expected, row.ours, row.verdict + reason)))
    print(*summary(rows), sep="\n")


def simulate_all() -> int:
    """Run the tests of simulated pairs without their sampling; answers their exit code."""
    tests = Path(__file__).parents[1] / "tests" / "queries" / "pharmacogenomics" / "test_exhaustive.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=20", str(tests)]
    return subprocess.run(command, env=os.environ | {"GENOPATH_EXHAUSTIVE": "1"}, check=False).returncode


def read_cases(folder: Path) -> Iterator[Case]:
    genes: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(folder / "diplotypes.tsv"):
        genes[row["case_id"]][row["gene"], row["assertion"]].append(row["expected"])
    drugs: dict[str, dict[tuple[str, str, str], int | None]] = defaultdict(dict)
    for row in _rows(folder / "drug_matches.tsv"):
        count = int(row["count"]) if row["count"] else None
        drugs[row["case_id"]][row["drug"], row["source"], row["assertion"]] = count
    outside: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "outside_calls.tsv"):
        outside[row["case_id"]].append("\t".join((row["gene"], row["diplotype"], row["phenotype"], row["activity"])))
    for row in _rows(folder / "cases.tsv"):
        case, flags = row["case_id"], json.loads(row["matcher_flags"] or '{"allMatches": true}')
        vcf = folder / row["vcf"] if row["vcf"] else None
        given = tuple(outside[case])
        named = {gene for gene in row["genes_in_vcf"].split(",") if gene} | {line.split("\t")[0] for line in given}
        # a file that the project's own tests bring along is listed without its genes
        known = frozenset(named) if row["vcf_kind"] == "built" else frozenset(gene for gene, _ in genes[case])
        yield Case(case, vcf, flags.get("allMatches", False), given, known, dict(genes[case]), drugs[case])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def compare(graph: Graph, case: Case) -> Iterator[Row]:
    """Rows of one case; of a gene that no file says anything of there is nothing to compare, nor of the case's drugs."""
    advice = answer(graph, case)
    lacking = {gene for gene, assertion in case.genes if assertion != "testNotCalledByMatcher"} - case.known
    for (gene, assertion), expected in case.genes.items():
        if advice is None or gene in lacking:
            yield Row(case.id, gene, assertion, " | ".join(expected), "", Verdict.NO_INPUT)
        else:
            yield of_gene(case, advice, gene, assertion, expected)
    for (drug, source, assertion), count in case.drugs.items():
        shown = "none" if assertion == "no_match" else "some" if count is None else str(count)
        if advice is None or lacking:
            yield Row(case.id, drug, f"{assertion} {source}", shown, "", Verdict.NO_INPUT)
        else:
            yield of_drug(case, advice, drug, source, shown)


def of_gene(case: Case, advice: DrugAdvice, gene: str, assertion: str, expected: list[str]) -> Row:
    """An assertion on a gene."""
    call = next((call for call in advice.genes if call.gene.name == gene), None)
    ours, agrees = asserted(case, advice, gene, call, assertion, expected)
    row = Row(case.id, gene, assertion, " | ".join(expected), ours, _agreement(agrees))
    return row if agrees else _judged(row, explain(assertion, expected, call))


def of_drug(case: Case, advice: DrugAdvice, drug: str, source: str, shown: str) -> Row:
    """An assertion on how many recommendations a drug has: a number, ``none`` or ``some``."""
    found = [r for r in advice.recommendations if r.drug.name.casefold() == drug and _is_of(r, source)]
    agrees = bool(found) if shown == "some" else len(found) == (0 if shown == "none" else int(shown))
    row = Row(case.id, drug, f"match {source}", shown, str(len(found)), _agreement(agrees))
    return row if agrees else _judged(row, explain_drug(advice, found, source, shown))


def answer(graph: Graph, case: Case) -> DrugAdvice | None:
    """What genopath says; ``None`` where the case has no input."""
    if case.vcf is None and not case.outside:
        return None
    with tempfile.TemporaryDirectory() as folder:
        calls = None
        if case.outside:
            calls = Path(folder) / "outside.tsv"
            calls.write_text("\n".join(case.outside) + "\n", encoding="utf-8")
        return genopath.recommend_drugs(graph, genopath.read_case(graph, vcf=case.vcf, calls=calls))


def asserted(
    case: Case, advice: DrugAdvice, gene: str, call: GeneCall | None, assertion: str, expected: list[str]
) -> tuple[str, bool]:
    """What genopath has in place of the expected values, and whether they are the same."""
    if assertion == "testSourcePhenotype":
        named = {recommendation.phenotypes.get(gene) for recommendation in advice.recommendations} - {None}
        return "; ".join(sorted(map(str, named))), set(expected) <= named
    status = "no call" if call is None else f"{call.status} {call.call_source}"
    if assertion == "testCalledByMatcher":
        return status, call is not None and call.status is not CallStatus.NOT_CALLED and call.call_source not in GIVEN
    if assertion == "testNotCalledByMatcher":
        return status, call is None or call.status is CallStatus.NOT_CALLED or call.call_source in GIVEN
    if call is None:
        return status, False
    preferred = [diplotype for diplotype in call.diplotypes if diplotype.preferred]
    if assertion == "testLookupByActivity":
        scores = {diplotype.activity_score for diplotype in preferred}
        return "; ".join(map(str, scores)), scores == set(map(float, expected))
    shown = "; ".join(diplotype.name for diplotype in preferred) or status
    if assertion == "testRecommendedDiplotypes":
        deciding = [d.inferred or d.name for d in (call.diplotypes if case.all_matches else preferred)]
        return "; ".join(deciding), set(map(pair_of, deciding)) == {pair_of(e.replace(";", "/")) for e in expected}
    return (*_diplotypes(case, call, preferred, assertion, expected, shown),)


def _diplotypes(
    case: Case, call: GeneCall, preferred: list[Diplotype], assertion: str, expected: list[str], shown: str
) -> tuple[str, bool]:
    stated = [one for text in expected for one in text.split(";")]
    if not any("/" in one or "(heterozygous)" in one for one in stated):
        return shown, agrees_in_components(stated, preferred)
    wanted, ours = {pair_of(one) for one in stated}, {pair_of(diplotype.name) for diplotype in preferred}
    if assertion != "assertDiplotypePairs" and not case.all_matches:
        return shown, ours == wanted
    every = {pair_of(diplotype.name) for diplotype in call.diplotypes}
    return "; ".join(diplotype.name for diplotype in call.diplotypes) or shown, every == wanted


def agrees_in_components(expected: Iterable[str], diplotypes: Iterable[Diplotype]) -> bool:
    """Whether the diplotypes name exactly these alleles, homozygous ones on both copies."""
    pairs = [pair_of(diplotype.name) for diplotype in diplotypes]
    named = {name for pair in pairs for copy in pair for name in copy if name != "Reference"}
    homozygous = {name.removesuffix(" (homozygous)") for name in expected if name.endswith(" (homozygous)")}
    on_both = all(name in copy for name in homozygous for pair in pairs for copy in pair)
    return bool(pairs) and on_both and named == {name.removesuffix(" (homozygous)") for name in expected}


def pair_of(diplotype: str) -> Pair:
    """A diplotype in a form in which order means nothing.

    >>> pair_of("[c.2T>C + c.1A>G]/Reference") == pair_of("Reference/[c.1A>G + c.2T>C]")
    True
    """
    if diplotype.endswith(" (heterozygous)"):
        diplotype = f"Reference/{diplotype.removesuffix(' (heterozygous)')}"
    copies = [copy for copy in diplotype.split("/") if copy != "MALE"]
    return tuple(sorted(tuple(sorted(copy.strip("[]").split(" + "))) for copy in copies))


def explain(assertion: str, expected: list[str], call: GeneCall | None) -> Reason | None:
    """The general difference that accounts for a gene's row, as far as the answer shows it."""
    if call is None:
        return None
    if assertion == "testSourcePhenotype":
        return Reason.ONE_ALLELE if _is_half_given(call) else None
    if any("stands for it" in message for message in call.messages):
        if assertion == "testNotCalledByMatcher":
            return Reason.STANDS_IN
        return Reason.PRINTED if all(text.startswith("rs") for text in expected) else None
    if assertion == "testNotCalledByMatcher" and call.research and " + " in call.diplotypes[0].name:
        return Reason.COMBINATION
    if call.positions and call.positions.missing and assertion == "assertDiplotypePairs":
        wanted = {pair_of(one) for text in expected for one in text.split(";")}
        return Reason.UNSEEN if wanted < {pair_of(diplotype.name) for diplotype in call.diplotypes} else None
    return None


def explain_drug(advice: DrugAdvice, found: list[Recommendation], source: str, shown: str) -> Reason | None:
    """The general difference that accounts for a drug's row."""
    if "FDA" in source:
        return Reason.FDA
    wanted = 1 if shown == "some" else 0 if shown == "none" else int(shown)
    calls = {call.gene.name: call for call in advice.genes}
    genes = {gene for one in found for gene in one.phenotypes if gene in calls}
    shown_by_all, shown_by_preferred = (
        _results(genes, calls, only_preferred=False),
        _results(genes, calls, only_preferred=True),
    )
    if len(found) * shown_by_preferred == wanted * shown_by_all > 0 and shown_by_all > shown_by_preferred:
        return Reason.COMPATIBLE
    if any(_is_half_given(call) for call in advice.genes) and len(found) < wanted:
        return Reason.ONE_ALLELE
    if found and len(found) < wanted <= len(found) * max(len(calls[gene].diplotypes) for gene in genes):
        return Reason.FOR_EACH if source != "ANY" else Reason.FDA
    guidelines = [one for one in found if one.source != "FDA" and _is_preferred(one, calls)]
    return Reason.FDA if source == "ANY" and 0 < len(guidelines) <= wanted else None


def _is_preferred(recommendation: Recommendation, calls: Mapping[str, GeneCall]) -> bool:
    """Whether it is for phenotypes of preferred diplotypes."""
    return all(
        phenotype in {diplotype.phenotype for diplotype in calls[gene].diplotypes if diplotype.preferred}
        for gene, phenotype in recommendation.phenotypes.items()
        if gene in calls and calls[gene].phenotypes
    )


def _results(genes: Iterable[str], calls: Mapping[str, GeneCall], *, only_preferred: bool) -> int:
    """How many combinations of phenotype and activity score the diplotypes of genes have."""
    return prod(
        len({(d.phenotype, d.activity_score) for d in calls[gene].diplotypes if d.preferred or not only_preferred})
        for gene in genes
    )


def _is_half_given(call: GeneCall) -> bool:
    return call.gene.name.startswith("HLA-") and any("/" not in diplotype.name for diplotype in call.diplotypes)


def _is_of(recommendation: Recommendation, source: str) -> bool:
    return source == "ANY" or recommendation.source == BODIES[source]


def _agreement(agrees: bool) -> Verdict:
    return Verdict.AGREE if agrees else Verdict.DIFFER


def _judged(row: Row, reason: Reason | None) -> Row:
    if row.verdict is Verdict.AGREE or reason is None:
        return row
    return Row(row.case, row.subject, row.assertion, row.expected, row.ours, Verdict.EXPLAINED, reason)


def summary(rows: list[Row]) -> Iterator[str]:
    counts = Counter(row.verdict for row in rows)
    compared = len(rows) - counts[Verdict.NO_INPUT]
    for verdict in Verdict:
        share = f" ({counts[verdict] / compared:.1%})" if compared and verdict is not Verdict.NO_INPUT else ""
        yield f"{verdict}: {counts[verdict]}{share}"
    for reason, count in Counter(row.reason for row in rows if row.reason).most_common():
        yield f"  {count} {reason}"
    differing = {row.case for row in rows if row.verdict is Verdict.DIFFER}
    every = {row.case for row in rows if row.verdict is not Verdict.NO_INPUT}
    yield f"cases without a difference: {len(every - differing)} of {len(every)}"


if __name__ == "__main__":
    main()
