"""What the tests of the guards share: a provider in virtual time, and ways to watch a call end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.events import Event, WaitBegan, Waiting
from tests.doubles import REPLY, REQUEST, Step
from tests.virtual import VirtualClock

E = TypeVar("E")


def fault(kind: Kind) -> Fault:
    return Fault(kind=kind, detail=f"made up {kind}")


def case(number: int) -> Request:
    return replace(REQUEST, origin=replace(REQUEST.origin, case=f"case-{number}"))


@dataclass
class Provider:
    """A `Send` that answers after `takes` what `says` gives for the seconds that have passed when it was asked."""

    clock: VirtualClock
    says: Callable[[float], Step] = lambda _passed: REPLY
    takes: float = 1.0
    sent_at: list[float] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def __call__(self, request: Request) -> Reply:
        step = self.says(self.clock.passed)
        self.sent_at.append(self.clock.passed)
        self.asked.append(request)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.in_flight -= 1
        if isinstance(step, Reply):
            return step
        raise CallFailed(fault(step) if isinstance(step, Kind) else step)


def storm(until: float, kind: Kind = Kind.OVERLOADED) -> Callable[[float], Step]:
    """Fails with `kind` until so many seconds have passed."""
    return lambda passed: kind if passed < until else REPLY


@dataclass
class Heard:
    """An `Emit` that remembers."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def began(self) -> list[tuple[str, float | None]]:
        """Why calls began to wait, and how long they expected to."""
        return [(event.why, event.length) for event in self.of(WaitBegan)]

    @property
    def waited(self) -> list[tuple[str, float]]:
        """Why calls waited, and how long."""
        return [(event.why, event.length) for event in self.of(Waiting)]


async def fault_of(call: Awaitable[Reply]) -> Fault:
    """The fault that `call` fails with."""
    try:
        await call
    except CallFailed as failed:
        return failed.fault
    raise AssertionError("the call was answered")


async def end_of(call: Awaitable[Reply]) -> Reply | Kind:
    """The reply, or the kind of the fault."""
    try:
        return await call
    except CallFailed as failed:
        return failed.fault.kind


async def cancelled_after(length: float, call: Awaitable[Reply]) -> None:
    """Start `call`, cancel it after `length`, and see it end by that."""
    task = asyncio.ensure_future(call)
    await asyncio.sleep(length)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
