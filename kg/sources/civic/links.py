"""What one table of CIViC tells the next: names and features by id.

A name is only ever looked up within the ids that a row itself gives or within the same release, since CIViC re-spells names
from release to release.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ontology.reference import Reference


@dataclass(slots=True)
class Links:
    """One object for all tables of a build (:meth:`kg.context.Context.shared`)."""

    features: set[Reference] = field(default_factory=set)
    """Features that have a row."""
    groups: dict[str, Reference] = field(default_factory=dict)
    """Groups of variants by name."""
    variants: dict[Reference, str] = field(default_factory=dict)
    """Names of variants, the feature's name before their own."""
    profiles: set[Reference] = field(default_factory=set)
    """Molecular profiles that have a row."""
    feature_of: dict[Reference, Reference] = field(default_factory=dict)
    """The gene or other feature of a variant, or of a profile of one variant."""
    ncit: dict[str, Reference] = field(default_factory=dict)
    """NCIt concepts of therapies by name."""
    interactions: dict[tuple[Reference, frozenset[str]], str] = field(default_factory=dict)
    """How the therapies of an evidence item belong together, by the item and the therapies' names."""

    def add_profile(self, profile: Reference, variants: Sequence[Reference]) -> None:
        """Keep a molecular profile; that of one variant concerns the variant's feature."""
        self.profiles.add(profile)
        if len(variants) == 1 and (feature := self.feature_of.get(variants[0])):
            self.feature_of[profile] = feature

    def interactions_of(self, evidence: Iterable[Reference], names: Iterable[str]) -> set[str]:
        """How evidence items with exactly these therapies say that they belong together."""
        key = frozenset(names)
        return {found for one in evidence if (found := self.interactions.get((one, key)))}
