"""Logs of requests with their responses, as the Anthropic API (or a gateway before it) has them."""

from __future__ import annotations

from collections.abc import Mapping

from harness.intake.harvest.documents import Document
from harness.intake.harvest.own import failure, feedback_of
from harness.intake.harvest.peek import first, items, moment, share, spoken, table, text, user_texts
from harness.intake.harvest.sighting import Sighting
from harness.units import Json


def is_pair(value: Mapping[str, Json]) -> bool:
    """Whether an object of a log is a request with what came back."""
    return "messages" in _request(value) and bool({"response", "error"} & value.keys())


def pair_sighting(document: Document) -> Sighting:
    """An answer of the API. What is beside request and response is read as in our own format."""
    value = document.value
    request = _request(value)
    response = table(value.get("response"))
    response = table(response.get("body")) or response
    said, lost = user_texts(request.get("messages"))
    reply, stop_reason, calls = _answer(response)
    is_error = text(response.get("type")) == "error" or "error" in response
    error = failure(response if is_error else value.get("error"))
    return Sighting(
        place=document.place,
        said=said,
        reply=reply,
        stop_reason=stop_reason,
        is_unfinished=calls or stop_reason in ("tool_use", "tool_calls", "pause_turn"),
        confidence=share(value.get("confidence")),
        feedback=feedback_of(value),
        error=error,
        at=moment(first(value, "at", "timestamp", "time", "created_at")),
        conversation=text(first(value, "conversation", "conversation_id", "session", "session_id")),
        model=text(first(response, "model") or first(request, "model")),
        lost=lost,
    )


def _request(value: Mapping[str, Json]) -> Mapping[str, Json]:
    request = table(value.get("request"))
    return table(first(request, "body", "params", "json")) or request


def _answer(response: Mapping[str, Json]) -> tuple[str, str, bool]:
    """The text, why it ended, and whether it asks for a tool: of a message, or of a chat completion's first choice."""
    choices = items(response.get("choices"))
    if choices:
        choice = table(choices[0])
        message = table(choice.get("message"))
        reply, _lost = spoken(message.get("content"))
        return reply, text(choice.get("finish_reason")), bool(items(message.get("tool_calls")))
    content = response.get("content")
    reply, _lost = spoken(content)
    calls = any(table(block).get("type") == "tool_use" for block in items(content))
    return reply, text(response.get("stop_reason")), calls
