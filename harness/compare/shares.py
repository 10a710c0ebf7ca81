"""What a route made of a comparison: the cases each model got, what they cost, and how both sides did on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.compare.asked import Asked
from harness.compare.columns import Pair
from harness.compare.interval import Value, mean_of
from harness.compare.observation import ModelShare, Side
from harness.compare.ratio import cost_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one model got of a routed side, and both sides on the very same cases."""

    side: Literal["baseline", "candidate"]
    """The side that is routed."""
    of: ModelShare
    n: int
    """Cases of the share that were measured on both sides: what the numbers below are about."""
    baseline: float | None
    """Mean score of the baseline on them; None where n is 0."""
    candidate: float | None
    cost_ratio: float | None
    """The candidate's cost over the baseline's; None where fewer than two clusters have a price on both sides."""


def shares_of(baseline: Side, candidate: Side, measured: Sequence[Pair], alpha: float) -> tuple[Share, ...]:
    """The shares of every side that is routed, the most cases first; none where no side is.

    `measured` are the unchanged pairs with a score on both sides. Nothing here is tested, and no verdict reads
    it: which cases a model got is no sample of anything but itself.
    """
    return (
        *_shares("baseline", baseline, measured, alpha),
        *_shares("candidate", candidate, measured, alpha),
    )


def _shares(
    name: Literal["baseline", "candidate"], side: Side, measured: Sequence[Pair], alpha: float
) -> Iterator[Share]:
    for each in side.models:
        cases = frozenset(each.case_ids)
        pairs = [pair for pair in measured if pair[1].case_id in cases]
        ratio = cost_ratio(pairs, alpha)
        yield Share(
            side=name,
            of=each,
            n=len(pairs),
            baseline=_mean([(before, after.weight) for before, after in pairs]),
            candidate=_mean([(after, after.weight) for _before, after in pairs]),
            cost_ratio=None if ratio is None else ratio.ratio,
        )


def _mean(cases: Sequence[tuple[Asked, float]]) -> float | None:
    values = [
        Value(value=score, cluster=asked.cluster, weight=weight)
        for asked, weight in cases
        if (score := asked.score) is not None
    ]
    return mean_of(values).value if values else None
