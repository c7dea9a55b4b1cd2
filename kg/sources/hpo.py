"""Human Phenotype Ontology: terms, disease annotations and gene-disease pairs.

Formats: https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.frequency import parse_frequency
from kg.levels import HpoEvidence
from kg.model import AgentType, Association, Entity
from kg.source import Download, Source, Table
from kg.sources.obo import ancestors, read_obo
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

INHERITANCE_ROOT: Final = Reference("HP", "0000005")
"""Mode of inheritance."""
QUALITY_ROOTS: Final = (Reference("HP", "0012823"), Reference("HP", "0031797"), Reference("HP", "0040279"))
"""Clinical modifier, clinical course, frequency: terms that qualify a feature and are none themselves."""

_PREDICATE_OF_ASPECT: Final = {
    "P": Predicate.HAS_PHENOTYPE,
    "I": Predicate.HAS_MODE_OF_INHERITANCE,
    "C": Predicate.ASSOCIATED_WITH,
    "M": Predicate.ASSOCIATED_WITH,
    "H": Predicate.ASSOCIATED_WITH,
}
_AGENT_OF_EVIDENCE: Final = {
    HpoEvidence.PUBLISHED_CLINICAL_STUDY: AgentType.MANUAL_AGENT,
    HpoEvidence.TRACEABLE_AUTHOR_STATEMENT: AgentType.MANUAL_AGENT,
    HpoEvidence.INFERRED_ELECTRONIC: AgentType.AUTOMATED_AGENT,
}
_REPEATED_PAIR: Final = "repeats a gene-disease pair (one row for each of its phenotypes)"
_HPOA_COLUMNS: Final = (
    "database_id",
    "disease_name",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "sex",
    "modifier",
    "aspect",
)


def read_terms(file: SourceFile, context: Context) -> Iterator[Item]:
    """Terms with synonyms, alternative ids and replacements, and the ``is_a`` hierarchy, from ``hp.obo``."""
    terms = read_obo(file, context, "HP")
    for reference, term in context.records(terms.items()):
        yield term.to_entity(_category(ancestors(reference, terms)))
        context.resolver.phenotypes.add(reference, term.name, identifiers=term.alternative_ids)
    for reference, term in terms.items():
        for parent in term.parents:
            yield Association(reference, Predicate.SUBCLASS_OF, parent, file.evidence(f"{reference} is_a {parent}"))


def read_annotations(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diseases and what they show or do not show, from ``phenotype.hpoa``; the whole file is used."""
    seen: set[Reference] = set()
    for row in context.records(file.rows(_HPOA_COLUMNS, comment="#")):
        disease = Reference.find(row["database_id"])
        if disease is None:
            context.unresolved.add("disease of a database without a registered prefix", row["database_id"])
            continue
        if disease not in seen:
            seen.add(disease)
            context.resolver.diseases.add(disease, row["disease_name"])
            yield Entity(disease, Category.DISEASE, row["disease_name"])
        term = context.resolver.phenotypes.by_identifier(_reference(file, row, "hpo_id", row["hpo_id"])).reference
        if term is None:
            context.unresolved.add("HPO term that this HPO release does not have", row["hpo_id"])
            continue
        yield _annotation(file, row, disease, term)


def read_gene_diseases(file: SourceFile, context: Context) -> Iterator[Item]:
    """Gene-disease pairs from ``genes_to_phenotype.txt``.

    Its phenotype column is a join of these pairs with the annotations, so it states nothing of its own and is left out.
    """
    seen: set[tuple[str, str]] = set()
    named: set[Reference] = set()
    for row in context.records(file.rows(("ncbi_gene_id", "gene_symbol", "disease_id"))):
        pair = (row["ncbi_gene_id"], row["disease_id"])
        if pair in seen:
            context.left_out.add(_REPEATED_PAIR, " ".join(pair))
            continue
        seen.add(pair)
        disease = Reference.find(row["disease_id"])
        if disease is None or disease not in context.resolver.diseases.known:
            context.unresolved.add("disease of a gene pair that has no annotation", row["disease_id"])
            continue
        ncbi = Reference.find(f"NCBIGene:{row['ncbi_gene_id']}")
        if ncbi is None:
            raise file.error(row.line, f"column ncbi_gene_id holds {row['ncbi_gene_id']!r}, which is no NCBI gene id")
        gene = context.resolver.genes.by_identifier(ncbi).reference or ncbi
        if gene == ncbi and gene not in named:
            named.add(gene)
            context.unresolved.add("gene without an HGNC id in this build (kept under its NCBI id)", str(ncbi))
            yield Entity(gene, Category.GENE, row["gene_symbol"])
        yield Association(gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, disease, file.evidence(row.line))


def _category(above: set[Reference]) -> Category:
    if INHERITANCE_ROOT in above:
        return Category.GENETIC_INHERITANCE
    return Category.PHENOTYPIC_QUALITY if above.intersection(QUALITY_ROOTS) else Category.PHENOTYPIC_FEATURE


def _annotation(file: SourceFile, row: Row, disease: Reference, term: Reference) -> Association:
    try:
        level = HpoEvidence(row["evidence"])
        predicate = _PREDICATE_OF_ASPECT[row["aspect"]]
    except (ValueError, KeyError) as error:
        raise file.error(row.line, f"has an unknown evidence code or aspect: {error}") from error
    if row["qualifier"] not in ("", "NOT"):
        raise file.error(row.line, f"column qualifier holds {row['qualifier']!r}; only NOT is known")
    qualifiers: list[tuple[Qualifier, Value]] = []
    if row["frequency"]:
        qualifiers.append((Qualifier.FREQUENCY, row["frequency"]))
    if row["onset"]:
        qualifiers.append((Qualifier.ONSET, _reference(file, row, "onset", row["onset"])))
    if row["sex"]:
        qualifiers.append((Qualifier.SEX, row["sex"].upper()))
    for modifier in filter(None, row["modifier"].split(";")):
        qualifiers.append((Qualifier.MODIFIER, _reference(file, row, "modifier", modifier)))
    if predicate is Predicate.ASSOCIATED_WITH:
        qualifiers.append((Qualifier.ASPECT, row["aspect"]))
    evidence = file.evidence(
        row.line, level=level, publications=_publications(row["reference"]), agent_type=_AGENT_OF_EVIDENCE[level]
    )
    return Association(disease, predicate, term, evidence, tuple(qualifiers), negated=_is_denied(file, row))


def _is_denied(file: SourceFile, row: Row) -> bool:
    """Whether the row says that the disease does not show the term: ``NOT``, or nobody of those examined has it."""
    try:
        return row["qualifier"] == "NOT" or parse_frequency(row["frequency"]).is_denial
    except ValueError as error:
        raise file.error(row.line, f"column frequency: {error}") from error


def _publications(text: str) -> list[Reference]:
    found = (Reference.find(part) for part in text.split(";"))
    return [reference for reference in found if reference is not None and reference.prefix in ("PMID", "DOI")]


def _reference(file: SourceFile, row: Row, column: str, text: str) -> Reference:
    reference = Reference.find(text)
    if reference is None or reference.prefix != "HP":
        raise file.error(row.line, f"column {column} holds {text!r}, which is no HPO id")
    return reference


SOURCE: Final = Source(
    id="hpo",
    title="Human Phenotype Ontology and annotations",
    license="HPO licence (free use with attribution and version)",
    license_url="https://hpo.jax.org/license",
    homepage="https://hpo.jax.org",
    downloads=(
        *(
            Download(
                f"https://github.com/obophenotype/human-phenotype-ontology/releases/latest/download/{name}",
                release=r"/download/v(\d{4}-\d\d-\d\d)/",
            )
            for name in ("hp.obo", "phenotype.hpoa", "genes_to_phenotype.txt")
        ),
    ),
    tables=(
        Table("hp.obo", read_terms),
        Table("phenotype.hpoa", read_annotations),
        Table("genes_to_phenotype.txt", read_gene_diseases),
    ),
)
