"""What the graph asserts of the patient's variants for diseases, and how much that weighs.

::

    variants         = log-odds of the strongest assertion that one of the patient's variants causes the disease
    carrier_variants = CARRIER_SHARE of that, where a recessive disease would need two alleles and the case shows one
    gene_of_variant  = log-odds of a variant that the input places in a gene of the disease, nothing asserted of it

An uncertain, conflicting or benign classification weighs nothing. An assertion belongs to a variant: none is ever
carried from one variant to another, nor from a gene to its variants.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Final

from kg.levels import ClinVarReview
from kg.profiles import DISEASE_PREFIXES
from ontology.vocabulary import Category, Predicate, Qualifier
from queries.case import Problem, Severity, Zygosity
from queries.diagnosis.alleles import find_alleles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Association
    from kg.store import Graph
    from ontology.reference import Reference
    from queries.case import PatientCase, VariantCall

_PRIOR_ODDS: Final = 0.1 / 0.9
"""Prior under which the ACMG/AMP classes are calibrated (Tavtigian et al. 2018, doi:10.1038/gim.2017.210)."""
PATHOGENIC: Final = log(0.99 / 0.01 / _PRIOR_ODDS)
"""6.8 nats: the evidence that brings the prior to the class's lower bound, a posterior of 0.99 (same source)."""
LIKELY_PATHOGENIC: Final = log(0.90 / 0.10 / _PRIOR_ODDS)
"""4.4 nats: the same for a posterior of 0.90."""
UNREVIEWED_SHARE: Final = 0.5
"""Of a classification without assertion criteria (no ClinVar star); own choice."""
CARRIER_SHARE: Final = 0.1
"""Of one heterozygous variant in a disease that needs two; own choice."""
GENE_OF_VARIANT: Final = log(2.08)
"""0.7 nats: the odds of supporting evidence (Tavtigian et al. 2018)."""


@dataclass(frozen=True, slots=True)
class Support:
    """One variant of the patient and what is asserted of it for one disease.

    ``associations`` lead from the variant to the disease: the assertion and, where it names a Mondo disease, the
    mapping. ``log_odds`` is 0 for a classification that does not say that the variant causes the disease.
    """

    call: VariantCall
    associations: tuple[Association, ...]
    log_odds: float

    @property
    def variant(self) -> Reference:
        """The variant as the graph knows it."""
        return self.associations[0].subject

    @property
    def significance(self) -> str:
        """The classification in its source's words."""
        return significance(self.associations[0])

    @property
    def review(self) -> str | None:
        """ClinVar review status of the classification's best reviewed evidence."""
        return max(_reviews(self.associations[0]), key=lambda review: review.stars, default=None)


@dataclass(frozen=True, slots=True)
class VariantParts:
    """The variant parts of one disease's score, in nats."""

    variants: float = 0.0
    carrier_variants: float = 0.0
    gene_of_variant: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the parts."""
        return self.variants + self.carrier_variants + self.gene_of_variant


@dataclass(slots=True)
class VariantFindings:
    """What was found of all variants of one case, by disease."""

    supports: dict[Reference, list[Support]] = field(default_factory=lambda: defaultdict(list))
    in_gene: dict[Reference, list[VariantCall]] = field(default_factory=lambda: defaultdict(list))
    """Calls that the input places in a gene of the disease, benign ones left out."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def diseases(self) -> list[Reference]:
        """Diseases for which anything was found, sorted."""
        return sorted(self.supports.keys() | self.in_gene.keys())

    def parts(self, disease: Reference, *, needs_two_alleles: bool) -> VariantParts:
        """The variant parts of a disease's score."""
        causing = [support for support in self.supports.get(disease, ()) if support.log_odds > 0]
        in_gene = self.in_gene.get(disease, [])
        is_carrier = needs_two_alleles and _is_one_allele([*(support.call for support in causing), *in_gene])
        if not causing:
            share = CARRIER_SHARE if is_carrier else 1.0
            return VariantParts(gene_of_variant=GENE_OF_VARIANT * share if in_gene else 0.0)
        strongest = max(support.log_odds for support in causing)
        if is_carrier:
            return VariantParts(carrier_variants=CARRIER_SHARE * strongest)
        return VariantParts(variants=strongest)


def find_causes(graph: Graph, case: PatientCase) -> VariantFindings:
    """What the graph asserts of each variant of the case, and the diseases of genes that the input names."""
    findings = VariantFindings()
    for number, call in enumerate(case.variants):
        where = f"variants[{number}]"
        found = find_alleles(graph, call)
        by_allele = [_classifications(graph, allele) for allele in found.alleles]
        supports = [dict(_supports(graph, call, each)) for each in by_allele]
        agreed = _agreed(supports) if found.by_site else _strongest(supports)
        if found.by_site and any(each.keys() - agreed.keys() for each in supports):
            findings.problems.append(
                Problem(Severity.INFO, where, f"the alleles at {call.rsid} are classified differently; name the change")
            )
        for disease, support in agreed.items():
            findings.supports[disease].append(support)
        findings.problems += _unranked(where, by_allele, graph)
        if not _is_benign(by_allele):
            for disease in _diseases_of_gene(graph, call):
                findings.in_gene[disease].append(call)
    for supporting in findings.supports.values():
        supporting.sort(key=lambda support: (-support.log_odds, support.variant))
    return findings


def significance(assertion: Association) -> str:
    """The classification in its source's words, else what the statement amounts to."""
    stated = assertion.qualifier(Qualifier.SIGNIFICANCE)
    return str(stated) if stated else assertion.predicate.local_name


def log_odds(assertion: Association) -> float:
    """Weight in nats of one assertion about a variant and a condition; 0 unless it says that the one causes the other."""
    if assertion.predicate is not Predicate.CAUSES or assertion.negated:
        return 0.0
    text = significance(assertion).casefold()
    is_full = text.startswith("pathogenic") and "low penetrance" not in text
    reviews = _reviews(assertion)
    share = UNREVIEWED_SHARE if reviews and not any(review.stars for review in reviews) else 1.0
    return share * (PATHOGENIC if is_full else LIKELY_PATHOGENIC)


def targets(graph: Graph, condition: Reference) -> Iterator[tuple[Reference, tuple[Association, ...]]]:
    """Diseases with profiles that a condition is: itself, or the exact matches of a Mondo disease with the mapping."""
    if condition.prefix in DISEASE_PREFIXES:
        yield condition, ()
    elif condition.prefix == "MONDO":
        for mapping in graph.associations(condition, Predicate.EXACT_MATCH.local_name):
            if mapping.object.prefix in DISEASE_PREFIXES:
                yield mapping.object, (mapping,)


def _classifications(graph: Graph, variant: Reference) -> list[Association]:
    """Germline classifications of a variant; those that its sources assert and deny at once are left out."""
    found = []
    for predicate in (Predicate.CAUSES, Predicate.ASSOCIATED_WITH):
        for negated in (False, True):
            found += graph.associations(variant, predicate.local_name, negated=negated)
    causes = {a.object for a in found if a.predicate is Predicate.CAUSES and not a.negated}
    disputed = causes & {a.object for a in found if a.predicate is Predicate.CAUSES and a.negated}
    return [a for a in found if a.object not in disputed and a.qualifier(Qualifier.ORIGIN) != "somatic"]


def _supports(
    graph: Graph, call: VariantCall, classifications: Iterable[Association]
) -> Iterator[tuple[Reference, Support]]:
    """The strongest assertion for each disease; the denials among them support nothing."""
    asserted = [assertion for assertion in classifications if not assertion.negated]
    for assertion in sorted(asserted, key=lambda each: (log_odds(each), each.key)):
        for disease, mapping in targets(graph, assertion.object):
            yield disease, Support(call, (assertion, *mapping), log_odds(assertion))


def _strongest(supports: Iterable[dict[Reference, Support]]) -> dict[Reference, Support]:
    ordered = sorted((pair for each in supports for pair in each.items()), key=lambda pair: pair[1].log_odds)
    return dict(ordered)


def _agreed(supports: Sequence[dict[Reference, Support]]) -> dict[Reference, Support]:
    """Diseases that every allele supports, with the least of the supports: the patient has one of these alleles."""
    if not supports:
        return {}
    shared = set(supports[0]).intersection(*supports[1:])
    return {
        disease: min((each[disease] for each in supports), key=lambda support: support.log_odds)
        for disease in sorted(shared)
    }


def _unranked(where: str, by_allele: Iterable[Sequence[Association]], graph: Graph) -> Iterator[Problem]:
    conditions = {a.object for each in by_allele for a in each if log_odds(a) > 0}
    for condition in sorted(conditions):
        if condition.prefix not in ("HP", "GENOPATH") and not any(targets(graph, condition)):
            message = f"the variant is asserted to cause {condition}, which no OMIM or Orphanet disease matches exactly"
            yield Problem(Severity.INFO, where, f"{message}; it is not ranked")


def _is_benign(by_allele: Iterable[Sequence[Association]]) -> bool:
    classifications = [a for each in by_allele for a in each if a.predicate is Predicate.CAUSES]
    return bool(classifications) and all(a.negated for a in classifications)


def _diseases_of_gene(graph: Graph, call: VariantCall) -> list[Reference]:
    if not call.gene_symbol:
        return []
    symbol = call.gene_symbol.casefold()
    genes = [gene for gene in graph.find_by_name(symbol, Category.GENE) if gene.name.casefold() == symbol]
    predicate = Predicate.GENE_ASSOCIATED_WITH_CONDITION.local_name
    conditions = {a.object for gene in genes for a in graph.associations(gene.reference, predicate)}
    return sorted({disease for condition in conditions for disease, _ in targets(graph, condition)})


def _is_one_allele(calls: Iterable[VariantCall]) -> bool:
    """Whether the calls are known to show one altered allele only; two heterozygous calls may lie on both."""
    distinct = list(dict.fromkeys(calls))
    return len(distinct) == 1 and distinct[0].zygosity is Zygosity.HETEROZYGOUS


def _reviews(assertion: Association) -> list[ClinVarReview]:
    return [evidence.level for evidence in assertion.evidence if isinstance(evidence.level, ClinVarReview)]
