"""Asks Anthropic through the official SDK: live, recording what comes back, or replaying what was recorded.

One attempt is one HTTP request: the SDK's own retries are off, since the guards outside count, price and wait.
The SDK is lenient (a cut stream, HTML or an empty object all pass as answers), so every body is checked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from harness.call.exchange import Allowances, Reply, Request, Source
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.sending import sent
from harness.errors import StoreError
from harness.events import ModelDeprecated
from harness.providers.archive import Archive, Recorder
from harness.providers.arriving import Arriving, Exchange
from harness.providers.faults import classify, one_line
from harness.providers.headers import allowances
from harness.providers.quietly import caught, quietly
from harness.providers.reading import Answer, Unreadable, decode, is_json_type, salvage, validate
from harness.providers.recording import Recording
from harness.providers.replay import RECORDING, Replay, asked_by, recorded_as_stream_error
from harness.providers.responses import Reading, Seen
from harness.providers.stream import StreamOrder
from harness.providers.taking import Taken, record
from harness.providers.wire import Access, Wire, client_for, without_key
from harness.suite import tree
from harness.units import Json, Seconds

if TYPE_CHECKING:
    import anthropic
    import httpx2
    from anthropic import AsyncAPIResponse
    from anthropic.lib.streaming import AsyncMessageStream
    from anthropic.types import Message

    _RawCall = Coroutine[object, object, AsyncAPIResponse[Message]]


def live(access: Access, wire: Wire) -> AnthropicSend:
    """Ask the real API. Raises UsageError for an unusable key."""
    return AnthropicSend(client_for(access, wire), without_key(wire, access))


def recording(access: Access, folder: Path, wire: Wire, *, synthetic: bool = False) -> AnthropicSend:
    """Ask like `live`, and keep every good reply under `folder`; closing sorts the files.

    `synthetic` marks recordings of a stand-in rather than of the real API. Raises UsageError for an unusable
    key and where another run records into the folder.
    """
    client = client_for(access, wire)
    return AnthropicSend(client, without_key(wire, access), recorder=Recorder(folder), synthetic=synthetic)


def replaying(folder: Path, wire: Wire, *, names: Mapping[str, str] | None = None) -> AnthropicSend:
    """Answer from the recordings under `folder`: no key, no socket. `names`: model id to the suites' short name."""
    import httpx2

    transport = httpx2.MockTransport(Replay(Archive(folder), names or {}).answer)
    return _offline(transport, wire, recalls=False)


def recalling(folder: Path, wire: Wire, *, names: Mapping[str, str] | None = None) -> AnthropicSend:
    """Answer like `replaying`, from the nearest repeat of the question, and say so in `Reply.degraded`."""
    import httpx2

    transport = httpx2.MockTransport(Replay(Archive(folder), names or {}, any_repeat=True).answer)
    return _offline(transport, wire, recalls=True)


def _offline(transport: httpx2.AsyncBaseTransport, wire: Wire, *, recalls: bool) -> AnthropicSend:
    access = Access(api_key="replay-needs-no-key", base_url="https://replay.invalid")
    quiet = replace(wire, transport=transport, stream=False)  # each recording is read in its own form
    return AnthropicSend(client_for(access, quiet), quiet, recalls=recalls)


class AnthropicSend:
    """A `Send` through the SDK. Close it with `aclose`: that also finishes the files of a recording."""

    def __init__(
        self,
        client: anthropic.AsyncAnthropic,
        wire: Wire,
        *,
        recorder: Recorder | None = None,
        synthetic: bool = False,
        recalls: bool = False,
    ) -> None:
        """`recalls`: replies are recordings that stand in for an answer, and say of which day they are."""
        self._client = client
        self._wire = wire
        self._recorder = recorder
        self._synthetic = synthetic
        self._recalls = recalls
        self._warned: set[str] = set()
        self._seen = Seen()

    async def __call__(self, request: Request) -> Reply:
        token = asked_by.set(request.origin)
        arriving = Arriving(started=self._wire.clock.monotonic())
        try:
            exchange = await self._in_time(request, arriving)
            arriving.stream = None  # it is whole now
            return self._finish(request, exchange)
        except StoreError:  # nothing can be recorded any more, so nothing may be paid for
            raise
        except Exception as error:  # noqa: BLE001  the one place where the outside world's errors get their names
            fault = error.fault if isinstance(error, CallFailed) else self._fault(error, arriving)
            raise CallFailed(replace(fault, partial=self._partial(arriving))) from None
        finally:
            asked_by.reset(token)

    async def aclose(self) -> None:
        """Close the connections, and merge what was recorded into its files. Safe to call twice."""
        try:
            await self._client.close()
        finally:
            if self._recorder is not None:
                await asyncio.to_thread(self._recorder.close)

    async def _in_time(self, request: Request, arriving: Arriving) -> Exchange:
        # The timeouts of the HTTP client restart with every byte; this one does not.
        async with asyncio.timeout(self._wire.timeout):
            if self._wire.stream:
                return await self._ask_streaming(request, arriving)
            try:
                return await self._ask_whole(request, arriving.started)
            except recorded_as_stream_error():
                return await self._ask_streaming(request, arriving)

    async def _ask_whole(self, request: Request, started: Seconds) -> Exchange:
        from anthropic.types import Message

        create = self._client.messages.with_raw_response.create
        call = cast("_RawCall", create(**_sent(request)))
        raw = await quietly(call, self._deprecated(request.model))
        latency = Seconds(self._wire.clock.monotonic() - started)
        response = raw.http_response
        with Reading(response):
            if not is_json_type(response.headers.get("content-type", "application/json")):
                raise Unreadable("the content-type is not JSON; check ANTHROPIC_BASE_URL if this repeats")
            message = decode(response.content)
            if not isinstance(cast("object", await raw.parse()), Message):
                raise Unreadable("the SDK does not see a message in the body")
        return Exchange(response=response, message=message, latency=latency)

    async def _ask_streaming(self, request: Request, arriving: Arriving) -> Exchange:
        with caught(self._deprecated(request.model)):
            opening = self._client.messages.stream(**_sent(request))
        async with opening as stream:
            arriving.stream = stream
            with Reading(stream.response):
                return await self._drain(stream, arriving)

    async def _drain(self, stream: AsyncMessageStream[None], arriving: Arriving) -> Exchange:
        if not stream.response.headers.get("content-type", "").lower().startswith("text/event-stream"):
            raise Unreadable("the content-type is not an event stream")
        order = StreamOrder()
        async for event in stream:
            arriving.has_begun = arriving.has_begun or event.type == "message_start"
            order.see(event.type, getattr(event, "index", None))
            if arriving.first_token is None and event.type == "content_block_delta":
                arriving.first_token = Seconds(self._wire.clock.monotonic() - arriving.started)
        order.finish()
        return arriving.exchange(stream, self._wire.clock.monotonic())

    def _fault(self, error: Exception, arriving: Arriving) -> Fault:
        began = arriving.stream is not None
        return classify(error, self._wire.redact, self._wire.clock.now(), stream_began=began)

    def _partial(self, arriving: Arriving) -> Reply | None:
        """What a stream that was cut had brought, where anything is known of it."""
        if arriving.stream is None or not arriving.has_begun:
            return None
        exchange = arriving.exchange(arriving.stream, self._wire.clock.monotonic())
        answer = salvage(exchange.message)
        return None if answer is None else _reply(answer, exchange, None, "live")

    def _finish(self, request: Request, exchange: Exchange) -> Reply:
        with Reading(exchange.response):
            if RECORDING not in exchange.response.extensions:
                self._seen.check_new(exchange.response)
            answer = validate(exchange.message)
        replayed: Recording | None = exchange.response.extensions.get(RECORDING)
        recording = replayed or self._record(request, answer, exchange)
        reply = _reply(answer, exchange, recording, "live" if replayed is None else "replay")
        if not self._recalls or recording is None:
            return reply
        made_up = "made-up " if recording.synthetic else ""
        return replace(reply, degraded=f"a {made_up}recording of {recording.recorded_at[:10]}")

    def _record(self, request: Request, answer: Answer, exchange: Exchange) -> Recording | None:
        if self._recorder is None or answer.served_model != request.model:
            return None
        taken = Taken(
            response=exchange.response,
            message=exchange.message,
            latency=exchange.latency,
            first_token=exchange.first_token,
            recorded_at=self._wire.clock.now(),
        )
        recording = record(taken, request.origin, self._wire.redact, synthetic=self._synthetic)
        self._recorder.keep(recording)
        return recording

    def _deprecated(self, model: str) -> Callable[[str], None]:
        def tell(warning: str) -> None:
            if model not in self._warned:
                self._warned.add(model)
                self._wire.emit(ModelDeprecated(model=model, detail=one_line(warning)))

        return tell


def _sent(request: Request) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", _plain(sent(request)))
    except tree.Unreadable as error:
        raise CallFailed(Fault(kind=Kind.BAD_REQUEST, detail=str(error), billed=False)) from None


def _plain(value: Json) -> Json:
    """`value` in plain dicts and lists, in the same order: a model may answer in the order of a schema's keys."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    return [_plain(each) for each in value]


def _reply(answer: Answer, exchange: Exchange, recording: Recording | None, source: Source) -> Reply:
    import anthropic

    headers, sent = exchange.response.headers, exchange.response.request.headers
    replayed = recording if source == "replay" else None
    return Reply(
        text=answer.text,
        stop_reason=answer.stop_reason,
        usage=answer.usage,
        served_model=answer.served_model,
        latency=exchange.latency if replayed is None else replayed.latency,
        source=source,
        refusal_category=answer.refusal_category,
        tool_calls=answer.tool_calls,
        blocks=answer.blocks,
        usage_json=answer.usage_json,
        request_id=headers.get("request-id"),
        first_token=exchange.first_token if replayed is None else replayed.first_token,
        # What was left of the account on the day of the recording says nothing about today.
        allowances=allowances(headers) if replayed is None else Allowances(),
        sdk_version=anthropic.__version__ if replayed is None else replayed.sdk_version,
        api_version=sent.get("anthropic-version", ""),
        fixture_key=None if recording is None else recording.key,
        synthetic=recording is not None and recording.synthetic,
    )
