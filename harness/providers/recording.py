"""A recording: one reply with the question it answers, its key, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.call.canonical import digest
from harness.call.exchange import Origin
from harness.providers.sse import Event
from harness.units import Json, Seconds

FORMAT = 1
"""Format of the recordings and of their keys; a change of either counts it up."""
PATH = "/v1/messages"
_SHARED = "$shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recorded reply with the request that asked for it."""

    key: str
    origin: Origin
    request: Mapping[str, Json]
    """The body that was sent, secrets redacted."""
    api_version: str
    sdk_version: str
    recorded_at: str
    """UTC, ISO 8601."""
    latency: Seconds
    first_token: Seconds | None
    status: int
    headers: Mapping[str, str]
    """By an allow-list; see `harness.providers.headers.kept`."""
    body: Json
    """The response body; None for a streamed reply."""
    events: tuple[Event, ...] | None
    """The events of a streamed reply; None for a whole one."""
    synthetic: bool

    @property
    def identity(self) -> tuple[str, str]:
        """Two cases may ask the same; each keeps its own recording."""
        return (self.key, self.origin.case)

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where it stands in its file."""
        return (self.origin.case, self.origin.repeat, self.origin.turn, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it goes to the wire: everything a recording's key is made of."""

    body: Mapping[str, Json]
    api_version: str
    beta: str
    origin: Origin

    @property
    def model(self) -> str:
        return str(self.body.get("model"))

    @property
    def key(self) -> str:
        """SHA-256, as 64 hexadecimal digits; equal for equal questions of the same repeat and turn."""
        return digest(
            {
                "schema": FORMAT,
                "path": PATH,
                "body": self.body,
                "anthropic-version": self.api_version,
                "anthropic-beta": self.beta,
                "repeat": self.origin.repeat,
                "turn": self.origin.turn,
            }
        )


def recording_json(recording: Recording, shared: dict[str, Json] | None) -> dict[str, Json]:
    """The recording as a line holds it; texts many requests share go to `shared`, where there is one."""
    origin = recording.origin
    line: dict[str, Json] = {
        "case": origin.case,
        "repeat": origin.repeat,
        "turn": origin.turn,
        "suite": origin.suite,
        "prompt": origin.prompt,
        "version": origin.version,
        "key": recording.key,
        "synthetic": recording.synthetic,
        "recorded_at": recording.recorded_at,
        "latency_s": recording.latency,
        "sdk_version": recording.sdk_version,
        "api_version": recording.api_version,
        "request": recording.request if shared is None else _share(recording.request, shared),
        "status": recording.status,
        "headers": recording.headers,
    }
    if recording.first_token is not None:
        line["first_token_s"] = recording.first_token
    if recording.events is None:
        line["body"] = recording.body
    else:
        line["events"] = recording.events
    return line


def recording_from(value: Json, shared: Mapping[str, Json]) -> Recording:
    """The recording in a line. Raises KeyError, TypeError or ValueError, with a text fit for a person."""
    line = mapping(value, "the line")
    events = line.get("events")
    first_token = line.get("first_token_s")
    return Recording(
        key=_text(line, "key"),
        origin=Origin(
            suite=_text(line, "suite"),
            case=_text(line, "case"),
            prompt=_text(line, "prompt"),
            version=_text(line, "version"),
            repeat=_whole(line, "repeat"),
            turn=_whole(line, "turn"),
        ),
        request=_unshare(mapping(line["request"], "request"), shared),
        api_version=_text(line, "api_version"),
        sdk_version=_text(line, "sdk_version"),
        recorded_at=_text(line, "recorded_at"),
        latency=_length(line["latency_s"]),
        first_token=None if first_token is None else _length(first_token),
        status=_whole(line, "status"),
        headers={name: str(header) for name, header in mapping(line["headers"], "headers").items()},
        body=line["body"] if events is None else None,
        events=None if events is None else _events(events),
        synthetic=line["synthetic"] is True,
    )


def _events(value: Json) -> tuple[Event, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError("events is not a list")
    events = tuple(mapping(each, "an event") for each in value)
    if not all(isinstance(event["event"], str) and "data" in event for event in events):
        raise TypeError("an event has no name or no data")
    return events


def _share(request: Mapping[str, Json], shared: dict[str, Json]) -> dict[str, Json]:
    def put(value: Json) -> Json:
        name = digest(value)[:12]
        shared[name] = value
        return {_SHARED: name}

    lean = dict(request)
    if "system" in lean:
        lean["system"] = put(lean["system"])
    if "tools" in lean:
        lean["tools"] = put(lean["tools"])
    output = lean.get("output_config")
    if isinstance(output, Mapping) and "format" in output:
        lean["output_config"] = {**output, "format": put(output["format"])}
    return lean


def _unshare(request: Mapping[str, Json], shared: Mapping[str, Json]) -> dict[str, Json]:
    def get(value: Json) -> Json:
        if isinstance(value, Mapping) and set(value) == {_SHARED}:
            return shared[str(value[_SHARED])]
        return value

    full = {name: get(value) for name, value in request.items()}
    output = full.get("output_config")
    if isinstance(output, Mapping):
        full["output_config"] = {name: get(value) for name, value in output.items()}
    return full


def mapping(value: Json, what: str) -> Mapping[str, Json]:
    """`value` as an object. Raises TypeError that names it as `what`."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{what} is not an object")
    return value


def _text(line: Mapping[str, Json], name: str) -> str:
    value = line[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value


def _whole(line: Mapping[str, Json], name: str) -> int:
    value = line[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is not a whole number")
    return value


def _length(value: Json) -> Seconds:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise TypeError("a length of time is not a number of seconds")
    return Seconds(float(value))
