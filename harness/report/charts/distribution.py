"""How numbers are spread: histograms, and the share of numbers up to each. As many points for a million as for ten."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.report.charts.scale import Scale, finite

MOST_POINTS = 200
"""Of a line that shows a distribution."""
_FEW = 40
"""Numbers of which each step is worth seeing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Numbers between two edges. The lower edge belongs to it, the upper one only to the last bin."""

    low: float
    high: float
    amount: int


def histogram(numbers: Iterable[float], scale: Scale, *, bins: int = 20) -> tuple[Bin, ...]:
    """The numbers in `bins` equal parts of a linear axis; those beyond its ends are in the outermost bins."""
    edges = [scale.low + (scale.high - scale.low) * number / bins for number in range(bins + 1)]
    amounts = [0] * bins
    for each in finite(numbers):
        amounts[min(max(bisect_right(edges, each) - 1, 0), bins - 1)] += 1
    return tuple(Bin(low=edges[n], high=edges[n + 1], amount=amount) for n, amount in enumerate(amounts))


def ecdf(numbers: Iterable[float], *, most: int = MOST_POINTS) -> tuple[tuple[float, float], ...]:
    """For each number the share of numbers up to it, from 0 to 1: steps where there are few numbers, else a line.

    Thinned to at most `most` points. The smallest and the largest number always stand in it, and every point of a
    thinned one is true.
    """
    ordered = sorted(finite(numbers))
    if not ordered:
        return ()
    stepped = len(ordered) <= _FEW
    found: list[tuple[float, float]] = [(ordered[0], 0.0)]
    for rank in _ranks(len(ordered), max(2, most // 2 if stepped else most - 2)):
        value, share = ordered[rank], bisect_right(ordered, ordered[rank]) / len(ordered)
        if share > found[-1][1]:
            found += [(value, found[-1][1])] if stepped and value > found[-1][0] else []
            found.append((value, share))
    return tuple(found)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics, as numpy does it. Raises ValueError for no numbers."""
    if not ordered:
        raise ValueError("a quantile needs at least one number")
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _ranks(many: int, most: int) -> list[int]:
    """Numbers of at most `most` of them, the first and the last among these, at equal distances."""
    if many <= most:
        return list(range(many))
    return sorted({round(number * (many - 1) / (most - 1)) for number in range(most)})
