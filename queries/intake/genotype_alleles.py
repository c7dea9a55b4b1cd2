"""What the letters of a genotype table mean at a defining site: bases on a strand, insertion codes, sequences.

23andMe and AncestryDNA report the forward strand of the reference; whether a table does is checked all the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from queries.case import Genotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Alleles = tuple[str | None, ...]
"""One or two alleles as a table writes them, ``None`` for one that was not called."""

CERTAIN: Final = 5
"""So many sites that fit only as complements, with none that fits only as it is, show a table on the other strand."""

_NO_CALL: Final = frozenset({"", "-", "0", ".", "N", "?"})
_SEPARATOR: Final = re.compile(r"\s*[/|]\s*")
_COMPLEMENT: Final = str.maketrans("ACGT", "TGCA")
_BASES: Final = frozenset("ACGT")
_CODES: Final = frozenset("ID")
_LETTERS: Final = _BASES | _CODES
_COPIES: Final = 2
_ONE_COPY: Final = frozenset({"Y", "MT"})


class Strand(Enum):
    """How the bases of a table relate to the reference's forward strand."""

    FORWARD = "forward"
    REVERSE = "reverse"
    DOUBTFUL = "doubtful"
    """Too much fits only as a complement to trust what fits either way, and too little to read all as complements."""


@dataclass(frozen=True)
class DefiningSite:
    """A site with the changes that alleles are defined by there: (reference, alternate) as VCF writes them."""

    chromosome: str
    position: int
    changes: frozenset[tuple[str, str]]

    @property
    def place(self) -> tuple[str, int]:
        """Chromosome and position."""
        return self.chromosome, self.position

    @cached_property
    def reference(self) -> str:
        """The assembly's sequence that the longest change replaces."""
        return max((ref for ref, _ in self.changes), key=len)

    @cached_property
    def bases(self) -> frozenset[str]:
        """Single bases that the site may show; none where no change is one of a single base."""
        return frozenset(base for ref, alt in self.changes if len(ref) == len(alt) == 1 for base in (ref, alt))

    @cached_property
    def alternates(self) -> frozenset[str]:
        """Sequences beside the reference, in full."""
        return frozenset(self._in_full(ref, alt) for ref, alt in self.changes)

    @cached_property
    def codes(self) -> dict[str, str]:
        """The sequences of ``I`` and ``D``: the longer and the shorter one of an insertion or deletion that is alone."""
        (ref, alt), *others = self.changes
        return {} if others or len(ref) == len(alt) else {"D": min(ref, alt, key=len), "I": max(ref, alt, key=len)}

    @cached_property
    def sequences(self) -> dict[str, str]:
        """Texts that mean one sequence of the site, whichever change's spelling it is, and that sequence in full."""
        meanings: dict[str, set[str]] = defaultdict(set)
        for ref, alt in self.changes:
            full = self._in_full(ref, alt)
            for text, meant in ((ref, self.reference), (alt, full), (self.reference, self.reference), (full, full)):
                meanings[text].add(meant)
        return {text: meant.pop() for text, meant in meanings.items() if len(meant) == 1}

    def _in_full(self, ref: str, alt: str) -> str:
        return alt + self.reference[len(ref) :]


def parse_alleles(texts: Sequence[str]) -> Alleles:
    """Alleles of a genotype in one column (``AG``, ``A/G``, ``A|G``, ``--``) or in two.

    >>> parse_alleles(["AG"]), parse_alleles(["A", "0"]), parse_alleles(["CTT/C"])
    (('A', 'G'), ('A', None), ('CTT', 'C'))

    Raises:
        ValueError: the texts are neither one nor two alleles. Alleles that a separator or columns keep apart may be
            anything; whether they mean something is for the site to say.
    """
    parts = list(texts)
    if len(parts) == 1 and not _SEPARATOR.search(parts[0]):
        parts = list(parts[0]) or [""]
        if not all(part in _NO_CALL or part in _LETTERS for part in parts):
            raise ValueError("is neither one nor two alleles")
    elif len(parts) == 1:
        parts = _SEPARATOR.split(parts[0])
    if len(parts) > _COPIES:
        raise ValueError("is neither one nor two alleles")
    return tuple(None if part in _NO_CALL else part for part in parts)


def by_copies(chromosome: str, alleles: Alleles, *, single_x: bool) -> Alleles:
    """The alleles of as many copies as the patient has of the chromosome; ``single_x`` where it has one X.

    AncestryDNA writes the single allele of a man's X and of Y and MT twice. No defining site lies in a pseudoautosomal
    region.

    Raises:
        ValueError: two different alleles where there is one copy, or one allele where there are two copies.
    """
    is_single = chromosome in _ONE_COPY or (single_x and chromosome == "X")
    if is_single and len(alleles) > 1:
        if len(set(alleles)) > 1:
            raise ValueError(f"two alleles {_shown(alleles)} stand on {chromosome}, of which there is one copy")
        return alleles[:1]
    if alleles[1:] or is_single or chromosome == "X":
        return alleles
    if alleles[0] is not None:
        raise ValueError(
            f"one allele {_shown(alleles)} stands on chromosome {chromosome}, of which there are two copies"
        )
    return alleles * 2


def strand_of(reads: Iterable[tuple[DefiningSite, Alleles]]) -> Strand:
    """The strand that the bases of all read sites show together."""
    votes = Counter(
        _fits(site, alleles) for site, alleles in reads if site.bases and _BASES.issuperset(_called(alleles))
    )
    as_they_are, complements = votes[True, False], votes[False, True]
    if complements >= CERTAIN and not as_they_are:
        return Strand.REVERSE
    return Strand.DOUBTFUL if complements and complements >= as_they_are else Strand.FORWARD


def interpret(site: DefiningSite, alleles: Alleles, strand: Strand) -> Genotype:
    """What the alleles show at the site; a genotype with ``conflict`` where they fit none of its changes."""
    called = _called(alleles)
    of_bases = _BASES.issuperset(called)
    try:
        meanings = _bases(site, alleles, strand) if of_bases else _sequences(site, alleles)
    except ValueError as error:
        return unreadable(site, alleles, str(error))
    reference = site.reference[0] if of_bases else site.reference
    looked_for = site.bases - {reference} if of_bases else site.alternates
    read = tuple(None if allele is None else meanings[allele] for allele in alleles)
    return Genotype(site.chromosome, site.position, reference, read, alternates=tuple(sorted(looked_for)))


def unreadable(site: DefiningSite, alleles: Alleles, reason: str) -> Genotype:
    """A genotype that shows nothing, for the reason."""
    nothing = (None,) * len(alleles)
    return Genotype(site.chromosome, site.position, site.reference[0], nothing, conflict=reason)


def _bases(site: DefiningSite, alleles: Alleles, strand: Strand) -> dict[str, str]:
    """What each base means.

    Raises:
        ValueError: the bases do not fit the site, or fit it on the wrong strand, or on both where that matters.
    """
    choices, shown = _choices(site), _shown(alleles)
    if not _called(alleles):
        return {}
    if not site.bases:
        raise ValueError(f"bases {shown} stand where {choices} are inserted or deleted")
    fits, fits_complement = _fits(site, alleles)
    if not (fits or fits_complement):
        raise ValueError(f"alleles {shown} do not fit {choices}")
    if fits and fits_complement and strand is not Strand.FORWARD:
        raise ValueError(
            f"alleles {shown} fit {choices} on either strand, and the table's strand is not the forward one"
        )
    if strand is Strand.REVERSE:
        if fits:
            raise ValueError(f"alleles {shown} fit {choices}, but the table's other sites are complements")
        return {base: base.translate(_COMPLEMENT) for base in "ACGT"}
    if not fits:
        raise ValueError(f"alleles {shown} do not fit {choices}; their complements would")
    return {base: base for base in "ACGT"}


def _sequences(site: DefiningSite, alleles: Alleles) -> dict[str, str]:
    """What each insertion code or sequence means.

    Raises:
        ValueError: they may mean several of the site's sequences, or none.
    """
    called = _called(alleles)
    meanings = site.codes if _CODES.issuperset(called) else site.sequences
    if not called <= meanings.keys():
        raise ValueError(f"alleles {_shown(alleles)} do not tell which of {_choices(site)} they are")
    return meanings


def _fits(site: DefiningSite, alleles: Alleles) -> tuple[bool, bool]:
    """Whether called bases fit the site as they are, and as complements."""
    called = _called(alleles)
    return called <= site.bases, {base.translate(_COMPLEMENT) for base in called} <= site.bases


def _called(alleles: Alleles) -> set[str]:
    return {allele for allele in alleles if allele is not None}


def _shown(alleles: Alleles) -> str:
    return "/".join(allele or "-" for allele in alleles)


def _choices(site: DefiningSite) -> str:
    bases = site.bases if len(site.reference) == 1 else frozenset()
    return "/".join(sorted(bases) or [site.reference, *sorted({alt for _, alt in site.changes})])
