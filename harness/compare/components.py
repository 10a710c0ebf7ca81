"""What makes a comparison uncertain, taken apart: the variance components of STATISTICS 12.8, from stored samples.

- sigma^2: how much one answer's score varies within its case, by side. A judge's own variance is a part of it,
  since every repeat is judged anew.
- omega^2: how much true changes differ from case to case, var(d) - mean(sigma_A^2/K_A + sigma_B^2/K_B), at least 0.
- rho: how alike the changes of one cluster are (intraclass correlation, one-way analysis of variance);
  the design effect is 1 + (m - 1) rho for clusters of m cases.

Source: Miller 2024 (arXiv:2411.00640), sections 3 and 4; design effect: Kish 1965.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NOMINAL_VARIANCE = 0.0775
"""Variance of one answer's score within a case, where a suite has no history: a mixture of 70 % easy,
20 % flaky and 10 % hard cases (docs/statistics.md)."""
NOMINAL_MEAN = 0.81
"""Mean score of that mixture."""
NOMINAL_ALIKE = 0.2
"""rho where cases belong to clusters and no earlier comparison tells: what 479 cases of 92 published problems show."""
_REPEATED_ENOUGH = 0.8
"""Share of cases with repeats from which on a side speaks for itself. Where fewer have them, they were asked
again because they are flaky, and would say too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoments:
    """All stored samples of one case and one variant."""

    case_id: str
    cluster: str
    samples: int
    """At least 1."""
    mean: float
    """In [0, 1]."""
    variance: float = 0.0
    """Unbiased; 0 where there is one sample and nothing is known of it."""


Pairs = Sequence[tuple[CaseMoments, CaseMoments]]
"""One earlier comparison: what its cases scored before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """How much one answer's score varies within its case."""

    variance: float
    samples: int
    """Stored answers it rests on; 0: it is nominal."""
    cases: int
    """Cases that were asked more than once."""
    bounded: bool = False
    """No case ever changed its score: `variance` is the most that lets so many repeats agree (19 times in 20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """How much true changes differ between cases, and within clusters, in the median of earlier comparisons."""

    variance: float
    alike: float
    """rho, in [0, 1]."""
    comparisons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What a plan is made from. Variances are those of scores in [0, 1]."""

    mean: float
    """Usual score of the suite."""
    baseline: Within
    candidate: Within
    between: Between
    cluster_size: float = 1.0
    """Cases per cluster, weighted by cases: sum(m^2) / sum(m)."""

    @property
    def design_effect(self) -> float:
        """By how much clusters blow up the variance of a mean; 1 without clusters."""
        return 1 + (self.cluster_size - 1) * self.between.alike


NOMINAL_WITHIN = Within(variance=NOMINAL_VARIANCE, samples=0, cases=0)
NO_COMPARISON = Between(variance=0.0, alike=NOMINAL_ALIKE, comparisons=0)


def within_of(own: Sequence[CaseMoments], other: Sequence[CaseMoments] = ()) -> Within:
    """sigma^2 from a side's own samples; from all samples of the suite where the side has too few repeats.

    The mean over cases, each with its own variance pooled over its variants, so that a case asked more often
    counts no more. Nominal where no case was ever asked twice, and never more than the scores leave room for.
    """
    repeated = [case for case in own if case.samples > 1]
    if len({case.case_id for case in repeated}) < _REPEATED_ENOUGH * len({case.case_id for case in own}):
        repeated = []
    repeated = repeated or [case for case in other if case.samples > 1]
    if not repeated:
        return Within(variance=_nominal(own or other), samples=0, cases=0)
    variances = list(_by_case(repeated))
    samples = sum(case.samples for case in repeated)
    variance = statistics.fmean(variances)
    if variance > 0:
        return Within(variance=variance, samples=samples, cases=len(variances))
    most = min(_nominal(repeated), 1.5 / sum(case.samples - 1 for case in repeated))
    return Within(variance=most, samples=samples, cases=len(variances), bounded=True)


def between_of(comparisons: Sequence[Pairs], within: Within) -> Between:
    """omega^2 and rho in the median of earlier comparisons; a side asked once is taken to vary as `within` says."""
    told = [pairs for pairs in comparisons if len(pairs) > 1]
    if not told:
        return NO_COMPARISON
    return Between(
        variance=statistics.median(_excess(pairs, within.variance) for pairs in told),
        alike=statistics.median(_alike(pairs) for pairs in told),
        comparisons=len(told),
    )


def cluster_size(clusters: Iterable[str]) -> float:
    """sum(m^2) / sum(m) over the sizes of the clusters that the cases belong to; 1 where each has its own."""
    sizes: dict[str, int] = {}
    for cluster in clusters:
        sizes[cluster] = sizes.get(cluster, 0) + 1
    cases = sum(sizes.values())
    return sum(size * size for size in sizes.values()) / cases if cases else 1.0


def _nominal(cases: Sequence[CaseMoments]) -> float:
    """The nominal variance, or m(1 - m) where that is less: no score in [0, 1] with mean m can vary more.

    The mean is drawn towards a half by two answers (Agresti and Coull 1998): 30 of 30 is not always.
    """
    mean = (math.fsum(case.mean for case in cases) + 1) / (len(cases) + 2)
    return min(NOMINAL_VARIANCE, mean * (1 - mean))


def _by_case(repeated: Sequence[CaseMoments]) -> Iterable[float]:
    groups: dict[str, list[CaseMoments]] = {}
    for case in repeated:
        groups.setdefault(case.case_id, []).append(case)
    for group in groups.values():
        freedom = sum(case.samples - 1 for case in group)
        yield math.fsum((case.samples - 1) * case.variance for case in group) / freedom


def _excess(pairs: Pairs, within: float) -> float:
    """var(d) less what the repeats explain of it."""
    spread = statistics.variance(after.mean - before.mean for before, after in pairs)
    noise = statistics.fmean(sum(_noise(side, within) for side in pair) for pair in pairs)
    return max(0.0, spread - noise)


def _noise(case: CaseMoments, within: float) -> float:
    return (case.variance if case.samples > 1 else within) / case.samples


def _alike(pairs: Pairs) -> float:
    """One-way analysis of variance of the differences: (MSB - MSW) / (MSB + (m0 - 1) MSW), within [0, 1]."""
    groups: dict[str, list[float]] = {}
    for before, after in pairs:
        groups.setdefault(after.cluster, []).append(after.mean - before.mean)
    n, count = len(pairs), len(groups)
    if count < 2 or count == n:
        return NOMINAL_ALIKE
    mean = math.fsum(d for group in groups.values() for d in group) / n
    between = math.fsum(len(g) * (statistics.fmean(g) - mean) ** 2 for g in groups.values()) / (count - 1)
    inside = math.fsum((d - statistics.fmean(g)) ** 2 for g in groups.values() for d in g) / (n - count)
    size = (n - sum(len(g) ** 2 for g in groups.values()) / n) / (count - 1)
    whole = between + (size - 1) * inside
    return min(1.0, max(0.0, (between - inside) / whole)) if whole > 0 else 0.0
