"""The course of a gate: it asks what the next step needs, and stops when that is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.compare.evidence import Key
from harness.compare.observation import Observation
from harness.grade.grade import mistake_of
from harness.plan import in_turns
from harness.record import Record, is_settled
from harness.trial import Answered, Skipped, Trial

Seen = Mapping[str, Mapping[Key, Observation]]
"""What has ended so far, by side and key."""


@dataclass(slots=True, kw_only=True)
class Steps:
    """Asks step after step. A batch is asked to its end, unless a look in between finds that it is over."""

    trials: Mapping[str, Mapping[Key, Trial]]
    """Everything that is planned, by side, the baseline first."""
    needs: Callable[[Seen], Sequence[Key]]
    """What is needed next, in order; nothing: it is decided."""
    is_over: Callable[[Seen], str | None] = lambda _seen: None
    """Why no more of the batch under way is needed; None: more is."""
    look_every: int = 0
    """Trials between two looks at that; 0: never."""
    seen: dict[str, dict[Key, Observation]] = field(default_factory=dict[str, dict[Key, Observation]])
    decided: str | None = None
    _gone: set[tuple[str, Key]] = field(default_factory=set[tuple[str, Key]])
    """What needs no outcome any more: handed out, or settled by an earlier process."""
    _ended: int = 0

    def go_on_from(self, kept: Mapping[str, Iterable[Record]]) -> None:
        """Take what earlier processes have settled. What was not needed by then may be needed now."""
        for side, records in kept.items():
            for record in records:
                if is_settled(record):
                    self._gone.add((side, record.key))
                    self._see(side, record)

    def took(self, trial: Trial, record: Record) -> None:
        """One of the trials that were handed out has ended."""
        self._see(trial.request.origin.side, record)
        self._ended += 1
        if self.decided is None and self.look_every and self._ended % self.look_every == 0:
            self.decided = self.is_over(self.seen)

    def following(self) -> Sequence[Trial]:
        """What the next step needs, in turns."""
        keys = self.needs(self.seen)
        sides = [
            {key: trial for key, trial in trials.items() if key not in self.seen.get(side, {})}
            for side, trials in self.trials.items()
        ]
        return self._hand_out(list(in_turns(keys, sides)))

    def rest(self) -> Sequence[Trial]:
        """Everything that no step needed."""
        left = [
            trial
            for side, trials in self.trials.items()
            for key, trial in trials.items()
            if (side, key) not in self._gone
        ]
        return self._hand_out(left)

    def _hand_out(self, trials: list[Trial]) -> Sequence[Trial]:
        self._gone.update((trial.request.origin.side, trial.key) for trial in trials)
        return trials

    def _see(self, side: str, record: Record) -> None:
        outcome = record.outcome
        if not (isinstance(outcome, Skipped) and is_settled(record)):
            self.seen.setdefault(side, {})[record.key] = observation_of(record)


def observation_of(record: Record) -> Observation:
    """What a step has to know of a trial that has just ended: its score, or why there is none.

    Neither cost nor latency: no step depends on them, and the verdict is made from the rows of the store.
    """
    score = record.grading.score
    return Observation(
        case_id=record.case_id,
        repeat=record.repeat,
        score=score,
        missing=None if score is not None else _missing(record),
        cluster=record.cluster,
        tags=record.tags,
        weight=record.weight,
        passed=record.grading.passed,
        must_pass=record.must_pass,
        quarantine=record.quarantine,
        case_digest=record.case_digest,
    )


def _missing(record: Record) -> str:
    match record.outcome:
        case Skipped(why=why):
            return f"skipped: {why}"
        case Answered():
            return mistake_of(record.grading) or "answered"
        case outcome:
            return outcome.kind
