"""What gates decide that take one run at its word: the rules of other tools, to be tried on the same draws.

Every rule is a pure function of the scores of both sides, and says whether it would stop a change. They stand
here once, so that what is simulated for a user's own suite and what the documentation quotes are the same rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.compare.interval import NOISE, t_quantile, z_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]
    """Cases by repeats, each score in [0, 1]."""

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """The same cases asked on both sides, a row for each: shares in [0, 1]."""

    baseline: Scores
    candidate: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGate:
    """A rule that somebody may have in place of ours."""

    name: str
    """What it asks, as a user would say it."""
    key: str
    """Its name in JSON."""
    fires: Callable[[Draws], bool]
    """Whether it would stop the change."""
    threshold: float | None = None
    """The fixed share in [0, 1] that the score may not be below; None: it has none."""


def any_failing(draws: Draws) -> bool:
    """A case fails in most of its repeats: what `0 failures allowed` comes to."""
    return bool((draws.candidate.mean(axis=1) < _HALF).any())


def any_broken(draws: Draws) -> bool:
    """A case that passed in most of its repeats now fails in most of them."""
    passed, passes = draws.baseline.mean(axis=1) >= _HALF, draws.candidate.mean(axis=1) >= _HALF
    return bool((passed & ~passes).any())


def any_less_than_all(draws: Draws) -> bool:
    """A case that passed in every repeat now fails in one."""
    passed, passes = draws.baseline.min(axis=1) >= _HALF, draws.candidate.min(axis=1) >= _HALF
    return bool((passed & ~passes).any())


def below(threshold: float) -> Callable[[Draws], bool]:
    """The candidate's mean score is below a fixed share in [0, 1]."""
    return lambda draws: bool(draws.candidate.mean() < threshold - NOISE)


def dropped_beyond(drop: float) -> Callable[[Draws], bool]:
    """The mean score fell by more than `drop`, a share in [0, 1]; 0: it is lower than the baseline's."""
    return lambda draws: bool(draws.baseline.mean() - draws.candidate.mean() > drop + NOISE)


def two_proportions(draws: Draws, alpha: float = 0.05) -> bool:
    """The two-proportion z test on all answers, one-sided, as if no case had been asked twice."""
    before, after = draws.baseline.mean(), draws.candidate.mean()
    pooled = (before * draws.baseline.size + after * draws.candidate.size) / (
        draws.baseline.size + draws.candidate.size
    )
    spread = pooled * (1 - pooled) * (1 / draws.baseline.size + 1 / draws.candidate.size)
    return bool(spread > 0 and (after - before) / spread**0.5 < -z_quantile(1 - alpha))


def mcnemar(draws: Draws, alpha: float = 0.05) -> bool:
    """McNemar's exact test, one-sided, on what most repeats of a case say (Fagerland et al. 2013)."""
    return mcnemar_p(*_flips(draws)) < alpha


def mcnemar_mid(draws: Draws, alpha: float = 0.05) -> bool:
    """The same with the mid-p value."""
    losses, gains = _flips(draws)
    return mcnemar_p(losses, gains) - _chance_of(losses, losses + gains) / 2 < alpha


def dropped_and_mcnemar(draws: Draws) -> bool:
    """A drop of at least two points, and McNemar's exact test: neither alone stops anything."""
    return bool(draws.baseline.mean() - draws.candidate.mean() >= 0.02 - NOISE) and mcnemar(draws)


def paired_t(draws: Draws, alpha: float = 0.05) -> bool:
    """A one-sided paired t test on the means of the cases, with nothing beside it."""
    differences = draws.candidate.mean(axis=1) - draws.baseline.mean(axis=1)
    n = len(differences)
    se = float(differences.std(ddof=1)) / n**0.5 if n > 1 else 0.0
    return se > 0 and float(differences.mean()) / se < -t_quantile(n - 1, 1 - alpha)


def mcnemar_p(losses: int, gains: int) -> float:
    """P(at least so many losses) among so many cases that changed, where each may go either way."""
    from scipy.special import bdtr

    return float(bdtr(gains, losses + gains, 0.5)) if losses + gains else 1.0


def old_gates(mean: float, threshold: float | None = None) -> tuple[OtherGate, ...]:
    """The gates people have, for a suite whose score is usually `mean`, in [0, 1].

    `threshold` is the user's own; None: two and five points below the usual score.
    """
    chosen = [max(0.0, mean - 0.02), max(0.0, mean - 0.05)] if threshold is None else [threshold]
    return (
        OtherGate(key="any_failing", name="any case fails", fires=any_failing),
        OtherGate(key="any_broken", name="any case that passed now fails", fires=any_broken),
        *(_fixed(each) for each in chosen),
        OtherGate(key="below_baseline", name="score below the baseline's", fires=dropped_beyond(0.0)),
        OtherGate(key="drop_2pt", name="score drops by more than 2 points", fires=dropped_beyond(0.02)),
        OtherGate(key="drop_5pt", name="score drops by more than 5 points", fires=dropped_beyond(0.05)),
    )


def _fixed(threshold: float) -> OtherGate:
    percent = f"{100 * threshold:.1f}"
    return OtherGate(
        key=f"below_{percent}",
        name=f"score below {percent} %",
        fires=below(threshold),
        threshold=threshold,
    )


def single_tests() -> tuple[OtherGate, ...]:
    """Gates that do test, once, at 5 %, with no margin and nothing fresh asked."""
    return (
        OtherGate(key="two_proportions", name="two-proportion z test", fires=two_proportions),
        OtherGate(key="mcnemar", name="McNemar's exact test", fires=mcnemar),
        OtherGate(key="mcnemar_mid", name="McNemar's mid-p test", fires=mcnemar_mid),
        OtherGate(key="drop_2pt_and_mcnemar", name="2 points and McNemar", fires=dropped_and_mcnemar),
        OtherGate(key="paired_t", name="paired t test", fires=paired_t),
    )


def _flips(draws: Draws) -> tuple[int, int]:
    """Cases lost and cases gained, by what most repeats say."""
    passed, passes = draws.baseline.mean(axis=1) >= _HALF, draws.candidate.mean(axis=1) >= _HALF
    return int((passed & ~passes).sum()), int((~passed & passes).sum())


def _chance_of(losses: int, changed: int) -> float:
    """P(exactly so many losses) among so many changed cases."""
    from math import comb

    return float(comb(changed, losses) / 2**changed)
