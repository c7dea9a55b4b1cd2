"""Files of a table: found in the newest release folder or archive that holds them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.folders import find_files, release_folders, release_key
from kg.source import Item, Source, SourceFile, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.context import Context


def read_nothing(file: SourceFile, context: Context) -> Iterator[Item]:
    del file, context
    yield from ()


ONE = Table("table*.tsv", read_nothing)
MANY = Table("table*.tsv", read_nothing, many=True)
SOURCE = Source("test", "Test", "CC0 1.0", "https://example.org/terms", "https://example.org", (ONE,))
CONTENT = "id\tname\n1\tone\n2\ttwo\n"


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


class TestReleaseFolders:
    @pytest.mark.parametrize(
        ("older", "newer"),
        [
            ("2024-07", "2025-01-16"),
            ("2025-01-16", "2025-02"),
            ("2025-01", "2025-01-05"),
            ("2025-9-1", "2025-10-01"),
            ("0.9.1", "0.27.0"),
            ("pypgx-0.27.0", "pypgx-0.100.0"),
            ("v4.1", "v4.10"),
            ("2024-03-25-guidelines", "2024-04"),
        ],
    )
    def test_versions_and_dates_are_ordered_as_numbers(self, older: str, newer: str) -> None:
        first, second = release_key(older), release_key(newer)
        assert first is not None
        assert second is not None
        assert first < second

    @pytest.mark.parametrize("name", ["", "cases", "variant-summary-slice", ".2025", "tmp-x", "current"])
    def test_a_name_without_a_version_is_no_release(self, name: str) -> None:
        assert release_key(name) is None

    def test_the_newest_comes_first_and_of_equal_ones_that_of_the_first_root(self, tmp_path: Path) -> None:
        one, two = tmp_path / "one", tmp_path / "two"
        for root, name in ((one, "2024"), (one, "2025"), (two, "2025"), (two, "2026"), (two, "cases")):
            (root / "test" / name).mkdir(parents=True)
        (one / "test" / "2027").write_text("a file is no release", "utf-8")
        expected = [two / "test" / "2026", one / "test" / "2025", two / "test" / "2025", one / "test" / "2024"]
        assert release_folders(SOURCE, (one, two)) == expected
        assert release_folders(replace(SOURCE, folder="other"), (one, two, tmp_path / "nowhere")) == []

    def test_equal_versions_under_several_names_have_one_order(self, tmp_path: Path) -> None:
        for name in ("v1", "1", "1-slice", "v1-b", "01"):
            (tmp_path / "test" / name).mkdir(parents=True)
        assert [folder.name for folder in release_folders(SOURCE, (tmp_path,))] == ["v1-b", "v1", "1-slice", "1", "01"]


class TestFindFiles:
    @staticmethod
    def fill(folder: Path, *names: str) -> Path:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(CONTENT, "utf-8")
        return folder

    def test_one_table_has_one_file_and_many_have_all_of_them_in_order(self, tmp_path: Path) -> None:
        self.fill(tmp_path / "test" / "1", "table_b.tsv", "a/table_c.tsv", "table_a.tsv.gz", "table.csv", "tables")
        (first,) = find_files(SOURCE, ONE, [tmp_path])
        assert first.name == "table_c.tsv"
        assert [file.name for file in find_files(SOURCE, MANY, [tmp_path])] == [
            "table_c.tsv",
            "table_a.tsv",
            "table_b.tsv",
        ]

    def test_the_first_folder_that_holds_any_is_taken_and_names_the_release(self, tmp_path: Path) -> None:
        self.fill(tmp_path / "test" / "2026", "other.tsv")
        older = self.fill(tmp_path / "test" / "2025", "table.tsv")
        self.fill(tmp_path / "test" / "2024", "table.tsv")
        (file,) = find_files(SOURCE, MANY, [tmp_path])
        assert (file.release, file.path) == ("2025", older / "table.tsv")
        assert find_files(SOURCE, ONE, []) == []

    def test_unpacked_files_win_over_their_archive(self, archive: Callable[..., Path], tmp_path: Path) -> None:
        folder = archive("one.zip", **{"table.tsv": b"packed"}).parent
        assert [file.member for file in find_files(SOURCE, MANY, [tmp_path])] == ["table.tsv"]
        self.fill(folder, "table.tsv")
        assert [file.member for file in find_files(SOURCE, MANY, [tmp_path])] == [None]

    def test_an_archive_without_the_table_is_passed_over(self, archive: Callable[..., Path]) -> None:
        archive("a.whl", **{"other.tsv": b""})
        archive("b.txt", **{"table.tsv": b""})
        path = archive("c.whl", **{"x__table2.tsv": b"", "x__table1.tsv": b"", "table__x": b""})
        found = find_files(SOURCE, MANY, [path.parents[2]])
        assert [(file.path, file.member) for file in found] == [(path, "x/table1.tsv"), (path, "x/table2.tsv")]

    def test_a_pattern_with_a_slash_sees_the_release_folder(self, tmp_path: Path) -> None:
        for build in ("hg19", "hg38"):
            self.fill(tmp_path / "test" / f"dosage-2023-{build}", "table.tsv")
        table = replace(ONE, pattern="*hg19/table.tsv")
        assert [file.release for file in find_files(SOURCE, table, [tmp_path])] == ["dosage-2023-hg19"]

    def test_a_folder_without_a_version_is_read_only_for_tables_that_state_its_release(self, tmp_path: Path) -> None:
        self.fill(tmp_path / "test", "slice/table.tsv")
        stating = replace(ONE, unversioned="2022-08")
        assert find_files(SOURCE, ONE, [tmp_path]) == []
        assert [file.release for file in find_files(SOURCE, stating, [tmp_path])] == ["2022-08"]
        self.fill(tmp_path / "test", "table.tsv")
        assert [file.relative for file in find_files(SOURCE, stating, [tmp_path])] == ["table.tsv"]
        self.fill(tmp_path / "test", "2019/table.tsv")
        assert [file.release for file in find_files(SOURCE, stating, [tmp_path])] == ["2019"]

    def test_a_source_may_lie_in_a_folder_of_another_name(self, tmp_path: Path) -> None:
        self.fill(tmp_path / "mappings" / "test" / "1", "table.tsv")
        assert len(find_files(replace(SOURCE, folder="mappings/test"), ONE, [tmp_path])) == 1
