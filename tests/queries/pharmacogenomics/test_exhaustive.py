"""Every pair of named alleles, shown as an assay would, is found again: phased, unphased, and with one position missing.

The genes are PharmCAT's, on its own assembly and carried over to the older one by the tables of pypgx, and those of the
latter alone, on both; what is expected comes from :mod:`tests.queries.pharmacogenomics.oracle`. A gene with more than ``WHOLE`` comparisons (pairs times
positions) is sampled, evenly and always alike; with ``GENOPATH_EXHAUSTIVE`` set (minutes to hours) only what is beyond
``FULL`` is.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.store import Graph
from queries.case import Assembly
from queries.pharmacogenomics.definitions import load_definitions
from queries.pharmacogenomics.genes import LOWEST_FUNCTION, OUTSIDE_ONLY
from queries.pharmacogenomics.matching import match_alleles
from tests.queries.pharmacogenomics.oracle import (
    by_site,
    compatible,
    of_definition,
    read_pharmcat,
    shortened,
    shows,
    simulate,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeVar

    from queries.pharmacogenomics.gene_definition import GeneDefinition, Site
    from queries.pharmacogenomics.matching import Match
    from tests.queries.pharmacogenomics.oracle import Haplotypes, Place

    Item = TypeVar("Item")
    Definitions = dict[tuple[str, Assembly], GeneDefinition]

pytestmark = pytest.mark.real_data

PHARMCAT: Final = "pharmcat/3.1.1"
EVERY: Final = "GENOPATH_EXHAUSTIVE" in os.environ
WHOLE: Final = 55_000
"""Comparisons up to which every pair of a gene is tried: all genes of fewer than 50 alleles."""
SAMPLED: Final = 15_000
FEW: Final = 5_000
"""Comparisons of a gene that is sampled, and of one on the second assembly or with a position missing."""
FULL, MUCH = 3_000_000, 300_000
"""The same where all is asked for: every pair of all genes but RYR1."""
BY_FORCE: Final = 4
ALLELES: Final = 40
"""Pairs of a gene for which every other pair of so many alleles is tried."""
ALLELE_TABLES: Final = ("variant-table.csv", "allele-table.csv")
GENES: Final = (
    "ABCG2",
    "CACNA1S",
    "CFTR",
    "CYP2B6",
    "CYP2C19",
    "CYP2C9",
    "CYP2D6",
    "CYP3A4",
    "CYP3A5",
    "CYP4F2",
    "DPYD",
    "G6PD",
    "IFNL3",
    "NAT2",
    "NUDT15",
    "RYR1",
    "SLCO1B1",
    "TPMT",
    "UGT1A1",
    "VKORC1",
)
genes = pytest.mark.parametrize("symbol", GENES)
phases = pytest.mark.parametrize("phased", [True, False], ids=["phased", "unphased"])


@pytest.fixture(scope="session")
def starter_tables() -> dict[str, Path]:
    """The tables of pypgx below ``GENOPATH_HOME``, if there are any."""
    home = Path(os.environ.get("GENOPATH_HOME", "nowhere"), "data", "cpic")
    found = sorted(home.glob("pypgx-*"))
    return {"cpic": found[-1]} if found else {}


@pytest.fixture(scope="session")
def definitions(
    test_data: Path, starter_tables: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Definitions:
    """Definitions of PharmCAT's genes, on GRCh37 too where there are starter tables."""
    return load(tmp_path_factory.mktemp("both"), {"pharmcat": test_data / PHARMCAT, **starter_tables})


@pytest.fixture(scope="session")
def older(starter_tables: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    """Definitions of the starter tables alone, on both assemblies."""
    if not starter_tables:
        pytest.skip("GENOPATH_HOME has no starter data: `genopath data fetch --starter` gets them")
    return load(tmp_path_factory.mktemp("older"), starter_tables)


def load(folder: Path, tables: dict[str, Path]) -> Definitions:
    for source, release in tables.items():
        (folder / "data" / source).mkdir(parents=True)
        (folder / "data" / source / release.name).symlink_to(release.resolve())
    alleles = replace(
        cpic.SOURCE, tables=tuple(table for table in cpic.SOURCE.tables if table.pattern in ALLELE_TABLES)
    )
    sources = [source for source in (hgnc.SOURCE, alleles, pharmcat.SOURCE) if source.id in {"hgnc", *tables}]
    graph = Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), sources))
    return {(one.symbol, assembly): one for assembly in Assembly for one in load_definitions(graph, assembly)}


@pytest.fixture(scope="session")
def published(test_data: Path) -> dict[str, Haplotypes]:
    """What PharmCAT's own files say, read by the second route."""
    folder = test_data / PHARMCAT / "definition" / "alleles"
    return {found.symbol: found for found in map(read_pharmcat, sorted(folder.glob("*_translation.json")))}


def definition_of(definitions: Definitions, symbol: str, assembly: Assembly) -> GeneDefinition:
    found = definitions.get((symbol, assembly))
    if found is None:
        pytest.skip(f"no definition of {symbol} on {assembly}: the starter data are not below GENOPATH_HOME")
    return found


def sample(items: Sequence[Item], size: int, cost: int) -> Sequence[Item]:
    """All items, or as many as ``size`` comparisons of ``cost`` each allow, drawn by a hash."""
    most = max(1, size // cost)
    if len(items) <= most:
        return items
    return sorted(items, key=lambda item: sha256(repr(item).encode()).digest())[:most]


def pairs_of(haplotypes: Haplotypes) -> Sequence[tuple[str, str]]:
    whole = len(haplotypes.pairs) * len(haplotypes.loci) <= WHOLE
    return sample(haplotypes.pairs, FULL if EVERY else WHOLE if whole else SAMPLED, len(haplotypes.loci))


def matched(
    definition: GeneDefinition,
    haplotypes: Haplotypes,
    pair: tuple[str, str | None],
    *,
    phased: bool,
    missing: Place | None = None,
) -> Match:
    return match_alleles(definition, by_site(simulate(haplotypes, *pair, phased=phased, missing=missing), definition))


def plain(found: Match) -> set[tuple[str, ...]]:
    """Pairs of single named alleles, in order of names; without those that are only combinations."""
    known = found.pairs
    return {tuple(sorted(pair.names)) for pair in known if not any(name.startswith("[") for name in pair.names)}


def hidden(definition: GeneDefinition) -> set[Site]:
    """Sites of deletions and insertions that are not aligned to the left, as those of a normalised VCF are."""
    found = set()
    for variant in definition.variants:
        least = shortened(*variant.site, [variant.ref, variant.alt])
        ends = {least.reference[-1], *(text[-1] for text in least.alternates)}
        if len(variant.ref) != len(variant.alt) and len(ends) == 1:
            found.add(variant.site)
    return found


def alike(haplotypes: Haplotypes, *, phased: bool, missing: Place | None = None) -> dict[object, set[tuple[str, ...]]]:
    """Pairs by what an assay shows of them, where no allele leaves a position open."""
    found: dict[object, set[tuple[str, ...]]] = defaultdict(set)
    for pair in haplotypes.pairs:
        found[shows(haplotypes, *pair, phased=phased, missing=missing)].add(pair)
    return found


def not_found(
    definition: GeneDefinition,
    haplotypes: Haplotypes,
    pairs: Iterable[tuple[str, str]],
    *,
    phased: bool,
) -> list[tuple[str, str]]:
    """Pairs that are not in the answer, or with which is what can be told from them, or without what cannot.

    Where alleles combine on one copy, a part of an allele may explain the rest of it away, so there more is allowed.
    """
    groups = {} if haplotypes.leaves_open else alike(haplotypes, phased=phased)
    wrong = []
    for pair in pairs:
        found = matched(definition, haplotypes, pair, phased=phased)
        answer = plain(found)
        expected = groups.get(shows(haplotypes, *pair, phased=phased), answer) if groups else answer
        as_expected = expected <= answer if definition.symbol in LOWEST_FUNCTION else expected == answer
        if pair not in answer or not as_expected or found.missing:
            wrong.append(pair)
    return wrong


@genes
def test_both_routes_read_the_same_sequences(
    definitions: Definitions, published: dict[str, Haplotypes], symbol: str
) -> None:
    loaded = of_definition(definition_of(definitions, symbol, Assembly.GRCH38))
    read = published[symbol]
    assert {locus.place: locus.reference for locus in loaded.loci} == {
        locus.place: locus.reference for locus in read.loci
    }
    by_place = {
        name: {locus.place: shown for locus, shown in zip(read.loci, sequences, strict=True)}
        for name, sequences in read.sequences.items()
    }
    assert by_place == {
        name: {locus.place: shown for locus, shown in zip(loaded.loci, sequences, strict=True)}
        for name, sequences in loaded.sequences.items()
    }


@phases
@genes
def test_every_pair_is_found_with_all_that_shows_the_same_and_nothing_else(
    definitions: Definitions, published: dict[str, Haplotypes], symbol: str, phased: bool
) -> None:
    definition = definition_of(definitions, symbol, Assembly.GRCH38)
    assert not_found(definition, published[symbol], pairs_of(published[symbol]), phased=phased) == []


@phases
@genes
def test_on_the_older_assembly_every_pair_is_found_as_well(definitions: Definitions, symbol: str, phased: bool) -> None:
    definition = definition_of(definitions, symbol, Assembly.GRCH37)
    haplotypes = of_definition(definition)
    pairs = sample(haplotypes.pairs, MUCH if EVERY else FEW, len(haplotypes.loci))
    assert not_found(definition, haplotypes, pairs, phased=phased) == []


@phases
@pytest.mark.parametrize("assembly", Assembly)
def test_every_pair_of_the_starter_tables_is_found(older: Definitions, assembly: Assembly, phased: bool) -> None:
    wrong = {}
    for (symbol, own), definition in older.items():
        if own is assembly and symbol not in OUTSIDE_ONLY and not hidden(definition):
            haplotypes = of_definition(definition)
            pairs = sample(haplotypes.pairs, MUCH if EVERY else FEW, len(haplotypes.loci))
            wrong[symbol] = not_found(definition, haplotypes, pairs, phased=phased)
    assert {symbol: pairs for symbol, pairs in wrong.items() if pairs} == {}


@pytest.mark.parametrize("assembly", Assembly)
def test_an_indel_that_no_vcf_has_where_its_table_says_is_missing_and_excludes_nothing(
    older: Definitions, assembly: Assembly
) -> None:
    concerned = [one for (_, own), one in older.items() if own is assembly and hidden(one)]
    assert {definition.symbol for definition in concerned} == {"CYP17A1", "POR"}
    for definition in concerned:
        haplotypes = of_definition(definition)
        for pair in sample(haplotypes.pairs, FEW, len(haplotypes.loci)):
            found = matched(definition, haplotypes, pair, phased=False)
            assert (pair in plain(found), set(found.missing)) == (True, hidden(definition))


@phases
@genes
def test_without_one_position_the_truth_is_still_there_and_the_loss_is_stated(
    definitions: Definitions, published: dict[str, Haplotypes], symbol: str, phased: bool
) -> None:
    definition, haplotypes = definition_of(definitions, symbol, Assembly.GRCH38), published[symbol]
    places = [locus.place for locus in haplotypes.loci]
    few = len(haplotypes.pairs) * len(places) <= WHOLE
    every = (
        [(pair, place) for pair in haplotypes.pairs for place in places]
        if few
        else [(pair, places[number % len(places)]) for number, pair in enumerate(haplotypes.pairs)]
    )
    wrong = []
    for pair, place in sample(every, MUCH if EVERY else FEW, len(places)):
        found = matched(definition, haplotypes, pair, phased=phased, missing=place)
        is_there = pair in plain(found) if len(places) > 1 else not found.pairs  # nothing is left to call from
        if not is_there or [tuple(site) for site in found.missing] != [place]:
            wrong.append((pair, place))
    assert wrong == []


@phases
@genes
def test_a_search_by_force_gives_the_same(
    definitions: Definitions, published: dict[str, Haplotypes], symbol: str, phased: bool
) -> None:
    definition, haplotypes = definition_of(definitions, symbol, Assembly.GRCH38), published[symbol]
    few = haplotypes.of(sample(sorted(haplotypes.sequences), ALLELES, 1))
    for pair in sample(few.pairs, BY_FORCE, 1):
        records = simulate(few, *pair, phased=phased)
        answer = {
            found for found in plain(match_alleles(definition, by_site(records, definition))) if found in few.pairs
        }
        expected = compatible(few, records)
        assert expected <= answer if symbol in LOWEST_FUNCTION else expected == answer


@pytest.mark.parametrize("symbol", [symbol for symbol in GENES if symbol not in LOWEST_FUNCTION])
def test_a_phased_pair_that_nothing_else_shows_is_called_alone(
    definitions: Definitions, published: dict[str, Haplotypes], symbol: str
) -> None:
    definition, haplotypes = definition_of(definitions, symbol, Assembly.GRCH38), published[symbol]
    tried = [
        (pair, matched(definition, haplotypes, pair, phased=True))
        for pair in sample(haplotypes.pairs, FEW // 2, len(haplotypes.loci))
    ]
    alone = [(pair, found.pairs[0]) for pair, found in tried if len(plain(found)) == 1]
    assert alone
    for pair, only in alone:
        assert (tuple(sorted(only.names)), only.preferred) == (pair, True)


def test_one_copy_of_an_x_linked_gene_shows_each_of_its_alleles(
    definitions: Definitions, published: dict[str, Haplotypes]
) -> None:
    definition, haplotypes = definition_of(definitions, "G6PD", Assembly.GRCH38), published["G6PD"]
    for name in haplotypes.sequences:
        found = matched(definition, haplotypes, (name, None), phased=False)
        assert (name, "MALE") in {pair.names for pair in found.pairs}
