"""How many calls to a model are in flight at once: found out by trying, where the provider does not say."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace

from harness.call.exchange import Allowances, Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.waiting import Bell
from harness.clock import Clock
from harness.events import ConcurrencyMoved, Emit, WaitBegan, Waiting
from harness.units import Seconds

_FIRST = 10
_KEPT = 0.8
_SATURATED = 0.8
_COOL_DOWN = Seconds(15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many calls may be in flight, from 1 to `at_once`: additive increase, multiplicative decrease.

    It begins with ten, or `at_once` if that is less. A round is as many good replies as the limit. A round
    without a refusal, in which four fifths of the limit were in use, doubles the limit before the first 429,
    and adds a twentieth of `at_once` after it. Of the calls in flight at a 429 the limit keeps those that are
    not refused, and at most four fifths; then it does not grow for 15 s. Sickness (5xx, timeouts) only
    pauses the growth for as long. The constants are those of inspect_ai (its `util/_concurrency.py`).

    Once the provider states its allowances, the buckets of the rate guard know better than any trial, and
    the limit is `at_once` for good.
    """

    at_once: int
    limit: int
    is_told: bool = False
    """Whether the provider states its allowances."""
    cuts: int = 0
    """How often calls were refused that were let in after the last such time: 0 in the slow start."""
    whole: int = 0
    """The limit before the last cut."""
    refusals: int = 0
    """Calls refused of those that were let in before the last cut."""
    clean: int = 0
    """Good replies of this round."""
    peak: int = 0
    """The most calls that were in flight in this round."""
    grows_from: Seconds = Seconds(-math.inf)
    because: str = ""

    @classmethod
    def start(cls, at_once: int) -> Pace:
        """The first pace of a model nobody knows yet. Raises ValueError for fewer than one call."""
        if at_once < 1:
            raise ValueError(f"there must be a slot for at least one call, not {at_once}")
        return cls(at_once=at_once, limit=min(at_once, _FIRST))

    def told(self) -> Pace:
        """The provider stated its allowances."""
        return replace(self._moved(self.at_once, "the provider states its limits"), is_told=True)

    def replied(self, now: Seconds, in_flight: int) -> Pace:
        """A good reply came while `in_flight` calls were in flight, this one included."""
        if self.is_told or now < self.grows_from:
            return self
        noted = replace(self, clean=self.clean + 1, peak=max(self.peak, in_flight))
        if noted.clean < self.limit:
            return noted
        if noted.peak < _SATURATED * self.limit:
            return replace(self, clean=0, peak=0)
        because = f"{noted.clean} replies without a refusal"
        return self._moved(self.limit + self._step(), because)

    def refused(self, now: Seconds, ticket: int) -> Pace:
        """The provider answered 429 to a call that was let in when there had been `ticket` cuts."""
        if self.is_told:
            return self
        is_new = ticket == self.cuts
        whole, refusals = (self.limit, 1) if is_new else (self.whole, self.refusals + 1)
        kept = min(self.limit, int(whole * _KEPT), whole - refusals)
        cut = self._moved(kept, "the provider refused calls (429)")
        return replace(
            cut,
            cuts=self.cuts + is_new,
            whole=whole,
            refusals=refusals,
            grows_from=Seconds(now + _COOL_DOWN),
        )

    def sickened(self, now: Seconds) -> Pace:
        """The provider was unwell. That says nothing about how much it takes from us when it is well."""
        return replace(self, clean=0, peak=0, grows_from=max(self.grows_from, Seconds(now + _COOL_DOWN)))

    def _step(self) -> int:
        return max(1, self.at_once // 20) if self.cuts else self.limit

    def _moved(self, limit: int, because: str) -> Pace:
        bounded = max(1, min(self.at_once, limit))
        return replace(self, limit=bounded, clean=0, peak=0, because=because)


class Slots:
    """Lets as many calls through as the pace allows, first come, first served; one for each model.

    A call that ends or is cancelled frees its place. Calls in flight when the limit falls below their number
    finish their way.
    """

    def __init__(self, at_once: int, clock: Clock, emit: Emit) -> None:
        self.pace = Pace.start(at_once)
        self._in_flight = 0
        self._clock = clock
        self._emit = emit
        self._turn = asyncio.Lock()
        self._freed = Bell()

    async def __call__(self, request: Request, send: Send) -> Reply:
        await self._enter(request)
        ticket = self.pace.cuts
        try:
            reply = await send(request)
        except CallFailed as failed:
            self._move(request.model, self._after_fault(failed.fault, ticket))
            raise
        else:
            self._move(request.model, self._after_reply(reply))
            return reply
        finally:
            self._in_flight -= 1
            self._freed.ring()

    async def _enter(self, request: Request) -> None:
        origin, began = str(request.origin), self._clock.monotonic()
        if self._turn.locked() or self._in_flight >= self.pace.limit:
            self._emit(WaitBegan(origin=origin, model=request.model, why="slot", length=None))
        async with self._turn:
            while self._in_flight >= self.pace.limit:
                await self._freed.wait()
            self._in_flight += 1
        waited = Seconds(self._clock.monotonic() - began)
        if waited > 0:
            self._emit(Waiting(origin=origin, model=request.model, why="slot", length=waited))

    def _after_reply(self, reply: Reply) -> Pace:
        if reply.allowances != Allowances():
            return self.pace.told()
        return self.pace.replied(self._clock.monotonic(), self._in_flight)

    def _after_fault(self, fault: Fault, ticket: int) -> Pace:
        now = self._clock.monotonic()
        if fault.allowances != Allowances():
            return self.pace.told()
        if fault.kind is Kind.RATE_LIMITED and fault.was_sent:
            return self.pace.refused(now, ticket)
        return self.pace.sickened(now) if fault.is_sickness else self.pace

    def _move(self, model: str, pace: Pace) -> None:
        before, self.pace = self.pace.limit, pace
        if pace.limit != before:
            self._emit(ConcurrencyMoved(model=model, limit=pace.limit, because=pace.because))
