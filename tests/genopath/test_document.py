"""JSON documents hold what the contract lists, and the shipped schema accepts exactly such documents."""

from __future__ import annotations

import copy
import json
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genopath.document import (
    diagnose_document,
    document,
    explain_document,
    path_to_json,
    pgx_document,
    report_document,
    software,
)
from genopath.schema import Kind, load_schema
from kg.levels import CpicLevel, HpoEvidence
from kg.model import AgentType, Association, Entity, Evidence, Hop, KnowledgeLevel, Path
from kg.release import Manifest, SourceRelease
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier
from queries.candidate import (
    Action,
    CallStatus,
    Diagnoses,
    Diagnosis,
    Diplotype,
    DrugAdvice,
    FeatureMatch,
    GeneCall,
    Guideline,
    Positions,
    Recommendation,
    WeightedFeature,
)
from queries.case import Assembly, BiogeographicGroup, CallSource, Feature, PatientCase, Problem, Severity
from queries.medication import (
    Alternative,
    Basis,
    ComplaintCause,
    Concern,
    Coverage,
    DefiningPosition,
    Disagreement,
    Dose,
    Interaction,
    Mechanism,
    MedicationLine,
    Modulation,
    Modulator,
    ModulatorStrength,
    Outcome,
    Phenoconversion,
    PositionStatus,
    UnseenAllele,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVELOPE = {"schema_version", "software", "release", "case", "problems"}
EVIDENCE = {"source", "record", "release", "license", "publications", "level"}
HOP = {
    "subject", "predicate", "object", "inverted", "negated", "knowledge_level", "agent_type", "derived_from", "evidence",
}  # fmt: skip
NODE = {"id", "name", "category"}
PATH = {(): {"score", "hops"}, ("hops", 0): HOP, ("hops", 0, "subject"): NODE, ("hops", 0, "evidence", 0): EVIDENCE}
SHARED = {
    (): ENVELOPE,
    ("release",): {"id", "built", "sources"},
    ("release", "sources", 0): {"id", "release", "license", "retrieved"},
    ("case",): {"id"},
}
PGX = {
    (): {
        "genes", "recommendations", "medications", "phenoconversions", "interactions", "alternatives", "complaints",
        "dosing", "coverage", "disagreements",
    },
    ("genes", 0): {
        "gene", "status", "call_source", "diplotypes", "phenotypes", "activity_scores", "positions", "messages",
    },
    ("genes", 0, "gene"): {"id", "symbol"},
    ("genes", 0, "diplotypes", 0): {"name", "score"},
    ("genes", 3, "positions"): {"assayed", "missing"},
    ("medications", 0): {"given", "drug", "outcome", "genes", "message", "url", "paths"},
    ("phenoconversions", 0): {
        "gene", "modulators", "from", "from_score", "to", "to_score", "method", "publications", "paths",
    },
    ("phenoconversions", 0, "modulators", 0): {"drug", "kind", "strength", "disputed", "paths"},
    ("interactions", 0): {"drugs", "source", "concern", "severity", "mechanism", "management", "language", "paths"},
    ("alternatives", 0): {"instead_of", "drug", "basis", "shared", "untouched", "reasons", "paths"},
    ("complaints", 0): {"complaint", "drug", "mechanism", "gene", "explanation", "supported", "paths"},
    ("dosing", 0): {
        "drug", "model", "publications", "value", "unit", "interval", "inputs", "missing", "note", "curve", "paths",
    },
    ("dosing", 0, "interval"): {"low", "high"},
    ("dosing", 0, "curve", 0): {"age", "dose"},
    ("disagreements", 0): {"drug", "bodies", "difference", "paths"},
    ("disagreements", 0, "bodies", 0): {"source", "actions"},
    ("recommendations", 0): {
        "drug", "source", "guideline", "phenotypes", "activity_scores", "actions", "strength", "population", "text",
        "implications", "on_medication_list", "robust", "derived", "paths",
    },
    ("recommendations", 0, "drug"): {"id", "name"},
    ("recommendations", 0, "guideline"): {"id", "url", "version"},
    ("coverage", 0): {
        "gene", "assembly", "assayed", "missing", "positions", "unseen", "ancestry", "residual_risk", "note", "paths",
    },
    ("coverage", 0, "positions", 0): {"chromosome", "position", "rsid", "status", "reason", "alleles"},
    ("coverage", 0, "unseen", 0): {"name", "function", "reason", "frequency"},
    **{("recommendations", 0, "paths", 0, *where): keys for where, keys in PATH.items()},
}  # fmt: skip
DIAGNOSE = {
    (): {"candidates"},
    ("candidates", 0): {
        "rank", "disease", "score", "probability", "genes", "features", "variants", "predicted", "paths",
    },
    ("candidates", 0, "disease"): {"id", "mondo", "name"},
    ("candidates", 0, "genes", 0): {"id", "symbol"},
    ("candidates", 0, "features"): {"matched", "unmatched", "contradicted", "missing"},
    ("candidates", 0, "features", "matched", 0): {"weight"},
    **{("candidates", 0, "paths", 0, *where): keys for where, keys in PATH.items()},
}  # fmt: skip
THERAPIES = {
    (): {"candidates"},
    ("candidates", 0): {
        "rank", "therapy", "direction", "level", "disease_match", "biomarkers", "germline_conflicts", "paths",
    },
    ("candidates", 0, "therapy"): {"id", "name", "components"},
}  # fmt: skip
PREDICT = {
    (): {"predictions"},
    ("predictions", 0): {
        "rank", "subject", "predicate", "object", "score", "probability", "baseline_percentile", "abstained", "paths",
    },
    ("predictions", 0, "subject"): {"id", "name"},
}  # fmt: skip
REPORT = {
    (): {"header", "findings", "pgx", "diagnose", "therapies"},
    **{("pgx", *where): keys for where, keys in PGX.items()},
    **{("diagnose", *where): keys for where, keys in DIAGNOSE.items()},
}
CONTRACT: dict[Kind, dict[Any, set[str]]] = {
    "pgx": PGX, "diagnose": DIAGNOSE, "therapies": THERAPIES, "predict": PREDICT,
    "explain": {(): {"paths"}, **{("paths", 0, *where): keys for where, keys in PATH.items()}}, "report": REPORT,
}  # fmt: skip
"""Kind, place in the document, keys that must stand there; as the contract lists them."""


@pytest.fixture
def documents(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice, diagnoses: Diagnoses
) -> dict[Kind, dict[str, Any]]:
    drug = {"id": "RXNORM:1147220", "name": "vemurafenib"}
    path = path_to_json(advice.evidence_paths()[0])
    therapy = {
        "rank": 1, "therapy": {**drug, "components": [drug]}, "direction": "sensitivity", "level": "A",
        "disease_match": "exact", "biomarkers": [], "germline_conflicts": [], "paths": [path],
    }  # fmt: skip
    prediction = {
        "rank": 1, "subject": drug, "predicate": "biolink:affects", "object": {"id": "HGNC:1097", "name": "BRAF"},
        "score": 1.5, "probability": None, "baseline_percentile": 97.5, "abstained": False, "paths": [],
    }  # fmt: skip
    return {
        "pgx": pgx_document(manifest, case, advice),
        "diagnose": diagnose_document(manifest, case, diagnoses),
        "therapies": document(manifest, case, candidates=[therapy]),
        "predict": document(manifest, None, predictions=[prediction]),
        "explain": explain_document(manifest, advice.evidence_paths()[:2]),
        "report": report_document(manifest, case, advice, diagnoses),
    }


def test_the_shipped_schema_is_a_valid_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(load_schema())


@pytest.mark.parametrize("kind", CONTRACT)
def test_documents_of_every_kind_are_valid(kind: Kind, documents: dict[Kind, dict[str, Any]]) -> None:
    read_back = json.loads(json.dumps(documents[kind], allow_nan=False))
    assert _is_valid(read_back, kind)
    assert jsonschema.Draft202012Validator(load_schema()).is_valid(read_back)


@pytest.mark.parametrize("kind", CONTRACT)
def test_a_document_without_any_one_required_key_is_invalid(kind: Kind, documents: dict[Kind, dict[str, Any]]) -> None:
    for where, key in _required(kind):
        spoilt = copy.deepcopy(documents[kind])
        del _at(spoilt, where)[key]
        assert not _is_valid(spoilt, kind), f"{kind} without {key} at {where}"


def test_a_problem_without_its_severity_is_invalid(documents: dict[Kind, dict[str, Any]]) -> None:
    del documents["pgx"]["problems"][0]["severity"]
    assert not _is_valid(documents["pgx"], "pgx")


def test_a_hop_without_evidence_is_invalid(documents: dict[Kind, dict[str, Any]]) -> None:
    documents["explain"]["paths"][0]["hops"][0]["evidence"] = []
    assert not _is_valid(documents["explain"], "explain")


def test_further_keys_are_allowed(documents: dict[Kind, dict[str, Any]]) -> None:
    documents["pgx"]["recommendations"][0]["a_later_key"] = 1
    assert _is_valid(documents["pgx"], "pgx")


def test_the_envelope_names_release_case_and_software(manifest: Manifest, case: PatientCase) -> None:
    made = document(manifest, case)
    assert made["release"]["sources"][1] == {
        "id": "hpo",
        "release": "2025-01-16",
        "license": "HPO licence (free use with attribution and version)",
        "retrieved": None,
    }
    assert (made["schema_version"], made["case"]) == ("1.0", {"id": "patient-07"})
    assert software().split()[0] == made["software"].split()[0] == "genopath"


def test_an_explanation_belongs_to_no_case(documents: dict[Kind, dict[str, Any]]) -> None:
    assert documents["explain"]["case"] == {"id": None}


def test_a_problem_that_case_and_answer_share_appears_once(manifest: Manifest) -> None:
    problem = Problem(Severity.WARNING, "--phenotype HP:9999999", "unknown term")
    made = diagnose_document(manifest, PatientCase("a", problems=(problem,)), Diagnoses((), (problem,)))
    assert made["problems"] == [{"severity": "warning", "where": "--phenotype HP:9999999", "message": "unknown term"}]


def test_coverage_counts_what_was_seen_and_names_what_was_not(documents: dict[Kind, dict[str, Any]]) -> None:
    tpmt = documents["pgx"]["coverage"][0]
    assert (tpmt["gene"], tpmt["assayed"]) == ({"id": "HGNC:12014", "symbol": "TPMT"}, 1)
    assert tpmt["missing"] == ["rs1800461", "6-18130727", "rs1800463", "6-18130729"]
    assert [place["status"] for place in tpmt["positions"]] == [
        "seen", "missing", "no_call", "filtered", "conflicting",
    ]  # fmt: skip


def test_a_listed_drug_without_advice_says_why(documents: dict[Kind, dict[str, Any]]) -> None:
    line = documents["pgx"]["medications"][3]
    assert (line["drug"], line["outcome"]) == ({"id": "RXNORM:1256", "name": "azathioprine"}, "gene_not_called")
    assert line["genes"] == [{"id": "HGNC:12014", "symbol": "TPMT"}]
    assert documents["pgx"]["medications"][-1]["drug"] is None


def test_derived_advice_holds_what_has_changed_the_result(
    manifest: Manifest, case: PatientCase, advice: DrugAdvice
) -> None:
    item = replace(advice.recommendations[0], derived=advice.phenoconversions[1:])
    made = pgx_document(manifest, case, replace(advice, recommendations=(item,)))
    assert _is_valid(made, "pgx")
    (derived,) = made["recommendations"][0]["derived"]
    assert derived == made["phenoconversions"][1]
    assert (derived["from"], derived["to"], derived["publications"]) == (
        "Poor Metabolizer", "Poor Metabolizer", ["PMID:33387367"],
    )  # fmt: skip


def test_every_kind_of_answer_reaches_the_document(manifest: Manifest, case: PatientCase, advice: DrugAdvice) -> None:
    made = pgx_document(manifest, case, advice)
    for field in fields(DrugAdvice):
        assert len(made[field.name]) >= len(getattr(advice, field.name)) > 0 or field.name == "problems"


@pytest.mark.parametrize(
    "kind", ["recommendations", "medications", "phenoconversions", "interactions", "alternatives", "complaints",
             "dosing", "coverage", "disagreements"],
)  # fmt: skip
def test_no_path_of_an_answer_is_lost(manifest: Manifest, case: PatientCase, advice: DrugAdvice, kind: str) -> None:
    items = pgx_document(manifest, case, advice)[kind]
    assert [len(item["paths"]) for item in items] == [len(item.paths) for item in getattr(advice, kind)]


def test_facts_on_the_patient_stand_in_the_head_of_the_report(documents: dict[Kind, dict[str, Any]]) -> None:
    head = documents["report"]["header"]
    assert (head["height"], head["weight"], head["ancestry"]) == (178.0, 64.5, "European")
    assert [complaint["id"] for complaint in head["complaints"]] == ["HP:0000421", "HP:0002019", "HP:0002315"]


def test_a_part_of_the_report_that_was_not_asked_for_is_null(manifest: Manifest, case: PatientCase) -> None:
    made = report_document(manifest, case, None, None)
    assert [made[key] for key in ("pgx", "diagnose", "therapies")] == [None, None, None]
    assert _is_valid(made, "report")


def test_an_inverted_hop_keeps_the_direction_of_its_statement(documents: dict[Kind, dict[str, Any]]) -> None:
    hop = documents["diagnose"]["candidates"][0]["paths"][0]["hops"][0]
    assert (hop["subject"]["id"], hop["object"]["id"], hop["inverted"]) == ("OMIM:154700", "HP:0001166", True)
    assert (hop["predicate"], hop["subject"]["category"]) == ("biolink:has_phenotype", "biolink:Disease")
    assert hop["evidence"][0]["level"] == "PCS"


@pytest.mark.parametrize(
    ("levels", "strongest"),
    [
        (("prediction", "knowledge_assertion"), "knowledge_assertion"),
        (("prediction", "statistical_association"), "statistical_association"),
        (("prediction",), "prediction"),
    ],
)
def test_only_predictions_make_a_hop_a_prediction(levels: tuple[str, ...], strongest: str) -> None:
    agents = {"prediction": AgentType.COMPUTATIONAL_MODEL}
    evidence = tuple(
        Evidence("s", f"r{n}", "1", "CC0", KnowledgeLevel(level), agents.get(level, AgentType.MANUAL_AGENT))
        for n, level in enumerate(levels)
    )
    gene, drug = Reference("HGNC", "2621"), Reference("RXNORM", "32968")
    stated = Association(gene, Predicate.AFFECTS, drug, evidence)
    hop = Hop(stated, Entity(gene, Category.GENE, "CYP2C19"), Entity(drug, Category.DRUG, "clopidogrel"))
    made = path_to_json(Path((hop,)))["hops"][0]
    assert made["knowledge_level"] == strongest
    assert (made["agent_type"] == "computational_model") == (strongest == "prediction")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
NUMBER = st.floats(allow_nan=False, allow_infinity=False, width=32)
FRACTION = st.none() | st.floats(0, 1)
DIGITS = st.from_regex(r"\A[0-9]{1,6}\Z")
GENE = st.builds(
    Entity, st.builds(Reference, st.sampled_from(["HGNC", "NCBIGene"]), DIGITS), st.just(Category.GENE), NAME
)
THING = st.builds(
    Entity,
    st.builds(Reference, st.sampled_from(["OMIM", "HP", "RXNORM"]), DIGITS),
    st.sampled_from(Category),
    TEXT,
)
EVIDENCES = st.builds(
    Evidence,
    *(NAME,) * 4,
    st.sampled_from(KnowledgeLevel),
    st.sampled_from(AgentType),
    st.lists(st.builds(Reference, st.just("PMID"), DIGITS), max_size=2).map(tuple),
    st.none() | st.sampled_from(CpicLevel) | st.sampled_from(HpoEvidence),
)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    stops = draw(st.lists(THING, min_size=2, max_size=4))
    hops = []
    for start, end in pairwise(stops):
        inverted = draw(st.booleans())
        subject, target = (end, start) if inverted else (start, end)
        evidence = tuple(draw(st.lists(EVIDENCES, min_size=1, max_size=2)))
        qualifiers = ((Qualifier.FREQUENCY, draw(TEXT)), (Qualifier.ONSET, Reference("HP", "0003577")))
        predicate = draw(st.sampled_from(Predicate))
        stated = Association(subject.reference, predicate, target.reference, evidence, qualifiers, draw(st.booleans()))
        hops.append(Hop(stated, subject, target, inverted))
    return Path(tuple(hops), draw(st.none() | NUMBER))


def some(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=2).map(tuple)


CALLS = st.builds(
    GeneCall,
    GENE,
    st.sampled_from(CallStatus),
    st.sampled_from(CallSource),
    some(
        st.builds(
            Diplotype,
            TEXT,
            st.none() | NAME,
            st.none() | NUMBER,
            st.none() | st.integers(0, 9),
            st.booleans(),
            st.none() | NAME,
        )
    ),
    st.none() | st.builds(Positions, st.integers(0, 99), *(some(NAME),) * 4),
    some(TEXT),
    st.booleans(),
)
MODULATORS = st.builds(
    Modulator, THING, st.sampled_from(Modulation), st.sampled_from(ModulatorStrength), some(TEXT), st.just(())
)
PUBLICATIONS = some(st.builds(Reference, st.just("PMID"), DIGITS))
CONVERSIONS = st.builds(
    Phenoconversion,
    GENE,
    some(MODULATORS),
    st.none() | TEXT,
    st.none() | NUMBER,
    st.none() | TEXT,
    st.none() | NUMBER,
    TEXT,
    PUBLICATIONS,
    st.just(()),
)
LINES = st.builds(
    MedicationLine, TEXT, st.none() | THING, st.sampled_from(Outcome), some(GENE), TEXT, st.none() | TEXT, some(paths())
)
INTERACTIONS = st.builds(
    Interaction,
    st.tuples(THING, THING),
    NAME,
    st.sampled_from(Concern),
    *(st.none() | TEXT,) * 3,
    st.sampled_from(["en", "fr"]),
    st.just(()),
)
ALTERNATIVES = st.builds(
    Alternative, THING, THING, st.sampled_from(Basis), THING, st.booleans(), some(TEXT), st.just(())
)
CASE_FEATURES = st.builds(Feature, st.builds(Reference, st.just("HP"), DIGITS), TEXT)
CAUSES = st.builds(
    ComplaintCause, CASE_FEATURES, THING, st.sampled_from(Mechanism), st.none() | GENE, TEXT, st.booleans(), st.just(())
)
DOSES = st.builds(
    Dose,
    THING,
    NAME,
    PUBLICATIONS,
    st.none() | NUMBER,
    TEXT,
    st.none() | st.tuples(NUMBER, NUMBER),
    st.dictionaries(NAME, TEXT, max_size=2),
    some(TEXT),
    TEXT,
    some(st.tuples(NUMBER, NUMBER)),
    st.just(()),
)
PLACES = st.builds(
    DefiningPosition,
    NAME,
    st.integers(1, 999),
    st.none() | NAME,
    st.sampled_from(PositionStatus),
    st.none() | TEXT,
    some(NAME),
)
COVERAGES = st.builds(
    Coverage,
    GENE,
    st.sampled_from(Assembly),
    some(PLACES),
    some(st.builds(UnseenAllele, NAME, st.none() | TEXT, TEXT, FRACTION)),
    st.none() | st.sampled_from(BiogeographicGroup),
    FRACTION,
    TEXT,
    st.just(()),
)
ACTIONS = some(st.sampled_from(Action))
DISAGREEMENTS = st.builds(Disagreement, THING, st.tuples(NAME, NAME), st.tuples(ACTIONS, ACTIONS), TEXT, st.just(()))
RECOMMENDATIONS = st.builds(
    Recommendation,
    THING,
    NAME,
    st.builds(Guideline, *(st.none() | TEXT,) * 3),
    st.dictionaries(NAME, TEXT, max_size=2),
    st.dictionaries(NAME, NUMBER, max_size=2),
    some(st.sampled_from(Action)),
    st.none() | TEXT,
    st.none() | TEXT,
    TEXT,
    st.dictionaries(NAME, TEXT, max_size=2),
    st.booleans(),
    st.booleans(),
    some(CONVERSIONS),
    some(paths()),
    some(TEXT),
)
FEATURES = some(st.builds(WeightedFeature, THING, NUMBER, st.none() | THING, FRACTION))
DIAGNOSES = st.builds(
    Diagnosis,
    st.integers(1, 99),
    THING,
    st.none() | st.builds(Reference, st.just("MONDO"), DIGITS),
    NUMBER,
    st.dictionaries(NAME, NUMBER, max_size=2),
    some(GENE),
    st.builds(FeatureMatch, FEATURES, FEATURES, FEATURES, FEATURES),
    st.just(()),
    some(paths()),
    FRACTION,
)
PROBLEM = st.builds(Problem, st.sampled_from(Severity), TEXT, NAME)
MANIFEST = Manifest(
    "r", "2026-01-01T00:00:00Z", "test", "open",
    (SourceRelease("s", "S", "1", "CC0", "", None, {}, 0, 0, 0, ""),), {}, "",
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.builds(
        DrugAdvice,
        some(CALLS),
        some(RECOMMENDATIONS),
        some(PROBLEM),
        some(LINES),
        some(CONVERSIONS),
        some(INTERACTIONS),
        some(ALTERNATIVES),
        some(CAUSES),
        some(DOSES),
        some(COVERAGES),
        some(DISAGREEMENTS),
    ),
    some(DIAGNOSES),
)
def test_every_result_that_can_be_made_gives_valid_documents(
    advice: DrugAdvice, candidates: tuple[Diagnosis, ...]
) -> None:
    case, diagnoses = PatientCase("case-1", problems=advice.problems), Diagnoses(candidates)
    assert _is_valid(pgx_document(MANIFEST, case, advice), "pgx")
    assert _is_valid(diagnose_document(MANIFEST, case, diagnoses), "diagnose")
    assert _is_valid(explain_document(MANIFEST, diagnoses.evidence_paths()), "explain")
    assert _is_valid(report_document(MANIFEST, case, advice, diagnoses), "report")


def test_a_gene_that_hgnc_does_not_know_keeps_its_ncbi_id(manifest: Manifest, diagnoses: Diagnoses) -> None:
    gene = Entity(Reference("NCBIGene", "100"), Category.GENE, "LOC100")
    candidate = replace(diagnoses.candidates[0], genes=(gene,))
    made = diagnose_document(manifest, PatientCase("a"), Diagnoses((candidate,)))
    assert made["candidates"][0]["genes"] == [{"id": "NCBIGene:100", "symbol": "LOC100"}]


def _is_valid(made: dict[str, Any], kind: Kind) -> bool:
    return _validator(kind).is_valid(json.loads(json.dumps(made)))


@cache
def _validator(kind: Kind) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(load_schema(kind))


def _required(kind: Kind) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for part in (SHARED, CONTRACT[kind]):
        for where, keys in part.items():
            for key in sorted(keys):
                yield where, key


def _at(made: Any, where: tuple[str | int, ...]) -> Any:
    for step in where:
        made = made[step]
    return made
