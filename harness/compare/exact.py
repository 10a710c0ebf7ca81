"""Exact tests of small samples, and what many tests at once do to a p.

Exact means: from the number of ways the data could have come out, with no approximation by a curve. Counts are
whole numbers of arbitrary size, so a p is right to the last digit of a float.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

GRID = 1000
"""Graded scores are told apart to a thousandth in `fell_p`, where the sample is small enough for that."""
CELLS = 2_000_000
"""Numbers that the count of `fell_p` may hold at once; larger samples get a coarser grid."""
FEW = 100
"""Up to so many choices `fell_p` goes through one by one: that is faster than to count them, and the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often something succeeded: 0 <= passed <= asked."""

    passed: int
    asked: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.asked:
            raise ValueError(f"{self.passed} of {self.asked} cannot have passed")


def mcnemar_exact(losses: int, gains: int) -> float:
    """One-sided exact p that losses are no likelier than gains: P(X >= losses), X ~ Bin(losses + gains, 1/2).

    McNemar 1947 on discordant pairs. 1 where there are none. Raises ValueError for negative counts.
    """
    _refuse_negative(losses, gains)
    total = losses + gains
    return sum(math.comb(total, i) for i in range(gains + 1)) / (1 << total)


def mcnemar_mid_p(losses: int, gains: int) -> float:
    """The same with half the chance of exactly this many losses: P(X > losses) + P(X = losses) / 2.

    Fagerland, Lydersen and Laake 2013: less timid than the exact p, and hardly ever above its level.
    """
    _refuse_negative(losses, gains)
    total = losses + gains
    tail = sum(math.comb(total, i) for i in range(gains + 1))
    return (2 * tail - math.comb(total, gains)) / (1 << (total + 1))


@lru_cache(maxsize=4096)
def fisher_p(baseline: Tally, candidate: Tally) -> float:
    """One-sided exact p that the candidate passes no less often: Fisher's test, given how many passed in all.

    P(candidate passes at most as often as it did), hypergeometric: of `asked` answers of both sides, as many
    passed as did, and which of them are the candidate's is chance. A bank of 10/10 against 0/1, 0/2, 0/3, 0/5
    gives 1/11, 1/66, 1/286, 1/3003. 1 where one side was never asked.
    """
    passed = baseline.passed + candidate.passed
    asked = baseline.asked + candidate.asked
    fewest = max(0, candidate.asked - (asked - passed))
    ways = sum(
        math.comb(passed, i) * math.comb(asked - passed, candidate.asked - i)
        for i in range(fewest, candidate.passed + 1)
    )
    return ways / math.comb(asked, candidate.asked)


def fell_p(baseline: Sequence[float], candidate: Sequence[float]) -> float:
    """One-sided exact p that one case scores no lower than before, from its repeats on both sides.

    Scores are in [0, 1], graded or not. A permutation test: if nothing changed, any `len(candidate)` of all the
    scores could have been the candidate's, each choice as likely as another; p is the share of choices whose sum
    is no larger than the one seen. With scores of 0 and 1 this is `fisher_p`. Graded scores are rounded to
    thousandths first (more coarsely for very many repeats), and all choices are then counted, not sampled: the
    rounding is the same for both sides, so it costs a little power and no validity. Like every exact test of
    few answers it cannot reach a small p with few repeats: not below 1 / (number of choices).
    Raises ValueError for scores out of range. 1 where one side has none.
    """
    if any(not 0 <= score <= 1 for score in (*baseline, *candidate)):
        raise ValueError("scores must be in [0, 1]")
    if all(score in {0.0, 1.0} for score in (*baseline, *candidate)):
        return fisher_p(_tally(baseline), _tally(candidate))
    fewer, more = sorted((tuple(baseline), tuple(candidate)), key=len)
    grid = max(1, min(GRID, CELLS // ((len(fewer) + 1) * max(1, len(fewer)))))
    steps = tuple(sorted(round(score * grid) for score in (*fewer, *more)))
    seen = sum(round(score * grid) for score in candidate)
    if len(candidate) == len(fewer):
        return _share_of_choices(steps, len(fewer), seen)
    # The baseline's sum is what is left, so a low candidate is a high baseline: count the mirrored scores.
    mirrored = tuple(grid - step for step in steps)
    return _share_of_choices(mirrored, len(fewer), grid * len(fewer) - (sum(steps) - seen))


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p (Benjamini and Hochberg 1995): those at most q hold the expected share of false finds to q."""
    order = sorted(range(len(ps)), key=lambda i: ps[i], reverse=True)
    adjusted = [1.0] * len(ps)
    lowest = 1.0
    for larger, i in enumerate(order):
        lowest = min(lowest, len(ps) / (len(ps) - larger) * ps[i])
        adjusted[i] = lowest
    return tuple(adjusted)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down adjustment (Holm 1979): the chance of any false find, whatever the correlation."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - rank) * ps[i]))
        adjusted[i] = highest
    return tuple(adjusted)


def pass_at_k(tally: Tally, k: int) -> float:
    """Chance that at least one of `k` answers passes, unbiased: 1 - C(n-c, k) / C(n, k) (Chen et al. 2021).

    Raises ValueError unless 1 <= k <= asked.
    """
    return 1 - _share_of_draws(tally.asked - tally.passed, tally.asked, k)


def pass_hat_k(tally: Tally, k: int) -> float:
    """Chance that all of `k` answers pass ("pass^k"), unbiased: C(c, k) / C(n, k) (Yao et al. 2024).

    Raises ValueError unless 1 <= k <= asked.
    """
    return _share_of_draws(tally.passed, tally.asked, k)


def jeffreys(passed: float, asked: float, level: float = 0.95) -> tuple[float, float]:
    """Equal-tailed interval of Beta(passed + 1/2, asked - passed + 1/2) (Brown, Cai and DasGupta 2001).

    `passed` may be a sum of graded scores. The lower end is 0 where nothing passed, the upper 1 where all did.
    Raises ValueError for counts or a level that cannot be.
    """
    from scipy.special import betaincinv

    if not 0 <= passed <= asked or not 0 < level < 1:
        raise ValueError(f"{passed} of {asked} at level {level} has no interval")
    a, b, tail = passed + 0.5, asked - passed + 0.5, (1 - level) / 2
    low = 0.0 if passed == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if passed == asked else float(betaincinv(a, b, 1 - tail))
    return low, high


def _share_of_choices(steps: Sequence[int], size: int, most: int) -> float:
    """Share of the choices of `size` of these whole numbers that sum to at most `most`.

    ways[j, s] counts the choices of j of the numbers so far that sum to s. Floats hold the counts: they are exact
    up to 2^53, and beyond that right to 1e-12 of themselves, as nothing is ever subtracted.
    """
    import numpy as np

    choices = math.comb(len(steps), size)
    if choices <= FEW:
        return sum(sum(choice) <= most for choice in combinations(steps, size)) / choices
    unit = math.gcd(*steps) or 1
    numbers = [step // unit for step in steps]
    largest = sum(sorted(numbers)[len(numbers) - size :])
    ways = np.zeros((size + 1, largest + 1))
    ways[0, 0] = 1.0
    for number in numbers:
        ways[1:, number:] += ways[:-1, : largest + 1 - number].copy()
    chosen = ways[size]
    return float(chosen[: most // unit + 1].sum() / chosen.sum())


def _share_of_draws(good: int, of: int, k: int) -> float:
    if not 1 <= k <= of:
        raise ValueError(f"{k} answers cannot be drawn from {of}")
    return math.comb(good, k) / math.comb(of, k)


def _tally(scores: Sequence[float]) -> Tally:
    return Tally(passed=sum(score == 1 for score in scores), asked=len(scores))


def _refuse_negative(losses: int, gains: int) -> None:
    if min(losses, gains) < 0:
        raise ValueError(f"{losses} losses and {gains} gains cannot be")
