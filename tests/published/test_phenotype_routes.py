"""Phenotypes and activity scores by a second route: from what each of the two alleles does.

CPIC's tables state one result for each diplotype. Here it is worked out again, without the product, from the functions
that PharmCAT and pypgx state for alleles and the rules of the guidelines. Both routes must agree but for alleles whose
function changed between the releases; these are named, and their new function must give every row.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build import BuildOptions, build
from kg.sources import cpic, hgnc, pharmcat
from kg.sources.pharmcat import score_phenotype
from kg.store import Graph
from ontology.vocabulary import Qualifier
from queries.pharmacogenomics.authority import phenotype_of, result_of
from tests.published.phenotype_rules import (
    LEAST_SCORE,
    NO_SCORE,
    RULES,
    UNKNOWN,
    Result,
    Table,
    compare,
    derive,
    parts_of,
    read_function,
    read_score,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Rows = list[dict[str, str]]

CPIC_RELEASE, PHARMCAT_RELEASE = "2026-10-11", "3.1.1"

REASSIGNED = {
    # CPIC's table of 2026-10: alleles whose function is not that of PharmCAT 3.1.1 (2025-11) or, of the last three genes,
    # pypgx 0.27.0, and the function that it is.
    "NUDT15": {"X": "*4 *6 *7", "D": "*5 *8"},  # PharmCAT is older than the thiopurine update, doi:10.1002/cpt.70209
    "TPMT": {  # the same
        "X": "*10 *13 *16 *17 *18 *20 *21 *22 *25 *26 *27 *28 *31 *33 *34 *37 *38 *39 *5 *6 *7",
        "D": "*8",
    },
    "CYP2D6": {"0": "*144", "0.25": "*9 *41 *52 *91 *109 *119 *132"},  # *9 and *41 had 0.5, the others no value
    "G6PD": {"C": "No name", "D": "Cairo"},  # pypgx has no class for them; its own diplotypes have the same result
    "RYR1": {  # one is associated now, and five are no longer
        "M": "c.1589G>A",
        UNKNOWN: "c.1209C>G c.7522C>G c.14387A>G c.14582G>A c.14693T>C",
    },
}

VALUES = ("0", "0.25", "0.5", "1", NO_SCORE)
CHOICES = {"NUDT15": "NDXU", "RYR1": "MU", "TPMT": "NDXU"}
"""Functions that an allele may have; no result of RYR1 tells a normal from an uncertain one."""


def of_cpic(data: Path) -> dict[str, Table]:
    """CPIC's own diplotypes; no name of an allele holds a slash."""
    path = data / "cpic" / CPIC_RELEASE / "cpic_diplotypes.json"
    genes = json.loads(path.read_text(encoding="utf-8"))["genes"]
    return {
        symbol: Table(symbol, {tuple(text.split("/")): Result(name, read_score(score)) for text, (name, score) in rows})
        for symbol, rows in ((symbol, stated.items()) for symbol, stated in genes.items())
    }


def of_pharmcat(data: Path) -> tuple[dict[str, Table], dict[str, dict[str, str]]]:
    """Diplotypes and functions of PharmCAT."""
    tables, functions = {}, {}
    for path in sorted((data / "pharmcat" / PHARMCAT_RELEASE / "phenotype").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        symbol = document["gene"]
        rows = {
            tuple(row["diplotype"].split("/")): Result(row["phenotype"], read_score(row["activityScore"]))
            for row in document["diplotypes"]
        }
        tables[symbol] = Table(symbol, rows)
        functions[symbol] = {
            one["name"]: read_function(symbol, one["functionValue"].removesuffix(" allele"), one["activityValue"])
            for one in document["namedAlleles"]
        }
    return tables, functions


def functions_of_pypgx(alleles: Rows) -> dict[str, dict[str, str]]:
    functions: dict[str, dict[str, str]] = defaultdict(dict)
    for row in alleles:
        if row["Gene"] in RULES.keys() | LEAST_SCORE.keys() and row["StarAllele"] != "MALE":
            functions[row["Gene"]][row["StarAllele"]] = read_function(
                row["Gene"], row["Function"], row["ActivityScore"]
            )
    return functions


@pytest.fixture(scope="module")
def published(test_data: Path, request: pytest.FixtureRequest) -> Callable[[str], dict[str, str]]:
    """The functions of a gene's alleles: PharmCAT's, and of the genes that it has none of those of pypgx."""
    _, functions = of_pharmcat(test_data)

    def read(symbol: str) -> dict[str, str]:
        if symbol in functions:
            return functions[symbol]
        return functions_of_pypgx(request.getfixturevalue("wheel_table")("allele"))[symbol]

    return read


@pytest.fixture(scope="module")
def tables(test_data: Path) -> dict[str, Table]:
    return of_cpic(test_data)


def reassigned(symbol: str) -> dict[str, str]:
    separator = None if symbol != "G6PD" else ", "
    return {name: function for function, names in REASSIGNED.get(symbol, {}).items() for name in names.split(separator)}


FIGURES = {  # gene: diplotypes that agree, that hold an allele without a function, that differ
    "ABCG2": (3, 0, 0),
    "CACNA1S": (6, 0, 0),
    "CFTR": (5_460, 0, 0),
    "CYP2B6": (1_176, 0, 0),
    "CYP2C19": (666, 0, 0),
    "CYP2C9": (2_850, 0, 0),
    "CYP2D6": (11_763, 4_116, 957),
    "CYP3A5": (21, 0, 0),
    "DPYD": (3_570, 0, 0),
    "G6PD": (17_402, 0, 363),
    "MT-RNR1": (24, 0, 0),
    "NUDT15": (10, 231, 35),
    "RYR1": (1_148, 59_202, 28),
    "SLCO1B1": (741, 0, 0),
    "TPMT": (240, 279, 706),
    "UGT1A1": (45, 0, 0),
}


@pytest.mark.real_data
def test_every_diplotype_of_cpic_is_compared(tables: dict[str, Table]) -> None:
    counted = {symbol: len(table.rows) for symbol, table in tables.items()}
    assert counted == {symbol: sum(figures) for symbol, figures in FIGURES.items()}
    assert sum(counted.values()) == 111_042


@pytest.mark.real_data
@pytest.mark.parametrize("symbol", FIGURES)
def test_cpics_result_is_that_of_the_two_functions(
    tables: dict[str, Table], published: Callable[[str], dict[str, str]], symbol: str
) -> None:
    found = compare(tables[symbol], published(symbol))
    assert found.counts == FIGURES[symbol]
    assert bool(found.differing) == (symbol in REASSIGNED)


@pytest.mark.real_data
@pytest.mark.parametrize("symbol", REASSIGNED)
def test_every_difference_is_of_an_allele_whose_function_changed(
    tables: dict[str, Table], published: Callable[[str], dict[str, str]], symbol: str
) -> None:
    """Its new function gives each of its rows, those that agreed before as well, and no entry is idle."""
    older, changed = published(symbol), reassigned(symbol)
    agreed, undecided, differing = FIGURES[symbol]
    assert compare(tables[symbol], older | changed).counts == (agreed + differing, undecided, 0)
    for name in changed:
        without = {other: function for other, function in changed.items() if other != name}
        assert compare(tables[symbol], older | without).differing, name


@pytest.mark.real_data
@pytest.mark.parametrize("symbol", [symbol for symbol, (_, undecided, _) in FIGURES.items() if undecided])
def test_every_row_of_an_allele_without_a_function_is_that_of_one_function(
    tables: dict[str, Table], published: Callable[[str], dict[str, str]], symbol: str
) -> None:
    """No second route, but no row is out of line: what two alleles do together tells what each of them does."""
    table, known = tables[symbol], published(symbol) | reassigned(symbol)
    completed = known | {name: only_function(table, known, name) for name in names_of(table) - known.keys()}
    assert compare(table, completed).counts == (len(table.rows), 0, 0)


def names_of(table: Table) -> set[str]:
    return {part.name for names in table.rows for name in names for part in parts_of(table.symbol, name)}


def only_function(table: Table, known: Mapping[str, str], name: str) -> str:
    """The one function of an allele with which its rows beside alleles of known function are as stated."""
    rows = {names: row for names, row in table.rows.items() if name in names}
    choices = VALUES if table.symbol in LEAST_SCORE else CHOICES[table.symbol]
    fitting = [c for c in choices if not compare(Table(table.symbol, rows), {**known, name: c}).differing]
    assert len(fitting) == 1, (name, fitting)
    return fitting[0]


@pytest.mark.real_data
def test_pharmcats_results_are_those_of_its_own_functions(test_data: Path) -> None:
    found, functions = of_pharmcat(test_data)
    counts = {symbol: compare(table, functions[symbol]).counts for symbol, table in found.items()}
    assert counts == {symbol: (len(table.rows), 0, 0) for symbol, table in found.items()}
    assert (len(counts), sum(agreed for agreed, _, _ in counts.values())) == (17, 17_066)


STARTER_FIGURES = {  # as FIGURES
    "ABCG2": (3, 0, 0),
    "CACNA1S": (6, 0, 0),
    "CYP2B6": (702, 1, 0),  # *15c, which the table of alleles does not have
    "CYP2C19": (630, 0, 0),
    "CYP3A5": (45, 0, 0),
    "G6PD": (17_402, 0, 363),
    "IFNL3": (10, 0, 0),
    "NUDT15": (45, 0, 0),
    "RYR1": (1_225, 0, 0),
    "SLCO1B1": (990, 0, 0),
    "TPMT": (946, 0, 0),
    "UGT1A1": (45, 0, 0),
}


def test_the_results_of_the_starter_tables_are_those_of_their_functions(wheel_table: Callable[[str], Rows]) -> None:
    """Not of CFTR, F5 and MT-RNR1, of whose alleles these tables state no function, but results of diplotypes."""
    functions = functions_of_pypgx(wheel_table("allele"))
    stated: dict[str, dict[tuple[str, ...], Result]] = defaultdict(dict)
    for row in wheel_table("diplotype"):
        names = tuple(name for name in row["Diplotype"].split("/") if name != "MALE")
        stated[row["Gene"]][names] = Result(row["Phenotype"].removeprefix("G6PD "))
    told = stated.keys() - {"CFTR", "F5", "MT-RNR1"}
    found = {symbol: compare(Table(symbol, stated[symbol]), functions[symbol]) for symbol in told}
    assert {symbol: one.counts for symbol, one in found.items()} == STARTER_FIGURES
    completed = functions["G6PD"] | reassigned("G6PD")
    assert compare(Table("G6PD", stated["G6PD"]), completed).differing == {}


@pytest.mark.parametrize("symbol", LEAST_SCORE)
def test_the_ranges_of_scores_are_those_of_the_starter_tables_and_of_the_product(
    wheel_table: Callable[[str], Rows], symbol: str
) -> None:
    """At every score that two alleles can sum to."""
    values = {
        Decimal(value) for value in functions_of_pypgx(wheel_table("allele"))[symbol].values() if value != NO_SCORE
    }
    equations = {row["Phenotype"]: row["Equation"] for row in wheel_table("equation") if row["Gene"] == symbol}
    for first, second in product(sorted(values), repeat=2):
        derived = derive(symbol, {"*1": str(first), "*2": str(second)}, ("*1", "*2"))
        assert derived is not None
        assert [name for name, text in equations.items() if holds(text, first + second)] == [derived.phenotype]
        assert score_phenotype(symbol, first + second) == derived.phenotype


def holds(equation: str, score: Decimal) -> bool:
    """``0.25 <= score < 1.25``, ``2.5 <= score`` or ``2 == score``."""
    low, sign, _, *end = equation.split()
    if sign == "==":
        return score == Decimal(low)
    return Decimal(low) <= score and (not end or score < Decimal(end[1]))


@pytest.mark.parametrize(
    ("alleles", "result"),
    [
        (("*1", "*1x2"), Result("Ultrarapid Metabolizer", "3")),
        (("*36+*10", "*41x3"), Result("Intermediate Metabolizer", "1")),
        (("*13+*68x2+*4", "*2"), Result("Intermediate Metabolizer", "1")),
        (("*4x≥3", "*1"), Result("Intermediate Metabolizer", "1")),
        (("*1x≥3", "*4x≥3"), Result("Ultrarapid Metabolizer", "≥3")),
        (("*1", "*43x2"), Result("Indeterminate")),
        (("*1", "*27x2"), None),
    ],
)
def test_every_copy_of_cyp2d6_counts(alleles: tuple[str, ...], result: Result | None) -> None:
    """Sums by hand; more than three copies of nothing are nothing (doi:10.1111/cts.12692)."""
    one = dict.fromkeys(("*1", "*2"), "1")
    none = dict.fromkeys(("*4", "*13", "*36", "*68"), "0")
    assert derive("CYP2D6", one | none | {"*10": "0.25", "*41": "0.25", "*43": NO_SCORE}, alleles) == result


SAMPLE, EACH = 3_000, 100
"""Diplotypes of CPIC that are asked for, and how many of each gene at least."""


@pytest.fixture(scope="module")
def sampled(tables: dict[str, Table]) -> list[Table]:
    """The same rows in every run, by gene."""
    generator = random.Random(23)  # noqa: S311 - a sample, no secret
    rows = {symbol: list(table.rows) for symbol, table in tables.items()}
    chosen = {(s, names) for s, own in rows.items() for names in generator.sample(own, min(EACH, len(own)))}
    others = [(s, names) for s, own in rows.items() for names in own if (s, names) not in chosen]
    chosen.update(generator.sample(others, SAMPLE - len(chosen)))
    return [
        Table(symbol, {names: row for names, row in table.rows.items() if (symbol, names) in chosen})
        for symbol, table in tables.items()
    ]


@pytest.fixture(scope="module")
def release(sampled: list[Table], test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """These rows and PharmCAT's files, beside the fixture of the tables that ``cpic`` needs."""
    folder = tmp_path_factory.mktemp("routes")
    shutil.copytree(Path(__file__).parents[1] / "data/cpic", folder / "data/cpic/pypgx-0.1")
    stated = json.loads((test_data / "cpic" / CPIC_RELEASE / "cpic_diplotypes.json").read_text(encoding="utf-8"))
    stated["genes"] = {
        table.symbol: {"/".join(names): stated["genes"][table.symbol]["/".join(names)] for names in table.rows}
        for table in sampled
    }
    (folder / "data/cpic" / CPIC_RELEASE).mkdir()
    (folder / "data/cpic" / CPIC_RELEASE / "cpic_diplotypes.json").write_text(json.dumps(stated), encoding="utf-8")
    (folder / "data/pharmcat").mkdir()
    (folder / "data/pharmcat" / PHARMCAT_RELEASE).symlink_to(test_data / "pharmcat" / PHARMCAT_RELEASE)
    sources = (hgnc.SOURCE, cpic.SOURCE, pharmcat.SOURCE)
    return Graph.open(build(BuildOptions((folder / "data",), folder / "releases"), sources))


@pytest.mark.real_data
def test_a_built_graph_answers_with_the_row_of_cpic(release: Graph, sampled: list[Table]) -> None:
    """In either order of the alleles; PharmCAT, which says otherwise of TPMT and NUDT15, is in the graph."""
    assert sum(len(table.rows) for table in sampled) == SAMPLE
    differing = {
        (table.symbol, order): (row, answer)
        for table in sampled
        for names, row in table.rows.items()
        for order in {names, names[::-1]}
        if (answer := answer_of(release, table.symbol, order)) != row
    }
    assert differing == {}


def answer_of(graph: Graph, symbol: str, alleles: tuple[str, ...]) -> Result | None:
    """What the product says by both of its ways, which know a score with and without its ``≥``."""
    stated, result = phenotype_of(graph, symbol, alleles), result_of(graph, symbol, alleles)
    if stated is None or result is None:
        return None
    score = stated.qualifier(Qualifier.ACTIVITY_SCORE)
    assert result.phenotype == stated.object
    assert result.score == (None if score is None else float(str(score).removeprefix("≥")))
    return Result(stated.object.minted_name.partition("/")[2], None if score is None else str(score))
