"""Biomarkers that FDA-approved labels speak of, with the sections that do: ``fda_pgx_biomarker_table.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Association
from kg.sources.fda.fields import FDA, find_genes, find_named_drug, table
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_SPELLINGS: Final = {
    "Indication and Usage": "Indications and Usage",
    "Warning and Precautions": "Warnings and Precautions",
}
_DIRECTING: Final = frozenset(
    {
        "Boxed Warning",
        "Contraindications",
        "Dosage and Administration",
        "Indications and Usage",
        "Precautions",
        "Warnings",
        "Warnings and Precautions",
    }
)
"""Sections that direct the use of a drug (21 CFR 201.57 and 201.80); the others may say that a gene makes no difference."""


def read_biomarkers(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each gene of a row affects the drug where a directing section speaks of it, else it is associated with the drug.

    The table tells neither variant nor direction: a biomarker below ``Contraindications`` contraindicates by itself
    nothing, so the section is a qualifier.
    """
    for entry in context.records(table(file)):
        sections = [_SPELLINGS.get(name, name) for name in entry.text("Labeling Sections").split(", ")]
        biomarker, name = entry.text("Biomarker"), entry.text("Drug")
        genes = find_genes(context, biomarker)
        drug = find_named_drug(context, name) if genes else None
        predicate = Predicate.AFFECTS if _DIRECTING.intersection(sections) else Predicate.ASSOCIATED_WITH
        qualifiers = ((Qualifier.AUTHORITY, FDA), *((Qualifier.LABEL_SECTION, section) for section in sections))
        if drug is not None:
            for gene in genes.values():
                yield Association(gene, predicate, drug, file.evidence(entry.record), qualifiers)
