"""What a recommendation asks of each gene, and whether a patient's diplotypes show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from kg.rdf import ATTRIBUTE
from kg.sources.cpic import NO_RESULT, allele, allele_names, gene_phenotype, genotype, least_score
from kg.sources.pharmcat import PHENOTYPING
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Qualifier
from queries.candidate import Action
from queries.pharmacogenomics.actions import actions_of
from queries.pharmacogenomics.genes import TYPED_BY_ALLELE
from queries.pharmacogenomics.symbols import symbol_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Association
    from kg.store import Graph
    from queries.candidate import Diplotype
    from queries.pharmacogenomics.calls import Interpreted

_GENOTYPE: Final = "genotype/"
_PHENOTYPE: Final = "phenotype/"
_FULL_VALUE: Final = 1.0
"""Activity value of an allele of normal function (doi:10.1002/cpt.911)."""
_TWO_FIELDS: Final = re.compile(r"^\*\d+:\d+(?::\d+)*[PG]?$")
"""An HLA allele typed to its protein, or to a group of one protein; less, or an allele that is not expressed (``N``), tells no
result of a test (http://hla.alleles.org/nomenclature/naming.html)."""
_TESTED: Final = re.compile(r"^(?P<allele>\*\d+(?::\d+)*) (?P<outcome>positive|negative)$")
_BOTH_TESTED: Final = re.compile(r"^(\d{2})(\d{2}) and (\d{2})(\d{2})$")
"""How DPWG's guideline on carbamazepine writes that two alleles are carried: ``1511 and 1502``."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one gene must show: a phenotype, a diplotype, an allele, or no result."""

    reference: Reference
    excluded: frozenset[Diplotype] = frozenset()
    """Of the patient's diplotypes, those whose activity score or alleles the recommendation is not for."""
    uncertain: frozenset[Diplotype] = frozenset()
    """Those that the recommendation may not be for: their activity score is not known, or has a text that is not held."""

    @property
    def symbol(self) -> str:
        """The gene's symbol."""
        return symbol_of(self.reference)

    @property
    def result(self) -> str:
        """The phenotype, diplotype or result that is asked for."""
        return self.reference.minted_name.partition("/")[2]

    @property
    def is_diplotype(self) -> bool:
        """Whether a diplotype itself is asked for."""
        return self.reference.identifier.startswith(_GENOTYPE)

    @property
    def tested(self) -> frozenset[str]:
        """Names of the alleles that are tested for one by one; results of different tests stand beside each other."""
        return alleles_of_test(self.result) if self.symbol.startswith(TYPED_BY_ALLELE) else frozenset()

    def is_met_by(self, diplotype: Diplotype) -> bool:
        """Whether a diplotype of the gene shows it."""
        if self.is_diplotype:
            return sorted(allele_names(self.result)) == sorted(allele_names(diplotype.deciding))
        if self.tested and diplotype.phenotype != self.result:
            return _allele_test(diplotype.name, self.result)
        return diplotype.phenotype == self.result and diplotype not in self.excluded

    def may_hold(self, known: Mapping[str, Interpreted]) -> bool:
        """Whether some diplotype of the patient shows it; a missing result holds where the gene has none."""
        if self.result == NO_RESULT:
            return self.symbol not in known
        return self.symbol in known and any(map(self.is_met_by, known[self.symbol].call.diplotypes))


def alleles_of_test(result: str) -> frozenset[str]:
    """Alleles that the result of an allele test is about.

    >>> sorted(alleles_of_test("1511 and 1502")), sorted(alleles_of_test("*57:01 negative"))
    (['*15:02', '*15:11'], ['*57:01'])
    """
    if both := _BOTH_TESTED.match(result):
        return frozenset({f"*{both[1]}:{both[2]}", f"*{both[3]}:{both[4]}"})
    single = _TESTED.match(result)
    return frozenset({single["allele"]}) if single else frozenset()


def needs_of(graph: Graph, association: Association, known: Mapping[str, Interpreted]) -> tuple[Need, ...]:
    """Needs of a statement, in order of their references."""
    keys: dict[str, list[str]] = {}
    for name, value in association.qualifiers:
        if name is Qualifier.LOOKUP_KEY:
            symbol, _, key = str(value).partition(" ")
            keys.setdefault(symbol, []).append(key)
    references = [value for name, value in association.qualifiers if name is Qualifier.COMPANION]
    needed = {value for value in (association.subject, *references) if isinstance(value, Reference)}
    cautious = _is_cautious(association) if keys else False
    return tuple(_need(graph, reference, keys, known, cautious=cautious) for reference in sorted(needed))


def results_of(graph: Graph, known: Mapping[str, Interpreted]) -> Iterable[Reference]:
    """What a recommendation for one of the patient's genes may begin at, sorted."""
    found: set[Reference] = set()
    for symbol, gene in known.items():
        found |= gene.phenotypes.keys()
        if symbol.startswith(TYPED_BY_ALLELE):
            found |= _stated_results(graph, gene.call.gene.reference)
        for diplotype in gene.call.diplotypes:
            if diplotype.phenotype is not None:
                found.add(gene_phenotype(symbol, diplotype.phenotype))
            if diplotype.name:
                names = allele_names(diplotype.deciding)
                found |= {genotype(symbol, "/".join(order)) for order in (names, names[::-1])}
    return sorted(found)


def _is_cautious(association: Association) -> bool:
    """Whether a text of pypgx advises against a drug: better given for too many activity scores than for too few."""
    annotated = association.qualifier(Qualifier.GUIDELINE_BODY) is not None
    return not annotated and Action.AVOID in actions_of(str(association.qualifier(Qualifier.RECOMMENDATION)))


def _need(
    graph: Graph,
    reference: Reference,
    keys: Mapping[str, Sequence[str]],
    known: Mapping[str, Interpreted],
    *,
    cautious: bool,
) -> Need:
    symbol = symbol_of(reference)
    if symbol not in known or symbol not in keys:
        return Need(reference)
    diplotypes = frozenset(known[symbol].call.diplotypes)
    fitting = frozenset(one for one in diplotypes if any(_fits(graph, symbol, one, key) for key in keys[symbol]))
    unscored = frozenset(one for one in fitting if one.activity_score is None)
    if cautious:
        return Need(reference, frozenset(), unscored | (diplotypes - fitting))
    return Need(reference, diplotypes - fitting, unscored)


def _fits(graph: Graph, symbol: str, diplotype: Diplotype, key: str) -> bool:
    """Whether a diplotype has the activity score of a lookup key; what is not known of it fits every one.

    DPWG has two recommendations for a DPYD score of 1: one for a single allele without function, and one (``Phenotyping``)
    for two impaired alleles, of which the score does not tell the activity (doi:10.1038/s41431-019-0540-0).
    """
    written, _, kind = key.partition(" ")
    score = least_score(written)
    if score is None or diplotype.activity_score is None:
        return True
    if diplotype.activity_score != score:
        return False
    if not kind or score < _FULL_VALUE or not diplotype.name:
        return True
    values = {_value(graph, symbol, name) for name in allele_names(diplotype.deciding)}
    if kind == f"({PHENOTYPING})":
        return _FULL_VALUE not in values
    return _FULL_VALUE in values or None in values


def _value(graph: Graph, symbol: str, name: str) -> float | None:
    """Activity value of an allele; ``None`` where it is not known."""
    stated = graph.associations(allele(symbol, name), "is_sequence_variant_of")
    values = (association.qualifier(Qualifier.ACTIVITY_SCORE) for association in stated)
    return next((least_score(str(value)) for value in values if value is not None), None)


def _stated_results(graph: Graph, gene: Reference) -> set[Reference]:
    """The gene phenotypes that the graph holds of a gene."""
    quads = graph.store.quads_for_pattern(None, NamedNode(ATTRIBUTE + Attribute.GENE), NamedNode(gene.iri), None)
    found = {Reference.from_iri(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)}
    return {reference for reference in found if reference.identifier.startswith(_PHENOTYPE)}


def _is_of_protein(name: str, protein: str) -> bool:
    """Whether an HLA allele is typed to a protein, further fields aside."""
    return bool(_TWO_FIELDS.match(name)) and (name.rstrip("PG") == protein or name.startswith(f"{protein}:"))


def _allele_test(diplotype: str, result: str) -> bool:
    """Whether a diplotype has the result of a test for alleles; it is negative only if both alleles are typed."""
    names = allele_names(diplotype)
    carried = all(any(_is_of_protein(n, one) for n in names) for one in alleles_of_test(result))
    if not result.endswith(" negative"):
        return carried
    return len(names) == 2 and all(map(_TWO_FIELDS.match, names)) and not carried
