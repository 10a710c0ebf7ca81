"""The paired difference within each tag, with the chance of a false alarm held over all tags together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.compare.columns import Columns, Pair, Scores, columns_of
from harness.compare.exact import holm
from harness.compare.interval import tail_below
from harness.compare.quality import bounds_of, side_means

HALF = 0.5
"""A level for bounds that nobody reads."""

Adjust = Callable[[Columns, Sequence[Sequence[int]]], tuple[float, ...]]
"""From all pairs, and the rows of every slice, to the slices' adjusted p."""


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
class Slicing:
    """The tags that were tested, worst first, and those that were too small even together."""

    tested: tuple[Slice, ...]
    untested: tuple[str, ...]


def holm_of_t(columns: Columns, slices: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """One-sided clustered-t p of every slice, adjusted by Holm."""
    return holm([tail_below(bounds_of(columns.rows(rows), HALF).mean) for rows in slices])


def slices_of(
    pairs: Sequence[Pair],
    scores: Scores,
    *,
    alpha: float,
    min_clusters: int,
    adjust: Adjust = holm_of_t,
) -> Slicing:
    """Every tag with at least `min_clusters` clusters; the others merged into `other`, if that is enough."""
    columns = columns_of(pairs, scores)
    groups, untested = _groups(pairs, min_clusters)
    adjusted = adjust(columns, tuple(groups.values()))
    tested = [
        _slice(name, columns.rows(rows), (alpha, p))
        for (name, rows), p in zip(groups.items(), adjusted, strict=True)
    ]
    return Slicing(
        tested=tuple(sorted(tested, key=lambda s: (s.p_adjusted, s.difference, s.slice))), untested=untested
    )


def _slice(name: str, columns: Columns, level: tuple[float, float]) -> Slice:
    alpha, p_adjusted = level
    bounds = bounds_of(columns, alpha)
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


def _groups(pairs: Sequence[Pair], min_clusters: int) -> tuple[Mapping[str, Sequence[int]], tuple[str, ...]]:
    """The rows of every slice that is large enough, by name, and the tags that are in none."""
    found: dict[str, list[int]] = {}
    for row, (_, candidate) in enumerate(pairs):
        for tag in dict.fromkeys(candidate.tags):
            found.setdefault(tag, []).append(row)
    tags = sorted(found)
    large = {tag: found[tag] for tag in tags if _clusters(pairs, found[tag]) >= min_clusters}
    small = tuple(tag for tag in tags if tag not in large)
    rest = sorted({row for tag in small for row in found[tag]})
    if not small or _clusters(pairs, rest) < min_clusters:
        return large, small
    return {**large, _name_of_rest(tags): rest}, ()


def _clusters(pairs: Sequence[Pair], rows: Sequence[int]) -> int:
    return len({pairs[row][1].cluster for row in rows})


def _name_of_rest(tags: Sequence[str]) -> str:
    """`other`, unless a tag is called that."""
    name = "other"
    while name in tags:
        name = f"{name} tags"
    return name
