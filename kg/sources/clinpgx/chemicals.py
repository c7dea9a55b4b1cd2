"""Drugs, drug classes and other chemicals with their names and identifiers: ``drugs.tsv`` and ``chemicals.tsv``."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.normalize import Match
from kg.sources.clinpgx.fields import ACCESSION, JUSTIFICATION, cross_references, listed, own_accession
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.normalize import Names
    from kg.source import Item, Row, SourceFile
    from ontology.reference import Reference

_COLUMNS: Final = (
    ACCESSION,
    "Name",
    "Generic Names",
    "Trade Names",
    "Type",
    "Cross-references",
    "External Vocabulary",
)
_COMPOUND: Final = re.compile(r"\bPubChem Compound:(\d+)")
_DRUG_TYPES: Final = frozenset({"Drug", "Prodrug"})
_DRUG_PREFIXES: Final = frozenset({"RXNORM", "DRUGBANK", "CHEMBL", "ATC"})
"""What these vocabularies name is a drug; a ClinPGx chemical is one by its type."""


@dataclass(frozen=True, slots=True)
class _Chemical:
    """One row: a chemical that ClinPGx keeps apart from all others."""

    accession: Reference
    name: str
    aliases: tuple[str, ...]
    types: frozenset[str]
    identifiers: tuple[Reference, ...]
    compounds: tuple[str, ...]
    """Numbers of PubChem compounds."""

    def of(self, prefix: str) -> list[Reference]:
        """Its identifiers in one vocabulary."""
        return [identifier for identifier in self.identifiers if identifier.prefix == prefix]


def read_chemicals(file: SourceFile, context: Context) -> Iterator[Item]:
    """Chemicals under their RxNorm id where they have exactly one of their own, else under their accession number.

    ``drugs.tsv`` is a part of ``chemicals.tsv``: a row of both is the same statement twice.
    """
    seen: dict[Reference, int] = {}
    chemicals = [_chemical(file, row, seen) for row in file.rows(_COLUMNS, quoted=True)]
    claims = Counter(identifier for chemical in chemicals for identifier in chemical.identifiers)
    bearers = _bearers(context.resolver.drugs)
    for chemical in context.records(chemicals):
        reference = _reference(chemical, claims, bearers, context)
        bearers[reference].add(chemical.accession)
        others = _identifiers(chemical, reference, claims, context)
        context.resolver.drugs.add(reference, chemical.name, aliases=chemical.aliases, identifiers=others)
        for compound in chemical.compounds:
            context.resolver.drugs.add_code(f"PUBCHEM:{compound}", reference)
        yield Entity(reference, _category(chemical, reference), chemical.name, chemical.aliases)
        for other in others:
            yield Entity(other, _category(chemical, other), chemical.name)
            yield _mapping(file, chemical, reference, other, claims)


def _chemical(file: SourceFile, row: Row, seen: dict[Reference, int]) -> _Chemical:
    found = [*cross_references(row["Cross-references"]), *cross_references(row["External Vocabulary"])]
    if not row["Name"]:
        raise file.error(row.line, f"{row[ACCESSION]} has no name")
    return _Chemical(
        own_accession(file, row, seen),
        row["Name"],
        (*listed(row["Generic Names"]), *listed(row["Trade Names"])),
        frozenset(listed(row["Type"])),
        tuple(dict.fromkeys(cross.reference for cross in found if cross.reference.prefix in _DRUG_PREFIXES)),
        tuple(_COMPOUND.findall(row["Cross-references"])),
    )


def _bearers(drugs: Names) -> dict[Reference, set[Reference]]:
    """The ClinPGx rows that each entity stands for so far."""
    bearers: dict[Reference, set[Reference]] = defaultdict(set)
    for identifier, references in drugs.identifiers.items():
        if identifier.prefix == "ClinPGx":
            for reference in references:
                bearers[reference].add(identifier)
    return bearers


def _reference(
    chemical: _Chemical, claims: Counter[Reference], bearers: dict[Reference, set[Reference]], context: Context
) -> Reference:
    """The one entity of this row: never one that stands for another row."""
    drugs, own = context.resolver.drugs, chemical.of("RXNORM")
    found = drugs.by_name(chemical.name)
    named = found.reference if found.match is Match.NAME else None
    candidates = [drugs.by_identifier(chemical.accession).reference]
    if named is not None and named.prefix == "RXNORM":  # an earlier source's drug of this name
        if not own or named in own:
            candidates.append(named)
        elif drugs.by_identifier(chemical.accession).reference is None:
            context.unresolved.add(
                "drug whose RxNorm id differs from that of an earlier source's drug of the same name",
                f"{chemical.name}: {named} and {', '.join(map(str, own))}",
            )
    if len(own) == 1 and claims[own[0]] == 1:
        candidates.append(own[0])
    for candidate in candidates:
        if candidate is not None and bearers[candidate] <= {chemical.accession}:
            return candidate
    return chemical.accession


def _identifiers(
    chemical: _Chemical, reference: Reference, claims: Counter[Reference], context: Context
) -> list[Reference]:
    """Identifiers that lead to this chemical: ATC codes that several chemicals share name a class, so they do not."""
    others = []
    for identifier in (chemical.accession, *chemical.identifiers):
        if identifier.prefix == "ATC" and claims[identifier] > 1:
            context.left_out.add("ATC code that several chemicals share", f"{identifier} {chemical.name}")
        elif identifier != reference:
            others.append(identifier)
    return others


def _mapping(
    file: SourceFile, chemical: _Chemical, reference: Reference, other: Reference, claims: Counter[Reference]
) -> Association:
    """An exact match only where both sides have one another alone; a drug has an ATC code for each use."""
    alone = other == chemical.accession or (claims[other] == 1 and len(chemical.of(other.prefix)) == 1)
    exact = alone and other.prefix != "ATC"
    return Association(
        reference,
        Predicate.EXACT_MATCH if exact else Predicate.CLOSE_MATCH,
        other,
        file.evidence(chemical.accession.curie, agent_type=AgentType.NOT_PROVIDED),
        ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),),
    )


def _category(chemical: _Chemical, reference: Reference) -> Category:
    is_drug = reference.prefix in _DRUG_PREFIXES or chemical.types & _DRUG_TYPES
    return Category.DRUG if is_drug else Category.CHEMICAL_ENTITY
