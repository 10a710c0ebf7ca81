"""The pairs of a comparison as columns of numbers: whoever needs a part of them takes rows, not cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compare.asked import Asked
from harness.compare.interval import NOISE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

Pair = tuple[Asked, Asked]
"""One case on both sides: baseline first."""
Scores = Callable[[Pair], tuple[float, float]]
"""How a pair is read: its baseline score and its candidate score."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """One row per paired case, all columns of one length; at least one row.

    Cluster and weight are the candidate's: the suite as it is now. Sums are `math.fsum`, which rounds once: no order
    of the rows can change a bit of the result.
    """

    baseline: Floats
    """Mean scores in [0, 1]."""
    candidate: Floats
    difference: Floats
    """Candidate minus baseline; exactly 0 where that is only rounding."""
    weight: Floats
    cluster: Whole
    """Numbers from 0 in order of first appearance; those of a part of the rows may have gaps."""

    @property
    def n(self) -> int:
        return len(self.difference)

    def rows(self, wanted: Sequence[int] | Whole) -> Columns:
        """These rows alone, by their numbers from 0."""
        import numpy as np

        index = np.asarray(wanted, dtype=np.int64)
        return Columns(
            baseline=self.baseline[index],
            candidate=self.candidate[index],
            difference=self.difference[index],
            weight=self.weight[index],
            cluster=self.cluster[index],
        )

    def cluster_sums(self) -> list[tuple[float, float]]:
        """Weighted sum of differences, and weight, of every cluster that has a row."""
        import numpy as np

        weighted, weights = (self.weight * self.difference).tolist(), self.weight.tolist()
        if np.bincount(self.cluster).max() == 1:
            return list(zip(weighted, weights, strict=True))
        groups: dict[int, list[int]] = {}
        for row, cluster in enumerate(self.cluster.tolist()):
            groups.setdefault(cluster, []).append(row)
        return [
            (math.fsum([weighted[row] for row in rows]), math.fsum([weights[row] for row in rows]))
            for rows in groups.values()
        ]


def columns_of(pairs: Sequence[Pair], scores: Scores) -> Columns:
    """The pairs, one row each, in their order."""
    import numpy as np

    both = [scores(pair) for pair in pairs]
    before = np.array([score for score, _ in both], dtype=np.float64)
    after = np.array([score for _, score in both], dtype=np.float64)
    difference = after - before
    numbers: dict[str, int] = {}
    return Columns(
        baseline=before,
        candidate=after,
        difference=np.where(np.abs(difference) < NOISE, 0.0, difference),
        weight=np.array([candidate.weight for _, candidate in pairs], dtype=np.float64),
        cluster=np.array(
            [numbers.setdefault(candidate.cluster, len(numbers)) for _, candidate in pairs], dtype=np.int64
        ),
    )
