"""Submissions as GA4GH VA-Spec statements, as the ClinVar-GKS project publishes them.

One JSON document, or one a line (``clinvar_gks_scv_inline_<date>_<version>.jsonl.gz``,
https://github.com/clingen-data-model/clinvar-gks); only the kind with variants and propositions written out is read.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from kg.model import Association
from kg.sources.clinvar.classification import Classification, conditions
from kg.sources.clinvar.genomic import HGVS, loci_of
from kg.sources.clinvar.statements import Variant, Writer, is_number, is_variation
from kg.sources.clinvar.submissions import Submissions, accession_number
from kg.sources.drugs import find_drug
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.context import Context
    from kg.source import Item, SourceFile
    from kg.sources.clinvar.classification import Condition

Json = Any
"""A value of a JSON document, whose shape is not known before it is looked at."""

_TUMOUR: Final = frozenset({"VariantOncogenicityProposition", "VariantClinicalSignificanceProposition"})
_GERMLINE: Final = "VariantPathogenicityProposition"
_CLINVAR_OWN: Final = "clinvar"
"""Propositions outside VA-Spec (drug response, risk factor, association ...), whose classes never say ``causes``."""
_DRUG_PREDICATES: Final = {
    "predictsSensitivityTo": Predicate.ASSOCIATED_WITH_SENSITIVITY_TO,
    "predictsResistanceTo": Predicate.ASSOCIATED_WITH_RESISTANCE_TO,
}
_SEPARATORS: Final = frozenset(",;|")
"""Characters that end an identifier in ClinVar's other formats."""
_MALFORMED: Final = (AttributeError, IndexError, KeyError, TypeError)
_ID: Final = "clinvar.submission:"


def read_statements(file: SourceFile, context: Context) -> Iterator[Item]:
    """Statements of one file, each one submission about one variant."""
    writer, submissions = Writer(file, context), Submissions(file, context)
    for line, statement in context.records(_documents(file)):
        try:
            accession = str(statement["id"]).removeprefix(_ID)
            kind = statement["proposition"]["type"]
            number = accession_number(accession)
            if number is None:
                raise file.error(line, f"has the id {statement['id']!r}, which is no accession of a submission")
            if not kind.casefold().startswith(_CLINVAR_OWN) and kind not in {*_TUMOUR, _GERMLINE}:
                context.left_out.add("statement about a kind of proposition that is not read", f"{accession} {kind}")
            elif submissions.admit(number, accession):
                yield from _items(file, line, writer, accession, statement)
        except _MALFORMED as error:
            raise file.error(line, f"is no VA-Spec statement of a submission: {error!r}") from error


def _documents(file: SourceFile) -> Iterator[tuple[int, Json]]:
    """The JSON documents of a file with the lines that they begin on: one a line, or one in all."""
    lines = ((number, text) for number, text in file.lines() if text.strip())
    first = next(lines, None)
    if first is None:
        raise file.error(None, "is empty")
    try:
        json.loads(first[1])
    except (ValueError, RecursionError):  # a document of several lines, or none
        yield 1, file.json()
        return
    for number, text in chain([first], lines):
        yield number, file.parse_json(text, number)


def _items(file: SourceFile, line: int, writer: Writer, accession: str, statement: Json) -> Iterator[Item]:
    proposition = statement["proposition"]
    variant = _variant(file, line, accession, statement)
    yield from writer.items(variant)
    for evidence_line in statement.get("hasEvidenceLines", ()):
        yield from _responses(file, writer, variant, statement, evidence_line["proposition"], proposition)


def _variant(file: SourceFile, line: int, accession: str, statement: Json) -> Variant:
    described = statement["proposition"]["subjectVariant"]
    variation = _text(described["id"]).removeprefix("clinvar:")
    if not is_variation(variation):
        raise file.error(line, f"has a variant with the id {described['id']!r}, which is none of ClinVar")
    extensions = {entry["name"]: entry["value"] for entry in described.get("extensions", ())}
    expressions = _expressions(described, extensions)
    return Variant(
        Reference("ClinVar", variation),
        accession,
        _text(described["name"]),
        tuple(text for text in expressions if HGVS.match(text)),
        tuple(loci_of(expressions)),
        tuple(_genes(extensions.get("clinvarGeneList", ()))),
        tuple(code for code in _codes(described, "dbSNP") if code.isascii() and code.isdigit()),
        (_classification(statement),),
        tuple(
            reference
            for document in statement.get("reportedIn", ())
            if (reference := Reference.find(f"PMID:{document.get('pmid')}")) is not None
        ),
    )


def _expressions(described: Json, extensions: dict[str, Json]) -> tuple[str, ...]:
    """HGVS expressions of the variant, and the SPDI expressions of the alleles that define it."""
    named = [entry["nucleotideExpression"]["value"] for entry in extensions.get("clinvarHgvsList", ())]
    members = [
        expression["value"] for member in described.get("members", ()) for expression in member.get("expressions", ())
    ]
    return tuple(dict.fromkeys((*named, *members)))


def _genes(listed: Json) -> Iterator[tuple[str, str]]:
    for gene in listed:
        identifier = str(gene.get("entrez_gene_id", ""))
        yield identifier if is_number(identifier) else "", _text(gene["symbol"])


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _codes(described: Json, system: str) -> Iterator[str]:
    for mapping in described.get("mappings", ()):
        if mapping["coding"]["system"] == system:
            yield mapping["coding"]["code"]


def _classification(statement: Json) -> Classification:
    proposition = statement["proposition"]
    review = next(
        (entry["value"] for entry in statement["extensions"] if entry["name"] == "clinvarScvReviewStatus"), ""
    )
    condition = proposition["objectCondition"]
    return Classification(
        _text(statement["classification"]["name"]),
        review,
        tuple(found for one in condition.get("concepts", (condition,)) for found in _conditions(one)),
        proposition["type"] in _TUMOUR,
    )


def _conditions(concept: Json) -> tuple[Condition, ...]:
    """One condition with its MedGen id and the identifiers that it is mapped to, as the other formats write them."""
    codings = [concept.get("primaryCoding"), *(mapping["coding"] for mapping in concept.get("mappings", ()))]
    identifiers = [f"{coding['system']}:{coding['code']}" for coding in codings if coding]
    return conditions(
        ",".join(text for text in identifiers if not _SEPARATORS & set(text)), concept["name"].replace("|", "/")
    )


def _responses(
    file: SourceFile, writer: Writer, variant: Variant, statement: Json, response: Json, proposition: Json
) -> Iterator[Item]:
    """What an evidence line says of the response to a drug; other kinds of line repeat the statement itself."""
    predicate = _DRUG_PREDICATES.get(response["predicate"])
    if predicate is None:
        writer.context.left_out.add("evidence line that concerns no therapy", f"{variant.record} {response['type']}")
        return
    drug = find_drug(writer.context, response["objectTherapy"]["name"])
    if drug is None:
        return
    qualifiers: list[tuple[Qualifier, str | Reference]] = [
        (Qualifier.SIGNIFICANCE, statement["classification"]["name"]),
        (Qualifier.ORIGIN, "somatic"),
    ]
    for condition in _conditions(response.get("conditionQualifier") or proposition["objectCondition"]):
        if (found := writer.target(condition)) is not None:
            qualifiers.append((Qualifier.DISEASE_CONTEXT, found))
    evidence = file.evidence(
        variant.record, level=writer.review(_classification(statement).review), publications=variant.publications
    )
    yield Association(variant.reference, predicate, drug, evidence, tuple(qualifiers))
