"""Where sources contradict one another on what a drug does to an enzyme, for whoever must choose between them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.sources.cyp.statements import Role
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association, Evidence
    from ontology.reference import Reference


@dataclass(frozen=True, slots=True)
class Stance:
    """What one record says; ``strength`` is empty where it gives none."""

    evidence: Evidence
    strength: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A drug and an enzyme on whose relation records differ, with every record's stance."""

    drug: Reference
    enzyme: Reference
    role: Role
    stances: tuple[Stance, ...]

    @property
    def strengths(self) -> frozenset[str]:
        """The strengths that are stated."""
        return frozenset(stance.strength for stance in self.stances if stance.strength and not stance.negated)

    @property
    def is_disputed(self) -> bool:
        """Whether some records deny what others state, rather than differ in strength alone."""
        return len({stance.negated for stance in self.stances}) > 1


def find_disagreements(associations: Iterable[Association]) -> list[Disagreement]:
    """Drugs and enzymes of which records state different strengths, or which some affirm and others deny.

    A record without a strength disagrees with none that has one. Associations of other kinds are passed over, so all of
    a drug or of a gene may be given.
    """
    stances: dict[tuple[Reference, Reference, Role], set[Stance]] = defaultdict(set)
    for one in associations:
        if (role := _role(one)) is None:
            continue
        strength = str(one.qualifier(Qualifier.STRENGTH) or "")
        stances[one.subject, one.object, role] |= {Stance(evidence, strength, one.negated) for evidence in one.evidence}
    found = (
        Disagreement(*key, tuple(sorted(own, key=lambda stance: (stance.evidence.record, stance.strength))))
        for key, own in sorted(stances.items())
    )
    return [one for one in found if len(one.strengths) > 1 or one.is_disputed]


def _role(association: Association) -> Role | None:
    if association.predicate == Predicate.IS_SUBSTRATE_OF:
        return Role.SUBSTRATE
    action = association.qualifier(Qualifier.ACTION_TYPE)
    return Role(action) if action in (Role.INHIBITOR, Role.INDUCER) else None
