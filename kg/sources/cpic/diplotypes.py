"""Diplotypes and their phenotypes: CPIC's own table, and the tables of pypgx.

CPIC's table is the answer of https://api.cpicpgx.org/v1/diplotype: its rows as the API gives them (an array of objects with
the columns of ``API_COLUMNS``), or gathered in one JSON object by gene and diplotype.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, KnowledgeLevel
from kg.sources.cpic.fields import MISSING, rows
from kg.sources.cpic.names import (
    KnownAlleles,
    allele,
    allele_entity,
    allele_names,
    gene_phenotype,
    genotype,
    genotype_entity,
    phenotype_entity,
    plain_number,
    plain_score,
    score_in_range,
    split_diplotype,
)
from kg.sources.genes import find_gene
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Evidence
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

API_RECORD: Final = "diplotype/"
"""How a record of CPIC's own table begins; gene and diplotype follow."""
API_COLUMNS: Final = ("genesymbol", "diplotype", "generesult", "totalactivityscore")
"""Columns of the API's table that are read."""


def read_cpic_diplotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Every diplotype of CPIC's own table with its phenotype and activity score, and its alleles."""
    known = context.shared(KnownAlleles)
    genes: dict[str, Reference | None] = {}
    for symbol, text, phenotype, score in context.records(_cpic_diplotypes(file)):
        if symbol not in genes:
            genes[symbol] = find_gene(context, symbol)
        gene = genes[symbol]
        if gene is None:
            context.unresolved.add("gene symbol unknown", symbol)
            continue
        for name in allele_names(text):
            if name not in known.names.get(symbol, ()):
                known.add(symbol, name)
                yield allele_entity(symbol, gene, name, structural=False, is_reference=False)
        yield phenotype_entity(symbol, gene, phenotype)
        evidence = file.evidence(f"{API_RECORD}{symbol}/{text}")
        yield from diplotype_items(symbol, gene, text, phenotype, plain_score(score), evidence)


def read_phenotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """The phenotypes that each gene can have, from ``phenotype-table.csv``."""
    for row in context.records(rows(file, ("Gene", "Phenotype"))):
        gene = find_gene(context, row["Gene"])
        if gene is not None:
            yield phenotype_entity(row["Gene"], gene, row["Phenotype"])


def read_diplotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diplotypes with their phenotype and alleles, from ``diplotype-table.csv``."""
    for row in context.records(rows(file, ("Gene", "Diplotype", "Phenotype"))):
        gene = find_gene(context, row["Gene"])
        if gene is None:
            continue
        try:
            names = split_diplotype(row["Diplotype"])
        except ValueError as error:
            raise file.error(row.line, str(error)) from error
        yield phenotype_entity(row["Gene"], gene, row["Phenotype"])
        evidence = file.evidence(row.line)
        yield from diplotype_items(row["Gene"], gene, "/".join(names), row["Phenotype"], None, evidence)


def read_scored_diplotypes(file: SourceFile, context: Context) -> Iterator[Item]:
    """Diplotypes of the genes that CPIC scores by activity, entailed by ``equation-table.csv`` and the alleles' values."""
    ranges: dict[str, list[Row]] = {}
    for row in rows(file, ("Gene", "Phenotype", "Equation")):
        ranges.setdefault(row["Gene"], []).append(row)
    for symbol, fields in context.records(ranges.items(), size=lambda item: len(item[1])):
        gene = find_gene(context, symbol)
        if gene is None:
            continue
        for row in fields:
            yield phenotype_entity(symbol, gene, row["Phenotype"])
        values = _activity_values(file, symbol)
        for first, second in combinations_with_replacement(values, 2):
            yield from _scored(file, symbol, gene, fields, (first, second), values[first] + values[second])


def diplotype_items(
    symbol: str, gene: Reference, diplotype: str, phenotype: str, score: str | None, evidence: tuple[Evidence]
) -> Iterator[Item]:
    """A diplotype with its phenotype and its alleles; the phenotype and the alleles are declared elsewhere."""
    reference = genotype(symbol, diplotype)
    yield genotype_entity(symbol, gene, diplotype)
    qualifiers = () if score is None else ((Qualifier.ACTIVITY_SCORE, score),)
    yield Association(reference, Predicate.HAS_PHENOTYPE, gene_phenotype(symbol, phenotype), evidence, qualifiers)
    for name in sorted(set(allele_names(diplotype))):
        yield Association(reference, Predicate.HAS_PART, allele(symbol, name), evidence)


def _cpic_diplotypes(file: SourceFile) -> Iterator[tuple[str, str, str, str]]:
    """Gene, diplotype, phenotype and activity score of each record.

    Raises:
        SourceError: the file is not shaped so, or states one diplotype in both orders of its alleles.
    """
    document = file.json()
    genes = _by_gene(file, document) if isinstance(document, list) else None
    if isinstance(document, dict):
        genes = document.get("genes")
    if not isinstance(genes, dict):
        raise file.error(None, "lacks the object 'genes' (gene to diplotype to phenotype and activity score)")
    for symbol, stated in genes.items():
        if not isinstance(stated, dict):
            raise file.error(None, f"holds no diplotypes but {stated!r} for {symbol}")
        seen: set[tuple[str, ...]] = set()
        for text, assigned in stated.items():
            pair = tuple(sorted(allele_names(text)))
            if not all(pair) or len(pair) > 2:
                raise file.error(None, f"names {text!r} of {symbol}, which is no diplotype")
            if pair in seen:
                raise file.error(None, f"states {symbol} {text} in both orders of its alleles")
            seen.add(pair)
            match assigned:
                case [str(phenotype), str(score)]:
                    yield symbol, text, phenotype, score
                case _:
                    raise file.error(None, f"gives {symbol} {text} {assigned!r}, not a phenotype and a score")


def _by_gene(file: SourceFile, rows: list[object]) -> dict[str, dict[str, list[object]]]:
    """The API's rows as the gathered form has them."""
    genes: dict[str, dict[str, list[object]]] = {}
    for number, row in enumerate(rows, start=1):
        fields = [row.get(column) for column in API_COLUMNS] if isinstance(row, dict) else []
        match fields:
            case [str(symbol), str(diplotype), phenotype, score]:
                stated = genes.setdefault(symbol, {})
                if diplotype in stated:
                    raise file.error(None, f"row {number} repeats {symbol} {diplotype}; fetch the file again")
                stated[diplotype] = [phenotype, score]
            case _:
                raise file.error(None, f"row {number} lacks one of {', '.join(API_COLUMNS)}")
    return genes


def _scored(
    file: SourceFile, symbol: str, gene: Reference, ranges: list[Row], names: tuple[str, str], score: Decimal
) -> Iterator[Item]:
    fitting = [row for row in ranges if _in_range(file, row, score)]
    if len(fitting) != 1:
        raise file.error(None, f"has {len(fitting)} phenotypes for {symbol} activity score {score}")
    evidence = file.evidence(
        fitting[0].line,
        knowledge_level=KnowledgeLevel.LOGICAL_ENTAILMENT,
        agent_type=AgentType.AUTOMATED_AGENT,
    )
    yield from diplotype_items(symbol, gene, "/".join(names), fitting[0]["Phenotype"], plain_number(score), evidence)


def _activity_values(file: SourceFile, symbol: str) -> dict[str, Decimal]:
    """Alleles of a gene that have an activity value, from the allele table beside ``file``."""
    values = {}
    for row in rows(file.beside("allele-table.csv"), ("Gene", "StarAllele", "ActivityScore")):
        if row["Gene"] == symbol and row["ActivityScore"] not in MISSING:
            try:
                values[row["StarAllele"]] = Decimal(row["ActivityScore"])
            except InvalidOperation as error:
                raise file.error(row.line, f"has the activity value {row['ActivityScore']!r}, no number") from error
    return values


def _in_range(file: SourceFile, row: Row, score: Decimal) -> bool:
    try:
        return score_in_range(score, row["Equation"])
    except ValueError as error:
        raise file.error(row.line, str(error)) from error
