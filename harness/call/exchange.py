"""What goes over the one seam for model calls: a request out, a reply back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from harness.suite.attachment import Attachment
from harness.suite.prompt import CacheTime, Effort, Role, Thinking
from harness.suite.tool import Conversation, ToolDefinition
from harness.units import Json, Seconds, Tokens

Source = Literal["live", "replay", "batch"]


_FOR = "!judge/"
"""Between a trial and a call on its behalf: no name of anything holds it."""


def _nobody_asks() -> None:
    """Nobody wants to know that a request was withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who asks: the trial a call belongs to. Never sent; it names recordings, journal lines and errors."""

    suite: str
    case: str
    prompt: str
    version: str
    repeat: int = 1
    """Which of the repeats of the case this is, from 1. Part of a recording's key."""
    turn: int = 1
    """Which model call of the trial this is, from 1."""
    side: str = ""
    """Which of several interleaved runs asks, where there are several. No part of a recording's key."""
    on_behalf: str = ""
    """Of a call that is made for a trial without being its own, such as a judge's: the trial and who is asked what,
    as `for_trial` spells it. No part of a recording's key."""

    def __str__(self) -> str:
        side = f"{self.side}:" if self.side else ""
        if self.on_behalf:
            return f"{side}{self.on_behalf}#{self.repeat}"
        return f"{side}{self.suite}/{self.case}#{self.repeat}@{self.prompt}-{self.version}"


def for_trial(trial: Origin, who: str, what: str) -> str:
    """`on_behalf` of a call for a trial: `who` and `what` are plain names, and differ for calls under way at once."""
    return f"{replace(trial, side='')}{_FOR}{who}/{what}"


def trial_of(origin: str) -> str:
    """The trial that an origin, as text, belongs to: itself, unless it is a call on behalf of one."""
    return origin.partition(_FOR)[0]


def asked_for(origin: str) -> tuple[str, str] | None:
    """Who is asked on behalf of a trial, and what with the number of the call; None for a call of the trial itself."""
    _, mark, rest = origin.partition(_FOR)
    who, _, what = rest.partition("/")
    return (who, what) if mark else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: text, or the API's content blocks as they came (history is echoed, never edited)."""

    role: Role
    content: str | tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that is asked of the model. What is sent of it is `harness.call.sending.sent`."""

    origin: Origin
    model: str
    """A snapshot id."""
    system: str | None
    messages: tuple[Message, ...]
    max_tokens: Tokens
    effort: Effort | None = None
    thinking: Thinking | None = None
    output_schema: Mapping[str, Json] | None = None
    stop_sequences: tuple[str, ...] = ()
    tools: tuple[ToolDefinition, ...] = ()
    """What the model may call."""
    system_cache: CacheTime | None = None
    """How long the prompt up to the end of the system text is cached; None: it is not."""
    attachments: tuple[Attachment, ...] = ()
    """What the blocks of its messages name: their content is put in when it is sent."""
    conversation: Conversation | None = None
    """How it goes on after the reply, for the tool loop; None: it does not. Never sent."""
    attempt: int = 1
    """Which try of this trial this is, from 1; counted on by the retry guard, and by the tool loop from turn to turn."""
    expires_at: Seconds | None = None
    """When the whole call must be over, on the run's monotonic clock; set by the deadline guard."""
    at_most: Seconds | None = None
    """Less time on the wire than other attempts have; set by the breaker for a probe."""
    on_withdrawn: Callable[[], None] = field(default=_nobody_asks, compare=False, repr=False)
    """Called by a guard that is cancelled while it holds the request back; set by the budget guard, for
    which a cancellation before sending is free and one after it is not."""


class StopReason(StrEnum):
    """Why the model stopped, as the API says it. Anything else is a protocol fault, not an answer."""

    END_TURN = "end_turn"
    MAX_TOKENS = "max_tokens"
    STOP_SEQUENCE = "stop_sequence"
    TOOL_USE = "tool_use"
    PAUSE_TURN = "pause_turn"
    REFUSAL = "refusal"
    CONTEXT_EXCEEDED = "model_context_window_exceeded"
    CUT_OFF = "cut_off"
    """The one that is not the API's: the stream broke, and this is what had arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call, as the provider bills them. The whole prompt is input + cache writes + cache reads."""

    input_tokens: Tokens
    """Uncached input only."""
    output_tokens: Tokens
    """Everything generated, thinking included."""
    cache_write_5m_tokens: Tokens = Tokens(0)
    cache_write_1h_tokens: Tokens = Tokens(0)
    cache_read_tokens: Tokens = Tokens(0)
    thinking_tokens: Tokens = Tokens(0)
    """The part of `output_tokens` spent on thinking, where the provider says so."""
    service_tier: str = "standard"
    speed: str = "standard"
    geo: str = "not_available"

    @property
    def prompt_tokens(self) -> Tokens:
        """The whole prompt, on which price tiers are decided."""
        return Tokens(
            self.input_tokens
            + self.cache_write_5m_tokens
            + self.cache_write_1h_tokens
            + self.cache_read_tokens
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One bucket of the account as a response's headers describe it."""

    limit: int
    """Capacity, in units per minute."""
    remaining: int
    resets_at: datetime | None
    """When the bucket is full again (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """The three buckets of an account for one model; None where the headers did not say."""

    requests: Allowance | None = None
    input_tokens: Allowance | None = None
    output_tokens: Allowance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The model asks for a tool."""

    id: str
    name: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete, validated answer of the model: a known stop reason, usage, and who served it."""

    text: str
    """All text blocks, joined. Empty when the model only refused, thought or called tools."""
    stop_reason: StopReason
    usage: Usage
    served_model: str
    """The model id in the response."""
    latency: Seconds
    """From sending to the last byte of this one attempt; a replay gives the recorded value."""
    source: Source
    refusal_category: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    blocks: tuple[Mapping[str, Json], ...] = ()
    """The content blocks as they came, for a history that must be echoed."""
    usage_json: str = "{}"
    """The usage object verbatim, as canonical JSON."""
    request_id: str | None = None
    first_token: Seconds | None = None
    """Time to the first streamed token; None when the reply was not streamed."""
    allowances: Allowances = field(default_factory=Allowances)
    sdk_version: str = ""
    api_version: str = ""
    fixture_key: str | None = None
    """The recording this reply came from or went to."""
    synthetic: bool = False
    """Whether the recording was made up rather than recorded from the real API."""
    attempt: int = field(default=1, compare=False)
    """The attempt that got this reply, counted within the trial."""
    turns: tuple[Usage, ...] = ()
    """What each turn of a conversation used, where it had several: `usage` and `latency` are their sums then."""
    degraded: str | None = None
    """Why this is not what was asked for, as a sentence for people; None: it is. Never compared."""
