"""The numbers of a comparison as people read them: points, percent, and one sentence each."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation

from harness.compare.interval import NOISE
from harness.compare.quality import Quality
from harness.compare.ratio import Ratio
from harness.compare.slices import Slice
from harness.suite.policy import Policy

UNKNOWN = "unknown"


def points(change: float) -> str:
    """A change of a share, in points: `-5.2`."""
    return f"{100 * change + 0.0:+.1f}".replace("-0.0", "+0.0")


def percent(share: float) -> str:
    """A share: `91.2 %`."""
    return f"{100 * share:.1f} %"


def size(change: float) -> str:
    """How large a change of a share is, in points, without sign or needless digits: `5.2`, `5`."""
    return f"{abs(100 * change):.1f}".removesuffix(".0")


def count(number: int, noun: str) -> str:
    """`1 case`, `1,200 cases`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def dollars(exact: str | Decimal | None) -> str:
    """Money, rounded for reading: cents, or two digits of what is less. None is `unpriced`."""
    if exact is None:
        return "unpriced"
    try:
        amount = Decimal(exact)
    except InvalidOperation:
        return UNKNOWN
    if not amount.is_finite():
        return UNKNOWN
    if amount == 0 or abs(amount) >= Decimal("0.095"):
        return f"${amount:,.2f}"
    places = 1 - amount.adjusted()
    return f"${amount:.{places}f}"


def rise(ratio: float) -> str:
    """What a ratio adds or saves: `+12.0 %`."""
    return f"{points(ratio - 1)} %"


def level(alpha: float) -> str:
    """The level of a one-sided bound: `95 %`."""
    return f"{100 * (1 - alpha):.4g} %"


def quality_sentence(quality: Quality, policy: Policy) -> str:
    """From, to, by how much, and what it may be; where harm is not excluded, what is."""
    margin = f"{100 * policy.quality_margin:g}"
    sentence = (
        f"quality {percent(quality.baseline)} -> {percent(quality.candidate)}, {points(quality.difference)} points "
        f"({level(policy.alpha)}: {points(quality.lower)} to {points(quality.upper)}; margin {margin})"
    )
    if quality.upper < 0 or quality.lower > -policy.quality_margin:
        return sentence
    return f"{sentence}. {_excluded(quality.lower)}; one of {margin} is not"


def ratio_sentence(name: str, ratio: Ratio, limit: float | None, alpha: float) -> str:
    """How much more or less, what it may be, and the limit, where there is one."""
    bounds = f"{level(alpha)}: {rise(ratio.lower)} to {rise(ratio.upper)}"
    allowed = "" if limit is None else f"; limit {rise(1 + limit)}"
    left_out = f"; {ratio.excluded} cases without a number left out" if ratio.excluded else ""
    return f"{name} {rise(ratio.ratio)} ({bounds}{allowed}{left_out})"


def slice_sentence(part: Slice, looked_at: int) -> str:
    """A slice, with its chance of being a false alarm among all that were looked at."""
    return (
        f"{percent(part.baseline)} -> {percent(part.candidate)}, {points(part.difference)} points on {part.n} cases "
        f"(p {part.p_adjusted:.2g}, {looked_at} slices looked at)"
    )


def _excluded(lower: float) -> str:
    """Rounded up, so that what is said to be excluded is."""
    if lower <= -1:
        return "No drop is excluded"
    return f"A drop of more than {math.ceil(1000 * -lower - NOISE) / 10:.1f} points is excluded"
