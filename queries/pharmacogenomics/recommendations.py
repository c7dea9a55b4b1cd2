"""What CPIC, DPWG and the FDA recommend for the phenotypes of a patient's genes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from ontology.reference import Reference
from queries.candidate import Action, Guideline, Recommendation
from queries.pharmacogenomics.gene_drug import find_pairs
from queries.pharmacogenomics.robustness import is_robust, settle
from queries.pharmacogenomics.rules import find_rules
from queries.pharmacogenomics.symbols import symbol_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kg.model import Path
    from kg.store import Graph
    from queries.medication import Phenoconversion
    from queries.pharmacogenomics.calls import Interpreted
    from queries.pharmacogenomics.gene_drug import Pair
    from queries.pharmacogenomics.rules import Rule

ROUTINE: Final = frozenset({Action.STANDARD, Action.NO_RECOMMENDATION})
"""Actions that ask for nothing out of the ordinary."""


def usable_genes(genes: Iterable[Interpreted]) -> dict[str, Interpreted]:
    """Genes with a result, by symbol: one that is for research alone is none, one whose phenotype is not known is."""
    return {gene.symbol: gene for gene in genes if gene.has_result}


def recommend(
    graph: Graph,
    known: Mapping[str, Interpreted],
    listed: AbstractSet[Reference],
    derived: tuple[Phenoconversion, ...] = (),
) -> tuple[Recommendation, ...]:
    """What the guidelines recommend for these gene results, listed drugs first, then what asks for action.

    With ``derived`` the results of its genes are converted ones: the answer holds what rests on such a gene, for listed
    drugs alone, and its paths begin with those of the modulators.
    """
    known = usable_genes(known.values())
    by_reading: dict[object, list[Rule]] = defaultdict(list)
    for rule in find_rules(graph, known, listed if derived else None):
        by_reading[rule.reading].append(rule)
    found = []
    for rules in by_reading.values():
        robust = is_robust(graph, rules, known)
        for rule in rules:
            causes = tuple(_causes(rule, known, derived))
            if causes or not derived:
                settled = () if robust else settle(graph, rules, rule, known)
                on_list = rule.drug in listed
                found.append(_recommendation(graph, rule, known, causes, settled, robust=robust, listed=on_list))
    return tuple(sorted(found, key=urgency))


def _causes(
    rule: Rule, known: Mapping[str, Interpreted], derived: Iterable[Phenoconversion]
) -> Iterable[Phenoconversion]:
    """The conversions to a result that a rule asks for."""
    asked = {(known[need.symbol].call.gene, need.result) for need in rule.needs if need.symbol in known}
    return (one for one in derived if (one.gene, one.converted) in asked)


def _recommendation(
    graph: Graph,
    rule: Rule,
    known: Mapping[str, Interpreted],
    derived: tuple[Phenoconversion, ...],
    settled_by: tuple[str, ...],
    *,
    robust: bool,
    listed: bool,
) -> Recommendation:
    named = {need.symbol: need.result for need in rule.needs}
    genes = [known[symbol].call.gene.reference for symbol in named if symbol in known]
    pairs = [pair for pair in find_pairs(graph, rule.drug, genes) if pair.body == rule.body]
    modulated = (path for cause in derived for path in cause.paths)
    return Recommendation(
        drug=describe(graph, rule.drug),
        source=rule.body,
        guideline=_guideline(rule, pairs),
        phenotypes=named,
        activity_scores=_scores(rule, known),
        actions=rule.actions,
        strength=None if rule.strength is None else rule.strength.value,
        population=rule.population,
        text=rule.full_text,
        implications=rule.implications,
        on_medication_list=listed,
        robust=robust,
        derived=derived,
        paths=(*modulated, *_paths(graph, rule, known, pairs)),
        settled_by=settled_by,
        preferred=_is_preferred(rule, known),
    )


def _scores(rule: Rule, known: Mapping[str, Interpreted]) -> dict[str, float]:
    """The activity score that the advice is for, where all diplotypes that the rule is for have the same."""
    scores: dict[str, float] = {}
    for need in rule.needs:
        diplotypes = known[need.symbol].call.diplotypes if need.symbol in known else ()
        distinct = {diplotype.activity_score for diplotype in diplotypes if need.is_met_by(diplotype)}
        if len(distinct) == 1 and (score := distinct.pop()) is not None:
            scores[need.symbol] = score
    return scores


def _is_preferred(rule: Rule, known: Mapping[str, Interpreted]) -> bool:
    """Whether a preferred diplotype of each gene meets the rule."""
    return all(
        any(diplotype.preferred and need.is_met_by(diplotype) for diplotype in known[need.symbol].call.diplotypes)
        for need in rule.needs
        if need.symbol in known
    )


def _guideline(rule: Rule, pairs: Sequence[Pair]) -> Guideline:
    """The guideline's page and version from the rule, its ClinPGx accession from there or from an annotation of it."""
    own = Reference.find(f"ClinPGx:{str(rule.guideline).rpartition('/')[2]}") if rule.is_annotated else None
    records = sorted(evidence.record for pair in pairs if pair.is_annotated for evidence in pair.association.evidence)
    identifier = own.curie if own is not None else next(iter(records), None)
    return Guideline(identifier, rule.guideline, rule.guideline_version)


def _paths(graph: Graph, rule: Rule, known: Mapping[str, Interpreted], pairs: Iterable[Pair]) -> Iterable[Path]:
    """From each diplotype over its phenotype to the drug, and from the gene to the drug."""
    for association in rule.stated:
        origin = known[symbol_of(association.subject)].phenotypes.get(association.subject)
        walked = [association] if origin is None else [origin, association]
        yield make_path(graph, walked[0].subject, walked)
    for pair in pairs:
        yield make_path(graph, pair.association.subject, [pair.association])


def urgency(recommendation: Recommendation) -> tuple[bool, bool, str, bool, str]:
    """Order of recommendations: listed drugs first, then what asks for action, then by name."""
    routine = ROUTINE.issuperset(recommendation.actions)
    name = recommendation.drug.name.casefold()
    return not recommendation.on_medication_list, routine, name, not recommendation.preferred, recommendation.text
