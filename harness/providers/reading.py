"""Reads a response body into a reply, and trusts nothing: the SDK accepts almost anything as an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, cast

from harness.call.canonical import canonical
from harness.call.exchange import StopReason, ToolCall, Usage
from harness.units import Json, Tokens

MOST_TOKENS = 1_000_000_000
"""No honest usage report counts more."""
MOST_LEVELS = 100
"""Lists and objects inside of each other, in what is kept of a reply; what writes it down takes some 250."""


class Unreadable(Exception):
    """The body is not a complete, valid answer. The text says why in a few words, without quoting the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The checked body of one response: what `Reply` says of it, without how it came."""

    text: str
    stop_reason: StopReason
    usage: Usage
    usage_json: str
    served_model: str
    refusal_category: str | None
    tool_calls: tuple[ToolCall, ...]
    blocks: tuple[Mapping[str, Json], ...]


def decode(content: bytes) -> Json:
    """`content` as strict JSON. Raises `Unreadable` for anything else: NaN, absurd nesting, a key that stands twice."""
    try:
        text = content.decode("utf-8")
        return cast("Json", json.loads(text, parse_constant=_no_constant, object_pairs_hook=_without_twins))
    except UnicodeDecodeError:
        raise Unreadable("the body is not UTF-8") from None
    except RecursionError:
        raise Unreadable("the body is nested too deeply") from None
    except ValueError:
        raise Unreadable(
            "the body is empty" if not content.strip() else "the body is not valid JSON"
        ) from None


def is_json_type(content_type: str) -> bool:
    """Whether a `content-type` header announces JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def validate(message: Json) -> Answer:
    """Check the body of a Messages API response. Raises `Unreadable` unless it is a complete answer."""
    if not isinstance(message, Mapping):
        raise Unreadable("the body is not a JSON object")
    # Gateways may leave out what nothing depends on: the id of the message, its role, and its type.
    if message.get("type", "message") != "message":
        raise Unreadable("the body is not of type message")
    stop_reason = _stop_reason(message.get("stop_reason"))
    blocks = _blocks(message.get("content"))
    usage = message.get("usage")
    if not isinstance(usage, Mapping):
        raise Unreadable("usage is missing")
    return Answer(
        text="".join(_text(block, "text") for block in blocks if block["type"] == "text"),
        stop_reason=stop_reason,
        usage=_usage(usage),
        usage_json=_canonical(usage, "usage"),
        served_model=_name(message, "model"),
        refusal_category=_refusal_category(message.get("stop_details")),
        tool_calls=tuple(_tool_call(block) for block in blocks if block["type"] == "tool_use"),
        blocks=blocks,
    )


def salvage(message: Json) -> Answer | None:
    """What had arrived of a message that was cut off: its text so far, and the usage known by then.

    None where it is not even known who answered, and what that costs at least.
    """
    if not isinstance(message, Mapping):
        return None
    content = message.get("content")
    pieces = content if isinstance(content, Sequence) and not isinstance(content, str) else ()
    texts = [piece for piece in pieces if isinstance(piece, Mapping) and piece.get("type") == "text"]
    whole = {**message, "stop_reason": StopReason.END_TURN.value, "stop_details": None, "content": texts}
    try:
        return replace(validate(whole), stop_reason=StopReason.CUT_OFF)
    except Unreadable:
        return None


def _stop_reason(value: Json) -> StopReason:
    if value is None:
        raise Unreadable("stop_reason is missing: the answer was cut off")
    if value == StopReason.CUT_OFF:
        raise Unreadable("unknown stop_reason")
    try:
        return StopReason(cast("str", value))
    except ValueError:
        raise Unreadable("unknown stop_reason") from None


def _blocks(content: Json) -> tuple[Mapping[str, Json], ...]:
    if not isinstance(content, Sequence) or isinstance(content, str):
        raise Unreadable("content is not a list")
    blocks: list[Mapping[str, Json]] = []
    for block in content:
        if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
            raise Unreadable("a content block has no type")
        blocks.append(block)
    _canonical({"content": blocks}, "content")
    return tuple(blocks)


def _tool_call(block: Mapping[str, Json]) -> ToolCall:
    arguments = block.get("input")
    if not isinstance(arguments, Mapping):
        raise Unreadable("a tool_use block has no input object")
    return ToolCall(id=_name(block, "id"), name=_name(block, "name"), arguments=arguments)


def _usage(usage: Mapping[str, Json]) -> Usage:
    written = _count(usage, "cache_creation_input_tokens", optional=True)
    split = _part(usage, "cache_creation")
    five, hour = (_count(split, f"ephemeral_{ttl}_input_tokens", optional=True) for ttl in ("5m", "1h"))
    if five + hour != written:
        # Without a full breakdown the rest counts as the default lifetime, five minutes.
        five = Tokens(max(written - hour, five))
    output = _count(usage, "output_tokens")
    return Usage(
        input_tokens=_count(usage, "input_tokens"),
        output_tokens=output,
        cache_write_5m_tokens=five,
        cache_write_1h_tokens=hour,
        cache_read_tokens=_count(usage, "cache_read_input_tokens", optional=True),
        thinking_tokens=_count(_part(usage, "output_tokens_details"), "thinking_tokens", optional=True),
        service_tier=_word(usage, "service_tier", "standard"),
        speed=_word(usage, "speed", "standard"),
        geo=_word(usage, "inference_geo", "not_available"),
    )


def _count(usage: Mapping[str, Json], name: str, *, optional: bool = False) -> Tokens:
    value = usage.get(name)
    if value is None and optional:
        return Tokens(0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_TOKENS:
        raise Unreadable(f"usage.{name} is not a sensible number")
    return Tokens(value)


def _part(usage: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = usage.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(f"usage.{name} is not an object")
    return value


def _word(usage: Mapping[str, Json], name: str, default: str) -> str:
    value = usage.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise Unreadable(f"usage.{name} is not a word")
    return value


def _refusal_category(details: Json) -> str | None:
    if not isinstance(details, Mapping):
        return None
    category = details.get("category")
    return category if isinstance(category, str) else None


def _name(owner: Mapping[str, Json], name: str) -> str:
    value = owner.get(name)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{name} is missing")
    return value


def _text(block: Mapping[str, Json], name: str) -> str:
    value = block.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"a {block['type']} block has no {name}")
    return value


def _canonical(value: Mapping[str, Json], what: str) -> str:
    """`value` as text. What gets through here is kept, echoed to the model and read again: nothing may break on it."""
    if _is_too_deep(value):
        raise Unreadable(f"{what} is nested too deeply")
    try:
        return canonical(value)
    except ValueError:
        raise Unreadable(f"{what} is not valid JSON") from None


def _is_too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, Mapping):
        return value.values()
    return () if value is None or isinstance(value, str | int | float) else value


def _without_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object. One that says the same key twice says nothing: which of the two counts is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
