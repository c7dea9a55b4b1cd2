"""DrugMechDB: how drugs work against diseases, as paths of curated steps (doi:10.1038/s41597-023-02534-z).

Read are files of one path each, or ``indication_paths.yaml``, which lists all of them. The record of every statement is the
path's id, so that all steps of one mechanism can be found.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from kg.model import Association
from kg.source import Download, Source, Table
from kg.sources.drugmechdb.nodes import CATEGORIES, CHEMICALS, CONDITIONS, Nodes, Resolved, resolve
from kg.sources.drugmechdb.paths import Link, Mechanism, Node, read_mechanisms
from kg.sources.drugmechdb.relations import AFFECTS, RELATIONS, Relation
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile

_APPLIED: Final = Relation(Predicate.APPLIED_TO_TREAT)


class _Seen(dict[str, bytes]):
    """Paths by id, with a hash of their content."""


def read_paths(file: SourceFile, context: Context) -> Iterator[Item]:
    """Each path as the use of its drug for its disease, and its links; both are records."""
    for mechanism in read_mechanisms(file):
        _check_once(file, mechanism, context.shared(_Seen))
        path = _Path(file, context, mechanism)
        for link in context.records([None, *mechanism.links]):
            yield from path.use() if link is None else path.step(link)


def _check_once(file: SourceFile, mechanism: Mechanism, seen: _Seen) -> None:
    digest = blake2b(repr(mechanism).encode(), digest_size=16).digest()
    if seen.setdefault(mechanism.id, digest) != digest:
        raise file.error(None, f"{mechanism.id} stands elsewhere with another content")


@dataclass(frozen=True, slots=True)
class _Path:
    """One path on its way into the graph."""

    file: SourceFile
    context: Context
    mechanism: Mechanism

    def use(self) -> Iterator[Item]:
        """The drug as applied to the disease: what the path explains."""
        yield from self._statement(self.mechanism.drug, _APPLIED, self.mechanism.disease)

    def step(self, link: Link) -> Iterator[Item]:
        """What one link states."""
        relation = RELATIONS.get(link.key)
        if relation is None:
            self.context.unresolved.add("key of a link that no predicate is known for", link.key)
            return
        subject, other = (link.target, link.source) if relation.inverse else (link.source, link.target)
        if relation.predicate is Predicate.SUBCLASS_OF and CONDITIONS & {subject.label, other.label}:
            self.context.left_out.add("hierarchy of conditions, which their vocabularies state", self.mechanism.id)
            return
        if relation.therapy and not (subject.label in CHEMICALS and other.label in CONDITIONS):
            relation = AFFECTS
        yield from self._statement(subject, relation, other, link.key)

    def _statement(self, subject: Node, relation: Relation, other: Node, key: str = "") -> Iterator[Item]:
        start, end = self._resolved(subject), self._resolved(other)
        if start.reference == end.reference:
            self.context.left_out.add("link from a thing to itself", f"{self.mechanism.id}: {start.reference}")
            return
        for resolved in (start, end):
            if (entity := self.context.shared(Nodes).declare(resolved, self.context)) is not None:
                yield entity
        given = (
            (Qualifier.ORIGINAL_SUBJECT, start.code),
            (Qualifier.ORIGINAL_PREDICATE, key),
            (Qualifier.ORIGINAL_OBJECT, end.code),
        )
        qualifiers = (*relation.qualifiers, *((name, value) for name, value in given if value))
        evidence = self.file.evidence(self.mechanism.id, publications=self.mechanism.publications)
        yield Association(start.reference, relation.predicate, end.reference, evidence, qualifiers)

    def _resolved(self, node: Node) -> Resolved:
        if node.label not in CATEGORIES:
            known = ", ".join(CATEGORIES)
            raise self.file.error(None, f"{self.mechanism.id} has the node label {node.label!r}; known are {known}")
        return resolve(self.context, node, self.mechanism.drugbank if node == self.mechanism.drug else "")


SOURCE: Final = Source(
    id="drugmechdb",
    title="DrugMechDB",
    license="CC0 1.0",
    license_url="https://creativecommons.org/publicdomain/zero/1.0/",
    homepage="https://sulab.github.io/DrugMechDB/",
    downloads=(Download("https://raw.githubusercontent.com/SuLab/DrugMechDB/main/indication_paths.yaml"),),
    tables=(
        Table("indication_paths.yaml", read_paths, required=False, unversioned="undated"),
        Table("*_MESH_*.yaml", read_paths, required=False, many=True, unversioned="undated"),
    ),
)
