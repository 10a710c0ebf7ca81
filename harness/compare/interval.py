"""What a mean of clustered values may be: standard errors, one-sided bounds and tail probabilities.

Sources: cluster-robust standard errors of evaluations, Miller 2024 (arXiv:2411.00640); the G/(G-1) factor and
t with G-1 degrees of freedom are those of statsmodels' `cov_type="cluster", use_t=True`; adding one pseudo-case
of +1 and one of -1 follows Bonett and Price 2012 (adjusted Wald). All sums are `math.fsum`, which rounds once:
no order of the values can change a bit of the result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

NOISE = 1e-12
"""Differences below this are rounding, not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One case's number (a score, a difference, a log ratio), the cluster it belongs to, and its weight."""

    value: float
    cluster: str
    weight: float = 1.0
    """Finite and above 0; only ratios of weights matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A weighted mean with its cluster-robust standard error.

    `se` is infinite for a single cluster: one cluster says nothing about how clusters differ.
    """

    n: int
    clusters: int
    value: float
    se: float

    @property
    def df(self) -> int:
        return self.clusters - 1


def mean_of(values: Sequence[Value]) -> Mean:
    """Mean m = sum(S_g)/sum(N_g), SE = sqrt(G/(G-1) * sum((S_g - m N_g)^2)) / sum(N_g).

    S_g is the weighted sum and N_g the weight of cluster g; with weights of 1 this is STATISTICS 12.3.
    Raises ValueError for no values.
    """
    return mean_of_numbers([v.value for v in values], [v.cluster for v in values], [v.weight for v in values])


def mean_of_numbers(
    numbers: Sequence[float], clusters: Sequence[str], weights: Sequence[float] | None = None
) -> Mean:
    """`mean_of` for values that lie in columns of one length: of a hundred thousand, most of the time is boxing them.

    No weights are weights of 1. Raises ValueError for no values.
    """
    if not numbers:
        raise ValueError("a mean needs at least one value")
    weighing = [1.0] * len(numbers) if weights is None else weights
    return mean_of_clusters(len(numbers), _cluster_sums(numbers, clusters, weighing))


def mean_of_clusters(n: int, clusters: Sequence[tuple[float, float]]) -> Mean:
    """`mean_of` for `n` values of which only the weighted sum S_g and the weight N_g of every cluster are known."""
    weight = math.fsum([weight for _, weight in clusters])
    mean = _quiet(math.fsum([total for total, _ in clusters]) / weight)
    spread = math.fsum([(total - mean * weight) ** 2 for total, weight in clusters])
    return mean_from(n, len(clusters), mean, spread=spread, weight=weight)


def mean_from(n: int, clusters: int, value: float, *, spread: float, weight: float) -> Mean:
    """`mean_of` where the sums over clusters are known: `spread` is sum((S_g - m N_g)^2), `weight` sum(N_g)."""
    if clusters < 2:
        return Mean(n=n, clusters=clusters, value=_quiet(value), se=math.inf)
    se = math.sqrt(clusters / (clusters - 1) * spread) / weight
    return Mean(n=n, clusters=clusters, value=_quiet(value), se=_quiet(se))


def effective_size(values: Sequence[Value]) -> float:
    """Kish's effective number of cases, (sum w)^2 / sum w^2: n for equal weights, fewer for unequal ones."""
    return kish([v.weight for v in values])


def kish(weights: Sequence[float]) -> float:
    """The same of the weights alone."""
    total = math.fsum(weights)
    return total * total / math.fsum([weight * weight for weight in weights])


def with_pseudo_cases(values: Sequence[Value]) -> tuple[Value, ...]:
    """The values and two more, +1 and -1, each a cluster of its own.

    The weights are first scaled to sum to Kish's effective size, so that a pseudo-case weighs as much as one
    case of a suite of that size. With equal weights that is weight 1 beside weights of 1.
    """
    scale = effective_size(values) / math.fsum(v.weight for v in values)
    return (
        *(Value(value=v.value, cluster=f"case {v.cluster}", weight=v.weight * scale) for v in values),
        Value(value=1.0, cluster="pseudo +1"),
        Value(value=-1.0, cluster="pseudo -1"),
    )


def upper(mean: Mean, alpha: float) -> float:
    """One-sided upper t bound at level 1 - alpha; infinite for a single cluster."""
    return mean.value + _reach(mean, alpha)


def lower(mean: Mean, alpha: float) -> float:
    """One-sided lower t bound at level 1 - alpha; minus infinity for a single cluster."""
    return mean.value - _reach(mean, alpha)


def tail_below(mean: Mean, at: float = 0.0) -> float:
    """P(T <= (mean - at) / SE): small where the mean lies clearly below `at`.

    With SE = 0 it is 0 below `at` and else 1; for a single cluster it is 1.
    """
    distance = mean.value - at
    if mean.df < 1:
        return 1.0
    if mean.se == 0:
        return 0.0 if distance < 0 else 1.0
    return _t_share(mean.df, distance / mean.se)


def tail_above(mean: Mean, at: float) -> float:
    """P(T > (mean - at) / SE): small where the mean lies clearly above `at`."""
    mirrored = Mean(n=mean.n, clusters=mean.clusters, value=-mean.value, se=mean.se)
    return tail_below(mirrored, -at)


def t_quantile(df: int, share: float) -> float:
    """Quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, share))


def z_quantile(share: float) -> float:
    """Quantile of the normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(share))


def wilson(share: float, n: float, critical: float) -> tuple[float, float]:
    """Wilson's interval for a share in [0, 1] seen in `n` (Newcombe 1998, method 3); `n` need not be whole."""
    square = critical * critical
    middle = share + square / (2 * n)
    reach = critical * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _reach(mean: Mean, alpha: float) -> float:
    if mean.df < 1:
        return math.inf
    return t_quantile(mean.df, 1 - alpha) * mean.se


def _t_share(df: int, at: float) -> float:
    from scipy.special import stdtr

    return float(stdtr(df, at))


def _cluster_sums(
    numbers: Sequence[float], clusters: Sequence[str], weights: Sequence[float]
) -> list[tuple[float, float]]:
    """Weighted sum and weight of every cluster."""
    weighted = [weight * number for number, weight in zip(numbers, weights, strict=True)]
    if len(set(clusters)) == len(clusters):
        return list(zip(weighted, weights, strict=True))
    groups: dict[str, list[int]] = {}
    for row, cluster in enumerate(clusters):
        groups.setdefault(cluster, []).append(row)
    return [
        (math.fsum([weighted[row] for row in rows]), math.fsum([weights[row] for row in rows]))
        for rows in groups.values()
    ]


def _quiet(number: float) -> float:
    """Zero for what is only rounding: an SE of 1e-17 would make a difference of 1e-16 significant."""
    return 0.0 if abs(number) < NOISE else number
