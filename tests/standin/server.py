"""The HTTP side of the stand-in: one asyncio loop in a thread of its own, h11 for the protocol."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import h11

from tests.standin.answers import BILLED, Answer, Answering, Trouble, echo
from tests.standin.bill import PRICES, Bill, count_tokens
from tests.standin.messages import Refused, check_body, check_headers, error_json, events, message_json

Script = Callable[[int], Trouble | None]
"""The trouble of the n-th request for a message, from 1."""


@dataclass(kw_only=True)
class Seen:
    """One request as it arrived, and the status it got (0: none, or not yet)."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    body: Any
    status: int = 0


@dataclass(frozen=True, kw_only=True)
class _Output:
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


class Reset(Exception):
    """The connection is to be reset without an answer."""


class StandIn:
    """The server. A context manager: it listens inside the block, on a free port of 127.0.0.1."""

    def __init__(
        self,
        answer: Answering = echo,
        *,
        troubles: Script | Sequence[Trouble | None] = (),
        requests_per_minute: int = 4000,
        port: int = 0,
    ) -> None:
        self.answer = answer
        self.bill = Bill()
        self.log: list[Seen] = []
        self.most_at_once = 0
        self.url = ""
        self._script = troubles if callable(troubles) else _in_order(troubles)
        self._limit = requests_per_minute
        self._port = port
        self._asked = 0
        self._now = 0
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def attempts(self) -> int:
        """How many requests for a message arrived, whatever became of them."""
        return sum(seen.path == "/v1/messages" for seen in self.log)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self._port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (Reset, ConnectionError, h11.ProtocolError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            received = await _receive(connection, reader)
            if received is None:
                return
            await self._respond(connection, writer, *received)
            if connection.our_state is h11.MUST_CLOSE or connection.their_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()

    async def _respond(
        self, connection: h11.Connection, writer: asyncio.StreamWriter, request: h11.Request, raw: bytes
    ) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        method, path = request.method.decode(), request.target.decode().partition("?")[0]
        body = _parsed(raw)
        seen = Seen(method=method, path=path, headers=headers, raw=raw, body=body)
        with self._lock:
            self._asked += path == "/v1/messages"
            number = self._asked
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.log.append(seen)
        try:
            output = await self._output(method, path, headers, body, number)
            seen.status = output.status
        finally:
            with self._lock:
                self._now -= 1
        await _send(connection, writer, output, {**self._headers(number), **output.headers})

    async def _output(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, number: int
    ) -> _Output:
        try:
            check_headers(headers)
            if (method, path) == ("POST", "/v1/messages"):
                return await self._message(body, number)
            if (method, path) == ("POST", "/v1/messages/count_tokens"):
                check_body(body, counting=True)
                return _json(200, {"input_tokens": count_tokens(body)})
            if method == "GET" and path.startswith("/v1/models"):
                return _json(200, _models(path))
            error = error_json("not_found_error", f"{path} is not there", f"req_{number:06d}")
            return _json(404, error)
        except Refused as refused:
            return _json(refused.status, error_json(refused.error_type, refused.message, f"req_{number:06d}"))

    async def _message(self, body: Any, number: int) -> _Output:
        trouble = self._script(number)
        if trouble is None or trouble.kind != "status":
            check_body(body)
            answer = await asyncio.to_thread(self.answer, body)
            trouble = trouble or answer.trouble
        else:
            answer = Answer()
        if trouble is not None and trouble.kind not in BILLED:
            early = await _early(trouble, number)
            if early is not None:
                return early
        await asyncio.sleep(answer.latency)
        message = message_json(body, answer, number)
        self.bill.charge(message["model"], message["usage"])
        if trouble is not None:
            return _spoilt(trouble, message, streams=bool(body.get("stream")))
        return _stream(message) if body.get("stream") else _json(200, message)

    def _headers(self, number: int) -> dict[str, str]:
        now = datetime.now(UTC)
        reset = (now + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {
            "date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "request-id": f"req_{number:06d}",
            "anthropic-organization-id": "org-of-the-stand-in",
        }
        for bucket, size in (
            ("requests", self._limit),
            ("input-tokens", 2_000_000),
            ("output-tokens", 400_000),
        ):
            headers[f"anthropic-ratelimit-{bucket}-limit"] = str(size)
            headers[f"anthropic-ratelimit-{bucket}-remaining"] = str(max(0, size - number))
            headers[f"anthropic-ratelimit-{bucket}-reset"] = reset
        return headers


def _in_order(troubles: Sequence[Trouble | None]) -> Script:
    return lambda number: troubles[number - 1] if number <= len(troubles) else None


async def _early(trouble: Trouble, number: int) -> _Output | None:
    """Trouble before the model runs."""
    if trouble.kind == "hang":
        await asyncio.sleep(trouble.seconds)
    if trouble.kind in {"hang", "reset_before"}:
        raise Reset
    if trouble.kind == "status":
        error = error_json(trouble.error_type, trouble.message, f"req_{number:06d}", trouble.code)
        return _json(trouble.status, error, trouble.headers)
    return None


def _spoilt(trouble: Trouble, message: dict[str, Any], *, streams: bool) -> _Output:
    """Trouble after the model ran."""
    if trouble.kind == "wrong_model":
        message = {**message, "model": "claude-haiku-5-5"}
    if trouble.kind == "html":
        return _Output(status=200, body=b"<html>Please sign in</html>", content_type="text/html")
    if trouble.kind == "empty":
        return _Output(status=200, body=b"")
    if streams:
        return _spoilt_stream(trouble, message)
    if trouble.kind == "missing_usage":
        del message["usage"]
    whole = json.dumps(message).encode()
    if trouble.kind == "slow":
        return _Output(status=200, body=whole, pause=trouble.seconds)
    if trouble.kind == "truncated":
        return _Output(status=200, body=whole[: len(whole) // 2])
    return _Output(status=200, body=whole, breaks=trouble.kind == "reset_after")


def _spoilt_stream(trouble: Trouble, message: dict[str, Any]) -> _Output:
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
    return _Output(
        status=200,
        body=b"",
        content_type="text/event-stream",
        chunks=chunks,
        breaks=trouble.kind == "reset_after",
    )


def _stream(message: Mapping[str, Any]) -> _Output:
    chunks = tuple(_sse(*event) for event in events(message))
    return _Output(status=200, body=b"", content_type="text/event-stream", chunks=chunks)


def _sse(name: str, data: Mapping[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> _Output:
    return _Output(status=status, body=json.dumps(value).encode(), headers=headers or {})


def _models(path: str) -> dict[str, Any]:
    known = [
        {
            "type": "model",
            "id": model,
            "display_name": model,
            "created_at": "2026-01-01T00:00:00Z",
            "lifecycle": "active",
        }
        for model in PRICES
    ]
    wanted = path.removeprefix("/v1/models").strip("/")
    if not wanted:
        return {"data": known, "has_more": False, "first_id": known[0]["id"], "last_id": known[-1]["id"]}
    for model in known:
        if model["id"] == wanted:
            return model
    raise Refused(404, "not_found_error", f"model: {wanted}")


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


async def _receive(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> tuple[h11.Request, bytes] | None:
    request, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body.extend(event.data)
        elif isinstance(event, h11.EndOfMessage):
            assert request is not None
            return request, bytes(body)
        else:
            return None


async def _send(
    connection: h11.Connection, writer: asyncio.StreamWriter, output: _Output, headers: Mapping[str, str]
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
