"""What goes back over the wire: good answers, spoilt ones, and bytes that are no answer at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import h11

from tests.standin.answers import End, Said, Spoil, Step, Trouble, Wait
from tests.standin.messages import error_json, events


@dataclass(frozen=True, kw_only=True)
class Output:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] = ()
    """Sent one by one instead of `body`."""
    breaks: bool = False
    """Whether the connection is reset half-way."""
    pause: float = 0.0
    """Seconds between the bytes; 0: the body comes at once."""
    forgotten: tuple[str, ...] = ()
    """Beginnings of usual headers that are left out."""
    steps: Callable[[Mapping[str, str]], Iterable[Step]] | None = None
    """Sent instead of everything else."""


class Reset(Exception):
    """The connection is to be reset without an answer."""


async def early(trouble: Trouble, number: int) -> Output | None:
    """Trouble before the model runs."""
    if trouble.kind == "hang":
        await asyncio.sleep(trouble.seconds)
    if trouble.kind in {"hang", "reset_before"}:
        raise Reset
    if trouble.kind == "status":
        error = error_json(trouble.error_type, trouble.message, f"req_{number:06d}", trouble.code)
        said = json_output(trouble.status, error, {**trouble.headers, **_date(trouble.back_in)})
        return replace(said, forgotten=trouble.forgotten)
    return None


def _date(back_in: float | None) -> dict[str, str]:
    if back_in is None:
        return {}
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=back_in)
    return {"retry-after": format_datetime(moment, usegmt=True)}


def spoilt(trouble: Trouble, message: dict[str, Any], *, streams: bool) -> Output:
    """Trouble after the model ran."""
    if trouble.kind == "wrong_model":
        message = {**message, "model": "claude-haiku-5-5"}
    if trouble.kind == "html":
        return Output(status=200, body=b"<html>Please sign in</html>", content_type="text/html")
    if trouble.kind == "empty":
        return Output(status=200, body=b"")
    if streams:
        return _broken_stream(trouble, message)
    if trouble.kind == "missing_usage":
        del message["usage"]
    whole = json.dumps(message).encode()
    if trouble.kind == "slow":
        return Output(status=200, body=whole, pause=trouble.seconds)
    if trouble.kind == "truncated":
        return Output(status=200, body=whole[: len(whole) // 2])
    return Output(status=200, body=whole, breaks=trouble.kind == "reset_after")


def _broken_stream(trouble: Trouble, message: dict[str, Any]) -> Output:
    all_events = list(events(message))
    if trouble.kind == "missing_usage":
        for _, data in all_events:
            data.pop("usage", None)
            data.get("message", {}).pop("usage", None)
    if trouble.kind == "double_start":
        all_events.insert(1, all_events[0])
    if trouble.kind in {"cut_stream", "truncated"}:
        all_events = all_events[:-2]
    if trouble.kind == "error_event":
        error = error_json(trouble.error_type, trouble.message, "req_stream")
        all_events = [*all_events[: len(all_events) // 2], ("error", error)]
    chunks = tuple(_sse(*event) for event in all_events)
    return Output(
        status=200,
        body=b"",
        content_type="text/event-stream",
        chunks=chunks,
        breaks=trouble.kind == "reset_after",
    )


def stream(message: Mapping[str, Any]) -> Output:
    chunks = tuple(_sse(*event) for event in events(message))
    return Output(status=200, body=b"", content_type="text/event-stream", chunks=chunks)


def _sse(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def json_output(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Output:
    return Output(status=status, body=json.dumps(value).encode(), headers=headers or {})


def spelt(spoil: Spoil, message: dict[str, Any], *, streams: bool) -> Output:
    """Bytes of the trouble's own."""

    def steps(headers: Mapping[str, str]) -> Iterable[Step]:
        return spoil(Said(message=message, streams=streams, headers=headers))

    return Output(status=0, body=b"", steps=steps)


async def play(steps: Iterable[Step], writer: asyncio.StreamWriter) -> bool:
    """Write the steps; whether the connection is kept."""
    for step in steps:
        if step is End.RESET:
            await asyncio.sleep(0.01)  # what was written before must be there first
            raise Reset
        if step is End.KEPT:
            return True
        if isinstance(step, Wait):
            await asyncio.sleep(step.seconds)
        elif isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
    return False


async def send(
    connection: h11.Connection, writer: asyncio.StreamWriter, output: Output, headers: Mapping[str, str]
) -> None:
    head = [(name, value) for name, value in headers.items()] + [("content-type", output.content_type)]
    if not output.chunks:
        head.append(("content-length", str(len(output.body))))
    writer.write(connection.send(h11.Response(status_code=output.status, headers=head)) or b"")
    chunks = output.chunks or (output.body[: len(output.body) // 2], output.body[len(output.body) // 2 :])
    for number, chunk in enumerate(chunks):
        if output.breaks and number >= len(chunks) // 2:
            await writer.drain()
            raise Reset
        for piece in [chunk] if not output.pause else [bytes([each]) for each in chunk]:
            writer.write(connection.send(h11.Data(data=piece)) or b"")
            await writer.drain()
            await asyncio.sleep(output.pause)
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()
