"""What genotypes can show of each gene, and the probability of what they hide, calculated by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store

from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate, Qualifier
from queries.candidate import CallStatus, GeneCall
from queries.case import Assembly, BiogeographicGroup, CallSource, Genotype, GenotypeData, PatientCase
from queries.medication import PositionStatus
from queries.pharmacogenomics.calls import Interpreted
from queries.pharmacogenomics.coverage import cover_genes
from queries.pharmacogenomics.gene_definition import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.matching import match_alleles

if TYPE_CHECKING:
    from queries.medication import Coverage

EUROPEAN, EAST_ASIAN = BiogeographicGroup.EUROPEAN, BiogeographicGroup.EAST_ASIAN
GENES = {"CYP2C19": "2621", "DPYD": "3012", "CYP2D6": "2625", "G6PD": "4057"}
FUNCTIONS = {
    "CYP2C19": {"*1": "Normal Function", "*2": "No Function", "*3": "No Function", "*37": "No Function"},
    "DPYD": {"Reference": "Normal function", "c.1905+1G>A (*2A)": "No function", "c.2846A>T": "Decreased function"},
    "CYP2D6": {"*1": "Normal Function", "*4": "No Function"},
    "G6PD": {"B": "IV/Normal", "A": "III/Deficient"},
}
FREQUENCIES = {  # of Europeans alone; *37 and c.2846A>T have none
    "CYP2C19": {"*1": "0.6", "*2": "0.2", "*3": "0.1"},
    "DPYD": {"c.1905+1G>A (*2A)": "0.01"},
    "G6PD": {"B": "0.9", "A": "0.1"},
}


@pytest.fixture(scope="module")
def frequencies() -> Graph:
    """Alleles with their function and, of some, their frequency."""
    lines: list[str] = []
    for symbol, functions in FUNCTIONS.items():
        gene = Reference("HGNC", GENES[symbol])
        lines += entity_to_nquads(Entity(gene, Category.GENE, symbol), graph_iri("cpic", "1"), named=True)
        for name, function in functions.items():
            haplotype = Reference.mint("allele", symbol, name)
            lines += entity_to_nquads(
                Entity(haplotype, Category.HAPLOTYPE, f"{symbol} {name}"), graph_iri("cpic", "1"), named=True
            )
            stated = [((Qualifier.ALLELE_FUNCTION, function),)]
            if frequency := FREQUENCIES.get(symbol, {}).get(name):
                stated.append(((Qualifier.POPULATION, EUROPEAN), (Qualifier.FREQUENCY, frequency)))  # type: ignore[arg-type]
            for qualifiers in stated:
                record = f"{symbol} {name} {qualifiers[0][0]}"
                why = Evidence(
                    "cpic", record, "1", "CC0 1.0", KnowledgeLevel.STATISTICAL_ASSOCIATION, AgentType.MANUAL_AGENT
                )
                lines += association_to_nquads(
                    Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, (why,), qualifiers)
                )
    store = Store()
    store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    return Graph(Release(Path(), Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def variant(position: int, chromosome: str = "10") -> DefiningVariant:
    minted = Reference.mint("variant", "GRCh38", f"{chromosome}-{position}-C-T")
    return DefiningVariant(minted, Site(chromosome, position), "C", "T")


STAR_2, STAR_3 = variant(100), variant(200)
CYP2C19 = GeneDefinition(
    Reference("HGNC", GENES["CYP2C19"]),
    "CYP2C19",
    {"*1": frozenset(), "*2": frozenset({STAR_2}), "*3": frozenset({STAR_3})},
    (),
    reference="*1",
    rsids={STAR_2.reference: "rs4244285"},
)
STAR_2A, A2846T = variant(300, "1"), variant(400, "1")
DPYD = GeneDefinition(
    Reference("HGNC", GENES["DPYD"]),
    "DPYD",
    {
        "Reference": frozenset(),
        "c.1905+1G>A (*2A)": frozenset({STAR_2A}),
        "c.2846A>T": frozenset({A2846T}),
    },
    (),
    reference="Reference",
    impact={"Reference": 1.0, "c.1905+1G>A (*2A)": 0.0, "c.2846A>T": 0.5},
)


def record(one: DefiningVariant, *alleles: str | None) -> Genotype:
    return Genotype(*one.site, "C", alleles)


def cover(
    graph: Graph,
    definition: GeneDefinition,
    *records: Genotype,
    group: BiogeographicGroup | None = EUROPEAN,
) -> Coverage:
    sites: dict[Site, list[Genotype]] = {}
    for one in records:
        sites.setdefault(Site(one.chromosome, one.position), []).append(one)
    match = match_alleles(definition, sites)
    gene = graph.entity(definition.gene)
    assert gene is not None
    call = GeneCall(gene, CallStatus.AMBIGUOUS, CallSource.VCF)
    case = PatientCase("p", genotypes=GenotypeData(Assembly.GRCH38, records), ancestry=group)
    (found,) = cover_genes(graph, case, [Interpreted(call, definition.symbol, {}, definition, match)])
    return found


def test_the_risk_is_the_share_of_compatible_diplotypes_that_are_not_preferred(frequencies: Graph) -> None:
    """*2 unseen: p = .6, q = .2; 1 - p^2 / (p^2 + 2pq + q^2) = 1 - .36 / .64."""
    found = cover(frequencies, CYP2C19, record(STAR_3, "C", "C"))
    assert found.residual_risk == pytest.approx(0.4375)
    assert found.note == ""
    assert [(one.name, one.function, one.reason, one.frequency) for one in found.unseen] == [
        ("*2", "No Function", "rs4244285 not seen", 0.2)
    ]


def test_what_was_seen_excludes_diplotypes_from_the_risk(frequencies: Graph) -> None:
    """*2/*? with *3 unseen: *1/*2 is 2 x .6 x .2, *2/*3 is 2 x .2 x .1; the risk is .04 / .28."""
    found = cover(frequencies, CYP2C19, record(STAR_2, "C", "T"))
    assert found.residual_risk == pytest.approx(1 / 7)
    assert [one.name for one in found.unseen] == ["*3"]


def test_with_every_site_seen_nothing_is_hidden(frequencies: Graph) -> None:
    found = cover(frequencies, CYP2C19, record(STAR_2, "C", "T"), record(STAR_3, "C", "C"))
    assert (found.residual_risk, found.note, found.unseen, found.paths) == (0, "", (), ())


def test_a_male_carries_one_allele_of_an_x_linked_gene(frequencies: Graph) -> None:
    """Two sites, one unseen: B is .9, A .1, of which each male has one."""
    first, second = variant(100, "X"), variant(200, "X")
    definition = GeneDefinition(
        Reference("HGNC", GENES["G6PD"]),
        "G6PD",
        {"B": frozenset(), "A": frozenset({first}), "other": frozenset({second})},
        (),
        reference="B",
    )
    found = cover(frequencies, definition, record(second, "C"))
    assert found.residual_risk == pytest.approx(0.1)


def test_an_unseen_allele_without_a_frequency_makes_the_risk_a_lower_bound(frequencies: Graph) -> None:
    definition = replace(CYP2C19, alleles={**CYP2C19.alleles, "*9": frozenset({variant(300)})})
    found = cover(frequencies, definition, record(STAR_2, "C", "C"), record(STAR_3, "C", "C"))
    assert found.residual_risk == pytest.approx(0)
    assert found.note == "a lower bound: 1 alleles have no frequency in this group"
    assert [(one.name, one.frequency) for one in found.unseen] == [("*9", None)]


def both_in_one(one: str, other: str, together: str) -> GeneDefinition:
    """Unphased, the allele of both variants and the reference allele show the same as the two others."""
    alleles = {"*1": frozenset(), one: frozenset({STAR_2}), other: frozenset({STAR_3})}
    return replace(CYP2C19, alleles={**alleles, together: frozenset({STAR_2, STAR_3})})


def test_the_share_of_a_diplotype_that_phase_would_exclude_is_a_risk(frequencies: Graph) -> None:
    """*1/*3 is preferred: 2 x .6 x .1; *2/*37 would be 2 x .2 x an unknown one."""
    found = cover(frequencies, both_in_one("*2", "*37", "*3"), record(STAR_2, "C", "T"), record(STAR_3, "C", "T"))
    assert found.residual_risk == pytest.approx(0)
    assert found.note == "a lower bound: 1 alleles have no frequency in this group"


def test_where_the_preferred_diplotype_has_no_frequency_there_is_no_risk(frequencies: Graph) -> None:
    found = cover(frequencies, both_in_one("*2", "*3", "*37"), record(STAR_2, "C", "T"), record(STAR_3, "C", "T"))
    assert (found.residual_risk, found.note) == (
        None,
        "the alleles of the preferred diplotype have no frequency in this group",
    )


def test_without_a_group_there_is_no_risk_and_no_frequency(frequencies: Graph) -> None:
    found = cover(frequencies, CYP2C19, record(STAR_3, "C", "C"), group=None)
    assert (found.residual_risk, found.ancestry, found.paths) == (None, None, ())
    assert "group" in found.note
    assert [one.frequency for one in found.unseen] == [None]


def test_of_a_group_without_frequencies_the_risk_is_unknown_and_not_nought(frequencies: Graph) -> None:
    found = cover(frequencies, CYP2C19, record(STAR_3, "C", "C"), group=EAST_ASIAN)
    assert found.residual_risk is None
    assert "no frequency" in found.note


def test_of_a_gene_that_is_not_called_every_allele_is_unseen_and_no_risk_is_given(frequencies: Graph) -> None:
    found = cover(frequencies, CYP2C19)
    assert (found.residual_risk, found.note) == (None, "the gene is not called")
    assert [one.name for one in found.unseen] == ["*2", "*3"]


def test_structural_alleles_are_listed_though_every_site_was_seen(frequencies: Graph) -> None:
    definition = replace(CYP2C19, structural=("*37",))
    found = cover(frequencies, definition, record(STAR_2, "C", "C"), record(STAR_3, "C", "C"))
    assert [(one.name, one.function, one.frequency) for one in found.unseen] == [("*37", "No Function", None)]
    assert "short variants do not show" in found.unseen[0].reason
    assert found.note == "a lower bound: 1 alleles have no frequency in this group"


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ((record(STAR_2, "C", "T"),), PositionStatus.SEEN),
        ((), PositionStatus.MISSING),
        ((record(STAR_2, None, "T"),), PositionStatus.NO_CALL),
        ((replace(record(STAR_2, "C", "T"), filtered=True),), PositionStatus.FILTERED),
        ((replace(record(STAR_2, "C", "T"), conflict="records differ"),), PositionStatus.CONFLICTING),
    ],
    ids=lambda value: str(value) if isinstance(value, PositionStatus) else "",
)
def test_every_site_has_a_status_and_the_alleles_that_it_defines(
    frequencies: Graph, shown: tuple[Genotype, ...], status: PositionStatus
) -> None:
    found = cover(frequencies, CYP2C19, *shown, record(STAR_3, "C", "C"))
    assert [(one.position, one.rsid, one.status, one.alleles) for one in found.positions] == [
        (100, "rs4244285", status, ("*2",)),
        (200, None, PositionStatus.SEEN, ("*3",)),
    ]
    assert (found.positions[0].reason is None) is (status.value in ("seen", "missing", "no_call"))


def test_each_frequency_that_is_given_has_its_evidence(frequencies: Graph) -> None:
    found = cover(frequencies, CYP2C19, record(STAR_3, "C", "C"))
    ((hop,),) = [path.hops for path in found.paths]
    assert hop.association.subject == Reference.mint("allele", "CYP2C19", "*2")
    assert hop.association.qualifier(Qualifier.FREQUENCY) == "0.2"
    assert hop.association.qualifier(Qualifier.POPULATION) == EUROPEAN


def test_of_single_variant_genes_the_risk_is_that_of_any_unseen_variant_on_either_copy(frequencies: Graph) -> None:
    """One of two copies has *2A with 1 - (1 - .01)^2."""
    found = cover(frequencies, DPYD, record(A2846T, "C", "C"))
    assert found.residual_risk == pytest.approx(1 - 0.99**2)
    assert [(one.name, one.frequency) for one in found.unseen] == [("c.1905+1G>A (*2A)", 0.01)]


def test_of_single_variant_genes_a_missing_frequency_makes_a_lower_bound(frequencies: Graph) -> None:
    found = cover(frequencies, DPYD, record(STAR_2A, "C", "C"))
    assert found.residual_risk == pytest.approx(0)
    assert "have no frequency in this group" in found.note
    assert [one.name for one in found.unseen] == ["c.2846A>T"]


def test_only_genes_of_guidelines_that_were_genotyped_have_a_coverage(frequencies: Graph) -> None:
    definition = replace(CYP2C19, symbol="CYP2D6", gene=Reference("HGNC", GENES["CYP2D6"]))
    gene = frequencies.entity(definition.gene)
    assert gene is not None
    match = match_alleles(definition, {STAR_2.site: [record(STAR_2, "C", "C")]})
    research = Interpreted(GeneCall(gene, CallStatus.CALLED, CallSource.VCF), "CYP2D6", {}, definition, match)
    given = Interpreted(GeneCall(gene, CallStatus.CALLED, CallSource.DIPLOTYPE), "CYP2C19", {})
    case = PatientCase("p", genotypes=GenotypeData(Assembly.GRCH38, ()), ancestry=EUROPEAN)
    assert cover_genes(frequencies, case, [research, given]) == ()
    assert cover_genes(frequencies, PatientCase("p"), [research, given]) == ()
