"""Claims in bins of equal mass: the reliability curve, the calibration error, and the parts of a Brier score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.compare.interval import Mean, Value, mean_of, t_quantile
from harness.measure.estimate import LEVEL, Estimate, Influences, share_of, signed_of

MOST_BINS = 10
LEAST_IN_BIN = 5
"""Answers; with fewer there are fewer bins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One measured answer that says how sure it is."""

    case_id: str
    cluster: str
    claimed: float
    """In [0, 1]."""
    right: bool
    weight: float = 1.0

    @property
    def gap(self) -> float:
        """Claimed less right, in [-1, 1]."""
        return self.claimed - self.right

    def as_value(self, number: float) -> Value:
        """A number of this answer, with its cluster and weight."""
        return Value(value=number, cluster=self.cluster, weight=self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers that claim about the same: one point of the reliability curve."""

    answers: int
    lowest: float
    """Claim. Equal claims are always in one bin."""
    highest: float
    claimed: float
    """Mean claim."""
    right: Estimate
    """Share of right answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a Brier score is made of: reliability - resolution + uncertainty + within."""

    reliability: float
    """How far claims lie from what is right, squared; 0 is best."""
    resolution: float
    """How far the bins differ in what is right, squared; the more the better."""
    uncertainty: float
    """What always claiming the base rate would score."""
    within: float
    """What differences within the bins add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationError:
    """How far claims lie from what is right, bin by bin, in [0, 1]."""

    error: Estimate
    """What noise adds taken off."""
    plain: float
    """Nothing taken off."""
    signs: tuple[Value, ...]
    """Each answer's gap with the sign of its bin: what the plain error is the mean of."""


Bins = Sequence[Sequence[Claim]]
"""Ascending by claim; none is empty."""


def bins_of(claims: Sequence[Claim]) -> Bins:
    """The claims in up to ten bins of about equal mass; equal claims stay together."""
    ordered = sorted(claims, key=lambda each: each.claimed)
    many = min(MOST_BINS, max(1, len(ordered) // LEAST_IN_BIN))
    found: dict[int, list[Claim]] = {}
    before = 0
    for _, group in groupby(ordered, key=lambda each: each.claimed):
        same = list(group)
        middle = (before + len(same) / 2) / len(ordered)
        found.setdefault(int(many * middle), []).extend(same)
        before += len(same)
    return tuple(tuple(each) for each in found.values())


def curve_of(bins: Bins) -> tuple[Bin, ...]:
    """The reliability curve, by claim."""
    return tuple(
        Bin(
            answers=len(claims),
            lowest=claims[0].claimed,
            highest=claims[-1].claimed,
            claimed=mean_of([each.as_value(each.claimed) for each in claims]).value,
            right=share_of([each.as_value(float(each.right)) for each in claims]),
        )
        for claims in bins
    )


def parts_of(bins: Bins) -> Parts:
    """Murphy 1973, with the terms within bins of Stephenson, Coelho and Jolliffe 2008 as one number."""
    every = [claim for claims in bins for claim in claims]
    base = _mean(every, [float(each.right) for each in every])
    total = _weight(every)
    reliability: list[float] = []
    resolution: list[float] = []
    for claims in bins:
        share = _weight(claims) / total
        right = _mean(claims, [float(each.right) for each in claims])
        claimed = _mean(claims, [each.claimed for each in claims])
        reliability.append(share * (claimed - right) ** 2)
        resolution.append(share * (right - base) ** 2)
    uncertainty = base * (1 - base)
    score = _mean(every, [each.gap**2 for each in every])
    found, resolved = math.fsum(reliability), math.fsum(resolution)
    return Parts(
        reliability=found,
        resolution=resolved,
        uncertainty=uncertainty,
        within=score - (found - resolved + uncertainty),
    )


def error_of(bins: Bins) -> CalibrationError:
    """Sum over bins of n_b / n |claimed_b - right_b|, less what noise adds, with an interval.

    A gap that is measured with a standard error s is off zero by chance alone: the mean of a folded normal less
    its own |gap| is taken off (Kumar, Liang and Ma 2019, in closed form). s is clustered, and never smaller than that
    of a share one half answer away from 0 and 1: thirty right answers that claim 0.95 do not prove them modest.
    The interval is t about that, by the cluster-robust error of the sum; its lower end first takes off all that noise
    would add to claims without any error, so that it is 0 for these as often as it should be. It is never below that of
    the mean gap, which no bins can exceed.
    """
    every = [claim for claims in bins for claim in claims]
    total = _weight(every)
    means = [mean_of([each.as_value(each.gap) for each in claims]) for claims in bins]
    shares = [_weight(claims) / total for claims in bins]
    floors = [_floor(claims) for claims in bins]
    errors = [_error(mean, floor) for mean, floor in zip(means, floors, strict=True)]
    plain = math.fsum(share * abs(mean.value) for share, mean in zip(shares, means, strict=True))
    noise = math.fsum(
        share * (_folded(mean.value, error) - abs(mean.value))
        for share, mean, error in zip(shares, means, errors, strict=True)
    )
    chance = math.fsum(share * _folded(0.0, error) for share, error in zip(shares, errors, strict=True))
    signs = tuple(
        each.as_value(math.copysign(1.0, mean.value) * (each.gap - mean.value) + abs(mean.value))
        for claims, mean in zip(bins, means, strict=True)
        for each in claims
    )
    whole = Influences.of_mean(signs)
    least = math.hypot(*(share * floor for share, floor in zip(shares, floors, strict=True)))
    gap = signed_of([each.as_value(each.gap) for each in every])
    found = min(1.0, max(0.0, plain - noise))
    reach = 1.0 if whole.df < 1 else t_quantile(whole.df, (1 + LEVEL) / 2) * max(whole.se, least)
    return CalibrationError(
        error=Estimate(
            value=found,
            lower=min(found, max(0.0, plain - max(noise, chance) - reach, gap.lower, -gap.upper)),
            upper=min(1.0, found + reach),
            n=len(every),
        ),
        plain=plain,
        signs=signs,
    )


def _error(mean: Mean, floor: float) -> float:
    return max(mean.se, floor) if math.isfinite(mean.se) else floor


def _floor(claims: Sequence[Claim]) -> float:
    """Standard error of a share of this many clusters, half an answer away from 0 and 1."""
    clusters = len({each.cluster for each in claims})
    smoothed = (_mean(claims, [float(each.right) for each in claims]) * clusters + 0.5) / (clusters + 1)
    return math.sqrt(smoothed * (1 - smoothed) / clusters)


def _folded(mean: float, error: float) -> float:
    """E|X| of a normal X: s sqrt(2/pi) exp(-m^2 / 2 s^2) + m erf(m / (s sqrt 2)); s is above 0."""
    return error * math.sqrt(2 / math.pi) * math.exp(-((mean / error) ** 2) / 2) + mean * math.erf(
        mean / (error * math.sqrt(2))
    )


def _weight(claims: Sequence[Claim]) -> float:
    return math.fsum(each.weight for each in claims)


def _mean(claims: Sequence[Claim], numbers: Sequence[float]) -> float:
    weighted = (each.weight * number for each, number in zip(claims, numbers, strict=True))
    return math.fsum(weighted) / _weight(claims)
