"""How large a suite has to be: cases, repeats and calls, and how often it can pass at all (STATISTICS 12.8).

n = (z_{1-alpha} + z_power)^2 (omega^2 + sigma_A^2/K_A + sigma_B^2/K_B) DEFF / difference^2, Miller 2024 (arXiv:2411.00640),
equation 9, one-sided; see `components` for what goes into it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.compare.components import Components
from harness.compare.interval import NOISE, t_quantile
from harness.compare.planner import POWER, PSEUDO_CASES, RESERVE, cases_needed, smallest_visible

_WORTH_IT = 0.9
"""A further repeat that leaves a larger share of the cases to be asked is not worth its calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How often each case is asked."""

    baseline: int
    """Samples of the baseline per case; at least 1."""
    candidate: int
    bank: bool = False
    """The baseline's samples are old ones: only the candidate is asked."""

    @property
    def calls_per_case(self) -> int:
        """What a gate sends for each case if nothing ends it early."""
        return self.candidate if self.bank else self.baseline + self.candidate


def variance_of(components: Components, sampling: Sampling) -> float:
    """Variance of one case's difference, clusters included; divided by the number of cases it is SE squared."""
    return (components.between.variance + _noise(components, sampling)) * components.design_effect


def cases_for(
    components: Components, sampling: Sampling, drop: float, *, alpha: float, power: float = POWER
) -> int:
    """Cases that find a drop, in (0, 1], with probability `power`, a tenth of reserve included."""
    needed = cases_needed(variance_of(components, sampling), drop, alpha=alpha, power=power)
    return max(2, math.ceil(RESERVE * needed - NOISE))


def smallest_drop(
    components: Components, sampling: Sampling, cases: int, *, alpha: float, power: float = POWER
) -> float:
    """The drop in mean score, in [0, 1], that so many cases find with probability `power`. No reserve."""
    se = math.sqrt(variance_of(components, sampling) / cases)
    return min(1.0, smallest_visible(se, alpha=alpha, power=power))


def chance_of_pass(
    components: Components, sampling: Sampling, cases: int, *, margin: float, alpha: float
) -> float:
    """P(PASS | nothing changed), looked at once: how often the lower bound clears the margin, in [0, 1].

    Normal approximation of the pseudo-case bound of STATISTICS 12.3, within a few points of simulations. What
    differs between cases is left out: where nothing changed, nothing does.
    """
    from scipy.special import ndtr

    clusters = cases / components.cluster_size
    if clusters < 2:
        return 0.0
    noise = cases * _noise(components, sampling)
    se = math.sqrt(clusters / (clusters - 1) * (noise + PSEUDO_CASES)) / (cases + PSEUDO_CASES)
    room = margin - t_quantile(max(1, round(clusters) + 1), 1 - alpha) * se
    spread = math.sqrt(noise) / cases
    if spread == 0:
        return 1.0 if room > 0 else 0.0
    return float(ndtr(room / spread))


def least_cases_to_pass(margin: float, *, alpha: float) -> int:
    """Independent cases below which no PASS is possible without luck: not even where no answer differs."""
    cases = 1
    while not _clears(cases, margin, alpha):
        cases += 1
    return cases


def useful_repeats(components: Components, sampling: Sampling) -> int:
    """Repeats of the candidate (of both sides, without a bank) beyond which each further one saves under a tenth.

    Where sigma^2/K is small beside omega^2, and beside the baseline's share with a bank, more repeats buy nothing:
    more cases do.
    """
    repeats, now = 1, variance_of(components, with_repeats(sampling, 1))
    while (then := variance_of(components, with_repeats(sampling, repeats + 1))) < _WORTH_IT * now:
        repeats, now = repeats + 1, then
    return repeats


def with_repeats(sampling: Sampling, repeats: int) -> Sampling:
    """The same way of asking with so many repeats."""
    return Sampling(
        baseline=sampling.baseline if sampling.bank else repeats, candidate=repeats, bank=sampling.bank
    )


def chance_of_alarm(threshold: float, components: Components, n: int, repeats: int = 1) -> float:
    """How often a suite of `n` cases that nobody changed scores below a fixed threshold in [0, 1].

    The same cases are asked each time, so only the noise of answers counts. Normal, with a correction for scores
    of 0 and 1, whose sum moves in whole steps.
    """
    from scipy.special import ndtr

    answers = n * repeats
    sum_below = math.ceil(threshold * answers - NOISE) - 0.5
    spread = math.sqrt(components.candidate.variance * answers)
    distance = sum_below - components.mean * answers
    if spread == 0:
        return 1.0 if distance > 0 else 0.0
    return float(ndtr(distance / spread))


def _noise(components: Components, sampling: Sampling) -> float:
    return (
        components.baseline.variance / sampling.baseline + components.candidate.variance / sampling.candidate
    )


def _clears(cases: int, margin: float, alpha: float) -> bool:
    """Whether the pseudo-case bound of `cases` equal cases is above -margin."""
    clusters = cases + PSEUDO_CASES
    se = math.sqrt(clusters / (clusters - 1) * PSEUDO_CASES) / clusters
    return t_quantile(cases + 1, 1 - alpha) * se < margin
