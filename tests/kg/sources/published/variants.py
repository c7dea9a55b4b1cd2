"""What the rows of variant and tumour tables say of the statements that cite them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ontology.vocabulary import Qualifier
from tests.kg.sources.published.facts import codes, key, level, minted, pmids, predicate, qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association
    from tests.kg.sources.published.facts import Claims, Facts, Row
    from tests.kg.sources.published.rows import Published

_CLNSIG_CODES = {"2": "Benign", "3": "Likely benign", "4": "Likely pathogenic", "5": "Pathogenic"}
"""``CLNSIG`` numbers of ClinVar's VCF before 2017-06."""


def stated(edge: Association, classification: str) -> Claims:
    """(Likely) pathogenic causes, (likely) benign is denied to cause, all else is associated."""
    words = classification.casefold().replace("_", " ")
    benign = re.search(r"\bbenign\b", words) and "pathogenic" not in words
    pathogenic = re.search(r"\bpathogenic\b", words) and not re.search(r"benign|conflict|uncertain", words)
    claims = {
        "significance": all(key(part) in key(words) for part in _terms(qualifier(edge, Qualifier.SIGNIFICANCE))),
        "negated": edge.negated == bool(benign and predicate(edge) == "causes"),
    }
    if predicate(edge) == "causes":
        return {**claims, "predicate": bool(pathogenic or benign)}
    return {
        **claims,
        "predicate": predicate(edge) == "associated_with"
        and not re.fullmatch(r"[a-z ]*/?likely pathogenic|pathogenic", words),
    }


def _terms(text: str) -> list[str]:
    return re.split(
        r"[;/|,]", text.replace("Conflicting classifications", "Conflicting").replace("of pathogenicity", "")
    )


def vcv(_file: Published, _number: int, row: Row) -> Iterable[str]:
    number = row.get("ID") or row.get("VariationID") or row.get("variation_id") or "0"
    return (f"VCV{int(number):09d}",)


def _gene_or_rsid(edge: Association, symbols: Iterable[str], rsids: Iterable[str], facts: Facts) -> Claims | None:
    if predicate(edge) == "is_sequence_variant_of":
        return {"gene": facts.gene(edge.object, *symbols)}
    if predicate(edge) == "close_match":
        return {"rsID": edge.object.identifier.removeprefix("rs") in {one.removeprefix("rs") for one in rsids}}
    return None


def clinvar_vcf(edge: Association, row: Row, facts: Facts) -> Claims:
    info = row["INFO"]
    symbols = [gene.partition(":")[0] for gene in info.get("GENEINFO", "").split("|")]
    claims = {"variant": edge.subject.identifier == row["ID"]}
    if link := _gene_or_rsid(edge, symbols, [info.get("RS", "")], facts):
        return {**claims, **link}
    names = info["CLNDN"].replace("_", " ").split("|")
    return {
        **claims,
        **stated(edge, info["CLNSIG"]),
        "condition": facts.condition(edge.object, codes(info["CLNDISDB"]), *names),
        "review": level(edge) == info["CLNREVSTAT"].replace("_", " ").replace("interpretations", "classifications"),
    }


def clinvar_web(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {
        "variant": edge.subject.identifier == row["VariationID"],
        "accession": row["Accession"] == edge.evidence[0].record,
    }
    if link := _gene_or_rsid(edge, re.split(r"[|;]", row["Gene(s)"].strip('"')), [row["dbSNP ID"]], facts):
        return {**claims, **link}
    names = row["Condition(s)"].strip('"').split("|")
    return {
        **claims,
        **stated(edge, row["Germline classification"] or row["Oncogenicity classification"]),
        "condition": facts.condition(edge.object, [], *names),
        "name": qualifier(edge, Qualifier.ORIGINAL_OBJECT) in ("", *names),
    }


def clinvar_2018(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {
        "variant": edge.subject.identifier == row["variation_id"],
        "papers": pmids(edge) <= set(re.findall(r"\d+", row["all_pmids"])),
    }
    if link := _gene_or_rsid(edge, row["symbol"].split(";"), [], facts):
        return {**claims, **link}
    return {
        **claims,
        **stated(edge, row["clinical_significance"]),
        "condition": facts.condition(edge.object, codes(row["xrefs"]), *row["all_traits"].split(";")),
    }


def clinvar_snv(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {
        "variant": minted(edge.subject) == f"variant/GRCh37/{row['chrom']}-{row['pos']}-{row['ref']}-{row['alt']}"
    }
    if link := _gene_or_rsid(edge, re.split(r"[|,;]", row["gene"]), re.split(r"[|,]", row["rsid"]), facts):
        return {**claims, **link}
    meanings = [_CLNSIG_CODES.get(code, "other") for code in re.findall(r"\d+", row["clnsig_codes"])]
    names = [re.sub(r"\\x2c", ",", name).replace("_", " ") for name in re.split(r"[|]", row["disease_names"])]
    original = qualifier(edge, Qualifier.ORIGINAL_OBJECT)
    causes = {"Benign", "Likely benign", "Likely pathogenic", "Pathogenic"} & set(meanings)
    return {
        **claims,
        "condition": facts.condition(edge.object, [], *names) or any(key(original) in key(name) for name in names),
        "predicate": (predicate(edge) == "causes") <= bool(causes),
        "negated": edge.negated <= any("enign" in one for one in meanings),
        "pathogenic": not (predicate(edge) == "causes" and not edge.negated)
        or any("athogenic" in one for one in causes),
    }


def clinvar_submission(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (row["id"].rpartition(":")[2],)


def clinvar_gks(edge: Association, row: Row, facts: Facts) -> Claims:
    text = str(row)
    claims = {
        "variant": row["proposition"]["subjectVariant"]["id"] == f"clinvar:{edge.subject.identifier}",
        "papers": all(pmid in text for pmid in pmids(edge)),
    }
    if predicate(edge) == "is_sequence_variant_of":
        return {**claims, "gene": f"'{edge.object.curie}'" in text}
    if predicate(edge) == "close_match":
        return {**claims, "rsID": f"dbsnp:{edge.object.identifier}" in text}
    claims["significance"] = qualifier(edge, Qualifier.SIGNIFICANCE) == row["classification"]["name"]
    if predicate(edge) == "associated_with":
        return {**claims, "condition": facts.condition(edge.object, codes(text))}
    therapies = re.findall(r"'objectTherapy': {.*?'name': '([^']+)'", text)
    return {**claims, "therapy": facts.called(edge.object, *therapies), "predicate": "ensitiv" in text}


def clinvar_hgvs(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "variant": edge.subject.identifier == row["variation_id"],
        "gene": facts.gene(edge.object, row["gene"]),
        "predicate": predicate(edge) == "is_sequence_variant_of",
    }


def jvar_record(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"DPV {row['INFO']['DPVID']}",)


def jvar(edge: Association, row: Row, facts: Facts) -> Claims:
    place = f"{row['CHROM'].removeprefix('chr')}-{row['POS']}-{row['REF']}-{row['ALT']}"
    claims = {"variant": minted(edge.subject) == f"variant/GRCh38/{place}"}
    if predicate(edge) == "is_sequence_variant_of":
        gene = row["INFO"]["GENEINFO"].split(":")[0]
        return {**claims, "gene": edge.object.curie == f"HGNC:{gene}" or facts.gene(edge.object, gene)}
    names = row["INFO"].get("DPVDBN", "").replace("_", " ").split("|")
    return {
        **claims,
        **stated(edge, row["INFO"]["DPVSIG"]),
        "condition": facts.condition(edge.object, codes(row["INFO"]["DPVDSDBID"]), *names),
    }


def _place(row: Row) -> str:
    return f"{row['CHROM'].removeprefix('chr')}-{row['POS']}-{row['REF']}-{','.join(row['ALT'])}"


def vkgl_record(file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"{file.name} {_place(row)}",)


def vkgl(edge: Association, row: Row, _: Facts) -> Claims:
    """The file's name states the class of its variants: likely pathogenic or worse, likely benign or better, unknown."""
    classes = {"lp": "(Likely) pathogenic", "lb": "(Likely) benign", "vus": "VUS"}
    letters = edge.evidence[0].record.split("_")[1]
    return {
        "variant": minted(edge.subject) == f"variant/GRCh38/{_place(row)}",
        "class": qualifier(edge, Qualifier.SIGNIFICANCE) == classes[letters],
        "no disease is named": edge.object.curie == "MONDO:0000001",
        "negated": edge.negated == (letters == "lb"),
        "predicate": predicate(edge) == "associated_with",
    }


def oncotree(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"type": edge.subject.identifier == row["code"]}
    references = row["externalReferences"]
    if predicate(edge) == "subclass_of":
        return {**claims, "parent": edge.object.identifier == row["above"]}
    if edge.object.prefix == "NCIT":
        return {**claims, "NCI": edge.object.identifier in references["NCI"]}
    return {**claims, "UMLS": facts.condition(edge.object, [f"UMLS:{one}" for one in references["UMLS"]])}


def hotspot(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "gene": facts.gene(edge.object, row["hugo_symbol"]),
        "residue": minted(edge.subject).partition("/")[2].split("/", 1)[-1].startswith(row["residue"].split(" ")[0]),
        "tumours": qualifier(edge, Qualifier.TUMOR_COUNT) in ("", row["tumor_count"]),
        "transcript": qualifier(edge, Qualifier.TRANSCRIPT) in ("", row["transcript_id"]),
        "predicate": predicate(edge) == "is_sequence_variant_of",
    }


def civic_feature(edge: Association, row: Row, facts: Facts) -> Claims:
    partners = (row["five_prime_gene_entrez_id"], row["three_prime_gene_entrez_id"])
    names = (row["five_prime_gene_name"], row["three_prime_gene_name"])
    claims = {"feature": edge.subject.identifier == f"feature/{row['feature_id']}"}
    if predicate(edge) == "has_part":
        place = {"5'": 0, "3'": 1}[qualifier(edge, Qualifier.FUSION_PARTNER)]
        return {**claims, "partner": facts.gene(edge.object, names[place]) or edge.object.identifier == partners[place]}
    if edge.object.prefix == "NCIT":
        return {**claims, "NCIt": edge.object.identifier == row["ncit_id"]}
    return {**claims, "gene": facts.gene(edge.object, row["name"]) or edge.object.identifier == row["entrez_id"]}


def civic_variant(edge: Association, row: Row, facts: Facts) -> Claims:
    claims = {"variant": edge.subject.identifier == f"variant/{row['variant_id']}"}
    if edge.object.prefix == "CIVIC" and predicate(edge) == "member_of":
        return {**claims, "group": bool(row["variant_groups"])}
    if predicate(edge) == "close_match":
        return {
            **claims,
            "match": edge.object.identifier in re.split(r",\s*", f"{row['clinvar_ids']},{row['ncit_id']}"),
        }
    ours = edge.object.identifier == f"feature/{row['feature_id']}"
    return {**claims, "feature": ours or facts.gene(edge.object, row["gene"], row["feature_name"])}


def civic_profile(edge: Association, row: Row, _: Facts) -> Claims:
    variant = edge.object.identifier.removeprefix("variant/")
    return {
        "profile": edge.subject.identifier == f"molecular_profile/{row['molecular_profile_id']}",
        "variant": variant in re.split(r",\s*", row["variant_ids"]),
        "NOT": edge.negated <= ("NOT" in row["name"]),
        "predicate": predicate(edge) == "has_part",
    }


_TOGETHER = "therapies"


def civic_record(record: str) -> str:
    """The parts of a combination are cited by the identifiers of its drugs, which no row has."""
    return _TOGETHER if record.startswith("therapies ") else record


def civic_evidence_record(_file: Published, _number: int, row: Row) -> Iterable[str]:
    """An item by its id; the match of a therapy with NCIt, and the parts of a combination, by the therapies."""
    kind = "evidence" if "evidence_id" in row else "assertion"
    if "," in row["therapies"]:
        yield _TOGETHER
    yield f"CIVIC:{kind}/{row[f'{kind}_id']}"
    yield from (f"therapy {name}" for name in (row["therapies"], *row["therapies"].split(",")) if name)


_SIGNIFICANCES = {
    ("Predictive", "Sensitivity/Response"): "associated_with_sensitivity_to",
    ("Predictive", "Resistance"): "associated_with_resistance_to",
    ("Predictive", "Reduced Sensitivity"): "associated_with_resistance_to",
    ("Diagnostic", "Positive"): "biomarker_for",
    ("Diagnostic", "Negative"): "biomarker_for",
    ("Predisposing", "Predisposition"): "predisposes_to_condition",
    ("Predisposing", "Pathogenic"): "predisposes_to_condition",
    ("Predisposing", "Likely Pathogenic"): "predisposes_to_condition",
    ("Predisposing", "Benign"): "predisposes_to_condition",
    ("Predisposing", "Likely Benign"): "predisposes_to_condition",
    ("Oncogenic", "Oncogenicity"): "contributes_to",
    ("Oncogenic", "Oncogenic"): "contributes_to",
    ("Oncogenic", "Likely Oncogenic"): "contributes_to",
    ("Oncogenic", "Benign"): "contributes_to",
    ("Oncogenic", "Likely Benign"): "contributes_to",
    ("Functional", "Gain of Function"): "affects",
    ("Functional", "Loss of Function"): "affects",
    ("Functional", "Neomorphic"): "affects",
    ("Functional", "Dominant Negative"): "affects",
    ("Functional", "Unaltered Function"): "affects",
}
"""Predicate of a type and significance (https://civic.readthedocs.io/en/latest/model/evidence/significance.html); all
others are associations."""
_DENYING = {"Negative", "Benign", "Likely Benign", "Unaltered Function"}


def civic(edge: Association, row: Row, facts: Facts) -> Claims:
    therapies = [row["therapies"], *row["therapies"].split(",")]
    if edge.evidence[0].record.startswith("therapy "):
        name = edge.evidence[0].record.removeprefix("therapy ")
        return {"therapy": name in therapies and facts.called(edge.subject, name), "NCIt": edge.object.prefix == "NCIT"}
    if edge.evidence[0].record.startswith("therapies "):
        parts = minted(edge.subject).removeprefix("therapy/").split("+")
        named = [_is_named(part, therapies, facts) for part in parts]
        return {"part": unquote(edge.object.curie) in map(unquote, parts), "therapies": all(named)}
    kind = "evidence" if "evidence_id" in row else "assertion"
    sort, significance = row[f"{kind}_type"], row["significance"]
    claims = {
        "profile": edge.subject.identifier == f"molecular_profile/{row['molecular_profile_id']}",
        "predicate": predicate(edge) == _SIGNIFICANCES.get((sort, significance), "associated_with"),
        "negated": edge.negated == ((row[f"{kind}_direction"] == "Does Not Support") != (significance in _DENYING)),
        "level": level(edge) == row["evidence_level" if kind == "evidence" else "amp_category"],
    }
    if kind == "evidence":
        claims["paper"] = pmids(edge) == ({row["citation_id"]} if row["source_type"] == "PubMed" else set())
    if sort == "Functional":
        return {**claims, "gene": facts.gene(edge.object, *row["molecular_profile"].split(" "))}
    if sort == "Predictive":
        return {**claims, "therapy": _civic_therapy(edge, therapies, facts)}
    return {**claims, "disease": facts.condition(edge.object, [f"DOID:{row['doid']}"], row["disease"])}


def _civic_therapy(edge: Association, names: list[str], facts: Facts) -> bool:
    """A single therapy by its name; of a combination the number of parts, and each drug that a vocabulary names."""
    if not minted(edge.object).startswith("therapy/"):
        return facts.called(edge.object, *names) or edge.object.prefix == "NCIT"
    whole = minted(edge.object).removeprefix("therapy/")
    return whole in names or all(_is_named(part, names, facts) for part in whole.split("+"))


def _is_named(part: str, names: list[str], facts: Facts) -> bool:
    own = unquote(part).removeprefix("GENOPATH:therapy/")
    return own in names or part.startswith("NCIT:") or any(key(name) in facts.names.get(part, ()) for name in names)
