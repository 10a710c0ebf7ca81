"""How the slow answers changed: the ratio of two 95th percentiles, with bounds that are open where nothing bounds them.

Each side's percentile gets the interval of Woodruff 1952: the order statistics at p - t SE and p + t SE, where SE is
the cluster-robust standard error of the share of slow answers. The two are joined on the log scale by the method of
variance estimates recovery (Zou and Donner 2008), less what answers to the same cases have in common. Nothing is
resampled, so nothing needs a seed; and where there are too few answers for an order statistic beyond p + t SE, the
bound is infinite, where a bootstrap would give the largest answer that happened to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from harness.compare.columns import Pair
from harness.compare.interval import t_quantile
from harness.compare.ratio import Ratio, quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

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
    import numpy as np

    numbers: dict[str, int] = {}
    sides = tuple(_seconds(pairs, side, numbers) for side in (0, 1))
    clusters = len(numbers)
    if clusters < 2 or not all(len(seconds) for seconds, _ in sides):
        return None
    critical = t_quantile(clusters - 1, 1 - alpha)
    slow = tuple(_excess(side, clusters) for side in sides)
    scale = clusters / (clusters - 1)
    errors = tuple(math.sqrt(scale * float(np.dot(each, each))) for each in slow)
    old, new = (_tail(seconds, critical * se) for (seconds, _), se in zip(sides, errors, strict=True))
    together = scale * float(np.dot(slow[0], slow[1]))
    common = together / (errors[0] * errors[1]) if all(errors) else 0.0
    return Ratio(
        n=min(len(seconds) for seconds, _ in sides),
        ratio=math.exp(new.log - old.log),
        lower=math.exp(new.log - old.log - _joined(new.below, old.above, common)),
        upper=math.exp(new.log - old.log + _joined(new.above, old.below, common)),
    )


def _seconds(pairs: Sequence[Pair], side: int, numbers: dict[str, int]) -> tuple[Floats, Whole]:
    """Latencies above 0 of the measured trials of one side in ascending order, and the number of each one's cluster."""
    import numpy as np

    found = [
        (trial.latency, numbers.setdefault(pair[1].cluster, len(numbers)))
        for pair in pairs
        for trial in pair[side].measured
        if trial.latency is not None and trial.latency > 0
    ]
    seconds = np.array([latency for latency, _ in found], dtype=np.float64)
    cluster = np.array([number for _, number in found], dtype=np.int64)
    order = np.lexsort((cluster, seconds))
    return seconds[order], cluster[order]


def _excess(side: tuple[Floats, Whole], clusters: int) -> Floats:
    """By how much each cluster has more slow answers than its part of them, over the number of answers."""
    import numpy as np

    seconds, cluster = side
    slow = seconds > _at(seconds, P)
    total = len(seconds)
    share = float(np.count_nonzero(slow)) / total
    counts = np.bincount(cluster, minlength=clusters)
    return (np.bincount(cluster[slow], minlength=clusters) - share * counts) / total


def _tail(seconds: Floats, reach: float) -> _Tail:
    here = math.log(_at(seconds, P))
    below = here - math.log(_at(seconds, P - reach)) if reach < P else math.inf
    above = math.log(_at(seconds, P + reach)) - here if P + reach < 1 else math.inf
    return _Tail(log=here, below=below, above=above)


def _joined(one: float, other: float, common: float) -> float:
    if math.isinf(one) or math.isinf(other):
        return math.inf
    return math.sqrt(max(0.0, one * one + other * other - 2 * common * one * other))


def _at(seconds: Floats, share: float) -> float:
    return float(quantile(cast("Sequence[float]", seconds), share))
