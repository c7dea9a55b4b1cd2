"""VKGL: variants as the Dutch genome diagnostic laboratories classify them (doi:10.1002/humu.23896), on GRCh38.

Each class is a VCF or BCF file of its own, whose records hold a place and nothing else: the class is in the file's name.
They name neither gene nor condition, so a class is stated of the variant and disease as such (``MONDO:0000001``), and
never as ``causes``. A variant is named by its place, and meets ClinVar's entry of the same place through the attribute
``locus_GRCh38``.

``jvar_*`` beside them come from another publisher: the Japanese pathogenic variant database DPV, as JVar of DDBJ gives it
out (https://www.ddbj.nig.ac.jp/jvar/), with gene, conditions and an entry number (``DPVID``). They are a table of their own
and state what their records hold; of ClinVar's and gnomAD's fields among them nothing is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pysam

from kg.chromosomes import CHROMOSOMES
from kg.model import Association, Entity
from kg.source import Source, Table
from kg.sources.conditions import condition_entity, known_condition
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

CLASSES: Final = {"lp": "(Likely) pathogenic", "lb": "(Likely) benign", "vus": "VUS"}
"""Consensus classes of VKGL by the letters in a file's name, in the words of VKGL's public table."""
DISEASE: Final = Reference("MONDO", "0000001")
"""Disease as such, the root of Mondo's diseases."""
_CHROMOSOMES: Final = frozenset({*CHROMOSOMES, "MT"})
_BASES: Final = re.compile(r"[ACGT]+$")
_LENGTH_OF_1: Final = 248_956_422
"""Bases of chromosome 1 in GRCh38, https://www.ncbi.nlm.nih.gov/grc/human/data."""
_READ_ERRORS: Final = (OSError, ValueError, KeyError, TypeError)
"""What pysam raises at a damaged file, a record that its header does not explain, and text that is not UTF-8."""
_LONGEST_EXAMPLE: Final = 80
_GENE: Final = re.compile(r"(?:(?P<hgnc>\d{1,5})|\w[\w-]*):(?P<ncbi>\d+)$", re.ASCII)
_ESCAPED: Final = re.compile(r"\\x([0-9a-fA-F]{2})")
_JVAR_INFO: Final = ("DPVID", "DPVSIG", "DPVDSDBID", "DPVDBN", "GENEINFO")
_STATED: Final = {
    "Pathogenic": (Predicate.CAUSES, False),
    "Likely pathogenic": (Predicate.CAUSES, False),
    "Benign": (Predicate.CAUSES, True),
    "Likely benign": (Predicate.CAUSES, True),
}
"""What a class states of a variant and a condition: the two ends of one scale (ACMG/AMP, doi:10.1038/gim.2015.30)."""


@dataclass(frozen=True, slots=True)
class _Record:
    """What is read of one record; ``info`` holds the fields of INFO that were asked for, as text."""

    chromosome: str
    position: int
    ref: str
    alts: tuple[str, ...]
    info: dict[str, str]


def read_class(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants of one class of VKGL's consensus."""
    letters = file.name.removeprefix("vkgl_").partition("_")[0]
    if letters not in CLASSES:
        raise file.error(None, f"has a name that does not begin with vkgl_ and one of {', '.join(CLASSES)}, the class")
    seen: str | None = None
    for record in context.records(_records(file)):
        place = _place(record, context)
        if place is None:
            continue
        if place == seen:
            context.left_out.add("second record of the same variant", place)
            continue
        seen = place
        variant = _variant(place)
        yield variant
        yield Association(
            variant.reference,
            Predicate.ASSOCIATED_WITH,
            DISEASE,
            file.evidence(f"{file.name} {place}"),
            ((Qualifier.SIGNIFICANCE, CLASSES[letters]),),
            negated=letters == "lb",
        )


def read_jvar(file: SourceFile, context: Context) -> Iterator[Item]:
    """Japanese variants with their genes, and conditions where a record has them."""
    writer = _JvarWriter(file, context)
    for number, record in enumerate(context.records(_records(file, _JVAR_INFO)), start=1):
        place = _place(record, context)
        if place is not None:
            yield from writer.items(number, record, _variant(place))


@dataclass(slots=True)
class _JvarWriter:
    """Makes items of a record; keeps the genes and conditions that it has met."""

    file: SourceFile
    context: Context
    genes: dict[str, Reference] = field(default_factory=dict)
    conditions: dict[str, Reference | None] = field(default_factory=dict)

    def items(self, number: int, record: _Record, variant: Entity) -> Iterator[Item]:
        entry, classes = record.info["DPVID"], record.info["DPVSIG"].replace("_", " ")
        if not entry or not set(classes.split("|")) <= _STATED.keys():
            reason = f"record {number} has DPVID {entry!r} and DPVSIG {classes!r}; expected an entry and known classes"
            raise self.file.error(None, reason)
        gene = record.info["GENEINFO"]
        if gene not in self.genes:
            yield from self._gene(number, gene)
        evidence = self.file.evidence(f"DPV {entry}")
        significance = ((Qualifier.SIGNIFICANCE, classes),)
        yield variant
        yield Association(variant.reference, Predicate.IS_SEQUENCE_VARIANT_OF, self.genes[gene], evidence, significance)
        for code, name in _conditions(self.file, number, record):
            if code not in self.conditions:
                yield from self._condition(code, name)
            if (target := self.conditions[code]) is None:
                self.context.unresolved.add("condition whose code this build does not know", f"{code} {name}")
                continue
            for predicate, negated in sorted({_STATED[one] for one in classes.split("|")}):
                yield Association(variant.reference, predicate, target, evidence, significance, negated=negated)

    def _gene(self, number: int, text: str) -> Iterator[Entity]:
        """A gene written as the numbers of HGNC and NCBI (two records have its symbol for the first)."""
        match = _GENE.match(text)
        if match is None:
            raise self.file.error(None, f"record {number} has GENEINFO {text!r}, which is not HGNC:NCBI in numbers")
        stated = [Reference("HGNC", match["hgnc"])] if match["hgnc"] else []
        stated.append(Reference("NCBIGene", match["ncbi"]))
        genes = self.context.resolver.genes
        found = next(filter(None, (genes.by_identifier(one).reference for one in stated)), None)
        self.genes[text] = found or stated[0]
        if found is None:
            self.context.unresolved.add("gene that no vocabulary of the build has (kept under its own id)", text)
            yield Entity(stated[0], Category.GENE, stated[0].curie)

    def _condition(self, code: str, name: str) -> Iterator[Entity]:
        """The condition of an OMIM, Orphanet or MedGen id; of these MedGen's alone must be known to the build."""
        reference = Reference.find(code)
        if reference is None:
            found = self.context.resolver.diseases.by_code(code.replace("MedGen:", "UMLS:")).reference
            self.conditions[code] = found
            return
        known = known_condition(self.context.resolver, reference)
        self.conditions[code] = known or reference
        if known is None:
            reason = "id of a condition that no vocabulary of the build has (kept, under its name)"
            self.context.unresolved.add(reason, code)
            yield condition_entity(reference, name)


def _records(file: SourceFile, info: tuple[str, ...] = ()) -> Iterator[_Record]:
    """Records of a VCF or BCF file; htslib takes both, plain or compressed."""
    if file.member is not None or file.path.suffix == ".zst":
        raise file.error(None, "is packed in a way that VCF readers do not know; unpack it")
    verbosity = pysam.set_verbosity(0)  # htslib writes to stderr that there is no index
    number = 0
    try:
        with pysam.VariantFile(str(file.path)) as records:
            contigs = records.header.contigs
            if any(contigs[name].length not in (None, _LENGTH_OF_1) for name in ("1", "chr1") if name in contigs):
                raise file.error(None, "is not on GRCh38, as the length of chromosome 1 in its header shows")
            for record in records:
                fields = {key: _text(record.info[key]) if key in record.info else "" for key in info}
                yield _Record(record.chrom, record.pos, record.ref or "", record.alts or (), fields)
                number += 1
    except _READ_ERRORS as error:
        raise file.error(None, f"cannot be read after record {number}: {error}; fetch the file again") from error
    finally:
        pysam.set_verbosity(verbosity)


def _text(value: object) -> str:
    """A field of INFO as it was written."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _place(record: _Record, context: Context) -> str | None:
    """``chrom-pos-ref-alt`` of a record with one alternative; ``None``, and left out, where it is not spelled in bases."""
    chromosome = {"M": "MT"}.get(name := record.chromosome.removeprefix("chr"), name)
    text = f"{chromosome}-{record.position}-{record.ref}-{','.join(record.alts)}"
    example = text[:_LONGEST_EXAMPLE]
    if chromosome not in _CHROMOSOMES:
        context.left_out.add("variant on a sequence that is no chromosome", example)
    elif len(record.alts) != 1 or not (_BASES.match(record.ref) and _BASES.match(record.alts[0])):
        context.left_out.add("variant whose alleles are not one sequence of bases each", example)
    else:
        return text
    return None


def _variant(place: str) -> Entity:
    reference = Reference.mint("variant", "GRCh38", place)
    located = ((Attribute.LOCUS_GRCH38, place),)
    return Entity(reference, Category.SEQUENCE_VARIANT, f"{place} (GRCh38)", attributes=located)


def _conditions(file: SourceFile, number: int, record: _Record) -> Iterator[tuple[str, str]]:
    """Identifiers of conditions with their names, which run parallel."""
    codes, names = record.info["DPVDSDBID"], record.info["DPVDBN"]
    listed, called = codes.split("|") if codes else [], names.split("|") if names else []
    if called and len(called) != len(listed):
        raise file.error(None, f"record {number} has {len(listed)} conditions in DPVDSDBID and {len(called)} in DPVDBN")
    for index, code in enumerate(listed):
        name = called[index] if called else code
        yield code, _ESCAPED.sub(_unescaped, name).replace("_", " ")


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


SOURCE: Final = Source(
    id="vkgl",
    title="VKGL consensus classifications, and JVar",
    license="unchecked (VKGL and JVar state terms of their own)",
    license_url="https://vkgl.molgeniscloud.org/",
    homepage="https://vkgl.molgeniscloud.org/",
    tables=(
        *(Table(f"vkgl_{letters}_*.[vb]cf", read_class, required=False) for letters in CLASSES),
        Table("jvar_*.vcf", read_jvar, required=False, many=True),
    ),
    profile="academic",
)
