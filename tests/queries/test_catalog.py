"""The query library: its contracts, and each answer by three routes (store, walk over associations, rdflib's engine)."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.query import ResultRow

from kg.rdf import ATTRIBUTE, SUBJECT
from ontology.errors import IdentifierError, UsageError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.catalog import QuerySpec, get_query, list_queries, run_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.model import Association, Evidence
    from kg.store import Graph

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")  # it warns of its own calls

Cells = tuple[str | None, ...]
Given = dict[str, str]


MATCHING: dict[str, tuple[Given, int]] = {  # parameters, and the number of rows counted by hand in tests/conftest.py
    "find-allele-definitions": ({"assembly": "GRCh38"}, 4),
    "find-defining-sites": ({"assembly": "GRCh38"}, 4),
    "find-named-alleles": ({}, 12),
    "find-diseases-of-phenotype": ({"phenotype": "HP:0001166"}, 2),
    "find-drugs-of-gene": ({"gene": "HGNC:2621"}, 2),
    "find-genes-of-phenotype": ({"phenotype": "HP:0001083"}, 2),
    "find-guidance-for-genotype": ({"genotype": "GENOPATH:genotype/CYP2C19/*1/*1"}, 4),
    "find-phenotypes-of-disease": ({"disease": "OMIM:154700"}, 4),
    "find-variant-by-locus": ({"locus": "10-94781859-G-A"}, 1),
    "show-evidence-of-association": ({"from": "HGNC:2625", "to": "RXNORM:2670"}, 2),
}
NEAR_MISSES: list[tuple[str, Given]] = [
    ("find-allele-definitions", {"assembly": "hg38"}),
    ("find-defining-sites", {"assembly": "GRCh39"}),
    ("find-diseases-of-phenotype", {"phenotype": "HP:0001252"}),  # denied
    ("find-diseases-of-phenotype", {"phenotype": "HP:0000478"}),  # the parent of an annotated term
    ("find-drugs-of-gene", {"gene": "NCBIGene:1557"}),  # the same gene under the other authority
    ("find-drugs-of-gene", {"gene": "HGNC:3603"}),
    ("find-genes-of-phenotype", {"phenotype": "HP:0001252"}),
    ("find-guidance-for-genotype", {"genotype": "GENOPATH:genotype/CYP2C19/*1/*2"}),  # no text for this phenotype
    ("find-guidance-for-genotype", {"genotype": "GENOPATH:genotype/CYP2C19/*2/*1"}),
    ("find-phenotypes-of-disease", {"disease": "ORPHA:75858"}),  # its one row is denied
    ("find-variant-by-locus", {"locus": "10-94781859-G-C"}),  # another allele
    ("find-variant-by-locus", {"locus": "10-94781859-g-a"}),
    ("show-evidence-of-association", {"from": "RXNORM:2670", "to": "HGNC:2625"}),  # the wrong way round
    ("show-evidence-of-association", {"from": "ORPHA:75858", "to": "HP:0001252"}),  # denied
]
ASKED = [(name, given) for name, (given, _) in MATCHING.items()] + NEAR_MISSES


def by_name(asked: tuple[str, Given]) -> str:
    return " ".join([asked[0], *asked[1].values()])


def answer(graph: Graph, name: str, given: Given) -> list[Cells]:
    found = run_query(graph, name, given)
    return [tuple(None if cell is None else str(cell) for cell in row) for row in found.rows]


@pytest.mark.parametrize("spec", list_queries(), ids=lambda spec: spec.name)
class TestContract:
    def test_the_query_says_what_it_means(self, spec: QuerySpec) -> None:
        assert spec.meaning.endswith(".")

    def test_columns_are_documented_in_the_order_of_the_projection(self, spec: QuerySpec) -> None:
        projection = re.search(r"^SELECT (?:DISTINCT )?((?:\?\w+ )+)WHERE", spec.text, re.MULTILINE)
        assert projection is not None
        assert projection[1].replace("?", "").split() == list(spec.columns)

    def test_parameters_are_columns(self, spec: QuerySpec) -> None:
        assert spec.parameters.keys() <= spec.columns.keys()

    def test_every_pattern_names_its_graph(self, spec: QuerySpec) -> None:
        assert "GRAPH ?" in spec.text
        assert " a " not in "".join(line for line in spec.text.splitlines(True) if not line.startswith("#"))

    def test_optional_parts_come_last(self, spec: QuerySpec) -> None:
        """A pattern that joins what an OPTIONAL left is evaluated over the whole graph: minutes in place of milliseconds."""
        _, optional, rest = spec.text.partition("OPTIONAL")
        lines = [line.strip() for line in rest.splitlines()[1:]]
        assert not optional or all(line.startswith(("OPTIONAL", "}", "ORDER")) for line in lines)

    def test_the_query_is_tested_on_a_match(self, spec: QuerySpec) -> None:
        assert spec.name in MATCHING


@pytest.mark.parametrize("name", MATCHING)
def test_the_query_finds_what_it_must_find(graph: Graph, name: str) -> None:
    parameters, count = MATCHING[name]
    rows = answer(graph, name, parameters)
    assert len(rows) == len(set(rows)) == count


@pytest.mark.parametrize("asked", NEAR_MISSES, ids=by_name)
def test_the_query_leaves_a_near_miss(graph: Graph, asked: tuple[str, Given]) -> None:
    assert answer(graph, *asked) == []


def test_loci_are_those_of_the_assembly_asked_for(graph: Graph) -> None:
    loci = {row[3] for row in answer(graph, "find-allele-definitions", {"assembly": "GRCh37"})}
    assert "10-96541616-G-A" in loci
    assert "10-94781859-G-A" not in loci


def test_alleles_of_genes_without_phenotypes_are_named_too(graph: Graph) -> None:
    genes = {row[1] for row in answer(graph, "find-named-alleles", {})}
    assert genes == {"CYP2C19", "CYP2D6", "DPYD", "G6PD", "MT-RNR1"}


def test_only_the_structural_allele_is_marked(graph: Graph) -> None:
    rows = run_query(graph, "find-named-alleles", {}).dicts()
    assert [str(row["allele"]) for row in rows if row["structural"]] == ["GENOPATH:allele/CYP2D6/*5"]


def test_guidance_for_two_genes_names_the_companion(graph: Graph) -> None:
    given = {"genotype": "GENOPATH:genotype/CYP2C19/*1/*1"}
    rows = run_query(graph, "find-guidance-for-genotype", given).dicts()
    companions = {str(row["companion"]) for row in rows if str(row["drug"]) == "RXNORM:704"}
    assert companions == {
        f"GENOPATH:phenotype/CYP2D6/{name}" for name in ("Normal%20Metabolizer", "No%20Result", "Poor%20Metabolizer")
    }


@pytest.mark.parametrize("asked", ASKED, ids=by_name)
def test_a_walk_over_the_associations_gives_the_same_rows(graph: Graph, asked: tuple[str, Given]) -> None:
    name, parameters = asked
    assert set(answer(graph, name, parameters)) == set(WALKS[name](graph, parameters))


@pytest.fixture(scope="module")
def dataset(tiny_quads: str) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(data=tiny_quads, format="nquads")
    return dataset


@pytest.mark.parametrize("name", MATCHING)
def test_another_engine_gives_the_same_rows(graph: Graph, dataset: rdflib.Dataset, name: str) -> None:
    """A parameter of a projected variable selects rows, so the other engine is asked once, without any."""
    spec = get_query(name)
    found = [[_cell(term) for term in row] for row in dataset.query(spec.text) if isinstance(row, ResultRow)]
    everything = [dict(zip(spec.columns, row, strict=True)) for row in found]
    assert everything
    for parameters in (parameters for asked, parameters in ASKED if asked == name):
        selected = [row for row in everything if all(row[key] == value for key, value in parameters.items())]
        assert sorted(map(repr, answer(graph, name, parameters))) == sorted(
            repr(tuple(row.values())) for row in selected
        )


def _cell(term: object) -> str | None:
    if not isinstance(term, rdflib.URIRef):
        return None if term is None else str(term)
    try:
        return str(Reference.from_iri(str(term)))
    except IdentifierError:
        return str(term)


def test_evidence_is_looked_for_under_every_predicate() -> None:
    text = get_query("show-evidence-of-association").text
    assert re.findall(r"\(subject:(\w+) object:\1\)", text) == [predicate.local_name for predicate in Predicate]


class TestParameters:
    def test_a_missing_and_an_unknown_parameter_are_named_beside_the_known_ones(self, graph: Graph) -> None:
        with pytest.raises(UsageError) as caught:
            run_query(graph, "show-evidence-of-association", {"from": "HGNC:2621", "till": "RXNORM:32968"})
        assert "till is unknown, to is missing; parameters: from (curie), to (curie)" in str(caught.value)

    @pytest.mark.parametrize("text", ["", "CYP2C19", "HGNC:", "HGNC:x", "XYZ:1", "HGNC:2621> ?p ?o"])
    def test_a_text_that_is_no_identifier_is_refused(self, graph: Graph, text: str) -> None:
        with pytest.raises(UsageError, match="find-drugs-of-gene: gene: "):
            run_query(graph, "find-drugs-of-gene", {"gene": text})

    def test_an_identifier_is_no_text(self, graph: Graph) -> None:
        with pytest.raises(UsageError, match="locus is text"):
            run_query(graph, "find-variant-by-locus", {"locus": Reference("dbSNP", "rs4244285")})

    def test_a_reference_stands_for_its_curie(self, graph: Graph) -> None:
        gene = Reference("HGNC", "2621")
        expected = run_query(graph, "find-drugs-of-gene", {"gene": gene.curie})
        assert run_query(graph, "find-drugs-of-gene", {"gene": gene}) == expected

    def test_an_unknown_query_lists_the_library(self, graph: Graph) -> None:
        with pytest.raises(UsageError, match=r"no library query 'find-x'.*find-drugs-of-gene"):
            run_query(graph, "find-x", {})

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        text=st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(['" . } #', "?x", '"@en', "\\u0022"])
    )
    def test_a_text_is_a_value_and_never_a_part_of_the_query(self, graph: Graph, text: str) -> None:
        for name, parameter in (("find-variant-by-locus", "locus"), ("find-allele-definitions", "assembly")):
            rows = run_query(graph, name, {parameter: text}).dicts()
            assert {row[parameter] for row in rows} <= {text}


class TestStarterRelease:
    """Twenty seeded samples of each kind on the release that `genopath build` made of the starter data."""

    @pytest.mark.parametrize(
        ("name", "parameter", "category", "prefix"),
        [
            ("find-diseases-of-phenotype", "phenotype", Category.PHENOTYPIC_FEATURE, "HP"),
            ("find-phenotypes-of-disease", "disease", Category.DISEASE, ""),
            ("find-drugs-of-gene", "gene", Category.GENE, "HGNC"),
            ("find-guidance-for-genotype", "genotype", Category.GENOTYPE, ""),
        ],
    )
    def test_store_and_walk_agree(
        self, starter_graph: Graph, name: str, parameter: str, category: Category, prefix: str
    ) -> None:
        found = starter_graph.select(
            f"SELECT DISTINCT ?one WHERE {{ GRAPH ?graph {{ ?one <https://w3id.org/biolink/vocab/category> <{category.iri}> }} }}"
        )
        curies = sorted(str(row[0]) for row in found.rows if str(row[0]).startswith(prefix))
        rows = 0
        for curie in random.Random(1).sample(curies, min(20, len(curies))):  # noqa: S311 - a sample, no secret
            rows_here = answer(starter_graph, name, {parameter: curie})
            rows += len(rows_here)
            assert set(rows_here) == set(WALKS[name](starter_graph, {parameter: curie}))
        assert rows


def _name(graph: Graph, reference: Reference) -> str:
    entity = graph.entity(reference)
    assert entity is not None
    return entity.name


def _qualifier(association: Association, name: Qualifier) -> str | None:
    value = association.qualifier(name)
    return None if value is None else str(value)


def _annotations(graph: Graph, associations: list[Association], *, of_disease: bool) -> Iterator[Cells]:
    for stated in associations:
        asked, other = (stated.subject, stated.object) if of_disease else (stated.object, stated.subject)
        described = graph.entity(other)
        if described is None or (not of_disease and described.category is not Category.DISEASE):
            continue
        for why in stated.evidence:
            frequency = _qualifier(stated, Qualifier.FREQUENCY)
            yield str(asked), str(other), described.name, frequency, why.record, why.release, why.license


def _publications(evidence: Evidence) -> Sequence[str | None]:
    return [str(publication) for publication in evidence.publications] or (None,)


def walk_diseases(graph: Graph, given: Given) -> Iterator[Cells]:
    stated = graph.associations(object=Reference.parse(given["phenotype"]), predicate="has_phenotype")
    return _annotations(graph, stated, of_disease=False)


def walk_phenotypes(graph: Graph, given: Given) -> Iterator[Cells]:
    stated = graph.associations(Reference.parse(given["disease"]), "has_phenotype")
    return _annotations(graph, stated, of_disease=True)


def walk_drugs(graph: Graph, given: Given) -> Iterator[Cells]:
    gene = Reference.parse(given["gene"])
    for stated in graph.associations(gene, "affects"):
        for why in stated.evidence:
            level = None if why.level is None else str(why.level)
            described = (str(stated.object), _name(graph, stated.object), level)
            yield str(gene), *described, why.source, why.record, why.release, why.license


def walk_genes(graph: Graph, given: Given) -> Iterator[Cells]:
    phenotype = Reference.parse(given["phenotype"])
    for annotation in graph.associations(object=phenotype, predicate="has_phenotype"):
        disease = annotation.subject
        for pair in graph.associations(object=disease, predicate="gene_associated_with_condition"):
            yield str(phenotype), str(pair.subject), _name(graph, pair.subject), str(disease)


def walk_guidance(graph: Graph, given: Given) -> Iterator[Cells]:
    genotype = Reference.parse(given["genotype"])
    for assigned in graph.associations(genotype, "has_phenotype"):
        for stated in graph.associations(assigned.object, "affects"):
            text, companion = (_qualifier(stated, name) for name in (Qualifier.RECOMMENDATION, Qualifier.COMPANION))
            if text is None:
                continue
            described = (str(assigned.object), str(stated.object), _name(graph, stated.object), text, companion)
            for why in stated.evidence:
                names = (Qualifier.GUIDELINE_BODY, Qualifier.POPULATION)
                narrowed = [_qualifier(stated, name) for name in names]
                for publication in _publications(why):
                    known = (why.record, publication, why.source, why.release, why.license)
                    yield str(genotype), *described, *known, *narrowed


def _alleles(graph: Graph) -> Iterator[tuple[Reference, Reference]]:
    """Every gene with each of its alleles, by the genes' names and incoming associations."""
    for symbol in ("CYP2C19", "CYP2D6", "DPYD", "G6PD", "MT-RNR1", "FBN1"):
        for gene in graph.find_by_name(symbol, Category.GENE):
            for stated in graph.associations(object=gene.reference, predicate="is_sequence_variant_of"):
                yield gene.reference, stated.subject


def walk_definitions(graph: Graph, given: Given) -> Iterator[Cells]:
    attribute = {"GRCh37": Attribute.LOCUS_GRCH37, "GRCh38": Attribute.LOCUS_GRCH38}.get(given["assembly"])
    for _, allele in _alleles(graph):
        for stated in graph.associations(allele, "has_part"):
            variant = graph.entity(stated.object)
            if attribute and variant and _qualifier(stated, Qualifier.ASSEMBLY) == given["assembly"]:
                optional = _qualifier(stated, Qualifier.OPTIONAL)
                described = (given["assembly"], str(allele), str(variant.reference), str(variant.attribute(attribute)))
                yield from ((*described, optional, why.source) for why in stated.evidence)


def walk_sites(graph: Graph, given: Given) -> Iterator[Cells]:
    for assembly, _, variant, locus, _, _ in walk_definitions(graph, given):
        mapped = graph.associations(Reference.parse(str(variant)), "close_match")
        rsids: list[str | None] = [str(stated.object) for stated in mapped]
        for rsid in rsids or [None]:
            yield assembly, variant, locus, rsid


def walk_alleles(graph: Graph, _: Given) -> Iterator[Cells]:
    for gene, allele in _alleles(graph):
        described, haplotype = graph.entity(gene), graph.entity(allele)
        assert described is not None
        assert haplotype is not None
        flags = (haplotype.attribute(name) for name in (Attribute.STRUCTURAL, Attribute.REFERENCE_ALLELE))
        texts = [None if value is None else str(value) for value in flags]
        row = (str(gene), str(described.attribute(Attribute.SYMBOL)), str(allele), *texts)
        for stated in graph.associations(allele, "is_sequence_variant_of", gene):
            yield from ((*row, why.source) for why in stated.evidence)


def walk_loci(graph: Graph, given: Given) -> Iterator[Cells]:
    for rsid in ("rs4244285", "rs12248560", "rs3892097", "rs3918290"):
        for stated in graph.associations(object=Reference("dbSNP", rsid), predicate="close_match"):
            variant = graph.entity(stated.subject)
            assert variant is not None
            for attribute in (Attribute.LOCUS_GRCH37, Attribute.LOCUS_GRCH38):
                if variant.attribute(attribute) == given["locus"]:
                    yield given["locus"], str(variant.reference), variant.name, ATTRIBUTE + attribute


def walk_evidence(graph: Graph, given: Given) -> Iterator[Cells]:
    start, end = Reference.parse(given["from"]), Reference.parse(given["to"])
    for stated in graph.associations(start, object=end):
        if stated.negated:
            continue
        predicate = SUBJECT + stated.predicate.local_name
        for why in stated.evidence:
            level = None if why.level is None else str(why.level)
            for publication in _publications(why):
                yield (
                    str(start),
                    str(end),
                    predicate,
                    why.source,
                    why.record,
                    why.release,
                    why.license,
                    level,
                    publication,
                )


WALKS: dict[str, Callable[[Graph, Given], Iterator[Cells]]] = {
    "find-allele-definitions": walk_definitions,
    "find-defining-sites": walk_sites,
    "find-named-alleles": walk_alleles,
    "find-diseases-of-phenotype": walk_diseases,
    "find-drugs-of-gene": walk_drugs,
    "find-genes-of-phenotype": walk_genes,
    "find-guidance-for-genotype": walk_guidance,
    "find-phenotypes-of-disease": walk_phenotypes,
    "find-variant-by-locus": walk_loci,
    "show-evidence-of-association": walk_evidence,
}
