"""Recommendations of the graph as rules: which of them hold for a patient's gene results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from kg.levels import FdaAssociationSection, GuidelineStrength
from kg.sources.fda import FDA
from kg.sources.pharmcat import ALTERNATE_DRUG, DOSING
from ontology.vocabulary import Qualifier
from queries.candidate import Action
from queries.pharmacogenomics.actions import actions_of
from queries.pharmacogenomics.fda_actions import actions_of_fda
from queries.pharmacogenomics.needs import Need, needs_of, results_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Association, Value
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.candidate import Diplotype
    from queries.pharmacogenomics.calls import Interpreted

CPIC: Final = "CPIC"
BODIES: Final = (CPIC, "DPWG", FDA)
"""Bodies that recommend, in the order in which their advice stands side by side; all others follow by name."""
OTHER_CONSIDERATIONS: Final = "Other considerations:"
"""Stands between a recommendation and what else its guideline asks to consider."""

_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)?(?= ?(?:%|mg))")
"""A dose, or a share of one."""

_Scope = tuple["Reference", str, str | None, str | None]
"""Drug, body, guideline and population: rules that share them are to be read together."""
_Key = tuple["Reference", tuple[Need, ...], tuple[tuple[Qualifier, "Value"], ...]]
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
        return self.text if considerations is None else f"{self.text}\n{OTHER_CONSIDERATIONS} {considerations}"

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
        """What rules of one guideline for one drug and population share; CPIC's tables are one guideline.

        The FDA's words for those concerned are the gene results themselves and part nothing.
        """
        population = None if self.body == FDA else self.population
        return self.drug, self.body, self.guideline if self.is_annotated else None, population

    @property
    def reading(self) -> tuple[_Scope, frozenset[str]]:
        """What rules share of which one alone can hold: the scope, and the alleles that are tested for one by one."""
        return self.scope, frozenset[str]().union(*(need.tested for need in self.needs))

    @property
    def guideline_version(self) -> str | None:
        """Version of the guideline's annotation."""
        return self._first(Qualifier.GUIDELINE_VERSION)

    @property
    def guidance(self) -> frozenset[str]:
        """What it gives guidance on, as the annotation flags it."""
        return frozenset(str(value) for name, value in self.stated[0].qualifiers if name is Qualifier.GUIDANCE)

    @property
    def strength(self) -> GuidelineStrength | FdaAssociationSection | None:
        """How strongly it is recommended; of the FDA, the section of its table."""
        levels = [evidence.level for association in self.stated for evidence in association.evidence]
        graded = (GuidelineStrength, FdaAssociationSection)
        return next((level for level in levels if isinstance(level, graded)), None)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """What the text asks for; of DPWG, whose wording varies more, also what its annotation flags.

        A text that asks for nothing and is graded so is no recommendation.
        """
        if self.body == FDA:
            section = self.strength if isinstance(self.strength, FdaAssociationSection) else None
            return actions_of_fda(self.text, section, [need.result for need in self.needs])
        read = actions_of(self.text)
        asked = set() if read == (Action.OTHER,) else set(read)
        if self.body != CPIC and DOSING in self.guidance:
            asked.add(Action.ADJUST_DOSE)
        if self.body != CPIC and ALTERNATE_DRUG in self.guidance and Action.AVOID not in asked:
            asked.add(Action.ALTERNATIVE)
        if not asked:
            silent = self.strength is GuidelineStrength.NO_RECOMMENDATION
            asked.add(Action.NO_RECOMMENDATION if silent else Action.OTHER)
        return tuple(action for action in Action if action in asked)

    @property
    def is_for_some_scores(self) -> bool:
        """Whether a text is held for some of the activity scores alone that have the phenotype (tables of pypgx)."""
        return not self.is_annotated and any(name is Qualifier.LOOKUP_KEY for name, _ in self.stated[0].qualifiers)

    @property
    def asked(self) -> tuple[tuple[Action, ...], frozenset[str]]:
        """What it asks for; of another dose also how much: CPIC limits rosuvastatin to 20 mg or to 10 mg."""
        amounts = _AMOUNT.findall(self.text) if Action.ADJUST_DOSE in self.actions else ()
        return self.actions, frozenset(amounts)

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


def find_rules(graph: Graph, known: Mapping[str, Interpreted], drugs: Iterable[Reference] | None = None) -> list[Rule]:
    """Recommendations whose every need some compatible diplotype of the patient meets, each body's once.

    A recommendation for a diplotype takes the place of those for its phenotype in the same guideline. ``drugs``
    restricts the answer to these.
    """
    gathered: dict[_Key, dict[str, Association]] = {}
    targets = [None] if drugs is None else sorted(drugs)
    for subject, drug in product(results_of(graph, known), targets):
        for association in graph.associations(subject, "affects", drug):
            if association.qualifier(Qualifier.RECOMMENDATION) is None:
                continue
            needs = needs_of(graph, association, known)
            if all(need.may_hold(known) for need in needs):
                said = tuple(pair for pair in association.qualifiers if pair[0] is not Qualifier.COMPANION)
                gathered.setdefault((association.object, needs, said), {})[association.key] = association
    rules = []
    for (target, needs, _), associations in gathered.items():
        stated = tuple(sorted(associations.values(), key=lambda association: association.subject))
        rules.append(Rule(target, needs, stated))
    by_reading: dict[object, list[Rule]] = {}
    for rule in _newest(graph, _each_once(rules), known):
        by_reading.setdefault(rule.reading, []).append(rule)
    return [rule for own in by_reading.values() for rule in _exact_first(own, known)]


def find_other_results(graph: Graph, rule: Rule, known: Mapping[str, Interpreted]) -> list[Rule]:
    """What the guideline of a rule says instead for each result that a gene without one may have."""
    found = []
    for association in graph.associations(rule.stated[0].subject, "affects", rule.drug):
        if association.qualifier(Qualifier.RECOMMENDATION) is not None:
            needs = needs_of(graph, association, known)
            other = Rule(rule.drug, needs, (association,))
            if other.scope == rule.scope and all(n.symbol not in known or n.may_hold(known) for n in needs):
                found.append(other)
    return found


def met_rules(rules: Sequence[Rule], symbol: str, diplotype: Diplotype) -> frozenset[int]:
    """Numbers of the rules that a diplotype of one gene does not rule out.

    A rule for the diplotype itself rules out those for its phenotype.
    """
    asked = {number: [n for n in rule.needs if n.symbol == symbol] for number, rule in enumerate(rules)}
    met = {number for number, needs in asked.items() if all(need.is_met_by(diplotype) for need in needs)}
    exact = {number for number in met if any(need.is_diplotype for need in asked[number])}
    return frozenset(number for number in met if not exact or number in exact or not asked[number])


def known_symbols(rules: Iterable[Rule], known: Mapping[str, Interpreted]) -> list[str]:
    """Genes with a result that rules ask for, sorted."""
    return sorted({need.symbol for rule in rules for need in rule.needs if need.symbol in known})


def _exact_first(rules: Sequence[Rule], known: Mapping[str, Interpreted]) -> Iterator[Rule]:
    """Rules of one guideline without those that a rule for the diplotype itself replaces."""
    symbols = known_symbols(rules, known)
    met = [frozenset[int]().union(*(met_rules(rules, s, one) for one in known[s].call.diplotypes)) for s in symbols]
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


def _newest(graph: Graph, rules: Iterable[Rule], known: Mapping[str, Interpreted]) -> Iterator[Rule]:
    """Rules without those of an FDA table of which a newer one has a row for the same gene and drug."""
    for rule in rules:
        if rule.body != FDA:
            yield rule
            continue
        genes = [known[need.symbol].call.gene.reference for need in rule.needs]
        rows = [row for gene in genes for row in graph.associations(gene, "affects", rule.drug)]
        newest = max((release for row in rows for release in _sections(row)), default="")
        if any(release >= newest for association in rule.stated for release in _sections(association)):
            yield rule


def _sections(association: Association) -> Iterator[str]:
    """Releases of the FDA's table of associations that state it."""
    return (one.release for one in association.evidence if isinstance(one.level, FdaAssociationSection))
