from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import IdentifierError
from ontology.reference import OWN_PREFIX, Reference, converter

PREFIXES = [
    "HGNC",
    "NCBIGene",
    "dbSNP",
    "ClinVar",
    "VCV",
    "RCV",
    "ClinPGx",
    "RXNORM",
    "ATC",
    "CHEMBL",
    "DRUGBANK",
    "MONDO",
    "OMIM",
    "ORPHA",
    "HP",
    "NCIT",
    "DOID",
    "ONCOTREE",
    "CIVIC",
    "PMID",
    "DOI",
    "SO",
    "ECO",
]
EXAMPLES = {
    "HGNC:2621": "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:2621",
    "NCBIGene:1557": "https://www.ncbi.nlm.nih.gov/gene/1557",
    "dbSNP:rs4244285": "https://www.ncbi.nlm.nih.gov/snp/rs4244285",
    "ClinVar:16897": "https://www.ncbi.nlm.nih.gov/clinvar/variation/16897",
    "VCV:000016897.55": "https://www.ncbi.nlm.nih.gov/clinvar/variation/VCV000016897.55",
    "RCV:000018394": "https://www.ncbi.nlm.nih.gov/clinvar/RCV000018394",
    "ATC:B01AC04": "http://www.whocc.no/atc_ddd_index/?code=B01AC04",
    "MONDO:0007947": "http://purl.obolibrary.org/obo/MONDO_0007947",
    "OMIM:154700": "https://omim.org/entry/154700",
    "ORPHA:558": "http://www.orpha.net/ORDO/Orphanet_558",
    "HP:0001166": "http://purl.obolibrary.org/obo/HP_0001166",
    "NCIT:C34807": "http://purl.obolibrary.org/obo/NCIT_C34807",
    "DOI:10.1038/gim.2015.30": "https://doi.org/10.1038/gim.2015.30",
    "PMID:7951214": "https://pubmed.ncbi.nlm.nih.gov/7951214",
}


def references(prefix: str) -> st.SearchStrategy[Reference]:
    pattern = next(record.pattern for record in converter().records if record.prefix == prefix)
    assert pattern is not None
    identifiers = st.from_regex(re.compile(pattern.strip("^$"), re.ASCII), fullmatch=True)
    return identifiers.filter(lambda text: text == text.strip()).map(lambda text: Reference(prefix, text))


def test_prefixes_are_exactly_the_ones_of_the_design_and_the_own_one() -> None:
    assert sorted(record.prefix for record in converter().records) == sorted([*PREFIXES, OWN_PREFIX])


@pytest.mark.parametrize("prefix", [*PREFIXES, OWN_PREFIX])
@given(st.data())
def test_curie_and_iri_lead_back_to_the_reference(prefix: str, data: st.DataObject) -> None:
    reference = data.draw(references(prefix))
    assert Reference.parse(reference.curie) == reference
    assert Reference.from_iri(reference.iri) == reference
    assert not re.search(r'[\x00-\x20<>"{}|^`\\]', reference.iri)


@pytest.mark.parametrize(("curie", "iri"), EXAMPLES.items())
def test_iris_are_the_published_ones(curie: str, iri: str) -> None:
    assert Reference.parse(curie).iri == iri
    assert Reference.from_iri(iri).curie == curie


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("Orphanet:558", "ORPHA:558"),
        ("hp:0001166", "HP:0001166"),
        ("MIM:154700", "OMIM:154700"),
        ("PharmGKB:PA449053", "ClinPGx:PA449053"),
        ("RxNorm:32968", "RXNORM:32968"),
        ("entrez:1557", "NCBIGene:1557"),
        ("pubmed:7951214", "PMID:7951214"),
        ("MONDO:MONDO:0007947", "MONDO:0007947"),
        ("HGNC:HGNC:2621", "HGNC:2621"),
        (" HP:0001166\n", "HP:0001166"),
    ],
)
def test_other_spellings_of_a_prefix_are_understood(text: str, curie: str) -> None:
    assert Reference.parse(text).curie == curie


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "HP",
        "HP:",
        "HP:1166",
        "HP:00011660",
        "HP:0001166 extra",
        "HP:٠٠٠١١٦٦",
        "HP:000\n1166",
        "UMLS:C0024796",
        "0001166",
        "dbSNP:4244285",
        "DRUGBANK:758",
        "DECIPHER:16",
        "OMIM:PS154700",
        "GENOPATH:other/CYP2C19",
        "GENOPATH:allele/CYP2C19/<2>",
        "GENOPATH:allele/CYP2C19/%",
    ],
)
def test_what_is_no_identifier_is_refused(text: str) -> None:
    assert Reference.find(text) is None
    with pytest.raises(IdentifierError) as refusal:
        Reference.parse(text)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize(
    "iri",
    [
        "",
        "http://example.org/HP_0001166",
        "http://purl.obolibrary.org/obo/HP_",
        "https://omim.org/entry/PS154700",
        "https://w3id.org/genopath/association/0",
    ],
)
def test_an_iri_of_no_registered_identifier_is_refused(iri: str) -> None:
    with pytest.raises(IdentifierError):
        Reference.from_iri(iri)


def test_older_iris_lead_to_the_same_reference() -> None:
    assert Reference.from_iri("http://identifiers.org/hgnc/2621").curie == "HGNC:2621"
    assert Reference.from_iri("http://dx.doi.org/10.1038/gim.2015.30").curie == "DOI:10.1038/gim.2015.30"


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_minted_reference_is_valid_and_keeps_its_names(gene: str, name: str) -> None:
    minted = Reference.mint("allele", gene, name)
    assert Reference.from_iri(minted.iri) == minted == Reference.parse(minted.curie)
    assert minted.minted_name == f"{gene}/{name}"


def test_references_order_by_prefix_and_identifier() -> None:
    assert sorted([Reference("OMIM", "1"), Reference("HP", "2"), Reference("HP", "1")])[0] == Reference("HP", "1")
