"""A provider in virtual time that fails in every way it knows, and keeps the true bill."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

from harness.call.exchange import Allowance, Allowances, Reply, Request, StopReason, ToolCall, Usage
from harness.call.fault import CallFailed, Fault, Kind
from harness.units import Json, Seconds, Tokens
from tests.simulation.loop import SimClock
from tests.simulation.world import World

CANARY = "canary-4f1d9a7be2c84d13"
"""A secret of the environment. The provider is so careless as to repeat it."""
DETAIL = f"the server said {CANARY} and more"
PRICES = {"claude-opus-5-5": (4, 20), "claude-haiku-5": (1, 5), "claude-nobody-1": (2, 10)}
"""Dollars per million tokens of input and output: what the provider really charges."""


@dataclass(slots=True, kw_only=True)
class Sent:
    """One request as the provider saw it."""

    life: int
    line: int
    origin: str
    """Without its side."""
    turn: int
    model: str
    attempt: int
    at: float
    is_clean: bool
    ended: float | None = None
    fate: str = ""
    became: str = "on the wire"
    """`replied`, the kind of the fault, `cancelled`, or still on the wire."""
    bill: Decimal = Decimal(0)
    retry_after: float | None = None
    text: str | None = None
    """Of the reply that was handed over, if it was an answer and not a call of tools."""


@dataclass(slots=True)
class Caller:
    """Who is asking just now."""

    life: int
    line: int
    """Which of all lines to the models: guards know of each other along one line only."""
    began: float
    is_clean: bool


@dataclass(slots=True)
class Provider:
    """A `Send`. What it decides comes from the world's seed alone."""

    world: World
    clock: SimClock
    chance: random.Random
    log: list[Sent] = field(default_factory=list[Sent])
    complaints: list[str] = field(default_factory=list[str])
    """Requests that the real one would refuse."""

    async def ask(self, request: Request, caller: Caller) -> Reply:
        """Answer, or fail as the world wants it. What is under way when the caller goes may be billed."""
        sent = Sent(
            life=caller.life,
            line=caller.line,
            origin=str(request.origin).rpartition(":")[2],
            turn=request.origin.turn,
            model=request.model,
            attempt=request.attempt,
            at=self.clock.monotonic(),
            is_clean=caller.is_clean,
        )
        self.log.append(sent)
        if not is_history(request):
            self.complaints.append(f"{sent.origin} turn {sent.turn}: a call of a tool was left unanswered")
        sent.fate = self._fate(caller)
        try:
            reply = await self._answered(sent, request)
        except CallFailed as failed:
            sent.became, sent.retry_after = str(failed.fault.kind), failed.fault.retry_after
            raise
        except asyncio.CancelledError:
            sent.became = "cancelled"
            self._charge(sent, Decimal(self.chance.choice(("0", "0.5", "1"))))
            raise
        except Exception:
            sent.became = "bug"
            raise
        else:
            sent.became = "replied"
            sent.text = None if reply.stop_reason is StopReason.TOOL_USE else reply.text
            return reply
        finally:
            sent.ended = self.clock.monotonic()

    def _fate(self, caller: Caller) -> str:
        if caller.is_clean:
            return "ok"
        passed = self.clock.monotonic() - caller.began
        for outage in self.world.outages:
            if outage.start <= passed < outage.stop:
                return outage.fate
        return self.chance.choices(self.world.fates, cum_weights=list(accumulate(self.world.weights)))[0]

    async def _answered(self, sent: Sent, request: Request) -> Reply:
        fate = sent.fate
        if fate == "unreachable":
            await self._pass(0.2)
            raise _failed(Kind.UNREACHABLE)
        await self._pass(self.chance.uniform(0.1, 2.0))
        if fate in ("slow", "hang"):
            await self._pass(self.chance.uniform(2.0, 60.0) if fate == "slow" else 1e6)
        if fate in _REFUSALS:
            raise CallFailed(self._refusal(fate))
        if fate == "reset_before":
            raise _failed(Kind.DISCONNECTED)
        if fate in ("cut_stream", "sick_stream"):
            raise CallFailed(self._cut(sent, request))
        self._charge(sent, Decimal(1))
        if fate in ("reset_after", "garbled"):
            raise _failed(Kind.DISCONNECTED if fate == "reset_after" else Kind.GARBLED)
        if fate == "bug":
            raise ValueError(DETAIL)
        return self._reply(sent, request)

    async def _pass(self, latencies: float) -> None:
        await asyncio.sleep(latencies * self.world.latency)

    def _refusal(self, fate: str) -> Fault:
        kind, status = _REFUSALS[fate]
        wish = Seconds(self.chance.choice((0.0, 0.7, 3.0, 45.0, 4_294_967.0))) if "until" in fate else None
        veto = False if self.chance.random() < 0.05 else None
        return Fault(kind=kind, status=status, detail=DETAIL, retry_after=wish, should_retry=veto)

    def _cut(self, sent: Sent, request: Request) -> Fault:
        """A stream that breaks in the middle: the model has written more than arrived."""
        whole = self._reply(sent, request)
        arrived = Tokens(self.chance.randint(0, whole.usage.output_tokens))
        written = Tokens(self.chance.randint(arrived, whole.usage.output_tokens))
        sent.bill = bill(replace(whole.usage, output_tokens=written), sent.model)
        partial = replace(
            whole,
            text=whole.text[: self.chance.randint(0, 12)],
            tool_calls=(),
            blocks=(),
            stop_reason=StopReason.CUT_OFF,
            usage=replace(whole.usage, output_tokens=arrived),
        )
        kind = Kind.DISCONNECTED if sent.fate == "cut_stream" else Kind.OVERLOADED
        return Fault(kind=kind, detail=DETAIL, partial=partial, billed=True)

    def _reply(self, sent: Sent, request: Request) -> Reply:
        usage = usage_of(self.world.seed, f"{sent.origin}/{sent.turn}")
        reply = Reply(
            text=answer_to(self.world.seed, sent.origin),
            stop_reason=StopReason.END_TURN,
            usage=usage,
            served_model=request.model,
            latency=Seconds(self.clock.monotonic() - sent.at),
            source="live",
            request_id=f"req_{len(self.log)}",
            allowances=self._allowances() if sent.fate == "tight" else Allowances(),
        )
        if request.conversation is not None and sent.turn <= tool_turns_of(self.world, sent.origin):
            reply = _calling(reply, sent)
        if sent.fate == "other_model":
            return replace(reply, served_model=self._other(sent.model))
        if sent.fate == "refusal":
            return replace(reply, text="", tool_calls=(), blocks=(), stop_reason=StopReason.REFUSAL)
        if sent.fate == "cut_off":
            return replace(reply, stop_reason=StopReason.MAX_TOKENS)
        return reply

    def _allowances(self) -> Allowances:
        soon = self.clock.now() + timedelta(seconds=self.chance.choice((1, 30)))
        left = Allowance(limit=60, remaining=self.chance.randint(0, 2), resets_at=soon)
        return Allowances(requests=left)

    def _other(self, model: str) -> str:
        return "claude-nobody-1" if model == "claude-haiku-5" else "claude-haiku-5"

    def _charge(self, sent: Sent, share: Decimal) -> None:
        if sent.fate in _REFUSALS or sent.fate in ("unreachable", "reset_before"):
            return
        served = self._other(sent.model) if sent.fate == "other_model" else sent.model
        sent.bill = bill(usage_of(self.world.seed, f"{sent.origin}/{sent.turn}"), served) * share


_REFUSALS: dict[str, tuple[Kind, int]] = {
    "rate_limited": (Kind.RATE_LIMITED, 429),
    "rate_limited_until": (Kind.RATE_LIMITED, 429),
    "overloaded": (Kind.OVERLOADED, 529),
    "server_error": (Kind.SERVER_ERROR, 500),
    "server_error_until": (Kind.SERVER_ERROR, 503),
    "bad_request": (Kind.BAD_REQUEST, 400),
    "unauthorized": (Kind.UNAUTHORIZED, 401),
    "unknown_model": (Kind.UNKNOWN_MODEL, 404),
    "spend_limit": (Kind.SPEND_EXHAUSTED, 402),
}


def bill(usage: Usage, model: str) -> Decimal:
    """What the provider charges for `usage`."""
    per_input, per_output = PRICES[model]
    return Decimal(per_input * usage.input_tokens + per_output * usage.output_tokens) / 1_000_000


def usage_of(seed: int, origin: str) -> Usage:
    """What an answer takes: the same whenever the same is asked."""
    number = hash_of(seed, origin)
    return Usage(input_tokens=Tokens(20 + number % 80), output_tokens=Tokens(1 + number // 100 % 300))


def answer_to(seed: int, origin: str) -> str:
    """The answer the provider gives to a trial, whenever it is asked; about two of three are good."""
    word = "refunds" if hash_of(seed, origin) % 3 else "orders"
    return f"{word} for {origin}, says {CANARY}"


def tool_turns_of(world: World, origin: str) -> int:
    """How often a trial calls tools before it answers."""
    return hash_of(world.seed, origin) % (world.tool_turns + 1) if world.tool_turns else 0


def is_history(request: Request) -> bool:
    """Whether every call of a tool is answered in the message right after it, as the API demands."""
    wanted: set[str] = set()
    for message in request.messages:
        blocks = () if isinstance(message.content, str) else message.content
        answered = {str(block["tool_use_id"]) for block in blocks if block["type"] == "tool_result"}
        if answered != wanted:
            return False
        wanted = {str(block["id"]) for block in blocks if block["type"] == "tool_use"}
    return not wanted


def _calling(reply: Reply, sent: Sent) -> Reply:
    names = ("lookup_order", "lookup_order", "no_such_tool")[: 1 + sent.turn % 3]
    calls = tuple(
        ToolCall(id=f"toolu_{sent.turn}_{place}", name=name, arguments={"order": f"{sent.turn}-{place}"})
        for place, name in enumerate(names)
    )
    blocks: tuple[Mapping[str, Json], ...] = tuple(
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments} for call in calls
    )
    return replace(reply, text="", tool_calls=calls, blocks=blocks, stop_reason=StopReason.TOOL_USE)


def hash_of(seed: int, text: str) -> int:
    """A number from a text that is the same in every process, unlike `hash`."""
    return random.Random(f"{seed}/{text}").getrandbits(32)


def _failed(kind: Kind) -> CallFailed:
    return CallFailed(Fault(kind=kind, detail=DETAIL))
