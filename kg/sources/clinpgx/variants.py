"""Variants with rsID, HGVS expressions, loci and gene: ``variants.tsv``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.chromosomes import chromosome_of
from kg.model import Association, Entity
from kg.sources.clinpgx.fields import accession, listed, own_accession
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

_ID: Final = "Variant ID"
_COLUMNS: Final = (_ID, "Variant Name", "Gene Symbols", "Location", "Synonyms")

_SUBSTITUTION: Final = re.compile(r"(?P<accession>NC_\d+\.\d+):[gm]\.(?P<position>\d+)(?P<ref>[ACGT])>(?P<alt>[ACGT])$")
_HGVS: Final = re.compile(r"(N[CGMPR]_\d+|[A-Z]{1,3}\d+)\.\d+:[cgmnp]\.[^\s=]+$")
"""An HGVS expression of a change on a curated sequence; predicted transcripts (XM, XR, XP) and contigs are not."""


def read_variants(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants under their rsID, or their accession number where they have none.

    The locus is derived for substitutions alone: other changes have no one spelling in HGVS that VCF would share.
    """
    seen: dict[Reference, int] = {}
    for row in context.records(file.rows(_COLUMNS, quoted=True)):
        variant = _reference(file, row)
        record = own_accession(file, row, seen, _ID)
        synonyms = listed(row["Synonyms"])
        rsids = [
            reference for text in synonyms if (reference := Reference.find(f"dbSNP:{text}")) and reference != variant
        ]
        context.resolver.variants.add(variant, row["Variant Name"], identifiers=[record, *rsids])
        attributes: list[tuple[Attribute, Value]] = [(Attribute.ALTERNATIVE_ID, rsid) for rsid in rsids]
        attributes += [(Attribute.HGVS, text) for text in synonyms if _HGVS.match(text)]
        attributes += _loci(row["Location"], synonyms)
        yield Entity(variant, Category.SEQUENCE_VARIANT, row["Variant Name"], attributes=tuple(attributes))
        gene = _gene(row, context)
        if gene is not None:
            yield Association(variant, Predicate.IS_SEQUENCE_VARIANT_OF, gene, file.evidence(record.curie))


def _reference(file: SourceFile, row: Row) -> Reference:
    if not row["Variant Name"]:
        raise file.error(row.line, f"{row[_ID]} has no name")
    return Reference.find(f"dbSNP:{row['Variant Name']}") or accession(file, row, _ID)


def _gene(row: Row, context: Context) -> Reference | None:
    symbols = row["Gene Symbols"].split(",") if row["Gene Symbols"] else []
    if len(symbols) > 1:
        context.left_out.add("gene of a variant that lies in several", f"{row['Variant Name']} {row['Gene Symbols']}")
    if len(symbols) != 1:
        return None
    return find_gene(context, symbols[0])


def _loci(location: str, synonyms: Iterable[str]) -> Iterator[tuple[Attribute, Value]]:
    """Loci of the substitutions at ``location`` (a GRCh38 accession and position), and theirs on GRCh37.

    GRCh37 is left out where the synonyms give more than one position there.
    """
    older: dict[str, set[str]] = {}
    for text in synonyms:
        match = _SUBSTITUTION.match(text)
        if match is None:
            continue
        chromosome, assembly = chromosome_of(match["accession"]) or (None, None)
        if chromosome is None:
            continue
        locus = f"{chromosome}-{match['position']}-{match['ref']}-{match['alt']}"
        if f"{match['accession']}:{match['position']}" == location:
            yield Attribute.LOCUS_GRCH38, locus
        if assembly == "GRCh37" or (chromosome == "MT" and match["position"] == location.partition(":")[2]):
            older.setdefault(f"{chromosome}-{match['position']}", set()).add(locus)
    if len(older) == 1:
        yield from ((Attribute.LOCUS_GRCH37, locus) for loci in older.values() for locus in loci)
