"""What a list can say of a drug and an enzyme, and the genes that lists mean by their enzyme names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kg.model import Association
from kg.sources.drugs import find_drug
from kg.sources.genes import find_gene
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.context import Context
    from kg.model import Evidence, Value
    from ontology.reference import Reference


class Role(StrEnum):
    """What a drug is to an enzyme."""

    INHIBITOR = "INHIBITOR"
    INDUCER = "INDUCER"
    SUBSTRATE = "SUBSTRATE"


_TRANSPORTERS: Final = {"P-GLYCOPROTEIN": "ABCB1", "OATP1B1": "SLCO1B1", "OATP1B3": "SLCO1B3"}
"""Names of transporters, with HGNC's symbols."""
_CYP: Final = re.compile(r"(?:CYP|CYTOCHROME P450 )?(\d+[A-Z]+\d+)(?:, MITOCHONDRIAL)?$")
_UGT1A: Final = re.compile(r"UDP-GLUCURONOSYLTRANSFERASE 1-(\d+)$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a list: ``name`` may be any name of the drug, ``enzyme`` any of the enzyme's."""

    name: str
    role: Role
    enzyme: str
    qualifiers: tuple[tuple[Qualifier, Value], ...] = ()
    negated: bool = False


def enzyme_symbol(name: str) -> str | None:
    """Symbol of the one gene that an enzyme's name means, else ``None``: a family, or a name of several species.

    >>> [enzyme_symbol(name) for name in ("cyp3a4", "3A4", "Cytochrome P450 11B1, mitochondrial", "Cytochrome P450 3A")]
    ['CYP3A4', 'CYP3A4', 'CYP11B1', None]
    """
    key = name.upper()
    if match := _CYP.match(key):
        return f"CYP{match[1]}"
    if match := _UGT1A.match(key):
        return f"UGT1A{match[1]}"
    return _TRANSPORTERS.get(key)


def associate(
    claim: Claim, evidence: tuple[Evidence], context: Context, identifiers: Iterable[Reference] = ()
) -> Association | None:
    """The claim as an association; without one, the reason stands in the tallies."""
    symbol = enzyme_symbol(claim.enzyme)
    if symbol is None:
        context.left_out.add("enzyme name that means no single human gene", claim.enzyme)
        return None
    gene, drug = find_gene(context, symbol), find_drug(context, claim.name, identifiers)
    if gene is None or drug is None:
        return None
    if claim.role is Role.SUBSTRATE:
        return Association(drug, Predicate.IS_SUBSTRATE_OF, gene, evidence, claim.qualifiers, claim.negated)
    qualifiers = ((Qualifier.ACTION_TYPE, claim.role), *claim.qualifiers)
    return Association(drug, Predicate.AFFECTS, gene, evidence, qualifiers, claim.negated)
