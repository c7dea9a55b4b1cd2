"""What the rows of CPIC, ClinPGx and PharmCAT say of the statements that cite them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ontology.vocabulary import Qualifier
from tests.kg.sources.published.facts import clinpgx_ids, codes, key, level, minted, pmids, predicate, qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association
    from tests.kg.sources.published.facts import Check, Claims, Facts, Row
    from tests.kg.sources.published.rows import Published


def cpic_pair(columns: str) -> Check:
    """``columns``: of gene, drug, RxNorm id, level and PMIDs, comma-separated."""
    gene, drug, rxnorm, grade, papers = columns.split(",")

    def check(edge: Association, row: Row, facts: Facts) -> Claims:
        return {
            "gene": facts.gene(edge.subject, row[gene]),
            "RxNorm": edge.object.curie == f"RXNORM:{row.get(rxnorm)}" or facts.called(edge.object, row[drug]),
            "level": level(edge) == row[grade],
            "papers": pmids(edge) == set(re.findall(r"\d+", row.get(papers, ""))),
            "predicate": predicate(edge) == "affects",
        }

    return check


def cpic_variant(edge: Association, row: Row, _: Facts) -> Claims:
    return {
        "locus": minted(edge.subject) in {f"variant/{build}/{row[f'{build}Name']}" for build in ("GRCh37", "GRCh38")},
        "rsID": edge.object.curie == f"dbSNP:{row['rsID']}",
        "predicate": predicate(edge) == "close_match",
    }


def cpic_allele(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"allele": minted(edge.subject) == f"allele/{row['Gene']}/{row['StarAllele']}"}
    if predicate(edge) == "is_sequence_variant_of":
        function = qualifier(edge, Qualifier.ALLELE_FUNCTION)
        return {**claims, "gene": facts.gene(edge.object, row["Gene"]), "function": function == row["Function"]}
    locus = minted(edge.object).rpartition("/")[2]
    of_build = {"GRCh38": locus, "GRCh37": facts.grch37.get(locus, locus)}
    builds = [qualifier(edge, Qualifier.ASSEMBLY)] if edge.qualifier(Qualifier.ASSEMBLY) else ["GRCh37", "GRCh38"]
    stated = [of_build[build] in f"{row[f'{build}Core']},{row[f'{build}Tag']}".split(",") for build in builds]
    return {**claims, "variant": all(stated), "predicate": predicate(edge) == "has_part"}


def _same_diplotype(one: str, other: str) -> bool:
    return sorted(one.split("/")) == sorted(other.split("/"))


def diplotype(edge: Association, row: Row, _: Facts) -> Claims:
    kind, gene, alleles = minted(edge.subject).split("/", 2)
    score = str(row.get("score") or row.get("activityScore") or "n/a")
    stated = qualifier(edge, Qualifier.ACTIVITY_SCORE)
    claims = {"kind": kind == "genotype", "gene": gene == row["Gene"]}
    claims["diplotype"] = _same_diplotype(alleles, row["Diplotype"])
    if predicate(edge) == "has_part":
        name = minted(edge.object).removeprefix(f"allele/{gene}/")
        return {**claims, "allele": name in row["Diplotype"].split("/") or f"/{name}/" in f"/{row['Diplotype']}/"}
    return {
        **claims,
        "phenotype": minted(edge.object) == f"phenotype/{gene}/{row['Phenotype']}",
        "score": Decimal(stated) == Decimal(score.strip("≥")) if stated else not re.fullmatch(r"[\d.]+", score),
        "predicate": predicate(edge) == "has_phenotype",
    }


def scored_diplotype(edge: Association, row: Row, facts: Facts) -> Claims:
    """The sum of the alleles' activity values fits the equation of the row."""
    _, gene, alleles = minted(edge.subject).split("/", 2)
    score = sum(Decimal(facts.values[gene, name]) for name in alleles.split("/"))
    numbers = [Decimal(one) for one in re.findall(r"[\d.]+", row["Equation"])]
    fits = {
        1: {score == numbers[0]} if "==" in row["Equation"] else {score >= numbers[0]},
        2: {numbers[0] <= score < numbers[-1]},
    }[len(numbers)]
    claims = {"gene": gene == row["Gene"], "score": fits == {True}}
    if predicate(edge) == "has_part":
        return {**claims, "allele": minted(edge.object).removeprefix(f"allele/{gene}/") in alleles.split("/")}
    return {**claims, "phenotype": minted(edge.object) == f"phenotype/{gene}/{row['Phenotype']}"}


def cpic_recommendation(edge: Association, row: Row, facts: Facts) -> Claims:
    results = {row[f"Gene{n}"]: row[f"Phenotype{n}"].replace("None", "No Result") for n in "12"}
    conditions = {f"phenotype/{gene}/{result}" for gene, result in results.items() if gene != "None"}
    companion = unquote(qualifier(edge, Qualifier.COMPANION)).removeprefix("GENOPATH:")
    return {
        "drug": facts.called(edge.object, row["Drug"]),
        "phenotypes": {minted(edge.subject)} | ({companion} if companion else set()) == conditions,
        "text": key(qualifier(edge, Qualifier.RECOMMENDATION)) == key(row["Recommendation"]),
        "predicate": predicate(edge) == "affects",
    }


def cpic_frequency(edge: Association, row: Row, facts: Facts) -> Claims:
    _, gene, name = minted(edge.subject).split("/", 2)
    frequency = float(qualifier(edge, Qualifier.FREQUENCY))
    given = [float(value) for column, value in row.items() if column != "A" and re.match(r"[\d.]", value)]
    return {
        "allele": row["A"] in (name, name.removeprefix("m."), name.replace("x≥", "≥")),
        "gene": facts.gene(edge.object, gene),
        "frequency": any(abs(frequency - one) < 1e-12 for one in given),
    }


def clinpgx_match(edge: Association, row: Row, _: Facts) -> Claims:
    ids = clinpgx_ids(row)
    return {"ends": {edge.subject.curie, edge.object.curie} <= ids, "predicate": predicate(edge).endswith("_match")}


def clinpgx_variant(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "variant": edge.subject.identifier == row["Variant Name"],
        "gene": facts.gene(edge.object, *row["Gene Symbols"].split(", ")),
        "predicate": predicate(edge) == "is_sequence_variant_of",
    }


def clinpgx_phenotype(edge: Association, row: Row, facts: Facts) -> Claims:
    stated = codes(row["External Vocabulary"])
    return {
        "phenotype": edge.subject.identifier == row["PharmGKB Accession Id"],
        "match": facts.condition(edge.object, stated)
        or edge.object.curie in {facts.current.get(one) for one in stated},
    }


def _clinpgx_subject(edge: Association, text: str, gene: str, facts: Facts) -> bool:
    """Whether an rsID, a named allele (``HLA-B*15:02``) or a gene is one of those that a field lists."""
    if edge.subject.prefix in ("HGNC", "NCBIGene"):
        return facts.gene(edge.subject, *re.split(r"[;,]\s*", gene))
    if edge.subject.prefix == "dbSNP":
        return edge.subject.identifier in re.split(r"[;,\s]+", text)
    _, symbol, name = minted(edge.subject).split("/", 2)
    return symbol in re.split(r"[;,\s]+", gene) and name in text


def clinpgx_annotation(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"subject": _clinpgx_subject(edge, row["Variant/Haplotypes"], row["Gene"], facts)}
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": facts.gene(edge.object, *row["Gene"].split(";"))}
    return {
        **claims,
        "drug": facts.called(edge.object, *row["Drug(s)"].split(";")),
        "level": level(edge) == row["Level of Evidence"],
        "papers": pmids(edge) <= facts.papers[row["Summary Annotation ID"]],
        "predicate": predicate(edge) == "associated_with",
    }


def clinpgx_label(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"subject": _clinpgx_subject(edge, row["Variants/Haplotypes"], row["Genes"], facts)}
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": facts.gene(edge.object, *row["Genes"].split("; "))}
    return {
        **claims,
        "drug": facts.called(edge.object, *row["Chemicals"].split("; "), row["Chemicals"].replace("; ", " / ")),
        "level": level(edge) == row["Testing Level"] or row["Testing Level"] in ("", "No Clinical PGx"),
        "agency": qualifier(edge, Qualifier.AUTHORITY) == row["Source"],
        "predicate": predicate(edge) in ("associated_with", "affects"),
    }


def clinpgx_assay(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"subject": _clinpgx_subject(edge, row["Variant/Haplotypes"], row["Gene"], facts)}
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": facts.gene(edge.object, *row["Gene"].split(", "))}
    names = (row["Drug(s)"], row["Gene/gene product"], row["When treated with/exposed to/when assayed with"])
    parts = [part.strip().strip('"') for name in names for part in re.split(r"[,;]\s*", name)]
    return {
        **claims,
        "object": facts.called(edge.object, *parts) or facts.gene(edge.object, *parts, *row["Gene"].split(", ")),
        "negated": edge.negated == row["Is/Is Not associated"].startswith("Not"),
        "paper": pmids(edge) == {row["PMID"]},
        "text": qualifier(edge, Qualifier.STATEMENT) == row["Sentence"],
    }


def clinpgx_guideline_id(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"ClinPGx:{row['guideline']['id']}",)


def clinpgx_guideline(edge: Association, row: Row, facts: Facts) -> Claims:
    guideline = row["guideline"]
    genes = [gene["symbol"] for gene in guideline["relatedGenes"]]
    alleles = " ".join(one.get("symbol") or one["name"] for one in guideline.get("relatedAlleles", ()))
    claims = {"subject": _clinpgx_subject(edge, alleles, ";".join(genes), facts)}
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": facts.gene(edge.object, *genes)}
    drugs = [one for drug in guideline["relatedChemicals"] for one in (drug["name"], f"ClinPGx:{drug['id']}")]
    return {
        **claims,
        "drug": facts.called(edge.object, *drugs),
        "body": qualifier(edge, Qualifier.GUIDELINE_BODY) == guideline["source"],
        "papers": all(f'"{pmid}"' in str(row).replace("'", '"') for pmid in pmids(edge)),
    }


def pharmcat_definition_id(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"ClinPGx:{row['id']}" if "id" in row else f"definition/{row['gene']}/{row['rsid']}",)


def pharmcat_phenotype_id(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"phenotype/{row['gene']}/{row.get('diplotype') or row['name']}",)


def pharmcat_definition(edge: Association, row: Row, facts: Facts) -> Claims:
    if predicate(edge) == "close_match":
        chromosome, position, _, _ = minted(edge.subject).rpartition("/")[2].split("-")
        return {
            "rsID": edge.object.identifier == row["rsid"],
            "chromosome": row["chromosome"] == f"chr{chromosome}",
            "position": _covers(row, position),
        }
    claims = {"allele": minted(edge.subject) == f"allele/{row['gene']}/{row['name']}"}
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": facts.gene(edge.object, row["gene"])}
    _, position, _, _ = minted(edge.object).rpartition("/")[2].split("-")
    stated = zip(row["variants"], row["alleles"], strict=True)
    defining = [one for one, bases in stated if bases not in (None, one["ref"]) and _covers(one, position)]
    return {**claims, "variant": bool(defining), "predicate": predicate(edge) == "has_part"}


def _covers(variant: Row, position: str) -> bool:
    """Whether a locus, which may be written with fewer bases, begins within the bases of a defining variant."""
    offset: int = int(position) - variant["position"]
    return 0 <= offset < max(map(len, (variant["ref"], *variant["alts"])))


def pharmcat_phenotype(edge: Association, row: Row, facts: Facts) -> Claims:
    if "diplotype" in row:
        shaped = {**row, "Gene": row["gene"], "Diplotype": row["diplotype"], "Phenotype": row["phenotype"]}
        return diplotype(edge, shaped, facts)
    value = qualifier(edge, Qualifier.ACTIVITY_SCORE)
    return {
        "allele": minted(edge.subject) == f"allele/{row['gene']}/{row['name']}",
        "gene": facts.gene(edge.object, row["gene"]),
        "function": qualifier(edge, Qualifier.ALLELE_FUNCTION) == (row["functionValue"] or ""),
        "value": not value or Decimal(value) == Decimal(row["activityValue"]),
    }


def pharmcat_advice(edge: Association, row: Row, facts: Facts) -> Claims:
    _, gene, result = minted(edge.subject).split("/", 2)
    stated = row["lookupKey"].get(gene)
    scored = isinstance(stated, str) and f"{gene} {stated}" in [
        str(v) for q, v in edge.qualifiers if q is Qualifier.LOOKUP_KEY
    ]
    alleles = (
        sorted(name for name, copies in stated.items() for _ in range(copies)) if isinstance(stated, dict) else None
    )
    drugs = [one for drug in row["relatedChemicals"] for one in (drug["name"], f"ClinPGx:{drug['id']}")]
    strength = (row["classification"] or {}).get("term", "N/A")
    words = key(re.sub(r"<[^>]+>|&\w+;|&#\d+;", " ", row["text"]["html"]))
    return {
        "result": scored or result == stated or sorted(result.split("/")) == alleles or stated == "n/a",
        "drug": facts.called(edge.object, *drugs),
        "strength": (level(edge) or "N/A") == strength,
        "text": key(qualifier(edge, Qualifier.RECOMMENDATION)).split()[:4] == words.split()[:4],
        "papers": pmids(edge) == {one for one in row["pmids"] if one},
        "predicate": predicate(edge) == "affects",
    }
