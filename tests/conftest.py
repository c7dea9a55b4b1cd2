"""A tiny handmade graph release that tests of every layer share.

Marfan syndrome and familial ectopia lentis with FBN1, DiGeorge syndrome without a gene, MORM syndrome with a denied
feature; a dozen HPO terms, one obsolete and one with an alternative id; four drugs; CYP2C19 and CYP2D6 from variants to
recommendations, for one gene and for both. Shaped as the readers below ``kg.sources`` shape them. The facts are of HPO
2025-01-16, HGNC 2024-07 and the CPIC tables of pypgx 0.27.0.
"""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from itertools import combinations_with_replacement
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.conflicts import ConflictWriter
from kg.diplotypes import DiplotypeWriter
from kg.levels import CpicLevel, HpoEvidence, Level
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel, Value
from kg.network import NetworkWriter
from kg.normalize import Names
from kg.positions import PositionWriter
from kg.profiles import ProfileWriter
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, SourceRelease
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.source import Item

RELEASES = {"hpo": "2025-01-16", "hgnc": "2024-07", "cpic": "0.27.0", "drugs": "2025-08-05"}

TERMS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # id: name, synonyms, alternative ids, parents (some levels between are left out)
    "0000118": ("Phenotypic abnormality", (), (), ()),
    "0000478": ("Abnormality of the eye", (), (), ("0000118",)),
    "0001083": (
        "Ectopia lentis",
        ("Lens dislocation",),
        ("0000665", "0007637"),
        ("0000478",),
    ),
    "0000545": ("Myopia", ("Nearsightedness",), (), ("0000478",)),
    "0001238": ("Slender finger", (), (), ("0000118",)),
    "0001166": ("Arachnodactyly", ("Spider fingers",), ("0001505",), ("0001238",)),
    "0012727": ("Thoracic aortic aneurysm", (), (), ("0000118",)),
    "0002616": ("Aortic root aneurysm", ("Enlarged aortic root",), ("0004750",), ("0012727",)),
    "0001250": ("Seizure", ("Epileptic seizure", "Seizures"), (), ("0000118",)),
    "0001252": ("Hypotonia", ("Muscular hypotonia",), (), ("0000118",)),
    "0000252": ("Microcephaly", ("Small head",), (), ("0000118",)),
    "0000006": ("Autosomal dominant inheritance", (), (), ()),
    "0003577": ("Congenital onset", (), (), ()),
}
OBSOLETE = {"0002631": ("obsolete Dilatation of ascending aorta", "0002616"), "0000057": ("obsolete Something", None)}
ANNOTATIONS = (  # disease, term, frequency, PMID; the rows of phenotype.hpoa
    ("154700", "0001166", "124/197", "33436942"),
    ("154700", "0001083", "119/251", "33436942"),
    ("154700", "0002616", "45/58", "33436942"),
    ("154700", "0000545", "93/251", "33436942"),
    ("129600", "0001083", "51/57", "33576469"),
    ("129600", "0001166", "4/37", "33576469"),
    ("129600", "0002616", "0/44", "33576469"),
    ("129600", "0000545", "30/38", "33576469"),
    ("188400", "0000252", "5/78", "16208694"),
)
DISEASES = {"154700": "Marfan syndrome", "129600": "Ectopia lentis, familial"}
WITHOUT_GENE = {"188400": "Digeorge syndrome"}
DENIED = ("ORPHA:75858", "MORM syndrome", "0001252")  # a NOT row of phenotype.hpoa
TWIN = "OMIM:610156"  # has the same name, and no mapping says that it is the same
GENES = {
    "2621": ("CYP2C19", "cytochrome P450 family 2 subfamily C member 19", "1557"),
    "2625": ("CYP2D6", "cytochrome P450 family 2 subfamily D member 6", "1565"),
    "3012": ("DPYD", "dihydropyrimidine dehydrogenase", "1806"),
    "3603": ("FBN1", "fibrillin 1", "2200"),
    "4057": ("G6PD", "glucose-6-phosphate dehydrogenase", "2539"),
    "7470": ("MT-RNR1", "mitochondrially encoded 12S rRNA", "4549"),
}
DRUGS = {  # RxNorm id: name, synonyms, identifiers in other vocabularies
    "32968": ("clopidogrel", ("Plavix", "Iscover"), ("DRUGBANK:DB00758", "ClinPGx:PA449053", "ATC:B01AC04")),
    "704": ("amitriptyline", (), ("DRUGBANK:DB00321",)),
    "2670": ("codeine", (), ("DRUGBANK:DB00318", "ATC:R05DA04")),
    "4492": ("fluorouracil", ("5-FU",), ("DRUGBANK:DB00544",)),
}
ALLELES = {
    "CYP2C19": {"*1": "Normal Function", "*2": "No Function", "*17": "Increased Function"},
    "CYP2D6": {"*1": "Normal Function", "*4": "No Function", "*5": "No Function"},
    "DPYD": {"Reference": "Normal Function", "c.1905+1G>A (*2A)": "No Function"},
    "G6PD": {"B (reference)": "IV/Normal", "Mediterranean": "II/Deficient"},
    "MT-RNR1": {"Reference": "Normal Risk", "m.1555A>G": "Increased Risk"},
}
STRUCTURAL = ("CYP2D6", "*5")
PHENOTYPES = {  # gene, diplotype: phenotype
    "CYP2C19": {
        "*1/*1": "Normal Metabolizer",
        "*1/*17": "Rapid Metabolizer",
        "*1/*2": "Intermediate Metabolizer",
        "*17/*17": "Ultrarapid Metabolizer",
        "*17/*2": "Intermediate Metabolizer",
        "*2/*2": "Poor Metabolizer",
    },
    "CYP2D6": {
        "*1/*1": "Normal Metabolizer",
        "*1/*4": "Intermediate Metabolizer",
        "*1/*5": "Intermediate Metabolizer",
        "*4/*4": "Poor Metabolizer",
        "*4/*5": "Poor Metabolizer",
        "*5/*5": "Poor Metabolizer",
    },
}
ACTIVITY = {"CYP2D6": {"*1": 1, "*4": 0, "*5": 0}}
LOCI = {  # rsID: gene, allele, locus on GRCh37, locus on GRCh38
    "rs4244285": ("CYP2C19", "*2", "10-96541616-G-A", "10-94781859-G-A"),
    "rs12248560": ("CYP2C19", "*17", "10-96521657-C-T", "10-94761900-C-T"),
    "rs3892097": ("CYP2D6", "*4", "22-42524947-C-T", "22-42128945-C-T"),
    "rs3918290": ("DPYD", "c.1905+1G>A (*2A)", "1-97915614-C-T", "1-97450058-C-T"),
}
RECOMMENDATIONS: tuple[tuple[str, dict[str, str], str], ...] = (  # drug, phenotypes, text
    (
        "32968",
        {"CYP2C19": "Normal Metabolizer"},
        "If considering clopidogrel, use at standard dose (75 mg/day).",
    ),
    (
        "32968",
        {"CYP2C19": "Poor Metabolizer"},
        "Avoid standard dose (75 mg/day) clopidogrel if possible. "
        "Use prasugrel or ticagrelor at standard dose if no contraindication.",
    ),
    (
        "2670",
        {"CYP2D6": "Normal Metabolizer"},
        "Use codeine label recommended age- or weight-specific dosing.",
    ),
    (
        "2670",
        {"CYP2D6": "Poor Metabolizer"},
        "Avoid codeine use because of possibility of diminished analgesia. "
        "If opioid use is warranted, consider a non-tramadol opioid.",
    ),
    (
        "704",
        {"CYP2C19": "Normal Metabolizer", "CYP2D6": "Normal Metabolizer"},
        "Initiate therapy with recommended starting dose.",
    ),
    (
        "704",
        {"CYP2C19": "Normal Metabolizer", "CYP2D6": "No Result"},
        "Initiate therapy with recommended starting dose.",
    ),
    (
        "704",
        {"CYP2C19": "Normal Metabolizer", "CYP2D6": "Poor Metabolizer"},
        "Avoid amitriptyline use. If a amitripyline is warranted, consider a 50% reduction of recommended starting "
        "dose. Utilize therapeutic drug monitoring to guide dose adjustments.",
    ),
)
GUIDELINES = {  # drug: page, PMIDs, genes
    "32968": ("clopidogrel-and-cyp2c19", ("35034351",), ("CYP2C19",)),
    "2670": ("codeine-and-cyp2d6", ("24458010", "33387367"), ("CYP2D6",)),
    "704": ("tricyclic-antidepressants-and-cyp2d6-and-cyp2c19", ("27997040",), ("CYP2C19", "CYP2D6")),
}


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of the tiny release: manifest, store on disk, tables; for ``--release``."""
    folder = tmp_path_factory.mktemp("release")
    lines = sorted(tiny_lines())
    (folder / "tables").mkdir()
    writers = (NetworkWriter(), PositionWriter(), ProfileWriter(), DiplotypeWriter(), ConflictWriter(Names()))
    for writer in writers:
        for source in RELEASES:
            for item in _items(source):
                writer.add(item)
        writer.write(folder / "tables")
    store = Store(str(folder / "store"))
    store.bulk_load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    (folder / "manifest.json").write_text(json.dumps(_manifest(len(lines)).to_json()), "utf-8")
    (folder / "build_report.json").write_text("{}", "utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_quads() -> str:
    """The N-Quads of the tiny release, for another engine than the store."""
    return "\n".join(sorted(tiny_lines()))


@pytest.fixture(scope="session")
def starter_graph() -> Graph:
    """The starter release; the test is skipped where ``GENOPATH_HOME`` has none."""
    home = os.environ.get("GENOPATH_HOME")
    current = Path(home or "", "releases", "current")
    if not (home and (current / "manifest.json").is_file()):
        pytest.skip("GENOPATH_HOME has no release: `genopath data fetch --starter && genopath build` makes one")
    graph = Graph.open(current)
    if not {"cpic", "hpo"} <= graph.release.manifest.source_ids():
        pytest.skip("the release below GENOPATH_HOME does not hold the starter sources")
    return graph


@pytest.fixture(scope="session")
def wheel_table() -> Callable[[str], list[dict[str, str]]]:
    """Reads one table of the pypgx wheel of the starter data; the test is skipped where there is none."""
    home = Path(os.environ.get("GENOPATH_HOME") or "missing")
    wheels = sorted(home.glob("data/cpic/*/pypgx-*.whl"))
    if not wheels:
        pytest.skip("GENOPATH_HOME has no pypgx wheel; `genopath data fetch --starter` downloads it")

    def read(name: str) -> list[dict[str, str]]:
        with zipfile.ZipFile(wheels[-1]) as wheel, wheel.open(f"pypgx/api/data/{name}-table.csv") as stream:
            return list(csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline="")))

    return read


@pytest.fixture(scope="session")
def graph(tiny_release: Path) -> Graph:
    """The tiny release, opened read-only."""
    return Graph.open(tiny_release)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of real public files; the test is skipped where ``GENOPATH_TEST_DATA`` names none."""
    folder = os.environ.get("GENOPATH_TEST_DATA")
    if not folder:
        pytest.skip("GENOPATH_TEST_DATA is not set: no real public files here")
    return Path(folder)


def tiny_lines() -> set[str]:
    labels: dict[Reference, str] = {}
    return {line for source in RELEASES for line in _source_lines(source, labels)}


def evidence(
    source: str,
    record: str,
    level: Level | None = None,
    publications: Sequence[str] = (),
    knowledge_level: KnowledgeLevel = KnowledgeLevel.KNOWLEDGE_ASSERTION,
) -> tuple[Evidence]:
    references = tuple(Reference.parse(f"PMID:{pmid}") for pmid in publications)
    release = RELEASES[source]
    return (Evidence(source, record, release, "CC0 1.0", knowledge_level, AgentType.MANUAL_AGENT, references, level),)


def _items(source: str) -> Iterator[Item]:
    return {"hpo": _hpo, "hgnc": _hgnc, "drugs": _drugs, "cpic": _cpic}[source]()


def _source_lines(source: str, labels: dict[Reference, str]) -> Iterator[str]:
    """As a build writes them: the source that names an entity first gives its label."""
    for item in _items(source):
        if isinstance(item, Entity):
            named = labels.setdefault(item.reference, source) == source
            yield from entity_to_nquads(item, graph_iri(source, RELEASES[source]), named=named)
        else:
            yield from association_to_nquads(item)


def _manifest(quads: int) -> Manifest:
    sources = tuple(
        SourceRelease(source, source, release, "CC0 1.0", "https://example.org", None, {}, 0, 0, 0, "")
        for source, release in sorted(RELEASES.items())
    )
    return Manifest(
        "tiny", "2026-01-01T00:00:00Z", "test", "open", sources, {"category": {}, "predicate": {}}, str(quads)
    )


def _hp(identifier: str) -> Reference:
    return Reference("HP", identifier)


def _hpo() -> Iterator[Item]:
    for identifier, (name, synonyms, alternatives, parents) in TERMS.items():
        category = {"0000006": Category.GENETIC_INHERITANCE, "0003577": Category.PHENOTYPIC_QUALITY}.get(
            identifier, Category.PHENOTYPIC_FEATURE
        )
        attributes = tuple((Attribute.ALTERNATIVE_ID, _hp(other)) for other in alternatives)
        yield Entity(_hp(identifier), category, name, synonyms, attributes)
        for parent in parents:
            record = f"HP:{identifier} is_a HP:{parent}"
            yield Association(_hp(identifier), Predicate.SUBCLASS_OF, _hp(parent), evidence("hpo", record))
    for identifier, (name, replacement) in OBSOLETE.items():
        deprecated: list[tuple[Attribute, Value]] = [(Attribute.DEPRECATED, "true")]
        if replacement:
            deprecated.append((Attribute.REPLACED_BY, _hp(replacement)))
        yield Entity(_hp(identifier), Category.PHENOTYPIC_FEATURE, name, attributes=tuple(deprecated))
    yield from _diseases()


def _diseases() -> Iterator[Item]:
    for identifier, name in DISEASES.items():
        disease = Reference("OMIM", identifier)
        yield Entity(disease, Category.DISEASE, name)
        record = evidence("hpo", f"genes_to_phenotype.txt#OMIM:{identifier}")
        yield Association(Reference("HGNC", "3603"), Predicate.GENE_ASSOCIATED_WITH_CONDITION, disease, record)
        inherited = evidence("hpo", f"phenotype.hpoa#OMIM:{identifier}/I", HpoEvidence.PUBLISHED_CLINICAL_STUDY)
        yield Association(disease, Predicate.HAS_MODE_OF_INHERITANCE, _hp("0000006"), inherited)
    for identifier, name in WITHOUT_GENE.items():
        yield Entity(Reference("OMIM", identifier), Category.DISEASE, name)
    for line, (identifier, term, frequency, pmid) in enumerate(ANNOTATIONS, start=1):
        why = evidence("hpo", f"phenotype.hpoa#L{line}", HpoEvidence.PUBLISHED_CLINICAL_STUDY, [pmid])
        qualifiers = ((Qualifier.FREQUENCY, frequency),)
        yield Association(Reference("OMIM", identifier), Predicate.HAS_PHENOTYPE, _hp(term), why, qualifiers)
    curie, name, term = DENIED
    for same_name in (curie, TWIN):
        yield Entity(Reference.parse(same_name), Category.DISEASE, name)
    why = evidence("hpo", f"phenotype.hpoa#{curie}/NOT", HpoEvidence.TRACEABLE_AUTHOR_STATEMENT)
    yield Association(Reference.parse(curie), Predicate.HAS_PHENOTYPE, _hp(term), why, negated=True)


def _hgnc() -> Iterator[Item]:
    for identifier, (symbol, name, ncbi_id) in GENES.items():
        gene, ncbi = Reference("HGNC", identifier), Reference("NCBIGene", ncbi_id)
        yield Entity(gene, Category.GENE, symbol, (name,), ((Attribute.SYMBOL, symbol),))
        yield Entity(ncbi, Category.GENE, symbol)
        yield Association(gene, Predicate.EXACT_MATCH, ncbi, evidence("hgnc", gene.curie))


def _drugs() -> Iterator[Item]:
    for identifier, (name, synonyms, others) in DRUGS.items():
        drug = Reference("RXNORM", identifier)
        yield Entity(drug, Category.DRUG, name, synonyms)
        for other in map(Reference.parse, others):
            predicate = Predicate.CLOSE_MATCH if other.prefix == "ATC" else Predicate.EXACT_MATCH
            yield Entity(other, Category.DRUG, name)
            yield Association(drug, predicate, other, evidence("drugs", f"{drug} {other}"))


def _cpic() -> Iterator[Item]:
    genes = {symbol: Reference("HGNC", identifier) for identifier, (symbol, _, _) in GENES.items()}
    for symbol, functions in ALLELES.items():
        for name, function in functions.items():
            haplotype = Reference.mint("allele", symbol, name)
            label = f"{symbol}{name}" if name.startswith("*") else f"{symbol} {name}"
            structural = ((Attribute.STRUCTURAL, "true"),) if (symbol, name) == STRUCTURAL else ()
            yield Entity(
                haplotype, Category.HAPLOTYPE, label, attributes=((Attribute.GENE, genes[symbol]), *structural)
            )
            why, qualifiers = evidence("cpic", f"allele {label}"), ((Qualifier.ALLELE_FUNCTION, function),)
            yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, genes[symbol], why, qualifiers)
    yield from _loci()
    for symbol in PHENOTYPES:
        yield from _diplotypes(symbol, genes[symbol])
    for identifier in GUIDELINES:
        yield from _guidance(Reference("RXNORM", identifier), genes)


def _loci() -> Iterator[Item]:
    for name, (symbol, allele, grch37, grch38) in LOCI.items():
        rsid, variant = Reference("dbSNP", name), Reference.mint("variant", "GRCh38", grch38)
        loci = ((Attribute.LOCUS_GRCH37, grch37), (Attribute.LOCUS_GRCH38, grch38))
        yield Entity(rsid, Category.SEQUENCE_VARIANT, name)
        yield Entity(variant, Category.SEQUENCE_VARIANT, f"{symbol} {name}", attributes=loci)
        yield Association(variant, Predicate.CLOSE_MATCH, rsid, evidence("cpic", f"variant {name}"))
        for assembly in ("GRCh37", "GRCh38"):
            why, qualifiers = evidence("cpic", f"allele {symbol} {allele}"), ((Qualifier.ASSEMBLY, assembly),)
            yield Association(Reference.mint("allele", symbol, allele), Predicate.HAS_PART, variant, why, qualifiers)


def _diplotypes(symbol: str, gene: Reference) -> Iterator[Item]:
    attributes, activity = ((Attribute.GENE, gene),), ACTIVITY.get(symbol)
    for first, second in combinations_with_replacement(sorted(ALLELES[symbol]), 2):
        name = f"{first}/{second}"
        stated = PHENOTYPES[symbol][name]
        genotype, phenotype = Reference.mint("genotype", symbol, name), Reference.mint("phenotype", symbol, stated)
        why = evidence("cpic", f"diplotype {symbol} {name}")
        score = ((Qualifier.ACTIVITY_SCORE, str(activity[first] + activity[second])),) if activity else ()
        yield Entity(genotype, Category.GENOTYPE, f"{symbol} {name}", attributes=attributes)
        yield Entity(phenotype, Category.PHENOTYPIC_FEATURE, f"{symbol} {stated}", attributes=attributes)
        yield Association(genotype, Predicate.HAS_PHENOTYPE, phenotype, why, score)
        for allele in sorted({first, second}):
            yield Association(genotype, Predicate.HAS_PART, Reference.mint("allele", symbol, allele), why)


def _guidance(drug: Reference, genes: dict[str, Reference]) -> Iterator[Item]:
    page, pmids, symbols = GUIDELINES[drug.identifier]
    url = (Qualifier.GUIDELINE, f"https://cpicpgx.org/guidelines/guideline-for-{page}/")
    yield Entity(drug, Category.DRUG, DRUGS[drug.identifier][0])
    for symbol in symbols:
        pair = evidence("cpic", f"cpic-table.csv#{symbol} {drug}", CpicLevel.A, pmids)
        yield Association(genes[symbol], Predicate.AFFECTS, drug, pair, (url, (Qualifier.STATUS, "Final")))
    for identifier, needed, text in RECOMMENDATIONS:
        if identifier != drug.identifier:
            continue
        phenotypes = [Reference.mint("phenotype", *named) for named in needed.items()]
        why = evidence("cpic", f"recommendation-table.csv#{drug} {' '.join(needed.values())}", CpicLevel.A, pmids)
        for phenotype in phenotypes:
            if phenotype.minted_name.endswith("No Result"):
                continue
            companions = tuple((Qualifier.COMPANION, other) for other in phenotypes if other != phenotype)
            stated: tuple[tuple[Qualifier, Value], ...] = ((Qualifier.RECOMMENDATION, text), url, *companions)
            yield Association(phenotype, Predicate.AFFECTS, drug, why, stated)
