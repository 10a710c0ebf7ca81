"""Two sides to one comparison: every number a verdict or a report needs, and no opinion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.compare.observation import Side


class Change(StrEnum):
    """What became of one case."""

    IMPROVED = "improved"
    REGRESSED = "regressed"
    SAME = "same"
    UNSURE = "unsure"
    """The means differ, but no more than the repeats of either side do among themselves."""
    BROKE = "broke"
    """The baseline was measured, the candidate was not."""
    MENDED = "mended"
    """The other way round."""
    UNMEASURED = "unmeasured"
    """Neither side was."""
    ADDED = "added"
    REMOVED = "removed"
    NOT_COMPARABLE = "not_comparable"
    """The case itself was changed between the two runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The paired difference of mean scores, candidate minus baseline (STATISTICS: Miller 2024, section 12.3).

    Shares in [-1, 1]. `upper` is the clustered-t bound, `lower` the smaller of the clustered-t bound
    `lower_t` and the pseudo-case bound; both one-sided at the policy's alpha.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Candidate over baseline, with one-sided bounds at the policy's alpha."""

    n: int
    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The paired difference within one tag, with its p adjusted for all slices looked at (Holm)."""

    slice: str
    n: int
    clusters: int
    baseline: float
    candidate: float
    difference: float
    lower: float
    upper: float
    p_regress: float
    p_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One case on both sides: mean scores over its measured repeats (None: no measured repeat)."""

    case_id: str
    tags: tuple[str, ...]
    change: Change
    baseline: float | None
    candidate: float | None
    baseline_repeats: int
    """Measured repeats."""
    candidate_repeats: int
    missing: tuple[str, ...]
    """Why repeats of either side are unmeasured."""

    @property
    def difference(self) -> float | None:
        """Candidate minus baseline, where both are measured."""
        if self.baseline is None or self.candidate is None:
            return None
        return self.candidate - self.baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Percentiles of one side's latencies, in seconds: reported, never gated."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The mean score of one side alone, with a two-sided 95 % interval (Wilson at the effective size)."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that can be said of two runs by counting and estimating.

    Every case of either side is in exactly one of the changes; `only_baseline` and `only_candidate` name
    those that one side never planned, `changed` those that were edited in between.
    """

    baseline: Side
    candidate: Side
    not_comparable: tuple[str, ...]
    """Reasons why the sides cannot be compared at all (another grader version, say); empty: they can."""
    quality: Quality | None
    """None when no case was measured on both sides."""
    quality_at_worst: Quality | None
    """The same with every missing baseline trial counted as 1 and every missing candidate trial as 0."""
    baseline_score: Score | None
    candidate_score: Score | None
    cost: Ratio | None
    """None when either side is unpriced or spent nothing."""
    latency: Ratio | None
    latency_comparable: bool
    """Both runs were interleaved in one live session."""
    baseline_latency: Latencies | None
    candidate_latency: Latencies | None
    slices: tuple[Slice, ...]
    changes: tuple[CaseChange, ...]
    """Worst first."""
    only_baseline: tuple[str, ...]
    only_candidate: tuple[str, ...]
    changed: tuple[str, ...]
    missing_baseline: float
    """Share of the baseline's planned trials without a score."""
    missing_candidate: float
    shared: float
    """Share of the candidate's cases that the baseline asked too, unchanged."""
