"""Variants and named alleles as ClinPGx writes them in its annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

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
    What is neither an rsID nor belongs to a gene is passed over.

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
    found = [_subject(part, gene) for part in parts]
    return [subject for subject in found if subject.gene or _RSID.match(subject.name)]


def find_subject(text: str, genes: Iterable[str]) -> Subject | None:
    """The one variant, or allele of one of these genes, that a text names.

    >>> find_subject("DPYD c.1905+1G>A (*2A)", ["DPYD"])
    Subject(gene='DPYD', name='c.1905+1G>A (*2A)')
    >>> find_subject("CYP2C9*3", ["CYP2C19"]) is None
    True
    """
    if _RSID.match(text):
        return Subject("", text)
    known = tuple(genes)
    named = (_subject(text, gene) for gene in known)
    return next((one for one in named if one.gene in known and one.name != text), None)


def _subject(text: str, gene: str) -> Subject:
    """The subject of one name; a star allele is one of the gene that it names, whatever the row's gene."""
    if _RSID.match(text):
        return Subject("", text)
    star = _STAR_ALLELE.match(text)
    return Subject(star["gene"], star["allele"]) if star else Subject(gene, text.removeprefix(f"{gene} "))


def declare(file: SourceFile, record: str, subject: Subject, context: Context) -> Iterator[Item]:
    """The subject, and for an allele its gene; the gene of an rsID is that of the vocabulary of variants."""
    if not subject.gene:
        yield Entity(subject.reference, Category.SEQUENCE_VARIANT, subject.name)
        return
    gene = find_gene(context, subject.gene)
    attributes = ((Attribute.GENE, gene),) if gene else ()
    yield Entity(subject.reference, Category.HAPLOTYPE, subject.label, attributes=attributes)
    if gene is not None:
        evidence = file.evidence(record)  # its grade and papers are of the drug response
        yield Association(subject.reference, Predicate.IS_SEQUENCE_VARIANT_OF, gene, evidence)
