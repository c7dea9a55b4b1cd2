"""From a variant of either file format to entities and associations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.clinvar.classification import review_status, stated, terms
from kg.sources.conditions import condition_entity, known_condition
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.levels import ClinVarReview
    from kg.model import Evidence, Value
    from kg.source import Item, SourceFile
    from kg.sources.clinvar.classification import Classification, Condition

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"
"""ClinVar gives the rsID at a variant's place; one rsID can hold several alleles."""
CHROMOSOMES: Final = frozenset({*map(str, range(1, 23)), "X", "Y", "MT"})
LOCUS_OF_ASSEMBLY: Final = {"GRCh37": Attribute.LOCUS_GRCH37, "GRCh38": Attribute.LOCUS_GRCH38}

_BASES: Final = re.compile(r"[ACGT]+$")
_HGVS_NAME: Final = re.compile(r"(?P<sequence>[A-Z]{2}_\d+\.\d+)(?:\([^)]+\))?:(?P<change>[cgmn]\.\S+)")


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of either file: identifiers, loci by assembly, NCBI gene ids with symbols, classifications."""

    id: str
    name: str
    hgvs: str | None
    loci: tuple[tuple[Attribute, Value], ...]
    genes: tuple[tuple[str, str], ...]
    rsids: tuple[str, ...]
    classifications: tuple[Classification, ...]

    @property
    def record(self) -> str:
        """Its VCV accession."""
        return f"VCV{self.id:0>9}"


def plain_locus(
    attribute: Attribute, chromosome: str, position: str, ref: str, alt: str
) -> Iterator[tuple[Attribute, Value]]:
    """``chrom-pos-ref-alt``, where both alleles are spelled out."""
    if chromosome in CHROMOSOMES and _BASES.match(ref) and _BASES.match(alt):
        yield attribute, f"{chromosome}-{position}-{ref}-{alt}"


def hgvs_of(name: str) -> str | None:
    """The HGVS expression within a name such as ``NM_000059.4(BRCA2):c.68-7T>A``, without the gene in parentheses."""
    match = _HGVS_NAME.match(name)
    return f"{match['sequence']}:{match['change']}" if match else None


@dataclass(slots=True)
class Writer:
    """Makes entities and associations; keeps the few genes and conditions it has met, and no variant."""

    file: SourceFile
    context: Context
    genes: dict[str, Reference] = field(default_factory=dict)
    met: dict[tuple[Reference, ...], Reference | None] = field(default_factory=dict)

    def items(self, variant: Variant) -> Iterator[Item]:
        """Entity and associations of one variant, and the genes and conditions first met with it."""
        reference = Reference("ClinVar", variant.id)
        hgvs = ((Attribute.HGVS, variant.hgvs),) if variant.hgvs else ()
        yield Entity(reference, Category.SEQUENCE_VARIANT, variant.name, attributes=(*variant.loci, *hgvs))
        evidence = self.file.evidence(variant.record)
        for gene in variant.genes:
            yield from self._gene(*gene)
            yield Association(reference, Predicate.IS_SEQUENCE_VARIANT_OF, self.genes[gene[0]], evidence)
        for rsid in variant.rsids:
            other = Reference("dbSNP", f"rs{rsid}")
            yield Entity(other, Category.SEQUENCE_VARIANT, other.identifier)
            justification = ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
            yield Association(reference, Predicate.CLOSE_MATCH, other, evidence, justification)
        for classification in variant.classifications:
            yield from self._statements(variant, reference, classification)

    def _gene(self, identifier: str, symbol: str) -> Iterator[Entity]:
        if identifier not in self.genes:
            ncbi = Reference("NCBIGene", identifier)
            found = self.context.resolver.genes.by_identifier(ncbi).reference
            self.genes[identifier] = found or ncbi
            if found is None:
                reason = "gene without an HGNC id in this build (kept under its NCBI id)"
                self.context.unresolved.add(reason, f"{ncbi} {symbol}")
                yield Entity(ncbi, Category.GENE, symbol)

    def _statements(self, variant: Variant, reference: Reference, classification: Classification) -> Iterator[Item]:
        stating = terms(classification.significance)
        if not stating:
            self.context.left_out.add("variant without a classification of its own", variant.record)
            return
        evidence = self.file.evidence(variant.record, level=self._review(classification.review))
        for condition in classification.conditions:
            yield from self._declaration(condition)
            target = self.met[condition.identifiers]
            if target is None:
                reason = "condition without an id in the graph's vocabularies (not provided, or MedGen or MeSH alone)"
                self.context.left_out.add(reason, f"{variant.record} {condition.name}")
                continue
            for term in stating:
                yield from self._statement(reference, target, term, classification, evidence)

    def _statement(
        self,
        reference: Reference,
        target: Reference,
        term: str,
        classification: Classification,
        evidence: tuple[Evidence],
    ) -> Iterator[Association]:
        predicate, negated = stated(term, somatic=classification.somatic)
        if not classification.attributed:
            if classification.somatic or negated:
                self.context.left_out.add(
                    "classification beside one of another kind, whose conditions the file does not tell apart",
                    f"{reference} {term}",
                )
                return
            predicate = Predicate.ASSOCIATED_WITH
        origin = ((Qualifier.ORIGIN, "somatic"),) if classification.somatic else ()
        yield Association(
            reference, predicate, target, evidence, ((Qualifier.SIGNIFICANCE, term), *origin), negated=negated
        )

    def _declaration(self, condition: Condition) -> Iterator[Entity]:
        """Choose the condition's identifier: the first that the build's vocabularies know, else the first."""
        if condition.identifiers in self.met:
            return
        known = (known_condition(self.context.resolver, reference) for reference in condition.identifiers)
        chosen = next(filter(None, known), None)
        if chosen is None and condition.identifiers:
            chosen = condition.identifiers[0]
            self.context.unresolved.add(
                f"{chosen.prefix} id of a condition that this build's vocabularies do not have (kept, under ClinVar's name)",
                chosen.curie,
            )
            yield condition_entity(chosen, condition.name)
        self.met[condition.identifiers] = chosen

    def _review(self, text: str) -> ClinVarReview | None:
        review = review_status(text)
        if review is None:
            self.context.unresolved.add("review status that is none of ClinVar's documented ones", text)
        return review
