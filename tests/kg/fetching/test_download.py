"""One file over HTTP from a server that fails, truncates, redirects and lies: whole and right, or a clear error."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any

import pytest

from kg.fetching.download import ATTEMPTS, LONGEST_WAIT, Downloader, DownloadError, Validators

if TYPE_CHECKING:
    from pathlib import Path

Server = Any
"""The server of conftest.py, which cannot be imported."""

CONTENT = random.Random(1).randbytes(100_000)  # noqa: S311 - bytes that do not repeat
MD5 = md5(CONTENT).hexdigest()  # noqa: S324 - what publishers state


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("one.tsv", CONTENT.hex())
    return content.getvalue()


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the downloader waited."""
    return []


@pytest.fixture
def downloader(waits: list[float]) -> Downloader:
    return Downloader(sleep=waits.append)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "parts" / "file.bin.part"


def assert_whole(downloader: Downloader, url: str, part: Path, content: bytes = CONTENT, **options: Any) -> None:
    received = downloader.fetch(url, part, **options)
    assert received is not None
    assert part.read_bytes() == content
    assert (received.size, received.sha256) == (len(content), sha256(content).hexdigest())


FAILURES: dict[str, list[dict[str, Any]]] = {
    "busy": [{"status": 503}, {"status": 429, "headers": {"Retry-After": "7"}}],
    "drops the connection": [{"drop": True}, {"drop": True}],
    "breaks off": [{"cut": 30_000}, {"cut": 30_000}, {"cut": 10}],
    "breaks off before the first byte": [{"cut": 0}],
    "breaks off a chunked transfer": [{"chunked": True, "cut": 50_000}],
    "states more bytes than it sends": [{"stated_length": 200_000}],
    "answers with the wrong range": [{"cut": 30_000}, {"shift": 5}],
    "ignores ranges": [{"cut": 30_000}, {"ignore_range": True}],
    "sends a web page": [{"body": b"<!DOCTYPE html><html>maintenance</html>"}],
    "sends nothing": [{"body": b""}],
    "compresses on its way": [{"headers": {"Content-Encoding": "gzip"}}],
    "forgets the range": [{"cut": 30_000}, {"status": 416}],
}


@pytest.mark.parametrize("answers", FAILURES.values(), ids=FAILURES)
def test_the_file_comes_whole_though_the_server(
    server: Server, downloader: Downloader, part: Path, answers: list[dict[str, Any]]
) -> None:
    assert_whole(downloader, server.serve("file.bin", CONTENT, *answers), part)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([{"status": 404}], r"answers with status 404"),
        ([{"status": 403}], r"answers with status 403"),
        ([{"status": 503}] * ATTEMPTS, r"the server answers with status 503; gave up after 6 tries"),
        ([{"drop": True}] * ATTEMPTS, r"the connection broke"),
        ([{"body": b"<html>"}] * ATTEMPTS, r"is a web page, not the file"),
        ([{"status": 503, "headers": {"Retry-After": "86400"}}], r"status 503; gave up after 1 tries"),
        ([{"stated_length": 1 << 60}], r"has \d+ bytes; \d+ are free"),
    ],
)
def test_what_cannot_be_had_is_an_error_with_the_address_and_the_reason(
    server: Server, downloader: Downloader, part: Path, answers: list[dict[str, Any]], reason: str
) -> None:
    url = server.serve("file.bin", CONTENT, *answers)
    with pytest.raises(DownloadError, match=rf"^{url}: .*{reason}"):
        downloader.fetch(url, part)


def test_a_server_that_nobody_runs_is_named(downloader: Downloader, part: Path) -> None:
    with pytest.raises(DownloadError, match=r"^http://127.0.0.1:9/x: the connection broke"):
        downloader.fetch("http://127.0.0.1:9/x", part)


class TestResuming:
    def test_only_what_is_missing_is_asked_for(self, server: Server, downloader: Downloader, part: Path) -> None:
        assert_whole(downloader, server.serve("file.bin", CONTENT, {"cut": 60_000}), part)
        assert server.sent["file.bin"] == len(CONTENT)

    def test_another_version_is_not_mixed_in(self, server: Server, downloader: Downloader, part: Path) -> None:
        """The version changes while the download is broken off."""
        url = server.serve("file.bin", CONTENT, *[{"cut": 20_000}, *[{"status": 503}] * ATTEMPTS])
        with pytest.raises(DownloadError):
            downloader.fetch(url, part)
        newer = CONTENT[::-1]
        server.serve("file.bin", newer)
        assert_whole(downloader, url, part, newer)

    def test_a_server_without_validators_gives_the_whole_file_again(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        url = server.serve("file.bin", CONTENT, {"cut": 60_000}, etag=None, last_modified=None)
        assert_whole(downloader, url, part)
        assert server.sent["file.bin"] == 60_000 + len(CONTENT)

    def test_a_weak_etag_alone_does_not_prove_the_same_bytes(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        url = server.serve("file.bin", CONTENT, {"cut": 60_000}, etag='W/"1"', last_modified=None)
        assert_whole(downloader, url, part)
        assert server.sent["file.bin"] == 60_000 + len(CONTENT)

    def test_a_whole_part_that_was_never_put_into_place_is_not_fetched_again(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        url = server.serve("file.bin", CONTENT)
        assert_whole(downloader, url, part)
        assert_whole(downloader, url, part)
        assert server.sent["file.bin"] == len(CONTENT)

    @pytest.mark.parametrize("record", ["{", "[]", '{"url": "http://other/"}'])
    def test_a_part_of_unknown_origin_is_discarded(
        self, server: Server, downloader: Downloader, part: Path, record: str
    ) -> None:
        part.parent.mkdir()
        part.write_bytes(b"something else")
        part.with_name(f"{part.name}.json").write_text(record, "utf-8")
        assert_whole(downloader, server.serve("file.bin", CONTENT), part)


class TestChecks:
    def test_a_checksum_of_the_publisher_is_compared(self, server: Server, downloader: Downloader, part: Path) -> None:
        sums = server.serve("file.bin.md5", f"{MD5}  /pub/file.bin\n".encode())
        corrupt = {"body": b"x" * len(CONTENT)}
        assert_whole(downloader, server.serve("file.bin", CONTENT, corrupt), part, checksum_url=sums)

    def test_a_checksum_that_never_fits_is_an_error_and_nothing_is_kept(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        sums = server.serve("file.bin.md5", b"0" * 32)
        with pytest.raises(DownloadError, match=rf"has the checksum {MD5}, the publisher states 0{{32}}"):
            downloader.fetch(server.serve("file.bin", CONTENT), part, checksum_url=sums)
        assert not part.exists()

    def test_a_missing_checksum_is_an_error(self, server: Server, downloader: Downloader, part: Path) -> None:
        with pytest.raises(DownloadError, match=r"gives no checksum \(status 404\)"):
            downloader.fetch(server.serve("file.bin", CONTENT), part, checksum_url=f"{server.url}/none.md5")

    @pytest.mark.parametrize(("name", "content"), [("a.tsv.gz", gzip.compress(CONTENT, mtime=0)), ("a.zip", zipped())])
    def test_a_damaged_archive_without_a_stated_length_is_noticed(
        self, server: Server, downloader: Downloader, tmp_path: Path, name: str, content: bytes
    ) -> None:
        """The server closes a transfer that it calls whole."""
        url = server.serve(name, content, {"body": content[:-40]}, {"body": content[: len(content) // 2]})
        assert_whole(downloader, url, tmp_path / f"{name}.part", content)


class TestRefusals:
    def test_a_server_whose_checksum_never_fits_is_not_asked_for_ever(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        """Each copy breaks off once on its way."""
        sums = server.serve("file.bin.md5", b"0" * 32)
        url = server.serve("file.bin", CONTENT, *[{"cut": 50_000}, {}] * 20)
        with pytest.raises(DownloadError, match=r"has the checksum .*; gave up after 6 tries"):
            downloader.fetch(url, part, checksum_url=sums)

    def test_a_resumed_file_keeps_the_day_of_its_first_part(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        """A server leaves it out of the answer to If-Range (RFC 9110, 15.3.7)."""
        url = server.serve("file.bin", CONTENT, {"cut": 50_000}, {"terse": True})
        received = downloader.fetch(url, part)
        assert received is not None
        assert received.validators.date == "2025-01-01"

    def test_a_checksum_that_breaks_off_on_its_way_is_asked_for_again(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        sums = server.serve("file.bin.md5", MD5.encode(), {"drop": True}, {"drop": True})
        assert_whole(downloader, server.serve("file.bin", CONTENT), part, checksum_url=sums)


class TestRedirects:
    def test_a_redirect_is_followed_and_the_last_address_is_told(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        target = server.serve("v2025-01-16/file.bin", CONTENT)
        url = server.serve("latest", b"", {"status": 302, "headers": {"Location": target}})
        received = downloader.fetch(url, part)
        assert received is not None
        assert received.addresses == (url, target)
        assert part.read_bytes() == CONTENT

    def test_a_circle_is_an_error(self, server: Server, downloader: Downloader, part: Path) -> None:
        around = {"status": 302, "headers": {"Location": "/round"}}
        with pytest.raises(DownloadError, match=r"is redirected more than 5 times"):
            downloader.fetch(server.serve("round", b"", *[around] * 20), part)


class TestFreshness:
    def test_an_unchanged_file_costs_one_request_without_a_body(
        self, server: Server, downloader: Downloader, part: Path
    ) -> None:
        url = server.serve("file.bin", CONTENT)
        first = downloader.fetch(url, part)
        assert first is not None
        part.unlink()
        assert downloader.fetch(url, part, known=first.validators) is None
        assert server.sent["file.bin"] == len(CONTENT)

    @pytest.mark.parametrize("fields", [{}, {"etag": None}, {"last_modified": None}])
    def test_a_newer_version_is_told_from_the_known_one(
        self, server: Server, downloader: Downloader, part: Path, fields: dict[str, None]
    ) -> None:
        url = server.serve("file.bin", CONTENT, **fields)
        known = downloader.fetch(url, part)
        assert known is not None
        assert not downloader.is_newer(url, known.validators)
        later = {"last_modified": "Mon, 10 Nov 2025 00:00:00 GMT"} if "last_modified" not in fields else {}
        server.serve("file.bin", CONTENT[::-1], **{**fields, **later})
        assert downloader.is_newer(url, known.validators)

    def test_the_day_of_the_last_change_is_in_utc(self) -> None:
        assert Validators(last_modified="Wed, 01 Jan 2025 23:30:00 GMT").date == "2025-01-01"
        assert Validators(last_modified="last week").date is None
        assert Validators().date is None


class TestPoliteness:
    def test_it_waits_as_long_as_the_server_asks(
        self, server: Server, downloader: Downloader, part: Path, waits: list[float]
    ) -> None:
        assert_whole(downloader, server.serve("file.bin", CONTENT, *FAILURES["busy"]), part)
        assert waits == [2.0, 7.0]

    def test_it_waits_longer_from_try_to_try(
        self, server: Server, downloader: Downloader, part: Path, waits: list[float]
    ) -> None:
        with pytest.raises(DownloadError):
            downloader.fetch(server.serve("file.bin", CONTENT, *[{"status": 500}] * 9), part)
        assert waits == [2.0, 4.0, 8.0, 16.0, 32.0]
        assert max(waits) <= LONGEST_WAIT

    def test_it_says_who_asks(self, server: Server, downloader: Downloader, part: Path) -> None:
        downloader.fetch(server.serve("file.bin", CONTENT), part)
        (agent,) = server.agents
        assert agent.startswith("genopath/")


def test_a_part_file_tells_what_it_is_a_part_of(server: Server, downloader: Downloader, part: Path) -> None:
    url = server.serve("file.bin", CONTENT, {"cut": 9_000}, *[{"status": 503}] * ATTEMPTS)
    with pytest.raises(DownloadError):
        downloader.fetch(url, part)
    assert part.read_bytes() == CONTENT[:9_000]
    record = json.loads(part.with_name(f"{part.name}.json").read_text("utf-8"))
    assert (record["url"], record["etag"]) == (url, f'"{MD5}"')
