"""What a reader shares with the build: the resolver, the tallies of its source, and the fate of each record.

Every record that a reader takes from its file has one fate: *used* (it gave at least one entity or statement, or taught
the resolver something), or *left out* for one reason. A record with neither is *unexplained*, which is a defect.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar, cast

from kg.normalize import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ontology.reference import Reference

EXAMPLES_KEPT: Final = 5
"""How many examples a build report keeps for each reason."""

_Record = TypeVar("_Record")


@dataclass(slots=True)
class Tally:
    """What one source left out or could not resolve: counts and a few examples a reason."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    latest: str = ""
    """The reason added last."""

    def add(self, reason: str, example: str) -> None:
        """Count one more, and keep the example while there are few."""
        self.counts[reason] += 1
        self.latest = reason
        kept = self.examples.setdefault(reason, [])
        if len(kept) < EXAMPLES_KEPT and example not in kept:
            kept.append(example)

    def to_json(self) -> list[dict[str, object]]:
        """Reasons with counts and examples, most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [{"reason": reason, "count": count, "examples": self.examples[reason]} for reason, count in ordered]


@dataclass(slots=True)
class Account:
    """The records of one file by their fate: ``read`` is the sum of ``used``, ``left_out`` and ``unexplained``."""

    read: int = 0
    used: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    unexplained: int = 0
    items: int = 0
    """Entities and associations that the reader gave so far."""

    def to_json(self) -> dict[str, object]:
        """As a JSON-ready mapping, reasons most frequent first."""
        reasons = sorted(self.left_out.items(), key=lambda pair: (-pair[1], pair[0]))
        return {"read": self.read, "used": self.used, "left_out": dict(reasons), "unexplained": self.unexplained}


@dataclass(slots=True)
class Context:
    """What the readers of one source share with the build."""

    resolver: Resolver = field(default_factory=Resolver)
    left_out: Tally = field(default_factory=Tally)
    """Records, or parts of records, that are not used, by reason: outside the graph's scope."""
    unresolved: Tally = field(default_factory=Tally)
    """Identifiers that no vocabulary of the build knows."""
    ambiguous: Tally = field(default_factory=Tally)
    """Mappings with several answers, kept as the source states them and never chosen from."""
    publications: dict[str, set[Reference]] = field(default_factory=dict)
    """Publications of the source's records, where one table names the papers of another table's rows."""
    account: Account = field(default_factory=Account)
    """Of the file that is being read."""
    _shared: dict[type, object] = field(default_factory=dict)
    _taught: bool = False

    def shared(self, kind: type[_Record]) -> _Record:
        """The one object of this kind that all readers of the source share; made when it is first asked for."""
        return cast("_Record", self._shared.setdefault(kind, kind()))

    def records(self, records: Iterable[_Record], size: Callable[[_Record], int] = lambda _: 1) -> Iterator[_Record]:
        """Hand out a file's records one by one and note each one's fate when the next is asked for.

        ``size`` tells how many rows of the file one record stands for. A record that gave no item is left out for the
        reason that was last added to a tally meanwhile.
        """
        for record in records:
            before = self.account.items
            self.left_out.latest = self.unresolved.latest = self.ambiguous.latest = ""
            self._taught = False
            yield record
            self._settle(size(record), gave_items=self.account.items > before)

    def teach(self) -> None:
        """Note that the current record is used although it gives no item: the resolver or a later table learns from it."""
        self._taught = True

    def _settle(self, rows: int, *, gave_items: bool) -> None:
        account = self.account
        account.read += rows
        if gave_items or self._taught:
            account.used += rows
        elif reason := self.left_out.latest or self.unresolved.latest or self.ambiguous.latest:
            account.left_out[reason] += rows
        else:
            account.unexplained += rows
