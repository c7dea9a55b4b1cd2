"""Guideline annotations: which gene is said to matter for which drug, by whom and how; one JSON file each."""

from __future__ import annotations

import html
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from kg.model import Association
from kg.sources.clinpgx.subjects import declare, find_subject
from kg.sources.drugs import find_drug
from kg.sources.genes import find_gene
from ontology.errors import IdentifierError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, SourceFile
    from kg.sources.clinpgx.subjects import Subject

_GUIDANCE: Final = {
    "dosingInformation": "dosing",
    "alternateDrugAvailable": "alternate drug",
    "otherPrescribingGuidance": "other prescribing guidance",
    "hasTestingInfo": "testing",
    "pediatric": "pediatric",
    "cancerGenome": "cancer genome",
}
"""Flags of an annotation, and the guidance that each stands for."""
_MARKUP: Final = re.compile(r"<[^>]*>")


def read_guideline(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each gene of a guideline affects each of its drugs; alleles and variants that it names are associated with them.

    A guideline without a recommendation says that there is too little evidence, that nothing need be done, or that the
    gene does not matter: no effect may be read from it, so it is left out.
    """
    for guideline in context.records([_guideline(file)]):
        try:
            record = Reference.parse(f"ClinPGx:{guideline['id']}").curie
            if guideline["recommendation"] is not True:
                context.left_out.add("guideline that makes no recommendation", f"{record} {guideline['name']}")
                continue
            evidence = file.evidence(record, publications=_publications(guideline))
            symbols = [_text(gene["symbol"]) for gene in guideline["relatedGenes"]]
            alleles = list(_alleles(guideline, symbols, context))
            drugs = list(_drugs(guideline, context))
            body = (Qualifier.GUIDELINE_BODY, _text(guideline["source"]))
            qualifiers = (body, *_qualifiers(guideline))
        except (AttributeError, IdentifierError, KeyError, TypeError) as error:
            raise file.error(None, f"is no guideline annotation as ClinPGx writes it: {error!r}") from error
        if not (symbols and guideline["relatedChemicals"]):
            context.left_out.add("guideline that names no gene or no drug", f"{record} {guideline['name']}")
        genes = [gene for symbol in symbols if (gene := find_gene(context, symbol))]
        for gene, drug in product(genes, drugs):
            yield Association(gene, Predicate.AFFECTS, drug, evidence, qualifiers)
        yield from _allele_statements(file, alleles, drugs, evidence, body, context)


def _guideline(file: SourceFile) -> dict[str, Any]:  # values of a JSON object
    document = file.json()
    guideline = document.get("guideline") if isinstance(document, dict) else None
    if not isinstance(guideline, dict):
        raise file.error(None, "is no guideline annotation: there is no object 'guideline'")
    return guideline


def _allele_statements(
    file: SourceFile,
    alleles: list[Subject],
    drugs: list[Reference],
    evidence: tuple[Evidence],
    body: tuple[Qualifier, Value],
    context: Context,
) -> Iterator[Item]:
    """What is said of an allele is in the text alone, and reference alleles are named too: no effect is stated."""
    if drugs:
        for allele in alleles:
            yield from declare(file, evidence[0].record, allele, context)
    for allele, drug in product(alleles, drugs):
        yield Association(allele.reference, Predicate.ASSOCIATED_WITH, drug, evidence, (body,))


def _qualifiers(guideline: dict[str, Any]) -> Iterator[tuple[Qualifier, Value]]:
    for flag, guidance in _GUIDANCE.items():
        given = guideline.get(flag, False)
        if not isinstance(given, bool):
            raise TypeError(f"{flag} is {given!r}, neither true nor false")
        if given:
            yield Qualifier.GUIDANCE, guidance
    for cross in guideline.get("crossReferences", ()):
        if cross["resource"] == "URL":
            yield Qualifier.GUIDELINE, _text(cross["resourceId"])
    yield Qualifier.STATEMENT, _plain(guideline["summaryMarkdown"]["html"])


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r} stands where a text is expected")
    return value


def _plain(markup: str) -> str:
    """The text of a piece of HTML, on one line.

    >>> _plain("<p>Carriers of <em>HLA-B*15:02</em> (&quot;positive&quot;)</p>")
    'Carriers of HLA-B*15:02 ("positive")'
    """
    return " ".join(html.unescape(_MARKUP.sub("", markup)).split())


def _publications(guideline: dict[str, Any]) -> list[Reference]:
    return [
        Reference.parse(f"PMID:{cross['resourceId']}")
        for paper in guideline["literature"]
        for cross in paper["crossReferences"]
        if cross["resource"] == "PubMed"
    ]


def _alleles(guideline: dict[str, Any], symbols: list[str], context: Context) -> Iterator[Subject]:
    for allele in guideline.get("relatedAlleles", ()):
        subject = find_subject(allele["symbol"], symbols)
        if subject is None:
            context.left_out.add("allele of a gene that its guideline or label does not name", allele["symbol"])
        else:
            yield subject


def _drugs(guideline: dict[str, Any], context: Context) -> Iterator[Reference]:
    """By accession number, else, where the vocabulary has since replaced that, by name."""
    for chemical in guideline["relatedChemicals"]:
        drug = find_drug(context, _text(chemical["name"]), [Reference.parse(f"ClinPGx:{chemical['id']}")])
        if drug is not None:
            yield drug
