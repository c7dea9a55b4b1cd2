"""Ontologies in OBO format: the terms of one prefix, as the readers of HPO and Mondo need them.

Format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.model import Entity
from ontology.reference import Reference
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.context import Context
    from kg.model import Value
    from kg.source import SourceFile
    from ontology.vocabulary import Category

_EXACT_SYNONYM: Final = re.compile(r'^"(?P<text>(?:[^"\\]|\\.)*)"\s+EXACT\b')
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Term:
    """One term with what relates it to other terms; ``synonyms`` are the exact ones."""

    reference: Reference
    name: str
    synonyms: tuple[str, ...] = ()
    parents: tuple[Reference, ...] = ()
    alternative_ids: tuple[Reference, ...] = ()
    obsolete: bool = False
    replaced_by: tuple[Reference, ...] = ()

    def to_entity(self, category: Category) -> Entity:
        """The term as an entity; an obsolete one says so and names its replacements."""
        attributes: list[tuple[Attribute, Value]] = [
            (Attribute.ALTERNATIVE_ID, other) for other in self.alternative_ids
        ]
        if self.obsolete:
            attributes.append((Attribute.DEPRECATED, "true"))
            attributes += [(Attribute.REPLACED_BY, other) for other in self.replaced_by]
        return Entity(self.reference, category, self.name, self.synonyms, tuple(attributes))


def read_obo(file: SourceFile, context: Context, prefix: str) -> dict[Reference, Term]:
    """Terms of ``prefix`` by their references, in the order of the file, obsolete ones among them.

    Terms of other ontologies, and relations to them, are left out and counted.

    Raises:
        SourceError: the file is no OBO document, a term lacks its name or holds a malformed identifier, or two terms
            have one identifier.
    """
    import obonet

    lines = [line for _, line in file.lines()]
    if not lines or not lines[0].startswith("format-version:"):
        raise file.error(1, "is no OBO document: it does not begin with format-version")
    try:
        graph = obonet.read_obo(io.StringIO("\n".join(lines)), ignore_obsolete=False)
    except (KeyError, ValueError) as error:
        raise file.error(_line_of(lines, str(error).rpartition("\n")[2]), f"is not valid OBO: {error}") from error
    identifiers = _term_ids(file, lines)
    if swallowed := [node for node in identifiers if node not in graph]:
        raise file.error(identifiers[swallowed[0]], f"{swallowed[0]} is a second id in one stanza")
    for node in context.records(node for node in identifiers if not node.startswith(f"{prefix}:")):
        context.left_out.add("term of another ontology", node)
    reader = _Stanzas(file, context, prefix, lines)
    stanzas = ((node, graph.nodes[node]) for node in identifiers if node.startswith(f"{prefix}:"))
    return {term.reference: term for node, data in stanzas for term in [reader.term(node, data)]}


def ancestors(reference: Reference, terms: Mapping[Reference, Term]) -> set[Reference]:
    """The term itself and everything above it."""
    above: set[Reference] = set()
    queue = [reference]
    while queue:
        term = queue.pop()
        if term not in above:
            above.add(term)
            queue += terms[term].parents if term in terms else ()
    return above


def replacements(term: Term, terms: Mapping[Reference, Term]) -> set[Reference]:
    """The current terms at the end of an obsolete term's chains of replacement; none where a chain leaves ``terms``."""
    current: set[Reference] = set()
    seen: set[Reference] = set()
    queue = list(term.replaced_by)
    while queue:
        following = terms.get(queue.pop())
        if following is None or following.reference in seen:
            continue
        seen.add(following.reference)
        if following.obsolete:
            queue += following.replaced_by
        else:
            current.add(following.reference)
    return current


@dataclass(frozen=True, slots=True)
class _Stanzas:
    """Makes terms of obonet's tag dictionaries."""

    file: SourceFile
    context: Context
    prefix: str
    lines: list[str]

    def term(self, node: str, data: Mapping[str, object]) -> Term:
        reference = Reference.find(node)
        if reference is None or not data.get("name"):
            reason = f"term {node} has no name" if reference else f"{node!r} is no {self.prefix} id"
            raise self.file.error(_line_of(self.lines, f"id: {node}"), reason)
        synonyms = filter(None, (_EXACT_SYNONYM.match(text) for text in _values(data, "synonym")))
        return Term(
            reference,
            _unescaped(str(data["name"])),
            tuple(_unescaped(match["text"]) for match in synonyms),
            tuple(self._references(node, data, "is_a")),
            tuple(self._references(node, data, "alt_id")),
            data.get("is_obsolete") == "true",
            tuple(self._references(node, data, "replaced_by")),
        )

    def _references(self, node: str, data: Mapping[str, object], tag: str) -> list[Reference]:
        found = []
        for text in _values(data, tag):
            reference = Reference.find(text)
            if reference is None and text.startswith(f"{self.prefix}:"):
                line = _line_of(self.lines, f"id: {node}")
                raise self.file.error(line, f"term {node}: {tag} {text!r} is no {self.prefix} id")
            if reference is None or (tag == "is_a" and reference.prefix != self.prefix):
                self.context.left_out.add(f"{tag} of another ontology", f"{node} {tag} {text}")
            else:
                found.append(reference)
        return found


def _term_ids(file: SourceFile, lines: list[str]) -> dict[str, int]:
    """Identifiers of the ``[Term]`` stanzas with their line numbers; obonet would take the last of equal ones."""
    found: dict[str, int] = {}
    stanza = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("["):
            stanza = line.strip()
        elif stanza == "[Term]" and line.startswith("id:"):
            node = line.removeprefix("id:").partition("!")[0].strip()
            if node in found:
                raise file.error(number, f"term {node} was already defined in line {found[node]}")
            found[node] = number
    return found


def _values(data: Mapping[str, object], tag: str) -> list[str]:
    values = data.get(tag, ())
    return [str(value) for value in values] if isinstance(values, list) else []


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _line_of(lines: list[str], text: str) -> int | None:
    return lines.index(text) + 1 if text in lines else None
