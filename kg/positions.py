"""Variants by position: sorted arrays made by the build, one set for each genome assembly.

SPARQL over the attributes ``locus_GRCh37`` and ``locus_GRCh38`` gives the same answers, one variant at a time.
"""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from kg.model import Entity
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.model import Association

FOLDER: Final = "positions"
"""Folder of these arrays within a release's tables."""
ASSEMBLY_OF: Final = {Attribute.LOCUS_GRCH37: "GRCh37", Attribute.LOCUS_GRCH38: "GRCh38"}
_ARRAYS: Final = ("site", "text", "start")
_TAB: Final = b"\t"


@dataclass(slots=True)
class _Texts:
    """Many short texts, end to end."""

    content: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("q"))

    def append(self, text: str) -> None:
        self.content += text.encode()
        self.ends.append(len(self.content))

    def __getitem__(self, number: int) -> bytes:
        return bytes(self.content[self.ends[number - 1] if number else 0 : self.ends[number]])


@dataclass(slots=True)
class _Gathered:
    """Loci of one assembly in the order of reading; ``contigs`` has a number for each name."""

    contigs: dict[str, int] = field(default_factory=dict)
    contig: array[int] = field(default_factory=lambda: array("H"))
    position: array[int] = field(default_factory=lambda: array("I"))
    texts: _Texts = field(default_factory=_Texts)

    def add(self, locus: str, reference: Reference) -> None:
        contig, position, alleles = _parts(locus)
        self.contig.append(self.contigs.setdefault(contig, len(self.contigs)))
        self.position.append(position)
        self.texts.append(f"{alleles}\t{reference}")

    def arrays(self) -> tuple[list[str], dict[str, NDArray[np.generic]]]:
        """Contig names in order, and the arrays: distinct loci, sorted by site, alleles and variant."""
        contigs = sorted(self.contigs)
        rank = np.zeros(len(contigs), np.uint64)
        rank[[self.contigs[name] for name in contigs]] = np.arange(len(contigs), dtype=np.uint64)
        positions = np.frombuffer(self.position, np.uint32).astype(np.uint64)
        sites = rank[np.frombuffer(self.contig, np.uint16)] << np.uint64(32) | positions
        order = np.fromiter(self._ordered(sites), np.int64)
        return contigs, dict(zip(_ARRAYS, (sites[order], *_joined(self.texts, order)), strict=True))

    def _ordered(self, sites: NDArray[np.uint64]) -> Iterator[int]:
        by_site = np.argsort(sites, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(sites[by_site])) + 1, len(by_site))
        start = 0
        for end in ends.tolist():
            if end - start == 1:
                yield int(by_site[start])
            else:
                of_text = {self.texts[i]: i for i in by_site[start:end].tolist()}
                yield from (of_text[text] for text in sorted(of_text))
            start = end


class PositionWriter:
    """Gathers the loci of variants while a release is built, and writes them as sorted arrays."""

    def __init__(self) -> None:
        self._of = {assembly: _Gathered() for assembly in ASSEMBLY_OF.values()}

    def add(self, item: Entity | Association) -> None:
        """Take one item; only entities with a locus matter."""
        if isinstance(item, Entity):
            for name, value in item.attributes:
                assembly = ASSEMBLY_OF.get(name)
                if assembly is not None:
                    self._of[assembly].add(str(value), item.reference)

    def write(self, folder: Path) -> None:
        """Write the arrays into ``folder``; equal loci give equal files, whatever their order was."""
        for assembly, gathered in self._of.items():
            target = folder / FOLDER / assembly
            target.mkdir(parents=True)
            contigs, arrays = gathered.arrays()
            (target / "contigs.json").write_text(json.dumps(contigs), "utf-8")
            for name, values in arrays.items():
                np.save(target / f"{name}.npy", values)


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """The loci of one assembly, memory-mapped.

    Locus ``i`` lies at ``site[i]`` (contig number in the upper, position in the lower 32 bits); its alleles and its
    variant, with a tab between, are ``text[start[i]:start[i + 1]]``: side by side, since a look-up costs little but
    the pages of the files that it touches.
    """

    contigs: dict[str, int]
    site: NDArray[np.uint64]
    text: NDArray[np.uint8]
    start: NDArray[np.int64]

    @classmethod
    def load(cls, folder: Path, assembly: str) -> Self:
        """Open the arrays of a release's tables folder for ``GRCh37`` or ``GRCh38``.

        Raises:
            ReleaseError: the release has no such arrays.
        """
        source = folder / FOLDER / assembly
        if not source.is_dir():
            raise ReleaseError(f"{folder} holds no positions on {assembly}; build the release again")
        contigs: list[str] = json.loads((source / "contigs.json").read_text("utf-8"))
        arrays = {name: np.asarray(np.load(source / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS}
        return cls({name: number for number, name in enumerate(contigs)}, **arrays)

    def __len__(self) -> int:
        """Number of loci."""
        return len(self.site)

    def find(self, loci: Iterable[str]) -> list[tuple[Reference, ...]]:
        """For each locus (``chrom-pos-ref-alt``, 1-based, left-aligned, no ``chr``) the variants that have it, sorted.

        Raises:
            ValueError: a text is no locus.
        """
        parts = [_parts(locus) for locus in loci]
        sites = np.array([self._site(contig, position) for contig, position, _ in parts], np.uint64)
        starts, ends = (np.searchsorted(self.site, sites, side) for side in ("left", "right"))
        found: list[list[Reference]] = [[] for _ in parts]
        for place, (start, end) in self._candidates(starts, ends):
            alleles, _, name = self.text[start:end].tobytes().partition(_TAB)
            if alleles == parts[place][2].encode():
                prefix, _, identifier = name.decode().partition(":")
                found[place].append(Reference(prefix, identifier))
        return [tuple(variants) for variants in found]

    def _candidates(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Iterator[tuple[int, tuple[int, int]]]:
        """For every locus at a place asked for: the number of that place, and the bounds of the locus's text."""
        counts = ends - starts
        numbers = np.repeat(starts, counts) + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        bounds = zip(self.start[numbers].tolist(), self.start[numbers + 1].tolist(), strict=True)
        yield from zip(np.repeat(np.arange(len(starts)), counts).tolist(), bounds, strict=True)

    def _site(self, contig: str, position: int) -> int:
        """The place of a position among all; that of an unknown contig, or beyond any contig's end, is after every one."""
        known = contig in self.contigs and position < 1 << 32
        return self.contigs[contig] << 32 | position if known else len(self.contigs) << 32


def _parts(locus: str) -> tuple[str, int, str]:
    """Contig, position and ``ref-alt`` of a locus."""
    contig, position, alleles = locus.split("-", 2)
    return contig, int(position), alleles


def _joined(texts: _Texts, order: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The texts of ``order`` end to end, and where each starts (one entry more than there are texts)."""
    ends = np.frombuffer(texts.ends, np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), ends))[:-1] if len(ends) else ends
    lengths = (ends - starts)[order]
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    places = np.arange(bounds[-1]) - np.repeat(bounds[:-1] - starts[order], lengths)
    return np.frombuffer(texts.content, np.uint8)[places], bounds
