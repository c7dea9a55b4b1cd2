"""Single variants typed by hand: HGVS, SPDI or rsID, with an optional ``:zygosity``.

Only what needs no reference sequence is placed on the genome: substitutions in ``g.``/``m.`` HGVS (https://hgvs-nomenclature.org)
and SPDI with bases on both sides (doi:10.1093/bioinformatics/btz856), on chromosome accessions of a known build.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ontology.reference import Reference
from queries.case import Problem, Severity, VariantCall, Zygosity
from queries.intake.assembly import locate_accession, trimmed_locus
from queries.intake.given import Given, Resolved

if TYPE_CHECKING:
    from collections.abc import Iterable

_ZYGOSITY: Final = {
    name: zygosity
    for zygosity, names in {
        Zygosity.HETEROZYGOUS: ("heterozygous", "het"),
        Zygosity.HOMOZYGOUS: ("homozygous", "hom"),
        Zygosity.HEMIZYGOUS: ("hemizygous", "hemi"),
    }.items()
    for name in names
}
_RSID: Final = re.compile(r"^(?:dbSNP:)?(?P<rsid>rs\d+)$", re.IGNORECASE)
_SPDI: Final = re.compile(
    r"^(?P<sequence>[A-Z]{2}_\d+\.\d+):(?P<position>\d+):(?P<deleted>\w*):(?P<inserted>[A-Za-z]*)$"
)
_HGVS: Final = re.compile(
    r"^(?P<sequence>[A-Za-z][\w.-]*?)(?:\((?P<gene>[A-Za-z][\w-]*)\))?:(?P<kind>[cgmnopr])\.(?P<change>\S(?:.*\S)?)$"
)
_SUBSTITUTION: Final = re.compile(r"^(?P<position>\d+)(?P<reference>[ACGT])>(?P<alternate>[ACGT])$")
_ACCESSION: Final = re.compile(r"^(?:[A-Z]{2}_\d+(?:\.\d+)?|ENS[TPG]\d+(?:\.\d+)?|LRG_\d+(?:[tp]\d+)?)$")
_BASES: Final = re.compile(r"^[ACGT]+$", re.IGNORECASE)


def read_variants(statements: Iterable[Given | VariantCall]) -> Resolved[VariantCall]:
    """Calls in order of appearance, each once; calls that a reader has made already pass through."""
    found: dict[VariantCall, None] = {}
    problems: list[Problem] = []
    for statement in statements:
        if isinstance(statement, VariantCall):
            found.setdefault(statement)
            continue
        call = parse_variant(statement.text)
        if call is None:
            problems.append(
                statement.problem(
                    f"{statement.text!r} is no variant; write HGVS (NM_000138.5:c.1129C>T), SPDI or an rsID, "
                    f"with :heterozygous, :homozygous or :hemizygous where it is known"
                )
            )
            continue
        problems += _unplaced(statement, call)
        found.setdefault(call)
    return Resolved(tuple(found), tuple(problems))


def parse_variant(text: str) -> VariantCall | None:
    """The call that a text writes, or ``None`` where it is neither HGVS, SPDI nor an rsID.

    >>> parse_variant("NC_000010.11:g.94781859G>A:het").locus
    '10-94781859-G-A'
    >>> parse_variant("rs4244285").rsid.curie
    'dbSNP:rs4244285'
    """
    body, colon, last = text.strip().rpartition(":")
    zygosity = _ZYGOSITY.get(last.lower()) if colon else None
    expression = body if zygosity else text.strip()
    if match := _RSID.match(expression):
        return VariantCall(rsid=Reference("dbSNP", match["rsid"].lower()), zygosity=zygosity)
    if match := _SPDI.match(expression):
        return _from_spdi(match, zygosity)
    if match := _HGVS.match(expression):
        return _from_hgvs(match, zygosity)
    return None


def _from_hgvs(match: re.Match[str], zygosity: Zygosity | None) -> VariantCall:
    sequence = match["sequence"]
    gene = match["gene"] or (sequence if match["kind"] in "cnrp" and not _ACCESSION.match(sequence) else None)
    place = locate_accession(sequence) if match["kind"] in "gm" else None
    change = _SUBSTITUTION.match(match["change"])
    if place is None or change is None:
        return VariantCall(hgvs=(match[0],), zygosity=zygosity, gene_symbol=gene)
    locus = trimmed_locus(place[0], int(change["position"]), change["reference"], change["alternate"])
    return VariantCall(place[1], locus, (match[0],), zygosity=zygosity, gene_symbol=gene)


def _from_spdi(match: re.Match[str], zygosity: Zygosity | None) -> VariantCall:
    place, deleted, inserted = locate_accession(match["sequence"]), match["deleted"], match["inserted"]
    if place is None or not (_BASES.match(deleted) and _BASES.match(inserted)):
        return VariantCall(hgvs=(match[0],), zygosity=zygosity)
    position = int(match["position"]) + 1  # SPDI counts the bases before the change, loci count from 1
    return VariantCall(place[1], trimmed_locus(place[0], position, deleted, inserted), (match[0],), zygosity=zygosity)


def _unplaced(given: Given, call: VariantCall) -> list[Problem]:
    """Genomic expressions that could not be placed are compared as text only, which their author should know."""
    is_genomic = any(":g." in text or ":m." in text or _SPDI.match(text) for text in call.hgvs)
    if call.locus is not None or not is_genomic:
        return []
    message = (
        f"{given.text!r} is compared as text only: it is no substitution on a GRCh37 or GRCh38 chromosome accession"
    )
    return [given.problem(message, Severity.INFO)]
