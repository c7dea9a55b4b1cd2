"""Single-base variants of an old release (GRCh37): rsID, gene symbol, disease names, numeric significance.

The rows carry no ClinVar accession and no review status. A variant is named by its place, and its record is the line of
the file. Where a newer release of the build has a variant at the same place, the row is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.classification import Classification, Condition, terms
from kg.sources.clinvar.statements import Variant, Writer, is_number, plain_locus
from ontology.reference import Reference
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = ("chrom", "pos", "ref", "alt", "rsid", "gene", "clnsig_codes", "disease_names")
SIGNIFICANCE: Final = {
    "0": "Uncertain significance",
    "1": "not provided",
    "2": "Benign",
    "3": "Likely benign",
    "4": "Likely pathogenic",
    "5": "Pathogenic",
    "6": "drug response",
    "7": "histocompatibility",
    "255": "other",
}
"""``CLNSIG`` codes in the header of ClinVar's VCF files until 2017, in the words that ClinVar uses now."""
NO_REVIEW: Final = ""
_RSID: Final = re.compile(r"rs(\d+)$", re.ASCII)
_ESCAPED: Final = re.compile(r"\\x([0-9a-fA-F]{2})")


def read_snv_table(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants by their place on GRCh37, with one statement for each disease and code of a row."""
    writer = Writer(file, context)
    for row in context.records(file.rows(_COLUMNS)):
        place = _place(file, row)
        yield from writer.aggregate_at(place, _variant(file, row, place))


def _place(file: SourceFile, row: Row) -> str:
    if not is_number(row["pos"]):
        raise file.error(row.line, f"column pos holds {row['pos']!r}, which is no number")
    located = tuple(plain_locus(Attribute.LOCUS_GRCH37, row["chrom"], row["pos"], row["ref"], row["alt"]))
    if not located:
        raise file.error(row.line, "is no change of bases on a chromosome (columns chrom, ref, alt)")
    return str(located[0][1])


def _variant(file: SourceFile, row: Row, place: str) -> Variant:
    match = _RSID.match(row["rsid"])
    return Variant(
        Reference.mint("variant", "GRCh37", place),
        row.line,
        f"{place} (GRCh37)",
        loci=((Attribute.LOCUS_GRCH37, place),),
        genes=(("", row["gene"]),) if row["gene"] else (),
        rsids=(match[1],) if match else (),
        classifications=tuple(_classifications(file, row)),
    )


def _classifications(file: SourceFile, row: Row) -> Iterator[Classification]:
    codes, names = row["clnsig_codes"].split("|"), row["disease_names"].split("|")
    if len(codes) != len(names):
        raise file.error(row.line, f"has {len(codes)} codes of significance for {len(names)} disease names")
    by_code: dict[str, list[Condition]] = defaultdict(list)
    for code, name in zip(codes, names, strict=True):
        if code not in SIGNIFICANCE:
            raise file.error(row.line, f"column clnsig_codes holds {code!r}, which is none of ClinVar's codes")
        by_code[code].append(Condition((), plain_name(name), named=True))
    stating = {code: found for code, found in by_code.items() if terms(SIGNIFICANCE[code])} or by_code
    for code, found in stating.items():
        yield Classification(SIGNIFICANCE[code], NO_REVIEW, tuple(dict.fromkeys(found)))


def plain_name(text: str) -> str:
    r"""A disease's name as people write it, from the VCF's spelling.

    >>> plain_name(r"Myasthenic_syndrome\x2c_congenital\x2c_8")
    'Myasthenic syndrome, congenital, 8'
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("_", " ")
