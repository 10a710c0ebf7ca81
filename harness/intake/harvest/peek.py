"""Looking into JSON that somebody else wrote: what is not as expected is not there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from harness.units import Json

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?%")
_LATEST = 4_102_444_800
"""Seconds: the year 2100. Larger numbers are milliseconds, microseconds or nanoseconds."""


def table(value: Json) -> Mapping[str, Json]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Json) -> Sequence[Json]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def text(value: Json) -> str:
    """`value` if it is text, a number as it is written, else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def first(given: Mapping[str, Json], *names: str) -> Json:
    """The first of `names` that says something."""
    return next((given[name] for name in names if given.get(name) not in (None, "")), None)


def share(value: Json) -> float | None:
    """A number in [0, 1], also written as a percentage; None for anything else."""
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value.strip())
        value = float(percent[1]) / 100 if percent else _float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _float(written: str) -> float | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def moment(value: Json) -> str:
    """A moment in ISO 8601 and UTC, from that or from a number since 1970; empty where it is neither."""
    try:
        if isinstance(value, str) and not value.strip().isdigit():
            when = datetime.fromisoformat(value.strip())
        else:
            number = float(text(value) or "nan")
            while _LATEST < number < 2e9 * _LATEST:
                number /= 1000
            when = datetime.fromtimestamp(number, UTC)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return when.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return ""


def spoken(content: Json) -> tuple[str, str]:
    """The text of a message's content, and the kind of the first part of it that is none (empty: there is none).

    Text, or a list of parts: `text` or `content` of a text part; results of tools are nobody's words.
    """
    if isinstance(content, str):
        return content, ""
    said: list[str] = []
    lost = ""
    for part in map(table, items(content)):
        kind = text(part.get("type")) or "text"
        if kind in ("text", "input_text", "output_text"):
            said.append(text(first(part, "text", "content")))
        elif kind not in _NOBODY_S:
            lost = lost or kind
    return "\n".join(each for each in said if each), lost


_NOBODY_S = frozenset(
    (
        "tool_result",
        "tool_call_response",
        "tool_use",
        "tool_call",
        "thinking",
        "redacted_thinking",
        "reasoning",
    )
)


def user_texts(messages: Json) -> tuple[tuple[str, ...], str]:
    """What the user says in a conversation, in order, and what of it is no text."""
    said: list[str] = []
    lost = ""
    for message in _messages(messages):
        if text(message.get("role")).lower() in ("user", "human"):
            words, missing = spoken(first(message, "parts", "content", "text"))
            lost = lost or missing
            if words.strip():
                said.append(words)
    return tuple(said), lost


def _messages(messages: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(messages, str):
        yield {"role": "user", "content": messages}
    yield from map(table, items(messages))
