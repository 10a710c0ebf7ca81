"""Server-sent events as a recording keeps them: one entry per event, neighbouring deltas of a block joined.

How a stream was cut into pieces says nothing about the answer. Joining the pieces keeps recordings small, and a
secret cannot hide across two of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from harness.units import Json

Event = Mapping[str, Json]
"""`{"event": name, "data": object}`."""

_JOINED = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
_BLANK_LINE = re.compile(rb"(?:\r\n\r\n|\n\n|\r\r)")


def parse_events(content: bytes) -> tuple[Event, ...]:
    """The events of a complete stream, pings left out. Raises ValueError where one is not JSON."""
    events: list[Event] = []
    for chunk in _BLANK_LINE.split(content):
        fields = [line.partition(":") for line in chunk.decode("utf-8").splitlines()]
        name = next((value.strip() for field, _, value in fields if field == "event"), "")
        data = "\n".join(value.removeprefix(" ") for field, _, value in fields if field == "data")
        if name and name != "ping":
            events.append({"event": name, "data": cast("Json", json.loads(data))})
    return tuple(_join(events))


def encode_events(events: Sequence[Event]) -> bytes:
    """The events as a server sends them."""
    lines = (
        f"event: {event['event']}\ndata: {json.dumps(event['data'], ensure_ascii=False)}\n\n"
        for event in events
    )
    return "".join(lines).encode("utf-8", "surrogatepass")


def _join(events: Iterable[Event]) -> list[Event]:
    joined: list[Event] = []
    for event in events:
        both = _joined(joined[-1], event) if joined else None
        if both is None:
            joined.append(event)
        else:
            joined[-1] = both
    return joined


def _joined(first: Event, second: Event) -> Event | None:
    one, two = _delta(first), _delta(second)
    if one is None or two is None or one[0] != two[0]:
        return None
    (_, kind), before = one
    data = cast("Mapping[str, Json]", first["data"])
    return {
        "event": first["event"],
        "data": {**data, "delta": {"type": kind, _JOINED[kind]: before + two[1]}},
    }


def _delta(event: Event) -> tuple[tuple[Json, str], str] | None:
    data = event["data"]
    delta = data.get("delta") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(delta, Mapping):
        return None
    kind = delta.get("type")
    if not isinstance(kind, str) or kind not in _JOINED or len(delta) != 2:
        return None
    text = delta.get(_JOINED[kind])
    return ((data.get("index"), kind), text) if isinstance(text, str) else None
