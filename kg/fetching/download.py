"""One public file over HTTP: resumed where it broke off, checked, and put into place whole or not at all.

``requests`` speaks HTTP; what is added here is what no kept library has: a part file with the validators of the
response that it comes from, so that a resumed file is never a mixture of two versions.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import requests
import urllib3
from tqdm import tqdm

from kg.fetching.integrity import digest, find_damage
from ontology.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ATTEMPTS: Final = 6
"""Tries in a row that bring nothing new of a file."""
MOST_REFUSALS: Final = 3
"""Whole files that are not the right ones, before no other is asked for."""
MOST_ATTEMPTS: Final = 200
"""Tries for one file, whatever they bring: a server that breaks off so often is no use."""
LONGEST_WAIT: Final = 120.0
"""Seconds; a server that asks for more is not waited for."""
MOST_BYTES: Final = 60 << 30
"""A larger file is refused: ClinVar's XML, the largest of all, has under 10 GB."""
_TIMEOUT: Final = (15.0, 60.0)
"""Seconds to connect, and between two blocks."""
_BLOCK: Final = 1 << 18
_MOST_REDIRECTS: Final = 5
_RETRIED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_DIGEST: Final = re.compile(r"\b([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b", re.IGNORECASE)
_DIGEST_OF_LENGTH: Final = {32: "md5", 40: "sha1", 64: "sha256"}


class DownloadError(DataError):
    """A file could not be fetched whole; nothing was put into its place."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url


class _InterruptedError(Exception):
    """This try failed in a way that another may not.

    ``wait`` is what the server asks for, in seconds; ``refused`` tells that a whole file came and is not the right one.
    """

    def __init__(self, reason: str, wait: float | None = None, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server says to tell versions of a file apart."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, response: requests.Response) -> Validators:
        """Those of a response."""
        return cls(response.headers.get("ETag"), response.headers.get("Last-Modified"))

    @property
    def strong(self) -> str | None:
        """The validator with which a transfer may be resumed (RFC 9110, 13.1.5), if there is one."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for the file only if it has changed."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}

    @property
    def date(self) -> str | None:
        """The day of the last change as an ISO date, in UTC."""
        try:
            return parsedate_to_datetime(self.last_modified or "").strftime("%Y-%m-%d")
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Received:
    """A whole, checked file: its part file, waiting to be moved into place."""

    part: Path
    addresses: tuple[str, ...]
    """The address that was asked for, and those that it led to."""
    validators: Validators
    sha256: str
    size: int


@dataclass(slots=True)
class Downloader:
    """Fetches files, politely: waits between requests to one source and as long as a server asks for."""

    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep
    progress: bool = False

    def __post_init__(self) -> None:
        self.session.max_redirects = _MOST_REDIRECTS
        self.session.headers.update({"User-Agent": f"genopath/{version('genopath')}", "Accept-Encoding": "identity"})

    def fetch(
        self, url: str, part: Path, *, known: Validators | None = None, checksum_url: str = ""
    ) -> Received | None:
        """The file behind ``url`` as a checked part file, ``None`` where it is still the ``known`` version.

        An earlier, broken-off ``part`` is resumed if the server still has that version.

        Raises:
            DownloadError: it cannot be had whole; a part that may be resumed stays.
        """
        tries, received, refusals = 0, 0, 0
        for total in range(1, MOST_ATTEMPTS + 1):
            try:
                return self._try(url, part, known, checksum_url)
            except _InterruptedError as error:
                now = part.stat().st_size if part.exists() else 0
                tries = 1 if now > received else tries + 1
                received = max(received, now)
                refusals += error.refused
                wait = error.wait if error.wait is not None else min(2.0**tries, LONGEST_WAIT)
                given_up = tries >= ATTEMPTS or refusals >= MOST_REFUSALS or total == MOST_ATTEMPTS
                if given_up or wait > LONGEST_WAIT:
                    raise DownloadError(url, f"{error}; gave up after {total} tries, try again later") from error
                self.sleep(wait)
            except requests.TooManyRedirects as error:
                raise DownloadError(url, f"is redirected more than {_MOST_REDIRECTS} times") from error
            except requests.RequestException as error:
                raise DownloadError(url, f"cannot be requested ({error})") from error
        raise AssertionError("the last try returns or raises")

    def is_newer(self, url: str, known: Validators) -> bool:
        """Whether the server has another version than the ``known`` one.

        Raises:
            DownloadError: the server does not answer.
        """
        try:
            response = self.session.head(url, headers=known.conditions, timeout=_TIMEOUT, allow_redirects=True)
        except requests.RequestException as error:
            raise DownloadError(url, f"cannot be asked for ({error})") from error
        if response.status_code == 304:
            return False
        if response.status_code != 200:
            raise DownloadError(url, f"answers with status {response.status_code}")
        now = Validators.of(response)
        return now.etag != known.etag if now.etag and known.etag else now.last_modified != known.last_modified

    def _try(self, url: str, part: Path, known: Validators | None, checksum_url: str) -> Received | None:
        state = _PartState.of(part, url)
        headers = state.conditions() or (known.conditions if known else {})
        try:
            with self.session.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
                _check_redirects(url, response)
                if response.status_code == 304 and known is not None and not state.size:
                    return None
                addresses = _addresses(response)
                total: int | None = state.size
                validators = state.validators
                if not state.is_whole_by(response):
                    start = _start(url, response, state)
                    total = _total(response, start)
                    validators = state.validators if start else Validators.of(response)
                    _check_room(url, total, part)
                    state.begin(validators, keep=start > 0)
                    self._receive(response, part, total)
        except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
            raise _InterruptedError(f"the connection broke ({type(error).__name__})") from error
        size = part.stat().st_size
        if size > MOST_BYTES:
            state.discard()
            raise DownloadError(url, f"has more than {MOST_BYTES} bytes")
        if total is not None and size != total:
            if size > total:
                state.discard()
            raise _InterruptedError(f"{size} bytes came of {total} that were announced")
        digest = self._checked(url, part, checksum_url, state)
        return Received(part, addresses, validators, digest, size)

    def _receive(self, response: requests.Response, part: Path, total: int | None) -> None:
        label = part.name.removesuffix(".part")
        with (
            part.open("ab") as stream,
            tqdm(
                total=total, initial=stream.tell(), unit="B", unit_scale=True, desc=label, disable=not self.progress
            ) as bar,
        ):
            while block := response.raw.read1(_BLOCK):  # what came before a break is kept, unlike with read
                stream.write(block)
                bar.update(len(block))
                if stream.tell() > min(MOST_BYTES, total if total is not None else MOST_BYTES):
                    break
            stream.flush()
            os.fsync(stream.fileno())

    def _checked(self, url: str, part: Path, checksum_url: str, state: _PartState) -> str:
        """SHA-256 of a part that is what its name and its publisher's checksum say; another is discarded."""
        damage = find_damage(part, part.name.removesuffix(".part"))
        if damage is None and checksum_url:
            stated = self._stated_digest(checksum_url)
            own = digest(part, _DIGEST_OF_LENGTH[len(stated)])
            if own != stated:
                damage = f"has the checksum {own}, the publisher states {stated}"
        if damage is not None:
            state.discard()
            raise _InterruptedError(damage, refused=True)
        return digest(part)

    def _stated_digest(self, checksum_url: str) -> str:
        try:
            response = self.session.get(checksum_url, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise _InterruptedError(f"{checksum_url} cannot be requested ({type(error).__name__})") from error
        found = _DIGEST.search(response.text[:4096])
        if response.status_code != 200 or found is None:
            raise _InterruptedError(f"{checksum_url} gives no checksum (status {response.status_code})")
        return found[1].lower()


@dataclass(slots=True)
class _PartState:
    """A part file and, beside it, where it comes from."""

    part: Path
    url: str
    validators: Validators
    size: int

    @classmethod
    def of(cls, part: Path, url: str) -> _PartState:
        """What is there; a part of another address, or without a record, is discarded."""
        try:
            record = json.loads(_record_of(part).read_text("utf-8"))
            validators = Validators(record["etag"], record["last_modified"])
            if record["url"] == url and validators.strong and part.is_file():
                return cls(part, url, validators, part.stat().st_size)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        state = cls(part, url, Validators(), 0)
        state.discard()
        return state

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the rest of the same version, none where there is nothing to resume."""
        strong = self.validators.strong
        return {"Range": f"bytes={self.size}-", "If-Range": strong} if self.size and strong else {}

    def is_whole_by(self, response: requests.Response) -> bool:
        """Whether the answer says that the rest asked for is empty: of the same version, there is nothing more."""
        stated = response.headers.get("Content-Range", "")
        return response.status_code == 416 and self.size > 0 and stated == f"bytes */{self.size}"

    def begin(self, validators: Validators, *, keep: bool) -> None:
        """Note the version that is coming; without ``keep``, empty the part first."""
        if not keep:
            self.discard()
        record = {"url": self.url, "etag": validators.etag, "last_modified": validators.last_modified}
        self.part.parent.mkdir(parents=True, exist_ok=True)
        new = _record_of(self.part).with_suffix(".new")
        new.write_text(json.dumps(record), "utf-8")
        new.replace(_record_of(self.part))

    def discard(self) -> None:
        """Delete the part and its record."""
        self.part.unlink(missing_ok=True)
        _record_of(self.part).unlink(missing_ok=True)
        self.size = 0


def forget_part(part: Path) -> None:
    """Delete what is left of a part whose file was moved into place."""
    _record_of(part).unlink(missing_ok=True)


def _record_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _addresses(response: requests.Response) -> tuple[str, ...]:
    return (*(step.url for step in response.history), response.url)


def _check_redirects(url: str, response: requests.Response) -> None:
    for one, other in pairwise(_addresses(response)):
        if one.startswith("https:") and not other.startswith("https:"):
            raise DownloadError(url, f"is redirected from an encrypted to an open connection ({other})")


def _start(url: str, response: requests.Response, state: _PartState) -> int:
    """Where in the file the response's body begins."""
    status = response.status_code
    if status == 200:
        return 0
    if status == 206 and state.size:
        stated = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        same = Validators.of(response).strong in (None, state.validators.strong)
        if stated and int(stated[1]) == state.size and same:
            return state.size
        state.discard()
        raise _InterruptedError("the server answered with another part than was asked for")
    if status == 416:
        state.discard()
        raise _InterruptedError("the server has no such rest of the file")
    if status in _RETRIED:
        raise _InterruptedError(f"the server answers with status {status}", _retry_after(response))
    raise DownloadError(url, f"answers with status {status}; see the source's homepage for a newer address")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    with contextlib.suppress(ValueError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    return None


def _total(response: requests.Response, start: int) -> int | None:
    """Size of the whole file in bytes, ``None`` where the server does not say."""
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise _InterruptedError(f"the server sends the file in the encoding {encoding}, which was not asked for")
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _check_room(url: str, total: int | None, part: Path) -> None:
    if total is None:
        return
    folder = next(parent for parent in part.parents if parent.exists())
    free = shutil.disk_usage(folder).free
    if total > min(free, MOST_BYTES):
        raise DownloadError(
            url, f"has {total} bytes; {free} are free below {folder}, and at most {MOST_BYTES} are taken"
        )
