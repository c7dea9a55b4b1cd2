"""Pharmacogenetic associations that the FDA has assessed, by the strength of what the data support.

``fda_pgx_associations_table.json`` is the page itself; ``pharme_*_annotations_FDA.json`` a later crawl, in which the
subgroups of a row are told apart (PharMe, https://github.com/hpi-dhc/PharMe, Apache-2.0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import FdaAssociationSection
from kg.model import AgentType, Association
from kg.sources.cpic.names import allele_entity, phenotype_entity
from kg.sources.fda.fields import FDA, entries, find_genes, find_named_drug, table
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, SourceFile

_SECTIONS: Final = {
    "recommendation": FdaAssociationSection.THERAPEUTIC_MANAGEMENT,
    "impact": FdaAssociationSection.SAFETY_OR_RESPONSE,
    "pk": FdaAssociationSection.PHARMACOKINETICS_ONLY,
}
"""Names that the crawl of 2021 gives to the three tables of the page."""
_SECTION: Final = re.compile(r"\((Section [123])\)$")
_OTHERWISE: Final = "Any not handled in guideline"
"""PharMe's own entry for everybody else."""
_PAGE: Final = "https://www.fda.gov/medical-devices/precision-medicine/table-pharmacogenetic-associations"
_ALLELE: Final = re.compile(r"(\*\d+:\d+) (?:allele )?positive")
_METABOLIZERS: Final = re.compile(
    r"\b(ultrarapid|rapid|normal|intermediate|poor)\b(?=.*\bmetabolizers?\b)", re.IGNORECASE
)
_FUNCTIONS: Final = {"intermediate": "Decreased Function", "poor": "Poor Function"}
"""CPIC's phenotypes of the FDA's transporters: 521 TC of SLCO1B1 is one of decreased function (doi:10.1002/cpt.2557)."""
_TRANSPORTERS: Final = re.compile(r"\b(intermediate|poor)\b(?=.*\bfunction transporters?\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the FDA says, and of whom."""

    subgroup: str
    text: str


def read_associations(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each gene of a row affects the drug, and each of its subgroups has the row's text as a recommendation."""
    for entry in context.records(table(file)):
        level = _SECTIONS.get(entry.text("table"))
        if level is None:
            raise file.error(
                None, f"entry {entry.number} is of table {entry.text('table')!r}; known are {[*_SECTIONS]}"
            )
        name, genes = entry.text("Drug"), find_genes(context, entry.text("Gene"))
        said = _Said(entry.text("Affected Subgroups+"), entry.text("Description of Gene-Drug Interaction"))
        drug = find_named_drug(context, name) if genes else None
        evidence = file.evidence(entry.record, level=level)
        if drug is not None:
            for symbol, gene in genes.items():
                yield from _statement(symbol, gene, drug, said, evidence, context)


def read_crawl(file: SourceFile, context: Context) -> Iterator[Item]:
    """The same from PharMe's crawl, whose software matched each subgroup with a CPIC gene phenotype."""
    for entry in context.records(entries(file, file.json())):
        match = _SECTION.search(entry.part("guideline").text("name"))
        if match is None:
            raise file.error(None, f"entry {entry.number} is of no section of the table of associations")
        identifier = Reference.find(entry.text("drugid"))
        drug = find_named_drug(context, entry.part("drug").text("name"), [identifier] if identifier else [])
        subgroups, texts = entry.part("phenotypes"), entry.part("implications")
        level = FdaAssociationSection(match[1])
        evidence = file.evidence(entry.record, level=level, agent_type=AgentType.AUTOMATED_AGENT)
        if not subgroups.fields:
            context.left_out.add("entry that names no gene", entry.record)
        for symbol in subgroups.fields:
            said = _Said(subgroups.text(symbol), texts.text(symbol))
            if said.subgroup == _OTHERWISE:
                context.left_out.add("entry for everybody whom the FDA does not speak of", entry.record)
            elif drug is not None and (gene := find_gene(context, symbol)):
                yield from _statement(symbol, gene, drug, said, evidence, context)


def subgroup_names(text: str) -> tuple[list[str], list[str]]:
    """Gene phenotypes, named as CPIC's are, and alleles of those concerned.

    >>> subgroup_names("ultrarapid, intermediate, or poor metabolizers")
    (['Ultrarapid Metabolizer', 'Intermediate Metabolizer', 'Poor Metabolizer'], [])
    >>> subgroup_names("*57:01 allele positive")
    ([], ['*57:01'])
    """
    phenotypes = [f"{word.capitalize()} Metabolizer" for word in _METABOLIZERS.findall(text)]
    phenotypes += [_FUNCTIONS[word.casefold()] for word in _TRANSPORTERS.findall(text)]
    return phenotypes, _ALLELE.findall(text)


def _statement(
    symbol: str, gene: Reference, drug: Reference, said: _Said, evidence: tuple[Evidence], context: Context
) -> Iterator[Item]:
    """The association of gene and drug with its subgroups, then what it recommends for each of them.

    Subgroups are declared for it: no other source need know them.
    """
    phenotypes, alleles = subgroup_names(said.subgroup)
    declared = [phenotype_entity(symbol, gene, name) for name in phenotypes]
    declared += [allele_entity(symbol, gene, name, structural=False, is_reference=False) for name in alleles]
    yield from declared
    subgroups: list[tuple[Qualifier, Value]] = [(Qualifier.SUBGROUP, entity.reference) for entity in declared]
    stated = ((Qualifier.POPULATION, said.subgroup), (Qualifier.STATEMENT, said.text), (Qualifier.AUTHORITY, FDA))
    yield Association(gene, Predicate.AFFECTS, drug, evidence, (*subgroups, *stated))
    results = [phenotype_entity(symbol, gene, name) for name in (*phenotypes, *(f"{one} positive" for one in alleles))]
    if not results:
        context.left_out.add("recommendation for a subgroup that no gene phenotype is named by", said.subgroup)
    for result in results:
        yield result
        yield _recommendation(result.reference, drug, said, evidence)


def _recommendation(result: Reference, drug: Reference, said: _Said, evidence: tuple[Evidence]) -> Association:
    """The row's text as a recommendation for one gene result; its level is the section that it stands in."""
    section = str(evidence[0].level).rpartition(" ")[2]
    qualifiers = (
        (Qualifier.RECOMMENDATION, said.text),
        (Qualifier.GUIDELINE_BODY, FDA),
        (Qualifier.GUIDELINE, f"{_PAGE}#section{section}"),
        (Qualifier.POPULATION, said.subgroup),
    )
    return Association(result, Predicate.AFFECTS, drug, evidence, qualifiers)
