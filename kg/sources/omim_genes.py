"""Axioms that Mondo takes over from OMIM and ClinGen: germline causes of diseases, and diseases that ClinGen curates.

Read are ROBOT templates of https://github.com/monarch-initiative/mondo; the line below a template's header says how ROBOT
turns each column into axioms, and is no record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.source import Source, Table
from kg.sources.gene_disease import named_disease, named_gene
from ontology.errors import IdentifierError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

CURATED: Final = Reference.mint("term", "Mondo subset clingen")
"""Mondo's subset of diseases that ClinGen has curated (http://purl.obolibrary.org/obo/mondo#clingen)."""

_TEMPLATE_MARK: Final = "ID"
_GENE_COLUMNS: Final = ("mondo_id", "hgnc_id", "omim_disease_xref")
_CURATED_COLUMNS: Final = ("mondo_id", "xref_genevalidation", "clingen_label")


def read_gene_axioms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases that have their material basis in a germline mutation of a gene, as OMIM says."""
    for row in context.records(_rows(file, _GENE_COLUMNS)):
        mondo, hgnc = _reference(file, row, "mondo_id", "MONDO"), _reference(file, row, "hgnc_id", "HGNC")
        disease = named_disease(context, mondo, str(mondo))
        gene = named_gene(context, hgnc, str(hgnc))
        yield from (*disease.declared, *gene.declared)
        yield Association(
            gene.reference,
            Predicate.GENE_ASSOCIATED_WITH_CONDITION,
            disease.reference,
            file.evidence(row.line, agent_type=AgentType.NOT_PROVIDED),
            ((Qualifier.ORIGINAL_OBJECT, str(_reference(file, row, "omim_disease_xref", "OMIM"))),),
        )


def read_curated_diseases(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases with ClinGen's name for them, each a member of the curated ones by its assertions."""
    yield Entity(CURATED, Category.INFORMATION_CONTENT_ENTITY, "diseases that ClinGen has curated (subset of Mondo)")
    for row in context.records(_rows(file, _CURATED_COLUMNS)):
        assertion = row["xref_genevalidation"]
        if not assertion:
            raise file.error(row.line, "names no ClinGen assertion in column xref_genevalidation")
        disease = named_disease(context, _reference(file, row, "mondo_id", "MONDO"), row["clingen_label"])
        yield Entity(disease.reference, Category.DISEASE, row["clingen_label"])
        yield Association(disease.reference, Predicate.MEMBER_OF, CURATED, file.evidence(assertion))


def _rows(file: SourceFile, columns: Sequence[str]) -> Iterator[Row]:
    return (row for row in file.rows(columns) if row[columns[0]] != _TEMPLATE_MARK)


def _reference(file: SourceFile, row: Row, column: str, prefix: str) -> Reference:
    """A reference that is written as CURIE or as IRI."""
    text = row[column]
    try:
        reference = Reference.from_iri(text) if text.startswith("http") else Reference.parse(text)
    except IdentifierError as error:
        raise file.error(row.line, f"column {column}: {error}") from error
    if reference.prefix != prefix:
        raise file.error(row.line, f"column {column} holds {text!r}, which is no {prefix} id")
    return reference


SOURCE: Final = Source(
    id="omim-genes",
    title="Disease axioms of Mondo from OMIM and ClinGen",
    license="unchecked (Mondo is CC BY 4.0; the terms of axioms taken from OMIM are not stated)",
    license_url="https://www.omim.org/help/agreement",
    homepage="https://mondo.monarchinitiative.org",
    tables=(
        Table("mondo-omim-genes.robot.tsv", read_gene_axioms, required=False),
        Table("mondo-clingen.robot.tsv", read_curated_diseases, required=False),
    ),
    profile="academic",
    folder="mondo",
)
