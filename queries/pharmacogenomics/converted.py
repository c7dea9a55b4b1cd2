"""Gene results as they are under the listed drugs: derived, and only where a cited method says what they become."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.sources.cpic import gene_phenotype
from queries.candidate import CallStatus, Diplotype
from queries.medication import ModulatorStrength
from queries.pharmacogenomics.calls import Interpreted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from queries.medication import Modulator, Phenoconversion


def changes(conversion: Phenoconversion) -> bool:
    """Whether a method says what the result becomes, and that is something else."""
    before = conversion.phenotype, conversion.activity_score
    return conversion.converted is not None and (conversion.converted, conversion.converted_score) != before


def strongest(conversion: Phenoconversion) -> tuple[Modulator, ...]:
    """The modulators that a conversion rests on: those of the highest class of strength."""
    order = list(ModulatorStrength)
    first = min(order.index(modulator.strength) for modulator in conversion.modulators)
    return tuple(one for one in conversion.modulators if order.index(one.strength) == first)


def convert_genes(
    known: Mapping[str, Interpreted], conversions: Iterable[Phenoconversion]
) -> tuple[dict[str, Interpreted], frozenset[str]]:
    """Genes with converted results in place of their own, and the symbols of those of which not all results are known.

    A converted result has no diplotype: what a guideline says of a diplotype does not hold for it.
    """
    found, unknown = dict(known), set()
    for symbol, gene in known.items():
        own = [one for one in conversions if one.gene == gene.call.gene]
        if any(one.converted is None for one in own):
            unknown.add(symbol)
        elif any(map(changes, own)):
            found[symbol] = _convert(gene, own)
    return found, frozenset(unknown)


def _convert(gene: Interpreted, conversions: Sequence[Phenoconversion]) -> Interpreted:
    results = dict.fromkeys((one.converted, one.converted_score) for one in conversions)
    diplotypes = tuple(Diplotype("", phenotype, score) for phenotype, score in results)
    phenotypes = {gene_phenotype(gene.symbol, name): None for name, _ in results if name is not None}
    status = CallStatus.CALLED if len(diplotypes) == 1 else CallStatus.AMBIGUOUS
    call = replace(gene.call, status=status, diplotypes=diplotypes)
    return Interpreted(call, gene.symbol, phenotypes)
