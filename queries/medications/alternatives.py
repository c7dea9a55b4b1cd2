"""Alternatives to listed drugs that are better not used: related drugs, and what this patient's results say about each.

Nothing here clears a drug. ``untouched`` says that a guideline asks for nothing, or names the drug as an alternative, and
that neither a gene result nor a listed drug asks for anything. A gene without a result, a result without a recommendation,
a drug without a guideline or without an entry in any list of interactions is not untouched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from kg.sources import fda
from kg.sources.cpic import gene_phenotype
from ontology.vocabulary import Qualifier
from queries.candidate import Action
from queries.medication import Alternative, Basis, Concern
from queries.medications.interactions import find_interactions, is_listed_anywhere
from queries.medications.related import find_conditions, find_related, treated_by
from queries.pharmacogenomics.symbols import gene_symbol, symbol_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Association, Entity, Path
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.candidate import DrugAdvice, GeneCall, Recommendation
    from queries.case import PatientCase
    from queries.medications.related import Shared

MOST: Final = 10
"""Alternatives that are shown for one drug."""
_MOST_JUDGED: Final = 40
"""Drugs of the same indication that are looked at for one drug, those that share most with it first."""
_UNWANTED: Final = frozenset({Action.AVOID, Action.ALTERNATIVE})
_GRAVE: Final = frozenset({Concern.CONTRAINDICATED, Concern.AVOID})
_PRESCRIBED: Final = "RXNORM"
"""RxNorm names drugs that are prescribed; substances without a concept of it stand after those that have one."""
_PLACES_BY_INDICATION: Final = 3
"""Of these, kept for drugs of the stated indication where the class has more than the rest."""
_NO_GUIDELINE: Final = "no pharmacogenomic guideline on it is held"
_NAMED_BY: Final = "named by "
_PATHS_OF_ADVICE: Final = 2
"""Paths of one recommendation that are repeated here: all are with the recommendation itself."""

_CLAUSES: Final = re.compile(r"[.;\n]|\s-\s")
_SEE_ALSO: Final = re.compile(r"\(see [^)]*\)", re.IGNORECASE)
_COMMENDS: Final = re.compile(
    r"\balternatives?(?: \w+){0,3} include\b|\b(?:use|such as|consider|lesser extent|not (?:\w+ ){0,2}(?:metaboli[sz]ed|influenced))\b",
    re.IGNORECASE,
)
_WARNS: Final = re.compile(
    r"\b(?:avoid|do not|non-|also|risk|caution|evidence|inhibitors?|inducers?|concentrations?|contra-?indicated|not recommended"
    r"|not (?:an |suitable )?alternatives?)",
    re.IGNORECASE,
)
"""Wordings of CPIC and DPWG: a clause that both commends and warns names no alternative."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing to be said of a drug, and the paths that show it."""

    reason: str
    is_clear: bool = False
    is_refusal: bool = False
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What the patient's results and other drugs say about one drug."""

    findings: tuple[_Finding, ...]

    def untouched(self, *, named: bool) -> bool:
        """Whether nothing asks for anything, and a guideline says so: on the drug itself, or by naming it as an alternative."""
        return all(finding.is_clear or (named and finding.reason == _NO_GUIDELINE) for finding in self.findings)

    @property
    def refused(self) -> bool:
        """Whether something asks for another drug."""
        return any(finding.is_refusal for finding in self.findings)


@dataclass(slots=True)
class _Judge:
    """The patient's results, asked about one drug after another."""

    graph: Graph
    advice: DrugAdvice
    called: dict[str, GeneCall] = field(default_factory=dict)
    results: set[Reference] = field(default_factory=set)

    def __post_init__(self) -> None:
        for call in self.advice.genes:
            symbol = gene_symbol(call.gene)
            if not call.research and (call.phenotypes or (symbol.startswith("HLA-") and call.diplotypes)):
                self.called[symbol] = call
                self.results |= {gene_phenotype(symbol, phenotype) for phenotype in call.phenotypes}

    def judge(self, drug: Reference, instead_of: Reference, others: Sequence[Reference]) -> _Judgement:
        """What speaks against ``drug`` beside ``others`` once it has taken the place of ``instead_of``."""
        return _Judgement((*self._by_genes(drug, instead_of), *self._by_drugs(drug, others)))

    def _by_genes(self, drug: Reference, instead_of: Reference) -> Iterator[_Finding]:
        stated = self.graph.associations(object=drug, predicate="affects")
        guided = [one for one in stated if one.qualifier(Qualifier.RECOMMENDATION) is not None]
        own = [one for one in self.advice.recommendations if one.drug.reference == drug and _stays(one, instead_of)]
        symbols = sorted({symbol_of(one.subject) for one in guided})
        for recommendation in own:
            yield _asked(recommendation)
        for symbol in symbols:
            if symbol not in self.called:
                yield _Finding(f"{symbol} is not called: not cleared")
            if changers := self._changers(symbol, instead_of):
                yield _Finding(f"{symbol} is changed by {', '.join(changers)}: not cleared")
        if symbols and not own and all(symbol in self.called for symbol in symbols):
            yield _Finding(f"no recommendation covers the results of {', '.join(symbols)}: not cleared")
        if not symbols:
            yield _Finding(_NO_GUIDELINE)
        yield from self._by_agency(stated)

    def _changers(self, symbol: str, instead_of: Reference) -> list[str]:
        """Names of other listed drugs that inhibit or induce the gene's enzyme."""
        own = (one for one in self.advice.phenoconversions if gene_symbol(one.gene) == symbol)
        return sorted({m.drug.name for one in own for m in one.modulators if m.drug.reference != instead_of})

    def _by_agency(self, stated: Sequence[Association]) -> Iterator[_Finding]:
        """The FDA's table of pharmacogenetic associations, of those drugs, too, that no guideline speaks of."""
        for one in stated:
            subgroups = {value for name, value in one.qualifiers if name is Qualifier.SUBGROUP}
            statement = one.qualifier(Qualifier.STATEMENT)
            if statement and subgroups & self.results and any(e.source == fda.SOURCE.id for e in one.evidence):
                gene = describe(self.graph, one.subject).name
                yield _Finding(f"FDA on {gene}: {statement}", paths=(make_path(self.graph, one.subject, [one]),))

    def _by_drugs(self, drug: Reference, others: Sequence[Reference]) -> Iterator[_Finding]:
        if others and not is_listed_anywhere(self.graph, drug):
            yield _Finding("no interaction source of the release holds it: not cleared")
        own = describe(self.graph, drug)
        for other in (describe(self.graph, reference) for reference in others):
            for interaction in find_interactions(self.graph, [own, other]):
                text = f"{interaction.source}: {interaction.concern} with {other.name}"
                yield _Finding(text, is_refusal=interaction.concern in _GRAVE, paths=interaction.paths)


def find_alternatives(graph: Graph, case: PatientCase, advice: DrugAdvice) -> tuple[Alternative, ...]:
    """For each listed drug that a recommendation or a grave interaction speaks against: related drugs, at most ``MOST``.

    Those that a guideline on the listed drug names come first, unless they are to be avoided themselves; then untouched
    ones; then those of the same class, those that share more with the drug, and by name.
    """
    listed = tuple(dict.fromkeys(m.drug for m in case.medications if m.drug is not None))
    judge = _Judge(graph, advice)
    return tuple(
        alternative
        for drug in listed
        if _is_unwanted(drug, advice)
        for alternative in _instead_of(judge, drug, listed, case.indication)
    )


def names_in(text: str, name: str) -> bool:
    """Whether a recommendation's text names a drug as an alternative.

    >>> names_in("Avoid clopidogrel. Use prasugrel or ticagrelor at standard dose if no contraindication.", "ticagrelor")
    True
    >>> names_in("If opioid use is warranted, consider a non-tramadol opioid.", "tramadol")
    False
    """
    word = re.compile(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", re.IGNORECASE)  # a/b is a mixture
    return any(
        word.search(clause) and _COMMENDS.search(clause) and not _WARNS.search(clause)
        for clause in _CLAUSES.split(_SEE_ALSO.sub("", text))
    )


def _is_unwanted(drug: Reference, advice: DrugAdvice) -> bool:
    advised = any(_UNWANTED.intersection(r.actions) for r in advice.recommendations if r.drug.reference == drug)
    return advised or any(
        interaction.concern in _GRAVE and drug in {end.reference for end in interaction.drugs}
        for interaction in advice.interactions
    )


def _instead_of(
    judge: _Judge, drug: Reference, listed: Sequence[Reference], indication: str | None
) -> list[Alternative]:
    graph, own = judge.graph, describe(judge.graph, drug)
    found = find_related(graph, drug, indication)
    related = {other: shared for other, shared in found.items() if other not in listed}
    naming = {other: _namers(judge, drug, other) for other in related}
    rest = [one for one in listed if one != drug]
    ranked = []
    for other in _worth_judging(graph, related, naming):
        entity = describe(graph, other)
        if own.name.casefold() not in entity.name.casefold():  # else a salt or a mixture of the drug itself
            judged = judge.judge(other, drug, rest)
            first = bool(naming[other]) and not judged.refused
            place = (not first, not judged.untouched(named=bool(naming[other])), *_kinship(graph, other, related))
            ranked.append((place, _alternative(own, entity, graph, related[other], naming[other], judged)))
    ordered = [made for _, made in sorted(ranked, key=lambda pair: pair[0])]
    return _most_apt(ordered, for_indication=_is_use(graph, drug, indication))


def _most_apt(ordered: Sequence[Alternative], *, for_indication: bool) -> list[Alternative]:
    """The first ``MOST``; what only the indication is shared with takes part where that is asked for or no class is known."""
    near = [one for one in ordered if one.basis is Basis.CLASS or one.reasons[0].startswith(_NAMED_BY)]
    others = [one for one in ordered if one not in near]
    free = min(len(others), max(_PLACES_BY_INDICATION, MOST - len(near))) if for_indication or not near else 0
    kept = {one.drug.reference for one in (*near[: MOST - free], *others[:free])}
    return [one for one in ordered if one.drug.reference in kept]


def _is_use(graph: Graph, drug: Reference, indication: str | None) -> bool:
    """Whether the stated indication is one that the drug is used for."""
    conditions = find_conditions(graph, indication) if indication else []
    return any(use.object in conditions for use in treated_by(graph, drug))


def _worth_judging(
    graph: Graph, related: dict[Reference, tuple[Shared, ...]], naming: dict[Reference, tuple[str, ...]]
) -> list[Reference]:
    near = sorted(related, key=lambda other: _kinship(graph, other, related))
    sure = [other for other in near if naming[other] or related[other][0].basis is Basis.CLASS]
    return sure + [other for other in near if other not in sure][:_MOST_JUDGED]


def _kinship(
    graph: Graph, other: Reference, related: dict[Reference, tuple[Shared, ...]]
) -> tuple[bool, int, bool, str, Reference]:
    """How near a drug is: of the same class, how many classes and conditions are shared, prescribed today, name."""
    shared = related[other]
    count = len({one.thing for one in shared})
    name = describe(graph, other).name.casefold()
    return shared[0].basis is not Basis.CLASS, -count, other.prefix != _PRESCRIBED, name, other


def _namers(judge: _Judge, drug: Reference, other: Reference) -> tuple[str, ...]:
    """Bodies whose recommendation on the listed drug names the other one."""
    name = describe(judge.graph, other).name
    advised = (one for one in judge.advice.recommendations if one.drug.reference == drug)
    return tuple(sorted({one.source for one in advised if names_in(one.text, name)}))


def _alternative(
    instead_of: Entity,
    drug: Entity,
    graph: Graph,
    shared: Sequence[Shared],
    named_by: Sequence[str],
    judged: _Judgement,
) -> Alternative:
    named = (f"{_NAMED_BY}{body}" for body in named_by)
    reasons = dict.fromkeys((*named, *(finding.reason for finding in judged.findings)))
    touching = (path for finding in judged.findings for path in finding.paths)
    paths = dict.fromkeys((*shared[0].paths, *touching))
    basis, thing = shared[0].basis, describe(graph, shared[0].thing)
    return Alternative(
        instead_of, drug, basis, thing, judged.untouched(named=bool(named_by)), tuple(reasons), tuple(paths)
    )


def _stays(recommendation: Recommendation, instead_of: Reference) -> bool:
    """Whether the advice still holds when ``instead_of`` is no longer taken: it may have changed an enzyme's activity."""
    modulators = {m.drug.reference for derived in recommendation.derived for m in derived.modulators}
    return modulators != {instead_of}


def _asked(recommendation: Recommendation) -> _Finding:
    results = ", ".join(f"{symbol} {result}" for symbol, result in recommendation.phenotypes.items())
    asked = [action for action in recommendation.actions if action is not Action.STANDARD]
    paths = recommendation.paths[:_PATHS_OF_ADVICE]
    if not asked:
        return _Finding(f"{recommendation.source}: standard use for {results}", is_clear=True, paths=paths)
    if asked == [Action.NO_RECOMMENDATION]:
        return _Finding(f"{recommendation.source} makes no recommendation for {results}: not cleared", paths=paths)
    words = " and ".join(action.replace("_", " ") for action in asked)
    text = f"{recommendation.source}: {words} for {results}"
    return _Finding(text, is_refusal=bool(_UNWANTED.intersection(asked)), paths=paths)
