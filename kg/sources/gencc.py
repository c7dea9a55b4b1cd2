"""GenCC: how laboratories and databases classify gene-disease pairs, submission by submission.

Read is the table of all submissions (https://search.thegencc.org/download), as TSV or CSV, or a part of it in the same
columns. Submitters may disagree: each submission stays a statement of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.levels import GenccValidity
from kg.model import Association
from kg.source import Download, Source, Table
from kg.sources.conditions import known_condition
from kg.sources.gene_disease import UNKNOWN_INHERITANCE, named_disease, named_gene, publications
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile
    from kg.sources.gene_disease import Named

_COLUMNS: Final = (
    "gene_curie",
    "gene_symbol",
    "disease_curie",
    "disease_title",
    "disease_original_curie",
    "disease_original_title",
    "classification_title",
    "moi_curie",
    "submitter_title",
    "submitted_as_pmids",
)
_IDS: Final = ("sgc_id", "uuid")
"""The submission's id, in releases of 2025 and later and in earlier ones."""
_DENIALS: Final = frozenset({GenccValidity.DISPUTED, GenccValidity.REFUTED})
_NO_CLAIM: Final = {
    GenccValidity.NO_KNOWN_RELATIONSHIP: "no known relationship between gene and disease: nothing is claimed",
    GenccValidity.ANIMAL_MODEL_ONLY: "known of an animal model only: nothing is claimed of humans",
}
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_MIM_LIKE: Final = re.compile(r"[1-6]\d{5}", re.ASCII)
"""Some submitters list the MIM number of the gene among its papers; papers with such a number are of the 1970s."""


def read_submissions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Submissions with the submitter's classification in GenCC's harmonised terms."""
    _, header = next(file.lines(), (1, ""))
    delimiter = "\t" if "\t" in header else ","
    identifier = next((name for name in _IDS if name in header), _IDS[0])
    for row in context.records(file.rows((identifier, *_COLUMNS), delimiter=delimiter, quoted=True)):
        level = _level(file, row)
        if reason := _NO_CLAIM.get(level):
            context.left_out.add(reason, row[identifier])
            continue
        gene = named_gene(context, _reference(file, row, "gene_curie", "HGNC"), row["gene_symbol"])
        disease = _disease(file, row, context)
        yield from (*gene.declared, *disease.declared)
        yield Association(
            gene.reference,
            Predicate.GENE_ASSOCIATED_WITH_CONDITION,
            disease.reference,
            file.evidence(row[identifier] or row.line, level=level, publications=_papers(row, context)),
            _qualifiers(file, row, disease.reference),
            negated=level in _DENIALS,
        )


def _level(file: SourceFile, row: Row) -> GenccValidity:
    text = row["classification_title"]
    try:
        return GenccValidity(text)
    except ValueError as error:
        known = ", ".join(GenccValidity)
        raise file.error(row.line, f"column classification_title holds {text!r}; known are {known}") from error


def _disease(file: SourceFile, row: Row, context: Context) -> Named:
    """GenCC's disease, unless the build knows only the one that was submitted."""
    disease = _reference(file, row, "disease_curie")
    original = Reference.find(row["disease_original_curie"])
    if original is not None and known_condition(context.resolver, disease) is None:
        known = known_condition(context.resolver, original)
        if known is not None:
            return named_disease(context, original, row["disease_original_title"])
    return named_disease(context, disease, row["disease_title"])


def _qualifiers(file: SourceFile, row: Row, disease: Reference) -> tuple[tuple[Qualifier, Value], ...]:
    qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.SUBMITTER, row["submitter_title"])]
    if row["moi_curie"]:
        mode = _reference(file, row, "moi_curie", "HP")
        if mode != UNKNOWN_INHERITANCE:
            qualifiers.append((Qualifier.INHERITANCE, mode))
    if row["disease_original_curie"] not in ("", str(disease)):
        qualifiers.append((Qualifier.ORIGINAL_OBJECT, row["disease_original_curie"]))
    return tuple(qualifiers)


def _papers(row: Row, context: Context) -> list[Reference]:
    texts = _SEPARATORS.split(row["submitted_as_pmids"].replace("PMID:", " "))
    return publications(context, texts, filter(_MIM_LIKE.fullmatch, texts))


def _reference(file: SourceFile, row: Row, column: str, prefix: str = "") -> Reference:
    reference = Reference.find(row[column])
    if reference is None or (prefix and reference.prefix != prefix):
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no {prefix or 'known'} id")
    return reference


SOURCE: Final = Source(
    id="gencc",
    title="Gene Curation Coalition",
    license="unchecked (no terms are recorded for the copy that was tested)",
    license_url="https://thegencc.org/terms.html",
    homepage="https://thegencc.org",
    downloads=(
        Download("https://search.thegencc.org/download/action/submissions-export-tsv", name="gencc-submissions.tsv"),
    ),
    tables=(
        Table("gencc-submissions.tsv", read_submissions, required=False),
        Table("gencc-submissions.csv", read_submissions, required=False),
        Table("*_gencc.tsv", read_submissions, required=False, unversioned="2026-04-05"),
    ),
    profile="academic",
)
