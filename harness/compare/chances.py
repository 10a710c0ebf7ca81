"""How likely each case is to get which score, from a few stored samples: what a rehearsal draws its answers from.

A case that passed 3 of 3 does not always pass, and one that passed 2 of 3 may pass 9 times in 10: to take the
shares as they are would make the suite look steadier than it is, and its cases too different.

- Scores of 0 and 1: empirical Bayes. The suite's distribution of chances is fitted to all cases together, as weights
  on a grid (nonparametric maximum likelihood by EM, Laird 1978, held back by two cases' worth of Jeffreys' prior);
  each rehearsal draws the chance of every case from its posterior, then the answers from that chance.
- Scores between: a case's own samples, drawn with return and spread about their mean by sqrt(K/(K-1)), which undoes
  that K samples vary less about their own mean than about the true one. Cases with one sample borrow the spread of
  another case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Chance = np.random.Generator

_GRID = 60
"""Steps between never and always, even on the arcsine scale: finer where cases nearly always pass or fail."""
_ROUNDS = 200
_PRIOR_CASES = 2.0

Scores = Sequence[float]
"""The stored samples of one case, each in [0, 1]; at least one."""

Answering = Callable[["Chance", int], "Floats"]
"""Draws so many answers of every case, the truth about them given: cases by answers, scores in [0, 1]."""

Truths = Callable[["Chance"], Answering]
"""Draws one truth that the stored samples are compatible with."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """What the samples leave open about each case's chance to pass."""

    grid: Floats
    """Chances in [0, 1], ascending."""
    weights: Floats
    """Cases by chances; each row sums to 1."""

    @property
    def flakiness(self) -> Floats:
        """Expected p(1-p) of each case: the variance of one answer."""
        spread: Floats = self.weights @ (self.grid * (1 - self.grid))
        return spread


def truths_of(samples: Sequence[Scores]) -> Truths:
    """What rehearsals of these cases draw from. Raises ValueError for a case without samples."""
    if not all(samples):
        raise ValueError("every case needs at least one sample")
    if all(score in (0.0, 1.0) for scores in samples for score in scores):
        return _by_chance(posterior_of(samples))
    return _by_sample(samples)


def posterior_of(samples: Sequence[Scores]) -> Posterior:
    """The chances of cases whose scores are 0 or 1, each informed by all."""
    import numpy as np
    from scipy.special import xlogy

    grid = np.sin(np.linspace(0, np.pi / 2, _GRID + 1)) ** 2
    passed = np.array([math.fsum(scores) for scores in samples])[:, None]
    failed = np.array([len(scores) for scores in samples])[:, None] - passed
    logs = xlogy(passed, grid) + xlogy(failed, 1 - grid)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    prior = np.full(len(grid), 1 / len(grid))  # even on the arcsine scale: Jeffreys
    weights = prior
    for _ in range(_ROUNDS):
        counted = _shares(likelihood * weights).sum(axis=0)
        weights = (counted + _PRIOR_CASES * prior) / (len(samples) + _PRIOR_CASES)
    return Posterior(grid=grid, weights=_shares(likelihood * weights))


def _shares(rows: Floats) -> Floats:
    shares: Floats = rows / rows.sum(axis=1, keepdims=True)
    return shares


def _by_chance(posterior: Posterior) -> Truths:
    ends = posterior.weights.cumsum(axis=1)

    def truth(chance: Chance) -> Answering:
        place = (ends < chance.random((len(ends), 1))).sum(axis=1)
        chances = posterior.grid[place.clip(max=_GRID)][:, None]

        def answers(chance: Chance, many: int) -> Floats:
            drawn: Floats = (chance.random((len(chances), many)) < chances).astype(float)
            return drawn

        return answers

    return truth


def _by_sample(samples: Sequence[Scores]) -> Truths:
    """A truth is the stretched samples of every case; those of single ones are drawn anew for each truth."""
    import numpy as np

    means = np.array([math.fsum(scores) / len(scores) for scores in samples])
    spreads: list[Floats] = [_spread(scores) for scores in samples if len(scores) > 1]
    spreads = spreads or [np.zeros(1, dtype=np.float64)]

    def truth(chance: Chance) -> Answering:
        borrowed = chance.integers(len(spreads), size=len(samples))
        own: list[Floats] = [
            _spread(scores) if len(scores) > 1 else spreads[other]
            for scores, other in zip(samples, borrowed, strict=True)
        ]
        sizes = np.array([each.size for each in own])[:, None]
        ends = np.cumsum(sizes[:, 0])[:, None]
        flat: Floats = np.concatenate(own)

        def answers(chance: Chance, many: int) -> Floats:
            place = ends - sizes + chance.integers(sizes, size=(len(samples), many))
            drawn: Floats = np.clip(means[:, None] + flat[place], 0.0, 1.0)
            return drawn

        return answers

    return truth


def _spread(scores: Scores) -> Floats:
    """How far each sample is from the true mean, as far as K samples can tell."""
    import numpy as np

    values = np.array(scores, dtype=float)
    spread: Floats = (values - values.mean()) * math.sqrt(len(scores) / (len(scores) - 1))
    return spread
