"""Log entries as production writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.errors import Place
from harness.intake.harvest.documents import Document
from harness.intake.harvest.harvest import Harvest, Order, harvest
from harness.intake.harvest.question import Needs

NEEDS = Needs(prompt="triage", variables=frozenset({"ticket"}), into="ticket")


def order(most: int = 50, **more: Any) -> Order:
    return Order(needs=NEEDS, most=most, clean=lambda value: value, **more)


def own(ticket: str, reply: str = "a fine answer", **more: Any) -> dict[str, Any]:
    return {"inputs": {"ticket": ticket}, "reply": reply, **more}


def pair(
    *said: str, text: str = "a fine answer", stop_reason: str = "end_turn", **more: Any
) -> dict[str, Any]:
    messages: list[dict[str, Any]] = []
    for words in said:
        messages += [{"role": "user", "content": words}, {"role": "assistant", "content": "well"}]
    request = {"model": "claude-opus-5-5", "max_tokens": 9, "messages": messages[:-1]}
    content = [{"type": "text", "text": text}] if text else []
    return {"request": request, "response": {"content": content, "stop_reason": stop_reason}, **more}


def attribute(key: str, value: Any) -> dict[str, Any]:
    written = value if isinstance(value, str) else json.dumps(value)
    return {"key": key, "value": {"stringValue": written}}


def message(role: str, words: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": words}], **more}


def span(words: str, reply: str = "a fine answer", reason: str = "stop", **more: Any) -> dict[str, Any]:
    attributes = [
        attribute("gen_ai.operation.name", "chat"),
        attribute("gen_ai.provider.name", "anthropic"),
        attribute("gen_ai.request.model", "claude-opus-5-5"),
        attribute("gen_ai.input.messages", [message("user", words)]),
        attribute("gen_ai.output.messages", [message("assistant", reply, finish_reason=reason)]),
    ]
    ids = {"traceId": "5b8a", "spanId": str(abs(hash(words)))}
    return {**ids, "startTimeUnixNano": "1763719200000000000", "attributes": attributes, **more}


def otlp(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}


def records(*found: dict[str, Any]) -> dict[str, Any]:
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": list(found)}]}]}


def document(value: dict[str, Any], line: int = 1) -> Document:
    return Document(place=Place("log.jsonl", line, 1), value=value)


def write_log(path: Path, *entries: Any) -> Path:
    lines = (each if isinstance(each, str) else json.dumps(each) for each in entries)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def reaped(folder: Path, *entries: Any, most: int = 50, **more: Any) -> Harvest:
    return harvest([(write_log(folder / "log.jsonl", *entries), "log.jsonl")], order(most, **more))


def tickets(found: Harvest) -> list[Any]:
    """What is proposed, in order."""
    return [each.case["inputs"]["ticket"] for each in found.proposals]  # type: ignore[call-overload, index]  # JSON
