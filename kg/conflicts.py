"""Statements of the graph that contradict each other, found while a release is built.

Nothing is decided and nothing is dropped: every statement stays with its source, and the conflict lists them side by
side. Diseases count as one where Mondo matches exactly one of its own to each of them, variants where they have one
GRCh38 locus.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np

from kg.model import Association, Entity
from ontology.errors import ReleaseError
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.normalize import Names
    from kg.store import Graph

FOLDER: Final = "conflicts"
"""Folder of these arrays within a release's tables."""


class ConflictKind(StrEnum):
    """What contradicting statements disagree about."""

    SIGNIFICANCE = "significance"
    """Two sources call one variant pathogenic, benign or of uncertain significance."""
    GENE_DISEASE_VALIDITY = "gene_disease_validity"
    """A gene is said to be associated with a condition, and denied to be."""
    ALLELE_FUNCTION = "allele_function"
    """A named allele is given different clinical functions."""
    INDICATION = "indication"
    """A drug is said to treat a condition, and denied to, or contraindicated in it."""


_KINDS: Final = tuple(ConflictKind)
_PAIRS: Final = frozenset({ConflictKind.GENE_DISEASE_VALIDITY, ConflictKind.INDICATION})
"""Kinds that are about a subject and a disease together."""
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""An odd factor permutes 64-bit numbers (Knuth's multiplicative hash)."""
_TREATMENT: Final = frozenset(
    {
        Predicate.TREATS,
        Predicate.APPLIED_TO_TREAT,
        Predicate.AMELIORATES_CONDITION,
        Predicate.PREVENTATIVE_FOR_CONDITION,
    }
)
_CLASS_OF: Final = {
    "pathogenic": "pathogenic",
    "likely pathogenic": "pathogenic",
    "pathogenic/likely pathogenic": "pathogenic",
    "benign": "benign",
    "likely benign": "benign",
    "benign/likely benign": "benign",
    "uncertain significance": "uncertain",
    "(likely) pathogenic": "pathogenic",
    "(likely) benign": "benign",
    "vus": "uncertain",
}
"""The three classes that ClinVar compares for conflicts (https://www.ncbi.nlm.nih.gov/clinvar/docs/clinsig/), in the
words of ClinVar and VKGL."""
_NO_FUNCTION_STATED: Final = frozenset({"", "unknown function", "uncertain function", "unassigned function"})
"""CPIC's terms for an allele whose function nobody has determined, which contradicts nothing."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements that contradict each other, in order of their keys."""

    kind: ConflictKind
    statements: tuple[Association, ...]


@dataclass(slots=True)
class ConflictWriter:
    """Gathers what can be contradicted while a release is built; 49 bytes a statement and 16 a variant."""

    diseases: Names
    _kind: array[int] = field(default_factory=lambda: array("B"))
    _about: array[int] = field(default_factory=lambda: array("Q"))
    _disease: array[int] = field(default_factory=lambda: array("Q"))
    """Of statements about a pair, else 0."""
    _stance: array[int] = field(default_factory=lambda: array("Q"))
    _source: array[int] = field(default_factory=lambda: array("Q"))
    _keys: bytearray = field(default_factory=bytearray)
    _variant: array[int] = field(default_factory=lambda: array("Q"))
    _locus: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, item: Entity | Association) -> None:
        """Take one item; of entities only the loci of variants matter."""
        if isinstance(item, Entity):
            if item.category is Category.SEQUENCE_VARIANT and (locus := item.attribute(Attribute.LOCUS_GRCH38)):
                self._variant.append(_hash(item.reference.curie))
                self._locus.append(_hash(str(locus)))
            return
        for kind, stance in _claims(item):
            self._kind.append(_KINDS.index(kind))
            self._about.append(_hash(item.subject.curie))
            self._disease.append(_hash(item.object.curie) if kind in _PAIRS else 0)
            self._stance.append(_hash(stance))
            self._source.append(_hash(item.evidence[0].source))
            self._keys += bytes.fromhex(item.key)

    def write(self, folder: Path) -> None:
        """Write the keys of contradicting statements, and where each conflict begins."""
        target = folder / FOLDER
        target.mkdir(parents=True)
        about = self._located() ^ self._equated()
        kind, stance = np.frombuffer(self._kind, np.uint8), np.frombuffer(self._stance, np.uint64)
        source, keys = np.frombuffer(self._source, np.uint64), np.frombuffer(self._keys, ">u8").reshape(-1, 2)
        order = np.lexsort((keys[:, 1], keys[:, 0], about, kind))
        groups = _groups(kind[order], about[order], stance[order])
        found = [
            g
            for g in (order[start:end] for start, end in groups)
            if _disagree(_KINDS[kind[g[0]]], stance[g], source[g])
        ]
        members = [g[np.append(True, np.any(np.diff(keys[g], axis=0) != 0, axis=1))] for g in found]
        found_kinds = np.array([kind[g[0]] for g in members], np.uint8)
        listed = np.concatenate([*members, np.empty(0, np.int64)]).astype(np.int64)
        np.save(target / "kind.npy", found_kinds)
        np.save(target / "start.npy", np.append(0, np.cumsum([len(g) for g in members], dtype=np.int64)))
        np.save(target / "key.npy", np.frombuffer(self._keys, np.uint8).reshape(-1, 16)[listed])

    def _equated(self) -> NDArray[np.uint64]:
        """The disease of each claim, one Mondo disease in place of all that it alone matches exactly, shuffled.

        Only now are the mappings of all sources known.
        """
        diseases = np.frombuffer(self._disease, np.uint64).copy()
        matches = {
            _hash(reference.curie): _hash(mondo[0].curie)
            for reference, claims in self.diseases.identifiers.items()
            if len(mondo := [claim for claim in claims if claim.prefix == "MONDO"]) == 1
        }
        names = np.sort(np.fromiter(matches, np.uint64, len(matches)))
        if len(names):
            places = np.minimum(np.searchsorted(names, diseases), len(names) - 1)
            matched = names[places] == diseases
            diseases[matched] = [matches[name] for name in diseases[matched].tolist()]
        return diseases * _ODD  # so that a pair and its reverse differ

    def _located(self) -> NDArray[np.uint64]:
        """What each claim is about, a variant with a locus replaced by that locus."""
        about = np.frombuffer(self._about, np.uint64).copy()
        variants, first = np.unique(np.frombuffer(self._variant, np.uint64), return_index=True)
        if len(variants):
            places = np.minimum(np.searchsorted(variants, about), len(variants) - 1)
            located = variants[places] == about
            about[located] = np.frombuffer(self._locus, np.uint64)[first][places[located]]
        return about


def count_conflicts(tables: Path) -> dict[ConflictKind, int]:
    """How many conflicts of each kind a release holds.

    Raises:
        ReleaseError: the release has no such table.
    """
    kinds, counts = np.unique(_load(tables, "kind"), return_counts=True)
    by_kind = dict(zip(kinds.tolist(), counts.tolist(), strict=True))
    return {kind: by_kind.get(number, 0) for number, kind in enumerate(_KINDS)}


def find_conflicts(graph: Graph, kind: ConflictKind | None = None) -> Iterator[Conflict]:
    """The conflicts of a release with their statements and all evidence, of one kind or of all.

    Raises:
        ReleaseError: the release has no such table.
    """
    tables = graph.release.tables_path
    kinds, starts, keys = (_load(tables, name) for name in ("kind", "start", "key"))
    for number, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        if kind in (None, _KINDS[kinds[number]]):
            statements = (graph.association(bytes(key).hex()) for key in keys[start:end])
            yield Conflict(_KINDS[kinds[number]], tuple(one for one in statements if one is not None))


def _claims(item: Association) -> Iterator[tuple[ConflictKind, str]]:
    """Kinds of conflict that a statement may be part of, with its stance in each."""
    stance = "denied" if item.negated else "asserted"
    if item.predicate is Predicate.GENE_ASSOCIATED_WITH_CONDITION:
        yield ConflictKind.GENE_DISEASE_VALIDITY, stance
    elif item.predicate in _TREATMENT:
        yield ConflictKind.INDICATION, stance
    elif item.predicate is Predicate.CONTRAINDICATED_IN and not item.negated:
        yield ConflictKind.INDICATION, "denied"
    elif (function := str(item.qualifier(Qualifier.ALLELE_FUNCTION) or "").casefold()) not in _NO_FUNCTION_STATED:
        yield ConflictKind.ALLELE_FUNCTION, function
    named = _CLASS_OF.get(str(item.qualifier(Qualifier.SIGNIFICANCE) or "").casefold())
    if named:
        yield ConflictKind.SIGNIFICANCE, named


def _groups(
    kind: NDArray[np.uint8], about: NDArray[np.uint64], stance: NDArray[np.uint64]
) -> Iterator[tuple[int, int]]:
    """Bounds of the runs of equal ``kind`` and ``about`` in which more than one stance is taken."""
    if not len(kind):
        return
    starts = np.append(0, np.flatnonzero((np.diff(kind) != 0) | (np.diff(about) != 0)) + 1)
    several = np.minimum.reduceat(stance, starts) != np.maximum.reduceat(stance, starts)
    ends = np.append(starts[1:], len(kind))
    yield from zip(starts[several].tolist(), ends[several].tolist(), strict=True)


def _disagree(kind: ConflictKind, stances: NDArray[np.uint64], sources: NDArray[np.uint64]) -> bool:
    """Whether several stances are a conflict: on a variant's significance, if different sources take them.

    ClinVar aggregates its own submitters and says itself where they conflict.
    """
    if kind is not ConflictKind.SIGNIFICANCE:
        return True
    by_source = {source: set(stances[sources == source].tolist()) for source in set(sources.tolist())}
    return any(one != other for one in by_source.values() for other in by_source.values())


def _load(tables: Path, name: str) -> NDArray[np.generic]:
    path = tables / FOLDER / f"{name}.npy"
    if not path.is_file():
        raise ReleaseError(f"{tables} holds no list of conflicts; build the release again")
    loaded: NDArray[np.generic] = np.load(path, mmap_mode="r")
    return loaded


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
