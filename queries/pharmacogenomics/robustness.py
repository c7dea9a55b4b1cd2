"""Whether advice holds whatever is still open about the genes, and what would settle it where it does not."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final

from kg.sources.cpic import allele, allele_names
from ontology.vocabulary import Attribute
from queries.case import CallSource
from queries.pharmacogenomics.genes import TYPED_BY_ALLELE
from queries.pharmacogenomics.rules import find_other_results, known_symbols, met_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.store import Graph
    from queries.candidate import GeneCall
    from queries.pharmacogenomics.calls import Interpreted
    from queries.pharmacogenomics.rules import Rule

_TESTS: Final = {
    "CYP2D6": "a test of CYP2D6 that sees copy number and hybrid genes",
    "MT-RNR1": "a test of the mitochondrial gene MT-RNR1",
}
"""Tests that the gene's alleles take (doi:10.1002/cpt.2790 for CYP2D6)."""

_NAMED: Final = 10
"""Unseen positions up to which each is named."""


def name_test(symbol: str) -> str:
    """The test that would give a gene without a result one.

    >>> name_test("HLA-B")
    'a typing of both alleles of HLA-B'
    """
    if symbol.startswith(TYPED_BY_ALLELE):
        return f"a typing of both alleles of {symbol}"
    return _TESTS.get(symbol, f"a test of {symbol}")


def is_robust(graph: Graph, rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> bool:
    """Whether no diplotype that is compatible with the data needs other advice, one of a gene without a result included.

    ``rules`` are those of one guideline for one drug and population.
    """
    if len({(rule.text, rule.actions) for rule in rules}) != 1 or any(_is_uncertain(rule) for rule in rules):
        return False
    symbols = known_symbols(rules, known)
    if any(known[symbol].call.assumed for symbol in symbols):
        return False
    met = [{met_rules(rules, symbol, one) for one in known[symbol].call.diplotypes} for symbol in symbols]
    if not all(frozenset.intersection(*combination) for combination in product(*met)):
        return False
    undetermined = [rule for rule in rules if not all(need.symbol in known for need in rule.needs)]
    return all(other.asked == rule.asked for rule in undetermined for other in find_other_results(graph, rule, known))


def settle(graph: Graph, rules: Sequence[Rule], rule: Rule, known: Mapping[str, Interpreted]) -> tuple[str, ...]:
    """What would make advice certain that is not robust: tests, positions, phasing, or a text that is not held."""
    found: dict[str, None] = {}
    for need in rule.needs:
        if need.symbol not in known:
            found[name_test(need.symbol)] = None
    for symbol in known_symbols(rules, known):
        call = known[symbol].call
        if call.assumed:
            found[f"the positions of {symbol} that were assumed"] = None
        if len(call.diplotypes) > 1 and _parts(rules, symbol, call):
            found |= dict.fromkeys(_settle_gene(graph, symbol, call))
    for need in rule.needs:
        if rule.is_for_some_scores and need.uncertain:
            scores = {one.activity_score for one in need.uncertain}
            unknown = f"the activity score of {need.symbol}"
            text = f"CPIC's own text for this activity score of {need.symbol}, which the release does not hold"
            found[unknown if scores == {None} else text] = None
    return tuple(found) or tuple(_settle_rest(rules, known))


def _is_uncertain(rule: Rule) -> bool:
    return rule.is_for_some_scores and any(need.uncertain for need in rule.needs)


def _parts(rules: Sequence[Rule], symbol: str, call: GeneCall) -> bool:
    """Whether the diplotypes of a gene lead to different rules, or some of them to none."""
    met = {met_rules(rules, symbol, one) for one in call.diplotypes}
    return len(met) > 1 or not next(iter(met))


def _settle_rest(rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> Iterator[str]:
    """Where one diplotype meets several texts: what is not known of it beside its phenotype."""
    for symbol in known_symbols(rules, known):
        diplotypes = known[symbol].call.diplotypes
        if any(
            one.activity_score is None
            for rule in rules
            for n in rule.needs
            for one in n.uncertain
            if n.symbol == symbol
        ):
            yield f"the activity score of {symbol}"
        elif len(rules) > 1 and any(not one.name for one in diplotypes):
            yield f"the two alleles of {symbol}"


def _settle_gene(graph: Graph, symbol: str, call: GeneCall) -> Iterator[str]:
    """What tells the compatible diplotypes of a gene apart."""
    if call.positions is None or call.call_source in (CallSource.DIPLOTYPE, CallSource.OUTSIDE_CALL):
        yield name_test(symbol)
        return
    unseen = {*call.positions.missing, *call.positions.no_call, *call.positions.filtered, *call.positions.conflicting}
    differing = _differing_positions(graph, symbol, tuple(diplotype.name for diplotype in call.diplotypes))
    open_positions = sorted(name for name in unseen if name in differing)
    if len(open_positions) > _NAMED:
        yield f"{len(open_positions)} positions of {symbol} that were not seen"
    else:
        yield from (f"position {name} of {symbol}" for name in open_positions)
    if not open_positions:
        yield f"phasing of {symbol}"


@lru_cache(maxsize=64)
def _differing_positions(graph: Graph, symbol: str, diplotypes: tuple[str, ...]) -> frozenset[str]:
    """Names (rsID, ``chrom-pos``) of positions that not all diplotypes carry the same variants at."""
    carried = []
    for diplotype in diplotypes:
        counts: Counter[frozenset[str]] = Counter()
        for name in allele_names(diplotype):
            for part in name.strip("[]").split(" + "):  # alleles of one copy
                counts.update(_positions(graph, symbol, part))
        carried.append(counts)
    everywhere = set().union(*carried)
    return frozenset(
        name for position in everywhere if len({counts[position] for counts in carried}) > 1 for name in position
    )


@lru_cache(maxsize=512)
def _positions(graph: Graph, symbol: str, name: str) -> frozenset[frozenset[str]]:
    """Of each variant that defines an allele, the names of its position on either assembly."""
    found = set()
    for part in graph.associations(allele(symbol, name), "has_part"):
        variant = graph.entity(part.object)
        loci = [variant.attribute(one) for one in (Attribute.LOCUS_GRCH37, Attribute.LOCUS_GRCH38)] if variant else []
        names = {"-".join(str(locus).split("-")[:2]) for locus in loci if locus is not None}
        rsids = graph.associations(part.object, "close_match")
        names |= {str(one.object.identifier) for one in rsids if one.object.prefix == "dbSNP"}
        found.add(frozenset(names))
    return frozenset(found)
