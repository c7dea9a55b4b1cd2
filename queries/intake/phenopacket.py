"""GA4GH phenopacket v2 (https://phenopacket-schema.readthedocs.io/en/2.0.0/), as JSON or YAML mapping, to a case.

What would give the answer away is never read: ``diseases``, the disease of an interpretation's diagnosis, the
interpretation status and the pathogenicity classification. Of an interpretation only the variants are used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ontology.errors import InputError
from ontology.reference import Reference
from queries.case import Assembly, Problem, Severity, Sex, VariantCall, Zygosity
from queries.intake.assembly import assembly_of_name, chromosome_name, trimmed_locus
from queries.intake.given import CaseInput, Given, parse_age, parse_height, parse_weight
from queries.intake.variants import parse_variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYS: Final = frozenset(
    [
        "id",
        "subject",
        "phenotypicFeatures",
        "measurements",
        "biosamples",
        "interpretations",
        "diseases",
        "medicalActions",
        "files",
        "metaData",
        "phenotypic_features",
        "medical_actions",
        "meta_data",
    ]
)
"""Fields of the message ``Phenopacket`` as JSON and as protobuf write them."""
OTHER_MESSAGES: Final = frozenset({"proband", "relatives", "members"})
"""Fields of ``Family`` and ``Cohort``, which hold several phenopackets."""

_ZYGOSITY: Final = {
    "GENO:0000135": Zygosity.HETEROZYGOUS,
    "GENO:0000402": Zygosity.HETEROZYGOUS,  # compound heterozygous
    "GENO:0000458": Zygosity.HETEROZYGOUS,  # simple heterozygous
    "GENO:0000136": Zygosity.HOMOZYGOUS,
    "GENO:0000134": Zygosity.HEMIZYGOUS,
}
"""Allelic states of the Genotype Ontology (https://github.com/monarch-initiative/GENO-ontology)."""
_MEASURED: Final = {
    "LOINC:8302-2": "height",
    "LOINC:3137-7": "height",  # measured
    "LOINC:29463-7": "weight",
    "LOINC:3141-9": "weight",  # measured
}
"""Body height and weight (https://loinc.org)."""
_FACTORS: Final = {
    "height": {"cm": 1.0, "m": 100.0, "mm": 0.1},
    "weight": {"kg": 1.0, "g": 0.001},
}
"""UCUM units and what they are in cm and in kg (https://ucum.org)."""
_PARSERS: Final = {"height": parse_height, "weight": parse_weight}
_SEX: Final = {1: Sex.FEMALE, 2: Sex.MALE, 3: Sex.OTHER}
"""Numbers of the enumeration ``Sex``; 0 is unknown."""
_FAILED_FIELD: Final = re.compile(r"Failed to parse (\w+) field")


def read_phenopacket(data: Mapping[str, Any], where: str) -> CaseInput:
    """The case that a phenopacket states; unknown fields are passed over. ``where`` names the file (and line).

    Raises:
        InputError: it is no phenopacket of version 2, or a field has a wrong type (the field is named).
    """
    _refuse_other_versions(data, where)
    packet = _message(data, where)
    problems = list(_not_used(packet, where))
    features = [
        (
            feature.excluded,
            Given(feature.type.id, place, feature.type.label or None, feature.onset.ontology_class.id or None),
        )
        for index, feature in enumerate(packet.phenotypic_features)
        for place in [f"{where}: phenotypicFeatures[{index}]"]
    ]
    for _, given in features:
        if not given.text:
            raise InputError(f"{given.where}: has no type.id")
    return CaseInput(
        id=packet.id or None,
        phenotype=tuple(given for excluded, given in features if not excluded),
        exclude=tuple(given for excluded, given in features if excluded),
        medication=tuple(_medications(packet, where)),
        variant=tuple(_variants(packet, where, problems)),
        sex=_SEX.get(packet.subject.sex),
        age=_age(packet, where),
        height=_measure(packet, "height", where, problems),
        weight=_measure(packet, "weight", where, problems),
        problems=tuple(problems),
    )


def _refuse_other_versions(data: Mapping[str, Any], where: str) -> None:
    """Version 1 writes ``negated`` for ``excluded``: read as version 2, an absent feature would become a present one."""
    about = data.get("metaData") or data.get("meta_data") or {}
    version = str(about.get("phenopacketSchemaVersion") or "") if isinstance(about, dict) else ""
    features = data.get("phenotypicFeatures") or []
    negated = isinstance(features, list) and any(isinstance(f, dict) and "negated" in f for f in features)
    if version.startswith("1") or negated:
        raise InputError(f"{where}: is a phenopacket of version 1; convert it to version 2")
    if found := OTHER_MESSAGES & data.keys():
        raise InputError(f"{where}: holds {', '.join(sorted(found))}, so is a family or cohort; give its phenopackets")


def _message(data: Mapping[str, Any], where: str) -> Any:  # the generated classes have no types
    from google.protobuf import json_format
    from phenopackets import Phenopacket

    try:
        return json_format.ParseDict(dict(data), Phenopacket(), ignore_unknown_fields=True)
    except (json_format.ParseError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # the message of the parser may quote the patient's data, so only the fields' names are told
        fields = ".".join(_FAILED_FIELD.findall(str(error))) or "a field"
        raise InputError(f"{where}: {fields} has a value of a wrong type for a phenopacket") from None


def _medications(packet: Any, where: str) -> Iterator[Given]:
    for index, action in enumerate(packet.medical_actions):
        agent = action.treatment.agent
        if agent.id or agent.label:
            yield Given(
                agent.id or agent.label, f"{where}: medicalActions[{index}].treatment.agent", agent.label or None
            )


def _age(packet: Any, where: str) -> str | None:
    text = packet.subject.time_at_last_encounter.age.iso8601duration
    try:
        return parse_age(text) if text else None
    except ValueError as error:
        raise InputError(f"{where}: subject.timeAtLastEncounter.age is malformed; {error}") from None


def _measure(packet: Any, kind: str, where: str, problems: list[Problem]) -> float | None:
    """The one body height in cm or weight in kg that the measurements state; several different ones state none."""
    found: set[float] = set()
    place = f"{where}: measurements"
    for measurement in packet.measurements:
        if _MEASURED.get(measurement.assay.id) != kind or not measurement.value.HasField("quantity"):
            continue
        quantity = measurement.value.quantity
        factor = _FACTORS[kind].get(quantity.unit.id.removeprefix("UCUM:"))
        try:
            if factor is None:
                raise ValueError(f"its unit is none of UCUM's {', '.join(_FACTORS[kind])}")
            found.add(_PARSERS[kind](f"{quantity.value * factor:.4f}"))
        except ValueError as error:
            problems.append(Problem(Severity.WARNING, place, f"the {kind} is not used: {error}"))
    if len(found) > 1:
        problems.append(Problem(Severity.WARNING, place, f"several values of {kind} differ; give --{kind}"))
    return found.pop() if len(found) == 1 else None


def _not_used(packet: Any, where: str) -> Iterator[Problem]:
    if packet.files:
        message = "files of a phenopacket are not read; give the VCF with --vcf"
        yield Problem(Severity.WARNING, f"{where}: files", message)


def _variants(packet: Any, where: str, problems: list[Problem]) -> Iterator[VariantCall]:
    for i, interpretation in enumerate(packet.interpretations):
        for j, genomic in enumerate(interpretation.diagnosis.genomic_interpretations):
            if not genomic.HasField("variant_interpretation"):
                continue
            place = f"{where}: interpretations[{i}].diagnosis.genomicInterpretations[{j}]"
            call = _variant(genomic.variant_interpretation.variation_descriptor)
            if call is None:
                message = "the variant has neither an HGVS expression, a VCF record nor an rsID; it is not used"
                problems.append(Problem(Severity.WARNING, place, message))
            else:
                yield call


def _variant(descriptor: Any) -> VariantCall | None:
    expressions = tuple(expression.value for expression in descriptor.expressions if expression.value)
    hgvs = tuple(e.value for e in descriptor.expressions if e.syntax.startswith("hgvs") and e.value)
    parsed = [call for call in map(parse_variant, expressions) if call is not None]
    assembly, locus = _vcf_record(descriptor.vcf_record)
    if locus is None:
        placed = next((call for call in parsed if call.locus is not None), None)
        assembly, locus = (placed.assembly, placed.locus) if placed else (None, None)
    rsid = next(
        (reference for reference in map(Reference.find, descriptor.xrefs) if reference and reference.prefix == "dbSNP"),
        None,
    )
    if not (locus or hgvs or rsid):
        return None
    zygosity = _ZYGOSITY.get(descriptor.allelic_state.id)
    return VariantCall(assembly, locus, hgvs, rsid, zygosity, descriptor.gene_context.symbol or None)


def _vcf_record(record: Any) -> tuple[Assembly | None, str | None]:
    """Assembly and locus of a ``vcfRecord``; nothing where the assembly, the sequence or an allele is not known."""
    assembly, chromosome = assembly_of_name(record.genome_assembly), chromosome_name(record.chrom)
    bases = re.fullmatch(r"[ACGTN]+", record.ref + record.alt, re.IGNORECASE) and record.ref and record.alt
    if assembly is None or chromosome is None or not record.pos or not bases:
        return None, None
    return assembly, trimmed_locus(chromosome, record.pos, record.ref, record.alt)
