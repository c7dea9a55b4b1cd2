"""Lookup keys: for which result of a gene a recommendation holds.

A key is a gene phenotype, an activity score, a result of an allele test (``*57:01 positive``), ``No Result``, or a
diplotype (allele to number of copies).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kg.sources.cpic.names import (
    INDETERMINATE,
    NO_RESULT,
    gene_phenotype,
    genotype,
    genotype_entity,
    phenotype_entity,
    score_in_range,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Entity
    from ontology.reference import Reference

SCORE_RANGES: Final[Mapping[str, Mapping[str, str]]] = {
    "CYP2C9": {
        "Poor Metabolizer": "0 <= score < 1",
        "Intermediate Metabolizer": "1 <= score < 2",
        "Normal Metabolizer": "2 == score",
    },
    "CYP2D6": {
        "Poor Metabolizer": "0 == score",
        "Intermediate Metabolizer": "0.25 <= score < 1.25",
        "Normal Metabolizer": "1.25 <= score < 2.5",
        "Ultrarapid Metabolizer": "2.5 <= score",
    },
    "DPYD": {
        "Poor Metabolizer": "0 <= score < 1",
        "Intermediate Metabolizer": "1 <= score < 2",
        "Normal Metabolizer": "2 == score",
    },
}
"""Phenotypes of activity scores as CPIC assigns them (CYP2C9: doi:10.1002/cpt.1830; CYP2D6: doi:10.1111/cts.12692, in
steps of 0.25; DPYD: doi:10.1002/cpt.911)."""

PHENOTYPING: Final = "Phenotyping"
"""Beside an activity score of DPYD: for two impaired alleles, whose score does not tell the activity of the enzyme."""

_SCORE: Final = re.compile(r"^≥?(?P<value>\d+(?:\.\d+)?)(?: \((?P<kind>.+)\))?$")
_UNKNOWN_SCORE: Final = "n/a"


@dataclass(frozen=True, slots=True)
class Condition:
    """What one gene of a recommendation must show; ``score`` is the key as written where it is an activity score."""

    symbol: str
    reference: Reference
    score: str | None = None
    diplotype: str | None = None
    phenotype: str = ""

    @property
    def is_determined(self) -> bool:
        """Whether the gene has a result."""
        return self.phenotype != NO_RESULT

    def entity(self, gene: Reference) -> Entity:
        """The gene phenotype or diplotype that is meant."""
        if self.diplotype is not None:
            return genotype_entity(self.symbol, gene, self.diplotype)
        return phenotype_entity(self.symbol, gene, self.phenotype)


def read_condition(symbol: str, key: object) -> Condition:
    """What a lookup key means.

    Raises:
        ValueError: it is none of the known forms.
    """
    if isinstance(key, dict):
        text = "/".join(_copies(key))
        return Condition(symbol, genotype(symbol, text), diplotype=text)
    if not isinstance(key, str) or not key:
        raise ValueError(f"{key!r} is no lookup key of {symbol}")
    if key == _UNKNOWN_SCORE:
        return _of_phenotype(symbol, INDETERMINATE)
    match = _SCORE.match(key)
    if match is None:
        return _of_phenotype(symbol, key)
    phenotype = score_phenotype(symbol, Decimal(match["value"]))
    if match["kind"] not in (None, phenotype, PHENOTYPING):
        raise ValueError(f"{key!r} is no lookup key of {symbol}: CPIC assigns {phenotype} to this score")
    return _of_phenotype(symbol, phenotype, key)


def score_phenotype(symbol: str, score: Decimal) -> str:
    """The phenotype that CPIC assigns to an activity score.

    >>> score_phenotype("CYP2D6", Decimal("1.25"))
    'Normal Metabolizer'

    Raises:
        ValueError: CPIC does not score this gene, or assigns nothing to this score.
    """
    for phenotype, scores in SCORE_RANGES.get(symbol, {}).items():
        if score_in_range(score, scores):
            return phenotype
    raise ValueError(f"CPIC assigns no phenotype to {symbol} activity score {score}")


def _of_phenotype(symbol: str, phenotype: str, score: str | None = None) -> Condition:
    return Condition(symbol, gene_phenotype(symbol, phenotype), score, phenotype=phenotype)


def _copies(key: dict[object, object]) -> list[str]:
    """Names of the two alleles of a diplotype, one of two copies twice."""
    names = []
    for name, copies in key.items():
        if not isinstance(name, str) or copies not in (1, 2):
            raise ValueError(f"{key!r} is no diplotype: expected allele names with 1 or 2 copies")
        names += [name] * (1 if copies == 1 else 2)
    if len(names) != 2:
        raise ValueError(f"{key!r} is no diplotype: it has {len(names)} alleles")
    return names
