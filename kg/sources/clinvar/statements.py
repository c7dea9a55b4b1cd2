"""From a variant of any of ClinVar's formats to entities and associations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.chromosomes import CHROMOSOMES
from kg.model import Association, Entity
from kg.rdf import name_key
from kg.sources.clinvar.classification import review_status, stated, terms
from kg.sources.clinvar.stated import Numbers, Places, Stated, place_code
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
LOCUS_OF_ASSEMBLY: Final = {"GRCh37": Attribute.LOCUS_GRCH37, "GRCh38": Attribute.LOCUS_GRCH38}
SUPERSEDED: Final = "variant that a newer release of ClinVar in this build states"

_MAPPED: Final = ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
_SOMATIC: Final = ((Qualifier.ORIGIN, "somatic"),)
_CHROMOSOMES: Final = frozenset({*CHROMOSOMES, "MT"})
_BASES: Final = re.compile(r"[ACGT]+$")
_HGVS_NAME: Final = re.compile(r"(?P<sequence>[A-Z]{2}_\d+\.\d+)(?:\([^)]+\))?:(?P<change>[cgmn]\.\S+)")


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of one record: how it is called, where it lies, and how it is classified.

    ``genes`` are NCBI gene ids with symbols, the id empty where the record has the symbol alone; ``rsids`` are numbers.
    """

    reference: Reference
    record: str | int
    name: str
    hgvs: tuple[str, ...] = ()
    loci: tuple[tuple[Attribute, Value], ...] = ()
    genes: tuple[tuple[str, str], ...] = ()
    rsids: tuple[str, ...] = ()
    classifications: tuple[Classification, ...] = ()
    publications: tuple[Reference, ...] = ()


def vcv(variation: str) -> str:
    """The VCV accession of a variation id."""
    return f"VCV{variation:0>9}"


def is_variation(text: str) -> bool:
    """Whether a text is a variation id: at most nine digits, as a VCV accession has."""
    return len(text) <= 9 and is_number(text)


def is_number(text: str) -> bool:
    """Whether a text is a number as ClinVar writes its ids and positions; the longest are rsIDs.

    >>> is_number("2147483647"), is_number("-1"), is_number("²")
    (True, False, False)
    """
    return text.isdigit() and text.isascii() and len(text) <= 10


def plain_locus(
    attribute: Attribute, chromosome: str, position: str, ref: str, alt: str
) -> Iterator[tuple[Attribute, Value]]:
    """``chrom-pos-ref-alt``, where both alleles are spelled out."""
    if chromosome in _CHROMOSOMES and _BASES.match(ref) and _BASES.match(alt):
        yield attribute, f"{chromosome}-{position}-{ref}-{alt}"


def hgvs_of(name: str) -> tuple[str, ...]:
    """The HGVS expression within a name such as ``NM_000059.4(BRCA2):c.68-7T>A``, without the gene in parentheses."""
    match = _HGVS_NAME.match(name)
    return (f"{match['sequence']}:{match['change']}",) if match else ()


@dataclass(frozen=True, slots=True)
class _Target:
    """What stands for a condition, and the code through which it was found."""

    reference: Reference
    qualifiers: tuple[tuple[Qualifier, Value], ...] = ()


@dataclass(slots=True)
class NamesOfConditions:
    """What ClinVar's own records with identifiers call each condition, for the formats that give names alone."""

    meant: dict[str, set[Reference]] = field(default_factory=dict)

    def learn(self, name: str, reference: Reference) -> None:
        """Note one name of a condition."""
        self.meant.setdefault(name_key(name), set()).add(reference)

    def find(self, name: str) -> Reference | None:
        """The one condition of this name, ``None`` where there is none or several."""
        found = self.meant.get(name_key(name), set())
        return next(iter(found)) if len(found) == 1 else None


@dataclass(slots=True)
class Writer:
    """Makes entities and associations; keeps the genes and conditions it has met, and a bit or place of each variant."""

    file: SourceFile
    context: Context
    genes: dict[tuple[str, str], Reference | None] = field(default_factory=dict)
    met: dict[tuple[object, ...], _Target | None] = field(default_factory=dict)
    _names: NamesOfConditions = field(init=False)
    _newer: list[Numbers] = field(init=False)
    _newer_places: list[Places] = field(init=False)
    _own: Numbers = field(init=False)
    _own_places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._names = self.context.shared(NamesOfConditions)
        stated_before, release = self.context.shared(Stated), self.file.release
        self._newer, self._own = stated_before.variants.newer(release), stated_before.variants.of(release)
        self._newer_places, self._own_places = stated_before.places.newer(release), stated_before.places.of(release)

    def aggregate(self, variant: Variant) -> Iterator[Item]:
        """The same as :meth:`items` for an aggregate over submissions, unless a newer release has one of this variant."""
        number = int(variant.reference.identifier)
        if any(number in numbers for numbers in self._newer):
            self.context.left_out.add(SUPERSEDED, str(variant.record))
            return
        self._own.add(number)
        for attribute, locus in variant.loci:
            if attribute is Attribute.LOCUS_GRCH37 and (code := place_code(str(locus))) is not None:
                self._own_places.add(code)
        yield from self.items(variant)

    def aggregate_at(self, locus: str, variant: Variant) -> Iterator[Item]:
        """The same for a variant that its file names by its place on GRCh37 alone."""
        code = place_code(locus)
        if code is not None and any(code in places for places in self._newer_places):
            self.context.left_out.add(SUPERSEDED, locus)
            return
        yield from self.items(variant)

    def items(self, variant: Variant) -> Iterator[Item]:
        """Entity and associations of one variant, and the genes and conditions first met with it."""
        reference = variant.reference
        hgvs = tuple((Attribute.HGVS, text) for text in variant.hgvs)
        yield Entity(reference, Category.SEQUENCE_VARIANT, variant.name, attributes=(*variant.loci, *hgvs))
        evidence = self.file.evidence(variant.record, publications=variant.publications)
        for gene in variant.genes:
            if gene not in self.genes:
                yield from self._gene(*gene)
            if (found := self.genes[gene]) is not None:
                yield Association(reference, Predicate.IS_SEQUENCE_VARIANT_OF, found, evidence)
        for rsid in variant.rsids:
            other = Reference("dbSNP", f"rs{rsid}")
            yield Entity(other, Category.SEQUENCE_VARIANT, other.identifier)
            yield Association(reference, Predicate.CLOSE_MATCH, other, evidence, _MAPPED)
        for classification in variant.classifications:
            yield from self.statements(variant, classification)

    def statements(self, variant: Variant, classification: Classification) -> Iterator[Item]:
        """One classification as associations of the variant with its conditions."""
        stating = terms(classification.significance)
        if not stating:
            self.context.left_out.add("variant without a classification of its own", str(variant.record))
            return
        level = self.review(classification.review)
        evidence = self.file.evidence(variant.record, level=level, publications=variant.publications)
        for condition in classification.conditions:
            key = _key(condition)
            if key not in self.met:
                yield from self._declaration(key, condition)
            target = self.met[key]
            if target is None:
                self._leave_out(variant, condition)
                continue
            for term in stating:
                if association := self._statement(variant.reference, target, term, classification, evidence):
                    yield association

    def _gene(self, identifier: str, symbol: str) -> Iterator[Entity]:
        if not identifier:
            named = self.context.resolver.genes.by_name(symbol)
            self.genes["", symbol] = named.reference
            if named.reference is None:
                reason = f"gene symbol {(named.problem or 'unknown').partition(':')[0]} (the link is left out)"
                self.context.unresolved.add(reason, symbol)
            return
        ncbi = Reference("NCBIGene", identifier)
        found = self.context.resolver.genes.by_identifier(ncbi).reference
        self.genes[identifier, symbol] = found or ncbi
        if found is None:
            reason = "gene without an HGNC id in this build (kept under its NCBI id)"
            self.context.unresolved.add(reason, f"{ncbi} {symbol}")
            yield Entity(ncbi, Category.GENE, symbol or ncbi.curie)

    def _statement(
        self,
        reference: Reference,
        target: _Target,
        term: str,
        classification: Classification,
        evidence: tuple[Evidence],
    ) -> Association | None:
        predicate, negated = stated(term, somatic=classification.somatic)
        if not classification.attributed:
            if classification.somatic or negated:
                self.context.left_out.add(
                    "classification beside one of another kind, whose conditions the file does not tell apart",
                    f"{reference} {term}",
                )
                return None
            predicate = Predicate.ASSOCIATED_WITH
        origin = _SOMATIC if classification.somatic else ()
        qualifiers = ((Qualifier.SIGNIFICANCE, term), *origin, *target.qualifiers)
        return Association(reference, predicate, target.reference, evidence, qualifiers, negated=negated)

    def _declaration(self, key: tuple[object, ...], condition: Condition) -> Iterator[Entity]:
        """Choose what stands for the condition: an id that the build knows, else its code's or name's, else its first id."""
        resolver = self.context.resolver
        known = (known_condition(resolver, reference) for reference in condition.identifiers)
        chosen = next(filter(None, known), None)
        target = _Target(chosen) if chosen else self._by_code(condition)
        if target is None and condition.named:
            target = self._by_name(condition.name)
        if target is None and condition.identifiers:
            target = _Target(condition.identifiers[0])
            self.context.unresolved.add(
                f"{target.reference.prefix} id of a condition that this build's vocabularies do not have"
                " (kept, under ClinVar's name)",
                target.reference.curie,
            )
            yield condition_entity(target.reference, condition.name)
        if target and not (condition.named or condition.unspecified):
            self._names.learn(condition.name, target.reference)
        self.met[key] = target

    def _by_code(self, condition: Condition) -> _Target | None:
        for code in condition.codes:
            if found := self.context.resolver.diseases.by_code(code).reference:
                return _Target(found, ((Qualifier.ORIGINAL_OBJECT, code),))
        return None

    def _by_name(self, name: str) -> _Target | None:
        for names in (self.context.resolver.diseases, self.context.resolver.phenotypes):
            found = names.by_name(name)
            if found.reference is not None:
                return _Target(found.reference, ((Qualifier.ORIGINAL_OBJECT, name),))
            if found.problem != "unknown":
                self.context.ambiguous.add("condition name with several meanings", f"{name}: {found.problem}")
                return None
        learned = self._names.find(name)
        return _Target(learned, ((Qualifier.ORIGINAL_OBJECT, name),)) if learned else None

    def _leave_out(self, variant: Variant, condition: Condition) -> None:
        example = f"{variant.record} {condition.name}"
        if condition.unspecified:
            self.context.left_out.add("condition that is not provided or not specified", example)
        elif condition.named:
            self.context.unresolved.add("condition name that no vocabulary of the build has", example)
        elif not condition.codes:
            self.context.left_out.add("condition for which the record gives no identifier", example)
        else:
            self.context.unresolved.add("condition whose MedGen, MeSH or SNOMED code this build does not know", example)

    def target(self, condition: Condition) -> Reference | None:
        """What stands for a condition that a statement has named already."""
        found = self.met.get(_key(condition))
        return found.reference if found else None

    def review(self, text: str) -> ClinVarReview | None:
        """The review status, listed as unresolved where it is none that ClinVar documents."""
        review = review_status(text)
        if review is None and text:
            self.context.unresolved.add("review status that is none of ClinVar's documented ones", text)
        return review


def _key(condition: Condition) -> tuple[object, ...]:
    """What tells conditions apart: one that has an identifier or code may come under several names."""
    return (condition.name,) if condition.named else (condition.identifiers, condition.codes)
