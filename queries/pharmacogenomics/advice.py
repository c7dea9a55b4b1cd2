"""Drug advice: what CPIC and DPWG recommend for the phenotypes of a patient's genes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.levels import GuidelineStrength
from kg.paths import describe, make_path
from kg.sources import cpic
from kg.sources.pharmcat import ALTERNATE_DRUG, DOSING
from ontology.reference import Reference
from ontology.vocabulary import Qualifier
from queries.candidate import Action, DrugAdvice, Guideline, Recommendation, Silence, UnansweredDrug
from queries.pharmacogenomics.actions import actions_of
from queries.pharmacogenomics.calls import call_genes, find_gene
from queries.pharmacogenomics.rules import CPIC, find_alternatives, find_rules, is_robust

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Association, Path
    from kg.store import Graph
    from queries.case import PatientCase
    from queries.pharmacogenomics.calls import Interpreted
    from queries.pharmacogenomics.rules import Rule

ROUTINE: Final = frozenset({Action.STANDARD, Action.NO_RECOMMENDATION})
"""Actions that ask for nothing out of the ordinary."""

_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)?(?= ?(?:%|mg))")
"""A dose, or a share of one."""


def recommend_drugs(graph: Graph, case: PatientCase) -> DrugAdvice:
    """Advice for every drug that a called gene concerns: listed medications first, then what asks for action.

    Every diplotype that remains compatible with the data takes part: ``robust`` says whether all of them lead to the
    same advice of the same guideline for the same patients. A gene without a call never counts as normal.
    """
    genes = call_genes(graph, case)
    listed = {medication.drug for medication in case.medications if medication.drug is not None}
    known = {gene.symbol: gene for gene in genes if gene.may_have_advice}
    rules: dict[tuple[Reference, str, str | None, str | None], list[Rule]] = defaultdict(list)
    for rule in find_rules(graph, known):
        rules[rule.scope].append(rule)
    recommendations = [
        _recommendation(graph, rule, known, robust=_is_robust(graph, own, known), listed=rule.drug in listed)
        for own in rules.values()
        for rule in own
    ]
    answered = {drug for drug, *_ in rules}
    return DrugAdvice(
        tuple(gene.call for gene in genes),
        tuple(sorted(recommendations, key=_urgency)),
        unanswered=tuple(_unanswered(graph, drug, known) for drug in sorted(listed - answered)),
    )


def _is_robust(graph: Graph, rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> bool:
    """Whether no diplotype that is compatible with the data needs other advice, one of a gene without a result included."""
    if not is_robust(rules, known):
        return False
    undetermined = [rule for rule in rules if not all(need.symbol in known for need in rule.needs)]
    return all(
        _asked(other) == _asked(rule) for rule in undetermined for other in find_alternatives(graph, rule, known)
    )


def _asked(rule: Rule) -> tuple[tuple[Action, ...], frozenset[str]]:
    """What a rule asks for; of another dose also how much: CPIC limits rosuvastatin to 20 mg or to 10 mg."""
    actions = _actions(rule)
    amounts = _AMOUNT.findall(rule.text) if Action.ADJUST_DOSE in actions else ()
    return actions, frozenset(amounts)


def _recommendation(
    graph: Graph, rule: Rule, known: Mapping[str, Interpreted], *, robust: bool, listed: bool
) -> Recommendation:
    named = {need.symbol: need.result for need in rule.needs}
    symbols = [symbol for symbol in named if symbol in known]
    pairs = [pair for symbol in symbols for pair in _gene_drug(graph, known[symbol], rule)]
    return Recommendation(
        drug=describe(graph, rule.drug),
        source=rule.body,
        guideline=_guideline(rule, pairs),
        phenotypes=named,
        activity_scores=_scores(named, known),
        actions=_actions(rule),
        strength=None if rule.strength is None else rule.strength.value,
        population=rule.population,
        text=rule.full_text,
        implications=rule.implications,
        on_medication_list=listed,
        robust=robust,
        derived=(),
        paths=tuple(_paths(graph, rule, known, pairs)),
    )


def _actions(rule: Rule) -> tuple[Action, ...]:
    """What the text asks for; of DPWG, whose wording varies more, also what its annotation flags.

    A text that asks for nothing and is graded so is no recommendation.
    """
    read = actions_of(rule.text)
    asked = set() if read == (Action.OTHER,) else set(read)
    if rule.body != CPIC and DOSING in rule.guidance:
        asked.add(Action.ADJUST_DOSE)
    if rule.body != CPIC and ALTERNATE_DRUG in rule.guidance and Action.AVOID not in asked:
        asked.add(Action.ALTERNATIVE)
    if not asked:
        silent = rule.strength is GuidelineStrength.NO_RECOMMENDATION
        asked.add(Action.NO_RECOMMENDATION if silent else Action.OTHER)
    return tuple(action for action in Action if action in asked)


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


def _gene_drug(graph: Graph, gene: Interpreted, rule: Rule) -> list[Association]:
    """What the rule's body states of a gene and the drug as a whole; CPIC also has a table of such pairs."""
    found = []
    for pair in graph.associations(gene.call.gene.reference, "affects", rule.drug):
        body = pair.qualifier(Qualifier.GUIDELINE_BODY)
        table = tuple(evidence for evidence in pair.evidence if evidence.source == cpic.SOURCE.id)
        if body == rule.body:
            found.append(pair)
        elif body is None and table and rule.body == CPIC:
            found.append(replace(pair, evidence=table))
    return found


def _guideline(rule: Rule, pairs: Iterable[Association]) -> Guideline:
    """The guideline's page and version from the rule, its ClinPGx accession from there or from an annotation of it."""
    own = Reference.find(f"ClinPGx:{str(rule.guideline).rpartition('/')[2]}") if rule.is_annotated else None
    records = sorted(
        evidence.record
        for pair in pairs
        if pair.qualifier(Qualifier.GUIDELINE_BODY) == rule.body
        for evidence in pair.evidence
    )
    identifier = own.curie if own is not None else next(iter(records), None)
    return Guideline(identifier, rule.guideline, rule.guideline_version)


def _paths(graph: Graph, rule: Rule, known: Mapping[str, Interpreted], pairs: Iterable[Association]) -> Iterable[Path]:
    """From each diplotype over its phenotype to the drug, and from the gene to the drug."""
    for association in rule.stated:
        symbol = association.subject.minted_name.partition("/")[0]
        origin = known[symbol].phenotypes.get(association.subject)
        walked = [association] if origin is None else [origin, association]
        yield make_path(graph, walked[0].subject, walked)
    for pair in pairs:
        yield make_path(graph, pair.subject, [pair])


def _urgency(recommendation: Recommendation) -> tuple[bool, bool, str, str]:
    routine = ROUTINE.issuperset(recommendation.actions)
    return not recommendation.on_medication_list, routine, recommendation.drug.name.casefold(), recommendation.text
