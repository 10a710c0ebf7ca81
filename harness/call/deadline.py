"""Bounds in time: for a trial, for one call with its waits and retries, and for one attempt on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.waiting import TimeIsUpError, within
from harness.clock import Clock
from harness.units import Seconds

_LATE: Final[Mapping[str, str]] = {
    "call": "no answer within {}, waits and retries included",
    "case": "the case was not over within {}, all its calls included",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A call, or a whole trial, takes at most `length`: with every attempt, backoff and wait, and every turn of it.

    When time is up, whatever was going on is cancelled and awaited, so it ends as soon after its deadline as its
    transport lets go. The guards inside see the cancellation and put their state right.
    """

    clock: Clock
    length: Seconds
    what: Literal["call", "case"]
    """What is bounded: a case is a trial with all its calls."""

    async def __call__(self, request: Request, send: Send) -> Reply:
        timed = _timed(request, Seconds(self.clock.monotonic() + self.length))
        detail = _LATE[self.what].format(f"{self.length:g} s")
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
