"""JSON documents hold what the contract lists, and the shipped schema accepts exactly such documents."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
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
from queries.case import CallSource, PatientCase, Problem, Severity

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
    (): {"genes", "recommendations", "interactions", "alternatives", "complaints", "dosing", "coverage"},
    ("genes", 0): {
        "gene", "status", "call_source", "diplotypes", "phenotypes", "activity_scores", "positions", "messages",
    },
    ("genes", 0, "gene"): {"id", "symbol"},
    ("genes", 0, "diplotypes", 0): {"name", "score"},
    ("genes", 3, "positions"): {"assayed", "missing"},
    ("recommendations", 0): {
        "drug", "source", "guideline", "phenotypes", "activity_scores", "actions", "strength", "population", "text",
        "implications", "on_medication_list", "robust", "derived", "paths",
    },
    ("recommendations", 0, "drug"): {"id", "name"},
    ("recommendations", 0, "guideline"): {"id", "url", "version"},
    ("coverage", 0): {"paths"},
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


def test_coverage_names_only_genes_whose_positions_are_known(documents: dict[Kind, dict[str, Any]]) -> None:
    assert documents["pgx"]["coverage"] == [
        {
            "gene": {"id": "HGNC:12014", "symbol": "TPMT"},
            "assayed": 17,
            "missing": ["rs1800462", "rs1800460", "rs1142345"],
            "paths": [],
        }
    ]


def test_sections_of_later_versions_are_empty_lists(documents: dict[Kind, dict[str, Any]]) -> None:
    assert [documents["pgx"][key] for key in ("interactions", "alternatives", "complaints", "dosing")] == [[]] * 4


def test_a_listed_drug_without_advice_says_why(documents: dict[Kind, dict[str, Any]]) -> None:
    assert documents["pgx"]["unanswered"] == [
        {
            "drug": {"id": "RXNORM:1256", "name": "azathioprine"},
            "reason": "gene_not_called",
            "genes": [{"id": "HGNC:12014", "symbol": "TPMT"}],
        }
    ]


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
    some(st.builds(Diplotype, NAME, st.none() | NAME, st.none() | NUMBER)),
    st.none() | st.builds(Positions, st.integers(0, 99), some(NAME)),
    some(TEXT),
)
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
    some(TEXT),
    some(paths()),
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
@given(st.builds(DrugAdvice, some(CALLS), some(RECOMMENDATIONS), some(PROBLEM)), some(DIAGNOSES))
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
    return jsonschema.Draft202012Validator(load_schema(kind)).is_valid(json.loads(json.dumps(made)))


def _required(kind: Kind) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for part in (SHARED, CONTRACT[kind]):
        for where, keys in part.items():
            for key in sorted(keys):
                yield where, key


def _at(made: Any, where: tuple[str | int, ...]) -> Any:
    for step in where:
        made = made[step]
    return made
