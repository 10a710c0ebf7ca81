"""The paired difference of mean scores, and the score of one side alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.compare.asked import Asked, sample_variance
from harness.compare.columns import Columns, Pair, Scores, columns_of
from harness.compare.interval import (
    Mean,
    kish,
    lower,
    mean_of_clusters,
    mean_of_numbers,
    t_quantile,
    tail_above,
    tail_below,
    upper,
    wilson,
)
from harness.compare.planner import smallest_visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The paired difference of mean scores, candidate minus baseline (STATISTICS: Miller 2024, section 12.3).

    Shares in [-1, 1]. `upper` is the clustered-t bound, `lower` the smaller of the clustered-t bound
    `lower_t` and the pseudo-case bound; both one-sided at the policy's alpha. With a single cluster nothing
    can be said: the bounds are -1 and 1, both p are 1, and `se` is 1.
    """

    n: int
    """Paired cases."""
    clusters: int
    baseline: float
    candidate: float
    difference: float
    se: float
    """Cluster-robust standard error of `difference`."""
    lower: float
    lower_t: float
    upper: float
    p_regress: float
    """One-sided p for a drop: small means worse."""
    p_noninferior: float
    """One-sided p for harm beyond the margin being excluded: small means harmless."""
    mde: float
    """The drop this comparison would find with probability 0.8."""
    se_plan: float = 0.0
    """The larger of `se` and its pseudo-case counterpart: what to plan with, as `se` is 0 when nothing differs."""
    noise: float = 0.0
    """The part of the variance `se` squared that more repeats would shrink; 0 where every case ran once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The mean score of one side alone, with a two-sided 95 % interval (Wilson at the effective size)."""

    mean: float
    lower: float
    upper: float


def measured_scores(pair: Pair) -> tuple[float, float]:
    """Means over measured repeats. Both sides must have one: see `both_measured`."""
    baseline, candidate = pair
    return baseline.score or 0.0, candidate.score or 0.0


def worst_scores(pair: Pair) -> tuple[float, float]:
    """Means over all repeats, with the missing ones counted against the candidate."""
    baseline, candidate = pair
    return baseline.score_if_missing(1.0), candidate.score_if_missing(0.0)


def both_measured(pair: Pair) -> bool:
    """Whether each side has at least one measured repeat."""
    return bool(pair[0].scores and pair[1].scores)


def side_means(columns: Columns) -> tuple[float, float]:
    """Weighted mean scores of baseline and candidate."""
    total = math.fsum(columns.weight.tolist())
    before = math.fsum((columns.weight * columns.baseline).tolist()) / total
    return before, math.fsum((columns.weight * columns.candidate).tolist()) / total


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Both one-sided bounds on a mean difference, within [-1, 1]."""

    mean: Mean
    pseudo: Mean
    """The mean with the pseudo-cases."""
    lower: float
    lower_t: float
    upper: float


def bounds_of(columns: Columns, alpha: float) -> Bounds:
    """U from clustered t; L the smaller of clustered t and the pseudo-case bound (STATISTICS 12.3).

    The weights of the pseudo-case bound are scaled as in `with_pseudo_cases`.
    """
    clusters = columns.cluster_sums()
    scale = kish(columns.weight.tolist()) / math.fsum([weight for _, weight in clusters])
    padded = [(scale * total, scale * weight) for total, weight in clusters]
    mean = mean_of_clusters(columns.n, clusters)
    pseudo = mean_of_clusters(columns.n + 2, [*padded, (1.0, 1.0), (-1.0, 1.0)])
    lower_t = max(-1.0, lower(mean, alpha))
    return Bounds(
        mean=mean,
        pseudo=pseudo,
        lower=max(-1.0, min(lower_t, lower(pseudo, alpha))),
        lower_t=lower_t,
        upper=min(1.0, upper(mean, alpha)),
    )


def quality_of(pairs: Sequence[Pair], scores: Scores, *, alpha: float, margin: float) -> Quality | None:
    """The difference over `pairs`; None for no pairs."""
    if not pairs:
        return None
    columns = columns_of(pairs, scores)
    bounds = bounds_of(columns, alpha)
    return replace(quality_from(columns, bounds, alpha=alpha, margin=margin), noise=_noise(pairs))


def quality_from(columns: Columns, bounds: Bounds, *, alpha: float, margin: float) -> Quality:
    """The difference with these bounds; `alpha` is what its smallest visible drop is told at. Its `noise` is not known."""
    before, after = side_means(columns)
    se_plan = min(1.0, max(bounds.mean.se, bounds.pseudo.se))
    return Quality(
        n=bounds.mean.n,
        clusters=bounds.mean.clusters,
        baseline=before,
        candidate=after,
        difference=bounds.mean.value,
        se=min(1.0, bounds.mean.se),
        lower=bounds.lower,
        lower_t=bounds.lower_t,
        upper=bounds.upper,
        p_regress=tail_below(bounds.mean),
        p_noninferior=max(tail_above(bounds.mean, -margin), tail_above(bounds.pseudo, -margin)),
        mde=min(1.0, smallest_visible(se_plan, alpha=alpha)),
        se_plan=se_plan,
    )


def score_of(cases: Sequence[Asked]) -> Score | None:
    """Mean over the measured cases of one side, whether the other side has them or not; None where there is none.

    With Wilson's interval at n_eff = m(1-m)/SE^2 and a t_{G-1} critical value (STATISTICS 7). Where SE is 0, n_eff is the number of cases (Kish's, when weighted). A single cluster gives [0, 1].
    """
    measured = [case for case in cases if case.score is not None]
    if not measured:
        return None
    weights = [case.weight for case in measured]
    scores, clusters = [case.score or 0.0 for case in measured], [case.cluster for case in measured]
    return score_from(mean_of_numbers(scores, clusters, weights), kish(weights))


def score_from(mean: Mean, cases: float) -> Score:
    """`score_of` where the mean is known. `cases`: how many there are, Kish's number where they are weighted."""
    if mean.df < 1:
        return Score(mean=mean.value, lower=0.0, upper=1.0)
    spread = mean.value * (1 - mean.value)
    size = spread / mean.se**2 if mean.se > 0 and spread > 0 else cases
    low, high = wilson(mean.value, size, t_quantile(mean.df, 0.975))
    return Score(mean=mean.value, lower=low, upper=high)


def _noise(pairs: Sequence[Pair]) -> float:
    """Mean of sigma_A^2/K_A + sigma_B^2/K_B, as a part of the variance of the mean."""
    total = math.fsum([candidate.weight for _, candidate in pairs])
    return (
        math.fsum(
            [
                candidate.weight**2 * (_noise_of(baseline) + _noise_of(candidate))
                for baseline, candidate in pairs
                if len(baseline.scores) > 1 or len(candidate.scores) > 1
            ]
        )
        / total**2
    )


def _noise_of(asked: Asked) -> float:
    return sample_variance(asked.scores) / max(1, len(asked.scores))
