"""ClinVar's VCF files, which list sites without samples: one file an assembly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.classification import Classification, conditions
from kg.sources.clinvar.statements import LOCUS_OF_ASSEMBLY, Variant, Writer, is_number, is_variation, plain_locus, vcv
from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from ontology.vocabulary import Attribute

SOMATIC_ORIGIN: Final = 2
"""Bit of the VCF's ``ORIGIN``; alone, the variant was only seen in tumours."""


def read_vcf(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants of one of ClinVar's VCF files (sites alone); the assembly is that of its ``##reference`` line."""
    writer = Writer(file, context)
    for line, text, locus in context.records(_sites(file)):
        yield from writer.aggregate(_sited(file, line, text.split("\t"), locus))


def _sites(file: SourceFile) -> Iterator[tuple[int, str, Attribute]]:
    locus: Attribute | None = None
    header = False
    for line, text in file.lines():
        if text.startswith("##reference="):
            locus = LOCUS_OF_ASSEMBLY.get(text.partition("=")[2])
        elif text.startswith("#CHROM"):
            header = True
        elif text and not text.startswith("#"):
            if locus is None:
                raise file.error(line, "follows no line ##reference=GRCh37 or ##reference=GRCh38")
            yield line, text, locus
    if not header:
        raise file.error(None, "has no #CHROM line: this is no VCF; fetch the file again")


def _sited(file: SourceFile, line: int, fields: list[str], locus: Attribute) -> Variant:
    if len(fields) != 8:
        raise file.error(line, f"has {len(fields)} fields where a VCF without samples has 8")
    chromosome, position, variation, ref, alt = fields[:5]
    if not is_number(position) or not is_variation(variation):
        raise file.error(line, f"has position {position!r} and ClinVar id {variation!r}; both must be numbers")
    info = dict(entry.partition("=")[::2] for entry in fields[7].split(";"))
    hgvs = info.get("CLNHGVS")
    return Variant(
        Reference("ClinVar", variation),
        vcv(variation),
        hgvs or f"{chromosome}-{position}-{ref}-{alt}",
        (hgvs,) if hgvs else (),
        tuple(plain_locus(locus, chromosome, position, ref, alt)),
        tuple(_vcf_genes(file, line, info.get("GENEINFO", ""))),
        tuple(rsid for rsid in re.split(r"[|,]", info.get("RS", "")) if rsid.isascii() and rsid.isdigit()),
        tuple(_vcf_classifications(file, line, info)),
    )


def _vcf_genes(file: SourceFile, line: int, text: str) -> Iterator[tuple[str, str]]:
    for entry in filter(None, text.split("|")):
        symbol, _, identifier = entry.rpartition(":")
        if not is_number(identifier):
            raise file.error(line, f"GENEINFO holds {entry!r}, which is not SYMBOL:NUMBER")
        yield identifier, symbol


def _vcf_classifications(file: SourceFile, line: int, info: dict[str, str]) -> Iterator[Classification]:
    origin = info.get("ORIGIN", "0")
    if not is_number(origin):
        raise file.error(line, f"ORIGIN holds {origin!r}, which is no number")
    kinds = (("CLNSIG", "CLN", int(origin) == SOMATIC_ORIGIN), ("ONC", "ONC", True), ("SCI", "SCI", True))
    for significance, key, somatic in kinds:
        if significance in info or key == "CLN":
            spelled = {
                name: info.get(name, "").replace("_", " ")
                for name in (significance, f"{key}REVSTAT", f"{key}DISDB", f"{key}DN")
            }
            text, review, identifiers, names = spelled.values()
            yield Classification(text, review, conditions(identifiers, names), somatic)
