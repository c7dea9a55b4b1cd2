"""What CPIC says to change of a computed warfarin dose for alleles that the equations do not know.

CPIC, warfarin, 2017 update (doi:10.1002/cpt.668), figure 2: after the dose is computed from VKORC1 and CYP2C9 *2 and *3,

- CYP2C9 *5, *6, *8 or *11: 15 to 30 % less for an allele, 20 to 40 % with two of them (note g);
- rs12777823 A, in African Americans: 10 to 25 % less (Perera et al. 2013, doi:10.1016/S0140-6736(13)60681-9);
- CYP4F2 *3 (rs2108622 T), outside of African ancestry: 5 to 10 % more.

These are ranges of a guideline. They stand beside the equations and are never mixed into their dose.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ontology.reference import Reference
from queries.case import BiogeographicGroup
from queries.dosing import iwpc
from queries.dosing.genotypes import alleles_of, find_call
from queries.dosing.predictors import Race

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queries.candidate import GeneCall
    from queries.case import PatientCase
    from queries.dosing.genotypes import Reading
    from queries.dosing.predictors import Stated

_GUIDELINE: Final = Reference("DOI", "10.1002/cpt.668")
_PERERA: Final = Reference("DOI", "10.1016/S0140-6736(13)60681-9")
_AFRICAN_ALLELES: Final = frozenset({"*5", "*6", "*8", "*11"})
_LESS: Final = {1: (0.70, 0.85), 2: (0.60, 0.80)}
"""Share of the computed dose that is left with so many of these alleles."""
_CLUSTER_VARIANT: Final = Reference("dbSNP", "rs12777823")
_CLUSTER_LEFT: Final = (75.0, 90.0)
_WITH_V433M: Final = frozenset({"*3", "*4", "*22"})
"""CYP4F2 alleles with rs2108622 T (PharmVar, as PharmCAT 3.1.1 defines them)."""
_V433M_LEFT: Final = (105.0, 110.0)
PERCENT: Final = "% of the computed dose"
_MG: Final = "mg/week"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change that the guideline states as a range; ``symbol`` is the gene that it rests on."""

    name: str
    symbol: str
    unit: str
    range: tuple[float, float] | None
    note: str
    publications: tuple[Reference, ...] = (_GUIDELINE,)
    inputs: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def find_adjustments(
    case: PatientCase, stated: Stated, genes: Sequence[GeneCall], vkorc1: Reading
) -> Iterator[Adjustment]:
    """Changes that this patient's alleles ask for."""
    yield from _african_alleles(stated, find_call(genes, "CYP2C9"), vkorc1)
    carried = any(variant.rsid == _CLUSTER_VARIANT for variant in case.variants)
    if carried and stated.group is BiogeographicGroup.AFRICAN_AMERICAN:
        yield _cluster()
    if stated.race is not Race.BLACK:
        yield from _v433m(find_call(genes, "CYP4F2"))


def _african_alleles(stated: Stated, call: GeneCall | None, vkorc1: Reading) -> Iterator[Adjustment]:
    """The range that is left of the dose which the equation gives with these alleles read as *1."""
    if call is None or len(call.diplotypes) != 1:
        return
    own = alleles_of(call.diplotypes[0].name)
    carried = Counter(name for name in own if name in _AFRICAN_ALLELES)
    read_as = "/".join(sorted("*1" if name in _AFRICAN_ALLELES else name for name in own))
    if not carried or read_as not in iwpc.PHARMACOGENETIC.cyp2c9:
        return
    low, high = _LESS[carried.total()]
    given = [stated.predictors(option, read_as) for option in vkorc1.options]
    doses = [dose for one in given if one is not None and (dose := iwpc.PHARMACOGENETIC.weekly(one)) is not None]
    if stated.is_minor:
        doses = []
    yield Adjustment(
        name=f"CPIC 2017, CYP2C9 {' and '.join(carried)}",
        symbol="CYP2C9",
        unit=_MG,
        range=(low * min(doses), high * max(doses)) if doses else None,
        note=_african_note(read_as, doses, low, high),
        inputs={"CYP2C9": "/".join(own), "CYP2C9 in the equation": read_as, "VKORC1 -1639G>A": vkorc1.text},
        missing=(*stated.missing, *(("VKORC1 genotype",) if vkorc1.is_unknown else ())),
    )


def _african_note(read_as: str, doses: Sequence[float], low: float, high: float) -> str:
    computed = " or ".join(f"{dose:.1f} {_MG}" for dose in doses)
    of = f"the IWPC pharmacogenetic equation gives {computed}" if doses else "no equation gives a dose here"
    return (
        f"A range of the guideline, no dose of a model. With {read_as} {of}; CPIC lowers the dose so computed by "
        f"{1 - high:.0%} to {1 - low:.0%}, graded moderate in African ancestry."
    )


def _cluster() -> Adjustment:
    return Adjustment(
        name="CPIC 2017, rs12777823 in African Americans",
        symbol="CYP2C9",
        unit=PERCENT,
        range=_CLUSTER_LEFT,
        note="A range of the guideline, not part of any dose above: with an A allele of rs12777823 CPIC lowers the "
        "computed dose by 10 to 25 % in African Americans (moderate).",
        publications=(_GUIDELINE, _PERERA),
        inputs={"rs12777823": "variant carried"},
    )


def _v433m(call: GeneCall | None) -> Iterator[Adjustment]:
    """Only where every compatible diplotype carries the variant."""
    diplotypes = () if call is None else call.diplotypes
    if diplotypes and all(_WITH_V433M & set(alleles_of(one.name)) for one in diplotypes):
        yield Adjustment(
            name="CPIC 2017, CYP4F2 rs2108622",
            symbol="CYP4F2",
            unit=PERCENT,
            range=_V433M_LEFT,
            note="A range of the guideline, not part of any dose above: with rs2108622 T (V433M) CPIC raises the computed "
            "dose by 5 to 10 %, as an option outside of African ancestry.",
            inputs={"CYP4F2": " or ".join(one.name for one in diplotypes)},
        )
