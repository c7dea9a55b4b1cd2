"""Genes of disorders: ``en_product6.xml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.orphanet.document import declare, enclosing_disorder, publications, read_records
from kg.sources.orphanet.nomenclature import status
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, SourceFile
    from kg.sources.orphanet.document import Record

_CANDIDATE: Final = "Candidate gene tested in"
_PREDICATES: Final = {
    "Disease-causing germline mutation(s) in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Disease-causing germline mutation(s) (loss of function) in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Disease-causing germline mutation(s) (gain of function) in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Disease-causing somatic mutation(s) in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Major susceptibility factor in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Modifying germline mutation in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Modifying somatic mutation in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Part of a fusion gene in": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Role in the phenotype of": Predicate.GENE_ASSOCIATED_WITH_CONDITION,
    "Biomarker tested in": Predicate.BIOMARKER_FOR,
}
_ORIGINS: Final = ("germline", "somatic")


def read_genes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Genes of disorders, with Orphanet's words for their part in it, and its papers."""
    path = "Disorder/DisorderGeneAssociationList/DisorderGeneAssociation"
    for record in context.records(read_records(file, path)):
        disorder, kind = enclosing_disorder(record), record.text("DisorderGeneAssociationType/Name")
        symbol = record.text("Gene/Symbol")
        if kind == _CANDIDATE:
            context.left_out.add("candidate gene, of which nothing is claimed", f"{symbol} {disorder.disorder()}")
            continue
        if kind not in _PREDICATES:
            raise file.error(record.line, f"has the unknown association type {kind!r}")
        gene = _gene(record, context)
        if gene is None:
            context.unresolved.add("gene that neither its HGNC id nor its symbol names", symbol)
            continue
        if gene not in context.resolver.genes.known:
            context.unresolved.add("gene that the build's HGNC does not have (kept under its HGNC id)", str(gene))
            yield Entity(gene, Category.GENE, symbol)
        yield from declare(disorder, context)
        yield _statement(record, gene, disorder.disorder(), kind)


def _statement(record: Record, gene: Reference, disorder: Reference, kind: str) -> Association:
    qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.ASSOCIATION_TYPE, kind)]
    qualifiers += [(Qualifier.ORIGIN, origin) for origin in _ORIGINS if origin in kind]
    evidence = record.file.evidence(
        record.line,
        level=status(record, "DisorderGeneAssociationStatus/Name"),
        publications=publications(record.find("SourceOfValidation")),
    )
    return Association(gene, _PREDICATES[kind], disorder, evidence, tuple(qualifiers))


def _gene(record: Record, context: Context) -> Reference | None:
    """The gene of its HGNC id, as HGNC has it now; of its symbol only where Orphanet gives no id."""
    genes = context.resolver.genes
    for other in record.element.iterfind("Gene/ExternalReferenceList/ExternalReference"):
        if other.findtext("Source") == "HGNC":
            text = (other.findtext("Reference") or "").strip()
            hgnc = Reference.find(f"HGNC:{text}")
            if hgnc is None:
                raise record.file.error(record.line, f"the HGNC reference holds {text!r}, which is no HGNC id")
            return genes.by_identifier(hgnc).reference or hgnc
    return genes.by_name(record.text("Gene/Symbol")).reference
