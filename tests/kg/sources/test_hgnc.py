from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from kg.context import Context
from kg.folders import find_files
from kg.model import Association, Entity
from kg.normalize import Match, Resolution, Resolver
from kg.reading import Reading
from kg.sources.hgnc import SOURCE, read_genes
from ontology.errors import SourceError
from ontology.reference import Reference
from ontology.vocabulary import Attribute, Category, Predicate, Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.source import Item, Source, SourceFile

    Opener = Callable[[Source, str], SourceFile]
    Writer = Callable[[Source, str, str | bytes], SourceFile]

NAT1, SLC25A4 = Reference("HGNC", "7645"), Reference("HGNC", "10990")
FORMATS = ["hgnc_entries.tsv", "hgnc_complete_set.txt"]


@pytest.mark.parametrize("name", FORMATS)
def test_an_approved_gene_carries_its_symbols_in_either_format(
    fixture_file: Opener, context: Context, name: str
) -> None:
    genes = [one for one in read_genes(fixture_file(SOURCE, name), context) if isinstance(one, Entity)]
    gene = next(one for one in genes if one.reference == SLC25A4)
    assert (gene.name, gene.category) == ("SLC25A4", Category.GENE)
    assert gene.synonyms == ("AAC1", "ANT1", "PEO2", "PEO3", "T1", "solute carrier family 25 member 4")
    assert gene.attributes == (
        (Attribute.PREVIOUS_SYMBOL, "ANT1"),
        (Attribute.PREVIOUS_SYMBOL, "PEO2"),
        (Attribute.PREVIOUS_SYMBOL, "PEO3"),
        (Attribute.SYMBOL, "SLC25A4"),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_gene_matches_its_ncbi_gene_which_is_declared(fixture_file: Opener, context: Context, name: str) -> None:
    items = list(read_genes(fixture_file(SOURCE, name), context))
    ncbi = Reference("NCBIGene", "9")
    mapping = next(one for one in items if isinstance(one, Association) and one.subject == NAT1)
    assert (mapping.predicate, mapping.object) == (Predicate.EXACT_MATCH, ncbi)
    assert mapping.qualifier(Qualifier.MAPPING_JUSTIFICATION) == "semapv:UnspecifiedMatching"
    assert mapping.evidence[0].record == "HGNC:7645"
    assert Entity(ncbi, Category.GENE, "NAT1") in items
    assert context.resolver.genes.by_identifier(ncbi) == Resolution(NAT1, Match.MAPPING)


def test_a_gene_without_an_ncbi_gene_has_no_mapping(fixture_file: Opener, context: Context) -> None:
    items = list(read_genes(fixture_file(SOURCE, FORMATS[0]), context))
    assert not any(isinstance(one, Association) and one.subject.curie == "HGNC:2613" for one in items)


def test_a_symbol_that_hgnc_moved_leads_to_its_successor_and_not_to_who_has_it_as_alias(
    fixture_file: Opener, context: Context
) -> None:
    list(read_genes(fixture_file(SOURCE, FORMATS[0]), context))
    assert context.resolver.genes.by_name("AAC1") == Resolution(NAT1, Match.PREVIOUS)
    assert context.resolver.genes.by_identifier(Reference("HGNC", "13")) == Resolution(NAT1, Match.MAPPING)


def test_a_withdrawn_symbol_is_refused_and_its_record_left_out(fixture_file: Opener, context: Context) -> None:
    items = list(read_genes(fixture_file(SOURCE, FORMATS[0]), context))
    assert context.resolver.genes.by_name("ACLS").problem == "withdrawn"
    assert context.left_out.examples == {"withdrawn HGNC record": ["HGNC:13 AAC1", "HGNC:114 ACLS"]}
    assert not {"HGNC:13", "HGNC:114"} & {one.reference.curie for one in items if isinstance(one, Entity)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("HGNC:7645", "7645", "column hgnc_id holds '7645', which is no HGNC id"),
        ("\t9\n", "\tnine\n", "'nine' is no NCBI gene id"),
        ("gene\tApproved", "gene\tPending", "column status holds 'Pending'"),
        ("\tNAT1\t", "\t\t", "HGNC:7645 has no symbol"),
        ("\t9\n", "\n", "has 7 fields where the header has 8"),
    ],
)
def test_a_malformed_gene_names_file_and_line(
    fixture_file: Opener, written_file: Writer, context: Context, old: str, new: str, reason: str
) -> None:
    content = fixture_file(SOURCE, FORMATS[1]).path.read_text("utf-8").replace(old, new, 1)
    file = written_file(SOURCE, FORMATS[1], content)
    with pytest.raises(SourceError) as refusal:
        list(read_genes(file, context))
    assert str(refusal.value).startswith(f"{file.path}:2: ")
    assert reason in str(refusal.value)


def test_two_records_of_one_id_are_refused(fixture_file: Opener, written_file: Writer, context: Context) -> None:
    content = fixture_file(SOURCE, FORMATS[1]).path.read_text("utf-8")
    file = written_file(SOURCE, FORMATS[1], content + content.splitlines()[1].replace("NAT1", "NATX") + "\n")
    with pytest.raises(SourceError, match="HGNC:7645 stands in an earlier line, too"):
        list(read_genes(file, context))


@pytest.mark.parametrize("content", ["symbol,name\nNAT1,x\n", "", "<html></html>"])
def test_a_file_of_another_format_is_refused(written_file: Writer, context: Context, content: str) -> None:
    with pytest.raises(SourceError, match=r"lacks the column|is empty"):
        list(read_genes(written_file(SOURCE, FORMATS[1], content), context))


def test_the_newest_release_of_the_user_is_read_under_either_name(tmp_path: Path, fixture_file: Opener) -> None:
    for release, name in zip(["2024-07", "2025-10"], FORMATS, strict=True):
        (tmp_path / "hgnc" / release).mkdir(parents=True)
        content = fixture_file(SOURCE, name).path.read_bytes()
        (tmp_path / "hgnc" / release / f"{name}.gz").write_bytes(gzip.compress(content))
    files = [found for table in SOURCE.tables for found in find_files(SOURCE, table, [tmp_path])]
    assert [(file.release, file.name) for file in files] == [("2025-10", "hgnc_complete_set.txt")]


def packaged() -> tuple[list[Item], Context]:
    context = Context(Resolver())
    files = [found for table in SOURCE.tables for found in find_files(SOURCE, table, [])]
    assert [(file.release, file.name) for file in files] == [("2024-07", "pharmacogenes.tsv")]
    return list(read_genes(files[0], context)), context


@pytest.mark.parametrize(
    ("symbol", "curie"),
    [
        ("CYP2C19", "HGNC:2621"),
        ("CYP2D6", "HGNC:2625"),
        ("DPYD", "HGNC:3012"),
        ("MT-RNR1", "HGNC:7470"),
        ("HLA-B", "HGNC:4932"),
        ("GBA", "HGNC:4177"),
        ("GBA1", "HGNC:4177"),
        ("CYP2B7", "HGNC:2616"),
    ],
)
def test_packaged_pharmacogenes_are_found_by_the_symbol_that_pypgx_uses(symbol: str, curie: str) -> None:
    _, context = packaged()
    assert context.resolver.genes.by_name(symbol).reference == Reference.parse(curie)


def test_packaged_table_has_166_genes_each_with_its_own_ncbi_gene() -> None:
    items, context = packaged()
    mappings = [one for one in items if isinstance(one, Association)]
    assert len(mappings) == len({one.subject for one in mappings}) == len({one.object for one in mappings}) == 166
    assert context.left_out.to_json() == context.unresolved.to_json() == []


@pytest.mark.real_data
def test_packaged_table_agrees_with_the_hgnc_release_it_comes_from(test_data: Path) -> None:
    with gzip.open(test_data / "hgnc/2024-07/hgnc_entries.tsv.gz", "rt", encoding="utf-8") as stream:
        published = {fields[0]: fields for fields in (line.split("\t") for line in stream)}
    items, _ = packaged()
    for gene in items:
        if isinstance(gene, Entity) and gene.reference.prefix == "HGNC":
            _, symbol, name, status, _, ncbi, *_, previous, _, _, _ = published[gene.reference.curie]
            assert (gene.name, status) == (symbol, "Approved")
            assert name in gene.synonyms
            assert {value for key, value in gene.attributes if key is Attribute.PREVIOUS_SYMBOL} == {
                text for text in previous.split(", ") if text
            }
            assert any(
                isinstance(one, Association) and one.subject == gene.reference and one.object.identifier == ncbi
                for one in items
            )


@pytest.mark.real_data
def test_every_approved_gene_of_hgnc_has_one_reference_of_its_own(test_data: Path, context: Context) -> None:
    file = find_files(SOURCE, SOURCE.tables[0], [test_data])[0]
    genes = [one for one in read_genes(file, context) if isinstance(one, Entity) and one.reference.prefix == "HGNC"]
    approved = [line.split("\t")[0] for _, line in file.lines() if line.split("\t")[3] == "Approved"]
    assert [one.reference.curie for one in genes] == approved
    found = [context.resolver.genes.by_name(one.name) for one in genes]
    assert all(answer == Resolution(one.reference, Match.NAME) for one, answer in zip(genes, found, strict=True))
    assert sum(context.left_out.counts.values()) == sum("Withdrawn\t" in line for _, line in file.lines())


@pytest.mark.real_data
def test_every_record_of_hgnc_has_a_fate(test_data: Path) -> None:
    reading = Reading.of(SOURCE, [test_data], Resolver())
    for file, items in reading.files():
        assert sum(1 for _ in items)
        account, lines = reading.context.account, [line for _, line in file.lines()]
        assert (account.read, account.unexplained) == (len(lines) - 1, 0)
        assert account.used == sum("\tApproved\t" in line for line in lines)


def test_proteins_of_a_gene_lead_to_it(written_file: Writer, context: Context) -> None:
    header = "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tuniprot_ids\n"
    row = "HGNC:4932\tHLA-B\tmajor histocompatibility complex\tApproved\t\t\t3106\tP01889|P30464\n"
    (gene, *_) = read_genes(written_file(SOURCE, "hgnc_complete_set.txt", header + row), context)
    assert isinstance(gene, Entity)
    assert context.resolver.genes.by_code("UniProt:P30464").reference == gene.reference
    assert (Attribute.CODE, "UniProt:P01889") in gene.attributes
