"""The opened graph: bound parameters are data, and SPARQL, rdflib and the methods give the same answers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.model import Association, Evidence
from kg.rdf import association_to_nquads
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.errors import ReleaseError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

MARFAN = Reference("OMIM", "154700")
ECTOPIA = Reference("OMIM", "129600")
LENS = Reference("HP", "0001083")
AORTA = Reference("HP", "0002616")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
BY_NAME = f"SELECT ?thing ?name WHERE {{ GRAPH ?graph {{ ?thing <{LABEL}> ?name }} }}"
INJECTIONS = (
    '"',
    "'",
    "\\",
    "\n",
    "?name",
    "<http://example.org/secret>",
    '"} UNION { ?thing ?property ?name } #',
    "} } SELECT * WHERE { { ?thing ?property ?name",
    '" . ?thing <http://example.org/p> "',
    "' ; DROP ALL ; '",
    '"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"@en',
)


def in_memory(lines: Iterable[str] = ()) -> Graph:
    store = Store()
    store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def texts() -> st.SearchStrategy[str]:
    return st.text(max_size=20) | st.lists(st.sampled_from(INJECTIONS), min_size=1, max_size=4).map("".join)


class TestParameters:
    @settings(deadline=None)
    @given(text=texts(), other=texts())
    def test_a_text_finds_what_is_named_exactly_so_whatever_syntax_it_holds(self, text: str, other: str) -> None:
        assume(text != other)
        graph = in_memory()
        for number, name in ((1, text), (2, other)):
            graph.store.add(
                Quad(
                    NamedNode(f"http://example.org/{number}"),
                    NamedNode(LABEL),
                    Literal(name),
                    NamedNode("http://example.org/graph"),
                )
            )
        assert graph.select(BY_NAME, {"name": text}).rows == (("http://example.org/1", text),)
        assert graph.select(BY_NAME, {"name": f"{text}{other}?"}).rows == ()

    @settings(deadline=None)
    @given(part=st.text(min_size=1, max_size=12))
    def test_a_reference_with_any_name_in_it_finds_itself(self, part: str) -> None:
        allele = Reference.mint("allele", "DPYD", part)
        graph = in_memory([f'<{allele.iri}> <{LABEL}> "it" <http://example.org/graph> .'])
        assert graph.select(BY_NAME, {"thing": allele}).rows == ((allele, "it"),)

    def test_a_text_that_looks_like_a_reference_is_none(self, graph: Graph) -> None:
        assert len(graph.select(BY_NAME, {"thing": MARFAN}).rows) == 1
        assert graph.select(BY_NAME, {"thing": MARFAN.iri}).rows == ()

    @pytest.mark.parametrize("name", ["disease", "nam", "a b", "", "?name", "name } #"])
    def test_a_parameter_that_the_query_does_not_select_is_refused(self, graph: Graph, name: str) -> None:
        with pytest.raises(UsageError, match="cannot be run"):
            graph.select(BY_NAME, {name: "x"})


class TestSelect:
    @pytest.mark.parametrize("text", ["", "SELECT", "SELECT ?x WHERE { ?x ?p }", "DELETE WHERE { ?s ?p ?o }"])
    def test_what_is_no_query_is_refused(self, graph: Graph, text: str) -> None:
        with pytest.raises(UsageError, match="cannot be run"):
            graph.select(text)

    @pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
    def test_another_form_of_query_has_no_rows(self, graph: Graph, text: str) -> None:
        with pytest.raises(UsageError, match="only SELECT"):
            graph.select(text)

    def test_cells_are_references_texts_or_unbound(self, graph: Graph) -> None:
        answer = graph.select(
            f"SELECT ?known ?iri ?text ?number ?none WHERE {{ VALUES (?known ?iri ?text ?number ?none) "
            f'{{ (<{MARFAN.iri}> <http://example.org/x> "x" 3 UNDEF) }} }}'
        )
        assert answer.columns == ("known", "iri", "text", "number", "none")
        assert answer.rows == ((MARFAN, "http://example.org/x", "x", "3", None),)
        assert next(answer.dicts()) == {
            "known": MARFAN,
            "iri": "http://example.org/x",
            "text": "x",
            "number": "3",
            "none": None,
        }

    @pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib 7.6 warns of itself
    def test_rdflib_answers_the_same_query_with_the_same_rows(self, graph: Graph) -> None:
        shown = (
            "SELECT ?term ?name WHERE { GRAPH ?graph { "
            f"?it <https://w3id.org/genopath/subject/has_phenotype> <{MARFAN.iri}> ; "
            "<https://w3id.org/genopath/object/has_phenotype> ?term } "
            f"GRAPH ?other {{ ?term <{LABEL}> ?name }} }}"
        )
        ours = {(str(term), name) for term, name in graph.select(shown).rows}
        rows = graph.rdflib().query(shown)
        theirs = {(str(Reference.from_iri(str(row[0]))), str(row[1])) for row in rows}  # type: ignore[index]  # a SELECT has rows
        assert ours == theirs
        assert len(ours) == 4


class TestAssociations:
    """The tiny graph has four features of either disease; that ectopia lentis shows 0/44 an aneurysm is one of them."""

    def test_those_of_a_subject(self, graph: Graph) -> None:
        found = graph.associations(MARFAN, "has_phenotype")
        assert {item.object.identifier for item in found} == {"0001166", "0001083", "0002616", "0000545"}
        assert [item.key for item in found] == sorted(item.key for item in found)

    def test_those_of_an_object(self, graph: Graph) -> None:
        assert {item.subject for item in graph.associations(None, "has_phenotype", LENS)} == {MARFAN, ECTOPIA}

    def test_those_between_two(self, graph: Graph) -> None:
        (found,) = graph.associations(ECTOPIA, "has_phenotype", AORTA)
        assert found.qualifier(Qualifier.FREQUENCY) == "0/44"
        (evidence,) = found.evidence
        assert (evidence.source, evidence.release, evidence.publications) == (
            "hpo",
            "2025-01-16",
            (Reference("PMID", "33576469"),),
        )

    def test_a_denied_one_is_only_found_as_such(self, graph: Graph) -> None:
        disease, term = Reference("ORPHA", "75858"), Reference("HP", "0001252")
        assert graph.associations(disease, "has_phenotype") == []
        assert graph.associations(None, "has_phenotype", term) == []
        (found,) = graph.associations(disease, "has_phenotype", term, negated=True)
        assert found.negated
        assert graph.associations(disease) == [found]

    def test_of_a_predicate_that_nobody_uses_there_are_none(self, graph: Graph) -> None:
        assert graph.associations(MARFAN, "treats") == graph.associations(MARFAN, "has_pheno") == []

    def test_without_an_end_the_request_is_refused(self, graph: Graph) -> None:
        with pytest.raises(UsageError, match="a subject or an object"):
            graph.associations(None, "has_phenotype")

    def test_one_is_found_by_its_key(self, graph: Graph) -> None:
        (known,) = graph.associations(MARFAN, "has_phenotype", LENS)
        assert graph.association(known.key) == known
        assert graph.association("0" * 32) is None

    @settings(deadline=None, max_examples=60)
    @given(data=st.data())
    def test_any_two_ends_find_what_was_stated_between_them_with_all_evidence(self, data: st.DataObject) -> None:
        ends = st.sampled_from([Reference("HP", f"000000{number}") for number in range(1, 4)])
        stated = st.builds(
            Association,
            ends,
            st.sampled_from([Predicate.AFFECTS, Predicate.HAS_PART]),
            ends,
            st.lists(st.from_type(Evidence), min_size=1, max_size=2).map(tuple),
            negated=st.booleans(),
        )
        items = data.draw(st.lists(stated, max_size=8))
        subject, object = data.draw(st.none() | ends), data.draw(ends)
        predicate, negated = data.draw(st.none() | st.sampled_from(["affects", "has_part"])), data.draw(st.booleans())
        found = in_memory(line for item in items for line in association_to_nquads(item)).associations(
            subject, predicate, object, negated=negated
        )
        expected = [
            item
            for item in united(items)
            if subject in (None, item.subject)
            and object == item.object
            and (predicate is None or (item.predicate.local_name == predicate and item.negated == negated))
        ]
        assert found == sorted(expected, key=lambda item: item.key)


def united(items: Iterable[Association]) -> list[Association]:
    """What a store makes of statements: equal ones are one, with all their evidence."""
    found: dict[str, Association] = {}
    for item in items:
        known = found.get(item.key)
        found[item.key] = item if known is None else replace(known, evidence=known.evidence + item.evidence)
    return list(found.values())


class TestEntities:
    def test_an_entity_has_its_words_and_attributes(self, graph: Graph) -> None:
        entity = graph.entity(AORTA)
        assert entity is not None
        assert (entity.name, entity.category) == ("Aortic root aneurysm", Category.PHENOTYPIC_FEATURE)
        assert entity.synonyms == ("Enlarged aortic root",)
        assert entity.attribute(Attribute.ALTERNATIVE_ID) == Reference("HP", "0004750")

    def test_what_is_not_described_is_none(self, graph: Graph) -> None:
        assert graph.entity(Reference("OMIM", "999999")) is None

    @pytest.mark.parametrize("name", ["Marfan syndrome", "  MARFAN \t syndrome\n"])
    def test_a_name_is_found_whatever_its_case_and_white_space(self, graph: Graph, name: str) -> None:
        assert [entity.reference for entity in graph.find_by_name(name)] == [MARFAN]

    def test_a_synonym_is_a_name(self, graph: Graph) -> None:
        assert [entity.name for entity in graph.find_by_name("lens dislocation")] == ["Ectopia lentis"]

    def test_a_name_of_two_finds_both(self, graph: Graph) -> None:
        found = [entity.reference.curie for entity in graph.find_by_name("MORM syndrome")]
        assert sorted(found) == ["OMIM:610156", "ORPHA:75858"]

    def test_a_category_keeps_the_others_out(self, graph: Graph) -> None:
        assert len(graph.find_by_name("codeine", Category.DRUG)) == len(graph.find_by_name("codeine"))
        assert graph.find_by_name("codeine", Category.DISEASE) == []

    @pytest.mark.parametrize("name", ["", "Marfan", "Marfan syndrome 2", '"', "*"])
    def test_only_the_whole_name_counts(self, graph: Graph, name: str) -> None:
        assert graph.find_by_name(name) == []


class TestOpen:
    @pytest.fixture
    def copy(self, tiny_release: Path, tmp_path: Path) -> Path:
        return shutil.copytree(tiny_release, tmp_path / "release")

    def test_a_folder_that_is_no_release_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ReleaseError, match="is no release"):
            Graph.open(tmp_path)

    def test_a_release_without_its_store_is_refused(self, copy: Path) -> None:
        shutil.rmtree(copy / "store")
        with pytest.raises(ReleaseError, match=r"store cannot be opened .*build the release again"):
            Graph.open(copy)

    def test_a_store_without_its_current_file_is_refused(self, copy: Path) -> None:
        (copy / "store" / "CURRENT").unlink()
        with pytest.raises(ReleaseError, match="store cannot be opened"):
            Graph.open(copy)

    def test_reading_changes_no_byte_of_a_release_and_writing_is_refused(self, copy: Path) -> None:
        before = digests(copy)
        graph = Graph.open(copy)
        assert graph.find_by_name("codeine")
        assert graph.select(BY_NAME).rows
        quad = Quad(
            NamedNode("http://example.org/s"), NamedNode(LABEL), Literal("x"), NamedNode("http://example.org/g")
        )
        with pytest.raises(RuntimeError, match="read-write"):
            graph.store.add(quad)
        del graph
        assert digests(copy) == before


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
