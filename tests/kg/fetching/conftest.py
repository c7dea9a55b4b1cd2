"""A local HTTP server that also fails, truncates, redirects and lies, as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASED = formatdate(1_735_689_600, usegmt=True)
"""2025-01-01, of every file that states no other day."""


@dataclass(slots=True)
class Served:
    """One file of the server, and how it answers for it."""

    content: bytes
    etag: str | None = "auto"
    last_modified: str | None = RELEASED
    answers: tuple[Answer, ...] = ()
    """One for each request in turn; after them, and without any, honest ones."""

    @property
    def validator(self) -> str | None:
        return f'"{md5(self.content).hexdigest()}"' if self.etag == "auto" else self.etag  # noqa: S324 - no security here


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; the default is an honest one."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    """Bytes of the body after which the connection is closed."""
    stated_length: int | None = None
    ignore_range: bool = False
    shift: int = 0
    """Bytes by which an answered range begins elsewhere than it was asked for."""
    body: bytes | None = None
    """Sent in place of the content."""
    chunked: bool = False
    drop: bool = False
    """Close the connection without a word."""
    terse: bool = False
    """Leave the day of the last change out of the answer to a range."""
    pause: float = 0.0
    """Seconds between the blocks of the body."""


@dataclass(slots=True)
class Server:
    """What the server holds, and what it was asked for."""

    url: str
    files: dict[str, Served] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rows of tables that are given page by page (``limit`` and ``offset``), at most ``most_rows`` at once."""
    most_rows: int = 1000
    requests: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    """Bytes of bodies by path."""
    agents: set[str] = field(default_factory=set)

    def serve(self, path: str, content: bytes, *answers: dict[str, Any], **fields: Any) -> str:
        """Add or replace a file; answers its address. ``answers`` are the fields of :class:`Answer`, in turn."""
        self.files[path] = Served(content, answers=tuple(Answer(**answer) for answer in answers), **fields)
        self.requests[path] = 0
        return f"{self.url}/{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    """The server on a free port of the loopback interface."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    http.hostile = Server(f"http://127.0.0.1:{http.server_port}")  # type: ignore[attr-defined]  # read by the handler
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield http.hostile  # type: ignore[attr-defined]  # as above
    finally:
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    _BLOCK = 4096

    @property
    def hostile(self) -> Server:
        found: Server = self.server.hostile  # type: ignore[attr-defined]  # put there by running()
        return found

    def log_message(self, format: str, *args: Any) -> None:
        del format, args

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        path = split.path.lstrip("/")
        self.hostile.requests[path] += 1
        self.hostile.agents.add(self.headers.get("User-Agent", ""))
        if path in self.hostile.tables:
            self._send_page(self.hostile.tables[path], parse_qs(split.query))
        elif path in self.hostile.files:
            self._send_file(path, self.hostile.files[path])
        else:
            self._send(404, {}, b"not found")

    def _send_page(self, rows: list[dict[str, Any]], query: dict[str, list[str]]) -> None:
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        self._send(200, {}, json.dumps(rows[offset : offset + min(limit, self.hostile.most_rows)]).encode())

    def _send_file(self, path: str, served: Served) -> None:
        number = self.hostile.requests[path]
        answer = served.answers[number - 1] if number <= len(served.answers) else Answer()
        if answer.drop:
            self.close_connection = True
            return
        if answer.status is not None:
            self._send(answer.status, answer.headers, b"" if answer.status == 304 else b"refused")
            return
        validators = {"ETag": served.validator, "Last-Modified": served.last_modified}
        headers = {name: value for name, value in validators.items() if value} | answer.headers
        if self._is_unchanged(served):
            self._send(304, headers, b"")
            return
        content, status, start = served.content if answer.body is None else answer.body, 200, self._asked_start(served)
        if start is not None and not answer.ignore_range and answer.body is None:
            if start >= len(content):
                self._send(416, {"Content-Range": f"bytes */{len(content)}"}, b"")
                return
            start += answer.shift
            if answer.terse:
                del headers["Last-Modified"]
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(content) - 1}/{len(content)}"
            content = content[start:]
        self._send(status, headers, content, answer, path)

    def _is_unchanged(self, served: Served) -> bool:
        if "If-None-Match" in self.headers:
            return self.headers["If-None-Match"] == served.validator
        return served.last_modified is not None and self.headers.get("If-Modified-Since") == served.last_modified

    def _asked_start(self, served: Served) -> int | None:
        asked, condition = self.headers.get("Range", ""), self.headers.get("If-Range")
        if not asked or condition not in (served.validator, served.last_modified):
            return None
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def _send(
        self,
        status: int,
        headers: dict[str, str],
        body: bytes,
        answer: Answer = Answer(),
        path: str = "",
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body) if answer.stated_length is None else answer.stated_length))
        self.end_headers()
        if self.command == "HEAD":
            return
        whole = answer.cut is None and answer.stated_length is None
        self._write(body if answer.cut is None else body[: answer.cut], answer, path, whole=whole)
        if not whole:
            self.close_connection = True

    def _write(self, body: bytes, answer: Answer, path: str, *, whole: bool) -> None:
        try:
            for start in range(0, len(body), self._BLOCK):
                block = body[start : start + self._BLOCK]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if answer.chunked else block)
                self.hostile.sent[path] += len(block)
                if answer.pause:
                    self.wfile.flush()
                    threading.Event().wait(answer.pause)
            if answer.chunked and whole:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:  # the client was killed
            self.close_connection = True
