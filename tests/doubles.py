"""Stand-ins that are real objects: a clock that moves when told to, a transport that follows a script."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from harness.call.exchange import Message, Origin, Reply, Request, StopReason, Usage
from harness.call.fault import CallFailed, Fault, Kind
from harness.units import Seconds, Tokens

ORIGIN = Origin(suite="triage", case="refund-late", prompt="triage", version="v1")
REQUEST = Request(
    origin=ORIGIN,
    model="claude-opus-5-5",
    system="Sort the ticket.",
    messages=(Message(role="user", content="Where is my parcel?"),),
    max_tokens=Tokens(400),
)
REPLY = Reply(
    text='{"queue": "orders"}',
    stop_reason=StopReason.END_TURN,
    usage=Usage(input_tokens=Tokens(100), output_tokens=Tokens(20)),
    served_model="claude-opus-5-5",
    latency=Seconds(0.5),
    source="live",
)


@dataclass
class FakeClock:
    """Time that passes at once whenever somebody sleeps: for one task that waits for nothing else.

    Several tasks, or a deadline over something, need `tests.virtual.VirtualClock`.
    """

    time: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    start: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def monotonic(self) -> Seconds:
        return Seconds(self.time)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.time - 1000.0)

    def advance(self, length: float) -> None:
        self.time += length

    async def sleep(self, length: Seconds) -> None:
        self.sleeps.append(length)
        self.time += length
        await asyncio.sleep(0)


T = TypeVar("T")
Step = Reply | Fault | Kind


class Script:
    """A `Send` that answers with one step after the other, and repeats the last one for good."""

    def __init__(self, *steps: Step, clock: FakeClock | None = None, takes: float = 0.0) -> None:
        self.steps = list(steps)
        self.asked: list[Request] = []
        self._clock = clock
        self._takes = takes

    async def __call__(self, request: Request) -> Reply:
        step = self.steps[min(len(self.asked), len(self.steps) - 1)]
        self.asked.append(request)
        if self._clock is not None:
            self._clock.advance(self._takes)
        await asyncio.sleep(0)
        if isinstance(step, Kind):
            raise CallFailed(Fault(kind=step, detail=f"scripted {step}"))
        if isinstance(step, Fault):
            raise CallFailed(step)
        return step


def go(work: Awaitable[T]) -> T:
    """Run `work` to its end."""

    async def whole() -> T:
        return await work

    return asyncio.run(whole())


def draws(*values: float) -> Callable[[], float]:
    """A source of chance that gives these values, then the last one for good."""
    given = list(values)

    def draw() -> float:
        return given.pop(0) if len(given) > 1 else given[0]

    return draw
