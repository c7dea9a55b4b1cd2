"""Drug advice: what CPIC recommends for the phenotypes of a patient's genes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from kg.levels import GuidelineBody
from kg.paths import describe, make_path
from kg.sources.cpic import NO_RESULT
from ontology.reference import Reference
from ontology.vocabulary import Qualifier
from queries.candidate import Action, DrugAdvice, Guideline, Recommendation, Silence, UnansweredDrug
from queries.pharmacogenomics.actions import actions_of
from queries.pharmacogenomics.calls import call_genes, find_gene

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Association, Path
    from kg.store import Graph
    from queries.case import PatientCase
    from queries.pharmacogenomics.calls import Interpreted

BODY: Final = "CPIC"
ROUTINE: Final = frozenset({Action.STANDARD, Action.NO_RECOMMENDATION})
"""Actions that ask for nothing out of the ordinary."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One recommendation for one drug: the gene phenotypes it needs, and the association from each of the patient's."""

    drug: Reference
    phenotypes: frozenset[Reference]
    stated: tuple[Association, ...]

    @property
    def text(self) -> str:
        return str(self.stated[0].qualifier(Qualifier.RECOMMENDATION))


def recommend_drugs(graph: Graph, case: PatientCase) -> DrugAdvice:
    """Advice for every drug that a called gene concerns: listed medications first, then what asks for action.

    Every diplotype that remains compatible with the data takes part: ``robust`` says whether all of them lead to the
    same advice. A gene without a call never counts as normal.
    """
    genes = call_genes(graph, case)
    listed = {medication.drug for medication in case.medications if medication.drug is not None}
    known = {gene.symbol: gene for gene in genes if gene.phenotypes}
    rules: dict[Reference, list[_Rule]] = defaultdict(list)
    for rule in _rules(graph, known):
        rules[rule.drug].append(rule)
    recommendations = [
        _recommendation(graph, rule, known, robust=_is_robust(own, known), listed=drug in listed)
        for drug, own in rules.items()
        for rule in own
    ]
    return DrugAdvice(
        tuple(gene.call for gene in genes),
        tuple(sorted(recommendations, key=_urgency)),
        unanswered=tuple(_unanswered(graph, drug, known) for drug in sorted(listed - rules.keys())),
    )


def _rules(graph: Graph, known: Mapping[str, Interpreted]) -> Iterable[_Rule]:
    """Recommendations whose every gene phenotype the patient may have."""
    stated: dict[tuple[Reference, frozenset[Reference]], dict[str, Association]] = defaultdict(dict)
    possible = {phenotype for gene in known.values() for phenotype in gene.phenotypes}
    for phenotype in sorted(possible):
        for association in graph.associations(phenotype, "affects"):
            companions = [value for name, value in association.qualifiers if name == Qualifier.COMPANION]
            needed = [companion for companion in companions if isinstance(companion, Reference)]
            if all(_holds(companion, possible, known) for companion in needed):
                stated[association.object, frozenset((phenotype, *needed))][association.key] = association
    for (drug, phenotypes), associations in stated.items():
        yield _Rule(drug, phenotypes, tuple(sorted(associations.values(), key=lambda a: a.subject)))


def _holds(companion: Reference, possible: set[Reference], known: Mapping[str, Interpreted]) -> bool:
    symbol, _, phenotype = companion.minted_name.partition("/")
    return symbol not in known if phenotype == NO_RESULT else companion in possible


def _is_robust(rules: Sequence[_Rule], known: Mapping[str, Interpreted]) -> bool:
    """Whether every combination of the possible phenotypes has a rule, and all rules say the same.

    A rule for a gene without a result is never robust: each diplotype of that gene is compatible with the data.
    """
    needed = [phenotype.minted_name.partition("/") for rule in rules for phenotype in rule.phenotypes]
    if any(phenotype == NO_RESULT for _, _, phenotype in needed):
        return False
    symbols = {symbol for symbol, _, _ in needed}
    combinations = prod(len(known[symbol].phenotypes) for symbol in symbols if symbol in known)
    unphenotyped = any(
        diplotype.phenotype is None
        for symbol in symbols
        if symbol in known
        for diplotype in known[symbol].call.diplotypes
    )
    return len({rule.text for rule in rules}) == 1 and len(rules) == combinations and not unphenotyped


def _recommendation(
    graph: Graph, rule: _Rule, known: Mapping[str, Interpreted], *, robust: bool, listed: bool
) -> Recommendation:
    named = dict(phenotype.minted_name.split("/", 1) for phenotype in sorted(rule.phenotypes))
    symbols = [symbol for symbol in named if symbol in known]
    pairs = [pair for symbol in symbols for pair in _gene_drug(graph, known[symbol], rule.drug)]
    return Recommendation(
        drug=describe(graph, rule.drug),
        source=BODY,
        guideline=_guideline(rule, pairs),
        phenotypes=named,
        activity_scores=_scores(named, known),
        actions=actions_of(rule.text),
        strength=None,
        population=None,
        text=rule.text,
        implications={},
        on_medication_list=listed,
        robust=robust,
        derived=(),
        paths=tuple(_paths(graph, rule, known, pairs)),
    )


def _scores(named: Mapping[str, str], known: Mapping[str, Interpreted]) -> dict[str, float]:
    """The activity score behind each phenotype, where all diplotypes that have this phenotype have the same score."""
    scores: dict[str, float] = {}
    for symbol, phenotype in named.items():
        diplotypes = known[symbol].call.diplotypes if symbol in known else ()
        distinct = {diplotype.score for diplotype in diplotypes if diplotype.phenotype == phenotype}
        if len(distinct) == 1 and (score := distinct.pop()) is not None:
            scores[symbol] = score
    return scores


def _unanswered(graph: Graph, drug: Reference, known: Mapping[str, Interpreted]) -> UnansweredDrug:
    """Why a listed drug has no advice: no recommendation at all, or a gene of it without a result."""
    stated = graph.associations(predicate="affects", object=drug)
    needed = {a.subject for a in stated if a.qualifier(Qualifier.RECOMMENDATION) is not None}
    symbols = sorted({phenotype.minted_name.partition("/")[0] for phenotype in needed})
    if not symbols:
        return UnansweredDrug(describe(graph, drug), Silence.NO_GUIDELINE)
    uncalled = [symbol for symbol in symbols if symbol not in known]
    reason = Silence.GENE_NOT_CALLED if uncalled else Silence.NO_MATCH
    return UnansweredDrug(describe(graph, drug), reason, tuple(find_gene(graph, s) for s in uncalled or symbols))


def _gene_drug(graph: Graph, gene: Interpreted, drug: Reference) -> list[Association]:
    return graph.associations(gene.call.gene.reference, "affects", drug)


def _guideline(rule: _Rule, pairs: Iterable[Association]) -> Guideline:
    """The guideline's page from the rule, its ClinPGx accession where an annotation of it is in the release."""
    url = rule.stated[0].qualifier(Qualifier.GUIDELINE)
    records = sorted(
        evidence.record for pair in pairs for evidence in pair.evidence if evidence.level is GuidelineBody.CPIC
    )
    return Guideline(records[0] if records else None, None if url is None else str(url), None)


def _paths(graph: Graph, rule: _Rule, known: Mapping[str, Interpreted], pairs: Iterable[Association]) -> Iterable[Path]:
    """From each diplotype over its phenotype to the drug, and from the gene to the drug."""
    for association in rule.stated:
        symbol = association.subject.minted_name.partition("/")[0]
        origin = known[symbol].phenotypes[association.subject]
        walked = [association] if origin is None else [origin, association]
        yield make_path(graph, walked[0].subject, walked)
    for pair in pairs:
        yield make_path(graph, pair.subject, [pair])


def _urgency(recommendation: Recommendation) -> tuple[bool, bool, str, str]:
    routine = ROUTINE.issuperset(recommendation.actions)
    return not recommendation.on_medication_list, routine, recommendation.drug.name.casefold(), recommendation.text
