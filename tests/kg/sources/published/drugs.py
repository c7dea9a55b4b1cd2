"""What the rows of drug vocabularies, drug targets, uses and interactions say of the statements that cite them."""

from __future__ import annotations

import re
import unicodedata
from math import isclose
from typing import TYPE_CHECKING

from ontology.vocabulary import Qualifier
from tests.kg.sources.published.facts import canonical, key, level, minted, pmids, predicate, qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Association
    from tests.kg.sources.published.facts import Claims, Facts, Row
    from tests.kg.sources.published.rows import Published


def drugbank(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "id": edge.object.identifier == row["DrugBank ID"],
        "name": facts.called(edge.subject, row["Common name"], *row["Synonyms"].split(" | ")),
        "predicate": predicate(edge) == "close_match",
    }


def pharmgkb_code(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, canonical(row["subject_id"]).replace("pharmgkb.drug", "ClinPGx")),
        "code": edge.object.curie == canonical(row["object_id"]),
        "predicate": predicate(edge) == ("close_match" if edge.object.prefix == "ATC" else "exact_match"),
    }


def chembl_name(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "id": edge.object.identifier == row["identifier"],
        "name": facts.called(edge.subject, row["name"]),
        "predicate": predicate(edge) == "close_match",
    }


def drugcentral_code(edge: Association, row: Row, facts: Facts) -> Claims:
    ends = {edge.subject.identifier, edge.object.identifier}
    return {
        "code": row["IDENTIFIER"] in ends,
        "drug": facts.called(edge.subject, row["DRUG_NAME"]),
        "predicate": predicate(edge) in ("exact_match", "close_match"),
    }


def drugcentral_use(edge: Association, row: Row, facts: Facts) -> Claims:
    stated = {f"UMLS:{row['UMLS_CUI']}", f"SCTID:{row['SNOMEDCT_CUI']}", f"DOID:{row['DOID'].removeprefix('DOID:')}"}
    prevents = "prevention" in row["INDICATION_FDB"].casefold() or "prophyla" in row["INDICATION_FDB"].casefold()
    return {
        "drug": facts.called(edge.subject, row["DRUG_NAME"]),
        "condition": facts.condition(edge.object, stated),
        "words": qualifier(edge, Qualifier.INDICATION) in ("", row["INDICATION_FDB"]),
        "predicate": predicate(edge) == ("preventative_for_condition" if prevents else "applied_to_treat"),
    }


def drugcentral_class(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, row["DRUG_NAME"]),
        "class": edge.object.identifier.rpartition(":")[2] == row["CLASS_SOURCE_ID"].rpartition(":")[2],
        "type": qualifier(edge, Qualifier.CLASS_TYPE) == row["TYPE"],
        "predicate": predicate(edge) == "member_of",
    }


def drugcentral_target(edge: Association, row: Row, facts: Facts) -> Claims:
    value = qualifier(edge, Qualifier.ACTIVITY_VALUE).lstrip("<>~=")
    return {
        "drug": facts.called(edge.subject, row["DRUG_NAME"]),
        "gene": facts.gene(edge.object, *row["GENE"].split("|")),
        "value": not value or float(value) == float(row["ACT_VALUE"]),
        "action": qualifier(edge, Qualifier.ACTION_TYPE) == row["ACTION_TYPE"],
        "organism": row["ORGANISM"] == "Homo sapiens",
        "predicate": predicate(edge) == "physically_interacts_with",
    }


def ansm_substance(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"{row['substance']} ({name})" for name in row["drug_classes"])


def ansm_member(edge: Association, row: Row, facts: Facts) -> Claims:
    named = _plain(minted(edge.object).rpartition(":")[2])
    return {
        "substance": _french(edge.subject.curie, row["substance"], facts)
        or facts.called(edge.subject, row["substance"]),
        "class": named in map(_plain, row["drug_classes"]),
        "predicate": predicate(edge) == "member_of",
    }


def ansm_pair(_file: Published, _number: int, row: Row) -> Iterable[str]:
    pair = (row["main_drug"], row["plus_drug"])
    return (" + ".join(pair), " + ".join(reversed(pair)), " + ".join(map(_accentless_upper, sorted(pair))))


def ansm_interaction(edge: Association, row: Row, facts: Facts) -> Claims:
    ends = (edge.subject, edge.object)
    names = (row["main_drug"], row["plus_drug"])
    fits = [
        [
            _plain(minted(end).rpartition(":")[2]) == _plain(name)
            if end.prefix == "GENOPATH"
            else _french(end.curie, name, facts) or facts.called(end, name)
            for end, name in zip(ends, order, strict=True)
        ]
        for order in (names, names[::-1])
    ]
    return {
        "ends": any(map(all, fits)),
        "level": level(edge) in {one["level"] for one in row["severity_levels"]},
        "mechanism": key(qualifier(edge, Qualifier.MECHANISM)) in key(row["interaction_mechanism"]),
        "predicate": predicate(edge) == "interacts_with",
    }


def atc(edge: Association, row: Row, facts: Facts) -> Claims:
    code = row["atc_code"]
    if predicate(edge) == "subclass_of":
        lengths = {3: 1, 4: 3, 5: 4, 7: 5}
        return {"code": edge.subject.identifier == code, "parent": edge.object.identifier == code[: lengths[len(code)]]}
    return {
        "code": edge.object.identifier == code,
        "name": facts.called(edge.subject, row["atc_name"]),
        "predicate": predicate(edge) == "close_match",
    }


def ddinter_pair(_file: Published, _number: int, row: Row) -> Iterable[str]:
    numbers = sorted(int(row[column].removeprefix("DDInter")) for column in ("DDInterID_A", "DDInterID_B"))
    return (f"DDInter{numbers[0]}-DDInter{numbers[1]}",)


def ddinter(edge: Association, row: Row, facts: Facts) -> Claims:
    names = (row["Drug_A"], row["Drug_B"])
    ends = (edge.subject, edge.object)
    orders = [
        all(facts.called(end, name) for end, name in zip(ends, order, strict=True)) for order in (names, names[::-1])
    ]
    return {
        "drugs": any(orders),
        "level": level(edge) == row["Level"],
        "predicate": predicate(edge) == "interacts_with",
    }


def sider(edge: Association, row: Row, facts: Facts) -> Claims:
    compounds = (f"PUBCHEM:{int(row['flat'][3:]) - 100_000_000}", f"PUBCHEM:{int(row['stereo'][3:])}")
    effect = f"UMLS:{row['umls']}"
    return {
        "compound": facts.called(edge.subject, *compounds),
        "effect": facts.condition(edge.object, [effect], row["name"]),
        "code": qualifier(edge, Qualifier.ORIGINAL_OBJECT) == effect,
        "frequency": qualifier(edge, Qualifier.FREQUENCY) in ("", row.get("frequency")),
        "predicate": predicate(edge) == "has_side_effect",
    }


def fda_biomarker(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "gene": facts.gene(edge.subject, *re.findall(r"[A-Z][A-Z0-9-]+", row["Biomarker"])),
        "drug": _fda_drug(edge, row["Drug"], facts),
        "section": qualifier(edge, Qualifier.LABEL_SECTION) in row["Labeling Sections"],
        "predicate": predicate(edge) in ("affects", "associated_with"),
    }


def fda_association(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "gene": _fda_gene(edge, re.findall(r"[A-Z][A-Z0-9-]+", row["Gene"]), facts),
        "drug": _fda_drug(edge, row["Drug"], facts),
        "text": _fda_text(edge) == key(row["Description of Gene-Drug Interaction"]),
        "group": key(qualifier(edge, Qualifier.POPULATION)) == key(row["Affected Subgroups+"]),
        "predicate": predicate(edge) == "affects",
    }


def fda_crawl(edge: Association, row: Row, facts: Facts) -> Claims:
    rxnorm = row["drugid"].replace("RxNorm", "RXNORM")
    return {
        "gene": _fda_gene(edge, list(row["phenotypes"]), facts),
        "drug": edge.object.curie == rxnorm or facts.called(edge.object, row["drug"]["name"]),
        "text": _fda_text(edge) in {key(one) for one in row["implications"].values()},
        "group": qualifier(edge, Qualifier.POPULATION) in row["phenotypes"].values(),
        "predicate": predicate(edge) == "affects",
    }


def _fda_gene(edge: Association, symbols: list[str], facts: Facts) -> bool:
    """A recommendation begins at a gene phenotype or the result of an allele test, in words that the row may spell otherwise."""
    if not qualifier(edge, Qualifier.RECOMMENDATION):
        return facts.gene(edge.subject, *symbols)
    return edge.subject.minted_name.partition("/")[0] in symbols


def _fda_text(edge: Association) -> str:
    return key(qualifier(edge, Qualifier.RECOMMENDATION) or qualifier(edge, Qualifier.STATEMENT))


def _fda_drug(edge: Association, text: str, facts: Facts) -> bool:
    """The FDA counts the rows of a drug, and ends names of biologicals with four letters."""
    name = re.sub(r"\s*\(\d+\)$", "", text)
    plain = re.sub(r"[-–]\s?[a-z]{4}$", "", name)
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", plain)
    return facts.called(
        edge.object, name, plain, re.sub(r"^(ado|fam)-", "", plain), " / ".join(sorted(parts)), " / ".join(parts)
    )


_TRANSPORTERS = {"p-glycoprotein": "ABCB1", "oatp1b1": "SLCO1B1", "oatp1b3": "SLCO1B3"}


def enzyme(edge: Association, text: str, facts: Facts) -> bool:
    """``cyp3a4``, ``3A4`` and ``Cytochrome P450 3A4`` are CYP3A4."""
    name = re.sub(r"^(cyp|cytochrome p450 )|, mitochondrial$", "", text, flags=re.I)
    return facts.gene(edge.object, _TRANSPORTERS.get(text.casefold(), f"CYP{name.upper()}"))


def dikb(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, row["drug"].replace("_", " "), row["drug"]),
        "enzyme": enzyme(edge, row["enzyme"], facts),
        "negated": edge.negated == (row["for"] == "EVIDENCE AGAINST"),
        "predicate": predicate(edge) == ("is_substrate_of" if row["role"] == "substrate_of" else "affects"),
        "paper": pmids(edge) == set(re.findall(r"pubmed/(\d+)", row["address"])),
    }


def measured_id(file: Published, _number: int, row: Row) -> Iterable[str]:
    return (f"{file.name}#{row['struct_id']}/{row['target_name']}",)


def measured(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, row["chemical_substance"]),
        "enzyme": enzyme(edge, row["target_name"], facts),
        "value": isclose(float(qualifier(edge, Qualifier.ACTIVITY_VALUE)), float(row["act_value"]), rel_tol=1e-3),
        "predicate": predicate(edge) == "affects",
    }


def flockhart(edge: Association, row: Row, facts: Facts) -> Claims:
    stated = row["cyp_type_and_cyp_strength_of_evidence"]
    strengths = {"s": "strong", "m": "moderate", "w": "weak"}
    pairs = [(strengths.get(one[0], ""), one[1]) for one in re.findall(r"([smw])_(\d[A-Z]+\d+)", stated)]
    return {
        "drug": facts.called(edge.subject, row["generic_drug_name"], row["generic_drug_name"].replace("_", " ")),
        "enzyme": any(enzyme(edge, name, facts) and level(edge) == grade for grade, name in pairs),
        "predicate": predicate(edge) == "is_substrate_of",
    }


def bullet(edge: Association, row: Row, facts: Facts) -> Claims:
    strength = qualifier(edge, Qualifier.STRENGTH)
    roles = {"INHIBITOR": "inhibit", "INDUCER": "induce"}
    record = edge.evidence[0].record
    role = roles.get(qualifier(edge, Qualifier.ACTION_TYPE), "substrate")
    return {
        "drug": facts.called(edge.subject, re.sub(r"\s*\([^)]*\)", "", row["text"])),
        "enzyme": enzyme(edge, record.split("_")[1], facts),
        "role": role in record,
        "strength": strength in row["heading"].casefold(),
        "predicate": predicate(edge) == ("is_substrate_of" if role == "substrate" else "affects"),
    }


def listed_inhibitor(edge: Association, row: Row, facts: Facts) -> Claims:
    strength, name = edge.evidence[0].record.split("_")[1:3]
    return {
        "drug": facts.called(edge.subject, f"CHEMBL:{row['chembl_id']}", row["pref_name"]),
        "enzyme": enzyme(edge, name, facts),
        "strength": qualifier(edge, Qualifier.STRENGTH).startswith(strength),
        "action": qualifier(edge, Qualifier.ACTION_TYPE) == "INHIBITOR" and predicate(edge) == "affects",
    }


def fda_modulator(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, f"RXNORM:{row['rxnorm']}", row["drug"]),
        "enzyme": enzyme(edge, row["enzyme"], facts),
        "strength": qualifier(edge, Qualifier.STRENGTH) == row["strength"],
        "action": qualifier(edge, Qualifier.ACTION_TYPE) == row["role"].upper() and predicate(edge) == "affects",
    }


def indication(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "drug": facts.called(edge.subject, f"DRUGBANK:{row['drugbank_id']}", row["drug"]),
        "disease": edge.object.curie == row["doid_id"],
        "category": level(edge) == row["category"],
        "predicate": predicate(edge) == {"DM": "applied_to_treat", "SYM": "ameliorates_condition"}[row["category"]],
    }


def mechanism_id(_file: Published, _number: int, row: Row) -> Iterable[str]:
    return (row["graph"]["_id"],)


def mechanism(edge: Association, row: Row, facts: Facts) -> Claims:
    """One of the links, or the use of the drug, joins nodes that are the ends (either way round, as keys are inverted)."""
    names = {node["id"]: node["name"] for node in row["nodes"]}
    stated = qualifier(edge, Qualifier.ORIGINAL_PREDICATE)
    graph = row["graph"]
    use = {"source": graph.get("drug_mesh") or graph["drugbank"], "target": graph["disease_mesh"], "key": ""}
    found = [link for link in (use, *row["links"]) if link["key"] == stated]
    ends = (edge.subject, edge.object)

    def is_node(end: int, node: str) -> bool:
        given = {
            canonical(node),
            node.replace("DB:", "DRUGBANK:"),
            *([graph["drugbank"].replace("DB:", "DRUGBANK:")] if node == use["source"] else []),
        }
        original = qualifier(edge, (Qualifier.ORIGINAL_SUBJECT, Qualifier.ORIGINAL_OBJECT)[end])
        called = facts.condition(ends[end], given, names.get(node, ""))
        gene = facts.gene(ends[end], names.get(node, ""))
        return (not original or canonical(original) in given) and (called or gene or original in given)

    joined = [
        all(is_node(end, link[side]) for end, side in enumerate(order))
        for link in found
        for order in (("source", "target"), ("target", "source"))
        if link is not use or order[0] == "source"
    ]
    cited = str(row.get("references") or "")
    return {"link": any(joined), "papers": all(pmid in cited for pmid in pmids(edge))}


def reactome(edge: Association, row: Row, facts: Facts) -> Claims:
    return {
        "gene": facts.gene(edge.subject, *row["rest"]),
        "pathway": minted(edge.object) == f"pathway/{row['id']}",
        "predicate": predicate(edge) == "participates_in",
    }


def _plain(text: str) -> str:
    """Upper case without accents, as the thesaurus prints its classes."""
    return key(_accentless_upper(text))


def _accentless_upper(text: str) -> str:
    return "".join(
        c
        for c in unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
        if not unicodedata.combining(c)
    ).upper()


def _french(curie: str, name: str, facts: Facts) -> bool:
    return any(_plain(one) == _plain(name) for one in facts.french.get(curie, ()))
