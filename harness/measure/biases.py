"""What moves a judge besides the answer: where it stands, how long it is, chance, and time. Each with its size."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.compare.asked import average, sample_variance
from harness.compare.exact import Tally, pass_hat_k
from harness.compare.interval import NOISE, t_quantile
from harness.measure.estimate import LEVEL, Estimate, Influences, share_of, signed_of
from harness.measure.judged import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionBias:
    """What the order of a pair does to the verdict, over items judged in both orders."""

    items: int
    flips: Estimate
    """Share of items whose verdict is another one when the order is swapped; chance alone flips some."""
    first: Estimate
    """How much higher a score is for standing first, in [-1, 1]; 0: order does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthBias:
    """What length does to the score of answers that people call equally good."""

    items: int
    per_doubling: Estimate
    """How much higher the score is for an answer twice as long, in [-1, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfConsistency:
    """How far a judge agrees with itself, over items judged several times in one order."""

    items: int
    agreement: Estimate
    """Chance that two judgings of one answer give the same verdict."""
    spread: float
    """Standard deviation of the score of one answer, over its judgings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What became of a judge since an earlier calibration, over the items of both that people labelled alike."""

    items: int
    score: Estimate
    """How much higher the scores are now, in [-1, 1]."""
    changed: Estimate
    """Share of items whose verdict is another one now."""


def position_bias(items: Sequence[Item], cut: float) -> PositionBias | None:
    """From items with scores in both orders; None where there are none."""
    both = [(item, item.at("first"), item.at("second")) for item in items]
    pairs = [(item, average(first), average(second)) for item, first, second in both if first and second]
    if not pairs:
        return None
    flips = [item.as_value(float((a >= cut) != (b >= cut))) for item, a, b in pairs]
    ahead = [item.as_value(a - b) for item, a, b in pairs]
    return PositionBias(items=len(pairs), flips=share_of(flips), first=signed_of(ahead))


def length_bias(items: Sequence[Item]) -> LengthBias | None:
    """The slope of score on log2 of length, within answers of one criterion and one label; None where it has none.

    Within means: every group (criterion and label) keeps its own mean score and length, so that good answers may be
    longer without being a bias. Of pairs the length is the difference of both logarithms already. The standard error is
    by clusters with G - 1 degrees of freedom, as that of a mean.
    """
    groups: dict[tuple[str, float], list[tuple[Item, float, float]]] = defaultdict(list)
    for item in items:
        if item.label is not None and item.score is not None and item.doublings is not None:
            groups[item.criterion, item.label].append((item, item.doublings, item.score))
    rows = [row for group in groups.values() for row in _centred(group)]
    square = math.fsum(x * x for _, x, _ in rows)
    if square < NOISE:
        return None
    slope = math.fsum(x * y for _, x, y in rows) / square
    influences = Influences()
    for item, x, y in rows:
        influences.add(item.cluster, x * (y - slope * x) / square)
    reach = 1.0 if influences.df < 1 else _reach(influences, _smallest_error(rows, square))
    value = max(-1.0, min(1.0, slope))
    low, high = max(-1.0, slope - reach), min(1.0, slope + reach)
    told = Estimate(value=value, lower=min(low, value), upper=max(high, value), n=len(rows))
    return LengthBias(items=len(rows), per_doubling=told)


def _centred(group: Sequence[tuple[Item, float, float]]) -> list[tuple[Item, float, float]]:
    """Each about the mean of its group; a group of one says nothing."""
    if len(group) < 2:
        return []
    length, score = average(tuple(x for _, x, _ in group)), average(tuple(y for _, _, y in group))
    return [(item, x - length, y - score) for item, x, y in group]


def _reach(influences: Influences, least: float) -> float:
    return t_quantile(influences.df, (1 + LEVEL) / 2) * max(influences.se, least)


def _smallest_error(rows: Sequence[tuple[Item, float, float]], square: float) -> float:
    """Of a slope of scores that never differ: as if one of them were half a point off."""
    return 0.5 / math.sqrt(square * len(rows))


def self_consistency(items: Sequence[Item], cut: float) -> SelfConsistency | None:
    """From items judged twice or more in one order; None where there are none."""
    agree: list[tuple[Item, float]] = []
    spreads: list[float] = []
    for item in items:
        orders = [each for each in (item.at(""), item.at("first"), item.at("second")) if len(each) > 1]
        if orders:
            agree.append((item, average(tuple(_agreement(each, cut) for each in orders))))
            spreads.append(average(tuple(sample_variance(each) for each in orders)))
    if not agree:
        return None
    return SelfConsistency(
        items=len(agree),
        agreement=share_of([item.as_value(value) for item, value in agree]),
        spread=math.sqrt(average(tuple(spreads))),
    )


def _agreement(scores: Sequence[float], cut: float) -> float:
    tally = Tally(passed=sum(score >= cut for score in scores), asked=len(scores))
    failed = Tally(passed=tally.asked - tally.passed, asked=tally.asked)
    return pass_hat_k(tally, 2) + pass_hat_k(failed, 2)


def drift(items: Sequence[Item], earlier: Mapping[tuple[str, str], float], cut: float) -> Drift | None:
    """Against the scores of an earlier calibration, by item and criterion; None where no item is in both."""
    both = [
        (item, earlier[item.item, item.criterion], item.score)
        for item in items
        if item.score is not None and (item.item, item.criterion) in earlier
    ]
    if not both:
        return None
    return Drift(
        items=len(both),
        score=signed_of([item.as_value(now - before) for item, before, now in both]),
        changed=share_of(
            [item.as_value(float((now >= cut) != (before >= cut))) for item, before, now in both]
        ),
    )
