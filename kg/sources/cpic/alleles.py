"""Defining variants and star alleles: ``variant-table.csv`` and ``allele-table.csv`` of pypgx."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import Association, Entity
from kg.sources.cpic.fields import MISSING, rows
from kg.sources.cpic.names import KnownAlleles, allele, allele_entity
from kg.sources.genes import find_gene
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

ASSEMBLIES: Final = ("GRCh37", "GRCh38")

LEFT_ALIGNED: Final = {  # GRCh37 and GRCh38, as the table writes them: as a normalised VCF does
    "10-96701967-GAAAGAAATGG-G": "10-96701962-CAATGGAAAGA-C",
    "10-94942210-GAAAGAAATGG-G": "10-94942205-CAATGGAAAGA-C",
    "X-153760272-CTTC-C": "X-153760270-CTCT-C",
    "X-154532057-CTTC-C": "X-154532055-CTCT-C",
    "X-153761229-TGGGGTCGTCCAGGTACCCTTTGGT-T": "X-153761227-CGTGGGGTCGTCCAGGTACCCTTTG-C",
    "X-154533014-TGGGGTCGTCCAGGTACCCTTTGGT-T": "X-154533012-CGTGGGGTCGTCCAGGTACCCTTTG-C",
    "X-153762290-CAGTGCC-C": "X-153762289-TCAGTGC-T",
    "X-154534075-CAGTGCC-C": "X-154534074-TCAGTGC-T",
    "X-153762633-GGAG-G": "X-153762629-GGGA-G",
    "X-154534418-GGAG-G": "X-154534414-GGGA-G",
    "X-153763584-TTCT-T": "X-153763582-GCTT-G",
    "X-154535369-TTCT-T": "X-154535367-GCTT-G",
    "X-153774261-ATGATGATGA-ATGATGA": "X-153774260-CATG-C",
    "X-154546046-ATGATGATGA-ATGATGA": "X-154546045-CATG-C",
}
"""Deletions of CYP2C9 *25 and six G6PD alleles that ``variant-table.csv`` does not align to the left, so that no VCF has
them where the table says. The GRCh38 forms are those of the positions file of PharmCAT 3.1.1; both assemblies have the
same bases there."""


@dataclass(slots=True)
class _KnownVariants:
    """Variants by assembly and name, as the variant table tells them to the allele table."""

    references: dict[tuple[str, str], Reference] = field(default_factory=dict)


def read_variants(file: SourceFile, context: Context) -> Iterator[Item]:
    """Defining variants with their loci on both assemblies and rsIDs, from ``variant-table.csv``."""
    columns = ("Gene", "GRCh37Name", "GRCh38Name", "rsID", "GRCh37Allele", "GRCh38Allele", "Impact")
    known = context.shared(_KnownVariants).references
    seen: set[tuple[str, str, str]] = set()
    for row in context.records(rows(file, columns)):
        names = {assembly: row[f"{assembly}Name"] for assembly in ASSEMBLIES}
        keys = {(row["Gene"], assembly, name) for assembly, name in names.items()}
        if keys & seen:
            raise file.error(row.line, f"holds a variant of {row['Gene']} a second time: {', '.join(names.values())}")
        seen |= keys
        rsid = Reference.find(f"dbSNP:{row['rsID']}")
        loci = {assembly: _as_vcf(name) for assembly, name in names.items()}
        if row["GRCh37Allele"] == row["GRCh38Allele"]:
            variants = {Reference.mint("variant", "GRCh38", loci["GRCh38"]): loci}
        else:  # the assemblies' own bases differ, so the two names are two alleles of one site
            variants = {Reference.mint("variant", name, locus): {name: locus} for name, locus in loci.items()}
        if rsid is not None:
            yield Entity(rsid, Category.SEQUENCE_VARIANT, rsid.identifier)
        for variant, own in variants.items():
            yield _variant(row, variant, own)
            if rsid is not None:
                yield Association(variant, Predicate.CLOSE_MATCH, rsid, file.evidence(row.line))
            for assembly in own:
                known[assembly, names[assembly]] = variant


def read_alleles(file: SourceFile, context: Context) -> Iterator[Item]:
    """Star alleles with function, activity value and defining variants, from ``allele-table.csv``.

    Tag variants (linked, not defining) are left out. ``gene-table.csv`` names each gene's reference allele.
    """
    references = {row["Gene"]: row["RefAllele"] for row in rows(file.beside("gene-table.csv"), ("Gene", "RefAllele"))}
    known = context.shared(KnownAlleles)
    columns = ("Gene", "StarAllele", "ActivityScore", "Function", "GRCh37Core", "GRCh38Core", "SV")
    for row in context.records(rows(file, columns)):
        gene = find_gene(context, row["Gene"])
        if gene is None:
            continue
        name = row["StarAllele"]
        known.add(row["Gene"], name)
        is_reference = references.get(row["Gene"]) == name
        yield allele_entity(row["Gene"], gene, name, structural=row["SV"] == "TRUE", is_reference=is_reference)
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.ALLELE_FUNCTION, row["Function"])]
        if row["ActivityScore"] not in MISSING:
            qualifiers.append((Qualifier.ACTIVITY_SCORE, row["ActivityScore"]))
        haplotype = allele(row["Gene"], name)
        yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, file.evidence(row.line), tuple(qualifiers))
        yield from _parts(file, row, haplotype, context)


def _parts(file: SourceFile, row: Row, haplotype: Reference, context: Context) -> Iterator[Association]:
    for assembly in ASSEMBLIES:
        for locus in row[f"{assembly}Core"].split(","):
            if locus in MISSING:
                continue
            variant = context.shared(_KnownVariants).references.get((assembly, locus))
            if variant is None:
                raise file.error(row.line, f"names the variant {locus}, which variant-table.csv does not have")
            yield Association(
                haplotype, Predicate.HAS_PART, variant, file.evidence(row.line), ((Qualifier.ASSEMBLY, assembly),)
            )


def _variant(row: Row, variant: Reference, loci: dict[str, str]) -> Entity:
    attributes: list[tuple[Attribute, Value]] = [
        (Attribute(f"locus_{assembly}"), locus) for assembly, locus in loci.items()
    ]
    if row["Impact"] not in MISSING:
        attributes.append((Attribute.IMPACT, row["Impact"]))
    name = row["rsID"] if row["rsID"] not in MISSING else variant.minted_name.split("/", 1)[1]
    return Entity(variant, Category.SEQUENCE_VARIANT, f"{row['Gene']} {name}", attributes=tuple(attributes))


def _as_vcf(name: str) -> str:
    """A variant of the table as a normalised VCF writes it; the mitochondrion is ``MT``, as in all loci of the graph."""
    return re.sub("^M-", "MT-", LEFT_ALIGNED.get(name, name))
