from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.model import Association, Entity
from kg.normalize import Resolver
from kg.reading import Reading
from kg.sources import hgnc
from kg.sources.reactome import SOURCE, pathway, read_pathways
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Category, Predicate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.context import Context
    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

FILE = "ReactomePathways.gmt"
JOINING, VIRAL = pathway("R-HSA-9900001"), pathway("R-HSA-9900002")
LIG4, XRCC4, C9ORF72 = Reference("HGNC", "6601"), Reference("HGNC", "12831"), Reference("HGNC", "28337")
PNP, RIGI, RPL23A, FGD1 = (Reference("HGNC", number) for number in ("7892", "19102", "10317", "3663"))


@pytest.fixture
def taught(context: Context) -> Context:
    genes = context.resolver.genes
    genes.add(LIG4, "LIG4")
    genes.add(XRCC4, "XRCC4")
    genes.add(C9ORF72, "C9orf72")
    genes.add(PNP, "PNP", previous=["NP"])
    genes.add(RIGI, "RIGI", previous=["DDX58"])
    genes.add(RPL23A, "RPL23A", aliases=["UL23"])
    genes.add(FGD1, "FGD1")
    return context


def read(file: SourceFile, context: Context) -> list[Item]:
    found = []
    for item in read_pathways(file, context):
        context.account.items += 1
        found.append(item)
    return found


def genes_of(items: list[Item], reference: Reference) -> list[Reference]:
    return [one.subject for one in items if isinstance(one, Association) and one.object == reference]


def test_genes_participate_in_their_pathway(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file(SOURCE, FILE), taught)
    assert Entity(JOINING, Category.PATHWAY, "Joining of ends") in items
    assert genes_of(items, JOINING) == [LIG4, XRCC4, C9ORF72]
    statement = next(one for one in items if isinstance(one, Association))
    assert statement.predicate is Predicate.PARTICIPATES_IN
    assert statement.evidence[0].record == "R-HSA-9900001"


def test_a_former_symbol_is_taken_unless_its_gene_is_named_by_the_approved_one(
    fixture_file: Opener, taught: Context
) -> None:
    items = read(fixture_file(SOURCE, FILE), taught)
    assert genes_of(items, VIRAL) == [PNP, RIGI]
    assert taught.unresolved.examples["former symbol of a gene that the file names by its approved one"] == ["NP"]


def test_genes_of_pathogens_are_not_taken_for_human_ones(fixture_file: Opener, taught: Context) -> None:
    items = read(fixture_file(SOURCE, FILE), taught)
    assert not {RPL23A, FGD1} & set(genes_of(items, VIRAL))
    assert taught.unresolved.examples["symbol that is not written as a human one"] == ["gag", "fgd1"]
    assert taught.unresolved.examples["symbol that is only an alias of a human gene"] == ["UL23"]
    assert taught.unresolved.examples["gene symbol unknown"] == ["NOGENE"]
    assert (taught.account.read, taught.account.used, taught.account.unexplained) == (2, 2, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty: no gene set"),
        ("Name\tR-HSA-1\n", ":1: is no pathway name"),
        ("Name\tHSA-1\tLIG4\n", ":1: is no pathway name"),
        ("\tR-HSA-1\tLIG4\n", ":1: is no pathway name"),
        ("Name\tR-HSA-1\tLIG4\n\n", ":2: is no pathway name"),
        ("<html>\n", ":1: is no pathway name"),
        ("A\tR-HSA-1\tLIG4\nB\tR-HSA-1\tXRCC4\n", "has two sets of the pathway R-HSA-1"),
        (b"Caf\xe9\tR-HSA-1\tLIG4\n", ":1: cannot be read further"),
    ],
)
def test_a_malformed_file_is_refused(written_file: Writer, taught: Context, content: str | bytes, reason: str) -> None:
    with pytest.raises(SourceError) as refusal:
        read(written_file(SOURCE, FILE, content), taught)
    assert reason in str(refusal.value)


@pytest.mark.real_data
def test_every_gene_set_is_used_and_nearly_every_gene_known(test_data: Path) -> None:
    resolver = Resolver()
    for _, items in Reading.of(hgnc.SOURCE, [test_data], resolver).files():
        list(items)
    reading = Reading.of(SOURCE, [test_data], resolver)
    [found] = [list(items) for _, items in reading.files()]
    [account] = reading.accounts.values()
    lines = (test_data / "reactome/ReactomePathways.gmt").read_text("utf-8").splitlines()
    assert (account.read, account.used, account.unexplained) == (len(lines), len(lines), 0)
    listed = sum(len(set(line.split("\t")[2:])) for line in lines)
    unresolved = reading.context.unresolved.counts.total()
    stated = [one for one in found if isinstance(one, Association)]
    assert len(stated) + unresolved == listed
    assert unresolved < 0.02 * listed
    circles = {one.subject.curie for one in stated if one.object == pathway("R-HSA-164843")}
    # BANF1, HMGA1, LIG4, PSIP1, XRCC4, XRCC5, XRCC6; beside them six genes of HIV-1
    assert circles == {f"HGNC:{n}" for n in (17397, 5010, 6601, 9527, 12831, 12833, 4055)}
    antiviral = {one.subject.curie for one in stated if one.object == pathway("R-HSA-1169410")}
    assert "HGNC:19102" in antiviral  # RIGI, there as DDX58
    infection = {one.subject.curie for one in stated if one.object == pathway("R-HSA-168274")}
    assert not {"HGNC:7892", "HGNC:30064"} & infection  # NP and PB1 of influenza are neither PNP nor PBRM1
