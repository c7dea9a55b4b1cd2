"""The gate before a user's own query, and the process in which it runs."""

from __future__ import annotations

import multiprocessing
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from ontology.errors import InputError, UsageError
from ontology.reference import Reference
from queries.adhoc import check_query, run_text

if TYPE_CHECKING:
    from pathlib import Path

REMOTE = "SERVICE <http://192.0.2.1/sparql> { ?s ?p ?o }"  # an address that RFC 5737 keeps for documentation
OBJECTS = "PREFIX object: <https://w3id.org/genopath/object/>"

LEAVES_THE_RELEASE = {
    "in the pattern": f"SELECT * {{ {REMOTE} }}",
    "in a nested subquery": f"SELECT * {{ {{ SELECT ?s {{ {{ SELECT ?s {{ {REMOTE} }} }} }} }} }}",
    "silently": "SELECT * { SERVICE SILENT <http://192.0.2.1/> { ?s ?p ?o } }",
    "at a computed address": "SELECT * { ?a ?b ?address SERVICE ?address { ?s ?p ?o } }",
    "in small letters": "select * { service <http://192.0.2.1/> { ?s ?p ?o } }",
    "in a named graph": f"SELECT * {{ GRAPH ?g {{ {REMOTE} }} }}",
    "in an optional part": f"SELECT * {{ ?a ?b ?c OPTIONAL {{ {REMOTE} }} }}",
    "in what is taken away": f"SELECT * {{ ?a ?b ?c MINUS {{ {REMOTE} }} }}",
    "in a filter": f"SELECT * {{ ?a ?b ?c FILTER NOT EXISTS {{ {REMOTE} }} }}",
    "in an argument": f"SELECT * {{ ?a ?b ?c FILTER(IF(EXISTS {{ {REMOTE} }}, true, false)) }}",
    "in a projected expression": f"SELECT (EXISTS {{ {REMOTE} }} AS ?x) {{ ?a ?b ?c }}",
    "in a condition on groups": f"SELECT ?a {{ ?a ?b ?c }} GROUP BY ?a HAVING (EXISTS {{ {REMOTE} }})",
    "in the order": f"SELECT * {{ ?a ?b ?c }} ORDER BY EXISTS {{ {REMOTE} }}",
    "of an ASK": f"ASK {{ {REMOTE} }}",
    "of a CONSTRUCT": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {REMOTE} }}",
    "of a DESCRIBE": f"DESCRIBE ?s WHERE {{ {REMOTE} }}",
    "at an address among values": "SELECT * { VALUES ?x { <http://192.0.2.1/> } SERVICE ?x { ?a ?b ?c } }",
    "in an aggregate": f"SELECT (COUNT(EXISTS {{ {REMOTE} }}) AS ?n) {{ ?a ?b ?c }}",
    "in a bound expression": f"SELECT * {{ BIND(EXISTS {{ {REMOTE} }} AS ?x) }}",
    "after a comment that a carriage return ends": f"SELECT * {{ ?a ?b ?c # \r {REMOTE} }}",
}
READS_A_DOCUMENT = (
    "SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/hostname> { GRAPH ?g { ?s ?p ?o } }",
    "ASK FROM <file:///etc/hostname> { ?s ?p ?o }",
    "DESCRIBE <http://192.0.2.1/> FROM <file:///etc/hostname>",
    "CONSTRUCT FROM <file:///etc/hostname> WHERE { ?s ?p ?o }",
)
NO_QUERIES = (
    "",
    "genes",
    "LOAD <file:///etc/hostname>",
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "CREATE GRAPH <a:g>",
    "COPY <a:a> TO <a:b>",
    "SELECT * { ?s ?p ?o } ; DROP ALL",
)
HARMLESS = {
    "in a comment": f"SELECT * {{ ?a ?b ?c }} # {REMOTE}",
    "in a string": 'SELECT * { ?a ?b "SERVICE <http://192.0.2.1/> { ?s ?p ?o } FROM <file:///etc/hostname>" }',
    "in a long string": 'SELECT * { ?a ?b """x # SERVICE <y> {} "" """ }',
    "in an identifier": "SELECT * { ?a <http://192.0.2.1/#SERVICE> ?c }",
    "as a prefix": "PREFIX service: <a:> SELECT * { ?a service:FROM ?c }",
    "in variables": "SELECT ?service ?from { ?service ?from ?load }",
}


class TestGate:
    @pytest.mark.parametrize("text", LEAVES_THE_RELEASE.values(), ids=LEAVES_THE_RELEASE)
    def test_a_call_of_another_server_is_refused(self, text: str) -> None:
        with pytest.raises(InputError, match="SERVICE"):
            check_query(text)

    @pytest.mark.parametrize("text", READS_A_DOCUMENT)
    def test_a_document_of_its_own_is_refused(self, text: str) -> None:
        with pytest.raises(InputError, match="FROM"):
            check_query(text)

    @pytest.mark.parametrize("text", NO_QUERIES)
    def test_what_is_no_single_query_is_refused_with_its_place(self, text: str) -> None:
        with pytest.raises(InputError, match=r"line \d+, column \d+"):
            check_query(text)

    @pytest.mark.parametrize("escape", ["\\u0022", "\\U00000022"])
    def test_an_escape_that_two_parsers_read_differently_is_refused(self, escape: str) -> None:
        with pytest.raises(InputError, match="escape"):
            check_query(f'SELECT * {{ FILTER("x{escape} ) }} #" != "") {REMOTE} }}')

    def test_a_query_nested_beyond_reason_is_refused(self) -> None:
        with pytest.raises(InputError, match="nested too deeply"):
            check_query(f"SELECT * {{ FILTER({'(' * 3000}1{')' * 3000}) }}")

    @pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
    def test_a_refused_word_that_is_no_keyword_does_no_harm(self, text: str) -> None:
        check_query(text)

    def test_a_refused_query_never_reaches_a_release(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="SERVICE"):
            run_text(tmp_path / "no release", f"SELECT * {{ {REMOTE} }}")


class TestRun:
    def test_rows_of_a_select_have_their_parameters_bound(self, tiny_release: Path) -> None:
        text = f"{OBJECTS} SELECT ?term ?association {{ GRAPH ?g {{ ?association object:has_phenotype ?term }} }}"
        term = Reference("HP", "0001166")
        found = run_text(tiny_release, text, {"term": term})
        assert found.answer is not None
        assert found.answer.columns == ("term", "association")
        assert found.answer.rows
        assert {row[0] for row in found.answer.rows} == {term}

    @pytest.mark.parametrize(("term", "answer"), [("HP_0001166", "true"), ("HP_9999999", "false")])
    def test_an_ask_has_one_row(self, tiny_release: Path, term: str, answer: str) -> None:
        text = f"{OBJECTS} ASK {{ GRAPH ?g {{ ?a object:has_phenotype <http://purl.obolibrary.org/obo/{term}> }} }}"
        found = run_text(tiny_release, text)
        assert found.answer is not None
        assert found.answer.rows == ((answer,),)

    def test_a_construct_gives_turtle(self, tiny_release: Path) -> None:
        text = f"{OBJECTS} CONSTRUCT {{ ?t a <x:Term> }} WHERE {{ GRAPH ?g {{ ?a object:has_phenotype ?t }} }}"
        found = run_text(tiny_release, text)
        assert found.answer is None
        assert "<http://purl.obolibrary.org/obo/HP_0001166> a <x:Term> ." in (found.turtle or "")

    def test_an_unknown_parameter_is_a_usage_error(self, tiny_release: Path) -> None:
        with pytest.raises(UsageError, match="nothing"):
            run_text(tiny_release, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }", {"nothing": "x"})

    def test_a_query_ends_at_its_time_limit_and_leaves_no_process(self, tiny_release: Path) -> None:
        product = " ".join(f"GRAPH ?g{i} {{ ?s{i} ?p{i} ?o{i} }}" for i in range(5))
        began = monotonic()
        with pytest.raises(InputError, match=r"did not end within 0\.5 s"):
            run_text(tiny_release, f"SELECT (COUNT(*) AS ?n) {{ {product} }}", seconds=0.5)
        assert monotonic() - began < 20
        assert multiprocessing.active_children() == []
