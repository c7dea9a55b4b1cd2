"""What the spot checks of statements share: names and mappings out of published vocabularies, and spellings of codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.kg.sources.published import rows
from tests.kg.sources.published.rows import Published

if TYPE_CHECKING:
    from kg.model import Association
    from ontology.reference import Reference
    from ontology.vocabulary import Qualifier

Row = Mapping[str, Any]  # Any: fields of a JSON, YAML or delimited record
Claims = Mapping[str, bool]
"""What was compared, and whether the row bears it out."""
Check = Callable[["Association", Row, "Facts"], Claims]
Cited = Callable[[Published, int, Row], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """How the records of a file are read and cited, and what they say; without ``check`` they state nothing."""

    pattern: str
    read: rows.Reader
    cited: Cited | None = None
    check: Check | None = None
    sought: Callable[[str], str] = str
    """What ``cited`` answers for a record, where it is not the record itself."""


@dataclass(slots=True)
class Facts:
    """Names and mappings out of the published vocabularies, read by plain means."""

    files: Mapping[str, Published]
    """By source and name, ``hgnc/hgnc_entries.tsv``."""
    symbols: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """All symbols of a gene, by HGNC and NCBI id."""
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Names (as :func:`key` spells them) of drugs and conditions by CURIE, and CURIEs that the same row gives."""
    mondo: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Mondo ids of a code, as Mondo's own mappings give them."""
    current: dict[str, str] = field(default_factory=dict)
    """Current HPO or Mondo term of a former one."""
    papers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """PMIDs of a ClinPGx summary annotation."""
    grch37: dict[str, str] = field(default_factory=dict)
    """Locus on GRCh37 of one on GRCh38 (CPIC)."""
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    """Activity value of an allele (CPIC)."""
    french: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """French names of an RxNorm id (ANSM)."""

    def gene(self, gene: Reference, *symbols: str) -> bool:
        """Whether one of the symbols is, or was, the gene's."""
        return bool(self.symbols[gene.curie] & set(symbols))

    def called(self, thing: Reference, *texts: str) -> bool:
        """Whether one of the names or CURIEs is given to the drug or condition by a vocabulary."""
        known = self.names[thing.curie] | {key(name) for name in self.names[thing.curie]}
        return any(text == thing.curie or text in known or key(text) in known for text in texts if text)

    def condition(self, thing: Reference, codes: Iterable[str], *texts: str) -> bool:
        """Whether a code of the row is the condition or maps to it, or a name is one of its names."""
        given = set(codes)
        mapped = {one for code in given for one in self.mondo.get(code, ())}
        name = minted(thing).partition("/")[2]
        named = name in {*given, *(one.partition(":")[2] for one in given), *map(str.strip, texts)} - {""}
        return thing.curie in given | mapped or named or self.called(thing, *texts, *given)


def key(text: str) -> str:
    """A name in lower case without punctuation."""
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def gather(files: Mapping[str, Published]) -> Facts:
    """The facts of all vocabularies that are there."""
    facts = Facts(files)
    for read in (_genes, _mondo, _hpo, _drugs, _pharmacogenomics):
        read(facts)
    return facts


def _rows_of(facts: Facts, name: str, read: rows.Reader) -> Iterable[Row]:
    file = facts.files.get(name)
    return (row for _, row in read(file)) if file else ()


def _genes(facts: Facts) -> None:
    for row in _rows_of(facts, "hgnc/hgnc_entries.tsv", rows.table()):
        listed = f"{row['Approved symbol']}, {row['Alias symbols']}, {row['Previous symbols']}"
        for gene in (row["HGNC ID"], f"NCBIGene:{row['NCBI Gene ID(supplied by NCBI)']}"):
            facts.symbols[gene] |= {one.strip() for one in listed.split(",") if one.strip()}


def _mondo(facts: Facts) -> None:
    for name, file in facts.files.items():
        if fnmatch(name, "mondo/*.sssom.tsv"):
            for _, row in rows.table(header="subject_id")(file):
                facts.mondo[canonical(row["object_id"])].add(row["subject_id"])
                facts.names[canonical(row["object_id"])].add(key(row.get("object_label", "")))
        elif fnmatch(name, "mondo/MONDO-*.json"):
            for _, row in rows.keyed(file):
                facts.names[row["key"]] |= {key(one) for one in (row["label"], *row.get("synonyms", ()))}
                facts.current |= {row["key"]: row["replaced_by"]} if row.get("replaced_by") else {}


def _hpo(facts: Facts) -> None:
    for row in _rows_of(facts, "hpo/hp.obo", rows.obo):
        term = row["id"][0]
        facts.current |= dict.fromkeys(row.get("alt_id", ()), term)
        synonyms = (re.match(r'"(.*?)"', one) for one in row.get("synonym", ()))
        facts.names[term] |= {key(one) for one in (row["name"][0], *(s.group(1) for s in synonyms if s))}
        facts.names[term] |= {canonical(one.split()[0]) for one in row.get("xref", ())}
    for name, file in facts.files.items():
        if fnmatch(name, "clinvar/*.vcf"):
            for _, row in rows.vcf(file):
                _clinvar_names(facts, row["INFO"])
    for row in _rows_of(facts, "hpo/phenotype.hpoa", rows.table(header="database_id")):
        facts.names[row["database_id"]].add(key(row["disease_name"]))


def _clinvar_names(facts: Facts, info: Mapping[str, str]) -> None:
    """ClinVar's own records say which codes a condition of a name has."""
    names, given = info.get("CLNDN", "").split("|"), info.get("CLNDISDB", "").split("|")
    for name, stated in zip(names, given, strict=False):
        for mondo in (one for code in codes(stated) for one in facts.mondo.get(code, ())):
            facts.names[mondo].add(key(name))


def _drugs(facts: Facts) -> None:
    for name in ("clinpgx/drugs.tsv", "clinpgx/chemicals.tsv"):
        for row in _rows_of(facts, name, rows.table()):
            quoted = re.findall(r'"+([^"]+)"+', row["Generic Names"] + row["Trade Names"])
            ids = clinpgx_ids(row)
            for one in ids:
                facts.names[one] |= {key(row["Name"]), *map(key, quoted), *ids}
    for row in _rows_of(facts, "drugbank-vocabulary/drugbank_vocabulary.csv", rows.table(",", quoted=True)):
        drugbank = f"DRUGBANK:{row['DrugBank ID']}"
        names = {key(one) for one in (row["Common name"], *row["Synonyms"].split(" | ")) if one}
        facts.names[drugbank] |= names
        for one in facts.names[drugbank] & facts.names.keys():
            facts.names[one] |= names
    by_drug: dict[str, set[str]] = defaultdict(set)
    for row in _rows_of(facts, "drugcentral/olegursu_identifiers.tsv", rows.table(quoted=True)):
        prefix = {"DRUGBANK_ID": "DRUGBANK", "RXNORM": "RXNORM", "ChEMBL_ID": "CHEMBL", "PUBCHEM_CID": "PUBCHEM"}
        by_drug[row["DRUG_NAME"]].add(f"{prefix.get(row['ID_TYPE'], row['ID_TYPE'])}:{row['IDENTIFIER']}")
    for name, ids in by_drug.items():
        shared = {other for one in ids for other in facts.names.get(one, ()) if other in facts.names}
        for one in ids | shared:
            facts.names[one] |= {key(name), *ids}
    for row in _rows_of(facts, "ansm-ddi/rxnorm_mappings.tsv", rows.table()):
        facts.french[f"RXNORM:{row['RxNorm']}"].add(row["substance"])


def clinpgx_ids(row: Row) -> set[str]:
    ids = {f"ClinPGx:{row['PharmGKB Accession Id']}"}
    ids |= {f"RXNORM:{one}" for one in re.findall(r"\d+", row["RxNorm Identifiers"])}
    ids |= {f"ATC:{one}" for one in re.findall(r"\w+", row["ATC Identifiers"])}
    ids |= {f"PUBCHEM:{one}" for one in re.findall(r"\d+", row["PubChem Compound Identifiers"])}
    ids |= {f"DRUGBANK:{one}" for one in re.findall(r"DrugBank:(\w+)", row["Cross-references"])}
    return ids | {
        f"CHEMBL:{one}" for one in re.findall(r"(?:ChEMBL|CHEMBL):(?:CHEMBL:)?(\w+)", row["Cross-references"])
    }


def _pharmacogenomics(facts: Facts) -> None:
    for row in _rows_of(facts, "clinpgx/summary_ann_evidence.tsv", rows.table()):
        facts.papers[row["Summary Annotation ID"]].add(row["PMID"])
    for name, drug, rxnorm in (("cpic-table.csv", "Drug", "RxNorm"), ("cpic_gene-drug_pairs.xlsx", "B", "C")):
        read = rows.sheet if name.endswith("xlsx") else rows.table(",", quoted=True)
        for row in _rows_of(facts, f"cpic/{name}", read):
            facts.names[f"RXNORM:{row.get(rxnorm)}"].add(key(row[drug]))
    for row in _rows_of(facts, "cpic/variant-table.csv", rows.table(",", quoted=True)):
        facts.grch37[row["GRCh38Name"]] = row["GRCh37Name"]
    for row in _rows_of(facts, "cpic/allele-table.csv", rows.table(",", quoted=True)):
        facts.values[row["Gene"], row["StarAllele"]] = row["ActivityScore"]


_SPELLINGS = {
    "orphanet": "ORPHA",
    "orpha": "ORPHA",
    "mesh": "MESH",
    "medgen": "MEDGEN",
    "snomedct": "SCTID",
    "snomedct_us": "SCTID",
    "snomed_ct": "SCTID",
    "sctid": "SCTID",
    "meddra": "MEDDRA",
    "drugbank": "DRUGBANK",
    "chembl": "CHEMBL",
    "chembl.compound": "CHEMBL",
    "rxnorm": "RXNORM",
    "atc": "ATC",
    "doid": "DOID",
    "efo": "EFO",
    "hp": "HP",
    "umls": "UMLS",
    "mondo": "MONDO",
    "ncit": "NCIT",
    "icd11.foundation": "ICD11",
    "taxonomy": "NCBITaxon",
}


def canonical(curie: str) -> str:
    """A CURIE in the spelling of the graph: ``Orphanet:ORPHA58`` is ``ORPHA:58``."""
    prefix, _, identifier = curie.partition(":")
    name = _SPELLINGS.get(prefix.casefold(), prefix)
    return f"{name}:{re.sub(rf'^(?:{re.escape(prefix)}|{name}):?(?=.)', '', identifier, flags=re.I) if name != 'CHEMBL' else identifier}"


def codes(text: str) -> set[str]:
    """All CURIEs of a text in the spelling of the graph; ``MedGen:C`` codes are those of UMLS too."""
    found = {canonical(one) for one in re.findall(r"[A-Za-z_]+:(?:[A-Za-z]+:)?\w+", text)}
    return found | {one.replace("MEDGEN:C", "UMLS:C") for one in found}


def qualifier(edge: Association, name: Qualifier) -> str:
    """A qualifier as text, empty where there is none."""
    value = edge.qualifier(name)
    return "" if value is None else str(value)


def minted(thing: Reference) -> str:
    """A minted identifier without its escapes: ``allele/CYP2D6/*4``."""
    return unquote(thing.identifier)


def predicate(edge: Association) -> str:
    return edge.predicate.local_name


def level(edge: Association) -> str:
    return str(edge.evidence[0].level or "")


def pmids(edge: Association) -> set[str]:
    return {one.identifier for one in edge.evidence[0].publications if one.prefix == "PMID"}


def line(file: Published, number: int, _: Row) -> Iterable[str]:
    """Records that have no identifier are cited by their lines."""
    return (f"{file.name}#L{number}",)


def by(*columns: str, form: str = "{}") -> Cited:
    """Records are cited by an identifier."""
    return lambda _file, _number, row: (form.format(*(row.get(column) for column in columns)),)
