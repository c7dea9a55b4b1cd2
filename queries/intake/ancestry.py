"""Biogeographic groups: by name, by the usual abbreviations, and what everyday words may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queries.case import BiogeographicGroup

_GROUPS: Final = {
    "AAC": BiogeographicGroup.AFRICAN_AMERICAN,
    "AME": BiogeographicGroup.AMERICAN,
    "SAS": BiogeographicGroup.CENTRAL_SOUTH_ASIAN,
    "CSA": BiogeographicGroup.CENTRAL_SOUTH_ASIAN,
    "EAS": BiogeographicGroup.EAST_ASIAN,
    "EUR": BiogeographicGroup.EUROPEAN,
    "LAT": BiogeographicGroup.LATINO,
    "AMR": BiogeographicGroup.LATINO,
    "NEA": BiogeographicGroup.NEAR_EASTERN,
    "OCE": BiogeographicGroup.OCEANIAN,
    "SSA": BiogeographicGroup.SUB_SAHARAN_AFRICAN,
    "AFR": BiogeographicGroup.SUB_SAHARAN_AFRICAN,
}
"""Abbreviations of PharmGKB's groups and of the superpopulations of the 1000 Genomes Project, whose populations
doi:10.1002/cpt.1322 assigns to them (AFR without its African-American and Caribbean ones, AMR to Latino)."""
_LIKE: Final = {
    "black": (BiogeographicGroup.SUB_SAHARAN_AFRICAN, BiogeographicGroup.AFRICAN_AMERICAN),
    "african": (BiogeographicGroup.SUB_SAHARAN_AFRICAN, BiogeographicGroup.AFRICAN_AMERICAN),
    "african american": (BiogeographicGroup.AFRICAN_AMERICAN,),
    "asian": (BiogeographicGroup.EAST_ASIAN, BiogeographicGroup.CENTRAL_SOUTH_ASIAN),
    "white": (BiogeographicGroup.EUROPEAN, BiogeographicGroup.NEAR_EASTERN),
    "caucasian": (BiogeographicGroup.EUROPEAN, BiogeographicGroup.NEAR_EASTERN),
    "hispanic": (BiogeographicGroup.LATINO,),
    "native american": (BiogeographicGroup.AMERICAN,),
}
"""Everyday words and the groups that they may mean; none is guessed."""


@dataclass(frozen=True, slots=True)
class Ancestry:
    """A biogeographic group, and a note where the text names it in other words."""

    group: BiogeographicGroup
    note: str | None = None


def parse_ancestry(text: str) -> Ancestry:
    """The biogeographic group of a name or abbreviation.

    >>> parse_ancestry("east asian").group
    <BiogeographicGroup.EAST_ASIAN: 'East Asian'>
    >>> parse_ancestry("EUR").note
    "'EUR' is read as the biogeographic group European"

    Raises:
        ValueError: the text is neither.
    """
    given = " ".join(text.split())
    for group in BiogeographicGroup:
        if given.casefold() == group.casefold():
            return Ancestry(group)
    if (meant := _GROUPS.get(given.upper())) is not None:
        return Ancestry(meant, f"{given!r} is read as the biogeographic group {meant}")
    near = _LIKE.get(given.casefold()) or tuple(group for group in BiogeographicGroup if _is_part(given, group))
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; write one of {', '.join(BiogeographicGroup)}"
    raise ValueError(f"{given!r} is no biogeographic group{hint}")


def _is_part(text: str, group: BiogeographicGroup) -> bool:
    return bool(text) and text.casefold() in group.casefold()
