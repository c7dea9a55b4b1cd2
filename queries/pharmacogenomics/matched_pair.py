"""A pair of alleles that explains the genotypes of a gene."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """Two alleles, how many assayed sites define them, and whether PharmCAT's matcher would report the pair.

    An allele is a name, or several in brackets (``[*2 + *3]``) where one copy of the gene carries them together.
    ``deciding`` are the two names that the function follows from, where a copy may carry several. ``stands_in`` marks a
    pair that is not called but stands for its function.
    """

    first: str
    second: str
    score: int
    preferred: bool
    deciding: tuple[str, str] | None = None
    stands_in: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """Both alleles."""
        return self.first, self.second

    @property
    def single(self) -> tuple[str, ...]:
        """Every named allele of both copies."""
        return tuple(
            part for name in self.names for part in (name[1:-1].split(" + ") if name.startswith("[") else [name])
        )
