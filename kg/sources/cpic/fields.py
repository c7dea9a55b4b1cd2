"""How the CPIC tables write what is missing, genes, drugs and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Row, SourceFile

MISSING: Final = frozenset({"", "N/A", "None"})


def rows(file: SourceFile, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows of a comma-separated table."""
    return file.rows(columns, delimiter=",", quoted=True)


def find_drug(context: Context, name: str, rxnorm: str = "") -> Reference | None:
    """A drug by a name that a vocabulary of the build knows, else by its one RxNorm id."""
    identifier = Reference.find(f"RXNORM:{rxnorm}")
    found = context.resolver.drugs.by_name(name).reference
    if found is None and identifier is not None:
        found = context.resolver.drugs.by_identifier(identifier).reference or identifier
        context.resolver.drugs.add(found, name)
    if found is None:
        context.unresolved.add("drug without an RxNorm id", name)
    return found


def publications(file: SourceFile, line: int, text: str) -> list[Reference]:
    """PMIDs of a field that separates them by semicolons.

    Raises:
        SourceError: one of them is no PMID.
    """
    parts = [part.strip() for part in text.split(";") if part.strip() not in MISSING]
    found = [Reference.find(f"PMID:{part}") for part in parts]
    if None in found:
        raise file.error(line, f"holds {text!r}, which are no PMIDs separated by semicolons")
    return [reference for reference in found if reference is not None]
