"""The ontology file against the terms that the graph uses."""

from __future__ import annotations

from importlib.resources import files

import rdflib

from kg.levels import LEVELS
from kg.rdf import HAS_EVIDENCE, HAS_LEVEL, HAS_PROVENANCE, NAME_KEY
from ontology.vocabulary import GP


def _ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(data=files("ontology").joinpath("genopath.ttl").read_text("utf-8"), format="turtle")


def test_every_own_term_of_the_graph_is_declared_with_a_label() -> None:
    ontology = _ontology()
    used = {HAS_EVIDENCE, HAS_LEVEL, HAS_PROVENANCE, NAME_KEY, *(GP + name for name in LEVELS)}
    labelled = {str(term) for term in ontology.subjects(rdflib.RDFS.label)}
    assert used <= labelled


def test_every_declared_property_is_defined_in_words() -> None:
    ontology = _ontology()
    properties = {
        term
        for kind in (rdflib.OWL.ObjectProperty, rdflib.OWL.DatatypeProperty, rdflib.OWL.Class)
        for term in ontology.subjects(rdflib.RDF.type, kind)
    }
    assert properties
    assert not [term for term in properties if not ontology.value(term, rdflib.SKOS.definition)]
