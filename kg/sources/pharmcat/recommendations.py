"""Machine-readable recommendations of CPIC and DPWG: ``<body>_<drugs>_and_<genes>.json``, annotated by ClinPGx.

One statement stands for all recommendations that differ by the activity score alone and say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import GuidelineStrength
from kg.model import Association, Entity
from kg.sources.drugs import known_drug
from kg.sources.genes import find_gene
from kg.sources.pharmcat.documents import Node
from kg.sources.pharmcat.lookup import Condition, read_condition
from kg.sources.pharmcat.markup import split_considerations
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile

DOSING: Final = "dosing"
"""Guidance of a recommendation that asks for another dose."""
ALTERNATE_DRUG: Final = "alternate drug"
"""Guidance of a recommendation that asks for another drug, or allows it."""

_GUIDANCE: Final = {
    "dosingInformation": DOSING,
    "alternateDrugAvailable": ALTERNATE_DRUG,
    "otherPrescribingGuidance": "other prescribing guidance",
}
_BODIES: Final = frozenset({"CPIC", "DPWG"})
_NOT_GRADED: Final = "N/A"
_NO_TEXT: Final = "n/a"
_COPY_NUMBER_NOTE: Final = "xN combinations"
"""Key of a note to users of ClinPGx's web tool, which asks them to choose a copy number."""


@dataclass(frozen=True, slots=True)
class _Guideline:
    """What holds for all recommendations of one file."""

    body: str
    qualifiers: tuple[tuple[Qualifier, Value], ...]
    publications: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class _Advice:
    """One record: for which results of the genes, for which drugs, and what is said."""

    record: str
    conditions: tuple[Condition, ...]
    drugs: tuple[tuple[str, str], ...]
    """ClinPGx accession number and name of each."""
    level: GuidelineStrength | None
    text: str
    said: tuple[tuple[Qualifier, Value], ...]

    @property
    def statement(self) -> tuple[object, ...]:
        """What records of one statement share: all but the record and one activity score."""
        scored = [condition for condition in self.conditions if condition.score]
        needed = tuple((c.reference, c.score if c in scored[1:] else None) for c in self.conditions)
        return needed, self.drugs, self.level, self.said


def read_guideline(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each recommendation from each gene phenotype (or diplotype) that it needs to the drug.

    The other genes of a recommendation are its companions.
    """
    document = Node.of(file)
    guideline = _guideline(document)
    records = document.nodes("recommendations")
    if len({record.text("id") for record in records}) < len(records):
        raise file.error(None, "holds one recommendation twice")
    groups: dict[tuple[object, ...], list[_Advice]] = {}
    for record in records:
        if _COPY_NUMBER_NOTE in record.node("lookupKey").fields.values():
            groups[record.text("id"),] = []
        else:
            advice = _advice(record)
            groups.setdefault(advice.statement, []).append(advice)
    for key, group in context.records(groups.items(), size=lambda item: max(len(item[1]), 1)):
        if group and group[0].text == _NO_TEXT:
            context.left_out.add("the file gives no text for these results", f"ClinPGx:{group[0].record}")
        elif group:
            yield from _items(file, guideline, group, context)
        else:
            context.left_out.add("note to users of a web tool, no recommendation", f"ClinPGx:{key[0]}")


def _guideline(document: Node) -> _Guideline:
    described = document.node("guideline")
    body = described.text("source")
    if body not in _BODIES:
        raise document.file.error(None, f"is a guideline of {body!r}; known are {', '.join(sorted(_BODIES))}")
    papers = [Reference.find(f"PMID:{node.optional_text('pmid')}") for node in document.nodes("citations")]
    qualifiers: tuple[tuple[Qualifier, Value], ...] = (
        (Qualifier.GUIDELINE_BODY, body),
        (Qualifier.GUIDELINE, described.text("url")),
        (Qualifier.GUIDELINE_VERSION, str(described.number("version"))),
    )
    return _Guideline(body, qualifiers, tuple(paper for paper in papers if paper is not None))


def _advice(record: Node) -> _Advice:
    try:
        conditions = tuple(read_condition(*pair) for pair in sorted(record.node("lookupKey").fields.items()))
    except ValueError as error:
        raise record.file.error(None, f"{record.text('id')}: {error}") from error
    if not conditions:
        raise record.file.error(None, f"{record.text('id')} has no lookup key")
    text, considerations = split_considerations(record.node("text").text("html"))
    said: list[tuple[Qualifier, Value]] = [(Qualifier.RECOMMENDATION, text)]
    said += [(Qualifier.CONSIDERATION, considerations)] if considerations else []
    said += [(Qualifier.IMPLICATION, implication) for implication in record.texts("implications")]
    if population := record.optional_text("population"):
        said.append((Qualifier.POPULATION, population))
    said += [(Qualifier.GUIDANCE, guidance) for flag, guidance in _GUIDANCE.items() if record.flag(flag)]
    drugs = tuple((_accession(drug), drug.text("name")) for drug in record.nodes("relatedChemicals"))
    return _Advice(record.text("id"), conditions, drugs, _strength(record), text, tuple(said))


def _accession(chemical: Node) -> str:
    text = chemical.text("id")
    if Reference.find(f"ClinPGx:{text}") is None:
        raise chemical.file.error(None, f"{chemical.where} has the id {text!r}, which is no ClinPGx accession number")
    return text


def _strength(record: Node) -> GuidelineStrength | None:
    if record.fields.get("classification") is None:
        return None
    term = record.node("classification").text("term")
    try:
        return None if term == _NOT_GRADED else GuidelineStrength(term)
    except ValueError as error:
        raise record.file.error(None, f"{record.text('id')} has the unknown strength {term!r}") from error


def _items(file: SourceFile, guideline: _Guideline, group: list[_Advice], context: Context) -> Iterator[Item]:
    first = group[0]
    genes = {condition.symbol: find_gene(context, condition.symbol) for condition in first.conditions}
    if None in genes.values():
        return
    for condition in first.conditions:
        gene = genes[condition.symbol]
        if gene is not None:
            yield condition.entity(gene)
    evidence = tuple(
        one
        for advice in group
        for one in file.evidence(f"ClinPGx:{advice.record}", level=advice.level, publications=guideline.publications)
    )
    keys = [(Qualifier.LOOKUP_KEY, f"{c.symbol} {c.score}") for advice in group for c in advice.conditions if c.score]
    for drug in _drugs(first, context):
        yield Entity(drug.reference, Category.DRUG, drug.name)
        for condition in first.conditions:
            if condition.is_determined:
                others = [other for other in first.conditions if other != condition]
                companions = [(Qualifier.COMPANION, other.reference) for other in others]
                qualifiers = (*guideline.qualifiers, *first.said, *keys, *companions)
                yield Association(condition.reference, Predicate.AFFECTS, drug.reference, evidence, qualifiers)


@dataclass(frozen=True, slots=True)
class _Drug:
    reference: Reference
    name: str


def _drugs(advice: _Advice, context: Context) -> Iterator[_Drug]:
    """The drugs as the build knows them; one that it does not know goes by its ClinPGx accession number."""
    for accession, name in advice.drugs:
        own = Reference.parse(f"ClinPGx:{accession}")
        found = known_drug(context.resolver, name, [own]).reference
        if found is None:
            context.resolver.drugs.add(own, name)
        yield _Drug(found or own, name)
