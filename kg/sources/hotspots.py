"""Cancer Hotspots: residues that are mutated in tumours more often than expected (https://www.cancerhotspots.org).

Read is the table in which Genome Nexus joins Hotspots V2 (doi:10.1158/2159-8290.CD-17-0321) with 3D Hotspots
(doi:10.1186/s13073-016-0393-x).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity, KnowledgeLevel
from kg.source import Source, Table
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.model import Value
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = (
    "hugo_symbol",
    "residue",
    "cluster",
    "class",
    "variant_amino_acid",
    "q_value",
    "p_value",
    "tumor_count",
    "tumor_type_composition",
    "transcript_id",
    "type",
)
RELEASE: Final = "v2"
"""Newer copies of the table mix in hotspots of V3 and tell them by a column ``version``."""
V2_PAPER: Final = Reference("PMID", "29247016")
"""Chang et al. 2018, single residues, indels and splice sites in 24,592 tumours."""
V3D_PAPER: Final = Reference("PMID", "28115009")
"""Gao et al. 2017, clusters in protein structures, 11,119 tumours."""
_PAPERS: Final = {
    "single residue": V2_PAPER,
    "in-frame indel": V2_PAPER,
    "splice site": V2_PAPER,
    "3d": V3D_PAPER,
}
_CLASSES: Final = frozenset({"", "Hotspot", "Hotspot-linked", "Cluster-exclusive"})
_RESIDUE: Final = re.compile(r"[A-Z*]?\d+(-\d+)?")
_COMPOSITION: Final = re.compile(r"([^:|]+:\d+(\|[^:|]+:\d+)*)?")
_NUMBERS: Final = ("q_value", "p_value", "cluster")


def hotspot(gene: Reference, residue: str) -> Reference:
    """Reference of whatever changes a residue, or residues, of a gene's protein.

    >>> hotspot(Reference("HGNC", "7989"), "Q61").curie
    'GENOPATH:variant/HGNC:7989/Q61'
    """
    return Reference.mint("variant", gene.curie, residue)


def read_hotspots(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each row as a variant of its gene, with the counts and the test that make it a hotspot."""
    named: set[Reference] = set()
    seen: set[tuple[str, ...]] = set()
    for row in context.records(file.rows(_COLUMNS)):
        if row.fields.get("version", RELEASE) != RELEASE:
            context.left_out.add("hotspot of another release than the file's own", row["hugo_symbol"])
            continue
        _check(file, row)
        key = tuple(row[column] for column in ("hugo_symbol", "residue", "type", "cluster"))
        if key in seen:
            raise file.error(row.line, f"{' '.join(filter(None, key))} is there a second time")
        seen.add(key)
        gene = context.resolver.genes.by_name(row["hugo_symbol"])
        if gene.reference is None:
            reason = f"gene symbol {(gene.problem or 'unknown').partition(':')[0]}"
            context.unresolved.add(reason, row["hugo_symbol"])
            continue
        reference = hotspot(gene.reference, row["residue"])
        if reference not in named:
            named.add(reference)
            yield Entity(reference, Category.SEQUENCE_VARIANT, f"{row['hugo_symbol']} {row['residue']}")
        yield Association(
            reference,
            Predicate.IS_SEQUENCE_VARIANT_OF,
            gene.reference,
            file.evidence(
                row.line,
                publications=[_PAPERS[row["type"]]],
                knowledge_level=KnowledgeLevel.STATISTICAL_ASSOCIATION,
                agent_type=AgentType.DATA_ANALYSIS_PIPELINE,
            ),
            tuple(_qualifiers(row)),
        )


def _qualifiers(row: Row) -> Iterator[tuple[Qualifier, Value]]:
    """What the row tells; of its tumours it tests all together, so no tumour type is an object of its own."""
    for qualifier, column in (
        (Qualifier.HOTSPOT_TYPE, "type"),
        (Qualifier.HOTSPOT_CLASS, "class"),
        (Qualifier.P_VALUE, "p_value"),
        (Qualifier.Q_VALUE, "q_value"),
        (Qualifier.TRANSCRIPT, "transcript_id"),
        (Qualifier.TUMOR_COUNT, "tumor_count"),
        (Qualifier.TUMOR_TYPES, "tumor_type_composition"),
        (Qualifier.VARIANT_AMINO_ACIDS, "variant_amino_acid"),
    ):
        if row[column]:
            yield qualifier, row[column]
    if row["cluster"]:
        yield Qualifier.CLUSTER, row["cluster"].removesuffix(".0")


def _check(file: SourceFile, row: Row) -> None:
    for column, known in (("type", frozenset(_PAPERS)), ("class", _CLASSES)):
        if row[column] not in known:
            raise file.error(row.line, f"column {column} holds {row[column]!r}; known are {', '.join(sorted(known))}")
    for column, pattern in (("residue", _RESIDUE), ("tumor_type_composition", _COMPOSITION)):
        if not pattern.fullmatch(row[column]):
            raise file.error(row.line, f"column {column} holds {row[column]!r}, which is none")
    if not (row["tumor_count"].isascii() and row["tumor_count"].isdigit()):
        raise file.error(row.line, f"column tumor_count holds {row['tumor_count']!r}, which is no number of tumours")
    for column in _NUMBERS:
        if row[column] and not _is_number(row[column]):
            raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no number")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


SOURCE: Final = Source(
    id="hotspots",
    title="Cancer Hotspots V2 and 3D Hotspots",
    license="ODbL 1.0",
    license_url="https://opendatacommons.org/licenses/odbl/1-0/",
    homepage="https://www.cancerhotspots.org",
    tables=(Table("hotspots_v2_and_3d*.txt", read_hotspots, unversioned=RELEASE),),
)
