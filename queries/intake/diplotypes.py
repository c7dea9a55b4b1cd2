"""Diplotypes: ``GENE=A/B`` options and PharmCAT outside-call files, to allele names of the release.

The file format is that of https://pharmcat.clinpgx.org/using/Outside-Call-Format/: gene, diplotype or single allele,
phenotype, activity score, separated by tabs; empty trailing columns may be absent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from kg.sources.cpic import split_diplotype
from ontology.errors import InputError
from ontology.vocabulary import Category
from queries.case import CallSource, DiplotypeCall, Problem
from queries.intake.given import Given, Resolved
from queries.intake.names import SUGGESTIONS, did_you_mean
from queries.pharmacogenomics.genes import TYPED_BY_ALLELE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.model import Entity
    from queries.intake.names import Names

_NUMBER: Final = re.compile(r"^\d+(\.\d+)?$")
_COPIES: Final = re.compile(r"^(?P<allele>\*\w+)x(?P<number>\d+)$")
_COLUMNS: Final = ("gene", "diplotype", "phenotype", "activity score")
_ONE_COPY: Final = frozenset({"G6PD", "MT-RNR1"})
"""Genes of which a person may have one copy (chromosome X, mitochondrion), so that one allele is a whole result."""
_HLA: Final = re.compile(
    r"(?:HLA-)?(?:(?P<locus>[A-Z]+\d*)\*?|\*)?(?P<protein>\d{2,3}:\d{2,3})(?::\d{2,3}){0,2}[GP]?", re.IGNORECASE
)
"""An HLA allele of two to four fields, of which the first two name the protein (doi:10.1111/j.1399-0039.2010.01466.x).

``P`` and ``G`` groups share the peptide-binding domain of the protein that they are named after, which is what a drug
meets. Any other letter (``N`` of a null allele, ``L`` of low expression) says something else, and is not matched.
"""
_OLD_NAMES: Final = {("DPYD", "*1"): "Reference"}
"""Allele names that CPIC has given up and laboratories still report (PharmVar, DPYD; doi:10.1002/cpt.911)."""


@dataclass(frozen=True, slots=True)
class OutsideCall:
    """One row of an outside-call file; empty columns are ``None``."""

    gene: str
    diplotype: str | None
    phenotype: str | None
    activity: str | None
    where: str


def read_diplotypes(names: Names, statements: Iterable[Given]) -> Resolved[DiplotypeCall]:
    """Calls of ``GENE=A/B`` statements; the same call twice counts once."""
    calls, problems = _Calls(names, CallSource.DIPLOTYPE), []
    for given in statements:
        gene, equals, diplotype = given.text.partition("=")
        if not (gene.strip() and equals and diplotype.strip()):
            problems.append(given.problem(f"{given.text!r} is no diplotype; write GENE=A/B, as in CYP2C19=*1/*2"))
        else:
            calls.add(OutsideCall(gene.strip(), diplotype.strip(), None, None, given.where))
    return Resolved(tuple(calls.found), (*problems, *calls.problems))


def read_outside_calls(names: Names, path: Path) -> Resolved[DiplotypeCall]:
    """Calls of a PharmCAT outside-call file; the same call twice counts once.

    Raises:
        InputError: the file cannot be read, or a line is no outside call (file and line are named).
    """
    calls = _Calls(names, CallSource.OUTSIDE_CALL)
    for row in outside_calls(path):
        calls.add(row)
    return Resolved(tuple(calls.found), tuple(calls.problems))


def outside_calls(path: Path) -> Iterator[OutsideCall]:
    """Rows of an outside-call file; comments, blank lines and a header line are passed over.

    Raises:
        InputError: as :func:`read_outside_calls`.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({type(error).__name__})") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#") or (number == 1 and line.lower().startswith("gene\t")):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if not 2 <= len(fields) <= len(_COLUMNS) or not fields[0] or not any(fields[1:]):
            raise InputError(
                f"{path}:{number}: is no outside call: expected {', '.join(_COLUMNS)} separated by tabs, "
                "with a gene and one of the others"
            )
        diplotype, phenotype, activity = (*(field or None for field in fields[1:]), None, None)[:3]
        yield OutsideCall(fields[0], diplotype, phenotype, activity, f"{path}:{number}")


def _is_at_least(name: str, allele: str, number: int) -> bool:
    """Whether a name stands for so many copies of an allele or more, as CPIC's ``*1x≥3`` does."""
    base, sign, least = name.partition("x≥")
    return bool(sign) and base == allele and least.isdigit() and number >= int(least)


def match_allele(name: str, symbol: str, known: Sequence[str]) -> str | None:
    """The allele of ``known`` that a name means in one of its usual spellings, or ``None``.

    >>> match_allele("CYP2C19*2", "CYP2C19", ["*1", "*2"])
    '*2'
    >>> match_allele("*2A", "DPYD", ["Reference", "c.1905+1G>A (*2A)"])
    'c.1905+1G>A (*2A)'
    >>> match_allele("DPYD*1", "DPYD", ["Reference", "c.1905+1G>A (*2A)"])
    'Reference'
    >>> match_allele("*1x3", "CYP2D6", ["*1", "*1x2", "*1x≥3"])
    '*1x≥3'
    >>> match_allele("B*57:01:01", "HLA-B", ["*57:01", "*58:01"])
    '*57:01'
    """
    text = name.removeprefix(symbol).strip() if name != symbol else name
    text = _hla_protein(name.strip(), symbol) or text
    if text not in known:
        text = _OLD_NAMES.get((symbol, text), text)
    if text not in known and (copies := _COPIES.match(text)):
        text = next((name for name in known if _is_at_least(name, copies["allele"], int(copies["number"]))), text)
    wanted = {text.casefold(), f"*{text}".casefold(), f"m.{text}".casefold()}
    if text in known:
        return text
    matching = [allele for allele in known if not wanted.isdisjoint(_spellings(allele))]
    return matching[0] if len(matching) == 1 else None


def _hla_protein(name: str, symbol: str) -> str | None:
    """The allele that an HLA name means, as guidelines write it; ``None`` where it is another gene's or of another form."""
    found = _HLA.fullmatch(name) if symbol.startswith(TYPED_BY_ALLELE) else None
    locus = found and found["locus"]
    if found is None or (locus and f"{TYPED_BY_ALLELE}{locus.upper()}" != symbol):
        return None
    return f"*{found['protein']}"


@dataclass(slots=True)
class _Calls:
    """Gathers calls and problems."""

    names: Names
    source: CallSource
    found: dict[DiplotypeCall, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: OutsideCall) -> None:
        given = Given(row.diplotype or "", row.where)
        gene = self._gene(row.gene, given)
        if gene is None:
            return
        alleles: tuple[str, ...] = ()
        if row.diplotype is not None:
            try:
                alleles = _split(row.diplotype)
            except ValueError as error:
                self.problems.append(given.problem(f"{gene.name}: {error}"))
                return
        alleles = tuple(self._allele(gene, name, given) for name in alleles)
        if len(alleles) == 1 and gene.name not in _ONE_COPY and not gene.name.startswith(TYPED_BY_ALLELE):
            message = (
                f"{gene.name}: {alleles[0]} is one allele alone, and the other is unknown; write both with a slash"
            )
            self.problems.append(given.problem(message))
            alleles = ()
            if not (row.phenotype or row.activity):
                return
        score = self._score(gene, row.activity, given)
        self.found.setdefault(DiplotypeCall(gene.name, alleles, self.source, row.phenotype, score))

    def _gene(self, symbol: str, given: Given) -> Entity | None:
        genes = self.names.graph.find_by_name(symbol, Category.GENE)
        genes = [gene for gene in genes if gene.reference.prefix == "HGNC"] or genes
        approved = [gene for gene in genes if gene.name.casefold() == symbol.casefold()] or genes
        if len(approved) == 1:
            return approved[0]
        near = [gene.name for gene in approved] or self.names.near_genes(symbol)
        reason = "names several genes" if approved else "is no gene of this release"
        self.problems.append(given.problem(f"{symbol!r} {reason}{did_you_mean(near)}"))
        return None

    def _allele(self, gene: Entity, name: str, given: Given) -> str:
        known = self.names.alleles(gene.reference)
        matched = match_allele(name, gene.name, known)
        if matched is not None:
            return matched
        if known:
            near = [text for text, _, _ in process.extract(name, known, scorer=fuzz.WRatio, limit=SUGGESTIONS)]
            message = f"{name!r} is no allele of {gene.name} in this release{did_you_mean(near)}"
        else:
            message = f"this release has no alleles of {gene.name}; {name!r} is kept as given"
        self.problems.append(given.problem(message))
        return _hla_protein(name, gene.name) or name

    def _score(self, gene: Entity, text: str | None, given: Given) -> float | None:
        if text is None or text.casefold() == "n/a":
            return None
        if not _NUMBER.match(text):
            self.problems.append(given.problem(f"the activity score of {gene.name} is no number; it is not used"))
            return None
        return float(text)


def _split(text: str) -> tuple[str, ...]:
    """One or two allele names."""
    if "/" not in text:
        return (text.strip(),)
    names = split_diplotype(text)
    if not all(names):
        raise ValueError(f"{text!r} is no diplotype: an allele name is missing beside the slash")
    return names


def _spellings(allele: str) -> set[str]:
    """``c.1905+1G>A (*2A)`` is also called by either part, as is ``c.1129-5923C>G, c.1236G>A (HapB3)``."""
    outside, parenthesis, inside = allele.partition(" (")
    spellings = {allele.casefold()}
    if parenthesis and inside.startswith(("*", "Hap")):
        spellings |= {outside.casefold(), inside.rstrip(")").casefold()}
    return spellings
