"""What people would say of all cases, from their labels of some and a judge's scores of all.

Source: prediction-powered inference with power tuning ("PPI++"), Angelopoulos, Duchi and Zrnic 2023
(arXiv:2311.01453), for a mean; standard errors clustered as in `interval`. The judge may be wrong in any way: what
it gets wrong on the labelled cases is taken off, so a bad judge costs power and never validity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.interval import NOISE, Mean, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A case that both a person and the judge scored: scores, or differences of scores between two sides."""

    human: float
    judge: float
    cluster: str
    weight: float = 1.0
    """Finite and above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The mean that people would give, as far as their labels and the judge can tell."""

    mean: Mean
    """Its `n` are labelled cases and its `clusters` those with a label: they set the degrees of freedom of a bound."""
    trust: float
    """Lambda in [0, 1]: 0 leaves the judge out, 1 takes its word and corrects its mean error alone."""
    unlabelled: int
    """Cases that the judge alone scored."""


def corrected_mean(labelled: Sequence[Labelled], unlabelled: Sequence[Value]) -> Corrected:
    """L mean(f_unlabelled) + mean(y - L f), with L = cov(y, f) / ((1 + n/N) var(f)) clipped to [0, 1].

    `unlabelled` are the judge's values of cases without a label; the two must not share a case, but may share
    clusters. SE^2 is L^2 var(f_unlabelled)/N + var(y - L f)/n for independent cases (unbiased variances, STATISTICS 9);
    for clusters, what a cluster adds to both terms is added up before it is squared. Raises ValueError without labels.
    """
    if not labelled:
        raise ValueError("people must have labelled at least one case")
    trust = _trust(labelled, unlabelled)
    residuals = [
        Value(value=each.human - trust * each.judge, cluster=each.cluster, weight=each.weight)
        for each in labelled
    ]
    judged = [
        Value(value=trust * each.value, cluster=each.cluster, weight=each.weight) for each in unlabelled
    ]
    spread: dict[str, list[float]] = {}
    parts = [_add_influence(part, spread) for part in (residuals, judged) if part]
    clusters = len({each.cluster for each in labelled})
    se = math.sqrt(math.fsum(math.fsum(each) ** 2 for each in spread.values()))
    return Corrected(
        mean=Mean(
            n=len(labelled),
            clusters=clusters,
            value=math.fsum(parts),
            se=math.inf if clusters < 2 else (0.0 if se < NOISE else se),
        ),
        trust=trust,
        unlabelled=len(unlabelled),
    )


def _trust(labelled: Sequence[Labelled], unlabelled: Sequence[Value]) -> float:
    """The L with the smallest standard error, if cases are independent; 0 where the judge says nothing of its own."""
    total = math.fsum(each.weight for each in labelled)
    human = math.fsum(each.weight * each.human for each in labelled) / total
    judge = math.fsum(each.weight * each.judge for each in labelled) / total
    covariance = math.fsum(each.weight * (each.human - human) * (each.judge - judge) for each in labelled)
    variance = math.fsum(each.weight * (each.judge - judge) ** 2 for each in labelled)
    if not unlabelled or variance < NOISE * total:
        return 0.0
    return min(1.0, max(0.0, covariance / ((1 + len(labelled) / len(unlabelled)) * variance)))


def _add_influence(values: Sequence[Value], spread: dict[str, list[float]]) -> float:
    """The weighted mean; what every cluster moves it by is added to `spread`, scaled by sqrt(G / (G - 1))."""
    total = math.fsum(each.weight for each in values)
    mean = math.fsum(each.weight * each.value for each in values) / total
    clusters = len({each.cluster for each in values})
    scale = math.sqrt(clusters / max(1, clusters - 1)) / total
    for each in values:
        spread.setdefault(each.cluster, []).append(scale * each.weight * (each.value - mean))
    return mean
