"""How CPIC names alleles, diplotypes, gene phenotypes and activity scores, and the references made of these names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category

if TYPE_CHECKING:
    from kg.model import Value

NO_RESULT: Final = "No Result"
"""CPIC's word for a gene of a two-gene recommendation that was not determined."""
MALE: Final = "MALE"
"""How pypgx writes the missing second allele of a hemizygous X-linked gene; no allele of its own."""
INDETERMINATE: Final = "Indeterminate"
"""CPIC's phenotype of a diplotype whose activity score is not known (``n/a``)."""

_SCORE_RANGE: Final = re.compile(r"^(?P<low>[\d.]+) (?P<sign><=|==) score(?: < (?P<high>[\d.]+))?$")
_SCORE: Final = re.compile(r"^(?P<sign>≥?)(?P<value>\d+(?:\.\d+)?)$")


@dataclass(slots=True)
class KnownAlleles:
    """Names of the alleles that the tables of one source have told so far, by gene symbol."""

    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, symbol: str, name: str) -> None:
        """Note one allele."""
        self.names.setdefault(symbol, set()).add(name)


def allele(gene: str, name: str) -> Reference:
    """Reference of a named allele.

    >>> allele("CYP2C19", "*2").curie
    'GENOPATH:allele/CYP2C19/*2'
    """
    return Reference.mint("allele", gene, name)


def genotype(gene: str, diplotype: str) -> Reference:
    """Reference of a diplotype, in the order in which the source writes its two alleles."""
    return Reference.mint("genotype", gene, diplotype)


def gene_phenotype(gene: str, phenotype: str) -> Reference:
    """Reference of a gene phenotype such as CYP2C19 Poor Metabolizer."""
    return Reference.mint("phenotype", gene, phenotype)


def allele_entity(symbol: str, gene: Reference, name: str, *, structural: bool, is_reference: bool) -> Entity:
    """A named allele; the label of a star allele is written without a space."""
    attributes: list[tuple[Attribute, Value]] = [(Attribute.GENE, gene)]
    if structural:
        attributes.append((Attribute.STRUCTURAL, "true"))
    if is_reference:
        attributes.append((Attribute.REFERENCE_ALLELE, "true"))
    label = f"{symbol}{name}" if name.startswith("*") else f"{symbol} {name}"
    return Entity(allele(symbol, name), Category.HAPLOTYPE, label, attributes=tuple(attributes))


def genotype_entity(symbol: str, gene: Reference, diplotype: str) -> Entity:
    """A diplotype, under the name that the source writes."""
    label = f"{symbol} {diplotype}"
    return Entity(genotype(symbol, diplotype), Category.GENOTYPE, label, attributes=((Attribute.GENE, gene),))


def phenotype_entity(symbol: str, gene: Reference, phenotype: str) -> Entity:
    """A gene phenotype."""
    label = f"{symbol} {phenotype}"
    return Entity(
        gene_phenotype(symbol, phenotype), Category.PHENOTYPIC_FEATURE, label, attributes=((Attribute.GENE, gene),)
    )


def split_diplotype(text: str) -> tuple[str, str]:
    """The two allele names of a diplotype as CPIC writes it; allele names may hold slashes only in parentheses.

    >>> split_diplotype("Reference/c.1905+1G>A (*2A)")
    ('Reference', 'c.1905+1G>A (*2A)')

    Raises:
        ValueError: there are not exactly two names.
    """
    names = allele_names(text)
    if len(names) != 2:
        raise ValueError(f"{text!r} is no diplotype: write two allele names with one slash between them")
    return names[0], names[1]


def allele_names(text: str) -> tuple[str, ...]:
    """The allele names of a diplotype, or the one of a hemizygous or mitochondrial gene.

    >>> allele_names("m.1555A>G")
    ('m.1555A>G',)
    """
    depth, cuts = 0, [-1]
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "/" and depth == 0:
            cuts.append(index)
    return tuple(text[start + 1 : end].strip() for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True))


def plain_score(text: str) -> str | None:
    """An activity score or value without trailing zeros, or ``None`` where the text is none (``n/a``).

    >>> plain_score("1.50"), plain_score("≥3.0"), plain_score("n/a")
    ('1.5', '≥3', None)
    """
    match = _SCORE.match(text)
    return f"{match['sign']}{plain_number(Decimal(match['value']))}" if match else None


def plain_number(number: Decimal) -> str:
    """A number without exponent and trailing zeros."""
    return f"{number.normalize():f}"


def least_score(text: str) -> float | None:
    """The activity score that a text states, of ``≥3`` the least one; ``None`` where it states none."""
    match = _SCORE.match(text)
    return float(match["value"]) if match else None


def score_in_range(score: Decimal, text: str) -> bool:
    """Whether an activity score lies in a range of the equation table.

    >>> score_in_range(Decimal("1.25"), "1.25 <= score < 2.5")
    True

    Raises:
        ValueError: the text is no such range.
    """
    match = _SCORE_RANGE.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no range of activity scores")
    low = Decimal(match["low"])
    if match["sign"] == "==":
        return score == low
    return low <= score and (match["high"] is None or score < Decimal(match["high"]))
