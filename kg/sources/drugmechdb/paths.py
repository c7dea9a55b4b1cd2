"""Mechanisms as DrugMechDB writes them: YAML of nodes and links (https://github.com/SuLab/DrugMechDB)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from ontology.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.source import SourceFile

_PUBMED: Final = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|europepmc\.org/article/med)/(\d+)", re.I
)
_DOI: Final = re.compile(r"\b(10\.\d{4,9}/[^\s?#]+)")
_DOI_ENDS: Final = re.compile(r"(?:/(?:full|pdf|abstract|epdf))?[/.,;]*$")
"""What publishers' addresses have behind a DOI."""

_DEEPEST: Final = 16
"""A list of paths, a path, its nodes, a node, its names: 5 levels."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing on a path. ``id`` is a CURIE in DrugMechDB's spelling, ``label`` a class of its Biolink Model."""

    id: str
    label: str
    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One step, from node to node."""

    source: Node
    key: str
    target: Node


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One path from a drug to a disease that it is used for; ``drugbank`` is empty where the drug has no such id."""

    id: str
    drug: Node
    drugbank: str
    disease: Node
    links: tuple[Link, ...]
    publications: tuple[Reference, ...]


def read_mechanisms(file: SourceFile) -> Iterator[Mechanism]:
    """The mechanisms of a file: one mapping, or a list of them.

    All scalars are read as text, so that the name ``NO`` (nitric oxide) is no boolean.

    Raises:
        SourceError: the file is no YAML, or a path lacks what it must have.
    """
    text = "\n".join(line for _, line in file.lines())
    try:
        _check_shape(file, text)
        document = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - makes text, lists and mappings alone
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise file.error(mark.line + 1 if mark else None, f"is not valid YAML: {error}") from error
    for number, path in enumerate(document if isinstance(document, list) else [document], start=1):
        yield _Parser(file, f"path {number}").mechanism(path)


def _check_shape(file: SourceFile, text: str) -> None:
    """Refuse what libyaml answers with a crash of the interpreter (deep nesting) or with endless work (aliases)."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            reason = "has an alias" if depth <= _DEEPEST else f"is nested deeper than {_DEEPEST} levels"
            line = event.start_mark.line + 1 if event.start_mark else None
            raise file.error(line, f"{reason}, which no mechanism is written with")


@dataclass(slots=True)
class _Parser:
    """Checks one path; ``place`` names it in errors."""

    file: SourceFile
    place: str

    def mechanism(self, path: Any) -> Mechanism:  # Any: one YAML value, checked below
        graph = self._mapping(self._mapping(path, "the path").get("graph"), "graph")
        self.place = self._text(graph, "_id")
        nodes = self._nodes(path)
        drugbank = self._text(graph, "drugbank", default="")
        drug_ids = [self._text(graph, "drug_mesh", default=""), drugbank]
        drug = next((nodes[identifier] for identifier in drug_ids if identifier in nodes), None)
        disease = nodes.get(self._text(graph, "disease_mesh"))
        if drug is None or disease is None:
            raise self._error("has no node for its drug or for its disease")
        links = tuple(self._link(link, nodes) for link in self._list(path, "links"))
        if not links:
            raise self._error("has no links")
        return Mechanism(self.place, drug, drugbank.removeprefix("DB:"), disease, links, self._publications(path))

    def _nodes(self, path: dict[str, Any]) -> dict[str, Node]:
        """Nodes by their ids; of one that is listed twice, the first."""
        nodes: dict[str, Node] = {}
        for entry in self._list(path, "nodes"):
            node = self._mapping(entry, "a node")
            identifier = self._text(node, "id")
            prefix, _, local = identifier.partition(":")
            if not prefix or not local:
                raise self._error(f"has the node id {identifier!r}, which is no PREFIX:ID")
            synonyms = node.get("alt_names") or []
            found = tuple(str(name) for name in (synonyms if isinstance(synonyms, list) else [synonyms]))
            nodes.setdefault(identifier, Node(identifier, self._text(node, "label"), self._text(node, "name"), found))
        return nodes

    def _link(self, entry: Any, nodes: dict[str, Node]) -> Link:
        link = self._mapping(entry, "a link")
        ends = self._text(link, "source"), self._text(link, "target")
        for end in ends:
            if end not in nodes:
                raise self._error(f"has a link to {end!r}, which is none of its nodes")
        return Link(nodes[ends[0]], self._text(link, "key"), nodes[ends[1]])

    def _publications(self, path: dict[str, Any]) -> tuple[Reference, ...]:
        texts = self._list(path, "references", default=[])
        found = (_publication(text) for text in texts if isinstance(text, str))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _mapping(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(f"is malformed: {name} is no mapping")
        return value

    def _list(self, mapping: dict[str, Any], key: str, default: list[Any] | None = None) -> list[Any]:
        value = mapping.get(key) or default
        if not isinstance(value, list):
            raise self._error(f"is malformed: {key} is no list")
        return value

    def _text(self, mapping: dict[str, Any], key: str, default: str | None = None) -> str:
        value = mapping.get(key) or default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._error(f"is malformed: {key} is missing or no text")
        return value.strip()

    def _error(self, reason: str) -> Exception:
        return self.file.error(None, f"{self.place} {reason}")


def _publication(text: str) -> Reference | None:
    """The publication that an address leads to, if the address tells its PMID or DOI."""
    if match := _PUBMED.search(text):
        return Reference("PMID", match.group(1))
    if match := _DOI.search(text):
        return Reference.find(f"DOI:{_DOI_ENDS.sub('', match.group(1))}")
    return None
