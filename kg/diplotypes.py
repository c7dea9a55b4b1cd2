"""Phenotype and activity score of each diplotype: arrays made while a release is built, memory-mapped when it is asked.

SPARQL over the associations of diplotypes with ``has_phenotype`` gives the same answers, some hundred times slower.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from kg.model import Association
from kg.sources import pharmcat
from kg.sources.cpic import API_RECORD, MALE, allele_names
from ontology.errors import ReleaseError
from ontology.reference import OWN_PREFIX, Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.model import Entity, Evidence

FOLDER: Final = "diplotypes"
"""Folder of these arrays within a release's tables."""
MITOCHONDRIAL: Final = "MT-"
"""How the symbols of mitochondrial genes begin (HGNC)."""
_ARRAYS: Final = ("hash", "start", "text", "phenotype", "score", "sources")
_GENOTYPE: Final = "genotype/"
_HAS_PHENOTYPE: Final = Predicate.HAS_PHENOTYPE


@dataclass(frozen=True, slots=True)
class StatedResult:
    """Phenotype of a diplotype, and its activity score as the source writes it (``≥3``)."""

    phenotype: Reference
    score: str | None


@dataclass(slots=True)
class _Statement:
    """One association, whoever states it; phenotype, score and sources by number."""

    diplotype: str
    phenotype: int
    score: int
    sources: int
    distance: int


@dataclass(slots=True)
class DiplotypeWriter:
    """Gathers the phenotypes of diplotypes while a release is built, and writes them as sorted arrays."""

    _stated: dict[str, _Statement] = field(default_factory=dict)
    """By the association's key."""
    _phenotypes: dict[str, int] = field(default_factory=dict)
    _scores: dict[str, int] = field(default_factory=dict)
    _sources: dict[str, int] = field(default_factory=dict)

    def add(self, item: Entity | Association) -> None:
        """Take one item; only what is asserted of the phenotype of a diplotype matters."""
        if not isinstance(item, Association) or item.predicate is not _HAS_PHENOTYPE or item.negated:
            return
        if item.subject.prefix == OWN_PREFIX and item.subject.identifier.startswith(_GENOTYPE):
            sources, distance = self._told_by(item), least_distance(item)
            known = self._stated.get(item.key)
            if known is None:
                self._stated[item.key] = self._statement(item, sources, distance)
            else:
                known.sources |= sources
                known.distance = min(known.distance, distance)

    def write(self, folder: Path) -> None:
        """Write the arrays into ``folder``; equal statements give equal files, whatever their order was."""
        target = folder / FOLDER
        target.mkdir(parents=True)
        names = {"phenotypes": self._phenotypes, "scores": self._scores, "sources": self._sources}
        (target / "names.json").write_text(json.dumps({name: sorted(of) for name, of in names.items()}), "utf-8")
        for name, values in self._arrays().items():
            np.save(target / f"{name}.npy", values)

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        rows = sorted(
            (_hash(text), text, stated.distance, key)
            for key, stated in self._stated.items()
            for text in _answered(stated.diplotype)
        )
        texts = [text.encode() for _, text, _, _ in rows]
        stated = [self._stated[key] for _, _, _, key in rows]
        phenotype, score, source = (_ranks(names) for names in (self._phenotypes, self._scores, self._sources))
        arrays: tuple[NDArray[np.generic], ...] = (
            np.array([hashed for hashed, _, _, _ in rows], np.uint64),
            np.append(0, np.cumsum([len(text) for text in texts], dtype=np.int64)),
            np.frombuffer(b"".join(texts), np.uint8),
            np.array([phenotype[one.phenotype] for one in stated], np.uint32),
            np.array([score[one.score] for one in stated], np.uint32),
            np.array(
                [sum(1 << rank for i, rank in source.items() if one.sources >> i & 1) for one in stated], np.uint64
            ),
        )
        return dict(zip(_ARRAYS, arrays, strict=True))

    def _statement(self, item: Association, sources: int, distance: int) -> _Statement:
        phenotype = self._phenotypes.setdefault(item.object.curie, len(self._phenotypes))
        score = self._scores.setdefault(str(item.qualifier(Qualifier.ACTIVITY_SCORE) or ""), len(self._scores))
        return _Statement(item.subject.minted_name, phenotype, score, sources, distance)

    def _told_by(self, item: Association) -> int:
        """The sources of an association, a bit each."""
        told = 0
        for evidence in item.evidence:
            told |= 1 << self._sources.setdefault(evidence.source, len(self._sources))
        return told


@dataclass(frozen=True, slots=True, eq=False)
class Diplotypes:
    """What the sources state of the phenotype of each diplotype, memory-mapped.

    Rows are sorted by the hash of gene and alleles; of one diplotype the source that speaks stands first. The gene and the
    alleles of row ``i``, with tabs between, are ``text[start[i]:start[i + 1]]``; bit ``j`` of ``sources[i]`` says that the
    source with number ``j`` states it.
    """

    phenotypes: tuple[Reference, ...]
    scores: tuple[str | None, ...]
    source_numbers: Mapping[str, int]
    hash: NDArray[np.uint64]
    start: NDArray[np.int64]
    text: NDArray[np.uint8]
    phenotype: NDArray[np.uint32]
    score: NDArray[np.uint32]
    sources: NDArray[np.uint64]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the arrays of a release's tables folder.

        Raises:
            ReleaseError: the release has no such arrays.
        """
        source = folder / FOLDER
        if not source.is_dir():
            raise ReleaseError(f"{folder} holds no diplotypes; build the release again")
        names: dict[str, list[str]] = json.loads((source / "names.json").read_text("utf-8"))
        return cls(
            tuple(Reference(*curie.split(":", 1)) for curie in names["phenotypes"]),
            tuple(score or None for score in names["scores"]),
            {name: number for number, name in enumerate(names["sources"])},
            **{name: np.asarray(np.load(source / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS},
        )

    def __len__(self) -> int:
        """Number of rows: a diplotype that several sources state differently has several."""
        return len(self.hash)

    def find(self, symbol: str, alleles: Sequence[str], sources: frozenset[str] | None = None) -> StatedResult | None:
        """The result of a diplotype in either order of its alleles, by the source that speaks among ``sources`` (or all).

        A single allele is hemizygous or mitochondrial; beside ``MALE`` it is hemizygous.
        """
        asked = _text(symbol, alleles)
        for row in self._rows(asked):
            if sources is None or int(self.sources[row]) & self._mask(sources):
                return StatedResult(self.phenotypes[self.phenotype[row]], self.scores[self.score[row]])
        return None

    def _rows(self, asked: str) -> Iterator[int]:
        hashed, wanted = np.uint64(_hash(asked)), asked.encode()
        row = int(np.searchsorted(self.hash, hashed))
        while row < len(self) and self.hash[row] == hashed:
            if self.text[self.start[row] : self.start[row + 1]].tobytes() == wanted:
                yield row
            row += 1

    def _mask(self, sources: frozenset[str]) -> int:
        return sum(1 << self.source_numbers[source] for source in sources if source in self.source_numbers)


def least_distance(stated: Association) -> int:
    """How far a statement on a diplotype is from CPIC at least: its own table, PharmCAT's copy, that of pypgx.

    Of several statements the nearest one speaks, of equally near ones that with the first key.
    """
    return min(map(_distance, stated.evidence))


def _distance(evidence: Evidence) -> int:
    if evidence.source == pharmcat.SOURCE.id:
        return 1
    return 0 if evidence.record.startswith(API_RECORD) else 2


def _answered(diplotype: str) -> Iterator[str]:
    """What is answered by a diplotype that a source writes so (``SYMBOL/A/B``).

    A single allele is written alone by CPIC and PharmCAT; pypgx writes ``X/MALE``, and a mitochondrial one twice.
    """
    symbol, _, written = diplotype.partition("/")
    names = allele_names(written)
    single = {name for name in names if name != MALE}
    if len(single) == 1 and (len(names) == 1 or MALE in names or symbol.startswith(MITOCHONDRIAL)):
        yield _text(symbol, tuple(single))
    if len(names) == 1:
        yield _text(symbol, (*names, MALE))
    else:
        yield _text(symbol, names)


def _text(symbol: str, alleles: Sequence[str]) -> str:
    return "\t".join((symbol, *sorted(alleles)))


def _ranks(numbers: Mapping[str, int]) -> dict[int, int]:
    """The place in alphabetical order of each number that a name was given."""
    return {numbers[name]: rank for rank, name in enumerate(sorted(numbers))}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
