"""The gene-disease and dosage sources on the publishers' files, against counts and rows read by hand."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kg.model import Association
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import clingen, cnv_syndromes, g2p, gencc, hgnc, mondo, omim_genes, omim_series
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from pathlib import Path

    from kg.source import Source

SOURCES = [clingen.SOURCE, gencc.SOURCE, g2p.SOURCE, cnv_syndromes.SOURCE, omim_series.SOURCE, omim_genes.SOURCE]
ABOVE_HEADER = {  # lines of a file that are no records, beside its header
    "Clingen-Gene-Disease-Summary.csv": 5,
    "Clingen-Curation-ACMG-Summary-Report-2026-03-09.tsv": 1,
    "mondo-omim-genes.robot.tsv": 1,
    "mondo-clingen.robot.tsv": 1,
}
WITHOUT_HEADER = re.compile(r"ACMG_SF_v3\.3\.txt|ClinGen_region_curation_list\.\w\w\.bed")


@dataclass(frozen=True, slots=True)
class Read:
    """One source, read as a build reads it."""

    reading: Reading
    associations: list[Association]

    def of(self, record: str) -> list[Association]:
        return [one for one in self.associations if record in {evidence.record for evidence in one.evidence}]


@pytest.fixture(scope="module")
def real(test_data: Path) -> dict[str, Read]:
    """All six sources after HGNC and Mondo, and with every HPO term that G2P uses."""
    resolver = Resolver()
    for source in (hgnc.SOURCE, mondo.SOURCE):
        _read(Reading.of(source, [test_data], resolver))
    for path in (test_data / "g2p").rglob("*.csv"):
        resolver.phenotypes.known.update(map(Reference.parse, re.findall(r"HP:\d{7}", path.read_text("utf-8"))))
    readings = {source.id: Reading.of(source, [test_data], resolver) for source in SOURCES}
    return {name: Read(reading, _read(reading)) for name, reading in readings.items()}


def _read(reading: Reading) -> list[Association]:
    return [one for _, items in reading.files() for one in items if isinstance(one, Association)]


def _records(path: Path) -> int:
    name = path.name.removesuffix(".gz")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return (
        content.rstrip(b"\n").count(b"\n")
        + 1
        - ABOVE_HEADER.get(name, 0)
        - (0 if WITHOUT_HEADER.fullmatch(name) else 1)
    )


@pytest.mark.real_data
@pytest.mark.parametrize("source", SOURCES, ids=[source.id for source in SOURCES])
def test_every_record_is_read_and_has_a_fate(real: dict[str, Read], source: Source) -> None:
    reading = real[source.id].reading
    assert reading.accounts
    for (_, file), account in zip(reading.found, reading.accounts.values(), strict=True):
        assert (file.name, account.unexplained) == (file.name, 0)
        assert (file.name, account.read) == (file.name, _records(file.path))


@pytest.mark.real_data
@pytest.mark.parametrize("source", SOURCES, ids=[source.id for source in SOURCES])
def test_few_records_name_a_gene_or_disease_of_no_vocabulary(real: dict[str, Read], source: Source) -> None:
    reading = real[source.id].reading
    unresolved = sum(reading.context.unresolved.counts.values())
    share = 0.03 if source.id == "g2p" else 0.02  # G2P: MIM numbers that OMIM has withdrawn or moved
    assert unresolved <= share * sum(account.read for account in reading.accounts.values())


@pytest.mark.real_data
def test_clingen_states_what_its_rows_say(real: dict[str, Read]) -> None:
    read = real["clingen"]
    (a2ml1,) = read.of("CGGV:assertion_d910a9d8-516e-443d-acba-8d61f7574792-2018-06-07T160000.000Z")
    assert (a2ml1.subject.curie, a2ml1.object.curie, a2ml1.negated) == ("HGNC:23336", "MONDO:0018997", True)
    assert sum(one.predicate is Predicate.MEMBER_OF for one in read.associations) == 84
    (acta2,) = read.of("Clingen-Curation-ACMG-Summary-Report-2026-03-09.tsv#L4")
    assert (acta2.subject.curie, acta2.object.curie) == ("HGNC:130", "MONDO:0013452")
    assert acta2.qualifier(Qualifier.SECONDARY_FINDING) == "Yes"


@pytest.mark.real_data
def test_clingen_scores_the_regions_of_digeorge_and_prader_willi(real: dict[str, Read]) -> None:
    scores = {
        (one.subject.minted_name, one.object.minted_name): str(one.evidence[0].level)
        for one in real["clingen"].associations
        if one.subject.identifier.startswith("region/") and one.object.identifier.startswith("term/")
    }
    assert scores["GRCh37/22-18912231-21465672", "haploinsufficiency"] == "3"
    assert scores["GRCh38/22-18924718-21111383", "triplosensitivity"] == "3"
    assert scores["GRCh37/15-23747996-28379874", "haploinsufficiency"] == "3"
    assert scores["GRCh37/19-43242796-43741310", "haploinsufficiency"] == "40"


@pytest.mark.real_data
def test_gencc_states_what_its_rows_say(real: dict[str, Read]) -> None:
    (apc,) = real["gencc"].of("SGC-100052")
    assert (apc.subject.curie, apc.object.curie) == ("HGNC:583", "MONDO:0021056")
    assert apc.qualifier(Qualifier.SUBMITTER) == "Ambry Genetics"
    assert apc.evidence[0].publications == ()  # its PMID is that of the assertion criteria
    assert apc.evidence[0].level == "Definitive"
    (casp8,) = real["gencc"].of("SGC-100095")
    assert (str(casp8.qualifier(Qualifier.INHERITANCE)), casp8.evidence[0].level) == ("HP:0000007", "Moderate")
    assert sum(one.negated for one in real["gencc"].associations) == 1


@pytest.mark.real_data
def test_g2p_states_what_its_rows_say(real: dict[str, Read]) -> None:
    stra6, *features = real["g2p"].of("DDG2P.csv#L3")
    assert (stra6.subject.curie, stra6.object.curie, stra6.evidence[0].level) == (
        "HGNC:30650",
        "OMIM:601186",
        "confirmed",
    )
    assert stra6.qualifier(Qualifier.MUTATION_CONSEQUENCE) == "loss of function"
    papers = ["11857549", "17273977", "17503335", "19839040", "21901792"]
    assert [paper.identifier for paper in stra6.evidence[0].publications] == papers
    assert len(features) == 37  # 38 terms, of which HP:0000007 is a mode of inheritance
    (hras, *none) = real["g2p"].of("CancerG2P.csv#L6")
    assert (hras.object.curie, hras.qualifier(Qualifier.ALLELIC_REQUIREMENT), none) == (
        "OMIM:218040",
        "monoallelic",
        [],
    )


@pytest.mark.real_data
def test_lists_of_genomic_disorders_stand_side_by_side(real: dict[str, Read]) -> None:
    read = real["cnv-syndromes"]
    angelman, prader_willi = (
        one for one in read.associations if one.subject.identifier == "region/GRCh37/15-22749354-28438266"
    )
    assert angelman.object.curie == "MONDO:0007113"
    assert prader_willi.qualifier(Qualifier.ORIGINAL_OBJECT) == "Prader-Willi syndrome (Type 1)"
    name = Reference.mint("term", "Prader Willi Angelman syndrome")
    lost, gained = (one for one in read.associations if one.object == name)
    assert lost.subject == gained.subject == Reference.mint("region", "GRCh37", "15-23758391-28557186")
    (tar,) = read.of("UKBB_GD.Owen_2018.bed#L2")
    assert tar.qualifier(Qualifier.CARRIERS) == "69/396725"


@pytest.mark.real_data
def test_axioms_and_curations_of_mondo_state_what_their_rows_say(real: dict[str, Read]) -> None:
    read = real["omim-genes"]
    (first,) = read.of("mondo-omim-genes.robot.tsv#L3")
    assert (first.subject.curie, first.object.curie) == ("HGNC:28403", "MONDO:0000208")
    assert first.qualifier(Qualifier.ORIGINAL_OBJECT) == "OMIM:616033"
    (noonan,) = read.of("CGGV:assertion_d910a9d8-516e-443d-acba-8d61f7574792-2018-06-07T160000.000Z")
    assert (noonan.subject.curie, noonan.predicate) == ("MONDO:0018997", Predicate.MEMBER_OF)
    assert len(read.associations) == 5_968 + 2_359
