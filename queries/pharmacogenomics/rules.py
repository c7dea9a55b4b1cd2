"""Recommendations of the graph as rules: what each gene must show, and whether a patient's diplotypes show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.levels import GuidelineStrength
from kg.rdf import ATTRIBUTE
from kg.sources.cpic import NO_RESULT, allele, allele_names, gene_phenotype, genotype, least_score
from kg.sources.pharmcat import PHENOTYPING
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Qualifier
from queries.pharmacogenomics.calls import TYPED_BY_ALLELE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Association, Value
    from kg.store import Graph
    from queries.candidate import Diplotype
    from queries.pharmacogenomics.calls import Interpreted

CPIC: Final = "CPIC"
_GENOTYPE: Final = "genotype/"
_PHENOTYPE: Final = "phenotype/"
_FULL_VALUE: Final = 1.0
"""Activity value of an allele of normal function (doi:10.1002/cpt.911)."""
_TWO_FIELDS: Final = re.compile(r"^\*\d+:\d+")
"""An HLA allele typed to its protein; less cannot tell that another allele is absent."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one gene must show: a phenotype, a diplotype, an allele, or no result."""

    reference: Reference
    excluded: frozenset[Diplotype] = frozenset()
    """Of the patient's diplotypes, those whose activity score or alleles the recommendation is not for."""

    @property
    def symbol(self) -> str:
        """The gene's symbol."""
        return self.reference.minted_name.partition("/")[0]

    @property
    def result(self) -> str:
        """The phenotype, diplotype or result that is asked for."""
        return self.reference.minted_name.partition("/")[2]

    @property
    def is_diplotype(self) -> bool:
        """Whether a diplotype itself is asked for."""
        return self.reference.identifier.startswith(_GENOTYPE)

    def is_met_by(self, diplotype: Diplotype) -> bool:
        """Whether a diplotype of the gene shows it."""
        if self.is_diplotype:
            return sorted(allele_names(self.result)) == sorted(allele_names(diplotype.name))
        if self.symbol.startswith(TYPED_BY_ALLELE) and diplotype.phenotype is None:
            return _allele_test(diplotype.name, self.result)
        return diplotype.phenotype == self.result and diplotype not in self.excluded


_Scope = tuple[Reference, str, str | None, str | None]
"""Drug, body, guideline and population: rules that share them are to be read together."""
_Key = tuple[Reference, tuple[Need, ...], tuple[tuple[Qualifier, "Value"], ...]]
"""Drug, needs and all else that is said: what the statements of one recommendation share."""


@dataclass(frozen=True)
class Rule:
    """One recommendation for one drug, and the associations that state it from each of the patient's gene results."""

    drug: Reference
    needs: tuple[Need, ...]
    stated: tuple[Association, ...]

    @cached_property
    def text(self) -> str:
        """The recommendation itself."""
        return self._first(Qualifier.RECOMMENDATION) or ""

    @property
    def full_text(self) -> str:
        """The recommendation with what else the guideline asks to consider."""
        considerations = self._first(Qualifier.CONSIDERATION)
        return self.text if considerations is None else f"{self.text}\nOther considerations: {considerations}"

    @property
    def body(self) -> str:
        """Who recommends it; the tables of pypgx hold CPIC's alone."""
        return self._first(Qualifier.GUIDELINE_BODY) or CPIC

    @property
    def is_annotated(self) -> bool:
        """Whether a guideline annotation states it, with strength, population and implications."""
        return self._first(Qualifier.GUIDELINE_BODY) is not None

    @property
    def population(self) -> str | None:
        """For whom it holds, where the guideline distinguishes."""
        return self._first(Qualifier.POPULATION)

    @property
    def guideline(self) -> str | None:
        """Address of the guideline's page."""
        return self._first(Qualifier.GUIDELINE)

    @property
    def scope(self) -> _Scope:
        """What rules of one guideline for one drug and population share; CPIC's tables are one guideline."""
        return self.drug, self.body, self.guideline if self.is_annotated else None, self.population

    @property
    def guideline_version(self) -> str | None:
        """Version of the guideline's annotation."""
        return self._first(Qualifier.GUIDELINE_VERSION)

    @property
    def guidance(self) -> frozenset[str]:
        """What it gives guidance on, as the annotation flags it."""
        return frozenset(str(value) for name, value in self.stated[0].qualifiers if name is Qualifier.GUIDANCE)

    @property
    def strength(self) -> GuidelineStrength | None:
        """How strongly it is recommended."""
        levels = [evidence.level for association in self.stated for evidence in association.evidence]
        return next((level for level in levels if isinstance(level, GuidelineStrength)), None)

    @property
    def implications(self) -> dict[str, str]:
        """What each gene's result means for the drug; a text that names no gene is that of all."""
        found: dict[str, str] = {}
        for name, value in self.stated[0].qualifiers:
            if name is Qualifier.IMPLICATION:
                symbol, colon, text = str(value).partition(": ")
                named = colon and any(need.symbol == symbol for need in self.needs)
                found |= {symbol: text} if named else {need.symbol: str(value) for need in self.needs}
        return found

    def _first(self, name: Qualifier) -> str | None:
        value = self.stated[0].qualifier(name)
        return None if value is None else str(value)


def find_rules(graph: Graph, known: Mapping[str, Interpreted]) -> list[Rule]:
    """Recommendations whose every need some compatible diplotype of the patient meets, each body's once.

    A recommendation for a diplotype takes the place of those for its phenotype in the same guideline.
    """
    gathered: dict[_Key, dict[str, Association]] = {}
    for subject in _results(graph, known):
        for association in graph.associations(subject, "affects"):
            if association.qualifier(Qualifier.RECOMMENDATION) is None:
                continue
            needs = _needs(graph, association, known)
            if all(_may_hold(need, known) for need in needs):
                said = tuple(pair for pair in association.qualifiers if pair[0] is not Qualifier.COMPANION)
                gathered.setdefault((association.object, needs, said), {})[association.key] = association
    rules = []
    for (drug, needs, _), associations in gathered.items():
        stated = tuple(sorted(associations.values(), key=lambda association: association.subject))
        rules.append(Rule(drug, needs, stated))
    by_scope: dict[_Scope, list[Rule]] = {}
    for rule in _each_once(rules):
        by_scope.setdefault(rule.scope, []).append(rule)
    return [rule for own in by_scope.values() for rule in _exact_first(own, known)]


def find_alternatives(graph: Graph, rule: Rule, known: Mapping[str, Interpreted]) -> list[Rule]:
    """What the guideline of a rule says instead for each result that a gene without one may have."""
    found = []
    for association in graph.associations(rule.stated[0].subject, "affects", rule.drug):
        if association.qualifier(Qualifier.RECOMMENDATION) is not None:
            needs = _needs(graph, association, known)
            other = Rule(rule.drug, needs, (association,))
            if other.scope == rule.scope and all(n.symbol not in known or _may_hold(n, known) for n in needs):
                found.append(other)
    return found


def is_robust(rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> bool:
    """Whether every combination of the compatible diplotypes meets a rule, and all rules say the same.

    ``rules`` are those of one guideline for one drug and population. Genes without a result are not looked at here: see
    ``find_alternatives``.
    """
    if len({rule.text for rule in rules}) != 1:
        return False
    symbols = sorted({need.symbol for rule in rules for need in rule.needs if need.symbol in known})
    met = [{_met(rules, symbol, diplotype) for diplotype in known[symbol].call.diplotypes} for symbol in symbols]
    return all(frozenset.intersection(*combination) for combination in product(*met))


def _met(rules: Sequence[Rule], symbol: str, diplotype: Diplotype) -> frozenset[int]:
    """Numbers of the rules that a diplotype of one gene does not rule out.

    A rule for the diplotype itself rules out those for its phenotype.
    """
    asked = {number: [n for n in rule.needs if n.symbol == symbol] for number, rule in enumerate(rules)}
    met = {number for number, needs in asked.items() if all(need.is_met_by(diplotype) for need in needs)}
    exact = {number for number in met if any(need.is_diplotype for need in asked[number])}
    return frozenset(number for number in met if not exact or number in exact or not asked[number])


def _exact_first(rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> Iterator[Rule]:
    """Rules of one guideline without those that a rule for the diplotype itself replaces."""
    symbols = sorted({need.symbol for rule in rules for need in rule.needs if need.symbol in known})
    met = [frozenset[int]().union(*(_met(rules, s, one) for one in known[s].call.diplotypes)) for s in symbols]
    for number, rule in enumerate(rules):
        if all(number in numbers for numbers in met):
            yield rule


def _each_once(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Rules without those of CPIC that an annotation of the guideline states, too."""
    annotated: dict[Reference, set[Reference]] = {}
    for rule in rules:
        if rule.is_annotated and rule.body == CPIC:
            annotated.setdefault(rule.drug, set()).update(need.reference for need in rule.needs)
    for rule in rules:
        if rule.is_annotated or annotated.get(rule.drug, set()).isdisjoint(need.reference for need in rule.needs):
            yield rule


def _needs(graph: Graph, association: Association, known: Mapping[str, Interpreted]) -> tuple[Need, ...]:
    """Needs of a statement, in order of their references."""
    keys: dict[str, list[str]] = {}
    for name, value in association.qualifiers:
        if name is Qualifier.LOOKUP_KEY:
            symbol, _, key = str(value).partition(" ")
            keys.setdefault(symbol, []).append(key)
    references = [value for name, value in association.qualifiers if name is Qualifier.COMPANION]
    needed = {value for value in (association.subject, *references) if isinstance(value, Reference)}
    return tuple(_need(graph, reference, keys, known) for reference in sorted(needed))


def _need(
    graph: Graph, reference: Reference, keys: Mapping[str, Sequence[str]], known: Mapping[str, Interpreted]
) -> Need:
    need = Need(reference)
    if need.symbol not in known or need.symbol not in keys:
        return need
    diplotypes = known[need.symbol].call.diplotypes
    asked = keys[need.symbol]
    fitting = {one for one in diplotypes if any(_fits(graph, need.symbol, one, key) for key in asked)}
    return Need(reference, frozenset(diplotypes) - fitting)


def _fits(graph: Graph, symbol: str, diplotype: Diplotype, key: str) -> bool:
    """Whether a diplotype has the activity score of a lookup key; what is not known of it fits every one.

    DPWG has two recommendations for a DPYD score of 1: one for a single allele without function, and one (``Phenotyping``)
    for two impaired alleles, of which the score does not tell the activity (doi:10.1038/s41431-019-0540-0).
    """
    written, _, kind = key.partition(" ")
    score = least_score(written)
    if score is None or diplotype.score is None:
        return True
    if diplotype.score != score:
        return False
    if not kind or score < _FULL_VALUE:
        return True
    values = {_value(graph, symbol, name) for name in allele_names(diplotype.name)}
    if kind == f"({PHENOTYPING})":
        return _FULL_VALUE not in values
    return _FULL_VALUE in values or None in values


def _value(graph: Graph, symbol: str, name: str) -> float | None:
    """Activity value of an allele; ``None`` where it is not known."""
    stated = graph.associations(allele(symbol, name), "is_sequence_variant_of")
    values = (association.qualifier(Qualifier.ACTIVITY_SCORE) for association in stated)
    return next((least_score(str(value)) for value in values if value is not None), None)


def _may_hold(need: Need, known: Mapping[str, Interpreted]) -> bool:
    if need.result == NO_RESULT:
        return need.symbol not in known
    return need.symbol in known and any(map(need.is_met_by, known[need.symbol].call.diplotypes))


def _results(graph: Graph, known: Mapping[str, Interpreted]) -> Iterable[Reference]:
    """What a recommendation for one of the patient's genes may begin at, sorted."""
    found: set[Reference] = set()
    for symbol, gene in known.items():
        found |= gene.phenotypes.keys()
        if symbol.startswith(TYPED_BY_ALLELE):
            found |= _stated_results(graph, gene.call.gene.reference)
        for diplotype in gene.call.diplotypes:
            if diplotype.phenotype is not None:
                found.add(gene_phenotype(symbol, diplotype.phenotype))
            names = allele_names(diplotype.name)
            found |= {genotype(symbol, "/".join(order)) for order in (names, names[::-1])}
    return sorted(found)


def _stated_results(graph: Graph, gene: Reference) -> set[Reference]:
    """The gene phenotypes that the graph holds of a gene."""
    quads = graph.store.quads_for_pattern(None, NamedNode(ATTRIBUTE + Attribute.GENE), NamedNode(gene.iri), None)
    found = {Reference.from_iri(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)}
    return {reference for reference in found if reference.identifier.startswith(_PHENOTYPE)}


def _allele_test(diplotype: str, result: str) -> bool:
    """Whether a diplotype has the result of a test for one allele; it is negative only if both alleles are typed."""
    wanted, _, outcome = result.rpartition(" ")
    names = allele_names(diplotype)
    carried = any(name == wanted or name.startswith(f"{wanted}:") for name in names)
    if outcome == "positive":
        return carried
    typed = len(names) == 2 and all(map(_TWO_FIELDS.match, names))
    return outcome == "negative" and typed and not carried
