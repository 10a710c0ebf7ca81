"""OTLP in JSON, and what exporters make of it, to spans, events and log records with plain attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.intake.harvest.peek import first, items, table, text
from harness.units import Json

_ERRORS = frozenset(("2", "STATUS_CODE_ERROR", "ERROR", "StatusCode.ERROR"))
_ENCODED = (
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.event.content",
)
"""Attributes that are JSON in a text, where a tracer knows only simple values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A span, or an event that belongs to one."""

    span: str
    """Trace and span id; empty: nobody knows."""
    event: str
    """Name of the event; empty: it is the span itself."""
    facts: Mapping[str, Json]
    """Its attributes."""
    message: Mapping[str, Json]
    """The body of an event that is a message."""
    error: str
    at: Json
    size: int
    """About how many characters it holds."""


def found_in(value: Mapping[str, Json]) -> Iterator[Found]:
    """Everything in one document."""
    for resource in items(first(value, "resourceSpans", "resource_spans")):
        groups = first(table(resource), "scopeSpans", "scope_spans", "instrumentationLibrarySpans")
        for scope in items(groups):
            for span in items(table(scope).get("spans")):
                yield from _span(table(span))
    for resource in items(first(value, "resourceLogs", "resource_logs")):
        for scope in items(first(table(resource), "scopeLogs", "scope_logs")):
            for record in items(first(table(scope), "logRecords", "log_records")):
                yield _event(table(record), "")
    if "attributes" in value or "body" in value:
        is_record = "body" in value or "eventName" in value
        yield from (_event(value, ""),) if is_record else _span(value)


def _span(span: Mapping[str, Json]) -> Iterator[Found]:
    key = _key(span)
    facts = _facts(span.get("attributes"))
    status = table(span.get("status"))
    has_failed = text(first(status, "code", "status_code")) in _ERRORS
    words = text(first(status, "message", "description"))
    yield Found(
        span=key,
        event="",
        facts=facts,
        message={},
        error=(words or "error") if has_failed else "",
        at=first(span, "startTimeUnixNano", "start_time_unix_nano", "start_time"),
        size=_size(facts),
    )
    for event in items(span.get("events")):
        yield _event(table(event), key)


def _event(event: Mapping[str, Json], span: str) -> Found:
    facts = dict(_facts(event.get("attributes")))
    name = text(first(event, "eventName", "event_name", "name") or facts.get("event.name"))
    body = _plain(event.get("body"))
    inner = table(body) or table(facts.get("gen_ai.event.content"))
    message = {**facts, **inner, **({"content": body} if isinstance(body, str) else {})}
    if not name.startswith("gen_ai.") or name.endswith(".details"):
        facts |= {key: each for key, each in inner.items() if key.startswith("gen_ai.")}
    exception = text(first(facts, "exception.type", "exception.message")) if name == "exception" else ""
    return Found(
        span=span or _key(event),
        event=name or "log",
        facts={key: _decoded(key, each) for key, each in facts.items()},
        message=message,
        error=exception,
        at=first(event, "timeUnixNano", "time_unix_nano", "observedTimeUnixNano", "timestamp"),
        size=_size(message),
    )


def _key(value: Mapping[str, Json]) -> str:
    inner = {**value, **table(value.get("context"))}
    trace, span = (text(first(inner, *names)) for names in (("traceId", "trace_id"), ("spanId", "span_id")))
    return f"{trace}/{span}" if span else ""


def _facts(attributes: Json) -> Mapping[str, Json]:
    """Attributes as a mapping, whether they are OTLP's list of keys and values or one already."""
    if isinstance(attributes, Mapping):
        return {name: _decoded(name, value) for name, value in attributes.items()}
    pairs = ((text(table(each).get("key")), table(each).get("value")) for each in items(attributes))
    return {name: _decoded(name, _plain(value)) for name, value in pairs if name}


def _plain(value: Json) -> Json:
    """OTLP's `AnyValue` as plain JSON; what is plain already stays."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    match kind:
        case "stringValue" | "string_value" | "boolValue" | "bool_value" | "doubleValue" | "double_value":
            return inner
        case "intValue" | "int_value":
            return (
                int(inner)
                if isinstance(inner, str) and inner.lstrip("-").isdigit() and len(inner) < 20
                else inner
            )
        case "arrayValue" | "array_value":
            return [_plain(each) for each in items(table(inner).get("values"))]
        case "kvlistValue" | "kvlist_value":
            pairs = map(table, items(table(inner).get("values")))
            return {text(pair.get("key")): _plain(pair.get("value")) for pair in pairs}
        case _:
            return value


def _decoded(name: str, value: Json) -> Json:
    if name not in _ENCODED or not isinstance(value, str):
        return value
    try:
        found: Json = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found


def _size(value: Mapping[str, Json]) -> int:
    return 200 + sum(len(each) if isinstance(each, str) else len(str(each)) for each in value.values())
