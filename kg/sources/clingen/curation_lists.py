"""ClinGen's curation lists: scores of genes and regions with papers and diseases.

They are the ``ClinGen_*_curation_list_GRCh3*.tsv`` of https://ftp.clinicalgenome.org. Lists of 2023 and later name
Mondo diseases, earlier ones OMIM diseases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.sources.clingen.dosage import NOT_EVALUATED, Dosage, Scored, read_score
from kg.sources.gene_disease import named_gene, publications
from kg.sources.regions import read_location
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile
    from kg.sources.regions import Assembly

_SCORES: Final = tuple(f"{dosage} Score" for dosage in Dosage)
_GENE_COLUMNS: Final = ("Gene Symbol", "Gene ID", *_SCORES)
_REGION_COLUMNS: Final = ("ISCA ID", "ISCA Region Name", "Genomic Location", *_SCORES)
_OMIM_COLUMNS: Final = {
    Dosage.HAPLOINSUFFICIENCY: "Loss phenotype OMIM ID",
    Dosage.TRIPLOSENSITIVITY: "Triplosensitive phenotype OMIM ID",
}
_SEPARATORS: Final = re.compile(r"[\s,;|]+")


def read_gene_list(file: SourceFile, context: Context) -> Iterator[Item]:
    """Scores of genes, which the list names by their NCBI ids."""
    for row in context.records(file.rows(_GENE_COLUMNS, comment="#")):
        identifier = Reference.find(f"NCBIGene:{row['Gene ID']}")
        if identifier is None:
            raise file.error(row.line, f"column Gene ID holds {row['Gene ID']!r}, which is no NCBI gene id")
        gene = named_gene(context, identifier, row["Gene Symbol"])
        items = list(_scores(file, row, context, gene.reference, row.line))
        if items:
            yield from (*gene.declared, *items)


def read_region_list(file: SourceFile, context: Context, *, assembly: Assembly) -> Iterator[Item]:
    """Scores of regions; the lists of both assemblies speak of the same region under its ISCA id."""
    seen: set[str] = set()
    for row in context.records(file.rows(_REGION_COLUMNS, comment="#")):
        identifier = row["ISCA ID"]
        if not identifier.startswith("ISCA-") or identifier in seen:
            raise file.error(
                row.line, f"column ISCA ID holds {identifier!r}, which is no id, or one of an earlier line"
            )
        seen.add(identifier)
        interval = read_location(file, row.line, row["Genomic Location"])
        region = Reference.mint("region", identifier)
        items = list(_scores(file, row, context, region, identifier))
        if items:
            located = interval.located(assembly) if interval else ()
            yield Entity(region, Category.GENOMIC_ENTITY, row["ISCA Region Name"], attributes=located)
            yield from items


def _scores(file: SourceFile, row: Row, context: Context, subject: Reference, record: str | int) -> Iterator[Item]:
    for dosage in Dosage:
        text = row[f"{dosage} Score"].strip()
        if text in NOT_EVALUATED:
            context.left_out.add("dosage sensitivity not yet evaluated", f"{subject} {dosage}")
            continue
        level = read_score(file, row.line, text)
        papers = (value for column, value in row.fields.items() if column.startswith(f"{dosage} PMID"))
        evidence = file.evidence(record, level=level, publications=publications(context, papers))
        yield from Scored(subject, dosage, level, evidence, _diseases(file, row, dosage)).items(context)


def _diseases(file: SourceFile, row: Row, dosage: Dosage) -> tuple[Reference, ...]:
    texts = _SEPARATORS.split(row.fields.get(f"{dosage} Disease ID", ""))
    if not any(texts):
        numbers = _SEPARATORS.split(row.fields.get(_OMIM_COLUMNS[dosage], ""))
        texts = [f"OMIM:{number}" for number in numbers if number]
    return tuple(_disease(file, row, text) for text in texts if text)


def _disease(file: SourceFile, row: Row, text: str) -> Reference:
    reference = Reference.find(text)
    if reference is None or reference.prefix not in ("MONDO", "OMIM"):
        raise file.error(row.line, f"{text!r} is no Mondo or OMIM id of a disease")
    return reference
