"""OpenTelemetry traces and logs with GenAI attributes, as OTLP writes them in JSON.

After the semantic conventions for generative AI of November 2026 (github.com/open-telemetry/semantic-conventions-genai):
`gen_ai.input.messages` and `gen_ai.output.messages`, on a span or on an event `gen_ai.client.inference.operation.details`, and
`gen_ai.evaluation.result`. The events of a message each (until 1.36), and numbered attributes (`gen_ai.prompt.0.content`), are read as well.

What belongs to a span may stand in other documents: the last spans are held until nothing more of them is expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.errors import Place
from harness.intake.harvest.documents import Document
from harness.intake.harvest.otlp import Found, found_in
from harness.intake.harvest.own import judged
from harness.intake.harvest.peek import first, items, moment, share, spoken, table, text, user_texts
from harness.intake.harvest.sighting import Feedback, Sighting
from harness.units import Json

MOST_OPEN = 4096
"""Spans that are held at the same time."""
_MOST_HELD = 32 * 1024 * 1024
"""Characters of messages in them."""
_CALLS = frozenset(("chat", "generate_content", "text_completion", "invoke_agent", ""))
_MARKS = frozenset(("traceId", "trace_id", "spanId", "span_id", "eventName"))
_DOCUMENTS = frozenset(("resourceSpans", "resource_spans", "resourceLogs", "resource_logs"))
_DETAILS = "gen_ai.client.inference.operation.details"
_ROLES = {f"gen_ai.{role}.message": role for role in ("system", "user", "assistant", "tool")}
_CLEARLY_BAD = frozenset(("irrelevant", "unsafe", "unfaithful", "hallucinated"))


def is_otel(value: Mapping[str, Json]) -> bool:
    """Whether an object of a log is OTLP, or a single span or record of it."""
    if value.keys() & _DOCUMENTS:
        return True
    is_span = bool(value.keys() & _MARKS) or bool(table(value.get("context")).keys() & _MARKS)
    return is_span and ("attributes" in value or "body" in value)


@dataclass(slots=True)
class _Open:
    """What is known of a span so far."""

    place: Place
    facts: dict[str, Json] = field(default_factory=dict[str, Json])
    asked: list[Json] = field(default_factory=list[Json])
    """Messages of events, where each has its own."""
    chosen: list[Json] = field(default_factory=list[Json])
    feedback: Feedback | None = None
    error: str = ""
    at: str = ""
    held: int = 0


@dataclass(slots=True)
class OtelReader:
    """Puts spans together from what stands in many documents. `others` counts spans that are no call of a model."""

    others: int = 0
    _open: dict[str, _Open] = field(default_factory=dict[str, _Open])
    _replies: dict[str, str] = field(default_factory=dict[str, str])
    """The span of each response id that is held."""
    _held: int = 0

    def take(self, document: Document) -> Iterator[Sighting]:
        """The answers that are whole once `document` is read."""
        for found in found_in(document.value):
            self._add(found, document.place)
            while len(self._open) > MOST_OPEN or self._held > _MOST_HELD:
                yield from self._close(next(iter(self._open)))

    def rest(self) -> Iterator[Sighting]:
        """Every answer that is still held."""
        for key in list(self._open):
            yield from self._close(key)

    def _add(self, found: Found, place: Place) -> None:
        response = text(found.facts.get("gen_ai.response.id"))
        key = found.span or self._replies.get(response) or f"{place}#{len(self._open)}#{self.others}"
        span = self._open.setdefault(key, _Open(place=place))
        if response:
            self._replies[response] = key
        before = span.held
        _grow(span, found)
        self._held += span.held - before

    def _close(self, key: str) -> Iterator[Sighting]:
        span = self._open.pop(key)
        self._held -= span.held
        self._replies.pop(text(span.facts.get("gen_ai.response.id")), None)
        sighting = _sighting(span)
        if sighting is None:
            self.others += 1
        else:
            yield sighting


def _grow(span: _Open, found: Found) -> None:
    span.held += found.size
    span.error = span.error or found.error
    span.at = span.at or moment(found.at)
    if found.event == "gen_ai.evaluation.result":
        span.feedback = _evaluated(found.facts) or span.feedback
    elif found.event in _ROLES:
        message = found.message
        content = first(message, "content", "parts", "text", "gen_ai.prompt")
        span.asked.append({"role": text(message.get("role")) or _ROLES[found.event], "content": content})
    elif found.event == "gen_ai.choice":
        span.chosen.append(found.message)
    elif found.event in ("", _DETAILS, "gen_ai.content.prompt", "gen_ai.content.completion"):
        span.facts.update({name: value for name, value in found.facts.items() if value not in (None, "")})


def _evaluated(facts: Mapping[str, Json]) -> Feedback | None:
    label = text(facts.get("gen_ai.evaluation.score.label")).lower()
    is_bad = judged(label)
    if is_bad is None and label:
        is_bad = label.startswith(("not_", "not ", "in", "un")) or label in _CLEARLY_BAD
    score = facts.get("gen_ai.evaluation.score.value")
    if is_bad is None and share(score) is not None:
        is_bad = judged(score)
    comment = text(facts.get("gen_ai.evaluation.explanation"))
    return Feedback(is_bad=is_bad, comment=comment) if is_bad is not None or comment else None


def _sighting(span: _Open) -> Sighting | None:
    facts = span.facts
    if text(facts.get("gen_ai.operation.name")) not in _CALLS:
        return None
    said, lost = user_texts(_asked(span))
    replies = _replies(span)
    if not said and not replies and not any(name.startswith("gen_ai.") for name in facts):
        return None
    reply, stop_reason, calls = replies[0] if replies else ("", "", False)
    reasons = items(facts.get("gen_ai.response.finish_reasons"))
    stop_reason = stop_reason or text(reasons[0] if reasons else facts.get("gen_ai.response.finish_reasons"))
    return Sighting(
        place=span.place,
        said=said,
        reply=reply,
        stop_reason=stop_reason,
        is_unfinished=calls or stop_reason in ("tool_call", "tool_calls", "tool_use"),
        feedback=span.feedback,
        error=text(facts.get("error.type")) or span.error,
        at=span.at,
        conversation=text(first(facts, "gen_ai.conversation.id", "session.id")),
        model=text(first(facts, "gen_ai.response.model", "gen_ai.request.model")),
        lost=lost,
    )


def _asked(span: _Open) -> Json:
    given = first(span.facts, "gen_ai.input.messages", "gen_ai.prompt")
    return given if given is not None else span.asked or _numbered(span.facts, "gen_ai.prompt")


def _replies(span: _Open) -> list[tuple[str, str, bool]]:
    given = first(span.facts, "gen_ai.output.messages", "gen_ai.completion")
    if isinstance(given, str):
        return [(given, "", False)]
    messages = items(given) or span.chosen or _numbered(span.facts, "gen_ai.completion")
    return [_reply(table(message)) for message in messages]


def _reply(message: Mapping[str, Json]) -> tuple[str, str, bool]:
    inner = table(message.get("message")) or message
    content = first(inner, "parts", "content", "text", "gen_ai.completion")
    words, _lost = spoken(content)
    calls = bool(items(inner.get("tool_calls"))) or any(
        table(part).get("type") in ("tool_call", "tool_use") for part in items(content)
    )
    return words, text(first(message, "finish_reason", "gen_ai.response.finish_reason")), calls


def _numbered(facts: Mapping[str, Json], prefix: str) -> list[Json]:
    """`gen_ai.prompt.0.role` and so on, as messages in their order."""
    found: list[Json] = []
    while len(found) < 10_000:
        start = f"{prefix}.{len(found)}."
        message = {name.removeprefix(start): value for name, value in facts.items() if name.startswith(start)}
        if not message:
            return found
        found.append({"role": "user" if prefix.endswith("prompt") else "assistant", **message})
    return found
