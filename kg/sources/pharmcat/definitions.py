"""Named-allele definitions on GRCh38: ``<gene>_translation.json``.

Each position has one base or sequence a named allele; null is what the reference allele has there, and an IUPAC code
says that copies of the allele differ (https://pharmcat.clinpgx.org/methods/NamedAlleleMatcher-101/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.cpic.names import allele, allele_entity
from kg.sources.genes import find_gene
from kg.sources.pharmcat.documents import Node
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.context import Context
    from kg.source import Item, SourceFile

ASSEMBLY: Final = "GRCh38"
IUPAC: Final = {
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGT",
}
"""Codes of several bases (doi:10.1093/nar/13.9.3021)."""


@dataclass(frozen=True, slots=True)
class _Position:
    """One defining position: the assembly's sequence, and the variant of each other one."""

    reference: str
    variants: dict[str, Reference]
    entities: tuple[Entity, ...]
    rsid: Reference | None

    def parts(self, stated: str) -> list[tuple[Reference, bool]] | None:
        """Variants that an allele has here, each with whether it is optional; ``None`` where no variant says this."""
        if stated == self.reference:
            return []
        if stated in self.variants:
            return [(self.variants[stated], False)]
        bases = IUPAC.get(stated, "")
        if self.reference not in bases or not set(bases) - {self.reference} <= self.variants.keys():
            return None
        return [(self.variants[base], True) for base in bases if base != self.reference]


def read_definition(file: SourceFile, context: Context) -> Iterator[Item]:
    """The defining variants and the named alleles of one gene; one record a position and one a named allele."""
    document = Node.of(file)
    symbol = document.text("gene")
    if not document.text("genomeBuild").startswith(ASSEMBLY):
        raise file.error(None, f"defines alleles on {document.text('genomeBuild')}; only {ASSEMBLY} is known")
    positions = [_position(symbol, node) for node in document.nodes("variants")]
    subordinate = document.node("suballelesMap").fields
    alleles = [*document.nodes("namedAlleles"), *document.nodes("hiddenCoreAlleles")]
    if len({node.text("name") for node in alleles}) < len(alleles):
        raise file.error(None, "defines a named allele twice")
    gene = find_gene(context, symbol)
    records: list[_Position | Node] = [*positions, *alleles]
    for record in context.records(records):
        if gene is None:
            context.unresolved.add("gene symbol unknown", symbol)
        elif isinstance(record, _Position):
            yield from _variants(file, record, symbol)
        elif record.text("name") in subordinate:
            context.left_out.add("suballele whose core allele is read", f"{symbol} {record.text('name')}")
        else:
            yield from _named_allele(record, symbol, gene, positions)


def parsimonious(chromosome: str, position: int, ref: str, alt: str) -> str:
    """``chrom-pos-ref-alt`` with the bases that both share cut off, the first one of an indel kept.

    >>> parsimonious("2", 233760233, "CAT", "CATAT")
    '2-233760233-C-CAT'
    """
    while min(len(ref), len(alt)) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while min(len(ref), len(alt)) > 1 and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return f"{chromosome}-{position}-{ref}-{alt}"


def _position(symbol: str, node: Node) -> _Position:
    chromosome, ref = node.text("chromosome").removeprefix("chr"), node.text("ref")
    rsid = Reference.find(f"dbSNP:{node.optional_text('rsid')}")
    variants, entities = {}, []
    for alt in node.texts("alts"):
        locus = parsimonious(chromosome, node.number("position"), ref, alt)
        variants[alt] = Reference.mint("variant", ASSEMBLY, locus)
        name = f"{symbol} {locus if rsid is None else rsid.identifier}"
        attributes = ((Attribute.LOCUS_GRCH38, locus),)
        entities.append(Entity(variants[alt], Category.SEQUENCE_VARIANT, name, attributes=attributes))
    return _Position(ref, variants, tuple(entities), rsid)


def _variants(file: SourceFile, position: _Position, symbol: str) -> Iterator[Item]:
    yield from position.entities
    if position.rsid is None:
        return
    yield Entity(position.rsid, Category.SEQUENCE_VARIANT, position.rsid.identifier)
    evidence = file.evidence(f"definition/{symbol}/{position.rsid.identifier}")
    for variant in position.variants.values():
        yield Association(variant, Predicate.CLOSE_MATCH, position.rsid, evidence)


def _named_allele(record: Node, symbol: str, gene: Reference, positions: Sequence[_Position]) -> Iterator[Item]:
    name, stated = record.text("name"), record.values("alleles")
    if len(stated) != len(positions):
        raise record.file.error(None, f"gives {symbol} {name} {len(stated)} sequences for {len(positions)} positions")
    haplotype = allele(symbol, name)
    evidence = record.file.evidence(f"ClinPGx:{record.text('id')}")
    yield allele_entity(
        symbol, gene, name, structural=record.flag("structuralVariant"), is_reference=record.flag("reference")
    )
    assembly = (Qualifier.ASSEMBLY, ASSEMBLY)
    yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, evidence, (assembly,))
    for sequence, position in zip(stated, positions, strict=True):
        if sequence is None:
            continue
        parts = position.parts(str(sequence))
        if parts is None:
            raise record.file.error(None, f"gives {symbol} {name} {sequence!r}, which no variant of its position has")
        for variant, optional in parts:
            qualifiers = (assembly, (Qualifier.OPTIONAL, "true")) if optional else (assembly,)
            yield Association(haplotype, Predicate.HAS_PART, variant, evidence, qualifiers)
