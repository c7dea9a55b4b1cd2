"""From public release files to a published graph release: read, validate, sort, hash, load, verify, rename.

Deterministic: equal inputs give equal sorted N-Quads. Atomic: nothing is visible before it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import Store
from tqdm import tqdm

from kg.conflicts import ConflictWriter
from kg.diplotypes import DiplotypeWriter
from kg.fetching.record import FetchRecord
from kg.loader import Loader, SortedRuns
from kg.model import Entity
from kg.network import NetworkWriter
from kg.normalize import Resolver
from kg.paths import bare_entity
from kg.positions import PositionWriter
from kg.profiles import ProfileWriter
from kg.rdf import NEGATED, association_to_nquads, entity_to_nquads, graph_iri
from kg.reading import Reading
from kg.release import UNFINISHED, Manifest, SourceRelease, publish, remove_abandoned
from ontology.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.context import Context
    from kg.loader import Digest
    from kg.model import Association
    from kg.source import Item, Profile, Source, SourceFile
    from ontology.reference import Reference
    from ontology.vocabulary import Category


class TableWriter(Protocol):
    """Makes look-up arrays for the release from the stream of items."""

    def add(self, item: Item) -> None:
        """Take one entity, or one association; the same statement comes once for each of its records."""

    def write(self, folder: Path) -> None:
        """Write the arrays into ``folder``."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build: sources (all when empty), profile, and where the data lie."""

    roots: tuple[Path, ...]
    out: Path
    profile: Profile = "open"
    only: frozenset[str] = frozenset()
    progress: bool = False


@dataclass(slots=True)
class _SourceGraph:
    """The quads of one source release while they gather, and what was counted."""

    source: Source
    release: str
    quads: SortedRuns
    files: dict[str, str] = field(default_factory=dict)
    retrieved: str | None = None
    entities: int = 0
    undeclared: set[Reference] = field(default_factory=set)
    """Ends of associations that nothing had described when they were met."""

    @property
    def iri(self) -> str:
        return graph_iri(self.source.id, self.release)

    def add_file(self, file: SourceFile) -> None:
        if file.relative not in self.files:
            self.files[file.relative] = file.sha256()
            self.retrieved = FetchRecord.load(file.folder).retrieved or self.retrieved

    def summary(self, digest: Digest) -> SourceRelease:
        return SourceRelease(
            id=self.source.id,
            title=self.source.title,
            release=self.release,
            license=self.source.license,
            license_url=self.source.license_url,
            retrieved=self.retrieved,
            files=dict(sorted(self.files.items())),
            entities=self.entities,
            associations=digest.predicates.total(),
            quads=digest.lines,
            sha256=digest.sha256,
        )


def build(options: BuildOptions, sources: Sequence[Source]) -> Path:
    """Build and publish a release; answers its directory.

    Raises:
        UsageError: a named source does not exist.
        DataError: no source has any file, or a source file is malformed (nothing is published then).
    """
    chosen = _choose(options, sources)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        remove_abandoned(options.out)
        folder = options.out / f"{UNFINISHED}{os.getpid()}"
        folder.mkdir()
    except OSError as error:
        raise UsageError(f"{options.out}: releases cannot be written there ({error.strerror})") from error
    running = _Build(options, folder)
    try:
        for source in chosen:
            running.add_source(source)
        return running.finish()
    except BaseException:
        running.abandon()
        raise


class _Build:
    """One running build. Sources are added in order; an entity's first declaration gives its name."""

    def __init__(self, options: BuildOptions, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.store = Store(str(folder / "store"))
        self.loader = Loader(self.store)
        self.resolver = Resolver()
        self.writers: tuple[TableWriter, ...] = (
            NetworkWriter(),
            PositionWriter(),
            ProfileWriter(),
            DiplotypeWriter(),
            ConflictWriter(self.resolver.diseases),
        )
        self.declared: dict[Reference, Category] = {}
        self.finished: list[SourceRelease] = []
        self.categories: Counter[str] = Counter()
        self.predicates: Counter[str] = Counter()
        self.report: dict[str, Any] = {}

    def add_source(self, source: Source) -> None:
        """Read every table of one source and load its graphs."""
        reading = Reading.of(source, self.options.roots, self.resolver)
        if not reading.found:
            self.report[source.id] = {"status": "no files", "looked_for": [table.pattern for table in source.tables]}
            return
        graphs: dict[str, _SourceGraph] = {}
        for file, items in reading.files():
            graph = graphs.get(file.release) or self._new_graph(source, file.release)
            graphs[file.release] = graph
            graph.add_file(file)
            for item in self._progress(items, f"{source.id} {file.name}"):
                if isinstance(item, Entity):
                    self._take_entity(item, graph)
                else:
                    self._take_association(item, graph)
        for graph in graphs.values():
            self._declare_referred(graph, reading.context)
            digest = graph.quads.finish()
            self.predicates.update(digest.predicates)
            self.finished.append(graph.summary(digest))
        self.report[source.id] = reading.report()

    def finish(self) -> Path:
        """Write tables and manifest, verify the store, and publish."""
        if not self.finished:
            where = ", ".join(str(root) for root in self.options.roots)
            raise DataError(f"no source has any file below {where}; fetch some with: genopath data fetch --starter")
        self.loader.wait()
        self.store.optimize()
        self.store.flush()
        self._verify()
        self._close()
        shutil.rmtree(self.folder / "quads")
        tables = self.folder / "tables"
        tables.mkdir()
        for writer in self.writers:
            writer.write(tables)
        manifest = self._manifest()
        _write_json(self.folder / "manifest.json", manifest.to_json())
        _write_json(self.folder / "build_report.json", self.report)
        return publish(self.folder, self.options.out, manifest.id)

    def abandon(self) -> None:
        """Stop loading and delete what was written, however far the build had come."""
        self._close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _close(self) -> None:
        """Stop loading and close the store, which its last reference does, so that its directory can be moved."""
        if hasattr(self, "store"):
            self.loader.close()
            del self.loader, self.store

    def _take_entity(self, entity: Entity, graph: _SourceGraph) -> None:
        known = self.declared.get(entity.reference)
        if known is not None and known != entity.category:
            raise DataError(
                f"{graph.source.id} calls {entity.reference} a {entity.category}, an earlier source a {known}; "
                "one entity cannot be both"
            )
        if known is None:
            self.declared[entity.reference] = entity.category
            self.categories[entity.category] += 1
            graph.entities += 1
        for writer in self.writers:  # a later source may be the first to know a variant's place
            writer.add(entity)
        graph.quads.add(entity_to_nquads(entity, graph.iri, named=known is None))

    def _take_association(self, association: Association, graph: _SourceGraph) -> None:
        graph.quads.add(association_to_nquads(association, graph.iri))
        graph.undeclared.update(end for end in (association.subject, association.object) if end not in self.declared)
        for writer in self.writers:
            writer.add(association)

    def _declare_referred(self, graph: _SourceGraph, context: Context) -> None:
        """Describe the ends of associations that no source so far describes, and list them as unresolved."""
        for reference in sorted(graph.undeclared - self.declared.keys()):
            context.unresolved.add(
                "no source read so far describes this entity (kept, named by its id)", str(reference)
            )
            self._take_entity(bare_entity(reference), graph)

    def _new_graph(self, source: Source, release: str) -> _SourceGraph:
        folder = self.folder / "quads" / source.id / release
        folder.mkdir(parents=True)
        return _SourceGraph(source, release, SortedRuns(folder, self.loader))

    def _verify(self) -> None:
        expected = sum(source.quads for source in self.finished)
        if len(self.store) != expected:
            raise DataError(f"the store holds {len(self.store)} quads where {expected} were written; build again")

    def _manifest(self) -> Manifest:
        ordered = sorted(self.finished, key=lambda source: (source.id, source.release))
        quads = sha256("\n".join(f"{s.id} {s.release} {s.sha256}" for s in ordered).encode()).hexdigest()
        built = datetime.now(UTC).replace(microsecond=0)
        return Manifest(
            id=f"{built:%Y%m%dT%H%M%SZ}-{quads[:8]}",
            built=built.isoformat().replace("+00:00", "Z"),
            software=version("genopath"),
            profile=self.options.profile,
            sources=tuple(ordered),
            counts={
                "category": dict(sorted(self.categories.items())),
                "predicate": {_stated(name): count for name, count in sorted(self.predicates.items())},
            },
            quads_sha256=quads,
        )

    def _progress(self, items: Iterable[Item], label: str) -> Iterable[Item]:
        return tqdm(items, desc=label, unit=" items", disable=not self.options.progress, mininterval=0.5)


def _choose(options: BuildOptions, sources: Sequence[Source]) -> list[Source]:
    known = {source.id for source in sources}
    if unknown := options.only - known:
        raise UsageError(f"unknown source {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    allowed = [source for source in sources if source.profile == "open" or options.profile == "academic"]
    if barred := options.only - {source.id for source in allowed}:
        raise UsageError(
            f"{', '.join(sorted(barred))}: only in the profile academic; read its terms, add --profile academic"
        )
    return [source for source in allowed if not options.only or source.id in options.only]


def _stated(name: str) -> str:
    """A predicate as the manifest writes it: its CURIE, after ``not`` where it is denied."""
    local = name.removeprefix(NEGATED)
    return f"{'not ' if local != name else ''}biolink:{local}"


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
