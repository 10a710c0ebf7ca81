"""How well a number tells two groups apart: the chance that one of the first is above one of the second, ties half."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from harness.compare.interval import Value
from harness.measure.estimate import Estimate, Influences, estimate_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The area under a receiver operating characteristic, with what every cluster moves it by."""

    estimate: Estimate
    influences: Influences


def area_of(above: Sequence[Value], below: Sequence[Value]) -> Area | None:
    """Chance that one of `above` is the larger; None where one of the groups is empty.

    Placement values and their variance: DeLong, DeLong and Clarke-Pearson 1988, by clusters: Obuchowski 1997. Wilson's
    interval at the size A(1-A)/SE^2; at an area of 0 or 1 that is the size of the smaller group, which also sets the
    degrees of freedom. Where one group has a single cluster the interval is [0, 1].
    """
    if not above or not below:
        return None
    firsts, seconds = _Ranked.of(above), _Ranked.of(below)
    upper = [seconds.share_below(each.value) for each in above]
    lower = [1 - firsts.share_below(each.value) for each in below]
    area = math.fsum(v.weight * p for v, p in zip(above, upper, strict=True)) / firsts.total
    influences = Influences()
    for group, placed, ranked in ((above, upper, firsts), (below, lower, seconds)):
        for value, place in zip(group, placed, strict=True):
            influences.add(value.cluster, value.weight * (place - area) / ranked.total)
    size = min(len({each.cluster for each in group}) for group in (above, below))
    estimate = estimate_from(area, influences.se, df=size - 1, n=len(above) + len(below), size=size)
    return Area(estimate=estimate, influences=influences)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    values: Sequence[float]
    """Ascending."""
    sums: Sequence[float]
    """Weight of the first so many; one more than there are values."""

    @classmethod
    def of(cls, group: Sequence[Value]) -> _Ranked:
        ordered = sorted(group, key=lambda each: each.value)
        weights = (each.weight for each in ordered)
        return cls(values=[each.value for each in ordered], sums=[0.0, *accumulate(weights)])

    @property
    def total(self) -> float:
        return self.sums[-1]

    def share_below(self, value: float) -> float:
        """Weight of what is smaller, and half of what is equal, as a share of all."""
        smaller = self.sums[bisect_left(self.values, value)]
        at_most = self.sums[bisect_right(self.values, value)]
        return (smaller + at_most) / (2 * self.total)
