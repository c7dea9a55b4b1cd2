"""What a gene's result becomes under listed inhibitors and inducers: derived, and never in place of the result.

Only CYP2D6 has a method of a guideline: CPIC's opioid guideline multiplies the activity score (doi:10.1002/cpt.2149). CPIC
says elsewhere that consensus methods are not established, for CYP2D6, CYP2C19 and CYP2B6 alike (doi:10.1002/cpt.2903).
So little else is converted, and ``method`` always says why (docs/decisions/0012-phenoconversion.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kg.sources.cpic.names import INDETERMINATE
from kg.sources.pharmcat import score_phenotype
from ontology.reference import Reference
from queries.medication import Modulation, ModulatorStrength, Phenoconversion
from queries.pharmacogenomics.symbols import find_gene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Entity
    from kg.store import Graph
    from queries.candidate import GeneCall
    from queries.medication import Modulator

POOR: Final = "Poor Metabolizer"
INTERMEDIATE: Final = "Intermediate Metabolizer"
NORMAL: Final = "Normal Metabolizer"
_SCORED: Final = "CYP2D6"
_FACTORS: Final = {
    ModulatorStrength.STRONG: Decimal(0),
    ModulatorStrength.MODERATE: Decimal("0.5"),
}
"""What CPIC's opioid guideline multiplies a CYP2D6 activity score by; it adjusts for no others."""
_SMALLEST_SCORED: Final = Decimal("0.25")
"""CPIC's tables begin here; Intermediate Metabolizer is any score above 0 and below 1.25 (doi:10.1111/cts.12692)."""
_LARGEST_SCORED: Final = Decimal(3)
"""CPIC's tables end here: 3 stands for 3 or more."""
_HALVED: Final = {NORMAL: INTERMEDIATE, INTERMEDIATE: INTERMEDIATE}
"""Without a score: half of every score of the first phenotype (1.25 to 2.25; above 0 to 1) is one of the second."""
_WITHOUT_FUNCTION: Final = frozenset({"CYP2D6", "CYP2C19"})
"""Genes whose poor metabolizers have two alleles without function (doi:10.1111/cts.12692, doi:10.1002/cpt.2526)."""
_EXPOSURE: Final = {
    ModulatorStrength.STRONG: "at least fivefold",
    ModulatorStrength.MODERATE: "two- to fivefold",
    ModulatorStrength.WEAK: "1.25- to twofold",
}
"""Change of a sensitive substrate's AUC that makes an inhibitor of each class (FDA; kg/sources/cyp_modulators)."""
_BY_STRENGTH: Final = {strength: place for place, strength in enumerate(ModulatorStrength)}

_OPIOIDS: Final = Reference("DOI", "10.1002/cpt.2149")
_ANTIDEPRESSANTS: Final = Reference("DOI", "10.1002/cpt.2903")
_SCORES: Final = Reference("DOI", "10.1111/cts.12692")
_DEFINITION: Final = Reference("DOI", "10.1111/bcp.12441")
_REVIEW: Final = Reference("DOI", "10.3390/jcm9092890")

_NO_CONSENSUS: Final = (
    "CPIC's guideline on serotonin reuptake inhibitors states that no consensus method is established"
)
_ELSEWHERE: Final = f"for other drugs {_NO_CONSENSUS}"
_SCORE_SOURCES: Final = (_OPIOIDS, _ANTIDEPRESSANTS, _SCORES)


@dataclass(frozen=True, slots=True)
class _Result:
    """A gene's phenotype and activity score, both unknown where the gene has no result."""

    symbol: str
    phenotype: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What becomes of a result, by which method."""

    method: str
    publications: tuple[Reference, ...] = ()
    phenotype: str | None = None
    score: float | None = None


def phenoconvert(
    graph: Graph, genes: Mapping[str, GeneCall], modulators: Mapping[str, Sequence[Modulator]]
) -> tuple[Phenoconversion, ...]:
    """For each gene with modulators and each of its results what the result becomes; one without where it has none.

    Several diplotypes of one phenotype and score are one result. A call for research alone is no result.
    """
    found: list[Phenoconversion] = []
    for symbol, own in sorted(modulators.items()):
        gene = genes[symbol].gene if symbol in genes else find_gene(graph, symbol)
        if own and gene is not None:
            found += [_converted(gene, result, own) for result in _results(symbol, genes.get(symbol))]
    return tuple(found)


def _converted(gene: Entity, result: _Result, modulators: Sequence[Modulator]) -> Phenoconversion:
    outcome = _convert(result, modulators)
    return Phenoconversion(
        gene=gene,
        modulators=tuple(modulators),
        phenotype=result.phenotype,
        activity_score=result.score,
        converted=outcome.phenotype,
        converted_score=outcome.score,
        method=_with_disputes(outcome.method, modulators),
        publications=outcome.publications,
        paths=tuple(dict.fromkeys(path for modulator in modulators for path in modulator.paths)),
    )


def _results(symbol: str, call: GeneCall | None) -> Iterator[_Result]:
    diplotypes = () if call is None or call.research else call.diplotypes
    found = dict.fromkeys((one.phenotype, one.activity_score) for one in diplotypes)
    known = [(phenotype, score) for phenotype, score in found if (phenotype, score) != (None, None)]
    for phenotype, score in known or [(None, None)]:
        yield _Result(symbol, phenotype, score)


def _convert(result: _Result, modulators: Sequence[Modulator]) -> _Outcome:
    inhibitor = _strongest(modulators, Modulation.INHIBITOR)
    inducer = _strongest(modulators, Modulation.INDUCER)
    if result.phenotype is None and result.score is None:
        return _without_result(result.symbol, inhibitor, inducer)
    if result.phenotype == INDETERMINATE:
        return _Outcome(
            f"{result.symbol} is indeterminate and stays so: there is no known activity to derive from.",
            phenotype=result.phenotype,
            score=result.score,
        )
    if result.score == 0 or (result.phenotype == POOR and result.symbol in _WITHOUT_FUNCTION):
        return _Outcome(
            f"Unchanged: a {result.symbol} poor metabolizer has no active enzyme to inhibit or induce.",
            phenotype=result.phenotype,
            score=result.score,
        )
    if inhibitor is not None and (inducer is None or result.symbol == _SCORED):
        inhibit = _inhibit_scored if result.symbol == _SCORED else _inhibit
        return inhibit(result, inhibitor)
    return _induce(result.symbol, inhibitor, inducer)


def _without_result(symbol: str, inhibitor: Modulator | None, inducer: Modulator | None) -> _Outcome:
    parts = [f"{symbol} has no result, so nothing is converted."]
    publications: tuple[Reference, ...] = ()
    if inhibitor is not None:
        exposure = _EXPOSURE.get(inhibitor.strength)
        by = f", raising exposure to a sensitive substrate {exposure} (FDA's class)" if exposure else ""
        parts.append(f"{_named(inhibitor)} lowers its activity below what the genotype gives{by}.")
        if inhibitor.strength is ModulatorStrength.STRONG and symbol == _SCORED:
            parts.append("At most it acts as in a poor metabolizer, whatever the genotype (CPIC's opioid guideline).")
            publications = (_OPIOIDS,)
    if inducer is not None:
        parts.append(f"{_named(inducer)} may raise it, unless the genotype leaves no active enzyme.")
    return _Outcome(" ".join(parts), publications)


def _inhibit_scored(result: _Result, inhibitor: Modulator) -> _Outcome:
    """CYP2D6: the activity score times the inhibitor's factor, and CPIC's phenotype of the product."""
    if inhibitor.strength is ModulatorStrength.WEAK:
        method = f"Unchanged: CPIC's opioid guideline adjusts for strong and moderate inhibitors; {_named(inhibitor)} is neither."
        return _Outcome(method, (_OPIOIDS,), result.phenotype, result.score)
    factor = _FACTORS.get(inhibitor.strength)
    if factor is None:
        method = f"Not converted: no list states how strongly {inhibitor.drug.name} inhibits CYP2D6."
        return _Outcome(method, (_OPIOIDS,))
    rule = f"Derived: CPIC's opioid guideline multiplies the activity score of CYP2D6 by {factor} under {_named(inhibitor)}"
    if result.score is None and factor:
        return _halve_unscored(result, rule)
    given = Decimal(str(result.score or 0))
    product = given * factor
    bound = " or more, as 3 stands for 3 or more" if factor and given >= _LARGEST_SCORED else ""
    written = f" ({given.normalize():f} to {product.normalize():f}{bound})" if result.score is not None else ""
    return _Outcome(f"{rule}{written}; {_ELSEWHERE}.", _SCORE_SOURCES, _phenotype(product), float(product))


def _halve_unscored(result: _Result, rule: str) -> _Outcome:
    phenotype = _HALVED.get(result.phenotype or "")
    if phenotype is None:
        method = f"Not converted: half the unknown score of a CYP2D6 {result.phenotype} is no one phenotype."
        return _Outcome(method, _SCORE_SOURCES)
    method = f"{rule}; half of any score of a {result.phenotype} gives the stated phenotype; {_ELSEWHERE}."
    return _Outcome(method, _SCORE_SOURCES, phenotype)


def _phenotype(score: Decimal) -> str:
    return score_phenotype(_SCORED, max(score, _SMALLEST_SCORED) if score else score)


def _inhibit(result: _Result, inhibitor: Modulator) -> _Outcome:
    """Other enzymes: only a strong inhibitor of a normal or intermediate metabolizer makes a poor one."""
    symbol, phenotype = result.symbol, result.phenotype
    sources = (_DEFINITION, _ANTIDEPRESSANTS, _REVIEW)
    if phenotype == POOR:
        return _Outcome(f"Unchanged: {_named(inhibitor)} can only lower {symbol}, and no phenotype is lower.", (), POOR)
    if inhibitor.strength is ModulatorStrength.STRONG and phenotype in (NORMAL, INTERMEDIATE):
        method = (
            f"Derived: {_named(inhibitor)} raises exposure to a sensitive substrate {_EXPOSURE[inhibitor.strength]} (FDA's class), which makes a "
            f"{symbol} {phenotype.casefold()} act as a poor one; {_NO_CONSENSUS}."
        )
        return _Outcome(method, sources, POOR)
    return _Outcome(
        f"Not converted: {_named(inhibitor)} lowers {symbol} below {phenotype or 'what the score says'}, but to which "
        f"phenotype no method says; {_NO_CONSENSUS}.",
        sources[1:],
    )


def _induce(symbol: str, inhibitor: Modulator | None, inducer: Modulator | None) -> _Outcome:
    if symbol == _SCORED:
        return _Outcome(
            "Not converted: CYP2D6 is not known to be induced by drugs, and no method converts.", (_OPIOIDS,)
        )
    if inhibitor is not None and inducer is not None:
        return _Outcome(
            f"Not converted: {_named(inhibitor)} and {_named(inducer)} act on {symbol} in opposite directions, and no method "
            "says which prevails.",
            (_REVIEW,),
        )
    named = _named(inducer) if inducer is not None else "an inducer"
    return _Outcome(
        f"Not converted: {named} raises {symbol}, but to which phenotype no method says; {_NO_CONSENSUS}.",
        (_ANTIDEPRESSANTS, _REVIEW),
    )


def _strongest(modulators: Sequence[Modulator], kind: Modulation) -> Modulator | None:
    """The strongest counts; beside one of unstated strength a weak one does not, which would promise too much."""
    own = sorted(
        (one for one in modulators if one.kind is kind), key=lambda one: (_BY_STRENGTH[one.strength], one.drug.name)
    )
    if own and own[0].strength is ModulatorStrength.WEAK and own[-1].strength is ModulatorStrength.UNSTATED:
        return own[-1]
    return own[0] if own else None


def _named(modulator: Modulator) -> str:
    strength = "" if modulator.strength is ModulatorStrength.UNSTATED else f"{modulator.strength} "
    return f"{modulator.drug.name} ({strength}{modulator.kind})"


def _with_disputes(method: str, modulators: Sequence[Modulator]) -> str:
    disputed = [modulator.drug.name for modulator in modulators if modulator.disputed]
    return f"{method} Lists disagree on {', '.join(disputed)}." if disputed else method
