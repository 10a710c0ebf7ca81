"""The breaker: stop asking a sick provider, and notice when it is well again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.outage import Outage
from harness.call.waiting import Bell
from harness.clock import Clock
from harness.events import BreakerMoved, Emit, WaitBegan, Waiting
from harness.units import Seconds


class State(StrEnum):
    """Where a circuit stands."""

    CLOSED = "closed"
    """Calls pass."""
    OPEN = "open"
    """Nothing passes until a set time."""
    HALF_OPEN = "half_open"
    """One call at a time passes, to see whether the provider is well again: the probe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How much sickness is borne, and how long a circuit stays open."""

    failures: int = 5
    """Failures among the recent calls that open the circuit, if they are `share` of them too."""
    share: float = 0.5
    calls: int = 20
    """Recent calls that count: the last so many ..."""
    window: Seconds = Seconds(60.0)
    """... and none older than this."""
    open_for: Seconds = Seconds(4.0)
    """Doubles with every probe that fails, up to `open_at_most`. Short at first: most storms are."""
    open_at_most: Seconds = Seconds(30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """The state of one model's circuit. Legal moves: closed > open > half open > closed, or back to open.

    A call that may pass gets a ticket: the number of moves so far. What a call learned is ignored if the
    circuit has moved since, so a late answer of a call from before the storm neither closes nor reopens it.
    """

    tolerance: Tolerance = field(default_factory=Tolerance)
    state: State = State.CLOSED
    moves: int = 0
    recent: tuple[tuple[Seconds, bool], ...] = ()
    """When each recent call ended and whether it failed; kept while closed."""
    opens_at: Seconds = Seconds(0.0)
    """When an open circuit lets a probe pass."""
    reopened: int = 0
    """Probes that failed one after the other."""
    probing: bool = False
    """Whether the one place of the probe is taken."""
    because: str = ""

    def wait(self, now: Seconds) -> Seconds | None:
        """Time until a call may pass, 0 if it may now; None if that depends on the probe under way."""
        match self.state:
            case State.CLOSED:
                return Seconds(0.0)
            case State.OPEN:
                return Seconds(max(0.0, self.opens_at - now))
            case State.HALF_OPEN:
                return None if self.probing else Seconds(0.0)
            case _:
                assert_never(self.state)

    def may_pass(self, now: Seconds) -> bool:
        """Whether a call may pass now."""
        wait = self.wait(now)
        return wait is not None and wait <= 0

    def enter(self, now: Seconds) -> Circuit:
        """Let one call pass. Raises ValueError if none may."""
        if not self.may_pass(now):
            raise ValueError(f"no call may pass a circuit that is {self.state}")
        if self.state is State.OPEN:
            return replace(self._moved(State.HALF_OPEN, "time for a probe"), probing=True)
        return replace(self, probing=self.state is State.HALF_OPEN)

    def answered(self, ticket: int, now: Seconds, sick: str | None) -> Circuit:
        """A call ended at `now`; `sick` is the failure that counts against the provider, or None if it is well."""
        if ticket != self.moves:
            return self
        if self.state is State.HALF_OPEN:
            return self._opened(now, f"the probe met {sick}") if sick else self._closed()
        return self._counted(now, sick)

    def abandoned(self, ticket: int) -> Circuit:
        """A call ended without a word about the provider's health: cancelled, or never sent."""
        return replace(self, probing=False) if ticket == self.moves else self

    def _counted(self, now: Seconds, sick: str | None) -> Circuit:
        fresh = [entry for entry in self.recent if entry[0] > now - self.tolerance.window]
        recent = (*fresh, (now, sick is not None))[-self.tolerance.calls :]
        failures = sum(failed for _, failed in recent)
        if failures < self.tolerance.failures or failures < self.tolerance.share * len(recent):
            return replace(self, recent=recent)
        return self._opened(now, f"{failures} of the last {len(recent)} calls failed, the last with {sick}")

    def _opened(self, now: Seconds, because: str) -> Circuit:
        again = self.reopened + 1 if self.state is State.HALF_OPEN else 0
        length = min(self.tolerance.open_at_most, self.tolerance.open_for * 2.0**again)
        return replace(
            self._moved(State.OPEN, because), opens_at=Seconds(now + length), reopened=again, recent=()
        )

    def _closed(self) -> Circuit:
        return replace(self._moved(State.CLOSED, "the probe was answered"), reopened=0, recent=())

    def _moved(self, state: State, because: str) -> Circuit:
        return replace(self, state=state, moves=self.moves + 1, probing=False, because=because)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Holds calls back while their model's provider is sick; one for each model.

    A call that would have to wait longer than `patience` in all, or past its deadline, fails with
    CIRCUIT_OPEN at once. So does every call once the provider has not been well for as long (see `harness.call.outage`):
    an outage ends a run after about one patience, and not after one for each round of calls. Calls that
    were let in before the circuit opened finish their way.
    """

    clock: Clock
    emit: Emit
    patience: Seconds = Seconds(120.0)
    patience_with_silence: Seconds = Seconds(45.0)
    """For a provider that has not said a word in this run: long enough for one probe."""
    probe_time: Seconds = Seconds(30.0)
    """What a probe has on the wire, or twice the slowest answer so far, where there were answers: a provider
    that hangs would hold everybody up for the time of a whole attempt."""
    circuit: Circuit = field(default_factory=Circuit)
    _slowest: Seconds | None = None
    """The longest that an answer took in this run."""
    _outage: Outage | None = None
    """None until the first call."""
    _bell: Bell = field(default_factory=Bell)

    async def __call__(self, request: Request, send: Send) -> Reply:
        if self._outage is None:
            self._outage = Outage(well_at=self.clock.monotonic())
        await self._until_it_may_pass(request)
        self._move(request, self.circuit.enter(self.clock.monotonic()))
        ticket = self.circuit.moves
        try:
            reply = await send(self._hastened(request))
        except CallFailed as failed:
            self._move(request, self._learned(ticket, failed.fault))
            raise
        except BaseException:
            self._move(request, self.circuit.abandoned(ticket))
            raise
        self._slowest = max(self._slowest or reply.latency, reply.latency)
        self._move(request, self._learned(ticket, None))
        return reply

    def _hastened(self, request: Request) -> Request:
        """A probe, with the time it has."""
        if self.circuit.state is not State.HALF_OPEN or self._slowest is None:
            return request
        return replace(request, at_most=Seconds(max(self.probe_time, 2 * self._slowest)))

    def _learned(self, ticket: int, fault: Fault | None) -> Circuit:
        now = self.clock.monotonic()
        if self._outage is not None:
            self._outage = self._outage.learned(fault, now)
        if fault is None or fault.is_health:
            return self.circuit.answered(ticket, now, None)
        if fault.is_sickness:
            return self.circuit.answered(ticket, now, str(fault.kind))
        return self.circuit.abandoned(ticket)

    def _move(self, request: Request, circuit: Circuit) -> None:
        before, self.circuit = self.circuit, circuit
        if circuit.moves != before.moves:
            self.emit(BreakerMoved(model=request.model, state=circuit.state, because=circuit.because))
        self._bell.ring()

    async def _until_it_may_pass(self, request: Request) -> None:
        began, has_told = self.clock.monotonic(), False
        origin, model = str(request.origin), request.model
        until = Seconds(began + self.patience)
        if request.expires_at is not None:
            until = min(until, request.expires_at)
        while not self.circuit.may_pass(self.clock.monotonic()):
            wait = self.circuit.wait(self.clock.monotonic())
            left = Seconds(until - self.clock.monotonic())
            if left <= 0 or (wait is not None and wait > left) or self._is_given_up():
                raise CallFailed(self._refusal(wait))
            if not has_told:
                has_told = True
                self.emit(WaitBegan(origin=origin, model=model, why="breaker", length=wait))
            await self._bell.wait_at_most(left if wait is None else wait)
        waited = Seconds(self.clock.monotonic() - began)
        if waited > 0:
            self.emit(Waiting(origin=origin, model=model, why="breaker", length=waited))

    def _is_given_up(self) -> bool:
        circuit = self.circuit
        return (
            circuit.state is State.OPEN
            and self._outage is not None
            and self._outage.ends_before(
                circuit.opens_at,
                probed=circuit.reopened > 0,
                patience=self.patience,
                with_silence=self.patience_with_silence,
            )
        )

    def _refusal(self, wait: Seconds | None) -> Fault:
        when = "a probe is under way" if wait is None else f"the next probe is in {wait:.0f} s"
        return Fault(kind=Kind.CIRCUIT_OPEN, detail=f"the provider is unwell: {self.circuit.because}; {when}")
