"""Candidate over baseline, where larger is worse: cost and latency."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from harness.compare.asked import Asked, average
from harness.compare.columns import Pair
from harness.compare.interval import Mean, lower, mean_of_numbers, upper
from harness.compare.observation import Observation

Reading = Callable[[Observation], float | None]
COST: Reading = attrgetter("cost")
LATENCY: Reading = attrgetter("latency")
HIGHEST_LOG = 700.0
"""exp of more would overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Candidate over baseline, with one-sided bounds at the policy's alpha."""

    n: int
    ratio: float
    lower: float
    upper: float
    se: float = 0.0
    """Standard error of the ratio's natural logarithm."""
    excluded: int = 0
    """Cases measured on both sides that have no usable number on one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Percentiles of one side's latencies, in seconds: reported, never gated."""

    p50: float
    p95: float


def cost_ratio(pairs: Sequence[Pair], alpha: float) -> Ratio | None:
    """Sum of the candidate's costs over that of the baseline's, mean cost per case over its measured repeats.

    t bounds on theta = ln R, with SE = se(mean(b - R a)) / mean(b) (delta method, STATISTICS 12.3), the residuals
    clustered; with one case per cluster that is sd(b - R a) / (sqrt(n) mean(b)). Money is not weighted.
    None where fewer than two clusters have a cost above 0 on both sides.
    """
    usable = _usable(pairs, COST)
    if not usable:
        return None
    before = average(tuple(b for _, b, _ in usable))
    after = average(tuple(c for _, _, c in usable))
    ratio = after / before
    residual = mean_of_numbers([(c - ratio * b) / after for _, b, c in usable], [k for k, _, _ in usable])
    log = Mean(n=residual.n, clusters=residual.clusters, value=math.log(ratio), se=residual.se)
    return _ratio(log, alpha, excluded=len(pairs) - len(usable))


def latency_ratio(pairs: Sequence[Pair], alpha: float) -> Ratio | None:
    """Geometric mean of latency ratios: clustered t on differences of logarithms (STATISTICS 12.3).

    Each case counts with the geometric mean over its measured repeats. None where fewer than two clusters
    have a latency above 0 on both sides.
    """
    usable = _usable(pairs, LATENCY, geometric=True)
    if not usable:
        return None
    logs = mean_of_numbers([math.log(c) - math.log(b) for _, b, c in usable], [k for k, _, _ in usable])
    return _ratio(logs, alpha, excluded=len(pairs) - len(usable))


def latencies_of(cases: Sequence[Asked]) -> Latencies | None:
    """Percentiles over every measured trial that has a latency."""
    seconds = sorted(
        t.latency for asked in cases for t in asked.measured if t.latency is not None and t.latency > 0
    )
    if not seconds:
        return None
    return Latencies(p50=quantile(seconds, 0.5), p95=quantile(seconds, 0.95))


def _usable(
    pairs: Sequence[Pair], reading: Reading, *, geometric: bool = False
) -> list[tuple[str, float, float]]:
    """Cluster, baseline number and candidate number of every pair that has both."""
    found: list[tuple[str, float, float]] = []
    for baseline, candidate in pairs:
        before = _mean_above_zero(baseline, reading, geometric=geometric)
        after = _mean_above_zero(candidate, reading, geometric=geometric)
        if before is not None and after is not None:
            found.append((candidate.cluster, before, after))
    return found


def _mean_above_zero(asked: Asked, reading: Reading, *, geometric: bool) -> float | None:
    """A number of 0 or less is one that nobody took: no call is free, none takes no time."""
    trials = asked.measured
    if len(trials) == 1:
        number = reading(trials[0])
        return None if number is None or number <= 0 else number
    numbers = tuple([x for t in trials if (x := reading(t)) is not None and x > 0])
    if not numbers:
        return None
    return math.exp(average(tuple(map(math.log, numbers)))) if geometric else average(numbers)


def _ratio(log: Mean, alpha: float, *, excluded: int) -> Ratio | None:
    if log.clusters < 2:
        return None
    return Ratio(
        n=log.n,
        ratio=math.exp(log.value),
        lower=math.exp(max(-HIGHEST_LOG, lower(log, alpha))),
        upper=math.exp(min(HIGHEST_LOG, upper(log, alpha))),
        se=log.se,
        excluded=excluded,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics (Hyndman and Fan, type 7; numpy's default)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
