"""How the slow answers changed: the ratio of two 95th percentiles, with bounds that are open where nothing bounds them.

Each side's percentile gets the interval of Woodruff 1952: the order statistics at p - t SE and p + t SE, where SE is
the cluster-robust standard error of the share of slow answers. The two are joined on the log scale by the method of
variance estimates recovery (Zou and Donner 2008), less what answers to the same cases have in common. Nothing is
resampled, so nothing needs a seed; and where there are too few answers for an order statistic beyond p + t SE, the
bound is infinite, where a bootstrap would give the largest answer that happened to be seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.compare.columns import Pair
from harness.compare.interval import t_quantile
from harness.compare.ratio import Ratio, quantile

P = 0.95
ENOUGH = 300
"""Answers of each side from which on the ratio may be gated: with fewer it is some 20 % wide (STATISTICS 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tail:
    """One side's percentile as a logarithm, and how far it may lie below and above."""

    log: float
    below: float
    above: float


def tail_ratio(pairs: Sequence[Pair], alpha: float) -> Ratio | None:
    """Candidate's 95th percentile of latency over the baseline's, with one-sided bounds at `alpha`.

    `n` is the number of answers of the side that has fewer. None where fewer than two clusters have a latency.
    """
    sides = tuple(_seconds(pairs, side) for side in (0, 1))
    clusters = sorted({name for side in sides for name in side})
    if len(clusters) < 2 or not all(sides):
        return None
    critical = t_quantile(len(clusters) - 1, 1 - alpha)
    slow = tuple(_excess(side, clusters) for side in sides)
    scale = len(clusters) / (len(clusters) - 1)
    errors = tuple(math.sqrt(scale * math.fsum(x * x for x in each)) for each in slow)
    old, new = (_tail(side, critical * se) for side, se in zip(sides, errors, strict=True))
    together = scale * math.fsum(a * b for a, b in zip(*slow, strict=True))
    common = together / (errors[0] * errors[1]) if all(errors) else 0.0
    return Ratio(
        n=min(_count(side) for side in sides),
        ratio=math.exp(new.log - old.log),
        lower=math.exp(new.log - old.log - _joined(new.below, old.above, common)),
        upper=math.exp(new.log - old.log + _joined(new.above, old.below, common)),
    )


def _seconds(pairs: Sequence[Pair], side: int) -> Mapping[str, list[float]]:
    """Latencies above 0 of the measured trials of one side, by the candidate's clusters."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        for trial in pair[side].measured:
            if trial.latency is not None and trial.latency > 0:
                found[pair[1].cluster].append(trial.latency)
    return found


def _excess(side: Mapping[str, list[float]], clusters: Sequence[str]) -> list[float]:
    """By how much each cluster has more slow answers than its part of them, over the number of answers."""
    limit = quantile(_ordered(side), P)
    slow = {name: sum([x > limit for x in values]) for name, values in side.items()}
    total, share = _count(side), sum(slow.values()) / _count(side)
    return [(slow.get(name, 0) - share * len(side.get(name, ()))) / total for name in clusters]


def _tail(side: Mapping[str, list[float]], reach: float) -> _Tail:
    ordered = _ordered(side)
    here = math.log(quantile(ordered, P))
    below = here - math.log(quantile(ordered, P - reach)) if reach < P else math.inf
    above = math.log(quantile(ordered, P + reach)) - here if P + reach < 1 else math.inf
    return _Tail(log=here, below=below, above=above)


def _joined(one: float, other: float, common: float) -> float:
    if math.isinf(one) or math.isinf(other):
        return math.inf
    return math.sqrt(max(0.0, one * one + other * other - 2 * common * one * other))


def _ordered(side: Mapping[str, list[float]]) -> list[float]:
    return sorted([x for values in side.values() for x in values])


def _count(side: Mapping[str, list[float]]) -> int:
    return sum(map(len, side.values()))
