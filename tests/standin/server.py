"""The HTTP side of the stand-in: one asyncio loop in a thread of its own, h11 for the protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import h11

from tests.standin.answers import Answer, Answering, Trouble, echo
from tests.standin.bill import PRICES, Bill, count_tokens
from tests.standin.messages import Refused, check_body, check_headers, error_json, message_json
from tests.standin.output import Output, Reset, early, json_output, play, send, spelt, spoilt, stream

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


STARTED: list[StandIn] = []
"""Every stand-in that was started in this process, for those who check that nothing was forgotten."""


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
        self._ready = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def attempts(self) -> int:
        """How many requests for a message arrived, whatever became of them."""
        return sum(seen.path == "/v1/messages" for seen in self.log)

    def __enter__(self) -> Self:
        """Listen in a thread of its own."""
        STARTED.append(self)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="standin", daemon=True)
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
        async with self.in_this_loop():
            self._ready.set()
            await self._stop.wait()

    @contextlib.asynccontextmanager
    async def in_this_loop(self) -> AsyncIterator[Self]:
        """Listen in the running loop, so that both ends of the wire live in the same time."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", self._port)
        self._port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        try:
            yield self
        finally:
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
        except (Reset, ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            _reset(writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            received = await self._receive(connection, reader)
            if received is None or not await self._respond(connection, writer, *received):
                return
            if connection.our_state is h11.SEND_RESPONSE:  # the answer went around it
                connection = h11.Connection(h11.SERVER)
            elif connection.our_state is h11.MUST_CLOSE or connection.their_state is h11.MUST_CLOSE:
                return
            else:
                connection.start_next_cycle()

    async def _receive(
        self, connection: h11.Connection, reader: asyncio.StreamReader
    ) -> tuple[h11.Request, bytes] | None:
        request, body = None, bytearray()
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                request = event
                self._strike_unread(event)
            elif isinstance(event, h11.Data):
                body.extend(event.data)
            elif isinstance(event, h11.EndOfMessage):
                assert request is not None
                return request, bytes(body)
            else:
                return None

    def _strike_unread(self, request: h11.Request) -> None:
        """Break the connection if the next trouble is one that does not wait for the whole request."""
        if request.target != b"/v1/messages":
            return
        trouble = self._script(self._asked + 1)
        if trouble is not None and trouble.unread:
            self._note(request, b"")
            raise Reset

    def _note(self, request: h11.Request, raw: bytes) -> tuple[int, Seen]:
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        method, path = request.method.decode(), request.target.decode().partition("?")[0]
        seen = Seen(method=method, path=path, headers=headers, raw=raw, body=_parsed(raw))
        with self._lock:
            self._asked += path == "/v1/messages"
            self.log.append(seen)
            return self._asked, seen

    async def _respond(
        self, connection: h11.Connection, writer: asyncio.StreamWriter, request: h11.Request, raw: bytes
    ) -> bool:
        """Answer; whether the connection is kept."""
        number, seen = self._note(request, raw)
        try:
            with self._lock:
                self._now += 1
                self.most_at_once = max(self.most_at_once, self._now)
            output = await self._output(seen, number)
            seen.status = output.status
        finally:
            with self._lock:
                self._now -= 1
        usual = self._headers(number)
        if output.steps is not None:
            return await play(output.steps(usual), writer)
        kept = {name: value for name, value in usual.items() if not name.startswith(output.forgotten)}
        await send(connection, writer, output, {**kept, **output.headers})
        return True

    async def _output(self, seen: Seen, number: int) -> Output:
        method, path, body = seen.method, seen.path, seen.body
        try:
            check_headers(seen.headers)
            if (method, path) == ("POST", "/v1/messages"):
                return await self._message(body, number)
            if (method, path) == ("POST", "/v1/messages/count_tokens"):
                check_body(body, counting=True)
                return json_output(200, {"input_tokens": count_tokens(body)})
            if method == "GET" and path.startswith("/v1/models"):
                return json_output(200, _models(path))
            error = error_json("not_found_error", f"{path} is not there", f"req_{number:06d}")
            return json_output(404, error)
        except Refused as refused:
            return json_output(
                refused.status, error_json(refused.error_type, refused.message, f"req_{number:06d}")
            )

    async def _message(self, body: Any, number: int) -> Output:
        trouble = self._script(number)
        if trouble is None or trouble.kind != "status":
            check_body(body)
            answer = await asyncio.to_thread(self.answer, body)
            trouble = trouble or answer.trouble
        else:
            answer = Answer()
        if trouble is not None and not trouble.is_billed:
            at_once = await early(trouble, number)
            if at_once is not None:
                return at_once
        await asyncio.sleep(answer.latency)
        message = message_json(body, answer, number)
        if trouble is None or trouble.is_billed:
            self.bill.charge(message["model"], message["usage"])
        if trouble is not None and trouble.spoil is not None:
            return spelt(trouble.spoil, message, streams=bool(body.get("stream")))
        if trouble is not None:
            return spoilt(trouble, message, streams=bool(body.get("stream")))
        return stream(message) if body.get("stream") else json_output(200, message)

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


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset. Without the socket option the other end would see an end in good order."""
    wire = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _in_order(troubles: Sequence[Trouble | None]) -> Script:
    return lambda number: troubles[number - 1] if number <= len(troubles) else None


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
