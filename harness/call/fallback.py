"""When a model finally failed: other ways to something like an answer, in order, each saying what it is instead.

Never in a run that is compared: whatever comes from here is marked as degraded, kept, and compared with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from harness.call.attempts import substitution
from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.events import Emit, FellBack

_BY_FAULT: Mapping[Kind, str | None] = {
    # The provider could not, and asking again did not help.
    Kind.RATE_LIMITED: None,
    Kind.OVERLOADED: None,
    Kind.SERVER_ERROR: None,
    Kind.TIMEOUT: None,
    Kind.UNREACHABLE: None,
    Kind.DISCONNECTED: None,
    Kind.GARBLED: None,
    Kind.CIRCUIT_OPEN: None,
    Kind.DEADLINE: None,
    # Everything else has to be seen, and mended or counted.
    Kind.SPEND_EXHAUSTED: "the account is spent for every model; more calls would only say so again",
    Kind.UNAUTHORIZED: "the key is wrong for every model",
    Kind.UNKNOWN_MODEL: "the pin is wrong, and would never be mended if another model stood in for it",
    Kind.BAD_REQUEST: "the request is wrong, and would be so for others",
    Kind.SUBSTITUTED: "that another model answered is what was found; a third one would hide it",
    Kind.OVER_BUDGET: "the money is what the user set",
    Kind.UNPRICED: "the price is missing, not the answer",
    Kind.TOOL_LOOP: "the model's own failure: it counts",
    Kind.STALE_FIXTURE: "a replay asks nobody",
    Kind.BUG: "a bug of ours must be seen",
}
"""Why there is no way down from a fault; None: there is one."""


def why_not(fault: Fault) -> str | None:
    """Why nothing may stand in for an answer after `fault`; None: something may."""
    return _BY_FAULT[fault.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherModel:
    """Ask another pinned model the same, through its own guards."""

    id: str
    takes_effort: bool
    takes_thinking: bool

    @property
    def name(self) -> str:
        return self.id

    def asked(self, request: Request) -> Request:
        """`request` for this model: parameters that it does not know are left out."""
        return replace(
            request,
            model=self.id,
            effort=request.effort if self.takes_effort else None,
            thinking=request.thinking if self.takes_thinking else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """Take a recording of the same question."""

    ask: Send = field(repr=False)
    """Gives the nearest repeat of the question, named in `Reply.degraded`; raises STALE_FIXTURE without one."""
    name: str = "cached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Take the text that had arrived when a stream was cut."""

    name: str = "partial"


Rung = OtherModel | Cached | Partial


@dataclass(slots=True)
class _Descent:
    """One call on its way down."""

    request: Request
    first: Fault
    failed: list[str] = field(default_factory=list[str])
    """What each rung so far met, in words."""
    partial: tuple[str, Reply] | None = None
    """The first text that had arrived, and of which model."""

    def met(self, rung: Rung, model: str, fault: Fault) -> None:
        self.failed.append(f"{rung.name}: {fault.detail if fault.kind is Kind.STALE_FIXTURE else fault.kind}")
        self.keep(model, fault)

    def keep(self, model: str, fault: Fault) -> None:
        if self.partial is None and fault.partial is not None and fault.partial.text.strip():
            self.partial = (model, fault.partial)

    def why(self) -> str:
        """What made a way down necessary."""
        also = f"; no help from {', '.join(self.failed)}" if self.failed else ""
        return f"{self.request.model} failed: {self.first.kind}{also}"

    def bottom(self) -> Fault:
        """What the call failed at, with the whole story."""
        return replace(self.first, detail=f"{self.first.detail}; no help from {', '.join(self.failed)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Goes down the rungs, in order, when a call finally failed at a fault of its provider.

    A rung that fails gives way to the next. If all do, the call fails at its first fault. Every rung has the
    time and the retries of a call of its own. What comes of a rung has `Reply.degraded` set.
    """

    rungs: Sequence[Rung]
    emit: Emit

    async def __call__(self, request: Request, send: Send) -> Reply:
        try:
            return await send(request)
        except CallFailed as failed:
            if why_not(failed.fault) is not None:
                raise
            descent = _Descent(request=request, first=failed.fault)
        descent.keep(request.model, descent.first)
        return await self._down(descent, send)

    async def _down(self, descent: _Descent, send: Send) -> Reply:
        request = descent.request
        for rung in self.rungs:
            self.emit(
                FellBack(
                    origin=str(request.origin),
                    model=request.model,
                    rung=rung.name,
                    because=str(descent.first.kind),
                )
            )
            model = rung.id if isinstance(rung, OtherModel) else request.model
            try:
                reply = await _taken(rung, descent, send)
            except CallFailed as failed:
                descent.met(rung, model, failed.fault)
            else:
                return reply
        raise CallFailed(descent.bottom())


async def _taken(rung: Rung, descent: _Descent, send: Send) -> Reply:
    """What `rung` gives, marked. Raises CallFailed when it gives nothing."""
    match rung:
        case OtherModel():
            return await _other(rung, descent, send)
        case Cached():
            return await _cached(rung, descent)
        case Partial():
            return _partial(descent)
        case _:
            assert_never(rung)


async def _other(rung: OtherModel, descent: _Descent, send: Send) -> Reply:
    request = descent.request
    if rung.id == request.model:
        raise CallFailed(_nothing("is the model that failed"))
    if request.conversation is not None:
        raise CallFailed(_nothing("a conversation does not change its model half-way"))
    reply = await send(rung.asked(request))
    return replace(reply, degraded=f"{rung.id} answered after {descent.why()}")


async def _cached(rung: Cached, descent: _Descent) -> Reply:
    reply = await rung.ask(descent.request)
    other = substitution(descent.request, reply)
    if other is not None:
        raise CallFailed(other)
    return replace(reply, degraded=f"{reply.degraded or 'a recording'} instead: {descent.why()}")


def _partial(descent: _Descent) -> Reply:
    if descent.partial is None:
        raise CallFailed(_nothing("no text had arrived"))
    model, reply = descent.partial
    whose = "" if model == descent.request.model else f" of {model}"
    cut = f"the stream{whose} was cut after {len(reply.text)} characters"
    return replace(reply, degraded=f"{cut}: {descent.why()}")


def _nothing(why: str) -> Fault:
    """A rung has nothing to give."""
    return Fault(kind=Kind.STALE_FIXTURE, detail=why, billed=False)
