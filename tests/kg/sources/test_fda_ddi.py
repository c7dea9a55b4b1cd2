"""The FDA's inhibitors and inducers that ship with genopath."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.model import Association, Entity
from kg.source import SourceFile
from kg.sources.fda_ddi import SOURCE, read_modulators
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.context import Context
    from kg.source import Source

HEADER = "drug\trxnorm\tenzyme\trole\tstrength\n"
TABLE = SOURCE.packaged[0] / "cyp_modulators.tsv"
GENES = {"CYP1A2": "2596", "CYP2B6": "2615", "CYP2C8": "2622", "CYP2C9": "2623", "CYP2C19": "2621", "CYP2D6": "2625",
         "CYP3A4": "2637"}  # fmt: skip


@pytest.fixture
def taught(context: Context) -> Context:
    for symbol, number in GENES.items():
        context.resolver.genes.add(Reference("HGNC", number), symbol)
    context.resolver.drugs.add(Reference("RXNORM", "32937"), "paroxetine")
    return context


def packaged(context: Context) -> list[Association]:
    items = read_modulators(SourceFile(SOURCE, TABLE.parent.name, TABLE), context)
    return [item for item in items if isinstance(item, Association)]


@pytest.mark.parametrize(
    ("symbol", "role", "strength", "drugs"),
    [
        ("CYP2D6", "INHIBITOR", "strong", {"bupropion", "fluoxetine", "paroxetine", "quinidine", "terbinafine"}),
        ("CYP2D6", "INHIBITOR", "moderate",
         {"abiraterone", "cinacalcet", "duloxetine", "lorcaserin", "mirabegron", "rolapitant"}),
        ("CYP2C19", "INHIBITOR", "strong", {"fluconazole", "fluoxetine", "fluvoxamine", "ticlopidine"}),
        ("CYP2C9", "INHIBITOR", "moderate", {"amiodarone", "fluconazole", "miconazole"}),
        ("CYP2D6", "INDUCER", "strong", set()),
        ("CYP2C19", "INDUCER", "strong", {"rifampin"}),
    ],
)  # fmt: skip
def test_the_packaged_table_holds_the_fdas_classes(
    taught: Context, symbol: str, role: str, strength: str, drugs: set[str]
) -> None:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        names = {row["rxnorm"]: row["drug"] for row in csv.DictReader(stream, delimiter="\t")}
    found = {
        names[one.subject.identifier]
        for one in packaged(taught)
        if one.object == Reference("HGNC", GENES[symbol])
        and one.qualifier(Qualifier.ACTION_TYPE) == role
        and one.qualifier(Qualifier.STRENGTH) == strength
    }
    assert found == drugs


def test_every_packaged_row_is_one_statement_on_a_known_gene(taught: Context) -> None:
    stated = packaged(taught)
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    assert len({one.key for one in stated}) == len(rows) == 125
    assert not taught.unresolved.counts
    assert {one.predicate for one in stated} == {Predicate.AFFECTS}


def test_evidence_names_the_line_and_the_edition(taught: Context) -> None:
    (evidence,) = packaged(taught)[0].evidence
    assert (evidence.source, evidence.record, evidence.release) == ("fda-ddi", "cyp_modulators.tsv#L2", "2026-05-29")


def test_a_drug_that_no_vocabulary_has_stands_under_its_rxnorm_id(
    taught: Context, written_file: Callable[[Source, str, str], SourceFile]
) -> None:
    file = written_file(SOURCE, "cyp_modulators.tsv", HEADER + "rolapitant\t1547611\tCYP2D6\tinhibitor\tmoderate\n")
    entity, stated = read_modulators(file, taught)
    assert isinstance(entity, Entity)
    assert isinstance(stated, Association)
    assert entity.reference == stated.subject == Reference("RXNORM", "1547611")


def test_a_drug_that_the_build_knows_by_name_alone_keeps_its_identifier(
    context: Context, written_file: Callable[[Source, str, str], SourceFile]
) -> None:
    context.resolver.genes.add(Reference("HGNC", "2625"), "CYP2D6")
    context.resolver.drugs.add(Reference("DRUGBANK", "DB00715"), "paroxetine")
    file = written_file(SOURCE, "cyp_modulators.tsv", HEADER + "paroxetine\t32937\tCYP2D6\tinhibitor\tstrong\n")
    (stated,) = read_modulators(file, context)
    assert isinstance(stated, Association)
    assert stated.subject == Reference("DRUGBANK", "DB00715")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("paroxetine\tPX\tCYP2D6\tinhibitor\tstrong", "'PX', which is no RxNorm id"),
        ("paroxetine\t32937\tCYP2D6\tblocker\tstrong", "'blocker', 'strong'"),
        ("paroxetine\t32937\tCYP2D6\tinhibitor\tfierce", "'inhibitor', 'fierce'"),
    ],
)
def test_a_row_of_unknown_meaning_is_refused_with_its_line(
    taught: Context, written_file: Callable[[Source, str, str], SourceFile], row: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        list(read_modulators(written_file(SOURCE, "cyp_modulators.tsv", HEADER + row + "\n"), taught))
    assert ":2" in str(refused.value)
