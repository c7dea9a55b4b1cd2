"""What the rows of HGNC, HPO, Mondo and tables of mappings say of the statements that cite them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ontology.vocabulary import Qualifier
from tests.kg.sources.published.facts import canonical, level, minted, pmids, predicate, qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association
    from tests.kg.sources.published.facts import Claims, Facts, Row
    from tests.kg.sources.published.rows import Published


def hgnc(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "gene": edge.subject.curie == row["HGNC ID"],
        "NCBI": edge.object.identifier == row["NCBI Gene ID(supplied by NCBI)"],
        "predicate": predicate(edge) == "exact_match",
    }


def hp_parents(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"{row['id'][0]} is_a {parent.split()[0]}" for parent in row.get("is_a", ()))


def hp_term(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "term": edge.subject.curie == row["id"][0],
        "parent": edge.object.curie in {one.split()[0] for one in row["is_a"]},
        "predicate": predicate(edge) == "subclass_of",
    }


def hpoa(edge: Association, row: Row, facts: Facts) -> Claims:
    of_aspect = {"P": "has_phenotype", "I": "has_mode_of_inheritance"}
    return {
        "disease": edge.subject.curie == row["database_id"],
        "term": edge.object.curie == facts.current.get(row["hpo_id"], row["hpo_id"]),
        "NOT": edge.negated
        == (row["qualifier"] == "NOT" or row["frequency"].startswith("0/") or row["frequency"] == "HP:0040285"),
        "predicate": predicate(edge) == of_aspect.get(row["aspect"], "associated_with"),
        "papers": pmids(edge) == set(re.findall(r"PMID:(\d+)", row["reference"])),
        "evidence": level(edge) == row["evidence"],
        "frequency": qualifier(edge, Qualifier.FREQUENCY) in (row["frequency"], facts.current.get(row["frequency"])),
    }


def hp_gene(edge: Association, row: Row, facts: Facts) -> Claims:
    ours = edge.subject.identifier == row["ncbi_gene_id"].removeprefix("NCBIGene:")
    return {
        "gene": ours or facts.gene(edge.subject, row["gene_symbol"]),
        "disease": edge.object.curie == row["disease_id"],
        "predicate": predicate(edge) == "gene_associated_with_condition",
    }


def mondo_parents(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"{row['key']} is_a {above}" for above, distance in row["ancestors"].items() if distance == 1)


def mondo_term(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "term": edge.subject.curie == row["key"],
        "parent": row["ancestors"].get(edge.object.curie) == 1,
        "predicate": predicate(edge) == "subclass_of",
    }


_MATCHES = {
    "skos:exactMatch": "exact_match",
    "skos:closeMatch": "close_match",
    "skos:broadMatch": "broad_match",
    "skos:narrowMatch": "narrow_match",
}


_INVERSE = {"broad_match": "narrow_match", "narrow_match": "broad_match"}


def sssom(edge: Association, row: Row, _: Facts) -> Claims:
    ends = [minted(end).rpartition(":")[2].rpartition("/PS")[2] for end in (edge.subject, edge.object)]
    given = [canonical(row[end]).partition(":")[2] for end in ("subject_id", "object_id")]
    stated = _MATCHES[row["predicate_id"]]
    return {
        "ends": sorted(ends) == sorted(given),
        "predicate": predicate(edge) == (stated if ends == given else _INVERSE.get(stated, stated)),
        "justification": qualifier(edge, Qualifier.MAPPING_JUSTIFICATION) == row["mapping_justification"],
    }


def omim_gene(edge: Association, row: Row, facts: Facts) -> Claims:
    disease = row["mondo_id"].rpartition("/")[2].replace("_", ":")
    return {
        "gene": edge.subject.identifier == row["hgnc_id"].rpartition("/")[2],
        "disease": edge.object.curie in (disease, facts.current.get(disease)),
        "OMIM": qualifier(edge, Qualifier.ORIGINAL_OBJECT) == row["omim_disease_xref"],
        "predicate": predicate(edge) == "gene_associated_with_condition",
    }


def assertions(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return str(row["xref_genevalidation"]).split("|")


def curated(edge: Association, row: Row, facts: Facts) -> Claims:
    current = facts.current.get(row["mondo_id"], row["mondo_id"])
    return {"disease": edge.subject.curie in (row["mondo_id"], current), "predicate": predicate(edge) == "member_of"}
