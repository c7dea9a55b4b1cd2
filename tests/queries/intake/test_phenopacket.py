from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from ontology.errors import InputError
from ontology.reference import Reference
from queries.case import Assembly, Severity, Sex, VariantCall, Zygosity
from queries.intake.given import Given
from queries.intake.phenopacket import read_phenopacket

if TYPE_CHECKING:
    from queries.intake.given import CaseInput

VARIANT: dict[str, Any] = {
    "id": "var_1",
    "geneContext": {"valueId": "HGNC:3603", "symbol": "FBN1"},
    "expressions": [
        {"syntax": "hgvs.c", "value": "NM_000138.5:c.1129C>T"},
        {"syntax": "hgvs.g", "value": "NC_000015.10:g.48505037G>A"},
    ],
    "vcfRecord": {"genomeAssembly": "hg38", "chrom": "chr15", "pos": "48505037", "ref": "G", "alt": "A"},
    "xrefs": ["dbSNP:rs113812345"],
    "moleculeContext": "genomic",
    "allelicState": {"id": "GENO:0000135", "label": "heterozygous"},
}
PACKET: dict[str, Any] = {
    "id": "case 1",
    "subject": {"id": "p", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P5Y8M"}}},
    "phenotypicFeatures": [
        {"type": {"id": "HP:0001166", "label": "Arachnodactyly"}},
        {"type": {"id": "HP:0001250", "label": "Seizure"}, "excluded": True},
        {"type": {"id": "HP:0001083"}, "onset": {"ontologyClass": {"id": "HP:0003577", "label": "Congenital onset"}}},
    ],
    "medicalActions": [{"treatment": {"agent": {"id": "DrugCentral:1", "label": "clopidogrel"}}}, {"procedure": {}}],
    "interpretations": [
        {
            "id": "i",
            "progressStatus": "SOLVED",
            "diagnosis": {
                "disease": {"id": "OMIM:154700", "label": "Marfan syndrome"},
                "genomicInterpretations": [
                    {
                        "subjectOrBiosampleId": "p",
                        "interpretationStatus": "CAUSATIVE",
                        "variantInterpretation": {
                            "acmgPathogenicityClassification": "PATHOGENIC",
                            "variationDescriptor": VARIANT,
                        },
                    }
                ],
            },
        }
    ],
    "diseases": [{"term": {"id": "OMIM:154700", "label": "Marfan syndrome"}}],
    "metaData": {"created": "2020-01-01T00:00:00Z", "createdBy": "x", "phenopacketSchemaVersion": "2.0"},
}


def with_variant(**changes: object) -> dict[str, Any]:
    packet = deepcopy(PACKET)
    genomic = packet["interpretations"][0]["diagnosis"]["genomicInterpretations"][0]
    descriptor = genomic["variantInterpretation"]["variationDescriptor"]
    descriptor.update(changes)
    for key in [key for key, value in descriptor.items() if value is None]:
        del descriptor[key]
    return packet


def test_a_phenopacket_is_read_field_by_field() -> None:
    case = read_phenopacket(PACKET, "p.json")
    assert (case.id, case.sex, case.age) == ("case 1", Sex.FEMALE, "P5Y8M")
    assert case.phenotype == (
        Given("HP:0001166", "p.json: phenotypicFeatures[0]", "Arachnodactyly"),
        Given("HP:0001083", "p.json: phenotypicFeatures[2]", None, "HP:0003577"),
    )
    assert [given.text for given in case.exclude] == ["HP:0001250"]
    assert [(given.text, given.label) for given in case.medication] == [("DrugCentral:1", "clopidogrel")]
    assert case.variant == (
        VariantCall(
            Assembly.GRCH38,
            "15-48505037-G-A",
            ("NM_000138.5:c.1129C>T", "NC_000015.10:g.48505037G>A"),
            Reference("dbSNP", "rs113812345"),
            Zygosity.HETEROZYGOUS,
            "FBN1",
        ),
    )
    assert case.problems == ()


def test_the_diagnosis_and_its_grading_are_never_read() -> None:
    blind = json.loads(json.dumps(PACKET).replace("OMIM:154700", "OMIM:1").replace("Marfan syndrome", "?"))
    diagnosis = blind["interpretations"][0]["diagnosis"]
    del blind["diseases"], diagnosis["disease"]
    genomic = diagnosis["genomicInterpretations"][0]
    del genomic["interpretationStatus"], genomic["variantInterpretation"]["acmgPathogenicityClassification"]
    assert read_phenopacket(blind, "p.json") == read_phenopacket(PACKET, "p.json")


def test_without_a_vcf_record_the_genomic_expression_places_the_variant() -> None:
    (call,) = read_phenopacket(with_variant(vcfRecord=None), "p").variant
    assert isinstance(call, VariantCall)
    assert (call.assembly, call.locus) == (Assembly.GRCH38, "15-48505037-G-A")


@pytest.mark.parametrize(
    ("geno", "expected"),
    [("GENO:0000136", Zygosity.HOMOZYGOUS), ("GENO:0000134", Zygosity.HEMIZYGOUS), ("GENO:9", None)],
)
def test_allelic_states_are_terms_of_the_genotype_ontology(geno: str, expected: Zygosity | None) -> None:
    (call,) = read_phenopacket(with_variant(allelicState={"id": geno, "label": ""}), "p").variant
    assert isinstance(call, VariantCall)
    assert call.zygosity is expected


def test_a_variant_that_only_has_a_label_is_a_problem() -> None:
    packet = with_variant(expressions=None, vcfRecord=None, xrefs=None, label="15q deletion")
    case = read_phenopacket(packet, "p")
    assert case.variant == ()
    assert [(p.severity, p.where) for p in case.problems] == [
        (Severity.WARNING, "p: interpretations[0].diagnosis.genomicInterpretations[0]")
    ]


def test_snake_case_and_unknown_fields_are_understood_or_passed_over() -> None:
    packet = {"id": "x", "phenotypic_features": [{"type": {"id": "HP:0001166"}, "colour": 1}], "novelty": []}
    assert [given.text for given in read_phenopacket(packet, "p").phenotype] == ["HP:0001166"]


def test_files_of_a_phenopacket_are_named_as_not_read() -> None:
    case = read_phenopacket({**PACKET, "files": [{"uri": "file:///x.vcf"}]}, "p")
    assert [p.where for p in case.problems] == ["p: files"]


@pytest.mark.parametrize("sex", ["UNKNOWN_SEX", "FOO"])
def test_an_unknown_sex_is_unknown(sex: str) -> None:
    assert read_phenopacket({"id": "x", "subject": {"sex": sex}}, "p").sex is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": 1}, "id"),
        ({"phenotypicFeatures": {}}, "phenotypicFeatures"),
        ({"phenotypicFeatures": [{"type": {"id": 5}}]}, r"phenotypicFeatures\.type\.id"),
        ({"phenotypicFeatures": [{"type": {"id": "HP:0001166"}, "excluded": "maybe"}]}, "phenotypicFeatures.excluded"),
        ({"phenotypicFeatures": [{"type": "HP:0001166"}]}, r"phenotypicFeatures\[0\]: has no type\.id"),
        ({"subject": [1]}, "subject"),
        (
            {"subject": {"timeAtLastEncounter": {"age": {"iso8601duration": "old"}}}},
            r"subject\.timeAtLastEncounter\.age",
        ),
        ({"metaData": {"phenopacketSchemaVersion": "1.0.0"}}, "version 1"),
        ({"phenotypicFeatures": [{"type": {"id": "HP:0001166"}, "negated": True}]}, "version 1"),
        ({"proband": {}}, "family or cohort"),
    ],
)
def test_a_wrong_type_or_version_is_an_error_that_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=rf"^p\.json: .*{field}"):
        read_phenopacket({**PACKET, **changes}, "p.json")


def test_errors_tell_the_field_and_never_the_patients_value() -> None:
    packet = with_variant(vcfRecord={"pos": "secret"})
    with pytest.raises(InputError, match=r"vcfRecord\.pos") as raised:
        read_phenopacket(packet, "p.json")
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def measured(*measurements: tuple[str, float, str]) -> CaseInput:
    return read_phenopacket(
        {
            "id": "p",
            "measurements": [
                {"assay": {"id": assay}, "value": {"quantity": {"unit": {"id": unit}, "value": value}}}
                for assay, value, unit in measurements
            ],
        },
        "p.json",
    )


def test_height_and_weight_are_read_from_measurements_in_their_units() -> None:
    case = measured(("LOINC:8302-2", 1.72, "UCUM:m"), ("LOINC:29463-7", 64.5, "kg"), ("LOINC:718-7", 13.2, "UCUM:g/dL"))
    assert (case.height, case.weight, case.problems) == (172.0, 64.5, ())


@pytest.mark.parametrize(
    ("measurements", "message"),
    [
        ([("LOINC:8302-2", 5.6, "UCUM:[ft_i]")], "the height is not used: its unit is none of UCUM's cm, m, mm"),
        ([("LOINC:8302-2", 172, "UCUM:m")], "the height is not used: write a number of cm"),
        ([("LOINC:29463-7", 3, "UCUM:kg"), ("LOINC:29463-7", 4, "UCUM:kg")], "several values of weight differ"),
    ],
)
def test_a_measurement_that_cannot_be_used_is_named(measurements: list[tuple[str, float, str]], message: str) -> None:
    case = measured(*measurements)
    assert (case.height, case.weight) == (None, None)
    assert [problem.message.startswith(message) for problem in case.problems] == [True]
