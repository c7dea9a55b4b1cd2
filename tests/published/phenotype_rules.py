"""Phenotype and activity score from what each of two alleles does: the rules of the guidelines, written out by hand.

No code of the product takes part, and no diplotype of a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN: Final = "U"
NO_SCORE: Final = "n/a"

FUNCTIONS: Final = {  # how PharmCAT and pypgx write a function: its letter here
    "normal function": "N",
    "decreased function": "D",
    "no function": "X",
    "increased function": "I",
    "uncertain function": UNKNOWN,
    "unknown function": UNKNOWN,
    "malignant hyperthermia associated": "M",
    "ivacaftor responsive": "R",
    "ivacaftor non-responsive": "O",
    "normal risk of aminoglycoside-induced hearing loss": "N",
    "uncertain risk of aminoglycoside-induced hearing loss": UNKNOWN,
    "increased risk of aminoglycoside-induced hearing loss": "H",
    "class i (deficient with cnsha)": "C",
    "class ii (deficient)": "D",
    "class iii (deficient)": "D",
    "class iv (normal)": "N",
    "normal coumarin sensitivity": "G",
    "higher coumarin sensitivity": "A",
    "favorable response": "F",
    "unfavorable response": "W",
}
THIOPURINES: Final = {"NM": "NN DN", "IM": "NX DD", "PIM": "UX", "PM": "XX", "Indeterminate": "NU UU DU"}
HYPERTHERMIA: Final = {
    "Malignant Hyperthermia Susceptibility": "MM MN MU",
    "Uncertain Susceptibility": "NN NU UU",
}
RULES: Final = {  # gene: where the rule is published, and of each result the pairs of functions that have it
    "ABCG2": (
        "10.1002/cpt.2557",
        {"Normal Function": "NN", "Decreased Function": "DN", "Poor Function": "DD"},
    ),
    "CACNA1S": ("10.1002/cpt.1319", HYPERTHERMIA),
    "CFTR": (
        "10.1038/clpt.2014.54",
        {"ivacaftor responsive in CF patients": "RR OR", "ivacaftor non-responsive in CF patients": "OO"},
    ),
    "CYP2B6": (
        "10.1002/cpt.1477",
        {"UM": "II", "RM": "IN", "NM": "NN", "IM": "DN NX DI IX", "PM": "DD DX XX", "Indeterminate": "NU DU UX IU UU"},
    ),
    "CYP2C19": (
        "10.1002/cpt.2526",
        {
            "UM": "II",
            "RM": "IN",
            "NM": "NN",
            "LIM": "DN DI DD",
            "IM": "NX IX",
            "LPM": "DX",
            "PM": "XX",
            "Indeterminate": "NU DU UX IU UU",
        },
    ),
    "CYP3A4": ("10.1038/s41431-023-01347-3", {"NM": "NN", "IM": "DN NX", "PM": "DD DX XX"}),
    "CYP3A5": (  # the paper has no word for an unknown allele; "possible" beside a normal one is of CPIC's table alone
        "10.1002/cpt.113",
        {"NM": "NN", "IM": "NX", "PIM": "NU", "PM": "XX", "Indeterminate": "UX UU"},
    ),
    "G6PD": (
        "10.1002/cpt.2735",
        {
            "Normal": "N NN",
            "Variable": "CN DN",
            "Deficient": "D DD CD",
            "Deficient with CNSHA": "C CC",
            "Indeterminate": "U NU DU CU UU",
        },
    ),
    "IFNL3": (  # the favorable result needs both alleles
        "10.1038/clpt.2013.203",
        {"Favorable Response": "FF", "Unfavorable Response": "FW WW UW", "Indeterminate": "FU UU"},
    ),
    "MT-RNR1": (
        "10.1002/cpt.2309",
        {
            "normal risk of aminoglycoside-induced hearing loss": "N",
            "uncertain risk of aminoglycoside-induced hearing loss": "U",
            "increased risk of aminoglycoside-induced hearing loss": "H",
        },
    ),
    "NAT2": ("10.1002/cpt.70071", {"RM": "II", "IM": "DI", "PM": "DD", "Indeterminate": "IU DU UU"}),
    "NUDT15": (  # the update (doi:10.1002/cpt.70209) knows D; what a pair with it has is taken from CPIC's table
        "10.1002/cpt.1304",
        THIOPURINES | {"PM": "XX DX"},
    ),
    "RYR1": ("10.1002/cpt.1319", HYPERTHERMIA),
    "SLCO1B1": (
        "10.1002/cpt.2557",
        {
            "Increased Function": "II",
            "Normal Function": "NN IN",
            "Decreased Function": "NX IX",
            "Possible Decreased Function": "UX",
            "Poor Function": "XX",
            "Indeterminate": "NU IU UU",
        },
    ),
    "TPMT": ("10.1002/cpt.1304", THIOPURINES | {"IM": "NX DD DX"}),  # as NUDT15, but for DX
    "UGT1A1": (
        "10.1002/cpt.269",
        {"NM": "NN IN II", "IM": "DN DI", "PM": "DD", "Indeterminate": "NU IU DU UU"},
    ),
    "VKORC1": ("10.1002/cpt.668", {"-1639 GG": "GG", "-1639 AG": "AG", "-1639 AA": "AA"}),
}
METABOLIZERS: Final = {
    "UM": "Ultrarapid Metabolizer",
    "RM": "Rapid Metabolizer",
    "NM": "Normal Metabolizer",
    "LIM": "Likely Intermediate Metabolizer",
    "IM": "Intermediate Metabolizer",
    "PIM": "Possible Intermediate Metabolizer",
    "LPM": "Likely Poor Metabolizer",
    "PM": "Poor Metabolizer",
}
LEAST_SCORE: Final = {  # of each phenotype; CYP2C9 doi:10.1002/cpt.1830, CYP2D6 doi:10.1111/cts.12692, DPYD doi:10.1002/cpt.911
    "CYP2C9": (("2", "NM"), ("1", "IM"), ("0", "PM")),
    "CYP2D6": (("2.5", "UM"), ("1.25", "NM"), ("0.25", "IM"), ("0", "PM")),
    "DPYD": (("2", "NM"), ("1", "IM"), ("0", "PM")),
}

CYP2D6_PART: Final = re.compile(r"(?P<name>\*\d+[A-Z]?)(?:x(?P<open>≥?)(?P<copies>\d+))?")


class Result(NamedTuple):
    """A phenotype and, of a scored gene, the score as a number or ``≥`` and a number."""

    phenotype: str
    score: str | None = None


class Part(NamedTuple):
    """A gene on a chromosome, its copies, and whether there may be more of them."""

    name: str
    copies: int = 1
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """Diplotypes of one gene: the names of their alleles, and what is stated of them."""

    symbol: str
    rows: Mapping[tuple[str, ...], Result]


@dataclass
class Comparison:
    """How many rows agree and how many have an allele without a function; the others in full."""

    agreed: int = 0
    undecided: int = 0
    differing: dict[tuple[str, ...], tuple[Result, Result]] = field(default_factory=dict)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.agreed, self.undecided, len(self.differing)


def compare(table: Table, functions: Mapping[str, str]) -> Comparison:
    found = Comparison()
    for names, stated in table.rows.items():
        derived = derive(table.symbol, functions, names)
        if derived is None:
            found.undecided += 1
        elif derived == stated:
            found.agreed += 1
        else:
            found.differing[names] = stated, derived
    return found


def derive(symbol: str, functions: Mapping[str, str], names: Sequence[str]) -> Result | None:
    """The second route; ``None`` where an allele has no function."""
    if symbol in LEAST_SCORE:
        return derive_score(symbol, functions, names)
    if not all(name in functions for name in names):
        return None
    pair = "".join(sorted(functions[name] for name in names))
    _, cells = RULES[symbol]
    (result,) = [result for result, pairs in cells.items() if pair in pairs.split()]
    return Result(METABOLIZERS.get(result, result))


def derive_score(symbol: str, values: Mapping[str, str], names: Sequence[str]) -> Result | None:
    """The sum over all copies; of an open number of copies the least one."""
    parts = [part for name in names for part in parts_of(symbol, name)]
    if not all(part.name in values for part in parts):
        return None
    if any(values[part.name] == NO_SCORE for part in parts):
        return Result("Indeterminate")
    total = sum((part.copies * Decimal(values[part.name]) for part in parts), Decimal(0))
    more = any(part.is_open and values[part.name] != "0" for part in parts)
    phenotype = next(name for least, name in LEAST_SCORE[symbol] if total >= Decimal(least))
    return Result(METABOLIZERS[phenotype], f"{'≥' if more else ''}{total.normalize():f}")


def parts_of(symbol: str, name: str) -> list[Part]:
    """The genes on one chromosome (``*36+*10x2``)."""
    if symbol != "CYP2D6":
        return [Part(name)]
    matches = [(part, CYP2D6_PART.fullmatch(part)) for part in name.split("+")]
    return [
        Part(text) if one is None else Part(one["name"], int(one["copies"] or 1), bool(one["open"]))
        for text, one in matches
    ]


def read_score(text: str | None) -> str | None:
    if text in (None, "", NO_SCORE, "N/A"):
        return None
    number = text.removeprefix("≥")
    return f"{text[: len(text) - len(number)]}{Decimal(number).normalize():f}"


def read_function(symbol: str, function: str, value: str | None) -> str:
    if symbol not in LEAST_SCORE:
        return FUNCTIONS[function.casefold()]
    score = read_score(value)
    return NO_SCORE if score is None else score
