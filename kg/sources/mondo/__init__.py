"""Mondo: the disease hierarchy, and its mappings to the disease vocabularies of other sources.

Read are ``mondo.obo`` (https://mondo.monarchinitiative.org/pages/download/), or the same ontology as the JSON of
https://github.com/chanzuckerberg/cellxgene-ontology-guide, and the exact matches that Mondo publishes as SSSOM tables
(https://mapping-commons.github.io/sssom/). Diseases of other vocabularies are never rewritten to Mondo; they meet there.
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.mondo.mappings import read_mappings
from kg.sources.mondo.terms import read_json_terms, read_obo_terms

VOCABULARIES: Final = (
    *("omim", "omimps", "orphanet", "doid", "ncit"),
    *("efo", "icd10cm", "icd10who", "icd11.foundation", "meddra", "medgen", "mesh", "sctid", "umls"),
)
"""Vocabularies with a table of exact matches: those whose identifiers the graph has, and those that give codes."""

SOURCE: Final = Source(
    id="mondo",
    title="Mondo Disease Ontology",
    license="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    homepage="https://mondo.monarchinitiative.org",
    downloads=(
        Download(
            "https://github.com/monarch-initiative/mondo/releases/latest/download/mondo.obo",
            release=r"/download/v(\d{4}-\d\d-\d\d)/",
        ),
        *(
            Download(f"http://purl.obolibrary.org/obo/mondo/mappings/mondo_exactmatch_{vocabulary}.sssom.tsv")
            for vocabulary in VOCABULARIES
        ),
    ),
    tables=(
        Table("mondo.obo", read_obo_terms, required=False),
        Table("MONDO-ontology-v*.json", read_json_terms, required=False),
        *(
            Table(f"mondo_exactmatch_{vocabulary}.sssom.tsv", read_mappings, required=False)
            for vocabulary in VOCABULARIES
        ),
    ),
)
