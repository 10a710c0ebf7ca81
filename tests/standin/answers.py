"""What the stand-in says, and how it misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, Literal

Body = Mapping[str, Any]

TroubleKind = Literal[
    "status",  # an error response with `status`, `headers`, `error_type`, `code`
    "reset_before",  # the connection breaks before a byte of the answer; the model never ran
    "reset_after",  # the model ran, then the connection breaks in the middle of the body
    "hang",  # no answer for `seconds`
    "slow",  # the body comes byte by byte, `seconds` apart
    "truncated",  # a whole HTTP response whose JSON stops half-way
    "html",  # 200 with a web page
    "empty",  # 200 with nothing
    "missing_usage",
    "wrong_model",  # another model answers
    "cut_stream",  # streaming only: a clean end without message_delta and message_stop
    "error_event",  # streaming only: an overloaded error after the first text
    "double_start",  # streaming only: message_start comes twice
    "spoil",  # bytes of its own, step by step: what `spoil` says
]
BILLED = frozenset(
    {
        "slow",
        "reset_after",
        "truncated",
        "html",
        "empty",
        "missing_usage",
        "wrong_model",
        "cut_stream",
        "double_start",
    }
)
"""Troubles that come after the model ran: the account pays for them."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A silence."""

    seconds: float = 3600.0


class End(Enum):
    """How the bytes of a spoilt answer end; without one of these the connection is closed in good order."""

    RESET = auto()
    KEPT = auto()
    """The connection stays open, as after a good answer."""


Step = bytes | Wait | End


@dataclass(frozen=True, kw_only=True)
class Said:
    """A good answer that is about to be spoilt."""

    message: dict[str, Any]
    streams: bool
    headers: Mapping[str, str]
    """Those of every answer: its date, its id, the limits of the account."""


Spoil = Callable[[Said], Iterable[Step]]
"""What goes over the wire instead of a good answer."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One way to misbehave, for one request."""

    kind: TroubleKind
    status: int = 529
    error_type: str = "overloaded_error"
    message: str = "Overloaded"
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 3600.0
    forgotten: tuple[str, ...] = ()
    """Beginnings of usual headers that an error response leaves out."""
    back_in: float | None = None
    """Error responses only: a Retry-After with the HTTP date so many seconds from now."""
    spoil: Spoil | None = None
    unread: bool = False
    """Whether it strikes before the request is read."""
    after_the_model: bool = True
    """Whether the model ran by then, so that the account pays."""

    @property
    def is_billed(self) -> bool:
        """Whether the account pays for the request."""
        return self.after_the_model if self.kind == "spoil" else self.kind in BILLED


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model answers. `usage` overrides single counts; the rest is counted from the texts."""

    text: str = ""
    stop_reason: str = "end_turn"
    thinking: str = ""
    tool_calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """Name and input of each."""
    refusal_category: str | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    latency: float = 0.0
    """Seconds until the answer."""
    trouble: Trouble | None = None


Answering = Callable[[Body], Answer]


def echo(body: Body) -> Answer:
    """The model that repeats the last message."""
    return Answer(text=last_text(body))


def last_text(body: Body) -> str:
    """The text of the last message."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "".join(block.get("text", "") for block in content)


def scripted(path: Path) -> Answering:
    """A model that follows a JSON list of `{"when": "words in the request", "text": ..., ...}`: first match wins.

    Without `when` an entry matches everything. The other keys are those of `Answer`; `trouble` is an object.
    """
    entries = json.loads(path.read_text("utf-8"))

    def answer(body: Body) -> Answer:
        whole = json.dumps(body, ensure_ascii=False)
        for entry in entries:
            if entry.get("when", "") in whole:
                values = {name: value for name, value in entry.items() if name != "when"}
                if "trouble" in values:
                    values["trouble"] = Trouble(**values["trouble"])
                return Answer(**values)
        return echo(body)

    return answer
