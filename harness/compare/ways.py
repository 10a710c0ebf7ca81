"""The ways in which an undecided comparison could be decided, with what each of them takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.compare.comparison import Comparison
from harness.compare.interval import NOISE
from harness.compare.observation import Side
from harness.compare.planner import MOST_REPEATS, Question, room_for_noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to a decision, with probability 0.8 if what was seen is true."""

    kind: Literal["cases", "repeats", "bank"]
    more: int
    """`cases`: so many more cases. `repeats`: so many more answers of each of `of_cases`, on every side that is
    asked. `bank`: the same of the candidate, and as many old samples of the baseline besides."""
    of_cases: int
    """Cases it concerns: the new ones, or the flaky ones there are."""
    calls: int
    cost_usd: str | None
    """As text; None: unpriced."""
    busy: float | None
    """Seconds of calls, one after the other; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaky:
    """A case whose answers differ, on either side."""

    variance: float
    """Of one answer, times the square of the case's share of the weight."""
    baseline: int
    """Answers."""
    candidate: int


@dataclass(slots=True, kw_only=True)
class _Answers:
    """What one side's measured answers to a case add up to."""

    weight: float
    answers: int = 0
    sum: float = 0.0
    squares: float = 0.0

    @property
    def spread(self) -> float:
        """Sum of squares about the mean."""
        return max(0.0, self.squares - self.sum * self.sum / self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Price:
    """What one answer takes."""

    usd: float | None
    busy: float | None


def more_cases(comparison: Comparison, cases: int) -> Way:
    """So many more cases, asked on both sides as the others were; a bank's samples of them are counted in."""
    sides = (comparison.baseline, comparison.candidate)
    calls = [round(cases * _per_case(side)) for side in sides]
    return _way("cases", (cases, cases), calls, comparison)


def more_answers(comparison: Comparison, question: Question, *, alpha: float) -> Way | None:
    """Further answers of the flaky cases alone; None where no case is known to be flaky, or no number would do.

    Steady cases give no noise, so asking them again buys nothing. With a bank the candidate alone is asked, unless
    that cannot be enough: then the bank has to grow too.
    """
    flaky = tuple(_flaky(comparison))
    if not flaky:
        return None
    now = _noise(flaky, 0, 0)
    room = room_for_noise(question, now, alpha=alpha)
    if comparison.baseline.runs:
        more = _enough(flaky, room, baseline=0)
        if more is not None:
            return _way("repeats", (more, len(flaky)), (0, more * len(flaky)), comparison)
    more = _enough(flaky, room, baseline=1)
    if more is None:
        return None
    kind: Literal["bank", "repeats"] = "bank" if comparison.baseline.runs else "repeats"
    return _way(kind, (more, len(flaky)), (more * len(flaky), more * len(flaky)), comparison)


def _flaky(comparison: Comparison) -> Iterator[_Flaky]:
    before, after = (_tally(side) for side in (comparison.baseline, comparison.candidate))
    shared = (before.keys() & after.keys()) - set(comparison.changed)
    total = math.fsum(after[case].weight for case in shared)
    for case in sorted(shared):
        baseline, candidate = before[case], after[case]
        variance = _pooled(baseline, candidate)
        if variance > NOISE:
            yield _Flaky(
                variance=variance * (candidate.weight / total) ** 2,
                baseline=baseline.answers,
                candidate=candidate.answers,
            )


def _tally(side: Side) -> dict[str, _Answers]:
    found: dict[str, _Answers] = {}
    for trial in side.observations:
        if trial.score is not None:
            answers = found.setdefault(trial.case_id, _Answers(weight=trial.weight))
            answers.answers += 1
            answers.sum += trial.score
            answers.squares += trial.score * trial.score
    return found


def _pooled(baseline: _Answers, candidate: _Answers) -> float:
    """Variance of one answer, of both sides together: a side asked once borrows what the other shows."""
    freedom = baseline.answers + candidate.answers - 2
    return (baseline.spread + candidate.spread) / freedom if freedom else 0.0


def _noise(flaky: Sequence[_Flaky], baseline: int, candidate: int) -> float:
    """The part of the squared standard error that comes from answers, after so many more of them."""
    return math.fsum(
        case.variance * (1 / (case.baseline + baseline) + 1 / (case.candidate + candidate)) for case in flaky
    )


def _enough(flaky: Sequence[_Flaky], room: float, *, baseline: int) -> int | None:
    """The fewest more answers that leave no more noise than `room`, by bisection; None: more than anyone would ask."""
    low, high = 1, MOST_REPEATS
    if _noise(flaky, baseline * high, high) > room:
        return None
    while low < high:
        middle = (low + high) // 2
        if _noise(flaky, baseline * middle, middle) <= room:
            high = middle
        else:
            low = middle + 1
    return low


def _way(
    kind: Literal["cases", "repeats", "bank"],
    amount: tuple[int, int],
    calls: Sequence[int],
    comparison: Comparison,
) -> Way:
    prices = [_price(side) for side in (comparison.baseline, comparison.candidate)]
    usd = [_times(count, price.usd) for count, price in zip(calls, prices, strict=True)]
    busy = [_times(count, price.busy) for count, price in zip(calls, prices, strict=True)]
    cost, time = _sum(usd), _sum(busy)
    return Way(
        kind=kind,
        more=amount[0],
        of_cases=amount[1],
        calls=sum(calls),
        cost_usd=None if cost is None else f"{cost:.4f}",
        busy=time,
    )


def _per_case(side: Side) -> float:
    """Answers a case of this side has on average."""
    return len(side.observations) / len({trial.case_id for trial in side.observations})


def _price(side: Side) -> _Price:
    costs = [trial.cost for trial in side.observations if trial.cost is not None]
    waits = [trial.latency for trial in side.observations if trial.latency is not None]
    return _Price(
        usd=math.fsum(costs) / len(costs) if costs and side.cost_usd is not None else None,
        busy=math.fsum(waits) / len(waits) if waits else None,
    )


def _times(count: int, each: float | None) -> float | None:
    if count == 0:
        return 0.0
    return None if each is None else count * each


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return math.fsum(known) if len(known) == len(parts) else None
