"""The guards' events to attempts: what was sent for each trial, how long it waited, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from harness.call.exchange import asked_for, trial_of
from harness.events import AttemptEnded, AttemptStarted, Event, Settled, Waiting
from harness.record import Attempt, Judging
from harness.trial import Trial
from harness.units import FREE, Seconds, Usd

Key = tuple[str, str]
"""A trial as its steps are kept: its origin as text, and the pinned model id."""


def key_of(trial: Trial) -> Key:
    """How the guards' events name `trial`."""
    return (str(trial.request.origin), trial.request.model)


class AttemptLog:
    """Turns the guards' events into the attempts of each trial, whatever models it went to.

    No two trials that are under way have the same origin, so the origin alone names one.
    """

    def __init__(self) -> None:
        self._attempts: dict[str, list[tuple[str, Attempt]]] = defaultdict(list)
        """With the model that was asked."""
        self._settled_of: dict[str, set[str]] = defaultdict(set)
        """The models whose money was settled: all that have a price."""
        self._waits: dict[str, _Waits] = defaultdict(_Waits)
        self._on_behalf: dict[str, set[str]] = defaultdict(set)
        """Calls that are made for a trial and are not its own, by the trial."""

    def take_note(self, event: Event) -> None:
        """An `Emit`."""
        if isinstance(event, Waiting | AttemptStarted | AttemptEnded | Settled) and asked_for(event.origin):
            self._on_behalf[trial_of(event.origin)].add(event.origin)
        match event:
            case Waiting():
                self._waits[event.origin].add(event)
            case AttemptStarted():
                self._waits[event.origin].hold()
            case AttemptEnded():
                self._ended(event)
            case Settled():
                self._settled_of[event.origin].add(event.model)
                self._settled(event)
            case _:
                return

    def of(self, trial: Trial) -> tuple[Attempt, ...]:
        """The attempts of `trial` so far, in order and numbered in it; forgets them."""
        origin, own = str(trial.request.origin), trial.request.model
        self._waits.pop(origin, None)
        self._settled_of.pop(origin, None)
        noted = enumerate(self._attempts.pop(origin, ()), start=1)
        return tuple(
            replace(attempt, number=number, model=None if model == own else model)
            for number, (model, attempt) in noted
        )

    def judged(self, trial: Trial) -> tuple[Judging, ...]:
        """The calls of judges on behalf of `trial` so far, by name; forgets them."""
        own = str(trial.request.origin)
        calls = sorted(self._on_behalf.pop(own, ()))
        return tuple(judging for each in calls if (judging := self._judging(each)) is not None)

    def _judging(self, origin: str) -> Judging | None:
        self._waits.pop(origin, None)
        noted, settled = self._attempts.pop(origin, ()), self._settled_of.pop(origin, set())
        named = asked_for(origin)
        if not noted or named is None:  # it never came to an attempt
            return None
        attempts = tuple(replace(each, number=number) for number, (_, each) in enumerate(noted, start=1))
        model = noted[-1][0]
        is_priced = {asked for asked, _ in noted} <= settled
        cost = Usd(sum((each.cost for each in attempts), FREE)) if is_priced else None
        return Judging(judge=named[0], what=named[1], model=model, attempts=attempts, cost=cost)

    def stood_in_unpriced(self, trial: Trial) -> bool:
        """Whether a model without a price was asked in place of the trial's own: nobody knows what that cost."""
        origin = str(trial.request.origin)
        asked = {model for model, _ in self._attempts.get(origin, ())} - {trial.request.model}
        return not asked <= self._settled_of.get(origin, set())

    def _ended(self, event: AttemptEnded) -> None:
        waits = self._waits[event.origin].held
        attempt = Attempt(
            number=event.attempt,
            latency=event.latency,
            fault=event.fault,
            detail=event.detail,
            status=event.status,
            request_id=event.request_id,
            cost=FREE,
            cost_uncertain=FREE,
            retry_wait=waits[0],
            queue_wait=waits[1],
        )
        self._attempts[event.origin].append((event.model, attempt))

    def _settled(self, event: Settled) -> None:
        attempts = self._attempts[event.origin]
        # The newest one, should a conversation have counted two alike: turns go one after the other.
        for place in range(len(attempts) - 1, -1, -1):
            model, attempt = attempts[place]
            if (model, attempt.number) == (event.model, event.attempt):
                settled = replace(attempt, cost=event.cost, cost_uncertain=event.uncertain)
                attempts[place] = (model, settled)
                return


@dataclass(slots=True)
class _Waits:
    """Waiting before the next attempt, and before the one that is on the wire."""

    retry: float = 0.0
    queue: float = 0.0
    held: tuple[Seconds, Seconds] = field(default=(Seconds(0.0), Seconds(0.0)))

    def add(self, event: Waiting) -> None:
        if event.why in ("retry", "retry_after"):
            self.retry += event.length
        else:
            self.queue += event.length

    def hold(self) -> None:
        self.held = (Seconds(self.retry), Seconds(self.queue))
        self.retry = self.queue = 0.0
