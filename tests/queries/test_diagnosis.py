"""Diagnoses on a handmade release.

Diseases, genes and terms are real ones (HPO 2025-01-16), reduced to what a test needs; the variants are invented.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg.levels import ClinVarReview, HpoEvidence
from kg.model import AgentType, Association, Entity, Evidence, KnowledgeLevel
from kg.positions import PositionWriter
from kg.profiles import DiseaseProfiles, ProfileWriter
from kg.rdf import association_to_nquads, entity_to_nquads, graph_iri
from kg.release import Manifest
from kg.store import Graph
from ontology.errors import ReleaseError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier
from queries.case import Assembly, Feature, PatientCase, Severity, Sex, VariantCall, Zygosity
from queries.diagnosis import diagnose
from queries.diagnosis.causes import CARRIER_SHARE, GENE_OF_VARIANT, LIKELY_PATHOGENIC, PATHOGENIC, UNREVIEWED_SHARE
from queries.diagnosis.similarity import (
    CONTRADICTION,
    FREQUENCY_SHARE,
    UNKNOWN_FREQUENCY,
    Query,
    find_match,
    score_phenotypes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.levels import Level
    from kg.source import Item
    from queries.candidate import Diagnoses, Diagnosis

TERMS = {  # number: name, parents (some levels between are left out)
    1: ("All", ()),
    118: ("Phenotypic abnormality", (1,)),
    478: ("Abnormality of the eye", (118,)),
    1083: ("Ectopia lentis", (478,)),
    545: ("Myopia", (478,)),
    11003: ("High myopia", (545,)),
    1238: ("Slender finger", (118,)),
    1166: ("Arachnodactyly", (1238,)),
    2616: ("Aortic root aneurysm", (118,)),
    1250: ("Seizure", (118,)),
    7359: ("Focal-onset seizure", (1250,)),
    1249: ("Intellectual disability", (118,)),
    5: ("Mode of inheritance", (1,)),
    6: ("Autosomal dominant inheritance", (5,)),
    7: ("Autosomal recessive inheritance", (5,)),
    1419: ("X-linked recessive inheritance", (5,)),
    34335: ("Inheritance qualifier", (5,)),
    1470: ("Typified by incomplete penetrance", (34335,)),
}
MARFAN, ECTOPIA, HOMOCYSTINURIA, FRAGILE = "OMIM:154700", "OMIM:129600", "OMIM:236200", "OMIM:300624"
ORPHA_MARFAN, MONDO_MARFAN = "ORPHA:558", "MONDO:0007947"
EPILEPSIES = [f"OMIM:{number}" for number in range(613721, 613733)]
DISEASES = {
    MARFAN: "Marfan syndrome",
    ECTOPIA: "Ectopia lentis, familial",
    HOMOCYSTINURIA: "Homocystinuria",
    FRAGILE: "Fragile X syndrome",
    ORPHA_MARFAN: "Marfan syndrome",
    MONDO_MARFAN: "Marfan syndrome",
    "MONDO:0020066": "Ehlers-Danlos syndrome",
    **{disease: f"Epilepsy {disease}" for disease in EPILEPSIES},
}
ROWS: list[tuple[str, int, str | None, bool]] = [
    (MARFAN, 1083, "3/5", False),
    (MARFAN, 1166, "9/10", False),
    (MARFAN, 2616, "4/5", False),
    (MARFAN, 11003, "1/5", False),
    (ECTOPIA, 1083, "10/10", False),
    (ECTOPIA, 1166, "1/10", False),
    (ECTOPIA, 2616, "0/44", False),
    (HOMOCYSTINURIA, 1083, "4/5", False),
    (HOMOCYSTINURIA, 1249, "1/2", False),
    (HOMOCYSTINURIA, 1166, None, True),
    (FRAGILE, 1249, "HP:0040281", False),
    (ORPHA_MARFAN, 1083, "HP:0040282", False),
    (ORPHA_MARFAN, 1166, "HP:0040281", False),
    *((disease, 1250, None, False) for disease in EPILEPSIES),
]
INHERITANCE = [(MARFAN, 6), (ECTOPIA, 6), (HOMOCYSTINURIA, 7), (HOMOCYSTINURIA, 1470), (FRAGILE, 1419)]
GENES = {"HGNC:3603": ("FBN1", (MARFAN, ECTOPIA)), "HGNC:1550": ("CBS", (HOMOCYSTINURIA,))}
GENES |= {"HGNC:2201": ("COL3A1", ("MONDO:0020066",)), "HGNC:3775": ("FMR1", (FRAGILE,))}
SINGLE, EXPERT, UNREVIEWED = ClinVarReview.SINGLE, ClinVarReview.EXPERT_PANEL, ClinVarReview.NO_CRITERIA
VARIANTS = {  # ClinVar id: GRCh38 locus, rsID, condition, significance, review
    "1": ("15-48411260-C-T", "rs1", MONDO_MARFAN, "Pathogenic", EXPERT),
    "2": ("15-48411260-C-G", "rs1", MARFAN, "Benign", EXPERT),
    "3": ("21-43063074-A-G", "rs3", HOMOCYSTINURIA, "Pathogenic", SINGLE),
    "4": ("21-43066000-G-A", "rs4", HOMOCYSTINURIA, "Likely pathogenic", SINGLE),
    "5": ("15-48500000-G-A", "rs5", MARFAN, "Uncertain significance", SINGLE),
    "6": ("15-48600000-G-A", "rs6", MARFAN, "Pathogenic", UNREVIEWED),
    "7": ("2-189000000-G-A", "rs7", "MONDO:0020066", "Pathogenic", SINGLE),
    "8": ("X-147912050-G-A", "rs8", FRAGILE, "Pathogenic", SINGLE),
}


def hp(number: int) -> Reference:
    return Reference("HP", f"{number:07d}")


def evidence(source: str, record: str, level: Level | None = None) -> tuple[Evidence]:
    knowledge = KnowledgeLevel.KNOWLEDGE_ASSERTION
    return (Evidence(source, record, "test", "free", knowledge, AgentType.MANUAL_AGENT, level=level),)


def items() -> Iterator[Item]:
    for number, (name, parents) in TERMS.items():
        yield Entity(hp(number), Category.PHENOTYPIC_FEATURE, name)
        for parent in parents:
            yield Association(hp(number), Predicate.SUBCLASS_OF, hp(parent), evidence("hpo", f"{number} is_a {parent}"))
    for curie, name in DISEASES.items():
        yield Entity(Reference.parse(curie), Category.DISEASE, name)
    for line, (disease, term, frequency, negated) in enumerate(ROWS, start=1):
        why = evidence("hpo", f"phenotype.hpoa#L{line}", HpoEvidence.PUBLISHED_CLINICAL_STUDY)
        qualifiers = ((Qualifier.FREQUENCY, frequency),) if frequency else ()
        subject = Reference.parse(disease)
        yield Association(subject, Predicate.HAS_PHENOTYPE, hp(term), why, qualifiers, negated=negated)
    for disease, mode in INHERITANCE:
        why = evidence("hpo", f"{disease} {mode}")
        yield Association(Reference.parse(disease), Predicate.HAS_MODE_OF_INHERITANCE, hp(mode), why)
    for disease in (MARFAN, ORPHA_MARFAN):
        why = evidence("mondo", f"{MONDO_MARFAN} {disease}")
        yield Association(Reference.parse(MONDO_MARFAN), Predicate.EXACT_MATCH, Reference.parse(disease), why)
    yield from genes()
    yield from variants()


def genes() -> Iterator[Item]:
    for curie, (symbol, diseases) in GENES.items():
        gene = Reference.parse(curie)
        yield Entity(gene, Category.GENE, symbol, attributes=((Attribute.SYMBOL, symbol),))
        for disease in diseases:
            why = evidence("hpo", f"{symbol} {disease}")
            yield Association(gene, Predicate.GENE_ASSOCIATED_WITH_CONDITION, Reference.parse(disease), why)


def variants() -> Iterator[Item]:
    for number, (locus, rsid, condition, significance, review) in VARIANTS.items():
        variant = Reference("ClinVar", number)
        attributes = ((Attribute.LOCUS_GRCH38, locus), (Attribute.HGVS, f"NM_00000{number}.1:c.{number}A>G"))
        yield Entity(variant, Category.SEQUENCE_VARIANT, f"variant {number}", attributes=attributes)
        yield Association(
            variant, Predicate.CLOSE_MATCH, Reference("dbSNP", rsid), evidence("clinvar", f"VCV{number} {rsid}")
        )
        predicate = Predicate.ASSOCIATED_WITH if significance.startswith("Uncertain") else Predicate.CAUSES
        yield Association(
            variant,
            predicate,
            Reference.parse(condition),
            evidence("clinvar", f"VCV{number}", review),
            ((Qualifier.SIGNIFICANCE, significance),),
            negated=significance == "Benign",
        )


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("release")
    writers, lines = (PositionWriter(), ProfileWriter()), set()
    for item in items():
        for writer in writers:
            writer.add(item)
        iri = graph_iri("hpo", "test")
        lines.update(entity_to_nquads(item, iri) if isinstance(item, Entity) else association_to_nquads(item))
    store = Store(str(folder / "store"))
    store.bulk_load("\n".join(sorted(lines)).encode(), RdfFormat.N_QUADS)
    store.flush()
    del store
    for writer in writers:
        writer.write(folder / "tables")
    write_manifest(folder)
    return Graph.open(folder)


def write_manifest(folder: Path) -> None:
    manifest = Manifest("tiny", "2026-01-01T00:00:00Z", "test", "open", (), {}, "")
    (folder / "manifest.json").write_text(json.dumps(manifest.to_json()), "utf-8")


@pytest.fixture(scope="module")
def profiles(graph: Graph) -> DiseaseProfiles:
    return DiseaseProfiles.load(graph.release.tables_path)


def case(
    present: Sequence[int] = (),
    excluded: Sequence[int] = (),
    variants: Sequence[VariantCall] = (),
    sex: Sex | None = None,
) -> PatientCase:
    features = [Feature(hp(number), TERMS.get(number, ("new",))[0]) for number in present]
    features += [Feature(hp(number), TERMS[number][0], excluded=True) for number in excluded]
    return PatientCase("case-1", tuple(features), variants=tuple(variants), sex=sex)


def at(clinvar: str, zygosity: Zygosity | None = Zygosity.HETEROZYGOUS) -> VariantCall:
    return VariantCall(Assembly.GRCH38, VARIANTS[clinvar][0], zygosity=zygosity)


def found(answer: Diagnoses, disease: str) -> Diagnosis:
    return next(candidate for candidate in answer.candidates if candidate.disease.reference.curie == disease)


def names(answer: Diagnoses) -> list[str]:
    return [candidate.disease.reference.curie for candidate in answer.candidates]


class TestRanking:
    def test_the_disease_that_has_all_features_comes_first(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 2616]))
        assert names(answer)[0] == MARFAN
        assert answer.candidates[0].disease.name == "Marfan syndrome"

    def test_ranks_count_from_one_and_scores_fall(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 1250]))
        assert [candidate.rank for candidate in answer.candidates] == list(range(1, len(answer.candidates) + 1))
        assert all(one.score >= next_.score for one, next_ in pairwise(answer.candidates))

    def test_equal_scores_stand_in_order_of_curies(self, graph: Graph) -> None:
        assert names(diagnose(graph, case([1250]))) == sorted(EPILEPSIES)

    def test_top_bounds_the_candidates(self, graph: Graph) -> None:
        assert names(diagnose(graph, case([1250]), top=3)) == sorted(EPILEPSIES)[:3]

    def test_the_parts_add_up_to_the_score(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 2616], [1249], [at("1"), at("3")]))
        for candidate in answer.candidates:
            assert candidate.score == pytest.approx(sum(candidate.score_parts.values()), abs=1e-12)

    def test_a_disease_that_mondo_equates_with_a_better_one_is_dropped(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 2616]))
        assert ORPHA_MARFAN not in names(answer)
        assert answer.candidates[0].mondo == Reference.parse(MONDO_MARFAN)

    def test_a_disease_without_a_mondo_match_has_none(self, graph: Graph) -> None:
        assert found(diagnose(graph, case([1083])), ECTOPIA).mondo is None

    def test_genes_of_the_disease_are_named(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 2616]))
        assert [gene.name for gene in answer.candidates[0].genes] == ["FBN1"]

    def test_no_probability_is_claimed(self, graph: Graph) -> None:
        assert all(candidate.probability is None for candidate in diagnose(graph, case([1083])).candidates)

    def test_a_disease_that_shares_nothing_is_no_candidate(self, graph: Graph) -> None:
        assert not set(names(diagnose(graph, case([1083])))) & set(EPILEPSIES)

    def test_without_a_present_feature_and_a_variant_there_is_a_problem_and_no_candidate(self, graph: Graph) -> None:
        answer = diagnose(graph, case(excluded=[1083]))
        assert answer.candidates == ()
        assert [problem.severity for problem in answer.problems] == [Severity.WARNING]

    def test_a_term_that_describes_no_patient_is_a_problem(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 6]))
        assert "HP:0000006" in answer.problems[0].message
        assert answer.candidates[0].score == diagnose(graph, case([1083])).candidates[0].score

    def test_a_release_without_profiles_is_refused(self, tmp_path: Path) -> None:
        Store(str(tmp_path / "store")).flush()
        write_manifest(tmp_path)
        ProfileWriter().write(tmp_path / "tables")
        with pytest.raises(ReleaseError, match="hpo"):
            diagnose(Graph.open(tmp_path), case([1083]))

    def test_order_of_features_and_variants_changes_nothing(self, graph: Graph) -> None:
        calls = [at("1"), at("3"), at("5")]
        expected = diagnose(graph, case([1083, 1166, 11003], [1249], calls))
        for order in permutations([1083, 1166, 11003]):
            assert diagnose(graph, case(order, [1249], calls[::-1])).candidates == expected.candidates


class TestFeatures:
    def test_every_feature_is_accounted_for(self, graph: Graph) -> None:
        features = found(diagnose(graph, case([1083, 11003, 1250], [2616])), MARFAN).features
        assert {feature.term.name for feature in features.matched} == {"Ectopia lentis", "High myopia"}
        assert [feature.term.name for feature in features.unmatched] == ["Seizure"]
        assert [feature.term.name for feature in features.contradicted] == ["Aortic root aneurysm"]

    def test_weights_of_features_add_up_to_the_parts(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 1250], [2616, 545, 1249]))
        for candidate in answer.candidates:
            features, parts = candidate.features, candidate.score_parts
            phenotype = sum(feature.weight for feature in (*features.matched, *features.unmatched))
            against = sum(feature.weight for feature in features.contradicted)
            assert phenotype == pytest.approx(parts["phenotype"])
            assert against == pytest.approx(parts["excluded"] + parts["denied"])

    def test_a_matched_feature_names_the_annotation_that_it_met(self, graph: Graph) -> None:
        (matched,) = found(diagnose(graph, case([545])), MARFAN).features.matched
        assert matched.disease_term is not None
        assert matched.disease_term.name == "High myopia"
        assert matched.frequency == pytest.approx(0.2)

    def test_a_disease_annotated_more_generally_matches_a_more_specific_feature(self, graph: Graph) -> None:
        (matched,) = found(diagnose(graph, case([7359])), EPILEPSIES[0]).features.matched
        assert matched.disease_term is not None
        assert matched.disease_term.name == "Seizure"

    def test_an_ancestor_that_many_diseases_have_is_no_match(self, graph: Graph) -> None:
        features = found(diagnose(graph, case([545])), ECTOPIA).features
        assert features.matched == ()
        assert features.unmatched[0].weight > 0

    def test_typical_features_that_the_case_does_not_mention_are_missing(self, graph: Graph) -> None:
        features = found(diagnose(graph, case([1083])), MARFAN).features
        assert [feature.term.name for feature in features.missing] == ["Aortic root aneurysm", "Arachnodactyly"]

    def test_an_excluded_feature_is_contradicted_and_not_missing(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([11003], [2616, 1238])), MARFAN)
        assert [feature.term.name for feature in candidate.features.missing] == ["Ectopia lentis"]
        assert candidate.score_parts["excluded"] == pytest.approx(-CONTRADICTION * (0.8 + 0.9))

    def test_a_present_feature_that_the_disease_is_said_not_to_show_contradicts(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1083, 1166])), HOMOCYSTINURIA)
        assert [feature.term.name for feature in candidate.features.contradicted] == ["Arachnodactyly"]
        assert candidate.score_parts["denied"] == -CONTRADICTION

    def test_a_row_that_counts_nobody_is_never_matched(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1083, 2616])), ECTOPIA)
        assert [feature.term.name for feature in candidate.features.matched] == ["Ectopia lentis"]


class TestPaths:
    def test_a_feature_that_the_disease_is_annotated_with_takes_one_hop(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1166])), MARFAN)
        (hop,) = candidate.paths[0].hops
        assert (hop.start.name, hop.association.predicate, hop.inverted) == (
            "Arachnodactyly",
            Predicate.HAS_PHENOTYPE,
            True,
        )
        assert hop.association.evidence[0].record == "phenotype.hpoa#L2"

    def test_a_path_leads_down_to_a_more_specific_annotation(self, graph: Graph) -> None:
        path = found(diagnose(graph, case([545])), MARFAN).paths[0]
        assert [entity.name for entity in path.entities] == ["Myopia", "High myopia", "Marfan syndrome"]
        assert [hop.inverted for hop in path.hops] == [True, True]

    def test_a_path_leads_up_to_a_more_general_annotation(self, graph: Graph) -> None:
        path = found(diagnose(graph, case([7359])), EPILEPSIES[0]).paths[0]
        assert [entity.name for entity in path.entities][:2] == ["Focal-onset seizure", "Seizure"]
        assert path.hops[0].association.predicate is Predicate.SUBCLASS_OF

    def test_every_matched_feature_has_a_path_that_ends_at_the_disease(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1083, 1166, 2616, 545])), MARFAN)
        starts = [path.entities[0].name for path in candidate.paths]
        assert starts[:4] == [feature.term.name for feature in candidate.features.matched]
        assert all(path.entities[-1].reference == candidate.disease.reference for path in candidate.paths)

    def test_every_hop_is_an_association_of_the_graph(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083, 1166, 545], variants=[at("1")]))
        hops = [hop for candidate in answer.candidates for path in candidate.paths for hop in path.hops]
        assert hops
        assert all(graph.association(hop.association.key) == hop.association for hop in hops)

    def test_a_gene_has_a_path_of_its_own(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1166])), MARFAN)
        assert [entity.name for entity in candidate.paths[1].entities] == ["FBN1", "Marfan syndrome"]


class TestVariants:
    def test_a_pathogenic_variant_reaches_the_disease_through_its_mondo_match(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1083], variants=[at("1")])), MARFAN)
        assert candidate.score_parts["variants"] == pytest.approx(PATHOGENIC)
        path = candidate.paths[-1]
        assert [entity.reference.curie for entity in path.entities] == ["ClinVar:1", MONDO_MARFAN, MARFAN]
        assert [hop.association.predicate for hop in path.hops] == [Predicate.CAUSES, Predicate.EXACT_MATCH]

    def test_the_evidence_names_classification_review_and_zygosity(self, graph: Graph) -> None:
        (variant,) = found(diagnose(graph, case([1083], variants=[at("1")])), MARFAN).variants
        assert (variant.variant.reference.curie, variant.significance) == ("ClinVar:1", "Pathogenic")
        assert (variant.review, variant.zygosity) == ("reviewed by expert panel", "heterozygous")

    def test_a_variant_alone_makes_candidates(self, graph: Graph) -> None:
        assert names(diagnose(graph, case(variants=[at("1")]))) == [MARFAN]

    def test_a_classification_without_criteria_counts_less(self, graph: Graph) -> None:
        parts = found(diagnose(graph, case([1083], variants=[at("6")])), MARFAN).score_parts
        assert parts["variants"] == pytest.approx(UNREVIEWED_SHARE * PATHOGENIC)

    def test_an_uncertain_variant_is_shown_and_weighs_nothing(self, graph: Graph) -> None:
        candidate = found(diagnose(graph, case([1083], variants=[at("5")])), MARFAN)
        assert [variant.significance for variant in candidate.variants] == ["Uncertain significance"]
        assert candidate.score_parts["variants"] == 0

    def test_a_benign_variant_supports_nothing_not_even_through_its_gene(self, graph: Graph) -> None:
        benign = VariantCall(Assembly.GRCH38, VARIANTS["2"][0], gene_symbol="FBN1")
        candidate = found(diagnose(graph, case([1083], variants=[benign])), MARFAN)
        assert candidate.variants == ()
        assert candidate.score_parts["variants"] == candidate.score_parts["gene_of_variant"] == 0

    def test_an_unknown_variant_of_a_named_gene_counts_a_little(self, graph: Graph) -> None:
        call = VariantCall(hgvs=("NM_000138.5:c.999999A>G",), gene_symbol="FBN1")
        candidate = found(diagnose(graph, case([1083], variants=[call])), MARFAN)
        assert candidate.score_parts["gene_of_variant"] == pytest.approx(GENE_OF_VARIANT)
        assert candidate.variants == ()
        assert [entity.name for entity in candidate.paths[-1].entities] == ["FBN1", "Marfan syndrome"]

    def test_a_known_cause_in_a_named_gene_is_not_counted_twice(self, graph: Graph) -> None:
        call = VariantCall(Assembly.GRCH38, VARIANTS["1"][0], gene_symbol="FBN1")
        parts = found(diagnose(graph, case([1083], variants=[call])), MARFAN).score_parts
        assert parts["variants"] == pytest.approx(PATHOGENIC)
        assert parts["gene_of_variant"] == 0

    def test_hgvs_is_found_with_and_without_the_gene_in_parentheses(self, graph: Graph) -> None:
        for text in ("NM_000003.1:c.3A>G", "NM_000003.1(CBS):c.3A>G"):
            call = VariantCall(hgvs=(text,), zygosity=Zygosity.HOMOZYGOUS)
            parts = found(diagnose(graph, case([1083], variants=[call])), HOMOCYSTINURIA).score_parts
            assert parts["variants"] == pytest.approx(PATHOGENIC)

    def test_an_rsid_whose_alleles_differ_is_not_used(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083], variants=[VariantCall(rsid=Reference("dbSNP", "rs1"))]))
        assert found(answer, MARFAN).score_parts["variants"] == 0
        assert any("rs1" in problem.message for problem in answer.problems)

    def test_an_rsid_whose_alleles_agree_is_used(self, graph: Graph) -> None:
        call = VariantCall(rsid=Reference("dbSNP", "rs4"), zygosity=Zygosity.HOMOZYGOUS)
        parts = found(diagnose(graph, case([1083], variants=[call])), HOMOCYSTINURIA).score_parts
        assert parts["variants"] == pytest.approx(LIKELY_PATHOGENIC)

    def test_an_rsid_with_the_change_on_the_other_assembly_finds_the_allele(self, graph: Graph) -> None:
        call = VariantCall(Assembly.GRCH37, "15-48703457-C-T", rsid=Reference("dbSNP", "rs1"))
        parts = found(diagnose(graph, case([1083], variants=[call])), MARFAN).score_parts
        assert parts["variants"] == pytest.approx(PATHOGENIC)

    def test_another_change_at_the_same_place_is_another_variant(self, graph: Graph) -> None:
        call = VariantCall(Assembly.GRCH38, "15-48411260-C-A", rsid=Reference("dbSNP", "rs1"))
        assert found(diagnose(graph, case([1083], variants=[call])), MARFAN).variants == ()

    def test_a_locus_on_the_other_assembly_is_another_place(self, graph: Graph) -> None:
        call = VariantCall(Assembly.GRCH37, VARIANTS["1"][0])
        assert found(diagnose(graph, case([1083], variants=[call])), MARFAN).variants == ()

    def test_one_heterozygous_variant_of_a_recessive_disease_makes_a_carrier(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083], variants=[at("3")]))
        parts = found(answer, HOMOCYSTINURIA).score_parts
        assert parts["variants"] == 0
        assert parts["carrier_variants"] == pytest.approx(CARRIER_SHARE * PATHOGENIC)
        assert any("recessive" in problem.message for problem in answer.problems)

    @pytest.mark.parametrize("zygosity", [Zygosity.HOMOZYGOUS, None])
    def test_a_recessive_disease_counts_fully_unless_heterozygous(
        self, graph: Graph, zygosity: Zygosity | None
    ) -> None:
        parts = found(diagnose(graph, case([1083], variants=[at("3", zygosity)])), HOMOCYSTINURIA).score_parts
        assert parts["variants"] == pytest.approx(PATHOGENIC)

    def test_two_heterozygous_variants_may_lie_on_both_alleles(self, graph: Graph) -> None:
        parts = found(diagnose(graph, case([1083], variants=[at("3"), at("4")])), HOMOCYSTINURIA).score_parts
        assert parts["variants"] == pytest.approx(PATHOGENIC)
        assert parts["carrier_variants"] == 0

    @pytest.mark.parametrize(("sex", "part"), [(Sex.MALE, "variants"), (Sex.FEMALE, "carrier_variants")])
    def test_one_x_linked_allele_suffices_in_a_male(self, graph: Graph, sex: Sex, part: str) -> None:
        parts = found(diagnose(graph, case([1249], variants=[at("8")], sex=sex)), FRAGILE).score_parts
        assert parts[part] > 0

    def test_a_dominant_disease_takes_one_allele(self, graph: Graph) -> None:
        parts = found(diagnose(graph, case([1083], variants=[at("1")])), MARFAN).score_parts
        assert parts["carrier_variants"] == 0

    def test_a_cause_of_a_disease_that_cannot_be_ranked_is_named(self, graph: Graph) -> None:
        answer = diagnose(graph, case([1083], variants=[at("7")]))
        assert any("MONDO:0020066" in problem.message for problem in answer.problems)


NUMBERS = (118, 478, 1083, 545, 11003, 1238, 1166, 2616, 1250, 7359, 1249)


def ancestors(number: int) -> set[int]:
    return {number}.union(*(ancestors(parent) for parent in TERMS[number][1]))


def shares() -> dict[tuple[str, int], float]:
    """Frequencies of the rows that affirm, each pair being annotated once; NaN unknown."""
    terms = {"HP:0040281": 0.895, "HP:0040282": 0.545}
    affirming = [(d, t, text) for d, t, text, negated in ROWS if not negated and text != "0/44"]
    return {
        (d, t): math.nan
        if text is None
        else terms[text]
        if text in terms
        else int(text.split("/")[0]) / int(text.split("/")[1])
        for d, t, text in affirming
    }


def naive_sum(disease: str, present: set[int]) -> float:
    """The phenotype part before division by the number of terms, in plain Python."""
    annotated = shares()
    everyone = {d for d, _ in annotated}
    total = 0.0
    for term in present:
        best = (0.0, 0, 0.0)
        for above in ancestors(term):
            having = {d for d, t in annotated if above in ancestors(t)}
            if disease not in having:
                continue
            information = math.log(len(everyone) / len(having))
            below = [share for (d, t), share in annotated.items() if d == disease and above in ancestors(t)]
            known = [share for share in below if not math.isnan(share)]
            share = max(known) if known else UNKNOWN_FREQUENCY
            best = max(best, (information, len(ancestors(above)), information * (1 - FREQUENCY_SHARE * (1 - share))))
        total += best[2]
    return total


class TestScores:
    @given(st.sets(st.sampled_from(NUMBERS), min_size=1))
    def test_arrays_score_as_plain_python_does(self, profiles: DiseaseProfiles, present: set[int]) -> None:
        scores = score_phenotypes(profiles, query(profiles, present))
        for position, disease in enumerate(profiles.diseases):
            assert scores.phenotype[position] == pytest.approx(naive_sum(str(disease), present) / len(present))

    @given(st.sets(st.sampled_from(NUMBERS), min_size=1), st.sampled_from(NUMBERS))
    def test_a_further_feature_never_lowers_the_sum(
        self, profiles: DiseaseProfiles, present: set[int], another: int
    ) -> None:
        before = score_phenotypes(profiles, query(profiles, present)).phenotype * len(present)
        more = present | {another}
        after = score_phenotypes(profiles, query(profiles, more)).phenotype * len(more)
        assert np.all(after >= before - 1e-9)

    @given(st.sets(st.sampled_from(NUMBERS), min_size=1), st.sets(st.sampled_from(NUMBERS)))
    def test_excluding_more_never_helps(self, profiles: DiseaseProfiles, present: set[int], excluded: set[int]) -> None:
        without = score_phenotypes(profiles, query(profiles, present)).total
        with_ = score_phenotypes(profiles, query(profiles, present, excluded)).total
        assert np.all(with_ <= without)

    @given(st.sets(st.sampled_from(NUMBERS), min_size=1), st.sampled_from(NUMBERS), st.sampled_from([*DISEASES]))
    def test_a_denying_row_never_helps_its_disease(self, present: set[int], term: int, disease: str) -> None:
        without, with_ = (score(rows, present, disease) for rows in (ROWS, [*ROWS, (disease, term, None, True)]))
        assert with_ <= without

    @given(st.sets(st.sampled_from(NUMBERS), min_size=1))
    def test_one_match_weighs_what_all_matches_weigh(self, profiles: DiseaseProfiles, present: set[int]) -> None:
        asked = query(profiles, present)
        scores = score_phenotypes(profiles, asked)
        for position in range(len(profiles.diseases)):
            matches = [find_match(profiles, position, term) for term in asked.present]
            weights = sum(match.weight for match in matches if match)
            assert scores.phenotype[position] == pytest.approx(weights / len(present))


def query(profiles: DiseaseProfiles, present: set[int], excluded: set[int] | None = None) -> Query:
    positions = [[profiles.find_term(hp(number)) for number in group] for group in (present, excluded or set())]
    return Query.of(*([position for position in group if position is not None] for group in positions))


def score(rows: list[tuple[str, int, str | None, bool]], present: set[int], disease: str) -> float:
    """Score of one disease where HPO holds these rows, 0 where it has no profile."""
    writer = ProfileWriter()
    for number, (_, parents) in TERMS.items():
        for parent in parents:
            writer.add(Association(hp(number), Predicate.SUBCLASS_OF, hp(parent), evidence("hpo", "r")))
    for subject, term, frequency, negated in rows:
        qualifiers = ((Qualifier.FREQUENCY, frequency),) if frequency else ()
        writer.add(
            Association(
                Reference.parse(subject),
                Predicate.HAS_PHENOTYPE,
                hp(term),
                evidence("hpo", "r"),
                qualifiers,
                negated=negated,
            )
        )
    profiles = writer.profiles()
    position = profiles.find_disease(Reference.parse(disease))
    return 0.0 if position is None else float(score_phenotypes(profiles, query(profiles, present)).total[position])
