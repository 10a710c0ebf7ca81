"""What one look sees: quality and slices, with the bounds of that look.

The formulas are those of `quality_of` and `slices_of`. Bounds and p are those of the look, so that they hold at
every look together with all others (repeated confidence intervals, Jennison and Turnbull 2000, chapter 9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.compare.arrays import Layout, View, view
from harness.compare.columns import Columns
from harness.compare.interval import Mean, lower, upper
from harness.compare.quality import Bounds, Quality, bounds_of, quality_from
from harness.compare.signflip import max_t
from harness.compare.slices import HALF, Slice, slice_from, slice_sums
from harness.suite.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """One-sided errors that a look may make; 0: none, so its bounds say nothing."""

    passing: float
    """Of lower bounds, in [0, 0.5)."""
    regress: float
    """Of upper bounds, in [0, 0.5)."""
    slices: float
    """Of all slices together, in [0, alpha]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Both readings of one look: of what was measured, and with the unmeasured counted against the candidate."""

    quality: Quality | None
    """None where no case was measured on both sides. Its `noise` is not known here."""
    slices: tuple[Slice, ...]
    """Worst first. `p_adjusted` is adjusted for all slices and all looks: at most alpha is a regression."""
    quality_at_worst: Quality | None
    slices_at_worst: tuple[Slice, ...]
    quality_p_adjusted: float | None = None
    """Of overall quality, tested together with the slices and adjusted as they are; None where no slice was."""


def glance(layout: Layout, after: int, levels: Levels, policy: Policy, seed: str) -> Glance:
    """The numbers once the first `after` entries of the order have ended."""
    usual = view(layout, after)
    quality = _quality(usual, levels, policy)
    slices, overall = _slices(layout, usual, levels, policy, seed)
    worst = view(layout, after, at_worst=True)
    if _is_same(usual, worst):
        return Glance(
            quality=quality,
            slices=slices,
            quality_at_worst=quality,
            slices_at_worst=slices,
            quality_p_adjusted=overall,
        )
    return Glance(
        quality=quality,
        slices=slices,
        quality_at_worst=_quality(worst, levels, policy),
        slices_at_worst=_slices(layout, worst, levels, policy, seed)[0],
        quality_p_adjusted=overall,
    )


def _quality(seen: View, levels: Levels, policy: Policy) -> Quality | None:
    if not len(seen.place):
        return None
    bounds = _bounds(seen.columns, levels)
    return quality_from(seen.columns, bounds, alpha=policy.alpha, margin=policy.quality_margin)


def _bounds(columns: Columns, levels: Levels) -> Bounds:
    """As `bounds_of`, the lower ones at one level and the upper one at another."""
    found = bounds_of(columns, HALF)
    lower_t = _lower(found.mean, levels.passing)
    return Bounds(
        mean=found.mean,
        pseudo=found.pseudo,
        lower=min(lower_t, _lower(found.pseudo, levels.passing)),
        lower_t=lower_t,
        upper=min(1.0, upper(found.mean, levels.regress)) if levels.regress else 1.0,
    )


def _lower(mean: Mean, level: float) -> float:
    return max(-1.0, lower(mean, level)) if level else -1.0


def _slices(
    layout: Layout, seen: View, levels: Levels, policy: Policy, seed: str
) -> tuple[tuple[Slice, ...], float | None]:
    """Every slice that is large enough by now, tested together with overall quality (STATISTICS 12.7)."""
    import numpy as np

    rows = {
        name: np.flatnonzero(np.isin(seen.place, places, assume_unique=True))
        for name, places in layout.slices.items()
    }
    clusters = seen.columns.cluster
    large = {
        name: some
        for name, some in rows.items()
        if len(np.unique(clusters[some])) >= policy.min_slice_clusters
    }
    if not large:
        return (), None
    sums = slice_sums(seen.columns, (np.arange(seen.columns.n), *large.values()))
    share = policy.alpha / levels.slices if levels.slices else math.inf
    overall, *adjusted = (min(1.0, p * share) for p in max_t(sums, flips=policy.flips, seed=seed).adjusted)
    found = [
        _part(name, seen.columns.rows(some), levels, p)
        for (name, some), p in zip(large.items(), adjusted, strict=True)
    ]
    return tuple(sorted(found, key=lambda s: (s.p_adjusted, s.difference, s.slice))), overall


def _part(name: str, columns: Columns, levels: Levels, p_adjusted: float) -> Slice:
    return slice_from(name, columns, _bounds(columns, levels), p_adjusted)


def _is_same(one: View, other: View) -> bool:
    import numpy as np

    return np.array_equal(one.place, other.place) and np.array_equal(
        one.columns.difference, other.columns.difference
    )
