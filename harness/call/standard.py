"""The order of the guards, in one place and with the reason for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.call.attempts import Attempts
from harness.call.breaker import Breaker, Circuit, Tolerance
from harness.call.budget import Book, Budget, Cost, NoBook, Price
from harness.call.deadline import AttemptDeadline, Deadline
from harness.call.estimate import Estimator
from harness.call.exchange import Reply, Request
from harness.call.fallback import Fallback, Rung
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Guard, Send, chain
from harness.call.ledger import Caps, Ledger, Scope
from harness.call.missing import Missing
from harness.call.noted import Noted, NotedFirst, at_once
from harness.call.rate import RateLimit
from harness.call.retry import Backoff, Retry, RetryBudget
from harness.call.slots import Slots
from harness.call.step import Keep, forget
from harness.call.tool_answer import RunPython, no_python
from harness.call.tool_loop import ToolLoop
from harness.clock import Clock
from harness.events import Emit
from harness.suite.model import ModelPin, RateLimits
from harness.units import Seconds, Usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use."""

    caps: Caps = field(default_factory=Caps)
    used: Mapping[Scope, Usd] = field(default_factory=dict[Scope, Usd])
    """What earlier runs of the command, or earlier parts of this one, have used of the caps."""
    at_once: int = 8
    """Calls of one model in flight."""
    attempt_timeout: Seconds = Seconds(120.0)
    """For one attempt on the wire."""
    call_deadline: Seconds = Seconds(600.0)
    """For one call with all its waits and retries."""
    case_deadline: Seconds = Seconds(1800.0)
    """For one trial with all its calls."""
    patience: Seconds = Seconds(120.0)
    """The longest wait for a provider that said how long it will not answer, or is sick."""
    attempts: int = 5
    """Tries of one call."""
    free_retries: int = 50
    """Retries of a run in a burst, beside a fifth of its calls. Fewer than two for each slot cannot be asked for."""
    tolerance: Tolerance = field(default_factory=Tolerance)
    """How much sickness of a model's provider is borne."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a guard may not reach for by itself."""

    clock: Clock
    draw: Callable[[], float]
    """A sample from [0, 1)."""
    emit: Emit
    noted: Noted = field(default=at_once, repr=False)
    """Returns once what `emit` was told of a request is on disk."""
    keep: Keep = field(default=forget, repr=False)
    """Takes the steps of conversations."""
    run_python: RunPython = field(default=no_python, repr=False)
    """Runs a Python fake of a tool; the default says that it failed."""
    redact: Callable[[str], str] = field(default=str, repr=False)
    """Takes secrets out of what a suite says of a tool's error."""
    book: Book = field(default_factory=NoBook)
    """What all processes of the project spend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The guards all models of a run share, with the world and the limits of the others."""

    world: World
    limits: Limits
    retry: Retry
    budget: Budget
    estimator: Estimator


def share(
    world: World, limits: Limits, price: Price, cost: Cost, estimator: Estimator | None = None
) -> Shared:
    """One ledger, one retry budget and one estimator for a run. `price` should ask the same estimator."""
    budget = Budget(
        price=price,
        cost=cost,
        clock=world.clock,
        emit=world.emit,
        ledger=Ledger.start(limits.caps, limits.used),
        book=world.book,
    )
    retry = Retry(
        clock=world.clock,
        draw=world.draw,
        emit=world.emit,
        backoff=Backoff(attempts=limits.attempts, patience=limits.patience),
        # A storm fails every call in flight, and then its probes: all of them must be able to come back.
        budget=RetryBudget(free=max(limits.free_retries, 2 * limits.at_once)),
    )
    taught = Estimator() if estimator is None else estimator
    return Shared(world=world, limits=limits, retry=retry, budget=budget, estimator=taught)


def standard(shared: Shared, rates: RateLimits) -> Sequence[Guard]:
    """THE order, outermost first, for one model. Call it once for each: breaker, rate and slots are its own.

    Around the models together (`guarded`) stand the deadline of the trial and, inside it, the tool loop: each turn
    of a conversation is a call that needs all guards below. The fallback, where degrading is allowed, is between
    the loop and the models: it sees only what one model finally failed at.
    """
    clock, emit, limits = shared.world.clock, shared.world.emit, shared.limits
    return (
        # Outermost: it bounds everything below, waits included.
        Deadline(clock=clock, length=limits.call_deadline, what="call"),
        # Above the breaker: each try asks it anew, and its refusal is final.
        shared.retry,
        # Inside retry: a call that waits for its backoff frees its slot.
        Slots(limits.at_once, clock, emit),
        # Inside the slots: a call that waited for one learns what those before it met.
        Missing(),
        # Counts attempts, not calls; holds them back before they reserve money or rate.
        Breaker(
            clock=clock,
            emit=emit,
            patience=limits.patience,
            circuit=Circuit(tolerance=limits.tolerance),
        ),
        # For each attempt, since a lost one may be billed; before the rate, since what cannot be paid need not wait.
        shared.budget,
        # Right after the money is set aside: what is sent and not noted would be forgotten when the power fails.
        NotedFirst(noted=shared.world.noted),
        # The last wait before the wire, so that tokens are taken for what is really sent.
        RateLimit(
            clock=clock,
            emit=emit,
            limits=rates,
            patience=limits.patience,
            estimator=shared.estimator,
        ),
        # Measures without any wait of ours, and reports a timeout like every other fault.
        Attempts(clock=clock, emit=emit),
        # Innermost: only time on the wire counts, and the guards above learn of a TIMEOUT that may be billed.
        AttemptDeadline(length=limits.attempt_timeout),
    )


def offline(shared: Shared) -> Sequence[Guard]:
    """The order for recordings: nothing is sent, so nobody waits; the model is checked and the cost is booked."""
    return (shared.budget, Attempts(clock=shared.world.clock, emit=shared.world.emit))


@dataclass(frozen=True, slots=True)
class PerModel:
    """A `Send` that asks each model through its own guards."""

    _sends: Mapping[str, Send] = field(repr=False)

    async def __call__(self, request: Request) -> Reply:
        send = self._sends.get(request.model)
        if send is None:
            detail = f"{request.model!r} is not among the pins of this run"
            raise CallFailed(Fault(kind=Kind.UNKNOWN_MODEL, detail=detail))
        return await send(request)


def guarded(shared: Shared, pins: Sequence[ModelPin], transport: Send, ladder: Sequence[Rung] = ()) -> Send:
    """The guarded way to every model of `pins`: one chain for each id, all with the same ledger.

    With a `ladder`, a call that finally failed goes down it. Never give one to a run that is compared.
    """
    rates = {pin.id: pin.rate_limits for pin in pins}
    models = PerModel({model: chain(standard(shared, rates[model]), transport) for model in rates})
    # The time of a trial is outside of everything: no number of turns gets more of it.
    case = Deadline(clock=shared.world.clock, length=shared.limits.case_deadline, what="case")
    # Below the tool loop, so that it is about one call; above the models, since it goes from one to another.
    fallback = (Fallback(rungs=ladder, emit=shared.world.emit),) if ladder else ()
    return chain((case, _tool_loop(shared), *fallback), models)


def replayed(shared: Shared, pins: Sequence[ModelPin], transport: Send) -> Send:
    """The way to recordings of every model of `pins`."""
    models = PerModel({pin.id: chain(offline(shared), transport) for pin in pins})
    return chain((_tool_loop(shared),), models)


def _tool_loop(shared: Shared) -> ToolLoop:
    world = shared.world
    return ToolLoop(
        clock=world.clock,
        emit=world.emit,
        keep=world.keep,
        cost=shared.budget.cost,
        price=shared.budget.price,
        run_python=world.run_python,
        redact=world.redact,
    )
