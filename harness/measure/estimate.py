"""A number with how far it can be trusted: shares of cases, and differences of two sides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.compare.exact import jeffreys
from harness.compare.interval import NOISE, Mean, Value, kish, mean_of, t_quantile, wilson

LEVEL = 0.95
"""Of every interval here; two-sided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its two-sided 95 % interval: lower <= value <= upper."""

    value: float
    lower: float
    upper: float
    n: int
    """Cases, items or answers that it rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One number on two sides, and how far it moved."""

    before: Estimate
    after: Estimate
    value: float
    """After less before."""
    lower: float
    upper: float

    @property
    def is_proved(self) -> bool:
        """Whether no shift at all is excluded."""
        return self.lower > 0 or self.upper < 0


@dataclass(slots=True)
class Influences:
    """What every cluster moves a number by, to first order: its variance is their sum of squares."""

    by_cluster: dict[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def of_mean(cls, values: Sequence[Value]) -> Influences:
        """Those of a weighted mean."""
        total = math.fsum(each.weight for each in values)
        mean = math.fsum(each.weight * each.value for each in values) / total
        found = cls()
        for each in values:
            found.add(each.cluster, each.weight * (each.value - mean) / total)
        return found

    def add(self, cluster: str, amount: float) -> None:
        """Move the number by so much more with this cluster."""
        self.by_cluster[cluster] = self.by_cluster.get(cluster, 0.0) + amount

    @property
    def df(self) -> int:
        return len(self.by_cluster) - 1

    @property
    def se(self) -> float:
        """Standard error, with the factor G/(G-1); infinite for a single cluster."""
        if self.df < 1:
            return math.inf
        squares = math.fsum(each * each for each in self.by_cluster.values())
        se = math.sqrt(squares * (self.df + 1) / self.df)
        return 0.0 if se < NOISE else se

    def correlation(self, other: Influences) -> float:
        """How far two numbers move together; 0 where one does not move."""
        both = sorted(self.by_cluster.keys() & other.by_cluster.keys())
        together = math.fsum(self.by_cluster[each] * other.by_cluster[each] for each in both)
        scale = math.sqrt(
            math.fsum(x * x for x in self.by_cluster.values())
            * math.fsum(x * x for x in other.by_cluster.values())
        )
        return together / scale if scale > 0 else 0.0


def share_of(values: Sequence[Value]) -> Estimate:
    """The weighted mean of values in [0, 1], with an interval that is never empty.

    Independent values of 0 and 1 with equal weights: Jeffreys' interval. Graded, weighted or clustered ones: Wilson's
    at the effective size m(1-m)/SE^2 with a t critical value (STATISTICS 7). A single cluster of several gives [0, 1].
    Raises ValueError for no values.
    """
    mean = mean_of(values)
    is_plain = mean.clusters == mean.n and len({each.weight for each in values}) == 1
    if is_plain and all(each.value in (0.0, 1.0) for each in values):
        passed = math.fsum(each.value for each in values)
        lower, upper = jeffreys(passed, mean.n, LEVEL)
        return Estimate(value=mean.value, lower=lower, upper=upper, n=mean.n)
    size = kish([each.weight for each in values])
    return estimate_from(mean.value, mean.se, df=mean.df, n=mean.n, size=size)


def estimate_from(value: float, se: float, *, df: int, n: int, size: float) -> Estimate:
    """A number in [0, 1] with Wilson's interval; `size` is what it counts as where its standard error is 0."""
    inside = min(1.0, max(0.0, value))
    if df < 1:
        return Estimate(value=inside, lower=0.0, upper=1.0, n=n)
    spread = inside * (1 - inside)
    effective = spread / se**2 if se > 0 and spread > 0 else size
    lower, upper = wilson(inside, effective, t_quantile(df, (1 + LEVEL) / 2))
    return Estimate(value=inside, lower=min(lower, inside), upper=max(upper, inside), n=n)


def signed_of(values: Sequence[Value]) -> Estimate:
    """The weighted mean of values in [-1, 1]. Raises ValueError for no values.

    The wider of clustered t and the same with two pseudo-cases, +1 and -1 (STATISTICS 12.3): a few values that are
    all alike still leave much open. A single cluster gives [-1, 1].
    """
    mean = mean_of(values)
    if mean.df < 1:
        return Estimate(value=mean.value, lower=-1.0, upper=1.0, n=mean.n)
    padded = mean_of([*_scaled(values), *_PSEUDO])
    (low, high), (lowest, highest) = _t_interval(mean), _t_interval(padded)
    return Estimate(
        value=mean.value,
        lower=max(-1.0, min(low, lowest)),
        upper=min(1.0, max(high, highest)),
        n=mean.n,
    )


_PSEUDO = tuple(Value(value=end, cluster=f"pseudo {end:+.0f}") for end in (1.0, -1.0))


def _scaled(values: Sequence[Value]) -> list[Value]:
    """Weights that sum to Kish's size, so that a pseudo-case weighs as much as one case."""
    weights = [each.weight for each in values]
    scale = kish(weights) / math.fsum(weights)
    return [Value(value=v.value, cluster=f"case {v.cluster}", weight=v.weight * scale) for v in values]


def shift_between(before: Estimate, after: Estimate, correlation: float, clusters: int) -> Shift:
    """After less before, from the two intervals and how far both sides move together ("MOVER").

    Source: Newcombe 1998, method 10, and Zou and Donner 2008. As the two intervals are never empty, neither is this
    one; the correlation is held back by 2/clusters, so that equal sides of a few cases prove nothing.
    """
    held = max(0.0, 1 - 2 / clusters) * max(-1.0, min(1.0, correlation))
    value = after.value - before.value
    down = _joined(after.value - after.lower, before.upper - before.value, held)
    up = _joined(after.upper - after.value, before.value - before.lower, held)
    return Shift(before=before, after=after, value=value, lower=value - down, upper=value + up)


def _joined(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * correlation * one * other + other * other))


def _t_interval(mean: Mean) -> tuple[float, float]:
    reach = t_quantile(mean.df, (1 + LEVEL) / 2) * mean.se
    return mean.value - reach, mean.value + reach
