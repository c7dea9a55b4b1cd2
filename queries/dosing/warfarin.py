"""Warfarin: the dose in mg/week by each published equation, from what the case states and the gene calls show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from kg.paths import describe, make_path
from ontology.reference import Reference
from queries.dosing import gage, iwpc
from queries.dosing.adjustments import find_adjustments
from queries.dosing.errors import Model, interval
from queries.dosing.genotypes import enumerate_names, find_call, read_cyp2c9, read_vkorc1, untested_alleles
from queries.dosing.notes import MEANING, UNIT, common_inputs, error_text, gage_inputs, iwpc_inputs
from queries.dosing.predictors import ADULT, Race, Stated, read_stated
from queries.medication import Dose
from queries.pharmacogenomics.gene_drug import find_pairs
from queries.pharmacogenomics.rules import CPIC
from queries.pharmacogenomics.symbols import gene_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Path
    from kg.store import Graph
    from queries.candidate import GeneCall
    from queries.case import PatientCase
    from queries.dosing.genotypes import Reading
    from queries.dosing.predictors import Predictors

_OLDEST: Final = 90
"""Last age of a curve; the equations' last decade begins there."""
IWPC: Final = Reference("DOI", "10.1056/NEJMoa0809329")
GAGE: Final = Reference("DOI", "10.1038/clpt.2008.10")
GUIDELINE: Final = Reference("DOI", "10.1002/cpt.668")
_GENES: Final = ("VKORC1", "CYP2C9")
_POOR: Final = frozenset({"*2/*3", "*3/*3"})
"""CYP2C9 poor metabolisers among the diplotypes of the equations."""


@dataclass(frozen=True, slots=True)
class _Equation:
    """One equation: how it is called, its paper, and which genotypes it cannot do without."""

    name: str
    publication: Reference
    base: Model
    uses_genotypes: bool = True
    needs_both: bool = False

    def weekly(self, given: Predictors) -> float | None:
        if self.base is Model.GAGE:
            return gage.weekly(given)
        return (iwpc.PHARMACOGENETIC if self.uses_genotypes else iwpc.CLINICAL).weekly(given)

    def model(self, vkorc1: str | None, cyp2c9: str | None) -> Model:
        """The equation with what it is given, whose error was measured."""
        if self.base is not Model.PHARMACOGENETIC:
            return self.base
        if vkorc1 is None:
            return Model.WITHOUT_VKORC1
        return Model.WITHOUT_CYP2C9 if cyp2c9 is None else self.base


_EQUATIONS: Final = (
    _Equation("IWPC 2009, pharmacogenetic equation", IWPC, Model.PHARMACOGENETIC),
    _Equation("Gage 2008, pharmacogenetic equation", GAGE, Model.GAGE, needs_both=True),
    _Equation("IWPC 2009, clinical equation (no genotype)", IWPC, Model.CLINICAL, uses_genotypes=False),
)


@dataclass(frozen=True, slots=True)
class _Computed:
    """What an equation gives for each genotype that the patient may have."""

    doses: tuple[tuple[str, float, tuple[float, float]], ...]
    """Genotypes in words, mg/week, and the interval around it."""

    @property
    def value(self) -> float | None:
        """The dose, where it is the same for every genotype."""
        distinct = {dose for _, dose, _ in self.doses}
        return distinct.pop() if len(distinct) == 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """What covers the intervals of every genotype."""
        if not self.doses:
            return None
        return min(low for _, _, (low, _) in self.doses), max(high for _, _, (_, high) in self.doses)


def find_warfarin_doses(
    graph: Graph, case: PatientCase, genes: Sequence[GeneCall], drug: Reference
) -> tuple[Dose, ...]:
    """Doses of warfarin by each equation, then what CPIC says to change for alleles that the equations do not know."""
    patient = _Patient(graph, read_stated(case), genes, drug)
    computed = [patient.dose(equation) for equation in _EQUATIONS]
    changes = find_adjustments(case, patient.stated, genes, patient.vkorc1)
    return (
        *computed,
        *(
            Dose(
                drug=describe(graph, drug),
                model=change.name,
                publications=change.publications,
                value=None,
                unit=change.unit,
                interval=change.range,
                inputs=change.inputs,
                missing=change.missing,
                note=change.note,
                paths=patient.paths((change.symbol,)),
            )
            for change in changes
        ),
    )


class _Patient:
    """Gathers what is known of one patient, and words each dose."""

    def __init__(self, graph: Graph, stated: Stated, genes: Sequence[GeneCall], drug: Reference) -> None:
        self.graph, self.stated, self.drug = graph, stated, drug
        self.call = find_call(genes, "CYP2C9")
        self.vkorc1, self.cyp2c9 = read_vkorc1(find_call(genes, "VKORC1")), read_cyp2c9(self.call)

    def dose(self, equation: _Equation) -> Dose:
        """The dose by one equation, or why it gives none."""
        missing, reason = self._lacking(equation), self._excluded(equation)
        none = reason is not None or self._is_stopped(equation)
        computed = _Computed(()) if none else self._compute(equation)
        outside = self._outside(equation)
        value = None if outside else computed.value
        said = [reason] if reason else [*self._result(computed, value, outside, missing)]
        return Dose(
            drug=describe(self.graph, self.drug),
            model=equation.name,
            publications=(equation.publication, GUIDELINE),
            value=value,
            unit=UNIT,
            interval=computed.interval,
            inputs=self._inputs(equation),
            missing=missing,
            note=" ".join((*said, *(self._remarks(equation) if computed.doses else ()))),
            curve=() if value is None else tuple(self._curve(equation)),
            paths=self.paths(_GENES),
        )

    def paths(self, symbols: Sequence[str]) -> tuple[Path, ...]:
        """From each gene to warfarin, as CPIC's guideline on them states it."""
        return tuple(
            make_path(self.graph, pair.association.subject, [pair.association])
            for pair in find_pairs(self.graph, self.drug)
            if pair.body == CPIC
            and pair.url is not None
            and gene_symbol(describe(self.graph, pair.association.subject)) in symbols
        )

    def _readings(self, equation: _Equation) -> dict[str, Reading]:
        """What is known of each gene that the equation uses."""
        return {"VKORC1": self.vkorc1, "CYP2C9": self.cyp2c9} if equation.uses_genotypes else {}

    def _lacking(self, equation: _Equation) -> tuple[str, ...]:
        """Inputs that are not known, also those that the equation can do without."""
        unknown = [f"{symbol} genotype" for symbol, gene in self._readings(equation).items() if gene.is_unknown]
        return (*self.stated.missing, *unknown)

    def _is_stopped(self, equation: _Equation) -> bool:
        unknown = [gene.is_unknown for gene in self._readings(equation).values()]
        return bool(self.stated.missing or (unknown and (any if equation.needs_both else all)(unknown)))

    def _excluded(self, equation: _Equation) -> str | None:
        """Why the equation is not for this patient, whatever else is known."""
        if self.stated.is_minor:
            return "No dose: the equation is of adults."
        for symbol, gene in self._readings(equation).items():
            if gene.outside and not gene.known:
                return f"No dose: the equation has no term for {symbol} {enumerate_names(gene.outside)}."
        return None

    def _outside(self, equation: _Equation) -> list[str]:
        """Compatible genotypes without a term, beside others with one."""
        return [f"{symbol} {name}" for symbol, gene in self._readings(equation).items() for name in gene.outside]

    def _options(self, equation: _Equation) -> Iterator[tuple[str, Predictors]]:
        """Every genotype that the patient may have and that the equation has a term for."""
        alone: tuple[str | None, ...] = (None,)
        vkorc1, cyp2c9 = (self.vkorc1.options, self.cyp2c9.options) if equation.uses_genotypes else (alone, alone)
        for first, second in product(vkorc1, cyp2c9):
            given = self.stated.predictors(first, second)
            if given is not None:
                yield f"VKORC1 {first or 'unknown'} and CYP2C9 {second or 'unknown'}", given

    def _compute(self, equation: _Equation) -> _Computed:
        """The dose with each genotype; none at all where one of them is outside of what the equation can compute."""
        found = []
        for name, given in self._options(equation):
            if (dose := equation.weekly(given)) is None:
                return _Computed(())
            around = interval(equation.model(given.vkorc1, given.cyp2c9), given.race, dose)
            found.append((name, dose, around))
        return _Computed(tuple(found))

    def _curve(self, equation: _Equation) -> Iterator[tuple[float, float]]:
        """The dose by age; all genotypes give one dose."""
        _, given = next(self._options(equation))
        for age in range(int(ADULT), _OLDEST + 1):
            if (dose := equation.weekly(replace(given, age=float(age)))) is not None:
                yield float(age), dose

    @staticmethod
    def _result(
        computed: _Computed, value: float | None, outside: Sequence[str], missing: Sequence[str]
    ) -> Iterator[str]:
        if value is None and computed.doses:
            each = "; ".join(f"{dose:.1f} {UNIT} with {name}" for name, dose, _ in computed.doses)
            yield f"No single dose, the genotype is ambiguous: {each}. The interval covers all of these."
        elif value is None:
            known = f"not known: {', '.join(missing)}" if missing else "the case is outside of what it was fitted on"
            yield f"No dose: {known}."
        if outside:
            yield f"The equation has no term for what is possible as well: {enumerate_names(outside)}."
        if computed.doses and missing:
            yield f"The equation's own term for an unknown {' and '.join(missing)} was used."

    def _remarks(self, equation: _Equation) -> Iterator[str]:
        yield MEANING
        _, given = next(self._options(equation))
        yield from error_text(equation.model(given.vkorc1, given.cyp2c9), given.race)
        if self.stated.unrecognised:
            names = ", ".join(self.stated.unrecognised)
            yield f"Not recognised, so it is not known whether they change the dose: {names}."
        if equation.base is Model.GAGE and self.stated.inducers:
            yield f"The equation has no term for {', '.join(self.stated.inducers)}, which raises the dose that is needed."
        if not equation.uses_genotypes:
            return
        if self.cyp2c9.unexcluded:
            names = enumerate_names(self.cyp2c9.unexcluded)
            yield f"Positions that were not seen leave CYP2C9 {names} possible; the equation looks at *2 and *3 alone."
        if self.stated.race is Race.BLACK and (untested := untested_alleles(self.call)):
            yield (
                f"CPIC: in African ancestry dose clinically where CYP2C9 {', '.join(untested)} were not tested; "
                "the input does not show that they were."
            )
        if self.cyp2c9.known and _POOR.issuperset(self.cyp2c9.known):
            yield "CPIC: consider an alternative oral anticoagulant in CYP2C9 poor metabolisers."

    def _inputs(self, equation: _Equation) -> dict[str, str]:
        """What was put in, with what was assumed."""
        genotypes = {"VKORC1 -1639G>A": self.vkorc1.text, "CYP2C9": self.cyp2c9.text}
        own = gage_inputs(self.stated) if equation.base is Model.GAGE else iwpc_inputs(self.stated)
        return common_inputs(self.stated) | (genotypes if equation.uses_genotypes else {}) | own
