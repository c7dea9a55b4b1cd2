"""Names of the release that are near to a misspelt one. Suggestions are shown, never used."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.rdf import ATTRIBUTE, NAME_KEY, name_key
from ontology.reference import Reference
from ontology.vocabulary import BIOLINK, Attribute, Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kg.model import Entity
    from kg.store import Graph

SUGGESTIONS: Final = 3
"""How many suggestions a problem names."""

_LIKENESS: Final = 72.0
"""Least token set ratio (0 to 100, rapidfuzz) of a suggested term; found by trying misspelt names."""
_DRUG_LIKENESS: Final = 80.0
"""The same for drugs, of which one name in a few letters is often near another: misspelt ones that were tried have 83
and more, brands that the release does not know at most 75 with drugs of other kinds."""
_MISTYPED: Final = 2
"""Most edits (an exchange of neighbours is one) between a mistyped identifier and a suggested one."""
_CATEGORY: Final = NamedNode(BIOLINK + "category")
_KEY: Final = NamedNode(NAME_KEY)
_GENE: Final = NamedNode(ATTRIBUTE + Attribute.GENE)


@dataclass(frozen=True, slots=True)
class _Table:
    """Distinct name keys, and for each an entity that carries it."""

    keys: tuple[str, ...]
    references: tuple[Reference, ...]

    def nearest(self, text: str, likeness: float) -> list[Reference]:
        """Distinct references, the likeliest first."""
        found = process.extract(
            name_key(text), self.keys, scorer=fuzz.token_set_ratio, limit=4 * SUGGESTIONS, score_cutoff=likeness
        )
        return list(dict.fromkeys(self.references[index] for _, _, index in found))


@dataclass
class Names:
    """The vocabulary of an opened release; tables for suggestions are made when the first one is needed."""

    graph: Graph
    _memory: dict[tuple[str, str], tuple[Entity, ...]] = field(default_factory=dict)
    _alleles: dict[Reference, tuple[str, ...]] = field(default_factory=dict)

    def near_phenotypes(self, text: str) -> tuple[Entity, ...]:
        """Current phenotypic features with a name like ``text``."""
        return self._remembered("phenotype", text, lambda: self._phenotypes.nearest(text, _LIKENESS))

    def near_phenotype_ids(self, reference: Reference) -> tuple[Entity, ...]:
        """Current phenotypic features whose identifier differs by at most two edits."""
        return self._remembered("id", reference.identifier, lambda: list(self._mistyped(reference)))

    def near_drugs(self, text: str) -> tuple[Entity, ...]:
        """Drugs with a name or synonym like ``text``."""
        return self._remembered("drug", text, lambda: self._drugs.nearest(text, _DRUG_LIKENESS))

    def near_genes(self, text: str) -> list[str]:
        """Symbols like ``text`` of genes whose alleles the release knows."""
        found = process.extract(text.upper(), self.allele_genes, scorer=fuzz.ratio, limit=SUGGESTIONS, score_cutoff=60)
        return [symbol for symbol, _, _ in found]

    def alleles(self, gene: Reference) -> tuple[str, ...]:
        """Names of a gene's alleles that the release knows, sorted."""
        if gene not in self._alleles:
            quads = self.graph.store.quads_for_pattern(None, _GENE, NamedNode(gene.iri), None)
            references = (
                Reference.from_iri(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)
            )
            names = (reference.minted_name for reference in references if reference.identifier.startswith("allele/"))
            self._alleles[gene] = tuple(sorted({name.split("/", 1)[1] for name in names}))
        return self._alleles[gene]

    @cached_property
    def allele_genes(self) -> tuple[str, ...]:
        """Symbols of the genes whose alleles the release knows, sorted."""
        return tuple(
            sorted({reference.minted_name.split("/", 1)[0] for reference in self._members(Category.HAPLOTYPE)})
        )

    @cached_property
    def _phenotypes(self) -> _Table:
        return self._table(ref for ref in self._members(Category.PHENOTYPIC_FEATURE) if ref.prefix == "HP")

    @cached_property
    def _drugs(self) -> _Table:
        return self._table(self._members(Category.DRUG))

    def _mistyped(self, reference: Reference) -> Iterator[Reference]:
        by_distance: dict[int, list[Reference]] = defaultdict(list)
        for other in dict.fromkeys(self._phenotypes.references):
            distance = OSA.distance(reference.identifier, other.identifier, score_cutoff=_MISTYPED)
            if distance <= _MISTYPED:
                by_distance[int(distance)].append(other)
        for distance in sorted(by_distance):
            yield from sorted(by_distance[distance])[: 4 * SUGGESTIONS]

    def _members(self, category: Category) -> list[Reference]:
        quads = self.graph.store.quads_for_pattern(None, _CATEGORY, NamedNode(category.iri), None)
        return sorted({Reference.from_iri(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)})

    def _table(self, references: Iterable[Reference]) -> _Table:
        by_key: dict[str, Reference] = {}
        for reference in references:
            for quad in self.graph.store.quads_for_pattern(NamedNode(reference.iri), _KEY, None, None):
                if isinstance(quad.object, Literal):
                    by_key.setdefault(quad.object.value, reference)
        keys = sorted(by_key)
        return _Table(tuple(keys), tuple(by_key[key] for key in keys))

    def _remembered(self, kind: str, text: str, find: Callable[[], list[Reference]]) -> tuple[Entity, ...]:
        """Entities of what ``find`` answers, obsolete ones left out; asked once for each text."""
        if (kind, text) not in self._memory:
            entities = (self.graph.entity(reference) for reference in find())
            current = [e for e in entities if e is not None and e.attribute(Attribute.DEPRECATED) != "true"]
            self._memory[kind, text] = tuple(current)
        return self._memory[kind, text]


def did_you_mean(suggestions: Sequence[Entity | str]) -> str:
    """The end of a problem's message: nothing, or ``; did you mean A (id) or B (id)?``."""
    shown = [s if isinstance(s, str) else f"{s.name} ({s.reference})" for s in suggestions[:SUGGESTIONS]]
    return f"; did you mean {' or '.join(shown)}?" if shown else ""
