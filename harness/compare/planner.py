"""How many cases a question needs, and how small a change a suite can see.

Source: Miller 2024 (arXiv:2411.00640), equation 9, one-sided: n = (z_{1-alpha} + z_{power})^2 * variance / difference^2,
where `variance` is that of one paired difference: omega^2 + sigma_A^2/K_A + sigma_B^2/K_B.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.compare.interval import z_quantile

POWER = 0.8
"""Probability with which a change is to be found."""
RESERVE = 1.1
"""A changed case varies more than an unchanged one: without this the formula's 80 % simulate as some 70 %."""
PSEUDO_CASES = 2.0
"""Sum of squares that the pseudo-cases (+1, -1) add, however many cases there are."""
MOST_REPEATS = 100
"""Beyond this, more repeats are no advice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that the data did not decide, at its present size."""

    n: int
    """Cases it was asked of."""
    se: float
    """Standard error now. Its square times `n` is the variance of one case, clusters included."""
    distance: float
    """How far the estimate is from the limit it is easiest to tell it from; above 0."""
    noise: float = 0.0
    """The part of `se` squared that more repeats would shrink; 0 where that is unknown."""
    ballast: float = 0.0
    """`PSEUDO_CASES` where a bound with pseudo-cases has to clear the limit."""


def cases_needed(
    variance: float, difference: float, *, alpha: float, power: float = POWER, ballast: float = 0.0
) -> float:
    """Paired cases needed to tell `difference` from nothing; `variance` is that of one case's difference.

    Solves (z + z)^2 (variance n + ballast) / n^2 = difference^2; without ballast that is equation 9.
    """
    pull = (_reach(alpha, power) / difference) ** 2
    half = pull * variance / 2
    return half + math.sqrt(half * half + pull * ballast)


def smallest_visible(se: float, *, alpha: float, power: float = POWER) -> float:
    """The difference that a comparison with this standard error finds with probability `power`."""
    return _reach(alpha, power) * se


def cases_to_decide(question: Question, *, alpha: float) -> int:
    """Cases in all, at the same repeats and with some reserve; always more than there are."""
    variance = question.n * question.se**2
    needed = RESERVE * cases_needed(variance, question.distance, alpha=alpha, ballast=question.ballast)
    return max(question.n + 1, math.ceil(needed))


def repeats_to_decide(question: Question, repeats: float, *, alpha: float) -> int:
    """Repeats per case and side, at the same cases; 0 where no number would do, or none that anyone could name.

    Only the noise of repeats shrinks with more of them; how cases differ stays. `repeats` is today's number.
    """
    room = room_for_noise(question, question.noise, alpha=alpha)
    if question.noise <= 0 or room <= 0:
        return 0
    needed = max(math.floor(repeats) + 1, math.ceil(repeats * question.noise / room))
    return needed if needed <= MOST_REPEATS else 0


def room_for_noise(question: Question, noise: float, *, alpha: float) -> float:
    """How much of the squared standard error may come from the noise of answers, if `noise` of it does today.

    What else there is, how cases differ and the pseudo-cases, stays as it is; at or below 0 no number of repeats
    would do.
    """
    allowed = (question.distance / _reach(alpha, POWER)) ** 2 / RESERVE
    return allowed - (question.se**2 - noise) - question.ballast / question.n**2


def _reach(alpha: float, power: float) -> float:
    return z_quantile(1 - alpha) + z_quantile(power)
