"""What the rows of gene-disease, dosage, region and rare-disease tables say of the statements that cite them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ontology.vocabulary import Qualifier
from tests.kg.sources.published.facts import canonical, level, minted, pmids, predicate, qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association
    from tests.kg.sources.published.facts import Check, Claims, Facts, Row
    from tests.kg.sources.published.rows import Published

_DENIALS = {"Disputed", "Refuted", "Disputed Evidence", "Refuted Evidence"}
MODES = {"AD": "HP:0000006", "AR": "HP:0000007", "XL": "HP:0001417", "SD": "HP:0032113", "MT": "HP:0001427"}
"""ClinGen's modes of inheritance (https://clinicalgenome.org/docs/gene-disease-validity-standard-operating-procedure)."""


def classified(columns: str) -> Check:
    """``columns``: of gene id, disease id, classification and mode, separated by ``|``."""
    gene, disease, classification, mode = columns.split("|")

    def check(edge: Association, row: Row, facts: Facts) -> Claims:
        stated = qualifier(edge, Qualifier.INHERITANCE)
        return {
            "gene": edge.subject.curie == row[gene],
            "disease": edge.object.curie in (row[disease], facts.current.get(row[disease])),
            "level": level(edge) == row[classification],
            "negated": edge.negated == (row[classification] in _DENIALS),
            "inheritance": stated in ("", row[mode], MODES.get(row[mode])),
            "predicate": predicate(edge) == "gene_associated_with_condition",
        }

    return check


def report(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (row["ONLINE REPORT"].rpartition("/")[2],)


def secondary_finding(edge: Association, row: Row, facts: Facts) -> Claims:
    return {"gene": facts.gene(edge.subject, row["symbol"]), "predicate": predicate(edge) == "member_of"}


def dosage(edge: Association, row: Row, facts: Facts) -> Claims:
    if edge.subject.prefix == "GENOPATH":
        _, _, interval = minted(edge.subject).split("/")
        subject = interval == f"{row['chrom'].removeprefix('chr')}-{row['start']}-{row['end']}"
    else:
        subject = facts.gene(edge.subject, row["symbol"])
    score = row["score"]
    return {
        "subject": subject,
        "score": level(edge) == score and score != "0",
        "recessive": (edge.object.curie == "HP:0000007") == (score == "30"),
        "negated": edge.negated == (score == "40"),
        "predicate": predicate(edge) == "associated_with",
    }


def g2p(edge: Association, row: Row, facts: Facts) -> Claims:
    gene, disease = f"HGNC:{row['hgnc id']}", f"OMIM:{row['disease mim']}"
    papers = pmids(edge) <= set(re.findall(r"\d+", row["pmids"]))
    graded = level(edge) == row["DDD category"]
    if predicate(edge) == "has_phenotype":
        features = row["phenotypes"].split(";")
        return {
            "disease": facts.condition(edge.subject, [disease], row["disease name"]),
            "feature": edge.object.curie in {facts.current.get(one, one) for one in features},
            "gene": qualifier(edge, Qualifier.GENE_CONTEXT) == gene,
            "papers": papers,
            "level": graded,
        }
    return {
        "gene": edge.subject.curie == gene,
        "disease": facts.condition(edge.object, [disease], row["disease name"]),
        "requirement": qualifier(edge, Qualifier.ALLELIC_REQUIREMENT) == row["allelic requirement"],
        "papers": papers,
        "level": graded,
        "predicate": predicate(edge) == "gene_associated_with_condition",
    }


def region(edge: Association, row: Row, facts: Facts) -> Claims:
    """BED files count from 0; the graph from 1."""
    _, build, interval = minted(edge.subject).split("/")
    name = (row.get("syndrome") or row.get("GD") or "genomic disorder").replace("_", " ").strip()
    change = row.get("cnv") or row.get("CNV") or edge.evidence[0].record.split(".")[-2]
    carriers = qualifier(edge, Qualifier.CARRIERS)
    without_remark = re.sub(r"\s*\([^)]*\)$", "", name)
    return {
        "place": (build, interval) == ("GRCh37", f"{row['chr']}-{int(row['start']) + 1}-{row['end']}"),
        "syndrome": facts.condition(edge.object, [], name, without_remark) or minted(edge.object) == f"term/{name}",
        "change": qualifier(edge, Qualifier.COPY_NUMBER_CHANGE) == change,
        "grade": level(edge) in ("", row.get("grade")),
        "carriers": not carriers or carriers == f"{row['N_UKBB_carriers']}/{row['N_UKBB_all']}",
        "predicate": predicate(edge) == "associated_with",
    }


def unshifted_region(edge: Association, row: Row, facts: Facts) -> Claims:
    """Decipher's file counts from 1 already."""
    return region(edge, {**row, "start": int(row["start"]) - 1}, facts)


def orphanet_record(file: Published, number: int, row: Row) -> Iterable[str]:
    return (f"{row['tag']}/{row['id']}" if row["id"] else f"{file.name}#L{number}",)


def _tags(text: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}[^>]*>([^<]*)<", text)


def orphanet_match(edge: Association, row: Row, _: Facts) -> Claims:
    (source,), (reference,), relation = (
        _tags(row["text"], "Source"),
        _tags(row["text"], "Reference"),
        _tags(row["text"], "Name")[0],
    )
    of_relation = {"E": "exact_match", "NTBT": "broad_match", "BTNT": "narrow_match"}
    return {
        "disorder": edge.subject.curie == f"ORPHA:{row['disorder']}",
        "code": minted(edge.object).rpartition(":")[2] == canonical(f"{source}:{reference}").partition(":")[2],
        "relation": predicate(edge) == of_relation.get(relation.split(" ")[0], "close_match"),
    }


def orphanet_parent(_file: Published, _number: int, row: Row) -> Iterable[str]:
    found = re.match(r">\s*<Disorder[^>]*>\s*<OrphaCode>(\d+)<", row["text"])
    return (f"Classification/156 ORPHA:{found.group(1)} below ORPHA:{row['disorder']}",) if found else ()


def orphanet_below(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "disorder": re.search(r"<OrphaCode>(\d+)<", row["text"]).group(1) == edge.subject.identifier,  # type: ignore[union-attr]
        "above": edge.object.identifier == row["disorder"],
        "predicate": predicate(edge) == "subclass_of",
    }


def orphanet_group(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "disorder": edge.subject.identifier == row["disorder"],
        "group": edge.object.identifier in _tags(row["text"], "OrphaCode"),
        "type": qualifier(edge, Qualifier.ASSOCIATION_TYPE) in _tags(row["text"], "Name"),
        "predicate": predicate(edge) == "subclass_of",
    }


def orphanet_feature(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "disorder": edge.subject.identifier == row["disorder"],
        "feature": edge.object.curie in _tags(row["text"], "HPOId"),
        "very frequent": (qualifier(edge, Qualifier.FREQUENCY) == "HP:0040281") == ("Very frequent" in row["text"]),
        "predicate": predicate(edge) == "has_phenotype",
    }


def orphanet_gene(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "disorder": edge.object.identifier == row["disorder"],
        "gene": facts.gene(edge.subject, *_tags(row["text"], "Symbol")),
        "HGNC": f"<Reference>{edge.subject.identifier}<" in row["text"],
        "papers": pmids(edge) == set(re.findall(r"(\d+)\[PMID\]", row["text"])),
        "predicate": predicate(edge) == "gene_associated_with_condition",
    }


_COURSES = {
    "Neonatal": "HP:0003623",
    "Infancy": "HP:0410280",
    "Childhood": "HP:0410280",
    "Adult": "HP:0003581",
    "Autosomal dominant": "HP:0000006",
    "Autosomal recessive": "HP:0000007",
    "X-linked recessive": "HP:0001419",
    "X-linked dominant": "HP:0001423",
    "Mitochondrial inheritance": "HP:0001427",
    "Multigenic/multifactorial": "HP:0001426",
}
"""Orphanet's words in HPO. Its infancy (to 23 months) and childhood (2 to 11 years) are of no narrower term alone."""


def orphanet_course(edge: Association, row: Row, _: Facts) -> Claims:
    word = _tags(row["text"], "Name")[0]
    onset = row["tag"] == "AverageAgeOfOnset"
    return {
        "disorder": edge.subject.identifier == row["disorder"],
        "word": qualifier(edge, Qualifier.ORIGINAL_OBJECT) == word,
        "term": edge.object.curie == _COURSES.get(word, edge.object.curie),
        "predicate": predicate(edge) == ("associated_with" if onset else "has_mode_of_inheritance"),
    }
