"""CIViC variants, and the places in VCF's spelling that CIViC publishes for some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.sources.civic.features import JUSTIFICATION, gene, known_gene
from kg.sources.civic.fields import Unique, chosen, civic, civic_id, identifier, items
from kg.sources.civic.links import Links
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = (
    "variant_id",
    "feature_type",
    "feature_id",
    "feature_name",
    "variant",
    "variant_aliases",
    "variant_groups",
    "variant_types",
    "entrez_id",
    "chromosome",
    "start",
    "stop",
    "reference_bases",
    "variant_bases",
    "reference_build",
    "hgvs_descriptions",
    "allele_registry_id",
    "clinvar_ids",
    "ncit_id",
    "vicc_compliant_name",
)
_CATEGORIES: Final = {
    "Gene": Category.SEQUENCE_VARIANT,
    "Fusion": Category.SEQUENCE_VARIANT,
    "Factor": Category.GENOMIC_ENTITY,
}
_LOCI: Final = {
    "GRCh37": (Attribute.LOCUS_GRCH37, Attribute.REGION_GRCH37),
    "GRCh38": (Attribute.LOCUS_GRCH38, Attribute.REGION_GRCH38),
}
_BASES: Final = re.compile(r"[ACGT]+")
_HGVS: Final = re.compile(r"[A-Z]+_?\d+(?:\.\d+)?:[cgmnpr]\.\S+")
_REGISTRY_ID: Final = re.compile(r"CA\d+")
_CHROMOSOME: Final = re.compile(r"[1-9]|1\d|2[0-2]|X|Y|MT")
_THERAPY: Final = re.compile(r"[|&](?P<name>[^|&]+?) \(NCIt ID (?P<ncit>C\d+)\)")
_VCF_WIDTH: Final = 8
_VCF_BUILD: Final = "GRCh37"
"""CIViC's VCF names GRCh37-lite in its header and holds no other assembly."""


def read_variants(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants with their gene or other feature, groups, ClinVar records and places."""
    unique = Unique(file, context)
    for row in context.records(file.rows(_COLUMNS)):
        variant = civic_id(file, row, "variant_id", "variant")
        if unique.repeats(variant, row):
            continue
        name = f"{row['feature_name']} {row['variant']}"
        synonyms = (row["variant"], row["vicc_compliant_name"], *items(row["variant_aliases"]))
        yield Entity(
            variant,
            chosen(file, row, "feature_type", _CATEGORIES),
            name,
            tuple(synonyms),
            tuple(_attributes(file, context, row)),
        )
        yield from _feature(file, context, row, variant, name)
        yield from _groups(file, context, row, variant)
        yield from _matches(file, row, variant)


def read_positions(file: SourceFile, context: Context) -> Iterator[Item]:
    """Places of variants on GRCh37 with the base before an insertion or deletion; therapies' NCIt ids are taught."""
    links = context.shared(Links)
    for line, text in context.records(_vcf_lines(file)):
        fields = text.split("\t")
        if len(fields) < _VCF_WIDTH or not (fields[2].isascii() and fields[2].isdigit()):
            raise file.error(line, "is no row of CIViC's VCF (eight columns, the third a CIViC variant id)")
        for match in _THERAPY.finditer(fields[7]):
            links.ncit[match["name"]] = Reference("NCIT", match["ncit"])
            context.teach()
        variant = civic("variant", fields[2])
        locus = _locus(_VCF_BUILD, fields[0], fields[1], fields[3], fields[4])
        if variant not in links.variants:
            context.left_out.add("variant of evidence that was submitted and not accepted", variant.curie)
        elif locus is None:
            reason = "place whose alleles are not aligned to the left, or not spelled out"
            context.left_out.add(reason, f"{variant} {fields[3]}>{fields[4]}")
        else:
            yield Entity(variant, Category.SEQUENCE_VARIANT, links.variants[variant], attributes=(locus,))


def is_normal(ref: str, alt: str) -> bool:
    """Whether alleles of VCF are as short and as far left as can be (doi:10.1093/bioinformatics/btv112).

    >>> is_normal("GT", "G"), is_normal("TG", "G"), is_normal("CA", "AT"), is_normal("ACC", "ATT")
    (True, False, True, False)
    """
    return ref[-1] != alt[-1] and (ref[0] != alt[0] or min(len(ref), len(alt)) == 1)


def _attributes(file: SourceFile, context: Context, row: Row) -> Iterator[tuple[Attribute, Value]]:
    for hgvs in items(row["hgvs_descriptions"]):
        if _HGVS.fullmatch(hgvs):
            yield Attribute.HGVS, hgvs
        else:
            context.left_out.add("text in the column of HGVS that is none", hgvs)
    if _REGISTRY_ID.fullmatch(row["allele_registry_id"]):
        yield Attribute.ALLELE_REGISTRY_ID, row["allele_registry_id"]
    for term in items(row["variant_types"]):
        yield Attribute.VARIANT_TYPE, term
    yield from _place(file, context, row)


def _place(file: SourceFile, context: Context, row: Row) -> Iterator[tuple[Attribute, Value]]:
    """The place, where chromosome, start, stop and assembly are all there: a locus for a substitution, else a region."""
    chromosome, start, stop, build = row["chromosome"], row["start"], row["stop"], row["reference_build"]
    if build not in ("", *_LOCI):
        raise file.error(row.line, f"column reference_build holds {build!r}; known are {', '.join(_LOCI)}")
    if start and not (start.isdigit() and stop.isdigit()):
        raise file.error(row.line, f"columns start and stop hold {start!r} and {stop!r}, which are no positions")
    if not (chromosome and start and build):
        if chromosome or start:
            context.left_out.add("place without its chromosome, position or assembly", row["variant_id"])
        return
    ref, alt = row["reference_bases"], row["variant_bases"]
    if len(ref) == len(alt) and (locus := _locus(build, chromosome, start, ref, alt)):
        yield locus
    elif _CHROMOSOME.fullmatch(chromosome):
        yield _LOCI[build][1], f"{chromosome}-{start}-{stop}"


def _locus(build: str, chromosome: str, position: str, ref: str, alt: str) -> tuple[Attribute, Value] | None:
    spelled = _CHROMOSOME.fullmatch(chromosome) and _BASES.fullmatch(ref) and _BASES.fullmatch(alt)
    if not spelled or not is_normal(ref, alt):
        return None
    return _LOCI[build][0], f"{chromosome}-{position}-{ref}-{alt}"


def _feature(file: SourceFile, context: Context, row: Row, variant: Reference, name: str) -> Iterator[Item]:
    """What the variant is a variant of: its gene, or the fusion; it is a state of a factor."""
    links = context.shared(Links)
    feature = civic_id(file, row, "feature_id", "feature")
    predicate = Predicate.IS_SEQUENCE_VARIANT_OF
    ncbi = identifier(file, row, "entrez_id", "NCBIGene")
    if ncbi is not None:
        yield from gene(context, ncbi, row["feature_name"])
        feature = known_gene(context, ncbi)
    elif feature not in links.features:
        reason = "feature without a row in the table of features (kept, named by its variant)"
        context.unresolved.add(reason, f"{feature} {row['feature_name']}")
        yield Entity(feature, Category.GENOMIC_ENTITY, row["feature_name"])
    if row["feature_type"] == "Factor":
        predicate = Predicate.ASSOCIATED_WITH
    links.variants[variant], links.feature_of[variant] = name, feature
    yield Association(variant, predicate, feature, file.evidence(variant.curie))


def _groups(file: SourceFile, context: Context, row: Row, variant: Reference) -> Iterator[Item]:
    for name in items(row["variant_groups"]):
        group = context.shared(Links).groups.get(name)
        if group is None:
            context.unresolved.add("group of variants without a row in the table of groups", name)
        else:
            yield Association(variant, Predicate.MEMBER_OF, group, file.evidence(variant.curie))


def _matches(file: SourceFile, row: Row, variant: Reference) -> Iterator[Item]:
    """ClinVar records and the NCIt concept: close, since one CIViC variant may cover several changes of DNA."""
    others = {Reference.find(f"ClinVar:{one}"): Category.SEQUENCE_VARIANT for one in items(row["clinvar_ids"])}
    if None in others:
        raise file.error(
            row.line, f"column clinvar_ids holds {row['clinvar_ids']!r}, which are no ClinVar variation ids"
        )
    others[identifier(file, row, "ncit_id", "NCIT")] = _CATEGORIES[row["feature_type"]]
    for other, category in others.items():
        if other is None:
            continue
        yield Entity(other, category, f"{other.prefix} {other.identifier}")
        evidence = file.evidence(variant.curie, agent_type=AgentType.NOT_PROVIDED)
        justification = ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),)
        yield Association(variant, Predicate.CLOSE_MATCH, other, evidence, justification)


def _vcf_lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Numbered lines of the body; the header must be that of a VCF."""
    header = False
    for number, line in file.lines():
        if line.startswith("#CHROM"):
            header = True
        elif line and not line.startswith("#"):
            if not header:
                raise file.error(number, "comes before the #CHROM line: this is no VCF")
            yield number, line
    if not header:
        raise file.error(None, "has no #CHROM line: this is no VCF")
