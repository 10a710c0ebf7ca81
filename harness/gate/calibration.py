"""What a gate does to changes that change nothing, beside the gates it may have taken the place of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.compare.chances import truths_of
from harness.compare.design import PlannedCase
from harness.compare.interval import wilson, z_quantile
from harness.compare.other_gates import OtherGate, old_gates
from harness.gate.rehearsal import Rehearsed, Way, rehearse
from harness.gate.tapes import stage
from harness.gate.verdict import Status
from harness.suite.policy import Policy

_FLIPS = 999
"""Sign flips at most: a rehearsal counts verdicts, it hands none out, and hundreds of them have to be quick."""
_SURE = 0.95
"""Of the intervals, and of the differences that count as noise."""

Told = Callable[[int], None]
"""Hears how many rehearsals are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something happened, with its 95 % interval (Wilson): shares in [0, 1]."""

    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WayTried:
    """What our gate did, asked in one way."""

    way: Way
    stopped: Rate
    """REGRESSED: after confirmation, where there is one."""
    flagged: Rate
    """Quality or a slice looked worse at first."""
    suspected: Rate
    """Single cases were asked again."""
    passed: Rate
    inconclusive: Rate
    calls_per_case: float
    """Fresh answers, of both sides together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldTried:
    """What another gate would have done with the very same answers."""

    gate: OtherGate
    stopped: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyCase:
    """A case that does not always score the same."""

    case_id: str
    mean: float
    samples: int
    flakiness: float
    """p(1-p) with half an answer more on either side (STATISTICS 12.9): 0.25 is a coin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A suite's gate, tried on changes of nothing."""

    rehearsals: int
    seed: int
    repeats: int
    """Of each case and side, where both are asked, and for the other gates."""
    mean: float
    """Usual score, over cases, in [0, 1]."""
    ways: tuple[WayTried, ...]
    old: tuple[OldTried, ...]
    spread: float
    """Standard deviation of the difference of two runs of the same, in [0, 1]."""
    floor: float
    """Differences below this are noise: 95 in 100 of those between equal sides are smaller."""
    flakiest: tuple[FlakyCase, ...]
    """The flakiest first; cases that always scored the same are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How to calibrate."""

    rehearsals: int
    seed: int
    repeats: int
    ways: tuple[Way, ...]
    """How the gate asks, the usual way first."""
    threshold: float | None = None
    """A fixed threshold that somebody has, in [0, 1]; None: those that go with the suite's score."""


def calibrate(
    cases: tuple[PlannedCase, ...],
    samples: Sequence[Sequence[float]],
    policy: Policy,
    terms: Terms,
    told: Told,
) -> Calibration:
    """Try the gate, and the others, on as many changes of nothing. Equal arguments give equal results.

    `samples` are the stored scores of each case, in the order of the cases. Raises ValueError for a case
    without any.
    """
    import numpy as np

    policy = replace(policy, flips=min(policy.flips, _FLIPS))
    truths = truths_of(samples)
    mean = math.fsum(math.fsum(scores) / len(scores) for scores in samples) / len(samples)
    others = old_gates(mean, terms.threshold)
    tried: dict[Way, list[Rehearsed]] = {way: [] for way in terms.ways}
    stops = dict.fromkeys(range(len(others)), 0)
    differences: list[float] = []
    for number, chance in enumerate(np.random.default_rng(terms.seed).spawn(terms.rehearsals), start=1):
        on = stage(cases, truths(chance), chance)
        draws = on.draws(terms.repeats)
        differences.append(float(draws.candidate.mean() - draws.baseline.mean()))
        for place, other in enumerate(others):
            stops[place] += other.fires(draws)
        for way in terms.ways:
            tried[way].append(rehearse(on, way, policy, repeats=terms.repeats, seed=f"{terms.seed}-{number}"))
        told(number)
    return Calibration(
        rehearsals=terms.rehearsals,
        seed=terms.seed,
        repeats=terms.repeats,
        mean=mean,
        ways=tuple(_tried(way, tried[way], len(cases)) for way in terms.ways),
        old=tuple(
            OldTried(gate=other, stopped=rate_of(stops[place], terms.rehearsals))
            for place, other in enumerate(others)
        ),
        spread=float(np.std(differences)),
        floor=float(np.quantile(np.abs(differences), _SURE)),
        flakiest=_flakiest(cases, samples),
    )


def rate_of(count: int, of: int) -> Rate:
    """So many of so many."""
    lower, upper = wilson(count / of, of, z_quantile((1 + _SURE) / 2))
    return Rate(share=count / of, lower=lower, upper=upper)


def _tried(way: Way, ended: Sequence[Rehearsed], cases: int) -> WayTried:
    def share(status: Status) -> Rate:
        return rate_of(sum(each.status is status for each in ended), len(ended))

    return WayTried(
        way=way,
        stopped=share(Status.REGRESSED),
        flagged=rate_of(sum(each.flagged for each in ended), len(ended)),
        suspected=rate_of(sum(each.suspected for each in ended), len(ended)),
        passed=share(Status.PASS),
        inconclusive=share(Status.INCONCLUSIVE),
        calls_per_case=sum(each.calls for each in ended) / len(ended) / cases,
    )


def _flakiest(cases: tuple[PlannedCase, ...], samples: Sequence[Sequence[float]]) -> tuple[FlakyCase, ...]:
    found = [
        _flaky(case.case_id, scores)
        for case, scores in zip(cases, samples, strict=True)
        if min(scores) < max(scores)
    ]
    return tuple(sorted(found, key=lambda case: (-case.flakiness, case.case_id)))


def _flaky(case_id: str, scores: Sequence[float]) -> FlakyCase:
    total, count = math.fsum(scores), len(scores)
    smoothed = (total + 0.5) / (count + 1)
    return FlakyCase(case_id=case_id, mean=total / count, samples=count, flakiness=smoothed * (1 - smoothed))
