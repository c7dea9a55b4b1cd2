"""Guideline annotations: which gene is said to matter for which drug, and by whom; one JSON file each."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from kg.levels import GuidelineBody
from kg.model import Association
from ontology.errors import IdentifierError
from ontology.reference import Reference
from ontology.vocabulary import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile


def read_guideline(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each gene of a guideline affects each of its drugs.

    A guideline without a recommendation says that there is too little evidence, that nothing need be done, or that the
    gene does not matter: no effect may be read from it, so it is left out.
    """
    guideline = _guideline(file)
    try:
        record = Reference.parse(f"ClinPGx:{guideline['id']}").curie
        if guideline["recommendation"] is not True:
            context.left_out.add("guideline that makes no recommendation", f"{record} {guideline['name']}")
            return
        evidence = file.evidence(record, level=_body(guideline["source"]), publications=_publications(guideline))
        genes = list(_genes(guideline, context))
        drugs = list(_drugs(guideline, context))
    except (IdentifierError, KeyError, TypeError) as error:
        raise file.error(None, f"is no guideline annotation as ClinPGx writes it: {error!r}") from error
    for gene, drug in product(genes, drugs):
        yield Association(gene, Predicate.AFFECTS, drug, evidence)


def _guideline(file: SourceFile) -> dict[str, Any]:  # values of a JSON object
    document = file.json()
    guideline = document.get("guideline") if isinstance(document, dict) else None
    if not isinstance(guideline, dict):
        raise file.error(None, "is no guideline annotation: there is no object 'guideline'")
    return guideline


def _body(name: str) -> GuidelineBody:
    try:
        return GuidelineBody(name)
    except ValueError:  # a body of its own kind: ACR, CFF ...
        return GuidelineBody.OTHER


def _publications(guideline: dict[str, Any]) -> list[Reference]:
    return [
        Reference.parse(f"PMID:{cross['resourceId']}")
        for paper in guideline["literature"]
        for cross in paper["crossReferences"]
        if cross["resource"] == "PubMed"
    ]


def _genes(guideline: dict[str, Any], context: Context) -> Iterator[Reference]:
    for gene in guideline["relatedGenes"]:
        found = context.resolver.genes.by_name(gene["symbol"])
        if found.reference is None:
            context.unresolved.add(f"gene symbol {found.problem}", gene["symbol"])
        else:
            yield found.reference


def _drugs(guideline: dict[str, Any], context: Context) -> Iterator[Reference]:
    for chemical in guideline["relatedChemicals"]:
        drugs = context.resolver.drugs
        found = drugs.by_identifier(Reference.parse(f"ClinPGx:{chemical['id']}"))
        if found.reference is None:  # an accession number that the vocabulary has since replaced
            found = drugs.by_name(chemical["name"])
        if found.reference is None:
            context.unresolved.add(f"drug name {found.problem}", chemical["name"])
        else:
            yield found.reference
