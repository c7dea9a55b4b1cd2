"""Agreement with the two example reports of PharmCAT: the same recommendation for the same drug and gene results.

Run with the folder of real public files in ``GENOPATH_TEST_DATA``::

    python benchmarks/pgx_reports.py [--release DIR] [--list found|missing|more]

A recommendation of a report is *found* where genopath has one of the same body for the same drug and phenotypes (or
activity score); of several, for the same population or with the likest text, and each answers once. Its action is the
same where the words of the text are (at least ``SAME_WORDS`` of them, markup aside) or, of a text that was reworded,
where genopath's actions are those of ClinPGx's flags (other drug, other dose). Strengths are compared as stated; the FDA
states none. Labels of the FDA that a report cites beside are left out: genopath states what the FDA's table of
associations says.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import genopath
from kg.sources.cpic import NO_RESULT
from queries.candidate import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store import Graph
    from queries.candidate import DrugAdvice, Recommendation

EXAMPLES: Final = "pharmcat/3.1.1/examples"
REPORTS: Final = ("pharmcat.example", "pharmcat.example2")
BODIES: Final = {
    "CPIC Guideline Annotation": "CPIC",
    "DPWG Guideline Annotation": "DPWG",
    "FDA PGx Association": "FDA",
}
SAME_WORDS: Final = 0.9
"""Share of the words of two texts that are the same, from which on the one is an edition of the other."""
_MARKUP: Final = re.compile(r"<[^>]*>|\[([^]]*)\]\([^)]*\)|&\w+;")
_WORD: Final = re.compile(r"\d+(?:\.\d+)?%?|\w+")
_HEADING: Final = re.compile(r"other considerations:?", re.IGNORECASE)
OTHER_DRUG: Final = frozenset({Action.AVOID, Action.ALTERNATIVE})


@dataclass(frozen=True, slots=True)
class Expected:
    """One recommendation of a report; ``other_drug`` and ``other_dose`` are ClinPGx's flags."""

    report: str
    body: str
    drug: str
    phenotypes: dict[str, str]
    scores: dict[str, float]
    population: str | None
    text: str
    strength: str | None
    other_drug: bool
    other_dose: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How genopath's answer compares; ``reason`` is the class of what is missing."""

    expected: Expected
    ours: Recommendation | None
    reason: str = ""
    same_text: bool = False
    same_actions: bool = False
    same_strength: bool = False

    @property
    def is_found(self) -> bool:
        """Whether there is a recommendation of the same body, drug, results and action."""
        return self.ours is not None and (self.same_text or self.same_actions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="default: the newest")
    parser.add_argument("--list", choices=["found", "missing", "more"], help="list these, one a line")
    options = parser.parse_args()
    if not (data := os.environ.get("GENOPATH_TEST_DATA")):
        print("skipped: GENOPATH_TEST_DATA names no folder with reports")
        return
    graph = genopath.open_graph(options.release)
    outcomes, more = [], []
    for name in REPORTS:
        advice = answer(graph, Path(data) / EXAMPLES, name)
        compared = compare(list(read_report(Path(data) / EXAMPLES / f"{name}.report.json")), advice)
        outcomes += compared
        used = {id(outcome.ours) for outcome in compared}
        more += [(name, one) for one in advice.recommendations if id(one) not in used]
    for outcome in outcomes:
        if options.list == ("found" if outcome.is_found else "missing"):
            print("\t".join(line(outcome)))
    if options.list == "more":
        for name, one in more:
            print("\t".join((name, one.source, one.drug.name, str(one.phenotypes), str(one.population), one.text[:90])))
    print(*summary(outcomes, Counter(one.source for _, one in more)), sep="\n")


def answer(graph: Graph, folder: Path, name: str) -> DrugAdvice:
    """What genopath says of an example's VCF, with its outside calls where there are some."""
    calls = folder / f"{name}.outsideCall.tsv"
    case = genopath.read_case(graph, vcf=folder / f"{name}.vcf", calls=calls if calls.exists() else None)
    return genopath.recommend_drugs(graph, case)


def read_report(path: Path) -> Iterator[Expected]:
    document = json.loads(path.read_text(encoding="utf-8"))
    for title, drugs in document["drugs"].items():
        for name, drug in drugs.items() if title in BODIES else ():
            for guideline in drug["guidelines"]:
                for annotation in guideline["annotations"]:
                    yield _expected(path.name.partition(".report")[0], BODIES[title], name, annotation)


def _expected(report: str, body: str, drug: str, annotation: dict[str, Any]) -> Expected:
    # of genes that are typed allele by allele the report gives the result only as the key of its look-up
    scores = {gene: float(value) for gene, value in annotation["activityScore"].items() if _is_number(value)}
    return Expected(
        report,
        body,
        drug,
        annotation["phenotypes"] or dict(item for key in annotation["lookupKey"] or () for item in key.items()),
        scores,
        annotation["population"],
        annotation["drugRecommendation"] or "",
        annotation["classification"],
        annotation["alternateDrugAvailable"],
        annotation["dosingInformation"],
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def compare(expected: list[Expected], advice: DrugAdvice) -> list[Outcome]:
    """Each recommendation of a report with the one of genopath that is most like it; none is used twice."""
    by_drug: dict[tuple[str, str], list[Recommendation]] = defaultdict(list)
    for one in advice.recommendations:
        by_drug[one.source, one.drug.name.casefold()].append(one)
    outcomes = []
    for wanted in expected:
        candidates = by_drug[wanted.body, wanted.drug.casefold()]
        fitting = [one for one in candidates if fits(wanted, one)]
        if not fitting:
            outcomes.append(Outcome(wanted, None, why_missing(wanted, candidates)))
            continue
        best = max(fitting, key=lambda one: (one.population == wanted.population, likeness(wanted.text, one.text)))
        candidates.remove(best)
        outcomes.append(judged(wanted, best))
    return outcomes


def fits(wanted: Expected, ours: Recommendation) -> bool:
    """Whether both are for the same gene results."""
    named = {gene: result for gene, result in ours.phenotypes.items() if result != NO_RESULT}
    stated = {gene: result for gene, result in wanted.phenotypes.items() if result != NO_RESULT}
    scores = {gene: score for gene, score in ours.activity_scores.items() if gene in wanted.scores}
    return _folded(named) == _folded(stated) and scores == {gene: wanted.scores[gene] for gene in scores}


def _folded(results: dict[str, str]) -> dict[str, str]:
    return {gene: result.strip().casefold() for gene, result in results.items()}


def judged(wanted: Expected, ours: Recommendation) -> Outcome:
    same_text = likeness(wanted.text, ours.text) >= SAME_WORDS
    same_actions = (bool(OTHER_DRUG & set(ours.actions)), Action.ADJUST_DOSE in ours.actions) == (
        wanted.other_drug,
        wanted.other_dose,
    )
    strength = (ours.strength or "unspecified").casefold().replace("_", " ")
    same_strength = strength == (wanted.strength or "unspecified").casefold()
    reason = "" if same_text or same_actions else "another text with other actions"
    return Outcome(wanted, ours, reason, same_text, same_actions, same_strength)


def why_missing(wanted: Expected, candidates: list[Recommendation]) -> str:
    if candidates:
        return "the drug has advice, but not for these results"
    if not wanted.text:
        return "the report has no text either, only a link"
    if wanted.strength == "No recommendation" or "does not provide a recommendation" in wanted.text:
        return "no advice on the drug; the report says that the guideline has none"
    return "no advice of this body on the drug"


def likeness(one: str, other: str) -> float:
    """Share of the words of two texts that are the same, in order."""
    first, second = words(one), words(other)
    return 1.0 if first == second else SequenceMatcher(None, first, second, autojunk=False).ratio()


def words(text: str) -> list[str]:
    """Words and numbers, without markup."""
    return _WORD.findall(_HEADING.sub(" ", _MARKUP.sub(r" \1 ", text)).casefold())


def line(outcome: Outcome) -> tuple[str, ...]:
    wanted, ours = outcome.expected, outcome.ours
    results = "; ".join(f"{gene} {result}" for gene, result in {**wanted.phenotypes, **wanted.scores}.items())
    head = (wanted.report, wanted.body, wanted.drug, results, str(wanted.population), outcome.reason)
    if ours is None:
        return (*head, repr(wanted.text[:160]))
    same = ", ".join(
        name
        for name, same in (
            ("text", outcome.same_text),
            ("actions", outcome.same_actions),
            ("strength", outcome.same_strength),
        )
        if same
    )
    return (*head, same, repr(wanted.text[:160]), repr(ours.text[:160]), f"{wanted.strength} : {ours.strength}")


def summary(outcomes: list[Outcome], more: Counter[str]) -> Iterator[str]:
    for body in BODIES.values():
        own = [outcome for outcome in outcomes if outcome.expected.body == body]
        found = [outcome for outcome in own if outcome.is_found]
        strengths = "" if body == "FDA" else f", same strength {sum(outcome.same_strength for outcome in own)}"
        yield (
            f"{body}: {len(found)} of {len(own)} found ({len(found) / len(own):.1%}); "
            f"same text {sum(outcome.same_text for outcome in own)}{strengths}; {more[body]} more in genopath"
        )
        for reason, count in Counter(outcome.reason for outcome in own if not outcome.is_found).most_common():
            yield f"  {count} {reason}"


if __name__ == "__main__":
    main()
