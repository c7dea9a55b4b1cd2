"""G2P (Gene2Phenotype): curated gene-disease pairs of several panels with their mechanism, phenotypes and papers.

Read are the panels' downloads (https://www.ebi.ac.uk/gene2phenotype/download), in the columns of 2019 to 2024 or of the
later ``G2P_<panel>_<date>.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import G2pConfidence
from kg.model import Association
from kg.source import Source, Table
from kg.sources.gene_disease import disease_by_name, named_disease, named_gene, publications
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.gene_disease import Named

_COLUMNS: Final = ("gene symbol", "gene mim", "hgnc id", "disease name", "disease mim", "allelic requirement", "panel")
_DENIALS: Final = frozenset({G2pConfidence.DISPUTED, G2pConfidence.REFUTED})
_MIM: Final = re.compile(r"\d{6}", re.ASCII)
_NO_MIM: Final = frozenset({"", "No disease mim", "NA"})
_LIST: Final = re.compile(r"[;,]\s*")
_NOT_FEATURES: Final = frozenset(
    {
        # modes of inheritance, which the allelic requirement states
        *("0000005", "0000006", "0000007", "0001417", "0001419", "0001423", "0001426", "0001427", "0001442"),
        *("0001466", "0001470", "0003743", "0003744", "0003745", "0003829", "0010984", "0012275"),
        # onset, course, mortality and other modifiers
        *("0001522", "0003577", "0003581", "0003584", "0003587", "0003593", "0003621", "0003623", "0003674"),
        *("0003676", "0003677", "0003678", "0003680", "0003682", "0003811", "0003812", "0003819", "0003826"),
        *("0003828", "0005268", "0011462", "0011463", "0025215", "0025293"),
        # past medical history
        *("0002686", "0009800", "0011432", "0012188", "0100601", "0100602"),
    }
)
"""Terms of the panels of 2024-03 that HPO 2025-01-16 has outside phenotypic abnormality."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Names of the columns that releases call differently."""

    confidence: str
    consequence: str
    papers: str
    mechanism: str = ""
    identifier: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        own = (self.confidence, self.consequence, self.papers, self.mechanism, self.identifier)
        return (*_COLUMNS, "phenotypes", *filter(None, own))


_LAYOUTS: Final = (
    _Layout("confidence", "variant consequence", "publications", "molecular mechanism", "g2p id"),
    _Layout("confidence category", "mutation consequence", "pmids"),
    _Layout("DDD category", "mutation consequence", "pmids"),
)


def read_panel(file: SourceFile, context: Context) -> Iterator[Item]:
    """Pairs of one panel, and the phenotypic features of the disease where this gene causes it."""
    layout = _layout(file)
    for row in context.records(file.rows(layout.columns, delimiter=",", quoted=True)):
        level = _confidence(file, row, layout)
        gene, disease = _gene(file, row, context), _disease(row, context)
        yield from (*gene.declared, *disease.declared)
        record = row[layout.identifier] if layout.identifier else row.line
        if not record:
            raise file.error(row.line, f"column {layout.identifier} is empty; each record has an id")
        evidence = file.evidence(record, level=level, publications=_papers(row, layout, context))
        yield Association(
            gene.reference,
            Predicate.GENE_ASSOCIATED_WITH_CONDITION,
            disease.reference,
            evidence,
            (*_qualifiers(row, layout), *_original(row, disease)),
            negated=level in _DENIALS,
        )
        if level not in _DENIALS:
            yield from _features(file, row, context, gene.reference, disease.reference, evidence)


def _layout(file: SourceFile) -> _Layout:
    """The layout whose column of confidence the header has; the last one where it has none."""
    _, header = next(file.lines(), (1, ""))
    names = {name.strip(' "') for name in header.split(",")}
    return next((layout for layout in _LAYOUTS if layout.confidence in names), _LAYOUTS[-1])


def _confidence(file: SourceFile, row: Row, layout: _Layout) -> G2pConfidence:
    try:
        return G2pConfidence(row[layout.confidence])
    except ValueError as error:
        known = ", ".join(G2pConfidence)
        raise file.error(
            row.line, f"column {layout.confidence} holds {row[layout.confidence]!r}; known are {known}"
        ) from error


def _gene(file: SourceFile, row: Row, context: Context) -> Named:
    identifier = Reference.find(f"HGNC:{row['hgnc id'].removeprefix('HGNC:')}")
    if identifier is None:
        raise file.error(row.line, f"column hgnc id holds {row['hgnc id']!r}, which is no HGNC id")
    return named_gene(context, identifier, row["gene symbol"])


def _disease(row: Row, context: Context) -> Named:
    """The disease of the row's MIM number, else of its Mondo id, else of its name."""
    number, mondo = row["disease mim"], row.fields.get("disease MONDO", "")
    if _MIM.fullmatch(number):
        return named_disease(context, Reference("OMIM", number), row["disease name"])
    if number not in _NO_MIM:
        context.left_out.add("disease number that is no MIM number (the disease is taken by its name)", number)
    identifier = Reference.find(mondo) if mondo else None
    if identifier is not None:
        return named_disease(context, identifier, row["disease name"])
    return disease_by_name(context, row["disease name"])


def _qualifiers(row: Row, layout: _Layout) -> tuple[tuple[Qualifier, Value], ...]:
    stated = (
        (Qualifier.ALLELIC_REQUIREMENT, row["allelic requirement"]),
        (Qualifier.MUTATION_CONSEQUENCE, row[layout.consequence]),
        (Qualifier.MECHANISM, row[layout.mechanism] if layout.mechanism else ""),
        (Qualifier.PANEL, row["panel"]),
    )
    return tuple((name, value) for name, value in stated if value)


def _original(row: Row, disease: Named) -> tuple[tuple[Qualifier, Value], ...]:
    """What the source calls the disease, where the graph has it under another identifier."""
    number = row["disease mim"]
    named = f"OMIM:{number}" if _MIM.fullmatch(number) else row["disease name"]
    return () if disease.declared or named == str(disease.reference) else ((Qualifier.ORIGINAL_OBJECT, named),)


def _papers(row: Row, layout: _Layout, context: Context) -> list[Reference]:
    own_numbers = (row["gene mim"], row["disease mim"])
    return publications(context, _LIST.split(row[layout.papers]), own_numbers)


def _features(
    file: SourceFile, row: Row, context: Context, gene: Reference, disease: Reference, evidence: tuple[Evidence]
) -> Iterator[Item]:
    for text in _LIST.split(row["phenotypes"].strip()):
        if text in ("", "NA"):
            continue
        reference = Reference.find(text)
        if reference is None or reference.prefix != "HP":
            raise file.error(row.line, f"column phenotypes holds {text!r}, which is no HPO id")
        if reference.identifier in _NOT_FEATURES:
            context.left_out.add("HPO term that is no phenotypic abnormality: inheritance, onset, course ...", text)
            continue
        term = context.resolver.phenotypes.by_identifier(reference).reference
        if term is None:
            context.unresolved.add("HPO term that this HPO release does not have", text)
            continue
        yield Association(disease, Predicate.HAS_PHENOTYPE, term, evidence, ((Qualifier.GENE_CONTEXT, gene),))


SOURCE: Final = Source(
    id="g2p",
    title="Gene2Phenotype",
    license="unchecked (no terms are recorded for the copy that was tested)",
    license_url="https://www.ebi.ac.uk/gene2phenotype/",
    homepage="https://www.ebi.ac.uk/gene2phenotype/",
    tables=(Table("*G2P*.csv", read_panel, many=True),),
    profile="academic",
)
