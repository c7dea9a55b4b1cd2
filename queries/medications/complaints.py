"""Which complaints may come from a listed drug, and through which gene, enzyme or interaction.

Only what a source states is given: a complaint that nothing explains has no item, which does not show that no drug causes
it. ``supported`` is said where the patient's own results raise the risk: a gene result, a changed enzyme activity, or two
listed drugs that interact.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kg.paths import make_path
from kg.sources import fda
from kg.sources.cpic import NO_RESULT, allele_names, gene_phenotype
from ontology.reference import Reference
from ontology.vocabulary import Qualifier
from queries.medication import ComplaintCause, Mechanism
from queries.medications.annotations import Hit, find_carried, find_hits
from queries.medications.related import treated_by
from queries.medications.toxicities import LOST_EFFECT, RAISED_EXPOSURE, Fit
from queries.pharmacogenomics.authority import phenotype_of
from queries.pharmacogenomics.symbols import find_gene, gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Association, Entity, Path
    from kg.store import Graph
    from queries.candidate import Diplotype, DrugAdvice, GeneCall, Recommendation
    from queries.case import Feature, PatientCase
    from queries.medication import Interaction, Phenoconversion

_MOST_TEXTS: Final = 3
_MOST_PATHS: Final = 8
"""Texts and paths of one cause; more statements of the same add nothing."""
_STEM: Final = 6
"""Letters of a drug's name that French and English share."""


class _Grade(StrEnum):
    """What a cause rests on, strongest first."""

    GUIDELINE = "guideline"
    AGENCY = "agency"
    THESAURUS = "thesaurus"
    ANNOTATION = "annotation"
    LABEL = "label"


_ORDER: Final = tuple(_Grade)


@dataclass(frozen=True, slots=True)
class _Finding:
    mechanism: Mechanism
    gene: Entity | None
    text: str
    supported: bool
    grade: _Grade
    paths: tuple[Path, ...]


@dataclass(slots=True)
class _Inquiry:
    """One complaint and one listed drug."""

    graph: Graph
    case: PatientCase
    advice: DrugAdvice
    fit: Fit
    drug: Reference
    hits: list[Hit] = field(default_factory=list)
    guided: list[Association] = field(default_factory=list)
    """What gene results do to the drug, in the words of guidelines."""
    stated: list[Association] = field(default_factory=list)
    is_treated: bool = False
    """Whether the drug is used against the complaint."""

    def __post_init__(self) -> None:
        self.hits = find_hits(self.graph, self.fit, self.drug, self.case)
        self.stated = self.graph.associations(object=self.drug, predicate="affects")
        self.guided = [one for one in self.stated if one.qualifier(Qualifier.IMPLICATION) is not None]
        self.is_treated = any(use.object in self.fit.terms for use in treated_by(self.graph, self.drug))

    @property
    def is_known(self) -> bool:
        """Whether any source states that the drug may cause the complaint."""
        return bool(self.hits) or any(self.fit.is_threatened_by(text) for one in self.guided for text in _texts(one))

    def findings(self) -> Iterator[_Finding]:
        """Everything that may lead from the drug to the complaint."""
        yield from self._by_recommendation()
        yield from self._by_agency()
        yield from self._by_annotation()
        yield from self._by_phenoconversion()
        yield from self._by_interaction()
        for hit in self.hits:
            if not hit.is_allele_of_patient:
                yield _Finding(Mechanism.SIDE_EFFECT, None, hit.text, False, _grade(hit), hit.paths)

    def _reading(self, text: str) -> str | None:
        """What a text on a gene result means for the complaint, ``None`` where it says nothing of it."""
        if self.is_treated and LOST_EFFECT.search(text):
            return "the drug may fail to relieve it"
        if not self.is_treated and self.fit.is_threatened_by(text):
            return "raised risk"
        if not self.is_treated and self.hits and RAISED_EXPOSURE.search(text):
            return "a known side effect, and more of it"
        return None

    def _by_recommendation(self) -> Iterator[_Finding]:
        called = {gene_symbol(call.gene): call for call in self.advice.genes}
        for one in self.advice.recommendations:
            if one.drug.reference != self.drug:
                continue
            for symbol, text in one.implications.items():
                reading = self._reading(text)
                result = one.phenotypes.get(symbol, NO_RESULT)
                if reading and result != NO_RESULT and symbol in called:
                    yield self._advised(one, called[symbol], f"{symbol} {result}, {one.source}: {text} ({reading})")
        yield from self._untested(called)

    def _advised(self, one: Recommendation, call: GeneCall, text: str) -> _Finding:
        mechanism = Mechanism.PHENOCONVERSION if one.derived else Mechanism.GENE
        return _Finding(mechanism, call.gene, text, True, _Grade.GUIDELINE, one.paths)

    def _untested(self, called: dict[str, GeneCall]) -> Iterator[_Finding]:
        """Genes without a result of which some result would raise the risk."""
        for one in sorted(self.guided, key=lambda one: one.key):
            symbol, _, result = one.subject.minted_name.partition("/")
            known = symbol in called and bool(called[symbol].phenotypes or called[symbol].diplotypes)
            texts = [text for text in _texts(one) if self._reading(text)]
            if texts and not known and self._may_hold(one, called):
                text = f"{symbol} is not called; with {result}: {texts[0]}"
                path = make_path(self.graph, one.subject, [one])
                yield _Finding(Mechanism.GENE, find_gene(self.graph, symbol), text, False, _Grade.GUIDELINE, (path,))

    def _may_hold(self, one: Association, called: dict[str, GeneCall]) -> bool:
        """Whether no other gene of a statement has a result that it does not ask for."""
        for name, other in one.qualifiers:
            if name is Qualifier.COMPANION and isinstance(other, Reference):
                symbol, _, result = other.minted_name.partition("/")
                if symbol in called and result not in called[symbol].phenotypes:
                    return False
        return True

    def _by_agency(self) -> Iterator[_Finding]:
        """The FDA's table of pharmacogenetic associations, of which each row names the subgroups that it is about."""
        carried = {**self._results(), **find_carried(self.graph, self.case)}
        for one in self.stated:
            text = str(one.qualifier(Qualifier.STATEMENT) or "")
            concerned = [value for name, value in one.qualifiers if name is Qualifier.SUBGROUP and value in carried]
            reading = self._reading(text)
            if concerned and reading and any(evidence.source == fda.SOURCE.id for evidence in one.evidence):
                gene = self.graph.entity(one.subject)
                own = tuple(path for value in concerned for path in carried[value])
                paths = (*own, make_path(self.graph, one.subject, [one]))
                yield _Finding(Mechanism.GENE, gene, f"FDA: {text} ({reading})", True, _Grade.AGENCY, paths)

    def _results(self) -> dict[Reference, tuple[Path, ...]]:
        """Gene results of the patient, each with the way from a diplotype to it."""
        found: dict[Reference, tuple[Path, ...]] = {}
        for call in self.advice.genes:
            symbol = gene_symbol(call.gene)
            for diplotype in call.diplotypes if not call.research else ():
                if diplotype.phenotype is not None:
                    result = gene_phenotype(symbol, diplotype.phenotype)
                    found[result] = tuple(self._origin(symbol, diplotype, result))
        return found

    def _origin(self, symbol: str, diplotype: Diplotype, result: Reference) -> Iterator[Path]:
        """The way from a diplotype to its result; none where the result itself was given."""
        names = tuple(allele_names(diplotype.deciding)) if diplotype.name else ()
        stated = phenotype_of(self.graph, symbol, names) if names else None
        if stated is not None and stated.object == result:
            yield make_path(self.graph, stated.subject, [stated])

    def _by_annotation(self) -> Iterator[_Finding]:
        for hit in self.hits:
            if hit.is_allele_of_patient:
                yield _Finding(Mechanism.GENE, hit.gene, hit.text, hit.is_well_founded, _Grade.ANNOTATION, hit.paths)

    def _by_phenoconversion(self) -> Iterator[_Finding]:
        """A changed enzyme activity for which a guideline states the risk, unless the advice itself says so."""
        told = {
            derived.gene.reference
            for one in self.advice.recommendations
            for derived in one.derived
            if one.drug.reference == self.drug
        }
        for conversion in self.advice.phenoconversions:
            if conversion.gene.reference not in told and conversion.converted != conversion.phenotype:
                yield from self._converted(conversion)

    def _converted(self, conversion: Phenoconversion) -> Iterator[_Finding]:
        symbol = gene_symbol(conversion.gene)
        drugs = ", ".join(f"{modulator.drug.name} ({modulator.kind})" for modulator in conversion.modulators)
        for one in sorted(self.guided, key=lambda one: one.key):
            gene, _, result = one.subject.minted_name.partition("/")
            texts = [text for text in _texts(one) if self._reading(text)]
            if gene == symbol and texts and conversion.converted in (None, result):
                acts = "with a result that no method gives" if conversion.converted is None else f"as {result}"
                paths = (*conversion.paths, make_path(self.graph, one.subject, [one]))
                supported = conversion.converted is not None
                text = f"under {drugs} {symbol} acts {acts}; with {result}: {texts[0]}"
                yield _Finding(Mechanism.PHENOCONVERSION, conversion.gene, text, supported, _Grade.GUIDELINE, paths)

    def _by_interaction(self) -> Iterator[_Finding]:
        for one in self.advice.interactions:
            text = " ".join(part for part in (one.mechanism, one.management) if part)
            if self._is_raised_by(one, text):
                other = next((end.name for end in one.drugs if end.reference != self.drug), "")
                known = tuple(path for hit in self.hits for path in hit.paths)[:2]
                stated = f"with {other} ({one.source}, {one.concern}): {one.mechanism or one.management or ''}"
                yield _Finding(Mechanism.INTERACTION, None, stated, True, _Grade.THESAURUS, (*one.paths, *known))

    def _is_raised_by(self, one: Interaction, text: str) -> bool:
        """Whether an interaction raises the risk: it names the complaint, or raises a drug that is known to cause it."""
        if self.drug not in {end.reference for end in one.drugs}:
            return False
        own = next(end for end in one.drugs if end.reference == self.drug)
        is_meant = own.name[:_STEM].casefold() in text.casefold()
        if self.fit.is_threatened_by(text):
            return is_meant or self.is_known or own == one.drugs[0]
        return is_meant and self.is_known and RAISED_EXPOSURE.search(text) is not None


def explain_complaints(graph: Graph, case: PatientCase, advice: DrugAdvice) -> tuple[ComplaintCause, ...]:
    """Causes of the complaints among the listed drugs: supported ones first, then those that rest on more."""
    drugs = list(dict.fromkeys(m.drug for m in case.medications if m.drug is not None))
    found: list[tuple[tuple[bool, int, int, int], ComplaintCause]] = []
    for place, complaint in enumerate(case.complaints):
        if complaint.excluded:
            continue
        fit = Fit.of(graph, complaint.term)
        for number, drug in enumerate(drugs):
            for grade, cause in _causes(_Inquiry(graph, case, advice, fit, drug), complaint):
                found.append(((not cause.supported, grade, place, number), cause))
    return tuple(cause for _, cause in sorted(found, key=lambda pair: pair[0]))


def _causes(inquiry: _Inquiry, complaint: Feature) -> Iterator[tuple[int, ComplaintCause]]:
    """One cause for each mechanism and gene, of all that is stated of it."""
    drug = inquiry.graph.entity(inquiry.drug)
    gathered: dict[tuple[Mechanism, Entity | None], list[_Finding]] = defaultdict(list)
    for finding in inquiry.findings():
        gathered[finding.mechanism, finding.gene].append(finding)
    for (mechanism, gene), findings in gathered.items():
        ordered = sorted(findings, key=lambda one: (not one.supported, _ORDER.index(one.grade)))
        supported = ordered[0].supported
        told = [one for one in ordered if one.supported == supported]
        text = "; ".join(list(dict.fromkeys(one.text for one in told))[:_MOST_TEXTS])
        paths = tuple(dict.fromkeys(path for one in told for path in one.paths))[:_MOST_PATHS]
        if drug is not None and paths:
            cause = ComplaintCause(complaint, drug, mechanism, gene, text, supported, paths)
            yield _ORDER.index(ordered[0].grade), cause


def _texts(stated: Association) -> list[str]:
    """Implications of a guideline's statement."""
    return [str(value) for name, value in stated.qualifiers if name is Qualifier.IMPLICATION]


def _grade(hit: Hit) -> _Grade:
    return _Grade.LABEL if hit.level is None else _Grade.ANNOTATION
