"""Bounds in time: for a trial, for one call with its waits and retries, and for one attempt on the wire."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.waiting import TimeIsUpError, within
from harness.clock import Clock
from harness.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A call takes at most `length`: every attempt, every backoff, and every wait for a slot, rate or breaker.

    When time is up, whatever the call was doing is cancelled and awaited, so a call ends as soon after
    its deadline as its transport lets go. The guards inside see the cancellation and put their state right.
    """

    clock: Clock
    length: Seconds

    async def __call__(self, request: Request, send: Send) -> Reply:
        timed = _timed(request, Seconds(self.clock.monotonic() + self.length))
        detail = f"no answer within {self.length:g} s, waits and retries included"
        return await _answered(self.length, send, timed, Fault(kind=Kind.DEADLINE, detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeadline:
    """A trial takes at most `length`, with every turn of its conversation and every model that stands in."""

    clock: Clock
    length: Seconds

    async def __call__(self, request: Request, send: Send) -> Reply:
        timed = _timed(request, Seconds(self.clock.monotonic() + self.length))
        detail = f"the case was not over within {self.length:g} s, all its calls included"
        return await _answered(self.length, send, timed, Fault(kind=Kind.DEADLINE, detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptDeadline:
    """One attempt takes at most `length` on the wire, or what its request says if that is less.

    What was sent by then may be billed, so it is TIMEOUT.
    """

    length: Seconds

    async def __call__(self, request: Request, send: Send) -> Reply:
        length = self.length if request.at_most is None else min(self.length, request.at_most)
        late = Fault(kind=Kind.TIMEOUT, detail=f"no complete answer within {length:g} s")
        return await _answered(length, send, request, late)


def _timed(request: Request, expires_at: Seconds) -> Request:
    """With the earlier of the two ends."""
    if request.expires_at is not None:
        expires_at = min(expires_at, request.expires_at)
    return replace(request, expires_at=expires_at)


async def _answered(length: Seconds, send: Send, request: Request, late: Fault) -> Reply:
    try:
        return await within(length, send(request))
    except TimeIsUpError:
        raise CallFailed(late) from None
