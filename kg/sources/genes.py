"""Genes that a source names by symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.context import Context
    from ontology.reference import Reference


def find_gene(context: Context, symbol: str) -> Reference | None:
    """The gene that a symbol means; one that no vocabulary of the build knows is listed as unresolved."""
    found = context.resolver.genes.by_name(symbol)
    if found.reference is None:
        context.unresolved.add(f"gene symbol {(found.problem or 'unknown').partition(':')[0]}", symbol)
    return found.reference
