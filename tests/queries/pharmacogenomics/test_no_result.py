"""``No Result`` in a recommendation for two genes, and the activity score that a recommendation is for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.store import Graph
from queries.advice import recommend_drugs
from queries.candidate import CallStatus
from queries.case import Assembly, DiplotypeCall, Genotype, GenotypeData, PatientCase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from queries.candidate import DrugAdvice, Recommendation

    Key = tuple[tuple[str, str], ...]

DATA = Path(__file__).parents[2] / "data"
NO_FUNCTION, REDUCED = "c.1905+1G>A (*2A)", "c.2846A>T"
DPYD = {"Reference": "1.0", REDUCED: "0.5", NO_FUNCTION: "0.0"}
DIPLOTYPES = {  # CPIC, doi:10.1002/cpt.911
    f"Reference/{REDUCED}": ("Intermediate Metabolizer", "1.5"),
    f"Reference/{NO_FUNCTION}": ("Intermediate Metabolizer", "1.0"),
    f"{REDUCED}/{REDUCED}": ("Intermediate Metabolizer", "1.0"),
    f"{REDUCED}/{NO_FUNCTION}": ("Poor Metabolizer", "0.5"),
    f"{NO_FUNCTION}/{NO_FUNCTION}": ("Poor Metabolizer", "0.0"),
}
FLUOROURACIL = {"1.5": "Reduce by 50%.", "1.0": "Reduce by 50%; more may be needed.", "0.5": "Reduce.", "0.0": "Avoid."}
DOXEPIN = {  # CYP2C19 and CYP2D6
    ("No Result", "0.0"): "Avoid; CYP2C19 was not determined.",
    ("Normal Metabolizer", "0.0"): "Avoid.",
    ("Poor Metabolizer", "No Result"): "Halve the dose; CYP2D6 was not determined.",
    ("Poor Metabolizer", "0.0"): "Avoid in any case.",
}
CYP2D6_4 = Genotype("22", 42128945, "C", ("T", "T"))


def guideline(identifier: str, drug: tuple[str, str], texts: Mapping[Key, str]) -> str:
    """A document of PharmCAT's format; texts by gene and lookup key."""
    chemicals = [{"id": drug[0], "name": drug[1], "symbol": None}]
    records = [
        {
            "id": f"{identifier}{number}",
            "population": "general",
            "classification": {"term": "Strong", "termId": "guidelineStrength:1"},
            "relatedChemicals": chemicals,
            "text": {"id": 1, "html": f"<p>{text}</p>"},
            "implications": [],
            "lookupKey": dict(key),
            "dosingInformation": False,
            "alternateDrugAvailable": False,
            "otherPrescribingGuidance": False,
        }
        for number, (key, text) in enumerate(texts.items())
    ]
    symbols = dict.fromkeys(symbol for key in texts for symbol, _ in key)
    described = {
        "id": identifier,
        "source": "CPIC",
        "version": 1,
        "url": f"https://www.pharmgkb.org/guidelineAnnotation/{identifier}",
        "relatedChemicals": chemicals,
        "relatedGenes": [{"id": "PA1", "name": symbol, "symbol": symbol} for symbol in symbols],
        "recommendation": True,
    }
    return json.dumps({"guideline": described, "recommendations": records, "citations": []})


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The fixtures of both sources, with DPYD and a handmade guideline for each of two drugs."""
    folder = tmp_path_factory.mktemp("no-result")
    shutil.copytree(DATA / "cpic", folder / "data/cpic/pypgx-0.1")
    own = folder / "data/pharmcat/3.1.1"
    shutil.copytree(DATA / "pharmcat", own)
    alleles = [{"name": name, "activityValue": value, "functionValue": "stated"} for name, value in DPYD.items()]
    rows = [{"diplotype": d, "phenotype": name, "activityScore": score} for d, (name, score) in DIPLOTYPES.items()]
    phenotypes = {"gene": "DPYD", "namedAlleles": alleles, "diplotypes": rows}
    (own / "phenotype/DPYD.json").write_text(json.dumps(phenotypes), encoding="utf-8")
    scored: dict[Key, str] = {(("DPYD", score),): text for score, text in FLUOROURACIL.items()}
    paired: dict[Key, str] = {
        (("CYP2C19", first), ("CYP2D6", second)): text for (first, second), text in DOXEPIN.items()
    }
    for name, document in {
        "CPIC_fluorouracil_and_DPYD": guideline("PA166109594", ("PA128406956", "fluorouracil"), scored),
        "CPIC_doxepin_and_CYP2C19_CYP2D6": guideline("PA166105007", ("PA449409", "doxepin"), paired),
    }.items():
        (own / f"{name}.json").write_text(document, encoding="utf-8")
    return Graph.open(
        build(BuildOptions((folder / "data",), folder / "releases"), (hgnc.SOURCE, cpic.SOURCE, pharmcat.SOURCE))
    )


def given(*diplotypes: tuple[str, str], genotypes: GenotypeData | None = None) -> PatientCase:
    calls = tuple(DiplotypeCall(symbol, tuple(name.split("/"))) for symbol, name in diplotypes)
    return PatientCase("p", diplotypes=calls, genotypes=genotypes)


def named(advice: DrugAdvice, drug: str) -> list[Recommendation]:
    return [one for one in advice.recommendations if one.drug.name == drug]


@pytest.mark.parametrize(
    ("diplotypes", "text"),
    [
        ([("CYP2D6", "*4/*4")], DOXEPIN["No Result", "0.0"]),
        ([("CYP2C19", "*2/*2")], DOXEPIN["Poor Metabolizer", "No Result"]),
        ([("CYP2C19", "*1/*1"), ("CYP2D6", "*4/*4")], DOXEPIN["Normal Metabolizer", "0.0"]),
    ],
)
def test_a_gene_that_nothing_is_said_of_has_no_result(
    release: Graph, diplotypes: list[tuple[str, str]], text: str
) -> None:
    assert [one.text for one in named(recommend_drugs(release, given(*diplotypes)), "doxepin")] == [text]


@pytest.mark.parametrize(
    "diplotypes",
    [
        [("CYP2C19", "*1/*40"), ("CYP2D6", "*4/*4")],
        [("CYP2C19", "*2/*2"), ("CYP2D6", "*1/*99")],
    ],
)
def test_a_called_gene_without_a_known_phenotype_does_not_count_as_no_result(
    release: Graph, diplotypes: list[tuple[str, str]]
) -> None:
    """It was determined; that the release knows no phenotype of it is another thing."""
    advice = recommend_drugs(release, given(*diplotypes))
    assert {call.status for call in advice.genes} == {CallStatus.CALLED}
    assert any("the release knows no phenotype" in message for call in advice.genes for message in call.messages)
    assert named(advice, "doxepin") == []
    assert not any("No Result" in one.phenotypes.values() for one in advice.recommendations)


def test_a_gene_that_is_called_for_research_alone_has_no_result(release: Graph) -> None:
    """Short variants do not show the copies of CYP2D6, so its *4/*4 is no result here, and the test for it is named."""
    data = GenotypeData(Assembly.GRCH38, (CYP2D6_4,))
    advice = recommend_drugs(release, given(("CYP2C19", "*2/*2"), genotypes=data))
    (call,) = [call for call in advice.genes if call.gene.name == "CYP2D6"]
    assert (call.research, [one.phenotype for one in call.diplotypes]) == (True, ["Poor Metabolizer"])
    (found,) = named(advice, "doxepin")
    assert found.phenotypes == {"CYP2C19": "Poor Metabolizer", "CYP2D6": "No Result"}
    assert (found.robust, found.activity_scores) == (False, {})
    assert found.settled_by == ("a test of CYP2D6 that sees copy number and hybrid genes",)


def test_a_gene_that_could_not_be_called_has_no_result(release: Graph) -> None:
    data = GenotypeData(Assembly.GRCH38, (CYP2D6_4,))
    advice = recommend_drugs(release, given(("CYP2D6", "*4/*4"), genotypes=data))
    assert {call.gene.name: call.status for call in advice.genes}["CYP2C19"] is CallStatus.NOT_CALLED
    assert [one.text for one in named(advice, "doxepin")] == [DOXEPIN["No Result", "0.0"]]


@pytest.mark.parametrize(
    ("diplotypes", "scores"),
    [
        ((f"Reference/{REDUCED}", f"Reference/{NO_FUNCTION}"), {1.5, 1.0}),
        ((f"{REDUCED}/{NO_FUNCTION}", f"{NO_FUNCTION}/{NO_FUNCTION}"), {0.5, 0.0}),
    ],
)
def test_each_recommendation_of_a_phenotype_names_its_own_activity_score(
    release: Graph, diplotypes: tuple[str, ...], scores: set[float]
) -> None:
    """Two diplotypes of one phenotype remain possible, and their scores have two texts."""
    found = named(recommend_drugs(release, given(*(("DPYD", name) for name in diplotypes))), "fluorouracil")
    assert len({one.phenotypes["DPYD"] for one in found}) == 1
    assert {one.text: one.activity_scores for one in found} == {
        FLUOROURACIL[f"{score:.1f}"]: {"DPYD": score} for score in scores
    }
    assert not any(one.robust for one in found)


def test_diplotypes_of_one_score_have_one_certain_recommendation(release: Graph) -> None:
    diplotypes = (f"{REDUCED}/{REDUCED}", f"Reference/{NO_FUNCTION}")
    (found,) = named(recommend_drugs(release, given(*(("DPYD", name) for name in diplotypes))), "fluorouracil")
    assert (found.activity_scores, found.text, found.robust) == ({"DPYD": 1.0}, FLUOROURACIL["1.0"], True)
