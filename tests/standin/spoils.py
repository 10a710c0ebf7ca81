"""Ways to spoil a good answer, byte by byte: each takes what would have been said and gives what is sent."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.standin.answers import End, Said, Spoil, Step, Wait
from tests.standin.messages import error_json, events

Event = tuple[str, Mapping[str, Any]]
FOR_EVER = Wait(seconds=86_400.0)
_MEGABYTE = b" " * 1_000_000


def head(said: Said, status: str = "200 OK", **headers: str) -> bytes:
    """The first lines of a response. `headers`: with underscores for dashes; an empty one is left out."""
    kind = "text/event-stream" if said.streams else "application/json"
    every = {**said.headers, "content_type": kind, **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in every.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def whole(said: Said, body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """A response that is good HTTP, whatever its body is."""
    return head(said, status, **{"content_length": str(len(body)), **headers}) + body


def good(said: Said) -> bytes:
    """The body as it should be."""
    if said.streams:
        return b"".join(sse(*event) for event in events(said.message))
    return json.dumps(said.message).encode()


def sse(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


# --- bodies


def body(make: Callable[[Said], bytes], **headers: str) -> Spoil:
    """Good HTTP around whatever `make` gives."""

    def spoil(said: Said) -> Iterable[Step]:
        yield whole(said, make(said), **headers)
        yield End.KEPT

    return spoil


def text(content: bytes, **headers: str) -> Spoil:
    """Good HTTP around these bytes."""
    return body(lambda _said: content, **headers)


def message(**changes: Any) -> Spoil:
    """The good message with other values."""
    return body(lambda said: json.dumps({**said.message, **changes}).encode())


def usage(**changes: Any) -> Spoil:
    """The good message with other counts; one that is `...` is left out."""

    def make(said: Said) -> bytes:
        counts = {**said.message["usage"], **changes}
        kept = {name: value for name, value in counts.items() if value is not ...}
        return json.dumps({**said.message, "usage": kept}).encode()

    return body(make)


def without(*names: str) -> Spoil:
    """The good message without these keys."""
    return body(lambda said: json.dumps({k: v for k, v in said.message.items() if k not in names}).encode())


def edited(edit: Callable[[bytes], bytes], **headers: str) -> Spoil:
    """The good body, edited."""
    return body(lambda said: edit(good(said)), **headers)


def inflated(megabytes: int) -> Spoil:
    """A good message behind so much white space, gzipped: small on the wire, large in memory."""

    def make(said: Said) -> bytes:
        press = zlib.compressobj(9, zlib.DEFLATED, 31)
        parts = [press.compress(_MEGABYTE) for _ in range(megabytes)]
        return b"".join([*parts, press.compress(good(said)), press.flush()])

    return body(make, content_encoding="gzip")


def zipped(edit: Callable[[bytes], bytes] = bytes) -> Spoil:
    """The good body, gzipped, and edited after that."""
    return body(lambda said: edit(gzip.compress(good(said), mtime=0)), content_encoding="gzip")


def giant(megabytes: int, status: str = "200 OK") -> Spoil:
    """A body of white space without end, nearly."""

    def spoil(said: Said) -> Iterable[Step]:
        yield head(said, status, content_length=str(megabytes * len(_MEGABYTE)))
        yield from (_MEGABYTE for _ in range(megabytes))

    return spoil


# --- connections


def cut(at: float, *, reset: bool) -> Spoil:
    """Headers and the first part of the body (a share of it), then the end."""

    def spoil(said: Said) -> Iterable[Step]:
        content = good(said)
        length = "" if said.streams else str(len(content))
        yield head(said, content_length=length, connection="close" if said.streams else "")
        yield content[: int(len(content) * at)]
        if reset:
            yield End.RESET

    return spoil


def nothing(said: Said) -> Iterable[Step]:
    """The connection is closed without a byte."""
    return ()


def reset(said: Said) -> Iterable[Step]:
    yield End.RESET


def hang_after_headers(said: Said) -> Iterable[Step]:
    yield head(said, content_length="4000")
    yield FOR_EVER


def hang(said: Said) -> Iterable[Step]:
    yield FOR_EVER


def drip(seconds: float) -> Spoil:
    """The body byte by byte."""

    def spoil(said: Said) -> Iterable[Step]:
        content = good(said)
        yield head(said, content_length=str(len(content)))
        for each in content:
            yield bytes([each])
            yield Wait(seconds=seconds)

    return spoil


def slow_headers(said: Said) -> Iterable[Step]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(1000):
        yield f"x-slow-{number}: 1\r\n".encode()
        yield Wait(seconds=1.0)


def endless_headers(said: Said) -> Iterable[Step]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(100_000):
        yield f"x-endless-{number}: {'x' * 100}\r\n".encode()


def informational(count: int) -> Spoil:
    """So many 1xx responses before the good one."""

    def spoil(said: Said) -> Iterable[Step]:
        for _ in range(count):
            yield b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
        yield whole(said, good(said))
        yield End.KEPT

    return spoil


def switching(said: Said) -> Iterable[Step]:
    yield b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
    yield FOR_EVER


def short_length(said: Said) -> Iterable[Step]:
    """The header promises less than the body has; the rest stays in the pipe."""
    content = good(said)
    yield head(said, content_length=str(len(content) - 5)) + content
    yield End.KEPT


def long_length(said: Said) -> Iterable[Step]:
    content = good(said)
    yield head(said, content_length=str(len(content) + 50)) + content


def old_http(said: Said) -> Iterable[Step]:
    content = good(said)
    kind = "text/event-stream" if said.streams else "application/json"
    yield f"HTTP/1.0 200 OK\r\ncontent-type: {kind}\r\n\r\n".encode() + content


def no_http(said: Said) -> Iterable[Step]:
    yield b"SSH-2.0-OpenSSH_9.6\r\n"


def twice(said: Said) -> Iterable[Step]:
    """Two whole responses to one request: the second would answer the next request on this connection."""
    yield whole(said, good(said)) * 2
    yield End.KEPT


def good_and_closed(said: Said) -> Iterable[Step]:
    """A good answer that says nothing of the connection's end right behind it."""
    yield whole(said, good(said))


# --- streams


def stream(edit: Callable[[list[Event]], Iterable[Event | Step]]) -> Spoil:
    """Other events than the good ones; steps between them are taken as they are."""

    def spoil(said: Said) -> Iterable[Step]:
        yield head(said, connection="close")
        for each in edit(list(events(said.message))):
            yield sse(*each) if isinstance(each, tuple) else each

    return spoil


def half(good_events: list[Event]) -> list[Event]:
    return good_events[: len(good_events) // 2]


def error_in(status: str) -> Callable[[list[Event]], Iterable[Event]]:
    """An error of this type after the first half."""
    return lambda every: [*half(every), ("error", error_json(status, "Sorry.", "req_stream"))]


def swapped(every: list[Event]) -> Iterable[Event]:
    first, second, *rest = [each for each in every if each[0] != "ping"]
    return [second, first, *rest]


def doubled(every: list[Event]) -> Iterable[Event]:
    return [each for event in every for each in (event, event)]


def idle(every: list[Event]) -> Iterator[Event | Step]:
    yield from half(every)
    yield FOR_EVER


def pinged(every: list[Event]) -> Iterator[Event | Step]:
    """Pings for ever: bytes flow, and nothing comes."""
    yield from half(every)
    for _ in range(10_000):
        yield "ping", {"type": "ping"}
        yield Wait(seconds=10.0)


def endless_event(every: list[Event]) -> Iterator[Event | Step]:
    """One event of many short lines, without an end."""
    yield every[0]
    for _ in range(400):
        yield b": x\n" * 25_000
