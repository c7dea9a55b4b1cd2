"""CPIC content as pypgx tabulates it: gene-drug pairs, star alleles, diplotypes, phenotypes and recommendations.

The tables are read from the pypgx wheel (MIT; the content is CPIC's, CC0, and PharmVar's); their columns are described
at https://pypgx.readthedocs.io/en/latest/. Phenotypes of the genes that CPIC scores by activity (CYP2C9, CYP2D6, DPYD)
follow from the alleles' activity values and the table of score ranges; such diplotypes are logical entailments.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

from kg.levels import CpicLevel
from kg.model import AgentType, Association, Entity, KnowledgeLevel
from kg.source import Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence, Value
    from kg.source import Item, Row, SourceFile

ASSEMBLIES: Final = ("GRCh37", "GRCh38")
MISSING: Final = frozenset({"", "N/A", "None"})
NO_RESULT: Final = "No Result"
"""CPIC's word for a gene of a two-gene recommendation that was not determined."""

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

_SCORE_RANGE: Final = re.compile(r"^(?P<low>[\d.]+) (?P<sign><=|==) score(?: < (?P<high>[\d.]+))?$")


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


def read_pairs(file: SourceFile, context: Context) -> Iterator[Item]:
    """Gene-drug pairs with CPIC level, guideline and PMIDs, from ``cpic-table.csv``; and the drugs."""
    columns = ("Gene", "Drug", "RxNorm", "Guideline", "CPICLevel", "CPICLevelStatus", "FDALabel", "PMID")
    for row in _rows(file, columns):
        gene, drug = _gene(context, row["Gene"]), _drug(context, row)
        if gene is None or drug is None:
            continue
        yield Entity(drug, Category.DRUG, row["Drug"])
        try:
            level = CpicLevel(row["CPICLevel"])
        except ValueError as error:
            raise file.error(row.line, f"has an unknown CPIC level {row['CPICLevel']!r}") from error
        named = (
            (Qualifier.GUIDELINE, row["Guideline"]),
            (Qualifier.STATUS, row["CPICLevelStatus"]),
            (Qualifier.TESTING_LEVEL, row["FDALabel"]),
        )
        qualifiers = tuple((name, text) for name, text in named if text not in MISSING)
        evidence = file.evidence(row.line, level=level, publications=_pmids(row["PMID"]))
        yield Association(gene, Predicate.AFFECTS, drug, evidence, qualifiers)


def read_variants(file: SourceFile, context: Context) -> Iterator[Item]:
    """Defining variants with their loci on both assemblies and rsIDs, from ``variant-table.csv``."""
    for row in _rows(file, ("Gene", "GRCh37Name", "GRCh38Name", "rsID", "GRCh37Allele", "GRCh38Allele", "Impact")):
        rsid = Reference.find(f"dbSNP:{row['rsID']}")
        names = {assembly: row[f"{assembly}Name"] for assembly in ASSEMBLIES}
        loci = {assembly: LEFT_ALIGNED.get(name, name) for assembly, name in names.items()}
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
                context.resolver.variants.add(variant, f"{assembly} {names[assembly]}")


def read_alleles(file: SourceFile, context: Context) -> Iterator[Item]:
    """Star alleles with function, activity value and defining variants, from ``allele-table.csv``.

    Tag variants (linked, not defining) are left out. ``gene-table.csv`` names each gene's reference allele.
    """
    references = {row["Gene"]: row["RefAllele"] for row in _rows(file.beside("gene-table.csv"), ("Gene", "RefAllele"))}
    for row in _rows(file, ("Gene", "StarAllele", "ActivityScore", "Function", "GRCh37Core", "GRCh38Core", "SV")):
        gene = _gene(context, row["Gene"])
        if gene is None:
            continue
        haplotype = allele(row["Gene"], row["StarAllele"])
        yield _haplotype(row, gene, haplotype, is_reference=references.get(row["Gene"]) == row["StarAllele"])
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.ALLELE_FUNCTION, row["Function"])]
        if row["ActivityScore"] not in MISSING:
            qualifiers.append((Qualifier.ACTIVITY_SCORE, row["ActivityScore"]))
        yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, file.evidence(row.line), tuple(qualifiers))
        for assembly in ASSEMBLIES:
            for locus in row[f"{assembly}Core"].split(","):
                if locus in MISSING:
                    continue
                variant = context.resolver.variants.by_name(f"{assembly} {locus}").reference
                if variant is None:
                    raise file.error(row.line, f"names the variant {locus}, which variant-table.csv does not have")
                yield Association(
                    haplotype, Predicate.HAS_PART, variant, file.evidence(row.line), ((Qualifier.ASSEMBLY, assembly),)
                )


def read_phenotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """The phenotypes that each gene can have, from ``phenotype-table.csv``."""
    for row in _rows(file, ("Gene", "Phenotype")):
        gene = _gene(context, row["Gene"])
        if gene is not None:
            yield _phenotype(row["Gene"], row["Phenotype"], gene)


def read_diplotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diplotypes with their phenotype and alleles, from ``diplotype-table.csv``."""
    for row in _rows(file, ("Gene", "Diplotype", "Phenotype")):
        gene = _gene(context, row["Gene"])
        if gene is None:
            continue
        try:
            names = split_diplotype(row["Diplotype"])
        except ValueError as error:
            raise file.error(row.line, str(error)) from error
        evidence = file.evidence(row.line)
        yield _phenotype(row["Gene"], row["Phenotype"], gene)
        yield from _diplotype(row["Gene"], gene, names, row["Phenotype"], evidence)


def read_scored_diplotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diplotypes of the genes that CPIC scores by activity, entailed by ``equation-table.csv`` and the alleles' values."""
    ranges: dict[str, list[Row]] = {}
    for row in _rows(file, ("Gene", "Phenotype", "Equation")):
        ranges.setdefault(row["Gene"], []).append(row)
    for symbol, rows in ranges.items():
        gene = _gene(context, symbol)
        if gene is None:
            continue
        for row in rows:
            yield _phenotype(symbol, row["Phenotype"], gene)
        values = _activity_values(file, symbol)
        for first, second in combinations_with_replacement(values, 2):
            score = values[first] + values[second]
            fitting = [row for row in rows if _in_range(file, row, score)]
            if len(fitting) != 1:
                raise file.error(None, f"has {len(fitting)} phenotypes for {symbol} activity score {score}")
            evidence = file.evidence(
                fitting[0].line,
                knowledge_level=KnowledgeLevel.LOGICAL_ENTAILMENT,
                agent_type=AgentType.AUTOMATED_AGENT,
            )
            yield from _diplotype(symbol, gene, (first, second), fitting[0]["Phenotype"], evidence, score)


def read_recommendations(file: SourceFile, context: Context) -> Iterator[Item]:
    """What CPIC recommends for a drug and one or two gene phenotypes, from ``recommendation-table.csv``.

    A recommendation for two genes is stated from each of its phenotypes, the other one as ``companion``; the table
    writes ``None`` for a gene that was not determined, which is the companion ``No Result`` here.
    """
    pairs = _guidelines(file)
    columns = ("Drug", "Gene1", "Phenotype1", "Gene2", "Phenotype2", "Recommendation")
    for row in _rows(file, columns):
        if row["Recommendation"] in MISSING:
            context.left_out.add("the table gives no text for this drug and phenotype", f"{file.name}#L{row.line}")
            continue
        drug = context.resolver.drugs.by_name(row["Drug"]).reference
        if drug is None:
            context.unresolved.add("drug of a recommendation that no gene-drug pair names", row["Drug"])
            continue
        conditions = [
            (row[f"Gene{n}"], NO_RESULT if row[f"Phenotype{n}"] in MISSING else row[f"Phenotype{n}"])
            for n in (1, 2)
            if row[f"Gene{n}"] not in MISSING
        ]
        genes = [_gene(context, symbol) for symbol, _ in conditions]
        for (symbol, phenotype), gene in zip(conditions, genes, strict=True):
            if gene is not None:
                yield _phenotype(symbol, phenotype, gene)
        if None not in genes:
            yield from _recommendation(file, row, drug, conditions, pairs)


def split_diplotype(text: str) -> tuple[str, str]:
    """The two allele names of a diplotype as CPIC writes it; allele names may hold slashes only in parentheses.

    >>> split_diplotype("Reference/c.1905+1G>A (*2A)")
    ('Reference', 'c.1905+1G>A (*2A)')

    Raises:
        ValueError: there are not exactly two names.
    """
    depth, cuts = 0, []
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "/" and depth == 0:
            cuts.append(index)
    if len(cuts) != 1:
        raise ValueError(f"{text!r} is no diplotype: write two allele names with one slash between them")
    return text[: cuts[0]].strip(), text[cuts[0] + 1 :].strip()


def _recommendation(
    file: SourceFile,
    row: Row,
    drug: Reference,
    conditions: list[tuple[str, str]],
    pairs: dict[tuple[str, str], Row],
) -> Iterator[Association]:
    guidelines = [pairs[key] for symbol, _ in conditions if (key := (symbol, row["Drug"])) in pairs]
    levels = [CpicLevel(pair["CPICLevel"]) for pair in guidelines]
    evidence = file.evidence(
        row.line,
        level=min(levels, key=list(CpicLevel).index, default=None),
        publications=[pmid for pair in guidelines for pmid in _pmids(pair["PMID"])],
    )
    urls = sorted({pair["Guideline"] for pair in guidelines if pair["Guideline"] not in MISSING})
    for condition in conditions:
        if condition[1] == NO_RESULT:
            continue
        qualifiers: list[tuple[Qualifier, Value]] = [(Qualifier.RECOMMENDATION, row["Recommendation"])]
        qualifiers += [(Qualifier.COMPANION, gene_phenotype(*other)) for other in conditions if other != condition]
        qualifiers += [(Qualifier.GUIDELINE, url) for url in urls]
        yield Association(gene_phenotype(*condition), Predicate.AFFECTS, drug, evidence, tuple(qualifiers))


def _diplotype(
    symbol: str,
    gene: Reference,
    names: tuple[str, str],
    phenotype: str,
    evidence: tuple[Evidence],
    score: Decimal | None = None,
) -> Iterator[Item]:
    diplotype = "/".join(names)
    reference = genotype(symbol, diplotype)
    yield Entity(reference, Category.GENOTYPE, f"{symbol} {diplotype}", attributes=((Attribute.GENE, gene),))
    qualifiers = () if score is None else ((Qualifier.ACTIVITY_SCORE, f"{score.normalize():f}"),)
    yield Association(reference, Predicate.HAS_PHENOTYPE, gene_phenotype(symbol, phenotype), evidence, qualifiers)
    for name in sorted(set(names)):
        yield Association(reference, Predicate.HAS_PART, allele(symbol, name), evidence)


def _phenotype(symbol: str, phenotype: str, gene: Reference) -> Entity:
    return Entity(
        gene_phenotype(symbol, phenotype),
        Category.PHENOTYPIC_FEATURE,
        f"{symbol} {phenotype}",
        attributes=((Attribute.GENE, gene),),
    )


def _haplotype(row: Row, gene: Reference, haplotype: Reference, *, is_reference: bool) -> Entity:
    name = row["StarAllele"]
    attributes: list[tuple[Attribute, Value]] = [(Attribute.GENE, gene)]
    if row["SV"] == "TRUE":
        attributes.append((Attribute.STRUCTURAL, "true"))
    if is_reference:
        attributes.append((Attribute.REFERENCE_ALLELE, "true"))
    label = f"{row['Gene']}{name}" if name.startswith("*") else f"{row['Gene']} {name}"
    return Entity(haplotype, Category.HAPLOTYPE, label, attributes=tuple(attributes))


def _variant(row: Row, variant: Reference, loci: dict[str, str]) -> Entity:
    attributes: list[tuple[Attribute, Value]] = [
        (Attribute(f"locus_{assembly}"), locus) for assembly, locus in loci.items()
    ]
    if row["Impact"] not in MISSING:
        attributes.append((Attribute.IMPACT, row["Impact"]))
    name = row["rsID"] if row["rsID"] not in MISSING else variant.minted_name.split("/", 1)[1]
    return Entity(variant, Category.SEQUENCE_VARIANT, f"{row['Gene']} {name}", attributes=tuple(attributes))


def _rows(file: SourceFile, columns: tuple[str, ...]) -> Iterator[Row]:
    return file.rows(columns, delimiter=",", quoted=True)


def _gene(context: Context, symbol: str) -> Reference | None:
    found = context.resolver.genes.by_name(symbol)
    if found.reference is None:
        context.unresolved.add(f"gene symbol {found.problem}", symbol)
    return found.reference


def _drug(context: Context, row: Row) -> Reference | None:
    """The drug of a pair: by its one RxNorm id, else by a name that a vocabulary of the build knows."""
    rxnorm = Reference.find(f"RXNORM:{row['RxNorm']}")
    found = context.resolver.drugs.by_name(row["Drug"]).reference
    if found is None and rxnorm is not None:
        found = context.resolver.drugs.by_identifier(rxnorm).reference or rxnorm
        context.resolver.drugs.add(found, row["Drug"])
    if found is None:
        context.unresolved.add("drug without an RxNorm id", row["Drug"])
    return found


def _pmids(text: str) -> list[Reference]:
    return [Reference.parse(f"PMID:{part.strip()}") for part in text.split(";") if part.strip() not in MISSING]


def _activity_values(file: SourceFile, symbol: str) -> dict[str, Decimal]:
    """Alleles of a gene that have an activity value, from the allele table beside ``file``."""
    values = {}
    for row in _rows(file.beside("allele-table.csv"), ("Gene", "StarAllele", "ActivityScore")):
        if row["Gene"] == symbol and row["ActivityScore"] not in MISSING:
            try:
                values[row["StarAllele"]] = Decimal(row["ActivityScore"])
            except InvalidOperation as error:
                raise file.error(row.line, f"has the activity value {row['ActivityScore']!r}, no number") from error
    return values


def _guidelines(file: SourceFile) -> dict[tuple[str, str], Row]:
    rows = _rows(file.beside("cpic-table.csv"), ("Gene", "Drug", "Guideline", "CPICLevel", "PMID"))
    return {(row["Gene"], row["Drug"]): row for row in rows}


def _in_range(file: SourceFile, row: Row, score: Decimal) -> bool:
    try:
        return score_in_range(score, row["Equation"])
    except ValueError as error:
        raise file.error(row.line, str(error)) from error


SOURCE: Final = Source(
    id="cpic",
    title="CPIC gene-drug pairs, alleles, phenotypes and recommendations (pypgx tables)",
    license="CC0-1.0 (CPIC content); MIT (pypgx tables)",
    license_url="https://cpicpgx.org/license/",
    homepage="https://cpicpgx.org",
    tables=(
        Table("cpic-table.csv", read_pairs),
        Table("variant-table.csv", read_variants),
        Table("allele-table.csv", read_alleles),
        Table("phenotype-table.csv", read_phenotypes),
        Table("diplotype-table.csv", read_diplotypes),
        Table("equation-table.csv", read_scored_diplotypes),
        Table("recommendation-table.csv", read_recommendations),
    ),
)
