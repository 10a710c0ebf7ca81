"""How much of a response is read at all: an answer is small, and whatever is larger is none.

Without bounds one response of some hundred megabytes, or a small one that unpacks to that, would cost the memory of
the whole run; and one endless stream event would keep the process busy joining its lines.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from harness.providers.reading import Unreadable

if TYPE_CHECKING:
    import httpx2

LONGEST_REPLY = 32 * 1024 * 1024
"""Bytes, unpacked. The longest answer of today's models, streamed token by token, has some 25 MB."""
LONGEST_ERROR = 256 * 1024
"""Bytes of an error's body; the rest of it is not read."""
LONGEST_EVENT = 2 * 1024 * 1024
"""Bytes of one event of a stream."""
MOST_LINES = 1000
"""Lines of one event; the API's have two."""

_UNPACKED_HERE = frozenset({"gzip", "x-gzip"})
_NOT_ASKED_FOR = frozenset({"deflate", "br", "zstd", "compress"})
_PIECE = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16
_BLANK = (b"\n\n", b"\r\n\r\n", b"\r\r")


async def bound(response: httpx2.Response) -> None:
    """Response hook: unpack the body here, and stop reading where it is too long to be an answer.

    Reading it raises `Unreadable` then, or ends where it is an error's body.
    """
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self._stream:
                for piece in reading.pieces(chunk):
                    yield piece
                if reading.is_enough:
                    return
            reading.finish()

        async def aclose(self) -> None:
            await self._stream.aclose()

    if response.is_closed or not isinstance(response.stream, httpx2.AsyncByteStream):
        return  # it was whole from the start
    reading = _Reading(
        unpack=_unpacker(response),
        gauge=EventGauge() if "event-stream" in response.headers.get("content-type", "") else None,
        is_error=not response.is_success,
    )
    response.stream = Bounded(response.stream)


class _Unpack(Protocol):
    """A decompressor of `zlib`, whose class has no public name."""

    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@dataclass(slots=True)
class EventGauge:
    """Measures the event that a stream is in the middle of."""

    size: int = 0
    lines: int = 0
    tail: bytes = b""

    def see(self, chunk: bytes) -> None:
        """Take the next bytes. Raises `Unreadable` where an event is too long."""
        seen = self.tail + chunk
        end = max(seen.rfind(blank) + len(blank) if blank in seen else 0 for blank in _BLANK)
        if end:
            self.size = self.lines = 0
        new = max(end, len(self.tail))
        self.size += len(seen) - new
        self.lines += max(seen.count(b"\n", new), seen.count(b"\r", new))
        self.tail = seen[max(end, len(seen) - 3) :]
        if self.size > LONGEST_EVENT or self.lines > MOST_LINES:
            raise Unreadable("an event of the stream is too long to be one")


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read of one body."""

    unpack: _Unpack | None
    gauge: EventGauge | None
    is_error: bool
    size: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether nobody needs the rest."""
        return self.is_error and self.size >= LONGEST_ERROR

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """The same bytes, unpacked. Raises `Unreadable` where they are too many, or not what they should be."""
        for piece in [chunk] if self.unpack is None else self._unpacked(self.unpack, chunk):
            self.size += len(piece)
            if self.is_enough:
                return
            if self.size > LONGEST_REPLY:
                raise Unreadable(f"the body has more than {LONGEST_REPLY >> 20} MB")
            if self.gauge is not None:
                self.gauge.see(piece)
            yield piece

    def finish(self) -> None:
        """All bytes came. Raises `Unreadable` where what is packed in them breaks off."""
        if self.unpack is not None and not self.unpack.eof:
            raise Unreadable("the packed body breaks off")

    @staticmethod
    def _unpacked(unpack: _Unpack, chunk: bytes) -> Iterator[bytes]:
        try:
            while piece := unpack.decompress(chunk, _PIECE):
                yield piece
                chunk = unpack.unconsumed_tail
        except zlib.error:
            raise Unreadable("the packed body cannot be unpacked") from None


def _unpacker(response: httpx2.Response) -> _Unpack | None:
    """What unpacks the body, if anything has to; the response is then as if it had never been packed."""
    encodings = {each.strip().lower() for each in response.headers.get("content-encoding", "").split(",")}
    if encodings & _NOT_ASKED_FOR:
        raise Unreadable("the body is packed in a way nobody asked for")
    if not encodings & _UNPACKED_HERE:
        return None
    del response.headers["content-encoding"]
    return zlib.decompressobj(_GZIP)
