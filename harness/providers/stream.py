"""Streamed replies: the order their events must come in, and a copy of their bytes for a recording."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from harness.providers.reading import Unreadable

if TYPE_CHECKING:
    import httpx2

BYTES = "harness.bytes"
"""Response extension that collects the bytes of a streamed body while they pass."""


class StreamOrder:
    """Follows the events of one reply. The SDK joins events in any order, twice, or cut short, without a word."""

    def __init__(self) -> None:
        self._begun = False
        self._ended = False
        self._delta_seen = False
        self._blocks = 0
        self._open: int | None = None

    def see(self, event: str, index: int | None) -> None:
        """Take the next event. Raises `Unreadable` where it cannot follow the ones before; unknown ones may."""
        if event == "message_start":
            self._need(not self._begun, "the stream starts twice")
            self._begun = True
            return
        known = event in {"content_block_start", "content_block_delta", "content_block_stop", "message_delta"}
        if known or event == "message_stop":
            self._need(self._begun and not self._ended, "a stream event out of order")
        if known:
            self._block(event, index)
        self._ended = self._ended or event == "message_stop"

    def finish(self) -> None:
        """The stream is over. Raises `Unreadable` where it was cut off."""
        complete = self._begun and self._ended and self._delta_seen and self._open is None
        self._need(complete, "the stream was cut off before its end")

    def _block(self, event: str, index: int | None) -> None:
        if event == "message_delta":
            self._need(self._open is None, "a stream event out of order")
            self._delta_seen = True
        elif event == "content_block_start":
            self._need(self._open is None and index == self._blocks, "a content block out of order")
            self._open, self._blocks = index, self._blocks + 1
        else:
            self._need(self._open is not None and index == self._open, "a part of no open content block")
            self._open = None if event == "content_block_stop" else self._open

    @staticmethod
    def _need(is_so: bool, what: str) -> None:  # noqa: FBT001  an assertion reads best in this order
        if not is_so:
            raise Unreadable(what)


async def tee(response: httpx2.Response) -> None:
    """Response hook: copy the body into the extension `BYTES` while it is read."""
    import httpx2

    class Tee(httpx2.AsyncByteStream):
        def __init__(self, stream: httpx2.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for chunk in self._stream:
                copy.extend(chunk)
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    copy = bytearray()
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.extensions[BYTES] = copy
        response.stream = Tee(response.stream)


def body_of(response: httpx2.Response) -> bytes:
    """The decoded bytes of a streamed body that went through `tee`."""
    import httpx2

    if response.is_closed and not response.extensions[BYTES]:
        return response.content  # it was whole from the start, and never streamed
    encoding = response.headers.get("content-encoding")
    headers = {} if encoding is None else {"content-encoding": encoding}
    return httpx2.Response(200, headers=headers, content=bytes(response.extensions[BYTES])).content
