"""A conversation as it grows, and what comes next in it: pure, and only ever appended to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce

from harness.call.canonical import canonical
from harness.call.circles import Trail
from harness.call.exchange import Message, Reply, Request, StopReason, ToolCall, Usage
from harness.suite.tool import LoopLimits
from harness.units import FREE, Json, Seconds, Tokens, Usd

_ENDS = frozenset({StopReason.END_TURN, StopReason.STOP_SEQUENCE})
"""The model has said what it wanted to say. After a refusal or a cut-off answer nobody goes on."""

_GOES_ON = _ENDS | {StopReason.TOOL_USE, StopReason.PAUSE_TURN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Everything that was said in one trial so far. Nothing in it is ever changed: the API refuses edited history."""

    messages: tuple[Message, ...]
    replies: tuple[Reply, ...] = ()
    calls: int = 0
    """Calls of tools that were answered."""
    said: int = 0
    """Messages of the user after the first."""
    cost: Usd | None = FREE
    """None: a turn had no price."""
    paused: tuple[str, ...] = ()
    """Texts of the turns that were paused just before."""
    trail: Trail = field(default_factory=Trail)

    @property
    def turn(self) -> int:
        """Model calls so far."""
        return len(self.replies)

    @property
    def tokens(self) -> int:
        return sum(each.usage.prompt_tokens + each.usage.output_tokens for each in self.replies)

    @property
    def seconds(self) -> float:
        return sum(each.latency for each in self.replies)

    def asked(self, first: Request) -> Request:
        """The next turn as a request. The first turn is the request as it came."""
        if not self.replies:
            return first
        return replace(
            first,
            origin=replace(first.origin, turn=self.turn + 1),
            messages=self.messages,
            attempt=self.replies[-1].attempt + 1,
        )

    def heard(self, reply: Reply, cost: Usd | None) -> Dialogue:
        """After one more turn of the model. Its blocks are echoed as they came, thinking included."""
        said = (Message(role="assistant", content=reply.blocks),) if reply.blocks else ()
        known = self.cost is not None and cost is not None
        return replace(
            self,
            messages=self.messages + said,
            replies=(*self.replies, reply),
            cost=Usd((self.cost or Decimal(0)) + (cost or Decimal(0))) if known else None,
            paused=(*self.paused, reply.text) if reply.stop_reason is StopReason.PAUSE_TURN else self.paused,
        )

    def answered(self, results: Sequence[Mapping[str, Json]], trail: Trail) -> Dialogue:
        """After the results of all tools of a turn, which go into one message."""
        message = Message(role="user", content=tuple(results))
        return replace(
            self,
            messages=(*self.messages, message),
            calls=self.calls + len(results),
            paused=(),
            trail=trail,
        )

    def told(self, text: str) -> Dialogue:
        """After one more message of the user."""
        message = Message(role="user", content=text)
        return replace(self, messages=(*self.messages, message), said=self.said + 1, paused=(), trail=Trail())

    def out_of_bounds(self, limits: LoopLimits, more_calls: int) -> str | None:
        """Why it may not go on with so many more calls of tools, in words; None where it may."""
        bounds = (
            (self.turn, limits.turns, self.turn >= limits.turns, "turns"),
            (self.calls, limits.tool_calls, self.calls + more_calls > limits.tool_calls, "tool_calls"),
            (self.tokens, limits.tokens, self.tokens >= limits.tokens, "tokens"),
            (f"{self.seconds:g}", limits.seconds, self.seconds >= limits.seconds, "seconds"),
            (self.cost, limits.cost, limits.cost is not None and (self.cost or 0) >= limits.cost, "cost_usd"),
        )
        for used, most, is_over, name in bounds:
            if is_over:
                return (
                    f"no answer yet, and it may not go on: {used} of {most} {name} used (limits of the suite)"
                )
        return None

    def final(self) -> Reply:
        """The answer, with the sums of all turns. Each turn on its own is in `turns`."""
        last = self.replies[-1]
        if self.turn == 1:
            return last
        usages = tuple(each.usage for each in self.replies)
        return replace(
            last,
            text="".join((*self.paused, last.text)),
            usage=reduce(_sum, usages),
            usage_json=canonical([each.usage_json for each in self.replies]),
            turns=usages,
            latency=Seconds(self.seconds),
            first_token=self.replies[0].first_token,
            synthetic=any(each.synthetic for each in self.replies),
            degraded=next((each.degraded for each in self.replies if each.degraded is not None), None),
        )


def wanted(reply: Reply) -> tuple[ToolCall, ...]:
    """The calls that must be answered. Those of a refused or cut-off turn are not: nobody goes on after it."""
    return reply.tool_calls if reply.stop_reason in _GOES_ON else ()


def is_done(reply: Reply) -> bool:
    """Whether the model ended its turn by itself, so that the user may say more."""
    return reply.stop_reason in _ENDS and not reply.tool_calls


def _sum(one: Usage, two: Usage) -> Usage:
    """Tokens added up; the tier, speed and place of the later turn."""
    return replace(
        two,
        input_tokens=Tokens(one.input_tokens + two.input_tokens),
        output_tokens=Tokens(one.output_tokens + two.output_tokens),
        cache_write_5m_tokens=Tokens(one.cache_write_5m_tokens + two.cache_write_5m_tokens),
        cache_write_1h_tokens=Tokens(one.cache_write_1h_tokens + two.cache_write_1h_tokens),
        cache_read_tokens=Tokens(one.cache_read_tokens + two.cache_read_tokens),
        thinking_tokens=Tokens(one.thinking_tokens + two.thinking_tokens),
    )
