"""Summary annotations: what is known of a variant or allele and the response to a drug, graded by ClinPGx.

Tables ``summary_annotations.tsv`` and ``summary_ann_evidence.tsv``, called ``clinical_annotations.tsv`` and
``clinical_ann_evidence.tsv`` until 2025 (https://www.clinpgx.org/page/clinAnnLevels).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.levels import ClinPgxLevel
from kg.model import Association, Entity
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile

_ID_COLUMNS: Final = ("Summary Annotation ID", "Clinical Annotation ID")
_COLUMNS: Final = (
    "Variant/Haplotypes",
    "Gene",
    "Level of Evidence",
    "Phenotype Category",
    "Drug(s)",
    "Phenotype(s)",
    "Specialty Population",
)
_RSID: Final = re.compile(r"rs\d+$")
_STAR_ALLELE: Final = re.compile(r"(?P<gene>[A-Z][A-Z0-9-]*)(?P<allele>\*.+)$")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an annotation is about: an rsID (``gene`` empty), or a named allele of a gene."""

    gene: str
    name: str

    @property
    def reference(self) -> Reference:
        """Its identifier; alleles are named as CPIC's are."""
        return Reference.mint("allele", self.gene, self.name) if self.gene else Reference("dbSNP", self.name)

    @property
    def label(self) -> str:
        """The name to show."""
        if not self.gene:
            return self.name
        return f"{self.gene}{self.name}" if self.name.startswith("*") else f"{self.gene} {self.name}"


def subjects(text: str, gene: str) -> list[Subject]:
    """The variants or alleles of an annotation, ``gene`` being that of its row.

    G6PD alleles are lists of names themselves, so a part that begins with neither an rsID nor a gene goes on the last.

    >>> [subject.label for subject in subjects("CYP2C19*1, CYP2C19*2", "CYP2C19")]
    ['CYP2C19*1', 'CYP2C19*2']
    >>> [subject.name for subject in subjects("G6PD B (reference), G6PD Canton, Gifu-like", "G6PD")]
    ['B (reference)', 'Canton, Gifu-like']
    """
    parts: list[str] = []
    for part in text.split(", "):
        if not parts or _RSID.match(part) or _STAR_ALLELE.match(part) or part.startswith(f"{gene} "):
            parts.append(part)
        else:
            parts[-1] += f", {part}"
    return [_subject(part, gene) for part in parts]


def read_evidence(file: SourceFile, context: Context) -> Iterator[Item]:
    """Nothing by itself: keeps the papers of each annotation for :func:`read_annotations`."""
    for row in file.rows(("PMID",)):
        if row["PMID"]:
            publication = Reference.find(f"PMID:{row['PMID']}")
            if publication is None:
                raise file.error(row.line, f"column PMID holds {row['PMID']!r}, which is no PubMed id")
            context.publications.setdefault(_record(file, row), set()).add(publication)
        else:
            context.left_out.add("evidence that is a guideline or drug label, no paper", _record(file, row))
    yield from ()


def read_annotations(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each variant or allele of an annotation with each of its drugs; its phenotypes are named as conditions.

    The columns do not tell the direction of an effect, so none is stated.
    """
    declared: set[Subject] = set()
    for row in file.rows(_COLUMNS):
        evidence = _evidence(file, row, context)
        drugs = list(_drugs(row, context))
        for subject in subjects(row["Variant/Haplotypes"], row["Gene"]):
            if subject not in declared:
                declared.add(subject)
                yield from _declaration(file, row, subject, context)
            for drug in drugs:
                yield Association(subject.reference, Predicate.ASSOCIATED_WITH, drug, evidence, _qualifiers(row))


def _subject(text: str, gene: str) -> Subject:
    if _RSID.match(text):
        return Subject("", text)
    star = _STAR_ALLELE.match(text)
    return Subject(star["gene"], star["allele"]) if star else Subject(gene, text.removeprefix(f"{gene} "))


def _record(file: SourceFile, row: Row) -> str:
    column = next((name for name in _ID_COLUMNS if name in row.fields), None)
    if column is None:
        raise file.error(row.line, f"lacks the column {_ID_COLUMNS[0]}")
    reference = Reference.find(f"ClinPGx:{row[column]}")
    if reference is None:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no ClinPGx annotation id")
    return reference.curie


def _evidence(file: SourceFile, row: Row, context: Context) -> tuple[Evidence]:
    try:
        level = ClinPgxLevel(row["Level of Evidence"])
    except ValueError as error:
        raise file.error(row.line, f"has an unknown level of evidence {row['Level of Evidence']!r}") from error
    record = _record(file, row)
    return file.evidence(record, level=level, publications=sorted(context.publications.get(record, ())))


def _qualifiers(row: Row) -> tuple[tuple[Qualifier, Value], ...]:
    named = (
        (Qualifier.PHENOTYPE_CATEGORY, "Phenotype Category"),
        (Qualifier.CONDITIONS, "Phenotype(s)"),
        (Qualifier.POPULATION, "Specialty Population"),
    )
    return tuple((qualifier, text) for qualifier, column in named for text in row[column].split(";") if text)


def _drugs(row: Row, context: Context) -> Iterator[Reference]:
    for name in row["Drug(s)"].split(";"):
        found = context.resolver.drugs.by_name(name)
        if found.reference is None:
            context.unresolved.add(f"drug name {found.problem}", name)
        else:
            yield found.reference


def _declaration(file: SourceFile, row: Row, subject: Subject, context: Context) -> Iterator[Item]:
    """The subject, and for an allele its gene; the gene of an rsID is that of the vocabulary of variants."""
    if not subject.gene:
        yield Entity(subject.reference, Category.SEQUENCE_VARIANT, subject.name)
        return
    gene = context.resolver.genes.by_name(subject.gene)
    attributes = ((Attribute.GENE, gene.reference),) if gene.reference else ()
    yield Entity(subject.reference, Category.HAPLOTYPE, subject.label, attributes=attributes)
    if gene.reference is None:
        context.unresolved.add(f"gene symbol {gene.problem}", subject.gene)
    else:
        evidence = file.evidence(_record(file, row))  # its grade and papers are of the drug response
        yield Association(subject.reference, Predicate.IS_SEQUENCE_VARIANT_OF, gene.reference, evidence)
