"""Trying again: how long to wait, how often, and how many retries a whole run may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.clock import Clock
from harness.events import Emit, WaitBegan, Waiting
from harness.units import Seconds

_SPREAD = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """When to try again.

    The wait before retry `n` (from 1) is uniform on [0, min(cap, base * 2**(n-1))]: "full jitter" in
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. An overloaded provider gets
    waits uniform on the upper half of min(cap, base * 10**(n-1)): a short one first, since a single refusal
    among good answers passes at once, and then long ones. With the defaults four of them last at least
    65 s, so even a lone call outlives a storm of a minute.

    A server's own `Retry-After` is a floor under the wait, with up to 10 % on top so that waiters do not
    wake together. One longer than `patience` ends the retries: waiting less would only be refused again.
    """

    base: Seconds = Seconds(1.0)
    cap: Seconds = Seconds(60.0)
    attempts: int = 5
    """Tries of one call, the first one included."""
    doubtful: int = 1
    """Retries after a fault that may be billed: without idempotency keys each may be paid for twice."""
    patience: Seconds = Seconds(120.0)

    def wait(self, retry: int, fault: Fault, draw: float) -> Seconds | None:
        """Time to wait before retry number `retry` (from 1), or None to give up.

        `draw` is a sample from [0, 1); passing it in keeps this function pure.
        """
        if not fault.is_retryable or retry >= self.attempts:
            return None
        wait = self._jitter(retry, fault, draw)
        if fault.retry_after is None:
            return wait
        if not fault.retry_after <= self.patience:  # "not <=" also gives up on nan
            return None
        return max(wait, Seconds(fault.retry_after * (1 + _SPREAD * draw)))

    def _jitter(self, retry: int, fault: Fault, draw: float) -> Seconds:
        if fault.kind is Kind.OVERLOADED:
            longest = min(self.cap, self.base * 10.0 ** (retry - 1))
            return Seconds(longest * (1 + draw) / 2)
        return Seconds(draw * min(self.cap, self.base * 2.0 ** (retry - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryBudget:
    """The retries a whole run has left: at most `free` plus `share` of its calls, and `free` in a burst.

    Retries multiply the load on a provider exactly when it is weakest; see "Addressing Cascading
    Failures" in the Site Reliability Engineering book, which bounds them per client in this way. The free
    ones keep small suites and short storms alive.
    """

    free: int = 50
    share: float = 0.2
    used: float = 0.0
    """From 0 to `free`."""

    def called(self) -> RetryBudget:
        """One more call was made."""
        return replace(self, used=max(0.0, self.used - self.share))

    def retried(self) -> RetryBudget | None:
        """One more retry, or None if there is none left."""
        return replace(self, used=self.used + 1) if self.used + 1 <= self.free else None


@dataclass(slots=True)
class _Tries:
    """What one call has used up."""

    retries: int = 0
    doubtful: int = 0
    last: Fault | None = None
    """What the attempt before met."""
    partial: Reply | None = None
    """What had arrived of the newest stream that was cut."""


@dataclass(slots=True, kw_only=True)
class Retry:
    """Asks again after a fault that may pass; one for a whole run, since its budget is."""

    clock: Clock
    draw: Callable[[], float]
    """A sample from [0, 1)."""
    emit: Emit
    backoff: Backoff = field(default_factory=Backoff)
    budget: RetryBudget = field(default_factory=RetryBudget)

    async def __call__(self, request: Request, send: Send) -> Reply:
        self.budget = self.budget.called()
        tries = _Tries()
        for attempt in count(request.attempt):
            try:
                return await send(replace(request, attempt=attempt))
            except CallFailed as failed:
                wait = self._wait(tries, failed.fault, request)
                tries.partial = failed.fault.partial or tries.partial
                if wait is None and (word := _last_word(tries, failed.fault)) is not failed.fault:
                    raise CallFailed(word) from None
                if wait is None:
                    raise
                tries.last = failed.fault
                why = "retry" if failed.fault.retry_after is None else "retry_after"
            origin = str(request.origin)
            self.emit(WaitBegan(origin=origin, model=request.model, why=why, length=wait))
            self.emit(Waiting(origin=origin, model=request.model, why=why, length=wait))
            await self.clock.sleep(wait)
        raise AssertionError("count never ends")  # pragma: no cover

    def _wait(self, tries: _Tries, fault: Fault, request: Request) -> Seconds | None:
        tries.retries += 1
        tries.doubtful += fault.may_be_billed
        wait = self.backoff.wait(tries.retries, fault, self.draw())
        if wait is None or tries.doubtful > self.backoff.doubtful:
            return None
        if request.expires_at is not None and self.clock.monotonic() + wait >= request.expires_at:
            return None
        left = self.budget.retried()
        if left is None:
            return None
        self.budget = left
        return wait


def _last_word(tries: _Tries, fault: Fault) -> Fault:
    """What a call fails at whose last attempt met `fault`: with what an earlier one had brought."""
    if tries.last is not None and fault.is_refusal_of_ours:
        fault = _not_tried_again(tries.last, fault)
    return fault if fault.partial is tries.partial else replace(fault, partial=tries.partial)


def _not_tried_again(met: Fault, refusal: Fault) -> Fault:
    """What a call failed at whose retry was refused before it was sent: that which made a retry necessary."""
    return replace(met, detail=f"{met.detail}; not tried again: {refusal.detail}")
