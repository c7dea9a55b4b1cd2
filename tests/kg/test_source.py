"""Source files: found in release folders and archives, read row by row, and refused with the place of the damage."""

from __future__ import annotations

import csv
import gzip
import io
import random
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.folders import find_files
from kg.source import Item, Source, SourceFile, Table
from ontology.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.context import Context


def read_nothing(file: SourceFile, context: Context) -> Iterator[Item]:
    del file, context
    yield from ()


ONE = Table("table*.tsv", read_nothing)
MANY = Table("table*.tsv", read_nothing, many=True)
SOURCE = Source("test", "Test", "CC0 1.0", "https://example.org/terms", "https://example.org", (ONE,))
CONTENT = "id\tname\n1\tone\n2\ttwo\n"
RANDOM = random.Random(1).randbytes(4000).hex()  # noqa: S311 - text that does not compress away


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def zstandarded(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., SourceFile]:
    def write_file(content: str | bytes, name: str = "table.tsv") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return SourceFile(SOURCE, "1", path)

    return write_file


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    def write_archive(name: str, **members: bytes) -> Path:
        path = tmp_path / "test" / "1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for member, content in members.items():
                opened.writestr(member.replace("__", "/"), content)
        return path

    return write_archive


def cells(file: SourceFile, *columns: str, **options: object) -> list[tuple[int, tuple[str, ...]]]:
    rows = file.rows(columns, **options)  # type: ignore[arg-type]  # the options of rows()
    return [(row.line, tuple(row[column] for column in columns)) for row in rows]


class TestRows:
    def test_fields_are_found_by_column_and_lines_are_numbered(self, write: Callable[..., SourceFile]) -> None:
        assert cells(write(CONTENT), "name", "id") == [(2, ("one", "1")), (3, ("two", "2"))]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_line_end_and_a_byte_order_mark_are_read(self, write: Callable[..., SourceFile], end: str) -> None:
        assert cells(write("\ufeff" + CONTENT.replace("\n", end)), "id") == [(2, ("1",)), (3, ("2",))]

    def test_the_last_line_needs_no_end_and_empty_lines_count(self, write: Callable[..., SourceFile]) -> None:
        assert cells(write("id\tname\n\n1\tone"), "id") == [(3, ("1",))]

    def test_comments_before_the_header_are_passed_over(self, write: Callable[..., SourceFile]) -> None:
        file = write("#by hand\n# id and more\nid\tname\n#1\tone\n")
        assert cells(file, "id", comment="#") == [(4, ("#1",))]

    def test_a_header_may_begin_with_a_number_sign(self, write: Callable[..., SourceFile]) -> None:
        assert cells(write("#note\n#id\tname\n1\tone\n"), "id", "name", comment="#") == [(3, ("1", "one"))]

    def test_a_missing_column_is_named_with_what_was_found(self, write: Callable[..., SourceFile]) -> None:
        with pytest.raises(SourceError, match=r"table\.tsv:1: lacks the columns symbol, level \(.*found 'id\\tname'"):
            cells(write(CONTENT), "id", "symbol", "level")

    def test_another_delimiter_is_told_by_the_header(self, write: Callable[..., SourceFile]) -> None:
        with pytest.raises(SourceError, match=r"table\.tsv:1: lacks .*delimited by '\\t'; found 'id,name'"):
            cells(write(CONTENT.replace("\t", ",")), "id", "name")
        assert cells(write(CONTENT.replace("\t", ",")), "id", delimiter=",") == [(2, ("1",)), (3, ("2",))]

    @pytest.mark.parametrize("content", ["", "#only\n#comments\n"])
    def test_a_file_without_a_header_is_empty(self, write: Callable[..., SourceFile], content: str) -> None:
        with pytest.raises(SourceError, match=r"table\.tsv: is empty: no header line"):
            cells(write(content), "id", comment="#")

    @pytest.mark.parametrize(("row", "count"), [("3", 1), ("3\tthree\t", 3)])
    def test_a_row_of_another_width_is_refused_with_its_line(
        self, write: Callable[..., SourceFile], row: str, count: int
    ) -> None:
        with pytest.raises(SourceError, match=rf"table\.tsv:4: has {count} fields where the header has 2") as caught:
            cells(write(f"{CONTENT}{row}\n4\tfour\n"), "id")
        assert caught.value.line == 4

    def test_rows_before_the_damage_are_read(self, write: Callable[..., SourceFile]) -> None:
        rows = write(f"{CONTENT}3\n").rows(("id",))
        assert [next(rows)["id"], next(rows)["id"]] == ["1", "2"]
        with pytest.raises(SourceError):
            next(rows)

    def test_a_quote_is_an_ordinary_character(self, write: Callable[..., SourceFile]) -> None:
        assert cells(write('id\tname\n1\t"one\n2\tt"w"o\n'), "name") == [(2, ('"one',)), (3, ('t"w"o',))]

    def test_with_quotes_a_field_may_hold_delimiters_and_line_ends(self, write: Callable[..., SourceFile]) -> None:
        file = write('"id"\tname\n1\t"o\tn""e"\n2\t"t\nwo"\n3\tthree\n')
        assert [name for _, (name,) in cells(file, "name", quoted=True)] == ['o\tn"e', "t\nwo", "three"]
        assert cells(file, "id", quoted=True)[-1] == (5, ("3",))

    def test_a_field_as_long_as_the_brand_names_of_thiamine_is_read(self, write: Callable[..., SourceFile]) -> None:
        """ClinPGx lists 149,435 characters there."""
        assert cells(write(f"id\tname\n1\t{'x' * 149_435}\n"), "name") == [(2, ("x" * 149_435,))]

    @settings(deadline=None)
    @given(data=st.data())
    def test_a_table_that_the_csv_module_wrote_is_read_back(self, data: st.DataObject) -> None:
        plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=6)
        columns = data.draw(st.lists(st.text("abcde", min_size=1), min_size=2, max_size=4, unique=True))
        row = st.tuples(*[plain] * len(columns))
        table = data.draw(st.lists(row, max_size=5))
        text = io.StringIO()
        csv.writer(text, delimiter="\t", lineterminator="\n").writerows([columns, *table])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.tsv.gz"
            path.write_bytes(gzipped(text.getvalue().encode()))
            found = [tuple(row.fields.values()) for row in SourceFile(SOURCE, "1", path).rows(columns, quoted=True)]
        assert found == table


class TestDamage:
    @pytest.mark.parametrize(
        ("name", "compress"), [("table.tsv.gz", gzipped), ("table.tsv.zst", zstandarded)], ids=["gzip", "zstandard"]
    )
    @pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
    def test_a_truncated_file_is_refused(
        self, write: Callable[..., SourceFile], name: str, compress: Callable[[bytes], bytes], kept: float
    ) -> None:
        whole = compress("\n".join(["id\tname", *(f"{n}\t{RANDOM[n : n + 9]}" for n in range(4000))]).encode())
        with pytest.raises(SourceError, match=rf"{name}:\d+: cannot be read further: .*fetch the file again"):
            cells(write(whole[: int(len(whole) * kept)], name), "id")

    @pytest.mark.parametrize("name", ["table.tsv.gz", "table.tsv.zst"])
    def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(
        self, write: Callable[..., SourceFile], name: str
    ) -> None:
        with pytest.raises(SourceError, match=rf"{name}:1: cannot be read further"):
            cells(write(CONTENT, name), "id")

    def test_changed_bytes_of_a_gzip_file_are_noticed(self, write: Callable[..., SourceFile]) -> None:
        whole = bytearray(gzipped(f"id\tname\n1\t{RANDOM}\n".encode()))
        whole[-6] ^= 1
        with pytest.raises(SourceError, match="CRC"):
            cells(write(bytes(whole), "table.tsv.gz"), "id")

    def test_another_encoding_is_refused_with_its_line(self, write: Callable[..., SourceFile]) -> None:
        with pytest.raises(SourceError, match=r"table\.tsv:\d+: cannot be read further: 'utf-8' codec"):
            cells(write("id\tname\n1\tMénière\n".encode("latin-1")), "id")

    def test_a_file_that_is_gone_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="No such file"):
            cells(SourceFile(SOURCE, "1", tmp_path / "gone.tsv"), "id")

    def test_json_is_refused_with_its_line(self, write: Callable[..., SourceFile]) -> None:
        assert write('{"a":\n[1]}').json() == {"a": [1]}
        with pytest.raises(SourceError, match=r"table\.tsv:2: is not valid JSON"):
            write('{"a":\n[1}').json()

    def test_a_damaged_archive_is_named(self, archive: Callable[..., Path]) -> None:
        path = archive("one.whl", table=b"")
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(SourceError, match=r"one\.whl: is a damaged archive"):
            find_files(SOURCE, ONE, [path.parents[2]])

    def test_a_changed_member_of_an_archive_is_noticed(self, archive: Callable[..., Path]) -> None:
        path = archive("one.whl", **{"table.tsv": f"id\tname\n1\t{RANDOM}\n".encode()})
        content = bytearray(path.read_bytes())
        content[2000] ^= 1
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"one\.whl!table\.tsv:\d+: cannot be read further"):
            cells(SourceFile(SOURCE, "1", path, "table.tsv"), "id")

    def test_a_member_that_the_archive_lacks_is_named(self, archive: Callable[..., Path]) -> None:
        path = archive("one.whl", **{"data__table.tsv": b"x"})
        with pytest.raises(SourceError, match=r"one\.whl!data/other\.tsv: cannot be read"):
            list(SourceFile(SOURCE, "1", path, "data/table.tsv").beside("other.tsv").lines())


class TestCompression:
    @pytest.mark.parametrize(("ending", "compress"), [("", bytes), (".gz", gzipped), (".zst", zstandarded)])
    def test_a_file_reads_the_same_and_has_the_same_name_however_compressed(
        self, write: Callable[..., SourceFile], ending: str, compress: Callable[[bytes], bytes]
    ) -> None:
        file = write(compress(CONTENT.encode()), f"table.tsv{ending}")
        assert cells(file, "id") == [(2, ("1",)), (3, ("2",))]
        assert file.name == "table.tsv"
        assert file.sha256() == sha256(compress(CONTENT.encode())).hexdigest()

    @pytest.mark.parametrize(("ending", "compress"), [(".gz", gzipped), (".zst", zstandarded)])
    def test_a_file_of_several_compressed_parts_is_read_to_its_end(
        self, write: Callable[..., SourceFile], ending: str, compress: Callable[[bytes], bytes]
    ) -> None:
        """As bgzip and pzstd write them."""
        file = write(compress(b"id\tname\n1\to") + compress(b"ne\n") + compress(b"2\ttwo\n"), f"table.tsv{ending}")
        assert cells(file, "name") == [(2, ("one",)), (3, ("two",))]

    @pytest.mark.parametrize(("ending", "compress"), [("", bytes), (".gz", gzipped), (".zst", zstandarded)])
    def test_a_member_of_an_archive_reads_the_same(
        self, archive: Callable[..., Path], ending: str, compress: Callable[[bytes], bytes]
    ) -> None:
        path = archive("one.whl", **{f"data__table.tsv{ending}": compress(CONTENT.encode())})
        (file,) = find_files(SOURCE, ONE, [path.parents[2]])
        assert (file.name, file.member, file.path) == ("table.tsv", f"data/table.tsv{ending}", path)
        assert cells(file, "id") == [(2, ("1",)), (3, ("2",))]
        assert file.sha256() == sha256(path.read_bytes()).hexdigest()

    def test_a_file_beside_another_may_be_compressed(self, write: Callable[..., SourceFile]) -> None:
        write(gzipped(CONTENT.encode()), "other.tsv.gz")
        assert cells(write(CONTENT).beside("other.tsv"), "id") == [(2, ("1",)), (3, ("2",))]


class TestEvidence:
    def test_a_line_number_stands_for_a_record_without_an_identifier(self, tmp_path: Path) -> None:
        file = SourceFile(SOURCE, "2025", tmp_path / "table.tsv.gz")
        ((by_line,), (by_name,)) = file.evidence(7), file.evidence("RCV1")
        assert (by_line.record, by_name.record) == ("table.tsv#L7", "RCV1")
        assert (by_line.source, by_line.release, by_line.license) == ("test", "2025", "CC0 1.0")
