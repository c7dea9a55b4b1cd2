"""Official files of sources: into release folders, again at no cost, verified, and whole after any number of kills."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from kg.fetching.download import Downloader
from kg.fetching.official import PARTS, fetch_sources, find_newer, today, verify_fetched
from kg.fetching.record import FetchRecord
from kg.source import Download, Source
from ontology.errors import DataError, SourceError

if TYPE_CHECKING:
    from pathlib import Path

Server = Any
"""The server of conftest.py, which cannot be imported."""

SOURCE = Source("made", "Made", "CC0 1.0", "https://example.org/terms", "https://example.org", ())
CONTENT = random.Random(2).randbytes(50_000)  # noqa: S311 - bytes that do not repeat


@pytest.fixture
def downloader() -> Downloader:
    return Downloader(sleep=lambda _: None)


def with_files(*downloads: Download) -> Source:
    return replace(SOURCE, downloads=downloads)


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


class TestReleases:
    def test_the_day_of_the_last_change_names_the_release(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(server.serve("a/one.tsv", CONTENT)))
        (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
        assert arrival.is_new
        assert files(tmp_path) == ["made/2025-01-01/fetch.json", "made/2025-01-01/one.tsv"]
        assert (tmp_path / "made/2025-01-01/one.tsv").read_bytes() == CONTENT

    def test_the_address_after_redirects_may_name_it(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        target = server.serve("download/v2025-03-01/hp.obo", CONTENT)
        url = server.serve("latest/hp.obo", b"", {"status": 302, "headers": {"Location": target}})
        source = with_files(Download(url, release=r"/v(\d{4}-\d\d-\d\d)/"))
        fetch_sources([source], tmp_path, downloader)
        assert "made/2025-03-01/hp.obo" in files(tmp_path)

    def test_an_address_without_the_release_is_an_error(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(server.serve("hp.obo", CONTENT), release=r"/v(\d+)/"))
        (failure,) = fetch_sources([source], tmp_path, downloader).failures
        assert "names no release" in str(failure.error)

    def test_without_any_hint_it_is_the_day_of_the_fetch(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        fetch_sources([with_files(Download(server.serve("x", CONTENT, last_modified=None)))], tmp_path, downloader)
        assert f"made/{today()}/x" in files(tmp_path)


class TestAgain:
    def test_a_second_fetch_receives_nothing(self, server: Server, downloader: Downloader, tmp_path: Path) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT)), Download(server.serve("two.tsv", CONTENT)))
        fetch_sources([source], tmp_path, downloader)
        sent, before = server.sent.total(), files(tmp_path)
        again = fetch_sources([source], tmp_path, downloader)
        assert [arrival.is_new for arrival in again.arrivals] == [False, False]
        assert (server.sent.total(), files(tmp_path)) == (sent, before)

    def test_a_newer_version_stands_beside_the_older_one(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT)))
        fetch_sources([source], tmp_path, downloader)
        server.serve("one.tsv", CONTENT[::-1], last_modified="Mon, 10 Nov 2025 00:00:00 GMT")
        (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
        assert arrival.path == tmp_path / "made/2025-11-10/one.tsv"
        assert (tmp_path / "made/2025-01-01/one.tsv").read_bytes() == CONTENT

    def test_the_same_bytes_under_a_new_etag_are_asked_for_once(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT, etag='"1"')))
        fetch_sources([source], tmp_path, downloader)
        server.serve("one.tsv", CONTENT, etag='"2"')
        for _ in range(3):
            (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
            assert not arrival.is_new
        assert server.sent["one.tsv"] == 2 * len(CONTENT)
        assert files(tmp_path) == ["made/2025-01-01/fetch.json", "made/2025-01-01/one.tsv"]

    def test_a_damaged_record_or_a_folder_that_cannot_be_made_fails_that_file_alone(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        first, second = (
            replace(SOURCE, id=name, folder=name, downloads=(Download(server.serve(name, CONTENT)),)) for name in "ab"
        )
        (tmp_path / "a" / "2025-01-01").mkdir(parents=True)
        (tmp_path / "a" / "2025-01-01" / "fetch.json").write_text("{", "utf-8")
        (tmp_path / "b").write_text("a file in the way", "utf-8")
        third = with_files(Download(server.serve("c", CONTENT)))
        fetching = fetch_sources([first, second, third], tmp_path, downloader)
        assert [arrival.download.name for arrival in fetching.arrivals] == ["c"]
        with pytest.raises(DataError, match=r"^2 files .* delete it and fetch again.*; .*/b: cannot be written to"):
            fetching.check()

    def test_a_lost_file_is_fetched_again(self, server: Server, downloader: Downloader, tmp_path: Path) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT)))
        (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
        arrival.path.unlink()
        fetch_sources([source], tmp_path, downloader)
        assert arrival.path.read_bytes() == CONTENT

    def test_one_failure_does_not_keep_the_others_from_coming(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(f"{server.url}/gone.tsv"), Download(server.serve("one.tsv", CONTENT)))
        fetching = fetch_sources([source], tmp_path, downloader)
        assert [arrival.download.name for arrival in fetching.arrivals] == ["one.tsv"]
        with pytest.raises(DataError, match=r"^1 files could not be fetched, .*gone\.tsv: answers with status 404"):
            fetching.check()

    def test_what_is_newer_upstream_is_told_without_fetching_it(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        names = ("same", "changed", "gone", "never")
        source = with_files(*(Download(server.serve(name, CONTENT)) for name in names))
        fetch_sources([with_files(*source.downloads[:3])], tmp_path, downloader)
        server.serve("changed", CONTENT[::-1])
        del server.files["gone"]
        states = {download.name: state for _, download, state in find_newer([source], tmp_path, downloader)}
        assert (states["same"], states["changed"], states["never"]) == ("current", "newer upstream", "not fetched")
        assert states["gone"] == f"unknown: {server.url}/gone: answers with status 404"

    def test_a_publisher_that_asks_for_a_pause_gets_it(self, server: Server, tmp_path: Path) -> None:
        waits: list[float] = []
        source = with_files(*(Download(server.serve(name, CONTENT)) for name in "abc"))
        fetch_sources([replace(source, interval=0.5)], tmp_path, Downloader(sleep=waits.append))
        assert waits == [0.5, 0.5]


class TestVerify:
    @pytest.mark.parametrize(
        ("damage", "reason"),
        [
            (lambda path: path.unlink(), "is missing"),
            (lambda path: path.write_bytes(CONTENT[:-1]), "has 49999 bytes instead of 50000"),
            (lambda path: path.write_bytes(CONTENT[::-1]), "has another SHA-256 than when it was fetched"),
        ],
    )
    def test_a_damaged_file_is_named_with_the_reason(
        self, server: Server, downloader: Downloader, tmp_path: Path, damage: Any, reason: str
    ) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT)), Download(server.serve("two.tsv", CONTENT)))
        first, second = (arrival.path for arrival in fetch_sources([source], tmp_path, downloader).arrivals)
        assert verify_fetched([source], tmp_path) == ([first, second], [])
        damage(first)
        assert verify_fetched([source], tmp_path) == ([second], [(first, reason)])

    @pytest.mark.parametrize("content", ["{", "[]", '{"files": {"x": {}}}', '{"retrieved": "2025-01-01"}'])
    def test_a_damaged_record_is_named(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "fetch.json").write_text(content, "utf-8")
        with pytest.raises(SourceError, match=r"fetch\.json: is no record of a fetch"):
            FetchRecord.load(tmp_path)

    def test_a_folder_that_two_sources_share_is_checked_once(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        source = with_files(Download(server.serve("one.tsv", CONTENT)))
        fetch_sources([source], tmp_path, downloader)
        good, bad = verify_fetched([source, replace(SOURCE, id="other", folder="made")], tmp_path)
        assert (len(good), bad) == (1, [])


class TestPages:
    def rows(self, number: int) -> list[dict[str, Any]]:
        return [{"gene": "CYP2D6", "id": row} for row in range(number)]

    @pytest.mark.parametrize("number", [0, 1, 999, 1000, 1001, 2500])
    def test_all_pages_become_one_array_in_order(
        self, server: Server, downloader: Downloader, tmp_path: Path, number: int
    ) -> None:
        server.tables["v1/diplotype"] = self.rows(number)
        source = with_files(Download(f"{server.url}/v1/diplotype?order=id", name="diplotype.json", rows=1000))
        (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
        assert json.loads(arrival.path.read_text("utf-8")) == self.rows(number)
        assert arrival.path == tmp_path / "made" / today() / "diplotype.json"
        assert files(tmp_path / "made" / PARTS) == []

    def test_a_server_that_gives_fewer_rows_than_asked_for_is_followed_to_its_end(
        self, server: Server, downloader: Downloader, tmp_path: Path
    ) -> None:
        server.tables["t"], server.most_rows = self.rows(250), 100
        source = with_files(Download(f"{server.url}/t", rows=1000))
        (arrival,) = fetch_sources([source], tmp_path, downloader).arrivals
        assert len(json.loads(arrival.path.read_text("utf-8"))) == 250

    @pytest.mark.parametrize(("body", "reason"), [(b"{1", "no JSON"), (b'{"message": "no"}', "no array of rows")])
    def test_a_page_that_is_no_array_is_an_error(
        self, server: Server, downloader: Downloader, tmp_path: Path, body: bytes, reason: str
    ) -> None:
        (failure,) = fetch_sources(
            [with_files(Download(server.serve("t", body), rows=10))], tmp_path, downloader
        ).failures
        assert reason in str(failure.error)


FETCH = """
import sys
from pathlib import Path
from kg.fetching.download import Downloader
from kg.fetching.official import fetch_sources
from kg.source import Download, Source
url, root, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
downloads = tuple(Download(f"{url}/{name}", checksum_url=f"{url}/{name}.sum") for name in names)
source = Source("made", "Made", "CC0 1.0", "https://example.org", "https://example.org", (), downloads=downloads)
fetch_sources([source], root, Downloader(sleep=lambda _: None)).check()
"""


def test_killed_twenty_times_at_random_every_file_ends_complete_and_verified(server: Server, tmp_path: Path) -> None:
    """From a server that also fails on the way."""
    chance = random.Random(20)  # noqa: S311 - moments
    contents = {f"file{number}.bin": chance.randbytes(300_000) for number in range(4)}
    trouble: list[dict[str, Any]] = [{}, {"cut": 50_000}, {"status": 503}, {"drop": True}]
    for name, content in contents.items():
        rounds = [chance.sample(trouble, len(trouble)) for _ in range(15)]  # never six in a row that bring nothing
        answers = [{"body": b"x"}, *({**answer, "pause": 0.02} for answers in rounds for answer in answers)]
        server.serve(name, content, *answers)
        server.serve(f"{name}.sum", sha256(content).hexdigest().encode())
    command = [sys.executable, "-c", FETCH, server.url, str(tmp_path), *contents]
    for _ in range(20):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 0.6))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        for path in (tmp_path / "made").glob("2025-*/*.bin"):  # what is in place is whole at any moment
            assert path.read_bytes() == contents[path.name]
    assert server.sent.total() > 0, "no run came as far as a transfer"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    good, bad = verify_fetched([SOURCE], tmp_path)
    assert bad == []
    assert {path.name: path.read_bytes() for path in good} == contents
    assert files(tmp_path / "made" / PARTS) == []
