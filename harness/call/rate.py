"""The account's rate limits, kept on our side so that the provider does not have to refuse.

A bucket that is fed from the headers of every response beat fixed numbers of calls and adaptive ones in
our simulations: no refused calls, and within some 10 % of the shortest possible time.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from harness.call.estimate import Estimator
from harness.call.exchange import Allowance, Allowances, Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.waiting import Bell
from harness.clock import Clock
from harness.events import Emit, WaitBegan, Waiting
from harness.suite.model import RateLimits
from harness.units import Seconds

_USED_SHARE = 0.95
_BURST = Seconds(15.0)
_SHORTEST_WAIT = Seconds(0.001)
_GRAIN = 1e-6  # less than this is missing only because floats are rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket: in any window at most `per_second * window + max(capacity, largest)` is taken net.

    It refills at 95 % of the limit, and holds a quarter of a minute's worth, since a provider may enforce
    a limit per minute over shorter spans. A request that is larger than the capacity goes when the bucket
    is full, and leaves it in debt: it is served in its turn, and paid for by those behind it.
    """

    limit: int
    """Units per minute."""
    level: float
    at: Seconds
    """When it held `level`."""

    @property
    def per_second(self) -> float:
        return self.limit * _USED_SHARE / 60

    @property
    def capacity(self) -> float:
        return max(1.0, self.per_second * _BURST)

    @classmethod
    def full(cls, limit: int, now: Seconds) -> Bucket:
        """A full bucket of a limit of 1 or more."""
        empty = cls(limit=limit, level=0.0, at=now)
        return replace(empty, level=empty.capacity)

    def wait(self, now: Seconds, amount: int) -> Seconds:
        """Time until `amount` may be taken if nobody else takes any; 0 if it may be now."""
        missing = min(amount, self.capacity) - self._level(now)
        return Seconds(max(missing / self.per_second, _SHORTEST_WAIT) if missing > _GRAIN else 0.0)

    def take(self, now: Seconds, amount: int) -> Bucket:
        """Take `amount`. Raises ValueError before its time."""
        if self.wait(now, amount) > 0:
            raise ValueError(f"{amount} cannot be taken from a bucket that holds {self._level(now):.1f}")
        return replace(self, level=self._level(now) - amount, at=now)

    def put(self, now: Seconds, amount: int) -> Bucket:
        """Give back what was taken and not used; a negative `amount` takes what was used on top."""
        return replace(self, level=min(self.capacity, self._level(now) + amount), at=now)

    def sync(self, now: Seconds, allowance: Allowance) -> Bucket:
        """Believe the headers: their limit, and what remains if that is less than we thought."""
        there = Bucket(limit=allowance.limit, level=self._level(now), at=now)
        return replace(there, level=min(there.level, there.capacity, max(0, allowance.remaining)))

    def _level(self, now: Seconds) -> float:
        return min(self.capacity, self.level + (now - self.at) * self.per_second)


class Amounts(NamedTuple):
    """What one request takes from the three buckets, or gives back. A tuple, since the three are alike."""

    requests: int
    input_tokens: int
    output_tokens: int

    @classmethod
    def needed(cls, request: Request, estimator: Estimator) -> Amounts:
        """The estimate of the input and all of `max_tokens`."""
        return cls(1, estimator.usual(request), request.max_tokens)

    def unused_after_reply(self, reply: Reply) -> Amounts:
        """The difference to the truth. Cache reads do not count against the limit of the input."""
        if reply.source != "live":
            return self
        used = reply.usage
        uncached = used.input_tokens + used.cache_write_5m_tokens + used.cache_write_1h_tokens
        return Amounts(0, self.input_tokens - uncached, self.output_tokens - used.output_tokens)

    def unused_after_fault(self, fault: Fault) -> Amounts:
        """Nothing if it may have been billed, the tokens if it was refused, everything if it was not sent."""
        if fault.may_be_billed:
            return Amounts(0, 0, 0)
        return Amounts(0 if fault.was_sent else self.requests, self.input_tokens, self.output_tokens)


class Buckets(NamedTuple):
    """The three buckets of one model. One that is None has no limit that we know of."""

    requests: Bucket | None
    input_tokens: Bucket | None
    output_tokens: Bucket | None

    @classmethod
    def of(cls, limits: RateLimits, now: Seconds) -> Buckets:
        """Full buckets of the limits a pin states."""
        per_minute = (
            limits.requests_per_minute,
            limits.input_tokens_per_minute,
            limits.output_tokens_per_minute,
        )
        return cls(*(Bucket.full(limit, now) if limit else None for limit in per_minute))

    def wait(self, now: Seconds, need: Amounts) -> Seconds:
        """Time until all three hold enough."""
        return max(
            bucket.wait(now, amount) if bucket is not None else Seconds(0.0)
            for bucket, amount in zip(self, need, strict=True)
        )

    def take(self, now: Seconds, need: Amounts) -> Buckets:
        """Take from all three. Raises ValueError before its time."""
        pairs = zip(self, need, strict=True)
        return Buckets(
            *(bucket.take(now, amount) if bucket is not None else None for bucket, amount in pairs)
        )

    def put(self, now: Seconds, rest: Amounts) -> Buckets:
        """Give back to all three."""
        pairs = zip(self, rest, strict=True)
        return Buckets(*(bucket.put(now, amount) if bucket is not None else None for bucket, amount in pairs))

    def taken(self, need: Amounts) -> Amounts:
        """What of `need` was really taken here: nothing where there was no bucket."""
        pairs = zip(self, need, strict=True)
        return Amounts(*(amount if bucket is not None else 0 for bucket, amount in pairs))

    def sync(self, now: Seconds, said: Allowances) -> Buckets:
        """Believe the headers, where they say anything that makes sense."""
        pairs = zip(self, (said.requests, said.input_tokens, said.output_tokens), strict=True)
        return Buckets(*(_synced(bucket, now, allowance) for bucket, allowance in pairs))


def _synced(bucket: Bucket | None, now: Seconds, allowance: Allowance | None) -> Bucket | None:
    if allowance is None or allowance.limit < 1:
        return bucket
    return (bucket or Bucket.full(allowance.limit, now)).sync(now, allowance)


@dataclass(slots=True, kw_only=True)
class RateLimit:
    """Sends a request when all three buckets hold enough for it, first come, first served; one for each model.

    A 429 pauses the model until its `Retry-After`. A call that would wait for the end of such a pause
    longer than `patience`, or past its deadline, fails as RATE_LIMITED at once, and nothing is sent.
    """

    clock: Clock
    emit: Emit
    limits: RateLimits = field(default_factory=RateLimits)
    patience: Seconds = Seconds(120.0)
    estimator: Estimator = field(default_factory=Estimator)
    """Is taught by every live reply; whoever estimates for the same run shares it."""
    _buckets: Buckets | None = None
    _paused_until: Seconds = Seconds(-math.inf)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: Bell = field(default_factory=Bell)

    @property
    def buckets(self) -> Buckets:
        """What is left just now; full at the first look."""
        if self._buckets is None:
            self._buckets = Buckets.of(self.limits, self.clock.monotonic())
        return self._buckets

    async def __call__(self, request: Request, send: Send) -> Reply:
        need = Amounts.needed(request, self.estimator)
        try:
            before = await self._take(request, need)
        except asyncio.CancelledError:
            request.on_withdrawn()
            raise
        try:
            reply = await send(request)
        except CallFailed as failed:
            self._pause(failed.fault)
            self._learn(before.taken(need.unused_after_fault(failed.fault)), failed.fault.allowances)
            raise
        if reply.source == "live":
            self.estimator.learn(request, reply)
        said = reply.allowances if reply.source == "live" else Allowances()
        self._learn(before.taken(need.unused_after_reply(reply)), said)
        return reply

    async def _take(self, request: Request, need: Amounts) -> Buckets:
        began = self.clock.monotonic()
        origin, model = str(request.origin), request.model
        least = self._wait(request, need)
        if self._turn.locked() or least > 0:
            self.emit(WaitBegan(origin=origin, model=model, why="rate", length=least or None))
        async with self._turn:
            while (wait := self._wait(request, need)) > 0:
                await self._changed.wait_at_most(wait)
            before = self.buckets
            self._buckets = before.take(self.clock.monotonic(), need)
        waited = Seconds(self.clock.monotonic() - began)
        if waited > 0:
            self.emit(Waiting(origin=origin, model=model, why="rate", length=waited))
        return before

    def _wait(self, request: Request, need: Amounts) -> Seconds:
        now = self.clock.monotonic()
        pause = Seconds(self._paused_until - now)
        is_too_late = request.expires_at is not None and self._paused_until >= request.expires_at
        if pause > self.patience or (pause > 0 and is_too_late):
            detail = f"the provider wants no request for {pause:.0f} s"
            raise CallFailed(Fault(kind=Kind.RATE_LIMITED, detail=detail, retry_after=pause, billed=False))
        return max(pause, self.buckets.wait(now, need))

    def _pause(self, fault: Fault) -> None:
        if fault.kind is Kind.RATE_LIMITED and fault.retry_after is not None:
            self._paused_until = max(self._paused_until, Seconds(self.clock.monotonic() + fault.retry_after))

    def _learn(self, rest: Amounts, said: Allowances) -> None:
        now = self.clock.monotonic()
        self._buckets = self.buckets.put(now, rest).sync(now, said)
        self._changed.ring()
