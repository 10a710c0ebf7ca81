"""Answers drawn for a rehearsal of the gate: drawn once, and the same for everyone who judges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compare.design import PlannedCase
from harness.compare.evidence import Key
from harness.compare.observation import Accounting, Observation, Side
from harness.compare.other_gates import Draws

if TYPE_CHECKING:
    from harness.compare.chances import Answering, Chance, Floats

_AHEAD = 8
"""Answers of every case that are drawn in one go."""


class Tape:
    """The answers of one side, drawn as they are needed and the same whoever asks."""

    def __init__(self, cases: Sequence[PlannedCase], answering: Answering, chance: Chance) -> None:
        self._cases, self._answering, self._chance = cases, answering, chance
        self._places = {case.case_id: place for place, case in enumerate(cases)}
        self._drawn: Floats | None = None

    def first(self, repeats: int) -> Floats:
        """The first answers of every case: cases by repeats."""
        import numpy as np

        while self._drawn is None or self._drawn.shape[1] < repeats:
            more = self._answering(self._chance, _AHEAD)
            self._drawn = more if self._drawn is None else np.hstack((self._drawn, more))
        return self._drawn[:, :repeats]

    def rows(self, keys: Iterable[Key]) -> list[Observation]:
        """The answers to these trials, repeats numbered from 1."""
        keys = list(keys)
        scores = self.first(max((repeat for _, repeat in keys), default=1))
        return [
            self._row(self._cases[place], repeat, float(scores[place, repeat - 1]))
            for place, repeat in ((self._places[case], repeat) for case, repeat in keys)
        ]

    def _row(self, case: PlannedCase, repeat: int, score: float) -> Observation:
        return Observation(
            case_id=case.case_id,
            repeat=repeat,
            score=score,
            missing=None,
            cluster=case.cluster,
            tags=case.tags,
            weight=case.weight,
            must_pass=case.must_pass,
            case_digest="rehearsed",
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The answers of one rehearsal."""

    cases: tuple[PlannedCase, ...]
    bank: Tape
    baseline: Tape
    candidate: Tape

    def draws(self, repeats: int) -> Draws:
        """The first answers of both sides, for gates that look at them once."""
        return Draws(baseline=self.baseline.first(repeats), candidate=self.candidate.first(repeats))


def stage(cases: tuple[PlannedCase, ...], answering: Answering, chance: Chance) -> Stage:
    """Three sides that are the same: what the bank holds, the baseline today, the candidate."""
    bank, baseline, candidate = chance.spawn(3)
    return Stage(
        cases=cases,
        bank=Tape(cases, answering, bank),
        baseline=Tape(cases, answering, baseline),
        candidate=Tape(cases, answering, candidate),
    )


def both_of(on: Stage) -> tuple[tuple[str, Tape], tuple[str, Tape]]:
    """Baseline and candidate, with their names."""
    return ("baseline", on.baseline), ("candidate", on.candidate)


def with_more(side: Side, observations: Iterable[Observation]) -> Side:
    """A side and more answers of it."""
    return side_of(side.run_id, (*side.observations, *observations))


def scores_of(observations: Iterable[Observation]) -> dict[str, list[float]]:
    """The scores of each case, in the order they come."""
    found: dict[str, list[float]] = {}
    for each in observations:
        found.setdefault(each.case_id, []).append(each.score or 0.0)  # what is drawn has a score
    return found


def side_of(name: str, observations: Iterable[Observation]) -> Side:
    """A side on which everything was answered."""
    rows = tuple(observations)
    return Side(
        run_id=name,
        suite="rehearsed",
        label=name,
        observations=rows,
        accounting=Accounting(planned=len(rows), answered=len(rows), degraded=0, failed=0, skipped=0),
        graders="{}",
        cost_usd=None,
        session="rehearsed",
        mode="live",
        model_id="the same",
    )
