"""Parts of the sentences a verdict explains itself with: what moved, what is excluded, what would decide.

Nobody has to know statistics to read them, and no number in them claims more than its interval: what is called
excluded is rounded up, what is called proved is rounded down.
"""

from __future__ import annotations

import math

from harness.compare.comparison import Quality, Ratio
from harness.compare.needs import Decide
from harness.compare.ways import Way
from harness.compare.wording import UNKNOWN, count, dollars, level, percent, size
from harness.suite.policy import Policy

_ENDLESS = 100.0
"""A ratio beyond which a bound says nothing."""
_ROUNDING = 1e-9
"""Of a tenth of a point: what floating numbers make of a bound that is one exactly."""


def moved(baseline: float, candidate: float) -> str:
    """`fell by 5.2 points, from 91.2 % to 86.0 %`; `stayed at 91.2 %` where no point of it is left."""
    change = candidate - baseline
    if size(change) == "0":
        return f"stayed at {percent(candidate)}"
    verb = "fell" if change < 0 else "rose"
    return f"{verb} by {in_points(change)}, from {percent(baseline)} to {percent(candidate)}"


def in_points(change: float) -> str:
    """`5.2 points`, `1 point`, without a sign."""
    return _points(size(change))


def drop_excluded(quality: Quality, policy: Policy) -> str:
    """`A drop of more than 4.8 points is excluded with 95 % confidence; this suite allows 5.`, without the dot."""
    sure = f"with {level(policy.alpha)} confidence"
    allowed = f"this suite allows {size(policy.quality_margin)}"
    if quality.lower <= -1:
        return f"No size of drop is excluded; {allowed} points"
    if quality.lower >= 0:
        return f"Any drop is excluded {sure}"
    return f"A drop of more than {_points(_up(-quality.lower))} is excluded {sure}; {allowed}"


def drop_open(quality: Quality, policy: Policy) -> str:
    """What is excluded where the margin is not: `A drop of more than 6.1 points is excluded, one of 5 is not`."""
    if quality.lower <= -1:
        return "No size of drop is excluded"
    if quality.lower >= 0:
        return "Any drop is excluded"
    beyond = _points(_up(-quality.lower))
    if quality.lower > -policy.quality_margin:
        return f"A drop of more than {beyond} is excluded"
    return f"A drop of more than {beyond} is excluded, one of {size(policy.quality_margin)} is not"


def drop_proved(quality: Quality, policy: Policy) -> str:
    """Both ends of a proved drop, beside what the suite allows."""
    least = _points(_down(-quality.upper))
    allowed = f"this suite allows {size(policy.quality_margin)}"
    if quality.lower <= -1:
        return f"At least {least} of it are proved, and no size is excluded; {allowed}"
    return (
        f"A drop of at least {least} is proved and one of more than {_up(-quality.lower)} excluded; {allowed}"
    )


def rise_proved(ratio: Ratio, limit: float | None) -> str:
    """Both ends of a proved rise of cost or latency, beside what the suite allows."""
    allowed = "" if limit is None else f"; this suite allows {size(limit)} %"
    least = _down(ratio.lower - 1)
    if ratio.upper > _ENDLESS:
        return f"At least {least} % of it are proved, and no size is excluded{allowed}"
    return f"A rise of at least {least} % is proved and one of more than {_up(ratio.upper - 1)} % excluded{allowed}"


def rise_open(ratio: Ratio, limit: float) -> str:
    """What is excluded where the limit is not."""
    if ratio.upper > _ENDLESS:
        return "No size of rise is excluded"
    return f"A rise of more than {_up(ratio.upper - 1)} % is excluded, one of {size(limit)} % is not"


def changed(ratio: Ratio) -> str:
    """`rose by 12 %`, `fell by 3 %`, `did not change`."""
    if size(ratio.ratio - 1) == "0":
        return "did not change"
    return f"{'rose' if ratio.ratio > 1 else 'fell'} by {size(ratio.ratio - 1)} %"


def to_decide(decide: Decide | None, cases: int) -> str:
    """`108 more cases (182 in all; about $2.23), or 6 repeats of each case`; empty where nothing would."""
    if decide is None:
        return ""
    more = max(0, decide.cases - cases)
    price = "unpriced" if decide.cost_usd is None else f"about {dollars(decide.cost_usd)}"
    ways = [f"{count(more, 'more case')} ({decide.cases:,} in all; {price})"] if more else []
    flaky = next((each for each in decide.ways if each.kind != "cases"), None)
    if flaky is not None:
        ways.append(_more_answers(flaky))
    elif decide.repeats:
        ways.append(f"{count(decide.repeats, 'repeat')} of each case")
    return ", or ".join(ways)


def _more_answers(way: Way) -> str:
    """`3 more answers of the 31 flaky cases (about $0.12)`."""
    of = f"the {count(way.of_cases, 'flaky case')}" if way.of_cases > 1 else "the flaky case"
    bank = " on both sides, new ones of the baseline too" if way.kind == "bank" else ""
    price = "unpriced" if way.cost_usd is None else f"about {dollars(way.cost_usd)}"
    return f"{count(way.more, 'more answer')} of {of}{bank} ({price})"


def _points(number: str) -> str:
    return f"{number} point" if number == "1" else f"{number} points"


def _up(share: float) -> str:
    """In hundredths, rounded up to a tenth: what lies beyond is excluded."""
    return _tenths(math.ceil(1000 * share - _ROUNDING)) if math.isfinite(share) else UNKNOWN


def _down(share: float) -> str:
    """In hundredths, rounded down to a tenth, and never below 0: so much is proved."""
    return _tenths(max(0, math.floor(1000 * share + _ROUNDING))) if math.isfinite(share) else UNKNOWN


def _tenths(number: int) -> str:
    return f"{number / 10:.1f}".removesuffix(".0")
