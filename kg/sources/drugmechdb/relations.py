"""The keys of DrugMechDB's links, and the Biolink statement that each one makes.

Keys are predicates of an older Biolink Model. Where today's model has dropped one, its meaning is kept by today's
predicate with an aspect and a direction of the object (https://biolink.github.io/biolink-model/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ontology.vocabulary import Predicate, Qualifier

UP: Final = "increased"
DOWN: Final = "decreased"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a link states.

    ``inverse``: of its target about its source. ``therapy``: only where a chemical acts on a condition; between other
    things no more than ``affects`` is stated.
    """

    predicate: Predicate
    aspect: str = ""
    direction: str = ""
    inverse: bool = False
    therapy: bool = False

    @property
    def qualifiers(self) -> tuple[tuple[Qualifier, str], ...]:
        """Aspect and direction of the object, where the key tells them."""
        given = ((Qualifier.OBJECT_ASPECT, self.aspect), (Qualifier.OBJECT_DIRECTION, self.direction))
        return tuple((name, value) for name, value in given if value)


AFFECTS: Final = Relation(Predicate.AFFECTS)

RELATIONS: Final[dict[str, Relation]] = {
    "actively involved in": Relation(Predicate.PARTICIPATES_IN),
    "affected by": Relation(Predicate.AFFECTS, inverse=True),
    "affects risk for": Relation(Predicate.AFFECTS_LIKELIHOOD_OF),
    "ameliorates": Relation(Predicate.AMELIORATES_CONDITION, therapy=True),
    "capable of": Relation(Predicate.PARTICIPATES_IN),
    "caused by": Relation(Predicate.CAUSES, inverse=True),
    "causes": Relation(Predicate.CAUSES),
    "chemically similar to": Relation(Predicate.CHEMICALLY_SIMILAR_TO),
    "coexists with": Relation(Predicate.COEXISTS_WITH),
    "contraindicated for": Relation(Predicate.CONTRAINDICATED_IN, therapy=True),
    "contributes to": Relation(Predicate.CONTRIBUTES_TO),
    "correlated with": Relation(Predicate.CORRELATED_WITH),
    "decreases abundance of": Relation(Predicate.AFFECTS, "abundance", DOWN),
    "decreases activity of": Relation(Predicate.AFFECTS, "activity", DOWN),
    "decreases response to": Relation(Predicate.AFFECTS, "response", DOWN),
    "derives from": Relation(Predicate.DERIVES_FROM),
    "derives into": Relation(Predicate.DERIVES_FROM, inverse=True),
    "directly interacts with": Relation(Predicate.PHYSICALLY_INTERACTS_WITH),
    "disrupted by": Relation(Predicate.DISRUPTS, inverse=True),
    "disrupts": Relation(Predicate.DISRUPTS),
    "enables": Relation(Predicate.PARTICIPATES_IN),
    "exacerbates": AFFECTS,
    "expressed in": Relation(Predicate.LOCATED_IN),
    "expresses": Relation(Predicate.LOCATED_IN, inverse=True),
    "has active ingredient": Relation(Predicate.HAS_PART),
    "has metabolite": Relation(Predicate.HAS_METABOLITE),
    "has output": Relation(Predicate.PARTICIPATES_IN, inverse=True),
    "has part": Relation(Predicate.HAS_PART),
    "has participant": Relation(Predicate.PARTICIPATES_IN, inverse=True),
    "has phenotype": Relation(Predicate.MANIFESTATION_OF, inverse=True),
    "in complex with": Relation(Predicate.COEXISTS_WITH),
    "in taxon": Relation(Predicate.IN_TAXON),
    "increases abundance of": Relation(Predicate.AFFECTS, "abundance", UP),
    "increases activity of": Relation(Predicate.AFFECTS, "activity", UP),
    "increases degradation of": Relation(Predicate.AFFECTS, "degradation", UP),
    "increases expression of": Relation(Predicate.AFFECTS, "expression", UP),
    "increases stability of": Relation(Predicate.AFFECTS, "stability", UP),
    "increases transport of": Relation(Predicate.AFFECTS, "transport", UP),
    "interacts with": Relation(Predicate.INTERACTS_WITH),
    "is metabolite of": Relation(Predicate.HAS_METABOLITE, inverse=True),
    "located in": Relation(Predicate.LOCATED_IN),
    "location of": Relation(Predicate.LOCATED_IN, inverse=True),
    "manifestation of": Relation(Predicate.MANIFESTATION_OF),
    "molecularly interacts with": Relation(Predicate.PHYSICALLY_INTERACTS_WITH),
    "negatively correlated with": Relation(Predicate.NEGATIVELY_CORRELATED_WITH),
    "negatively regulates": Relation(Predicate.REGULATES, direction=DOWN),
    "occurs in": Relation(Predicate.OCCURS_IN),
    "part of": Relation(Predicate.HAS_PART, inverse=True),
    "participates in": Relation(Predicate.PARTICIPATES_IN),
    "phenotype of": Relation(Predicate.MANIFESTATION_OF),
    "physically interacts with": Relation(Predicate.PHYSICALLY_INTERACTS_WITH),
    "positively correlated with": Relation(Predicate.POSITIVELY_CORRELATED_WITH),
    "positively regulates": Relation(Predicate.REGULATES, direction=UP),
    "precedes": Relation(Predicate.PRECEDES),
    "prevents": Relation(Predicate.PREVENTATIVE_FOR_CONDITION, therapy=True),
    "produced by": Relation(Predicate.PRODUCES, inverse=True),
    "produces": Relation(Predicate.PRODUCES),
    "regulates": Relation(Predicate.REGULATES),
    "subclass of": Relation(Predicate.SUBCLASS_OF),
    "superclass of": Relation(Predicate.SUBCLASS_OF, inverse=True),
    "treats": Relation(Predicate.APPLIED_TO_TREAT, therapy=True),
}
"""All 61 keys of the paths. Phenotypes of processes are no ``has phenotype``, which is what a disease shows; a curator's
``treats`` is no approval."""
