"""What the input could show of each gene, as the report tells it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from genopath.document import position_name
from queries.medication import PositionStatus
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from queries.candidate import DrugAdvice
    from queries.medication import Coverage, DefiningPosition

__all__ = ["STATUS_WORDS", "CoverageCard", "coverage_cards", "percent", "position_name"]

STATUS_WORDS: Final = {
    PositionStatus.SEEN: "seen",
    PositionStatus.MISSING: "missing",
    PositionStatus.NO_CALL: "no call",
    PositionStatus.FILTERED: "filtered",
    PositionStatus.CONFLICTING: "conflicting",
}


@dataclass(frozen=True, slots=True)
class CoverageCard:
    """One gene: how many of its positions were seen, and what stayed open."""

    symbol: str
    coverage: Coverage
    counts: tuple[tuple[PositionStatus, int], ...]
    """All statuses in their order, those that do not occur included."""

    @property
    def seen(self) -> int:
        """How many positions were seen."""
        return dict(self.counts)[PositionStatus.SEEN]

    @property
    def total(self) -> int:
        """How many positions define the gene's alleles."""
        return sum(count for _, count in self.counts)

    @property
    def open_positions(self) -> tuple[DefiningPosition, ...]:
        """Positions of which the input shows nothing."""
        return tuple(item for item in self.coverage.positions if item.status is not PositionStatus.SEEN)


def coverage_cards(advice: DrugAdvice) -> tuple[CoverageCard, ...]:
    """One card a gene, by symbol."""
    cards = (CoverageCard(gene_symbol(item.gene), item, _counts(item)) for item in advice.coverage)
    return tuple(sorted(cards, key=lambda card: card.symbol))


def percent(fraction: float) -> str:
    """A probability or frequency in per cent, with the digits that small values need.

    >>> percent(0.0234), percent(0.00004), percent(0)
    ('2.3 %', '< 0.01 %', '0 %')
    """
    if 0 < fraction < _LEAST_SHOWN:
        return f"< {_LEAST_SHOWN:.2%}".replace("%", " %")
    return f"{fraction * 100:.2g} %" if fraction < 1 else "100 %"


_LEAST_SHOWN: Final = 0.0001


def _counts(coverage: Coverage) -> tuple[tuple[PositionStatus, int], ...]:
    found = Counter(item.status for item in coverage.positions)
    return tuple((status, found[status]) for status in PositionStatus)
