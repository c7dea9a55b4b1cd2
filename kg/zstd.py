"""Zstandard files as binary streams that notice where a file is cut off.

The reader of the ``zstandard`` package (0.25) ends a truncated file as if it were whole.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Final, cast

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_BLOCK: Final = 1 << 17
"""Compressed bytes that are read at once."""


def open_zstd(raw: IO[bytes]) -> IO[bytes]:
    """The decompressed bytes of ``raw``, of all its frames; closing it closes ``raw``.

    Reading raises ``EOFError`` where the last frame is incomplete, as the standard library does for gzip.
    """
    return cast("IO[bytes]", io.BufferedReader(_Decompressed(raw), _BLOCK))  # readable as one


class _Decompressed(io.RawIOBase):
    """Hands out decompressed blocks in the portions that a buffer asks for."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._blocks = _blocks(raw)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # any writable buffer, which has no type before Python 3.12
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


def _blocks(raw: IO[bytes]) -> Iterator[bytes]:
    frame = None
    while block := raw.read(_BLOCK):
        while block:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(block)
            block, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
    if frame is not None:
        raise EOFError("the compressed file ended before the end of its last frame")
