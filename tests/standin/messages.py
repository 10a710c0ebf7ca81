"""The Messages API without a model: what it refuses, and the JSON and events it answers with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.standin.answers import Answer, Body
from tests.standin.bill import PRICES, count_tokens, text_tokens

KNOWN = frozenset(
    {
        "model", "max_tokens", "messages", "system", "thinking", "output_config", "stop_sequences", "stream",
        "metadata", "tools", "tool_choice", "service_tier", "speed", "inference_geo", "cache_control",
    }
)  # fmt: skip
LONGEST_OUTPUT = 128_000
ALWAYS_THINKS = frozenset({"claude-opus-5-5", "claude-sonnet-5-5"})
EFFORTS = frozenset({"low", "medium", "high", "xhigh", "max"})


class Refused(Exception):
    """The API would answer with an error."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message = status, error_type, message


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise Refused without a key or a version."""
    key = headers.get("authorization", "").removeprefix("Bearer ").strip() or headers.get("x-api-key", "")
    if not key:
        raise Refused(401, "authentication_error", "x-api-key header is required")
    if "invalid" in key:
        raise Refused(401, "authentication_error", "invalid x-api-key")
    if not headers.get("anthropic-version"):
        raise Refused(400, "invalid_request_error", "anthropic-version: header is required")


def check_body(body: Any, *, counting: bool = False) -> None:
    """Raise Refused for what the real API refuses, in its words."""
    if not isinstance(body, dict):
        raise _bad("The request body is not valid JSON")
    for name in body:
        if name not in KNOWN:
            raise _bad(f"{name}: Extra inputs are not permitted")
    for name in ("model", "messages") if counting else ("model", "max_tokens", "messages"):
        if name not in body:
            raise _bad(f"{name}: Field required")
    if body["model"] not in PRICES:
        raise Refused(404, "not_found_error", f"model: {body['model']}")
    if not counting:
        _check_max_tokens(body["max_tokens"])
    _check_messages(body["messages"])
    _check_tools(body)
    _check_output(body)


def message_json(body: Body, answer: Answer, number: int) -> dict[str, Any]:
    """The response body."""
    details = None
    if answer.stop_reason == "refusal":
        details = {"type": "refusal", "category": answer.refusal_category, "explanation": None}
    return {
        "id": f"msg_standin_{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": _blocks(answer, number),
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "stop_details": details,
        "container": None,
        "usage": usage_json(body, answer),
    }


def usage_json(body: Body, answer: Answer) -> dict[str, Any]:
    """The usage of an answer: counted from the texts, then overridden by what the answer says."""
    calls = sum(text_tokens(json.dumps(arguments)) + 8 for _, arguments in answer.tool_calls)
    thought = text_tokens(answer.thinking) if answer.thinking else 0
    output = text_tokens(answer.text) + thought + calls
    return {
        "input_tokens": count_tokens(body),
        "output_tokens": min(output, body["max_tokens"]),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens_details": {"thinking_tokens": min(thought, body["max_tokens"])},
        "service_tier": "standard",
        "speed": "standard",
        "inference_geo": "global",
        **answer.usage,
    }


def events(message: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of the same answer, streamed."""
    usage = message["usage"]
    start = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_details": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield "message_start", {"type": "message_start", "message": start}
    yield "ping", {"type": "ping"}
    for index, block in enumerate(message["content"]):
        yield from _block_events(index, block)
    cumulative = {
        name: usage[name]
        for name in (
            "input_tokens",
            "output_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
        )
    }
    cumulative["output_tokens_details"] = usage["output_tokens_details"]
    delta = {name: message[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    yield "message_delta", {"type": "message_delta", "delta": delta, "usage": cumulative}
    yield "message_stop", {"type": "message_stop"}


def error_json(error_type: str, message: str, request_id: str, code: str | None = None) -> dict[str, Any]:
    """The body of an error."""
    error: dict[str, Any] = {"type": error_type, "message": message}
    if code is not None:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error, "request_id": request_id}


def _blocks(answer: Answer, number: int) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if answer.thinking:
        blocks.append({"type": "thinking", "thinking": answer.thinking, "signature": f"sig{number}"})
    if answer.text:
        blocks.append({"type": "text", "text": answer.text, "citations": None})
    for each, (name, arguments) in enumerate(answer.tool_calls):
        call = {"type": "tool_use", "id": f"toolu_{number}_{each}", "name": name, "input": dict(arguments)}
        blocks.append(call)
    return blocks


def _block_events(index: int, block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    empty: Mapping[str, Any] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "tool_use": {"input": {}},
    }
    started = {**block, **empty[block["type"]]}
    yield "content_block_start", {"type": "content_block_start", "index": index, "content_block": started}
    for delta in _deltas(block):
        yield "content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", "index": index}


def _deltas(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": piece} for piece in _pieces(block["text"]))
    elif block["type"] == "thinking":
        yield from ({"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"]))
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        pieces = _pieces(json.dumps(block["input"]))
        yield from ({"type": "input_json_delta", "partial_json": piece} for piece in pieces)


def _pieces(text: str, size: int = 7) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _check_max_tokens(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad("max_tokens: Input should be a valid integer")
    if not 1 <= value <= LONGEST_OUTPUT:
        raise _bad(f"max_tokens: {value}, which is not between 1 and {LONGEST_OUTPUT}")


def _check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise _bad("messages: at least one message is required")
    for index, message in enumerate(messages):
        if message.get("role") not in {"user", "assistant", "system"}:
            raise _bad(f"messages.{index}.role: Input should be 'user', 'assistant' or 'system'")
        if not message.get("content"):
            raise _bad(f"messages.{index}: all messages must have non-empty content")
    if messages[-1]["role"] == "assistant":
        raise _bad("This model does not support assistant message prefill.")


def _check_tools(body: Body) -> None:
    """Tools have a name and a schema, and every call is answered in the very next message."""
    for index, tool in enumerate(body.get("tools", [])):
        for name in ("name", "input_schema"):
            if name not in tool:
                raise _bad(f"tools.{index}.{name}: Field required")
    open_calls: list[str] = []
    for index, message in enumerate(body["messages"]):
        answers = [each["tool_use_id"] for each in _of_type(message, "tool_result")]
        if answers != open_calls:
            raise _bad(
                f"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after"
            )
        open_calls = [each["id"] for each in _of_type(message, "tool_use")]


def _of_type(message: Mapping[str, Any], kind: str) -> list[Any]:
    content = message["content"]
    return [] if isinstance(content, str) else [each for each in content if each.get("type") == kind]


def _check_output(body: Body) -> None:
    effort = (body.get("output_config") or {}).get("effort")
    if effort is not None and effort not in EFFORTS:
        raise _bad("output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
    thinking = (body.get("thinking") or {}).get("type")
    if thinking == "disabled" and body["model"] in ALWAYS_THINKS:
        raise _bad('thinking: "disabled" is not supported by this model')


def _bad(message: str) -> Refused:
    return Refused(400, "invalid_request_error", message)
