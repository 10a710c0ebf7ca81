"""Events to a `Progress`: pure, and cheap for many events at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from harness import events
from harness.progress.state import BAD_CASES, LATEST, SILENCE, At, Halt, Key, Pace, Progress, Sick, Side, Wait
from harness.units import Seconds, Usd

_RETRIES = ("retry", "retry_after")


def fold(progress: Progress, told: Iterable[At]) -> Progress:
    """The state after these events, which are in the order of their times.

    Whatever order they come in, no count falls below zero, and a trial that ended has nothing in flight.
    """
    draft = _Draft(progress)
    for at, event in told:
        if isinstance(event, events.RunBegan) and draft.is_over():
            draft = _Draft(Progress())  # the next suite
        take = _TAKES.get(type(event))
        if take is not None:
            take(draft, at, event)
    return draft.frozen()


def halt_of(event: events.Stopping, at: Seconds) -> Halt:
    """What `event`, heard at `at`, means."""
    is_cut = event.at_most is not None and event.at_most <= 0
    until = None if event.at_most is None else Seconds(at + event.at_most)
    return Halt(why=event.why, detail=event.detail, until=until, is_cut=is_cut)


class _Draft:
    """A `Progress` that changes: copied once, for many events."""

    def __init__(self, before: Progress) -> None:
        self.sides = dict(before.sides)
        self.on_wire = dict(before.on_wire)
        self.waits = dict(before.waits)
        self.sick = dict(before.sick)
        self.money = before.money
        self.reserved = dict(before.money.reserved)
        self.spent: Decimal = before.money.spent
        self.uncertain: Decimal = before.money.uncertain
        self.began = before.pace.began
        self.ends = list(before.pace.ends)
        self.silent: float = before.pace.silent
        self.wire: float = before.pace.wire
        self.attempts = before.pace.attempts
        self.idle_since = before.pace.idle_since
        self.reasons = dict(before.reasons)
        self.retries = before.retries
        self.lately = before.lately
        self.halt = before.halt

    def frozen(self) -> Progress:
        return Progress(
            sides=MappingProxyType(self.sides),
            on_wire=MappingProxyType(self.on_wire),
            waits=MappingProxyType(self.waits),
            sick=MappingProxyType(self.sick),
            money=replace(
                self.money,
                spent=Usd(self.spent),
                uncertain=Usd(self.uncertain),
                reserved=MappingProxyType(self.reserved),
            ),
            pace=Pace(
                began=self.began,
                ends=tuple(self.ends[-LATEST:]),
                silent=Seconds(self.silent),
                wire=Seconds(self.wire),
                attempts=self.attempts,
                idle_since=self.idle_since,
            ),
            reasons=MappingProxyType(self.reasons),
            retries=self.retries,
            lately=self.lately,
            halt=self.halt,
        )

    def is_over(self) -> bool:
        """Whether everything that began has ended."""
        return all(side.ended is not None for side in self.sides.values())

    def leave_the_wire(self, key: Key, at: Seconds) -> Seconds | None:
        """When the call went to the wire; None if it is not there."""
        since = self.on_wire.pop(key, None)
        if since is not None and not self.on_wire:
            self.idle_since = at
        return since


def _run_began(draft: _Draft, at: Seconds, event: events.RunBegan) -> None:
    draft.sides[event.side] = Side(
        run_id=event.run_id,
        suite=event.suite,
        prompt_version=event.prompt_version,
        model=event.model,
        mode=event.mode,
        planned=event.planned,
        kept=event.kept,
    )
    if draft.began is None:
        draft.began = draft.idle_since = at
        # All runs that are made together share the cap, and what was used of it before.
        draft.spent += event.used
        draft.money = replace(draft.money, budget=event.budget)


def _run_ended(draft: _Draft, _at: Seconds, event: events.RunEnded) -> None:
    draft.sides[event.side] = replace(draft.sides.get(event.side, Side()), ended=event.why)


def _stopping(draft: _Draft, at: Seconds, event: events.Stopping) -> None:
    draft.halt = halt_of(event, at)


def _reserved(draft: _Draft, _at: Seconds, event: events.Reserved) -> None:
    draft.waits.pop((event.origin, event.model), None)
    draft.reserved[event.origin, event.model, event.attempt] = event.amount


def _settled(draft: _Draft, _at: Seconds, event: events.Settled) -> None:
    draft.reserved.pop((event.origin, event.model, event.attempt), None)
    draft.spent += event.cost
    draft.uncertain += event.uncertain


def _attempt_started(draft: _Draft, at: Seconds, event: events.AttemptStarted) -> None:
    key = (event.origin, event.model)
    draft.waits.pop(key, None)
    draft.on_wire[key] = at
    if draft.idle_since is not None and at - draft.idle_since > SILENCE:
        draft.silent += at - draft.idle_since
    draft.idle_since = None


def _attempt_ended(draft: _Draft, at: Seconds, event: events.AttemptEnded) -> None:
    since = draft.leave_the_wire((event.origin, event.model), at)
    if since is not None and event.fault is None:
        draft.wire += max(0.0, at - since)
        draft.attempts += 1


def _wait_began(draft: _Draft, at: Seconds, event: events.WaitBegan) -> None:
    until = None if event.length is None else Seconds(at + event.length)
    draft.waits[event.origin, event.model] = Wait(why=event.why, since=at, until=until)
    sick = draft.sick.get(event.model)
    if event.why == "breaker" and sick is not None and until is not None:
        draft.sick[event.model] = replace(sick, probe_at=until)


def _waiting(draft: _Draft, at: Seconds, event: events.Waiting) -> None:
    """Said before a retry, with how long it is going to wait; after every other wait."""
    key = (event.origin, event.model)
    if event.why in _RETRIES:
        draft.retries += 1
        draft.waits[key] = Wait(why=event.why, since=at, until=Seconds(at + event.length))
    else:
        draft.waits.pop(key, None)


def _breaker_moved(draft: _Draft, _at: Seconds, event: events.BreakerMoved) -> None:
    before = draft.sick.pop(event.model, None)
    if event.state == "half_open":
        because = event.because if before is None else before.because  # what made it open says more
        draft.sick[event.model] = Sick(state="half_open", because=because)
    elif event.state != "closed":
        draft.sick[event.model] = Sick(state=str(event.state), because=event.because)


def _budget_warned(draft: _Draft, _at: Seconds, _event: events.BudgetWarned) -> None:
    draft.money = replace(draft.money, warned=True)


def _trial_ended(draft: _Draft, at: Seconds, event: events.TrialEnded) -> None:
    for key in [key for key in draft.on_wire if key[0] == event.origin]:
        draft.leave_the_wire(key, at)
    for key in [key for key in draft.waits if key[0] == event.origin]:
        del draft.waits[key]
    before, colon, _ = event.origin.partition(":")
    name = before if colon else ""
    side = draft.sides.get(name, Side())
    draft.sides[name] = replace(
        side,
        **{event.outcome: getattr(side, event.outcome) + 1},
        measured=side.measured + (event.passed is not None),
        passed=side.passed + (event.passed is True),
    )
    if event.passed is False and name != "baseline":
        case = _case_of(event.origin)
        draft.lately = (case, *(each for each in draft.lately if each != case))[:BAD_CASES]
    if event.why is not None:
        draft.reasons[event.why] = draft.reasons.get(event.why, 0) + 1
    if event.outcome != "skipped":
        draft.ends.append(Seconds(at - draft.silent))


def _case_of(origin: str) -> str:
    """`refund-1` of `candidate:triage/refund-1#2@triage-v3`."""
    return origin.partition("/")[2].rpartition("@")[0].rpartition("#")[0]


_TAKES: Mapping[type[object], Callable[[_Draft, Seconds, Any], None]] = MappingProxyType(
    {
        events.RunBegan: _run_began,
        events.RunEnded: _run_ended,
        events.Stopping: _stopping,
        events.Reserved: _reserved,
        events.Settled: _settled,
        events.AttemptStarted: _attempt_started,
        events.AttemptEnded: _attempt_ended,
        events.WaitBegan: _wait_began,
        events.Waiting: _waiting,
        events.BreakerMoved: _breaker_moved,
        events.BudgetWarned: _budget_warned,
        events.TrialEnded: _trial_ended,
    }
)
"""What each kind of event changes; one that is not here changes nothing that is shown."""
