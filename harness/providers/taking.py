"""Makes a recording of an exchange. Only what is listed here is kept, secrets are taken out, and it is scanned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from harness.call.canonical import canonical
from harness.call.exchange import Origin
from harness.call.fault import CallFailed, Fault, Kind
from harness.providers.faults import Redact
from harness.providers.headers import kept
from harness.providers.recording import Recording, recording_json
from harness.providers.replay import asked_of
from harness.providers.sse import parse_events
from harness.providers.stream import BYTES, body_of
from harness.units import Json, Seconds

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is recorded of one good reply."""

    response: httpx2.Response
    message: Json
    latency: Seconds
    first_token: Seconds | None
    recorded_at: datetime


def record(taken: Taken, origin: Origin, redact: Redact, *, synthetic: bool) -> Recording:
    """The recording, secrets redacted. Raises CallFailed where a secret would still get into the file."""
    import anthropic

    asked = asked_of(taken.response.request, origin)
    streamed = BYTES in taken.response.extensions
    recording = Recording(
        key=asked.key,
        origin=origin,
        request=cast("Mapping[str, Json]", _clean(asked.body, redact)),
        api_version=asked.api_version,
        sdk_version=anthropic.__version__,
        recorded_at=taken.recorded_at.isoformat(timespec="seconds"),
        latency=Seconds(round(taken.latency, 6)),
        first_token=None if taken.first_token is None else Seconds(round(taken.first_token, 6)),
        status=taken.response.status_code,
        headers={name: redact(value) for name, value in kept(taken.response.headers).items()},
        body=None if streamed else _clean(taken.message, redact),
        events=None,
        synthetic=synthetic,
    )
    if streamed:
        events = parse_events(body_of(taken.response))
        cleaned = tuple(cast("Mapping[str, Json]", _clean(event, redact)) for event in events)
        recording = replace(recording, events=cleaned)
    _scan(recording, redact)
    return recording


def _clean(value: Json, redact: Redact) -> Json:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(name): _clean(each, redact) for name, each in value.items()}
    if isinstance(value, bool | int | float) or value is None:
        return value
    return [_clean(each, redact) for each in value]


def _scan(recording: Recording, redact: Redact) -> None:
    """A second look at the line as it will be written: a secret may sit across the values that were cleaned."""
    line = canonical(recording_json(recording, None))
    if redact(line) != line:
        detail = f"{recording.origin}: not recorded, a secret is in it even after redaction; take it out of the prompt"
        raise CallFailed(Fault(kind=Kind.BUG, detail=redact(detail), billed=True))
