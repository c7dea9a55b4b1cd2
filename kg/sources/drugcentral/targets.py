"""Human targets of drugs, with what was measured there: ``drug.target.interaction``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.model import Association
from kg.sources.drugcentral.drugs import drug_number, drug_of, own_entity
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = (
    "DRUG_NAME",
    "STRUCT_ID",
    "TARGET_NAME",
    "GENE",
    "ACT_VALUE",
    "ACT_UNIT",
    "ACT_TYPE",
    "ACT_SOURCE_URL",
    "RELATION",
    "MOA",
    "MOA_SOURCE_URL",
    "ACTION_TYPE",
    "ORGANISM",
)
_HUMAN: Final = "Homo sapiens"
_RELATIONS: Final = frozenset({"", "=", "<", "<=", ">", ">=", "~"})
_PUBMED: Final = re.compile(r"ncbi\.nlm\.nih\.gov/pubmed/(\d+)|pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")


def read_targets(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs and the human genes whose products they act on; each gene of a target of several is stated with its name."""
    for row in context.records(file.rows(_COLUMNS, quoted=True)):
        number = drug_number(file, row, "STRUCT_ID")
        qualifiers = _qualifiers(file, row)
        if row["ORGANISM"] != _HUMAN:
            context.left_out.add("target that is not of a human", f"{row['TARGET_NAME']} ({row['ORGANISM']})")
            continue
        genes = _genes(row, context)
        if not genes:
            continue
        drug = drug_of(context, number, row["DRUG_NAME"])
        yield from own_entity(drug, number, row["DRUG_NAME"])
        evidence = file.evidence(row.line, publications=_publications(row))
        for gene in genes:
            yield Association(drug, Predicate.PHYSICALLY_INTERACTS_WITH, gene, evidence, qualifiers)


def _genes(row: Row, context: Context) -> list[Reference]:
    symbols = [symbol for symbol in dict.fromkeys(row["GENE"].split("|")) if symbol]
    if not symbols:
        context.left_out.add("human target without a gene", row["TARGET_NAME"])
    genes = []
    for symbol in symbols:
        found = context.resolver.genes.by_name(symbol)
        if found.reference is None:
            context.unresolved.add(f"gene symbol {(found.problem or 'unknown').partition(':')[0]}", symbol)
        else:
            genes.append(found.reference)
    return genes


def _qualifiers(file: SourceFile, row: Row) -> tuple[tuple[Qualifier, str], ...]:
    if row["MOA"] not in {"", "1"}:
        raise file.error(row.line, f"column MOA holds {row['MOA']!r}; known are 1 and nothing")
    values = {
        Qualifier.ACTION_TYPE: row["ACTION_TYPE"],
        Qualifier.ACTIVITY_TYPE: row["ACT_TYPE"],
        Qualifier.ACTIVITY_VALUE: _activity(file, row),
        Qualifier.MECHANISM_OF_ACTION: "true" if row["MOA"] else "",
        Qualifier.TARGET_COMPLEX: row["TARGET_NAME"] if "|" in row["GENE"] else "",
    }
    return tuple((name, value) for name, value in values.items() if value)


def _activity(file: SourceFile, row: Row) -> str:
    """The value, whose unit is -log M, with its relation where it is not an equality."""
    value, relation = row["ACT_VALUE"], row["RELATION"]
    if row["ACT_UNIT"]:
        raise file.error(row.line, f"column ACT_UNIT holds {row['ACT_UNIT']!r}; it is known empty, for -log M")
    if relation not in _RELATIONS:
        raise file.error(row.line, f"column RELATION holds {relation!r}; known are {' '.join(sorted(_RELATIONS))}")
    if value and not re.fullmatch(r"-?\d+(\.\d+)?(E-?\d+)?", value, re.ASCII):
        raise file.error(row.line, f"column ACT_VALUE holds {value!r}, which is no number")
    return f"{relation}{value}" if value and relation not in {"", "="} else value


def _publications(row: Row) -> list[Reference]:
    urls = f"{row['ACT_SOURCE_URL']} {row['MOA_SOURCE_URL']}"
    return [Reference("PMID", found[1] or found[2]) for found in _PUBMED.finditer(urls)]
