"""Which variants and submissions the releases of one build have stated so far, in one bit or eight bytes each.

ClinVar numbers its variants and submissions, so that a release of eight million of them takes one megabyte. Variants
that an old file names by their place alone are found by the places of single-base changes.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import numpy as np

from kg.chromosomes import CHROMOSOMES
from kg.folders import release_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_CHROMOSOME_CODE: Final = {name: code for code, name in enumerate((*CHROMOSOMES, "MT"))}
_BASE_CODE: Final = {base: code for code, base in enumerate("ACGT")}


class _Collection(Protocol):
    def add(self, number: int, /) -> None: ...

    def __contains__(self, number: int, /) -> bool: ...


_Kind = TypeVar("_Kind", bound=_Collection)


@dataclass(slots=True)
class Numbers:
    """A set of small numbers, one bit each."""

    bits: bytearray = field(default_factory=bytearray)

    def add(self, number: int) -> None:
        """Put one number in."""
        byte = number >> 3
        if byte >= len(self.bits):
            self.bits.extend(bytes(byte + 1 - len(self.bits) + (len(self.bits) >> 2)))
        self.bits[byte] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        byte = number >> 3
        return byte < len(self.bits) and bool(self.bits[byte] >> (number & 7) & 1)


@dataclass(slots=True)
class Places:
    """A set of large numbers, eight bytes each; asking sorts what was put in since."""

    new: array[int] = field(default_factory=lambda: array("Q"))
    ordered: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    def add(self, number: int) -> None:
        """Put one number in."""
        self.new.append(number)

    def __contains__(self, number: int) -> bool:
        if self.new:
            self.ordered = np.union1d(self.ordered, np.frombuffer(self.new, np.uint64))
            self.new = array("Q")
        index = int(np.searchsorted(self.ordered, np.uint64(number)))
        return index < len(self.ordered) and int(self.ordered[index]) == number


@dataclass(slots=True)
class ByRelease(Generic[_Kind]):
    """One collection a release."""

    make: Callable[[], _Kind]
    releases: dict[str, _Kind] = field(default_factory=dict)

    def of(self, release: str) -> _Kind:
        """The collection of one release."""
        return self.releases.setdefault(release, self.make())

    def newer(self, release: str) -> list[_Kind]:
        """The collections of newer releases that were read so far."""
        key = release_key(release) or ()
        return [found for other, found in self.releases.items() if (release_key(other) or ()) > key]


@dataclass(slots=True)
class Stated:
    """What has been stated so far: aggregate classifications by variant and place, submissions by number."""

    variants: ByRelease[Numbers] = field(default_factory=lambda: ByRelease(Numbers))
    submissions: ByRelease[Numbers] = field(default_factory=lambda: ByRelease(Numbers))
    places: ByRelease[Places] = field(default_factory=lambda: ByRelease(Places))


def place_code(locus: str) -> int | None:
    """One number for a single-base change ``chrom-pos-ref-alt``; ``None`` for every other change.

    >>> place_code("15-48812874-G-A") == place_code("15-48812874-G-C")
    False
    """
    if locus[-4:-3] != "-" or locus[-2:-1] != "-":
        return None
    chromosome, _, position = locus[:-4].partition("-")
    ref, alt = _BASE_CODE.get(locus[-3]), _BASE_CODE.get(locus[-1])
    code = _CHROMOSOME_CODE.get(chromosome)
    if ref is None or alt is None or code is None or not position.isdigit():
        return None
    return (code << 40) | (int(position) << 4) | (ref << 2) | alt
