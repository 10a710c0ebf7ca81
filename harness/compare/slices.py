"""The paired difference within each tag, with the chance of a false alarm held over all tags together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.compare.exact import holm
from harness.compare.interval import Value, mean_of, tail_below
from harness.compare.quality import Pair, Scores, bounds_of, differences, side_mean

Adjust = Callable[[Sequence[Sequence[Value]]], tuple[float, ...]]
"""From the differences of every slice to their adjusted p. A max-T permutation fits here as well as Holm."""


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


def holm_of_t(samples: Sequence[Sequence[Value]]) -> tuple[float, ...]:
    """One-sided clustered-t p of every slice, adjusted by Holm."""
    return holm([tail_below(mean_of(sample)) for sample in samples])


def slices_of(
    pairs: Sequence[Pair],
    scores: Scores,
    *,
    alpha: float,
    min_clusters: int,
    adjust: Adjust = holm_of_t,
) -> Slicing:
    """Every tag with at least `min_clusters` clusters; the others merged into `other`, if that is enough."""
    groups, untested = _groups(pairs, min_clusters)
    samples = [differences(group, scores) for group in groups.values()]
    adjusted = adjust(samples)
    tested = [
        _slice(name, group, scores, (alpha, p))
        for (name, group), p in zip(groups.items(), adjusted, strict=True)
    ]
    return Slicing(
        tested=tuple(sorted(tested, key=lambda s: (s.p_adjusted, s.difference, s.slice))), untested=untested
    )


def _slice(name: str, pairs: Sequence[Pair], scores: Scores, level: tuple[float, float]) -> Slice:
    alpha, p_adjusted = level
    bounds = bounds_of(differences(pairs, scores), alpha)
    return Slice(
        slice=name,
        n=bounds.mean.n,
        clusters=bounds.mean.clusters,
        baseline=side_mean(pairs, scores, 0),
        candidate=side_mean(pairs, scores, 1),
        difference=bounds.mean.value,
        lower=bounds.lower,
        upper=bounds.upper,
        p_regress=tail_below(bounds.mean),
        p_adjusted=p_adjusted,
    )


def _groups(pairs: Sequence[Pair], min_clusters: int) -> tuple[Mapping[str, Sequence[Pair]], tuple[str, ...]]:
    """The pairs of every slice that is large enough, by name, and the tags that are in none."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        for tag in dict.fromkeys(pair[1].tags):
            found.setdefault(tag, []).append(pair)
    tags = sorted(found)
    large = {tag: found[tag] for tag in tags if _clusters(found[tag]) >= min_clusters}
    small = tuple(tag for tag in tags if tag not in large)
    rest = [pair for pair in pairs if not set(small).isdisjoint(pair[1].tags)]
    if not small or _clusters(rest) < min_clusters:
        return large, small
    return {**large, _name_of_rest(tags): rest}, ()


def _clusters(pairs: Sequence[Pair]) -> int:
    return len({candidate.cluster for _, candidate in pairs})


def _name_of_rest(tags: Sequence[str]) -> str:
    """`other`, unless a tag is called that."""
    name = "other"
    while name in tags:
        name = f"{name} tags"
    return name
