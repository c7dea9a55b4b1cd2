"""Genes and diseases of sources that grade how sure it is that one belongs to the other.

An identifier that no vocabulary of the build knows is kept under its source's name, and listed as unresolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from kg.sources.conditions import condition_entity, known_condition
from ontology.reference import Reference
from ontology.vocabulary import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.context import Context
    from kg.model import Value

AUTOSOMAL_RECESSIVE: Final = Reference("HP", "0000007")
UNKNOWN_INHERITANCE: Final = Reference("HP", "0000005")
"""Mode of inheritance: the root, which states none."""

_MODES: Final = {
    "AD": Reference("HP", "0000006"),
    "AR": AUTOSOMAL_RECESSIVE,
    "MT": Reference("HP", "0001427"),
    "SD": Reference("HP", "0032113"),
    "XL": Reference("HP", "0001417"),
}
_NO_MODE: Final = frozenset({"", "UD", "Undetermined", "Unknown"})
_PMID: Final = re.compile(r"[1-9]\d{0,7}", re.ASCII)
"""PubMed counts 8 digits at most; more are two numbers that lost their separator."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a source's gene or disease is in the graph; ``declared`` where no vocabulary of the build has it."""

    reference: Reference
    declared: tuple[Entity, ...] = ()


def named_gene(context: Context, identifier: Reference, symbol: str) -> Named:
    """The gene that an HGNC or NCBI gene id, else its symbol, means; an unknown one stays itself."""
    for found in (context.resolver.genes.by_identifier(identifier), context.resolver.genes.by_name(symbol)):
        if found.reference is not None:
            return Named(found.reference)
    context.unresolved.add(
        "gene that this build's HGNC does not have (kept, under its source's symbol)", str(identifier)
    )
    return Named(identifier, (Entity(identifier, Category.GENE, symbol),))


def named_disease(context: Context, identifier: Reference, name: str) -> Named:
    """The disease under its own or, where replaced, its current identifier; an unknown one stays itself."""
    known = known_condition(context.resolver, identifier)
    if known is not None:
        return Named(known)
    context.unresolved.add(
        f"{identifier.prefix} id of a disease that this build's vocabularies do not have (kept, under its source's name)",
        str(identifier),
    )
    return Named(identifier, (condition_entity(identifier, name),))


def disease_by_name(context: Context, name: str) -> Named:
    """The disease that bears exactly this name or synonym, else a disease minted from the name."""
    found = context.resolver.diseases.by_name(name)
    if found.reference is not None:
        return Named(found.reference)
    if found.problem != "unknown":
        context.ambiguous.add("disease name with several meanings (kept as a name)", f"{name}: {found.problem}")
    minted = Reference.mint("term", " ".join(name.split()))
    return Named(minted, (condition_entity(minted, name),))


def inheritance(mode: str) -> Value | None:
    """ClinGen's abbreviation as an HPO term; one without a term stays text, and ``Undetermined`` is none.

    >>> str(inheritance("AD"))
    'HP:0000006'
    """
    return None if mode in _NO_MODE else _MODES.get(mode, mode)


def publications(context: Context, texts: Iterable[str], ignored: Iterable[str] = ()) -> list[Reference]:
    """PubMed ids among ``texts``; those ``ignored`` are numbers of something else, such as a MIM number of the row."""
    found, others = [], set(ignored)
    for text in texts:
        number = text.strip().removeprefix("PMID:").strip()
        if _PMID.fullmatch(number) and number not in others:
            found.append(Reference("PMID", number))
        elif number:
            context.left_out.add("publication without a PubMed id", number)
    return found
