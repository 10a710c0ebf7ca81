"""E-values: evidence that may be looked at after every single case, and acted on at once.

An e-value of 100 is what a gambler has who started with 1 and bet against "nothing is wrong" in a fair game.
If nothing is wrong, the chance of ever reaching 100 is at most 1 in 100, however often one looks (Ville 1939).
Sources: betting on bounded means, Waudby-Smith and Ramdas 2024 (arXiv:2010.09686); the mixture over the share
of losses is the uniform prior of Jeffreys' test, which is an e-process for a fair coin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

STAKES = 24
"""Bets that are made beside each other, small ones for small harm and large ones for catastrophes."""
SMALLEST_STAKE = 0.01
LARGEST_STAKE = 0.95
LEAST_LEFT = 0.999
"""No bet ever loses everything."""
TIE = 1e-9
"""A logarithm so little below the threshold has reached it: rounding stops nothing and hides nothing."""


def drop_e_values(differences: Sequence[float], margin: float) -> tuple[float, ...]:
    """Natural logarithm of the e-value against "the mean drop is at most `margin`", after each value in turn.

    `differences` are candidate minus baseline in [-1, 1], of independent cases (or of clusters, one value each), in
    the order they came in. E_n is the mean over stakes s of prod(1 + 0.999 s y_i / (1 + margin)) with
    y_i = -d_i - margin (STATISTICS 12.6). Where the mean of y is at most 0, no bet gains on average.
    Raises ValueError for values out of range.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    if not 0 <= margin <= 1 or not (np.abs(values) <= 1).all():
        raise ValueError("differences must be in [-1, 1], and the margin in [0, 1]")
    harm = -(values + margin) / (1 + margin)
    stakes = LEAST_LEFT * np.geomspace(SMALLEST_STAKE, LARGEST_STAKE, STAKES)
    logs: Floats = np.cumsum(np.log1p(np.outer(harm, stakes)), axis=0)
    highest = logs.max(axis=1)
    means = highest + np.log(np.exp(logs - highest[:, None]).mean(axis=1))
    return tuple(means.tolist())


def drop_e_value(differences: Sequence[float], margin: float) -> float:
    """The e-value after all of them; 1 for none, and infinite where a float cannot hold it."""
    logs = drop_e_values(differences, margin)
    return _exp(logs[-1]) if logs else 1.0


def highest_e_value(differences: Sequence[float], margin: float) -> float:
    """The largest e-value there ever was, at least 1: its reciprocal is a p that holds at any time."""
    return _exp(max((0.0, *drop_e_values(differences, margin))))


def first_crossing(
    differences: Sequence[float], margin: float, *, at: float = 100.0, every: int = 1
) -> int | None:
    """After how many values the e-value was at least `at`; None if it never was.

    It is looked at after every `every` values, and after the last. Raises ValueError for an `every` below 1.
    """
    if every < 1:
        raise ValueError(f"looking after every {every} values is not possible")
    goal = math.log(at) - TIE
    logs = drop_e_values(differences, margin)
    looks = (n for n, log in enumerate(logs, 1) if log >= goal and (n % every == 0 or n == len(logs)))
    return next(looks, None)


def mcnemar_e_value(losses: int, gains: int) -> float:
    """The e-value against "a loss is no likelier than a gain", from how many of each there were.

    2^(l+w+1) B(l+1, w+1) (1 - I_{1/2}(l+1, w+1)): the likelihood of a coin whose chance of a loss is uniform on
    [1/2, 1], over that of a fair one (STATISTICS 12.10). For whole numbers that is a ratio of counts,
    sum_{i<=l} C(l+w+1, i) / ((l+w+1) C(l+w, l)), and exact. Infinite where a float cannot hold it.
    Raises ValueError for negative counts.
    """
    if min(losses, gains) < 0:
        raise ValueError(f"{losses} losses and {gains} gains cannot be")
    total = losses + gains + 1
    ways = term = 1
    for i in range(losses):
        term = term * (total - i) // (i + 1)
        ways += term
    try:
        return ways / (total * math.comb(total - 1, losses))
    except OverflowError:
        return math.inf


def losses_needed(gains: int, at: float) -> int:
    """The fewest losses beside so many gains with an e-value of at least `at`: 7 for 20 and none gained."""
    high = 1
    while mcnemar_e_value(high, gains) < at:
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if mcnemar_e_value(middle, gains) >= at else (middle + 1, high)
    return high


def _exp(log: float) -> float:
    return math.exp(log) if log < 709 else math.inf
