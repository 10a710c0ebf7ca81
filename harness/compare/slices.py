"""The paired difference within each tag, with the chance of a false alarm held over all tags together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compare.columns import Columns, Pair, Scores, columns_of
from harness.compare.interval import tail_below
from harness.compare.quality import Bounds, bounds_of, side_means
from harness.compare.signflip import max_t
from harness.compare.tagging import group_tags
from harness.suite.policy import Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HALF = 0.5
"""A level for bounds that nobody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The paired difference within one tag."""

    slice: str
    n: int
    clusters: int
    baseline: float
    candidate: float
    difference: float
    lower: float
    upper: float
    p_regress: float
    """One-sided, of clustered t: of this slice alone, as if no other had been looked at."""
    p_adjusted: float
    """One-sided, of sign flips: for overall quality and all slices looked at together (see `max_t`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicing:
    """The tags that were tested, worst first, and those that were too small even together."""

    tested: tuple[Slice, ...]
    untested: tuple[str, ...]
    overall_p_adjusted: float | None = None
    """Of overall quality, tested together with the slices; None where no slice was."""


def slices_of(pairs: Sequence[Pair], scores: Scores, policy: Policy, seed: str) -> Slicing:
    """Every tag with at least `min_slice_clusters` clusters; the others merged into `other`, if that is enough.

    All of them and overall quality are one family (STATISTICS 12.7). `seed` is what sign flips are drawn from,
    where there are too many to count all. The order of the pairs changes nothing.
    """
    ordered = sorted(pairs, key=lambda pair: pair[1].case_id)
    candidates = [candidate for _, candidate in ordered]
    grouping = group_tags(
        [c.tags for c in candidates], [c.cluster for c in candidates], policy.min_slice_clusters
    )
    if not grouping.members:
        return Slicing(tested=(), untested=grouping.untested)
    columns = columns_of(ordered, scores)
    everything = range(columns.n)
    sums = slice_sums(columns, (everything, *grouping.members.values()))
    overall, *adjusted = max_t(sums, flips=policy.flips, seed=seed).adjusted
    tested = [
        _part(name, columns.rows(rows), policy.alpha, p)
        for (name, rows), p in zip(grouping.members.items(), adjusted, strict=True)
    ]
    return Slicing(
        tested=tuple(sorted(tested, key=lambda s: (s.p_adjusted, s.difference, s.slice))),
        untested=grouping.untested,
        overall_p_adjusted=overall,
    )


def slice_sums(columns: Columns, slices: Sequence[Sequence[int] | NDArray[np.int64]]) -> NDArray[np.float64]:
    """Weighted differences summed over what of a cluster is in a slice: a row per cluster that has any, a column per slice.

    `slices` are rows of the columns. The rows are in the order of what stands in them: flips are drawn for one after
    the other, and neither names nor the order of cases may decide which flip is whose. Clusters without a difference
    are left out: a flip does not change them.
    """
    import numpy as np

    weighted = columns.weight * columns.difference
    clusters = int(columns.cluster.max()) + 1
    found = np.empty((clusters, len(slices)))
    for place, rows in enumerate(slices):
        index = np.asarray(rows, dtype=np.int64)
        found[:, place] = np.bincount(columns.cluster[index], weights=weighted[index], minlength=clusters)
    found = found[found.any(axis=1)]
    return found[np.lexsort(found.T[::-1])]


def slice_from(name: str, columns: Columns, bounds: Bounds, p_adjusted: float) -> Slice:
    """The difference within one slice, with these bounds."""
    before, after = side_means(columns)
    return Slice(
        slice=name,
        n=bounds.mean.n,
        clusters=bounds.mean.clusters,
        baseline=before,
        candidate=after,
        difference=bounds.mean.value,
        lower=bounds.lower,
        upper=bounds.upper,
        p_regress=tail_below(bounds.mean),
        p_adjusted=p_adjusted,
    )


def _part(name: str, columns: Columns, alpha: float, p_adjusted: float) -> Slice:
    return slice_from(name, columns, bounds_of(columns, alpha), p_adjusted)
