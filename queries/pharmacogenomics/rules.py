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
from kg.sources.cpic import NO_RESULT, allele_names, gene_phenotype, genotype, least_score
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
_TWO_FIELDS: Final = re.compile(r"^\*\d+:\d+")
"""An HLA allele typed to its protein; less cannot tell that another allele is absent."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one gene must show: a phenotype (of certain activity scores only), a diplotype, an allele, or no result."""

    reference: Reference
    scores: frozenset[float] = frozenset()

    @property
    def symbol(self) -> str:
        """The gene's symbol."""
        return self.reference.minted_name.partition("/")[0]

    @property
    def result(self) -> str:
        """The phenotype, diplotype or result that is asked for."""
        return self.reference.minted_name.partition("/")[2]

    def is_met_by(self, diplotype: Diplotype) -> bool:
        """Whether a diplotype of the gene shows it; an unknown score fits every one."""
        if self.reference.identifier.startswith(_GENOTYPE):
            return sorted(allele_names(self.result)) == sorted(allele_names(diplotype.name))
        if self.symbol.startswith(TYPED_BY_ALLELE) and diplotype.phenotype is None:
            return _allele_test(diplotype.name, self.result)
        if diplotype.phenotype != self.result:
            return False
        return not self.scores or diplotype.score is None or diplotype.score in self.scores


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
    """Recommendations whose every need some compatible diplotype of the patient meets, each body's once."""
    gathered: dict[_Key, dict[str, Association]] = {}
    for subject in _results(graph, known):
        for association in graph.associations(subject, "affects"):
            if association.qualifier(Qualifier.RECOMMENDATION) is None:
                continue
            needs = _needs(association)
            if all(_may_hold(need, known) for need in needs):
                said = tuple(pair for pair in association.qualifiers if pair[0] is not Qualifier.COMPANION)
                gathered.setdefault((association.object, needs, said), {})[association.key] = association
    rules = []
    for (drug, needs, _), associations in gathered.items():
        stated = tuple(sorted(associations.values(), key=lambda association: association.subject))
        rules.append(Rule(drug, needs, stated))
    return list(_each_once(rules))


def is_robust(rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> bool:
    """Whether every combination of the compatible diplotypes meets a rule, and all rules say the same.

    ``rules`` are those of one guideline for one drug and population. A rule for a gene without a result is never robust:
    each diplotype of that gene is compatible with the data.
    """
    needs = [need for rule in rules for need in rule.needs]
    if any(need.result == NO_RESULT for need in needs) or len({rule.text for rule in rules}) != 1:
        return False
    symbols = sorted({need.symbol for need in needs})
    met = [{_met(rules, symbol, diplotype) for diplotype in known[symbol].call.diplotypes} for symbol in symbols]
    return all(frozenset.intersection(*combination) for combination in product(*met))


def _met(rules: Sequence[Rule], symbol: str, diplotype: Diplotype) -> frozenset[int]:
    """Numbers of the rules that a diplotype of one gene does not rule out."""
    return frozenset(
        number
        for number, rule in enumerate(rules)
        if all(need.is_met_by(diplotype) for need in rule.needs if need.symbol == symbol)
    )


def _each_once(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Rules without those of CPIC that an annotation of the guideline states, too."""
    annotated: dict[Reference, set[Reference]] = {}
    for rule in rules:
        if rule.is_annotated and rule.body == CPIC:
            annotated.setdefault(rule.drug, set()).update(need.reference for need in rule.needs)
    for rule in rules:
        if rule.is_annotated or annotated.get(rule.drug, set()).isdisjoint(need.reference for need in rule.needs):
            yield rule


def _needs(association: Association) -> tuple[Need, ...]:
    """Needs of a statement, in order of their references."""
    scores: dict[str, set[float]] = {}
    for name, value in association.qualifiers:
        if name is Qualifier.LOOKUP_KEY:
            symbol, _, key = str(value).partition(" ")
            if (score := least_score(key.partition(" ")[0])) is not None:
                scores.setdefault(symbol, set()).add(score)
    references = [value for name, value in association.qualifiers if name is Qualifier.COMPANION]
    needed = {value for value in (association.subject, *references) if isinstance(value, Reference)}
    return tuple(
        Need(reference, frozenset(scores.get(reference.minted_name.partition("/")[0], ())))
        for reference in sorted(needed)
    )


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
