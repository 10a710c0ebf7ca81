"""The transport of a replay: answers the SDK from recordings, and never opens a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, cast

from harness.call.exchange import Origin
from harness.call.sending import lean
from harness.errors import FilesRejected
from harness.providers.archive import Archive
from harness.providers.faults import not_recorded_error
from harness.providers.miss import explain_miss
from harness.providers.recording import Asked, Recording
from harness.providers.sse import encode_events
from harness.units import Json

if TYPE_CHECKING:
    import httpx2

asked_by: ContextVar[Origin] = ContextVar("asked_by")
"""Who asks, for the length of one call. Beside the request and not in it, so it cannot reach the wire."""

RECORDING = "harness.recording"
"""Response extension that holds the recording a replayed response was made of."""


class Replay:
    """Answers requests from recordings: the handler of an `httpx2.MockTransport`."""

    def __init__(self, archive: Archive, names: Mapping[str, str], *, any_repeat: bool = False) -> None:
        """`names` maps model ids to the short names of suites, for the command in a miss.

        `any_repeat`: where the repeat that is asked for was not recorded, the nearest one will do.
        """
        self._archive = archive
        self._names = names
        self._find = archive.same_question if any_repeat else archive.find

    async def answer(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded response. Raises a NotRecordedError that says what changed where there is none."""
        asked = asked_of(request, asked_by.get())
        # Asked whole first: only then is it known which form the recording has.
        try:
            recording = self._find(asked)
        except FilesRejected as rejected:
            raise not_recorded_error()(str(rejected)) from None
        if recording is None:
            model_name = self._names.get(asked.model, asked.model)
            raise not_recorded_error()(explain_miss(asked, self._archive.nearest(asked), model_name))
        if recording.events is not None and not _is_streamed(request):
            raise recorded_as_stream_error()
        return _response(recording)


@cache
def recorded_as_stream_error() -> type[Exception]:
    """The exception of a replay that was asked for a whole answer where the recording is a stream."""
    from anthropic import AnthropicError

    class RecordedAsStreamError(AnthropicError):
        pass

    return RecordedAsStreamError


def asked_of(request: httpx2.Request, origin: Origin) -> Asked:
    """The question in an HTTP request as the SDK made it.

    Whether the answer is streamed changes nothing of it, so it is left out. Attachments are known by their content,
    so that is left out as well.
    """
    body = cast("Mapping[str, Json]", json.loads(request.content))
    return Asked(
        body=lean({name: value for name, value in body.items() if name != "stream"}),
        api_version=request.headers.get("anthropic-version", ""),
        beta=request.headers.get("anthropic-beta", ""),
        origin=origin,
    )


def _is_streamed(request: httpx2.Request) -> bool:
    return json.loads(request.content).get("stream") is True


def _response(recording: Recording) -> httpx2.Response:
    import httpx2

    if recording.events is None:
        content = json.dumps(recording.body, ensure_ascii=False, default=dict).encode(
            "utf-8", "surrogatepass"
        )
    else:
        content = encode_events(recording.events)
    return httpx2.Response(
        recording.status,
        headers=dict(recording.headers),
        content=content,
        extensions={RECORDING: recording},
    )
