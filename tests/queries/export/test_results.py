"""Results as tables, networks, RDF and notebook HTML: all say what the paths say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd
import pyoxigraph
import pytest
import rdflib

from kg.model import Entity
from kg.paths import make_path
from kg.rdf import GRAPH, associations_from_rdf
from ontology.reference import Reference
from ontology.vocabulary import Category
from queries.candidate import (
    Action,
    Diagnoses,
    Diagnosis,
    DrugAdvice,
    Explanation,
    FeatureMatch,
    Guideline,
    Recommendation,
    WeightedFeature,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import Graph

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def explanation(graph: Graph) -> Explanation:
    """CYP2C19 *2/*2 to clopidogrel, and arachnodactyly to FBN1 through Marfan syndrome."""
    genotype, phenotype = (
        Reference.mint("genotype", "CYP2C19", "*2/*2"),
        Reference.mint("phenotype", "CYP2C19", "Poor Metabolizer"),
    )
    marfan, fbn1 = Reference("OMIM", "154700"), Reference("HGNC", "3603")
    first = graph.associations(genotype, "has_phenotype", phenotype)
    second = graph.associations(phenotype, "affects", Reference("RXNORM", "32968"))
    shown = graph.associations(marfan, "has_phenotype", Reference("HP", "0001166"))
    caused = graph.associations(fbn1, "gene_associated_with_condition", marfan)
    return Explanation(
        (
            make_path(graph, genotype, [*first, *second]),
            make_path(graph, Reference("HP", "0001166"), [*shown, *caused], score=0.5),
        )
    )


@pytest.fixture
def advice(explanation: Explanation) -> DrugAdvice:
    drug = Entity(Reference("RXNORM", "32968"), Category.DRUG, HOSTILE)
    item = Recommendation(
        drug, "CPIC", Guideline(None, None, None), {"CYP2C19": "Poor Metabolizer", "CYP2D6": "Normal Metabolizer"}, {},
        (Action.AVOID, Action.ALTERNATIVE), "Strong", None, "Avoid.", {}, True, True, (), explanation.paths[:1],
    )  # fmt: skip
    return DrugAdvice((), (item,))


@pytest.fixture
def diagnoses(explanation: Explanation) -> Diagnoses:
    disease = Entity(Reference("OMIM", "154700"), Category.DISEASE, "Marfan syndrome")
    term = Entity(Reference("HP", "0001166"), Category.PHENOTYPIC_FEATURE, "Arachnodactyly")
    features = FeatureMatch(matched=(WeightedFeature(term, 2.0),))
    return Diagnoses((Diagnosis(1, disease, None, 2.0, {}, (), features, (), explanation.paths[1:]),))


def test_a_recommendation_is_one_row_with_several_values_joined(advice: DrugAdvice) -> None:
    frame = advice.to_frame()
    assert frame["actions"].tolist() == ["avoid; alternative"]
    assert frame["phenotypes"].tolist() == ["CYP2C19: Poor Metabolizer; CYP2D6: Normal Metabolizer"]


def test_a_candidate_is_one_row_with_its_features_by_id(diagnoses: Diagnoses) -> None:
    frame = diagnoses.to_frame()
    assert frame[["rank", "disease_id", "matched", "missing"]].values.tolist() == [[1, "OMIM:154700", "HP:0001166", ""]]


def test_an_explanation_has_one_row_for_each_evidence_of_each_hop(explanation: Explanation) -> None:
    frame = explanation.to_frame()
    assert frame[["path", "hop"]].values.tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert frame["inverted"].tolist() == [False, False, True, True]
    assert frame["publications"].tolist() == ["", "PMID:35034351", "PMID:33436942", ""]


def test_an_empty_answer_keeps_its_columns(advice: DrugAdvice) -> None:
    assert DrugAdvice((), ()).to_frame().columns.tolist() == advice.to_frame().columns.tolist()


def test_tables_can_be_written_as_parquet(advice: DrugAdvice, diagnoses: Diagnoses, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    for number, frame in enumerate((advice.to_frame(), diagnoses.to_frame())):
        path = tmp_path / f"{number}.parquet"
        frame.to_parquet(path)
        assert pd.read_parquet(path).columns.tolist() == frame.columns.tolist()
        assert len(pd.read_parquet(path)) == len(frame) > 0


def test_the_network_runs_from_subject_to_object_as_stated(explanation: Explanation) -> None:
    network = explanation.to_networkx()
    edges = {(start, end, data["predicate"]) for start, end, data in network.edges(data=True)}
    stated = {
        (str(hop.association.subject), str(hop.association.object), str(hop.association.predicate))
        for path in explanation.paths
        for hop in path.hops
    }
    assert edges == stated
    assert network.nodes["OMIM:154700"] == {"name": "Marfan syndrome", "category": "biolink:Disease"}


def test_the_network_can_be_written_as_graphml(explanation: Explanation, tmp_path: Path) -> None:
    nx.write_graphml(explanation.to_networkx(), tmp_path / "paths.graphml")
    assert "Marfan syndrome" in (tmp_path / "paths.graphml").read_text("utf-8")


def test_rdf_gives_back_the_same_associations(explanation: Explanation) -> None:
    lines = [" ".join(term.n3() for term in quad) + " ." for quad in explanation.to_rdf().quads()]  # type: ignore[union-attr]  # every quad has a graph
    quads = pyoxigraph.parse("\n".join(lines), pyoxigraph.RdfFormat.N_QUADS)
    stated = {hop.association for path in explanation.paths for hop in path.hops}
    assert set(associations_from_rdf(quads)) == stated


def test_each_association_stands_in_the_graph_of_its_source(explanation: Explanation) -> None:
    names = {str(graph.identifier) for graph in explanation.to_rdf().graphs() if len(graph)}
    assert names == {f"{GRAPH}cpic/0.27.0", f"{GRAPH}hpo/2025-01-16", f"{GRAPH}answer"}
    assert isinstance(explanation.to_rdf(), rdflib.Dataset)


def test_notebook_tables_escape_what_they_are_given(advice: DrugAdvice) -> None:
    html = advice._repr_html_()
    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; (listed)" in html


def test_notebook_tables_show_diagnoses_and_paths(diagnoses: Diagnoses, explanation: Explanation) -> None:
    assert "<td>Marfan syndrome (OMIM:154700)</td>" in diagnoses._repr_html_()
    assert "phenotype.hpoa#L1" in explanation._repr_html_()
