"""Doses of the listed drugs that have a model or whose guideline states a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ontology.reference import Reference
from queries.dosing.guideline import read_doses
from queries.dosing.warfarin import find_warfarin_doses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.store import Graph
    from queries.candidate import GeneCall, Recommendation
    from queries.case import PatientCase
    from queries.medication import Dose

WARFARIN: Final = Reference("RXNORM", "11289")


def find_doses(
    graph: Graph,
    case: PatientCase,
    genes: Sequence[GeneCall],
    recommendations: Iterable[Recommendation] = (),
) -> tuple[Dose, ...]:
    """Doses for the listed drugs: of warfarin by its equations, of others as CPIC's ``recommendations`` state them.

    An item without a value says in its note why there is none.
    """
    listed = any(medication.drug == WARFARIN for medication in case.medications)
    computed = find_warfarin_doses(graph, case, genes, WARFARIN) if listed else ()
    return (*computed, *read_doses(case, recommendations))
