"""Named-allele matching against an independent simulator, for every pair of alleles."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from ontology.reference import Reference
from queries.case import Genotype
from queries.pharmacogenomics.definitions import DefiningVariant, GeneDefinition, Site
from queries.pharmacogenomics.matching import match_alleles

GENE = Reference("HGNC", "12014")


def variant(position: int, ref: str, alt: str) -> DefiningVariant:
    return DefiningVariant(
        Reference.mint("variant", "GRCh38", f"6-{position}-{ref}-{alt}"), Site("6", position), ref, alt
    )


G460A, A719G, G238C = variant(100, "G", "A"), variant(200, "A", "G"), variant(300, "G", "C")
DELETION, SNV = variant(400, "ATCT", "A"), variant(400, "A", "G")
ALLELES = {
    "*1": frozenset[DefiningVariant](),
    "*2": frozenset({G238C}),
    "*3A": frozenset({G460A, A719G}),
    "*3B": frozenset({G460A}),
    "*3C": frozenset({A719G}),
    "*9": frozenset({DELETION}),
    "*10": frozenset({SNV}),
}
DEFINITION = GeneDefinition(GENE, "TPMT", ALLELES, ())
PAIRS = sorted(combinations_with_replacement(sorted(ALLELES), 2))


def simulate(pair: tuple[str, str]) -> dict[Site, list[Genotype]]:
    """What an assay of both chromosomes shows: one record for each pair of reference and alternate bases."""
    sites: dict[Site, list[Genotype]] = {}
    for known in (G460A, A719G, G238C, DELETION, SNV):
        alleles = tuple(known.alt if known in ALLELES[name] else known.ref for name in pair)
        record = Genotype(known.site.chromosome, known.site.position, known.ref, alleles)
        sites.setdefault(known.site, []).append(record)
    return sites


def counts(pair: tuple[str, str]) -> dict[DefiningVariant, int]:
    return {known: sum(known in ALLELES[name] for name in pair) for known in (G460A, A719G, G238C, DELETION, SNV)}


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_the_answer_holds_the_truth_and_only_what_cannot_be_told_from_it(pair: tuple[str, str]) -> None:
    found = match_alleles(DEFINITION, simulate(pair))
    assert pair in found.pairs
    assert {candidate for candidate in PAIRS if counts(candidate) == counts(pair)} == set(found.pairs)
    assert (found.missing, found.assayed) == ((), 4)


@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
@pytest.mark.parametrize("site", sorted(DEFINITION.sites), ids=str)
def test_without_one_site_the_truth_is_still_there_and_the_loss_is_stated(pair: tuple[str, str], site: Site) -> None:
    sites = simulate(pair)
    del sites[site]
    found = match_alleles(DEFINITION, sites)
    assert pair in found.pairs
    assert found.missing == (site,)


def test_nothing_is_called_from_what_was_not_seen() -> None:
    found = match_alleles(DEFINITION, {})
    assert (found.pairs, found.assayed, len(found.missing)) == ((), 0, 4)
    assert found.reason == "no defining position was assayed"


@pytest.mark.parametrize(
    "record",
    [
        Genotype("6", 100, "G", (None, None)),
        Genotype("6", 100, "G", ("G", "G"), filtered=True),
    ],
    ids=["no-call", "filtered"],
)
def test_a_no_call_or_filtered_site_is_missing_and_never_reference(record: Genotype) -> None:
    sites = simulate(("*1", "*1")) | {G460A.site: [record]}
    found = match_alleles(DEFINITION, sites)
    assert found.missing == (G460A.site,)
    assert set(found.pairs) == {("*1", "*1"), ("*1", "*3B"), ("*3B", "*3B")}


def test_an_allele_that_no_definition_has_stops_the_call() -> None:
    sites = simulate(("*1", "*1")) | {G460A.site: [Genotype("6", 100, "G", ("G", "T"))]}
    found = match_alleles(DEFINITION, sites)
    assert found.pairs == ()
    assert found.reason == "6:100 shows G>T, which no allele definition has"


def test_genotypes_that_no_pair_explains_are_not_called() -> None:
    sites = simulate(("*2", "*2")) | {G460A.site: [Genotype("6", 100, "G", ("A", "A"))]}
    assert match_alleles(DEFINITION, sites).reason == "no pair of named alleles explains these genotypes"


def test_a_hemizygous_gene_has_one_allele() -> None:
    sites = {
        site: [Genotype(r.chromosome, r.position, r.reference, r.alleles[:1]) for r in records]
        for site, records in simulate(("*3A", "*3A")).items()
    }
    assert match_alleles(DEFINITION, sites).pairs == (("*3A", "MALE"),)


def test_the_dangerous_assumption_takes_the_assemblys_base_and_only_when_asked() -> None:
    sites = simulate(("*1", "*2"))
    del sites[G460A.site]
    assert len(match_alleles(DEFINITION, sites).pairs) > 1
    assumed = match_alleles(DEFINITION, sites, assume_missing_is_reference=True)
    assert (assumed.pairs, assumed.missing) == ((("*1", "*2"),), ())


def test_a_record_of_one_base_does_not_show_that_a_deletion_is_absent() -> None:
    sites = simulate(("*1", "*1")) | {SNV.site: [Genotype("6", 400, "A", ("A", "A"))]}
    found = match_alleles(DEFINITION, sites)
    assert found.missing == (DELETION.site,)
    assert set(found.pairs) == {("*1", "*1"), ("*1", "*9"), ("*9", "*9")}


@pytest.mark.parametrize("reference", ["ATCT", "N"], ids=["a record that spans it", "a reference block"])
def test_a_record_that_covers_a_deletion_shows_that_it_is_absent(reference: str) -> None:
    sites = simulate(("*1", "*1")) | {SNV.site: [Genotype("6", 400, reference, (reference, reference))]}
    found = match_alleles(DEFINITION, sites)
    assert (found.missing, found.pairs) == ((), (("*1", "*1"),))
