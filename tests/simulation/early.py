"""A course that ends early, as a gate's does: simple enough to say by heart what it must ask and what not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from harness.record import Record, has_answer
from harness.trial import Trial
from tests.simulation.world import Early

Key = tuple[str, int]


def head_of(trials: Iterable[Trial], early: Early) -> frozenset[Key]:
    """What has to be answered on every side before everything is decided."""
    return frozenset(list(dict.fromkeys(trial.key for trial in trials))[: early.enough])


@dataclass(slots=True, kw_only=True)
class Stretches:
    """Asks batches, and has enough once the head of them is answered."""

    trials: Sequence[Trial]
    """All of them, in order."""
    early: Early
    settled: set[tuple[str, Key]]
    """What earlier processes have settled, by side."""
    answered: set[tuple[str, Key]]
    handed_out: set[tuple[str, Key]] = field(default_factory=set[tuple[str, Key]])

    def took(self, trial: Trial, record: Record) -> None:
        if has_answer(record):
            self.answered.add(_name(trial))

    @property
    def decided(self) -> str | None:
        return "enough" if self.early.in_flight and self._has_enough else None

    @property
    def _has_enough(self) -> bool:
        head = head_of(self.trials, self.early)
        return all(_name(each) in self.answered for each in self.trials if each.key in head)

    def following(self) -> Sequence[Trial]:
        if self._has_enough:
            return ()
        keys = list(dict.fromkeys(each.key for each in self._left()))[: self.early.batch]
        return self._hand_out([each for each in self._left() if each.key in keys])

    def rest(self) -> Sequence[Trial]:
        return self._hand_out(self._left())

    def _left(self) -> list[Trial]:
        gone = self.settled | self.handed_out
        return [each for each in self.trials if _name(each) not in gone]

    def _hand_out(self, trials: list[Trial]) -> Sequence[Trial]:
        self.handed_out.update(map(_name, trials))
        return trials


def _name(trial: Trial) -> tuple[str, Key]:
    return trial.request.origin.side, trial.key
