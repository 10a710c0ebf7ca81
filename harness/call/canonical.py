"""One spelling of every request: the body that is sent, and its canonical JSON.

Recordings, journal rows and digests all use this spelling, so equal requests have equal texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import lru_cache

from harness.call.blocks import cache_control
from harness.call.exchange import Request
from harness.suite.canonical import canonical, digest
from harness.suite.tool import ToolDefinition
from harness.units import Json

__all__ = ["Spelling", "body", "canonical", "digest", "spelling"]

_NOT_SENT = frozenset(
    {"origin", "attachments", "conversation", "attempt", "expires_at", "at_most", "on_withdrawn"}
)
_SENT = tuple(each.name for each in fields(Request) if each.name not in _NOT_SENT)
_REMEMBERED = 64
"""Requests whose spelling is kept: those under way, usually."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The canonical JSON of what a request sends."""

    text: str
    size: int
    """Bytes of the text in UTF-8."""


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """A request, equal to another one that sends the very same objects: what guards replace is not sent."""

    parts: tuple[object, ...]
    request: Request = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and all(map(_is, self.parts, other.parts))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))


def spelling(request: Request) -> Spelling:
    """The spelling of `request`, computed once however many guards and attempts ask for it."""
    return _spelled(_Question(tuple(getattr(request, name) for name in _SENT), request))


@lru_cache(maxsize=_REMEMBERED)
def _spelled(question: _Question) -> Spelling:
    text = canonical(body(question.request))
    return Spelling(text, len(text.encode("utf-8", "surrogatepass")))


def _is(one: object, other: object) -> bool:
    return one is other


def body(request: Request) -> dict[str, Json]:
    """The JSON body of the Messages API for `request`: what is sent, and nothing else.

    Of an attachment it holds what it is known by; `harness.call.sending` puts the content in its place.
    """
    sent: dict[str, Json] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
    }
    if request.system is not None:
        sent["system"] = request.system if request.system_cache is None else _cached(request)
    if request.thinking is not None:
        sent["thinking"] = {"type": request.thinking}
    output: dict[str, Json] = {}
    if request.effort is not None:
        output["effort"] = request.effort
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.output_schema}
    if output:
        sent["output_config"] = output
    if request.stop_sequences:
        sent["stop_sequences"] = list(request.stop_sequences)
    if request.tools:
        sent["tools"] = [_tool(each) for each in request.tools]
    return sent


def _cached(request: Request) -> list[Json]:
    cache = request.system_cache or "5m"
    return [{"type": "text", "text": request.system, "cache_control": cache_control(cache)}]


def _tool(tool: ToolDefinition) -> dict[str, Json]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.input}
