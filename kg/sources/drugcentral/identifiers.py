"""Which entity each drug of DrugCentral is, from its identifiers in other vocabularies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.model import AgentType, Association, Entity
from kg.normalize import Match
from kg.sources.drugcentral.drugs import code, drug_number, minted
from kg.sources.drugs import teach_drug
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.context import Context
    from kg.normalize import Names
    from kg.source import Item, Row, SourceFile

JUSTIFICATION: Final = "semapv:UnspecifiedMatching"

_COLUMNS: Final = ("DRUG_ID", "DRUG_NAME", "ID_TYPE", "IDENTIFIER")
_PREFIXES: Final = {"RXNORM": "RXNORM", "DRUGBANK_ID": "DRUGBANK", "ChEMBL_ID": "CHEMBL"}
"""Types whose identifiers the graph holds, the most telling first."""
_CODES: Final = {
    "CHEBI": "CHEBI",
    "INN_ID": "INN",
    "IUPHAR_LIGAND_ID": "IUPHAR",
    "KEGG_DRUG": "KEGG",
    "MESH_DESCRIPTOR_UI": "MESH",
    "MESH_SUPPLEMENTAL_RECORD_UI": "MESH",
    "PUBCHEM_CID": "PUBCHEM",
    "SNOMEDCT_US": "SCTID",
    "UMLSCUI": "UMLS",
    "UNII": "UNII",
}
"""Types whose identifiers are codes, with the names of their vocabularies."""


@dataclass(slots=True)
class _Drug:
    """One drug with all its identifiers; ``shared`` are those that another drug has, too."""

    number: str
    name: str
    identifiers: list[Reference] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    shared: set[Reference | str] = field(default_factory=set)

    def only(self, prefix: str) -> Reference | None:
        """Its identifier in one vocabulary, if it has exactly one there, which no other drug has."""
        own = [one for one in self.identifiers if one.prefix == prefix]
        return own[0] if len(own) == 1 and own[0] not in self.shared else None


def read_identifiers(file: SourceFile, context: Context) -> Iterator[Item]:
    """Drugs under the entity that an identifier leads to, else a name, else under an identifier of their own.

    Two drugs of DrugCentral never become one entity, so a shared identifier decides nothing.
    """
    rows = list(file.rows(_COLUMNS, quoted=True))
    drugs = _drugs(file, rows)
    entities = _entities(list(drugs.values()), context.resolver.drugs)
    described: set[str] = set()
    for row in context.records(rows):
        drug = drugs[row["DRUG_ID"]]
        entity = entities[drug.number]
        if drug.number not in described:
            described.add(drug.number)
            yield from _describe(drug, entity, context)
        if row["ID_TYPE"] in _PREFIXES:
            yield from _mapping(file, row, drug, entity)
        elif row["ID_TYPE"] not in _CODES:
            example = f"{row['ID_TYPE']} {row['IDENTIFIER']}"
            context.left_out.add("identifier of a vocabulary that no source of the graph uses", example)
        if row["ID_TYPE"] in _CODES or row["ID_TYPE"] in _PREFIXES:
            context.teach()


def _drugs(file: SourceFile, rows: Iterable[Row]) -> dict[str, _Drug]:
    drugs: dict[str, _Drug] = {}
    for row in rows:
        drug = drugs.setdefault(drug_number(file, row, "DRUG_ID"), _Drug(row["DRUG_ID"], row["DRUG_NAME"]))
        if not drug.name or drug.name != row["DRUG_NAME"]:
            raise file.error(row.line, f"drug {drug.number} is called {drug.name!r} and {row['DRUG_NAME']!r}")
        if row["ID_TYPE"] in _PREFIXES:
            drug.identifiers.append(_identifier(file, row))
        elif row["ID_TYPE"] in _CODES:
            drug.codes.append(f"{_CODES[row['ID_TYPE']]}:{row['IDENTIFIER'].removeprefix('CHEBI:')}")
    claims: Counter[Reference | str] = Counter()
    for drug in drugs.values():
        claims.update({*drug.identifiers, *drug.codes})
    shared = {claimed for claimed, count in claims.items() if count > 1}
    for drug in drugs.values():
        drug.shared = shared & {*drug.identifiers, *drug.codes}
    return drugs


def _identifier(file: SourceFile, row: Row) -> Reference:
    reference = Reference.find(f"{_PREFIXES[row['ID_TYPE']]}:{row['IDENTIFIER']}")
    if reference is None:
        raise file.error(row.line, f"{row['IDENTIFIER']!r} is no {row['ID_TYPE']} identifier")
    return reference


def _entities(drugs: Sequence[_Drug], names: Names) -> dict[str, Reference]:
    """The entity of each drug; the surest way to one is tried for all drugs before the next."""
    entities: dict[str, Reference] = {}
    taken: set[Reference] = set()
    candidates = [_candidates(drug, names) for drug in drugs]
    for way in range(max(map(len, candidates), default=0)):
        for drug, ways in zip(drugs, candidates, strict=True):
            found = ways[way]
            if drug.number not in entities and found is not None and found not in taken:
                entities[drug.number] = found
                taken.add(found)
    return entities


def _candidates(drug: _Drug, names: Names) -> list[Reference | None]:
    """Entities that this drug may be, surest way first: those that the build has, then its own identifiers.

    What goes by another RxNorm id than the drug's own is another drug (a salt), whatever else leads to it.
    """
    only = [drug.only(prefix) for prefix in _PREFIXES.values()]
    rxnorm = drug.only("RXNORM")
    known = [names.by_identifier(one).reference if one else None for one in only]
    known = [None if rxnorm and one and one.prefix == "RXNORM" and one != rxnorm else one for one in known]
    new = [one if found is None else None for one, found in zip(only, known, strict=True)]
    unii = next((one for one in drug.codes if one.startswith("UNII:") and one not in drug.shared), "")
    named = names.by_name(drug.name)
    return [
        known[0],
        names.by_code(unii).reference,
        *known[1:],
        named.reference if named.match is Match.NAME else None,
        *new,
        minted(drug.number),
    ]


def _describe(drug: _Drug, entity: Reference, context: Context) -> Iterator[Entity]:
    new = entity not in context.resolver.drugs.known
    teach_drug(
        context.resolver,
        entity,
        drug.name,
        identifiers=(one for one in drug.identifiers if one not in drug.shared),
        codes=(code(drug.number), *drug.codes),
    )
    if new:
        yield Entity(entity, Category.DRUG, drug.name)


def _mapping(file: SourceFile, row: Row, drug: _Drug, entity: Reference) -> Iterator[Item]:
    other = _identifier(file, row)
    if other != entity:
        exact = drug.only(other.prefix) == other
        yield Entity(other, Category.DRUG, drug.name)
        yield Association(
            entity,
            Predicate.EXACT_MATCH if exact else Predicate.CLOSE_MATCH,
            other,
            file.evidence(row.line, agent_type=AgentType.NOT_PROVIDED),
            ((Qualifier.MAPPING_JUSTIFICATION, JUSTIFICATION),),
        )
