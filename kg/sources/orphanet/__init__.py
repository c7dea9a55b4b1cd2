"""Orphanet: rare diseases with their classifications, features, genes, inheritance and prevalence.

Read are the products of Orphadata in English (https://www.orphadata.com/data/xml/), under the publisher's file names.
"""

from __future__ import annotations

from typing import Final

from kg.source import Download, Source, Table
from kg.sources.orphanet.classification import read_classification, read_linearisation
from kg.sources.orphanet.genes import read_genes
from kg.sources.orphanet.history import read_history, read_prevalence
from kg.sources.orphanet.nomenclature import read_nomenclature
from kg.sources.orphanet.phenotypes import read_phenotypes

SOURCE: Final = Source(
    id="orphanet",
    title="Orphadata: Orphanet data on rare diseases",
    license="CC BY 4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    homepage="https://www.orphadata.com",
    downloads=(
        *(
            Download(f"https://www.orphadata.com/data/xml/en_product{product}.xml")
            for product in ("1", "4", "6", "7", "9_ages", "9_prev")
        ),
    ),
    tables=(
        Table("en_product1.xml", read_nomenclature, required=False),
        # classifications are numbered from 146 to 235
        Table("en_product3_[12]??.xml", read_classification, required=False, many=True),
        Table("en_product7.xml", read_linearisation, required=False),
        Table("en_product4.xml", read_phenotypes, required=False),
        Table("en_product6.xml", read_genes, required=False),
        Table("en_product9_ages.xml", read_history, required=False, unversioned="2020-05-22"),
        Table("en_product9_prev.xml", read_prevalence, required=False),
    ),
)
