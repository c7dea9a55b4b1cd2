"""A tiny handmade graph release that tests of every layer share.

Marfan syndrome and familial ectopia lentis with FBN1; a dozen HPO terms, one obsolete and one with an alternative id;
three drugs; CYP2C19 from variants to a recommendation, shaped as the readers below ``kg.sources`` shape them. The facts are of HPO 2025-01-16,
HGNC 2024-07 and the CPIC tables of pypgx 0.27.0.
"""

from __future__ import annotations

import json
import os
from itertools import combinations_with_replacement
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.levels import CpicLevel, HpoEvidence, Level
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel, Value
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, SourceRelease
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
)
DISEASES = {"154700": "Marfan syndrome", "129600": "Ectopia lentis, familial"}
GENES = {
    "2621": ("CYP2C19", "cytochrome P450 family 2 subfamily C member 19", "1557"),
    "3012": ("DPYD", "dihydropyrimidine dehydrogenase", "1806"),
    "3603": ("FBN1", "fibrillin 1", "2200"),
    "4057": ("G6PD", "glucose-6-phosphate dehydrogenase", "2539"),
    "7470": ("MT-RNR1", "mitochondrially encoded 12S rRNA", "4549"),
}
DRUGS = {  # RxNorm id: name, synonyms, identifiers in other vocabularies
    "32968": ("clopidogrel", ("Plavix", "Iscover"), ("DRUGBANK:DB00758", "ClinPGx:PA449053", "ATC:B01AC04")),
    "2670": ("codeine", (), ("DRUGBANK:DB00318", "ATC:R05DA04")),
    "4492": ("fluorouracil", ("5-FU",), ("DRUGBANK:DB00544",)),
}
ALLELES = {
    "CYP2C19": {"*1": "Normal Function", "*2": "No Function", "*17": "Increased Function"},
    "DPYD": {"Reference": "Normal Function", "c.1905+1G>A (*2A)": "No Function"},
    "G6PD": {"B (reference)": "IV/Normal", "Mediterranean": "II/Deficient"},
    "MT-RNR1": {"Reference": "Normal Risk", "m.1555A>G": "Increased Risk"},
}
PHENOTYPES = {  # CYP2C19 diplotype: phenotype
    "*1/*1": "Normal Metabolizer",
    "*1/*17": "Rapid Metabolizer",
    "*1/*2": "Intermediate Metabolizer",
    "*17/*17": "Ultrarapid Metabolizer",
    "*17/*2": "Intermediate Metabolizer",
    "*2/*2": "Poor Metabolizer",
}
LOCI = {  # rsID: gene, allele, locus on GRCh37, locus on GRCh38
    "rs4244285": ("CYP2C19", "*2", "10-96541616-G-A", "10-94781859-G-A"),
    "rs12248560": ("CYP2C19", "*17", "10-96521657-C-T", "10-94761900-C-T"),
    "rs3918290": ("DPYD", "c.1905+1G>A (*2A)", "1-97915614-C-T", "1-97450058-C-T"),
}
RECOMMENDATIONS = {
    "Normal Metabolizer": "If considering clopidogrel, use at standard dose (75 mg/day).",
    "Poor Metabolizer": "Avoid standard dose (75 mg/day) clopidogrel if possible. "
    "Use prasugrel or ticagrelor at standard dose if no contraindication.",
}
GUIDELINE = "https://cpicpgx.org/guidelines/guideline-for-clopidogrel-and-cyp2c19/"


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of the tiny release: manifest, store on disk, empty tables; for ``--release``."""
    folder = tmp_path_factory.mktemp("release")
    lines = sorted({line for source in RELEASES for line in _source_lines(source)})
    store = Store(str(folder / "store"))
    store.bulk_load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    (folder / "tables").mkdir()
    (folder / "manifest.json").write_text(json.dumps(_manifest(len(lines)).to_json()), "utf-8")
    (folder / "build_report.json").write_text("{}", "utf-8")
    return folder


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


def _source_lines(source: str) -> Iterator[str]:
    items = {"hpo": _hpo, "hgnc": _hgnc, "drugs": _drugs, "cpic": _cpic}[source]
    for item in items():
        if isinstance(item, Entity):
            yield from entity_to_nquads(item, graph_iri(source, RELEASES[source]))
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
    for line, (identifier, term, frequency, pmid) in enumerate(ANNOTATIONS, start=1):
        why = evidence("hpo", f"phenotype.hpoa#L{line}", HpoEvidence.PUBLISHED_CLINICAL_STUDY, [pmid])
        qualifiers = ((Qualifier.FREQUENCY, frequency),)
        yield Association(Reference("OMIM", identifier), Predicate.HAS_PHENOTYPE, _hp(term), why, qualifiers)


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
            yield Entity(haplotype, Category.HAPLOTYPE, label, attributes=((Attribute.GENE, genes[symbol]),))
            why, qualifiers = evidence("cpic", f"allele {label}"), ((Qualifier.ALLELE_FUNCTION, function),)
            yield Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, genes[symbol], why, qualifiers)
    yield from _loci()
    yield from _diplotypes(genes["CYP2C19"])
    yield from _clopidogrel(genes["CYP2C19"])


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


def _diplotypes(gene: Reference) -> Iterator[Item]:
    attributes = ((Attribute.GENE, gene),)
    for first, second in combinations_with_replacement(sorted(ALLELES["CYP2C19"]), 2):
        name = f"{first}/{second}"
        genotype = Reference.mint("genotype", "CYP2C19", name)
        phenotype = Reference.mint("phenotype", "CYP2C19", PHENOTYPES[name])
        why = evidence("cpic", f"diplotype CYP2C19 {name}")
        yield Entity(genotype, Category.GENOTYPE, f"CYP2C19 {name}", attributes=attributes)
        yield Entity(phenotype, Category.PHENOTYPIC_FEATURE, f"CYP2C19 {PHENOTYPES[name]}", attributes=attributes)
        yield Association(genotype, Predicate.HAS_PHENOTYPE, phenotype, why)
        for allele in sorted({first, second}):
            yield Association(genotype, Predicate.HAS_PART, Reference.mint("allele", "CYP2C19", allele), why)


def _clopidogrel(gene: Reference) -> Iterator[Item]:
    drug = Reference("RXNORM", "32968")
    pair = evidence("cpic", "cpic-table.csv#L1", CpicLevel.A, ["35034351"])
    yield Entity(drug, Category.DRUG, "clopidogrel")
    yield Association(
        gene, Predicate.AFFECTS, drug, pair, ((Qualifier.GUIDELINE, GUIDELINE), (Qualifier.STATUS, "Final"))
    )
    for phenotype, text in RECOMMENDATIONS.items():
        why = evidence("cpic", f"recommendation-table.csv#{phenotype}", CpicLevel.A, ["35034351"])
        qualifiers = ((Qualifier.RECOMMENDATION, text), (Qualifier.GUIDELINE, GUIDELINE))
        yield Association(Reference.mint("phenotype", "CYP2C19", phenotype), Predicate.AFFECTS, drug, why, qualifiers)
