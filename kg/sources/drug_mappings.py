"""Identifiers and names of drugs from tables that PyOBO compiled of PharmGKB and ChEMBL.

Read are ``pharmgkb.drug.tsv``, ``pharmgkb.drug.sssom.tsv`` and ``chembl.compound.tsv``
(https://github.com/biopragmatics/obo-db-ingest). They add to drugs that the build has; none is made, and no two become one:
an identifier, name or code that already leads somewhere keeps its meaning.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.normalize import Match
from kg.rdf import name_key
from kg.source import Source, Table
from kg.sources.drugs import DRUG_PREFIXES, is_surely_drug
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

COMPILED: Final = "2025-10-31"
"""Date of PharmGKB's table by its manifest; that of ChEMBL has none."""

_SUBJECT: Final = "pharmgkb.drug"
_SSSOM: Final = ("subject_id", "object_id", "predicate_id", "mapping_justification")
_NODES: Final = ("identifier", "name")
_CODES: Final = {"mesh": "MESH", "umls": "UMLS", "chebi": "CHEBI", "unii": "UNII"}
_EXACT: Final = "skos:exactMatch"
_LEXICAL: Final = "semapv:LexicalMatching"


class Labels(dict[Reference, str]):
    """PharmGKB's names of its chemicals."""


def read_names(file: SourceFile, context: Context) -> Iterator[Item]:
    """PharmGKB's names, as aliases of the drugs that carry its ids."""
    labels = context.shared(Labels)
    for row in context.records(file.rows(_NODES)):
        accession = _reference(file, row, "identifier", f"ClinPGx:{row['identifier']}")
        labels[accession] = row["name"]
        drug = context.resolver.drugs.by_identifier(accession).reference
        if drug is None:
            context.left_out.add("chemical that no source of the build names", f"{accession} {row['name']}")
        else:
            yield from _alias(context, drug, row["name"])


def read_identifiers(file: SourceFile, context: Context) -> Iterator[Item]:
    """Matches of PharmGKB's chemicals with RxNorm, DrugBank, ChEMBL and ATC, and their codes."""
    rows = list(file.rows(_SSSOM))
    claims = Counter(row["object_id"] for row in rows)
    alike = Counter((row["subject_id"], row["object_id"].partition(":")[0]) for row in rows)
    for row in context.records(rows):
        prefix, _, number = row["subject_id"].partition(":")
        vocabulary, _, code = row["object_id"].partition(":")
        if prefix != _SUBJECT or row["predicate_id"] != _EXACT:
            context.left_out.add("row that maps no chemical", row["subject_id"])
            continue
        accession = _reference(file, row, "subject_id", f"ClinPGx:{number}")
        drug = context.resolver.drugs.by_identifier(accession).reference
        other = Reference.find(row["object_id"])
        if drug is None:
            context.left_out.add("chemical that no source of the build names", str(accession))
        elif vocabulary.lower() in _CODES:
            is_own = claims[row["object_id"]] == 1
            yield from _code(context, drug, f"{_CODES[vocabulary.lower()]}:{code}", is_own=is_own)
        elif other is None or other.prefix not in DRUG_PREFIXES:
            context.left_out.add("identifier of a vocabulary that is not read", row["object_id"])
        elif other == drug:
            context.left_out.add("identifier that the drug goes by itself", str(other))
        else:
            one_to_one = claims[row["object_id"]] == alike[row["subject_id"], vocabulary] == 1
            yield Entity(other, Category.DRUG, context.shared(Labels).get(accession) or str(other))
            yield _match(file, row, context, drug, other, one_to_one=one_to_one and other.prefix != "ATC")


def read_compounds(file: SourceFile, context: Context) -> Iterator[Item]:
    """ChEMBL's names of drugs with ChEMBL ids, and ChEMBL ids of drugs without one that are called the same.

    Equal names are a close match, and made only where one compound and one drug have the name as their own.
    """
    rows = list(file.rows(_NODES))
    bearers = Counter(name_key(row["name"]) for row in rows)
    drugs = context.resolver.drugs
    mapped = {drug for other, found in drugs.identifiers.items() if other.prefix == "CHEMBL" for drug in found}
    for row in context.records(rows):
        compound = _reference(file, row, "identifier", f"CHEMBL:{row['identifier']}")
        drug = drugs.by_identifier(compound).reference
        if drug is not None:
            yield from _alias(context, drug, row["name"])
            continue
        found = drugs.by_name(row["name"])
        if found.reference is None or found.match is not Match.NAME or bearers[name_key(row["name"])] > 1:
            context.left_out.add("compound whose name is no drug's own", f"{compound} {row['name']}")
        elif found.reference in mapped or found.reference.prefix == "CHEMBL":
            context.left_out.add("compound whose namesake has another ChEMBL id", f"{compound} {found.reference}")
        elif drugs.by_identifier(compound).problem == "unknown":
            drugs.map(found.reference, [compound])
            mapped.add(found.reference)
            yield Entity(compound, Category.DRUG, row["name"])
            evidence = file.evidence(row.line, agent_type=AgentType.AUTOMATED_AGENT)
            qualifiers = ((Qualifier.MAPPING_JUSTIFICATION, _LEXICAL),)
            yield Association(found.reference, Predicate.CLOSE_MATCH, compound, evidence, qualifiers)
        else:
            context.left_out.add("identifier that several drugs of the build claim", str(compound))


def _alias(context: Context, drug: Reference, name: str) -> Iterator[Item]:
    if context.resolver.drugs.by_name(name).problem != "unknown":
        context.left_out.add("name that the build knows", f"{drug} {name}")
        return
    context.resolver.drugs.aliases[name_key(name)].add(drug)
    context.teach()
    if is_surely_drug(drug):
        yield Entity(drug, Category.DRUG, drug.curie, (name,))


def _code(context: Context, drug: Reference, code: str, *, is_own: bool) -> Iterator[Item]:
    if not is_own:
        context.left_out.add("code that several chemicals share", f"{drug} {code}")
    elif context.resolver.drugs.by_code(code).problem != "unknown":
        context.left_out.add("code that the build knows", f"{drug} {code}")
    else:
        context.resolver.drugs.add_code(code, drug)
        context.teach()
        if is_surely_drug(drug):
            yield Entity(drug, Category.DRUG, drug.curie, attributes=((Attribute.CODE, code),))


def _match(
    file: SourceFile, row: Row, context: Context, drug: Reference, other: Reference, *, one_to_one: bool
) -> Association:
    """An exact match where the two have one another alone, here and in the build."""
    drugs = context.resolver.drugs
    found = drugs.by_identifier(other)
    if one_to_one and found.problem == "unknown":
        drugs.map(drug, [other])
    elif found.problem != "unknown" and found.reference != drug:
        context.ambiguous.add(
            "identifier that the build gives to another drug (kept as a close match)", f"{drug} {other}"
        )
    exact = one_to_one and drugs.by_identifier(other).reference == drug
    return Association(
        drug,
        Predicate.EXACT_MATCH if exact else Predicate.CLOSE_MATCH,
        other,
        file.evidence(row.line, agent_type=AgentType.NOT_PROVIDED),
        ((Qualifier.MAPPING_JUSTIFICATION, row["mapping_justification"]),),
    )


def _reference(file: SourceFile, row: Row, column: str, text: str) -> Reference:
    reference = Reference.find(text)
    if reference is None:
        raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no identifier of this table")
    return reference


SOURCE: Final = Source(
    id="drug-mappings",
    title="Drug names and identifiers compiled by PyOBO",
    license="unchecked (compiled from PharmGKB, CC BY-SA 4.0, and ChEMBL, CC BY-SA 3.0)",
    license_url="https://github.com/biopragmatics/obo-db-ingest",
    homepage="https://github.com/biopragmatics/obo-db-ingest",
    profile="academic",
    folder="mappings/drug",
    tables=(
        Table("pharmgkb.drug.tsv", read_names, required=False, unversioned=COMPILED),
        Table("pharmgkb.drug.sssom.tsv", read_identifiers, required=False, unversioned=COMPILED),
        Table("chembl.compound.tsv", read_compounds, required=False, unversioned=COMPILED),
    ),
)
