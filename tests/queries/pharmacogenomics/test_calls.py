"""What is known of each gene: from a VCF's genotypes, from given diplotypes, or nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement

import pytest
from pyoxigraph import RdfFormat, Store

from kg.diplotypes import DiplotypeWriter
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest, Release
from kg.store import Graph
from ontology.errors import InputError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.advice import recommend_drugs
from queries.candidate import CallStatus, GeneCall
from queries.case import Assembly, CallSource, DiplotypeCall, Genotype, GenotypeData, PatientCase, Sex
from queries.pharmacogenomics.calls import LISTED, call_genes
from queries.pharmacogenomics.genes import GUIDELINE_GENES

STAR_2 = {Assembly.GRCH37: 96541616, Assembly.GRCH38: 94781859}
STAR_17 = {Assembly.GRCH37: 96521657, Assembly.GRCH38: 94761900}
CYP2D6_4 = Genotype("22", 42128945, "C", ("T", "T"))


def case(*sites: Genotype, assembly: Assembly = Assembly.GRCH38, assume: bool = False) -> PatientCase:
    return PatientCase("p", genotypes=GenotypeData(assembly, sites), assume_missing_is_reference=assume)


def cyp2c19(star_2: tuple[str | None, ...], star_17: tuple[str, ...] = ("C", "C")) -> tuple[Genotype, Genotype]:
    sites = {name: positions[Assembly.GRCH38] for name, positions in (("*2", STAR_2), ("*17", STAR_17))}
    return Genotype("10", sites["*2"], "G", star_2), Genotype("10", sites["*17"], "C", star_17)


def call(graph: Graph, patient: PatientCase, symbol: str = "CYP2C19") -> GeneCall:
    return next(found.call for found in call_genes(graph, patient) if found.symbol == symbol)


@pytest.mark.parametrize(
    ("star_2", "star_17", "diplotype", "phenotype"),
    [
        (("G", "G"), ("C", "C"), "*1/*1", "Normal Metabolizer"),
        (("G", "A"), ("C", "C"), "*1/*2", "Intermediate Metabolizer"),
        (("A", "A"), ("C", "C"), "*2/*2", "Poor Metabolizer"),
        (("A", "G"), ("C", "T"), "*17/*2", "Intermediate Metabolizer"),
    ],
)
def test_genotypes_become_a_diplotype_with_its_phenotype(
    graph: Graph, star_2: tuple[str, ...], star_17: tuple[str, ...], diplotype: str, phenotype: str
) -> None:
    found = call(graph, case(*cyp2c19(star_2, star_17)))
    assert (found.status, found.call_source) == (CallStatus.CALLED, CallSource.VCF)
    assert [(item.name, item.phenotype) for item in found.diplotypes] == [(diplotype, phenotype)]


@pytest.mark.parametrize("assembly", list(Assembly))
def test_each_assembly_has_its_own_positions(graph: Graph, assembly: Assembly) -> None:
    star_2 = Genotype("10", STAR_2[assembly], "G", ("A", "A"))
    star_17 = Genotype("10", STAR_17[assembly], "C", ("C", "C"))
    assert [item.name for item in call(graph, case(star_2, star_17, assembly=assembly)).diplotypes] == ["*2/*2"]
    other = next(one for one in Assembly if one is not assembly)
    assert call(graph, case(star_2, star_17, assembly=other)).status is CallStatus.NOT_CALLED


def test_a_missing_site_keeps_its_alleles_possible_and_is_named(graph: Graph) -> None:
    found = call(graph, case(cyp2c19(("A", "A"))[0]))
    assert found.status is CallStatus.CALLED
    found = call(graph, case(cyp2c19(("G", "A"))[0]))
    assert found.status is CallStatus.AMBIGUOUS
    assert {item.name for item in found.diplotypes} == {"*1/*2", "*17/*2"}
    assert found.positions is not None
    assert (found.positions.assayed, found.positions.missing) == (1, ("rs12248560",))
    assert found.messages[0] == "1 of 2 defining positions were not seen; cannot exclude *17"


def test_without_any_site_the_gene_is_not_called(graph: Graph) -> None:
    found = call(graph, case())
    assert (found.status, found.diplotypes, found.messages) == (
        CallStatus.NOT_CALLED,
        (),
        ("no defining position was assayed",),
    )


def test_the_dangerous_assumption_is_stated_with_the_call(graph: Graph) -> None:
    found = call(graph, case(assume=True))
    assert [item.name for item in found.diplotypes] == ["*1/*1"]
    assert "assumed" in found.messages[-1]


def test_cyp2d6_from_short_variants_is_for_research(graph: Graph) -> None:
    found = call(graph, case(CYP2D6_4, *cyp2c19(("G", "G"))), "CYP2D6")
    assert (found.research, [item.name for item in found.diplotypes]) == (True, ["*4/*4"])
    assert "copy number and hybrids" in found.messages[0]


def test_no_recommendation_rests_on_a_call_for_research(graph: Graph) -> None:
    advice = recommend_drugs(graph, case(CYP2D6_4, *cyp2c19(("G", None))))
    assert {gene.gene.name: gene.research for gene in advice.genes}["CYP2D6"]
    assert "codeine" not in {found.drug.name for found in advice.recommendations}


def test_an_activity_score_alone_has_its_phenotype(graph: Graph) -> None:
    given = DiplotypeCall("CYP2D6", (), CallSource.OUTSIDE_CALL, activity_score=1.0)
    found = call(graph, PatientCase("p", diplotypes=(given,)), "CYP2D6")
    assert (found.phenotypes, found.activity_scores) == (("Intermediate Metabolizer",), (1.0,))


def test_a_given_diplotype_wins_over_the_genotypes(graph: Graph) -> None:
    given = DiplotypeCall("CYP2C19", ("*1", "*1"))
    patient = PatientCase("p", diplotypes=(given,), genotypes=case(*cyp2c19(("A", "A"))).genotypes)
    found = [item.call for item in call_genes(graph, patient) if item.symbol == "CYP2C19"]
    assert [(item.call_source, item.diplotypes[0].name) for item in found] == [(CallSource.DIPLOTYPE, "*1/*1")]


def test_a_scored_gene_has_its_activity_score(graph: Graph) -> None:
    patient = PatientCase("p", diplotypes=(DiplotypeCall("CYP2D6", ("*4", "*1")),))
    found = call(graph, patient, "CYP2D6")
    assert (found.activity_scores, found.phenotypes) == ((1.0,), ("Intermediate Metabolizer",))


def test_a_stated_phenotype_that_differs_from_the_assigned_one_is_reported(graph: Graph) -> None:
    given = DiplotypeCall("CYP2C19", ("*1", "*2"), CallSource.OUTSIDE_CALL, "Poor Metabolizer")
    found = call(graph, PatientCase("p", diplotypes=(given,)))
    assert found.phenotypes == ("Intermediate Metabolizer",)
    assert found.messages == ("the call gives Poor Metabolizer, CPIC assigns Intermediate Metabolizer to *1/*2",)


def test_genes_come_in_the_order_of_their_symbols_whatever_the_order_given(graph: Graph) -> None:
    calls = (DiplotypeCall("CYP2D6", ("*1", "*1")), DiplotypeCall("CYP2C19", ("*1", "*1")))
    for order in (calls, calls[::-1]):
        assert [f.symbol for f in call_genes(graph, PatientCase("p", diplotypes=order))] == ["CYP2C19", "CYP2D6"]


def test_each_site_that_was_not_seen_is_missing_and_where_it_is_known_why_is_told(graph: Graph) -> None:
    for star_2, listed in (
        (Genotype("10", STAR_2[Assembly.GRCH38], "G", (None, "A")), "no_call"),
        (Genotype("10", STAR_2[Assembly.GRCH38], "G", ("G", "A"), filtered=True), "filtered"),
        (Genotype("10", STAR_2[Assembly.GRCH38], "G", ("G", "A"), conflict="records differ"), "conflicting"),
    ):
        found = call(graph, case(star_2, cyp2c19(("G", "G"))[1])).positions
        assert found is not None
        assert (found.assayed, found.missing) == (1, ("rs4244285",))
        lists = {name: getattr(found, name) for name in ("no_call", "filtered", "conflicting")}
        assert lists == {**dict.fromkeys(lists, ()), listed: ("rs4244285",)}


def test_a_site_without_a_record_is_missing_for_no_other_reason(graph: Graph) -> None:
    found = call(graph, case(cyp2c19(("G", "G"))[1])).positions
    assert found is not None
    assert (found.missing, found.no_call, found.filtered, found.conflicting) == (("rs4244285",), (), (), ())


@pytest.mark.parametrize("alleles", [("A", "A"), ("G", "A")], ids="/".join)
def test_a_filtered_genotype_never_becomes_a_diplotype(graph: Graph, alleles: tuple[str, str]) -> None:
    filtered = Genotype("10", STAR_2[Assembly.GRCH38], "G", alleles, filtered=True)
    found = call(graph, case(filtered, cyp2c19(("G", "G"))[1]))
    assert {item.name for item in found.diplotypes} == {"*1/*1", "*1/*2", "*2/*2"}
    assert found.status is CallStatus.AMBIGUOUS


def test_genotypes_that_exclude_nothing_are_no_call(graph: Graph) -> None:
    half = Genotype("10", STAR_2[Assembly.GRCH38], "G", (None, None))
    found = call(graph, case(half))
    assert (found.status, found.diplotypes, found.phenotypes) == (CallStatus.NOT_CALLED, (), ())


def test_one_allele_on_an_autosome_is_no_call_and_no_homozygote(graph: Graph) -> None:
    star_2 = Genotype("10", STAR_2[Assembly.GRCH38], "G", ("A",))
    star_17 = Genotype("10", STAR_17[Assembly.GRCH38], "C", ("C",))
    found = call(graph, case(star_2, star_17))
    assert (found.status, found.diplotypes) == (CallStatus.NOT_CALLED, ())


def test_a_file_without_a_pharmacogene_calls_none_of_the_genes_that_guidelines_are_for(graph: Graph) -> None:
    found = {item.symbol: item for item in call_genes(graph, case(Genotype("3", 12345, "A", ("A", "G"))))}
    assert found.keys() & GUIDELINE_GENES == {"CYP2C19", "DPYD"}
    for item in found.values():
        assert (item.call.status, item.call.diplotypes, item.phenotypes) == (CallStatus.NOT_CALLED, (), {})
        assert not item.has_result


def test_a_gene_for_research_is_there_only_where_one_of_its_positions_was_assayed(research: Graph) -> None:
    assayed = Genotype("7", 100, "C", ("C", "T"))
    assert "POR" not in {item.symbol for item in call_genes(research, case(*cyp2c19(("G", "G"))))}
    found = call(research, case(assayed), "POR")
    assert found.research
    assert [item.name for item in found.diplotypes] == ["*1/*28"]
    assert any("no guideline rests on calls of this gene" in message for message in found.messages)


def test_the_same_genotypes_of_another_patient_are_read_with_that_patients_sex_and_assumption(research: Graph) -> None:
    """Calls of equal genotypes are remembered; what else decides them is part of what is remembered."""
    first = Genotype("X", 100, "C", ("T", "T"))
    second = Genotype("X", 200, "C", ("C", "C"))
    both = case(first, second)
    names = {
        sex: [item.name for item in call(research, replace(both, sex=sex), "G6PD").diplotypes]
        for sex in (Sex.FEMALE, Sex.MALE, None, Sex.FEMALE, Sex.MALE)
    }
    assert names == {Sex.FEMALE: ["A/A"], Sex.MALE: ["A"], None: ["A/A"]}
    for assume, count in ((True, 1), (False, 3), (True, 1)):
        one = replace(case(second), sex=Sex.FEMALE, assume_missing_is_reference=assume)
        assert len(call(research, one, "G6PD").diplotypes) == count


def test_phenotypes_and_scores_of_what_is_not_listed_are_not_lost(research: Graph) -> None:
    """Of CYP3A4 with many unseen sites more pairs are compatible than are listed; each phenotype still is."""
    found = call(research, case(Genotype("7", 1000, "C", ("C", "C"))), "CYP3A4")
    names = [item.name for item in found.diplotypes]
    assert LISTED <= len(names) < 20 * 21 // 2
    assert len(names) == len(set(names))
    assert {"Normal Metabolizer", "Poor Metabolizer"} <= set(found.phenotypes)
    left_out = 20 * 21 // 2 - len(names)  # 21 alleles, of which one is excluded
    assert (
        f"{left_out} more diplotypes are compatible; each two functions of their alleles are listed" in found.messages
    )


def test_only_some_of_many_alleles_that_cannot_be_excluded_are_named(research: Graph) -> None:
    found = call(research, case(Genotype("7", 1000, "C", ("C", "C"))), "CYP3A4")
    (message,) = [text for text in found.messages if "defining positions were not seen" in text]
    assert message.startswith("19 of 20 defining positions were not seen; cannot exclude *")
    assert message.endswith(" and 7 more")


def test_no_advice_rests_on_a_combination_that_no_allele_has(research: Graph) -> None:
    records = (
        Genotype("10", 100, "C", ("T", "C"), phased=True),
        Genotype("10", 200, "C", ("T", "C"), phased=True),
    )
    (found,) = [item for item in call_genes(research, case(*records)) if item.symbol == "CYP2C9"]
    assert (found.call.research, found.has_result, found.phenotypes) == (True, False, {})
    assert found.call.status is CallStatus.NOT_CALLED
    assert any("research use only" in message for message in found.call.messages)


DEFINED = {  # symbol: gene, chromosome, position of the one variant of each allele
    "CYP2C9": ("2623", "10", {"*2": 100, "*3": 200}),
    "CYP3A4": ("2637", "7", {f"*{number}": 998 + number for number in range(2, 22)}),
    "G6PD": ("4057", "X", {"A": 100, "other": 200}),
    "POR": ("9208", "7", {"*28": 100}),
}


@pytest.fixture(scope="module")
def research(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Genes of handmade alleles, of which the reference allele has no variant and the last one no function."""
    lines: list[str] = []
    folder, writer = tmp_path_factory.mktemp("research"), DiplotypeWriter()
    for symbol, (identifier, chromosome, positions) in DEFINED.items():
        gene, where = Reference("HGNC", identifier), graph_iri("cpic", "1")
        entities = [Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))]
        why = {
            name: Evidence("cpic", name, "1", "CC0 1.0", KnowledgeLevel.KNOWLEDGE_ASSERTION, AgentType.MANUAL_AGENT)
            for name in (symbol, *positions)
        }
        stated = []
        for name in ("*1", *positions):
            haplotype = Reference.mint("allele", symbol, name)
            attributes = ((Attribute.GENE, gene), *(((Attribute.REFERENCE_ALLELE, "true"),) if name == "*1" else ()))
            entities.append(Entity(haplotype, Category.HAPLOTYPE, f"{symbol}{name}", attributes=attributes))
            stated.append(Association(haplotype, Predicate.IS_SEQUENCE_VARIANT_OF, gene, (why[symbol],)))
            if name in positions:
                locus = f"{chromosome}-{positions[name]}-C-T"
                variant = Reference.mint("variant", "GRCh38", locus)
                entities.append(
                    Entity(variant, Category.SEQUENCE_VARIANT, locus, attributes=((Attribute.LOCUS_GRCH38, locus),))
                )
                on_38 = ((Qualifier.ASSEMBLY, "GRCh38"),)
                stated.append(Association(haplotype, Predicate.HAS_PART, variant, (why[name],), on_38))
        pairs: list[tuple[str, ...]] = list(combinations_with_replacement(("*1", *positions), 2))
        if chromosome == "X":  # as CPIC writes what a male has
            pairs += [(name,) for name in ("*1", *positions)]
        for pair in pairs:
            last = list(positions)[-1]
            of_pair = "Poor Metabolizer" if set(pair) == {last} else "Normal Metabolizer"
            genotype = Reference.mint("genotype", symbol, "/".join(pair))
            phenotype = Reference.mint("phenotype", symbol, of_pair)
            entities += [
                Entity(genotype, Category.GENOTYPE, f"{symbol} {'/'.join(pair)}", attributes=((Attribute.GENE, gene),)),
                Entity(phenotype, Category.PHENOTYPIC_FEATURE, of_pair, attributes=((Attribute.GENE, gene),)),
            ]
            stated.append(Association(genotype, Predicate.HAS_PHENOTYPE, phenotype, (why[symbol],)))
        lines += [line for one in entities for line in entity_to_nquads(one, where, named=True)]
        for one in stated:
            writer.add(one)
            lines += association_to_nquads(one)
    writer.write(folder / "tables")
    store = Store()
    store.load("\n".join(lines).encode(), RdfFormat.N_QUADS)
    return Graph(Release(folder, Manifest("test", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")), store)


def test_one_allele_of_a_gene_with_two_copies_is_never_taken_twice(graph: Graph) -> None:
    found = call(graph, PatientCase("p", diplotypes=(DiplotypeCall("CYP2C19", ("*2",)),)))
    assert found.phenotypes == ()
    assert found.messages == ("the release knows no phenotype for CYP2C19 *2",)


def test_a_gene_that_the_release_does_not_have_is_an_error(graph: Graph) -> None:
    with pytest.raises(InputError, match="NOSUCH: is no gene of this release"):
        call_genes(graph, PatientCase("p", diplotypes=(DiplotypeCall("NOSUCH", ("*1", "*1")),)))
