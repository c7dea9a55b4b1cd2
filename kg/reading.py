"""Reading one source: each of its files in the order of its tables, with an account of every file's records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.context import Account, Context
from kg.folders import find_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.normalize import Resolver
    from kg.source import Item, Source, SourceFile, Table


@dataclass(slots=True)
class Reading:
    """One source on its way into a build, and what is known of it so far."""

    source: Source
    context: Context
    found: list[tuple[Table, SourceFile]]
    accounts: dict[str, Account] = field(default_factory=dict)
    """Of each file, by release and path within it."""

    @classmethod
    def of(cls, source: Source, roots: Sequence[Path], resolver: Resolver) -> Reading:
        """The newest files of each table below ``roots``; nothing is read yet."""
        found = [(table, file) for table in source.tables for file in find_files(source, table, roots)]
        return cls(source, Context(resolver), found)

    @property
    def missing(self) -> list[str]:
        """Patterns of the required tables without a file."""
        return [t.pattern for t in self.source.tables if t.required and all(t is not table for table, _ in self.found)]

    def files(self) -> Iterator[tuple[SourceFile, Iterator[Item]]]:
        """Each file with its items; they must be taken before the next file is asked for."""
        for table, file in self.found:
            account = self.accounts[f"{file.release}/{file.member or file.relative}"] = self.context.account = Account()
            yield file, self._counted(table.read(file, self.context), account)

    def report(self) -> dict[str, Any]:
        """The source's part of the build report, ready for JSON."""
        return {
            "status": "incomplete" if self.missing else "complete",
            "missing_files": self.missing,
            "records": {name: account.to_json() for name, account in self.accounts.items()},
            "left_out": self.context.left_out.to_json(),
            "unresolved": self.context.unresolved.to_json(),
            "ambiguous": self.context.ambiguous.to_json(),
        }

    @staticmethod
    def _counted(items: Iterator[Item], account: Account) -> Iterator[Item]:
        for item in items:
            account.items += 1
            yield item
