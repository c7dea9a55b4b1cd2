from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.levels import PgxTestingLevel
from kg.model import Association, Entity, KnowledgeLevel
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.clinpgx import SOURCE
from kg.sources.clinpgx.assays import read_assays
from kg.sources.clinpgx.chemicals import read_chemicals
from kg.sources.clinpgx.labels import read_labels
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]
    Reader = Callable[[SourceFile, Context], Iterator[Item]]

CLOPIDOGREL, ASPIRIN = Reference("RXNORM", "32968"), Reference("RXNORM", "1191")
CYP2C19, G6PD = Reference("HGNC", "2621"), Reference("HGNC", "4057")
RSID = Reference("dbSNP", "rs4244285")


@pytest.fixture
def taught(context: Context, fixture_file: Opener) -> Context:
    """Two genes, and the chemicals of the fixture."""
    context.resolver.genes.add(CYP2C19, "CYP2C19")
    context.resolver.genes.add(G6PD, "G6PD")
    list(read_chemicals(fixture_file(SOURCE, "drugs.tsv"), context))
    return context


def associations(items: Iterable[Item]) -> list[Association]:
    return [item for item in items if isinstance(item, Association)]


def records(stated: Iterable[Association], record: str) -> list[Association]:
    return [one for one in stated if one.evidence[0].record == record]


def allele(name: str) -> Reference:
    return Reference.mint("allele", "CYP2C19", name)


class TestLabels:
    @pytest.fixture
    def stated(self, fixture_file: Opener, taught: Context) -> list[Association]:
        return associations(read_labels(fixture_file(SOURCE, "drugLabels.tsv"), taught))

    def test_a_gene_affects_a_drug_where_the_label_makes_a_difference_of_it(self, stated: list[Association]) -> None:
        (first,) = [one for one in records(stated, "ClinPGx:PA166104001") if one.subject == CYP2C19]
        assert (first.predicate, first.object) == (Predicate.AFFECTS, CLOPIDOGREL)
        assert first.evidence[0].level is PgxTestingLevel.ACTIONABLE
        assert first.qualifiers == (
            (Qualifier.AUTHORITY, "FDA"),
            (Qualifier.GUIDANCE, "alternate drug"),
            (Qualifier.GUIDANCE, "prescribing"),
        )

    def test_each_gene_is_stated_with_each_drug_of_a_label(self, stated: list[Association]) -> None:
        assert [(one.subject, one.object) for one in records(stated, "ClinPGx:PA166104002")] == [
            (G6PD, ASPIRIN),
            (G6PD, CLOPIDOGREL),
        ]

    @pytest.mark.parametrize(
        ("record", "level"), [("ClinPGx:PA166104003", PgxTestingLevel.INFORMATIVE), ("ClinPGx:PA166104006", None)]
    )
    def test_a_label_that_informs_or_has_no_level_states_no_effect(
        self, stated: list[Association], record: str, level: PgxTestingLevel | None
    ) -> None:
        (one,) = records(stated, record)
        assert (one.predicate, one.evidence[0].level) == (Predicate.ASSOCIATED_WITH, level)

    def test_a_label_without_clinical_pharmacogenomics_states_nothing(
        self, stated: list[Association], taught: Context
    ) -> None:
        assert not records(stated, "ClinPGx:PA166104004")
        assert taught.left_out.counts["label without clinical pharmacogenomics"] == 1
        assert taught.left_out.counts["label that names neither gene nor variant"] == 1

    def test_variants_and_alleles_of_the_genes_of_a_label_are_associated_with_its_drug(
        self, stated: list[Association], taught: Context
    ) -> None:
        named = [one for one in stated if one.object == CLOPIDOGREL and one.subject.prefix != "HGNC"]
        assert [(one.subject, one.predicate) for one in named] == [
            (allele("*2"), Predicate.ASSOCIATED_WITH),
            (RSID, Predicate.ASSOCIATED_WITH),
        ]
        assert taught.left_out.examples["allele of a gene that its guideline or label does not name"] == ["CYP2C9*3"]


class TestAssays:
    @pytest.fixture
    def stated(self, fixture_file: Opener, taught: Context) -> list[Association]:
        items = list(read_assays(fixture_file(SOURCE, "var_fa_ann.tsv"), taught))
        found = [one for one in associations(items) if one.predicate is Predicate.ASSOCIATED_WITH]
        assert {one.subject for one in found} <= {one.reference for one in items if isinstance(one, Entity)}
        return found

    def test_the_alleles_that_set_carriers_apart_are_associated_with_the_gene_product(
        self, stated: list[Association]
    ) -> None:
        found = records(stated, "ClinPGx:1")
        assert [(one.subject, one.object) for one in found] == [(allele("*2"), CYP2C19), (allele("*3"), CYP2C19)]
        assert found[0].qualifiers == (
            (Qualifier.ALLELES, "*1/*2 + *3/*3"),
            (Qualifier.ASSAY, "in COS-7 cells"),
            (Qualifier.ASSAY, "in vitro"),
            (Qualifier.COMPARISON, "*1/*1"),
            (Qualifier.OBJECT_ASPECT, "activity of"),
            (Qualifier.OBJECT_DIRECTION, "decreased"),
            (
                Qualifier.STATEMENT,
                "CYP2C19 *1/*2 + *3/*3 are associated with decreased activity of CYP2C19 when assayed with clopidogrel.",
            ),
            (Qualifier.STATISTICALLY_SIGNIFICANT, "yes"),
            (Qualifier.SUBSTRATE, CLOPIDOGREL),
        )

    def test_an_assay_is_an_observation_with_its_paper_and_no_grade(self, stated: list[Association]) -> None:
        (evidence,) = stated[0].evidence
        assert (evidence.knowledge_level, evidence.level) == (KnowledgeLevel.OBSERVATION, None)
        assert [one.curie for one in evidence.publications] == ["PMID:30000001"]

    def test_a_finding_of_no_association_is_a_denial_for_each_drug(self, stated: list[Association]) -> None:
        found = records(stated, "ClinPGx:2")
        assert [(one.subject, one.object, one.negated) for one in found] == [
            (RSID, CLOPIDOGREL, True),
            (RSID, ASPIRIN, True),
        ]
        assert found[0].qualifier(Qualifier.OBJECT_DIRECTION) == "increased"

    def test_carriers_of_no_allele_of_their_own_are_still_about_theirs(self, stated: list[Association]) -> None:
        assert [one.subject for one in records(stated, "ClinPGx:3")] == [allele("*1")]

    def test_assays_of_phenotypes_or_of_nothing_named_are_left_out(
        self, stated: list[Association], taught: Context
    ) -> None:
        assert {one.evidence[0].record for one in stated} == {"ClinPGx:1", "ClinPGx:2", "ClinPGx:3"}
        assert taught.left_out.examples["assay of a phenotype, not of a variant or allele"] == ["ClinPGx:4"]
        assert taught.left_out.examples["assay that names neither gene product nor drug"] == ["ClinPGx:5"]


MALFORMED: list[tuple[Reader, str, bytes, bytes, str]] = [
    (read_labels, "drugLabels.tsv", b"Testing Level", b"Level", "1: lacks the column Testing Level"),
    (read_labels, "drugLabels.tsv", b"Actionable PGx", b"Advised", "2: has an unknown testing level 'Advised'"),
    (read_labels, "drugLabels.tsv", b"\tDosing Info\t", b"\tNo\t", "3: column Has Dosing Info holds 'No'"),
    (read_labels, "drugLabels.tsv", b"PA166104002", b"GA4", "3: column PharmGKB ID holds 'GA4'"),
    (read_labels, "drugLabels.tsv", b"\tFDA\t", b"\t\t", "2: names no agency"),
    (read_labels, "drugLabels.tsv", b"aspirin", b"asp\xffrin", "cannot be read further"),
    (read_assays, "var_fa_ann.tsv", b"\tPMID\t", b"\tPaper\t", "1: lacks the column PMID"),
    (read_assays, "var_fa_ann.tsv", b"30000001", b"PMC1", "2: column PMID holds 'PMC1'"),
    (read_assays, "var_fa_ann.tsv", b"Not associated with", b"Perhaps", "3: column Is/Is Not associated holds"),
    (read_assays, "var_fa_ann.tsv", b"\tdecreased\t", b"\tother\t", "2: column Direction of effect holds 'other'"),
    (read_assays, "var_fa_ann.tsv", b"\n1\t", b"\nx\t", "2: column Variant Annotation ID holds 'x'"),
]


@pytest.mark.parametrize(("read", "name", "old", "new", "message"), MALFORMED)
def test_a_malformed_label_or_assay_table_is_refused_with_its_place(
    fixture_file: Opener,
    written_file: Writer,
    taught: Context,
    read: Reader,
    name: str,
    old: bytes,
    new: bytes,
    message: str,
) -> None:
    content = fixture_file(SOURCE, name).path.read_bytes()
    assert old in content
    with pytest.raises(SourceError, match=message):
        list(read(written_file(SOURCE, name, content.replace(old, new, 1)), taught))


@pytest.fixture(scope="module")
def real(test_data: Path) -> list[Association]:
    """All statements of the newest releases, with HGNC's genes taught."""
    resolver = Resolver()
    for source in (hgnc.SOURCE, SOURCE):
        stated = associations(item for _, items in Reading.of(source, [test_data], resolver).files() for item in items)
    return stated


@pytest.mark.real_data
def test_real_labels_say_what_their_rows_say(real: list[Association]) -> None:
    """PA166269401 (EMA, nateglinide, no level) and PA166271261 (EMA, tegafur combination, testing recommended)."""
    (nateglinide,) = records(real, "ClinPGx:PA166269401")
    assert (nateglinide.subject.curie, nateglinide.predicate) == ("HGNC:2623", Predicate.ASSOCIATED_WITH)
    tegafur = records(real, "ClinPGx:PA166271261")
    (effect,) = [one for one in tegafur if one.predicate is Predicate.AFFECTS]
    assert effect.subject.curie == "HGNC:3012"
    assert effect.evidence[0].level is PgxTestingLevel.TESTING_RECOMMENDED
    assert (Qualifier.GUIDANCE, "alternate drug") in effect.qualifiers
    assert Reference.mint("allele", "DPYD", "c.1905+1G>A (*2A)") in {one.subject for one in tegafur}


@pytest.mark.real_data
def test_real_assays_say_what_their_rows_say(real: list[Association]) -> None:
    """1451148445 (CYP2C19*17, normeperidine) and 1184472834 (rs3093105, no association with vitamin E)."""
    found = [one for one in real if one.predicate is Predicate.ASSOCIATED_WITH]
    (formation,) = records(found, "ClinPGx:1451148445")
    assert formation.subject == allele("*17")
    assert formation.qualifier(Qualifier.OBJECT_DIRECTION) == "increased"
    assert formation.qualifier(Qualifier.STATISTICALLY_SIGNIFICANT) == "not stated"
    (vitamin,) = records(found, "ClinPGx:1184472834")
    assert (vitamin.subject.identifier, vitamin.negated) == ("rs3093105", True)
    assert vitamin.qualifier(Qualifier.POPULATION) == "Pediatric"
