"""The tables of the MacArthur lab's pipeline (https://github.com/macarthur-lab/clinvar): one row an allele, or an RCV.

``clinvar_alleles*`` has one row an allele, which merges all its RCVs; ``clinvar_allele_trait_pairs*`` one row an RCV. The
assembly is the ending of the file's name, ``b37`` or ``b38``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.sources.clinvar.classification import Classification, Condition, conditions
from kg.sources.clinvar.statements import Variant, Writer, is_number, is_variation, plain_locus, vcv
from ontology.reference import Reference
from ontology.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, Row, SourceFile

_COLUMNS: Final = (
    "chrom",
    "pos",
    "ref",
    "alt",
    "variation_id",
    "rcv",
    "symbol",
    "hgvs_c",
    "clinical_significance",
    "review_status",
    "all_traits",
    "all_pmids",
    "origin",
    "xrefs",
)
_ASSEMBLIES: Final = {".b37": Attribute.LOCUS_GRCH37, ".b38": Attribute.LOCUS_GRCH38}
_PER_RCV: Final = "trait_pairs"
_ENTRY_END: Final = re.compile(r";(?=[A-Z])")
_SEPARATOR: Final = re.compile(r"[,;|]")
"""Characters that part conditions and identifiers in ClinVar's own tables, and may stand within an entry here."""


def read_allele_table(file: SourceFile, context: Context) -> Iterator[Item]:
    """Variants with what an aggregate over all conditions, or over one RCV, says."""
    locus = next((attribute for ending, attribute in _ASSEMBLIES.items() if ending in file.name), None)
    if locus is None:
        raise file.error(None, "names no assembly: its name must hold .b37 or .b38")
    writer = Writer(file, context)
    for row in context.records(file.rows(_COLUMNS)):
        for column, fits in (("pos", is_number), ("variation_id", is_variation)):
            if not fits(row[column]):
                raise file.error(row.line, f"column {column} holds {row[column]!r}, which is no number")
        if _PER_RCV in file.name and not row["rcv"]:
            raise file.error(row.line, "column rcv is empty; a row of this table is one RCV")
        yield from writer.aggregate(_variant(file, row, locus, context))


def _variant(file: SourceFile, row: Row, locus: Attribute, context: Context) -> Variant:
    place = tuple(plain_locus(locus, row["chrom"], row["pos"], row["ref"], row["alt"]))
    names = (row["hgvs_c"].split(";")[0], f"{row['chrom']}-{row['pos']}-{row['ref']}-{row['alt']}")
    classification = Classification(
        row["clinical_significance"], row["review_status"], _conditions(row, context), row["origin"] == "somatic"
    )
    return Variant(
        Reference("ClinVar", row["variation_id"]),
        row["rcv"] if _PER_RCV in file.name else vcv(row["variation_id"]),
        next(filter(None, names)),
        tuple(filter(None, row["hgvs_c"].split(";"))),
        place,
        tuple(("", symbol) for symbol in filter(None, row["symbol"].split(";"))),
        classifications=(classification,),
        publications=tuple(
            reference
            for number in row["all_pmids"].split(";")
            if number and (reference := Reference.find(f"PMID:{number}")) is not None
        ),
    )


def _conditions(row: Row, context: Context) -> tuple[Condition, ...]:
    """The condition of a row of one RCV; a row of several does not say which identifiers belong together."""
    found = _of_identifiers(row["xrefs"], row["all_traits"].split(";")[0])
    if ";" in row["rcv"] or found is None:
        reason = "conditions of a row that merges several, whose identifiers the table does not tell apart"
        context.left_out.add(reason, f"{row['rcv']} {row['all_traits']}")
        return ()
    return (found,)


@lru_cache(maxsize=1 << 16)
def _of_identifiers(text: str, name: str) -> Condition | None:
    """One condition, ``None`` where one vocabulary gives several identifiers."""
    entries = [entry for entry in _ENTRY_END.split(text) if not entry.startswith(("HP:", "Gene:"))]
    prefixes = [entry.partition(":")[0] for entry in entries if entry.startswith(("MedGen:", "OMIM:", "Orphanet:"))]
    if len(prefixes) > len(set(prefixes)):
        return None
    (found,) = conditions(",".join(_SEPARATOR.sub(" ", entry) for entry in entries), name.replace("|", " "))
    return found
