"""The report document: facts on the patient and every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genopath.document.diagnose import diagnose_part
from genopath.document.envelope import Json, document
from genopath.document.paths import feature_to_json
from genopath.document.pgx import pgx_part

if TYPE_CHECKING:
    from kg.release import Manifest
    from queries.candidate import Diagnoses, DrugAdvice
    from queries.case import Medication, PatientCase


def report_document(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice | None, diagnoses: Diagnoses | None
) -> Json:
    """The answer of ``genopath report``; a part that was not asked for is ``None``.

    ``findings`` holds what concerns more than one domain. Drug advice and diagnoses of this version never meet, so it
    is empty.
    """
    problems = (*(advice.problems if advice else ()), *(diagnoses.problems if diagnoses else ()))
    return document(
        manifest,
        case,
        problems=problems,
        header=_header(case),
        findings=[],
        pgx=None if advice is None else pgx_part(advice),
        diagnose=None if diagnoses is None else diagnose_part(diagnoses),
        therapies=None,
    )


def _header(case: PatientCase) -> Json:
    """Facts on the patient; ``height`` in cm, ``weight`` in kg."""
    return {
        "sex": None if case.sex is None else str(case.sex),
        "age": case.age,
        "height": case.height,
        "weight": case.weight,
        "ancestry": None if case.ancestry is None else str(case.ancestry),
        "indication": case.indication,
        "features": {
            "present": [feature_to_json(feature) for feature in case.present],
            "excluded": [feature_to_json(feature) for feature in case.excluded],
        },
        "complaints": [feature_to_json(feature) for feature in case.complaints],
        "medications": [_medication(medication) for medication in case.medications],
    }


def _medication(medication: Medication) -> Json:
    drug = medication.drug
    return {"given": medication.given, "id": None if drug is None else drug.curie, "name": medication.name}
