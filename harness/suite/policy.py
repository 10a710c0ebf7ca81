"""What a suite asks of the gate: the numbers that turn a comparison into a verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The gate's rules for one suite. Shares are in [0, 1]: 0.05 is five points, or five percent.

    The defaults are those of a suite that says nothing; `docs/decisions/` says why each has its value.
    """

    alpha: float = 0.05
    """One-sided error rate of each bound, in (0, 0.5)."""
    quality_margin: float = 0.05
    """The largest drop in mean score that still passes, in (0, 1]."""
    cost_margin: float | None = 0.10
    """The largest relative rise in cost that still passes; None leaves cost out of the verdict."""
    latency_margin: float | None = 0.15
    """The largest relative rise in latency that still passes, where it may be gated at all; None: never."""
    slices: bool = True
    """Whether every tag is tested on its own."""
    min_cases: int = 20
    """Fewer cases (clusters, where cases belong together) than this can never PASS or REGRESS."""
    min_slice_clusters: int = 8
    """Tags with fewer clusters than this are merged into `other`."""
    max_missing: float = 0.05
    """The largest share of trials of either side without a score before the verdict is NOT_MEASURED."""
    min_shared: float = 0.80
    """The smallest share of the candidate's cases that the baseline must have asked as well."""
