"""How a run ends early: what is still sent, what may come back, and what is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.events import (
    AttemptEnded,
    AttemptStarted,
    Emit,
    Event,
    FellBack,
    Stopping,
    TrialEnded,
    TurnEnded,
    WaitBegan,
    nobody,
)
from harness.grade.opinion import Opinions
from harness.record import Record
from harness.trial import Trial
from harness.units import Seconds

_HOPELESS = frozenset(kind.value for kind in Kind if Fault(kind=kind, detail="").stops_the_run)


@dataclass(slots=True)
class Stop:
    """Ends a run early: whatever has not started by then is skipped, and this is the reason."""

    why: str | None = None
    detail: str = ""
    under_way: dict[asyncio.Task[Record], Trial] = field(default_factory=dict[asyncio.Task[Record], Trial])
    """What the run is doing just now; the run keeps it."""
    answered: set[asyncio.Task[Record]] = field(default_factory=set[asyncio.Task[Record]])
    """Those of them that have their outcome, and only have to be kept: paid for, so never cancelled."""
    consulted: set[asyncio.Future[Opinions]] = field(default_factory=set[asyncio.Future[Opinions]])
    """Experts that are asked about an answer just now: they may go on for as long as what is on the wire."""
    calls: dict[asyncio.Future[Reply], str] = field(default_factory=dict[asyncio.Future[Reply], str])
    """Calls on behalf of trials that are answered, such as those of judges, with their origins."""
    emit: Emit = nobody

    _on_the_wire: set[str] = field(default_factory=set[str])
    _replied: set[str] = field(default_factory=set[str])
    _cancelled: set[asyncio.Future[Any]] = field(default_factory=set["asyncio.Future[Any]"])
    _is_cut: bool = False
    _is_closed: bool = False

    def soon(self, why: str, detail: str = "", at_most: Seconds | None = None) -> None:
        """Send nothing more, and let what is on the wire come back. The first reason stays.

        `at_most` is only said: whoever wants to bound the wait calls `at_once` when it is over.
        """
        self._stop(why, detail, at_most, self._on_the_wire | self._replied)

    def at_once(self, why: str, detail: str = "") -> None:
        """Send nothing more, and cancel what is on the wire."""
        if not self._is_cut:
            self._is_cut = True
            self.why, self.detail = self.why or why, self.detail or detail
            self._say(Seconds(0.0))
        self.cancel_what_still_asks()

    def _stop(self, why: str, detail: str, at_most: Seconds | None, spared: Set[str]) -> None:
        if self.why is None:
            self.why, self.detail = why, detail
            self._say(at_most)
        self._cancel_all_but(spared)

    def _say(self, at_most: Seconds | None) -> None:
        under_way = len(self._on_the_wire)
        self.emit(Stopping(why=self.why or "", detail=self.detail, under_way=under_way, at_most=at_most))

    def heed(self, event: Event) -> None:
        """An `Emit` that must be told every event of the guards: it is how `soon` knows what is on the wire.

        After a fault that every further call would meet, no other call gets the slot that it frees.
        """
        match event:
            case AttemptStarted(origin=origin):
                self._on_the_wire.add(origin)
            case AttemptEnded(origin=origin, fault=None):
                self._on_the_wire.discard(origin)
                self._replied.add(origin)
            case AttemptEnded(origin=origin, fault=fault):
                self._on_the_wire.discard(origin)
                if fault in _HOPELESS:
                    spared = self._on_the_wire | self._replied | {origin}
                    self._stop(fault, event.detail or "", None, spared)
            case TrialEnded(origin=origin):
                self._replied.discard(origin)
            case TurnEnded(origin=origin):
                self._replied.discard(origin)
                self._cancel_what_would_ask()
            case WaitBegan() | FellBack():  # after the end it can only be a retry of what was on the wire
                self._cancel_what_would_ask()
            case _:
                return

    async def hold_back(self) -> None:
        """Return at once while the run goes on. After its end never: who waits here is cancelled.

        The second line behind the cancellations: whoever is about to send asks here.
        """
        if self._is_shut:
            self._cancel_what_would_ask()
            await asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """Nobody takes records any more: send nothing, and cancel every trial that has no reply yet."""
        self._is_closed = True
        self.cancel_what_still_asks()

    @property
    def _is_shut(self) -> bool:
        return self._is_closed or self.why is not None

    @property
    def is_cut(self) -> bool:
        """Whether nothing may go on any more, not even an expert."""
        return self._is_cut or self._is_closed

    def _cancel_what_would_ask(self) -> None:
        if self._is_shut:
            self._cancel_all_but(self._on_the_wire | self._replied)

    def cancel_what_still_asks(self) -> None:
        """Cancel every trial that has no reply yet, and every expert: its trial is kept without an opinion."""
        self._cancel_all_but(self._replied)
        for each in self.consulted:
            each.cancel()

    def _cancel_all_but(self, spared: Set[str]) -> None:
        for task, trial in self.under_way.items():  # in the order of their start: the same every time
            if task not in self.answered:
                self._cancel(task, str(trial.request.origin), spared)
        for call, origin in self.calls.items():
            self._cancel(call, origin, spared)

    def _cancel(self, task: asyncio.Future[Any], origin: str, spared: Set[str]) -> None:
        # A second cancellation would interrupt the tidying up after the first. `cancelling` would also count
        # that of a timeout, which the trial survives.
        if origin not in spared and task not in self._cancelled:
            self._cancelled.add(task)
            task.cancel()

    async def on_behalf(self, request: Request, send: Send) -> Reply:
        """A guard of calls on behalf of a trial that is answered: they end as the trial itself would have.

        What is on the wire comes back, what waits is given up. Raises CallFailed.
        """
        origin = str(request.origin)
        if self._is_shut:
            raise CallFailed(_over())
        call = asyncio.ensure_future(send(request))
        self.calls[call] = origin
        try:
            await asyncio.wait([call])
        finally:
            del self.calls[call]
            self._replied.discard(origin)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            self._cancelled.discard(call)
        if call.cancelled():
            raise CallFailed(_over())
        return call.result()


def _over() -> Fault:
    return Fault(kind=Kind.DEADLINE, detail="the run ended before it could be asked", billed=False)
